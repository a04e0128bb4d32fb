//! Standardisation: the columns of a table brought to mean 0 and variance 1, by the training set's numbers.

use super::Features;
use crate::Error;
use crate::potentials::DataError;

/// Mean and standard deviation of each column, by which a table is brought to mean 0 and variance 1: (a − mean)/deviation.
///
/// Taken from the training set and applied to every set, so that nothing of a held-out set enters the fit. The
/// variance is that of the population, divided by n. Columns of unlike units are what makes κ = L/μ large in
/// practice; this removes that part, but not the correlations.
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
    /// That of a training set, in three passes over it.
    ///
    /// # Errors
    /// [`DataError::ConstantColumn`] for a column whose entries are all equal, [`DataError::FeaturesTooLarge`] if a mean or a
    /// deviation overflows, or a deviation underflows.
    pub fn fit(training: &Features) -> Result<Self, Error> {
        let (mut means, mut deviations) = (Vec::new(), Vec::new());
        let count = training.rows() as f64;
        for column in 0..training.columns() {
            let entries = training.column(column);
            let low = entries.clone().fold(f64::INFINITY, f64::min);
            let high = entries.clone().fold(f64::NEG_INFINITY, f64::max);
            // Not by the deviation, which of equal entries need not round to 0.
            if low == high {
                return Err(Error::Data(DataError::ConstantColumn {
                    column,
                    value: low,
                }));
            }
            let rough = entries.clone().sum::<f64>() / count;
            // The mean of the differences removes what rounding left in the first mean.
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

    /// The standard deviation of each column, all positive.
    pub fn deviations(&self) -> &[f64] {
        &self.deviations
    }

    /// The table with each entry a replaced by (a − mean)/deviation of its column.
    ///
    /// # Errors
    /// [`DataError::RaggedRow`] for a table with another number of columns than the training set,
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
