//! Tolerances: when a run counts as converged.

use crate::Error;

/// What a run is at after an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Measured {
    /// |∇f| at the last evaluation.
    pub(crate) gradient: f64,
    /// The kinetic energy, if the rule has one.
    pub(crate) kinetic: Option<f64>,
    /// f.
    pub(crate) cost: f64,
}

/// The conditions under which a run has converged; those that are set must hold at once.
///
/// Alone, a small gradient is also met where the ball passes a minimum at speed, and a small kinetic energy where it turns.
/// argmin's own conditions, `max_iters` and `target_cost`, hold beside them.
///
/// ```
/// use heavyball_argmin::Tolerances;
/// let settled = Tolerances::new().with_gradient(1e-8)?.with_kinetic_energy(1e-12)?;
/// // The ball cannot leave a well whose rim is at 0: its energy never rises.
/// let caught = Tolerances::new().with_energy_below(0.0)?;
/// assert!(Tolerances::new().with_gradient(f64::NAN).is_err());
/// # Ok::<(), heavyball_argmin::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Tolerances {
    gradient: Option<f64>,
    kinetic: Option<f64>,
    energy: Option<f64>,
}

impl Tolerances {
    /// No condition: the run ends by argmin's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// |∇f| ≤ `gradient`, the Euclidean norm of the gradient that the last step evaluated.
    ///
    /// # Errors
    /// [`Error::Tolerance`] unless it is zero or positive, and finite.
    pub fn with_gradient(mut self, gradient: f64) -> Result<Self, Error> {
        self.gradient = Some(nonnegative("tolerance of the gradient", gradient)?);
        Ok(self)
    }

    /// |v|²/(2α) ≤ `energy`, or ½m|ẋ|² for the ball.
    ///
    /// A rule without a kinetic energy never meets it.
    ///
    /// # Errors
    /// [`Error::Tolerance`] unless it is zero or positive, and finite.
    pub fn with_kinetic_energy(mut self, energy: f64) -> Result<Self, Error> {
        self.kinetic = Some(nonnegative("tolerance of the kinetic energy", energy)?);
        Ok(self)
    }

    /// f + kinetic energy ≤ `level`: the ball is caught in every well whose rim is at least that high, where its energy does
    /// not rise (for momentum, α ≤ 2(1 − β)/L).
    ///
    /// # Errors
    /// [`Error::Tolerance`] unless it is finite.
    pub fn with_energy_below(mut self, level: f64) -> Result<Self, Error> {
        if !level.is_finite() {
            return Err(Error::Tolerance {
                name: "level of the energy",
                value: level,
                range: "finite",
            });
        }
        self.energy = Some(level);
        Ok(self)
    }

    /// Whether there is a condition and all hold.
    pub(crate) fn are_met(&self, at: &Measured) -> bool {
        let met = |limit: Option<f64>, value: Option<f64>| match (limit, value) {
            (None, _) => true,
            (Some(limit), Some(value)) => value <= limit,
            (Some(_), None) => false,
        };
        *self != Self::default()
            && met(self.gradient, Some(at.gradient))
            && met(self.kinetic, at.kinetic)
            && met(self.energy, at.kinetic.map(|kinetic| at.cost + kinetic))
    }
}

fn nonnegative(name: &'static str, value: f64) -> Result<f64, Error> {
    if value.is_finite() && value >= 0.0 {
        return Ok(value);
    }
    Err(Error::Tolerance {
        name,
        value,
        range: "zero or positive, and finite",
    })
}
