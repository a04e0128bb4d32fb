//! Critical: the value of a parameter between escape and capture, by bisection.

use crate::Error;
use crate::study::escape::EscapeError;

/// A critical value and the neighbours between which bisection left it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Critical {
    /// The middle of both.
    pub value: f64,
    /// The last value that escaped.
    pub free: f64,
    /// The last value that was trapped.
    pub trapped: f64,
}

/// The value between `free` and `trapped` at which the outcome changes, as far as runs can tell.
///
/// Near it a run lingers at the top; one that is not decided within a billionth of the value ends the search there.
pub(super) fn bisect(
    mut free: f64,
    mut trapped: f64,
    is_free: impl Fn(f64) -> Result<bool, Error>,
) -> Result<Critical, Error> {
    while (free - trapped).abs() > 1e-14 * free.abs().max(trapped.abs()) {
        let middle = 0.5 * (free + trapped);
        if middle == free || middle == trapped {
            break;
        }
        match is_free(middle) {
            Ok(true) => free = middle,
            Ok(false) => trapped = middle,
            Err(Error::Escape(EscapeError::Undecided { .. }))
                if (free - trapped).abs() <= 1e-9 * free.abs().max(trapped.abs()) =>
            {
                break;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(Critical {
        value: 0.5 * (free + trapped),
        free,
        trapped,
    })
}
