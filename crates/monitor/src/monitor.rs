//! Monitor: sees the parameters and the gradient of each iteration, and keeps those of the last.

use crate::error::Error;
use crate::followed::Followed;
use crate::observation::Observation;
use crate::parameter::Parameter;
use crate::report::Report;
use crate::row::Row;
use crate::rows::Rows;
use crate::rule::Rule;
use crate::slices::Slices;
use crate::step::{Before, Step};

/// Sees each iteration of a training loop, before the parameters change, and says what the ball behind it does.
///
/// **Memory.** The last parameters and gradients, two numbers of type `T` for each followed coordinate, and at most 1024
/// rows. **Cost.** One pass that reads parameters, gradients and the two copies and writes the copies. On large models follow
/// a [`sample`](Self::sampled), or only some iterations, two consecutive ones at a time. Nothing is allocated after the first
/// iteration, but for the rows.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball_monitor::Monitor;
///
/// // f = ½(x² + 25y²), at a rate beyond the edge: αλ = 3.25 in y, and 2(1 + β) = 3.
/// let rule = Momentum::new(0.13, 0.5)?;
/// let (mut x, mut v) = ([1.0_f32, 0.01], [0.0_f32; 2]);
/// let rule_f32 = Momentum::of(0.13_f32, 0.5)?;
/// let mut monitor = Monitor::new();
/// for k in 0..40 {
///     let loss = 0.5 * (x[0] * x[0] + 25.0 * x[1] * x[1]);
///     let gradient = [x[0], 25.0 * x[1]];
///     monitor.record(k, loss.into(), rule, &[&x], &[&gradient])?;
///     rule_f32.update_slices(&mut x, &mut v, &gradient)?;
/// }
/// let report = monitor.report()?;
/// let last = report.rows().last().and_then(|row| row.alpha_lambda());
/// assert!(last.is_some_and(|q| (q - 3.25).abs() < 1e-3));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Monitor<T = f32> {
    sample: Option<(usize, u64)>,
    followed: Option<Followed<T>>,
    before: Option<Before>,
    rows: Rows,
}

impl<T: Parameter> Default for Monitor<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Parameter> Monitor<T> {
    /// A monitor of all coordinates.
    pub fn new() -> Self {
        Self {
            sample: None,
            followed: None,
            before: None,
            rows: Rows::default(),
        }
    }

    /// A monitor of `count` coordinates chosen at random, one in each of `count` equal shares of the parameters.
    ///
    /// Sums over the sample, scaled to all, have those over all as their mean; that of |v|² of n coordinates has a relative
    /// standard error of at most √((κ − 1)/n), where κ is the mean of v⁴ over the square of the mean of v²: 3 for normal numbers,
    /// and far more where few coordinates move. The gradients themselves are those of the whole model. The sample is a
    /// function of the seed.
    ///
    /// # Errors
    /// [`Error::EmptySample`] for a count of 0.
    pub fn sampled(count: usize, seed: u64) -> Result<Self, Error> {
        if count == 0 {
            return Err(Error::EmptySample);
        }
        Ok(Self {
            sample: Some((count, seed)),
            ..Self::new()
        })
    }

    /// Records an iteration before its step: the loss, the rule of the step, the parameters, and their gradient.
    ///
    /// Parameters and gradients come in any number of slices, in the same order each time. The parameters are the point at
    /// which the gradient was taken, which is what frameworks store; in Sutskever's form of Nesterov's rule it is x + βv. The
    /// gradient and the loss include weight decay if that is part of the gradient.
    ///
    /// Iterations may be left out. What needs a step is then missing in the next.
    ///
    /// # Errors
    /// [`Error::Order`], [`Error::Rule`], [`Error::Loss`]; [`Error::Pieces`], [`Error::Length`] and [`Error::Empty`] for
    /// slices that do not fit; [`Error::NotFinite`] and [`Error::Overflow`].
    pub fn record(
        &mut self,
        iteration: usize,
        loss: f64,
        rule: impl Into<Rule>,
        parameters: &[&[T]],
        gradient: &[&[T]],
    ) -> Result<Observation, Error> {
        let slices = Slices {
            parameters,
            first: gradient,
            second: gradient,
        };
        self.recorded(iteration, loss, rule.into(), &slices, false)
    }

