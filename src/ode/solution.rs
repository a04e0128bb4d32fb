//! Solution: the solution of a first-order system by an adaptive method, at any time of its span.

use crate::Error;
use crate::ode::adaptive::Extension;
use crate::ode::{Crossing, Scan, Span, hermite, window};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;
use ode_solvers::dop_shared::SolverResult;
use std::ops::Range;
use std::sync::OnceLock;

/// The solution of a first-order system over a span of time.
///
/// [`Self::times`] are those of the solver's steps, with both ends of the span exact; [`Self::at`] interpolates.
#[derive(Debug, Clone)]
pub struct Solution<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    run: Run<D>,
    steps: OnceLock<Steps<OVector<f64, D>>>,
}

/// A [`Solution`] whose states have `N` components: twice the dimension, for a system in phase space.
pub type SolutionIn<const N: usize> = Solution<Const<N>>;

/// Times and the states at them.
pub(crate) type Steps<S> = (Vec<f64>, Vec<S>);

impl<D: Dim> Solution<D>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn new(run: Run<D>) -> Self {
        let steps = OnceLock::new();
        Self { run, steps }
    }

    fn steps(&self) -> &Steps<OVector<f64, D>> {
        self.steps.get_or_init(|| self.run.steps(OVector::clone))
    }

    /// The times of the steps, from the start of the span to its end, both exact.
    pub fn times(&self) -> &[f64] {
        &self.steps().0
    }

    /// The states at those times.
    pub fn states(&self) -> &[OVector<f64, D>] {
        &self.steps().1
    }

    /// The state at the end of the span.
    pub fn last(&self) -> &OVector<f64, D> {
        &self.run.end
    }

    /// The number of evaluations of the system, without those for dense output.
    pub fn evaluations(&self) -> usize {
        self.run.evaluations
    }

    /// The first time at which `root(t, y)` has the change of sign `crossing`, located to adjacent floating-point
    /// numbers.
    ///
    /// The function is evaluated at the ends of each quarter of a step: two changes of sign within one are missed.
    ///
    /// # Errors
    /// [`EventError::NotANumber`](crate::error::EventError::NotANumber) if the function is NaN.
    ///
    /// ```
    /// use heavyball::events::Crossing;
    /// use heavyball::prelude::*;
    /// use heavyball::NesterovFlow;
    /// use nalgebra::{Const, vector};
    ///
    /// // The first zero of 2J₁(t√2)/(t√2) is j₁,₁/√2.
    /// let flow = NesterovFlow::new(Quadratic::diagonal(vector![2.0])?, 3.0)?.in_phase_space(Const::<1>);
    /// let method = Dop853::new(1e-13, 1e-14).with_fine_output();
    /// let run = method.integrate(&flow, (0.0, 4.0), vector![1.0, 0.0])?;
    /// let zero = run.first_crossing(Crossing::Falling, |_, state| state[0])?;
    /// assert!((zero.unwrap() - 2.7094252750467112).abs() < 1e-12);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn first_crossing(
        &self,
        crossing: Crossing,
        root: impl Fn(f64, &OVector<f64, D>) -> f64,
    ) -> Result<Option<f64>, Error> {
        self.scan(crossing, root, 1)
            .map(|found| found.first().copied())
    }

    /// All times at which `root(t, y)` has the change of sign `crossing`, in the order of the run.
    ///
    /// Located like [`Self::first_crossing`]. [`Crossing::Reached`] gives the start, if the function is zero or below
    /// there, and every later falling crossing.
    ///
    /// # Errors
    /// [`EventError::NotANumber`](crate::error::EventError::NotANumber) if the function is NaN.
    ///
    /// ```
    /// use heavyball::events::Crossing;
    /// use heavyball::prelude::*;
    /// use heavyball::NesterovFlow;
    /// use nalgebra::{Const, vector};
    ///
    /// let pendulum = NesterovFlow::new(Quadratic::diagonal(vector![1.0])?, 2.0)?.in_phase_space(Const::<1>);
    /// let method = Dop853::new(1e-13, 1e-14).with_fine_output();
    /// let run = method.integrate(&pendulum, (0.0, 10.0), vector![1.0, 0.0])?;
    /// let zeros = run.crossings(Crossing::Either, |_, state| state[0])?; // of sin t/t
    /// assert_eq!(zeros.len(), 3);
    /// assert!((zeros[2] / 3.0 - std::f64::consts::PI).abs() < 1e-12);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn crossings(
        &self,
        crossing: Crossing,
        root: impl Fn(f64, &OVector<f64, D>) -> f64,
    ) -> Result<Vec<f64>, Error> {
        self.scan(crossing, root, usize::MAX)
    }

    /// The first `count` crossings.
    fn scan(
        &self,
        crossing: Crossing,
        root: impl Fn(f64, &OVector<f64, D>) -> f64,
        count: usize,
    ) -> Result<Vec<f64>, Error> {
        let (times, states) = self.steps();
        let at_step = |step| {
            let here = times.get(step).zip(states.get(step));
            here.map_or(f64::NAN, |(time, state)| root(*time, state))
        };
        let between = |time| Ok(root(time, &self.at(time)?));
        let mut scan = Scan::new(times, &at_step, &between, crossing);
        let mut found = Vec::new();
        while found.len() < count {
            match scan.find_next()? {
                Some(time) => found.push(time),
                None => break,
            }
        }
        Ok(found)
    }

    /// The state at any time of the span, ends included.
    ///
    /// # Errors
    /// [`SpanError::TimeOutsideSpan`](crate::error::SpanError::TimeOutsideSpan) for a time outside the span, and for
    /// NaN.
    pub fn at(&self, time: f64) -> Result<OVector<f64, D>, Error> {
        self.run.at(time)
    }
}

