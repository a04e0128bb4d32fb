//! Monitor: sees the parameters and the gradient of each iteration, and keeps those of the last.

use crate::error::Error;
use crate::observation::Observation;
use crate::parameter::Parameter;
use crate::report::Report;
use crate::row::Row;
use crate::rule::Rule;
use crate::sample::Sample;
use crate::sums::{Sums, pass};

/// Rows that are kept; when there are twice as many, neighbours are joined.
const ROWS: usize = 512;

/// What is known of the iteration before.
#[derive(Debug, Clone, Copy)]
struct Before {
    iteration: usize,
    rule: Rule,
    /// |a − b|²/4 of its half batches.
    noise: Option<f64>,
    /// |v|² of the next step, if the rule before was the same.
    predicted: Option<f64>,
    /// |g|².
    squared_gradient: f64,
    time: f64,
    flow_time: Option<f64>,
    dissipated: Option<f64>,
    work: Option<f64>,
}

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
    count: Option<(usize, u64)>,
    lengths: Vec<usize>,
    sample: Option<Sample>,
    last_x: Vec<T>,
    last_g: Vec<T>,
    gathered: [Vec<T>; 3],
    before: Option<Before>,
    rows: Vec<Row>,
    /// Observations in each row but the last.
    stride: usize,
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
            count: None,
            lengths: Vec::new(),
            sample: None,
            last_x: Vec::new(),
            last_g: Vec::new(),
            gathered: Default::default(),
            before: None,
            rows: Vec::new(),
            stride: 1,
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
            count: Some((count, seed)),
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
        self.recorded(
            iteration,
            loss,
            rule.into(),
            parameters,
            (gradient, gradient),
            false,
        )
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
        self.recorded(
            iteration,
            loss,
            rule.into(),
            parameters,
            (first, second),
            true,
        )
    }

    /// The run so far.
    ///
    /// # Errors
    /// [`Error::NothingRecorded`].
    pub fn report(&self) -> Result<Report, Error> {
        Report::of(&self.rows)
    }

    fn recorded(
        &mut self,
        iteration: usize,
        loss: f64,
        rule: Rule,
        parameters: &[&[T]],
        gradients: (&[&[T]], &[&[T]]),
        halves: bool,
    ) -> Result<Observation, Error> {
        let before = self.before.take();
        if let Some(last) = self.rows.last().map(|row| row.last().iteration)
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
        self.check_shape(iteration, parameters, gradients)?;
        let sums = self.sums((halves, rule.nesterov), parameters, gradients);
        let consecutive = before
            .as_ref()
            .is_some_and(|before| before.iteration + 1 == iteration);
        if !sums.is_finite() {
            self.check_finite(iteration, parameters, gradients)?;
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
            size: self.lengths.iter().sum::<usize>() as f64,
            halves,
            consecutive,
        };
        let (observation, now) = seen.observed(before);
        self.before = Some(now);
        self.keep(Row::of(&observation));
        Ok(observation)
    }

    fn keep(&mut self, row: Row) {
        match self.rows.last_mut() {
            Some(last) if last.count() < self.stride => last.join(&row),
            _ => self.rows.push(row),
        }
        let full = self.rows.last().is_some_and(|r| r.count() == self.stride);
        if full && self.rows.len() == 2 * ROWS {
            let mut joined = Vec::with_capacity(2 * ROWS);
            let mut rows = self.rows.drain(..);
            while let Some(mut row) = rows.next() {
                if let Some(next) = rows.next() {
                    row.join(&next);
                }
                joined.push(row);
            }
            drop(rows);
            self.rows = joined;
            self.stride *= 2;
        }
    }

    fn check_shape(
        &mut self,
        iteration: usize,
        parameters: &[&[T]],
        (first, second): (&[&[T]], &[&[T]]),
    ) -> Result<(), Error> {
        if self.lengths.is_empty() {
            if parameters.iter().all(|piece| piece.is_empty()) {
                return Err(Error::Empty { iteration });
            }
            self.lengths = parameters.iter().map(|piece| piece.len()).collect();
            let total: usize = self.lengths.iter().sum();
            let followed = match self.count {
                Some((count, seed)) if count < total => {
                    self.sample = Some(Sample::of(&self.lengths, count, seed));
                    count
                }
                _ => total,
            };
            self.last_x = vec![T::default(); followed];
            self.last_g = vec![T::default(); followed];
            if self.sample.is_some() {
                self.gathered = [(); 3].map(|()| Vec::with_capacity(followed));
            }
        }
        for (name, slices) in [
            ("parameters", parameters),
            ("gradients", first),
            ("gradients", second),
        ] {
            if slices.len() != self.lengths.len() {
                return Err(Error::Pieces {
                    name,
                    expected: self.lengths.len(),
                    found: slices.len(),
                    iteration,
                });
            }
            for (piece, (slice, &expected)) in slices.iter().zip(&self.lengths).enumerate() {
                if slice.len() != expected {
                    return Err(Error::Length {
                        name,
                        piece,
                        expected,
                        found: slice.len(),
                        iteration,
                    });
                }
            }
        }
        Ok(())
    }

    fn sums(
        &mut self,
        kind: (bool, bool),
        parameters: &[&[T]],
        (first, second): (&[&[T]], &[&[T]]),
    ) -> Sums {
        let mut sums = Sums::default();
        if let Some(sample) = &self.sample {
            for (slices, gathered) in [parameters, first, second].iter().zip(&mut self.gathered) {
                gathered.clear();
                let component = |&(piece, index): &(usize, usize)| {
                    slices
                        .get(piece)
                        .and_then(|slice| slice.get(index))
                        .copied()
                };
                gathered.extend(sample.places.iter().filter_map(component));
            }
            let [x, a, b] = &self.gathered;
            let total: usize = self.lengths.iter().sum();
            let share = total as f64 / sample.places.len() as f64;
            return pass(kind, x, (a, b), &mut self.last_x, &mut self.last_g).scaled(share);
        }
        let (mut last_x, mut last_g) = (&mut self.last_x[..], &mut self.last_g[..]);
        for ((x, a), b) in parameters.iter().zip(first).zip(second) {
            let (piece_x, rest_x) = last_x.split_at_mut(x.len());
            let (piece_g, rest_g) = last_g.split_at_mut(x.len());
            sums.add(&pass(kind, x, (a, b), piece_x, piece_g));
            (last_x, last_g) = (rest_x, rest_g);
        }
        sums
    }

    /// Finds the component that made a sum infinite or NaN.
    #[cold]
    fn check_finite(
        &self,
        iteration: usize,
        parameters: &[&[T]],
        (first, second): (&[&[T]], &[&[T]]),
    ) -> Result<(), Error> {
        for (name, slices) in [
            ("parameter", parameters),
            ("gradient", first),
            ("gradient", second),
        ] {
            for (piece, slice) in slices.iter().enumerate() {
                let mut values = slice.iter().map(|&value| value.into());
                if let Some((component, value)) = values
                    .by_ref()
                    .enumerate()
                    .find(|(_, v): &(usize, f64)| !v.is_finite())
                {
                    return Err(Error::NotFinite {
                        name,
                        piece,
                        component,
                        value,
                        iteration,
                    });
                }
            }
        }
        Ok(())
    }
}