    /// Records an iteration whose gradient is the mean of the gradients of two half batches.
    ///
    /// If a and b are of batches of equal size, drawn independently, g = (a + b)/2 has the covariance (Σa + Σb)/4, and |a − b|²
    /// the mean tr Σa + tr Σb: |a − b|²/4 is an unbiased estimate of Nσ², the variance of the gradient over all N parameters.
    /// Its relative error is √(2/N) for isotropic normal noise, more if few directions have most of it. The loss is that of
    /// the whole batch. If the batch is drawn without replacement from few terms, multiply the temperature by
    /// [`Sampling::factor`](heavyball::potentials::Sampling::factor).
    ///
    /// It also takes the noise out of the curvature of the next iteration. The error ξ of gₖ₋₁ is part of the step,
    /// v = … − αξ, so that the mean of (gₖ − gₖ₋₁)·v has αNσ² too much; at rest in a wide minimum this alone makes αλ
    /// 1 − β² for momentum. It is subtracted here, with α(1 + β) for Nesterov's rule. Single values scatter all the same; read
    /// [`Row`]s.
    ///
    /// # Errors
    /// The errors of [`Self::record`].
    pub fn record_halves(
        &mut self,
        iteration: usize,
        loss: f64,
        rule: impl Into<Rule>,
        parameters: &[&[T]],
        first: &[&[T]],
        second: &[&[T]],
    ) -> Result<Observation, Error> {
        let slices = Slices {
            parameters,
            first,
            second,
        };
        self.recorded(iteration, loss, rule.into(), &slices, true)
    }

    /// The run so far.
    ///
    /// # Errors
    /// [`Error::NothingRecorded`].
    pub fn report(&self) -> Result<Report, Error> {
        Report::of(self.rows.as_slice())
    }

    fn recorded(
        &mut self,
        iteration: usize,
        loss: f64,
        rule: Rule,
        slices: &Slices<'_, T>,
        halves: bool,
    ) -> Result<Observation, Error> {
        let before = self.before;
        // Until this iteration has been seen, the next has no step to look back on.
        if let Some(before) = &mut self.before {
            before.is_last = false;
        }
        if let Some(last) = self.rows.last()
            && iteration <= last
        {
            return Err(Error::Order { iteration, last });
        }
        let edge = rule
            .edge()
            .map_err(|source| Error::Rule { iteration, source })?;
        if !loss.is_finite() {
            return Err(Error::Loss {
                iteration,
                value: loss,
            });
        }
        let followed = match &mut self.followed {
            Some(followed) => followed,
            none => none.insert(Followed::of(slices.lengths(iteration)?, self.sample)),
        };
        slices.check_lengths(iteration, &followed.lengths)?;
        let sums = followed.sums((halves, rule.nesterov), slices);
        let consecutive = before
            .as_ref()
            .is_some_and(|before| before.is_last && before.iteration + 1 == iteration);
        if !sums.is_finite() {
            slices.check_finite(iteration)?;
            if consecutive || !(sums.gg.is_finite() && sums.noise.is_finite()) {
                return Err(Error::Overflow { iteration });
            }
        }
        let seen = Step {
            iteration,
            loss,
            rule,
            edge,
            sums,
            size: followed.size(),
            halves,
            consecutive,
        };
        let (observation, now) = seen.observed(before);
        if !(observation.is_finite() && now.is_finite()) {
            return Err(Error::Overflow { iteration });
        }
        self.before = Some(now);
        self.rows.keep(Row::of(&observation));
        Ok(observation)
    }
}
