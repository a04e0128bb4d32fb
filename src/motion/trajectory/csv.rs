//! A trajectory as CSV.

use super::Trajectory;
use crate::Error;
use crate::error::FileError;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::fmt::Write as _;
use std::path::Path;

impl<D> Trajectory<D>
where
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The steps as CSV with 17 significant digits: columns `t,x1,…,p1,…`, one row per step.
    pub fn to_csv(&self) -> String {
        let dimension = self.end.position.len();
        let mut csv = String::from("t");
        for letter in ['x', 'p'] {
            for i in 1..=dimension {
                // Writing to a String cannot fail.
                let _ = write!(csv, ",{letter}{i}");
            }
        }
        csv.push('\n');
        for (time, phase) in self.times().iter().zip(self.states()) {
            let _ = write!(csv, "{time:.16e}");
            for component in phase.position.iter().chain(phase.momentum.iter()) {
                let _ = write!(csv, ",{component:.16e}");
            }
            csv.push('\n');
        }
        csv
    }

    /// Writes [`Self::to_csv`] to a file.
    ///
    /// # Errors
    /// [`FileError::Write`] with the path and the message of the operating system.
    pub fn write_csv(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        let path = path.as_ref();
        std::fs::write(path, self.to_csv()).map_err(|error| {
            Error::File(FileError::Write {
                what: path.display().to_string(),
                reason: error.to_string(),
            })
        })
    }
}
