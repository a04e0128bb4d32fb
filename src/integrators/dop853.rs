//! Dop853: ode_solvers' adaptive Dormand–Prince method of order 8(5,3), over any first-order system.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
//! section II.10. The inner points of a step are ours, since ode_solvers 0.6.2 has no continuous
//! output for this method and its `Dense` output can extrapolate.

use crate::Error;
use crate::integrators::control::{Adaptive, Clocked, Control, spoiled_at};
use crate::potential::{all_finite, magnitude};
use crate::solution::{Between, Run, Solution, Steps};
use crate::span::Span;
use crate::system::FirstOrderSystem;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use ode_solvers::dop_shared::SolverResult;
use std::cell::Cell;

/// The Dormand–Prince method of order 8(5,3), adaptive: for tight tolerances and references.
///
/// Twelve gradients a step, eleven for one that is rejected. ode_solvers 0.6.2 has no continuous output for this method; here each
/// step is filled with three inner points by steps of the same method, and a time between them is
/// interpolated from values and derivatives to order 10. That costs about 40 gradients a step
/// more; [`Self::without_dense_output`] saves them.
///
/// Measured order on an undamped oscillator: errors in x and ẋ fall like gradients to the power −8.1 to −8.2, from 1e-4 to 1e-12
/// (example `work_precision`, checked by `tests/examples`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?, vector![1.0]);
/// let run = problem.until(10.0).solve(&Dop853::new(1e-13, 1e-13))?;
/// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(3.0, 1.0, 0.0).0;
/// assert!((run.at(3.0)?.position.x - exact).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dop853 {
    control: Control,
    dense: bool,
}

/// ode_solvers' own record of the steps.
type Output<D> = SolverResult<f64, OVector<f64, D>>;

/// Where a step is filled: inner Chebyshev–Lobatto points, (1 − cos(jπ/4))/2.
const FILL: [f64; 3] = [0.146_446_609_406_726_24, 0.5, 0.853_553_390_593_273_8];

/// A system that is given the right time at the last stage of a step.
///
/// ode_solvers 0.6.2 has c₁₂ = 0 in its table where the method has 1: the last stage is evaluated with
/// the time of the step's start t. A system that depends on the time then loses the order of the
/// method, and step after step is rejected. That stage is the only evaluation to come before its
/// two predecessors, which are at t + 0.6h and t + (6/7)h: they tell h.
struct Staged<F> {
    system: F,
    /// The times of the last two evaluations.
    before: Cell<(f64, f64)>,
}

impl<F> Staged<F> {
    fn new(system: F) -> Self {
        let before = Cell::new((0.0, 0.0));
        Self { system, before }
    }

    /// The time that an evaluation said to be at `elapsed` should have had.
    #[inline]
    fn right_time(&self, elapsed: f64) -> f64 {
        let (two_before, before) = self.before.replace((self.before.get().1, elapsed));
        let (shorter, longer) = (two_before - elapsed, before - elapsed);
        // 0.6 over 6/7; the one other descent past both, at stage 7, has 0.38.
        if shorter > 0.0 && (shorter / longer - 0.7).abs() < 0.1 {
            elapsed + longer * 7.0 / 6.0
        } else {
            elapsed
        }
    }
}

impl<V, F: System<f64, V>> System<f64, V> for Staged<F> {
    #[inline]
    fn system(&self, elapsed: f64, state: &V, derivative: &mut V) {
        self.system
            .system(self.right_time(elapsed), state, derivative);
    }

    fn solout(&mut self, elapsed: f64, state: &V, derivative: &V) -> bool {
        self.system.solout(elapsed, state, derivative)
    }
}

impl Dop853 {
    /// The method with relative and absolute tolerance, checked when it solves.
    pub fn new(relative: f64, absolute: f64) -> Self {
        let control = Control::new(relative, absolute);
        Self {
            control,
            dense: true,
        }
    }

    /// Allows `steps` steps instead of a million.
    #[must_use]
    pub fn with_max_steps(mut self, steps: u32) -> Self {
        self.control.max_steps = steps;
        self
    }

    /// Leaves out the inner points of each step.
    ///
    /// Times between steps are then interpolated through the five nearest steps, with an error that
    /// can be far above the tolerance; the steps themselves are as accurate as before.
    #[must_use]
    pub fn without_dense_output(mut self) -> Self {
        self.dense = false;
        self
    }

