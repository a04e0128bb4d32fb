//! Integer powers by repeated squaring.

/// xⁿ for an integer n: x⁰ = 1, and x⁻ⁿ = 1/xⁿ.
///
/// With a constant n it compiles to the fewest multiplications that squaring allows, each of which rounds: the error
/// grows to about |n|/2 units in the last place. x² and x³ have the bits of `x * x` and `x * x * x`. For a power that
/// is not an integer there is no vector version; e^(y ln x) loses the digits of y ln x before the point.
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
