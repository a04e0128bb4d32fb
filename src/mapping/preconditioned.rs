//! The mapping between a ball with a mass for each direction and momentum with a rate for each, (M, Γ, Δt) ↔ (A, B).
//!
//! In the directions S in which M and Γ are diagonal every mode is a [`HeavyBall`](crate::HeavyBall) with its own (αᵢ, βᵢ):
//! A = S diag(α) Sᵀ, B = S diag(β) S⁻¹, for every [`Discretization`]. For explicit drag that is A = Δt²M⁻¹,
//! B = 1 − ΔtM⁻¹Γ, derivation (73).

use crate::check::{check_dimension, positive};
use crate::mapping::{Discretization, Gauge};
use crate::matrices::{DiagonalMatrix, FullMatrix, MatrixForm, shaped};
use crate::optimizers::PreconditionedMomentum;
use crate::particle::{Acting, AnisotropicBall, Axes, CoupledDirections, Directions, HeavyBall};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim};

impl<A: MatrixForm<f64>> PreconditionedMomentum<A> {
    /// The rule that this discretisation of `ball` with step `dt` is identical to.
    ///
    /// # Errors
    /// The errors of [`Discretization::coefficients`] for each mode.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::{AnisotropicBall, PreconditionedMomentum};
    /// use nalgebra::vector;
    ///
    /// // A hundred times the mass is a hundredth of the learning rate.
    /// let ball = AnisotropicBall::diagonal(vector![1.0, 100.0], vector![5.0, 500.0])?;
    /// let rule = PreconditionedMomentum::from_ball(&ball, 0.1, Discretization::ExplicitDrag)?;
    /// assert!((rule.alpha.diagonal() - vector![0.01, 0.0001]).norm() < 1e-17);
    /// assert!((rule.beta.diagonal() - vector![0.5, 0.5]).norm() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn from_ball<F>(
        ball: &AnisotropicBall<F>,
        dt: f64,
        discretization: Discretization,
    ) -> Result<Self, Error>
    where
        F: Directions<f64, Matrix = A>,
    {
        let coefficients = |mode: &HeavyBall| discretization.coefficients(mode, dt);
        let pairs: Vec<_> = ball
            .modes()
            .iter()
            .map(coefficients)
            .collect::<Result<_, _>>()?;
        let (alphas, betas) = pairs.into_iter().unzip();
        let directions = ball.directions();
        Ok(Self::known(
            directions.matrix(Acting::FromForces, "alpha", alphas)?,
            directions.matrix(Acting::OnDisplacements, "beta", betas)?,
        ))
    }
}

impl<T: Number, D: Dim> PreconditionedMomentum<DiagonalMatrix<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    /// The rule that symplectic Euler of a diagonal ball is, αᵢ = Δt²/mᵢ and βᵢ = 1 − γᵢΔt/mᵢ, on any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::diagonal`]; [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a
    /// step that is not positive.
    pub fn of_explicit_drag(ball: &AnisotropicBall<Axes<T, D>>, dt: &T) -> Result<Self, Error> {
        positive("dt", dt, "")?;
        let (mass, drag) = (ball.mass().diagonal(), ball.drag().diagonal());
        Self::diagonal(
            mass.map(|m| dt.clone() * dt.clone() / m),
            drag.zip_map(mass, |drag, m| T::one() - drag * dt.clone() / m),
        )
    }
}

impl<D: Dim> PreconditionedMomentum<DiagonalMatrix<f64, D>>
where
    DefaultAllocator: Allocator<D>,
{
    /// The ball that this rule is, with step `dt`, which fixes the scale of its masses.
    ///
    /// # Errors
    /// The errors of [`Discretization::particle`] for each parameter.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::PreconditionedMomentum;
    /// use nalgebra::vector;
    ///
    /// let rule = PreconditionedMomentum::diagonal(vector![0.1, 0.01], vector![0.9, 0.9])?;
    /// let ball = rule.to_ball(Discretization::ExplicitDrag, 0.1)?;
    /// assert!((ball.mass().diagonal() - vector![0.1, 1.0]).norm() < 1e-15);
    /// assert!((ball.drag().diagonal() - vector![0.1, 1.0]).norm() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn to_ball(
        &self,
        discretization: Discretization,
        dt: f64,
    ) -> Result<AnisotropicBall<Axes<f64, D>>, Error> {
        let (alpha, beta) = (self.alpha.diagonal(), self.beta.diagonal());
        check_dimension("beta", alpha.len(), beta.len())?;
        let (mut mass, mut drag) = (alpha.clone(), beta.clone());
        for (m, drag) in mass.iter_mut().zip(drag.iter_mut()) {
            let (ball, _) = discretization.particle(*m, *drag, Gauge::Step(dt))?;
            (*m, *drag) = (ball.mass, ball.drag);
        }
        AnisotropicBall::diagonal(mass, drag)
    }
}

impl<D: Dim> PreconditionedMomentum<FullMatrix<f64, D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// The ball that this rule is, with step `dt`, which fixes the scale of its masses.
    ///
    /// # Errors
    /// The errors of [`Discretization::particle`] for each direction; those of [`AnisotropicBall::full`] if A is too near to
    /// singular.
    pub fn to_ball(
        &self,
        discretization: Discretization,
        dt: f64,
    ) -> Result<AnisotropicBall<CoupledDirections<D>>, Error> {
        let common = self.common_directions()?;
        let particle = |beta: &f64| discretization.particle(1.0, beta.min(1.0), Gauge::Step(dt));
        let balls: Vec<_> = common
            .values
            .iter()
            .map(particle)
            .collect::<Result<_, _>>()?;
        let of = |part: fn(&HeavyBall) -> f64| {
            let parts =
                DVector::from_iterator(balls.len(), balls.iter().map(|(ball, _)| part(ball)));
            shaped(&common.to_momenta(&parts), self.alpha.entries())
        };
        AnisotropicBall::full(of(|ball| ball.mass), of(|ball| ball.drag))
    }
}
