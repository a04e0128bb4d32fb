//! Standardisation: scales the columns of a table to mean 0 and variance 1 on a training set.

use super::Features;
use crate::Error;
use crate::potentials::DataError;

/// Mean and standard deviation of each column of a training set, and the map a → (a − mean)/deviation.
///
/// Computed from the training set and applied to every set, so that no information about a held-out set enters the fit.
/// The variance is that of the population, with divisor n. In practice κ = L/μ is large mainly because columns have
/// different units; standardisation removes that part of it, but not the part due to correlations.
///
/// ```
/// use heavyball::potentials::{Features, Standardisation};
///
/// let training = Features::from_rows([[1.0, 100.0], [3.0, 500.0]])?;
/// let standardisation = Standardisation::fit(&training)?;
/// assert_eq!(standardisation.means(), [2.0, 300.0]);
/// assert_eq!(standardisation.deviations(), [1.0, 200.0]);
/// assert_eq!(standardisation.apply(&training)?, Features::from_rows([[-1.0, -1.0], [1.0, 1.0]])?);
///
/// let held_out = Features::from_rows([[4.0, 300.0]])?;
/// assert_eq!(standardisation.apply(&held_out)?.row(0), Some(&[2.0, 0.0][..]));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Standardisation {
    means: Vec<f64>,
    deviations: Vec<f64>,
}

impl Standardisation {
    /// Fits means and deviations to a training set, in three passes over it.
    ///
    /// # Errors
    /// [`DataError::ConstantColumn`] for a column whose entries are all equal, [`DataError::FeaturesTooLarge`] if a
    /// mean or a deviation overflows, or a deviation underflows.
    pub fn fit(training: &Features) -> Result<Self, Error> {
        let (mut means, mut deviations) = (Vec::new(), Vec::new());
        let count = training.rows() as f64;
        for column in 0..training.columns() {
            let entries = training.column(column);
            let low = entries.clone().fold(f64::INFINITY, f64::min);
            let high = entries.clone().fold(f64::NEG_INFINITY, f64::max);
            // Not a test of the deviation, which need not round to 0 for equal entries.
            if low == high {
                return Err(Error::Data(DataError::ConstantColumn {
                    column,
                    value: low,
                }));
            }
            let rough = entries.clone().sum::<f64>() / count;
            // The mean of the differences corrects the rounding error of the first mean.
            let mean = rough + entries.clone().map(|x| x - rough).sum::<f64>() / count;
            let variance = entries.map(|x| (x - mean).powi(2)).sum::<f64>() / count;
            if !(variance.is_finite() && variance > 0.0) {
                return Err(Error::Data(DataError::FeaturesTooLarge {
                    column,
                    largest: low.abs().max(high.abs()),
                }));
            }
            means.push(mean);
            deviations.push(variance.sqrt());
        }
        Ok(Self { means, deviations })
    }

    /// The mean of each column.
    pub fn means(&self) -> &[f64] {
        &self.means
    }

    /// The standard deviation of each column, always positive.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// The table with each entry a replaced by (a − mean)/deviation, with the mean and deviation of its column.
    ///
    /// # Errors
    /// [`DataError::RaggedRow`] for a table whose number of columns differs from that of the training set,
    /// [`DataError::NonFiniteEntry`] where the result overflows.
    pub fn apply(&self, table: &Features) -> Result<Features, Error> {
        let columns = self.means.len();
        if table.columns() != columns {
            return Err(Error::Data(DataError::RaggedRow {
                row: 0,
                expected: columns,
                found: table.columns(),
            }));
        }
        let places = || self.means.iter().zip(&self.deviations);
        let standardised = |row: &[f64]| -> Vec<f64> {
            let places = row.iter().zip(places());
            places
                .map(|(x, (mean, deviation))| (x - mean) / deviation)
                .collect()
        };
        Features::from_rows(table.iter().map(standardised))
    }
}
