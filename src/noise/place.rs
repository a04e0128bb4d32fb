//! Noise: the random numbers of a seed, by member, step and coordinate.

use crate::noise::block::block;
use crate::noise::normal::{long_words, normal_pair, uniform};
use nalgebra::SVector;

/// The random numbers of a seed: each is a function of (seed, member, step, coordinate) and of nothing else.
///
/// Numbers at different places are independent, and so are words, uniform and normal numbers at the same place, and the
/// numbers of different seeds. Nothing is stored, so there is nothing to split, to skip or to save: a run that
/// continues at step k asks for the noise of step k.
///
/// Members up to 2⁴⁰, steps up to 2⁵⁶ and coordinates up to 2³⁰ differ; beyond them the numbers repeat.
///
/// The generator is Philox 4×32 with ten rounds (Salmon, Moraes, Dror, Shaw 2011, section 3.3); normal numbers are those
/// of Box and Muller (1958) from 2⁵² radii and 2⁵² angles, at most 8.49 in size. All of it is without branches and
/// calls, so that the loop of an [ensemble](crate::ensemble) computes the noise of several members at once. The bits are the
/// same alone, in a vector, with every instruction set and on every platform.
///
/// Not for cryptography.
///
/// ```
/// use heavyball::noise::Noise;
///
/// let noise = Noise::new(7);
/// let kick = noise.normals::<3>(41, 1000); // of member 41 at step 1000
/// assert_eq!(kick.y, noise.normal(41, 1000, 1));
/// assert_ne!(kick, noise.normals::<3>(42, 1000));
///
/// let mean_square = (0..10_000).map(|step| noise.normal(0, step, 0).powi(2)).sum::<f64>() / 1e4;
/// assert!((mean_square - 1.0).abs() < 0.05);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Noise {
    seed: u64,
}

/// What a block is used for; each use has blocks of its own.
#[derive(Clone, Copy)]
enum Use {
    Normal = 0,
    Uniform = 1,
    Word = 2,
}

const LOW: u64 = 0xFFFF_FFFF;

impl Noise {
    /// The noise of `seed`.
    pub const fn new(seed: u64) -> Self {
        Self { seed }
    }

    /// The seed.
    pub const fn seed(&self) -> u64 {
        self.seed
    }

    #[inline(always)]
    fn block(&self, purpose: Use, member: usize, step: usize, number: usize) -> [u64; 4] {
        let (member, step, number) = (member as u64, step as u64, number as u64);
        let counter = [
            step & LOW,
            member & LOW,
            (number & 0x3FFF_FFFF) | (purpose as u64) << 30,
            ((step >> 32) & 0xFF_FFFF) | (member >> 32 & 0xFF) << 24,
        ];
        block(counter, [self.seed as u32, (self.seed >> 32) as u32])
    }

    /// The normal numbers of a member at a step.
    #[inline(always)]
    pub const fn at(&self, member: usize, step: usize) -> Place {
        Place {
            noise: *self,
            member,
            step,
            scale: 1.0,
        }
    }

    /// A word of 64 random bits.
    ///
    /// ```
    /// use heavyball::noise::Noise;
    /// // A number below 10, each with the same probability up to 10/2⁶⁴.
    /// let word = Noise::new(1).word(0, 17, 0);
    /// assert!((u128::from(word) * 10) >> 64 < 10);
    /// ```
    #[inline(always)]
    pub fn word(&self, member: usize, step: usize, coordinate: usize) -> u64 {
        let words = long_words(self.block(Use::Word, member, step, coordinate / 2));
        words[coordinate % 2]
    }

    /// A number uniform in [0, 1), a multiple of 2⁻⁵².
    ///
    /// ```
    /// use heavyball::noise::Noise;
    /// let noise = Noise::new(1);
    /// assert!((0..100).all(|step| (0.0..1.0).contains(&noise.uniform(0, step, 0))));
    /// ```
    #[inline(always)]
    pub fn uniform(&self, member: usize, step: usize, coordinate: usize) -> f64 {
        let words = long_words(self.block(Use::Uniform, member, step, coordinate / 2));
        uniform(words[coordinate % 2])
    }

    /// A normal number of mean 0 and variance 1.
    ///
    /// Coordinates 2i and 2i + 1 are the cosine and the sine of one angle: [`Self::normals`] and [`Self::normal_pair`]
    /// compute both at once.
    #[inline(always)]
    pub fn normal(&self, member: usize, step: usize, coordinate: usize) -> f64 {
        self.normal_pair(member, step, coordinate / 2)[coordinate % 2]
    }

    /// The normal numbers of coordinates 2i and 2i + 1, for `pair` i.
    ///
    /// ```
    /// use heavyball::noise::Noise;
    /// let noise = Noise::new(3);
    /// assert_eq!(noise.normal_pair(5, 8, 2), [noise.normal(5, 8, 4), noise.normal(5, 8, 5)]);
    /// ```
    #[inline(always)]
    pub fn normal_pair(&self, member: usize, step: usize, pair: usize) -> [f64; 2] {
        normal_pair(self.block(Use::Normal, member, step, pair))
    }

    /// The normal numbers of the first `D` coordinates: a vector of covariance 1.
    #[inline(always)]
    pub fn normals<const D: usize>(&self, member: usize, step: usize) -> SVector<f64, D> {
        let mut normals: SVector<f64, D> = SVector::zeros();
        self.fill(member, step, normals.as_mut_slice());
        normals
    }

    /// Writes the normal numbers of the first coordinates into `normals`, as many as it holds; for vectors of any length.
    ///
    /// ```
    /// use heavyball::noise::Noise;
    /// let noise = Noise::new(3);
    /// let mut kick = nalgebra::DVector::zeros(5);
    /// noise.fill(0, 12, kick.as_mut_slice());
    /// assert_eq!(kick[4], noise.normal(0, 12, 4));
    /// ```
    #[inline(always)]
    pub fn fill(&self, member: usize, step: usize, normals: &mut [f64]) {
        for (pair, numbers) in normals.chunks_mut(2).enumerate() {
            let pair = self.normal_pair(member, step, pair);
            for (slot, normal) in numbers.iter_mut().zip(pair) {
                *slot = normal;
            }
        }
    }
}

/// The normal numbers of a member at a step, made by [`Noise::at`]: what a step with noise is given.
///
/// ```
/// use heavyball::noise::Noise;
/// let noise = Noise::new(3);
/// assert_eq!(noise.at(5, 8).normal_pair(2), noise.normal_pair(5, 8, 2));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Place {
    noise: Noise,
    member: usize,
    step: usize,
    scale: f64,
}

impl Place {
    /// The normal numbers 2i and 2i + 1 of this place, for `pair` i.
    #[inline(always)]
    pub fn normal_pair(&self, pair: usize) -> [f64; 2] {
        let normals = self.noise.normal_pair(self.member, self.step, pair);
        normals.map(|normal| self.scale * normal)
    }

    /// The step.
    #[inline(always)]
    pub const fn step(&self) -> usize {
        self.step
    }

    /// The same place with its normal numbers multiplied by `factor`, which is more or less noise.
    ///
    /// ```
    /// use heavyball::noise::Noise;
    /// let place = Noise::new(3).at(5, 8);
    /// assert_eq!(place.scaled(0.5).normal_pair(2), place.normal_pair(2).map(|normal| 0.5 * normal));
    /// ```
    #[inline(always)]
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            scale: self.scale * factor,
            ..*self
        }
    }
}
