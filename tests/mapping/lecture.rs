//! The lecture's runs: α = 0.1, β = 0.5, a hundred iterations from rest on its two landscapes, and
//! Sutskever's schedule: Derivation (1), (11), (12), (18), (34). The numbers were computed outside
//! this library.

use heavyball::error::RunError;
use heavyball::prelude::*;
use heavyball::{RuleFromFn, SutskeverSchedule};
use nalgebra::{Vector1, Vector2, vector};

const ALPHA: f64 = 0.1;
const BETA: f64 = 0.5;

/// Iterates 0 to 100 on the quartic from −1/2.
fn on_the_quartic<R: UpdateRule<f64> + Clone>(rule: R) -> Vec<f64> {
    let iterates = rule.iterates(&Quartic, vector![-0.5]);
    iterates.map(|at| at.position.x).take(101).collect()
}

/// Derivation (11): on x⁴ − 3x³ + 2 from −1/2 momentum rolls over the flat saddle at 0, up to 2.73, and
/// into the minimum 9/4, within 1e-12 of it at iterate 86 for the first time.
#[test]
fn momentum_reaches_the_quartics_minimum() -> Result<(), Error> {
    let run = on_the_quartic(Momentum::new(ALPHA, BETA)?);
    assert!(
        (run[100] - 2.249_999_999_999_795_3).abs() < 1e-12,
        "{}",
        run[100]
    );
    let peak = run.iter().copied().fold(f64::MIN, f64::max);
    assert!((peak - 2.729_972_9).abs() < 5e-8, "{peak}");
    let first = run.iter().position(|x| (x - 2.25).abs() < 1e-12);
    assert_eq!(first, Some(86));
    Ok(())
}

/// Derivation (1): gradient descent stalls before the flat saddle that momentum crosses.
#[test]
fn gradient_descent_stalls_at_the_flat_saddle() -> Result<(), Error> {
    let run = on_the_quartic(GradientDescent::new(ALPHA)?);
    assert!(
        (run[100] + 0.010_222_808_231_487_635).abs() < 1e-12,
        "{}",
        run[100]
    );
    assert!(run.iter().all(|x| *x < 0.0));
    Ok(())
}

/// Derivation (18): Nesterov reaches 2.3689395 and is thrown back, since αλ = 2.025 at the minimum is
/// above its limit 1.5 and below momentum's 3.
#[test]
fn nesterov_is_thrown_back_from_the_minimum() -> Result<(), Error> {
    let run = on_the_quartic(Nesterov::new(ALPHA, BETA)?);
    assert!(
        (run[100] + 0.006_418_296_814_532_411).abs() < 1e-12,
        "{}",
        run[100]
    );
    let peak = run.iter().copied().fold(f64::MIN, f64::max);
    assert!((peak - 2.368_939_5).abs() < 5e-8, "{peak}");
    Ok(())
}

/// Derivation (12): explicit Euler with the same α and β, the old velocity in the position line, is far
/// outside the landscape at iterate 17 and ends in a typed divergence, not in NaN.
#[test]
fn explicit_euler_diverges_on_the_quartic() -> Result<(), Error> {
    let dt = ALPHA.sqrt();
    let ball = HeavyBall::new(1.0, (1.0 - BETA) / dt)?;
    let method = ExplicitEuler::new(dt)?;
    let mut phases = method.phases(&ball, &Quartic, Phase::at_rest(vector![-0.5]))?;
    let run: Vec<f64> = phases.by_ref().map(|at| at.position.x).collect();
    assert_eq!(run.iter().position(|x| x.abs() > 1e8), Some(17));
    assert!(run.iter().all(|x| x.is_finite()) && run.len() < 30);
    let expected = run.len();
    assert!(
        matches!(phases.failure(), Some(Error::Run(RunError::Diverged { step, .. })) if *step == expected),
        "{:?}",
        phases.failure()
    );

    let problem = Problem::new(ball, Quartic, vector![-0.5]).until(100.0 * dt);
    let failure = problem.solve(&method).err();
    assert!(
        matches!(failure, Some(Error::Run(RunError::Diverged { step, .. })) if step == expected),
        "{failure:?}"
    );
    // The semi-implicit method with the same ball and step ends in the minimum.
    let end = problem.solve(&SymplecticEuler::new(dt)?)?.last().position.x;
    assert!((end - 2.25).abs() < 1e-11, "{end}");
    Ok(())
}

