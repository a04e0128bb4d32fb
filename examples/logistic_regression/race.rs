//! The race: every rule from w = 0, its gap at each gradient, and what the quadratic at the minimum predicts.

use super::problem::Fit;
use heavyball::prelude::*;
use nalgebra::{DMatrix, DVector, Dyn};

/// The gap below which a run has arrived.
pub(crate) const ARRIVED: f64 = 1e-10;
/// The gap below which the loss is approximated by its quadratic.
pub(crate) const NEAR: f64 = 1e-3;
/// The gap below which a run ends.
const FLOOR: f64 = 1e-15;
/// The last iterate whose accuracy is kept.
const LAST_ACCURACY: usize = 400;
/// Largest number of iterations of a run.
const LIMIT: usize = 40_000;

/// A rule with constant coefficients; on a mode of curvature λ each is e₊ = s·e − d·e₋.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    Descent(GradientDescent),
    Momentum(Momentum),
    Nesterov(Nesterov),
}

impl Rule {
    /// (α, β).
    pub(crate) fn coefficients(&self) -> (f64, f64) {
        match self {
            Self::Descent(rule) => (rule.alpha, 0.0),
            Self::Momentum(rule) => (rule.alpha, rule.beta),
            Self::Nesterov(rule) => (rule.alpha, rule.beta),
        }
    }

    /// (s, d).
    fn recursion(&self, curvature: f64) -> (f64, f64) {
        let (alpha, beta) = self.coefficients();
        match self {
            Self::Descent(_) => (1.0 - alpha * curvature, 0.0),
            Self::Momentum(_) => (1.0 + beta - alpha * curvature, beta),
            Self::Nesterov(_) => {
                let kept = 1.0 - alpha * curvature;
                ((1.0 + beta) * kept, beta * kept)
            }
        }
    }

    /// The larger absolute value of the roots of r² − sr + d.
    fn rate(&self, curvature: f64) -> f64 {
        let (s, d) = self.recursion(curvature);
        let square = s * s - 4.0 * d;
        if square < 0.0 {
            d.sqrt()
        } else {
            0.5 * (s.abs() + square.sqrt())
        }
    }
}

/// The quadratic approximation of the loss at its minimum.
pub(crate) struct Model {
    curvatures: DVector<f64>,
    /// The modes, as columns.
    modes: DMatrix<f64>,
}

impl Model {
    pub(crate) fn of(fit: &Fit) -> Result<Self, Error> {
        let eigen = fit.training.hessian(&fit.minimum)?.symmetric_eigen();
        Ok(Self {
            curvatures: eigen.eigenvalues,
            modes: eigen.eigenvectors,
        })
    }

    /// The linear rate ρ on these curvatures: the gap falls like ρ²ᵏ.
    pub(crate) fn rate(&self, rule: &Rule) -> f64 {
        let rates = self
            .curvatures
            .iter()
            .map(|curvature| rule.rate(*curvature));
        rates.fold(0.0, f64::max)
    }

    /// Number of steps after which the gap stays below [`ARRIVED`] on the quadratic, from these distances to the
    /// minimum.
    fn arrival(&self, rule: &Rule, now: &DVector<f64>, before: &DVector<f64>) -> usize {
        let (now, before) = (self.modes.tr_mul(now), self.modes.tr_mul(before));
        let mut modes: Vec<_> = (self.curvatures.iter().zip(now.iter()).zip(before.iter()))
            .map(|((curvature, now), before)| {
                (*curvature, rule.recursion(*curvature), *now, *before)
            })
            .collect();
        let gaps = std::iter::repeat_with(|| {
            let gap = modes
                .iter()
                .map(|(curvature, _, now, _)| 0.5 * curvature * now * now)
                .sum::<f64>();
            for (_, (s, d), now, before) in &mut modes {
                (*now, *before) = (*s * *now - *d * *before, *now);
            }
            gap
        });
        let gaps: Vec<f64> = gaps.take(LIMIT).take_while(|gap| *gap >= FLOOR).collect();
        arrival(&gaps)
    }
}

