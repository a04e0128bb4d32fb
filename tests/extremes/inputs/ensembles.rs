//! Ensembles, grids, random starts, observers, proportions and checkpoints.

use super::Input;
use super::verdict::{any, checked};
use heavyball::ensemble::{
    Autocorrelation, Ensemble, EventRate, FirstPassage, Grid, Histogram, Moments, Proportion,
    Random, SettlingTime,
};
use heavyball::langevin::{Annealed, Baoab, EulerMaruyama, Langevin, LangevinMethod, Obabo};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use heavyball::study::kramers::{ThermalBarrier, Waiting};
use heavyball::sweep::Sweep;
use nalgebra::{Const, SVector, vector};

pub fn run(input: &mut Input<'_>) {
    match input.choice(9) {
        0 => {
            let corner = [input.number(), input.number()];
            let other = [input.number(), input.number()];
            let counts = if input.flag() {
                [input.count(), input.count()]
            } else {
                [input.few(), input.few()]
            };
            let Some(grid) = any(Grid::new(corner, other, counts)) else {
                return;
            };
            if grid.len() < 100 {
                let points: Vec<_> = grid.points().collect();
                checked(Ok::<_, Error>(points));
            } else if grid.len() > 1 << 40 {
                let rule = Momentum::new(0.1, 0.5).expect("in range");
                assert!(Ensemble::from_positions(rule, &DoubleWell, grid.points()).is_err());
            }
        }
        1 => {
            let random = Random::new(input.count() as u64);
            if let Some(kicks) = any(random.normal::<2>(input.positive())) {
                checked(Ok::<_, Error>(kicks.take(20).collect::<Vec<_>>()));
            }
            let low = [input.number(), input.number()];
            let high = [input.number(), input.number()];
            if let Some(points) = any(random.uniform(low, high)) {
                checked(Ok::<_, Error>(points.take(20).collect::<Vec<_>>()));
            }
        }
        2 => {
            let (successes, trials) = (input.count(), input.count());
            if let Some(proportion) = any(Proportion::new(successes, trials)) {
                checked(proportion.interval(input.number()));
                assert!((0.0..=1.0).contains(&proportion.share()));
            }
        }
        3 | 4 => {
            let starts: Vec<SVector<f64, 2>> = (0..input.few())
                .map(|_| vector![input.component(), input.component()])
                .collect();
            let Some(rule) = checked(Momentum::new(input.positive(), input.beta())) else {
                return;
            };
            let Some(ensemble) = any(Ensemble::from_positions(rule, &DoubleWell, starts)) else {
                return;
            };
            let steps = 3 * input.few();
            if let Some(run) = any(ensemble.after(steps)) {
                for (state, is_finite) in run.states().iter().zip(run.is_finite()) {
                    let has_numbers = state
                        .position
                        .iter()
                        .chain(state.velocity.iter())
                        .all(|x| x.is_finite());
                    assert_eq!(has_numbers, *is_finite);
                }
            }
            any(ensemble.every(input.count(), steps));
            any(ensemble.failure(input.count(), steps));
            if let Some(observer) = any(FirstPassage::above(input.choice(3), input.number())) {
                any(ensemble.observe(steps, &observer));
            }
            if let Some(observer) = any(SettlingTime::within(input.positive())) {
                let sweep = Sweep::new(&ensemble, steps, observer, |end, settled| {
                    [*settled, end.position.x]
                });
                any(sweep.run());
            }
        }
        5 => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            let Some(bath) = any(Langevin::new(ball, input.number())) else {
                return;
            };
            let noise = Noise::new(input.count() as u64);
            let (member, step) = (input.count(), input.count());
            checked(Ok::<_, Error>(noise.normals::<2>(member, step)));
            let (dt, steps) = (input.positive(), 3 * input.few());
            let starts: Vec<Phase<f64, Const<2>>> = (0..input.few())
                .map(|_| Phase::at_rest(vector![input.component(), input.component()]))
                .collect();
            match input.choice(3) {
                0 => in_bath(Baoab::new(dt), &bath, &starts, noise, steps),
                1 => in_bath(Obabo::new(dt), &bath, &starts, noise, steps),
                _ => in_bath(EulerMaruyama::new(dt), &bath, &starts, noise, steps),
            }
            let (low, high) = (input.number(), input.number());
            any(Histogram::<5>::new(input.choice(3), low, high));
            any(Moments::of_positions(vector![low, high]));
            any(Histogram::<5>::of_velocity(input.choice(3), low, high));
        }
        6 => observed(input),
        7 => kramers(input),
        _ => {
            // A checkpoint of any bytes is refused, never believed and never a panic.
            let rule = Momentum::new(0.1, 0.5).expect("in range");
            let ensemble =
                Ensemble::from_positions(rule, &DoubleWell, [vector![0.5, 1.0]]).expect("finite");
            let observer = SettlingTime::within(1e-3).expect("positive");
            let sweep = Sweep::new(&ensemble, 5, observer, |end, settled| {
                [*settled, end.position.x]
            });
            let path = std::env::temp_dir().join(format!("heavyball-fuzz-{}", std::process::id()));
            let bytes: Vec<u8> = (0..usize::from(input.byte()))
                .map(|_| input.byte())
                .collect();
            if input.choice(16) == 0 && std::fs::write(&path, &bytes).is_ok() {
                let found = any(sweep.resume(&path));
                assert!(found.is_none() || bytes.is_empty());
                let _ = std::fs::remove_file(&path);
            }
        }
    }
}