/// x₁₀₀ on the double well.
fn on_the_double_well<R: UpdateRule<f64> + Clone>(
    rule: R,
    start: [f64; 2],
    k: usize,
) -> Result<Vector2<f64>, Error> {
    Ok(rule.iterates(&DoubleWell, start.into()).after(k)?.position)
}

/// Derivation (11), (18): the table of starts on x₀⁴ − 2x₀² + x₁²: where momentum and Nesterov are after
/// 100 iterations, x₀ to 1e-12 and the tiny x₁ to the digits of the table.
#[test]
fn the_double_wells_starts_end_where_the_lecture_says() -> Result<(), Error> {
    let (momentum, nesterov) = (Momentum::new(ALPHA, BETA)?, Nesterov::new(ALPHA, BETA)?);
    let table = [
        (
            [-1.5, -1.5],
            [-0.999_999_999_999_999_3, 9.7636e-16],
            [-1.0, -2.688e-20],
        ),
        ([0.0, 1.0], [0.0, -6.509e-16], [0.0, 1.792e-20]),
        (
            [0.01, 1.0],
            [0.999_999_999_999_997_3, -6.509e-16],
            [1.0, 1.792e-20],
        ),
        (
            [1.5, 1.5],
            [0.999_999_999_999_999_3, -9.7636e-16],
            [1.0, 2.688e-20],
        ),
    ];
    for (start, by_momentum, by_nesterov) in table {
        let ends = [
            (on_the_double_well(momentum, start, 100)?, by_momentum),
            (on_the_double_well(nesterov, start, 100)?, by_nesterov),
        ];
        for (end, [x, y]) in ends {
            assert!(
                (end.x - x).abs() < 1e-12,
                "from {start:?}: {} where {x} is right",
                end.x
            );
            // The mode x₁ is linear and keeps its relative accuracy; four digits are given.
            assert!(
                (end.y / y - 1.0).abs() < 2e-4,
                "from {start:?}: {:e} where {y:e} is right",
                end.y
            );
        }
    }
    Ok(())
}

/// Derivation (11), (18): x₁₀ from (−1.5, −1.5), before the runs have settled.
#[test]
fn the_tenth_iterates_are_the_lectures() -> Result<(), Error> {
    let start = [-1.5, -1.5];
    let momentum = on_the_double_well(Momentum::new(ALPHA, BETA)?, start, 10)?;
    let expected = vector![-0.966_409_214_274_498_2, 0.048_817_944_899_999_98];
    assert!((momentum - expected).amax() < 1e-12, "{momentum}");
    let nesterov = on_the_double_well(Nesterov::new(ALPHA, BETA)?, start, 10)?;
    assert!(
        (nesterov.x + 0.999_753_786_678_903_2).abs() < 1e-12,
        "{nesterov}"
    );
    assert!((nesterov.y - 0.016_480_665_6).abs() < 1e-12, "{nesterov}");
    Ok(())
}

/// Derivation (11): from (0, 1) every method stays on the ridge x₀ = 0, exactly, for ever: 10 000
/// iterations, and whatever β.
#[test]
fn the_ridge_is_never_left() -> Result<(), Error> {
    fn stays<R: UpdateRule<f64> + Clone>(rule: R) -> Result<bool, Error> {
        let mut iterates = rule.iterates(&DoubleWell, vector![0.0, 1.0]);
        let mut on_the_ridge = true;
        for _ in 0..=10_000 {
            on_the_ridge &= iterates.advance().is_some_and(|at| at.position.x == 0.0);
        }
        Ok(on_the_ridge)
    }
    assert!(stays(GradientDescent::new(ALPHA)?)?);
    for beta in [0.0, 0.5, 0.9, 1.0] {
        assert!(stays(Momentum::new(ALPHA, beta)?)? && stays(Nesterov::new(ALPHA, beta)?)?);
    }
    Ok(())
}

