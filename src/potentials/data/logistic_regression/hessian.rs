//! The Hessian of a logistic regression, its eigenvalues, and bounds on them.

use super::margin::loss_curvature;
use super::{LogisticRegression, dot};
use crate::Error;
use crate::check::{check_length, finite};
use crate::potentials::eigenvalues;
use nalgebra::{DMatrix, DVector};

impl LogisticRegression {
    /// Bounds (μ, L) on all curvatures at all w: μ = λ and L = λ_max(AᵀA)/4n + λ.
    ///
    /// These are the arguments of [`Nesterov::standard`](crate::Nesterov::standard) and similar constructors. Up to
    /// rounding, L is attained at w = 0. Near the minimum the curvatures are usually much smaller, see
    /// [`Self::curvatures`]. Costs nd² + d³ operations.
    ///
    /// ```
    /// use heavyball::LogisticRegression;
    /// use heavyball::potentials::Features;
    /// let table = Features::from_rows([[3.0, 4.0], [3.0, 4.0]])?;
    /// let (mu, l) = LogisticRegression::new(table, &[true, false], 0.5)?.bounds();
    /// assert!(mu == 0.5 && (l - 6.75).abs() < 1e-14); // 25/4 + 1/2
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn bounds(&self) -> (f64, f64) {
        let widest = eigenvalues(self.moment(|_| 0.25));
        let widest = widest.iter().copied().fold(0.0, f64::max);
        (self.ridge, widest + self.ridge)
    }

    /// The smallest and the largest eigenvalue of ∇²f(w). Costs nd² + d³ operations.
    ///
    /// At the minimiser their quotient κ determines the asymptotic rate of a rule; they do not bound the curvatures at
    /// other w. The absolute error of both is the rounding error of the largest.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for weights of another length,
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) for a weight that is NaN or
    /// infinite, [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) if a margin overflows to NaN.
    ///
    /// ```
    /// use heavyball::LogisticRegression;
    /// use heavyball::potentials::Features;
    /// use nalgebra::dvector;
    /// let table = Features::from_rows([[2.0, 0.0], [0.0, 4.0]])?;
    /// let loss = LogisticRegression::new(table, &[true, false], 0.5)?;
    /// let (low, high) = loss.curvatures(&dvector![0.0, 0.0])?;
    /// assert!((low - 1.0).abs() < 1e-15 && (high - 2.5).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn curvatures(&self, weights: &DVector<f64>) -> Result<(f64, f64), Error> {
        let eigenvalues = eigenvalues(self.hessian(weights)?);
        let fold =
            |start: f64, pick: fn(f64, f64) -> f64| eigenvalues.iter().copied().fold(start, pick);
        Ok((
            fold(f64::INFINITY, f64::min),
            fold(f64::NEG_INFINITY, f64::max),
        ))
    }

    /// The d × d matrix ∇²f(w), exactly symmetric. Costs nd² operations.
    ///
    /// # Errors
    /// The errors of [`Self::curvatures`].
    ///
    /// ```
    /// use heavyball::LogisticRegression;
    /// use heavyball::potentials::Features;
    /// use nalgebra::{dmatrix, dvector};
    /// let table = Features::from_rows([[2.0, 4.0]])?;
    /// let loss = LogisticRegression::new(table, &[true], 0.5)?;
    /// assert_eq!(loss.hessian(&dvector![0.0, 0.0])?, dmatrix![1.5, 2.0; 2.0, 4.5]);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn hessian(&self, weights: &DVector<f64>) -> Result<DMatrix<f64>, Error> {
        check_length("vector of weights", self.features.columns(), weights)?;
        let mut hessian = self.moment(|row| loss_curvature(dot(row, weights)));
        for (index, mut column) in hessian.column_iter_mut().enumerate() {
            if let Some(diagonal) = column.get_mut(index) {
                *diagonal += self.ridge;
            }
        }
        hessian
            .iter()
            .try_for_each(|entry| finite("the Hessian", entry))?;
        Ok(hessian)
    }

    /// (1/n) Σ weight(aᵢ) aᵢaᵢᵀ.
    fn moment(&self, weight: impl Fn(&[f64]) -> f64) -> DMatrix<f64> {
        let (rows, columns) = (self.features.rows() as f64, self.features.columns());
        let mut moment = DMatrix::zeros(columns, columns);
        for row in &self.features {
            let weight = weight(row) / rows;
            // The product of the entries first, so that both sides of the diagonal round alike.
            for (mut column, x) in moment.column_iter_mut().zip(row) {
                for (slot, y) in column.iter_mut().zip(row) {
                    *slot += weight * (x * y);
                }
            }
        }
        moment
    }
}
