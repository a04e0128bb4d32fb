//! MomentumSgd: SGD with momentum for candle's variables.

use crate::kernel::StepOf;
use crate::tensors::{stepped, sum_of_squares};
use crate::{Error, Line};
use candle_core::backprop::GradStore;
use candle_core::{DType, Tensor, Var};
use candle_nn::{Optimizer, VarMap};
use heavyball::frameworks::Sgd;
use std::cell::Cell;

/// SGD with momentum as an [`Optimizer`] of candle: the line says the rest.
///
/// The line is heavyball's [`Sgd`], written as PyTorch, Optax, Keras or another framework writes it: momentum, dampening, Nesterov's
/// variant, coupled or decoupled weight decay, clipping by value or by the norm of all gradients, and with
/// [`Sgd::scheduled`] schedules of the rate and the momentum. In f64 its parameters are those of heavyball's [`Sgd::run`]
/// to the last bit, clipping by norm apart, where the order of the sum may change the last digits.
///
/// | parameter | buffer, arithmetic |
/// |---|---|
/// | f64 | f64 |
/// | f32 | f32 |
/// | f16, bf16 | f32; the parameter is rounded to 16 bits after each step, so a step below half its last digit, 2⁻⁹ of a bf16 parameter, is lost |
///
/// One pass over parameter, buffer and gradient on the processor, in place and on rayon's threads; on other devices candle's own
/// operations, which these tests run on the processor only. A variable without a gradient stays.
///
/// ```
/// use candle_core::{Device, Var};
/// use candle_nn::Optimizer;
/// use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
/// use heavyball_candle::MomentumSgd;
///
/// // torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=1e-4, nesterov=True), clip_grad_norm_(params, 1.0)
/// let line = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: true }, 0.1, 0.9)?
///     .with_weight_decay(WeightDecay::Coupled(1e-4))?
///     .with_clipping(Clipping::norm(1.0)?);
/// let x = Var::new(4.0_f32, &Device::Cpu)?;
/// let mut sgd = MomentumSgd::new(vec![x.clone()], line)?;
/// for _ in 0..200 {
///     sgd.backward_step(&(x.as_tensor() - 3.0)?.sqr()?)?;
/// }
/// assert!((x.to_scalar::<f32>()? - 3.0).abs() < 1e-3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct MomentumSgd<L = Sgd> {
    line: L,
    /// A rate that takes the place of the line's.
    learning_rate: Option<f64>,
    pub(crate) variables: Vec<Variable>,
    pub(crate) iteration: usize,
}

/// A variable with its buffer, which it has from its first gradient on.
#[derive(Debug)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) var: Var,
    pub(crate) buffer: Option<Tensor>,
}

impl Variable {
    /// The type of the buffer.
    pub(crate) fn buffer_dtype(&self) -> Result<DType, Error> {
        match self.var.dtype() {
            DType::F64 => Ok(DType::F64),
            DType::F32 | DType::F16 | DType::BF16 => Ok(DType::F32),
            other => Err(Error::DType {
                variable: self.name.clone(),
                dtype: other.as_str(),
            }),
        }
    }
}

impl<L: Line> MomentumSgd<L> {
    /// The optimiser of these variables, with names under which their state is saved. Variables of whole numbers are left out.
    ///
    /// # Errors
    /// [`Error::Name`] if two have one name; [`Error::DType`] for a type of fewer than 16 bits.
    pub fn named(
        variables: impl IntoIterator<Item = (String, Var)>,
        line: L,
    ) -> Result<Self, Error> {
        let mut kept: Vec<Variable> = Vec::new();
        for (name, var) in variables {
            if !var.dtype().is_float() {
                continue;
            }
            let variable = Variable {
                name,
                var,
                buffer: None,
            };
            variable.buffer_dtype()?;
            kept.push(variable);
        }
        let mut names: Vec<&str> = kept.iter().map(|kept| kept.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(Error::Name {
                variable: pair[0].to_owned(),
            });
        }
        Ok(Self {
            line,
            learning_rate: None,
            variables: kept,
            iteration: 0,
        })
    }

