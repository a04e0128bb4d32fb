//! How well weights fit: the distance of the loss from its minimum, the accuracy, and predicted probabilities.

use super::{LogisticRegression, dot, margin};
use crate::Error;
use crate::check::{check_length, finite};
use nalgebra::DVector;

impl LogisticRegression {
    /// The Bregman divergence f(w) − f(v) − ∇f(v)·(w − v), equal to f(w) − f(v) if v is the minimiser.
    ///
    /// Each row's term is computed without cancellation: the relative error is about 1e-10 however close w is to v,
    /// whereas the difference f(w) − f(v) is lost to rounding below ε·f. Costs 4nd operations, 3n exponentials and
    /// logarithms, and one vector.
    ///
    /// # Errors
    /// The errors of [`Self::curvatures`], for either vector.
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
        let terms = rows
            .map(|(row, sign)| margin::divergence(sign * dot(row, from), sign * dot(row, &step)));
        let mean = terms.sum::<f64>() / self.features.rows() as f64;
        let divergence = mean + self.penalty(&step);
        finite("the divergence", &divergence)?;
        Ok(divergence)
    }

    /// The fraction of rows that are classified correctly, yᵢ aᵢᵀw > 0; a row on the boundary counts as wrong.
    ///
    /// For the accuracy on a held-out set, construct a `LogisticRegression` from that set.
    ///
    /// # Errors
    /// The errors of [`Self::curvatures`].
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
    /// The errors of [`Self::curvatures`], for the weights or for the row.
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
        let probability = margin::sigmoid(row.dot(weights));
        finite("the probability", &probability)?;
        Ok(probability)
    }
}
