//! Momentum in PyTorch, Optax and Keras is Sutskever's: Derivation (11), (18), against 64 recorded runs
//! of those optimisers (tests/data/README.md).

use heavyball::prelude::*;
use nalgebra::{Const, SVector, vector};
use serde_json::Value;

const RUNS: &str = include_str!("data/framework_iterates.json");

/// One recorded run.
#[derive(Debug)]
struct Run<const D: usize> {
    framework: String,
    rates: Vec<(usize, f64)>,
    momentum: f64,
    dampening: f64,
    nesterov: bool,
    iterates: Vec<SVector<f64, D>>,
}

/// Reads a run, or `None` if a field is missing or of another kind.
fn read<const D: usize>(run: &Value) -> Option<Run<D>> {
    let points = run["iterates"].as_array()?.iter().map(|point| {
        let components: Option<Vec<f64>> = point.as_array()?.iter().map(Value::as_f64).collect();
        components.filter(|c| c.len() == D).map(SVector::from_vec)
    });
    let mut rates = vec![(0, run["lr"].as_f64()?)];
    let drop = &run["lr_drop"];
    if !drop.is_null() {
        rates.push((
            usize::try_from(drop["at_step"].as_u64()?).ok()?,
            drop["lr"].as_f64()?,
        ));
    }
    Some(Run {
        framework: run["framework"].as_str()?.to_owned(),
        rates,
        momentum: run["momentum"].as_f64()?,
        dampening: run["dampening"].as_f64()?,
        nesterov: run["nesterov"].as_bool()?,
        iterates: points.collect::<Option<_>>()?,
    })
}

/// Iterates 0 to `steps` of `rule` from (x, v).
fn iterates<R, P, const D: usize>(
    rule: R,
    f: &P,
    (x, v): (SVector<f64, D>, SVector<f64, D>),
    steps: usize,
) -> Vec<Iterate<f64, Const<D>>>
where
    R: UpdateRule<f64> + Clone,
    P: Potential<f64, Const<D>>,
{
    rule.iterates(f, x)
        .with_velocity(v)
        .take(steps + 1)
        .collect()
}

/// The run as this library makes it: the raw parameters that the framework would show.
fn ours<P, const D: usize>(run: &Run<D>, f: &P) -> Result<Vec<SVector<f64, D>>, Error>
where
    P: Potential<f64, Const<D>>,
{
    let (beta, rate) = (run.momentum, run.rates[0].1);
    let start = run.iterates[0];
    // The first step without dampening is a start velocity that makes up for it.
    let mut gradient = start;
    f.gradient(&start, &mut gradient);
    let (mut x, mut v) = (start, gradient * (-rate * run.dampening / beta));
    let mut shown = vec![start];
    for (index, (first, rate)) in run.rates.iter().enumerate() {
        let last = run
            .rates
            .get(index + 1)
            .map_or(run.iterates.len() - 1, |next| next.0);
        if index > 0 && run.framework != "keras" {
            // Its buffer is kept and multiplied by the new rate; a look-ahead point stays where it is.
            let rescaled = v * (rate / run.rates[index - 1].1);
            if run.nesterov {
                x += (v - rescaled) * beta;
            }
            v = rescaled;
        }
        let (alpha, steps) = (rate * (1.0 - run.dampening), last - first);
        let segment = if run.nesterov {
            iterates(Nesterov::new(alpha, beta)?, f, (x, v), steps)
        } else {
            iterates(Momentum::new(alpha, beta)?, f, (x, v), steps)
        };
        let look_ahead = if run.nesterov { beta } else { 0.0 };
        shown.extend(
            segment
                .iter()
                .skip(1)
                .map(|at| at.position + at.velocity * look_ahead),
        );
        if let Some(end) = segment.last() {
            (x, v) = (end.position, end.velocity);
        }
    }
    Ok(shown)
}

/// Largest difference of the two runs over the largest component of the recorded one.
fn difference<P, const D: usize>(run: &Run<D>, f: &P) -> Result<f64, Error>
where
    P: Potential<f64, Const<D>>,
{
    let ours = ours(run, f)?;
    assert_eq!(ours.len(), run.iterates.len());
    let pairs = ours.iter().zip(&run.iterates);
    let worst = pairs.map(|(a, b)| (a - b).amax()).fold(0.0, f64::max);
    let scale = run.iterates.iter().map(|x| x.amax()).fold(0.0, f64::max);
    Ok(worst / scale)
}

/// The runs on a potential that `chosen` takes are ours to 1e-12; their number.
fn reproduced(chosen: impl Fn(&Value) -> bool) -> Result<usize, Box<dyn std::error::Error>> {
    let bowl = Quadratic::diagonal(vector![1.0, 10.0, 40.0])?;
    let runs: Vec<Value> = serde_json::from_str(RUNS)?;
    let chosen: Vec<_> = runs.iter().filter(|run| chosen(run)).collect();
    for run in &chosen {
        let difference = match run["potential"].as_str() {
            Some("double_well") => difference(
                &read::<2>(run).ok_or("a run of the double well is not readable")?,
                &DoubleWell,
            )?,
            Some("quadratic_1_10_40") => difference(
                &read::<3>(run).ok_or("a run of the quadratic is not readable")?,
                &bowl,
            )?,
            other => return Err(format!("an unknown potential {other:?}").into()),
        };
        let name = [
            "framework",
            "potential",
            "lr",
            "momentum",
            "dampening",
            "nesterov",
            "lr_drop",
        ]
        .map(|key| run[key].to_string())
        .join(" ");
        if difference.is_nan() || difference > 1e-12 {
            return Err(format!("{name}: {difference:e}").into());
        }
    }
    Ok(chosen.len())
}

fn is_plain(run: &Value) -> bool {
    run["dampening"] == 0.0 && run["lr_drop"].is_null()
}

/// Derivation (11): at a constant rate, the momentum of PyTorch, Optax and Keras is `Momentum` with
/// v = −lr·buffer: 12 runs of 60 steps, to 1e-12 of the largest component.
#[test]
fn momentum_is_that_of_the_frameworks() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(
        reproduced(|run| is_plain(run) && run["nesterov"] == false)?,
        12
    );
    Ok(())
}

/// Derivation (18): their Nesterov stores the look-ahead point x + βv of `Nesterov`: 12 runs.
#[test]
fn nesterov_is_that_of_the_frameworks_at_the_look_ahead_point()
-> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(
        reproduced(|run| is_plain(run) && run["nesterov"] == true)?,
        12
    );
    Ok(())
}

/// Derivation (11): PyTorch's dampening τ, which spares the first step, is α = lr(1 − τ) from
/// v₀ = −(lr·τ/μ)∇f(x₀): 8 runs.
#[test]
fn dampening_is_a_smaller_rate_and_a_push() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(
        reproduced(|run| run["dampening"] != 0.0 && run["lr_drop"].is_null())?,
        8
    );
    Ok(())
}

/// Derivation (11), (18): when the rate drops, Keras keeps v and PyTorch and Optax keep v/lr: rescaling v by
/// the rates makes all of them agree again: 32 runs.
#[test]
fn after_a_rate_drop_the_velocity_is_rescaled() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(reproduced(|run| run["lr_drop"].is_object())?, 32);
    Ok(())
}

/// Every recorded run is one of those: 64 of 64.
#[test]
fn every_recorded_run_is_reproduced() -> Result<(), Box<dyn std::error::Error>> {
    assert_eq!(reproduced(|_| true)?, 64);
    Ok(())
}
