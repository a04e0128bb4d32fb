//! Nesterov's momentum: its signs, its θ and its modes: Derivation (18), (19), (20).

use crate::support::exact::{
    Motion, drags_per_step, fractions, gradient, motions, positives, ratio,
};
use heavyball::prelude::*;
use nalgebra::{SVector, vector};
use num_rational::BigRational;
use num_traits::One;
use proptest::prelude::*;

const STEPS: usize = 4;

type Run<const D: usize> = Vec<(SVector<BigRational, D>, SVector<BigRational, D>)>;

/// (α, β) of a motion: a random pair with β in (−1, 1].
fn coefficients<const D: usize>(motion: &Motion<D>) -> (BigRational, BigRational) {
    (motion.q(), BigRational::one() - motion.z())
}

/// The crate's iterates (x, v).
fn nesterov<const D: usize>(motion: &Motion<D>) -> Result<Run<D>, Error> {
    let (alpha, beta) = coefficients(motion);
    let iterates = Nesterov::of(alpha, beta)?
        .iterates(&motion.potential, motion.position.clone())
        .with_velocity(motion.velocity.clone());
    Ok(iterates
        .map(|at| (at.position, at.velocity))
        .take(STEPS + 1)
        .collect())
}

/// x and v after each update of `velocity_line`, which is given x and v, and x₊ = x + `sign`·v₊.
fn run<const D: usize>(
    motion: &Motion<D>,
    sign: i64,
    velocity_line: impl Fn(
        &SVector<BigRational, D>,
        &SVector<BigRational, D>,
    ) -> SVector<BigRational, D>,
) -> Run<D> {
    let sign = ratio(sign, 1);
    let (mut x, mut v) = (motion.position.clone(), &motion.velocity * sign.clone());
    let mut run = vec![(x.clone(), v.clone())];
    for _ in 0..STEPS {
        v = velocity_line(&x, &v);
        x += &v * sign.clone();
        run.push((x.clone(), v.clone()));
    }
    run
}

fn both_signs<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let (alpha, beta) = coefficients(motion);
    let f = &motion.potential;
    let plus = run(motion, 1, |x, v| {
        let push = v * beta.clone();
        &push - gradient(f, &(x + &push)) * alpha.clone()
    });
    let minus = run(motion, -1, |x, v| {
        let push = v * beta.clone();
        &push + gradient(f, &(x - &push)) * alpha.clone()
    });
    let turned: Run<D> = minus.into_iter().map(|(x, v)| (x, -v)).collect();
    prop_assert_eq!(&plus, &turned);
    prop_assert_eq!(&nesterov(motion)?, &plus);

    // The θ-scheme x₊ = x + β(x − x₋) − α∇f(x + θ(x − x₋)), θ = β, has the same positions.
    let (mut before, mut x) = (&motion.position - &motion.velocity, motion.position.clone());
    for (position, _) in &plus {
        prop_assert_eq!(position, &x);
        let push = (&x - &before) * beta.clone();
        let after = &x + &push - gradient(f, &(&x + &push)) * alpha.clone();
        (before, x) = (x, after);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]

    /// Derivation (18), (19): v₊ = βv − α∇f(x + βv), x₊ = x + v₊ and v₊ = βv + α∇f(x − βv),
    /// x₊ = x − v₊ are one method with the sign of v turned; `Nesterov` is it, and the θ-scheme with
    /// θ = β. To the last digit, on any polynomial.
    #[test]
    fn both_sign_conventions_are_nesterov(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        both_signs(&one)?;
        both_signs(&two)?;
        both_signs(&three)?;
        both_signs(&four)?;
        both_signs(&two.without_drag())?;
    }

    /// Derivation (20): on modes of curvature λ, Nesterov's iterates are those of HB(α, β(1 − αλ)) with
    /// the same v₀, mode by mode; with plain HB(α, β) only where α, β, λ or the start vanish.
    #[test]
    fn on_a_mode_nesterov_is_momentum_with_less_decay(
        root in positives(), z in drags_per_step(),
        curvatures in [fractions(), fractions()], x in [fractions(), fractions()], v in [fractions(), fractions()]
    ) {
        let (alpha, beta) = (&root * &root, BigRational::one() - z);
        let (x, v) = (SVector::from(x), SVector::from(v));
        let bowl = Quadratic::diagonal(SVector::from(curvatures.clone()))?;
        let rule = Nesterov::of(alpha.clone(), beta.clone())?;
        let run: Vec<_> = rule.iterates(&bowl, x.clone()).with_velocity(v.clone()).take(7).collect();
        prop_assert_eq!(run.len(), 7);
        for (mode, curvature) in curvatures.into_iter().enumerate() {
            let decay = &beta * (BigRational::one() - &alpha * &curvature);
            let single = Quadratic::diagonal(vector![curvature.clone()])?;
            let iterates = |decay: BigRational| {
                let mut momentum = Momentum::of(alpha.clone(), beta.clone()).unwrap();
                momentum.beta = decay; // may lie outside (−1, 1]
                momentum
                    .iterates(&single, vector![x[mode].clone()])
                    .with_velocity(vector![v[mode].clone()])
                    .take(7)
            };
            for (ours, theirs) in run.iter().zip(iterates(decay)) {
                prop_assert_eq!(&ours.position[mode], &theirs.position.x);
                prop_assert_eq!(&ours.velocity[mode], &theirs.velocity.x);
            }
            // The difference at the first step is −αβλv₀, so with v₀ ≠ 0 plain momentum shows.
            let plain = iterates(beta.clone()).nth(1).map(|at| at.velocity.x.clone());
            let miss = &run[1].velocity[mode] + &alpha * &beta * &curvature * &v[mode];
            prop_assert_eq!(plain, Some(miss));
        }
    }
}
