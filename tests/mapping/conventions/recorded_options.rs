//! 90 recorded runs of PyTorch, Optax and Keras with clipping, maximisation and schedules (tests/data/README.md), from their
//! hyper-parameters alone: Derivation (47), (61), (62).

use heavyball::frameworks::{Clipping, Convention, ScheduledSgd, Sgd, WeightDecay};
use heavyball::optimizers::{
    Cosine, CosineRestarts, ExponentialDecay, MultiStep, OneCycle, PerEpoch, Polynomial, StepDrop,
    WarmUp,
};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, vector};
use serde_json::Value;
use std::error::Error as Cause;

const RUNS: &str = include_str!("../../data/option_iterates.json");
/// Of the largest component of a run.
const TOLERANCE: f64 = 1e-12;

type Fallible<T> = Result<T, Box<dyn Cause>>;
type AnySchedule = Box<dyn Schedule>;

/// A number of a run, or what is recorded where it is left out.
fn number(run: &Value, key: &str, absent: f64) -> f64 {
    run[key].as_f64().unwrap_or(absent)
}

/// The schedule of a framework, in this library's terms; the table of docs/frameworks.md.
fn schedule(run: &Value) -> Fallible<Option<AnySchedule>> {
    let (Some(name), a) = (run["schedule"].as_str(), &run["arguments"]) else {
        return Ok(None);
    };
    let framework = run["framework"].as_str().ok_or("framework")?;
    let (lr, to) = (number(a, "lr", f64::NAN), number(a, "to", 0.0));
    let count = |key: &str| {
        a[key]
            .as_u64()
            .map(|count| count as usize)
            .ok_or(key.to_owned())
    };
    let factor = number(a, "factor", f64::NAN);
    let epoch = run["per_epoch"].as_u64().ok_or("per_epoch")? as usize;
    Ok(Some(match name {
        "exponential" => Box::new(PerEpoch::new(
            epoch,
            ExponentialDecay::new(lr, factor, count("over")?)?,
        )?),
        "step_drop" => Box::new(StepDrop::new(lr, factor, count("every")?)?),
        "multi_step" => {
            // Keras changes after its boundary.
            let later = u64::from(framework == "keras");
            let milestones = a["milestones"].as_array().ok_or("milestones")?.iter();
            let milestones = milestones.map(|k| k.as_u64().map(|k| (k + later) as usize));
            Box::new(MultiStep::new(
                lr,
                factor,
                milestones.collect::<Option<Vec<_>>>().ok_or("milestones")?,
            )?)
        }
        "polynomial" => Box::new(Polynomial::new(
            lr,
            to,
            number(a, "power", f64::NAN),
            count("steps")?,
        )?),
        "cosine" => {
            let cosine = Cosine::new(lr, to, count("steps")?)?;
            Box::new(if framework == "pytorch" {
                cosine.periodic()
            } else {
                cosine
            })
        }
        "cosine_restarts" => Box::new(
            CosineRestarts::new(lr, to, count("steps")?)?
                .with_growth(number(a, "growth", f64::NAN))?
                .with_decay(number(a, "decay", f64::NAN))?,
        ),
        "warm_up_cosine" => {
            let cosine = Cosine::new(lr, 0.0, count("steps")?)?;
            Box::new(WarmUp::new(count("warm_up")?, cosine)?.rising_from(number(
                a,
                "start",
                f64::NAN,
            ))?)
        }
        "warm_up_constant" => Box::new(WarmUp::new(count("warm_up")?, lr)?.rising_from(number(
            a,
            "start",
            f64::NAN,
        ))?),
        "one_cycle" | "one_cycle_linear" => Box::new(one_cycle(run)?),
        other => return Err(other.into()),
    }))
}

