//! Which part of the sweep to compute: all of it, a shard, or what shards have computed.

use crate::support::{Extra, Failure, Output};
use std::ffi::OsString;
use std::path::PathBuf;

pub(crate) enum Part {
    /// All of it, with a checkpoint if a file was named.
    Whole(Option<PathBuf>),
    /// Shard i of n, into a file.
    Shard(usize, usize, PathBuf),
    /// The files of all shards, joined into a file.
    Merged(Vec<PathBuf>, PathBuf),
}

impl Part {
    /// Where the figure goes, and the part; `None` once `--help` has been answered.
    pub(crate) fn from_arguments() -> Result<Option<(Output, Self)>, Failure> {
        let extra = |name, value, meaning: &str| Extra {
            name,
            value,
            meaning: meaning.to_owned(),
        };
        let extras = [
            extra(
                "--checkpoint",
                "FILE",
                "what is finished, to go on from when the run is killed; begun if it is not there",
            ),
            extra(
                "--shard",
                "I/N",
                "compute only shard I of N, counted from 0, into the checkpoint",
            ),
            extra("--merge", "FILE...", "join the files of all shards"),
        ];
        let question = "How many iterations does momentum take, for every α and β?";
        let parsed = Output::and_values("parameter_sweep", question, &extras)?;
        let Some((output, values)) = parsed else {
            return Ok(None);
        };
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or_default();
        let (checkpoint, shard, merge) = (next(), next(), next());
        let checkpoint = checkpoint.into_iter().next_back().map(PathBuf::from);
        let part = match (shard.last(), merge.is_empty(), checkpoint) {
            (None, true, checkpoint) => Self::Whole(checkpoint),
            (Some(shard), true, Some(file)) => {
                let (index, count) = counted(shard)?;
                Self::Shard(index, count, file)
            }
            (Some(_), true, None) => {
                return Err(Failure::new(
                    "--shard needs a file of its own: add --checkpoint FILE",
                ));
            }
            (Some(_), false, _) => {
                return Err(Failure::new(
                    "--shard computes and --merge joins: give one of them",
                ));
            }
            (None, false, checkpoint) => {
                let files = merge.into_iter().map(PathBuf::from).collect();
                let whole = || output.place("parameter_sweep.checkpoint");
                Self::Merged(files, checkpoint.unwrap_or_else(whole))
            }
        };
        Ok(Some((output, part)))
    }
}

/// I and N of I/N.
fn counted(shard: &OsString) -> Result<(usize, usize), Failure> {
    let text = shard.to_string_lossy();
    let parts = text.split_once('/');
    let numbers = parts.and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
    numbers.ok_or_else(|| Failure::new(format!("--shard {text}: write I/N, such as 0/8")))
}
