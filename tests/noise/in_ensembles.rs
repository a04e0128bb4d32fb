//! Members in a bath: the same bits in every way of running them, and the statistics that the theory asks for.

use crate::covariance::Recursion;
use heavyball::ensemble::{Ensemble, Histogram, Instructions, Moments, NoObserver};
use heavyball::langevin::{
    Aboba, Baoab, Boaob, EulerMaruyama, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use heavyball::sweep::{Sweep, merge};
use nalgebra::{Const, Vector2, vector};
use rayon::ThreadPoolBuilder;

const MEMBERS: usize = 250;
const STEPS: usize = 120;

fn bath() -> Langevin {
    Langevin::new(HeavyBall::new(1.0, 0.7).unwrap(), 0.4).unwrap()
}

fn starts() -> Vec<Phase<f64, Const<2>>> {
    let start = |i| Phase::at_rest(vector![-1.5 + 0.01 * i as f64, 0.5]);
    (0..MEMBERS).map(start).collect()
}

fn same_bits_of(method: &impl LangevinMethod) {
    let noise = Noise::new(12);
    let name = method.properties().name;
    let ensemble = Ensemble::in_bath(method, &bath(), &DoubleWell, starts(), noise).unwrap();
    let run = ensemble.after(STEPS).unwrap();
    assert_eq!(run.diverged(), 0);
    for threads in 1..=3 {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        assert_eq!(
            pool.install(|| ensemble.after(STEPS)).unwrap(),
            run,
            "{name}"
        );
    }
    for instructions in Instructions::available() {
        let ensemble = Ensemble::in_bath(method, &bath(), &DoubleWell, starts(), noise).unwrap();
        let other = ensemble
            .with_instructions(instructions)
            .after(STEPS)
            .unwrap();
        assert_eq!(other, run, "{name}, {instructions:?}");
    }
    for member in [0, 1, 95, 96, 200, MEMBERS - 1] {
        let alone = method
            .phases(&bath(), &DoubleWell, starts()[member], noise)
            .unwrap();
        let end = alone.of_member(member).after(STEPS).unwrap();
        assert_eq!(end, run.states()[member].phase, "{name}, member {member}");
    }
    // Members differ by their noise alone.
    let same = vec![starts()[0]; MEMBERS];
    let ensemble = Ensemble::in_bath(method, &bath(), &DoubleWell, same, noise).unwrap();
    let run = ensemble.after(1).unwrap();
    let mut ends: Vec<_> = run
        .states()
        .iter()
        .map(|end| end.phase.position + end.phase.momentum)
        .collect();
    ends.sort_by(|a, b| a.x.total_cmp(&b.x));
    ends.dedup();
    assert_eq!(ends.len(), MEMBERS, "{name}");
}

#[test]
fn a_member_has_the_same_bits_in_every_way_of_running_it() {
    same_bits_of(&Baoab::new(0.1).unwrap());
    same_bits_of(&Obabo::new(0.1).unwrap());
    same_bits_of(&Aboba::new(0.1).unwrap());
    same_bits_of(&Boaob::new(0.1).unwrap());
    same_bits_of(&StochasticSymplecticEuler::new(0.1).unwrap());
    same_bits_of(&EulerMaruyama::new(0.05).unwrap());
}

#[test]
fn shards_join_into_the_run_and_a_file_resumes_it() {
    let method = Baoab::new(0.1).unwrap();
    let ensemble =
        Ensemble::in_bath(&method, &bath(), &DoubleWell, starts(), Noise::new(12)).unwrap();
    let sweep = Sweep::new(&ensemble, STEPS, NoObserver, |end, ()| end_of(end));
    let directory = std::env::temp_dir().join(format!("heavyball-bath-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let files: Vec<_> = (0..2)
        .map(|i| directory.join(format!("part-{i}")))
        .collect();
    for (i, file) in files.iter().enumerate() {
        sweep.shard(i, 2).unwrap().resume(file).unwrap();
    }
    let whole = directory.join("whole");
    merge(&files, &whole).unwrap();
    assert_eq!(sweep.resume(&whole).unwrap(), sweep.run().unwrap());
    std::fs::remove_dir_all(&directory).unwrap();
}

fn end_of(end: &heavyball::langevin::LangevinState<Const<2>>) -> [f64; 2] {
    [end.phase.position.x, end.phase.momentum.y]
}

/// Samples of (x, p) on f = kx²/2 of the recursion, after enough steps to forget the start.
fn sampled(method: &impl LangevinMethod) {
    const COUNT: usize = 1_000_000;
    let (steps, drag) = (24, 2.0);
    let bath = Langevin::new(HeavyBall::new(0.7, drag).unwrap(), 0.6).unwrap();
    let well = Quadratic::diagonal(vector![3.0]).unwrap();
    let starts = vec![Phase::at_rest(vector![0.0]); COUNT];
    let ensemble = Ensemble::in_bath(method, &bath, &well, starts, Noise::new(18)).unwrap();
    let run = ensemble.after(steps).unwrap();
    let exact = Recursion::of(method, drag).second_moments(Vector2::zeros(), steps);
    let moment = |of: fn(&Phase<f64, Const<1>>) -> f64| {
        run.states().iter().map(|end| of(&end.phase)).sum::<f64>() / COUNT as f64
    };
    let found = [
        (
            moment(|end| end.position.x.powi(2)),
            exact.m11,
            2.0 * exact.m11 * exact.m11,
        ),
        (
            moment(|end| end.momentum.x.powi(2)),
            exact.m22,
            2.0 * exact.m22 * exact.m22,
        ),
        (
            moment(|end| end.position.x * end.momentum.x),
            exact.m12,
            exact.m11 * exact.m22 + exact.m12 * exact.m12,
        ),
    ];
    for (mean, exact, variance) in found {
        let error = (variance / COUNT as f64).sqrt();
        let name = method.properties().name;
        assert!(
            (mean - exact).abs() < 4.0 * error,
            "{name}: {mean} ± {error} instead of {exact}"
        );
    }
}

#[test]
fn a_million_samples_have_the_covariance_of_the_recursion() {
    sampled(&Baoab::new(0.6).unwrap());
    sampled(&Obabo::new(0.6).unwrap());
}

#[test]
fn sums_over_members_have_the_same_bits_for_any_number_of_threads() {
    let method = Baoab::new(0.1).unwrap();
    let ensemble =
        Ensemble::in_bath(&method, &bath(), &DoubleWell, starts(), Noise::new(12)).unwrap();
    let moments = Moments::of_positions(vector![0.1, 0.0]).unwrap().after(20);
    let histogram = Histogram::<30>::new(0, -1.5, 1.5).unwrap().after(20);
    let of = |threads| {
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .build()
            .unwrap();
        pool.install(|| {
            let records = ensemble.observe(STEPS, &moments).unwrap();
            let counts = ensemble.observe(STEPS, &histogram).unwrap();
            let summary = moments.summary(records.records()).unwrap();
            (summary, histogram.total(counts.records()))
        })
    };
    let one = of(1);
    assert_eq!(one, of(2));
    assert_eq!(one, of(3));

    // The same from the stored states of all steps.
    let rows = ensemble.every(1, STEPS).unwrap();
    let states = rows.iter().skip(21).flat_map(|row| row.states().to_vec());
    let positions: Vec<Vector2<f64>> = states.map(|state| state.phase.position).collect();
    let count = positions.len() as f64;
    assert_eq!(one.0.count, count);
    let mean = positions.iter().sum::<Vector2<f64>>() / count;
    assert!((one.0.mean - mean).norm() < 1e-13);
    let square = positions
        .iter()
        .map(|x| (x - mean) * (x - mean).transpose());
    let covariance = square.sum::<nalgebra::Matrix2<f64>>() / count;
    assert!((one.0.covariance - covariance).norm() < 1e-12);
    let (inside, outside) = one.1;
    for (i, found) in inside.iter().enumerate() {
        let is_in = |x: &&Vector2<f64>| ((x.x + 1.5) / 3.0 * 30.0).floor() == i as f64;
        assert_eq!(*found, positions.iter().filter(is_in).count() as u64);
    }
    assert_eq!(inside.iter().sum::<u64>() + outside, positions.len() as u64);

    assert!(
        ensemble
            .observe(10, &Histogram::<3>::new(2, 0.0, 1.0).unwrap())
            .is_err()
    );
    assert!(Histogram::<3>::new(0, 1.0, 1.0).is_err() && Histogram::<0>::new(0, 0.0, 1.0).is_err());
    assert!(Histogram::<3>::new(0, f64::NAN, 1.0).is_err());
    assert!(Moments::of_positions(vector![f64::NAN]).is_err());
    let unseen = ensemble.observe(10, &moments).unwrap();
    assert!(moments.summary(unseen.records()).is_err());
}

/// ⟨g(x)⟩ in the density exp(−(x⁴ − 2x²)/T), by the trapezoidal rule.
fn gibbs(temperature: f64, g: impl Fn(f64) -> f64) -> f64 {
    let weighted = |i: i32| {
        let x = f64::from(i) * 1e-3;
        let weight = (-(x * x * x * x - 2.0 * x * x) / temperature).exp();
        (weight * g(x), weight)
    };
    let (sum, total) = (-4000..=4000)
        .map(weighted)
        .fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
    sum / total
}

#[test]
fn the_double_well_reaches_gibbs_and_equipartition() {
    const COUNT: usize = 200_000;
    // Half of the members in each well, as Gibbs has them; the wells themselves fill within t = 10.
    let starts: Vec<_> = (0..COUNT)
        .map(|i| Phase::at_rest(vector![if i % 2 == 0 { 1.0 } else { -1.0 }, 0.0]))
        .collect();
    let temperature = 0.4;
    let method = Baoab::new(0.05).unwrap();
    let bath = Langevin::new(HeavyBall::new(1.0, 1.0).unwrap(), temperature).unwrap();
    let ensemble = Ensemble::in_bath(&method, &bath, &DoubleWell, starts, Noise::new(3)).unwrap();
    let run = ensemble.after(240).unwrap();
    let close = |name: &str, of: &dyn Fn(&Phase<f64, Const<2>>) -> f64, exact: f64| {
        let values: Vec<f64> = run.states().iter().map(|end| of(&end.phase)).collect();
        let mean = values.iter().sum::<f64>() / COUNT as f64;
        let variance = values.iter().map(|v| (v - mean).powi(2)).sum::<f64>() / COUNT as f64;
        let error = (variance / COUNT as f64).sqrt();
        assert!(
            (mean - exact).abs() < 4.0 * error,
            "{name}: {mean} ± {error} instead of {exact}"
        );
    };
    let p_share = 1.0 - 0.05 * 0.05 * 2.0 / 4.0; // of y, a quadratic of curvature 2
    close(
        "x²",
        &|end| end.position.x.powi(2),
        gibbs(temperature, |x| x * x),
    );
    close(
        "x⁴",
        &|end| end.position.x.powi(4),
        gibbs(temperature, |x| x.powi(4)),
    );
    close("y²", &|end| end.position.y.powi(2), temperature / 2.0);
    close(
        "p² of y",
        &|end| end.momentum.y.powi(2),
        temperature * p_share,
    );
    let middle = |x: f64| if x.abs() < 0.5 { 1.0 } else { 0.0 };
    close(
        "near the barrier",
        &|end| middle(end.position.x),
        gibbs(temperature, middle),
    );
}
