//! Sine and cosine: x = nπ/2 + r with |r| ≤ π/4, and n modulo 4 chooses ±sin r or ±cos r.
//!
//! The remainder r is a number and a correction, so that its relative error is small even if x is close to a multiple
//! of π/2.

use super::fraction::{SMALLEST, row};
use super::{ROUNDER, exact_product, exact_sum, ordered_sum, polynomial, select};
use std::f64::consts::{FRAC_2_PI, FRAC_PI_2};

/// π/2 − `FRAC_PI_2` in two parts.
const FRAC_PI_2_LOW: [f64; 2] = [6.123233995736766e-17, -1.4973849048591698e-33];

/// (sin r − r)/r³ in z = r² for |r| ≤ π/4, with an error of 2⁻⁵⁵; the rest of the result is twelve times larger.
const SINE: [[f64; 2]; 3] = [
    [-0.16666666666666666, 0.00833333333333131],
    [-0.00019841269837086374, 2.755731622361487e-06],
    [-2.5051151398824728e-08, 1.5919277501769968e-10],
];

/// (cos r − 1 + z/2)/z² in z = r² for |r| ≤ π/4, with an error of 2⁻⁵⁸.
const COSINE: [[f64; 2]; 3] = [
    [0.041666666666666664, -0.0013888888888887061],
    [2.4801587298460378e-05, -2.755731715837693e-07],
    [2.0876127852426397e-09, -1.1381544295700661e-11],
];

const SIGN: u64 = 1 << 63;

/// An angle without its multiple of 2π.
#[derive(Clone, Copy)]
struct Remainder {
    /// n modulo 4, in the lowest bits.
    quadrant: u64,
    /// r, and what rounding took from it.
    angle: f64,
    lost: f64,
}

impl Remainder {
    /// The remainder of any finite x ≥ [`SMALLEST`], the fraction of x·2/π times π/2; of other numbers, 0.
    ///
    /// All sums but those of the tail are exact.
    #[inline(always)]
    fn of(x: f64) -> Self {
        const FOURS: f64 = 4.0 * ROUNDER;
        const TWO_52: u64 = 4_503_599_627_370_496.0_f64.to_bits();
        let [c1, c2, c3, c4] = row(x.to_bits());
        let m = f64::from_bits(x.to_bits() & !(0x7ff << 52) | TWO_52);
        // M·c₁ without multiples of 4 is at most 4 and a multiple of 2⁻⁵¹; |M·c₂| ≤ 2.
        let f = m.mul_add(c1, -(m.mul_add(c1, FOURS) - FOURS));
        let (second, second_lost) = exact_product(m, c2);
        let turns = (f + second) + ROUNDER;
        let (h, a) = ordered_sum(f - (turns - ROUNDER), second);
        let (h, b) = ordered_sum(h, second_lost);
        let (third, third_lost) = exact_product(m, c3);
        let (h, c) = ordered_sum(h, third);
        let tail = (c + (a + b)) + m.mul_add(c4, third_lost);
        let (angle, lost) = exact_product(h, FRAC_PI_2);
        Self {
            quadrant: turns.to_bits(),
            angle,
            lost: lost + h.mul_add(FRAC_PI_2_LOW[0], tail * FRAC_PI_2),
        }
    }

    /// The remainder of 0 ≤ x ≤ [`BOUND`]: x − nπ/2 with π/2 in three parts (Cody and Waite 1980).
    #[inline(always)]
    fn bounded(x: f64) -> Self {
        let turns = x.mul_add(FRAC_2_PI, ROUNDER);
        let n = turns - ROUNDER;
        let (second, second_lost) = exact_product(n, FRAC_PI_2_LOW[0]);
        // The difference is exact, as x and n times the first part have the same last place and almost cancel.
        let (angle, lost) = exact_sum(n.mul_add(-FRAC_PI_2, x), -second);
        Self {
            quadrant: turns.to_bits(),
            angle,
            lost: n.mul_add(-FRAC_PI_2_LOW[1], lost - second_lost),
        }
    }

    /// sin(x + `quarters`·π/2).
    #[inline(always)]
    fn sine(self, quarters: u64) -> f64 {
        let (r, lost) = (self.angle, self.lost);
        let (z, z_lost) = exact_product(r, r);
        let sine = r + (r * z).mul_add(polynomial_of(z, SINE), z.mul_add(-0.5 * lost, lost));
        let half = 0.5 * z;
        let (first, first_lost) = ordered_sum(1.0, -half);
        let rest = (z * z).mul_add(polynomial_of(z, COSINE), first_lost);
        let cosine = first + (rest - r.mul_add(lost, 0.5 * z_lost));
        let quadrant = self.quadrant.wrapping_add(quarters);
        let value = select(quadrant & 1 == 0, sine, cosine);
        f64::from_bits(value.to_bits() ^ (quadrant << 62 & SIGN))
    }
}

#[inline(always)]
fn polynomial_of(z: f64, [low, middle, high]: [[f64; 2]; 3]) -> f64 {
    polynomial(z, [low, middle], high[1].mul_add(z, high[0]))
}

