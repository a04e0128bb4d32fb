//! Two normal numbers of one block, by G. E. P. Box and M. E. Muller, *Ann. Math. Statist.* 29 (1958) 610:
//! √(−2 ln u)·cos 2πt and √(−2 ln u)·sin 2πt.
//!
//! u is one of 2⁵² equally likely numbers of (0, 1] and t one of [0, 1), so a normal number is at most
//! √(104 ln 2) = 8.49 in size; a larger one has the probability 2·10⁻¹⁷.

use crate::elementary::{logarithm_of_normal, sine_and_cosine_of_turns};

/// A word of 64 bits as a number in [1, 2), by its upper 52 bits.
#[inline(always)]
fn from_one_to_two(word: u64) -> f64 {
    f64::from_bits((word >> 12) | 1.0_f64.to_bits())
}

/// The two words of 64 bits in a block.
#[inline(always)]
pub(super) fn long_words([a, b, c, d]: [u64; 4]) -> [u64; 2] {
    [a | (b << 32), c | (d << 32)]
}

/// Uniform in [0, 1), a multiple of 2⁻⁵².
#[inline(always)]
pub(super) fn uniform(word: u64) -> f64 {
    from_one_to_two(word) - 1.0
}

/// Two independent normal numbers of mean 0 and variance 1.
#[inline(always)]
pub(super) fn normal_pair(block: [u64; 4]) -> [f64; 2] {
    let [radius, angle] = long_words(block);
    let radius = (-2.0 * logarithm_of_normal(2.0 - from_one_to_two(radius))).sqrt();
    let (sine, cosine) = sine_and_cosine_of_turns(uniform(angle));
    [radius * cosine, radius * sine]
}
