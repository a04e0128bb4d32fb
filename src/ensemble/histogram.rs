//! Histogram: how often a coordinate was in each of some equal intervals, counted while members run.

use crate::Error;
use crate::check::{finite, positive};
use crate::ensemble::{EnsembleError, Observer, Parts, State};
use crate::number::Number as _;

/// Counts in which of `B` equal intervals a coordinate of the position or velocity is, after each step.
///
/// Each member keeps its own counts, 4·B bytes, and [`Self::total`] adds them. An interval contains its lower end.
///
/// ```
/// use heavyball::ensemble::{Ensemble, Histogram};
/// use heavyball::langevin::{Baoab, Langevin};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // The density of x in a double well at temperature ½: two humps, and less between them.
/// let bath = Langevin::new(HeavyBall::new(1.0, 1.0)?, 0.5)?;
/// let starts = (0..500).map(|i| Phase::at_rest(vector![if i % 2 == 0 { 1.0 } else { -1.0 }, 0.0]));
/// let ensemble = Ensemble::in_bath(&Baoab::new(0.1)?, &bath, &DoubleWell, starts, Noise::new(4))?;
/// let histogram = Histogram::<40>::new(0, -2.0, 2.0)?.after(100);
/// let run = ensemble.observe(1000, &histogram)?;
/// let density = histogram.density(run.records());
/// assert!(density[10] > 3.0 * density[20]);
/// assert!((density[10] / density[30] - 1.0).abs() < 0.2);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Histogram<const B: usize> {
    part: usize,
    coordinate: usize,
    low: f64,
    high: f64,
    first: usize,
}

/// What [`Histogram`] keeps of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counts<const B: usize> {
    /// Of each interval.
    pub inside: [u32; B],
    /// Below the lowest, above the highest, or not a number.
    pub outside: u32,
}

impl<const B: usize> Histogram<B> {
    /// Of coordinate `coordinate` of the position, from `low` to `high`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for an end;
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `high` is above `low` and there
    /// is an interval. A run whose positions lack the coordinate is [`EnsembleError::NoCoordinate`].
    pub fn new(coordinate: usize, low: f64, high: f64) -> Result<Self, Error> {
        finite("the lower end", &low)?;
        finite("the upper end", &high)?;
        positive("the width of the histogram", &(high - low), "")?;
        positive("the number of intervals", &(B as f64), "")?;
        Ok(Self {
            part: 0,
            coordinate,
            low,
            high,
            first: 0,
        })
    }

    /// Of coordinate `coordinate` of the velocity v, or of the momentum p of phases.
    ///
    /// # Errors
    /// Those of [`Self::new`].
    pub fn of_velocity(coordinate: usize, low: f64, high: f64) -> Result<Self, Error> {
        Ok(Self {
            part: 1,
            ..Self::new(coordinate, low, high)?
        })
    }

    /// Without the states of the first `steps` steps.
    #[must_use]
    pub fn after(mut self, steps: usize) -> Self {
        self.first = steps;
        self
    }

    /// The counts of all members, and how many were outside.
    pub fn total(&self, records: &[Counts<B>]) -> ([u64; B], u64) {
        let mut total = ([0; B], 0);
        for record in records {
            total.1 += u64::from(record.outside);
            for (sum, count) in total.0.iter_mut().zip(record.inside) {
                *sum += u64::from(count);
            }
        }
        total
    }

    /// The share of all states per unit of length in each interval; NaN without a state.
    pub fn density(&self, records: &[Counts<B>]) -> [f64; B] {
        let (inside, outside) = self.total(records);
        let all = inside.iter().sum::<u64>() + outside;
        let width = (self.high - self.low) / B as f64;
        inside.map(|count| count as f64 / all as f64 / width)
    }
}

impl<S: State<D>, const D: usize, const B: usize> Observer<S, D> for Histogram<B> {
    type Record = Counts<B>;

    fn check(&self) -> Result<(), Error> {
        if self.coordinate < D {
            return Ok(());
        }
        Err(Error::Ensemble(EnsembleError::NoCoordinate {
            coordinate: self.coordinate,
            dimension: D,
        }))
    }

    fn start(&self, _state: &S) -> Counts<B> {
        Counts {
            inside: [0; B],
            outside: 0,
        }
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut Counts<B>) {
        if k <= self.first {
            return;
        }
        let vector = state.parts().vector(self.part);
        let x = vector.get(self.coordinate).map_or(f64::NAN, |x| x.to_f64());
        let place = (x - self.low) / (self.high - self.low) * B as f64;
        // A negative number and NaN would both become 0.
        let interval = if place >= 0.0 { place as usize } else { B };
        match record.inside.get_mut(interval) {
            Some(count) => *count += 1,
            None => record.outside += 1,
        }
    }
}
