//! What is gathered while an ensemble runs: autocorrelations, first passages and rates, against closed forms.

use crate::covariance::Recursion;
use heavyball::ensemble::{
    Autocorrelation, Correlations, Ensemble, EnsembleError, EventRate, FirstPassage, Histogram,
};
use heavyball::error::ParameterError;
use heavyball::langevin::{Baoab, EulerMaruyama, Langevin, LangevinMethod, LangevinState};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use nalgebra::{Const, Vector2, vector};
use rayon::ThreadPoolBuilder;

/// The ball, the bath and the well of `Recursion`.
const K: f64 = 3.0;
const MASS: f64 = 0.7;
const T: f64 = 0.6;
const LAGS: usize = 90;

fn position(state: &LangevinState<Const<1>>) -> f64 {
    state.phase.position.x
}

fn found(method: &impl LangevinMethod, drag: f64) -> Correlations<LAGS> {
    let bath = Langevin::new(HeavyBall::new(MASS, drag).unwrap(), T).unwrap();
    let well = Quadratic::diagonal(vector![K]).unwrap();
    let starts = vec![Phase::at_rest(vector![0.0]); 500];
    let ensemble = Ensemble::in_bath(method, &bath, &well, starts, Noise::new(31)).unwrap();
    let memory = Autocorrelation::of(position).after(200);
    let run = ensemble.observe(4000, &memory).unwrap();
    memory.summary(run.records()).unwrap()
}

/// ρ(ℓ) of the linear recursion, and τ = ½ + Σρ: the first component of A^ℓC over that of C.
fn exact(method: &impl LangevinMethod, drag: f64, steps: usize) -> Vec<f64> {
    let recursion = Recursion::of(method, drag);
    let limit = recursion.second_moments(Vector2::zeros(), 20_000);
    let mut moved = limit;
    let mut correlations = Vec::new();
    for _ in 0..steps {
        correlations.push(moved.m11 / limit.m11);
        moved = recursion.step * moved;
    }
    correlations
}

fn compare(method: &impl LangevinMethod, drag: f64) {
    let name = method.properties().name;
    let (found, exact) = (found(method, drag), exact(method, drag, 5000));
    // An error of one correlation is about √(2τ/n).
    let error = (2.0 * found.time / found.count).sqrt();
    for (lag, (found, exact)) in found.correlations.iter().zip(&exact).enumerate() {
        assert!(
            (found - exact).abs() < 5.0 * error,
            "{name}, lag {lag}: {found} {exact}"
        );
    }
    let time = 0.5 + exact[1..].iter().sum::<f64>();
    assert!(
        (found.time - time).abs() < 4.0 * found.standard_error,
        "{name}: {} ± {} instead of {time}",
        found.time,
        found.standard_error
    );
    assert!(found.standard_error < 0.03 * time, "{name}: {found:?}");
}

/// Derivation (97): (1 − kh/γ)^ℓ without mass, and the powers of the linear step with it.
#[test]
fn autocorrelations_are_those_of_the_linear_recursion() {
    let (h, drag) = (0.1, 3.0);
    let method = EulerMaruyama::new(h).unwrap();
    let rho: f64 = 1.0 - K * h / drag;
    for (lag, exact) in exact(&method, drag, 40).iter().enumerate() {
        assert!((exact - rho.powi(lag as i32)).abs() < 1e-12);
    }
    let time = 0.5 + exact(&method, drag, 5000)[1..].iter().sum::<f64>();
    assert!((time - 0.5 * (1.0 + rho) / (1.0 - rho)).abs() < 1e-10);
    compare(&method, drag);
    // In continuous time e^(−kt/γ), and τh tends to γ/k.
    assert!((time * h / (drag / K) - 1.0).abs() < 0.06);
    compare(&Baoab::new(0.15).unwrap(), 2.5);
    compare(&Baoab::new(0.3).unwrap(), 4.0);
}