fn one_cycle(run: &Value) -> Fallible<OneCycle> {
    let a = &run["arguments"];
    let (peak, steps) = (
        number(a, "peak", f64::NAN),
        a["steps"].as_u64().ok_or("steps")? as usize,
    );
    let cycle = match (run["framework"].as_str(), run["schedule"].as_str()) {
        (Some("optax"), Some("one_cycle_linear")) => OneCycle::optax_linear(peak, steps)?,
        (Some("optax"), _) => OneCycle::optax(peak, steps)?,
        _ => OneCycle::pytorch(peak, steps)?,
    };
    let cycle = if a["three_phase"] == true {
        cycle.in_three_phases()?
    } else {
        cycle
    };
    let cycle = if a["linear"] == true {
        cycle.linear()
    } else {
        cycle
    };
    Ok(cycle.with_peak_at(number(a, "peak_at", f64::NAN))?)
}

/// The momentum of a run.
fn momentum(run: &Value) -> Fallible<AnySchedule> {
    let a = &run["arguments"];
    let (low, high) = (a["low"].as_f64(), a["high"].as_f64());
    Ok(match (run["framework"].as_str(), low, high) {
        (Some("pytorch"), Some(low), Some(high)) => Box::new(one_cycle(run)?.momentum(low, high)?),
        (Some("optax"), Some(low), Some(high)) => Box::new(Polynomial::new(high, low, 1.0, 20)?),
        _ => Box::new(number(run, "momentum", 0.9)),
    })
}

/// The line of a run, with the numbers that hold if there is no schedule.
fn line(run: &Value) -> Fallible<Sgd> {
    let (dampening, nesterov) = (number(run, "dampening", 0.0), run["nesterov"] == true);
    let convention = match run["framework"].as_str() {
        Some("pytorch") => Convention::PyTorch {
            dampening,
            nesterov,
        },
        Some("optax") => Convention::Optax { nesterov },
        Some("keras") => Convention::Keras { nesterov },
        other => return Err(format!("{other:?}").into()),
    };
    let decay = number(run, "weight_decay", 0.0);
    let kind = if run["decoupled"] == true {
        WeightDecay::Decoupled
    } else {
        WeightDecay::Coupled
    };
    let mut line = Sgd::new(
        convention,
        number(run, "lr", 0.02),
        number(run, "momentum", 0.9),
    )?
    .with_weight_decay(kind(decay))?
    .with_maximize(run["maximize"] == true)?;
    if let Some(bound) = run["clip_norm"].as_f64() {
        line = line.with_clipping(Clipping::norm(bound)?);
    }
    if let Some(bound) = run["clip_value"].as_f64() {
        line = line.with_clipping(Clipping::value(bound)?);
    }
    Ok(line)
}

/// The recorded iterates.
fn iterates<const D: usize>(run: &Value) -> Option<Vec<SVector<f64, D>>> {
    let rows = run["iterates"].as_array()?.iter().map(|row| {
        let row = row.as_array()?.iter().map(Value::as_f64);
        let row: Vec<f64> = row.collect::<Option<_>>()?;
        (row.len() == D).then(|| SVector::from_vec(row))
    });
    rows.collect()
}

/// The largest deviation over the largest component.
fn deviation<const D: usize>(
    ours: &[SVector<f64, D>],
    theirs: &[SVector<f64, D>],
) -> Fallible<f64> {
    if ours.len() != theirs.len() {
        return Err(format!("{} iterates of {}", ours.len(), theirs.len()).into());
    }
    let largest = theirs.iter().map(|x| x.amax()).fold(0.0, f64::max);
    let apart = ours
        .iter()
        .zip(theirs)
        .map(|(ours, theirs)| (ours - theirs).amax());
    // A NaN is no deviation of 0.
    let apart = apart.fold(
        0.0,
        |worst: f64, apart| if apart <= worst { worst } else { apart },
    );
    Ok(apart / largest)
}

