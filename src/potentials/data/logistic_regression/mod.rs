//! LogisticRegression: the loss of a classification into two classes, with a ridge penalty; smooth and convex.

mod assessment;
mod hessian;
mod margin;
mod rows;

use crate::Error;
use crate::check::{check_dimension, in_range, nonnegative};
use crate::potentials::data::{DataError, Features};
use crate::potentials::{Curvature, FiniteSum, Potential};
use nalgebra::{DVector, DVectorView, Dyn};

/// f(w) = (1/n) Σ log(1 + exp(−yᵢ aᵢᵀw)) + λ|w|²/2, for the rows aᵢ of an n × d table A and classes yᵢ = ±1.
///
/// | | in the margins mᵢ = yᵢ aᵢᵀw, σ(t) = 1/(1 + e⁻ᵗ) |
/// |---|---|
/// | gradient | ∇f = −(1/n) Σ σ(−mᵢ) yᵢaᵢ + λw |
/// | Hessian | ∇²f = (1/n) Σ σ(mᵢ)σ(−mᵢ) aᵢaᵢᵀ + λI |
/// | curvatures | λ ≤ ∇²f(w) ≤ λ_max(AᵀA)/4n + λ, for every w: [`Self::bounds`] |
///
/// Derivation (53). With λ > 0 there is exactly one minimiser for any data, even with a single class. With λ = 0 there
/// is none if a plane separates the classes: then μ = 0 and |w| grows without bound. An intercept is a column of ones,
/// [`Features::with_intercept`]; its weight is penalised like the others, as μ = λ requires.
///
/// Margins of any size cause no overflow, and small losses and slopes keep their relative accuracy. A gradient costs
/// 4nd operations and n exponentials, in two passes over each row while it is in the cache, and allocates nothing. Not
/// for tables that do not fit into memory, for which full gradients are unsuitable anyway.
///
/// Reference: T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed. (2009), section
/// 4.4.
///
/// ```
/// use heavyball::potentials::Features;
/// use heavyball::prelude::*;
/// use heavyball::LogisticRegression;
/// use nalgebra::{DVector, dvector};
///
/// // Hours of study and whether the exam was passed.
/// let hours = [[0.5], [1.0], [1.75], [2.0], [3.0], [3.5], [4.0], [5.0]];
/// let passed = [false, false, true, false, false, true, true, true];
/// let loss = LogisticRegression::new(Features::from_rows(hours)?.with_intercept(), &passed, 0.01)?;
/// let (mu, l) = loss.bounds();
/// let fit = Momentum::optimal(mu, l)?.iterates(&loss, DVector::zeros(2)).after(500)?;
/// let mut slope = dvector![0.0, 0.0];
/// loss.gradient(&fit.position, &mut slope);
/// assert!(slope.norm() < 1e-12);
/// assert_eq!(loss.accuracy(&fit.position)?, 0.75);
/// assert!(loss.probability(&fit.position, &[5.0, 1.0])? > 0.8);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct LogisticRegression {
    features: Features,
    /// yᵢ = 1 or −1.
    signs: Vec<f64>,
    ridge: f64,
}

impl LogisticRegression {
    /// The loss of these rows and classes (`true` is y = 1), with ridge λ.
    ///
    /// Other programs take C = 1/(λn) instead.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless there is one class per
    /// row, [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a ridge that is negative or not
    /// finite, [`DataError::FeaturesTooLarge`] if Σ|aᵢ|² overflows,
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if ¼Σ|aᵢ|² + λ does.
    pub fn new(features: Features, classes: &[bool], ridge: f64) -> Result<Self, Error> {
        nonnegative("ridge", &ridge, "; 0 for none, 1/n is a usual choice")?;
        check_dimension("vector of classes", features.rows(), classes.len())?;
        let squares = features.iter().flatten().map(|x| x * x).sum::<f64>();
        if !squares.is_finite() {
            let entries = features.iter().flat_map(|row| row.iter().enumerate());
            let largest = entries.fold((0, 0.0_f64), |largest, (column, x)| {
                if x.abs() > largest.1 {
                    (column, x.abs())
                } else {
                    largest
                }
            });
            return Err(Error::Data(DataError::FeaturesTooLarge {
                column: largest.0,
                largest: largest.1,
            }));
        }
        in_range("the largest curvature", &(0.25 * squares + ridge))?;
        let sign = |&class: &bool| if class { 1.0 } else { -1.0 };
        Ok(Self {
            signs: classes.iter().map(sign).collect(),
            features,
            ridge,
        })
    }

    /// The ridge λ.
    pub fn ridge(&self) -> f64 {
        self.ridge
    }

    /// The table A.
    pub fn features(&self) -> &Features {
        &self.features
    }

    /// λ|w|²/2; with λ = 0 it is 0 even if |w|² overflows.
    fn penalty(&self, weights: &DVector<f64>) -> f64 {
        0.5 * weights.iter().map(|w| self.ridge * w * w).sum::<f64>()
    }
}

/// aᵀw for a row that is as long as w.
#[inline]
fn dot(row: &[f64], weights: &DVector<f64>) -> f64 {
    DVectorView::from_slice(row, row.len()).dot(weights)
}

impl Potential<f64, Dyn> for LogisticRegression {
    fn value(&self, position: &DVector<f64>) -> f64 {
        let losses = rows::sum_of_losses(self, position);
        losses / self.features.rows() as f64 + self.penalty(position)
    }

    fn gradient(&self, position: &DVector<f64>, gradient: &mut DVector<f64>) {
        gradient.zip_apply(position, |slot, w| *slot = self.ridge * w);
        rows::add_slopes(self, position, gradient.as_mut_slice());
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        check_dimension("vector of weights", self.features.columns(), dimension)
    }
}

/// fᵢ(w) = log(1 + exp(−yᵢ aᵢᵀw)) + λ|w|²/2: a batch costs 4Bd operations and B exponentials.
impl FiniteSum<Dyn> for LogisticRegression {
    fn terms(&self) -> usize {
        self.features.rows()
    }

    fn batch_value(&self, batch: &[usize], position: &DVector<f64>) -> f64 {
        let losses = rows::sum_of_losses_in(self, batch, position);
        losses / batch.len() as f64 + self.penalty(position)
    }

    fn batch_gradient(
        &self,
        batch: &[usize],
        position: &DVector<f64>,
        gradient: &mut DVector<f64>,
    ) {
        gradient.zip_apply(position, |slot, w| *slot = self.ridge * w);
        rows::add_slopes_in(self, batch, position, gradient.as_mut_slice());
    }
}

impl Curvature<Dyn> for LogisticRegression {
    fn hessian_product(
        &self,
        position: &DVector<f64>,
        direction: &DVector<f64>,
        product: &mut DVector<f64>,
    ) {
        let count = self.features.rows() as f64;
        product.zip_apply(direction, |slot, d| *slot = self.ridge * d);
        for row in &self.features {
            let weight = margin::loss_curvature(dot(row, position)) * dot(row, direction) / count;
            for (slot, x) in product.iter_mut().zip(row) {
                *slot += weight * x;
            }
        }
    }
}
