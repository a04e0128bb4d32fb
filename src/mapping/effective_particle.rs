//! The effective particle (m_eff, γ_eff), which the iterates follow to order 2, and the initial velocity this requires.

use crate::check::{VectorError, check_vector, in_range, product_over};
use crate::mapping::Discretization;
use crate::particle::HeavyBall;
use crate::{Error, Exponential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

impl Discretization {
    /// The effective particle (m_eff, γ_eff), which the iterates follow to order 2.
    ///
    /// # Errors
    /// The errors of [`Self::coefficients`];
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if m_eff or γ_eff overflows.
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
        let half = product_over(drag, dt, mass) / 2.0;
        let z = 2.0 * half; // twice what a rounded half is
        // γw/z is (m/Δt)w, but m/Δt may overflow where z is small, and z where it is large.
        let drag_over_z = |w: f64| {
            if z > 1.0 {
                mass / dt * w
            } else if z == 0.0 {
                drag
            } else {
                drag * (w / z)
            }
        };
        let (mass, drag) = match self {
            Self::ExplicitDrag => ((-drag).mul_add(dt / 2.0, mass), drag),
            Self::ImplicitDrag => (drag.mul_add(dt / 2.0, mass), drag),
            Self::DampKickDrift => (
                mass * ((1.0 + z.decay()) / 2.0),
                drag_over_z(-(-z).exp_m1()),
            ),
            Self::KickDampDrift => (mass * ((1.0 + z.exp()) / 2.0), drag_over_z(z.exp_m1())),
            Self::ExponentialDrag if z > 1.0 => (drag * (dt / 2.0) / half.tanh(), drag),
            Self::ExponentialDrag if z == 0.0 => (mass, drag),
            Self::ExponentialDrag => (mass * (half / half.tanh()), drag),
            Self::CentralDrag => (mass, drag),
            Self::Obabo => (mass, drag_over_z(2.0 * half.tanh())),
            Self::Boaob => (mass * half.cosh(), drag_over_z(2.0 * half.sinh())),
        };
        in_range("the effective mass", &mass)?;
        in_range("the effective drag", &drag)?;
        HeavyBall::new(mass, drag)
    }

    /// The optimiser's initial velocity v₀ for a particle that starts with velocity u₀ = ẋ(0).
    ///
    /// `gradient` is ∇f(x₀). With this v₀ the iterates follow the effective particle to order 2, and (m, γ) itself if
    /// [`Self::order`] is 2. With v₀ = Δt·u₀, or with v₀ = 0 for a particle at rest, the order is only 1. In general
    /// v₀ = Δt·u₀ − (Δt²/2)ẍ(0) with ẍ(0) of the effective particle; for three schemes it is given by the scheme's own
    /// half step: Δt·u₀(1 + z/2) + q∇f/2 for `CentralDrag`, Δt·e^(z/2)u₀ + q∇f/2 for `Obabo`, and
    /// e^(z/2)(Δt·u₀ + q∇f/2) for `Boaob`. The velocity ẋ at iterate k is then (vₖ + vₖ₊₁)/2Δt.
    ///
    /// # Errors
    /// The errors of [`Self::effective_particle`]; [`VectorError::DimensionMismatch`] if the lengths differ,
    /// [`VectorError::NonFiniteComponent`] for either vector; [`ParameterError::OutOfRange`] for a v₀ beyond the range of f64.
    ///
    /// [`ParameterError::OutOfRange`]: crate::error::ParameterError::OutOfRange
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
    /// assert!((error(200)? / error(400)? - 4.0).abs() < 0.01); // order 2
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
            return Err(Error::Vector(VectorError::DimensionMismatch {
                name: "gradient at the start",
                expected: velocity.len(),
                found: gradient.len(),
            }));
        }
        let effective = self.effective_particle(ball, dt)?;
        check_vector("velocity at the start", velocity)?;
        check_vector("gradient at the start", gradient)?;
        let z = product_over(ball.drag, dt, ball.mass);
        let half_q = dt / ball.mass * dt / 2.0;
        let (velocity_factor, gradient_factor) = match self {
            Self::Obabo => (dt * (z / 2.0).exp(), half_q),
            Self::Boaob => (dt * (z / 2.0).exp(), (z / 2.0).exp() * half_q),
            // That of CentralDrag too, whose effective particle is the ball itself.
            _ => {
                let z = product_over(effective.drag, dt, effective.mass);
                (dt * (1.0 + z / 2.0), dt / effective.mass * dt / 2.0)
            }
        };
        // A particle at rest has no first term, even where its factor overflows.
        let product = |factor: f64, value: f64| if value == 0.0 { 0.0 } else { factor * value };
        let start = velocity.zip_map(gradient, |u, g| {
            product(velocity_factor, u) + product(gradient_factor, g)
        });
        start
            .iter()
            .try_for_each(|v| in_range("the start velocity", v))?;
        Ok(start)
    }
}
