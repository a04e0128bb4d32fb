//! DampedOscillator: the exact motion of m ẍ + γẋ + kx = 0, in formulas without cancellation.
//!
//! With a = γ/2m, S = √|γ² − 4mk| and ω = S/2m, the solution from (x₀, u₀) is, below the critical drag,
//!
//! x = e^(−at)[x₀ cos ωt + (u₀ + ax₀) sin(ωt)/ω],
//!
//! and at or above it, with r₁ = −2k/(γ + S), r₂ = −(γ + S)/2m and
//! φ = m(1 − e^(−St/m))/S,
//!
//! x = e^(r₁t)[x₀(1 − r₁φ) + u₀φ].
//!
//! The slow root is not computed as a difference of nearly equal numbers, φ tends to t at the critical drag, and no
//! exponential grows, whereas the textbook form with cosh gives ∞·0 at large drag.

use crate::Error;
use crate::check::{finite, nonnegative, positive, product_over};

/// The exact motion of m ẍ + γẋ + kx = 0, underdamped, critically damped or overdamped.
///
/// k may be zero (free motion under drag) or negative (motion away from a maximum).
///
/// ```
/// use heavyball::DampedOscillator;
///
/// let (x, u) = DampedOscillator::new(1.0, 0.4, 4.0)?.at(3.0, 1.0, 0.3);
/// assert!((x - 0.47960930185141415).abs() < 1e-15);
/// assert!((u - 0.50168026961057921).abs() < 1e-15);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DampedOscillator {
    mass: f64,
    drag: f64,
    stiffness: f64,
    /// |γ² − 4mk|^(1/2).
    root: f64,
    is_underdamped: bool,
}

impl DampedOscillator {
    /// The oscillator of mass m, drag γ and stiffness k.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the mass is positive and
    /// finite, [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless the drag is zero or
    /// positive, and finite, [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless the
    /// stiffness and |γ² − 4mk|^½ are finite.
    pub fn new(mass: f64, drag: f64, stiffness: f64) -> Result<Self, Error> {
        positive("mass", &mass, "; for no mass use GradientFlow")?;
        nonnegative("drag", &drag, "; 0 is the conservative particle")?;
        finite("stiffness", &stiffness)?;
        // Scaling m, γ and k by a common factor does not change the motion; a power of two keeps γ² and mk in range.
        let size = drag.max(mass.sqrt() * stiffness.abs().sqrt());
        let exponent = if size > 0.0 {
            size.log2().round().clamp(-1000.0, 1000.0)
        } else {
            0.0
        };
        let scale = (-exponent).exp2();
        let discriminant = discriminant(mass * scale, drag * scale, stiffness * scale);
        let root = if stiffness == 0.0 {
            drag
        } else {
            discriminant.abs().sqrt() / scale
        };
        finite("the root of drag^2 - 4 mass stiffness", &root)?;
        Ok(Self {
            mass,
            drag,
            stiffness,
            root,
            is_underdamped: stiffness > 0.0 && discriminant < 0.0,
        })
    }

    /// The critical drag 2√(mk), at and above which the motion does not oscillate; 0 for k ≤ 0.
    ///
    /// ```
    /// use heavyball::DampedOscillator;
    /// assert_eq!(DampedOscillator::new(1.0, 0.4, 4.0)?.critical_drag(), 4.0);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn critical_drag(&self) -> f64 {
        2.0 * (self.mass.sqrt() * self.stiffness.max(0.0).sqrt())
    }

    /// Position and velocity (x, u) at time `t` from (`x0`, `u0`) at time 0; `t` may be negative.
    ///
    /// The error is a few ulps times 1 + n, where n is the number of radians or of decay times in t; a motion that has died
    /// out is 0. Not finite only if an argument is not or the motion overflows, which takes a negative k or a negative t.
    pub fn at(&self, t: f64, x0: f64, u0: f64) -> (f64, f64) {
        if t == 0.0 {
            return (x0, u0);
        }
        let motion = |x0: f64, u0: f64| {
            if self.is_underdamped {
                self.underdamped(t, x0, u0)
            } else {
                self.overdamped(t, x0, u0)
            }
        };
        let (x, u) = motion(x0, u0);
        if x.is_finite() && u.is_finite() {
            return (x, u);
        }
        // The motion is linear: from a start 2⁻⁶⁰⁰ times as large nothing overflows on the way that the result does not.
        let small = (-600.0_f64).exp2();
        let (x, u) = motion(small * x0, small * u0);
        (x / small, u / small)
    }

    fn underdamped(&self, t: f64, x0: f64, u0: f64) -> (f64, f64) {
        // Halved last, since twice a large mass could overflow.
        let rate = self.drag / self.mass / 2.0;
        let decay = (-rate * t).exp();
        if decay == 0.0 {
            return (0.0, 0.0);
        }
        // Beyond 10¹⁶ radians no digit of the phase is known, and any angle is as good.
        let angle = (self.root / self.mass / 2.0 * t).clamp(-f64::MAX, f64::MAX);
        let (sine, cosine) = angle.sin_cos();
        let sine = if angle == 0.0 {
            t
        } else if angle.abs() < f64::MAX {
            sine / angle * t
        } else {
            sine * (self.mass / self.root) * 2.0
        };
        let force = product_over(self.stiffness, x0, self.mass);
        (
            decay * (x0 * cosine + (u0 + rate * x0) * sine),
            decay * (u0 * cosine - (rate * u0 + force) * sine),
        )
    }

    fn overdamped(&self, t: f64, x0: f64, u0: f64) -> (f64, f64) {
        // Halved last where the halves would underflow, first where the sum would overflow.
        let half_sum = if self.drag < 1.0 {
            (self.drag + self.root) / 2.0
        } else {
            self.drag / 2.0 + self.root / 2.0
        };
        let slow = if half_sum == 0.0 {
            0.0
        } else {
            -self.stiffness / half_sum
        };
        let decays = self.root / self.mass * t;
        let mean = if decays == 0.0 {
            1.0
        } else {
            -(-decays).exp_m1() / decays
        };
        let phi = if decays.is_finite() {
            t * mean
        } else {
            self.mass / self.root
        };
        let grown = (slow * t).exp();
        let fast = (-half_sum / self.mass * t).exp();
        if grown == 0.0 {
            return (0.0, u0 * fast);
        }
        // (k/m)φ without k/m, which could overflow for a small mass.
        let force = if decays == 0.0 {
            self.stiffness / self.mass * t
        } else {
            self.stiffness * -(-decays).exp_m1() / self.root
        };
        (
            grown * (x0 * (1.0 - slow * phi) + u0 * phi),
            u0 * (fast + slow * grown * phi) - force * x0 * grown,
        )
    }
}

/// γ² − 4mk with one rounding, by fused multiply-adds (W. Kahan's ab − cd).
fn discriminant(mass: f64, drag: f64, stiffness: f64) -> f64 {
    let product = 4.0 * mass * stiffness;
    let lost = (4.0 * mass).mul_add(stiffness, -product);
    drag.mul_add(drag, -product) - lost
}
