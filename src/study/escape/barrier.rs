//! Barrier: a start at rest, and the top it has to pass.

use crate::Error;
use crate::check::{finite, positive};
use crate::potentials::Potential;
use crate::study::escape::EscapeError;
use nalgebra::{Const, vector};

/// A barrier in one dimension: a ball at rest at `start`, and the top it has to pass, a saddle or an inflection.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::escape::{Barrier, Fate};
///
/// // Over the flat inflection of x⁴ − 3x³ + 2 at 0, from −½: what drag lets the ball through?
/// let barrier = Barrier::new(Quartic, -0.5, 0.0)?;
/// let critical = barrier.critical_drag(1.0)?;
/// assert!((critical.value - 2.44048378670468).abs() < 1e-9);
/// assert!(matches!(barrier.fate(&HeavyBall::new(1.0, 2.4)?)?, Fate::Free { .. }));
/// assert!(matches!(barrier.fate(&HeavyBall::new(1.0, 2.5)?)?, Fate::Trapped { .. }));
///
/// // And which momentum, at learning rate 0.1?
/// assert!((barrier.critical_beta(0.1)?.value - 0.3353330369).abs() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Barrier<P> {
    pub(super) potential: P,
    pub(super) start: f64,
    pub(super) top: f64,
    /// f at the top.
    pub(super) height: f64,
    /// f at the start, above that.
    pub(super) drop: f64,
}

/// What becomes of a ball or an iteration.
///
/// The ground is looked at in many places, and not in all: what hides between two of them is not seen.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It passes the top at this time, or iteration.
    Free {
        /// When.
        time: f64,
    },
    /// It can never pass any more, from this time, or iteration, on.
    Trapped {
        /// When that is certain.
        time: f64,
    },
}

/// Places between start and top at which the ground is looked at.
pub(super) const SAMPLES: u16 = 1024;
/// Places between a slow ball and the top at which the force is.
const SHELF_SAMPLES: u16 = 128;

impl<P: Potential<f64, Const<1>>> Barrier<P> {
    /// The barrier with its top at `saddle`, for a ball released at `start`.
    ///
    /// The top should be known to all digits: on a shelf an error in it enters the critical drag in proportion.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) and [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for places that are none or the same, and for f and f′ there;
    /// [`EscapeError::StartNotAbove`] if f(start) is not above f(saddle) by more than rounding;
    /// [`EscapeError::NotCritical`] if f′ at the saddle, times the distance, is more than 1e-9 of that difference;
    /// [`EscapeError::HigherGround`] if f, looked at in 1024 places, is above the saddle where it does not fall towards it.
    pub fn new(potential: P, start: f64, saddle: f64) -> Result<Self, Error> {
        finite("start", &start)?;
        finite("saddle", &saddle)?;
        let distance = (saddle - start).abs();
        positive("distance from start to saddle", &distance, "")?;
        let mut barrier = Self {
            potential,
            start,
            top: saddle,
            height: 0.0,
            drop: 0.0,
        };
        let (start_value, height) = (barrier.value(start), barrier.value(saddle));
        for (name, number) in [
            ("f at the start", start_value),
            ("f at the saddle", height),
            ("f′ at the start", barrier.slope(start)),
            ("f′ at the saddle", barrier.slope(saddle)),
        ] {
            finite(name, &number)?;
        }
        barrier.height = height;
        barrier.drop = start_value - height;
        if barrier.drop <= 64.0 * barrier.rounding() {
            return Err(Error::Escape(EscapeError::StartNotAbove {
                start,
                start_value,
                saddle_value: height,
            }));
        }
        let gradient = barrier.slope(saddle);
        if gradient.abs() * distance > 1e-9 * barrier.drop {
            return Err(Error::Escape(EscapeError::NotCritical { saddle, gradient }));
        }
        barrier.refuse_higher_ground()?;
        Ok(barrier)
    }

    /// Refuses ground above the top that does not fall towards it: a hill there would be the barrier.
    fn refuse_higher_ground(&self) -> Result<(), Error> {
        for sample in 0..SAMPLES {
            let part = f64::from(sample) / f64::from(SAMPLES);
            let position = self.start + part * (self.top - self.start);
            let value = self.value(position);
            if value > self.height && -self.side() * self.slope(position) <= 0.0 {
                return Err(Error::Escape(EscapeError::HigherGround {
                    position,
                    value,
                    saddle_value: self.height,
                }));
            }
        }
        Ok(())
    }

    pub(super) fn value(&self, position: f64) -> f64 {
        self.potential.value(&vector![position])
    }

    pub(super) fn slope(&self, position: f64) -> f64 {
        let mut gradient = vector![0.0];
        self.potential.gradient(&vector![position], &mut gradient);
        gradient.x
    }

    /// 1 if the top lies to the right of the start, else −1.
    pub(super) fn side(&self) -> f64 {
        (self.top - self.start).signum()
    }

    /// What rounding may do to f along the way.
    pub(super) fn rounding(&self) -> f64 {
        let start = self.height + self.drop;
        32.0 * f64::EPSILON * start.abs().max(self.height.abs())
    }

    /// The energy below which the ball is trapped beyond doubt: the top's, less what rounding may do to f.
    ///
    /// On a shelf the energy to spare falls like the distance squared, and would be lost in f at a distance √ε.
    pub(super) fn trapped_below(&self) -> f64 {
        self.height - self.rounding()
    }

    /// Whether 0 ≤ F ≤ `stiffness`·distance all the way from `position` to the top, F the force towards it: derivation (44).
    ///
    /// At places between, where f must also lie no higher above the top than such a force could have raised it: a cliff that
    /// hides between two places shows in the height of the ground behind it.
    pub(super) fn is_gentle(&self, position: f64, stiffness: f64) -> bool {
        let (side, all) = (self.side(), (self.top - position).abs());
        (1..=SHELF_SAMPLES).all(|sample| {
            let distance = f64::from(sample) / f64::from(SHELF_SAMPLES) * all;
            let place = self.top - side * distance;
            let force = -side * self.slope(place);
            let raised = self.value(place) - self.height - self.rounding();
            force >= 0.0
                && force <= stiffness * distance
                && raised <= 0.5 * stiffness * distance * distance
        })
    }
}