/// The run of `line`, saved after 11 steps and continued from there.
fn continued<P, A, B, const D: usize>(
    line: &ScheduledSgd<A, B>,
    f: &P,
    start: SVector<f64, D>,
) -> Fallible<Vec<SVector<f64, D>>>
where
    P: Potential<f64, Const<D>>,
    A: Schedule + Clone,
    B: Schedule + Clone,
{
    let before: Vec<_> = line.run(f, start).take(12).collect();
    let saved = before.last().ok_or("the run ended")?.clone();
    let after = line.resume(f, saved, 11).skip(1).take(19);
    Ok(before
        .into_iter()
        .chain(after)
        .map(|state| state.parameter)
        .collect())
}

fn check<P, const D: usize>(run: &Value, f: &P) -> Fallible<()>
where
    P: Potential<f64, Const<D>>,
{
    let theirs = iterates::<D>(run).ok_or("iterates")?;
    let sgd = line(run)?;
    let tolerable = |ours: &[_], how: &str| {
        let apart = deviation(ours, &theirs)?;
        if apart < TOLERANCE {
            return Ok::<_, Box<dyn Cause>>(());
        }
        Err(format!("{sgd} {} {how}: {apart:e}", run["schedule"]).into())
    };
    let rates = schedule(run)?;
    let Some(rates) = rates else {
        let ours: Vec<_> = sgd
            .run(f, theirs[0])
            .take(31)
            .map(|state| state.parameter)
            .collect();
        return tolerable(&ours, "at a constant rate");
    };
    let momenta = momentum(run)?;
    // Keras computes a cosine in float32, whatever the float type: its rates have seven digits, and the run has those.
    let single = run["framework"] == "keras"
        && run["schedule"]
            .as_str()
            .is_some_and(|name| name.contains("cosine"));
    let close = if single { 1e-8 } else { 1e-14 };
    let mut used = Vec::new();
    for (name, ours, close) in [("rates", &rates, close), ("momenta", &momenta, 1e-14)] {
        for (k, recorded) in run[name].as_array().into_iter().flatten().enumerate() {
            let recorded = recorded.as_f64().ok_or("a rate")?;
            let ours = ours.at(k);
            assert!(
                (ours - recorded).abs() < close,
                "{run} {name} at {k}: {ours} {recorded}"
            );
            if name == "rates" {
                used.push(recorded);
            }
        }
    }
    assert_eq!(used.len(), 30);
    let rate = |k: usize| if single { used[k] } else { rates.at(k) };
    let line = sgd.scheduled(rate, |k: usize| momenta.at(k));
    let ours = line.run(f, theirs[0]).take(31).map(|state| state.parameter);
    tolerable(&ours.collect::<Vec<_>>(), "with its schedule")?;
    tolerable(&continued(&line, f, theirs[0])?, "continued")
}

/// Derivation (47), (61), (62): 90 runs, 58 of them with schedules, whose rates are those recorded; each with a schedule again
/// from a state saved on the way.
#[test]
fn the_recorded_runs_with_options() -> Fallible<()> {
    let runs: Vec<Value> = serde_json::from_str(RUNS)?;
    let bowl = Quadratic::diagonal(vector![1.0, 10.0, 40.0])?;
    let hill = heavyball::potentials::from_fn(
        |_: &SVector<f64, 3>| 0.0,
        |x| vector![-x[0], -10.0 * x[1], -40.0 * x[2]],
    );
    for run in &runs {
        match run["potential"].as_str() {
            Some("double_well") => check(run, &DoubleWell)?,
            Some("quadratic_1_10_40") => check(run, &bowl)?,
            Some("hill_1_10_40") => check(run, &hill)?,
            other => return Err(format!("{other:?}").into()),
        }
    }
    let scheduled = runs
        .iter()
        .filter(|run| run["schedule"].is_string())
        .count();
    let clipped = runs
        .iter()
        .filter(|run| run["clip_norm"].is_f64() || run["clip_value"].is_f64());
    let climbing = runs.iter().filter(|run| run["maximize"] == true);
    assert_eq!(
        (runs.len(), scheduled, clipped.count(), climbing.count()),
        (90, 58, 30, 8)
    );
    Ok(())
}
