//! Weak orders on a double well by sampling: errors of two means that Gibbs has exactly, over four steps, with their error bars.
//!
//! Equipartition says ⟨p²⟩ = mT, and the virial ⟨x f′(x)⟩ = T. They are means over long runs, from the differences between whose
//! members the error bars come.

use heavyball::ensemble::{Autocorrelation, Ensemble};
use heavyball::langevin::{
    Baoab, Langevin, LangevinMethod, LangevinState, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, vector};

const TEMPERATURE: f64 = 0.7;
const MEMBERS: usize = 480;

type Observable = fn(&LangevinState<Const<1>>) -> f64;

/// The error of the mean of an observable on f = x⁴ − 2x² at mass 1, with its standard error.
fn error(method: &impl LangevinMethod, drag: f64, observable: Observable, time: f64) -> (f64, f64) {
    let well = from_fn(
        |x: &Vector1<f64>| x.x * x.x * (x.x * x.x - 2.0),
        |x: &Vector1<f64>| vector![4.0 * x.x * (x.x * x.x - 1.0)],
    );
    let bath = Langevin::new(HeavyBall::new(1.0, drag).unwrap(), TEMPERATURE).unwrap();
    let starts = (0..MEMBERS).map(|i| Phase::at_rest(vector![if i % 2 == 0 { 1.0 } else { -1.0 }]));
    let ensemble = Ensemble::in_bath(method, &bath, &well, starts, Noise::new(21)).unwrap();
    let sums = Autocorrelation::<1, _>::of(observable).after((20.0 / method.dt()) as usize);
    let run = ensemble
        .observe((time / method.dt()) as usize, &sums)
        .unwrap();
    let means = run.records().iter().map(|sums| sums.sum / sums.count);
    let means: Vec<f64> = means.collect();
    let n = means.len() as f64;
    let mean = means.iter().sum::<f64>() / n;
    let spread: f64 = means.iter().map(|each| (each - mean).powi(2)).sum();
    (mean - TEMPERATURE, (spread / (n * (n - 1.0))).sqrt())
}

/// The slope of ln|error| over ln h, weighted by the error bars, with its own standard error.
fn slope(points: &[(f64, (f64, f64))]) -> (f64, f64) {
    let row = |(h, (off, deviation)): &(f64, (f64, f64))| {
        (h.ln(), off.abs().ln(), (off / deviation).powi(2))
    };
    let rows: Vec<_> = points.iter().map(row).collect();
    let sum = |of: &dyn Fn(&(f64, f64, f64)) -> f64| rows.iter().map(of).sum::<f64>();
    let middle = sum(&|row| row.2 * row.0) / sum(&|row| row.2);
    let spread = sum(&|row| row.2 * (row.0 - middle).powi(2));
    let slope = sum(&|row| row.2 * (row.0 - middle) * row.1) / spread;
    (slope, spread.powf(-0.5))
}

fn check<M: LangevinMethod>(
    of: impl Fn(f64) -> M,
    steps: [f64; 4],
    drag: f64,
    observable: Observable,
    time: f64,
    order: f64,
) {
    let points = steps.map(|h| (h, error(&of(h), drag, observable, time)));
    let (found, deviation) = slope(&points);
    let name = of(0.1).properties().name;
    for (h, (off, deviation)) in points {
        println!("{name}, h = {h}: error {off:+.5} ± {deviation:.5}");
    }
    println!("{name}: order {found:.3} ± {deviation:.3}");
    // The next worse order is 1 away, and terms of the next better one bend the line a little.
    assert!(deviation < 0.15, "{name}: {found} ± {deviation}");
    assert!(
        (found - order).abs() < 0.35,
        "{name}: {found} ± {deviation}, not {order}"
    );
}

#[test]
fn baoab_and_obabo_have_order_two_on_a_double_well_and_symplectic_euler_one() {
    let square: Observable = |state| state.phase.momentum.x * state.phase.momentum.x;
    let virial: Observable = |state| state.phase.position.x * state.gradient.x;
    let coarse = [0.1, 0.14, 0.2, 0.26];
    let baoab = |h| Baoab::new(h).unwrap();
    check(baoab, coarse, 5.0, square, 250.0, 2.0);
    let obabo = |h| Obabo::new(h).unwrap();
    check(obabo, coarse, 2.0, virial, 2000.0, 2.0);
    // Of first order are its momenta; at longer steps its error of second order is as large.
    let euler = |h| StochasticSymplecticEuler::new(h).unwrap();
    check(euler, [0.02, 0.03, 0.04, 0.06], 4.0, square, 140.0, 1.0);
}
