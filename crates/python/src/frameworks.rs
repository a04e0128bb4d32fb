//! The optimiser lines of the frameworks.

use crate::errors::Raise as _;
use heavyball::frameworks::{Convention, Sgd};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The convention of this name, with its framework's default dampening unless one is given.
fn convention(name: &str, nesterov: bool, dampening: Option<f64>) -> PyResult<Convention> {
    let found = match name {
        "pytorch" => Convention::PyTorch {
            dampening: dampening.unwrap_or(0.0),
            nesterov,
        },
        "optax" => Convention::Optax { nesterov },
        "keras" => Convention::Keras { nesterov },
        "flux" if nesterov => Convention::FluxNesterov,
        "flux" => Convention::FluxMomentum,
        "mlx" => Convention::Mlx {
            dampening: dampening.unwrap_or(0.0),
            nesterov,
        },
        "burn" => Convention::Burn {
            dampening: dampening.unwrap_or(0.1),
            nesterov,
        },
        "exponential_average" => Convention::ExponentialAverage,
        "two_step" => Convention::TwoStep { nesterov },
        "sutskever" => Convention::Sutskever { nesterov },
        _ => {
            return Err(PyValueError::new_err(format!(
                "there is no framework {name:?}; known are pytorch, optax, keras, flux, mlx, burn, exponential_average, two_step and sutskever"
            )));
        }
    };
    Ok(found)
}

/// translate(source, target, learning_rate, momentum, nesterov=False, dampening=None)
/// --
///
/// The line of `target` that computes the same iterates as that of `source`: (learning rate, momentum, line).
#[pyfunction]
#[pyo3(signature = (source, target, learning_rate, momentum, nesterov = false, dampening = None))]
pub(crate) fn translate(
    py: Python<'_>,
    source: &str,
    target: &str,
    learning_rate: f64,
    momentum: f64,
    nesterov: bool,
    dampening: Option<f64>,
) -> PyResult<(f64, f64, String)> {
    let from = convention(source, nesterov, dampening)?;
    // A line without dampening exists everywhere, burn's default included.
    let to = convention(target, nesterov, Some(0.0))?;
    let line = Sgd::new(from, learning_rate, momentum).raise(py)?;
    let line = line.translated(to).raise(py)?;
    Ok((*line.learning_rate(), *line.momentum(), line.to_string()))
}
