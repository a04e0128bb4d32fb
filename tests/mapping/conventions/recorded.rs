//! 64 recorded runs of PyTorch, Optax and Keras (tests/data/README.md), from their hyper-parameters alone; and each
//! again by every other convention and by its particle: Derivation (46), (47).

use heavyball::error::FrameworkError;
use heavyball::frameworks::{Convention, RateChange, Sgd, SgdRun, SgdState};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, vector};
use serde_json::Value;
use std::error::Error as Cause;

const RUNS: &str = include_str!("../../data/framework_iterates.json");
/// Of the largest component of a run.
const TOLERANCE: f64 = 1e-12;

type Fallible<T> = Result<T, Box<dyn Cause>>;

/// One recorded run.
#[derive(Debug)]
struct Run<const D: usize> {
    name: String,
    sgd: Sgd,
    /// The step from which on a new learning rate holds, and that rate.
    drop: Option<(usize, f64)>,
    iterates: Vec<SVector<f64, D>>,
}

/// Reads a run, or `None` if a field is missing or of another kind.
fn read<const D: usize>(run: &Value) -> Option<Run<D>> {
    let points = run["iterates"].as_array()?.iter().map(|point| {
        let components: Option<Vec<f64>> = point.as_array()?.iter().map(Value::as_f64).collect();
        components.filter(|c| c.len() == D).map(SVector::from_vec)
    });
    let drop = match &run["lr_drop"] {
        Value::Null => None,
        drop => Some((
            usize::try_from(drop["at_step"].as_u64()?).ok()?,
            drop["lr"].as_f64()?,
        )),
    };
    let (dampening, nesterov) = (run["dampening"].as_f64()?, run["nesterov"].as_bool()?);
    let convention = match run["framework"].as_str()? {
        "pytorch" => Convention::PyTorch {
            dampening,
            nesterov,
        },
        "optax" => Convention::Optax { nesterov },
        "keras" => Convention::Keras { nesterov },
        _ => return None,
    };
    let named = ["potential", "lr_drop"].map(|key| run[key].to_string());
    let sgd = Sgd::new(convention, run["lr"].as_f64()?, run["momentum"].as_f64()?).ok()?;
    Some(Run {
        name: format!("{sgd} {}", named.join(" ")),
        sgd,
        drop,
        iterates: points.collect::<Option<_>>()?,
    })
}

/// Largest difference of two runs over the largest component of the recorded one.
fn compare<const D: usize>(run: &Run<D>, ours: &[SVector<f64, D>], how: &str) -> Fallible<()> {
    if ours.len() != run.iterates.len() {
        return Err(format!("{}: {} iterates by {how}", run.name, ours.len()).into());
    }
    let pairs = ours.iter().zip(&run.iterates);
    let worst = pairs.map(|(a, b)| (a - b).amax()).fold(0.0, f64::max);
    let scale = run.iterates.iter().map(|x| x.amax()).fold(0.0, f64::max);
    let finite = ours.iter().all(|x| x.iter().all(|c| c.is_finite()));
    if finite && worst <= TOLERANCE * scale {
        return Ok(());
    }
    Err(format!("{} by {how}: {:e}", run.name, worst / scale).into())
}

/// The run of `sgd` from `state`, each state as `shown` shows it, the rate changed as told.
fn trace<P, const D: usize>(
    run: &Run<D>,
    f: &P,
    (sgd, state): (&Sgd, SgdState<f64, Const<D>>),
    (dropped, kept): (Option<f64>, RateChange),
    mut shown: impl FnMut(
        &SgdRun<'_, P, f64, Const<D>>,
        SgdState<f64, Const<D>>,
    ) -> Fallible<SVector<f64, D>>,
) -> Fallible<Vec<SVector<f64, D>>>
where
    P: Potential<f64, Const<D>>,
{
    let mut going = sgd.resume(f, state);
    let mut ours = Vec::new();
    while ours.len() < run.iterates.len() {
        let state = going.next().ok_or("the run ended")?;
        ours.push(shown(&going, state)?);
        // The step from iterate k to k + 1 has the index k.
        if let (Some((at, _)), Some(rate)) = (run.drop, dropped)
            && at + 1 == ours.len()
        {
            going.change_learning_rate(rate, kept)?;
        }
    }
    Ok(ours)
}

