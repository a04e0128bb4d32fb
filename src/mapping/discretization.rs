//! Discretization: the map (m, γ, Δt) → (α, β) of each scheme, and its inverse.

use crate::check::{in_range, positive, product_over};
use crate::error::Short;
use crate::mapping::{Gauge, MappingError};
use crate::optimizers::Momentum;
use crate::particle::HeavyBall;
use crate::{Error, Exponential};
use std::fmt;

/// A scheme that discretises the heavy-ball equation in time: one row of the [table](crate::mapping).
///
/// ```
/// use heavyball::prelude::*;
///
/// let ball = HeavyBall::new(1.0, 5.0)?;
/// let rule = Momentum::from_heavy_ball(&ball, 0.1, Discretization::ExplicitDrag)?;
/// assert!((rule.alpha - 0.01).abs() < 1e-17 && (rule.beta - 0.5).abs() < 1e-16);
///
/// // Learning rate 0.1 and momentum 0.9 as a particle of mass 1:
/// let (ball, dt) = Momentum::new(0.1, 0.9)?
///     .to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
/// assert!((dt - 0.1_f64.sqrt()).abs() < 1e-16);
/// assert!((ball.drag - 0.1 / dt).abs() < 1e-15);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Discretization {
    /// Drag at the old velocity: symplectic Euler, Sutskever's update and the (α, β) of the lecture.
    ExplicitDrag,
    /// Drag at the new velocity. Reference: N. Qian, *Neural Networks* 12 (1999) 145.
    ImplicitDrag,
    /// Exact damping, then kick, then drift: conformal symplectic Euler.
    DampKickDrift,
    /// Kick, then exact damping, then drift.
    KickDampDrift,
    /// Kick under exact drag, then drift: the velocity equation is solved exactly for a constant force.
    ExponentialDrag,
    /// Central difference for the drag: Verlet with drag, the midpoints of
    /// [`CentralLeapfrog`](crate::CentralLeapfrog).
    CentralDrag,
    /// Half damping, half kick, drift, half kick, half damping (OBABO); also BAOAB, and the midpoints of
    /// [`Leapfrog`](crate::Leapfrog).
    Obabo,
    /// Half kick, half damping, drift, half damping, half kick (BOAOB).
    Boaob,
}

/// What has a β, as far as numbers in the range of f64 go.
fn advice(ball: &HeavyBall, dt: f64) -> String {
    let HeavyBall { mass, drag } = *ball;
    let limits = [
        ("dt below", product_over(2.0, mass, drag)),
        ("drag below", product_over(2.0, mass, dt)),
        ("mass above", product_over(drag, dt, 2.0)),
    ];
    let usable = limits.iter().filter(|(_, limit)| limit.is_normal());
    let choices: Vec<_> = usable
        .map(|(name, limit)| format!("{name} {}", Short(*limit)))
        .collect();
    if choices.is_empty() {
        return "choose a discretization with exact damping".to_owned();
    }
    format!(
        "choose {}; or a discretization with exact damping",
        choices.join(", or ")
    )
}

/// `ball` and `dt`, or where γΔt or 2m + γΔt leaves the range of f64 the same motion in a gauge with Δt near ¼:
/// (c²m, cγ, cΔt) has the same (α, β), and c is a power of two.
fn in_usual_gauge(ball: &HeavyBall, dt: f64) -> (HeavyBall, f64) {
    let product = ball.drag * dt;
    if product >= f64::MIN_POSITIVE && (product + 2.0 * ball.mass).is_finite() {
        return (*ball, dt);
    }
    let c = (-2.0 - dt.log2().round()).clamp(-1000.0, 1000.0).exp2();
    let moved = HeavyBall {
        mass: ball.mass * c * c,
        drag: ball.drag * c,
    };
    let is_better = moved.mass.is_normal()
        && (moved.drag.is_normal() || ball.drag == 0.0)
        && (2.0 * moved.mass).is_finite();
    if is_better {
        (moved, dt * c)
    } else {
        (*ball, dt)
    }
}

impl fmt::Display for Discretization {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl Discretization {
    /// All discretisations, in the order of the table.
    pub const ALL: [Self; 8] = [
        Self::ExplicitDrag,
        Self::ImplicitDrag,
        Self::DampKickDrift,
        Self::KickDampDrift,
        Self::ExponentialDrag,
        Self::CentralDrag,
        Self::Obabo,
        Self::Boaob,
    ];

    /// The name of the variant.
    pub fn name(&self) -> &'static str {
        match self {
            Self::ExplicitDrag => "ExplicitDrag",
            Self::ImplicitDrag => "ImplicitDrag",
            Self::DampKickDrift => "DampKickDrift",
            Self::KickDampDrift => "KickDampDrift",
            Self::ExponentialDrag => "ExponentialDrag",
            Self::CentralDrag => "CentralDrag",
            Self::Obabo => "Obabo",
            Self::Boaob => "Boaob",
        }
    }

    /// The order at which the iterates follow the particle (m, γ) with the consistent v₀ of [`Self::start_velocity`].
    ///
    /// With v₀ = Δt·ẋ(0) instead, the order is 1 for every discretisation.
    pub fn order(&self) -> usize {
        match self {
            Self::ExplicitDrag | Self::ImplicitDrag => 1,
            Self::DampKickDrift | Self::KickDampDrift => 1,
            Self::ExponentialDrag | Self::CentralDrag | Self::Obabo | Self::Boaob => 2,
        }
    }

