//! The bridge: (m, γ, Δt) ↔ (α, β), one named discretisation each.
//!
//! Every map is exact: the named scheme for m ẍ = −∇f(x) − γẋ *is* the two-step recursion
//! x₊ = x + β(x − x₋) − α∇f(x). And every recursion is Verlet with drag for the particle
//! m_eff = Δt²(1 + β)/2α, γ_eff = Δt(1 − β)/α, whose central differences it satisfies exactly; the order
//! of a map is that at which (m_eff, γ_eff) tends to (m, γ). With z = γΔt/m and q = Δt²/m:
//!
//! | discretisation | β | α | m_eff | γ_eff | order |
//! |---|---|---|---|---|---|
//! | [`ExplicitDrag`](Discretization::ExplicitDrag) | 1 − z | q | m − γΔt/2 | γ | 1 |
//! | [`ImplicitDrag`](Discretization::ImplicitDrag) | 1/(1 + z) | q/(1 + z) | m + γΔt/2 | γ | 1 |
//! | [`DampKickDrift`](Discretization::DampKickDrift) | e⁻ᶻ | q | m(1 + e⁻ᶻ)/2 | (m/Δt)(1 − e⁻ᶻ) | 1 |
//! | [`KickDampDrift`](Discretization::KickDampDrift) | e⁻ᶻ | qe⁻ᶻ | m(1 + eᶻ)/2 | (m/Δt)(eᶻ − 1) | 1 |
//! | [`ExponentialDrag`](Discretization::ExponentialDrag) | e⁻ᶻ | q(1 − e⁻ᶻ)/z | m(z/2)coth(z/2) | γ | 2 |
//! | [`CentralDrag`](Discretization::CentralDrag) | (1 − z/2)/(1 + z/2) | q/(1 + z/2) | m | γ | 2 |
//! | [`Obabo`](Discretization::Obabo) | e⁻ᶻ | q(1 + e⁻ᶻ)/2 | m | (2m/Δt)tanh(z/2) | 2 |
//! | [`Boaob`](Discretization::Boaob) | e⁻ᶻ | qe^(−z/2) | m cosh(z/2) | (2m/Δt)sinh(z/2) | 2 |
//!
//! (m, γ, Δt) → (c²m, cγ, cΔt) leaves (α, β) unchanged: the inverse must fix one of the three, by a
//! [`Gauge`].

mod conventions;
mod rescaled;
mod schedule;
mod state;

pub use schedule::BallInTime;

use crate::error::{Short, positive};
use crate::{Error, Exponential, GradientDescent, GradientFlow, HeavyBall, Momentum, Nesterov};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::fmt;

/// How the heavy-ball equation is cut into steps: one row of the table above.
///
/// ```
/// use heavyball::prelude::*;
///
/// let ball = HeavyBall::new(1.0, 5.0)?;
/// let rule = Momentum::from_heavy_ball(&ball, 0.1, Discretization::ExplicitDrag)?;
/// assert!((rule.alpha - 0.01).abs() < 1e-17 && (rule.beta - 0.5).abs() < 1e-16);
///
/// // What learning rate 0.1 and momentum 0.9 mean for a particle of mass 1:
/// let (ball, dt) = Momentum::new(0.1, 0.9)?
///     .to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
/// assert!((dt - 0.1_f64.sqrt()).abs() < 1e-16);
/// assert!((ball.drag - 0.1 / dt).abs() < 1e-15);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Discretization {
    /// Drag at the old velocity: symplectic Euler, Sutskever's update and the lecture's (α, β).
    ExplicitDrag,
    /// Drag at the new velocity. Reference: N. Qian, *Neural Networks* 12 (1999) 145.
    ImplicitDrag,
    /// Exact damping, then kick, then drift: conformal symplectic Euler.
    DampKickDrift,
    /// Kick, then exact damping, then drift.
    KickDampDrift,
    /// Kick under exact drag, then drift: the velocity equation solved with the force held fixed.
    ExponentialDrag,
    /// Central difference for the drag: Verlet with drag, the midpoints of
    /// [`CentralLeapfrog`](crate::CentralLeapfrog).
    CentralDrag,
    /// Damping and kick in halves around the drift (O half, B half, A, B half, O half), also BAOAB; and
    /// the midpoints of [`Leapfrog`](crate::Leapfrog).
    Obabo,
    /// Kick in halves outside, damping in halves inside (B half, O half, A, O half, B half).
    Boaob,
}

/// Which of mass, step and drag the inverse map keeps at a given value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Gauge {
    /// The mass m; step and drag follow.
    Mass(f64),
    /// The step Δt; mass and drag follow.
    Step(f64),
    /// The drag γ; mass and step follow. Needs β < 1.
    Drag(f64),
}

impl fmt::Display for Gauge {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gauge::Mass(mass) => write!(out, "mass {}", Short(*mass)),
            Gauge::Step(dt) => write!(out, "dt {}", Short(*dt)),
            Gauge::Drag(drag) => write!(out, "drag {}", Short(*drag)),
        }
    }
}

impl fmt::Display for Discretization {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

impl Discretization {
    /// Every discretisation, in the order of the table.
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

