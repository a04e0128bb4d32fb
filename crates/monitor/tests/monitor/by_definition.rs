//! What a monitor must say of a loop, from the definitions: vectors in place of the sums of their squares.

use crate::random::Call;
use heavyball_monitor::{Error, Observation, Rule};
use proptest::prelude::*;

/// Numbers within these bounds, or 0, have squares and quotients that nothing rounds away.
const MODERATE: std::ops::Range<f64> = 1e-40..1e40;

/// An iteration that was seen.
struct Last {
    iteration: usize,
    rule: Rule,
    x: Vec<f64>,
    g: Vec<f64>,
    /// The size of what g is the mean of.
    size: f64,
    /// The step of the rule from here, where the last one is known and was by the same rule.
    predicted: Option<Vec<f64>>,
    noise: f64,
}

/// The last iteration, and what the run has added up.
pub(crate) struct Definition {
    epsilon: f64,
    lengths: Option<Vec<usize>>,
    ended: Option<usize>,
    last: Option<Last>,
    time: f64,
    /// The iteration and the rule up to which time has been counted.
    counted: Option<(usize, Rule)>,
    moderate: bool,
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn combined(s: f64, a: &[f64], t: f64, b: &[f64]) -> Vec<f64> {
    a.iter().zip(b).map(|(a, b)| s * a + t * b).collect()
}

fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

fn is_moderate(value: f64) -> bool {
    value == 0.0 || MODERATE.contains(&value.abs())
}

impl Definition {
    pub(crate) fn new(epsilon: f64) -> Self {
        Self {
            epsilon,
            lengths: None,
            ended: None,
            last: None,
            time: 0.0,
            counted: None,
            moderate: true,
        }
    }

    /// Why an iteration must be refused, whatever its size; in the order in which it is looked at.
    fn refused(&mut self, call: &Call) -> Option<&'static str> {
        let [x, a, b] = &call.vectors;
        let given = if call.halves {
            vec![x, a, b]
        } else {
            vec![x, a]
        };
        let Rule { alpha, beta, .. } = call.rule;
        if self.ended.is_some_and(|last| call.iteration <= last) {
            return Some("order");
        }
        if !(alpha > 0.0 && alpha.is_finite() && beta > -1.0 && beta <= 1.0) {
            return Some("rule");
        }
        if !call.loss.is_finite() {
            return Some("loss");
        }
        let shape = |slices: &[Vec<f64>]| slices.iter().map(Vec::len).collect::<Vec<_>>();
        let lengths = self.lengths.clone().unwrap_or_else(|| shape(x));
        if self.lengths.is_none() && lengths.iter().sum::<usize>() == 0 {
            return Some("empty");
        }
        self.lengths = Some(lengths.clone());
        if given.iter().any(|slices| slices.len() != lengths.len()) {
            return Some("pieces or length");
        }
        if given.iter().any(|slices| shape(slices) != lengths) {
            return Some("pieces or length");
        }
        let all = given.iter().flat_map(|slices| slices.iter().flatten());
        if all.clone().any(|x| !x.is_finite()) {
            return Some("not finite");
        }
        None
    }