/// Autocorrelations, passages and rates of members in a bath whose temperature changes.
fn observed(input: &mut Input<'_>) {
    let Some(bath) =
        checked(input.ball()).and_then(|ball| any(Langevin::new(ball, input.number())))
    else {
        return;
    };
    let (from, to) = (input.number(), input.number());
    let Some(method) = any(Baoab::new(input.positive())) else {
        return;
    };
    let method = Annealed::new(method, move |k| if k < 2 { from } else { to });
    let starts: Vec<Phase<f64, Const<2>>> = (0..input.few())
        .map(|_| Phase::at_rest(vector![input.component(), input.component()]))
        .collect();
    let noise = Noise::new(input.count() as u64);
    let steps = 3 * input.few();
    let Some(ensemble) = any(Ensemble::in_bath(
        &method,
        &bath,
        &DoubleWell,
        starts,
        noise,
    )) else {
        return;
    };
    let level = input.number();
    let height = |state: &heavyball::langevin::LangevinState<Const<2>>| state.phase.position.y;
    let memory = Autocorrelation::<6, _>::of(height).about(input.number());
    let memory =
        any(memory).and_then(|memory| any(memory.after(input.few()).every(input.choice(3))));
    let passage = FirstPassage::when(
        move |state: &heavyball::langevin::LangevinState<Const<2>>| state.phase.position.x > level,
    );
    if let Some(memory) = memory
        && let Some(run) = any(ensemble.observe(steps, &(memory, passage)))
    {
        let (sums, passed): (Vec<_>, Vec<_>) = run.records().iter().copied().unzip();
        if let Some(found) = any(memory.summary(&sums)) {
            assert!(found.time.is_finite() && found.variance > 0.0, "{found:?}");
        }
        let dt = input.positive();
        if let Some(rate) = any(EventRate::of_passages(&passed, input.few()..steps, dt)) {
            checked(rate.interval(input.number()));
            assert!(rate.events() <= passed.len());
        }
    }
    if let Some(observer) = any(FirstPassage::below(input.choice(3), level)) {
        any(ensemble.observe(steps, &observer));
    }
    if let Some(rate) = any(EventRate::new(input.count(), input.positive()))
        && let Some((low, high)) = any(rate.interval(input.number()))
    {
        assert!(
            low <= rate.rate() && rate.rate() <= high,
            "{rate:?} {low} {high}"
        );
    }
}

/// Barriers between any points of two potentials, at any temperature.
fn kramers(input: &mut Input<'_>) {
    let Some(bath) =
        checked(input.ball()).and_then(|ball| any(Langevin::new(ball, input.number())))
    else {
        return;
    };
    let points = [0, 1].map(|_| vector![input.component(), input.component()]);
    if let Some(barrier) = any(ThermalBarrier::new(&DoubleWell, points[0], points[1])) {
        any(barrier.transition_state_rate(&bath));
        any(barrier.overdamped_rate(&bath));
        if let Some(rate) = any(barrier.rate(&bath)) {
            assert!((0.0..f64::INFINITY).contains(&rate));
        }
        let waiting = Waiting::new(input.few(), input.moderate().min(2.0), Noise::new(1));
        let method = any(Baoab::new(0.1 + input.share()));
        if let Some(method) = method {
            let target = vector![input.component(), input.component()];
            any(barrier.measured_rate(&method, &bath, &target, &waiting));
        }
    }
    let Some(well) = any(heavyball::TiltedDoubleWell::new(input.number())) else {
        return;
    };
    let points = [0, 1].map(|_| vector![input.component()]);
    if input.choice(8) == 0
        && let Some(barrier) = any(ThermalBarrier::new(&well, points[0], points[1]))
    {
        any(barrier.action(bath.ball.mass));
        any(barrier.turnover_rate(&bath));
        any(barrier.energy_diffusion_rate(&bath));
        any(barrier.well_correction(bath.temperature));
        any(barrier.overdamped_waiting_time(&bath, input.number()));
    }
}

/// A member of an ensemble in a bath is the member alone, or both fail.
fn in_bath<M: LangevinMethod>(
    method: Result<M, Error>,
    bath: &Langevin,
    starts: &[Phase<f64, Const<2>>],
    noise: Noise,
    steps: usize,
) {
    let Some(method) = any(method) else {
        return;
    };
    let ensemble = Ensemble::in_bath(&method, bath, &DoubleWell, starts.to_vec(), noise);
    let Some(run) = any(ensemble).and_then(|ensemble| any(ensemble.after(steps))) else {
        return;
    };
    let last = starts.len() - 1;
    let alone = any(method.phases(bath, &DoubleWell, starts[last], noise));
    let end = alone.and_then(|alone| any(alone.of_member(last).after(steps)));
    if let Some(end) = end {
        assert_eq!(run.states()[last].phase, end);
    }
}
