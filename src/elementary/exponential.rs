//! The exponential family: eˣ = 2ᵏ eʳ with k the integer nearest x/ln 2, so that |r| ≤ (ln 2)/2.

use super::{
    exact_product, exact_sum, ordered_sum, polynomial, power_of_two, rounded_product, select,
};
use std::f64::consts::{LN_2, LOG2_E};

/// ln 2 − `LN_2`.
pub(super) const LN_2_LOW: f64 = 2.3190468138462996e-17;

/// (eʳ − 1 − r − r²/2)/r³ for |r| ≤ (ln 2)/2, of which r times the error is 2⁻⁵⁹.
const EXPONENTIAL: [[f64; 2]; 4] = [
    [0.1666666666666667, 0.04166666666666667],
    [0.008333333333325891, 0.001388888888888216],
    [0.00019841269875435776, 2.4801587330010465e-05],
    [2.755725478742047e-06, 2.755726892641383e-07],
];
const EXPONENTIAL_TOP: [f64; 2] = [2.510542765497364e-08, 2.0916367446071677e-09];

/// (k, h, s, t) with eˣ = 2ᵏ(1 + h + s + t), |h| ≤ (ln 2)/2, s = h²/2 rounded, and t smaller than s.
#[inline(always)]
fn reduced(x: f64) -> (f64, f64, f64, f64) {
    let k = rounded_product(x, LOG2_E);
    // Exact: both terms are multiples of the last place of the smaller, and their difference is small.
    let high = k.mul_add(-LN_2, x);
    let low = k * -LN_2_LOW;
    let r = high + low;
    let (square, square_lost) = exact_product(0.5 * high, high);
    let [ninth, tenth] = EXPONENTIAL_TOP;
    let series = polynomial(r, EXPONENTIAL, tenth.mul_add(r, ninth));
    let cube = r * r * r;
    let tail = cube.mul_add(series, low.mul_add(high, low) + square_lost);
    (k, high, square, tail)
}

/// eˣ.
///
/// ```
/// use heavyball::elementary::exp;
/// assert_eq!(exp(0.0), 1.0);
/// assert_eq!((exp(1000.0), exp(-1000.0)), (f64::INFINITY, 0.0));
/// assert_eq!(exp(-745.0), 5e-324);
/// ```
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    exponential_of_sum(x.clamp(-800.0, 800.0), 0.0)
}

/// eˣ⁺ᶜ for |x| ≤ 800 and a correction c that is smaller than 2⁻⁴⁰.
#[inline(always)]
pub(super) fn exponential_of_sum(x: f64, correction: f64) -> f64 {
    let (k, high, square, tail) = reduced(x);
    let (one, error) = ordered_sum(1.0, high);
    let tail = tail + correction.mul_add(high + square + tail, correction);
    // In two factors, since 2ᵏ alone may overflow or be subnormal.
    let half = rounded_product(0.5, k);
    (one + (error + tail + square)) * power_of_two(half) * power_of_two(k - half)
}

/// (eˣ − 1)/2 as a number and a smaller rest, for −60 ≤ x ≤ 710.
///
/// The half keeps 2ᵏ⁻¹ finite where eˣ is.
#[inline(always)]
fn half_minus_one(x: f64) -> (f64, f64) {
    let (k, high, square, tail) = reduced(x);
    let scale = power_of_two(k - 1.0);
    let (whole, lost) = exact_sum(scale, -0.5);
    let (sum, error) = ordered_sum(whole, scale * high);
    let (sum, second) = ordered_sum(sum, scale * square);
    (sum, scale.mul_add(tail, error + lost + second))
}

/// eˣ − 1, with full relative accuracy near x = 0.
///
/// ```
/// use heavyball::elementary::exp_m1;
/// assert_eq!(exp_m1(1e-20), 1e-20);
/// assert_eq!((exp_m1(f64::NEG_INFINITY), exp_m1(1000.0)), (-1.0, f64::INFINITY));
/// ```
#[inline(always)]
pub fn exp_m1(x: f64) -> f64 {
    let (half, correction) = half_minus_one(x.clamp(-60.0, 710.0));
    select(x.abs() < 1e-17, x, 2.0 * (half + correction))
}

/// The hyperbolic tangent, (e²ˣ − 1)/(e²ˣ + 1).
///
/// ```
/// use heavyball::elementary::tanh;
/// assert_eq!(tanh(0.0), 0.0);
/// assert_eq!((tanh(-30.0), tanh(f64::INFINITY)), (-1.0, 1.0));
/// assert!((tanh(0.5) - 0.46211715726000975).abs() < 1e-16);
/// ```
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    // With h + c = (e²ˣ − 1)/2 the quotient is (h + c)/(1 + h + c), and one step of Newton's method corrects it.
    let size = x.abs();
    let (half, rest) = half_minus_one((size + size).clamp(0.0, 60.0));
    let (half, correction) = ordered_sum(half, rest);
    let (below, lost) = exact_sum(1.0, half);
    let inverse = 1.0 / below;
    let quotient = half * inverse;
    let left =
        (-quotient).mul_add(below, half) + (-quotient).mul_add(lost + correction, correction);
    left.mul_add(inverse, quotient).copysign(x)
}