    /// The optimiser of all variables of a [`VarMap`], by their names.
    ///
    /// To save and restore a state use this instead of [`VarMap::all_vars`], whose order is another in each run of a program.
    ///
    /// # Errors
    /// The errors of [`Self::named`].
    pub fn from_var_map(variables: &VarMap, line: L) -> Result<Self, Error> {
        let data = variables
            .data()
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let mut named: Vec<(String, Var)> = data
            .iter()
            .map(|(name, var)| (name.clone(), var.clone()))
            .collect();
        drop(data);
        named.sort_by(|a, b| a.0.cmp(&b.0));
        Self::named(named, line)
    }

    /// The line of the next step.
    ///
    /// # Errors
    /// [`Error::Line`] where a schedule leaves its range, or for a learning rate that was set and is negative or not finite.
    pub fn line(&self) -> Result<Sgd, Error> {
        let line = self.line.at(self.iteration);
        let line = match self.learning_rate {
            None => line,
            Some(rate) => line.and_then(|line| line.with_learning_rate(rate)),
        };
        line.map_err(|source| self.refused(source))
    }

    /// Steps so far.
    pub fn iteration(&self) -> usize {
        self.iteration
    }

    /// |g| over all variables that have a gradient, before clipping.
    ///
    /// # Errors
    /// candle's.
    pub fn gradient_norm(&self, gradients: &GradStore) -> Result<f64, Error> {
        let mut sum = 0.0;
        for variable in &self.variables {
            if let Some(gradient) = gradients.get(&variable.var) {
                sum += sum_of_squares(gradient)?;
            }
        }
        Ok(sum.sqrt())
    }

    /// One step, with this crate's error: [`Optimizer::step`] wraps it.
    ///
    /// # Errors
    /// [`Error::Line`] for a schedule out of range and, with clipping by norm, for a gradient that is not finite, before any
    /// variable has changed; [`Error::NonFinite`] for a variable that is not finite afterwards.
    pub fn advance(&mut self, gradients: &GradStore) -> Result<(), Error> {
        let line = self.line()?;
        let by_norm = line
            .clipping()
            .is_some_and(|clipping| clipping.is_by_norm());
        let norm = if by_norm {
            Some(self.gradient_norm(gradients)?)
        } else {
            None
        };
        let numbers = |first| {
            line.step(first, norm)
                .map_err(|source| self.refused(source))
        };
        let (first, later) = (numbers(true)?, numbers(false)?);
        for variable in &mut self.variables {
            let Some(gradient) = gradients.get(&variable.var) else {
                continue;
            };
            let step = if variable.buffer.is_some() {
                &later
            } else {
                &first
            };
            if step.buffer.is_some() && variable.buffer.is_none() {
                let var = &variable.var;
                let zeros = Tensor::zeros(var.shape(), variable.buffer_dtype()?, var.device())?;
                variable.buffer = Some(zeros);
            }
            let finite = if variable.var.device().is_cpu() {
                let operation = StepOf {
                    step,
                    buffer: step.buffer.and(variable.buffer.as_ref()),
                    finite: Cell::new(true),
                };
                let gradient = gradient.contiguous()?;
                variable.var.inplace_op2(&gradient, &operation)?;
                operation.finite.get()
            } else {
                by_tensors(step, variable, gradient)?
            };
            if !finite {
                return Err(Error::NonFinite {
                    iteration: self.iteration + 1,
                    variable: variable.name.clone(),
                });
            }
        }
        self.iteration += 1;
        Ok(())
    }

    fn refused(&self, source: heavyball::Error) -> Error {
        Error::Line {
            iteration: self.iteration,
            source,
        }
    }

    /// The variables.
    pub fn into_inner(self) -> Vec<Var> {
        self.variables.into_iter().map(|kept| kept.var).collect()
    }
}

