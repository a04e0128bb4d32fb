//! Rows: the states of all members at regular steps.

use crate::Error;
use crate::ensemble::{Ensemble, EnsembleError, NoObserver, Run, Stepper};
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

impl<M, P, const D: usize> Ensemble<'_, M, P, D>
where
    M: Stepper<P, D>,
    P: Sync,
{
    /// All members at the steps 0, n, 2n, …, up to `steps`: a row of states each.
    ///
    /// Memory: all rows, twice while they are put in order.
    ///
    /// # Errors
    /// The errors of [`Self::after`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) if n
    /// is zero, and [`EnsembleError::TooManyRows`] if the rows do not fit in memory.
    ///
    /// ```
    /// use heavyball::ensemble::Ensemble;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rule = Momentum::new(0.1, 0.5)?;
    /// let ensemble = Ensemble::from_positions(rule, &DoubleWell, [vector![-1.5, -1.5], vector![1.5, 1.5]])?;
    /// let rows = ensemble.every(10, 100)?;
    /// assert_eq!(rows.len(), 11);
    /// assert_eq!(rows[3].states()[1], rule.iterates(&DoubleWell, vector![1.5, 1.5]).after(30)?);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn every(&self, n: usize, steps: usize) -> Result<Vec<Run<M::State>>, Error> {
        crate::check::positive("the number of steps between rows", &(n as f64), "")?;
        let too_many = || {
            Error::Ensemble(EnsembleError::TooManyRows {
                rows: (steps / n) as f64 + 1.0,
                members: self.members(),
            })
        };
        let rows = (steps / n).checked_add(1).ok_or_else(too_many)?;
        let (total, done) = (self.blocks(), AtomicUsize::new(0));
        let mut run = Run::at(&self.starts, &NoObserver);
        let traced = run.par_blocks().enumerate().map(|(index, mut members)| {
            let dynamics = self.dynamics(index, &NoObserver);
            let look = || self.report(done.load(Ordering::Relaxed), total);
            let mut traced = Vec::new();
            let room = rows.saturating_mul(members.states.len());
            traced.try_reserve_exact(room).map_err(|_| too_many())?;
            traced.extend_from_slice(members.states);
            for row in 1..rows {
                dynamics.advance(&mut members, (row - 1) * n..row * n, look)?;
                traced.extend_from_slice(members.states);
                look()?;
            }
            self.report(done.fetch_add(1, Ordering::Relaxed) + 1, total)?;
            Ok(traced)
        });
        let traced: Vec<Vec<M::State>> = traced.collect::<Result<_, Error>>()?;
        let columns = traced.iter().map(|block| block.chunks(block.len() / rows));
        let mut columns: Vec<_> = columns.collect();
        let row = |_| {
            let states = columns.iter_mut().filter_map(Iterator::next);
            let states: Vec<_> = states.flatten().copied().collect();
            Run::at(&states, &NoObserver)
        };
        Ok((0..rows).map(row).collect())
    }
}
