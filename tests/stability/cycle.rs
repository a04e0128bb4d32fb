//! The function of Lessard, Recht and Packard on which momentum circles for ever: Derivation (35), and (54) over the step.
//!
//! Reference: L. Lessard, B. Recht, A. Packard, *SIAM J. Optim.* 26 (2016) 57, arXiv 1408.3595.

use crate::support::exact::ratio;
use heavyball::LessardRechtPackard;
use heavyball::prelude::*;
use nalgebra::vector;
use num_rational::BigRational;
use num_traits::{One, Zero};

/// The cycle, in its order.
fn cycle() -> [BigRational; 3] {
    [ratio(792, 1225), ratio(-2208, 1225), ratio(2592, 1225)]
}

/// α = 1/9, β = 4/9, the optimum of Polyak for curvatures between 1 and 25.
fn polyak() -> Result<Momentum<BigRational>, Error> {
    Momentum::of(ratio(1, 9), ratio(4, 9))
}

/// The kinked function is continuous with its derivative, and its derivative is that of its value: the
/// counterexample is a legitimate one, with curvatures 1 and 25.
#[test]
fn the_function_is_smooth_and_strongly_convex() -> Result<(), Error> {
    for (knot, value, slope) in [(1, ratio(25, 2), 25), (2, ratio(38, 1), 26)] {
        let at = |offset: BigRational| vector![ratio(knot, 1) + offset];
        let tiny = ratio(1, 1_000_000_000);
        assert_eq!(LessardRechtPackard.value(&at(BigRational::zero())), value);
        let mut gradient = at(BigRational::zero());
        LessardRechtPackard.gradient(&at(BigRational::zero()), &mut gradient);
        assert_eq!(gradient.x, ratio(slope, 1));
        let below = (value.clone() - LessardRechtPackard.value(&at(-tiny.clone()))) / &tiny;
        let above = (LessardRechtPackard.value(&at(tiny.clone())) - value) / &tiny;
        let allowed = ratio(13, 1) * &tiny;
        assert!(
            (below - ratio(slope, 1)).abs_below(&allowed)
                && (above - ratio(slope, 1)).abs_below(&allowed)
        );
    }
    for x in [-0.7, 0.4, 1.5, 3.3] {
        assert!(check_gradient(&LessardRechtPackard, &vector![x])?.agrees());
    }
    Ok(())
}

trait AbsBelow {
    fn abs_below(&self, bound: &Self) -> bool;
}

impl AbsBelow for BigRational {
    fn abs_below(&self, bound: &Self) -> bool {
        self <= bound && -self <= *bound
    }
}

/// Derivation (35): on 792/1225, −2208/1225, 2592/1225 momentum with α = 1/9, β = 4/9 is a 3-cycle, to the
/// last digit, for ever; and so is kick-drift for the particle m = 1, γ = 5/3 with the step 1/3.
#[test]
fn momentum_circles_exactly() -> Result<(), Error> {
    let [first, second, third] = cycle();
    let start = vector![first.clone()];
    let velocity = vector![&first - &third];
    let run = polyak()?
        .iterates(&LessardRechtPackard, start.clone())
        .with_velocity(velocity.clone());
    let run: Vec<_> = run.map(|at| at.position.x.clone()).take(31).collect();
    assert_eq!(run.len(), 31);
    for (k, x) in run.iter().enumerate() {
        assert_eq!(x, &cycle()[k % 3], "iterate {k}");
    }
    assert!(first != second && second != third);

    let ball = HeavyBall::of(BigRational::one(), ratio(5, 3))?;
    let method = SymplecticEuler::of(ratio(1, 3))?;
    let phase = Phase::new(start, velocity * ratio(3, 1));
    let phases: Vec<_> = method
        .phases(&ball, &LessardRechtPackard, phase)?
        .take(31)
        .collect();
    assert!(
        phases
            .iter()
            .zip(&run)
            .all(|(phase, x)| &phase.position.x == x)
    );
    Ok(())
}

