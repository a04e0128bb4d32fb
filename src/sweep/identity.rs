//! Identity: what makes a sweep the same.

use crate::Error;
use crate::ensemble::{Ensemble, NoObserver, Stepper};
use crate::potentials::Potential;
use crc32fast::Hasher;
use nalgebra::Const;

/// Steps after which the members tell rules apart: from rest, β is felt in the second.
const PROBE: usize = 3;

/// What makes a sweep the same.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Identity {
    pub(super) numbers: u32,
    pub(super) members: u64,
    pub(super) steps: u64,
    pub(super) starts: u32,
    pub(super) probe: u32,
    pub(super) label: String,
}

impl Identity {
    pub(super) fn of<M, P, const D: usize>(
        ensemble: &Ensemble<'_, M, P, D>,
        steps: usize,
        label: &str,
        numbers: usize,
    ) -> Result<Self, Error>
    where
        M: Stepper<P, D> + Clone + Sync,
        P: Potential<f64, Const<D>> + Sync,
    {
        let mut starts = Hasher::new();
        let mut probe = Hasher::new();
        let note = |hasher: &mut Hasher, state: &M::State| {
            for x in M::parts(state).iter().flatten() {
                hasher.update(&plain(*x).to_le_bytes());
            }
        };
        for start in ensemble.starts() {
            note(&mut starts, start);
        }
        for index in 0..ensemble.blocks() {
            let members = ensemble.finished(index, steps.min(PROBE), &NoObserver, || Ok(()))?;
            for (state, _) in &members {
                note(&mut probe, state);
            }
        }
        Ok(Self {
            numbers: numbers as u32,
            members: ensemble.members() as u64,
            steps: steps as u64,
            starts: starts.finalize(),
            probe: probe.finalize(),
            label: label.to_owned(),
        })
    }

    /// The first thing in which the sweep of a file is another.
    pub(super) fn difference(&self, found: &Self) -> Option<String> {
        let differ = |what: &str, found: &dyn std::fmt::Display, here: &dyn std::fmt::Display| {
            let (found, here) = (found.to_string(), here.to_string());
            (found != here).then(|| format!("{what} {found} in the file and {here} here"))
        };
        differ("label", &quoted(&found.label), &quoted(&self.label))
            .or_else(|| differ("members", &found.members, &self.members))
            .or_else(|| differ("steps", &found.steps, &self.steps))
            .or_else(|| differ("numbers a member", &found.numbers, &self.numbers))
            .or_else(|| differ("checksum of the starts", &found.starts, &self.starts))
            .or_else(|| {
                let what = "checksum of the members after three steps, by rule, ball, method and potential,";
                differ(what, &found.probe, &self.probe)
            })
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

/// With one NaN for all: the sign and payload of an f64's depend on the machine and on the instructions.
pub(super) fn plain(x: f64) -> f64 {
    if x.is_nan() { f64::NAN } else { x }
}
