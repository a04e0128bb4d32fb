//! Recorded runs of the adaptive rules of PyTorch, Optax and Keras (tests/data/README.md), from their hyper-parameters alone.

use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Epsilon, Lion, Maximum, NAdam, RmsProp, ScheduledAdaptive,
};
use heavyball::frameworks::WeightDecay;
use heavyball::prelude::*;
use heavyball::{Cosine, WarmUp};
use nalgebra::{Const, SVector, vector};
use serde_json::Value;
use std::collections::BTreeMap;
use std::error::Error as Cause;

const RUNS: &str = include_str!("../../data/adaptive_iterates.json");
/// Of the largest component of a run.
const TOLERANCE: f64 = 1e-12;

type Fallible<T> = Result<T, Box<dyn Cause>>;

/// A number of a run, or what is recorded where it is left out.
fn number(of: &Value, key: &str, absent: f64) -> f64 {
    of[key].as_f64().unwrap_or(absent)
}

fn decay(run: &Value) -> WeightDecay {
    let coefficient = number(run, "weight_decay", 0.0);
    if run["decoupled"] == true {
        WeightDecay::Decoupled(coefficient)
    } else {
        WeightDecay::Coupled(coefficient)
    }
}

fn betas(options: &Value) -> Option<(f64, f64)> {
    Some((options["betas"][0].as_f64()?, options["betas"][1].as_f64()?))
}

/// ε in its place, for a rule of Adam's kind.
fn epsilon(run: &Value) -> Epsilon {
    let options = &run["options"];
    let outside = number(options, "eps", f64::NAN);
    match (options["eps_root"].as_f64(), run["framework"].as_str()) {
        (Some(inside), _) => Epsilon::Both { outside, inside },
        (None, Some("keras")) if run["rule"] != "nadam" => Epsilon::BeforeCorrection(outside),
        _ => Epsilon::Outside(outside),
    }
}

/// The deviations of the run of `rule` and, if a schedule was recorded, of the run with that schedule, each also continued
/// from a saved state.
fn deviations<R: AdaptiveRule<f64>>(rule: &R, run: &Value) -> Fallible<f64> {
    let bowl = Quadratic::diagonal(vector![1.0, 10.0, 40.0])?;
    let hill = heavyball::potentials::from_fn(
        |_: &SVector<f64, 3>| 0.0,
        |x| vector![-x[0], -10.0 * x[1], -40.0 * x[2]],
    );
    if run["rates"].is_null() {
        return on(rule, run, &bowl, &hill);
    }
    let cosine = Cosine::new(0.1, 0.0, 30)?;
    let rate = WarmUp::new(5, cosine)?.rising_from(0.0)?;
    on(
        &ScheduledAdaptive::new(rule.clone(), rate),
        run,
        &bowl,
        &hill,
    )
}

fn on<R, B, H>(rule: &R, run: &Value, bowl: &B, hill: &H) -> Fallible<f64>
where
    R: AdaptiveRule<f64>,
    B: Potential<f64, Const<3>>,
    H: Potential<f64, Const<3>>,
{
    match run["potential"].as_str() {
        Some("double_well") => deviation::<R, _, 2>(rule, run, &DoubleWell),
        Some("rosenbrock") => deviation::<R, _, 2>(rule, run, &Rosenbrock),
        Some("quadratic_1_10_40") => deviation::<R, _, 3>(rule, run, bowl),
        Some("hill_1_10_40") => deviation::<R, _, 3>(rule, run, hill),
        other => Err(format!("{other:?}").into()),
    }
}

/// The largest deviation over the largest component.
fn deviation<R, P, const D: usize>(rule: &R, run: &Value, potential: &P) -> Fallible<f64>
where
    R: AdaptiveRule<f64>,
    P: Potential<f64, Const<D>>,
{
    let rows = run["iterates"].as_array().ok_or("iterates")?.iter();
    let rows = rows.map(|row| {
        let row = row.as_array()?.iter().map(Value::as_f64);
        let row: Vec<f64> = row.collect::<Option<_>>()?;
        (row.len() == D).then(|| SVector::<f64, D>::from_vec(row))
    });
    let theirs: Vec<_> = rows.collect::<Option<_>>().ok_or("a row")?;
    let start = *theirs.first().ok_or("no start")?;
    let steps = theirs.len() - 1;
    let path = rule.run(potential, start).path(steps)?;
    let saved = rule.run(potential, start).after(11)?;
    let later = rule.resume(potential, saved).path(steps - 11)?;
    assert_eq!(later, path.columns(11, steps - 10), "{run} continued");
    let largest = theirs.iter().map(|x| x.amax()).fold(0.0, f64::max);
    let apart = theirs
        .iter()
        .zip(path.column_iter())
        .map(|(theirs, ours)| (theirs - ours).amax());
    // A NaN is no deviation of 0.
    let apart = apart.fold(
        0.0,
        |worst: f64, apart| if apart <= worst { worst } else { apart },
    );
    Ok(apart / largest)
}