    pub(crate) fn check(
        &mut self,
        call: &Call,
        outcome: &Result<Observation, Error>,
    ) -> Result<(), TestCaseError> {
        let before = self.last.take();
        let kind = match outcome {
            Ok(_) => None,
            Err(Error::Order { .. }) => Some("order"),
            Err(Error::Rule { .. }) => Some("rule"),
            Err(Error::Loss { .. }) => Some("loss"),
            Err(Error::Empty { .. }) => Some("empty"),
            Err(Error::Pieces { .. } | Error::Length { .. }) => Some("pieces or length"),
            Err(Error::NotFinite { .. }) => Some("not finite"),
            Err(_) => Some("overflow"),
        };
        if let Some(refused) = self.refused(call) {
            prop_assert_eq!(kind, Some(refused));
            return Ok(());
        }
        let [x, a, b] = call.vectors.each_ref().map(|slices| slices.concat());
        let (alpha, beta) = (call.rule.alpha, call.rule.beta);
        let given = x
            .iter()
            .chain(&a)
            .chain(if call.halves { &b[..] } else { &[] });
        self.moderate &= given
            .chain(&[call.loss, alpha, 1.0 + beta])
            .copied()
            .all(is_moderate);
        let Ok(seen) = outcome else {
            prop_assert_eq!(kind, Some("overflow"));
            prop_assert!(!self.moderate, "overflow of moderate numbers");
            return Ok(());
        };
        self.ended = Some(call.iteration);
        let size = norm(&a) + if call.halves { norm(&b) } else { 0.0 };
        let (g, noise) = if call.halves {
            let half = combined(0.5, &a, -0.5, &b);
            (combined(0.5, &a, 0.5, &b), dot(&half, &half))
        } else {
            (a, 0.0)
        };
        if let Some((iteration, rule)) = self.counted.replace((call.iteration, call.rule)) {
            let passed = (call.iteration - iteration) as f64;
            self.time += passed * (2.0 * rule.alpha / (1.0 + rule.beta)).sqrt();
        }
        let before = before.filter(|last| last.iteration + 1 == call.iteration);
        prop_assert_eq!(seen.speed.is_some(), before.is_some());
        let predicted = match &before {
            Some(last) if self.moderate => {
                self.check_step(call, seen, last, &x, (&g, size))?;
                let v = combined(1.0, &x, -1.0, &last.x);
                (last.rule == call.rule).then(|| next_step(call.rule, &v, &g, &last.g))
            }
            _ => None,
        };
        if self.moderate {
            self.near(seen.time, self.time, self.time)?;
            self.near(seen.gradient_norm, norm(&g), size)?;
            let temperature = alpha * noise / (2.0 * (1.0 - beta) * x.len() as f64);
            match seen.temperature {
                Some(found) => self.near(found, temperature, temperature)?,
                None => prop_assert!(!call.halves || beta == 1.0),
            }
        }
        self.last = Some(Last {
            iteration: call.iteration,
            rule: call.rule,
            x,
            g,
            size,
            predicted,
            noise,
        });
        Ok(())
    }

    /// What needs the step v that led here.
    fn check_step(
        &self,
        call: &Call,
        seen: &Observation,
        last: &Last,
        x: &[f64],
        (g, size): (&[f64], f64),
    ) -> Result<(), TestCaseError> {
        let v = combined(1.0, x, -1.0, &last.x);
        let (
            speed,
            Rule {
                alpha,
                beta,
                nesterov,
            },
        ) = (norm(&v), last.rule);
        // A difference of numbers may be 0 or tiny though they are not.
        if !is_moderate(speed) {
            return Ok(());
        }
        self.near(seen.speed.unwrap_or(f64::NAN), speed, speed)?;
        // ½m|ẋ|² with m = 1 and ẋ = v/Δt.
        let kinetic = 0.5 * (speed / (2.0 * alpha / (1.0 + beta)).sqrt()).powi(2);
        self.near(seen.kinetic_energy.unwrap_or(f64::NAN), kinetic, kinetic)?;
        prop_assert_eq!(seen.curvature.is_some(), speed > 0.0);
        if let Some(curvature) = seen.curvature {
            let change = combined(1.0, g, -1.0, &last.g);
            let share = if nesterov {
                alpha * (1.0 + beta)
            } else {
                alpha
            };
            let terms = [dot(&change, &v), -share * last.noise];
            let size = (size + last.size) * speed + terms[1].abs();
            let square = speed * speed;
            self.near(curvature, (terms[0] + terms[1]) / square, size / square)?;
            let found = seen.alpha_lambda.unwrap_or(f64::NAN);
            self.near(
                found,
                call.rule.alpha * curvature,
                call.rule.alpha * curvature,
            )?;
        }
        if let Some(found) = seen.mismatch {
            let predicted = last.predicted.as_deref().map_or(f64::NAN, norm);
            let expected = speed / predicted - 1.0;
            prop_assert!(
                (found - expected).abs() <= 1e-5 * (1.0 + expected.abs()),
                "{} {}",
                found,
                expected
            );
        }
        Ok(())
    }

    fn near(&self, found: f64, expected: f64, size: f64) -> Result<(), TestCaseError> {
        let error = 64.0 * self.epsilon * size.abs();
        prop_assert!((found - expected).abs() <= error, "{} {}", found, expected);
        Ok(())
    }
}

/// v₊ = βv − αg, or w₊ = β(w + αg₋) − α(1 + β)g where x + βv is stored.
fn next_step(rule: Rule, v: &[f64], g: &[f64], last_g: &[f64]) -> Vec<f64> {
    let Rule {
        alpha,
        beta,
        nesterov,
    } = rule;
    if nesterov {
        let old = combined(beta, v, alpha * beta, last_g);
        combined(1.0, &old, -alpha * (1.0 + beta), g)
    } else {
        combined(beta, v, -alpha, g)
    }
}
