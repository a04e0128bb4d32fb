//! Reduction: the K numbers that a sweep keeps of each member.

use crate::Error;
use crate::Number;
use crate::ensemble::{Ensemble, NoObserver, Observer, Parts, State, Stepper};
use crc32fast::Hasher;

/// Number of steps after which the states tell rules apart: from rest, β has an effect from the second step on.
const PROBE: usize = 3;

/// What a sweep computes. It is called once per block, so that a [`Sweep`](crate::sweep::Sweep) need not name the types
/// of the members.
pub(super) trait Reduction<const K: usize>: Sync {
    /// Checks that the members have what is to be observed.
    fn check(&self) -> Result<(), Error>;

    /// Number of members.
    fn members(&self) -> usize;

    /// The numbers of each member of a block; `look` is called within long blocks, and its error ends the run.
    fn rows(
        &self,
        block: usize,
        look: &dyn Fn() -> Result<(), Error>,
    ) -> Result<Vec<[f64; K]>, Error>;

    /// Checksums of the initial states, and of the states after three steps.
    fn checksums(&self) -> Result<[u32; 2], Error>;
}

/// The reduction of a run of an ensemble: of the last state of each member and of its record.
pub(super) struct OfRun<'e, M, P, O, F, const D: usize>
where
    M: Stepper<P, D>,
{
    pub(super) ensemble: &'e Ensemble<'e, M, P, D>,
    pub(super) steps: usize,
    pub(super) observer: O,
    pub(super) reduce: F,
}

impl<M, P, O, F, const D: usize, const K: usize> Reduction<K> for OfRun<'_, M, P, O, F, D>
where
    M: Stepper<P, D>,
    P: Sync,
    O: Observer<M::State, D>,
    F: Fn(&M::State, &O::Record) -> [f64; K] + Sync,
{
    fn check(&self) -> Result<(), Error> {
        self.observer.check()
    }

    fn members(&self) -> usize {
        self.ensemble.members()
    }

    fn rows(
        &self,
        block: usize,
        look: &dyn Fn() -> Result<(), Error>,
    ) -> Result<Vec<[f64; K]>, Error> {
        let observer = &self.observer;
        let run = self
            .ensemble
            .block_after(block, self.steps, observer, look)?;
        let members = run.states().iter().zip(run.records());
        let rows = members.map(|(state, record)| (self.reduce)(state, record).map(with_one_nan));
        Ok(rows.collect())
    }

    fn checksums(&self) -> Result<[u32; 2], Error> {
        let mut starts = Hasher::new();
        let mut probe = Hasher::new();
        let add = |hasher: &mut Hasher, states: &[M::State]| {
            for parts in states.iter().map(State::parts) {
                for x in parts.vectors().iter().flatten() {
                    hasher.update(&with_one_nan(x.to_f64()).to_le_bytes());
                }
            }
        };
        add(&mut starts, self.ensemble.starts());
        let steps = self.steps.min(PROBE);
        for block in 0..self.ensemble.blocks() {
            let run = self
                .ensemble
                .block_after(block, steps, &NoObserver, || Ok(()))?;
            add(&mut probe, run.states());
        }
        Ok([starts.finalize(), probe.finalize()])
    }
}

/// Every NaN becomes `f64::NAN`: the sign and payload of others depend on the machine and on the instructions.
fn with_one_nan(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x }
}
