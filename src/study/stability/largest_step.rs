//! Largest step: the largest Δt at which a discretisation of the ball (m, γ) is stable on a curvature k.
//!
//! HB(α, β) is stable exactly for αk < 2(1 + β). In the units x = ω₀Δt/2, ω₀ = √(k/m), and with the damping
//! ratio ζ = γ/(2√(mk)), so that z = γΔt/m = 4ζx and qk = 4x²:
//!
//! | discretisation | stable for | largest Δt |
//! |---|---|---|
//! | `ExplicitDrag` | x² + 2ζx < 1 | 4m/(γ + √(γ² + 4mk)) |
//! | `ImplicitDrag` | x² − 2ζx < 1 | (γ + √(γ² + 4mk))/k |
//! | `CentralDrag`, `Obabo` | x < 1 | 2/ω₀, whatever γ |
//! | `DampKickDrift` | 2x² < 1 + e^(−4ζx) | one root, between √2/ω₀ and 2/ω₀ |
//! | `ExponentialDrag` | x tanh(2ζx) < 2ζ | one root, about 2γ/k for a large drag |
//! | `KickDampDrift` | 2x² < 1 + e^(4ζx) | none for ζ > 0.24567; below, a window is unstable |
//! | `Boaob` | x² < cosh(2ζx) | none for ζ > 0.51586; below, a window is unstable |
//! | explicit Euler | | γ/k; overdamped 4m/(γ + √(γ² − 4mk)) |
//!
//! In the two rows with a window, damping grows faster than the force: 2(1 + eᶻ)/z² has its minimum where z = 2 + 2e⁻ᶻ,
//! and cosh(y)/y² where y tanh y = 2, y = z/2. For ζ above the value in the table every step is stable; below it the
//! equation has two roots, one on each side of the minimum. Derivation (49).

use crate::Error;
use crate::check::positive;
use crate::error::Short;
use crate::mapping::Discretization;
use crate::particle::HeavyBall;
use std::fmt;

/// The steps Δt for which a mode decays.
///
/// "Below" a limit is strict. Without drag nothing decays, and the oscillation stays bounded below the limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum StableSteps {
    /// None: explicit Euler without drag.
    Never,
    /// Exactly those below this one.
    Below(f64),
    /// All except those from the first to the second, both included.
    Outside(f64, f64),
    /// All of them.
    Every,
}

impl StableSteps {
    /// The end of the interval of stable steps that begins at zero: 0 if there is none, ∞ if all steps are stable.
    ///
    /// ```
    /// use heavyball::study::stability::StableSteps;
    /// assert_eq!(StableSteps::Outside(1.5, 4.0).limit(), 1.5);
    /// ```
    pub fn limit(&self) -> f64 {
        match self {
            Self::Never => 0.0,
            Self::Below(end) | Self::Outside(end, _) => *end,
            Self::Every => f64::INFINITY,
        }
    }

    /// Whether the step `dt` is stable.
    ///
    /// ```
    /// use heavyball::study::stability::StableSteps;
    /// let steps = StableSteps::Outside(1.5, 4.0);
    /// assert!(steps.contains(1.0) && !steps.contains(2.0) && steps.contains(5.0));
    /// ```
    pub fn contains(&self, dt: f64) -> bool {
        let beyond = matches!(self, Self::Outside(_, again) if dt > *again);
        dt > 0.0 && (dt < self.limit() || beyond)
    }

    /// From x = ω₀Δt/2 to Δt; a limit that overflows counts as no limit.
    fn times(self, unit: f64) -> Self {
        match self {
            Self::Below(x) | Self::Outside(x, _) if (x * unit).is_infinite() => Self::Every,
            Self::Outside(x, again) if (again * unit).is_finite() => {
                Self::Outside(x * unit, again * unit)
            }
            Self::Below(x) | Self::Outside(x, _) => Self::Below(x * unit),
            Self::Never | Self::Every => self,
        }
    }
}

