//! Rk45 and Dop853: ode_solvers' adaptive Runge–Kutta methods over any first-order system.
//!
//! The solver always sees the time from 0 to T: [`Span`] shifts and reflects it, since ode_solvers
//! 0.6.2 fails on spans that start below zero or run backward. Its `Dense` output, which can
//! extrapolate the last point or miss it, is never used; see [`Solution`] for what is.
//! References: J. R. Dormand, P. J. Prince, *J. Comput. Appl. Math.* 6 (1980) 19; E. Hairer, S. P.
//! Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., sections II.5 and II.10.

use crate::error::positive;
use crate::potential::{OVERFLOW, magnitude};
use crate::solution::{Between, Dense, Run, Solution};
use crate::span::Span;
use crate::system::FirstOrderSystem;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use ode_solvers::dop_shared::IntegrationError;
use ode_solvers::{OutputType, System};
use std::cell::Cell;

/// The Dormand–Prince method of order 5(4), adaptive, with dense output of order 4.
///
/// Each step keeps its error estimate below atol + rtol·|y| in root mean square. The error at the
/// end of a span is usually within a small multiple of that, more on unstable motion. Six gradients
/// a step. Not for stiff systems: a tiny mass, or a large γ/m, needs steps of order m/γ.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.5, -1.5]).until(200.0);
/// let run = problem.solve(&Rk45::new(1e-9, 1e-9))?;
/// assert!((run.last().position.x.abs() - 1.0).abs() < 1e-6);
/// assert!((run.at(3.3)?.position.y).abs() < 1.5);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rk45 {
    control: Control,
}

/// The Dormand–Prince method of order 8(5,3), adaptive: for tight tolerances and references.
///
/// Eleven gradients a step. ode_solvers 0.6.2 has no continuous output for this method; here each
/// step is filled with three inner points by steps of the same method, and a time between them is
/// interpolated from values and derivatives to order 10. That costs about 40 gradients a step
/// more; [`Self::without_dense_output`] saves them.
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

/// Tolerances and the limit on steps.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Control {
    relative: f64,
    absolute: f64,
    max_steps: u32,
}

impl Control {
    fn new(relative: f64, absolute: f64) -> Self {
        Self {
            relative,
            absolute,
            max_steps: 1_000_000,
        }
    }

    fn check(&self) -> Result<(), Error> {
        let advice = "; 1e-9 is a usual choice";
        positive("the relative tolerance", &self.relative, advice)?;
        positive("the absolute tolerance", &self.absolute, advice)
    }
}

impl Rk45 {
    /// The method with relative and absolute tolerance, checked when it solves.
    pub fn new(relative: f64, absolute: f64) -> Self {
        let control = Control::new(relative, absolute);
        Self { control }
    }

    /// Allows `steps` steps instead of a million.
    pub fn with_max_steps(mut self, steps: u32) -> Self {
        self.control.max_steps = steps;
        self
    }

    /// Solves `system` from `start` at time `span.0` to time `span.1`, which may be earlier.
    ///
    /// # Errors
    /// [`Error::NotPositive`] for a tolerance, [`Error::NotFinite`] for a time, those of
    /// [`FirstOrderSystem::check_start`]; [`Error::NonFiniteGradient`], [`Error::Diverged`],
    /// [`Error::Stiff`], [`Error::StepSizeUnderflow`] and [`Error::StepsExhausted`] from the run.
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
        let run = self.run(system, span, start, OVector::clone)?;
        Ok(Solution::new(run))
    }

    /// [`Self::integrate`] with each state in the form that `keep` gives it.
    pub(crate) fn run<D, S, K>(
        &self,
        system: &S,
        span: Span,
        start: OVector<f64, D>,
        keep: impl Fn(&OVector<f64, D>) -> K,
    ) -> Result<Run<K, D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.control.check()?;
        system.check_start(&start)?;
        if span.length() == 0.0 {
            return Ok(point(span, start, keep));
        }
        let watch = Watch::default();
        let mut model = ContinuousOutputModel::new();
        let mut solver = ode_solvers::Dopri5::from_param(
            Clocked::new(system, span, &watch),
            0.0,
            span.length(),
            0.0,
            start.clone(),
            self.control.relative,
            self.control.absolute,
            0.9,
            0.04,
            0.2,
            10.0,
            span.length(),
            0.0,
            self.control.max_steps,
            1000,
            OutputType::Continuous,
        );
        match solver.integrate_with_continuous_output_model(&mut model) {
            Err(error) => Err(watch.explain(&error, span)),
            Ok(statistics) => {
                let mut times = Vec::with_capacity(solver.x_out().len() + 1);
                times.push(span.from);
                times.extend(solver.x_out().iter().map(|elapsed| span.time(*elapsed)));
                end_exactly(&mut times, span);
                let mut states = Vec::with_capacity(times.len());
                states.push(keep(&start));
                states.extend(solver.y_out().iter().map(keep));
                let end = solver.y_out().last().cloned().unwrap_or(start);
                let between = Between::Continuous(model);
                Ok(Run {
                    times,
                    states,
                    dense: Dense { span, end, between },
                    evaluations: statistics.num_eval as usize,
                })
            }
        }
    }
}