    /// The (α, β) of the momentum iteration that this discretisation of `ball` with step `dt` is identical to.
    ///
    /// Both are accurate to a few rounding errors, also near γ = 0 and near z = 1.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) and
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) for mass, drag or step;
    /// [`MappingError::NoBeta`] if β lies outside (−1, 1], which happens for explicit drag with z ≥ 2.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let ball = HeavyBall::new(2.0, 1.0)?;
    /// let (alpha, beta) = Discretization::CentralDrag.coefficients(&ball, 0.4)?;
    /// assert!((alpha - 0.08 / 1.1).abs() < 1e-16 && (beta - 0.9 / 1.1).abs() < 1e-16);
    ///
    /// let error = Discretization::ExplicitDrag.coefficients(&ball, 4.5).unwrap_err();
    /// assert!(error.to_string().contains("dt below 4"));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn coefficients(&self, ball: &HeavyBall, dt: f64) -> Result<(f64, f64), Error> {
        ball.check()?;
        positive("dt", &dt, "")?;
        let given = dt;
        let (HeavyBall { mass, drag }, dt) = in_usual_gauge(ball, dt);
        let z = product_over(drag, dt, mass);
        let q = dt / mass * dt;
        let decay = z.decay();
        let (alpha, beta) = match self {
            Self::ExplicitDrag => (q, (-drag).mul_add(dt, mass) / mass),
            Self::ImplicitDrag => {
                let sum = drag.mul_add(dt, mass);
                (dt / sum * dt, mass / sum)
            }
            Self::DampKickDrift => (q, decay),
            Self::KickDampDrift => (q * decay, decay),
            // z may overflow where Δt/γ does not.
            Self::ExponentialDrag if z > 1.0 => (dt / drag * -(-z).exp_m1(), decay),
            Self::ExponentialDrag => (q * z.mean_decay(), decay),
            Self::CentralDrag => {
                let sum = drag.mul_add(dt, 2.0 * mass);
                let difference = (-drag).mul_add(dt, 2.0 * mass);
                (2.0 * dt / sum * dt, difference / sum)
            }
            Self::Obabo => (q * ((1.0 + decay) / 2.0), decay),
            Self::Boaob => (q * (-z / 2.0).exp(), decay),
        };
        in_range("alpha", &alpha)?;
        positive(
            "alpha",
            &alpha,
            "; the step is too small or the drag too large",
        )?;
        if beta > -1.0 && beta <= 1.0 {
            return Ok((alpha, beta));
        }
        Err(Error::Mapping(MappingError::NoBeta {
            discretization: self.name(),
            mass: ball.mass,
            drag: ball.drag,
            dt: given,
            beta,
            advice: advice(ball, given),
        }))
    }

    /// The particle and step Δt for which this discretisation is the momentum iteration (α, β).
    ///
    /// z follows from β, and q from α and z. Then, for a given mass, Δt = √(qm) and γ = zm/Δt; for a given step,
    /// m = Δt²/q and γ = zm/Δt; for a given drag, Δt = qγ/z and m = Δt²/q. Since β represents 1 − β only to within
    /// ε = 1.1e-16, a drag recovered from β near 1 has a relative error of about ε/(1 − β).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for α and the gauge,
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) for β;
    /// [`MappingError::NoParticle`] for β ≤ 0 if damping is exact or implicit, and for β = 1 with [`Gauge::Drag`].
    pub fn particle(&self, alpha: f64, beta: f64, gauge: Gauge) -> Result<(HeavyBall, f64), Error> {
        Momentum::new(alpha, beta)?;
        let no_particle = |advice| {
            Error::Mapping(MappingError::NoParticle {
                discretization: self.name(),
                gauge: gauge.to_string(),
                alpha,
                beta,
                advice,
            })
        };
        let rational = matches!(self, Self::ExplicitDrag | Self::CentralDrag);
        if beta <= 0.0 && !rational {
            return Err(no_particle(
                "it requires 0 < beta <= 1; raise beta above 0, or use ExplicitDrag or CentralDrag",
            ));
        }
        let (z, q) = match self {
            Self::ExplicitDrag => (1.0 - beta, alpha),
            Self::ImplicitDrag => ((1.0 - beta) / beta, alpha / beta),
            Self::DampKickDrift => (-beta.ln(), alpha),
            Self::KickDampDrift => (-beta.ln(), alpha / beta),
            Self::ExponentialDrag => (-beta.ln(), alpha / (-beta.ln()).mean_decay()),
            Self::CentralDrag => (
                2.0 * (1.0 - beta) / (1.0 + beta),
                alpha / ((1.0 + beta) / 2.0),
            ),
            Self::Obabo => (-beta.ln(), alpha / ((1.0 + beta) / 2.0)),
            Self::Boaob => (-beta.ln(), alpha / beta.sqrt()),
        };
        let (mass, drag, dt) = match gauge {
            Gauge::Mass(mass) => {
                positive("the gauge's mass", &mass, "")?;
                let dt = q.sqrt() * mass.sqrt();
                (mass, z * (mass / dt), dt)
            }
            Gauge::Step(dt) => {
                positive("the gauge's dt", &dt, "")?;
                let mass = dt / q * dt;
                (mass, z * (dt / q), dt)
            }
            Gauge::Drag(drag) => {
                positive("the gauge's drag", &drag, "")?;
                if z == 0.0 {
                    return Err(no_particle(
                        "beta = 1 has no drag; lower beta, or fix the mass or the step",
                    ));
                }
                let dt = q * drag / z;
                (dt / q * dt, drag, dt)
            }
        };
        in_range("the step of the particle", &dt)?;
        in_range("the mass of the particle", &mass)?;
        in_range("the drag of the particle", &drag)?;
        positive(
            "dt",
            &dt,
            "; with this gauge it is outside the range of f64",
        )?;
        Ok((HeavyBall::new(mass, drag)?, dt))
    }
}