    /// Order at which the iterates follow the particle (m, γ), if started by [`Self::start_velocity`].
    ///
    /// From the naive start v₀ = Δt·ẋ(0) the order is 1 for every row.
    pub fn order(&self) -> usize {
        match self {
            Self::ExplicitDrag | Self::ImplicitDrag => 1,
            Self::DampKickDrift | Self::KickDampDrift => 1,
            Self::ExponentialDrag | Self::CentralDrag | Self::Obabo | Self::Boaob => 2,
        }
    }

    /// (α, β) of the momentum iteration that this discretisation of `ball` with step `dt` is.
    ///
    /// Each is rounded a few times only, near γ = 0 and near z = 1 as well.
    ///
    /// # Errors
    /// [`Error::NotPositive`] and [`Error::Negative`] for mass, drag or step;
    /// [`Error::OutsideMapping`] where β leaves (−1, 1]: for explicit drag at z ≥ 2.
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
        let HeavyBall { mass, drag } = *ball;
        let z = drag * dt / mass;
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
            Self::ExponentialDrag => (q * z.mean_decay(), decay),
            Self::CentralDrag => {
                let sum = drag.mul_add(dt, 2.0 * mass);
                let difference = (-drag).mul_add(dt, 2.0 * mass);
                (2.0 * dt / sum * dt, difference / sum)
            }
            Self::Obabo => (q * (1.0 + decay) / 2.0, decay),
            Self::Boaob => (q * (-z / 2.0).exp(), decay),
        };
        positive(
            "alpha",
            &alpha,
            "; the step is too small or the drag too large for it to be one",
        )?;
        if beta > -1.0 && beta <= 1.0 {
            return Ok((alpha, beta));
        }
        Err(Error::OutsideMapping {
            discretization: self.name(),
            mass,
            drag,
            dt,
            beta,
            advice: format!(
                "take dt below {}, or drag below {}, or mass above {}; or a discretization with \
                 exact damping",
                Short(2.0 * mass / drag),
                Short(2.0 * mass / dt),
                Short(drag * dt / 2.0)
            ),
        })
    }

    /// The particle and step whose discretisation is the momentum iteration (α, β).
    ///
    /// With z from β and q from α and z: for a given mass Δt = √(qm), γ = zm/Δt; for a given step
    /// m = Δt²/q, γ = zm/Δt; for a given drag Δt = qγ/z, m = Δt²/q. β carries 1 − β to
    /// ε = 1.1e-16 only: a drag recovered from β near 1 has a relative error of about ε/(1 − β).
    ///
    /// # Errors
    /// [`Error::NotPositive`] and [`Error::BetaOutOfRange`] for α, β and the gauge;
    /// [`Error::NoParticle`] for β ≤ 0 where damping is exact or implicit, and for β = 1 with
    /// [`Gauge::Drag`].
    pub fn particle(&self, alpha: f64, beta: f64, gauge: Gauge) -> Result<(HeavyBall, f64), Error> {
        Momentum::new(alpha, beta)?;
        let no_particle = |advice| Error::NoParticle {
            discretization: self.name(),
            gauge: gauge.to_string(),
            alpha,
            beta,
            advice,
        };
        let rational = matches!(self, Self::ExplicitDrag | Self::CentralDrag);
        if beta <= 0.0 && !rational {
            return Err(no_particle(
                "its beta lies in (0, 1]; raise beta above 0, or take ExplicitDrag or CentralDrag",
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
                2.0 * alpha / (1.0 + beta),
            ),
            Self::Obabo => (-beta.ln(), 2.0 * alpha / (1.0 + beta)),
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
        positive("dt", &dt, "; this gauge leaves the range of f64")?;
        Ok((HeavyBall::new(mass, drag)?, dt))
    }

    /// The particle (m_eff, γ_eff) that the iterates follow to second order.
    ///
    /// # Errors
    /// As for [`Self::coefficients`]; [`Error::NotPositive`] if m_eff overflows.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let ball = HeavyBall::new(1.0, 0.5)?;
    /// let effective = Discretization::ExplicitDrag.effective_particle(&ball, 0.2)?;
    /// assert_eq!((effective.mass, effective.drag), (0.95, 0.5));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn effective_particle(&self, ball: &HeavyBall, dt: f64) -> Result<HeavyBall, Error> {
        self.coefficients(ball, dt)?;
        let HeavyBall { mass, drag } = *ball;
        let z = drag * dt / mass;
        let half = z / 2.0;
        let (mass, drag) = match self {
            Self::ExplicitDrag => ((-drag).mul_add(dt / 2.0, mass), drag),
            Self::ImplicitDrag => (drag.mul_add(dt / 2.0, mass), drag),
            Self::DampKickDrift => (mass * (1.0 + z.decay()) / 2.0, drag * z.mean_decay()),
            Self::KickDampDrift => (mass * (1.0 + z.exp()) / 2.0, drag * (-z).mean_decay()),
            Self::ExponentialDrag if z == 0.0 => (mass, drag),
            Self::ExponentialDrag => (mass * (half / half.tanh()), drag),
            Self::CentralDrag => (mass, drag),
            Self::Obabo => (mass, mass / dt * 2.0 * half.tanh()),
            Self::Boaob => (mass * half.cosh(), mass / dt * 2.0 * half.sinh()),
        };
        HeavyBall::new(mass, drag)
    }

    /// The optimiser's velocity v₀ for a particle that starts with velocity u₀ = ẋ(0).
    ///
    /// `gradient` is ∇f(x₀). With this v₀ the iterates follow the effective particle to second order,
    /// and (m, γ) itself where [`Self::order`] is 2; the naive v₀ = Δt·u₀, and rest v₀ = 0, give first
    /// order only. It is v₀ = Δt·u₀ − (Δt²/2)ẍ(0) with the effective particle's ẍ(0), or what the scheme's
    /// own half step gives: Δt·u₀(1 + z/2) + q∇f/2 for `CentralDrag`, Δt·e^(z/2)u₀ + q∇f/2 for `Obabo`,
    /// e^(z/2)(Δt·u₀ + q∇f/2) for `Boaob`. The velocity at iterate k is then (vₖ + vₖ₊₁)/2Δt.
    ///
    /// # Errors
    /// As for [`Self::effective_particle`]; [`Error::DimensionMismatch`] for different lengths.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(2.0, 1.0, 0.0).0;
    /// let (ball, bowl) = (HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?);
    /// let map = Discretization::CentralDrag;
    /// let error = |steps: usize| -> Result<f64, heavyball::Error> {
    ///     let dt = 2.0 / steps as f64;
    ///     let rule = Momentum::from_heavy_ball(&ball, dt, map)?;
    ///     let v0 = map.start_velocity(&ball, dt, &vector![0.0], &vector![4.0])?;
    ///     let end = rule.iterates(&bowl, vector![1.0]).with_velocity(v0).after(steps)?;
    ///     Ok(end.position.x - exact)
    /// };
    /// assert!((error(200)? / error(400)? - 4.0).abs() < 0.01); // second order
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn start_velocity<D: Dim>(
        &self,
        ball: &HeavyBall,
        dt: f64,
        velocity: &OVector<f64, D>,
        gradient: &OVector<f64, D>,
    ) -> Result<OVector<f64, D>, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        if velocity.len() != gradient.len() {
            return Err(Error::DimensionMismatch {
                name: "gradient at the start",
                expected: velocity.len(),
                found: gradient.len(),
            });
        }
        let effective = self.effective_particle(ball, dt)?;
        let z = ball.drag * dt / ball.mass;
        let half_q = dt / ball.mass * dt / 2.0;
        let (of_velocity, of_gradient) = match self {
            Self::CentralDrag => (dt * (1.0 + z / 2.0), half_q),
            Self::Obabo => (dt * (z / 2.0).exp(), half_q),
            Self::Boaob => (dt * (z / 2.0).exp(), (z / 2.0).exp() * half_q),
            _ => {
                let half_step = dt / 2.0 / effective.mass;
                (dt * (1.0 + half_step * effective.drag), dt * half_step)
            }
        };
        Ok(velocity.zip_map(gradient, |u, g| of_velocity * u + of_gradient * g))
    }
}

