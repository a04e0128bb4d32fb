//! BatchOrder: which terms a minibatch has, by exchanges in the order 0, 1, 2, … of all terms.
//!
//! References: R. A. Fisher, F. Yates, *Statistical Tables* (1938), example 12; D. Lemire, *ACM Trans. Model. Comput. Simul.*
//! 29 (2019) 3, for a number below n by a product.

use crate::noise::Noise;
use crate::potentials::Sampling;

/// The order of the terms, kept between the steps of a run.
#[derive(Debug)]
pub(super) struct BatchOrder {
    sampling: Sampling,
    batch: usize,
    count: usize,
    terms: Vec<usize>,
    /// The exchanges that made the last batch without replacement.
    dealt: Vec<usize>,
    /// The member and the epoch that were shuffled last.
    epoch: Option<(usize, usize)>,
}

impl BatchOrder {
    /// Batches of `batch` of `count` terms.
    pub(super) fn new(count: usize, batch: usize, sampling: Sampling) -> Self {
        let (room, exchanges) = match sampling {
            Sampling::WithReplacement => (batch, 0),
            Sampling::WithoutReplacement => (count, batch),
            Sampling::Reshuffled => (count, 0),
        };
        Self {
            sampling,
            batch,
            count,
            terms: (0..room).collect(),
            dealt: Vec::with_capacity(exchanges),
            epoch: None,
        }
    }

    /// The terms of step k of a member: a function of these and of the seed, whatever was drawn before.
    pub(super) fn draw(&mut self, (noise, member, k): (Noise, usize, usize)) -> &[usize] {
        match self.sampling {
            Sampling::WithReplacement => {
                for (number, slot) in self.terms.iter_mut().enumerate() {
                    *slot = below(self.count, noise.word(member, k, number));
                }
                &self.terms
            }
            Sampling::WithoutReplacement => {
                // Back to 0, 1, 2, …
                for (number, other) in self.dealt.drain(..).enumerate().rev() {
                    self.terms.swap(number, other);
                }
                for number in 0..self.batch {
                    let other = number + below(self.count - number, noise.word(member, k, number));
                    self.terms.swap(number, other);
                    self.dealt.push(other);
                }
                self.terms.get(..self.batch).unwrap_or_default()
            }
            Sampling::Reshuffled => {
                let steps = self.count.div_ceil(self.batch);
                let (epoch, place) = (k / steps, k % steps);
                if self.epoch != Some((member, epoch)) {
                    for (index, slot) in self.terms.iter_mut().enumerate() {
                        *slot = index;
                    }
                    for number in 0..self.count {
                        let word = noise.word(member, epoch, number);
                        self.terms
                            .swap(number, number + below(self.count - number, word));
                    }
                    self.epoch = Some((member, epoch));
                }
                let first = place * self.batch;
                let end = self.count.min(first + self.batch);
                self.terms.get(first..end).unwrap_or_default()
            }
        }
    }
}

/// A number below `count`, each with the same probability up to count/2⁶⁴.
fn below(count: usize, word: u64) -> usize {
    ((u128::from(word) * count as u128) >> 64) as usize
}
