//! Sweeps: runs of an ensemble that take hours, with a checkpoint file from which an interrupted run resumes.

mod checkpoint;
mod error;
mod format;
mod identity;
mod kept_file;
mod reduction;
#[allow(
    clippy::module_inception,
    reason = "the module is named after what it holds"
)]
mod sweep;

pub use error::CheckpointError;
pub use sweep::Sweep;
