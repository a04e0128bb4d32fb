//! OptimizedGradient: the optimised gradient method, whose worst case after N gradients nothing improves.
//!
//! v₊ = a_k v − (a_k + b_k)∇f(x)/L, x₊ = x + v₊ − ∇f(x)/L, with a_k = (θ_k − 1)/θ_{k+1} and b_k = θ_k/θ_{k+1}. Here x is the
//! point of the gradient, and v its distance from the point x₋ − ∇f(x₋)/L that a plain step would have reached.
//!
//! References: Y. Drori, M. Teboulle, *Math. Program.* 145 (2014) 451; D. Kim, J. A. Fessler, *Math. Program.* 159 (2016)
//! 81, algorithm OGM1; the lower bound is that of Y. Drori, *J. Complexity* 39 (2017) 1.

use crate::check::{finite, positive};
use crate::optimizers::{Iterate, RuleError, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The optimised gradient method for a smooth convex f and a number N of gradients that is known beforehand.
///
/// For every convex f with an L-Lipschitz gradient, f(x_N) − f* ≤ L|x₀ − x*|²/(2θ_N²) < L|x₀ − x*|²/(N + 1)², [`Self::bound`],
/// half of the bound of Nesterov's method, and no method that only sees N gradients guarantees less; derivation (70). It
/// ends after N iterations: a longer run is refused. One gradient per iteration, at x. With a known μ > 0 use
/// [`Tuning`](crate::optimizers::Tuning), and without a fixed N [`NesterovSchedule`](crate::NesterovSchedule).
///
/// ```
/// use heavyball::optimizers::OptimizedGradient;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Two functions are the worst: the parabola is one, on which x_N = ±x₀/θ_N.
/// let rule = OptimizedGradient::new(4.0, 10)?;
/// let bowl = Quadratic::diagonal(vector![4.0])?;
/// let end = rule.iterates(&bowl, vector![1.0]).after(10)?.position;
/// assert!((bowl.value(&end) / rule.bound(1.0) - 1.0).abs() < 1e-13);
/// assert!(rule.iterates(&bowl, vector![1.0]).after(11).is_err());
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct OptimizedGradient {
    l: f64,
    /// θ₀ to θ_N.
    thetas: Vec<f64>,
}

impl OptimizedGradient {
    /// The method for gradients with the Lipschitz constant L > 0, and N ≥ 1 iterations.
    ///
    /// θ₀ = 1, θ_{k+1} = (1 + √(1 + 4θ_k²))/2, and the last, θ_N = (1 + √(1 + 8θ²_{N−1}))/2. N numbers are kept.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless L is positive and finite and N
    /// is positive; [`VectorError::OutOfMemory`](crate::error::VectorError::OutOfMemory) for an N beyond the memory.
    pub fn new(l: f64, iterations: usize) -> Result<Self, Error> {
        positive("l", &l, "; it is the largest curvature")?;
        positive("the number of iterations", &(iterations as f64), "")?;
        crate::check::check_room("list of theta", iterations as f64 + 1.0)?;
        let mut thetas = vec![1.0];
        let mut theta: f64 = 1.0;
        for k in 1..=iterations {
            let factor = if k == iterations { 8.0 } else { 4.0 };
            theta = (1.0 + (1.0 + factor * theta * theta).sqrt()) / 2.0;
            thetas.push(theta);
        }
        finite("theta", &theta)?;
        Ok(Self { l, thetas })
    }

    /// N, the number of iterations.
    pub fn iterations(&self) -> usize {
        self.thetas.len() - 1
    }

    /// L|x₀ − x*|²/(2θ_N²), the largest value of f(x_N) − f* for a start at this distance from the minimum.
    pub fn bound(&self, distance: f64) -> f64 {
        let theta = self.thetas.last().copied().unwrap_or(1.0);
        let scaled = distance / theta;
        self.l / 2.0 * scaled * scaled
    }

    /// (a_k, b_k); `None` after the last iteration.
    fn coefficients(&self, k: usize) -> Option<(f64, f64)> {
        let (theta, next) = (self.thetas.get(k)?, self.thetas.get(k + 1)?);
        Some(((theta - 1.0) / next, theta / next))
    }
}

impl UpdateRule<f64> for OptimizedGradient {
    const SCHEDULED: bool = true;

    #[inline(always)]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<f64, D>,
        workspace: &mut Workspace<f64, D>,
    ) where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let Some((a, b)) = self.coefficients(k) else {
            return;
        };
        let gradient = &mut workspace.gradient;
        gradient_at(potential, &iterate.position, gradient);
        let (step, push) = (1.0 / self.l, (a + b) / self.l);
        iterate
            .velocity
            .zip_apply(&*gradient, |v, g| *v = Number::mul_add(a, *v, -push * g));
        let velocity = &iterate.velocity;
        iterate
            .position
            .zip_zip_apply(velocity, &*gradient, |x, v, g| {
                *x += Number::mul_add(-step, g, v);
            });
    }

    fn check(&self, k: usize) -> Result<(), Error> {
        if k < self.iterations() {
            return Ok(());
        }
        Err(Error::Rule(RuleError::Ended {
            iterations: self.iterations(),
        }))
    }
}
