//! Random: reproducible random vectors, determined by a seed and the number of the member.

use crate::Error;
use crate::check::{finite, in_range, nonnegative};
use crate::ensemble::grid::between;
use nalgebra::SVector;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng as _, SeedableRng as _};
use std::f64::consts::TAU;

/// Independent random vectors, one per member; the same on every machine.
///
/// The generator is ChaCha with 8 rounds, with one stream per member, so a member has the same vector in a part of an
/// ensemble as in the whole. Normal numbers use the logarithm and cosine of `libm`, which give the same bits on every
/// machine; those of a system library may not.
///
/// Normal vectors are independent of the uniform vectors of the same seed. Two independent sets of uniform vectors, or
/// two of normal ones, need two seeds.
///
/// ```
/// use heavyball::ensemble::Random;
/// let random = Random::new(7);
/// let starts: Vec<_> = random.uniform([-2.0, 0.0], [2.0, 1.0])?.take(1000).collect();
/// assert!(starts.iter().all(|x| (-2.0..2.0).contains(&x.x) && (0.0..1.0).contains(&x.y)));
/// assert_eq!(random.uniform([-2.0, 0.0], [2.0, 1.0])?.nth(17).unwrap(), starts[17]);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Random {
    seed: u64,
}

/// Position of the second half of a stream, from which the normal numbers are taken: they share no word with the
/// uniform ones.
const NORMAL: u128 = 1 << 67;

impl Random {
    /// The random vectors of `seed`.
    pub fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The generator of one member.
    fn generator(&self, member: u64) -> ChaCha8Rng {
        let mut generator = ChaCha8Rng::seed_from_u64(self.seed);
        generator.set_stream(member);
        generator
    }

    /// Vectors uniform in the box between two opposite corners, in either order; for initial positions.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a corner.
    pub fn uniform<const D: usize>(
        &self,
        low: [f64; D],
        high: [f64; D],
    ) -> Result<impl Iterator<Item = SVector<f64, D>> + use<D>, Error> {
        for corner in low.iter().chain(&high) {
            finite("a corner of the box", corner)?;
        }
        let random = *self;
        Ok((0..).map(move |member| {
            let mut generator = random.generator(member);
            SVector::from_fn(|i, _| between(low[i], high[i], unit(&mut generator)))
        }))
    }

    /// Vectors with independent normal components of standard deviation `deviation` about 0; for kicks.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless the deviation is zero or positive,
    /// and finite.
    ///
    /// ```
    /// use heavyball::ensemble::Random;
    /// let kicks: Vec<_> = Random::new(1).normal::<1>(0.5)?.take(10_000).collect();
    /// let variance = kicks.iter().map(|kick| kick.x * kick.x).sum::<f64>() / 1e4;
    /// assert!((variance - 0.25).abs() < 0.01);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn normal<const D: usize>(
        &self,
        deviation: f64,
    ) -> Result<impl Iterator<Item = SVector<f64, D>> + use<D>, Error> {
        nonnegative("the deviation", &deviation, "")?;
        // The largest of 2⁵³ equally likely radii is (2·53·ln 2)^½ = 8.57.
        in_range("a normal number", &(8.6 * deviation))?;
        let random = *self;
        Ok((0..).map(move |member| {
            let mut generator = random.generator(member);
            generator.set_word_pos(NORMAL);
            // Box and Muller (1958): two uniform numbers give a normal one.
            SVector::from_fn(|_, _| {
                let radius = (-2.0 * libm::log(1.0 - unit(&mut generator))).sqrt();
                deviation * radius * libm::cos(TAU * unit(&mut generator))
            })
        }))
    }
}

/// Uniform in [0, 1), a multiple of 2⁻⁵³.
fn unit(generator: &mut ChaCha8Rng) -> f64 {
    (generator.next_u64() >> 11) as f64 / (1_u64 << 53) as f64
}
