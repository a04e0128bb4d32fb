//! Small rates: α → 0 at fixed β, the limit in which momentum becomes a rescaled gradient flow.
//!
//! With β fixed the particle's mass vanishes with α: by (10) m = Δt²/α and γ = (1 − β)Δt/α, so that in the time
//! τ = kα/(1 − β) the iterates follow dx/dτ = −∇f(x), to first order in α. To second order they follow the
//! modified flow dx/dτ = −∇(f + ½ε|∇f|²), ε = αλ(λ − ½ − θ), λ = 1/(1 − β), with θ = 0 for momentum and
//! θ = β for Nesterov, from x₀ + αβλ²∇f(x₀) if v₀ = 0. Derivation (37).
//!
//! Reference: N. B. Kovachki, A. M. Stuart, *J. Mach. Learn. Res.* 22 (2021), no. 17.

use super::limit::{Limit, Runs, refuse_endless};
use crate::Error;
use crate::check::positive;
use crate::optimizers::UpdateRule;
use crate::particle::GradientFlow;
use crate::potentials::Potential;
use crate::study::convergence::{Comparison, Over, Window};
use crate::study::{Curve, Deviation, Label, Reference, Rule, SmallParameter};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// Iterations that a run may take.
const MOST: f64 = 1e9;
/// Iterates of a run that are compared.
const MOST_COMPARED: f64 = 4000.0;

/// The iterates of `rule` from rest.
struct SmallRate<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: Rule,
    beta: f64,
    potential: &'p P,
    position: OVector<f64, D>,
}

impl<'p, D: Dim> Limit<'p, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// α → 0 at fixed β: the distance of an optimiser, started at `position` with v₀ = 0, from gradient flow, over a
    /// family of rates.
    ///
    /// Iterate k corresponds to the time τ = kα/(1 − β); the velocity dx/dτ is read as (1 − β)(v_k + v_{k+1})/2α. Runs
    /// end at τ = 1, for the rate (1 − β)/100 and five halvings. Errors are the largest over the second half of the
    /// span: the initial layer βᵏ must be over by then, which takes about 40/(1 − β) iterations. A run of more than
    /// 4000 iterations is compared at no more than that many, evenly spaced: its error is as smooth as the flow.
    ///
    /// # Errors
    /// When measured: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for β ≥ 1, whose
    /// iterates follow no gradient flow; [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) for
    /// β ≤ −1; [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps) for more than 10⁹ iterations.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::{Limit, Rule};
    /// use nalgebra::vector;
    ///
    /// let study = Limit::small_rate(Rule::Momentum, 0.5, &DoubleWell, vector![0.5, 1.0]);
    /// let table = study.with_halvings(4e-3, 4).measure()?;
    /// assert!((table.position().fit.unwrap().order - 1.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn small_rate<P>(rule: Rule, beta: f64, potential: &'p P, position: OVector<f64, D>) -> Self
    where
        P: Potential<f64, D>,
    {
        let runs = SmallRate {
            rule,
            beta,
            potential,
            position,
        };
        let window = Window {
            from: 0.0,
            until: 1.0,
            over: Over::SecondHalf,
        };
        let method = Label::from(rule.name()).and(format!("β = {beta}"));
        let title = (SmallParameter::Rate, method, "v₀ = 0".into());
        Self::of(Box::new(runs), title, (1.0 - beta) / 100.0, window)
    }
}

impl<P, D> Runs<D> for SmallRate<'_, P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn check(&self, _window: &Window) -> Result<(), Error> {
        let advice = "; at beta = 1 there is no drag and no gradient flow";
        positive("1 - beta", &(1.0 - self.beta), advice)
    }

    fn reference(&self, window: &Window) -> Result<Reference<'_, D>, Error> {
        let system = GradientFlow::new(self.potential, 1.0)?;
        let curve = Curve::flow(&system, (window.from, window.until), &self.position)?;
        Ok(Reference::curve("gradient flow", curve))
    }

    fn run(
        &self,
        alpha: f64,
        window: &Window,
        reference: &Reference<'_, D>,
    ) -> Result<Deviation, Error> {
        let held = reference.at_step(alpha)?;
        let rule = self.rule.at(alpha, self.beta)?;
        let (tau, span) = (alpha / (1.0 - self.beta), window.length());
        let steps = (span / tau * (1.0 + 1e-12)).floor();
        refuse_endless(tau, span, steps, MOST)?;
        let mut comparison = Comparison::new(held.curve(), *window);
        let mut iterates = rule.iterates(self.potential, self.position.clone());
        let mut current = iterates.next();
        let stride = (steps / MOST_COMPARED).ceil().max(1.0) as usize;
        let last = steps as usize;
        for k in 0..=last {
            let Some(iterate) = current else { break };
            current = iterates.next();
            let Some(next) = &current else { break };
            let time = (k as f64 * tau).min(span);
            let is_due = k % stride == 0 || window.is_end();
            if is_due && window.counts(time, k == last) {
                let velocity = (iterate.velocity + &next.velocity) / (2.0 * tau);
                comparison.note(time, &(iterate.position, velocity), k)?;
            }
        }
        let deviation = comparison.deviation;
        iterates.failure().cloned().map_or(Ok(deviation), Err)
    }
}