/// The raw parameters that the framework itself would show.
fn raw<P, const D: usize>(run: &Run<D>, f: &P, sgd: &Sgd) -> Fallible<Vec<SVector<f64, D>>>
where
    P: Potential<f64, Const<D>>,
{
    let start = sgd.fresh(run.iterates[0]);
    let change = (run.drop.map(|(_, rate)| rate), RateChange::KeepBuffer);
    trace(run, f, (sgd, start), change, |_, state| Ok(state.parameter))
}

/// Every convention and dampening that a run is translated to.
fn targets() -> Vec<Convention> {
    let mut targets = Convention::ALL.to_vec();
    for dampening in [0.3, -0.5] {
        targets.push(Convention::PyTorch {
            dampening,
            nesterov: false,
        });
    }
    targets.push(Convention::Mlx {
        dampening: 0.25,
        nesterov: false,
    });
    targets.push(Convention::Burn {
        dampening: 0.0,
        nesterov: false,
    });
    targets
}

/// The run by every other convention, its state translated at the start and back after every step: how many.
fn translated<P, const D: usize>(run: &Run<D>, f: &P) -> Fallible<usize>
where
    P: Potential<f64, Const<D>>,
{
    let mut reproduced = 0;
    for convention in targets() {
        let target = match run.sgd.translated(convention) {
            Ok(target) => target,
            // Nesterov in the average, and with dampening, is refused; nothing else is.
            Err(
                Error::Framework(FrameworkError::NoNesterovVariant { .. })
                | Error::Framework(FrameworkError::Refused { .. })
                | Error::Framework(FrameworkError::NoSutskeverForm { .. }),
            ) if run.sgd.convention().is_nesterov()
                && (convention == Convention::ExponentialAverage
                    || convention.dampening() != 0.0) =>
            {
                continue;
            }
            Err(error) => return Err(error.into()),
        };
        let start = run.sgd.iterate(f, &run.sgd.fresh(run.iterates[0]))?;
        let changed = run.drop.map(|(_, rate)| run.sgd.with_learning_rate(rate));
        let changed = changed.transpose()?;
        let rate = match &changed {
            Some(sgd) => Some(*sgd.translated(convention)?.learning_rate()),
            None => None,
        };
        let kept = match run.sgd.convention() {
            Convention::Keras { .. } => RateChange::KeepVelocity,
            _ => RateChange::RescaleVelocity,
        };
        let begin = (&target, target.state(&start));
        let ours = trace(run, f, begin, (rate, kept), |going, state| {
            let iterate = going.sgd().iterate(f, &state)?;
            let source = match &changed {
                Some(changed) if going.sgd() != &target => changed,
                _ => &run.sgd,
            };
            Ok(source.state(&iterate).parameter)
        })?;
        compare(run, &ours, &target.to_string())?;
        reproduced += 1;
    }
    Ok(reproduced)
}

/// The run of the line that its particle gives back, for every discretisation and gauge: how many.
fn there_and_back<P, const D: usize>(run: &Run<D>, f: &P) -> Fallible<usize>
where
    P: Potential<f64, Const<D>>,
{
    let mut reproduced = 0;
    for discretization in Discretization::ALL {
        for gauge in [Gauge::Mass(3.0), Gauge::Step(0.2), Gauge::Drag(0.7)] {
            let (ball, dt) = run.sgd.to_heavy_ball(discretization, gauge)?;
            let again = Sgd::from_heavy_ball(*run.sgd.convention(), &ball, dt, discretization)?;
            let how = format!("{discretization} with {gauge}");
            compare(run, &raw(run, f, &again)?, &how)?;
            reproduced += 1;
        }
    }
    Ok(reproduced)
}

