//! Explicit Euler on quadratic modes: momentum with another decay for each curvature: Derivation (17).

use crate::support::exact::{drags_per_step, fractions, positives};
use heavyball::prelude::*;
use nalgebra::{matrix, vector};
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

const STEPS: usize = 6;

/// The iterates of explicit Euler with (α, β) on the mode f = λx²/2, by the particle with m = 1,
/// Δt = `dt`, α = Δt² and β = 1 − z.
fn explicit_euler(
    dt: &BigRational,
    z: &BigRational,
    curvature: &BigRational,
    (x, v): (&BigRational, &BigRational),
) -> Result<Vec<BigRational>, Error> {
    let ball = HeavyBall::of(BigRational::one(), z / dt)?;
    let mode = Quadratic::diagonal(vector![curvature.clone()])?;
    let start = Phase::new(vector![x.clone()], vector![v / dt]);
    let phases = ExplicitEuler::of(dt.clone())?.phases(&ball, &mode, start)?;
    Ok(phases
        .map(|at| at.position.x.clone())
        .take(STEPS + 1)
        .collect())
}

/// The (α′, β′) whose momentum recursion passes through x₀, x₁, x₂, x₃, by Cramer's rule:
/// x₊ − x = β′(x − x₋) − α′λx at two points; `None` if they do not determine it.
fn fitted(x: &[BigRational], curvature: &BigRational) -> Option<(BigRational, BigRational)> {
    let row = |k: usize| (-(curvature * &x[k]), &x[k] - &x[k - 1], &x[k + 1] - &x[k]);
    let ((a, b, e), (c, d, f)) = (row(1), row(2));
    let determinant = &a * &d - &b * &c;
    (!determinant.is_zero()).then(|| {
        (
            (&e * &d - &b * &f) / &determinant,
            (&a * &f - &e * &c) / &determinant,
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Derivation (17): on one mode of curvature λ, explicit Euler with (α, β) is HB(α, β + αλ) started
    /// at v₀′ = (v₀ + αλx₀)/(β + αλ), to the last digit.
    #[test]
    fn on_one_mode_it_is_momentum_with_another_decay(
        dt in positives(), z in drags_per_step(), curvature in fractions(), x in fractions(), v in fractions()
    ) {
        let (alpha, beta) = (&dt * &dt, BigRational::one() - &z);
        let (push, decay) = (&alpha * &curvature, &beta + &alpha * &curvature);
        prop_assume!(!decay.is_zero());
        let mode = Quadratic::diagonal(vector![curvature.clone()])?;
        // The decay may lie outside (−1, 1], where `Momentum::of` refuses: it is assigned to the field.
        let mut rule = Momentum::of(alpha, BigRational::one())?;
        rule.beta = decay.clone();
        let momentum: Vec<_> = rule
            .iterates(&mode, vector![x.clone()])
            .with_velocity(vector![(&v + push * &x) / decay])
            .map(|at| at.position.x.clone())
            .take(STEPS + 1)
            .collect();
        prop_assert_eq!(explicit_euler(&dt, &z, &curvature, (&x, &v))?, momentum);
    }

    /// Derivation (17): the (α′, β′) that reproduces explicit Euler on one eigenvalue, (α, β + αλ), is
    /// the only one and misses on every other: no momentum method is explicit Euler.
    #[test]
    fn no_single_momentum_serves_two_modes(
        dt in positives(), z in drags_per_step(), soft in fractions(), stiff in fractions(),
        x in fractions(), v in fractions(),
    ) {
        prop_assume!(soft != stiff && !soft.is_zero());
        let (alpha, beta) = (&dt * &dt, BigRational::one() - &z);
        let first = explicit_euler(&dt, &z, &soft, (&x, &v))?;
        let Some((rate, decay)) = fitted(&first, &soft) else {
            return Err(TestCaseError::reject("the start excites one eigenvector only"));
        };
        prop_assert_eq!(&rate, &alpha);
        prop_assert_eq!(&decay, &(beta + &alpha * &soft));

        let second = explicit_euler(&dt, &z, &stiff, (&x, &v))?;
        for k in 1..STEPS {
            let step = &second[k] - &second[k - 1];
            let predicted = &second[k] + &decay * &step - &rate * &stiff * &second[k];
            let miss = &second[k + 1] - predicted;
            prop_assert_eq!(&miss, &(&alpha * (&stiff - &soft) * &step));
            if !step.is_zero() {
                prop_assert!(!miss.is_zero());
            }
        }
    }
}

/// Derivation (17): in the plane, with curvatures 1 and 4 coupled by a rotation, the two equations for
/// (α′, β′) of one step from explicit Euler's iterates contradict those of the next.
#[test]
fn on_coupled_modes_no_momentum_fits_two_steps() -> Result<(), Error> {
    let ball = HeavyBall::new(1.0, 1.0)?;
    let bowl = Quadratic::symmetric(matrix![2.5, 1.5; 1.5, 2.5])?;
    let start = Phase::at_rest(vector![1.0, 0.25]);
    let phases = ExplicitEuler::new(0.25)?.phases(&ball, &bowl, start)?;
    let x: Vec<_> = phases.map(|at| at.position).take(6).collect();
    let fit = |k: usize| {
        let push = matrix![2.5, 1.5; 1.5, 2.5] * x[k];
        let step = x[k] - x[k - 1];
        let columns = nalgebra::Matrix2::from_columns(&[-push, step]);
        columns.lu().solve(&(x[k + 1] - x[k]))
    };
    let (Some(one), Some(next)) = (fit(2), fit(3)) else {
        panic!("the iterates do not determine a momentum method");
    };
    assert!((one - next).amax() > 0.05, "{one} against {next}");
    Ok(())
}

/// Derivation (17) and its section: on curvature k explicit Euler is stable for Δt < γ/k up to critical
/// drag and for Δt < 4m/(γ + √(γ² − 4mk)) above it, here on both sides of either limit.
#[test]
fn the_largest_stable_step_has_two_regimes() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![1.0])?;
    for drag in [0.5_f64, 1.0, 2.0, 3.0, 5.0, 10.0] {
        let discriminant = drag * drag - 4.0;
        let limit = match discriminant > 0.0 {
            true => 4.0 / (drag + discriminant.sqrt()),
            false => drag,
        };
        let ball = HeavyBall::new(1.0, drag)?;
        let after = |dt: f64| {
            let start = Phase::new(vector![1.0], vector![0.3]);
            let phases = ExplicitEuler::new(dt)?.phases(&ball, &bowl, start)?;
            Ok::<f64, Error>(phases.after(4000)?.position.norm())
        };
        assert!(after(0.98 * limit)? < 1e-3, "drag {drag}");
        assert!(after(1.02 * limit)? > 1e3, "drag {drag}");
    }
    Ok(())
}
