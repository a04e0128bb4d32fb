//! The edge of stability of momentum with a rate for each direction, and of the ball with a mass for each.
//!
//! v₊ = Bv − AKx, x₊ = x + v₊ with A ≻ 0, BA symmetric, B between −1 and 1 and K ≻ 0 converges exactly for
//! K ≺ 2A⁻¹(1 + B), derivation (74). For one direction this is αλ < 2(1 + β).

use crate::Error;
use crate::check::in_range;
use crate::mapping::{Discretization, MappingError};
use crate::matrices::{MatrixError, MatrixForm, Modes, symmetric_modes};
use crate::optimizers::PreconditionedMomentum;
use crate::particle::{AnisotropicBall, Directions, HeavyBall};
use nalgebra::{DMatrix, DVector};

/// The largest and the smallest eigenvalue of a curvature in directions S, with weights: of N SᵀKS N.
fn extremes(curvature: &DMatrix<f64>, weights: &DVector<f64>) -> (f64, f64) {
    let weighted = DMatrix::from_fn(weights.len(), weights.len(), |i, j| {
        weights[i] * curvature[(i, j)] * weights[j]
    });
    let (values, _) = symmetric_modes(&weighted);
    (values.max(), values.min())
}

/// SᵀKS, symmetric and finite.
fn in_directions(common: &Modes, hessian: &DMatrix<f64>) -> Result<DMatrix<f64>, Error> {
    crate::check::check_dimension("hessian", common.values.len(), hessian.nrows())?;
    let curvature = common.directions.tr_mul(hessian) * &common.directions;
    let is_finite = curvature.iter().all(|entry| entry.is_finite());
    let size = if is_finite {
        curvature.amax()
    } else {
        f64::NAN
    };
    in_range("the curvature relative to the mass", &size)?;
    Ok(0.5 * (&curvature + curvature.transpose()))
}

/// Refuses a curvature with a direction that falls away.
fn check_definite(smallest: f64, largest: f64) -> Result<(), Error> {
    if largest > 0.0 && smallest >= -1e-12 * largest {
        return Ok(());
    }
    Err(Error::Matrix(MatrixError::Indefinite {
        name: "hessian",
        smallest,
        largest,
    }))
}

impl<A: MatrixForm<f64>> PreconditionedMomentum<A> {
    /// The factor by which the curvature `hessian` may grow before the rule diverges: 1 is the edge, below 1 it diverges.
    ///
    /// It is the smallest eigenvalue of 2A⁻¹(1 + B) relative to K, derivation (74). A decay of exactly 1 circles below the
    /// edge and never settles.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for another dimension;
    /// [`MatrixError::Indefinite`] for a curvature with a negative eigenvalue, or only zeros.
    ///
    /// ```
    /// use heavyball::PreconditionedMomentum;
    /// use heavyball::matrices::DiagonalMatrix;
    /// use nalgebra::vector;
    ///
    /// // αλ < 2(1 + β) on each axis: 3/0.1 and 3/50.
    /// let rule = PreconditionedMomentum::diagonal(vector![0.1, 0.01], vector![0.5, 0.5])?;
    /// let edge = rule.edge_on(&DiagonalMatrix::new(vector![1.0, 5000.0])?)?;
    /// assert!((edge - 0.06).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn edge_on(&self, hessian: &impl MatrixForm<f64>) -> Result<f64, Error> {
        let common = self.common_directions()?;
        let curvature = in_directions(&common, &hessian.to_matrix())?;
        let weights = common.values.map(|beta| 1.0 / (2.0 * (1.0 + beta)).sqrt());
        let (largest, smallest) = extremes(&curvature, &weights);
        check_definite(smallest, largest)?;
        Ok(1.0 / largest)
    }
}

impl<F: Directions<f64>> AnisotropicBall<F> {
    /// The largest Δt at which this discretisation is stable on the curvature `hessian`; smaller steps are stable too.
    ///
    /// For explicit drag it is the first Δt at which 4M − 2ΔtΓ − Δt²K is singular, for central drag and OBABO
    /// 2/√λ for the largest eigenvalue λ of M⁻¹K, whatever Γ: derivation (75). Costs about 60 eigendecompositions.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for another dimension;
    /// [`MatrixError::Indefinite`] for a curvature with a negative eigenvalue, or only zeros;
    /// [`MappingError::Window`] for `KickDampDrift` and `Boaob`, whose stable steps may begin anew beyond the first edge: judge
    /// a step by [`PreconditionedMomentum::edge_on`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::AnisotropicBall;
    /// use heavyball::matrices::FullMatrix;
    /// use nalgebra::{matrix, vector};
    ///
    /// // M⁻¹K has the eigenvalues 1 and 4.
    /// let ball = AnisotropicBall::diagonal(vector![1.0, 2.0], vector![0.3, 0.1])?;
    /// let hessian = FullMatrix::new(matrix![1.0, 0.0; 0.0, 8.0])?;
    /// let largest = ball.largest_step(Discretization::Obabo, &hessian)?;
    /// assert!((largest - 1.0).abs() < 1e-14);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn largest_step(
        &self,
        discretization: Discretization,
        hessian: &impl MatrixForm<f64>,
    ) -> Result<f64, Error> {
        if matches!(
            discretization,
            Discretization::KickDampDrift | Discretization::Boaob
        ) {
            let discretization = discretization.name();
            return Err(Error::Mapping(MappingError::Window { discretization }));
        }
        let common = Modes::new("mass", &self.mass().to_matrix(), &self.drag().to_matrix())?;
        let curvature = in_directions(&common, &hessian.to_matrix())?;
        let ones = DVector::from_element(common.values.len(), 1.0);
        let (largest, smallest) = extremes(&curvature, &ones);
        check_definite(smallest, largest)?;
        let balls: Vec<HeavyBall> = common
            .values
            .iter()
            .map(|drag| HeavyBall::new(1.0, drag.max(0.0)))
            .collect::<Result<_, _>>()?;
        // Coefficients out of range are beyond the edge.
        let is_stable = |dt: f64| {
            let weight = |ball: &HeavyBall| {
                let (alpha, beta) = discretization.coefficients(ball, dt).ok()?;
                Some((alpha / (2.0 * (1.0 + beta))).sqrt())
            };
            let weights: Option<Vec<f64>> = balls.iter().map(weight).collect();
            weights.is_some_and(|weights| extremes(&curvature, &weights.into()).0 < 1.0)
        };
        let mut stable = 2.0 / largest.sqrt();
        while !is_stable(stable) && stable > f64::MIN_POSITIVE {
            stable /= 2.0;
        }
        let mut unstable = 2.0 * stable;
        while is_stable(unstable) {
            (stable, unstable) = (unstable, 2.0 * unstable);
            in_range("the largest step", &unstable)?;
        }
        loop {
            let middle = stable + 0.5 * (unstable - stable);
            if middle <= stable || middle >= unstable {
                return Ok(stable);
            }
            if is_stable(middle) {
                stable = middle;
            } else {
                unstable = middle;
            }
        }
    }
}
