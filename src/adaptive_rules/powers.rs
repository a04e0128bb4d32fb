//! Powers βᵏ and the decay of a moment.

use crate::optimizers::RuleError;
use crate::{Error, Number};

/// βᵏ by repeated squaring, so that it is exact for rationals and has its derivatives for dual numbers.
#[inline(always)]
pub(super) fn power<T: Number>(base: &T, mut exponent: usize) -> T {
    let (mut result, mut square) = (T::one(), base.clone());
    while exponent > 0 {
        if exponent & 1 == 1 {
            result *= square.clone();
        }
        exponent >>= 1;
        if exponent > 0 {
            square = square.clone() * square;
        }
    }
    result
}

/// 1 − βᵏ, the weight of the gradients in an average that began at 0 and has seen k of them.
#[inline(always)]
pub(super) fn weight<T: Number>(decay: &T, seen: usize) -> T {
    T::one() - power(decay, seen)
}

/// Moves an average toward `value`: m₊ = m + (1 − β)(g − m).
#[inline(always)]
pub(super) fn average<T: Number>(mean: &mut T, decay: &T, value: T) {
    *mean = (T::one() - decay.clone()).mul_add(value - mean.clone(), mean.clone());
}

/// Refuses the decay of a moment outside [0, 1).
pub(super) fn check_moment_decay<T: Number>(name: &'static str, decay: &T) -> Result<(), Error> {
    if *decay >= T::zero() && *decay < T::one() {
        return Ok(());
    }
    Err(Error::Rule(RuleError::MomentDecayOutOfRange {
        name,
        value: decay.to_f64(),
    }))
}

/// a/b, for a positive b.
pub(super) fn fraction<T: Number>(numerator: i16, denominator: i16) -> T {
    T::integer(numerator) / T::integer(denominator)
}

/// 10⁻ⁿ.
pub(super) fn tenth_to<T: Number>(n: usize) -> T {
    T::one() / power(&T::integer(10), n)
}
