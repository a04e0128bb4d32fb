//! Solving: every method, forward and backward, with limits and events, read between the steps.

use super::Input;
use super::verdict::{any, checked};
use heavyball::events::{EnergyLevel, Settled, TurningPoint};
use heavyball::motion::Response;
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use heavyball::{DriftKickEuler, Method};
use nalgebra::{DVector, Dyn};

/// The methods, with few enough steps that a run ends soon.
fn solve<P>(input: &mut Input<'_>, problem: &Problem<P, Dyn>) -> Option<Trajectory<Dyn>>
where
    P: Potential<f64, Dyn>,
{
    // A step that takes at most some hundred steps, unless it is any number: then the limit on the number holds.
    let (from, until) = problem.span();
    let length = (until - from).abs();
    let dt = if input.choice(8) == 0 {
        let dt = input.number();
        if length / dt > 1e4 { length / 50.0 } else { dt }
    } else {
        length * (0.003 + input.share())
    };
    let (rtol, atol) = (tolerance(input), tolerance(input));
    macro_rules! adaptive {
        ($method:expr) => {{
            let mut method = $method.with_max_steps(2000);
            if input.flag() {
                method = method.with_max_step(input.positive());
            }
            if input.choice(4) == 0 {
                method = method.with_first_step(input.positive());
            }
            if input.choice(4) == 0 {
                method = method.with_max_travel(input.positive());
            }
            if input.choice(4) == 0 {
                let stops = [input.number(), from + input.share() * (until - from)];
                return solved(input, problem, &method.with_stop_times(&stops));
            }
            solved(input, problem, &method)
        }};
    }
    macro_rules! fixed {
        ($method:expr) => {
            match any($method) {
                Some(method) => solved(input, problem, &method),
                None => None,
            }
        };
    }
    match input.choice(14) {
        0 => fixed!(ExplicitEuler::new(dt)),
        1 => fixed!(SymplecticEuler::new(dt)),
        2 => fixed!(DriftKickEuler::new(dt)),
        3 => fixed!(ConformalEuler::new(dt)),
        4 => fixed!(Leapfrog::new(dt)),
        5 => fixed!(CentralLeapfrog::new(dt)),
        6 => fixed!(Leapfrog::new(dt).and_then(Composition::yoshida4)),
        7 => fixed!(CentralLeapfrog::new(dt).and_then(Composition::suzuki4)),
        8 => fixed!(Leapfrog::new(dt).and_then(Composition::yoshida8)),
        9 => adaptive!(Rk45::new(rtol, atol)),
        10 => adaptive!(Dop853::new(rtol, atol)),
        11 => adaptive!(Nystrom8::new(rtol, atol)),
        12 => adaptive!(Nystrom12::new(rtol, atol)),
        _ => adaptive!(Adaptive::new(rtol, atol)),
    }
}

fn tolerance(input: &mut Input<'_>) -> f64 {
    if input.choice(10) == 0 {
        return input.number();
    }
    10.0_f64.powf(-1.0 - 12.0 * input.share())
}

fn solved<P, M>(
    input: &mut Input<'_>,
    problem: &Problem<P, Dyn>,
    method: &M,
) -> Option<Trajectory<Dyn>>
where
    P: Potential<f64, Dyn>,
    M: for<'p> Method<&'p P, Dyn> + Method<P, Dyn>,
{
    match input.choice(3) {
        0 => {
            let turn = TurningPoint::new(input.choice(3));
            let level = EnergyLevel::new(input.component()).ok()?;
            let settled = Settled::new(1e-3, 1e-3).ok()?;
            let run = any(problem.solve_until(method, &[&turn, &level, &settled]))?;
            if let Some(event) = &run.event {
                assert!(event.time.is_finite() && event.index < 3);
            }
            Some(run.trajectory)
        }
        1 => {
            let turn = TurningPoint::new(input.choice(2));
            let kind = input.choice(4);
            let value = input.positive();
            let respond = |ball: &HeavyBall, phase: &Phase<f64, Dyn>| match kind {
                0 => Response::GoOn,
                1 => Response::Stop,
                2 => Response::drag(*ball, phase, value),
                _ => Response::mass(*ball, phase, value),
            };
            let run = any(problem.solve_through(method, &[(&turn, &respond)]))?;
            Some(run.trajectory)
        }
        _ => any(problem.solve(method)),
    }
}

pub fn run(input: &mut Input<'_>) {
    let Some(ball) = checked(input.ball()) else {
        return;
    };
    let dimension = 1 + input.choice(3);
    let found = if input.choice(20) == 0 {
        input.few()
    } else {
        dimension
    };
    let start = input.vector(found);
    let velocity = input.vector(dimension);
    let (from, length) = match input.choice(6) {
        0 => (input.number(), input.number()),
        1 => (1e6, 1.0),
        2 => (0.0, -input.moderate().min(10.0)),
        _ => (0.0, input.moderate().min(30.0)),
    };
    let until = from + length;
    let stiffness = input.positive();
    let bowl = Quadratic::diagonal(DVector::from_element(dimension, stiffness));
    // A potential with an edge, and one of a wrong length.
    let edge = from_fn(
        |x: &DVector<f64>| x.iter().map(|x| x.ln()).sum::<f64>(),
        |x: &DVector<f64>| x.map(|x| 1.0 / x - if x < 0.0 { f64::NAN } else { 0.0 }),
    );
    let short = from_fn(
        |x: &DVector<f64>| x.norm(),
        |x: &DVector<f64>| DVector::from_element(x.len().saturating_sub(1), 1.0),
    );
    let chain = from_fn(
        |x: &DVector<f64>| x.iter().map(|x| x.powi(4) - x * x).sum::<f64>(),
        |x: &DVector<f64>| x.map(|x| 4.0 * x * x * x - 2.0 * x),
    );
    let any_bowl = any(bowl);
    let potential: &dyn Potential<f64, Dyn> = match input.choice(8) {
        0 => &edge,
        1 => &short,
        2..=4 => match &any_bowl {
            Some(bowl) => bowl,
            None => return,
        },
        _ => &chain,
    };
    let problem = Problem::new(ball, potential, start)
        .with_velocity(velocity)
        .with_start_time(from)
        .until(until);
    let Some(run) = solve(input, &problem) else {
        return;
    };
    let (times, states) = (run.times(), run.states());
    assert_eq!(times.len(), states.len());
    let forward = until >= from;
    assert!(
        times
            .windows(2)
            .all(|pair| (pair[0] <= pair[1]) == forward || pair[0] == pair[1]),
        "{times:?}"
    );
    for (time, state) in times.iter().zip(states) {
        assert!(time.is_finite());
        let numbers = state.position.iter().chain(state.momentum.iter());
        assert!(
            numbers.clone().all(|x| x.is_finite()),
            "{state:?} at {time}, {:?}",
            problem.ball()
        );
    }
    assert!(run.largest_step().is_finite() && run.steps() + 1 >= times.len().min(2));
    let (first, last) = (times[0], times[times.len() - 1]);
    let time = first + input.share() * (last - first);
    if let Some(phase) = any(run.at(time)) {
        // Between the steps a polynomial may overflow only where the states are near the limit themselves.
        let largest = states
            .iter()
            .map(|state| state.position.amax().max(state.momentum.amax()));
        let is_huge =
            largest.fold(0.0, f64::max) > 1e290 || !(1e-290..1e290).contains(&run.ball().mass);
        assert!(
            is_huge
                || phase
                    .position
                    .iter()
                    .chain(phase.momentum.iter())
                    .all(|x| x.is_finite()),
            "{phase:?}"
        );
    }
    any(run.at(input.number()));
    assert!(run.sample(input.few()).len() <= 9);
    any(run.energies(potential));
    let csv = run.to_csv();
    assert_eq!(csv.lines().count(), 1 + times.len());
    assert!(!csv.contains("NaN") && !csv.contains("inf"), "{csv}");
}
