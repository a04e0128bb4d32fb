//! Elementary functions that the compiler turns into vector instructions: exp, ln, sin, cos, tanh and powers of an `f64`.
//!
//! `f64::exp` and its relatives call the system's library for one number at a time, so a loop that uses them costs as
//! much per member in an [`Ensemble`](crate::ensemble) as alone. These functions have no branch and no call: only
//! sums, products, fused multiply-adds, shifts and selections. A loop over them becomes a loop over vectors, and each
//! number gets the same bits in a vector as alone, with every instruction set and on every platform. For generic code
//! they are the methods of [`Exponential`](crate::Exponential), with the same bits.
//!
//! Largest errors in units in the last place (ulp), over 10⁸ arguments of each, `cargo test --release --test
//! elementary -- --ignored`:
//!
//! | function | error | −0 | ∞ | −∞ | elsewhere |
//! |---|---|---|---|---|---|
//! | [`exp`] | 0.75 | 1 | ∞ | 0 | ∞ above 709.78, 0 below −745.13 |
//! | [`exp_m1`] | 0.62 | −0 | ∞ | −1 | |
//! | [`ln`] | 0.66 | −∞ | ∞ | NaN | NaN for x < 0 |
//! | [`ln_1p`] | 0.84 | −0 | ∞ | NaN | −∞ at −1, NaN below |
//! | [`sin`], [`sin_bounded`] | 0.85 | −0 | NaN | NaN | the bounded one: NaN above 2⁴⁰ |
//! | [`cos`], [`cos_bounded`] | 0.85 | 1 | NaN | NaN | the bounded one: NaN above 2⁴⁰ |
//! | [`tanh`] | 0.58 | −0 | 1 | −1 | |
//! | [`powf`], of xʸ | 0.76 | | | | the values of the C standard |
//!
//! NaN gives NaN. The largest error of `exp` is that of a result just below the normal
//! numbers; elsewhere it is smaller.
//!
//! **When not to use them.** A fused multiply-add is one instruction where the loop is compiled for it, as in an
//! ensemble on a processor with AVX2 or in a program built for it (`-C target-cpu=native`). Elsewhere each is a call of
//! the C function `fma`, about twenty of them a function: in code that is compiled for any x86-64, the standard
//! library's functions are faster.
//!
//! The polynomials were fitted for this library; `tests/data/fit_elementary.py` prints them and their errors. The
//! methods are those of P. T. P. Tang (1989, 1990) for exp and ln, of W. J. Cody and W. Waite (1980) and M. Payne and
//! R. Hanek (1983) for the remainder of an angle; J.-M. Muller, *Elementary Functions*, 3rd ed. (2016), describes them.
//!
//! ```
//! use heavyball::elementary::{exp, sin};
//! use heavyball::potentials::from_fn;
//! use nalgebra::{SVector, vector};
//!
//! // f = eˣ − x − cos y, whose gradient an ensemble evaluates for four or eight members at once.
//! let potential = from_fn(
//!     |x: &SVector<f64, 2>| exp(x.x) - x.x - heavyball::elementary::cos(x.y),
//!     |x: &SVector<f64, 2>| vector![exp(x.x) - 1.0, sin(x.y)],
//! );
//! # let _ = potential;
//! assert_eq!(exp(1.0), std::f64::consts::E);
//! assert_eq!(sin(0.0), 0.0);
//! ```

mod exponential;
mod fraction;
mod logarithm;
mod power;
mod trigonometric;

pub use exponential::{exp, exp_m1, tanh};
pub(crate) use logarithm::logarithm_of_normal;
pub use logarithm::{ln, ln_1p};
pub use power::{powf, powi};
pub(crate) use trigonometric::sine_and_cosine_of_turns;
pub use trigonometric::{cos, cos_bounded, sin, sin_bounded};

use std::hint::select_unpredictable as select;

/// 1.5·2⁵²: a number |x| < 2⁵¹ added to it is rounded to an integer, which the low bits of the sum hold.
const ROUNDER: f64 = 6_755_399_441_055_744.0;

/// The integer nearest to ab, up to an error of the product, for |ab| < 2⁵¹.
#[inline(always)]
fn rounded_product(a: f64, b: f64) -> f64 {
    a.mul_add(b, ROUNDER) - ROUNDER
}

/// 2ᵏ, for an integer −1022 ≤ k ≤ 1023.
#[inline(always)]
fn power_of_two(k: f64) -> f64 {
    f64::from_bits((k + (ROUNDER + 1023.0)).to_bits() << 52)
}

/// a + b exactly, as the rounded sum and its error, if |a| ≥ |b|, a = 0, or a is a multiple of the last place of b.
#[inline(always)]
fn ordered_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    (sum, b - (sum - a))
}

/// a + b exactly, as the rounded sum and its error.
#[inline(always)]
fn exact_sum(a: f64, b: f64) -> (f64, f64) {
    let sum = a + b;
    let second = sum - a;
    (sum, (a - (sum - second)) + (b - second))
}

/// ab exactly, as the rounded product and its error.
#[inline(always)]
fn exact_product(a: f64, b: f64) -> (f64, f64) {
    let product = a * b;
    (product, a.mul_add(b, -product))
}

/// Σ cᵢxⁱ + top·x²ᴺ, with the coefficients in pairs: half as long a chain of operations as Horner's.
#[inline(always)]
fn polynomial<const N: usize>(x: f64, pairs: [[f64; 2]; N], top: f64) -> f64 {
    let square = x * x;
    pairs.iter().rev().fold(top, |sum, [even, odd]| {
        sum.mul_add(square, odd.mul_add(x, *even))
    })
}