impl fmt::Display for StableSteps {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Never => out.write_str("no step is stable"),
            Self::Below(end) => write!(out, "stable for dt below {}", Short(*end)),
            Self::Outside(end, again) => {
                write!(
                    out,
                    "stable for dt below {} and above {}",
                    Short(*end),
                    Short(*again)
                )
            }
            Self::Every => out.write_str("every step is stable"),
        }
    }
}

/// A damping ratio far beyond the point at which ζ ± 1 rounds to ζ: the formulas of that limit, in m, γ and k, stay
/// accurate where ζ or 1/ζ would overflow.
const HUGE: f64 = 1e150;

/// The unit 2/ω₀ of a step, and the damping ratio ζ.
fn scaled(ball: &HeavyBall, curvature: f64) -> Result<(f64, f64), Error> {
    ball.check()?;
    positive(
        "curvature",
        &curvature,
        "; without positive curvature no step makes the ball stop",
    )?;
    let (mass, stiffness) = (ball.mass.sqrt(), curvature.sqrt());
    Ok((2.0 * (mass / stiffness), ball.drag / mass / stiffness / 2.0))
}

/// The steps at which `discretization` of `ball` is stable on f = ½kx², k = `curvature`.
///
/// Closed forms where they exist, otherwise a root to rounding, by bisection. Where a double root has just split (ζ
/// just below the two values of the table) it is known to half the digits only. For several curvatures use the largest;
/// beyond a window, check each.
///
/// # Errors
/// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) and
/// [`ParameterError::Negative`](crate::error::ParameterError::Negative) for mass, drag and curvature.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::stability::{StableSteps, largest_step};
///
/// let ball = HeavyBall::new(1.0, 3.0)?;
/// let steps = |row| largest_step(row, &ball, 4.0);
/// assert_eq!(steps(Discretization::ExplicitDrag)?, StableSteps::Below(0.5));
/// assert_eq!(steps(Discretization::ImplicitDrag)?, StableSteps::Below(2.0));
/// assert_eq!(steps(Discretization::Obabo)?, StableSteps::Below(1.0));
/// assert_eq!(steps(Discretization::Boaob)?, StableSteps::Every); // ζ = 0.75
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn largest_step(
    discretization: Discretization,
    ball: &HeavyBall,
    curvature: f64,
) -> Result<StableSteps, Error> {
    let (unit, zeta) = scaled(ball, curvature)?;
    let steps = match discretization {
        Discretization::ExplicitDrag if zeta > HUGE => {
            return Ok(StableSteps::Below(2.0).times(ball.mass / ball.drag));
        }
        Discretization::ImplicitDrag | Discretization::ExponentialDrag if zeta > HUGE => {
            return Ok(StableSteps::Below(2.0).times(ball.drag / curvature));
        }
        Discretization::ExplicitDrag => StableSteps::Below(1.0 / (zeta + zeta.hypot(1.0))),
        Discretization::ImplicitDrag => StableSteps::Below(zeta + zeta.hypot(1.0)),
        Discretization::CentralDrag | Discretization::Obabo => StableSteps::Below(1.0),
        Discretization::DampKickDrift => StableSteps::Below(root(
            |x| 2.0 * x * x < 1.0 + (-4.0 * zeta * x).exp(),
            (0.7, 1.0),
        )),
        // Between the limits for a small and for a large drag; 2ζ itself is accurate.
        Discretization::ExponentialDrag if zeta < 1e-8 => StableSteps::Below(1.0),
        Discretization::ExponentialDrag => {
            let twice = 2.0 * zeta;
            let above = twice / twice.tanh() * (1.0 + 4.0 * f64::EPSILON);
            StableSteps::Below(root(
                |x| x * (twice * x).tanh() < twice,
                (twice.max(1.0) * (1.0 - f64::EPSILON), above),
            ))
        }
        Discretization::KickDampDrift => {
            let lowest = root(|z| z < 2.0 + 2.0 * (-z).exp(), (2.0, 3.0));
            window(4.0 * zeta, lowest, |z| z + (-z).exp().ln_1p())
        }
        Discretization::Boaob => {
            let lowest = root(|y| y * y.tanh() < 2.0, (2.0, 3.0));
            window(2.0 * zeta, lowest, |y| y + (-2.0 * y).exp().ln_1p())
        }
    };
    Ok(steps.times(unit))
}

