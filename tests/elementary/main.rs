//! Elementary functions against exact values: recorded ones of hard and special arguments, and double-double arithmetic
//! at random ones.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

mod accuracy;
mod double_double;
mod generic;
mod recorded;

use heavyball::elementary::{cos, cos_bounded, exp, exp_m1, ln, ln_1p, sin, sin_bounded, tanh};

/// A function, its name, and a bound on its error in units in the last place: that of 10⁸ arguments, and two hundredths.
struct Function {
    name: &'static str,
    of: fn(f64) -> f64,
    promised: f64,
}

const FUNCTIONS: [Function; 9] = [
    function("exp", exp, 0.77),
    function("exp_m1", exp_m1, 0.64),
    function("ln", ln, 0.68),
    function("ln_1p", ln_1p, 0.86),
    function("sin", sin, 0.86),
    function("cos", cos, 0.86),
    function("sin_bounded", sin_bounded, 0.86),
    function("cos_bounded", cos_bounded, 0.86),
    function("tanh", tanh, 0.60),
];

/// The same of powers.
const POWERS: f64 = 0.78;

const fn function(name: &'static str, of: fn(f64) -> f64, promised: f64) -> Function {
    Function { name, of, promised }
}

/// The difference of two neighbouring f64 at x: the unit in its last place.
fn last_place(x: f64) -> f64 {
    let exponent = (x.abs().to_bits() >> 52).max(1) as i32 - 1075;
    power_of_two(exponent)
}

/// 2ⁿ, subnormal ones included.
fn power_of_two(n: i32) -> f64 {
    if n < -1022 {
        f64::from_bits(1 << (n + 1074))
    } else {
        f64::from_bits(((n + 1023) as u64) << 52)
    }
}
