//! On f = ½Σλᵢxᵢ², where everything is known.

use heavyball::prelude::*;
use heavyball_monitor::{Monitor, Observation, Rule};
use nalgebra::{DVector, SVector, vector};

/// What a monitor sees of the core's momentum on these curvatures.
fn watched<const N: usize>(
    rule: Momentum,
    curvatures: SVector<f64, N>,
    start: SVector<f64, N>,
    steps: usize,
) -> (Vec<Observation>, Vec<SVector<f64, N>>) {
    let bowl = Quadratic::diagonal(curvatures).unwrap();
    let mut monitor = Monitor::new();
    let iterates = rule.iterates(&bowl, start).take(steps).enumerate();
    iterates
        .map(|(k, at)| {
            let x = at.position;
            let gradient = curvatures.component_mul(&x);
            let seen = monitor.record(
                k,
                bowl.value(&x),
                rule,
                &[x.as_slice()],
                &[gradient.as_slice()],
            );
            (seen.unwrap(), x)
        })
        .unzip()
}

#[test]
fn the_secant_lies_between_the_curvatures_and_is_exact_on_one() {
    let rule = Momentum::new(0.05, 0.8).unwrap();
    let curvatures = vector![1.0, 4.0, 25.0];
    let (seen, _) = watched(rule, curvatures, vector![1.0, -0.7, 0.3], 200);
    let secants: Vec<f64> = seen.iter().filter_map(|seen| seen.curvature).collect();
    assert_eq!(secants.len(), 199);
    assert!(secants.iter().all(|c| (1.0..=25.0).contains(c)));
    assert!(secants.iter().any(|c| *c > 15.0) && secants.iter().any(|c| *c < 3.0));
    // Only the slowest mode is left: |r| is √0.8 in all three, so start in one.
    let (seen, _) = watched(rule, curvatures, vector![0.0, 0.5, 0.0], 100);
    for seen in &seen[1..] {
        assert!((seen.curvature.unwrap() - 4.0).abs() < 1e-12);
        assert!((seen.alpha_lambda.unwrap() - 0.2).abs() < 1e-13);
    }
}

/// Gradient descent: the ball ends in the slowest mode, whose factor 1 − αμ is the largest.
#[test]
fn the_secant_tends_to_the_curvature_of_the_slowest_mode() {
    let rule = Momentum::new(0.05, 0.0).unwrap();
    let (seen, _) = watched(rule, vector![1.0, 4.0, 25.0], vector![1.0, 1.0, 1.0], 150);
    assert!((seen[10].curvature.unwrap() - 1.0).abs() > 1e-3);
    assert!((seen[149].curvature.unwrap() - 1.0).abs() < 1e-8);
}

/// λ = 4, α = ⅛, β = ½ from 1: v₁ = −½, x₁ = ½. Derivation (23).
#[test]
fn energies_times_and_drag_by_hand() {
    let rule = Momentum::new(0.125, 0.5).unwrap();
    let (seen, _) = watched(rule, vector![4.0], vector![1.0], 3);
    let (first, second) = (&seen[0], &seen[1]);
    assert_eq!(
        (first.loss, first.time, first.flow_time),
        (2.0, 0.0, Some(0.0))
    );
    assert_eq!(
        (first.kinetic_energy, first.curvature, first.energy()),
        (None, None, None)
    );
    assert_eq!(second.loss, 0.5);
    assert_eq!(second.speed, Some(0.5));
    assert_eq!(second.kinetic_energy, Some(0.75)); // (1 + β)v²/4α
    assert_eq!(second.explicit_kinetic_energy, Some(1.0)); // v²/2α
    assert_eq!(second.kinetic_temperature, Some(1.5));
    assert_eq!(second.energy(), Some(1.25));
    assert_eq!(second.gradient_norm, 2.0);
    assert_eq!(second.edge, 3.0);
    // The particle of mass 1.
    let dt = (1.0_f64 / 6.0).sqrt();
    let ball = rule.effective_particle(dt).unwrap();
    assert!((ball.mass - 1.0).abs() < 1e-15);
    assert!((second.time - dt).abs() < 1e-15 && (seen[2].time - 2.0 * dt).abs() < 1e-15);
    assert!((second.drag - ball.drag).abs() < 1e-14);
    assert!((second.drag - rule.drag_over_root_mass()).abs() < 1e-14);
    assert_eq!(second.flow_time, Some(0.25)); // α/(1 − β)
}

