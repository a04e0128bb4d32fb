//! Double-double: a sum of two f64 as one number of 106 bits, with elementary functions by Taylor series.
//!
//! T. J. Dekker (1971); Y. Hida, X. S. Li, D. H. Bailey (2001). Slow, and accurate to about 2⁻¹⁰⁰.

use super::power_of_two;
use std::ops::{Add, Div, Mul, Neg, Sub};

#[derive(Clone, Copy, Debug)]
pub(super) struct Double(pub(super) f64, pub(super) f64);

fn sum(a: f64, b: f64) -> Double {
    let s = a + b;
    let t = s - a;
    Double(s, (a - (s - t)) + (b - t))
}

fn product(a: f64, b: f64) -> Double {
    Double(a * b, a.mul_add(b, -(a * b)))
}

impl From<f64> for Double {
    fn from(x: f64) -> Self {
        Self(x, 0.0)
    }
}

impl Neg for Double {
    type Output = Self;
    fn neg(self) -> Self {
        Self(-self.0, -self.1)
    }
}

impl Add for Double {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let (high, low) = (sum(self.0, other.0), sum(self.1, other.1));
        let first = sum(high.0, high.1 + low.0);
        sum(first.0, first.1 + low.1)
    }
}

impl Sub for Double {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Double {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let p = product(self.0, other.0);
        sum(p.0, p.1 + (self.0 * other.1 + self.1 * other.0))
    }
}

impl Div for Double {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        let first = self.0 / other.0;
        let rest = self - other * first.into();
        let second = rest.0 / other.0;
        let rest = rest - other * second.into();
        sum(first, second) + (rest.0 / other.0).into()
    }
}

impl Double {
    /// The quotient by an f64.
    fn over(self, n: f64) -> Self {
        let first = self.0 / n;
        let rest = (-first).mul_add(n, self.0) + self.1;
        sum(first, rest / n)
    }
}

const LN_2: [f64; 3] = [
    std::f64::consts::LN_2,
    2.3190468138462996e-17,
    5.707708438416212e-34,
];
const HALF_PI: [f64; 4] = [
    std::f64::consts::FRAC_PI_2,
    6.123233995736766e-17,
    -1.4973849048591698e-33,
    5.562271104316826e-50,
];

/// x − n·c, for a constant c in parts.
fn remainder(x: Double, n: f64, parts: &[f64]) -> Double {
    parts.iter().fold(x, |x, part| x - product(n, *part))
}

/// (k, eʳ − 1) with eˣ = 2ᵏeʳ.
pub(super) fn exponential(x: Double) -> (i32, Double) {
    let k = (x.0 / LN_2[0]).round();
    let r = remainder(x, k, &LN_2) * 0.0625.into();
    let mut small = (1..=14).rev().fold(Double(0.0, 0.0), |s, n| {
        ((s + 1.0.into()) * r).over(f64::from(n))
    });
    for _ in 0..4 {
        small = small * (small + 2.0.into());
    }
    (k as i32, small)
}

pub(super) fn exponential_minus_one(x: Double) -> Double {
    let (k, small) = exponential(x);
    let scale: Double = power_of_two(k.clamp(-200, 1023)).into();
    (scale - 1.0.into()) + scale * small
}

/// ln(1 + x), from a value that is nearly right: one step of Newton's method.
pub(super) fn logarithm_of_one_plus(x: Double, near: f64) -> Double {
    if x.0 > 0.5 {
        return logarithm(x + 1.0.into(), near);
    }
    let small = exponential_minus_one(Double(-near, 0.0));
    // (1 + x)e^−near − 1, of which the logarithm is its first two terms.
    let left = small + x + x * small;
    Double(near, 0.0) + left - left * left * 0.5.into()
}

/// ln x, the same way.
pub(super) fn logarithm(x: Double, near: f64) -> Double {
    let (k, small) = exponential(Double(-near, 0.0));
    // In two factors, since x·2ᵏ is near 1 but 2ᵏ may be beyond the range.
    let scaled = |x: f64| x * power_of_two(k / 2) * power_of_two(k - k / 2);
    let x = Double(scaled(x.0), scaled(x.1));
    let left = (x - 1.0.into()) + x * small;
    Double(near, 0.0) + left - left * left * 0.5.into()
}

pub(super) fn hyperbolic_tangent(x: f64) -> Double {
    let e = exponential_minus_one(Double(2.0 * x, 0.0));
    e / (e + 2.0.into())
}

/// (sin x, cos x) for |x| < 2³⁰.
pub(super) fn sine_and_cosine(x: f64) -> (Double, Double) {
    let n = (x / HALF_PI[0]).round();
    let r = remainder(x.into(), n, &HALF_PI);
    let z = r * r;
    let series = |last: i32| {
        // 1 − z/(n(n−1)) (1 − z/((n−2)(n−3)) (1 − ..)), from the last term.
        (1..=14).rev().fold(Double::from(1.0), |s, i| {
            let n = f64::from(2 * i + last);
            Double::from(1.0) - (z * s).over(n * (n - 1.0))
        })
    };
    let (sine, cosine) = (r * series(1), series(0));
    match (n as i64).rem_euclid(4) {
        0 => (sine, cosine),
        1 => (cosine, -sine),
        2 => (-sine, -cosine),
        _ => (-cosine, sine),
    }
}