/// The deviation of this library's run from the recorded one.
fn of_run(run: &Value) -> Fallible<f64> {
    let (options, alpha) = (&run["options"], number(run, "lr", 0.05));
    let (framework, climbing) = (run["framework"].as_str(), run["maximize"] == true);
    let moments = || betas(options).ok_or("betas");
    match run["rule"].as_str() {
        Some("adam") => {
            let (beta1, beta2) = moments()?;
            let rule = Adam::new(alpha)?.with_betas(beta1, beta2)?;
            let rule = rule.with_epsilon(epsilon(run))?.with_maximize(climbing);
            deviations(&rule.with_weight_decay(decay(run))?, run)
        }
        Some("amsgrad") => {
            let (beta1, beta2) = moments()?;
            let of_mean = options["bias_correction"][0] != false;
            let maximum = match framework {
                Some("optax") if options["bias_correction"][1] == false => Maximum::Uncorrected,
                Some("optax") => Maximum::AfterCorrection,
                _ => Maximum::BeforeCorrection,
            };
            let rule = AmsGrad::of(alpha, maximum)?.with_betas(beta1, beta2)?;
            let rule = rule.with_epsilon(epsilon(run))?.with_maximize(climbing);
            let rule = rule.with_first_corrected(of_mean);
            deviations(&rule.with_weight_decay(decay(run))?, run)
        }
        Some("nadam") => {
            let (beta1, beta2) = moments()?;
            let rule = match framework {
                Some("optax") => NAdam::optax(alpha)?,
                Some("keras") => NAdam::keras(alpha)?,
                _ => NAdam::new(alpha)?.with_momentum_decay(number(
                    options,
                    "momentum_decay",
                    f64::NAN,
                ))?,
            };
            let rule = rule.with_betas(beta1, beta2)?.with_epsilon(epsilon(run))?;
            let rule = rule.with_maximize(climbing);
            deviations(&rule.with_weight_decay(decay(run))?, run)
        }
        Some("lion") => {
            let (beta1, beta2) = moments()?;
            let rule = Lion::new(alpha)?.with_betas(beta1, beta2)?;
            let rule = rule.with_maximize(climbing);
            deviations(&rule.with_weight_decay(decay(run))?, run)
        }
        Some("rmsprop") => {
            let rule = match framework {
                Some("optax") => RmsProp::optax(alpha)?,
                Some("keras") => RmsProp::keras(alpha)?,
                _ => RmsProp::new(alpha)?,
            };
            let eps = number(options, "eps", f64::NAN);
            let outside = framework == Some("pytorch") || options["eps_in_sqrt"] == false;
            let rule = rule
                .with_decay(number(options, "decay", f64::NAN))?
                .with_epsilon(if outside {
                    Epsilon::Outside(eps)
                } else {
                    Epsilon::Inside(eps)
                })?
                .with_momentum(number(options, "momentum", 0.0))?
                .with_initial_second_moment(number(options, "initial", 0.0))?
                .with_nesterov(options["nesterov"] == true)
                .with_centered(options["centered"] == true)
                .with_bias_correction(options["bias_correction"] == true)
                .with_maximize(climbing);
            deviations(&rule.with_weight_decay(decay(run))?, run)
        }
        Some("adagrad") => {
            let eps = number(options, "eps", f64::NAN);
            let outside = framework == Some("pytorch");
            let rule = Adagrad::new(alpha)?
                .with_epsilon(if outside {
                    Epsilon::Outside(eps)
                } else {
                    Epsilon::Inside(eps)
                })?
                .with_initial_sum(number(options, "initial", 0.0))?
                .with_rate_decay(number(options, "lr_decay", 0.0))?
                .with_maximize(climbing);
            deviations(&rule.with_weight_decay(decay(run))?, run)
        }
        other => Err(format!("{other:?}").into()),
    }
}

/// Derivation (78): 115 runs of six rules and their options in three frameworks, each again from a state saved on the way.
#[test]
fn the_recorded_runs_of_adaptive_rules() -> Fallible<()> {
    let runs: Vec<Value> = serde_json::from_str(RUNS)?;
    let mut counts = BTreeMap::<String, usize>::new();
    let mut failed = Vec::new();
    for run in &runs {
        for key in ["framework", "rule"] {
            let value = run[key].as_str().ok_or(key)?;
            *counts.entry(value.to_owned()).or_default() += 1;
        }
        for (kind, is_one) in [
            ("decoupled", run["decoupled"] == true),
            ("climbing", run["maximize"] == true),
            ("scheduled", run["rates"].is_string()),
        ] {
            *counts.entry(kind.to_owned()).or_default() += usize::from(is_one);
        }
        let apart = of_run(run)?;
        if apart.is_nan() || apart >= TOLERANCE {
            failed.push(format!(
                "{apart:e}: {} {} {} {}",
                run["framework"], run["rule"], run["potential"], run["options"]
            ));
        }
    }
    assert!(
        failed.is_empty(),
        "{} of {}:\n{}",
        failed.len(),
        runs.len(),
        failed.join("\n")
    );
    let expected = [
        ("adagrad", 14),
        ("adam", 29),
        ("amsgrad", 19),
        ("climbing", 11),
        ("decoupled", 26),
        ("keras", 30),
        ("lion", 10),
        ("nadam", 18),
        ("optax", 50),
        ("pytorch", 35),
        ("rmsprop", 25),
        ("scheduled", 17),
    ];
    let expected = expected.map(|(key, count)| (key.to_owned(), count));
    assert_eq!((runs.len(), counts), (115, BTreeMap::from(expected)));
    Ok(())
}
