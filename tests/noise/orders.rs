//! Weak orders on a double well by sampling: errors of moments that Gibbs has exactly, over four steps, with their error bars.

use heavyball::ensemble::{Ensemble, MomentSums, Moments};
use heavyball::langevin::{Baoab, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use nalgebra::{Vector1, vector};

const TEMPERATURE: f64 = 0.7;
const STEPS: [f64; 4] = [0.08, 0.12, 0.18, 0.25];
const MEMBERS: usize = 480;

/// The mean of squares over all members, with its standard error.
fn mean_square(sums: impl Iterator<Item = MomentSums<1>>) -> (f64, f64) {
    let squares: Vec<f64> = sums.map(|sums| sums.products.x / sums.count).collect();
    let n = squares.len() as f64;
    let mean = squares.iter().sum::<f64>() / n;
    let spread: f64 = squares.iter().map(|square| (square - mean).powi(2)).sum();
    (mean, (spread / (n * (n - 1.0))).sqrt())
}

/// Mean squares of position and momentum on f = x⁴ − 2x² at mass 1 and drag 1.
fn sampled(method: &impl LangevinMethod, time: f64) -> [(f64, f64); 2] {
    let well = from_fn(
        |x: &Vector1<f64>| x.x * x.x * (x.x * x.x - 2.0),
        |x: &Vector1<f64>| vector![4.0 * x.x * (x.x * x.x - 1.0)],
    );
    let bath = Langevin::new(HeavyBall::new(1.0, 1.0).unwrap(), TEMPERATURE).unwrap();
    let starts = (0..MEMBERS).map(|i| Phase::at_rest(vector![if i % 2 == 0 { 1.0 } else { -1.0 }]));
    let ensemble = Ensemble::in_bath(method, &bath, &well, starts, Noise::new(21)).unwrap();
    let forgotten = (20.0 / method.dt()) as usize;
    let observers = (
        Moments::of_positions(vector![0.0])
            .unwrap()
            .after(forgotten),
        Moments::of_velocities().after(forgotten),
    );
    let run = ensemble
        .observe((time / method.dt()) as usize, &observers)
        .unwrap();
    let records = run.records();
    [
        mean_square(records.iter().map(|record| record.0)),
        mean_square(records.iter().map(|record| record.1)),
    ]
}

/// ⟨x²⟩ of Gibbs by the trapezoidal rule, which converges exponentially here.
fn exact_square() -> f64 {
    let points = (-4000..=4000).map(|i| f64::from(i) * 1e-3);
    let weighted = points.map(|x: f64| (x, (-(x.powi(4) - 2.0 * x * x) / TEMPERATURE).exp()));
    let (square, all) = weighted.fold((0.0, 0.0), |(a, b), (x, w)| (a + x * x * w, b + w));
    square / all
}

/// The slope of ln|error| over ln h, weighted by the error bars, with its own standard error.
fn slope(points: &[(f64, (f64, f64))], exact: f64) -> (f64, f64) {
    let rows: Vec<_> = points
        .iter()
        .map(|(h, (value, deviation))| {
            let off = (value - exact).abs();
            (h.ln(), off.ln(), (off / deviation).powi(2))
        })
        .collect();
    let sum = |of: &dyn Fn(&(f64, f64, f64)) -> f64| rows.iter().map(of).sum::<f64>();
    let all = sum(&|row| row.2);
    let middle = sum(&|row| row.2 * row.0) / all;
    let spread = sum(&|row| row.2 * (row.0 - middle).powi(2));
    (
        sum(&|row| row.2 * (row.0 - middle) * row.1) / spread,
        spread.powf(-0.5),
    )
}

/// Which moment, 0 of positions and 1 of momenta; the order is within `within` of `order`, or four standard errors if these are more.
fn check<M: LangevinMethod>(of: impl Fn(f64) -> M, moment: usize, order: f64, time: f64) {
    let exact = [exact_square(), TEMPERATURE][moment];
    let points = STEPS.map(|h| (h, sampled(&of(h), time)[moment]));
    let (found, deviation) = slope(&points, exact);
    let name = of(0.1).properties().name;
    for (h, (value, deviation)) in points {
        println!(
            "{name}, h = {h}: error {:+.5} ± {deviation:.5}",
            value - exact
        );
    }
    println!("{name}: order {found:.3} ± {deviation:.3}");
    // Terms of the next order bend the line by some tenths at these steps; the next worse order is 1 away.
    assert!(deviation < 0.12, "{name}: {found} ± {deviation}");
    assert!(
        (found - order).abs() < 0.35,
        "{name}: {found} ± {deviation}, not {order}"
    );
}

#[test]
fn baoab_and_obabo_have_order_two_on_a_double_well_and_symplectic_euler_one() {
    check(|h| Baoab::new(h).unwrap(), 1, 2.0, 200.0);
    check(|h| Obabo::new(h).unwrap(), 0, 2.0, 400.0);
    check(
        |h| StochasticSymplecticEuler::new(h).unwrap(),
        1,
        1.0,
        100.0,
    );
}
