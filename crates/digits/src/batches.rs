//! Batches: which rows each iteration sees.

use crate::Error;
use heavyball::noise::Noise;

/// Batches of equal size of the numbers 0 to `rows` − 1, as functions of the seed and the iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Batches {
    rows: usize,
    size: usize,
    noise: Noise,
}

impl Batches {
    /// Batches of `size` of so many rows.
    ///
    /// # Errors
    /// [`Error::Batch`] for a size of 0, or above the number of rows.
    pub fn new(rows: usize, size: usize, seed: u64) -> Result<Self, Error> {
        if size == 0 || size > rows {
            return Err(Error::Batch { batch: size, rows });
        }
        Ok(Self {
            rows,
            size,
            noise: Noise::new(seed),
        })
    }

    /// The batches of an epoch: all rows, shuffled, and dealt in order; what is left over is not dealt.
    ///
    /// ```
    /// use heavyball_digits::Batches;
    /// let epoch = Batches::new(10, 3, 1)?.epoch(0);
    /// let mut seen = epoch.concat();
    /// seen.sort();
    /// seen.dedup();
    /// assert_eq!((epoch.len(), seen.len()), (3, 9));
    /// # Ok::<(), heavyball_digits::Error>(())
    /// ```
    pub fn epoch(&self, epoch: usize) -> Vec<Vec<usize>> {
        let numbers = self.shuffled(0, epoch, self.rows);
        numbers
            .chunks_exact(self.size)
            .map(<[usize]>::to_vec)
            .collect()
    }

    /// A batch drawn without replacement, independently of all others.
    pub fn drawn(&self, iteration: usize) -> Vec<usize> {
        self.shuffled(1, iteration, self.size)
    }

    /// The first numbers of a random order (Fisher and Yates).
    fn shuffled(&self, member: usize, step: usize, count: usize) -> Vec<usize> {
        let mut numbers: Vec<usize> = (0..self.rows).collect();
        for i in 0..count.min(self.rows) {
            let left = (self.rows - i) as f64;
            let other = i + (left * self.noise.uniform(member, step, i)) as usize;
            numbers.swap(i, other.min(self.rows - 1));
        }
        numbers.truncate(count);
        numbers
    }
}
