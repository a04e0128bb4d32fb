//! OneCycle: a rate that rises to a peak and falls far below its start, as PyTorch and Optax count it.
//!
//! Reference: L. N. Smith, N. Topin, *Super-convergence: very fast training of neural networks using large learning
//! rates*, arXiv:1708.07120 (2017).

use crate::Error;
use crate::check::{finite, positive};
use crate::optimizers::schedule::cosine::fallen;
use crate::optimizers::{RuleError, Schedule};

/// The lines or cosines between a start, a peak and an end; with a third phase, by way of the start again.
///
/// The peak P lies at a share s of the n iterations, 0.3 unless [`Self::with_peak_at`] changes it. A start P/25 and an
/// end P/250000 are the defaults of both frameworks. The schedule is constant after its end, where PyTorch raises an
/// error.
///
/// | | peak at k = | end at k = |
/// |---|---|---|
/// | [`Self::pytorch`] | sn − 1 | n − 1 |
/// | the same with [`Self::in_three_phases`] | sn − 1, and the start again at 2sn − 2 | n − 1 |
/// | [`Self::optax`] | ⌊sn⌋ | n |
/// | [`Self::optax_linear`] | ⌊sn⌋, and the start again at ⌊0.85n⌋ | n |
///
/// ```
/// use heavyball::Schedule;
/// use heavyball::optimizers::OneCycle;
/// let rate = OneCycle::pytorch(0.1, 100)?;
/// assert_eq!((rate.at(0), rate.at(29), rate.at(99)), (0.004, 0.1, 0.004 / 1e4));
/// let momentum = rate.momentum(0.85, 0.95)?; // PyTorch's `cycle_momentum`, high where the rate is low
/// assert_eq!((momentum.at(0), momentum.at(29), momentum.at(99)), (0.95, 0.85, 0.95));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct OneCycle {
    start: f64,
    peak: f64,
    end: f64,
    steps: usize,
    peak_at: f64,
    /// Where the start is reached again, as a share, if there is a third phase.
    start_again_at: Option<f64>,
    linear: bool,
    /// Whether iterations are counted as PyTorch does.
    from_one: bool,
}

impl OneCycle {
    /// `torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=peak, total_steps=steps)`, by cosines.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless the peak is positive and finite;
    /// [`RuleError::CycleTooShort`] where the peak has no iterations before or behind it, at which PyTorch divides by 0.
    pub fn pytorch(peak: f64, steps: usize) -> Result<Self, Error> {
        positive("the peak", &peak, "")?;
        Self {
            start: peak / 25.0,
            peak,
            end: peak / 25.0 / 1e4,
            steps,
            peak_at: 0.3,
            start_again_at: None,
            linear: false,
            from_one: true,
        }
        .checked()
    }

    /// `optax.cosine_onecycle_schedule(transition_steps=steps, peak_value=peak)`.
    ///
    /// # Errors
    /// The errors of [`Self::pytorch`].
    pub fn optax(peak: f64, steps: usize) -> Result<Self, Error> {
        positive("the peak", &peak, "")?;
        Self {
            start: peak / 25.0,
            peak,
            end: peak / 25.0 / 1e4,
            steps,
            peak_at: 0.3,
            start_again_at: None,
            linear: false,
            from_one: false,
        }
        .checked()
    }

    /// `optax.linear_onecycle_schedule(transition_steps=steps, peak_value=peak)`: lines, in three phases.
    ///
    /// # Errors
    /// The errors of [`Self::pytorch`].
    pub fn optax_linear(peak: f64, steps: usize) -> Result<Self, Error> {
        let cycle = Self::optax(peak, steps)?;
        Self {
            linear: true,
            start_again_at: Some(0.85),
            ..cycle
        }
        .checked()
    }

    /// The same with the peak at the share `share` of the iterations, `pct_start` of both frameworks.
    ///
    /// # Errors
    /// [`RuleError::CycleTooShort`] where a phase has no iterations.
    pub fn with_peak_at(self, share: f64) -> Result<Self, Error> {
        let start_again_at = match self.start_again_at {
            Some(_) if self.from_one => Some(2.0 * share),
            other => other,
        };
        Self {
            peak_at: share,
            start_again_at,
            ..self
        }
        .checked()
    }

    /// The same from `start` to `end`; in the frameworks' terms P/`div_factor` and that over `final_div_factor`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless both are finite.
    pub fn with_ends(self, start: f64, end: f64) -> Result<Self, Error> {
        finite("the first value", &start)?;
        finite("the last value", &end)?;
        Ok(Self { start, end, ..self })
    }

    /// The same with straight lines, `anneal_strategy="linear"` of PyTorch.
    pub fn linear(self) -> Self {
        Self {
            linear: true,
            ..self
        }
    }

    /// The same with PyTorch's `three_phase=True`: down to the start as fast as up, and from there to the end.
    ///
    /// # Errors
    /// [`RuleError::CycleTooShort`] where a phase has no iterations.
    pub fn in_three_phases(self) -> Result<Self, Error> {
        Self {
            start_again_at: Some(2.0 * self.peak_at),
            ..self
        }
        .checked()
    }

    /// The momentum over the same phases, from `high` to `low` at the peak and back: PyTorch's `cycle_momentum`.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) unless both are finite.
    pub fn momentum(&self, low: f64, high: f64) -> Result<Self, Error> {
        finite("the lowest momentum", &low)?;
        finite("the highest momentum", &high)?;
        Ok(Self {
            start: high,
            peak: low,
            end: high,
            ..*self
        })
    }

    /// The iterations at which the phases end, with the value there; without a third phase the second is empty.
    fn phases(&self) -> [(f64, f64); 3] {
        let steps = self.steps as f64;
        let at = |share: f64, peaks: f64| match self.from_one {
            true => share * steps - peaks,
            false => (share * steps).floor(),
        };
        let end = if self.from_one { steps - 1.0 } else { steps };
        let up = (at(self.peak_at, 1.0), self.peak);
        let down = self
            .start_again_at
            .map_or(up, |share| (at(share, 2.0), self.start));
        [up, down, (end, self.end)]
    }

    fn checked(self) -> Result<Self, Error> {
        let [(up, _), (down, _), (end, _)] = self.phases();
        if up > 0.0 && end > down && (self.start_again_at.is_none() || down > up) {
            return Ok(self);
        }
        Err(Error::Rule(RuleError::CycleTooShort {
            steps: self.steps,
            peak: up,
            end,
        }))
    }
}

impl Schedule for OneCycle {
    fn at(&self, k: usize) -> f64 {
        let (k, mut from) = (k as f64, (0.0, self.start));
        for to in self.phases() {
            // The next phase begins where this one ends, with the same value.
            if k < to.0 {
                let share = (k - from.0) / (to.0 - from.0);
                let weight = if self.linear {
                    1.0 - share
                } else {
                    fallen(share)
                };
                return from.1 * weight + to.1 * (1.0 - weight);
            }
            from = to;
        }
        self.end
    }
}
