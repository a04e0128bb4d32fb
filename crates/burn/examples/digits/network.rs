//! The networks in burn.

use burn_core as burn;
use burn_core::module::{Module, Param};
use burn_core::tensor::activation::{log_softmax, relu};
use burn_core::tensor::module::conv2d;
use burn_core::tensor::ops::ConvOptions;
use burn_core::tensor::{Device, Int, Tensor, TensorData};
use burn_optim::{AdamWConfig, GradientsParams, ModuleOptimizer};
use heavyball_burn::MomentumSgd;
use heavyball_digits::{Failure, Loss, Model, Network, Rows, Rule};

/// The parameters as vectors, so that one module has both networks.
#[derive(Module, Debug)]
struct Layers {
    pieces: Vec<Param<Tensor<1>>>,
}

/// A network with its optimiser.
pub(crate) struct OfBurn {
    network: Network,
    layers: Option<Layers>,
    optimizer: ModuleOptimizer,
    learning_rate: f64,
}

const DEVICE: &str = "the step before failed, and the layers are gone";

impl OfBurn {
    fn layers(&self) -> Result<&Layers, Failure> {
        self.layers.as_ref().ok_or_else(|| DEVICE.into())
    }

    fn forward(
        &self,
        rows: &Rows,
        pieces: &[Tensor<1>],
        device: &Device,
    ) -> Result<Tensor<2>, Failure> {
        let count = rows.len();
        let pixels = TensorData::new(rows.images.clone(), [count, Network::PIXELS]);
        let x = Tensor::<2>::from_data(pixels, device);
        match (self.network, pieces) {
            (Network::TwoLayers, [w, b, u, c]) => {
                let [w, u] =
                    [(w, [64, 32]), (u, [32, 10])].map(|(w, shape)| w.clone().reshape(shape));
                let [b, c] = [b, c].map(|bias| bias.clone().unsqueeze::<2>());
                Ok((x.matmul(w) + b).tanh().matmul(u) + c)
            }
            (Network::Convolutional, [first, a, second, b, w, c]) => {
                let once = |stride| ConvOptions::new([stride; 2], [1, 1], [1, 1], 1);
                let x = x.reshape([count, 1, 8, 8]);
                let first = first.clone().reshape([8, 1, 3, 3]);
                let x = relu(conv2d(x, first, Some(a.clone()), once(1)));
                let second = second.clone().reshape([16, 8, 3, 3]);
                let x = relu(conv2d(x, second, Some(b.clone()), once(2)));
                let w = w.clone().reshape([256, 10]);
                Ok(x.reshape([count, 256]).matmul(w) + c.clone().unsqueeze::<2>())
            }
            _ => Err("a network with other parameters".into()),
        }
    }

    /// The loss, and its gradients.
    fn gradients(&self, rows: &Rows, loss: Loss) -> Result<(f64, GradientsParams), Failure> {
        let layers = self.layers()?;
        let device = Device::default().autodiff();
        let pieces: Vec<Tensor<1>> = layers.pieces.iter().map(|piece| piece.val()).collect();
        let outputs = self.forward(rows, &pieces, &device)?;
        let labels: Vec<i64> = rows.labels.iter().map(|&label| label.into()).collect();
        let labels = Tensor::<1, Int>::from_data(TensorData::new(labels, [rows.len()]), &device);
        let loss = match loss {
            Loss::CrossEntropy => {
                let of_label = log_softmax(outputs, 1).gather(1, labels.unsqueeze_dim(1));
                of_label.mean().neg()
            }
            Loss::HalfSquares => {
                let target = labels.one_hot::<2>(Network::CLASSES).float();
                (outputs - target).powi_scalar(2).sum_dim(1).mean() * 0.5
            }
        };
        let value: f32 = loss.clone().into_scalar();
        Ok((
            value.into(),
            GradientsParams::from_grads(loss.backward(), layers),
        ))
    }
}

fn values(tensor: Tensor<1>) -> Result<Vec<f32>, Failure> {
    let data = tensor.into_data();
    Ok(data
        .as_slice::<f32>()
        .map_err(|error| format!("{error:?}"))?
        .to_vec())
}

impl Model for OfBurn {
    fn new(network: Network, parameters: &[Vec<f32>], rule: &Rule) -> Result<Self, Failure> {
        let device = Device::default().autodiff();
        let piece = |values: &Vec<f32>| {
            let data = TensorData::new(values.clone(), [values.len()]);
            Param::from_tensor(Tensor::from_data(data, &device))
        };
        let (optimizer, learning_rate) = match *rule {
            Rule::Sgd(line) => (MomentumSgd::new(line)?.into(), *line.learning_rate()),
            Rule::AdamW {
                learning_rate,
                weight_decay,
            } => {
                let config = AdamWConfig::new().with_epsilon(1e-8);
                (
                    config.with_weight_decay(weight_decay as f32).init(),
                    learning_rate,
                )
            }
        };
        let pieces = parameters.iter().map(piece).collect();
        Ok(Self {
            network,
            layers: Some(Layers { pieces }),
            optimizer,
            learning_rate,
        })
    }

    fn step(&mut self, batch: &Rows, loss: Loss) -> Result<f64, Failure> {
        let (value, gradients) = self.gradients(batch, loss)?;
        let layers = self.layers.take().ok_or(DEVICE)?;
        self.layers = Some(self.optimizer.step(self.learning_rate, layers, gradients));
        Ok(value)
    }

    fn gradient(&self, batch: &Rows, loss: Loss) -> Result<(f64, Vec<Vec<f32>>), Failure> {
        let (value, gradients) = self.gradients(batch, loss)?;
        let mut pieces = Vec::new();
        for piece in &self.layers()?.pieces {
            let gradient = gradients
                .get::<1>(piece.id)
                .ok_or("a parameter without a gradient")?;
            pieces.push(values(gradient)?);
        }
        Ok((value, pieces))
    }

    fn outputs(&self, rows: &Rows) -> Result<Vec<f32>, Failure> {
        let inner = |piece: &Param<Tensor<1>>| piece.val().inner();
        let pieces: Vec<Tensor<1>> = self.layers()?.pieces.iter().map(inner).collect();
        let outputs = self.forward(rows, &pieces, &Device::default())?;
        let length = rows.len() * Network::CLASSES;
        values(outputs.reshape([length]))
    }

    fn parameters(&self) -> Result<Vec<Vec<f32>>, Failure> {
        let pieces = self.layers()?.pieces.iter();
        pieces.map(|piece| values(piece.val().inner())).collect()
    }

    fn move_to(&mut self, parameters: &[Vec<f32>]) -> Result<(), Failure> {
        let device = Device::default().autodiff();
        let layers = self.layers.take().ok_or(DEVICE)?;
        let moved = layers
            .pieces
            .into_iter()
            .zip(parameters)
            .map(|(piece, values)| {
                let data = TensorData::new(values.clone(), [values.len()]);
                piece.map(|_| Tensor::from_data(data, &device).require_grad())
            });
        self.layers = Some(Layers {
            pieces: moved.collect(),
        });
        Ok(())
    }
}
