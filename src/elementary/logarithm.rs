//! The logarithm: ln x = k ln 2 + ln(1 + f) with x = 2ᵏ(1 + f) and √½ ≤ 1 + f < √2.
//!
//! With s = f/(2 + f), ln(1 + f) = f − f²/2 + s(f²/2 + s²R(s²)), a sum in which the first terms are exact.

use super::exponential::LN_2_LOW;
use super::{exact_product, exact_sum, ordered_sum, polynomial, power_of_two, select};
use std::f64::consts::{FRAC_1_SQRT_2, LN_2};

/// R(z) = (ln((1 + s)/(1 − s)) − 2s)/s³ in z = s², for s ≤ (√2 − 1)/(√2 + 1), with an error of 2⁻⁵¹; it is a
/// hundredth of the result.
const LOGARITHM: [[f64; 2]; 3] = [
    [0.666666666666667, 0.39999999999899677],
    [0.28571428626013395, 0.2222221112211121],
    [0.18182890247766736, 0.15331681368554043],
];
const LOGARITHM_TOP: f64 = 0.1461696195109315;

const TWO_54: f64 = 18_014_398_509_481_984.0;
const MANTISSA: u64 = (1 << 52) - 1;

/// (k, f) with x = 2ᵏ(1 + f), for a normal x > 0.
#[inline(always)]
fn split(x: f64) -> (f64, f64) {
    let low = FRAC_1_SQRT_2.to_bits();
    let bits = x.to_bits().wrapping_add(1.0_f64.to_bits() - low);
    // The exponent becomes the low bits of a number near 2⁵².
    let two52 = 4_503_599_627_370_496.0_f64;
    let k = f64::from_bits((bits >> 52) | two52.to_bits()) - (two52 + 1023.0);
    (k, f64::from_bits((bits & MANTISSA) + low) - 1.0)
}

/// k ln 2 + ln(1 + f) + c, for a correction c that is much smaller than the rest.
#[inline(always)]
fn assembled(k: f64, f: f64, correction: f64) -> f64 {
    let s = f / (2.0 + f);
    let z = s * s;
    let (square, square_lost) = exact_product(0.5 * f, f);
    let (first, first_lost) = ordered_sum(f, -square);
    let (shift, shift_lost) = exact_product(k, LN_2);
    let (sum, lost) = ordered_sum(shift, first);
    let rest = s.mul_add(
        z.mul_add(polynomial(z, LOGARITHM, LOGARITHM_TOP), square),
        first_lost - square_lost,
    );
    sum + (lost + (rest + (k.mul_add(LN_2_LOW, shift_lost) + correction)))
}

/// ln x for a normal x > 0, to 1 ulp away from 1: the sum of [`ln`] without the rests of its terms, in half the time.
#[inline(always)]
pub(crate) fn logarithm_of_normal(x: f64) -> f64 {
    let (k, f) = split(x);
    let s = f / (2.0 + f);
    let z = s * s;
    let half_square = 0.5 * f * f;
    let series = z.mul_add(polynomial(z, LOGARITHM, LOGARITHM_TOP), half_square);
    k.mul_add(LN_2, f - s.mul_add(-series, half_square))
}

/// (2 artanh s − 2s − 2s³/3)/s⁵ in z = s², with an error of 2⁻⁵⁵.
const LONG_LOGARITHM: [[f64; 2]; 4] = [
    [0.4, 0.28571428571424945],
    [0.22222222223949883, 0.18181817812106676],
    [0.15384657375627453, 0.13330623811710812],
    [0.11864575490757155, 0.08558909496471813],
];
const LONG_LOGARITHM_TOP: f64 = 0.259259672590255;

/// 2/3 − `TWO_THIRDS`.
const TWO_THIRDS_LOW: f64 = 3.700743415417188e-17;
const TWO_THIRDS: f64 = 0.6666666666666666;