/// One iteration in sums.
struct Step {
    iteration: usize,
    loss: f64,
    rule: Rule,
    edge: f64,
    sums: Sums,
    size: f64,
    halves: bool,
    consecutive: bool,
}

impl Step {
    fn observed(&self, before: Option<Before>) -> (Observation, Before) {
        let (sums, rule) = (&self.sums, self.rule);
        let Rule {
            alpha,
            beta,
            nesterov,
        } = rule;
        let previous = before.filter(|_| self.consecutive);
        let squared = previous.map(|_| sums.ww);
        let kinetic_energy =
            previous.map(|last| (1.0 + last.rule.beta) / (4.0 * last.rule.alpha) * sums.ww);
        let curvature = previous.filter(|_| sums.ww > 0.0).map(|last| {
            let share = if last.rule.nesterov {
                last.rule.alpha * (1.0 + last.rule.beta)
            } else {
                last.rule.alpha
            };
            (sums.w_change - share * last.noise.unwrap_or(0.0)) / sums.ww
        });
        let mismatch = previous.and_then(|last| {
            let predicted = last.predicted.filter(|squared| *squared > 0.0)?;
            Some((sums.ww / predicted).sqrt() - 1.0)
        });
        let noise = self.halves.then_some(sums.noise);
        let temperature = noise
            .filter(|_| beta < 1.0)
            .map(|sum| alpha * (sum / self.size) / (2.0 * (1.0 - beta)));

        let passed = before.map_or(0, |last| self.iteration - last.iteration) as f64;
        let time = before.map_or(0.0, |last| last.time + passed * last.rule.dt());
        let flow_time = before.map_or(Some(0.0), |last| {
            let Rule { alpha, beta, .. } = last.rule;
            let dt = (beta < 1.0).then(|| alpha / (1.0 - beta))?;
            Some(last.flow_time? + passed * dt)
        });
        let sum = |total: fn(&Before) -> Option<f64>| match &before {
            Some(last) => total(last),
            None => (!nesterov).then_some(0.0),
        };
        let (dissipated, work) = (sum(|last| last.dissipated), sum(|last| last.work));

        let observation = Observation {
            iteration: self.iteration,
            loss: self.loss,
            alpha,
            beta,
            time,
            flow_time,
            drag: rule.drag(),
            gradient_norm: sums.gg.sqrt(),
            speed: squared.map(f64::sqrt),
            kinetic_energy,
            explicit_kinetic_energy: previous.map(|last| sums.ww / (2.0 * last.rule.alpha)),
            curvature,
            alpha_lambda: curvature.map(|lambda| alpha * lambda),
            edge: self.edge,
            temperature,
            kinetic_temperature: kinetic_energy.map(|energy| 2.0 * energy / self.size),
            dissipated,
            work,
            mismatch,
        };

        // Until the next iteration: v₊ = βv − αg and vc = (v + v₊)/2.
        let same = previous.is_some_and(|last| last.rule == rule);
        let central = previous.filter(|_| !nesterov).map(|_| {
            let (sum, kick) = (1.0 + beta, alpha);
            let square = sum * sum * sums.ww - 2.0 * sum * kick * sums.wg + kick * kick * sums.gg;
            let work = -0.5 * (sum * sums.wg - kick * sums.gg);
            ((1.0 - beta) / alpha * 0.25 * square, work)
        });
        let grown = |total: Option<f64>, part: fn((f64, f64)) -> f64| {
            total
                .filter(|_| !nesterov)
                .map(|total| total + central.map_or(0.0, part))
        };
        let now = Before {
            iteration: self.iteration,
            rule,
            noise,
            predicted: previous.filter(|_| same).map(|last| self.predicted(&last)),
            squared_gradient: sums.gg,
            time,
            flow_time,
            dissipated: grown(dissipated, |(drag, _)| drag),
            work: grown(work, |(_, work)| work),
        };
        (observation, now)
    }

    /// |v|² of the step to come, if the last was by the same rule.
    ///
    /// Momentum: v₊ = βv − αg. What frameworks store for Nesterov's rule moves by w₊ = β(w + αg₋) − α(1 + β)g, from (46).
    fn predicted(&self, last: &Before) -> f64 {
        let Rule {
            alpha,
            beta,
            nesterov,
        } = self.rule;
        let s = &self.sums;
        if !nesterov {
            return beta * beta * s.ww - 2.0 * alpha * beta * s.wg + alpha * alpha * s.gg;
        }
        let (kick, old) = (alpha * (1.0 + beta), alpha * beta);
        beta * beta * s.ww
            + old * old * last.squared_gradient
            + kick * kick * s.gg
            + 2.0 * beta * old * (s.wg - s.w_change)
            - 2.0 * beta * kick * s.wg
            - 2.0 * old * kick * s.g_last
    }
}
