//! The optimal tunings: no (α, β) of a fine grid is faster, and what particle they are.

use heavyball::prelude::*;
use heavyball::study::stability::{Damping, Recursion};
use proptest::prelude::*;

const CELLS: u32 = 400;

/// The best of a 400 × 400 grid of α in (0, `end`] and β in (−1, 1).
fn best(recursion: Recursion, end: f64, kappa: f64) -> (f64, f64, f64) {
    let mut best = (f64::INFINITY, 0.0, 0.0);
    for i in 1..=CELLS {
        let alpha = end * f64::from(i) / f64::from(CELLS);
        for j in 0..CELLS {
            let beta = -1.0 + 2.0 * (f64::from(j) + 0.5) / f64::from(CELLS);
            let rate = recursion.rate_on(alpha, beta, 1.0, kappa).unwrap();
            if rate < best.0 {
                best = (rate, alpha, beta);
            }
        }
    }
    best
}

/// Derivation (50): no point of a grid has a smaller rate than the tuning, and the best one is as near as the grid allows.
///
/// The optimum is a double root of the modes at both ends, so that a cell (Δα, Δβ) costs ½√Δ, Δ the change of the
/// discriminant.
#[test]
fn no_point_of_a_grid_is_faster() {
    for kappa in [10.0, 100.0] {
        let end = 4.0 / kappa;
        let (steps, across) = (end / f64::from(CELLS), 2.0 / f64::from(CELLS));
        let momentum = Momentum::optimal(1.0, kappa).unwrap();
        let nesterov = Nesterov::optimal(1.0, kappa).unwrap();
        let root = kappa.sqrt();
        for (recursion, alpha, beta, rate) in [
            (
                Recursion::Momentum,
                momentum.alpha,
                momentum.beta,
                (root - 1.0) / (root + 1.0),
            ),
            (
                Recursion::Nesterov,
                nesterov.alpha,
                nesterov.beta,
                1.0 - 2.0 / (3.0 * kappa + 1.0).sqrt(),
            ),
        ] {
            let (found, at_alpha, at_beta) = best(recursion, end, kappa);
            let own = recursion.rate_on(alpha, beta, 1.0, kappa).unwrap();
            println!(
                "{recursion}, κ = {kappa}: {rate:.6}, itself {:+.1e}, best of the grid {:+.4} at α = {at_alpha:.4} (optimal {alpha:.4}), β = {at_beta:.4} ({beta:.4})",
                own - rate,
                found - rate
            );
            assert!((own - rate).abs() < 1e-7);
            assert!(found >= rate - 1e-12, "{recursion}: {found} below {rate}");
            // Half a cell away in α and β, with |∂/∂Q| ≤ 8 and |∂/∂β| ≤ 8 at the two ends.
            let discriminant = 8.0 * (kappa * steps + across) / 2.0;
            assert!(
                found <= rate + 0.5 * discriminant.sqrt() + across,
                "{recursion}: {found}"
            );
            assert!((at_beta - beta).abs() < 0.1 && (at_alpha / alpha - 1.0).abs() < 0.1);
        }
        let rate = (kappa - 1.0) / (kappa + 1.0);
        let own = GradientDescent::optimal(1.0, kappa).unwrap();
        let on = |alpha| {
            Recursion::GradientDescent
                .rate_on(alpha, 0.0, 1.0, kappa)
                .unwrap()
        };
        assert!((on(own.alpha) - rate).abs() < 1e-15);
        let grid = (1..=CELLS * CELLS).map(|i| on(end * f64::from(i) / f64::from(CELLS * CELLS)));
        let found = grid.fold(f64::INFINITY, f64::min);
        assert!(found >= rate - 1e-12 && found <= rate + kappa * end / f64::from(CELLS * CELLS));
    }
}

