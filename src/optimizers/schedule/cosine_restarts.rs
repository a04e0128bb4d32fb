//! CosineRestarts: half periods of the cosine one after the other, each longer than the one before and perhaps lower.
//!
//! Reference: I. Loshchilov, F. Hutter, *SGDR: stochastic gradient descent with warm restarts*, ICLR 2017, equation 5.

use crate::Error;
use crate::check::{finite, positive};
use crate::optimizers::{Cosine, RuleError, Schedule};

/// Cosines from a to b, the i-th over nφⁱ iterations and from b + (a − b)ψⁱ.
///
/// PyTorch's `CosineAnnealingWarmRestarts` has a whole φ and ψ = 1; Keras's `CosineDecayRestarts` has any φ ≥ 1 and ψ.
/// Each cosine begins at its own highest value: b is never reached at an iteration.
///
/// ```
/// use heavyball::Schedule;
/// use heavyball::optimizers::CosineRestarts;
/// let rate = CosineRestarts::new(0.1, 0.0, 4)?.with_growth(2.0)?.with_decay(0.5)?;
/// assert_eq!((rate.at(0), rate.at(4), rate.at(12)), (0.1, 0.05, 0.025));
/// assert!((rate.at(2) - 0.05).abs() < 1e-16 && (rate.at(8) - 0.025).abs() < 1e-16);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CosineRestarts {
    first: Cosine,
    growth: f64,
    decay: f64,
}

impl CosineRestarts {
    /// Cosines from `from` to `to`, each over `steps` iterations.
    ///
    /// # Errors
    /// The errors of [`Cosine::new`].
    pub fn new(from: f64, to: f64, steps: usize) -> Result<Self, Error> {
        Ok(Self {
            first: Cosine::new(from, to, steps)?,
            growth: 1.0,
            decay: 1.0,
        })
    }

    /// Each cosine takes `growth` = φ times as many iterations as the one before.
    ///
    /// # Errors
    /// [`RuleError::GrowthBelowOne`] unless φ ≥ 1 and finite.
    pub fn with_growth(mut self, growth: f64) -> Result<Self, Error> {
        if !(growth >= 1.0 && growth.is_finite()) {
            return Err(Error::Rule(RuleError::GrowthBelowOne { value: growth }));
        }
        self.growth = growth;
        Ok(self)
    }

    /// Each cosine begins `decay` = ψ times as far above its end as the one before.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless ψ is positive and finite;
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) if the height of the cosine overflows.
    pub fn with_decay(mut self, decay: f64) -> Result<Self, Error> {
        positive("the decay from one cosine to the next", &decay, "")?;
        finite("the height of the cosine", &self.first.height())?;
        self.decay = decay;
        Ok(self)
    }
}

impl CosineRestarts {
    /// The iteration at which cosine i begins, n(φⁱ − 1)/(φ − 1).
    fn begin(&self, i: f64) -> f64 {
        let (steps, excess) = (self.first.steps() as f64, self.growth - 1.0);
        let begin = steps * (i * excess.ln_1p()).exp_m1() / excess;
        // A whole iteration that rounding misses would be the end of a cosine in place of its beginning.
        let whole = begin.round();
        if (begin - whole).abs() < 1e-9 * whole {
            whole
        } else {
            begin
        }
    }
}

impl Schedule for CosineRestarts {
    fn at(&self, k: usize) -> f64 {
        let (k, steps) = (k as f64, self.first.steps() as f64);
        let (cosine, share) = if self.growth == 1.0 {
            ((k / steps).floor(), k / steps - (k / steps).floor())
        } else {
            let excess = self.growth - 1.0;
            let near = ((k / steps * excess).ln_1p() / excess.ln_1p()).round();
            let later = if self.begin(near) <= k { 0.0 } else { 1.0 };
            let cosine = (near - later).max(0.0);
            let (begin, end) = (self.begin(cosine), self.begin(cosine + 1.0));
            (cosine, ((k - begin) / (end - begin)).min(1.0))
        };
        if self.decay == 1.0 || self.first.height() == 0.0 {
            return self.first.after(share);
        }
        self.first.scaled_after(share, self.decay.powf(cosine))
    }
}
