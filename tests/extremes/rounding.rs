//! What differs by rounding only is accepted; what a finite difference cannot tell is not called right.

use heavyball::Method;
use heavyball::potentials::{check_gradient, from_fn};
use heavyball::prelude::*;
use nalgebra::{Matrix3, Rotation3, Vector1, Vector3, matrix, vector};
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// R·D·Rᵀ is symmetric up to the last bits, and f = ½xᵀAx takes them as their mean.
    #[test]
    fn a_turned_matrix_is_symmetric(
        angles in prop::array::uniform3(-3.0..3.0_f64),
        curvatures in prop::array::uniform3(-1e6..1e6_f64),
        exponent in -300..300,
    ) {
        let turn = Rotation3::from_euler_angles(angles[0], angles[1], angles[2]).into_inner();
        let size = 10_f64.powi(exponent);
        let matrix: Matrix3<f64> =
            turn * Matrix3::from_diagonal(&(Vector3::from(curvatures) * size)) * turn.transpose();
        let bowl = Quadratic::symmetric(matrix).unwrap();
        prop_assert_eq!(bowl.matrix(), &bowl.matrix().transpose());
        prop_assert!((bowl.matrix() - matrix).amax() <= 4e-15 * matrix.amax());
    }
}

/// An asymmetry above rounding stays an error, in single precision and in exact fractions too.
#[test]
fn a_matrix_that_is_not_symmetric_is_refused() {
    use num_bigint::BigInt;
    use num_rational::BigRational;
    assert!(Quadratic::symmetric(matrix![1.0, 0.5; 0.500_000_000_1, 1.0]).is_err());
    assert!(Quadratic::symmetric(matrix![1.0_f32, 0.5; 0.500_01, 1.0]).is_err());
    assert!(Quadratic::symmetric(matrix![1.0_f32, 0.5; 0.500_000_1, 1.0]).is_ok());
    let fraction = |a: i64, b: i64| BigRational::new(BigInt::from(a), BigInt::from(b));
    let nearly = matrix![fraction(1, 1), fraction(1, 3); fraction(333_333_333_333_333_333, 1_000_000_000_000_000_000), fraction(1, 1)];
    assert!(Quadratic::symmetric(nearly).is_err());
}

/// ∂ sin(kx)/∂x + 1 is wrong for every k, also where the period of sin(kx) is a multiple of the step of the difference.
#[test]
fn a_gradient_that_is_off_by_one_never_agrees() -> Result<(), Error> {
    let mut steepest: f64 = 0.0;
    for step in 0..40_000 {
        let k = 0.1 * 1.000_3_f64.powi(step);
        for x in [0.3, 1.0, 10.0, 100.0] {
            let wrong = from_fn(
                move |x: &Vector1<f64>| (k * x.x).sin(),
                move |x: &Vector1<f64>| vector![k * (k * x.x).cos() + 1.0],
            );
            let found = check_gradient(&wrong, &vector![x])?;
            // Above that, 1 is within the tolerance of 1e-6 of the component.
            if k < 1e4 {
                assert!(!found.agrees(), "k = {k}, x = {x}: {found:?}");
            }
            let right = from_fn(
                move |x: &Vector1<f64>| (k * x.x).sin(),
                move |x: &Vector1<f64>| vector![k * (k * x.x).cos()],
            );
            if k * x.max(1.0) < 100.0 {
                assert!(
                    check_gradient(&right, &vector![x])?.agrees(),
                    "k = {k}, x = {x}"
                );
                steepest = steepest.max(k);
            }
        }
    }
    assert!(steepest > 50.0);
    Ok(())
}

/// A few ulps beyond the ends belong to the span: `at(i·dt/10)` for i up to 10n; anything more does not.
#[test]
fn times_at_the_ends_may_miss_by_rounding() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![1.0])?;
    for until in [0.3, 0.7, 2.1, -0.3, -2.1] {
        let problem = Problem::new(HeavyBall::new(1.0, 0.1)?, &bowl, vector![1.0]).until(until);
        let count = (until.abs() * 10.0_f64).round();
        let dt = until.signum() * 0.1;
        let methods: [&dyn Method<_, _>; 3] = [
            &Leapfrog::new(0.1)?,
            &Rk45::new(1e-6, 1e-6),
            &Nystrom8::new(1e-6, 1e-6),
        ];
        for method in methods {
            let run = problem.solve(method)?;
            for i in 0..=10 * count as usize {
                run.at(i as f64 * dt / 10.0)?;
            }
            assert_eq!(&run.at(count * dt)?, run.last());
            assert!(run.at(until * (1.0 + 1e-14)).is_err());
            assert!(run.at(-until * 1e-10).is_err());
            assert!(run.at(f64::NAN).is_err());
        }
    }
    // Far from 0 a few ulps of the time are much.
    let late = Problem::new(HeavyBall::new(1.0, 0.1)?, &bowl, vector![1.0])
        .with_start_time(1e6)
        .until(1e6 + 0.3)
        .solve(&Leapfrog::new(0.1)?)?;
    assert_eq!(&late.at(1e6 + 3.0 * 0.1)?, late.last());
    Ok(())
}
