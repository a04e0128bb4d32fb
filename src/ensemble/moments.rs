//! Moments: the mean and the covariance of positions or momenta, summed while members run.

use crate::Error;
use crate::check::{VectorError, check_vector};
use crate::ensemble::{Observer, Parts, State};
use crate::number::Number as _;
use nalgebra::{SMatrix, SVector};

/// Sums the positions of each member, and their products, over the steps after a first number of them.
///
/// Each member keeps its own sums, and [`Self::summary`] adds them in the order of the members: the result has the same
/// bits for any number of threads. The sums are of differences from a centre; the closer it is to the mean, the fewer
/// digits the covariance loses. Records: 1 + D + D² numbers a member.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Moments};
/// use heavyball::langevin::{Baoab, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 0.5)?;
/// let well = Quadratic::diagonal(vector![1.0, 2.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0, 0.0]); 500];
/// let ensemble = Ensemble::in_bath(&Baoab::new(0.2)?, &bath, &well, starts, Noise::new(4))?;
///
/// let moments = Moments::of_positions(vector![0.0, 0.0])?.after(50);
/// let run = ensemble.observe(1000, &moments)?;
/// let summary = moments.summary(run.records())?;
/// assert!((summary.covariance[(0, 0)] - 0.5).abs() < 0.02);
/// assert!((summary.covariance[(1, 1)] - 0.25).abs() < 0.01);
/// assert!(summary.mean.x.abs() < 5.0 * summary.standard_error.x);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments<const D: usize> {
    centre: SVector<f64, D>,
    part: usize,
    first: usize,
}

/// What [`Moments`] keeps of a member: the number of states, and the sums of d and ddᵀ for their differences d from the
/// centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MomentSums<const D: usize> {
    /// Number of states.
    pub count: f64,
    /// Σ d.
    pub sum: SVector<f64, D>,
    /// Σ ddᵀ.
    pub products: SMatrix<f64, D, D>,
}

/// The moments of all members together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MomentSummary<const D: usize> {
    /// The mean.
    pub mean: SVector<f64, D>,
    /// The covariance, without Bessel's correction.
    pub covariance: SMatrix<f64, D, D>,
    /// The standard error of the mean, from the differences between the means of the members, which are independent;
    /// NaN for a single member.
    pub standard_error: SVector<f64, D>,
    /// Number of states.
    pub count: f64,
}

impl<const D: usize> Moments<D> {
    /// Of the positions, as differences from `centre`.
    ///
    /// # Errors
    /// [`VectorError`] for a centre that is empty or not finite.
    pub fn of_positions(centre: SVector<f64, D>) -> Result<Self, Error> {
        check_vector("centre", &centre)?;
        Ok(Self {
            centre,
            part: 0,
            first: 0,
        })
    }

    /// Of the velocities v, or the momenta p of phases, as differences from 0.
    pub fn of_velocities() -> Self {
        Self {
            centre: SVector::zeros(),
            part: 1,
            first: 0,
        }
    }

    /// Without the states of the first `steps` steps.
    #[must_use]
    pub fn after(mut self, steps: usize) -> Self {
        self.first = steps;
        self
    }

    /// The moments of all members, added in their order; NaN if a member diverged.
    ///
    /// # Errors
    /// [`VectorError::Empty`] if no state was seen.
    pub fn summary(&self, records: &[MomentSums<D>]) -> Result<MomentSummary<D>, Error> {
        let (mut count, mut sum) = (0.0, SVector::zeros());
        let mut products: SMatrix<f64, D, D> = SMatrix::zeros();
        for record in records {
            count += record.count;
            sum += record.sum;
            products += record.products;
        }
        if count == 0.0 {
            return Err(Error::Vector(VectorError::Empty {
                name: "list of states seen",
            }));
        }
        let shift = sum / count;
        let members = records.len() as f64;
        let spread = records.iter().fold(SVector::zeros(), |spread, record| {
            let difference = record.sum / record.count - shift;
            spread + difference.component_mul(&difference)
        });
        Ok(MomentSummary {
            mean: self.centre + shift,
            covariance: products / count - shift * shift.transpose(),
            standard_error: (spread / (members * (members - 1.0))).map(f64::sqrt),
            count,
        })
    }
}

impl<S: State<D>, const D: usize> Observer<S, D> for Moments<D> {
    type Record = MomentSums<D>;

    fn start(&self, _state: &S) -> MomentSums<D> {
        MomentSums {
            count: 0.0,
            sum: SVector::zeros(),
            products: SMatrix::zeros(),
        }
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut MomentSums<D>) {
        let counts = if k > self.first { 1.0 } else { 0.0 };
        let vector = state.parts().vector(self.part);
        let difference = (vector.map(|x| x.to_f64()) - self.centre) * counts;
        record.count += counts;
        record.sum += difference;
        record.products += difference * difference.transpose();
    }
}
