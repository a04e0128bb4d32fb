//! Hessian-vector products: those of closed forms, symmetric, and by differences to the accuracy of differences.
//!
//! They enter derivation (36), (37) and (41).

use crate::support::slope::{is_order, slope};
use crate::support::smooth::NONLINEAR;
use heavyball::error::{RunError, VectorError};
use heavyball::potentials::{Quartic, with_finite_differences, with_hessian_product};
use heavyball::prelude::*;
use heavyball::{HighResolution, Himmelblau, Linear, NesterovFlow, TiltedDoubleWell};
use nalgebra::{DVector, Vector1, Vector2, dmatrix, dvector, matrix, vector};
use proptest::prelude::*;

fn product<P, D>(
    potential: &P,
    x: &nalgebra::OVector<f64, D>,
    d: &nalgebra::OVector<f64, D>,
) -> nalgebra::OVector<f64, D>
where
    P: Curvature<D> + ?Sized,
    D: nalgebra::Dim,
    nalgebra::DefaultAllocator: nalgebra::allocator::Allocator<D>,
{
    let mut product = x.map(|_| f64::NAN);
    potential.hessian_product(x, d, &mut product);
    product
}

#[test]
fn products_are_those_of_the_closed_forms() {
    let (x, d) = (vector![1.5], vector![0.5]);
    assert_eq!(
        product(&Quartic, &x, &d).x,
        (12.0 * 2.25 - 18.0 * 1.5) * 0.5
    );
    let tilted = TiltedDoubleWell::new(0.1).unwrap();
    assert_eq!(product(&tilted, &x, &d).x, (3.0 * 2.25 - 1.0) * 0.5);
    let expected = (3.0 * 2.25 + 1.0 - 0.3 * 1.5_f64.sin()) * 0.5;
    assert!((product(&NONLINEAR, &x, &d).x - expected).abs() < 1e-14);
    assert_eq!(product(&Linear::new(x).unwrap(), &x, &d).x, 0.0);

    let (x, d) = (vector![0.5, -2.0], vector![1.0, 3.0]);
    assert_eq!(
        product(&DoubleWell, &x, &d),
        vector![12.0 * 0.25 - 4.0, 6.0]
    );
    // Rosenbrock: (1200x² − 400y + 2, −400x; −400x, 200).
    let rosenbrock = matrix![1200.0 * 0.25 + 800.0 + 2.0, -200.0; -200.0, 200.0];
    assert!((product(&Rosenbrock, &x, &d) - rosenbrock * d).norm() < 1e-12);
    // Himmelblau: (12x² + 4y − 42, 4x + 4y; 4x + 4y, 12y² + 4x − 26).
    let himmelblau = matrix![3.0 - 8.0 - 42.0, -6.0; -6.0, 48.0 + 2.0 - 26.0];
    assert!((product(&Himmelblau, &x, &d) - himmelblau * d).norm() < 1e-12);

    let matrix = matrix![2.0, 1.0; 1.0, 3.0];
    let coupled = Quadratic::symmetric(matrix).unwrap();
    assert_eq!(product(&coupled, &x, &d), matrix * d);
    assert_eq!(product(&&coupled, &x, &d), matrix * d);
    let boxed: Box<dyn Curvature<nalgebra::Const<2>>> = Box::new(coupled);
    assert_eq!(product(&boxed, &x, &d), matrix * d);
    let bowl = Quadratic::diagonal(vector![2.0, 5.0]).unwrap();
    assert_eq!(product(&bowl, &x, &d), vector![2.0, 15.0]);
}

#[test]
fn products_exist_in_dynamic_dimension() {
    let (x, d) = (dvector![0.5, -2.0], dvector![1.0, 3.0]);
    let fixed = product(&Rosenbrock, &vector![0.5, -2.0], &vector![1.0, 3.0]);
    assert_eq!(product(&Rosenbrock, &x, &d).as_slice(), fixed.as_slice());
    let coupled = Quadratic::symmetric(dmatrix![2.0, 1.0; 1.0, 3.0]).unwrap();
    assert_eq!(product(&coupled, &x, &d), dvector![5.0, 10.0]);
}

/// A product from a closure is that closure; one of another length is NaN, which a run reports.
#[test]
fn a_product_of_the_wrong_length_is_nan() {
    let bowl = from_fn(
        |x: &DVector<f64>| x.norm_squared() / 2.0,
        |x: &DVector<f64>| x.clone(),
    );
    let right = with_hessian_product(bowl, |_: &DVector<f64>, d: &DVector<f64>| d.clone());
    let wrong = with_hessian_product(bowl, |_: &DVector<f64>, _: &DVector<f64>| dvector![1.0]);
    let (x, d) = (dvector![0.5, -2.0], dvector![1.0, 3.0]);
    assert_eq!(product(&right, &x, &d), d);
    assert!(product(&wrong, &x, &d).iter().all(|p| p.is_nan()));
    let flow = heavyball::study::modified_equation::CorrectedFlow::momentum(
        &wrong,
        &Momentum::new(0.1, 0.5).unwrap(),
    );
    let error = Dop853::new(1e-9, 1e-9)
        .integrate(&flow.unwrap(), (0.0, 1.0), x)
        .unwrap_err();
    assert!(
        matches!(error, Error::Run(RunError::NonFiniteGradient { .. })),
        "{error}"
    );
}

