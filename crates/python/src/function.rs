//! Function: a Python callable for the gradient, and if it is known one for the value.

use crate::arrays::copy_into;
use nalgebra::DVector;
use numpy::PyArray1;
use pyo3::prelude::*;

/// ∇f and f as Python callables of an array of shape (d,).
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) gradient: Py<PyAny>,
    pub(crate) value: Option<Py<PyAny>>,
}

impl Function {
    /// Writes ∇f(x) into `gradient`.
    pub(crate) fn write_gradient(
        &self,
        py: Python<'_>,
        position: &DVector<f64>,
        gradient: &mut DVector<f64>,
    ) -> PyResult<()> {
        let position = PyArray1::from_slice(py, position.as_slice());
        let found = self.gradient.bind(py).call1((position,))?;
        copy_into("the result of gradient", &found, gradient.as_mut_slice())
    }

    /// f(x), NaN if it is not known.
    pub(crate) fn value(&self, py: Python<'_>, position: &DVector<f64>) -> PyResult<f64> {
        let Some(value) = &self.value else {
            return Ok(f64::NAN);
        };
        let position = PyArray1::from_slice(py, position.as_slice());
        let found = value.bind(py).call1((position,))?;
        let mut number = [f64::NAN];
        copy_into("the result of value", &found, &mut number)?;
        let [number] = number;
        Ok(number)
    }
}