/// The sums over a run are those over its stored states, whatever the number of threads.
#[test]
fn correlations_are_those_of_the_stored_states() {
    const EACH: usize = 300;
    let bath = Langevin::new(HeavyBall::new(1.0, 1.0).unwrap(), 0.4).unwrap();
    let starts = vec![Phase::at_rest(vector![-1.0, 0.2]); 200];
    let method = Baoab::new(0.1).unwrap();
    let ensemble = Ensemble::in_bath(&method, &bath, &DoubleWell, starts, Noise::new(5)).unwrap();
    let height = |state: &LangevinState<Const<2>>| state.phase.position.y;
    let memory = Autocorrelation::<7, _>::of(height).about(0.1).unwrap();
    let memory = memory.after(20).every(10).unwrap();
    let is_high = |state: &LangevinState<Const<2>>| state.phase.position.y > 0.9;
    let passage = FirstPassage::when(is_high);
    let of = |threads| {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let records = ensemble.observe(EACH, &memory).unwrap();
            let summary = memory.summary(records.records()).unwrap();
            let passed = ensemble.observe(EACH, &passage).unwrap();
            (summary, passed.records().to_vec())
        })
    };
    let (summary, passed) = of(1);
    assert_eq!((summary, passed.clone()), of(2));
    assert_eq!((summary, passed.clone()), of(3));

    let rows = ensemble.every(1, EACH).unwrap();
    let rows: Vec<_> = rows.iter().map(|row| row.states().to_vec()).collect();
    let seen: Vec<usize> = (30..=EACH).step_by(10).collect();
    let value = |k: usize, member: usize| height(&rows[k][member]);
    let pairs = |lag: usize| {
        let ks = seen.iter().skip(lag);
        let all = ks.flat_map(|k| (0..200).map(move |member| (*k, member)));
        let (mut sum, mut count) = (0.0, 0.0);
        for (k, member) in all {
            sum += (value(k, member) - 0.1) * (value(k - 10 * lag, member) - 0.1);
            count += 1.0;
        }
        sum / count
    };
    let shift = seen
        .iter()
        .map(|k| (0..200).map(|m| value(*k, m) - 0.1).sum::<f64>());
    let shift = shift.sum::<f64>() / (200 * seen.len()) as f64;
    assert!((summary.mean - 0.1 - shift).abs() < 1e-13);
    for lag in 0..7 {
        let expected = (pairs(lag) - shift * shift) / (pairs(0) - shift * shift);
        assert!(
            (summary.correlations[lag] - expected).abs() < 1e-11,
            "{lag}"
        );
    }
    assert_eq!(
        (summary.count, summary.window % 10),
        (200.0 * seen.len() as f64, 0)
    );
    for (member, record) in passed.iter().enumerate() {
        let first = rows.iter().position(|row| is_high(&row[member]));
        assert_eq!(*record, first.map_or(f64::INFINITY, |k| k as f64));
    }
    assert!(passed.iter().filter(|step| step.is_infinite()).count() > 20);

    // Below a level is above its opposite in the mirror.
    let left = ensemble
        .observe(EACH, &FirstPassage::below(0, -1.2).unwrap())
        .unwrap();
    let first = |member: usize| {
        rows.iter()
            .position(|row| row[member].phase.position.x < -1.2)
    };
    for (member, record) in left.records().iter().enumerate() {
        assert_eq!(*record, first(member).map_or(f64::INFINITY, |k| k as f64));
    }
}

