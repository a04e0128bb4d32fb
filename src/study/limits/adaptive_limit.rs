//! Adaptive rules: Δt → 0 with α, 1 − β₁ and 1 − β₂ in proportion to Δt, against the ball whose mass the gradients set.
//!
//! Iterate k corresponds to the time kΔt, and the rules are of order 1 from a second moment that is corrected or begins above 0,
//! or if neither moment is corrected, derivation (81). RMSprop from v = 0 begins with a velocity like 1/√t, and is of order ½.
//!
//! References: A. Barakat, P. Bianchi, *SIAM J. Optim.* 31 (2021) 244; A. B. da Silva, M. Gazeau, *J. Mach. Learn. Res.* 21
//! (2020) 1–42.

use super::limit::{Limit, Runs, refuse_endless};
use crate::Error;
use crate::adaptive_rules::Adam;
use crate::mapping::AdaptiveMapping;
use crate::potentials::Potential;
use crate::study::convergence::{Comparison, Over, Window, shown};
use crate::study::{Curve, Deviation, Label, Reference, SmallParameter};
use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, Dyn, OVector};

/// Iterations that a run may take.
const MOST: f64 = 1e9;
/// Iterates of a run that are compared.
const MOST_COMPARED: f64 = 4000.0;

/// The iterates of `rule` at each step.
struct Adaptive<'p, R, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: R,
    dt: f64,
    potential: &'p P,
    position: OVector<f64, D>,
}

impl<'p, D: Dim> Limit<'p, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// Δt → 0 for an adaptive rule whose iteration takes the time `dt`: its distance from its ball
    /// ([`AdaptiveMapping::to_adaptive_ball`]), over a family of steps of the same ball ([`AdaptiveMapping::rescaled`]).
    ///
    /// Runs end at time 1, for Δt = 0.01 and five halvings. Errors are the largest over the second half of the span. A
    /// velocity is read as a central difference. Runs of more than 4000 iterations are compared at no more than that many.
    ///
    /// # Errors
    /// When measured: those of the mapping; [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps) for more than
    /// 10⁹ iterations; [`StudyError::ReferenceTooCoarse`](crate::error::StudyError::ReferenceTooCoarse) where the ball itself is
    /// not known well enough, as for AMSGrad after its largest value was passed twice.
    ///
    /// ```
    /// use heavyball::adaptive_rules::Adam;
    /// use heavyball::prelude::*;
    /// use heavyball::study::Limit;
    /// use nalgebra::vector;
    ///
    /// let adam = Adam::new(0.01)?.with_betas(0.97, 0.98)?;
    /// let study = Limit::adaptive(adam, 0.01, &DoubleWell, vector![-1.6, 1.2]);
    /// let table = study.with_halvings(0.01, 4).measure()?;
    /// assert!((table.position().fit.unwrap().order - 1.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn adaptive<R, P>(rule: R, dt: f64, potential: &'p P, position: OVector<f64, D>) -> Self
    where
        R: AdaptiveMapping + 'p,
        P: Potential<f64, D>,
    {
        let rate = shown(*rule.settings().alpha());
        let runs = Adaptive {
            rule,
            dt,
            potential,
            position,
        };
        let window = Window {
            from: 0.0,
            until: 1.0,
            over: Over::SecondHalf,
        };
        let method = Label::from(R::NAME).and(format!("α = {rate} at Δt = {}", shown(dt)));
        let title = (SmallParameter::Step, method, "its own start".into());
        Self::of(Box::new(runs), title, 0.01, window)
    }
}

impl<'p, D: Dim> Reference<'p, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The ball that Adam follows to order 2 at each Δt, [`Adam::effective_ball`], from half a step before the start, up to `until`; for
    /// [`Limit::adaptive`] of the same rule, whose iteration takes the time `dt`.
    ///
    /// ```
    /// use heavyball::adaptive_rules::Adam;
    /// use heavyball::prelude::*;
    /// use heavyball::study::{Limit, Reference};
    /// use nalgebra::vector;
    ///
    /// let (adam, start) = (Adam::new(0.01)?.with_betas(0.97, 0.98)?, vector![-1.6, 1.2]);
    /// let table = Limit::adaptive(adam, 0.01, &DoubleWell, start)
    ///     .with_halvings(0.01, 4)
    ///     .with_reference(Reference::effective_adaptive(adam, 0.01, &DoubleWell, start, 1.0))
    ///     .measure()?;
    /// assert!((table.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn effective_adaptive<P>(
        rule: Adam,
        dt: f64,
        potential: &'p P,
        position: OVector<f64, D>,
        until: f64,
    ) -> Self
    where
        P: Potential<f64, D>,
    {
        let (dimension, _) = position.shape_generic();
        let curve = move |step: f64| {
            let early = -0.5 * step;
            let ball = rule.rescaled(step / dt)?.effective_ball(step)?;
            let system = ball.system(potential, dimension).starting_at(early);
            let velocity = system.velocity(early, &system.start(&position)?);
            let start = system.start(&(&position + velocity * early))?;
            let read = move |time, state: &DVector<f64>| {
                (system.position(state), system.velocity(time, state))
            };
            Curve::system::<Dyn>(&system, (early, until), &start, read)
        };
        Self::each("its effective ball", curve)
    }
}

impl<R, P, D> Runs<D> for Adaptive<'_, R, P, D>
where
    R: AdaptiveMapping,
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn check(&self, _window: &Window) -> Result<(), Error> {
        self.rule.to_adaptive_ball(self.dt).map(|_| ())
    }

    fn reference(&self, window: &Window) -> Result<Reference<'_, D>, Error> {
        let (dimension, _) = self.position.shape_generic();
        let ball = self.rule.to_adaptive_ball(self.dt)?;
        let system = ball.system(self.potential, dimension);
        let start = system.start(&self.position)?;
        let read = move |time, state: &DVector<f64>| {
            (system.position(state), system.velocity(time, state))
        };
        let curve = Curve::system::<Dyn>(&system, (window.from, window.until), &start, read)?;
        Ok(Reference::curve("its ball with a mass of its own", curve))
    }

    fn run(
        &self,
        dt: f64,
        window: &Window,
        reference: &Reference<'_, D>,
    ) -> Result<Deviation, Error> {
        let held = reference.at_step(dt)?;
        let rule = self.rule.rescaled(dt / self.dt)?;
        let span = window.length();
        let steps = (span / dt * (1.0 + 1e-12)).floor();
        refuse_endless(dt, span, steps, MOST)?;
        let mut comparison = Comparison::new(held.curve(), *window);
        let mut run = rule.run(self.potential, self.position.clone());
        let mut before = self.position.clone();
        let mut current = run.advance().map(|state| state.position.clone());
        let stride = (steps / MOST_COMPARED).ceil().max(1.0) as usize;
        let last = steps as usize;
        for k in 0..=last {
            let Some(position) = current else { break };
            current = run.advance().map(|state| state.position.clone());
            let Some(next) = &current else { break };
            let time = (k as f64 * dt).min(span);
            let is_due = k % stride == 0 || window.is_end();
            if is_due && window.counts(time, k == last) {
                // At the start there is no position before.
                let across = if k == 0 { dt } else { 2.0 * dt };
                let velocity = (next - &before) / across;
                comparison.note(time, &(position.clone(), velocity), k)?;
            }
            before = position;
        }
        let deviation = comparison.deviation;
        run.failure().cloned().map_or(Ok(deviation), Err)
    }
}
