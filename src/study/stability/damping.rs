//! Damping: how a mode dies out, by its multipliers.

use std::fmt;

/// How a mode moves, in the words of the damped oscillator; a growing mode moves in the same ways.
///
/// ```
/// use heavyball::study::stability::{Damping, Recursion};
///
/// let on = |q| Recursion::Momentum.damping(q, 0.25);
/// assert_eq!(on(0.1), Damping::Overdamped);
/// assert_eq!(on(0.25), Damping::Critical); // (1 − √β)²
/// assert_eq!(on(1.0), Damping::Underdamped);
/// assert_eq!(on(2.4), Damping::Alternating); // above (1 + √β)²
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Damping {
    /// Two real multipliers, of which a positive one is the larger: x creeps to the minimum from one side.
    Overdamped,
    /// A double multiplier r, to the rounding of Q and β: x is (a + bk)rᵏ, the fastest that does not swing, and
    /// may grow before it falls.
    Critical,
    /// A complex pair: x swings, within an envelope √dᵏ.
    Underdamped,
    /// A negative real multiplier is the largest: x changes sides at every step, as no particle does.
    Alternating,
}

impl Damping {
    /// The word for it, in lower case.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Overdamped => "overdamped",
            Self::Critical => "critically damped",
            Self::Underdamped => "underdamped",
            Self::Alternating => "alternating",
        }
    }
}

impl fmt::Display for Damping {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}