/// The result of an adaptive run: the output of the solver, and the dense output.
#[derive(Debug, Clone)]
pub(crate) struct Run<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) span: Span,
    pub(crate) start: OVector<f64, D>,
    pub(crate) end: OVector<f64, D>,
    /// The steps on the solver's clock, which may or may not include the start.
    pub(crate) output: SolverResult<f64, OVector<f64, D>>,
    pub(crate) between: Between<D>,
    pub(crate) evaluations: usize,
}

/// How a time between two steps is interpolated.
#[derive(Debug, Clone)]
pub(crate) enum Between<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// None, since the span has length 0.
    Nothing,
    /// The continuous output of the Runge–Kutta method.
    Continuous(ContinuousOutputModel<f64, OVector<f64, D>>),
    /// The polynomials of Dop853.
    Extended(Extension<D>),
    /// Hermite interpolation through the five nearest steps, with the derivatives at them.
    Steps { rates: Vec<OVector<f64, D>> },
    /// Hermite interpolation through the `per_step` nodes of one step and the first node of the next.
    Filled {
        elapsed: Vec<f64>,
        values: Vec<OVector<f64, D>>,
        rates: Vec<OVector<f64, D>>,
        per_step: usize,
    },
}

impl<D: Dim> Run<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The run over a span of length 0.
    pub(crate) fn point(span: Span, start: OVector<f64, D>) -> Self {
        Self {
            span,
            end: start.clone(),
            start,
            output: SolverResult::default(),
            between: Between::Nothing,
            evaluations: 0,
        }
    }

    /// The steps, with both ends of the span, and the states converted by `keep`.
    ///
    /// Computed on request: a run that is only read by [`Self::at`] is not copied.
    pub(crate) fn steps<S>(&self, keep: impl Fn(&OVector<f64, D>) -> S) -> Steps<S> {
        let (elapsed, outputs) = self.output.get();
        let mut times = Vec::with_capacity(elapsed.len() + 1);
        let mut states = Vec::with_capacity(elapsed.len() + 1);
        times.push(self.span.from);
        states.push(keep(&self.start));
        for (elapsed, state) in elapsed.iter().zip(outputs) {
            if *elapsed > 0.0 {
                times.push(self.span.time(*elapsed));
                states.push(keep(state));
            }
        }
        // The sum of the steps may differ from the length by an ulp.
        if let Some(last) = times.last_mut() {
            *last = self.span.until;
        }
        (times, states)
    }

    pub(crate) fn at(&self, time: f64) -> Result<OVector<f64, D>, Error> {
        let elapsed = self.span.elapsed(time)?;
        if time == self.span.until {
            return Ok(self.end.clone());
        }
        match &self.between {
            Between::Nothing => Ok(self.end.clone()),
            Between::Continuous(model) => {
                // The end of the model may differ from that of the span by an ulp.
                let inside = elapsed.min(model.bounds().1);
                Ok(model.evaluate(inside).unwrap_or_else(|| self.end.clone()))
            }
            Between::Extended(extension) => {
                let (ends, states) = self.output.get();
                let state = extension.at(ends, states, elapsed);
                Ok(state.unwrap_or_else(|| self.end.clone()))
            }
            Between::Steps { rates } => {
                let (nodes, values) = self.output.get();
                let nearest = window(nodes, elapsed, 5);
                Ok(self.through(nodes, values, rates, nearest, elapsed))
            }
            Between::Filled {
                elapsed: nodes,
                values,
                rates,
                per_step,
            } => {
                let last_step = nodes.len().saturating_sub(2) / per_step;
                let after = nodes.partition_point(|node| *node <= elapsed);
                let step = (after.saturating_sub(1) / per_step).min(last_step);
                let own = step * per_step..step * per_step + per_step + 1;
                Ok(self.through(nodes, values, rates, own, elapsed))
            }
        }
    }

    /// The Hermite polynomial through the nodes in `range`, at `elapsed`.
    fn through(
        &self,
        nodes: &[f64],
        values: &[OVector<f64, D>],
        rates: &[OVector<f64, D>],
        range: Range<usize>,
        elapsed: f64,
    ) -> OVector<f64, D> {
        let weights = hermite(nodes.get(range.clone()).unwrap_or_default(), elapsed);
        let values = values.get(range.clone()).unwrap_or_default();
        let rates = rates.get(range).unwrap_or_default();
        let mut sum = self.end.map(|_| 0.0);
        for ((weight, value), rate) in weights.iter().zip(values).zip(rates) {
            sum.zip_zip_apply(value, rate, |sum, value, rate| {
                *sum += weight.value * value + weight.rate * rate;
            });
        }
        sum
    }
}