/// With the sign of `x` changed where `other` is negative.
#[inline(always)]
fn signed(x: f64, other: f64) -> f64 {
    f64::from_bits(x.to_bits() ^ (other.to_bits() & SIGN))
}

/// The sine and the cosine of 2πt, for 0 ≤ t ≤ 1, with an error of 2·10⁻¹⁶.
///
/// 4t − n is exact, so that the angle needs no digits of π beyond the first.
#[inline(always)]
pub(crate) fn sine_and_cosine_of_turns(t: f64) -> (f64, f64) {
    let turns = t.mul_add(4.0, ROUNDER);
    let r = t.mul_add(4.0, ROUNDER - turns) * FRAC_PI_2;
    let z = r * r;
    let sine = (r * z).mul_add(polynomial_of(z, SINE), r);
    let cosine = (z * z).mul_add(polynomial_of(z, COSINE), z.mul_add(-0.5, 1.0));
    let quadrant = turns.to_bits();
    let is_even = quadrant & 1 == 0;
    let sign = |bits: u64| bits << 62 & SIGN;
    let first = select(is_even, sine, cosine).to_bits() ^ sign(quadrant);
    let second = select(is_even, cosine, sine).to_bits() ^ sign(quadrant.wrapping_add(1));
    (f64::from_bits(first), f64::from_bits(second))
}

/// The sine of x in radians, for every x.
///
/// Angles of any size are reduced with as many digits of π as they need. [`sin_bounded`] takes half the time.
///
/// ```
/// use heavyball::elementary::sin;
/// assert_eq!(sin(std::f64::consts::PI), 1.2246467991473532e-16);
/// assert_eq!(sin(1e300), -0.8178819121159085);
/// assert!(sin(f64::INFINITY).is_nan());
/// ```
#[inline(always)]
pub fn sin(x: f64) -> f64 {
    let size = x.abs();
    let y = signed(Remainder::of(size).sine(0), x);
    let y = select(size < SMALLEST, x, y);
    select(size < f64::INFINITY, y, f64::NAN)
}

/// The cosine of x in radians, for every x.
///
/// Angles of any size are reduced with as many digits of π as they need. [`cos_bounded`] takes half the time.
///
/// ```
/// use heavyball::elementary::cos;
/// assert_eq!(cos(0.0), 1.0);
/// assert_eq!(cos(1e300), -0.5753861119575491);
/// ```
#[inline(always)]
pub fn cos(x: f64) -> f64 {
    let size = x.abs();
    let y = Remainder::of(size).sine(1);
    let y = select(size < SMALLEST, 1.0, y);
    select(size < f64::INFINITY, y, f64::NAN)
}

/// The largest angle of [`sin_bounded`] and [`cos_bounded`], 2⁴⁰: there the rounding of 2/π shifts n by less than 10⁻⁴,
/// and |r| stays on the interval of the polynomials.
const BOUND: f64 = 1_099_511_627_776.0;

/// The sine of |x| ≤ 2⁴⁰ ≈ 1.1·10¹², and NaN beyond.
///
/// For loops whose angles are not that large, or in which a run with such angles has failed anyway.
///
/// ```
/// use heavyball::elementary::sin_bounded;
/// assert_eq!(sin_bounded(-0.5), -0.479425538604203);
/// assert!(sin_bounded(2e12).is_nan());
/// ```
#[inline(always)]
pub fn sin_bounded(x: f64) -> f64 {
    let size = x.abs();
    let y = signed(Remainder::bounded(size).sine(0), x);
    select(size <= BOUND, y, f64::NAN)
}

/// The cosine of |x| ≤ 2⁴⁰ ≈ 1.1·10¹², and NaN beyond.
///
/// For loops whose angles are not that large, or in which a run with such angles has failed anyway.
///
/// ```
/// use heavyball::elementary::cos_bounded;
/// assert_eq!(cos_bounded(-0.5), 0.8775825618903728);
/// assert!(cos_bounded(2e12).is_nan());
/// ```
#[inline(always)]
pub fn cos_bounded(x: f64) -> f64 {
    let size = x.abs();
    let y = Remainder::bounded(size).sine(1);
    select(size <= BOUND, y, f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::sine_and_cosine_of_turns;
    use std::f64::consts::TAU;

    #[test]
    fn turns_are_angles() {
        for i in 0..=100_000 {
            let t = f64::from(i) * 1e-5;
            let (sine, cosine) = sine_and_cosine_of_turns(t);
            // The angle itself is rounded here, by up to 4.4e-16.
            let (exact_sine, exact_cosine) = (TAU * t).sin_cos();
            assert!((sine - exact_sine).abs() < 8e-16, "sin of {t}");
            assert!((cosine - exact_cosine).abs() < 8e-16, "cos of {t}");
        }
        assert_eq!(sine_and_cosine_of_turns(0.25), (1.0, 0.0));
        assert_eq!(sine_and_cosine_of_turns(0.5), (0.0, -1.0));
    }
}