/// The x with 2x² < e^`grown`(wx): all, or all except those between two roots.
///
/// e^`grown`(z)/z² has its minimum at `lowest`, and e^`grown`(0) = 2. Computed with logarithms, since it overflows.
fn window(w: f64, lowest: f64, grown: impl Fn(f64) -> f64) -> StableSteps {
    let middle = lowest / w;
    let is_stable = |x: f64| 2.0 * x.ln() < grown(w * x) - std::f64::consts::LN_2;
    if w.is_infinite() || is_stable(middle) {
        return StableSteps::Every;
    }
    // Below `lowest`, e^grown < 32.
    let end = root(is_stable, (1.0 - f64::EPSILON, middle.min(4.0)));
    let mut above = middle;
    while above.is_finite() && !is_stable(above) {
        above *= 2.0;
    }
    if above.is_infinite() {
        return StableSteps::Below(end);
    }
    let again = root(|x| !is_stable(x), (middle, above));
    StableSteps::Outside(end, again)
}

/// Where `is_below` ends between the two bounds, to machine precision.
fn root(is_below: impl Fn(f64) -> bool, (mut low, mut high): (f64, f64)) -> f64 {
    loop {
        let middle = low + (high - low) / 2.0;
        if middle <= low || middle >= high || middle.is_nan() {
            return high;
        }
        if is_below(middle) {
            low = middle;
        } else {
            high = middle;
        }
    }
}

/// The steps at which [`ExplicitEuler`](crate::ExplicitEuler) of `ball` is stable on f = ½kx², k = `curvature`.
///
/// Below γ/k for γ² ≤ 4mk, below 4m/(γ + √(γ² − 4mk)) for an overdamped ball, where β = 1 − γΔt/m may be below −1;
/// no step is stable without drag.
///
/// # Errors
/// The errors of [`largest_step`].
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::stability::{StableSteps, largest_explicit_euler_step};
///
/// let of = |drag| largest_explicit_euler_step(&HeavyBall::new(1.0, drag)?, 4.0);
/// assert_eq!(of(0.0)?, StableSteps::Never);
/// assert_eq!(of(2.0)?, StableSteps::Below(0.5));
/// assert_eq!(of(5.0)?, StableSteps::Below(0.5)); // 4/(5 + 3)
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn largest_explicit_euler_step(ball: &HeavyBall, curvature: f64) -> Result<StableSteps, Error> {
    let (unit, zeta) = scaled(ball, curvature)?;
    let steps = if zeta > HUGE {
        return Ok(StableSteps::Below(2.0).times(ball.mass / ball.drag));
    } else if zeta == 0.0 {
        StableSteps::Never
    } else if zeta <= 1.0 {
        StableSteps::Below(zeta)
    } else {
        StableSteps::Below(1.0 / (zeta + (zeta - 1.0).sqrt() * (zeta + 1.0).sqrt()))
    };
    Ok(steps.times(unit))
}

/// The steps at which explicit Euler on gradient flow, γẋ = −kx, is stable: Δt < 2γ/k.
///
/// That is gradient descent with α = Δt/γ, stable for α < 2/k.
///
/// # Errors
/// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless drag and curvature are positive
/// and finite.
///
/// ```
/// use heavyball::study::stability::{StableSteps, largest_gradient_flow_step};
/// assert_eq!(largest_gradient_flow_step(2.0, 4.0)?, StableSteps::Below(1.0));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn largest_gradient_flow_step(drag: f64, curvature: f64) -> Result<StableSteps, Error> {
    positive("drag", &drag, "; without drag there is no flow")?;
    positive("curvature", &curvature, "")?;
    Ok(StableSteps::Below(2.0).times(drag / curvature))
}
