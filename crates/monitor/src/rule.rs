//! Rule: v₊ = βv − α∇f, with the gradient at x or at the look-ahead point.

use heavyball::frameworks::SutskeverForm;
use heavyball::study::stability::Recursion;
use heavyball::{GradientDescent, Momentum, Nesterov};

/// Learning rate α, decay β and variant of one iteration.
///
/// It is made from [`Momentum`], [`Nesterov`] or [`GradientDescent`]; from a framework's line by
/// [`Sgd::sutskever`](heavyball::frameworks::Sgd::sutskever), where a learning rate and a momentum may mean another α.
///
/// ```
/// use heavyball::frameworks::{Convention, Sgd};
/// use heavyball::prelude::*;
/// use heavyball_monitor::Rule;
///
/// let torch = Convention::PyTorch { dampening: 0.5, nesterov: false };
/// let rule = Rule::from(Sgd::new(torch, 0.2, 0.9)?.sutskever()?);
/// assert_eq!(rule, Rule::from(Momentum::new(0.1, 0.9)?));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Learning rate α.
    pub alpha: f64,
    /// Decay β.
    pub beta: f64,
    /// Whether the gradient is taken at the look-ahead point x + βv.
    pub nesterov: bool,
}

impl From<Momentum> for Rule {
    fn from(Momentum { alpha, beta, .. }: Momentum) -> Self {
        Self {
            alpha,
            beta,
            nesterov: false,
        }
    }
}

impl From<Nesterov> for Rule {
    fn from(Nesterov { alpha, beta, .. }: Nesterov) -> Self {
        Self {
            alpha,
            beta,
            nesterov: true,
        }
    }
}

impl From<GradientDescent> for Rule {
    fn from(GradientDescent { alpha, .. }: GradientDescent) -> Self {
        Self {
            alpha,
            beta: 0.0,
            nesterov: false,
        }
    }
}

impl From<SutskeverForm> for Rule {
    fn from(form: SutskeverForm) -> Self {
        match form {
            SutskeverForm::Momentum(rule) => rule.into(),
            SutskeverForm::Nesterov(rule) => rule.into(),
        }
    }
}

impl Rule {
    /// The largest αλ at which a quadratic is stable: 2(1 + β), for Nesterov's rule 2(1 + β)/(1 + 2β) where β ≥ 0.
    pub(crate) fn edge(&self) -> Result<f64, heavyball::Error> {
        Momentum::new(self.alpha, self.beta)?;
        let recursion = if self.nesterov {
            Recursion::Nesterov
        } else {
            Recursion::Momentum
        };
        // Without drag every factor is on the unit circle up to 4.
        Ok(recursion.largest_stable_q(self.beta)?.unwrap_or(4.0))
    }

    /// The step of the effective particle of mass 1, √(2α/(1 + β)): derivation (23).
    pub(crate) fn dt(&self) -> f64 {
        (2.0 * self.alpha / (1.0 + self.beta)).sqrt()
    }

    /// The drag of that particle, (1 − β)Δt/α = (1 − β)√(2/(1 + β))/√α: derivation (23).
    pub(crate) fn drag(&self) -> f64 {
        (1.0 - self.beta) * (2.0 / (1.0 + self.beta)).sqrt() / self.alpha.sqrt()
    }
}
