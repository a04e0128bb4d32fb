//! Followed: the coordinates that a monitor follows, with their last parameters and gradients.

use crate::parameter::Parameter;
use crate::sample::Sample;
use crate::slices::Slices;
use crate::sums::{Sums, pass};

/// All coordinates or a sample, and what they were in the last iteration.
#[derive(Debug, Clone)]
pub(crate) struct Followed<T> {
    pub(crate) lengths: Vec<usize>,
    sample: Option<Sample>,
    last_x: Vec<T>,
    last_g: Vec<T>,
    gathered: [Vec<T>; 3],
}

impl<T: Parameter> Followed<T> {
    /// Coordinates of slices of these lengths; at most `sample` of them, chosen by a seed.
    pub(crate) fn of(lengths: Vec<usize>, sample: Option<(usize, u64)>) -> Self {
        let total: usize = lengths.iter().sum();
        let sample = sample
            .filter(|(count, _)| *count < total)
            .map(|(count, seed)| Sample::of(&lengths, count, seed));
        let followed = sample.as_ref().map_or(total, |sample| sample.places.len());
        let gathered = if sample.is_some() { followed } else { 0 };
        Self {
            lengths,
            sample,
            last_x: vec![T::default(); followed],
            last_g: vec![T::default(); followed],
            gathered: [(); 3].map(|()| Vec::with_capacity(gathered)),
        }
    }

    /// The number of parameters N.
    pub(crate) fn size(&self) -> f64 {
        self.lengths.iter().sum::<usize>() as f64
    }

    /// The sums of an iteration, over a sample scaled to all; its parameters and gradients become the last.
    pub(crate) fn sums(&mut self, kind: (bool, bool), slices: &Slices<'_, T>) -> Sums {
        let Slices {
            parameters,
            first,
            second,
        } = *slices;
        let size = self.size();
        if let Some(sample) = &self.sample {
            for (slices, gathered) in [parameters, first, second].iter().zip(&mut self.gathered) {
                gathered.clear();
                let component = |&(piece, index): &(usize, usize)| {
                    slices
                        .get(piece)
                        .and_then(|slice| slice.get(index))
                        .copied()
                };
                gathered.extend(sample.places.iter().filter_map(component));
            }
            let [x, a, b] = &self.gathered;
            let share = size / sample.places.len() as f64;
            return pass(kind, x, (a, b), &mut self.last_x, &mut self.last_g).scaled(share);
        }
        let (mut last_x, mut last_g) = (&mut self.last_x[..], &mut self.last_g[..]);
        let mut sums = Sums::default();
        for ((x, a), b) in parameters.iter().zip(first).zip(second) {
            let (piece_x, rest_x) = last_x.split_at_mut(x.len());
            let (piece_g, rest_g) = last_g.split_at_mut(x.len());
            sums.add(&pass(kind, x, (a, b), piece_x, piece_g));
            (last_x, last_g) = (rest_x, rest_g);
        }
        sums
    }
}
