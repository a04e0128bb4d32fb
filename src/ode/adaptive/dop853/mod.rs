//! Dop853: the adaptive Dormand–Prince method of order 8(5,3) of ode_solvers, for any first-order system.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.10.
//! The dense output is implemented here, since ode_solvers 0.6.2 has no continuous output for this method and its
//! `Dense` output can extrapolate.

mod coefficients;
mod extending;
mod extension;
mod inner_points;
mod staged;

pub(crate) use extension::Extension;

use crate::Error;
use crate::check::{all_finite, magnitude};
use crate::ode::adaptive::clocked::Clocked;
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::watched::spoiled_at;
use crate::ode::solution::Between;
use crate::ode::{Adaptive, FirstOrderSystem, Run, Solution, Span};
use extending::Extending;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use ode_solvers::dop_shared::SolverResult;
use staged::{Rates, Recorder, Spoiled, Staged};

/// The Dormand–Prince method of order 8(5,3), adaptive: for tight tolerances and references.
///
/// Costs twelve gradients per step, eleven for a rejected one. Between the steps the solution is interpolated in one of
/// three ways; the steps themselves are bit-identical in all three:
///
/// | dense output | order | additional gradients per step | additional error, in tolerances |
/// |---|---|---|---|
/// | by default, the polynomial of the method | 7 | 3 | 3 to 50; up to about 10⁴ for a stiff ball |
/// | [`Self::with_fine_output`] | 9 | about 40 | not measurable |
/// | [`Self::without_dense_output`] | 9, over five steps | 0 | 0.05 on a spring to 800 on a double well |
///
/// The errors were measured at tolerances from 1e-4 to 1e-13 on springs, the double well, Rosenbrock's and Himmelblau's
/// functions (`tests/motion/between_steps.rs`). A ball is stiff if its steps are limited by stability, h > 6m/γ: the
/// polynomial of a long step then amplifies the remainder of the fast motion. For events of such a ball, or a figure of
/// small differences, use the fine output.
///
/// The polynomial is that of Hairer, Nørsett and Wanner, of degree 7 with a continuous derivative; its error within a
/// step is O(h⁸), that of the step O(h⁹). It stores five vectors per step.
/// [`Trajectory::gradients`](crate::Trajectory::gradients) and [`Solution::evaluations`] count those of the steps
/// alone.
///
/// Measured order on an undamped oscillator: the errors in x and ẋ fall as the number of gradients to the power −8.1 to
/// −8.2, from 1e-4 to 1e-12 (example `work_precision`, checked by `tests/examples`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?, vector![1.0]);
/// let problem = problem.until(10.0);
/// let method = Dop853::new(1e-13, 1e-13);
/// let run = problem.solve(&method)?;
/// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(3.0, 1.0, 0.0).0;
/// assert!((run.at(3.0)?.position.x - exact).abs() < 1e-12);
/// let fine = problem.solve(&method.with_fine_output())?;
/// assert!((fine.at(3.0)?.position.x - exact).abs() < 3e-13);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Dop853 {
    control: Control,
    output: Output,
}

/// The kind of dense output.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Output {
    /// None.
    Steps,
    /// The polynomial of the method, of order 7.
    Extended,
    /// Three inner points in each step.
    Fine,
}

/// The steps as ode_solvers records them.
type Record<D> = SolverResult<f64, OVector<f64, D>>;

impl Dop853 {
    /// The method with these tolerances.
    ///
    /// Infallible: the tolerances are checked when the method solves, and must be positive and finite then.
    pub fn new(relative: f64, absolute: f64) -> Self {
        let control = Control::new(relative, absolute);
        Self {
            control,
            output: Output::Extended,
        }
    }

    /// Limits a run to `steps` steps instead of a million.
    #[must_use]
    pub fn with_max_steps(mut self, steps: u32) -> Self {
        self.control.max_steps = steps;
        self
    }

