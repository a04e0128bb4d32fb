//! The frameworks by their names.

use heavyball::frameworks::Convention;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// The convention of this name, with its framework's default dampening unless one is given.
pub(crate) fn convention(
    name: &str,
    nesterov: bool,
    dampening: Option<f64>,
) -> PyResult<Convention> {
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
