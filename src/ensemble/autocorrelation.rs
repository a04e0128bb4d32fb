//! Autocorrelation: how long a member remembers, from products of states some steps apart, summed while members run.
//!
//! The integrated autocorrelation time is τ = ½ + Σ ρ(ℓ) over the lags ℓ ≥ 1, so that the mean of n states has the variance
//! of n/2τ independent ones. The sum is cut at a lag of five times itself, where what remains is noise.
//! Reference: A. D. Sokal, *Monte Carlo methods in statistical mechanics* (1997), equations (2.16) and (3.19); N. Madras,
//! A. D. Sokal, *J. Stat. Phys.* 50 (1988) 109.

use crate::Error;
use crate::check::{VectorError, finite, positive};
use crate::ensemble::{EnsembleError, Observer};

/// Sums the products of an observable with itself, 0 to L − 1 lags earlier, for each member.
///
/// Nothing else is kept: 2(L + 1) numbers a member, and L multiplications each time it looks. [`Self::every`] makes the
/// lags longer. [`Self::summary`] adds the sums in the order of the members, so the result has the same bits for any
/// number of threads. A member alone can be correlated for longer than its run; many members reveal that, since each
/// then has another mean.
///
/// ```
/// use heavyball::ensemble::{Autocorrelation, Ensemble};
/// use heavyball::langevin::{EulerMaruyama, Langevin, LangevinState};
/// use heavyball::noise::Noise;
/// use heavyball::prelude::*;
/// use nalgebra::{Const, vector};
///
/// // Without mass a ball forgets where it was within γ/k = 2, and its steps are correlated by (1 − k·dt/γ) each.
/// let bath = Langevin::new(HeavyBall::new(1.0, 2.0)?, 0.5)?;
/// let well = Quadratic::diagonal(vector![1.0])?;
/// let starts = vec![Phase::at_rest(vector![0.0]); 400];
/// let ensemble = Ensemble::in_bath(&EulerMaruyama::new(0.2)?, &bath, &well, starts, Noise::new(6))?;
///
/// let memory = Autocorrelation::<120, _>::of(|state: &LangevinState<Const<1>>| state.phase.position.x);
/// let memory = memory.after(100);
/// let run = ensemble.observe(4000, &memory)?;
/// let found = memory.summary(run.records())?;
/// assert!((found.correlations[10] - 0.9_f64.powi(10)).abs() < 0.02);
/// assert!((found.time - 9.5).abs() < 4.0 * found.standard_error + 0.01); // steps; ½(1 + 0.9)/(1 − 0.9)
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Autocorrelation<const L: usize, F> {
    observable: F,
    centre: f64,
    first: usize,
    stride: usize,
}

/// What [`Autocorrelation`] keeps of a member: sums of d, the difference of the observable from the centre.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LagSums<const L: usize> {
    /// Number of values.
    pub count: f64,
    /// Σ d.
    pub sum: f64,
    /// Σ d·d′ for the value d′ of ℓ looks before.
    pub products: [f64; L],
    /// The last values of d, the newest first.
    recent: [f64; L],
}

/// The correlations of all members together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Correlations<const L: usize> {
    /// The mean of the observable.
    pub mean: f64,
    /// Its variance.
    pub variance: f64,
    /// ρ(ℓ) for the lags of 0, 1, … looks; ρ(0) = 1.
    pub correlations: [f64; L],
    /// The integrated autocorrelation time τ, in steps; times Δt it is a time.
    pub time: f64,
    /// The standard error of τ, τ√((4W + 2)/n) for a window of W lags and n values; Sokal's equation (3.19).
    pub standard_error: f64,
    /// The last lag of the sum, in steps.
    pub window: usize,
    /// Number of values.
    pub count: f64,
}

/// The window is the first lag of at least so many τ.
const WINDOW: f64 = 5.0;

