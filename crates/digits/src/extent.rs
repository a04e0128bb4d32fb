//! Extent: how much of the experiments is run.

use crate::{Error, Network};

/// The number of seeds and iterations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Seeds, each with its own start and its own batches.
    pub seeds: usize,
    /// Passes through the training set of the network of two layers.
    pub epochs_of_two_layers: usize,
    /// Passes of the convolutional network.
    pub epochs_of_convolutional: usize,
    /// Iterations of SGD on its way to the edge of stability.
    pub edge_iterations: usize,
    /// Epochs before the temperature is measured.
    pub warm_epochs: usize,
    /// Iterations over which it is measured.
    pub warm_iterations: usize,
}

impl Extent {
    /// Five seeds: what the documentation reports.
    pub const WHOLE: Self = Self {
        seeds: 5,
        epochs_of_two_layers: 30,
        epochs_of_convolutional: 10,
        edge_iterations: 2500,
        warm_epochs: 5,
        warm_iterations: 400,
    };

    /// Two seeds and few iterations: seconds, for tests.
    pub const SHORT: Self = Self {
        seeds: 2,
        epochs_of_two_layers: 4,
        epochs_of_convolutional: 2,
        edge_iterations: 400,
        warm_epochs: 2,
        warm_iterations: 40,
    };

    /// Refuses a study of nothing, whose means would be of no numbers.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let Self {
            seeds,
            epochs_of_two_layers,
            epochs_of_convolutional,
            edge_iterations,
            warm_epochs,
            warm_iterations,
        } = *self;
        let epochs = [epochs_of_two_layers, epochs_of_convolutional, warm_epochs];
        if epochs.contains(&0) || [seeds, edge_iterations, warm_iterations].contains(&0) {
            return Err(Error::Extent { extent: *self });
        }
        Ok(())
    }

    /// The epochs of a network.
    pub fn epochs(&self, network: Network) -> usize {
        match network {
            Network::TwoLayers => self.epochs_of_two_layers,
            Network::Convolutional => self.epochs_of_convolutional,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// None of the numbers may be 0.
    #[test]
    fn a_study_of_nothing_is_refused() {
        assert!(Extent::WHOLE.check().is_ok() && Extent::SHORT.check().is_ok());
        let change: [fn(&mut Extent); 6] = [
            |extent| extent.seeds = 0,
            |extent| extent.epochs_of_two_layers = 0,
            |extent| extent.epochs_of_convolutional = 0,
            |extent| extent.edge_iterations = 0,
            |extent| extent.warm_epochs = 0,
            |extent| extent.warm_iterations = 0,
        ];
        for change in change {
            let mut extent = Extent::SHORT;
            change(&mut extent);
            assert!(
                matches!(extent.check(), Err(Error::Extent { .. })),
                "{extent:?}"
            );
        }
    }
}
