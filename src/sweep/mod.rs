//! Sweeps: runs of many balls that take hours, with a checkpoint file from which a killed run goes on.

mod checkpoint;
mod error;
mod format;
mod identity;
mod kept_file;
#[allow(
    clippy::module_inception,
    reason = "the room is named after what it holds"
)]
mod sweep;

pub use error::CheckpointError;
pub use sweep::Sweep;
