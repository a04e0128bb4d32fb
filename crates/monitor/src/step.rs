//! Step: one iteration in sums, and the ball that they show.

use crate::observation::Observation;
use crate::rule::Rule;
use crate::sums::Sums;

/// A sum of squares and products below this share of its squares has lost ten digits.
const CANCELLED: f64 = 1e-10;

/// What is known of the iteration before.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Before {
    pub(crate) iteration: usize,
    /// Whether the last parameters and gradients are its own.
    pub(crate) is_last: bool,
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

impl Before {
    /// Whether the next iteration can go on from here.
    pub(crate) fn is_finite(&self) -> bool {
        let sums = [self.predicted, self.dissipated, self.work];
        sums.into_iter().flatten().all(f64::is_finite)
    }
}

/// One iteration in sums.
pub(crate) struct Step {
    pub(crate) iteration: usize,
    pub(crate) loss: f64,
    pub(crate) rule: Rule,
    pub(crate) edge: f64,
    pub(crate) sums: Sums,
    pub(crate) size: f64,
    pub(crate) halves: bool,
    pub(crate) consecutive: bool,
}

impl Step {
    /// The ball at this iteration, and what the next one has to know of it.
    pub(crate) fn observed(&self, before: Option<Before>) -> (Observation, Before) {
        let (sums, rule) = (&self.sums, self.rule);
        let Rule {
            alpha,
            beta,
            nesterov,
        } = rule;
        let previous = before.filter(|_| self.consecutive);
        let squared = previous.map(|_| sums.ww);
        let kinetic_energy =
            previous.map(|last| 0.25 * (1.0 + last.rule.beta) / last.rule.alpha * sums.ww);
        let curvature = previous
            .filter(|_| sums.ww >= f64::MIN_POSITIVE)
            .map(|last| {
                let share = if last.rule.nesterov {
                    last.rule.alpha * (1.0 + last.rule.beta)
                } else {
                    last.rule.alpha
                };
                (sums.w_change - share * last.noise.unwrap_or(0.0)) / sums.ww
            });
        let mismatch = previous.and_then(|last| Some((sums.ww / last.predicted?).sqrt() - 1.0));
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
            explicit_kinetic_energy: previous.map(|last| 0.5 * sums.ww / last.rule.alpha),
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
            is_last: true,
            rule,
            noise,
            predicted: previous
                .filter(|_| same)
                .and_then(|last| self.predicted(&last)),
            squared_gradient: sums.gg,
            time,
            flow_time,
            dissipated: grown(dissipated, |(drag, _)| drag),
            work: grown(work, |(_, work)| work),
        };
        (observation, now)
    }

    /// |v|² of the step to come, if the last was by the same rule; `None` where its terms cancel so far that few digits are left.
    ///
    /// Momentum: v₊ = βv − αg. What frameworks store for Nesterov's rule moves by w₊ = β(w + αg₋) − α(1 + β)g, from (46).
    fn predicted(&self, last: &Before) -> Option<f64> {
        let Rule {
            alpha,
            beta,
            nesterov,
        } = self.rule;
        let s = &self.sums;
        let (kick, old) = if nesterov {
            (alpha * (1.0 + beta), alpha * beta)
        } else {
            (alpha, 0.0)
        };
        let squares = beta * beta * s.ww + old * old * last.squared_gradient + kick * kick * s.gg;
        let products =
            beta * old * (s.wg - s.w_change) - beta * kick * s.wg - old * kick * s.g_last;
        let sum = squares + 2.0 * products;
        (sum > CANCELLED * squares).then_some(sum)
    }
}
