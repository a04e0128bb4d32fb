//! Values that mpmath computed with 2400 bits: `tests/data/elementary_values.json`.

use super::{FUNCTIONS, Function, POWERS, last_place};
use heavyball::elementary::powf;
use serde_json::Value;
use std::collections::BTreeMap;

fn number(digits: &Value) -> f64 {
    f64::from_bits(u64::from_str_radix(digits.as_str().unwrap(), 16).unwrap())
}

fn recorded() -> BTreeMap<String, Vec<Vec<Value>>> {
    serde_json::from_str(include_str!("../data/elementary_values.json")).unwrap()
}

/// The error of `y` in units in the last place of the nearest f64 `value`, from which the exact one differs by `rest`.
fn error(y: f64, value: f64, rest: f64) -> f64 {
    if y == value {
        rest.abs()
    } else {
        ((y - value) / last_place(value) - rest).abs()
    }
}

/// Every function at subnormal and tiny numbers, at the ends of its range, at the seams of its reduction, and for sine
/// and cosine at the numbers of each size that are nearest to a multiple of π/2, up to 2¹⁰²³.
#[test]
fn hard_arguments_have_the_promised_error() {
    let rows = recorded();
    for Function { name, of, promised } in &FUNCTIONS {
        let bounded = name.ends_with("_bounded");
        let rows = &rows[name.trim_end_matches("_bounded")];
        let mut seen = 0;
        for row in rows {
            let [x, value, rest] = row.as_slice() else {
                panic!("a row of {name}")
            };
            let (x, value, rest) = (number(x), number(value), rest.as_f64().unwrap());
            if bounded && x.abs() > 2.0_f64.powi(40) {
                assert!(of(x).is_nan(), "{name}({x:e})");
                continue;
            }
            let error = error(of(x), value, rest);
            let sign = of(x).is_sign_negative() == value.is_sign_negative() || value == 0.0;
            assert!(
                error <= *promised && sign,
                "{name}({x:e}) = {:e}, not {value:e}: {error}",
                of(x)
            );
            seen += 1;
        }
        assert!(seen > 100, "{name}: {seen} arguments");
    }
}

/// Zeros keep their sign where the function is odd, infinities have their limits, NaN stays NaN.
#[test]
fn special_arguments_have_their_values() {
    let (nan, inf) = (f64::NAN, f64::INFINITY);
    let at_zero = [1.0, 0.0, -inf, 0.0, 0.0, 1.0, 0.0, 1.0, 0.0];
    let at_infinity = [inf, inf, inf, inf, nan, nan, nan, nan, 1.0];
    let at_minus_infinity = [0.0, -1.0, nan, nan, nan, nan, nan, nan, -1.0];
    for (index, Function { name, of, .. }) in FUNCTIONS.iter().enumerate() {
        let same = |x: f64, expected: f64| {
            let y = of(x);
            let both_nan = y.is_nan() && expected.is_nan();
            assert!(
                both_nan || y.to_bits() == expected.to_bits(),
                "{name}({x}) = {y}, not {expected}"
            );
        };
        same(0.0, at_zero[index]);
        let odd = at_zero[index] == 0.0;
        same(-0.0, if odd { -0.0 } else { at_zero[index] });
        same(inf, at_infinity[index]);
        same(-inf, at_minus_infinity[index]);
        same(nan, nan);
        same(-nan, nan);
    }
    for x in [-1.0, -f64::MIN_POSITIVE, -5e-324, -f64::MAX] {
        assert!(heavyball::elementary::ln(x).is_nan(), "{x}");
    }
    assert_eq!(heavyball::elementary::ln_1p(-1.0), -inf);
    assert!(heavyball::elementary::ln_1p(-1.0 - f64::EPSILON).is_nan());
}

/// Powers at subnormal and huge bases, with results at the ends of the range, and of negative bases.
#[test]
fn hard_powers_have_the_promised_error() {
    let rows = &recorded()["powf"];
    for row in rows {
        let [x, y, value, rest] = row.as_slice() else {
            panic!("a row of powf")
        };
        let (x, y, value) = (number(x), number(y), number(value));
        let found = powf(x, y);
        let error = error(found, value, rest.as_f64().unwrap());
        let sign = found.is_sign_negative() == value.is_sign_negative();
        assert!(
            error <= POWERS && sign,
            "{x:e}^{y:e} = {found:e}, not {value:e}: {error}"
        );
    }
    assert!(rows.len() > 700);
}

/// Annex F of the C standard, section 10.4.4, which the standard library follows.
#[test]
fn special_powers_have_their_values() {
    let numbers = [
        0.0,
        0.3,
        0.5,
        1.0,
        1.5,
        2.0,
        3.0,
        4.0,
        4503599627370497.0,
        4503599627370496.5,
        2251799813685249.0,
    ];
    let large = [
        9007199254740993.0,
        f64::MAX,
        f64::INFINITY,
        f64::MIN_POSITIVE,
        5e-324,
    ];
    let numbers = numbers.into_iter().chain(large).flat_map(|x| [x, -x]);
    let numbers: Vec<f64> = numbers.chain([f64::NAN]).collect();
    for &x in &numbers {
        for &y in &numbers {
            let (found, expected) = (powf(x, y), x.powf(y));
            let special = |value: f64| value == 0.0 || !value.is_finite() || value.abs() == 1.0;
            let same = found.to_bits() == expected.to_bits() || found.is_nan() && expected.is_nan();
            let near = (found - expected).abs() <= 1.5 * last_place(expected);
            assert!(
                if special(expected) { same } else { near },
                "{x:e}^{y:e} = {found:e}, not {expected:e}"
            );
        }
    }
}
