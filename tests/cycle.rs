//! The function of Lessard, Recht and Packard on which momentum circles for ever: Derivation (35).
//!
//! Reference: L. Lessard, B. Recht, A. Packard, *SIAM J. Optim.* 26 (2016) 57, arXiv 1408.3595.

mod exact;

use exact::ratio;
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