    /// Follows a system that is stiff to the end, in the many small steps that this takes.
    ///
    /// Without it a run that is limited by stability and not by accuracy ends in [`Error::Stiff`] after a
    /// thousand steps.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let light = Problem::new(HeavyBall::new(1e-4, 1.0)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
    /// let method = Dop853::new(1e-12, 1e-12);
    /// assert!(matches!(light.solve(&method), Err(Error::Stiff { .. })));
    /// assert!(light.solve(&method.without_stiffness_test()).is_ok());
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use]
    pub fn without_stiffness_test(mut self) -> Self {
        self.control.stiffness_test = u32::MAX;
        self
    }

    /// Solves `system` from `start` at time `span.0` to time `span.1`, which may be earlier.
    ///
    /// # Errors
    /// As for [`Rk45::integrate`](crate::Rk45::integrate).
    pub fn integrate<D, S>(
        &self,
        system: &S,
        span: (f64, f64),
        start: OVector<f64, D>,
    ) -> Result<Solution<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let span = Span::new(span.0, span.1)?;
        Ok(Solution::new(self.run(system, span, start)?))
    }

    /// The accepted steps from `start`, which they include, over `length` from the start of `span`, and
    /// the evaluations they took; `first` is the first step, 0 to choose it.
    fn steps<D, S, const BACKWARD: bool>(
        &self,
        clocked: Clocked<'_, S, BACKWARD>,
        span: Span,
        length: f64,
        first: f64,
        start: OVector<f64, D>,
    ) -> Result<(Output<D>, usize), Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let system = clocked.inner();
        let staged = Staged::new(clocked);
        let mut solver = self.control.dop853(staged, length, first, start.clone());
        let outcome = solver.integrate();
        let output = SolverResult::from(solver);
        match outcome {
            Ok(statistics) => Ok((output, statistics.num_eval as usize)),
            Err(error) => {
                let (elapsed, states) = output.get();
                let taken = elapsed.len().saturating_sub(1);
                let last = elapsed.iter().zip(states).last();
                let last = last.map_or((0.0, start), |(at, state)| (*at, state.clone()));
                Err(self.control.explain(&error, system, span, taken, last))
            }
        }
    }

    /// The steps at `elapsed` with the inner points of each between them.
    fn filled<D, S, const BACKWARD: bool>(
        &self,
        system: &S,
        span: Span,
        elapsed: &[f64],
        states: &[OVector<f64, D>],
    ) -> Result<Steps<OVector<f64, D>>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let capacity = elapsed.len() * (FILL.len() + 1);
        let mut times = Vec::with_capacity(capacity);
        let mut values = Vec::with_capacity(capacity);
        for (ends, state) in elapsed.windows(2).zip(states) {
            let [before, after] = ends else { continue };
            let (mut at, mut state) = (*before, state.clone());
            for fraction in FILL {
                let to = before + fraction * (after - before);
                // The length is that on the solver's clock: times far from zero are coarser.
                let (rest, length) = (span.after(at), to - at);
                let clocked = Clocked::<S, BACKWARD>::new(system, rest);
                let (inner, _) = self.steps(clocked, rest, length, length, state.clone())?;
                let reached = inner.get().1.last().unwrap_or(&state).clone();
                times.push(at);
                values.push(state);
                (at, state) = (to, reached);
            }
            times.push(at);
            values.push(state);
        }
        times.extend(elapsed.last());
        values.extend(states.last().cloned());
        Ok((times, values))
    }
}

impl Adaptive for Dop853 {
    fn control(&self) -> &Control {
        &self.control
    }

    fn run_clocked<D, S, const BACKWARD: bool>(
        &self,
        system: &S,
        span: Span,
        start: OVector<f64, D>,
    ) -> Result<Run<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let clocked = Clocked::<S, BACKWARD>::new(system, span).stopping();
        let (output, evaluations) = self.steps(clocked, span, span.length(), 0.0, start.clone())?;
        let (elapsed, values) = output.get();
        let covered = span.covered(elapsed.last());
        let (elapsed, values) = match self.dense {
            true => self.filled::<D, S, BACKWARD>(system, span, elapsed, values)?,
            false => (elapsed.clone(), values.clone()),
        };
        let clocked = Clocked::<S, BACKWARD>::new(system, span);
        let per_step = if self.dense { FILL.len() + 1 } else { 0 };
        let rate = |(node, (elapsed, state)): (usize, (&f64, &OVector<f64, D>))| {
            let mut rate = state.clone();
            clocked.system(*elapsed, state, &mut rate);
            if all_finite(&rate) {
                return Ok(rate);
            }
            let step = node / per_step.max(1);
            Err(spoiled_at(step, span.time(*elapsed), magnitude(state)))
        };
        let nodes = elapsed.iter().zip(&values).enumerate();
        let rates = nodes.map(rate).collect::<Result<_, _>>()?;
        Ok(Run {
            span: covered,
            end: values.last().unwrap_or(&start).clone(),
            start,
            output,
            between: Between::Hermite {
                elapsed,
                values,
                rates,
                per_step,
            },
            evaluations,
        })
    }
}