/// A state of the wrong length has a derivative that is NaN, and starts no run.
#[test]
fn a_state_of_the_wrong_length_is_nan() {
    let bowl = Quadratic::diagonal(dvector![1.0, 2.0]).unwrap();
    let flow = NesterovFlow::new(bowl, 3.0).unwrap();
    let flow = flow.in_phase_space(nalgebra::Dyn(2));
    for length in [0, 1, 3, 5] {
        let state = DVector::from_element(length, 1.0);
        let mut derivative = state.clone();
        flow.derivative(1.0, &state, &mut derivative);
        assert!(derivative.iter().all(|slot| slot.is_nan()));
        let error = Dop853::new(1e-9, 1e-9).integrate(&flow, (1.0, 2.0), state);
        let found = match error.unwrap_err() {
            Error::Vector(VectorError::DimensionMismatch {
                expected: 4, found, ..
            }) => found,
            other => panic!("{other}"),
        };
        assert_eq!(found, length);
    }
    for length in [0, 1, 3, 5] {
        let motion = flow.motion(&DVector::from_element(length, 1.0));
        let expected = Error::Vector(VectorError::DimensionMismatch {
            name: "state",
            expected: 4,
            found: length,
        });
        assert_eq!(motion, Err(expected));
    }
    let motion = flow.motion(&dvector![1.0, 2.0, 3.0, 4.0]);
    assert_eq!(motion, Ok((dvector![1.0, 2.0], dvector![3.0, 4.0])));
    let (state, mut short) = (dvector![1.0, 1.0, 0.0, 0.0], dvector![0.0, 0.0]);
    flow.derivative(1.0, &state, &mut short);
    assert!(short.iter().all(|slot| slot.is_nan()));
}

/// So has a start of a high-resolution equation.
#[test]
fn a_start_of_the_wrong_length_is_refused() {
    let bowl = Quadratic::diagonal(dvector![1.0, 2.0]).unwrap();
    for flow in [
        HighResolution::heavy_ball(&bowl, 0.5, 0.01).unwrap(),
        HighResolution::convex(&bowl, 0.01).unwrap(),
    ] {
        let x = dvector![1.0];
        for start in [flow.paper_start(&x), flow.second_order_start(&x)] {
            let error = start.unwrap_err();
            assert!(
                matches!(
                    error,
                    Error::Vector(VectorError::DimensionMismatch {
                        expected: 2,
                        found: 1,
                        ..
                    })
                ),
                "{error}"
            );
        }
        assert!(flow.paper_start(&dvector![1.0, f64::NAN]).is_err());
        assert!(flow.paper_start(&dvector![1.0, 1.0]).is_ok());
    }
}

/// Central differences: right to 1e-9 at scale 1, and to second order in their step, seen by scaling f's own scale.
#[test]
fn differences_are_second_order() {
    let error = |scale: f64| {
        let wave = from_fn(
            move |x: &Vector1<f64>| -(x.x * scale).cos() / scale,
            move |x: &Vector1<f64>| vector![(x.x * scale).sin()],
        );
        let found = product(&with_finite_differences(wave), &vector![0.5], &vector![1.0]).x;
        (found / (scale * (0.5 * scale).cos()) - 1.0).abs()
    };
    assert!(error(1.0) < 1e-9);
    // The step is fixed: an error like (scale·s)²/6, out of reach of rounding.
    let points: Vec<_> = [8.0, 16.0, 32.0, 64.0, 128.0]
        .map(|k| (k * std::f64::consts::PI, 0.0))
        .into();
    let points: Vec<_> = points
        .into_iter()
        .map(|(k, _)| (k, error(4.0 * k)))
        .collect();
    assert!(is_order(slope(&points), 2), "{points:?}");
    let still = with_finite_differences(Quartic);
    assert_eq!(product(&still, &vector![1.0], &vector![0.0]).x, 0.0);
}

/// Far from the origin too, for a function of scale 1 and for one whose scale is |x|: to 1e-10(1 + |x|)^⅔.
#[test]
fn differences_know_the_rounding_of_a_distant_position() {
    let wave = from_fn(
        |x: &Vector1<f64>| -x.x.cos(),
        |x: &Vector1<f64>| vector![x.x.sin()],
    );
    let power = from_fn(
        |x: &Vector1<f64>| x.x.powi(4) / 4.0,
        |x: &Vector1<f64>| vector![x.x.powi(3)],
    );
    for distance in [0.5, 10.0, 100.0, 1000.0, 1e4, 1e6] {
        let bound = 1e-10 * f64::powf(1.0 + distance, 2.0 / 3.0);
        for k in 0..50 {
            let x = distance * (1.0 + 0.006 * f64::from(k));
            let found = product(&with_finite_differences(wave), &vector![x], &vector![0.3]);
            assert!((found.x / 0.3 - x.cos()).abs() < bound, "cos at {x}");
            let found = product(&with_finite_differences(power), &vector![x], &vector![-7.0]);
            let curvature = 3.0 * x * x;
            assert!(
                (found.x / -7.0 / curvature - 1.0).abs() < bound,
                "power at {x}"
            );
        }
    }
}

proptest! {
    /// dᵀ∇²f e = eᵀ∇²f d.
    #[test]
    fn products_are_symmetric(x in prop::array::uniform2(-3.0..3.0), d in prop::array::uniform2(-3.0..3.0), e in prop::array::uniform2(-3.0..3.0)) {
        let (x, d, e): (Vector2<f64>, Vector2<f64>, Vector2<f64>) = (x.into(), d.into(), e.into());
        for potential in [&Rosenbrock as &dyn Curvature<nalgebra::Const<2>>, &Himmelblau, &DoubleWell] {
            let (one, other) = (d.dot(&product(potential, &x, &e)), e.dot(&product(potential, &x, &d)));
            prop_assert!((one - other).abs() <= 1e-9 * (1.0 + one.abs()));
        }
    }
}