/// Derivation (35): from 3.3 at rest the iterates are 33/10, −16/5, 14/5, 16/45, −232/135, 32/15, …
#[test]
fn the_first_iterates_are_the_listed_fractions() -> Result<(), Error> {
    let run = polyak()?.iterates(&LessardRechtPackard, vector![ratio(33, 10)]);
    let run: Vec<_> = run.map(|at| at.position.x.clone()).take(6).collect();
    let listed = [(33, 10), (-16, 5), (14, 5), (16, 45), (-232, 135), (32, 15)];
    assert_eq!(run, listed.map(|(n, d)| ratio(n, d)));
    let decimals = [3.3, -3.2, 2.8, 0.355_55, -1.718_518_5, 2.133_33];
    for (x, decimal) in run.iter().zip(decimals) {
        assert!((x.to_f64() - decimal).abs() < 1e-5);
    }
    Ok(())
}

/// Derivation (35): the cycle attracts: from 3.3 the iterates x₃ₙ, x₃ₙ₊₁, x₃ₙ₊₂ tend to its points, on f64 to
/// rounding.
#[test]
fn the_run_converges_to_the_cycle() -> Result<(), Error> {
    let rule = Momentum::new(1.0 / 9.0, 4.0 / 9.0)?;
    let run: Vec<f64> = rule
        .iterates(&LessardRechtPackard, vector![3.3])
        .map(|at| at.position.x)
        .take(301)
        .collect();
    for (k, x) in run.iter().enumerate().skip(150) {
        let point = cycle()[k % 3].to_f64();
        assert!(
            (x - point).abs() < 1e-13,
            "iterate {k}: {x} where {point} is right"
        );
    }
    // It is a limit, not a start: at first the run is far from the cycle.
    assert!((run[3] - cycle()[0].to_f64()).abs() > 0.1);
    Ok(())
}

/// Derivation (35): the cycle is an artefact of the step: gradient descent with 1/13, Nesterov with
/// (1/25, 2/3) and the same particle with the step 1/300 instead of 1/3 all come to rest at 0.
#[test]
fn smaller_steps_and_other_methods_reach_the_minimum() -> Result<(), Error> {
    let start = vector![3.3];
    let descent = GradientDescent::new(1.0 / 13.0)?
        .iterates(&LessardRechtPackard, start)
        .after(500)?;
    assert!(descent.position.x.abs() < 1e-12, "{}", descent.position.x);
    let nesterov = Nesterov::new(1.0 / 25.0, 2.0 / 3.0)?
        .iterates(&LessardRechtPackard, start)
        .after(500)?;
    assert!(nesterov.position.x.abs() < 1e-12, "{}", nesterov.position.x);

    let ball = HeavyBall::new(1.0, 5.0 / 3.0)?;
    let end = |dt: f64, steps: usize| -> Result<f64, Error> {
        let phases =
            SymplecticEuler::new(dt)?.phases(&ball, &LessardRechtPackard, Phase::at_rest(start))?;
        Ok(phases.after(steps)?.position.x)
    };
    let (fine, coarse) = (end(1.0 / 300.0, 15_000)?, end(1.0 / 3.0, 150)?);
    assert!(fine.abs() < 1e-12, "{fine}");
    assert!((coarse - cycle()[0].to_f64()).abs() < 1e-10, "{coarse}");
    Ok(())
}

/// The points of Derivation (54).
fn points(alpha: &BigRational, beta: &BigRational) -> [BigRational; 3] {
    let u = BigRational::one() - beta;
    let w = BigRational::one() + beta * ratio(2, 1) - alpha * ratio(25, 1);
    let scale = alpha * ratio(8, 1) / (&u * &u + &u * &w + &w * &w);
    let two = ratio(2, 1);
    [
        ratio(8, 25) + &scale * (&u * &two + &w),
        ratio(8, 25) - &scale * (&u - &w),
        ratio(8, 25) - &scale * (&u + &w * &two),
    ]
}

/// Derivation (54): P and Q at h, positive or not.
fn polynomials(h: &BigRational) -> [BigRational; 2] {
    let at = |coefficients: [i64; 5]| {
        let horner = |sum, c: i64| sum * h + ratio(c, 1);
        coefficients.into_iter().fold(BigRational::zero(), horner)
    };
    [
        at([46875, 6375, -9025, -765, 459]),
        at([8125, 2125, -2375, -315, 189]),
    ]
}

/// Whether three iterations of the ball m = 1, γ = 5/3 at this step lead from the points of (54) to themselves.
fn circles(h: &BigRational) -> Result<bool, Error> {
    let rule = Momentum::of(h * h, BigRational::one() - h * ratio(5, 3))?;
    let [a, b, c] = points(&rule.alpha, &rule.beta);
    let run = rule
        .iterates(&LessardRechtPackard, vector![a.clone()])
        .with_velocity(vector![&a - &c]);
    let run: Vec<_> = run.take(5).map(|at| at.position.x.clone()).collect();
    Ok(run == [a.clone(), b.clone(), c, a, b])
}