/// The run as the motion of its particle by symplectic Euler, whose phase gives each raw parameter; the mass
/// changes with the rate.
fn by_particle<P, const D: usize>(run: &Run<D>, f: &P) -> Fallible<()>
where
    P: Potential<f64, Const<D>>,
{
    let dt = 0.2;
    let particle = |sgd: &Sgd| sgd.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Step(dt));
    let iterate = run.sgd.iterate(f, &run.sgd.fresh(run.iterates[0]))?;
    let mut sgd = run.sgd;
    let mut ball = particle(&sgd)?.0;
    let mut phase = iterate.to_phase(&ball, &dt);
    let mut ours = Vec::new();
    for k in 0..run.iterates.len() {
        let iterate = Iterate::from_phase(&phase, &ball, &dt);
        ours.push(sgd.state(&iterate).parameter);
        if let Some((at, rate)) = run.drop
            && at == k
        {
            sgd = sgd.with_learning_rate(rate)?;
            let changed = particle(&sgd)?.0;
            // PyTorch and Optax keep the momentum, Keras the velocity.
            if let Convention::Keras { .. } = sgd.convention() {
                phase.momentum *= changed.mass / ball.mass;
            }
            ball = changed;
        }
        let mut phases = SymplecticEuler::new(dt)?.phases(&ball, f, phase)?;
        phase = phases.nth(1).ok_or("the particle was lost")?;
    }
    compare(run, &ours, "its particle")
}

/// What is done with a run on either potential; returns a count.
trait Check {
    fn check<P, const D: usize>(&self, run: &Run<D>, f: &P) -> Fallible<usize>
    where
        P: Potential<f64, Const<D>>;
}

/// The runs that are done, and the sum of their counts.
fn every_run(check: &impl Check) -> Fallible<(usize, usize)> {
    let bowl = Quadratic::diagonal(vector![1.0, 10.0, 40.0])?;
    let runs: Vec<Value> = serde_json::from_str(RUNS)?;
    let mut counted = 0;
    for run in &runs {
        counted += match run["potential"].as_str() {
            Some("double_well") => {
                check.check(&read::<2>(run).ok_or("unreadable")?, &DoubleWell)?
            }
            Some("quadratic_1_10_40") => {
                check.check(&read::<3>(run).ok_or("unreadable")?, &bowl)?
            }
            other => return Err(format!("an unknown potential {other:?}").into()),
        };
    }
    Ok((runs.len(), counted))
}

macro_rules! check {
    ($name:ident, |$run:ident, $f:ident| $body:expr) => {
        struct $name;
        impl Check for $name {
            fn check<P, const D: usize>(&self, $run: &Run<D>, $f: &P) -> Fallible<usize>
            where
                P: Potential<f64, Const<D>>,
            {
                $body
            }
        }
    };
}

check!(Raw, |run, f| {
    compare(run, &raw(run, f, &run.sgd)?, "its own convention")?;
    Ok(usize::from(run.drop.is_some()))
});
check!(Translated, |run, f| translated(run, f));
check!(ThereAndBack, |run, f| there_and_back(run, f));
check!(ByParticle, |run, f| {
    if run.sgd.convention().is_nesterov() {
        return Ok(0);
    }
    by_particle(run, f)?;
    Ok(1)
});

/// Derivation (46): the raw parameters of 64 runs of PyTorch, Optax and Keras, dampening and Nesterov among them, 32
/// with a rate that drops, follow from their hyper-parameters.
#[test]
fn every_recorded_run_is_reproduced() -> Fallible<()> {
    assert_eq!(every_run(&Raw)?, (64, 32));
    Ok(())
}

/// Derivation (46), (47): and again by every convention that has them, state and rate change translated: 13 for each
/// of the 40 runs of momentum, 8 for each of the 24 of Nesterov.
#[test]
fn every_convention_reproduces_every_run() -> Fallible<()> {
    assert_eq!(every_run(&Translated)?, (64, 40 * 13 + 24 * 8));
    Ok(())
}

/// Derivation (46), (24): and again by the line that its particle gives back, under 8 discretisations and 3 gauges.
#[test]
fn a_line_is_a_particle_and_back() -> Fallible<()> {
    assert_eq!(every_run(&ThereAndBack)?, (64, 64 * 24));
    Ok(())
}

/// Derivation (47): the 40 runs of momentum are motions of a ball by symplectic Euler; where the rate drops,
/// the ball becomes heavier, and PyTorch and Optax keep its momentum, Keras its velocity.
#[test]
fn a_recorded_run_is_the_motion_of_a_ball() -> Fallible<()> {
    assert_eq!(every_run(&ByParticle)?, (64, 40));
    Ok(())
}
