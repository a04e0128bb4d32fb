//! Identity: what makes two sweeps the same.

use crate::Error;
use crate::sweep::part::Part;
use crate::sweep::reduction::Reduction;

/// What makes two sweeps the same, or two parts of one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Identity {
    pub(super) part: Part,
    pub(super) numbers: u32,
    pub(super) members: u64,
    pub(super) steps: u64,
    pub(super) starts: u32,
    pub(super) probe: u32,
    pub(super) label: String,
}

impl Identity {
    pub(super) fn of<const K: usize>(
        part: Part,
        reduction: &dyn Reduction<K>,
        steps: usize,
        label: &str,
    ) -> Result<Self, Error> {
        let [starts, probe] = reduction.checksums()?;
        Ok(Self {
            part,
            numbers: K as u32,
            members: reduction.members() as u64,
            steps: steps as u64,
            starts,
            probe,
            label: label.to_owned(),
        })
    }

    /// The first difference between this sweep and the one found in a file.
    pub(super) fn difference(&self, found: &Self) -> Option<String> {
        let differ = |what: &str, found: &dyn std::fmt::Display, here: &dyn std::fmt::Display| {
            let (found, here) = (found.to_string(), here.to_string());
            (found != here).then(|| format!("{what} {found} in the file and {here} here"))
        };
        differ("label", &quoted(&found.label), &quoted(&self.label))
            .or_else(|| differ("members", &found.members, &self.members))
            .or_else(|| differ("steps", &found.steps, &self.steps))
            .or_else(|| differ("numbers per member", &found.numbers, &self.numbers))
            .or_else(|| {
                differ(
                    "checksum of the initial states",
                    &found.starts,
                    &self.starts,
                )
            })
            .or_else(|| {
                let what =
                    "checksum of the states after three steps (rule, ball, method or potential)";
                differ(what, &found.probe, &self.probe)
            })
            .or_else(|| differ("part", &found.part, &self.part))
    }
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}
