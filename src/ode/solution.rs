//! Solution: the solution of a first-order system by an adaptive method, at any time of its span.

use crate::Error;
use crate::ode::adaptive::course::Counts;
use crate::ode::adaptive::interpolant::Interpolant;
use crate::ode::adaptive::record::Record;
use crate::ode::adaptive::solver::SolverRun;
use crate::ode::{Crossing, Scan, Span};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};
use std::sync::OnceLock;

/// The solution of a first-order system over a span of time.
///
/// [`Self::times`] are those of the solver's steps, with both ends of the span exact; [`Self::at`] interpolates.
#[derive(Debug, Clone)]
pub struct Solution<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    span: Span,
    end: OVector<f64, D>,
    kept: Kept<D>,
    counts: Counts,
    listed: OnceLock<Steps<OVector<f64, D>>>,
}

/// A [`Solution`] whose states have `N` components: twice the dimension, for a system in phase space.
pub type SolutionIn<const N: usize> = Solution<Const<N>>;

/// The steps with their dense output.
#[derive(Debug, Clone)]
enum Kept<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    Record(Record<Interpolant>),
    Solver {
        start: OVector<f64, D>,
        run: SolverRun<D>,
    },
}

/// Times and the states at them.
pub(crate) type Steps<S> = (Vec<f64>, Vec<S>);

impl<D: Dim> Solution<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// A run over a span of length 0.
    pub(crate) fn point(span: Span, start: OVector<f64, D>) -> Self {
        let record = Record::new(start.len(), start.iter().copied().collect());
        Self::of_record(span, record, start, Counts::default())
    }

    /// A run that ended where `record` does: at the end of `span`, or before it if it was stopped. The state `end` has any
    /// content.
    pub(crate) fn of_record(
        span: Span,
        record: Record<Interpolant>,
        mut end: OVector<f64, D>,
        counts: Counts,
    ) -> Self {
        let last = record.elapsed(record.steps());
        record.write_end(record.steps(), end.as_mut_slice());
        Self {
            span: span.covered(Some(&last)),
            end,
            kept: Kept::Record(record),
            counts,
            listed: OnceLock::new(),
        }
    }

    /// A run of ode_solvers.
    pub(crate) fn of_solver(run: SolverRun<D>, start: OVector<f64, D>) -> Self {
        Self {
            span: run.span,
            end: run.steps().1.last().unwrap_or(&start).clone(),
            counts: run.counts,
            kept: Kept::Solver { start, run },
            listed: OnceLock::new(),
        }
    }

    fn listed(&self) -> &Steps<OVector<f64, D>> {
        self.listed.get_or_init(|| {
            let mut times = vec![self.span.from];
            let mut states = Vec::new();
            match &self.kept {
                Kept::Record(record) => {
                    let ends = (1..=record.steps()).map(|step| record.elapsed(step));
                    times.extend(ends.map(|elapsed| self.span.time(elapsed)));
                    let mut state = self.end.clone();
                    states.extend((0..=record.steps()).map(|step| {
                        record.write_end(step, state.as_mut_slice());
                        state.clone()
                    }));
                }
                Kept::Solver { start, run } => {
                    states.push(start.clone());
                    let (elapsed, reached) = run.steps();
                    for (elapsed, state) in elapsed.iter().zip(reached) {
                        if *elapsed > 0.0 {
                            times.push(self.span.time(*elapsed));
                            states.push(state.clone());
                        }
                    }
                }
            }
            // The sum of the steps may differ from the length by an ulp.
            if let Some(last) = times.last_mut() {
                *last = self.span.until;
            }
            (times, states)
        })
    }

    /// The times of the steps, from the start of the span to its end, both exact.
    pub fn times(&self) -> &[f64] {
        &self.listed().0
    }

    /// The states at those times.
    pub fn states(&self) -> &[OVector<f64, D>] {
        &self.listed().1
    }

    /// The state at the end of the span.
    pub fn last(&self) -> &OVector<f64, D> {
        &self.end
    }

    /// The number of evaluations of the system, without those for dense output.
    pub fn evaluations(&self) -> usize {
        self.counts.evaluations
    }

    /// The number of accepted steps.
    pub fn steps(&self) -> usize {
        self.counts.steps
    }

    /// The number of attempted steps whose error was too large.
    pub fn rejections(&self) -> usize {
        self.counts.rejections
    }

    /// The longest accepted step.
    pub fn largest_step(&self) -> f64 {
        self.counts.largest
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
        let (times, states) = self.listed();
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
        let elapsed = self.span.elapsed(time)?;
        if time == self.span.until {
            return Ok(self.end.clone());
        }
        match &self.kept {
            Kept::Record(record) => {
                let mut state = self.end.clone();
                let step = record.find(elapsed);
                record.write(step, elapsed, self.span.direction(), state.as_mut_slice());
                Ok(state)
            }
            Kept::Solver { run, .. } => Ok(run.at(elapsed).unwrap_or_else(|| self.end.clone())),
        }
    }
}