/// Derivation (14), (20): a hair beside the ridge, at (1e-8, 1), |x₀| grows by the largest root of the
/// saddle's recursion a step: 1.584429 with momentum, 1.684429 with Nesterov, 1.4 with gradient
/// descent; it exceeds 1/2 first at iterate 39, 35, 53.
#[test]
fn the_saddle_is_left_by_its_multiplier() -> Result<(), Error> {
    fn escape<R: UpdateRule<f64> + Clone>(rule: R) -> (f64, Option<usize>) {
        let iterates = rule.iterates(&DoubleWell, vector![1e-8, 1.0]);
        let run: Vec<f64> = iterates.map(|at| at.position.x.abs()).take(61).collect();
        (run[16] / run[15], run.iter().position(|x| *x > 0.5))
    }
    // λ = −4: μ² − (1 + β + 4α)μ + β = 0; for Nesterov β(1 + 4α) in place of β.
    let root = |decay: f64| {
        let sum = 1.0 + decay + 4.0 * ALPHA;
        (sum + (sum * sum - 4.0 * decay).sqrt()) / 2.0
    };
    let cases = [
        (
            escape(Momentum::new(ALPHA, BETA)?),
            root(BETA),
            1.584_429,
            39,
        ),
        (
            escape(Nesterov::new(ALPHA, BETA)?),
            root(1.4 * BETA),
            1.684_429,
            35,
        ),
        (escape(GradientDescent::new(ALPHA)?), root(0.0), 1.4, 53),
    ];
    for ((multiplier, first), root, recorded, iterate) in cases {
        assert!(
            (multiplier - root).abs() < 1e-7,
            "{multiplier} where {root} is right"
        );
        assert!(
            (multiplier - recorded).abs() < 6e-7,
            "{multiplier} where {recorded} is right"
        );
        assert_eq!(first, Some(iterate));
    }
    Ok(())
}

/// Derivation (34): Sutskever's schedule is 2^(−1−log₂(⌊k/250⌋+1)) below 1, as the paper writes it, and
/// never above its maximum.
#[test]
fn sutskevers_schedule_is_the_papers() -> Result<(), Error> {
    for maximum in [0.0, 0.5, 0.9, 0.99, 0.995, 0.999, 1.0] {
        let schedule = SutskeverSchedule::new(maximum)?;
        for k in (0..2000).chain([9_999, 10_000, 124_999, 125_000, 1_000_000]) {
            let stage = (k / 250 + 1) as f64;
            let paper = (1.0 - (-1.0 - stage.log2()).exp2()).min(maximum);
            assert!(
                (schedule.beta(k) - paper).abs() <= 4.0 * f64::EPSILON,
                "{k}"
            );
        }
    }
    let schedule = SutskeverSchedule::new(0.99)?;
    let steps = [0, 249, 250, 499, 500, 749, 750, 12_249, 12_250, 12_500].map(|k| schedule.beta(k));
    let stages = [
        0.5,
        0.5,
        0.75,
        0.75,
        1.0 - 1.0 / 6.0,
        1.0 - 1.0 / 6.0,
        0.875,
    ];
    assert_eq!(&steps[..7], &stages);
    // 1 − 1/98, the last stage below 0.99; 1 − 1/100; and the cap.
    assert_eq!(&steps[7..], &[1.0 - 0.5 / 49.0, 0.99, 0.99]);
    Ok(())
}

/// Derivation (34): `RuleFromFn` uses βₖ in the update from iterate k to k + 1, with the first rise at the
/// update from 250.
#[test]
fn a_schedule_is_read_at_its_iterate() -> Result<(), Error> {
    let schedule = SutskeverSchedule::new(0.9)?;
    let rule = RuleFromFn(|k| Momentum::new(1e-3, schedule.beta(k)));
    let run: Vec<Vector1<f64>> = rule
        .iterates(&Quartic, vector![-0.5])
        .map(|at| at.position)
        .take(600)
        .collect();
    let (mut x, mut v) = (-0.5_f64, 0.0_f64);
    for (k, position) in run.iter().enumerate() {
        assert!(
            (position.x - x).abs() < 1e-13,
            "iterate {k}: {} where {x} is right",
            position.x
        );
        let beta = match k {
            0..250 => 0.5,
            250..500 => 0.75,
            _ => 1.0 - 1.0 / 6.0,
        };
        v = beta * v - 1e-3 * x * x * (4.0 * x - 9.0);
        x += v;
    }
    assert_eq!(run.len(), 600);
    Ok(())
}