macro_rules! bridge {
    ($rule:ident, $forward:literal, $back:literal) => {
        impl $rule {
            #[doc = $forward]
            ///
            /// # Errors
            /// As for [`Discretization::coefficients`].
            pub fn from_heavy_ball(
                ball: &HeavyBall,
                dt: f64,
                discretization: Discretization,
            ) -> Result<Self, Error> {
                let (alpha, beta) = discretization.coefficients(ball, dt)?;
                Self::new(alpha, beta)
            }

            #[doc = $back]
            ///
            /// # Errors
            /// As for [`Discretization::particle`].
            pub fn to_heavy_ball(
                &self,
                discretization: Discretization,
                gauge: Gauge,
            ) -> Result<(HeavyBall, f64), Error> {
                discretization.particle(self.alpha, self.beta, gauge)
            }
        }
    };
}

bridge!(
    Momentum,
    "The iteration that `discretization` makes of `ball` with step `dt`, identically.",
    "The particle and step Δt behind (α, β), with one of mass, step and drag given."
);
bridge!(
    Nesterov,
    "Nesterov's rule at the (α, β) of `discretization`: it follows `ball` to order 1, whatever the map.",
    "The particle and step Δt that (α, β) would be for [`Momentum`]; Nesterov's rule follows it to order 1."
);

impl GradientDescent {
    /// The explicit Euler step `dt` of a gradient flow: α = Δt/γ.
    ///
    /// # Errors
    /// [`Error::NotPositive`] unless the step is positive and finite.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// let flow = GradientFlow::new(Quartic, 2.0)?;
    /// assert_eq!(GradientDescent::from_gradient_flow(&flow, 0.1)?.alpha, 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_gradient_flow<P>(flow: &GradientFlow<P>, dt: f64) -> Result<Self, Error> {
        positive("dt", &dt, "")?;
        Self::new(dt / flow.drag())
    }
}