/// The run over a span of no length.
fn point<D: Dim, K>(
    span: Span,
    start: OVector<f64, D>,
    keep: impl Fn(&OVector<f64, D>) -> K,
) -> Run<K, D>
where
    DefaultAllocator: Allocator<D>,
{
    Run {
        times: vec![span.from],
        states: vec![keep(&start)],
        dense: Dense {
            span,
            end: start,
            between: Between::Nothing,
        },
        evaluations: 0,
    }
}

/// The last sum of steps may miss the end of the span by an ulp.
fn end_exactly(times: &mut [f64], span: Span) {
    if let Some(last) = times.last_mut() {
        *last = span.until;
    }
}

/// States and when they are, on the solver's clock.
type Nodes<D> = Vec<(f64, OVector<f64, D>)>;

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
    pub fn with_max_steps(mut self, steps: u32) -> Self {
        self.control.max_steps = steps;
        self
    }

    /// Leaves out the inner points of each step.
    ///
    /// Times between steps are then interpolated through the five nearest steps, with an error that
    /// can be far above the tolerance; the steps themselves are as accurate as before.
    pub fn without_dense_output(mut self) -> Self {
        self.dense = false;
        self
    }

    /// Solves `system` from `start` at time `span.0` to time `span.1`, which may be earlier.
    ///
    /// # Errors
    /// As for [`Rk45::integrate`].
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
        let run = self.run(system, span, start, OVector::clone)?;
        Ok(Solution::new(run))
    }

    /// [`Self::integrate`] with each state in the form that `keep` gives it.
    pub(crate) fn run<D, S, K>(
        &self,
        system: &S,
        span: Span,
        start: OVector<f64, D>,
        keep: impl Fn(&OVector<f64, D>) -> K,
    ) -> Result<Run<K, D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.control.check()?;
        system.check_start(&start)?;
        if span.length() == 0.0 {
            return Ok(point(span, start, keep));
        }
        let (nodes, evaluations) = self.sparse(system, span, 0.0, start.clone())?;
        let mut times: Vec<_> = nodes.iter().map(|(at, _)| span.time(*at)).collect();
        end_exactly(&mut times, span);
        let states = nodes.iter().map(|(_, state)| keep(state)).collect();
        let end = nodes.last().map_or(start, |(_, state)| state.clone());

        let (filled, per_step) = match self.dense {
            true => (self.filled(system, span, &nodes)?, FILL.len() + 1),
            false => (nodes, 0),
        };
        let watch = Watch::default();
        let clocked = Clocked::new(system, span, &watch);
        let rate = |(elapsed, state): &(f64, OVector<f64, D>)| {
            let mut rate = state.clone();
            clocked.system(*elapsed, state, &mut rate);
            rate
        };
        let rates = filled.iter().map(rate).collect();
        let (elapsed, values) = filled.into_iter().unzip();
        let between = Between::Hermite {
            elapsed,
            values,
            rates,
            per_step,
        };
        Ok(Run {
            times,
            states,
            dense: Dense { span, end, between },
            evaluations,
        })
    }

    /// The accepted steps from `start` at `elapsed` = 0 on; `first` is the first step, 0 to choose it.
    fn sparse<D, S>(
        &self,
        system: &S,
        span: Span,
        first: f64,
        start: OVector<f64, D>,
    ) -> Result<(Nodes<D>, usize), Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let watch = Watch::default();
        let mut solver = ode_solvers::Dop853::from_param(
            Clocked::new(system, span, &watch),
            0.0,
            span.length(),
            0.0,
            start,
            self.control.relative,
            self.control.absolute,
            0.9,
            0.0,
            0.333,
            6.0,
            span.length(),
            first,
            self.control.max_steps,
            1000,
            OutputType::Sparse,
        );
        match solver.integrate() {
            Err(error) => Err(watch.explain(&error, span)),
            Ok(statistics) => {
                let times = solver.x_out().iter().copied();
                let nodes = times.zip(solver.y_out().iter().cloned()).collect();
                Ok((nodes, statistics.num_eval as usize))
            }
        }
    }

    /// `nodes` with the inner points of every step between them.
    fn filled<D, S>(
        &self,
        system: &S,
        span: Span,
        nodes: &[(f64, OVector<f64, D>)],
    ) -> Result<Nodes<D>, Error>
    where
        D: Dim,
        S: FirstOrderSystem<D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let mut filled = Vec::with_capacity(nodes.len() * (FILL.len() + 1));
        for pair in nodes.windows(2) {
            let [(before, state), (after, _)] = pair else {
                continue;
            };
            let mut from = (*before, state.clone());
            for fraction in FILL {
                let to = before + fraction * (after - before);
                let part = Span {
                    from: span.time(from.0),
                    until: span.time(to),
                };
                let (steps, _) = self.sparse(system, part, part.length(), from.1.clone())?;
                let inner = steps.into_iter().last().map(|(_, state)| (to, state));
                filled.push(from.clone());
                from = inner.unwrap_or(from);
            }
            filled.push(from);
        }
        filled.extend(nodes.last().cloned());
        Ok(filled)
    }
}