/// One run.
pub(crate) struct Run {
    pub(crate) name: &'static str,
    pub(crate) rule: Rule,
    /// The gap at iterate k, until it is below the floor.
    pub(crate) gaps: Vec<f64>,
    /// The arrival predicted by the quadratic, from w = 0.
    pub(crate) from_start: usize,
    /// The same from the iterate at which the gap falls below [`NEAR`].
    pub(crate) from_near: usize,
    /// The linear rate on the curvatures at the minimum.
    pub(crate) rate: f64,
    /// Fraction of the held-out rows that each iterate classifies correctly.
    pub(crate) accuracies: Vec<f64>,
}

impl Run {
    pub(crate) fn of(
        fit: &Fit,
        model: &Model,
        name: &'static str,
        rule: Rule,
    ) -> Result<Self, Error> {
        let (mut gaps, mut accuracies) = (Vec::new(), Vec::new());
        // Position and velocity of the last iterate above `NEAR`.
        let mut far = (0, fit.start(), fit.start());
        let mut visit = |iterate: &Iterate<f64, Dyn>| -> Result<bool, Error> {
            let gap = fit.gap(&iterate.position)?;
            if gap >= NEAR {
                far.0 = gaps.len();
                far.1.copy_from(&iterate.position);
                far.2.copy_from(&iterate.velocity);
            }
            gaps.push(gap);
            if accuracies.len() <= LAST_ACCURACY {
                accuracies.push(fit.held_out.accuracy(&iterate.position)?);
            }
            Ok(gap >= FLOOR && gaps.len() <= LIMIT)
        };
        match rule {
            Rule::Descent(rule) => follow(&rule, fit, &mut visit)?,
            Rule::Momentum(rule) => follow(&rule, fit, &mut visit)?,
            Rule::Nesterov(rule) => follow(&rule, fit, &mut visit)?,
        }
        let start = fit.start() - &fit.minimum;
        let (passed, position, velocity) = far;
        let now = position - &fit.minimum;
        let before = &now - velocity;
        Ok(Self {
            name,
            rule,
            from_start: model.arrival(&rule, &start, &start),
            from_near: passed + model.arrival(&rule, &now, &before),
            gaps,
            rate: model.rate(&rule),
            accuracies,
        })
    }

    /// Number of gradients after which the gap stays below [`ARRIVED`].
    pub(crate) fn arrival(&self) -> usize {
        arrival(&self.gaps)
    }

    /// The rate ρ of the gaps between 1e-10 and 1e-14, which fall like ρ²ᵏ.
    pub(crate) fn measured_rate(&self) -> f64 {
        let late = |level: f64| {
            self.gaps
                .iter()
                .rposition(|gap| *gap >= level)
                .unwrap_or_default()
        };
        let (from, to) = (late(1e-10), late(1e-14));
        1e-4_f64.powf(0.5 / (to.saturating_sub(from)).max(1) as f64)
    }

    /// The highest gap of the run.
    pub(crate) fn peak(&self) -> f64 {
        self.gaps.iter().copied().fold(0.0, f64::max)
    }
}

fn arrival(gaps: &[f64]) -> usize {
    gaps.iter()
        .rposition(|gap| *gap >= ARRIVED)
        .map_or(0, |last| last + 1)
}

/// Shows every iterate to `visit` until it has seen enough.
fn follow<R: UpdateRule<f64> + Clone>(
    rule: &R,
    fit: &Fit,
    visit: &mut impl FnMut(&Iterate<f64, Dyn>) -> Result<bool, Error>,
) -> Result<(), Error> {
    let mut iterates = rule.iterates(&fit.training, fit.start());
    while let Some(iterate) = iterates.advance() {
        if !visit(iterate)? {
            return Ok(());
        }
    }
    iterates.failure().cloned().map_or(Ok(()), Err)
}

/// The rules tuned to curvatures in [μ, L], the slowest first.
pub(crate) fn contestants(mu: f64, l: f64) -> Result<[(&'static str, Rule); 5], Error> {
    Ok([
        (
            "gradient descent",
            Rule::Descent(GradientDescent::optimal(mu, l)?),
        ),
        (
            "momentum, β = 0.9",
            Rule::Momentum(Momentum::new(1.0 / l, 0.9)?),
        ),
        (
            "Nesterov, standard",
            Rule::Nesterov(Nesterov::standard(mu, l)?),
        ),
        (
            "Nesterov, optimal",
            Rule::Nesterov(Nesterov::optimal(mu, l)?),
        ),
        (
            "momentum, optimal",
            Rule::Momentum(Momentum::optimal(mu, l)?),
        ),
    ])
}
