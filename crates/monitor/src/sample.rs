//! Sample: which coordinates a monitor follows, all of them or one at random in each of n equal shares.

use heavyball::noise::Noise;

/// The followed coordinates as (piece, component), in the order of memory.
///
/// Share i of n reaches from iN/n to (i + 1)N/n, and its coordinate is the integer part of a uniform point in it. Each
/// coordinate is expected n/N times, so that N/n times a sum over the sample has the sum over all as its mean.
#[derive(Debug, Clone)]
pub(crate) struct Sample {
    pub(crate) places: Vec<(usize, usize)>,
}

impl Sample {
    pub(crate) fn of(lengths: &[usize], count: usize, seed: u64) -> Self {
        let total: usize = lengths.iter().sum();
        let share = total as f64 / count as f64;
        let noise = Noise::new(seed);
        let (mut piece, mut before) = (0, 0);
        let places = (0..count).map(|index| {
            let point = (index as f64 + noise.uniform(0, 0, index)) * share;
            let mut coordinate = (point as usize).min(total.saturating_sub(1));
            coordinate = coordinate.max(before);
            while let Some(length) = lengths.get(piece)
                && coordinate >= before + length
            {
                before += length;
                piece += 1;
            }
            (piece, coordinate - before)
        });
        Self {
            places: places.collect(),
        }
    }
}
