//! The inner points of each step, for the fine output of Dop853: found by steps of the same method.

use super::{Dop853, Record};
use crate::Error;
use crate::check::{all_finite, magnitude};
use crate::ode::adaptive::clocked::Clocked;
use crate::ode::adaptive::watched::spoiled_at;
use crate::ode::solution::Between;
use crate::ode::{FirstOrderSystem, Span, Steps};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;

/// The inner points of a step, as fractions of it: the Chebyshev–Lobatto points (1 − cos(jπ/4))/2.
const FILL: [f64; 3] = [0.146_446_609_406_726_24, 0.5, 0.853_553_390_593_273_8];

impl Dop853 {
    /// The steps in `record` and their inner points, with the derivatives at them, for interpolation.
    pub(super) fn filled<D, S, const BACKWARD: bool>(
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

    /// The steps of a record with the inner points of each inserted.
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
                // The length on the solver's clock, whose times near zero are finer than those of the span.
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