/// K + ½xₖAxₖ₋₁ falls by exactly what drag takes: Σgₖ·(xₖ₊₁ − xₖ₋₁)/2 telescopes.
#[test]
fn the_energy_balance_is_exact() {
    let curvatures = vector![1.0, 4.0, 25.0];
    for beta in [0.0, 0.5, 0.9, 1.0] {
        let rule = Momentum::new(0.05, beta).unwrap();
        let (seen, x) = watched(rule, curvatures, vector![1.0, -0.7, 0.3], 100);
        let total = |k: usize| {
            let potential = 0.5 * x[k].component_mul(&curvatures).dot(&x[k - 1]);
            seen[k].kinetic_energy.unwrap() + potential + seen[k].dissipated.unwrap()
        };
        for k in 2..100 {
            assert!((total(k) - total(1)).abs() < 1e-13, "{beta} {k}");
            let gained = seen[k].work.unwrap() - seen[k].dissipated.unwrap();
            let kinetic = seen[k].kinetic_energy.unwrap() - seen[1].kinetic_energy.unwrap();
            assert!((gained - kinetic).abs() < 1e-13);
        }
        assert_eq!(seen[99].dissipated.unwrap() > 0.0, beta < 1.0);
    }
}

/// αλ = (1 ± 0.01)·2(1 + β), and the same of Nesterov's 2(1 + β)/(1 + 2β): (49).
#[test]
fn slightly_over_the_edge_it_says_so_and_slightly_below_it_does_not() {
    let (beta, l) = (0.9, 10.0);
    for (nesterov, edge) in [(false, 3.8), (true, 3.8 / 2.8)] {
        for (excess, over) in [(0.99, false), (1.01, true)] {
            let alpha = excess * edge / l;
            let rule = Rule {
                alpha,
                beta,
                nesterov,
            };
            let mut monitor = Monitor::new();
            let (mut x, mut v) = ([1.0, 1e-3], [0.0, 0.0]);
            for k in 0..300 {
                let point = if nesterov {
                    [x[0] + beta * v[0], x[1] + beta * v[1]]
                } else {
                    x
                };
                let gradient = [0.1 * point[0], l * point[1]];
                let loss = 0.5 * (0.1 * point[0] * point[0] + l * point[1] * point[1]);
                monitor
                    .record(k, loss, rule, &[&point], &[&gradient])
                    .unwrap();
                for i in 0..2 {
                    v[i] = beta * v[i] - alpha * gradient[i];
                    x[i] += v[i];
                }
            }
            let report = monitor.report().unwrap();
            let last = report.rows().last().unwrap();
            assert_eq!(report.over_edge().1 > 0, over, "{nesterov} {excess}");
            assert!((last.edge().unwrap() - edge).abs() < 1e-14);
            if over {
                assert!((last.alpha_lambda().unwrap() / edge - 1.01).abs() < 1e-4);
            }
            assert_eq!(report.to_string().contains("Over the edge"), over);
        }
    }
}

/// PyTorch's lines, b ← μb + g: x ← x − ηb, or x ← x − η(g + μb), in f32, with a clipped gradient or without.
#[test]
fn a_mismatch_is_a_loop_that_does_something_else_than_the_rule() {
    let (eta, mu) = (0.02_f32, 0.75_f32);
    for nesterov in [false, true] {
        for clipped in [false, true] {
            let rule = Rule {
                alpha: eta.into(),
                beta: mu.into(),
                nesterov,
            };
            let (mut x, mut b) = ([3.0_f32, -2.0], [0.0_f32; 2]);
            let mut monitor = Monitor::new();
            let mut largest = 0.0_f64;
            for k in 0..40 {
                let gradient = [x[0], 10.0 * x[1]];
                let loss = 0.5 * (x[0] * x[0] + 10.0 * x[1] * x[1]);
                let seen = monitor
                    .record(k, loss.into(), rule, &[&x], &[&gradient])
                    .unwrap();
                assert_eq!(seen.mismatch.is_some(), k >= 3 || (k == 2), "{k}");
                largest = largest.max(seen.mismatch.unwrap_or(0.0).abs());
                for i in 0..2 {
                    let g = if clipped {
                        gradient[i].clamp(-0.5, 0.5)
                    } else {
                        gradient[i]
                    };
                    b[i] = mu * b[i] + g;
                    x[i] -= eta * if nesterov { g + mu * b[i] } else { b[i] };
                }
            }
            assert_eq!(largest > 0.1, clipped, "{nesterov} {largest}");
            assert!(clipped || largest < 1e-5, "{largest}");
            let said = monitor
                .report()
                .unwrap()
                .to_string()
                .contains("another convention");
            assert_eq!(said, clipped);
        }
    }
}