/// Derivation (50): the numbers at κ = 25, and Nesterov's own scheme.
#[test]
fn rates_at_kappa_25_are_the_published_ones() {
    let momentum = Momentum::optimal(1.0, 25.0)
        .unwrap()
        .stability_on(1.0, 25.0)
        .unwrap();
    let standard = Nesterov::standard(1.0, 25.0)
        .unwrap()
        .stability_on(1.0, 25.0)
        .unwrap();
    let nesterov = Nesterov::optimal(1.0, 25.0)
        .unwrap()
        .stability_on(1.0, 25.0)
        .unwrap();
    let descent = GradientDescent::optimal(1.0, 25.0)
        .unwrap()
        .stability_on(1.0, 25.0)
        .unwrap();
    // Double roots: to half the digits.
    assert!(
        (momentum.rate - 2.0 / 3.0).abs() < 1e-7,
        "{}",
        momentum.rate
    );
    assert!((standard.rate - 0.8).abs() < 1e-7, "{}", standard.rate);
    assert!(
        (nesterov.rate - 0.77058427).abs() < 5e-8,
        "{}",
        nesterov.rate
    );
    assert!(
        (descent.rate - 12.0 / 13.0).abs() < 1e-15,
        "{}",
        descent.rate
    );
    assert!(
        [momentum, standard, nesterov, descent]
            .iter()
            .all(|of| of.is_stable())
    );
    assert_eq!(
        [momentum.damping, standard.damping, nesterov.damping],
        [Damping::Critical; 3]
    );
    let ends = |q| Recursion::Momentum.damping(q, momentum.beta);
    assert_eq!(
        [ends(momentum.alpha), ends(25.0 * momentum.alpha)],
        [Damping::Critical; 2]
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Derivation (51): Polyak's optimum is γ_eff = h√(μL), m_eff = h²(L + μ)/4; in mass 1 the step 2/√(L + μ) and the drag
    /// 2√(μL/(L + μ)) under central drag, and 2/(√L + √μ) and the harmonic mean of √μ and √L under explicit drag.
    #[test]
    fn the_optimal_particle(
        (mu, kappa, h) in ((-3.0..3.0_f64), (0.001..6.0_f64), (-2.0..2.0_f64))
            .prop_map(|(mu, kappa, h)| (10_f64.powf(mu), 10_f64.powf(kappa), 10_f64.powf(h)))
    ) {
        let l = mu * kappa;
        let rule = Momentum::optimal(mu, l)?;
        // 1 − β has lost a factor √κ of its digits.
        let near = |found: f64, expected: f64| (found / expected - 1.0).abs() < 4.0 * f64::EPSILON * (4.0 + kappa.sqrt());
        let effective = rule.effective_particle(h)?;
        prop_assert!(near(effective.drag, h * (mu * l).sqrt()));
        prop_assert!(near(effective.mass, h * h * (l + mu) / 4.0));

        let (ball, dt) = rule.to_heavy_ball(Discretization::CentralDrag, Gauge::Mass(1.0))?;
        prop_assert!(near(dt, 2.0 / (l + mu).sqrt()));
        prop_assert!(near(ball.drag, 2.0 * (mu * l / (l + mu)).sqrt()));

        let (ball, dt) = rule.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
        prop_assert!(near(dt, 2.0 / (l.sqrt() + mu.sqrt())));
        prop_assert!(near(ball.drag, 2.0 / (1.0 / mu.sqrt() + 1.0 / l.sqrt())));
    }
}

/// Derivation (51): as κ grows it is critical damping of the slowest mode, 2√μ, at the stability limit of the fastest, 2/√L.
#[test]
fn a_large_kappa_is_critical_damping_at_the_limit_of_stability() {
    use heavyball::study::stability::largest_step;
    let (mu, l) = (0.3, 0.3e8);
    let rule = Momentum::optimal(mu, l).unwrap();
    let (ball, dt) = rule
        .to_heavy_ball(Discretization::CentralDrag, Gauge::Mass(1.0))
        .unwrap();
    let limit = largest_step(Discretization::CentralDrag, &ball, l)
        .unwrap()
        .limit();
    // Off by half of 1/κ each.
    assert!(
        (dt / limit - (1.0_f64 + 1e-8).powf(-0.5)).abs() < 1e-14,
        "{dt} {limit}"
    );
    assert!((ball.drag / (2.0 * mu.sqrt()) - 1.0).abs() < 1e-8);
}

/// (50): ρ depends on αλ and β alone, so that curvatures four times as large have a quarter of the α and the same β.
#[test]
fn a_tuning_scales_with_the_curvatures() -> Result<(), Error> {
    type Tuning = fn(f64, f64) -> Result<(f64, f64), Error>;
    let tunings: [Tuning; 4] = [
        |mu, l| GradientDescent::optimal(mu, l).map(|rule| (rule.alpha, 0.0)),
        |mu, l| Momentum::optimal(mu, l).map(|rule| (rule.alpha, rule.beta)),
        |mu, l| Nesterov::standard(mu, l).map(|rule| (rule.alpha, rule.beta)),
        |mu, l| Nesterov::optimal(mu, l).map(|rule| (rule.alpha, rule.beta)),
    ];
    for tuning in tunings {
        let (alpha, beta) = tuning(1.0, 30.0)?;
        for factor in [0.25, 4.0, 1024.0] {
            assert_eq!(tuning(factor, 30.0 * factor)?, (alpha / factor, beta));
        }
    }
    Ok(())
}
