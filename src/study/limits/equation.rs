//! Equation: one differential equation that an optimiser follows, with the measured errors.

use crate::study::{Convergence, Order, SmallParameter};
use std::fmt;

/// Runs whose errors give the order.
const FINEST: usize = 5;

/// The time that iterate k corresponds to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReadAt {
    /// kΔt.
    Step,
    /// (k + ½)Δt.
    HalfStepLate,
}

impl fmt::Display for ReadAt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(match self {
            Self::Step => "kΔt",
            Self::HalfStepLate => "(k + ½)Δt",
        })
    }
}

/// One equation, and how the iterates compare with it.
#[derive(Debug, Clone, PartialEq)]
pub struct Equation {
    /// The equation, with its coefficients.
    pub equation: String,
    /// The time that iterate k corresponds to.
    pub read_at: ReadAt,
    /// The errors: the first row is the optimiser itself.
    pub table: Convergence,
    /// The same without the coarse rows.
    fine: Convergence,
}

impl Equation {
    pub(super) fn new(equation: String, read_at: ReadAt, table: Convergence) -> Self {
        let fine = table.finest(FINEST);
        Self {
            equation,
            read_at,
            table,
            fine,
        }
    }

    /// The parameter that tends to zero in the limit in which the iterates tend to the equation: Δt or α.
    pub fn parameter(&self) -> SmallParameter {
        self.table.title().parameter
    }

    /// The order in x, over the five finest runs.
    pub fn order(&self) -> &Order {
        self.fine.position()
    }

    /// The order in ẋ, over the five finest runs.
    pub fn velocity_order(&self) -> &Order {
        self.fine.velocity()
    }

    /// The largest distance in x of the optimiser's own iterates from the equation.
    pub fn residual(&self) -> f64 {
        let own = self.table.rows().first();
        own.map_or(f64::NAN, |row| row.error.position)
    }
}
