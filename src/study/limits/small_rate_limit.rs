//! SmallRateLimit: α → 0 at fixed β, the limit in which momentum becomes a rescaled gradient flow.
//!
//! With β fixed the particle's mass vanishes with α: by (10) m = Δt²/α and γ = (1 − β)Δt/α, so that in the time
//! τ = kα/(1 − β) the iterates follow dx/dτ = −∇f(x), to first order in α. To second order they follow the
//! modified flow dx/dτ = −∇(f + ½ε|∇f|²), ε = αλ(λ − ½ − θ), λ = 1/(1 − β), with θ = 0 for momentum and
//! θ = β for Nesterov, from x₀ + αβλ²∇f(x₀) if v₀ = 0. Derivation (37).
//!
//! Reference: N. B. Kovachki, A. M. Stuart, *J. Mach. Learn. Res.* 22 (2021), no. 17.

use crate::Error;
use crate::check::{finite, positive};
use crate::ode::SpanError;
use crate::optimizers::{Momentum, Nesterov, UpdateRule};
use crate::particle::GradientFlow;
use crate::potentials::Potential;
use crate::study::convergence::Coarse;
use crate::study::{Convergence, Curve, Deviation, Reference, Title};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// Iterates of a run that are compared.
const MOST_COMPARED: f64 = 4000.0;

/// The two rules that the limit is known for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rule {
    Momentum,
    Nesterov,
}

/// A study of α → 0 at fixed β: how far an optimiser from v₀ = 0 is from gradient flow, over a family of rates.
///
/// Iterate k stands for the time τ = kα/(1 − β); the velocity dx/dτ is read as (1 − β)(v_k + v_{k+1})/2α. Errors
/// are the largest over the second half of the span unless [`Self::since`] says otherwise: the initial layer
/// βᵏ must be over by then, which takes about 40/(1 − β) iterations. A run of more than 4000 iterations is compared at that many
/// at most, evenly spaced: its error is as smooth as the flow.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::SmallRateLimit;
/// use nalgebra::vector;
///
/// let study = SmallRateLimit::momentum(&DoubleWell, 0.5, vector![0.5, 1.0]).halvings(4e-3, 4);
/// let table = study.measure()?;
/// assert!((table.position().fit.unwrap().order - 1.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct SmallRateLimit<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: Rule,
    potential: &'p P,
    beta: f64,
    position: OVector<f64, D>,
    until: f64,
    since: Option<f64>,
    rates: Vec<f64>,
    reference: Option<Reference<'p, D>>,
    coarse: Coarse,
}

impl<'p, P, D> SmallRateLimit<'p, P, D>
where
    P: Potential<f64, D>,
    D: Dim + 'p,
    DefaultAllocator: Allocator<D>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'p,
{
    /// The study of [`Momentum`] with `beta` from `position`, until τ = 1, for the rate (1 − β)/100 and five halvings.
    pub fn momentum(potential: &'p P, beta: f64, position: OVector<f64, D>) -> Self {
        let study = Self {
            rule: Rule::Momentum,
            potential,
            beta,
            position,
            until: 1.0,
            since: None,
            rates: Vec::new(),
            reference: None,
            coarse: Coarse::Refused,
        };
        study.halvings((1.0 - beta) / 100.0, 5)
    }

    /// The study of [`Nesterov`] with `beta`, otherwise the same.
    pub fn nesterov(potential: &'p P, beta: f64, position: OVector<f64, D>) -> Self {
        Self {
            rule: Rule::Nesterov,
            ..Self::momentum(potential, beta, position)
        }
    }

    /// Ends at this τ.
    #[must_use]
    pub fn until(mut self, time: f64) -> Self {
        self.until = time;
        self
    }

    /// Counts errors from this τ on.
    #[must_use]
    pub fn since(mut self, time: f64) -> Self {
        self.since = Some(time);
        self
    }

    /// With the rate `largest` and `count` halvings of it.
    #[must_use]
    pub fn halvings(mut self, largest: f64, count: u16) -> Self {
        let rate = |k| largest * 0.5_f64.powi(i32::from(k));
        self.rates = (0..=count).map(rate).collect();
        self
    }

    /// With these rates, in any order.
    #[must_use]
    pub fn rates(mut self, rates: &[f64]) -> Self {
        self.rates = rates.to_vec();
        self
    }

    /// Against another curve than the flow dx/dτ = −∇f: its argument is the rate α.
    #[must_use]
    pub fn against(mut self, reference: Reference<'p, D>) -> Self {
        self.reference = Some(reference);
        self
    }

    /// With errors no larger than the reference's own taken for rounding, and not refused.
    pub(in crate::study) fn down_to_the_reference(mut self) -> Self {
        self.coarse = Coarse::CountsAsRounding;
        self
    }

    /// The errors over the family of rates.
    ///
    /// # Errors
    /// Those of [`Convergence::measure`], of the rule and its runs, and of the flow;
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for β ≥ 1, whose iterates follow no gradient flow.
    pub fn measure(&self) -> Result<Convergence, Error> {
        positive("until", &self.until, "; the limit is followed forward")?;
        let advice = "; at beta = 1 there is no drag and no gradient flow";
        positive("1 - beta", &(1.0 - self.beta), advice)?;
        let flow;
        let reference = match &self.reference {
            Some(reference) => reference,
            None => {
                let system = GradientFlow::new(self.potential, 1.0)?;
                let curve = Curve::flow(&system, (0.0, self.until), &self.position)?;
                flow = Reference::curve("gradient flow", curve);
                &flow
            }
        };
        let method = match self.rule {
            Rule::Momentum => "Momentum",
            Rule::Nesterov => "Nesterov",
        };
        let title = Title {
            study: format!("α → 0 against {}", reference.name()),
            method: format!("{method} · β = {}", self.beta),
            start: "v₀ = 0".to_owned(),
            parameter: "alpha",
        };
        Convergence::tabulate(title, &self.rates, self.coarse, |alpha| {
            let held = reference.at_step(alpha)?;
            match self.rule {
                Rule::Momentum => {
                    self.follow(&Momentum::new(alpha, self.beta)?, alpha, held.curve())
                }
                Rule::Nesterov => {
                    self.follow(&Nesterov::new(alpha, self.beta)?, alpha, held.curve())
                }
            }
        })
    }

    fn follow<R>(&self, rule: &R, alpha: f64, curve: &Curve<'_, D>) -> Result<Deviation, Error>
    where
        R: UpdateRule<f64> + Clone,
    {
        let tau = alpha / (1.0 - self.beta);
        let steps = (self.until / tau * (1.0 + 1e-12)).floor();
        if steps > 1e9 {
            return Err(Error::Span(SpanError::TooManySteps {
                dt: tau,
                span: self.until,
                steps,
                limit: 1e9,
            }));
        }
        let since = self.since.unwrap_or(0.5 * self.until);
        finite("the time that errors count from", &since)?;
        let mut deviation = Deviation::from_reference(curve);
        let mut iterates = rule.iterates(self.potential, self.position.clone());
        let mut current = iterates.next();
        let stride = (steps / MOST_COMPARED).ceil().max(1.0) as usize;
        for k in 0..=steps as usize {
            let Some(iterate) = current else { break };
            current = iterates.next();
            let Some(next) = &current else { break };
            let time = (k as f64 * tau).min(self.until);
            if k % stride == 0 && time >= since {
                let velocity = (iterate.velocity + &next.velocity) / (2.0 * tau);
                deviation.note(&(iterate.position, velocity), &curve.at(time)?, k)?;
            }
        }
        iterates.failure().cloned().map_or(Ok(deviation), Err)
    }
}
