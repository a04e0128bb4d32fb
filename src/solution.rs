//! Solution: what an adaptive run of a first-order system found, at any time of its span.

use crate::Error;
use crate::interpolation::{hermite, window};
use crate::span::Span;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::continuous_output_model::ContinuousOutputModel;

/// The solution of a first-order system over a span of time.
///
/// Times are the solver's own steps, both ends included exactly; [`Self::at`] interpolates.
#[derive(Debug, Clone)]
pub struct Solution<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    run: Run<OVector<f64, D>, D>,
}

impl<D: Dim> Solution<D>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn new(run: Run<OVector<f64, D>, D>) -> Self {
        Self { run }
    }

    /// The times of the solver's steps, from the start of the span to its end, both exact.
    pub fn times(&self) -> &[f64] {
        &self.run.times
    }

    /// The states at those times.
    pub fn states(&self) -> &[OVector<f64, D>] {
        &self.run.states
    }

    /// The state at the end of the span.
    pub fn last(&self) -> &OVector<f64, D> {
        &self.run.dense.end
    }

    /// Evaluations of the system that the solver took, dense output not counted.
    pub fn evaluations(&self) -> usize {
        self.run.evaluations
    }

    /// The state at any time of the span, ends included.
    ///
    /// # Errors
    /// [`Error::TimeOutsideSpan`] for any other time, NaN included.
    pub fn at(&self, time: f64) -> Result<OVector<f64, D>, Error> {
        self.run.dense.at(time)
    }
}

/// What an adaptive run leaves: its steps, each state in the form `S`, and the dense output.
#[derive(Debug, Clone)]
pub(crate) struct Run<S, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) times: Vec<f64>,
    pub(crate) states: Vec<S>,
    pub(crate) dense: Dense<D>,
    pub(crate) evaluations: usize,
}

/// The solution between the steps.
#[derive(Debug, Clone)]
pub(crate) struct Dense<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) span: Span,
    pub(crate) end: OVector<f64, D>,
    pub(crate) between: Between<D>,
}

/// How a time between two steps is interpolated.
#[derive(Debug, Clone)]
pub(crate) enum Between<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Nothing lies between: the span has no length.
    Nothing,
    /// The continuous output of the Runge–Kutta method.
    Continuous(ContinuousOutputModel<f64, OVector<f64, D>>),
    /// Hermite interpolation through the nodes of one step, or through five if `per_step` is 0.
    Hermite {
        elapsed: Vec<f64>,
        values: Vec<OVector<f64, D>>,
        rates: Vec<OVector<f64, D>>,
        per_step: usize,
    },
}

impl<D: Dim> Dense<D>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn at(&self, time: f64) -> Result<OVector<f64, D>, Error> {
        let elapsed = self.span.elapsed(time)?;
        if time == self.span.until {
            return Ok(self.end.clone());
        }
        match &self.between {
            Between::Nothing => Ok(self.end.clone()),
            Between::Continuous(model) => {
                // The model's own end may miss the span's by an ulp.
                let inside = elapsed.min(model.bounds().1);
                Ok(model.evaluate(inside).unwrap_or_else(|| self.end.clone()))
            }
            Between::Hermite {
                elapsed: nodes,
                values,
                rates,
                per_step,
            } => {
                let range = match per_step {
                    0 => window(nodes, elapsed, 5),
                    _ => {
                        let last_step = nodes.len().saturating_sub(2) / per_step;
                        let after = nodes.partition_point(|node| *node <= elapsed);
                        let step = (after.saturating_sub(1) / per_step).min(last_step);
                        step * per_step..step * per_step + per_step + 1
                    }
                };
                let weights = hermite(nodes.get(range.clone()).unwrap_or_default(), elapsed);
                let values = values.get(range.clone()).unwrap_or_default();
                let rates = rates.get(range).unwrap_or_default();
                let mut sum = self.end.map(|_| 0.0);
                for ((weight, value), rate) in weights.iter().zip(values).zip(rates) {
                    sum.zip_zip_apply(value, rate, |sum, value, rate| {
                        *sum += weight.value * value + weight.rate * rate;
                    });
                }
                Ok(sum)
            }
        }
    }
}
