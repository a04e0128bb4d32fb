//! Slices: the parameters and gradients of one iteration, checked.

use crate::error::Error;
use crate::parameter::Parameter;

/// Parameters and gradients, the two gradients the same without half batches.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Slices<'s, T> {
    pub(crate) parameters: &'s [&'s [T]],
    pub(crate) first: &'s [&'s [T]],
    pub(crate) second: &'s [&'s [T]],
}

impl<T: Parameter> Slices<'_, T> {
    /// The lengths of the parameters, of which at least one is not 0.
    pub(crate) fn lengths(&self, iteration: usize) -> Result<Vec<usize>, Error> {
        if self.parameters.iter().all(|piece| piece.is_empty()) {
            return Err(Error::Empty { iteration });
        }
        Ok(self.parameters.iter().map(|piece| piece.len()).collect())
    }

    pub(crate) fn check_lengths(&self, iteration: usize, lengths: &[usize]) -> Result<(), Error> {
        for (name, slices) in [
            ("parameters", self.parameters),
            ("gradients", self.first),
            ("gradients", self.second),
        ] {
            if slices.len() != lengths.len() {
                return Err(Error::Pieces {
                    name,
                    expected: lengths.len(),
                    found: slices.len(),
                    iteration,
                });
            }
            for (piece, (slice, &expected)) in slices.iter().zip(lengths).enumerate() {
                if slice.len() != expected {
                    return Err(Error::Length {
                        name,
                        piece,
                        expected,
                        found: slice.len(),
                        iteration,
                    });
                }
            }
        }
        Ok(())
    }

    /// Finds the component that made a sum infinite or NaN.
    #[cold]
    pub(crate) fn check_finite(&self, iteration: usize) -> Result<(), Error> {
        for (name, slices) in [
            ("parameter", self.parameters),
            ("gradient", self.first),
            ("gradient", self.second),
        ] {
            for (piece, slice) in slices.iter().enumerate() {
                let mut values = slice.iter().map(|&value| value.into());
                if let Some((component, value)) = values
                    .by_ref()
                    .enumerate()
                    .find(|(_, v): &(usize, f64)| !v.is_finite())
                {
                    return Err(Error::NotFinite {
                        name,
                        piece,
                        component,
                        value,
                        iteration,
                    });
                }
            }
        }
        Ok(())
    }
}
