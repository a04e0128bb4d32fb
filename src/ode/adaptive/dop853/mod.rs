//! Dop853: ode_solvers' adaptive Dormand–Prince method of order 8(5,3), over any first-order system.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
//! section II.10. What lies between the steps is ours, since ode_solvers 0.6.2 gives no continuous
//! output of this method and its `Dense` output can extrapolate.

mod extension;
mod staged;

pub(crate) use extension::Extension;

use crate::Error;
use crate::check::{all_finite, magnitude};
use crate::ode::adaptive::control::{Clocked, Control, spoiled_at};
use crate::ode::solution::Between;
use crate::ode::{Adaptive, FirstOrderSystem, Run, Solution, Span, Steps};
use extension::Extending;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use ode_solvers::dop_shared::SolverResult;
use staged::{Rates, Recorder, Spoiled, Staged};

/// The Dormand–Prince method of order 8(5,3), adaptive: for tight tolerances and references.
///
/// Twelve gradients a step, eleven for one that is rejected. What lies between the steps is one of three, and the steps are the same to the bit:
///
/// | between the steps | order | more gradients a step | error beyond that of the steps, in tolerances |
/// |---|---|---|---|
/// | the method's own polynomial | 7 | 3 | 3 to 50; where the ball is stiff up to some 10⁴ |
/// | [`Self::with_fine_output`] | 9 | about 40 | none that shows |
/// | [`Self::without_dense_output`] | 9, over five steps | 0 | 0.05 on a spring to 800 on a double well |
///
/// The errors are measured between tolerances of 1e-4 and 1e-13 on springs, a double well, Rosenbrock's valley and Himmelblau's hills
/// (`tests/motion/between_steps.rs`). Stiff is a ball whose steps are limited by stability, h > 6m/γ: the polynomial of a long step
/// then multiplies what is left of the fast motion. An event, or a figure of small differences, of such a ball wants the fine output.
///
/// The polynomial is Hairer's, Nørsett's and Wanner's, of degree 7, with a continuous derivative: wrong within a step by O(h⁸) where the step is wrong by O(h⁹).
/// Five vectors a step are kept for it.
/// [`Trajectory::gradients`](crate::Trajectory::gradients) and [`Solution::evaluations`] count the steps alone.
///
/// Measured order on an undamped oscillator: errors in x and ẋ fall like gradients to the power −8.1 to −8.2, from 1e-4 to 1e-12
/// (example `work_precision`, checked by `tests/examples`).
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

/// What is known between the steps.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Output {
    /// Nothing but the steps.
    Steps,
    /// The method's polynomial of order 7.
    Extended,
    /// Three more points in each step.
    Fine,
}

/// ode_solvers' own record of the steps.
type Record<D> = SolverResult<f64, OVector<f64, D>>;

/// Where a step is filled: inner Chebyshev–Lobatto points, (1 − cos(jπ/4))/2.
const FILL: [f64; 3] = [0.146_446_609_406_726_24, 0.5, 0.853_553_390_593_273_8];

impl Dop853 {
    /// The method with relative and absolute tolerance, checked when it solves.
    pub fn new(relative: f64, absolute: f64) -> Self {
        let control = Control::new(relative, absolute);
        Self {
            control,
            output: Output::Extended,
        }
    }

    /// Allows `steps` steps instead of a million.
    #[must_use]
    pub fn with_max_steps(mut self, steps: u32) -> Self {
        self.control.max_steps = steps;
        self
    }

    /// Makes times between the steps as accurate as the steps, for about 40 gradients a step more.
    ///
    /// Each step is filled with three inner points (Chebyshev–Lobatto) by steps of the same method, and the five points with their
    /// derivatives give a Hermite polynomial of degree 9. For references, for events to the last digits, and for stiff motions.
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

    /// Leaves out what lies between the steps.
    ///
    /// Times between steps are then interpolated through the five nearest steps, with an error that
    /// can be far above the tolerance; the steps themselves are as accurate as before.
    #[must_use]
    pub fn without_dense_output(mut self) -> Self {
        self.output = Output::Steps;
        self
    }