/// Derivation (54): the closed form is a cycle of the iteration, with ==, exactly at the steps where P ≥ 0 and Q ≤ 0; these
/// are the steps from h₋ = 0.325587288497645 to h₊ = 0.344947583839271.
#[test]
fn the_cycle_exists_between_two_steps() -> Result<(), Error> {
    let both = |h: &BigRational| {
        let [p, q] = polynomials(h);
        p >= BigRational::zero() && q <= BigRational::zero()
    };
    let mut found = 0;
    for n in 1..=300 {
        let h = ratio(n, 500);
        assert_eq!(circles(&h)?, both(&h), "h = {n}/500");
        found += usize::from(circles(&h)?);
    }
    assert_eq!(found, 10); // 163/500 to 172/500
    for (digits, next) in [(325_587_288_497_644, true), (344_947_583_839_270, false)] {
        let at = |digits: i64| ratio(digits, 1_000_000_000_000_000);
        for (digits, found) in [(digits, !next), (digits + 1, next)] {
            assert_eq!(circles(&at(digits))?, found, "{digits}");
            assert_eq!(both(&at(digits)), found, "{digits}");
        }
    }
    // The signs of the proof: two positive roots each, by Descartes' rule.
    let signs = |n, d| polynomials(&ratio(n, d)).map(|value| value > BigRational::zero());
    assert_eq!(signs(0, 1), [true, true]);
    assert_eq!(signs(3, 10), [false, true]);
    assert_eq!(signs(8, 25), [false, false]);
    assert_eq!(signs(1, 3), [true, false]);
    assert_eq!(signs(2, 5), [true, true]);
    // At Polyak's step it is the cycle of (35).
    assert_eq!(points(&ratio(1, 9), &ratio(4, 9)), cycle());
    Ok(())
}

/// Derivation (54): it attracts up to h = 0.338850835353215, and not beyond; from 3.3 at rest it is reached between 0.327975 and
/// 0.334656 only.
#[test]
fn the_cycle_attracts_below_the_stability_limit() -> Result<(), Error> {
    let limit = 0.338850835353215;
    let drag: f64 = 5.0 / 3.0;
    assert!((limit - 4.0 / (drag + (drag * drag + 100.0).sqrt())).abs() < 1e-15);
    let rule = |h: f64| Momentum::new(h * h, 1.0 - drag * h);
    // A push off the cycle dies out or grows.
    for (h, attracts) in [
        (0.3257, true),
        (0.33, true),
        (limit - 1e-4, true),
        (limit + 1e-4, false),
    ] {
        let rule = rule(h)?;
        let exact = |x: f64| BigRational::from_float(x).unwrap_or_else(BigRational::zero);
        let [a, _, c] = points(&exact(rule.alpha), &exact(rule.beta)).map(|x| x.to_f64());
        let push = 1e-7;
        let run = rule
            .iterates(&LessardRechtPackard, vector![a + push])
            .with_velocity(vector![a - c]);
        let off = (run.after(3000)?.position.x - a).abs();
        assert_eq!(off < 1e-9, attracts, "{h}: {off}");
        assert!(attracts || off > 1e-6);
    }
    for (h, reached) in [
        (0.327974, false),
        (0.327976, true),
        (0.334656, true),
        (0.334657, false),
        (0.3255, false),
    ] {
        let end = rule(h)?
            .iterates(&LessardRechtPackard, vector![3.3])
            .after(3000)?
            .position
            .x;
        assert_eq!(end.abs() > 0.1, reached, "{h}: {end}");
    }
    Ok(())
}

/// f″ by the piece on the right, as a product.
#[test]
fn the_curvature_is_1_or_25() {
    for (x, expected) in [
        (-3.0, 25.0),
        (0.999, 25.0),
        (1.0, 1.0),
        (1.5, 1.0),
        (2.0, 25.0),
        (7.0, 25.0),
    ] {
        let mut product = vector![f64::NAN];
        LessardRechtPackard.hessian_product(&vector![x], &vector![2.0], &mut product);
        assert_eq!(product.x, 2.0 * expected, "{x}");
    }
}
