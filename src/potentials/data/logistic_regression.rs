//! LogisticRegression: the loss that fits the probabilities of two classes, with a ridge; smooth and convex.

use super::Features;
use crate::Error;
use crate::check::VectorError;
use crate::check::{check_length, finite, nonnegative};
use crate::potentials::DataError;
use crate::potentials::{Curvature, Potential};
use nalgebra::{DMatrix, DVector, DVectorView, Dyn};

/// f(w) = (1/n) Σ log(1 + exp(−yᵢ aᵢᵀw)) + λ|w|²/2, rows aᵢ of a table A of n × d numbers, classes yᵢ = ±1.
///
/// | | in the margins mᵢ = yᵢ aᵢᵀw, σ(t) = 1/(1 + e⁻ᵗ) |
/// |---|---|
/// | gradient | ∇f = −(1/n) Σ σ(−mᵢ) yᵢaᵢ + λw |
/// | Hessian | ∇²f = (1/n) Σ σ(mᵢ)σ(−mᵢ) aᵢaᵢᵀ + λI |
/// | curvatures | λ ≤ ∇²f(w) ≤ λ_max(AᵀA)/4n + λ, for every w: [`Self::bounds`] |
///
/// Derivation (53). With λ > 0 there is one minimiser, whatever the data, one class alone included. With λ = 0
/// there is none if a plane separates the classes: μ = 0, and |w| grows for ever. An intercept is a column of ones,
/// [`Features::with_intercept`]; its weight is penalised like the others, without which μ = λ would not hold.
///
/// No margin overflows, and a loss or slope keeps its relative accuracy down to the smallest numbers. Two passes over a row while it
/// is in the cache, no allocation: 4nd operations and n exponentials a gradient. On tables that do not fit into memory it is
/// the wrong tool, as are full gradients.
///
/// Reference: T. Hastie, R. Tibshirani, J. Friedman, *The Elements of Statistical Learning*, 2nd ed. (2009), section 4.4.
///
/// ```
/// use heavyball::potentials::Features;
/// use heavyball::prelude::*;
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

/// log(1 + e⁻ᵐ), in the form that neither overflows nor loses the digits of a small loss.
fn loss(margin: f64) -> f64 {
    (-margin).max(0.0) + (-margin.abs()).exp().ln_1p()
}

/// σ(−m) = 1/(1 + eᵐ), minus the slope of the loss.
fn doubt(margin: f64) -> f64 {
    let small = (-margin.abs()).exp();
    if margin > 0.0 {
        small / (1.0 + small)
    } else {
        1.0 / (1.0 + small)
    }
}

/// σ(m)σ(−m), the curvature of the loss: 1/4 at most, at m = 0.
fn bend(margin: f64) -> f64 {
    let small = (-margin.abs()).exp();
    small / (1.0 + small).powi(2)
}

impl LogisticRegression {
    /// The loss of these rows and classes, `true` for y = 1, with ridge λ.
    ///
    /// λ = 1/(Cn) is what other programs call C.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`] if there is not one class a row, [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a ridge that is negative or not
    /// finite, [`DataError::FeaturesTooLarge`] if Σ|aᵢ|² overflows.
    pub fn new(features: Features, classes: &[bool], ridge: f64) -> Result<Self, Error> {
        nonnegative("ridge", &ridge, "; 0 for none, 1/n is a usual choice")?;
        if classes.len() != features.rows() {
            return Err(Error::Vector(VectorError::DimensionMismatch {
                name: "vector of classes",
                expected: features.rows(),
                found: classes.len(),
            }));
        }
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

    /// Bounds (μ, L) on every curvature at every w: μ = λ and L = λ_max(AᵀA)/4n + λ.
    ///
    /// They are what [`Nesterov::standard`](crate::Nesterov::standard) and its like ask for, and to rounding L is reached, at
    /// w = 0. Near the minimum the curvatures are usually far smaller: [`Self::curvatures`]. Costs nd² + d³ operations.
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
        let widest = self.moment(|_| 0.25).symmetric_eigenvalues();
        let widest = widest.iter().copied().fold(0.0, f64::max);
        (self.ridge, widest + self.ridge)
    }

