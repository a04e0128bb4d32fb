//! MultiStep: a value that is multiplied by a factor at given iterations.

use crate::Error;
use crate::check::positive;
use crate::optimizers::Schedule;

/// The schedule aφⁿ, where n is the number of milestones at or before k.
///
/// A milestone k acts on the update from iterate k, as in PyTorch and Optax; Keras's `PiecewiseConstantDecay` changes one
/// iteration later. A milestone that is given twice multiplies twice.
///
/// ```
/// use heavyball::Schedule;
/// use heavyball::optimizers::MultiStep;
/// let rate = MultiStep::new(0.1, 0.5, [30, 80])?;
/// assert_eq!([29, 30, 79, 80].map(|k| rate.at(k)), [0.1, 0.05, 0.05, 0.025]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct MultiStep {
    initial: f64,
    factor: f64,
    milestones: Vec<usize>,
}

impl MultiStep {
    /// The schedule that starts at `initial` and is multiplied by `factor` at each of the milestones, in any order.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `initial` and `factor` are
    /// positive and finite.
    pub fn new(
        initial: f64,
        factor: f64,
        milestones: impl Into<Vec<usize>>,
    ) -> Result<Self, Error> {
        positive("the initial value", &initial, "")?;
        positive("the factor of a drop", &factor, "")?;
        let mut milestones = milestones.into();
        milestones.sort_unstable();
        Ok(Self {
            initial,
            factor,
            milestones,
        })
    }
}

impl Schedule for MultiStep {
    fn at(&self, k: usize) -> f64 {
        let drops = self.milestones.partition_point(|milestone| *milestone <= k);
        self.initial * self.factor.powf(drops as f64)
    }
}
