//! Network: the two networks, and where their training starts.

use heavyball::noise::Noise;

/// The shape of a network from 64 pixels to ten outputs; a framework computes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Network {
    /// 64 → 32 tanh → 10: 2410 parameters.
    ///
    /// Parameters: the weights of the first layer, 64 × 32 with a row for each pixel, its 32 biases, 32 × 10 weights, 10 biases.
    TwoLayers,
    /// A convolution of 3 × 3 with padding 1 to 8 channels, ReLU, one with stride 2 to 16 channels of 4 × 4, ReLU, and a layer from 256 to 10:
    /// 3818 parameters.
    ///
    /// Parameters: 8 × 1 × 3 × 3 weights (output and input channel, row, column), 8 biases, 16 × 8 × 3 × 3, 16, 256 × 10 with a
    /// row for each channel, row and column, 10.
    Convolutional,
}

impl Network {
    /// Pixels of an image, 8 × 8.
    pub const PIXELS: usize = 64;

    /// Outputs, one for each digit.
    pub const CLASSES: usize = 10;

    /// Both.
    pub const ALL: [Self; 2] = [Self::TwoLayers, Self::Convolutional];

    /// Its name in tables.
    pub fn name(&self) -> &'static str {
        match self {
            Self::TwoLayers => "two layers",
            Self::Convolutional => "convolutional",
        }
    }

    /// The shape of each parameter, weights before biases.
    pub fn shapes(&self) -> Vec<Vec<usize>> {
        match self {
            Self::TwoLayers => vec![vec![64, 32], vec![32], vec![32, 10], vec![10]],
            Self::Convolutional => vec![
                vec![8, 1, 3, 3],
                vec![8],
                vec![16, 8, 3, 3],
                vec![16],
                vec![256, 10],
                vec![10],
            ],
        }
    }

    /// Parameters at which training starts: uniform in ±1/√n for the n inputs of an output of the layer, biases too, as PyTorch's
    /// layers start. They depend on the seed alone, so that every framework starts at the same point.
    ///
    /// ```
    /// use heavyball_digits::Network;
    /// let start = Network::TwoLayers.start(1);
    /// assert_eq!(start.iter().map(Vec::len).sum::<usize>(), 2410);
    /// assert!(start.iter().flatten().all(|weight| weight.abs() < 0.18)); // 1/√32
    /// ```
    pub fn start(&self, seed: u64) -> Vec<Vec<f32>> {
        let inputs: &[usize] = match self {
            Self::TwoLayers => &[64, 64, 32, 32],
            Self::Convolutional => &[9, 9, 72, 72, 256, 256],
        };
        let noise = Noise::new(seed);
        let parameters = self.shapes().into_iter().zip(inputs).enumerate();
        parameters
            .map(|(number, (shape, &inputs))| {
                let bound = 1.0 / (inputs as f64).sqrt();
                let length: usize = shape.iter().product();
                let weight = |i| (bound * (2.0 * noise.uniform(number, 0, i) - 1.0)) as f32;
                (0..length).map(weight).collect()
            })
            .collect()
    }
}
