//! The closed forms against exact fractions and eigenvalues: derivation (49).

use crate::exact_step::ExactStep;
use crate::random_points::points;
use heavyball::study::stability::{Damping, Recursion};

/// How far rounding of relative size `unit` may move a root of r² − sr + d with this split between the roots: δ obeys
/// δ(δ + split) = unit.
fn moved(unit: f64, split: f64) -> f64 {
    let half = split / 2.0;
    unit / (half + half.hypot(unit.sqrt()))
}

/// Whether the inequalities say what exact fractions say; where they differ, 1 ± β was rounded, and Q is within that of the end.
fn agrees(recursion: Recursion, q: f64, beta: f64, step: &ExactStep) -> bool {
    let agrees = recursion.is_stable(q, beta) == step.is_stable();
    if !agrees {
        let end = recursion.largest_stable_q(beta).unwrap().unwrap_or(0.0);
        assert!(
            (q / end - 1.0).abs() < 4.0 * f64::EPSILON,
            "{recursion} {q} {beta}"
        );
    }
    agrees
}

/// Derivation (49): stable or not as the eigenvalues of the step matrix say, at 1e5 points, and ρ equal.
///
/// Near a double root the eigenvalue solver is off by √ε: there the bound is that of the solver, and where that leaves 1 between
/// its bounds, exact fractions decide.
#[test]
fn stability_is_that_of_the_eigenvalues() {
    let (mut mismatches, mut undecided, mut rounded) = (0, 0, 0);
    let (mut solver, mut worst) = (0, 0.0_f64);
    let all = points(100_000);
    for &(recursion, q, beta) in &all {
        let matrix = recursion.companion(q, beta);
        let rho = recursion.spectral_radius(q, beta);
        let [large, small] = recursion.multipliers(q, beta);
        let eigenvalues = matrix.complex_eigenvalues();
        let found = eigenvalues[0].norm().max(eigenvalues[1].norm());
        let size = matrix.norm().max(1.0);
        let slack = moved(32.0 * f64::EPSILON * size * size, (large - small).norm());
        let bound = slack.max(1e-12);
        assert!(
            (rho - found).abs() <= bound,
            "{recursion} {q} {beta}: {rho} {found}, {bound:e}"
        );
        if slack <= 1e-12 {
            worst = worst.max((rho - found).abs());
        } else {
            solver += 1;
        }
        if (found - 1.0).abs() > bound {
            mismatches += usize::from(recursion.is_stable(q, beta) != (found < 1.0));
        } else {
            undecided += 1;
            let step = ExactStep::of(recursion, q, beta);
            rounded += usize::from(!agrees(recursion, q, beta, &step));
        }
    }
    println!(
        "{} points: {mismatches} mismatches; {undecided} too near |r| = 1 for the eigenvalue solver, of which {rounded} \
         differ from exact fractions, by a rounding of the boundary; largest difference in ρ {worst:e}, but at \
         {solver} points near a double root",
        all.len()
    );
    assert_eq!(mismatches, 0);
    assert!(undecided < 6_000 && rounded < 500 && solver < 25_000);
}

/// Derivation (49): the inequalities agree with exact fractions where eigenvalues cannot decide, at every point but those
/// where 1 ± β itself is rounded, and ρ lies where the fractions put it.
#[test]
fn stability_is_exact() {
    let (mut rounded, mut halves) = (0, 0);
    let all = points(20_000);
    for &(recursion, q, beta) in &all {
        let step = ExactStep::of(recursion, q, beta);
        rounded += usize::from(!agrees(recursion, q, beta, &step));
        let rho = recursion.spectral_radius(q, beta);
        let [large, small] = recursion.multipliers(q, beta);
        // A double root moves by the square root of what the factors of the discriminant are rounded by.
        let scale = 1.0 + q.abs();
        let slack = moved(
            4.0 * f64::EPSILON * scale * scale.min(q.abs() + (1.0 - beta)),
            (large - small).norm(),
        );
        let slack = slack.max(4.0 * f64::EPSILON * scale);
        halves += usize::from(slack > 1e-12);
        assert!(
            step.radius_is_between(rho - slack, rho + slack),
            "{recursion} {q} {beta}: {rho} {slack:e}"
        );
        // The complex region has √d to the last digit.
        if large.im > 0.0 {
            assert_eq!(rho, determinant(recursion, q, beta).sqrt());
        }
    }
    println!(
        "{rounded} of {} differ, within 4 roundings of the boundary; ρ is known to 1e-12 but for {halves}",
        all.len()
    );
    assert!(rounded < 200 && halves < 4_000);
}

/// d of the table.
fn determinant(recursion: Recursion, q: f64, beta: f64) -> f64 {
    match recursion {
        Recursion::GradientDescent => 0.0,
        Recursion::Momentum => beta,
        Recursion::Nesterov => beta * (1.0 - q),
        Recursion::ExplicitEuler => beta + q,
    }
}

