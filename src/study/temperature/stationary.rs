//! Stationary: the covariances of a rule on f = ½xᵀAx under gradient noise of covariance Σ, and the loss that remains.
//!
//! In the modes of A, with Qᵢ = αλᵢ and dᵢ = β − Qᵢη, and with a = 1 − dᵢdⱼ,
//!
//! Cov(xᵢ, xⱼ) = α²Σᵢⱼ a/D, Cov(xᵢ, vⱼ) = α²Σᵢⱼ (Qᵢ − dᵢQⱼ)/D, Cov(vᵢ, vⱼ) = α²Σᵢⱼ e/D,
//! e = (1 − dⱼ)Qᵢ + (1 − dᵢ)Qⱼ, D = ae − (Qᵢ − dᵢQⱼ)(Qⱼ − dⱼQᵢ),
//!
//! derivation (92): the solution of the discrete Lyapunov equation C = MCMᵀ + α²KΣKᵀ, one pair of modes at a time.

use crate::Error;
use crate::check::{check_dimension, in_range};
use crate::optimizers::Accelerated;
use crate::potentials::{Quadratic, check_covariance};
use crate::study::temperature::noisy_mode::stable;
use nalgebra::DMatrix;

/// The stationary covariances of a rule on f = ½xᵀAx, whose gradient has noise of covariance Σ.
///
/// Near a minimum of any smooth f take its Hessian for A and the covariance of the noise there for Σ. To first order in α the
/// loss that remains is ¼ tr(Σ) α/(1 − β), whatever A; if Σ = σ²1, it is T/2 for each dimension, as equipartition says.
/// Costs two decompositions and a few products of d × d matrices; A is scaled, so that entries of any size may occur. Modes
/// with a curvature below 10⁻¹⁶ of the largest have no digit left.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::temperature::Stationary;
/// use nalgebra::dmatrix;
///
/// let rule = Momentum::new(0.001, 0.9)?;
/// let noise = dmatrix![2.0, 0.0; 0.0, 6.0];
/// let state = Stationary::of(rule, &dmatrix![2.0, 1.0; 1.0, 3.0], &noise)?;
/// assert!((state.excess_loss / (0.25 * 8.0 * 0.001 / 0.1) - 1.0).abs() < 1e-3);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Stationary {
    /// Cov(x, x).
    pub position: DMatrix<f64>,
    /// Cov(x, v): entry (i, j) is that of xᵢ and vⱼ. Its symmetric part is half of `velocity`.
    pub cross: DMatrix<f64>,
    /// Cov(v, v).
    pub velocity: DMatrix<f64>,
    /// E f(x) − f(x*) = ½ tr(A·Cov(x, x)).
    pub excess_loss: f64,
}

impl Stationary {
    /// The state of `rule` on the Hessian A under noise of covariance Σ in its gradient.
    ///
    /// # Errors
    /// The errors of [`Quadratic::symmetric`] for either matrix and of [`Accelerated::new`];
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) if their sizes differ; [`VectorError::NotPositive`](crate::error::VectorError::NotPositive) for a Σ with a negative
    /// eigenvalue, rounding apart; [`StudyError::NoStationaryState`](crate::study::StudyError::NoStationaryState) where the
    /// rule does not converge on an eigenvalue of A, 0 and negative ones included;
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if a covariance overflows.
    pub fn of(
        rule: impl Into<Accelerated>,
        hessian: &DMatrix<f64>,
        noise: &DMatrix<f64>,
    ) -> Result<Self, Error> {
        let Accelerated { alpha, beta, eta } = rule.into();
        let rule = Accelerated::new(alpha, beta, eta)?;
        let hessian = Quadratic::symmetric(hessian.clone())?;
        let noise = Quadratic::symmetric(noise.clone())?;
        let (hessian, noise) = (hessian.matrix(), noise.matrix());
        check_dimension("covariance's rows", hessian.nrows(), noise.nrows())?;
        check_covariance("covariance of the noise", noise)?;
        // Products of the largest entries could leave the range of f64.
        let unit = hessian.amax().max(f64::MIN_POSITIVE);
        let modes = (hessian / unit).symmetric_eigen();
        let curvatures = modes.eigenvalues * unit;
        let axes = modes.eigenvectors;
        let mut steps = Vec::with_capacity(curvatures.len());
        for curvature in &curvatures {
            steps.push(stable(&rule, curvature)?);
        }
        let noise = axes.tr_mul(noise) * &axes;
        let pair = |formula: fn([f64; 2], [f64; 2]) -> f64| {
            let covariances = DMatrix::from_fn(noise.nrows(), noise.ncols(), |i, j| {
                match (steps.get(i), steps.get(j), noise.get((i, j))) {
                    (Some(&[q, d, r]), Some(&[other, by, _]), Some(noise)) => {
                        // On the diagonal D has a factor in which the difference to 2(1 + β) is taken once.
                        let determinant = if i == j {
                            (1.0 - d) * (1.0 - d) * q * r
                        } else {
                            determinant([q, d], [other, by])
                        };
                        alpha * (alpha * noise * (formula([q, d], [other, by]) / determinant))
                    }
                    _ => f64::NAN,
                }
            });
            &axes * covariances * axes.transpose()
        };
        let position = pair(|[_, d], [_, by]| 1.0 - d * by);
        let state = Self {
            excess_loss: 0.5 * hessian.component_mul(&position).sum(),
            position,
            cross: pair(|[q, d], [other, _]| q - d * other),
            velocity: pair(|[q, d], [other, by]| (1.0 - by) * q + (1.0 - d) * other),
        };
        for matrix in [&state.position, &state.cross, &state.velocity] {
            matrix
                .iter()
                .try_for_each(|entry| in_range("a stationary covariance", entry))?;
        }
        in_range("the stationary loss", &state.excess_loss)?;
        Ok(state)
    }
}

/// D of two modes, without a difference of numbers near 1 at small Q.
fn determinant([q, d]: [f64; 2], [other, by]: [f64; 2]) -> f64 {
    let velocity = (1.0 - by) * q + (1.0 - d) * other;
    (1.0 - d * by) * velocity - (q - d * other) * (other - by * q)
}