    /// Makes the dense output as accurate as the steps, for about 40 additional gradients per step.
    ///
    /// Three inner points of each step (Chebyshev–Lobatto) are computed by steps of the same method; the five points
    /// and their derivatives define a Hermite polynomial of degree 9. For references, events to full accuracy, and
    /// stiff motion.
    ///
    /// ```
    /// use heavyball::events::TurningPoint;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let bowl = Quadratic::diagonal(vector![1.0])?;
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, bowl, vector![1.0]).until(4.0);
    /// let method = Dop853::new(1e-13, 1e-13).with_fine_output();
    /// let run = problem.solve_until(&method, &[&TurningPoint::new(0)])?;
    /// assert!(run.event.is_some_and(|event| (event.time - std::f64::consts::PI).abs() < 1e-12));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use]
    pub fn with_fine_output(mut self) -> Self {
        self.output = Output::Fine;
        self
    }

    /// Disables dense output.
    ///
    /// Times between steps are then interpolated through the five nearest steps, with an error that can be far above
    /// the tolerance; the steps themselves are unchanged.
    #[must_use]
    pub fn without_dense_output(mut self) -> Self {
        self.output = Output::Steps;
        self
    }

    /// Disables the stiffness test, so that a stiff system is solved to the end, in many small steps.
    ///
    /// With the test, a run whose steps are limited by stability rather than accuracy ends in
    /// [`SolverError::Stiff`](crate::error::SolverError::Stiff) after a thousand steps.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let light = Problem::new(HeavyBall::new(1e-4, 1.0)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
    /// let method = Dop853::new(1e-12, 1e-12);
    /// assert!(matches!(light.solve(&method), Err(Error::Solver(heavyball::error::SolverError::Stiff { .. }))));
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
    /// The errors of [`Rk45::integrate`](crate::Rk45::integrate).
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

    /// The accepted steps over `length` from the start of `span`, `start` included, and the number of evaluations;
    /// `first` is the first step, 0 to let the solver choose.
    fn steps<D, S, R, const BACKWARD: bool>(
        &self,
        clocked: Clocked<'_, S, BACKWARD>,
        span: Span,
        length: f64,
        first: f64,
        start: OVector<f64, D>,
        recorder: &R,
    ) -> Result<(Record<D>, usize), Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        R: Recorder<OVector<f64, D>>,
        DefaultAllocator: Allocator<D>,
    {
        let system = clocked.inner();
        let staged = Staged::new(clocked, first == 0.0, recorder);
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
                Err(self.control.explain(&error, &system, span, taken, last))
            }
        }
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
        let (length, begin) = (span.length(), start.clone());
        let spoiled = |at: Spoiled| spoiled_at(at.steps, span.time(at.elapsed), at.magnitude);
        let (output, evaluations, between) = match self.output {
            Output::Steps => {
                let rates = Rates::new();
                let (output, evaluations) =
                    self.steps(clocked, span, length, 0.0, begin, &rates)?;
                let mut rate = start.clone();
                Clocked::<S, BACKWARD>::new(system, span).system(0.0, &start, &mut rate);
                if !all_finite(&rate) {
                    return Err(spoiled_at(0, span.from, magnitude(&start)));
                }
                let mut rates = rates.finish().map_err(spoiled)?;
                rates.insert(0, rate);
                (output, evaluations, Between::Steps { rates })
            }
            Output::Extended => {
                let extending = Extending::from(&start);
                let (output, evaluations) =
                    self.steps(clocked, span, length, 0.0, begin, &extending)?;
                let extension = extending.finish().map_err(spoiled)?;
                (output, evaluations, Between::Extended(extension))
            }
            Output::Fine => {
                let system: &dyn FirstOrderSystem<D> = &system;
                let clocked = Clocked::<_, BACKWARD>::new(system, span).stopping();
                let (output, evaluations) = self.steps(clocked, span, length, 0.0, begin, &())?;
                let filled = self.filled::<D, _, BACKWARD>(system, span, &output)?;
                (output, evaluations, filled)
            }
        };
        let (elapsed, states) = output.get();
        Ok(Run {
            span: span.covered(elapsed.last()),
            end: states.last().unwrap_or(&start).clone(),
            start,
            between,
            evaluations,
            output,
        })
    }
}