/// ln x as a number and a smaller rest, with an error of 2⁻⁶⁴ of it, for a finite x > 0.
///
/// ln(1 + f) = 2s + s³(2/3 + zP(z)) with s = f/(2 + f); everything but P is computed with its rest.
#[inline(always)]
pub(super) fn logarithm_and_rest(x: f64) -> (f64, f64) {
    let subnormal = x < f64::MIN_POSITIVE;
    let (k, f) = split(select(subnormal, x * TWO_54, x));
    let k = k - select(subnormal, 54.0, 0.0);
    let (below, below_lost) = ordered_sum(2.0, f);
    let s = f / below;
    let s_rest = (-s).mul_add(below_lost, (-s).mul_add(below, f)) / below;
    let (z, z_lost) = exact_product(s, s);
    let z_rest = (s + s).mul_add(s_rest, z_lost);
    let series = polynomial(z, LONG_LOGARITHM, LONG_LOGARITHM_TOP);
    let (later, later_lost) = exact_product(z, series);
    let (bracket, lost) = ordered_sum(TWO_THIRDS, later);
    let bracket_rest = lost + (z_rest.mul_add(series, later_lost) + TWO_THIRDS_LOW);
    let (cube, cube_lost) = exact_product(s, z);
    let cube_rest = s.mul_add(z_rest, s_rest.mul_add(z, cube_lost));
    let (second, second_lost) = exact_product(cube, bracket);
    let second_rest = cube.mul_add(bracket_rest, cube_rest.mul_add(bracket, second_lost));
    let (first, first_lost) = ordered_sum(s + s, second);
    let (shift, shift_lost) = exact_product(k, LN_2);
    let (sum, sum_lost) = ordered_sum(shift, first);
    let rest = s_rest + s_rest + second_rest + first_lost + k.mul_add(LN_2_LOW, shift_lost);
    ordered_sum(sum, sum_lost + rest)
}

/// The natural logarithm.
///
/// ```
/// use heavyball::elementary::ln;
/// assert_eq!((ln(1.0), ln(0.0)), (0.0, f64::NEG_INFINITY));
/// assert_eq!(ln(5e-324), -744.4400719213812);
/// assert!(ln(-1.0).is_nan());
/// ```
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let subnormal = x < f64::MIN_POSITIVE;
    let (k, f) = split(select(subnormal, x * TWO_54, x));
    let y = assembled(k - select(subnormal, 54.0, 0.0), f, 0.0);
    let y = select(x < f64::INFINITY, y, x);
    let edge = select(x == 0.0, f64::NEG_INFINITY, f64::NAN);
    select(x > 0.0, y, edge)
}

/// ln(1 + x), with full relative accuracy near x = 0.
///
/// ```
/// use heavyball::elementary::ln_1p;
/// assert_eq!(ln_1p(1e-20), 1e-20);
/// assert_eq!(ln_1p(-1.0), f64::NEG_INFINITY);
/// assert!(ln_1p(-1.5).is_nan());
/// ```
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let (sum, lost) = exact_sum(1.0, x);
    let (k, f) = split(sum);
    // ln(1 + f + c) = ln(1 + f) + c/(1 + f), and c is below the last place of 1 + f.
    let lost = lost * power_of_two(-k.min(1000.0));
    let y = assembled(k, f, lost.mul_add(-f, lost));
    let y = select(x < f64::INFINITY, y, x);
    let edge = select(x == -1.0, f64::NEG_INFINITY, f64::NAN);
    let y = select(x > -1.0, y, edge);
    select(x.abs() < 1e-17, x, y)
}

#[cfg(test)]
mod tests {
    use super::logarithm_of_normal;

    #[test]
    fn the_plain_sum_is_accurate_to_two_units() {
        for i in 1..100_000 {
            let x = f64::from(i) * 1e-5 * f64::from(i % 7 + 1);
            let exact = x.ln();
            let error = (logarithm_of_normal(x) - exact).abs();
            assert!(error <= 2.0 * f64::EPSILON * exact.abs(), "ln {x}");
        }
        assert_eq!(logarithm_of_normal(1.0), 0.0);
    }
}
