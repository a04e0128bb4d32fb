//! The high-resolution equations of Shi, Du, Jordan and Su, and at which order the iterates follow them.
//!
//! Derivation (39) for the heavy ball and NAG-SC, (40) for NAG-C; slopes in √s over five halvings, on quadratics and on
//! a nonlinear force.

use crate::support::smooth::NONLINEAR;
use crate::support::tables::expect;
use heavyball::HighResolution;
use heavyball::error::{ParameterError, VectorError};
use heavyball::prelude::*;
use heavyball::study::{Accelerated, Limit, Resolution, Rule};
use nalgebra::{Const, DefaultAllocator, DimAdd, DimSum, OVector, allocator::Allocator, vector};

fn check<P, D>(potential: &P, mu: f64, start: OVector<f64, D>)
where
    P: Curvature<D>,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    let has = |method, resolution, order| {
        let study = Limit::accelerated(method, potential, start.clone(), resolution);
        expect(&study.with_halvings(0.005, 5).measure().unwrap(), order);
    };
    for rule in Rule::ALL {
        let method = Accelerated::StronglyConvex { rule, mu };
        has(method, Resolution::Low, 1);
        has(method, Resolution::HighFromPaper, 1);
        has(method, Resolution::HighFromCentral, 2);
    }
    let convex = Accelerated::Schedule { friction: 3.0 };
    has(convex, Resolution::Low, 1);
    has(convex, Resolution::HighFromPaper, 2);
    has(convex, Resolution::HighFromCentral, 2);
}

/// (39), (40) on forces linear and not.
#[test]
fn the_start_decides_between_first_and_second_order() {
    check(&NONLINEAR, 0.7, vector![1.5]);
    let bowl = Quadratic::diagonal(vector![0.5, 4.0]).unwrap();
    check(&bowl, 0.5, vector![1.0, -1.0]);
}

/// (39): the equation is (41) for θ = 0 and θ = β, times 1 + √μs, up to O(s).
#[test]
fn the_equations_are_the_modified_equations_up_to_the_rate() {
    use heavyball::study::modified_equation::HessianDamped;
    let (mu, x, u) = (0.7_f64, vector![1.3], vector![-0.4]);
    let difference = |s: f64| {
        let h = s.sqrt();
        let beta = (1.0 - mu.sqrt() * h) / (1.0 + mu.sqrt() * h);
        let acceleration = |system: &dyn SecondOrderSystem<Const<1>>| {
            let mut a = vector![0.0];
            system.acceleration(0.0, &x, &u, &mut a);
            a.x
        };
        let nesterov = Nesterov::new(s, beta).unwrap();
        let momentum = Momentum::new(s, beta).unwrap();
        [
            acceleration(&HighResolution::heavy_ball(NONLINEAR, mu, s).unwrap())
                - acceleration(&HessianDamped::momentum(NONLINEAR, &momentum, h).unwrap()),
            acceleration(&HighResolution::strongly_convex(NONLINEAR, mu, s).unwrap())
                - acceleration(&HessianDamped::nesterov(NONLINEAR, &nesterov, h).unwrap()),
        ]
    };
    for s in [1e-2, 1e-4, 1e-6] {
        let [heavy_ball, strongly_convex] = difference(s);
        assert!(heavy_ball.abs() < 1e-12, "{heavy_ball}");
        // β(1 + √μs) = 1 − √μs: the Hessian's drag differs by √μ·s·∇²f ẋ.
        let hessian = 3.0 * x.x * x.x + 1.0 - 0.3 * x.x.sin();
        let expected = -mu.sqrt() * s * hessian * u.x;
        assert!(
            (strongly_convex - expected).abs() < 1e-13,
            "{strongly_convex} {expected}"
        );
    }
}

/// The starts: −2√s g/(1 + √μs), −(3/2)√s g, and −√s g at 3√s/2.
#[test]
fn starts_have_their_values() {
    let (mu, s) = (0.25, 0.01);
    let (x, g) = (vector![1.0], 4.0 - 9.0);
    let ball = HighResolution::heavy_ball(Quartic, mu, s).unwrap();
    assert!((ball.paper_start(&x).unwrap().x + 2.0 * 0.1 * g / 1.05).abs() < 1e-15);
    assert!((ball.second_order_start(&x).unwrap().x + 0.15 * g).abs() < 1e-15);
    assert_eq!(ball.start_time(), 0.0);
    let convex = HighResolution::convex(Quartic, s).unwrap();
    assert!((convex.paper_start(&x).unwrap().x + 0.1 * g).abs() < 1e-15);
    assert_eq!(convex.second_order_start(&x), convex.paper_start(&x));
    assert!((convex.start_time() - 0.15).abs() < 1e-16);
}

#[test]
fn rates_and_curvatures_that_are_none_are_refused() {
    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        for (name, result) in [
            ("s", HighResolution::convex(Quartic, bad)),
            ("s", HighResolution::heavy_ball(Quartic, 1.0, bad)),
            ("mu", HighResolution::heavy_ball(Quartic, bad, 0.1)),
            ("mu", HighResolution::strongly_convex(Quartic, bad, 0.1)),
        ] {
            assert!(
                matches!(&result, Err(Error::Parameter(ParameterError::NotPositive { name: found, .. })) if *found == name),
                "{result:?}"
            );
        }
        let (rule, mu) = (Rule::Momentum, bad);
        let method = Accelerated::StronglyConvex { rule, mu };
        for resolution in [Resolution::Low, Resolution::HighFromPaper] {
            let error = Limit::accelerated(method, &Quartic, vector![1.0], resolution).measure();
            assert!(
                matches!(
                    error,
                    Err(Error::Parameter(ParameterError::NotPositive {
                        name: "mu",
                        ..
                    }))
                ),
                "{error:?}"
            );
        }
    }
}

/// A start that is not a number is refused by its name.
#[test]
fn a_start_that_is_not_a_number_is_refused() {
    let equation = HighResolution::convex(Quartic, 0.01).unwrap();
    for (x, u, expected) in [
        (f64::NAN, 0.0, "start position"),
        (1.0, f64::NAN, "start velocity"),
    ] {
        let error = equation.check_start(&vector![x], &vector![u]);
        assert!(
            matches!(&error, Err(Error::Vector(VectorError::NonFiniteComponent { name, .. })) if *name == expected),
            "{error:?}"
        );
    }
}
