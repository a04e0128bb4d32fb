//! PreconditionedMomentum: v₊ = Bv − A∇f(x), x₊ = x + v₊, with a learning rate and a decay for each direction.
//!
//! A and B are diagonal, as the parameter groups of a framework make them, or full, as a preconditioner is. It is the
//! symplectic Euler method of a ball with a mass for each direction, A = Δt²M⁻¹ and B = 1 − ΔtM⁻¹Γ, derivation (73).

use crate::check::check_dimension;
use crate::matrices::{
    DiagonalMatrix, FullMatrix, MatrixError, MatrixForm, Modes, checked_symmetric, refuse_dimension,
};
use crate::optimizers::coefficients::check_decay;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OMatrix, OVector};

/// Momentum with a learning rate and a decay for each direction, v₊ = Bv − A∇f(x), x₊ = x + v₊.
///
/// One gradient evaluation per iteration, and d multiplications for diagonal matrices or 2d² for full ones. With all rates
/// equal and all decays equal it is [`Momentum`](crate::Momentum), bit for bit. When not to use it: for curvatures that are
/// not known, or change on the way.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::PreconditionedMomentum;
/// use nalgebra::vector;
///
/// // Two groups of parameters, with their own learning rates.
/// let rule = PreconditionedMomentum::diagonal(vector![0.1, 0.001], vector![0.5, 0.5])?;
/// let bowl = Quadratic::diagonal(vector![1.0, 100.0])?;
/// let end = rule.iterates(&bowl, vector![1.0, 1.0]).after(20)?;
/// assert!((end.position - vector![1.0, 1.0] * end.position.x).norm() < 1e-15);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct PreconditionedMomentum<A> {
    /// Learning rates A, symmetric positive definite.
    pub alpha: A,
    /// Decays B, with BA symmetric and eigenvalues in (−1, 1].
    pub beta: A,
}

impl<T: Number, D: Dim> PreconditionedMomentum<DiagonalMatrix<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    /// The rule with a learning rate αᵢ > 0 and a decay −1 < βᵢ ≤ 1 for each parameter.
    ///
    /// # Errors
    /// [`MatrixError::NotPositive`] unless every rate is positive and finite,
    /// [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) unless −1 < βᵢ ≤ 1,
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for another number of decays than of
    /// rates.
    pub fn diagonal(alpha: OVector<T, D>, beta: OVector<T, D>) -> Result<Self, Error> {
        check_dimension("beta", alpha.len(), beta.len())?;
        let alpha = DiagonalMatrix::positive("alpha", alpha)?;
        beta.iter().try_for_each(check_decay)?;
        let beta = DiagonalMatrix::finite("beta", beta)?;
        Ok(Self { alpha, beta })
    }
}

impl<D: Dim> PreconditionedMomentum<FullMatrix<f64, D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// The rule with full matrices: A symmetric positive definite, BA symmetric, and the eigenvalues of B in (−1, 1].
    ///
    /// A common decay is B = β·1.
    ///
    /// # Errors
    /// [`MatrixError`]: `NonFiniteEntry`, `Asymmetric` and `Indefinite` for A, `NoCommonDirections` unless BA is symmetric up
    /// to rounding; [`RuleError::BetaOutOfRange`](crate::error::RuleError::BetaOutOfRange) for an eigenvalue of B;
    /// [`VectorError`](crate::error::VectorError) for matrices that are empty, not square or of two sizes.
    ///
    /// ```
    /// use heavyball::PreconditionedMomentum;
    /// use nalgebra::{Matrix2, matrix};
    /// let alpha = matrix![0.2, 0.1; 0.1, 0.3];
    /// assert!(PreconditionedMomentum::full(alpha, 0.9 * Matrix2::identity()).is_ok());
    /// let error = PreconditionedMomentum::full(alpha, matrix![0.9, 0.0; 0.0, 0.1]).unwrap_err();
    /// assert!(error.to_string().contains("no common directions"));
    /// ```
    pub fn full(alpha: OMatrix<f64, D, D>, beta: OMatrix<f64, D, D>) -> Result<Self, Error> {
        let alpha = checked_symmetric("alpha", alpha)?;
        let beta = FullMatrix::named("beta", beta)?;
        check_dimension("beta", alpha.dimension(), beta.dimension())?;
        let rule = Self { alpha, beta };
        let decays = rule.common_directions()?.values;
        decays.iter().try_for_each(|beta| {
            // An eigenvalue that rounding has moved beyond 1.
            check_decay(&if (1.0..1.0 + 1e-12).contains(beta) {
                1.0
            } else {
                *beta
            })
        })?;
        Ok(rule)
    }
}

impl<A: MatrixForm<f64>> PreconditionedMomentum<A> {
    /// The rule with coefficients that are known to be in range.
    pub(crate) fn known(alpha: A, beta: A) -> Self {
        Self { alpha, beta }
    }

    /// S with A = SSᵀ and B = S diag(β) S⁻¹, as the modes of A⁻¹B relative to A⁻¹: S⁻ᵀ diag(β) S⁻¹ = A⁻¹B.
    pub(crate) fn common_directions(&self) -> Result<Modes, Error> {
        let (alpha, beta) = (self.alpha.to_matrix(), self.beta.to_matrix());
        let product = &beta * &alpha;
        let size = product.amax();
        let asymmetry = &product - product.transpose();
        let (row, column) = asymmetry.icamax_full();
        if asymmetry.amax() > 1e-10 * size {
            return Err(Error::Matrix(MatrixError::NoCommonDirections {
                row: row.min(column),
                column: row.max(column),
                upper: product[(row.min(column), row.max(column))],
                lower: product[(row.max(column), row.min(column))],
            }));
        }
        // The modes of BA relative to A have S' with S'ᵀAS' = 1, S'ᵀBAS' = diag(β); then S = S'⁻ᵀ.
        let modes = Modes::new("alpha", &alpha, &(0.5 * (&product + product.transpose())))?;
        Ok(modes.dual())
    }
}

impl<T: Number, A: MatrixForm<T>> UpdateRule<T> for PreconditionedMomentum<A> {
    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        check_dimension("start position", self.alpha.dimension(), dimension)
    }

    #[inline(always)]
    fn update<D, P>(
        &self,
        _k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let Iterate { position, velocity } = iterate;
        let Workspace {
            gradient,
            look_ahead,
        } = workspace;
        // A rule from a closure may change its dimension on the way.
        if velocity.len() != self.beta.dimension() {
            refuse_dimension(velocity);
            return;
        }
        gradient_at(potential, position, gradient);
        self.beta
            .replace_by_product(velocity.as_mut_slice(), look_ahead.as_mut_slice());
        self.alpha
            .subtract_product(gradient.as_slice(), velocity.as_mut_slice());
        position.zip_apply(velocity, |x, v| *x += v);
    }
}