    /// The smallest and the largest eigenvalue of ∇²f(w). Costs nd² + d³ operations.
    ///
    /// At the minimiser their quotient κ decides how fast a rule converges in the end; they are no bounds elsewhere.
    /// Accurate to rounding of the largest: below that, the smallest has no digits.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`] and [`VectorError::NonFiniteComponent`] for weights that do not fit, [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite)
    /// where a margin of two huge terms is no number.
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
        let eigenvalues = self.hessian(weights)?.symmetric_eigenvalues();
        let fold =
            |start: f64, pick: fn(f64, f64) -> f64| eigenvalues.iter().copied().fold(start, pick);
        Ok((
            fold(f64::INFINITY, f64::min),
            fold(f64::NEG_INFINITY, f64::max),
        ))
    }

    /// ∇²f(w), d × d, symmetric to the bit. Costs nd² operations; Newton's method wants it.
    ///
    /// # Errors
    /// As for [`Self::curvatures`].
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
        let mut hessian = self.moment(|row| bend(dot(row, weights)));
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

    /// λ|w|²/2; without a ridge 0, where |w|² overflows too.
    fn penalty(&self, weights: &DVector<f64>) -> f64 {
        0.5 * weights.iter().map(|w| self.ridge * w * w).sum::<f64>()
    }

    /// (1/n) Σ weight(aᵢ) aᵢaᵢᵀ.
    fn moment(&self, weight: impl Fn(&[f64]) -> f64) -> DMatrix<f64> {
        let (rows, columns) = (self.features.rows() as f64, self.features.columns());
        let mut moment = DMatrix::zeros(columns, columns);
        for row in &self.features {
            let weight = weight(row) / rows;
            // The product of the entries first: it is the same on both sides of the diagonal.
            for (mut column, x) in moment.column_iter_mut().zip(row) {
                for (slot, y) in column.iter_mut().zip(row) {
                    *slot += weight * (x * y);
                }
            }
        }
        moment
    }

    /// The Bregman divergence f(w) − f(v) − ∇f(v)·(w − v), which is f(w) − f(v) where v is the minimiser.
    ///
    /// Each row's term is computed without cancellation: f(w) − f(v) says nothing below ε·f, this has a relative error of
    /// about 1e-10 however near w is to v. Costs 4nd operations, 3n exponentials and logarithms, and a vector.
    ///
    /// # Errors
    /// As for [`Self::curvatures`], for either vector.
    ///
    /// ```
    /// use heavyball::LogisticRegression;
    /// use heavyball::potentials::Features;
    /// use nalgebra::dvector;
    /// let loss = LogisticRegression::new(Features::from_rows([[2.0]])?, &[true], 0.5)?;
    /// let near = loss.divergence(&dvector![1e-9], &dvector![0.0])?;
    /// assert!((near / 0.75e-18 - 1.0).abs() < 1e-6); // f″(0)/2 = (2²/4 + 1/2)/2
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn divergence(&self, weights: &DVector<f64>, from: &DVector<f64>) -> Result<f64, Error> {
        check_length("vector of weights", self.features.columns(), weights)?;
        check_length("vector to diverge from", self.features.columns(), from)?;
        let step = weights - from;
        let rows = self.features.iter().zip(&self.signs);
        let terms = rows.map(|(row, sign)| bregman(sign * dot(row, from), sign * dot(row, &step)));
        let mean = terms.sum::<f64>() / self.features.rows() as f64;
        let divergence = mean + self.penalty(&step);
        finite("the divergence", &divergence)?;
        Ok(divergence)
    }

    /// The share of rows on the right side, yᵢ aᵢᵀw > 0; a row on the boundary counts as wrong.
    ///
    /// On a held-out set: that of a `LogisticRegression` made from it.
    ///
    /// # Errors
    /// As for [`Self::curvatures`].
    ///
    /// ```
    /// use heavyball::LogisticRegression;
    /// use heavyball::potentials::Features;
    /// use nalgebra::dvector;
    /// let table = Features::from_rows([[1.0], [2.0], [-1.0], [0.0]])?;
    /// let loss = LogisticRegression::new(table, &[true, false, false, false], 0.5)?;
    /// assert_eq!(loss.accuracy(&dvector![3.0])?, 0.5); // the first and the third
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn accuracy(&self, weights: &DVector<f64>) -> Result<f64, Error> {
        check_length("vector of weights", self.features.columns(), weights)?;
        let rows = self.features.iter().zip(&self.signs);
        let right = rows.filter(|(row, sign)| *sign * dot(row, weights) > 0.0);
        Ok(right.count() as f64 / self.features.rows() as f64)
    }

    /// The probability σ(aᵀw) of y = 1 for a new row a.
    ///
    /// # Errors
    /// As for [`Self::curvatures`], for the weights or for the row.
    ///
    /// ```
    /// use heavyball::LogisticRegression;
    /// use heavyball::potentials::Features;
    /// use nalgebra::dvector;
    /// let loss = LogisticRegression::new(Features::from_rows([[1.0]])?, &[true], 0.5)?;
    /// assert!((loss.probability(&dvector![2.0], &[3.0_f64.ln()])? - 0.9).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn probability(&self, weights: &DVector<f64>, row: &[f64]) -> Result<f64, Error> {
        check_length("vector of weights", self.features.columns(), weights)?;
        let row = DVector::from_column_slice(row);
        check_length("row", self.features.columns(), &row)?;
        let probability = doubt(-row.dot(weights));
        finite("the probability", &probability)?;
        Ok(probability)
    }
}

