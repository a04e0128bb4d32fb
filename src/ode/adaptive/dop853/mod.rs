//! Dop853: the adaptive Dormand–Prince method of order 8(5,3), for any first-order system.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.10.

mod output;
mod tableau;

use crate::Error;
use crate::ode::adaptive::control::{Control, control_settings};
use crate::ode::adaptive::course::{Course, not_finite};
use crate::ode::adaptive::runge_kutta::Position;
use crate::ode::{FirstOrderSystem, Solution, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
pub(crate) use output::Steps;

/// The Dormand–Prince method of order 8(5,3), adaptive: for tight tolerances and references.
///
/// Costs twelve gradients per step, eleven for a rejected one. Between the steps the solution is interpolated in one of
/// three ways; the steps themselves are bit-identical in all three:
///
/// | dense output | order | additional gradients per step | additional error, in tolerances |
/// |---|---|---|---|
/// | by default, the polynomial of the method | 7 | 3 | 3 to 20, at 1e-4 up to 110; up to about 10⁴ for a stiff ball |
/// | [`Self::with_fine_output`] | 9 | 36 | not measurable |
/// | [`Self::without_dense_output`] | 9, over five steps | 0 | 0.05 on a spring to 500 on a double well |
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
pub struct Dop853<S = [f64; 0]> {
    pub(crate) control: Control,
    pub(crate) stop_times: S,
    pub(crate) output: Output,
}

control_settings!(Dop853, output);

/// The kind of dense output.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Output {
    /// None.
    Steps,
    /// The polynomial of the method, of order 7.
    Extended,
    /// Three inner points in each step.
    Fine,
}

impl Dop853 {
    /// The method with these tolerances.
    ///
    /// Infallible: the tolerances are checked when the method solves, and must be positive and finite then.
    pub fn new(relative: f64, absolute: f64) -> Self {
        Self {
            control: Control::new(relative, absolute),
            stop_times: [],
            output: Output::Extended,
        }
    }
}

impl<S> Dop853<S> {
    /// Makes the dense output as accurate as the steps, for 36 additional gradients per step.
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
}

impl<S: AsRef<[f64]>> Dop853<S> {
    /// Solves `system` from `start` at time `span.0` to time `span.1`, which may be earlier.
    ///
    /// # Errors
    /// The errors of [`Rk45::integrate`](crate::Rk45::integrate).
    pub fn integrate<D, F>(
        &self,
        system: &F,
        span: (f64, f64),
        start: OVector<f64, D>,
    ) -> Result<Solution<D>, Error>
    where
        D: Dim,
        F: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let span = Span::new(span.0, span.1)?;
        self.control.check(self.stop_times.as_ref())?;
        system.check_start(&start)?;
        if span.length() == 0.0 {
            return Ok(Solution::point(span, start));
        }
        let steps = Steps::new(system, &self.control, Position::State, start, span.from);
        let mut record = steps.begin();
        let mut course = Course::new(steps, &self.control, self.stop_times.as_ref(), span)?;
        while course.step()?.is_some() {
            let (ends, elapsed) = (course.last_ends(), course.elapsed());
            if !record.has_room() {
                return Err(course.out_of_memory(record.bytes()));
            }
            if course.is_restarted() {
                record.restart(|numbers| course.pair.write_start(numbers));
            }
            let recorded = self
                .output
                .record(&mut course.pair, ends, elapsed, &mut record);
            recorded.map_err(|spoiled| not_finite(&course.pair, course.counts.steps, spoiled))?;
            if system.stops(ends.to, &course.pair.next) {
                break;
            }
        }
        Ok(Solution::of_record(
            span,
            record,
            course.pair.state,
            course.counts,
        ))
    }
}
