//! SymplecticEulerFlow: ẋ = u + ½Δt a, u̇ = a + ½Δt(∇²f u + γa)/m, a = −(∇f + γu)/m.
//!
//! Backward error analysis: E. Hairer, Ch. Lubich, G. Wanner, *Geometric Numerical Integration*, 2nd ed. (2006),
//! chapter IX; here with drag, derivation section 14.

use crate::error::positive;
use crate::potential::check_vector;
use crate::second_order::joined;
use crate::{Curvature, Error, FirstOrderSystem, HeavyBall};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum, OVector};

/// The first-order system in y = (x, u) that symplectic Euler's (x, p/m) follow to second order.
///
/// u is the scheme's velocity and not ẋ: they differ by ½Δt a. Eliminating it gives
/// (m − ½γΔt)ẍ + γẋ + ∇f = O(Δt²), derivation (26): half a step's drag is missing from the mass. One gradient and one
/// Hessian-vector product an evaluation.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::modified_equation::SymplecticEulerFlow;
/// use nalgebra::{Const, vector};
///
/// let ball = HeavyBall::new(1.0, 0.4)?;
/// let flow = SymplecticEulerFlow::new(DoubleWell, &ball, 0.01, Const::<2>)?;
/// let start = flow.state(&vector![0.5, 1.0], &vector![0.0, 0.0])?;
/// let run = Dop853::new(1e-12, 1e-12).integrate(&flow, (0.0, 2.0), start)?;
/// let scheme = SymplecticEuler::new(0.01)?
///     .phases(&ball, &DoubleWell, Phase::at_rest(vector![0.5, 1.0]))?
///     .after(200)?;
/// assert!((flow.position(run.last()) - scheme.position).norm() < 1e-4);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SymplecticEulerFlow<P, D> {
    potential: P,
    ball: HeavyBall,
    dt: f64,
    dimension: D,
}

impl<P, D> SymplecticEulerFlow<P, D>
where
    P: Curvature<D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The flow of symplectic Euler with step `dt` for `ball`, on positions of length `dimension`.
    ///
    /// # Errors
    /// [`Error::NotPositive`] and [`Error::Negative`] for step, mass and drag.
    pub fn new(potential: P, ball: &HeavyBall, dt: f64, dimension: D) -> Result<Self, Error> {
        ball.check()?;
        positive("dt", &dt, "")?;
        Ok(Self {
            potential,
            ball: *ball,
            dt,
            dimension,
        })
    }

    /// The state of a scheme at `position` with velocity u = p/m.
    ///
    /// # Errors
    /// [`Error::DimensionMismatch`] if a length is not the system's.
    pub fn state(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<OVector<f64, DimSum<D, D>>, Error> {
        joined(self.dimension, position, velocity)
    }

    /// x in a state.
    pub fn position(&self, state: &OVector<f64, DimSum<D, D>>) -> OVector<f64, D> {
        state.rows_generic(0, self.dimension).into_owned()
    }

    /// The scheme's velocity u = p/m in a state.
    pub fn scheme_velocity(&self, state: &OVector<f64, DimSum<D, D>>) -> OVector<f64, D> {
        let half = self.dimension.value();
        state.rows_generic(half, self.dimension).into_owned()
    }

    /// ẋ in a state, u + ½Δt a.
    pub fn velocity(&self, state: &OVector<f64, DimSum<D, D>>) -> OVector<f64, D> {
        let (position, velocity) = (self.position(state), self.scheme_velocity(state));
        &velocity + self.acceleration(&position, &velocity) * (0.5 * self.dt)
    }

    /// a = −(∇f + γu)/m.
    fn acceleration(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> OVector<f64, D> {
        let mut acceleration = position.clone();
        self.potential.gradient(position, &mut acceleration);
        let HeavyBall { mass, drag } = self.ball;
        acceleration.zip_apply(velocity, |slot, u| *slot = -(*slot + drag * u) / mass);
        acceleration
    }
}

impl<P, D> FirstOrderSystem<DimSum<D, D>> for SymplecticEulerFlow<P, D>
where
    P: Curvature<D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn derivative(
        &self,
        _time: f64,
        state: &OVector<f64, DimSum<D, D>>,
        derivative: &mut OVector<f64, DimSum<D, D>>,
    ) {
        let (position, velocity) = (self.position(state), self.scheme_velocity(state));
        let acceleration = self.acceleration(&position, &velocity);
        let mut product = velocity.clone();
        self.potential
            .hessian_product(&position, &velocity, &mut product);
        let HeavyBall { mass, drag } = self.ball;
        let (half_step, half) = (0.5 * self.dt, self.dimension.value());
        let mut slots = derivative.rows_generic_mut(0, self.dimension);
        slots.zip_zip_apply(&velocity, &acceleration, |slot, u, a| {
            *slot = u + half_step * a;
        });
        let mut slots = derivative.rows_generic_mut(half, self.dimension);
        slots.zip_zip_apply(&acceleration, &product, |slot, a, product| {
            *slot = a + half_step * (product + drag * a) / mass;
        });
    }

    fn check_start(&self, state: &OVector<f64, DimSum<D, D>>) -> Result<(), Error> {
        check_vector("start state", state)?;
        if state.len() != 2 * self.dimension.value() {
            return Err(Error::DimensionMismatch {
                name: "start state",
                expected: 2 * self.dimension.value(),
                found: state.len(),
            });
        }
        self.potential.check_dimension(self.dimension.value())
    }
}
