//! Powers: of an integer by repeated squaring, of any number as e^(y ln x).

use super::exponential::exponential_of_sum;
use super::logarithm::logarithm_and_rest;
use super::{exact_product, select};

/// xⁿ for an integer n: x⁰ = 1, and x⁻ⁿ = 1/xⁿ.
///
/// With a constant n it compiles to the fewest multiplications that squaring allows, each of which rounds: the error
/// grows to about |n|/2 units in the last place. x² and x³ have the bits of `x * x` and `x * x * x`. For other
/// exponents there is [`powf`].
///
/// ```
/// use heavyball::elementary::powi;
/// assert_eq!((powi(3.0, 4), powi(2.0, -3), powi(0.0, 0)), (81.0, 0.125, 1.0));
/// assert_eq!(powi(0.1, 3), 0.1 * 0.1 * 0.1);
/// ```
#[inline(always)]
pub fn powi(x: f64, n: i32) -> f64 {
    let (mut power, mut square, mut left) = (1.0, x, n.unsigned_abs());
    while left > 0 {
        if left & 1 == 1 {
            power *= square;
        }
        square *= square;
        left >>= 1;
    }
    if n < 0 { 1.0 / power } else { power }
}

/// xʸ.
///
/// The logarithm is computed to 64 bits and multiplied by y as such, since an error of y ln x is a relative error of the
/// power. All special values are those of the C standard: x⁰ = 1ʸ = 1 for every x and y, NaN included; a negative x has
/// a power only for an integer y; at 0 and ∞ the power is a limit, with the sign of x for an odd integer y.
///
/// ```
/// use heavyball::elementary::powf;
/// assert_eq!((powf(2.0, 0.5), powf(9.0, 1.5), powf(-2.0, 3.0)), (2.0_f64.sqrt(), 27.0, -8.0));
/// assert_eq!((powf(0.0, -0.5), powf(-0.0, -3.0)), (f64::INFINITY, f64::NEG_INFINITY));
/// assert!(powf(-8.0, 1.0 / 3.0).is_nan());
/// ```
#[inline(always)]
pub fn powf(x: f64, y: f64) -> f64 {
    let (size, power) = (x.abs(), y.abs());
    let (logarithm, rest) = logarithm_and_rest(size);
    let (product, lost) = exact_product(y, logarithm);
    let inside = product.abs() < 800.0;
    let correction = select(inside, y.mul_add(rest, lost), 0.0);
    let value = exponential_of_sum(product.clamp(-800.0, 800.0), correction);

    // At 2⁵² and above every number is an integer; below, the sum rounds to one, and its last bit is that of the integer.
    let two52 = 4_503_599_627_370_496.0;
    let whole = power >= two52;
    let shifted = select(whole, power, power + two52);
    let integer = whole | (shifted - two52 == power);
    let odd = integer & (power < two52 + two52) & (shifted.to_bits() & 1 == 1);

    let edge = (size == 0.0) | (size == f64::INFINITY);
    let grows = (size > 1.0) == (y > 0.0);
    let value = select(edge, select(grows, f64::INFINITY, 0.0), value);
    let value = select(size == 1.0, 1.0, value);
    let undefined = (x < 0.0) & !edge & !integer | x.is_nan() | y.is_nan();
    let value = select(undefined, f64::NAN, value);
    let value = select(odd & x.is_sign_negative(), -value, value);
    select((y == 0.0) | (x == 1.0), 1.0, value)
}
