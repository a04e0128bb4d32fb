//! Slices, types, and samples of the coordinates.

use heavyball::Momentum;
use heavyball_monitor::{Monitor, Observation};

/// Two iterations on coordinates of very different curvature.
fn two<'a>(
    monitor: &mut Monitor<f64>,
    cut: impl Fn(&'a [f64]) -> Vec<&'a [f64]>,
    points: &'a [Vec<f64>; 4],
) -> Observation {
    let rule = Momentum::new(0.01, 0.9).unwrap();
    let [x0, g0, x1, g1] = points;
    monitor.record(0, 1.0, rule, &cut(x0), &cut(g0)).unwrap();
    monitor.record(1, 1.0, rule, &cut(x1), &cut(g1)).unwrap()
}

fn points(n: usize) -> [Vec<f64>; 4] {
    let x = |k: f64| (0..n).map(move |i| (1.3 * i as f64).sin() + k * (0.7 * i as f64).cos());
    let gradient = |k: f64| x(k).enumerate().map(|(i, x)| (1 + i % 7) as f64 * x);
    [x(0.0), x(0.1)]
        .into_iter()
        .zip([gradient(0.0), gradient(0.1)])
        .flat_map(|(x, g)| [x.collect(), g.collect()])
        .collect::<Vec<Vec<f64>>>()
        .try_into()
        .unwrap()
}

#[test]
fn slices_are_one_vector() {
    let points = points(1003);
    let one = two(&mut Monitor::new(), |x| vec![x], &points);
    fn five(x: &[f64]) -> Vec<&[f64]> {
        vec![&x[..1], &x[1..1], &x[1..18], &x[18..900], &x[900..]]
    }
    let cut = two(&mut Monitor::new(), five, &points);
    let near = |a: Option<f64>, b: Option<f64>| (a.unwrap() / b.unwrap() - 1.0).abs() < 1e-13;
    assert!(near(one.curvature, cut.curvature));
    assert!(near(one.kinetic_energy, cut.kinetic_energy));
    assert!(near(Some(one.gradient_norm), Some(cut.gradient_norm)));
    // By hand.
    let [x0, g0, x1, g1] = &points;
    let squared: f64 = x0.iter().zip(x1).map(|(a, b)| (a - b).powi(2)).sum();
    let change = g1.iter().zip(g0).zip(x1.iter().zip(x0));
    let change: f64 = change
        .map(|((g1, g0), (x1, x0))| (g1 - g0) * (x1 - x0))
        .sum();
    assert!(near(one.curvature, Some(change / squared)));
    assert!(near(one.speed, Some(squared.sqrt())));
}

#[test]
fn a_sample_of_all_is_all() {
    let points = points(100);
    let all = two(&mut Monitor::new(), |x| vec![x], &points);
    for count in [100, 1000] {
        let mut monitor = Monitor::sampled(count, 1).unwrap();
        assert_eq!(two(&mut monitor, |x| vec![x], &points), all);
    }
}

/// The mean over seeds is the sum over all, within 4 standard errors, also where shares and slices do not divide.
#[test]
fn samples_are_unbiased() {
    let points = points(1003);
    fn cut(x: &[f64]) -> Vec<&[f64]> {
        vec![&x[..1], &x[1..1], &x[1..30], &x[30..]]
    }
    let all = two(&mut Monitor::new(), cut, &points)
        .kinetic_energy
        .unwrap();
    let seen: Vec<f64> = (0..1000)
        .map(|seed| {
            let mut monitor = Monitor::sampled(47, seed).unwrap();
            two(&mut monitor, cut, &points).kinetic_energy.unwrap()
        })
        .collect();
    let mean = seen.iter().sum::<f64>() / 1000.0;
    let variance = seen.iter().map(|e| (e - mean).powi(2)).sum::<f64>() / 999.0;
    let error = (variance / 1000.0).sqrt();
    assert!((mean - all).abs() < 4.0 * error, "{mean} {all} {error}");
    assert!(4.0 * error < 0.02 * all && error > 0.0);
    // κ = 3/2 for a cosine: the stated bound of a single sample, and 2 standard errors of a variance over 1000.
    assert!(variance.sqrt() < 1.05 * (0.5_f64 / 47.0).sqrt() * all);
}