/// The matrix of `companion` is that of the rule itself.
#[test]
fn companions_are_the_steps_of_the_rules() {
    for (recursion, q, beta) in points(2_000) {
        let matrix = recursion.companion(q, beta);
        for (column, exact) in ExactStep::of(recursion, q, beta).columns.iter().enumerate() {
            for (row, exact) in exact.iter().enumerate() {
                let exact = heavyball::Number::to_f64(exact);
                let found = matrix[(row, column)];
                assert!((found - exact).abs() <= 4.0 * f64::EPSILON * exact.abs().max(1.0));
            }
        }
    }
}

/// Derivation (49): the ends of the stable range, and of the complex region, on both sides.
#[test]
fn boundaries_are_where_they_are_said_to_be() {
    for beta in [
        -0.99,
        -0.7,
        -0.5,
        -1.0 / 3.0,
        -0.2,
        0.0,
        0.3,
        0.5,
        0.9,
        0.999,
        1.0,
    ] {
        for recursion in Recursion::ALL {
            let Some(end) = recursion.largest_stable_q(beta).unwrap() else {
                assert!(beta == 1.0);
                continue;
            };
            assert!(
                recursion.is_stable(end * (1.0 - 1e-12), beta),
                "{recursion} {beta}"
            );
            assert!(recursion.is_stable(1e-300, beta) && !recursion.is_stable(0.0, beta));
            assert!(
                !recursion.is_stable(end * (1.0 + 1e-12), beta),
                "{recursion} {beta}"
            );
        }
        let momentum = |q: f64| Recursion::Momentum.multipliers(q, beta)[0].im > 0.0;
        let nesterov = |q: f64| Recursion::Nesterov.multipliers(q, beta)[0].im > 0.0;
        if beta > 0.0 {
            let root = beta.sqrt();
            let ends = [(1.0 - root).powi(2), (1.0 + root).powi(2)];
            assert!(momentum(ends[0] + 1e-12) && momentum(ends[1] * (1.0 - 1e-12)));
            assert!(!momentum(ends[0] - 1e-12) && !momentum(ends[1] * (1.0 + 1e-12)));
        }
        let other: f64 = ((1.0 - beta) / (1.0 + beta)).powi(2);
        let ends = [other.min(1.0), other.max(1.0)];
        if beta != 0.0 {
            assert!(
                nesterov(ends[0] + 1e-11) && nesterov(ends[1] * (1.0 - 1e-11)),
                "{beta}"
            );
        }
        assert!(
            !nesterov(ends[0] - 1e-11) && !nesterov(ends[1] * (1.0 + 1e-11)),
            "{beta}"
        );
    }
}

/// Derivation (49): the slowest mode of a range of curvatures is at one of its ends, negative β included.
#[test]
fn the_slowest_mode_is_at_an_end() {
    for (k, (recursion, q, beta)) in points(4_000).into_iter().enumerate() {
        let (low, high) = (
            q.abs().max(1e-6),
            q.abs().max(1e-6) * (1.0 + (k % 50) as f64),
        );
        let ends = recursion.rate_on(1.0, beta, low, high).unwrap();
        for part in 1..50 {
            let between = low + (high - low) * f64::from(part) / 50.0;
            let rho = recursion.spectral_radius(between, beta);
            assert!(
                rho <= ends + 1e-7,
                "{recursion} {between} in {low}..{high}, {beta}: {rho} {ends}"
            );
        }
    }
}

/// The damping is that of the oscillator, named on both sides of each border.
#[test]
fn damping_has_its_names() {
    use Damping::{Alternating, Critical, Overdamped, Underdamped};
    for (recursion, beta, expected) in [
        (
            Recursion::GradientDescent,
            0.0,
            vec![(0.5, Overdamped), (1.0, Critical), (1.5, Alternating)],
        ),
        (
            Recursion::Momentum,
            0.25,
            vec![
                (0.2, Overdamped),
                (0.25, Critical),
                (1.0, Underdamped),
                (2.25, Critical),
                (2.3, Alternating),
            ],
        ),
        (
            Recursion::Momentum,
            -0.25,
            vec![(0.5, Overdamped), (1.0, Alternating)],
        ),
        (
            Recursion::Nesterov,
            0.6,
            vec![
                (0.05, Overdamped),
                (0.0625, Critical),
                (0.5, Underdamped),
                (1.0, Critical),
                (1.2, Alternating),
            ],
        ),
        (
            Recursion::Nesterov,
            -0.5,
            vec![
                (0.5, Overdamped),
                (1.0, Critical),
                (2.0, Underdamped),
                (9.5, Alternating),
            ],
        ),
        (
            Recursion::ExplicitEuler,
            0.5,
            vec![(0.05, Overdamped), (0.0625, Critical), (0.3, Underdamped)],
        ),
        (
            Recursion::ExplicitEuler,
            -1.5,
            vec![(1.2, Alternating), (2.0, Underdamped)],
        ),
    ] {
        for (q, damping) in expected {
            assert_eq!(
                recursion.damping(q, beta),
                damping,
                "{recursion} {q} {beta}"
            );
        }
    }
}
