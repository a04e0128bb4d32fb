//! The state of an optimiser as tensors, and as a file of safetensors.

use crate::{Error, Line, MomentumSgd};
use candle_core::{Device, Tensor};
use std::collections::HashMap;
use std::path::Path;

const ITERATION: &str = "heavyball.iteration";
const CONVENTION: &str = "heavyball.convention";
const BUFFER: &str = "buffer.";

impl<L: Line> MomentumSgd<L> {
    /// The number of steps, the convention and the buffers, by the names of their variables: what continues a run, with the
    /// variables, which [`VarMap::save`](candle_nn::VarMap::save) keeps.
    ///
    /// A learning rate that was set is not part of it.
    ///
    /// # Errors
    /// candle's, and [`Error::Line`].
    pub fn state(&self) -> Result<HashMap<String, Tensor>, Error> {
        let name = self.line()?.convention().name();
        let device = Device::Cpu;
        let mut state = HashMap::from([
            (
                ITERATION.to_owned(),
                Tensor::new(self.iteration as i64, &device)?,
            ),
            (
                CONVENTION.to_owned(),
                Tensor::new(name.as_bytes(), &device)?,
            ),
        ]);
        for variable in &self.variables {
            if let Some(buffer) = &variable.buffer {
                // A copy, since the next step changes the buffer in place.
                state.insert(format!("{BUFFER}{}", variable.name), buffer.copy()?);
            }
        }
        Ok(state)
    }

    /// Continues from a state; nothing is changed if it does not fit.
    ///
    /// # Errors
    /// [`Error::Convention`] for a state of another convention or of something else, [`Error::Unknown`] and [`Error::Shape`] for
    /// one of another model.
    pub fn restore(&mut self, state: &HashMap<String, Tensor>) -> Result<(), Error> {
        let expected = self.line()?.convention().name().to_owned();
        let found = match state.get(CONVENTION) {
            Some(name) => String::from_utf8_lossy(&name.to_vec1::<u8>()?).into_owned(),
            None => "something else".to_owned(),
        };
        let (Some(iteration), true) = (state.get(ITERATION), found == expected) else {
            return Err(Error::Convention { expected, found });
        };
        let iteration = iteration.to_scalar::<i64>()?;
        let mut buffers: Vec<Option<Tensor>> = self.variables.iter().map(|_| None).collect();
        for (name, buffer) in state {
            let Some(name) = name.strip_prefix(BUFFER) else {
                continue;
            };
            let pairs = self.variables.iter().zip(&mut buffers);
            let Some((variable, slot)) = pairs.into_iter().find(|(of, _)| of.name == name) else {
                return Err(Error::Unknown {
                    variable: name.to_owned(),
                });
            };
            if buffer.dims() != variable.var.dims() {
                return Err(Error::Shape {
                    variable: name.to_owned(),
                    expected: variable.var.dims().to_vec(),
                    found: buffer.dims().to_vec(),
                });
            }
            let buffer = buffer.to_device(variable.var.device())?;
            *slot = Some(buffer.to_dtype(variable.buffer_dtype()?)?.copy()?);
        }
        for (variable, buffer) in self.variables.iter_mut().zip(buffers) {
            variable.buffer = buffer;
        }
        self.iteration = usize::try_from(iteration).unwrap_or(0);
        Ok(())
    }

    /// Writes [`Self::state`] as safetensors.
    ///
    /// ```
    /// use candle_core::{Device, Var};
    /// use candle_nn::Optimizer;
    /// use heavyball::frameworks::{Convention, Sgd};
    /// use heavyball_candle::MomentumSgd;
    ///
    /// let line = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    /// let x = Var::new(1.0_f64, &Device::Cpu)?;
    /// let mut sgd = MomentumSgd::named([("x".to_owned(), x.clone())], line)?;
    /// sgd.backward_step(&x.sqr()?)?;
    /// let file = std::env::temp_dir().join(format!("heavyball-candle-{}.safetensors", std::process::id()));
    /// sgd.save(&file)?;
    /// let mut continued = MomentumSgd::named([("x".to_owned(), x.clone())], line)?;
    /// continued.load(&file)?;
    /// std::fs::remove_file(&file)?;
    /// assert_eq!(continued.iteration(), 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// Those of [`Self::state`], and of the file.
    pub fn save(&self, path: impl AsRef<Path>) -> Result<(), Error> {
        Ok(candle_core::safetensors::save(&self.state()?, path)?)
    }

    /// Continues from a file that [`Self::save`] wrote.
    ///
    /// # Errors
    /// Those of [`Self::restore`], and of the file.
    pub fn load(&mut self, path: impl AsRef<Path>) -> Result<(), Error> {
        self.restore(&candle_core::safetensors::load(path, &Device::Cpu)?)
    }
}