/// Where a step is filled: inner Chebyshev–Lobatto points, (1 − cos(jπ/4))/2.
const FILL: [f64; 3] = [0.146_446_609_406_726_24, 0.5, 0.853_553_390_593_273_8];

/// A system on the solver's clock, which runs from 0 up.
struct Clocked<'s, S: ?Sized> {
    system: &'s S,
    from: f64,
    direction: f64,
    watch: &'s Watch,
}

impl<'s, S: ?Sized> Clocked<'s, S> {
    fn new(system: &'s S, span: Span, watch: &'s Watch) -> Self {
        Self {
            system,
            from: span.from,
            direction: span.direction(),
            watch,
        }
    }
}

impl<D, S> System<f64, OVector<f64, D>> for Clocked<'_, S>
where
    D: Dim,
    S: FirstOrderSystem<D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn system(&self, elapsed: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        let time = self.from + self.direction * elapsed;
        self.system.derivative(time, state, derivative);
        if self.direction < 0.0 {
            derivative.neg_mut();
        }
        // d − d is 0 or NaN: one branch for all components.
        if derivative.iter().map(|d| d - d).sum::<f64>() != 0.0 {
            self.watch.note(time, magnitude(state));
        }
    }
}

/// The last evaluation that was not finite, which the solver itself reports as an underflow.
#[derive(Default)]
struct Watch {
    spoiled: Cell<Option<(f64, f64)>>,
}

impl Watch {
    #[cold]
    fn note(&self, time: f64, position: f64) {
        self.spoiled.set(Some((time, position)));
    }

    /// The cause behind the solver's error.
    fn explain(&self, error: &IntegrationError, span: Span) -> Error {
        if let Some((time, position)) = self.spoiled.get() {
            let step = 0;
            return if Number::is_finite(&position) && position < OVERFLOW {
                Error::NonFiniteGradient {
                    step,
                    time,
                    position,
                }
            } else {
                Error::Diverged {
                    step,
                    time,
                    position,
                }
            };
        }
        match error {
            IntegrationError::MaxNumStepReached { x, n_step } => Error::StepsExhausted {
                steps: *n_step,
                time: span.time(*x),
            },
            IntegrationError::StepSizeUnderflow { x } => Error::StepSizeUnderflow {
                time: span.time(*x),
            },
            IntegrationError::StiffnessDetected { x } => Error::Stiff {
                time: span.time(*x),
            },
        }
    }
}
