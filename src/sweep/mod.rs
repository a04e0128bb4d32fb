//! Sweeps: runs of an ensemble that take hours, with a checkpoint file from which an interrupted run resumes, and cut
//! into shards for many machines.

mod checkpoint;
mod error;
mod format;
mod identity;
mod kept_file;
mod part;
mod reduction;
mod shard;
#[allow(
    clippy::module_inception,
    reason = "the module is named after what it holds"
)]
mod sweep;

pub use error::CheckpointError;
pub use shard::{Shard, merge};
pub use sweep::Sweep;