/// Too few lags for the memory, nothing seen, nothing that varies: each its error.
#[test]
fn a_memory_that_cannot_be_measured_is_an_error() {
    let bath = Langevin::new(HeavyBall::new(1.0, 3.0).unwrap(), 0.5).unwrap();
    let well = Quadratic::diagonal(vector![1.0]).unwrap();
    let starts = vec![Phase::at_rest(vector![0.0]); 50];
    let ensemble = Ensemble::in_bath(
        &Baoab::new(0.01).unwrap(),
        &bath,
        &well,
        starts,
        Noise::new(5),
    )
    .unwrap();
    let short = Autocorrelation::<10, _>::of(position);
    let run = ensemble.observe(3000, &short).unwrap();
    let refused = short.summary(run.records());
    let is_short = matches!(
        refused,
        Err(Error::Ensemble(EnsembleError::TooFewLags { lags: 10, time, needed })) if time > 9.0 && needed > 40.0
    );
    assert!(is_short, "{refused:?}");
    let unseen = ensemble.observe(10, &short.after(10)).unwrap();
    assert!(matches!(
        short.summary(unseen.records()),
        Err(Error::Vector(_))
    ));
    let constant = Autocorrelation::<10, _>::of(|_: &LangevinState<Const<1>>| 2.0);
    let run = ensemble.observe(30, &constant).unwrap();
    let refused = constant.summary(run.records());
    assert!(matches!(
        refused,
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
    assert!(short.every(0).is_err() && short.about(f64::NAN).is_err());
    let none = Autocorrelation::<0, _>::of(position);
    let run = ensemble.observe(30, &none).unwrap();
    assert!(none.summary(run.records()).is_err());
}

/// Records of many kilobytes a member neither overflow the stack of a thread nor change a number.
#[test]
fn long_records_have_the_numbers_of_short_ones() {
    let bath = Langevin::new(HeavyBall::new(1.0, 1.0).unwrap(), 0.5).unwrap();
    let well = Quadratic::diagonal(vector![1.0]).unwrap();
    let starts = vec![Phase::at_rest(vector![0.0]); 250];
    let method = Baoab::new(0.2).unwrap();
    let ensemble = Ensemble::in_bath(&method, &bath, &well, starts, Noise::new(5)).unwrap();
    let (long, short) = (
        Autocorrelation::<1500, _>::of(position),
        Autocorrelation::<60, _>::of(position),
    );
    let run = ensemble.observe(400, &long).unwrap();
    assert_eq!(run.states(), ensemble.after(400).unwrap().states());
    let brief = ensemble.observe(400, &short).unwrap();
    for (long, short) in run.records().iter().zip(brief.records()) {
        assert_eq!((long.count, long.sum), (short.count, short.sum));
        assert_eq!(&long.products[..60], &short.products[..]);
    }
    let counts = ensemble
        .observe(30, &Histogram::<9000>::new(0, -3.0, 3.0).unwrap())
        .unwrap();
    assert_eq!(counts.records().len(), 250);
}

/// Derivation (98): Garwood's interval, from the quantiles of χ² by SciPy 1.17; Wilson and Hilferty's for many events.
#[test]
fn poisson_intervals_are_those_of_chi_squared() {
    for (events, deviations, low, high) in [
        (0, 1.959964, 0.0, 3.688879490256241),
        (1, 1.959964, 0.025317807057564118, 5.571643433568034),
        (3, 8.0, 1.5512123390556707e-05, 44.68868690254736),
        (5, 1.0, 2.8403088555932205, 8.382472652146888),
        (100, 1.959964, 81.3639911163062, 121.6267939681698),
        (10_000, 3.0, 9702.664963996043, 10303.683297275853),
        (1_000_000, 2.0, 998001.0001665925, 1002002.0008332591),
        (2_500_000, 2.0, 2496838.7224452114, 2503164.278187185),
    ] {
        let found = EventRate::new(events, 2.0)
            .unwrap()
            .interval(deviations)
            .unwrap();
        for (found, exact) in [(found.0 * 2.0, low), (found.1 * 2.0, high)] {
            assert!(
                (found - exact).abs() <= 2e-9 * exact,
                "{events}: {found} {exact}"
            );
        }
    }
    let rate = EventRate::new(7, 3.5).unwrap();
    assert_eq!((rate.rate(), rate.events(), rate.time()), (2.0, 7, 3.5));
    for wrong in [-1.0, f64::NAN, f64::INFINITY, 38.0, 1e300] {
        assert!(rate.interval(wrong).is_err(), "{wrong}");
    }
    for wrong in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(EventRate::new(7, wrong).is_err(), "{wrong}");
        assert!(
            EventRate::of_passages(&[3.0], 0..10, wrong).is_err(),
            "{wrong}"
        );
    }
    assert!(EventRate::of_passages(&[], 0..10, 0.1).is_err());
    assert!(EventRate::of_passages(&[2.0, 3.0], 3..10, 0.1).is_err());
}

/// Derivation (98): waiting times of a known rate, censored or seen to their end, have the rate in their 95 % in 95 of 100 cases
/// or more.
#[test]
fn the_interval_covers_the_rate_whether_or_not_members_are_censored() {
    let (rate, noise) = (0.01, Noise::new(77));
    for end in [60, 100_000] {
        let mut covered = 0;
        for trial in 0..1000 {
            let wait = |member| -(1.0 - noise.uniform(member, trial, 0)).ln() / rate;
            let records: Vec<f64> = (0..40)
                .map(|member| wait(member).ceil())
                .map(|step| {
                    if step <= f64::from(end) {
                        step
                    } else {
                        f64::INFINITY
                    }
                })
                .collect();
            let found = EventRate::of_passages(&records, 0..end as usize, 1.0).unwrap();
            let (low, high) = found.interval(1.959964).unwrap();
            // A whole number of steps has the rate −ln(1 − p) for p a step.
            covered += usize::from(low <= rate && rate <= high);
        }
        // 950 of 1000 have a deviation of 7.
        assert!((929..1000).contains(&covered), "{covered} until {end}");
    }
}