/// The step by candle's operations, and whether it is finite.
pub(crate) fn by_tensors(
    step: &heavyball::frameworks::SgdStep,
    variable: &mut Variable,
    gradient: &Tensor,
) -> Result<bool, Error> {
    let var = &variable.var;
    let zeros;
    let buffer = match &variable.buffer {
        Some(buffer) => buffer,
        None => {
            zeros = Tensor::zeros(var.shape(), variable.buffer_dtype()?, var.device())?;
            &zeros
        }
    };
    let (parameter, buffer) = stepped(step, var.as_tensor(), buffer, gradient)?;
    var.set(&parameter.to_dtype(var.dtype())?)?;
    if variable.buffer.is_some() {
        variable.buffer = Some(buffer);
    }
    let size = parameter.abs()?.sum_all()?.to_dtype(DType::F32)?;
    Ok(size.to_scalar::<f32>()?.is_finite())
}

impl<L: Line> Optimizer for MomentumSgd<L> {
    type Config = L;

    /// The names of the variables are their places, "0", "1", …
    fn new(variables: Vec<Var>, line: L) -> candle_core::Result<Self> {
        let named = variables
            .into_iter()
            .enumerate()
            .map(|(place, var)| (place.to_string(), var));
        Ok(Self::named(named, line)?)
    }

    fn step(&mut self, gradients: &GradStore) -> candle_core::Result<()> {
        Ok(self.advance(gradients)?)
    }

    /// The learning rate of the next step; NaN where a schedule is out of its range.
    fn learning_rate(&self) -> f64 {
        self.line().map_or(f64::NAN, |line| *line.learning_rate())
    }

    /// Takes the place of the line's own learning rate, and of its schedule, from now on. It is checked in the next step.
    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = Some(learning_rate);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;
    use heavyball::frameworks::{Clipping, Convention, WeightDecay};

    /// candle's operations have the step of the pass on the processor, for each option, up to its division by a number, which is a
    /// product with the reciprocal.
    #[test]
    fn both_ways_have_the_same_step() -> Result<(), Box<dyn std::error::Error>> {
        let torch = |nesterov| Convention::PyTorch {
            dampening: 0.0,
            nesterov,
        };
        let plain = Sgd::new(torch(false), 0.1, 0.9)?;
        let keras = Sgd::new(Convention::Keras { nesterov: true }, 0.1, 0.9)?;
        let lines = [
            plain,
            Sgd::new(torch(true), 0.1, 0.9)?.with_weight_decay(WeightDecay::Coupled(0.2))?,
            plain.with_clipping(Clipping::value(0.5)?),
            plain
                .with_clipping(Clipping::norm(0.5)?)
                .with_maximize(true)?,
            keras.with_weight_decay(WeightDecay::Decoupled(0.2))?,
            Sgd::new(torch(false), 0.1, 0.0)?,
        ];
        for line in lines {
            let step = line.step(true, Some(3.0))?;
            let kernel = Var::new(&[1.0_f64, -2.0, 3.0], &Device::Cpu)?;
            let variable = |var| -> Result<Variable, candle_core::Error> {
                let buffer = Tensor::new(&[0.3_f64, 0.2, -0.1], &Device::Cpu)?;
                Ok(Variable {
                    name: String::new(),
                    var,
                    buffer: step.buffer.map(|_| buffer),
                })
            };
            let gradient = Tensor::new(&[1.0_f64, 0.1, -5.0], &Device::Cpu)?;
            let ours = variable(kernel.clone())?;
            let operation = StepOf {
                step: &step,
                buffer: ours.buffer.as_ref(),
                finite: Cell::new(false),
            };
            kernel.inplace_op2(&gradient, &operation)?;
            let tensors = Var::new(&[1.0_f64, -2.0, 3.0], &Device::Cpu)?;
            let mut theirs = variable(tensors.clone())?;
            assert!(by_tensors(&step, &mut theirs, &gradient)? && operation.finite.get());
            let near = |a: &Tensor, b: &Tensor| -> Result<bool, candle_core::Error> {
                let pairs = (a.to_vec1::<f64>()?, b.to_vec1::<f64>()?);
                let mut pairs = pairs.0.iter().zip(&pairs.1);
                Ok(pairs.all(|(a, b)| (a - b).abs() <= 2.0 * f64::EPSILON * a.abs()))
            };
            assert!(near(kernel.as_tensor(), tensors.as_tensor())?, "{line}");
            if let (Some(a), Some(b)) = (&ours.buffer, &theirs.buffer) {
                assert!(near(a, b)?, "{line}");
            }
        }
        Ok(())
    }
}