/// α = 0.5, β = 0.6, v = 0.1, g = 0.12: βv and αg cancel, and the 10⁻¹⁸ that squares and products leave are noise.
#[test]
fn a_ball_that_turns_has_no_mismatch() {
    let rule = Momentum::new(0.5, 0.6).unwrap();
    let mut monitor = Monitor::new();
    let mut record = |k: usize, x: f64, g: f64| {
        monitor
            .record(k, 1.0, rule, &[&[x]], &[&[g]])
            .unwrap()
            .mismatch
    };
    record(0, 0.0, 0.0);
    record(1, 0.1, 0.12);
    assert_eq!(record(2, 0.1, 0.12), None);
    // v₊ = −αg = −0.06 is known.
    assert!(record(3, 0.04, 0.12).is_some_and(|mismatch| mismatch.abs() < 1e-14));
}

/// What needs a step is missing after a gap, and time runs on.
#[test]
fn iterations_may_be_left_out() {
    let rule = Momentum::new(0.125, 0.5).unwrap();
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    let mut monitor = Monitor::new();
    let all: Vec<_> = rule.iterates(&bowl, vector![1.0]).take(30).collect();
    let (whole, _) = watched(rule, vector![4.0], vector![1.0], 30);
    for (k, at) in all.iter().enumerate().filter(|(k, _)| k % 10 < 2) {
        let x = at.position;
        let seen = monitor
            .record(
                k,
                bowl.value(&x),
                rule,
                &[x.as_slice()],
                &[(4.0 * x).as_slice()],
            )
            .unwrap();
        assert_eq!(seen.curvature.is_some(), k % 10 == 1);
        assert!((seen.time - whole[k].time).abs() < 1e-13);
        if k % 10 == 1 {
            assert_eq!(seen.kinetic_energy, whole[k].kinetic_energy);
            assert_eq!(seen.curvature, whole[k].curvature);
        }
    }
}

/// Time by a schedule: Σ√(2α/(1 + β)), Σα/(1 − β); the kinetic energy is that of the rule of the step.
#[test]
fn each_iteration_has_its_own_rule() {
    let mut monitor = Monitor::new();
    let x = DVector::from_vec(vec![1.0, 2.0]);
    let rules = [(0.5, 0.0), (0.25, 0.5), (0.125, 1.0), (0.125, 0.5)];
    let seen: Vec<_> = rules
        .iter()
        .enumerate()
        .map(|(k, &(alpha, beta))| {
            let x = &x * k as f64;
            let rule = Momentum::new(alpha, beta).unwrap();
            monitor
                .record(k, 0.0, rule, &[x.as_slice()], &[x.as_slice()])
                .unwrap()
        })
        .collect();
    assert_eq!(seen[1].time, 1.0);
    assert!((seen[2].time - 1.0 - (1.0_f64 / 3.0).sqrt()).abs() < 1e-15);
    assert_eq!((seen[2].flow_time, seen[3].flow_time), (Some(1.0), None));
    assert_eq!(seen[1].kinetic_energy, Some(5.0 / 2.0));
    assert_eq!(seen[2].kinetic_energy, Some(1.5 * 5.0));
    assert_eq!(seen[2].alpha_lambda, Some(0.125));
    assert_eq!(seen[2].edge, 4.0);
}