impl<const L: usize, F> Autocorrelation<L, F> {
    /// Of a number that is computed from the state after each step.
    ///
    /// A run with fewer than two lags is [`EnsembleError::TooFewLags`].
    pub fn of<S>(observable: F) -> Self
    where
        F: Fn(&S) -> f64,
    {
        Self {
            observable,
            centre: 0.0,
            first: 0,
            stride: 1,
        }
    }

    /// As differences from `centre`: near the mean, products lose no digits.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for the centre.
    pub fn about(mut self, centre: f64) -> Result<Self, Error> {
        finite("centre", &centre)?;
        self.centre = centre;
        Ok(self)
    }

    /// Without the states of the first `steps` steps.
    #[must_use]
    pub fn after(mut self, steps: usize) -> Self {
        self.first = steps;
        self
    }

    /// Looks after every `stride`-th step only, so that the longest lag is `stride`·(L − 1) steps.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a stride of 0.
    pub fn every(mut self, stride: usize) -> Result<Self, Error> {
        positive("stride", &(stride as f64), "")?;
        self.stride = stride;
        Ok(self)
    }

    /// The correlations and their time, of all members.
    ///
    /// # Errors
    /// [`VectorError::Empty`] if nothing was seen;
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for an observable without a finite
    /// variance, because it is constant or a member diverged; [`EnsembleError::TooFewLags`] if the last lag is shorter
    /// than five τ.
    pub fn summary(&self, records: &[LagSums<L>]) -> Result<Correlations<L>, Error> {
        let (mut count, mut sum) = (0.0, 0.0);
        let (mut products, mut pairs) = ([0.0; L], [0.0; L]);
        for record in records {
            count += record.count;
            sum += record.sum;
            let sums = products.iter_mut().zip(&mut pairs).zip(record.products);
            for (lag, ((total, pairs), product)) in sums.enumerate() {
                *total += product;
                *pairs += (record.count - lag as f64).max(0.0);
            }
        }
        if count == 0.0 {
            return Err(Error::Vector(VectorError::Empty {
                name: "list of states seen",
            }));
        }
        let shift = sum / count;
        let mut correlations = products;
        for (product, pairs) in correlations.iter_mut().zip(pairs) {
            *product = *product / pairs - shift * shift;
        }
        let variance = correlations.first().copied().unwrap_or_default();
        positive("variance of the observable", &variance, "")?;
        correlations.iter_mut().for_each(|c| *c /= variance);
        let mut time = 0.5;
        for (lag, correlation) in correlations.iter().enumerate().skip(1) {
            time += correlation;
            if lag as f64 >= WINDOW * time {
                return Ok(Correlations {
                    mean: self.centre + shift,
                    variance,
                    correlations,
                    time: time * self.stride as f64,
                    standard_error: time
                        * self.stride as f64
                        * ((4 * lag + 2) as f64 / count).sqrt(),
                    window: lag * self.stride,
                    count,
                });
            }
        }
        Err(Error::Ensemble(EnsembleError::TooFewLags {
            lags: L,
            time: time * self.stride as f64,
            needed: (WINDOW * time).ceil(),
        }))
    }
}

impl<S, F, const L: usize, const D: usize> Observer<S, D> for Autocorrelation<L, F>
where
    F: Fn(&S) -> f64 + Sync,
{
    type Record = LagSums<L>;

    fn start(&self, _state: &S) -> LagSums<L> {
        LagSums {
            count: 0.0,
            sum: 0.0,
            products: [0.0; L],
            recent: [0.0; L],
        }
    }

    #[inline(always)]
    fn observe(&self, k: usize, state: &S, record: &mut LagSums<L>) {
        if k <= self.first || !(k - self.first).is_multiple_of(self.stride) {
            return;
        }
        let d = (self.observable)(state) - self.centre;
        record.count += 1.0;
        record.sum += d;
        record.recent.copy_within(0..L.saturating_sub(1), 1.min(L));
        if let Some(newest) = record.recent.first_mut() {
            *newest = d;
        }
        // Before the first value the recent ones are 0, and add nothing.
        for (product, earlier) in record.products.iter_mut().zip(record.recent) {
            *product += d * earlier;
        }
    }
}
