//! HessianDamped: m ẍ + (γ + c∇²f)ẋ + ∇f = 0, the heavy ball with an additional drag by the Hessian.

use crate::Error;
use crate::check::{check_length, check_vector, finite, positive};
use crate::fixed_steps::{ExplicitEuler, FixedStep};
use crate::ode::SecondOrderSystem;
use crate::optimizers::{Accelerated, Momentum, Nesterov};
use crate::particle::HeavyBall;
use crate::potentials::{Curvature, Potential, check_start};
use crate::study::Rule;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The equation that x₊ = x + β(x − x₋) − α∇f(x + θ(x − x₋)) follows to second order, with c = θΔt.
///
/// m = Δt²(1 + β)/2α, γ = Δt(1 − β)/α; θ = β for [`Nesterov`], 0 for momentum and −1 for explicit Euler, whose outdated
/// gradient accelerates where Nesterov's look-ahead brakes. Derivation (41). Cost: one gradient and one Hessian-vector
/// product per evaluation. The iteration follows this equation to order 2 and the plain ball (m, γ) to order 1.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::modified_equation::HessianDamped;
/// use nalgebra::{Const, vector};
///
/// let (rule, dt) = (Nesterov::new(1e-4, 0.99)?, 0.01);
/// let equation = HessianDamped::nesterov(DoubleWell, &rule, dt)?;
/// let start = vector![0.5, 1.0];
/// let velocity = equation.start_velocity(&start, &vector![0.0, 0.0])?;
/// let system = equation.in_phase_space(Const::<2>);
/// let run = Dop853::new(1e-12, 1e-12)
///     .integrate(&system, (0.0, 2.0), system.state(&start, &velocity)?)?;
/// let iterate = rule.iterates(&DoubleWell, start).after(200)?;
/// let distance = (system.motion(run.last())?.0 - iterate.position).norm();
/// assert!(distance < 2e-4); // from the plain ball it is 7e-3
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HessianDamped<P> {
    potential: P,
    alpha: f64,
    beta: f64,
    theta: f64,
    dt: f64,
    ball: HeavyBall,
}

impl<P> HessianDamped<P> {
    /// The equation of momentum at steps `dt`: θ = 0, the effective particle.
    ///
    /// # Errors
    /// Those of [`Momentum::effective_particle`].
    pub fn momentum(potential: P, rule: &Momentum, dt: f64) -> Result<Self, Error> {
        Self::new(potential, rule, 0.0, dt)
    }

    /// The equation of Nesterov's rule at steps `dt`: θ = β.
    ///
    /// # Errors
    /// Those of [`Momentum::effective_particle`].
    pub fn nesterov(potential: P, rule: &Nesterov, dt: f64) -> Result<Self, Error> {
        Self::of_rule(potential, Rule::Nesterov, (rule.alpha, rule.beta), dt)
    }

    /// The equation of the accelerated rule at steps `dt`: θ = η.
    ///
    /// # Errors
    /// Those of [`Momentum::effective_particle`].
    ///
    /// ```
    /// use heavyball::optimizers::Tuning;
    /// use heavyball::prelude::*;
    /// use heavyball::study::modified_equation::HessianDamped;
    ///
    /// // Triple momentum as a ball with a drag by the Hessian of ηΔt.
    /// let rule = Tuning::TripleMomentum.rule(1.0, 4.0)?;
    /// let equation = HessianDamped::accelerated(DoubleWell, &rule, 0.5)?;
    /// assert!((equation.hessian_drag() - 0.5 / 9.0).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn accelerated(potential: P, rule: &Accelerated, dt: f64) -> Result<Self, Error> {
        Self::new(
            potential,
            &Momentum::new(rule.alpha, rule.beta)?,
            rule.eta,
            dt,
        )
    }

    /// The equation of explicit Euler for `ball`: θ = −1. It needs γΔt/m < 2.
    ///
    /// # Errors
    /// Those of [`Discretization::coefficients`](crate::Discretization::coefficients) for explicit drag.
    pub fn explicit_euler(
        potential: P,
        ball: &HeavyBall,
        method: &ExplicitEuler,
    ) -> Result<Self, Error> {
        let dt = FixedStep::dt(method);
        let rule = Momentum::from_heavy_ball(ball, dt, crate::Discretization::ExplicitDrag)?;
        Self::new(potential, &rule, -1.0, dt)
    }

    /// The equation of `rule` with coefficients (α, β).
    pub(in crate::study) fn of_rule(
        potential: P,
        rule: Rule,
        (alpha, beta): (f64, f64),
        dt: f64,
    ) -> Result<Self, Error> {
        let theta = rule.look_ahead(beta);
        Self::new(potential, &Momentum::new(alpha, beta)?, theta, dt)
    }

    fn new(potential: P, rule: &Momentum, theta: f64, dt: f64) -> Result<Self, Error> {
        let ball = rule.effective_particle(dt)?;
        positive("effective mass", &ball.mass, "; beta must lie above -1")?;
        finite("effective drag", &ball.drag)?;
        Ok(Self {
            potential,
            alpha: rule.alpha,
            beta: rule.beta,
            theta,
            dt,
            ball,
        })
    }

    /// The particle (m, γ) without the drag of the Hessian.
    pub fn ball(&self) -> &HeavyBall {
        &self.ball
    }

    /// The coefficient c = θΔt of ∇²f in the drag.
    pub fn hessian_drag(&self) -> f64 {
        self.theta * self.dt
    }

    /// ẋ(0) for an iteration that starts at `position` with displacement v₀: the central difference (v₀ + v₁)/2Δt,
    /// accurate to second order.
    ///
    /// # Errors
    /// [`VectorError::Empty`](crate::error::VectorError::Empty),
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) and
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for position and displacement.
    pub fn start_velocity<D: Dim>(
        &self,
        position: &OVector<f64, D>,
        displacement: &OVector<f64, D>,
    ) -> Result<OVector<f64, D>, Error>
    where
        P: Potential<f64, D>,
        DefaultAllocator: Allocator<D>,
    {
        check_start(&self.potential, "start position", position)?;
        check_length("displacement", position.len(), displacement)?;
        let gradient_at = position + displacement * self.theta;
        let mut velocity = gradient_at.clone();
        self.potential.gradient(&gradient_at, &mut velocity);
        velocity.zip_apply(displacement, |slot, v| {
            *slot = ((1.0 + self.beta) * v - self.alpha * *slot) / (2.0 * self.dt);
        });
        check_vector("start velocity", &velocity)?;
        Ok(velocity)
    }
}

impl<D: Dim, P: Curvature<D>> SecondOrderSystem<D> for HessianDamped<P>
where
    DefaultAllocator: Allocator<D>,
{
    fn acceleration(
        &self,
        _time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    ) {
        let mut product = velocity.clone();
        self.potential
            .hessian_product(position, velocity, &mut product);
        self.potential.gradient(position, acceleration);
        let (HeavyBall { mass, drag }, of_hessian) = (self.ball, self.hessian_drag());
        acceleration.zip_zip_apply(velocity, &product, |slot, u, product| {
            *slot = -(*slot + drag * u + of_hessian * product) / mass;
        });
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        check_start(&self.potential, "start position", position)?;
        crate::check::check_vector("start velocity", velocity)
    }
}