/// aᵀw for a row that is as long as w.
#[inline]
fn dot(row: &[f64], weights: &DVector<f64>) -> f64 {
    DVectorView::from_slice(row, row.len()).dot(weights)
}

/// loss(m + δ) − loss(m) − loss′(m)δ, to a relative 1e-10.
fn bregman(margin: f64, delta: f64) -> f64 {
    // loss(−m) = loss(m) + m, and a linear term does not count: m ≥ 0, so that q = σ(−m) ≤ ½ below.
    let delta = if margin < 0.0 { -delta } else { delta };
    let margin = margin.abs();
    let q = doubt(margin);
    if delta.abs() < 1e-5 {
        return 0.5 * bend(margin) * delta * delta * (1.0 - (1.0 - 2.0 * q) * delta / 3.0);
    }
    if delta < -30.0 {
        // eᵟ could overflow, and nothing cancels.
        return loss(margin + delta) - loss(margin) + q * delta;
    }
    // e^−m = q/(1 − q), so (1 + e^−(m+δ))/(1 + e^−m) = 1 + q(e^−δ − 1).
    (q * (-delta).exp_m1()).ln_1p() + q * delta
}

impl Potential<f64, Dyn> for LogisticRegression {
    fn value(&self, position: &DVector<f64>) -> f64 {
        let rows = self.features.iter().zip(&self.signs);
        let losses = rows.map(|(row, sign)| loss(sign * dot(row, position)));
        losses.sum::<f64>() / self.features.rows() as f64 + self.penalty(position)
    }

    fn gradient(&self, position: &DVector<f64>, gradient: &mut DVector<f64>) {
        let count = self.features.rows() as f64;
        gradient.zip_apply(position, |slot, w| *slot = self.ridge * w);
        for (row, sign) in self.features.iter().zip(&self.signs) {
            let weight = -sign * doubt(sign * dot(row, position)) / count;
            for (slot, x) in gradient.iter_mut().zip(row) {
                *slot += weight * x;
            }
        }
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        if dimension == self.features.columns() {
            return Ok(());
        }
        Err(Error::Vector(VectorError::DimensionMismatch {
            name: "vector of weights",
            expected: self.features.columns(),
            found: dimension,
        }))
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
            let weight = bend(dot(row, position)) * dot(row, direction) / count;
            for (slot, x) in product.iter_mut().zip(row) {
                *slot += weight * x;
            }
        }
    }
}
