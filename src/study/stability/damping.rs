//! Damping: how a mode decays, by its multipliers.

use std::fmt;

/// How a mode moves, in the terms of the damped oscillator; the same terms apply to a growing mode.
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
    /// Two real multipliers, the larger in absolute value positive: x approaches the minimum from one side.
    Overdamped,
    /// A double multiplier r, up to the rounding of Q and β: x is (a + bk)rᵏ, the fastest decay without oscillation; it
    /// may grow before it decreases.
    Critical,
    /// A complex pair: x oscillates within an envelope √dᵏ.
    Underdamped,
    /// Real multipliers, the larger in absolute value negative: x changes sign at every step, as no particle does.
    Alternating,
}

impl Damping {
    /// The term in lower case.
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
