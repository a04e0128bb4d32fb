//! The functions as methods: the same bits for `f64`, rounded for `f32`, and with derivatives for dual numbers.

use heavyball::elementary::{cos, exp, ln, ln_1p, powf, powi, sin, tanh};
use heavyball::{Exponential, Number};
use num_dual::{Dual, Dual2_64, Dual64, HyperDual64};

type Method<T> = fn(&T) -> T;

fn methods<T: Exponential>() -> [Method<T>; 8] {
    [
        T::exponential,
        T::logarithm,
        T::logarithm_of_one_plus,
        T::sine,
        T::cosine,
        T::hyperbolic_tangent,
        |x| x.integer_power(3),
        |x| x.power(2.5),
    ]
}

const FUNCTIONS: [fn(f64) -> f64; 8] = [
    exp,
    ln,
    ln_1p,
    sin,
    cos,
    tanh,
    |x| powi(x, 3),
    |x| powf(x, 2.5),
];

/// (f′, f″) in closed form.
fn derivatives(x: f64) -> [(f64, f64); 8] {
    let tangent = x.tanh();
    let slope = 1.0 - tangent * tangent;
    [
        (x.exp(), x.exp()),
        (1.0 / x, -1.0 / (x * x)),
        (1.0 / (1.0 + x), -(1.0 + x).powi(-2)),
        (x.cos(), -x.sin()),
        (-x.sin(), -x.cos()),
        (slope, -2.0 * tangent * slope),
        (3.0 * x * x, 6.0 * x),
        (2.5 * x * x.sqrt(), 3.75 * x.sqrt()),
    ]
}

/// The value of a dual number has the bits of `f64`, and its derivatives are those of the closed form; nested dual
/// numbers as well.
#[test]
fn dual_numbers_have_the_same_value_and_derivatives() {
    for x in [0.3, 1.7, 2.5, 40.0] {
        for (i, (slope, curvature)) in derivatives(x).into_iter().enumerate() {
            let value = FUNCTIONS[i](x);
            let near = |a: f64, b: f64| (a - b).abs() <= 1e-14 * b.abs() + 1e-300;
            assert_eq!(methods::<f64>()[i](&x), value);
            let first = methods::<Dual64>()[i](&Dual64::from(x).derivative());
            assert!(
                first.re == value && near(first.eps, slope),
                "{i} {x} {first}"
            );
            let second = methods::<Dual2_64>()[i](&Dual2_64::from(x).derivative());
            assert!(
                second.re == value && near(second.v1, slope) && near(second.v2, curvature),
                "{i} {x} {second}"
            );
            let mixed = methods::<HyperDual64>()[i](&HyperDual64::new(x, 1.0, 1.0, 0.0));
            assert!(
                mixed.re == value && near(mixed.eps1eps2, curvature),
                "{i} {x} {mixed}"
            );
            let inner = Dual64::new(x, 1.0);
            let nested = methods::<Dual<Dual64, f64>>()[i](&Dual::new(inner, Dual64::from(1.0)));
            assert!(
                nested.re.re == value && near(nested.eps.eps, curvature),
                "{i} {x} {nested}"
            );
        }
    }
    assert_eq!(Dual64::integer(3).exponential().re, exp(3.0));
}

/// `f32` is the f64 value, rounded: half a unit in the last place, up to the error of f64.
#[test]
fn single_precision_is_rounded_from_double() {
    for step in 0..200_000 {
        let x = 1e-3_f32 + step as f32 * 4e-4;
        for (method, function) in methods::<f32>().iter().zip(FUNCTIONS) {
            assert_eq!(method(&x), function(f64::from(x)) as f32);
        }
    }
    assert_eq!(89.0_f32.exponential(), f32::INFINITY);
    assert_eq!((-104.0_f32).exponential(), 0.0);
}
