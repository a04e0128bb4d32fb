//! The networks in candle.

use candle_core::{D, DType, Device, Tensor, Var};
use candle_nn::{AdamW, Optimizer, ParamsAdamW, ops::log_softmax};
use heavyball_candle::MomentumSgd;
use heavyball_digits::{Failure, Loss, Model, Network, Rows, Rule};

/// A network with its optimiser.
pub(crate) struct OfCandle {
    network: Network,
    variables: Vec<Var>,
    optimizer: Chosen,
}

enum Chosen {
    Sgd(MomentumSgd),
    AdamW(AdamW),
}

impl OfCandle {
    fn forward(&self, rows: &Rows) -> candle_core::Result<Tensor> {
        let x = Tensor::from_slice(&rows.images, (rows.len(), Network::PIXELS), &Device::Cpu)?;
        let p = |number: usize| self.variables[number].as_tensor();
        match self.network {
            Network::TwoLayers => {
                let hidden = x.matmul(p(0))?.broadcast_add(p(1))?.tanh()?;
                hidden.matmul(p(2))?.broadcast_add(p(3))
            }
            Network::Convolutional => {
                let channels = |bias: &Tensor| bias.reshape((1, (), 1, 1));
                let x = x.reshape(((), 1, 8, 8))?;
                let x = x.conv2d(p(0), 1, 1, 1, 1)?;
                let x = x.broadcast_add(&channels(p(1))?)?.relu()?;
                let x = x.conv2d(p(2), 1, 2, 1, 1)?;
                let x = x.broadcast_add(&channels(p(3))?)?.relu()?;
                x.flatten_from(1)?.matmul(p(4))?.broadcast_add(p(5))
            }
        }
    }

    fn loss(&self, rows: &Rows, loss: Loss) -> candle_core::Result<Tensor> {
        let outputs = self.forward(rows)?;
        let labels = Tensor::from_slice(&rows.labels, (rows.len(), 1), &Device::Cpu)?;
        match loss {
            Loss::CrossEntropy => {
                let of_label = log_softmax(&outputs, D::Minus1)?.gather(&labels, 1)?;
                of_label.mean_all()?.neg()
            }
            Loss::HalfSquares => {
                let one = labels.ones_like()?.to_dtype(DType::F32)?;
                let target = outputs.zeros_like()?.scatter_add(&labels, &one, 1)?;
                (outputs - target)?.sqr()?.sum(1)?.mean_all()? * 0.5
            }
        }
    }
}

impl Model for OfCandle {
    fn new(network: Network, parameters: &[Vec<f32>], rule: &Rule) -> Result<Self, Failure> {
        let mut variables = Vec::new();
        for (shape, values) in network.shapes().into_iter().zip(parameters) {
            let tensor = Tensor::from_slice(values, shape, &Device::Cpu)?;
            variables.push(Var::from_tensor(&tensor)?);
        }
        let optimizer = match *rule {
            Rule::Sgd(line) => Chosen::Sgd(MomentumSgd::new(variables.clone(), line)?),
            Rule::AdamW {
                learning_rate,
                weight_decay,
            } => {
                let numbers = ParamsAdamW {
                    lr: learning_rate,
                    weight_decay,
                    beta1: 0.9,
                    beta2: 0.999,
                    eps: 1e-8,
                };
                Chosen::AdamW(AdamW::new(variables.clone(), numbers)?)
            }
        };
        Ok(Self {
            network,
            variables,
            optimizer,
        })
    }

    fn step(&mut self, batch: &Rows, loss: Loss) -> Result<f64, Failure> {
        let loss = self.loss(batch, loss)?;
        match &mut self.optimizer {
            Chosen::Sgd(sgd) => sgd.backward_step(&loss)?,
            Chosen::AdamW(adam) => adam.backward_step(&loss)?,
        }
        Ok(loss.to_scalar::<f32>()?.into())
    }

    fn gradient(&self, batch: &Rows, loss: Loss) -> Result<(f64, Vec<Vec<f32>>), Failure> {
        let loss = self.loss(batch, loss)?;
        let gradients = loss.backward()?;
        let mut pieces = Vec::new();
        for variable in &self.variables {
            let gradient = gradients
                .get(variable)
                .ok_or("a variable without a gradient")?;
            pieces.push(gradient.flatten_all()?.to_vec1()?);
        }
        Ok((loss.to_scalar::<f32>()?.into(), pieces))
    }

    fn outputs(&self, rows: &Rows) -> Result<Vec<f32>, Failure> {
        Ok(self.forward(rows)?.flatten_all()?.to_vec1()?)
    }

    fn parameters(&self) -> Result<Vec<Vec<f32>>, Failure> {
        let values = |variable: &Var| Ok(variable.flatten_all()?.to_vec1()?);
        self.variables.iter().map(values).collect()
    }

    fn move_to(&mut self, parameters: &[Vec<f32>]) -> Result<(), Failure> {
        for (variable, values) in self.variables.iter().zip(parameters) {
            let tensor = Tensor::from_slice(values, variable.shape(), &Device::Cpu)?;
            variable.set(&tensor)?;
        }
        Ok(())
    }
}