    /// Follows a system that is stiff to the end, in the many small steps that this takes.
    ///
    /// Without it a run that is limited by stability and not by accuracy ends in [`SolverError::Stiff`](crate::error::SolverError::Stiff) after a
    /// thousand steps.
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
                Err(self.control.explain(&error, system, span, taken, last))
            }
        }
    }

    /// The steps in `record` with the inner points of each between them, interpolated through.
    fn filled<D, S, const BACKWARD: bool>(
        &self,
        system: &S,
        span: Span,
        record: &Record<D>,
    ) -> Result<Between<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let (elapsed, values) = self.inner_points::<D, S, BACKWARD>(system, span, record.get())?;
        let clocked = Clocked::<S, BACKWARD>::new(system, span);
        let per_step = FILL.len() + 1;
        let rate = |(node, (elapsed, state)): (usize, (&f64, &OVector<f64, D>))| {
            let mut rate = state.clone();
            clocked.system(*elapsed, state, &mut rate);
            if all_finite(&rate) {
                return Ok(rate);
            }
            let step = node / per_step;
            Err(spoiled_at(step, span.time(*elapsed), magnitude(state)))
        };
        let nodes = elapsed.iter().zip(&values).enumerate();
        let rates = nodes.map(rate).collect::<Result<_, _>>()?;
        Ok(Between::Filled {
            elapsed,
            values,
            rates,
            per_step,
        })
    }

    /// The steps of a record with the inner points of each between them.
    fn inner_points<D, S, const BACKWARD: bool>(
        &self,
        system: &S,
        span: Span,
        (elapsed, states): (&Vec<f64>, &Vec<OVector<f64, D>>),
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
                let (inner, _) = self.steps(clocked, rest, length, length, state.clone(), &())?;
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
                let (output, evaluations) = self.steps(clocked, span, length, 0.0, begin, &())?;
                let filled = self.filled::<D, S, BACKWARD>(system, span, &output)?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use nalgebra::{Const, Vector2, vector};

    /// ẍ = −x in (x, ẋ).
    struct Circle;

    impl FirstOrderSystem<Const<2>> for Circle {
        fn derivative(&self, _: f64, state: &Vector2<f64>, derivative: &mut Vector2<f64>) {
            *derivative = vector![state.y, -state.x];
        }
    }

    /// Distance from (cos t, −sin t) at the part `part` of one step of `length`.
    fn one_step(length: f64, part: f64) -> f64 {
        let (method, span) = (Dop853::new(1e9, 1e9), Span::new(0.0, length).unwrap());
        let start = vector![1.0, 0.0];
        let extending = Extending::from(&start);
        let clocked = Clocked::<_, false>::new(&Circle, span);
        let run = method.steps(clocked, span, length, length, start, &extending);
        let (record, _) = run.unwrap();
        let (ends, states) = record.get();
        assert_eq!(ends.len(), 2);
        let extension = extending.finish().unwrap();
        let time = part * length;
        let state = extension.at(ends, states, time).unwrap();
        (state - vector![time.cos(), -time.sin()]).norm()
    }

    /// Within a step the polynomial is wrong by O(h⁸), as of order 7, everywhere.
    ///
    /// On this motion the slopes over four halvings approach 8 by O(h²), of which two give the limit.
    #[test]
    fn the_polynomial_has_order_seven_within_the_step() {
        let lengths = [2.4, 1.2, 0.6, 0.3, 0.15];
        for part in [0.1, 0.3, 0.5, 0.7, 0.9] {
            let errors = lengths.map(|length| one_step(length, part));
            let slopes: Vec<_> = errors.windows(2).map(|e| (e[0] / e[1]).log2()).collect();
            println!("{part}: {slopes:.3?}");
            for pair in slopes.windows(2) {
                let limit = pair[1] + (pair[1] - pair[0]) / 3.0;
                assert!((limit - 8.0).abs() < 0.05, "{part}: {slopes:?}");
            }
        }
    }
}
