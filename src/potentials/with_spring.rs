//! WithSpring: a potential with a spring to the origin, which is what weight decay adds to a loss.

use crate::check::nonnegative;
use crate::potentials::{Curvature, Potential};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// f(x) + ½k|x|²: `potential` with a spring of stiffness k to the origin. Made by [`with_spring`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct WithSpring<P, T = f64> {
    potential: P,
    stiffness: T,
}

/// `potential` with a spring of stiffness k ≥ 0 to the origin, f(x) + ½k|x|², whose gradient is ∇f(x) + kx.
///
/// In training this is weight decay as PyTorch writes it, or L² regularisation:
/// [`WeightDecay`](crate::frameworks::WeightDecay). It costs the gradient of f.
///
/// # Errors
/// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless k is zero or positive, and finite.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::with_spring;
/// use nalgebra::vector;
///
/// // The wells of (x₀² − 1)² + x₁² − 1 move from ±1 to ±√¾ under a spring of stiffness 1: 4x³ − 4x + x = 0.
/// let pulled = with_spring(DoubleWell, 1.0)?;
/// let end = Momentum::new(0.05, 0.9)?.iterates(&pulled, vector![0.5, 1.0]).after(1000)?;
/// assert!((end.position - vector![0.75_f64.sqrt(), 0.0]).norm() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn with_spring<P, T: Number>(potential: P, stiffness: T) -> Result<WithSpring<P, T>, Error> {
    nonnegative("the stiffness of a spring", &stiffness, "")?;
    Ok(WithSpring {
        potential,
        stiffness,
    })
}

impl<P, T: Number> WithSpring<P, T> {
    /// Stiffness k of the spring.
    pub fn stiffness(&self) -> &T {
        &self.stiffness
    }

    #[inline(always)]
    fn pull<D: Dim>(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>)
    where
        DefaultAllocator: Allocator<D>,
    {
        // Zipped, so that a gradient of another length does not panic here: the caller refuses it.
        for (slot, x) in gradient.iter_mut().zip(position.iter()) {
            *slot = self.stiffness.clone().mul_add(x.clone(), slot.clone());
        }
    }
}

impl<P, T, D> Potential<T, D> for WithSpring<P, T>
where
    P: Potential<T, D>,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<T, D>) -> T {
        let squares = position.iter().map(|x| x.clone() * x.clone());
        let square = squares.fold(T::zero(), |sum, square| sum + square);
        self.potential.value(position) + self.stiffness.clone() * square / T::integer(2)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        self.potential.gradient(position, gradient);
        self.pull(position, gradient);
    }

    #[inline(always)]
    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &OVector<T, D>,
        gradient: &mut OVector<T, D>,
    ) {
        self.potential
            .gradient_at_step(member, k, position, gradient);
        self.pull(position, gradient);
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.potential.check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        let own = self.potential.largest_curvature()?;
        Some(own + self.stiffness.to_f64())
    }

    fn length_scale(&self) -> Option<f64> {
        self.potential.length_scale()
    }
}

impl<P, D> Curvature<D> for WithSpring<P>
where
    P: Curvature<D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        self.potential.hessian_product(position, direction, product);
        for (slot, d) in product.iter_mut().zip(direction.iter()) {
            *slot += self.stiffness * d;
        }
    }
}
