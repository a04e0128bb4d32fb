//! Function: a Python callable for the gradient, and if they are known for the value and for the Hessian-vector product.

use crate::arrays::copy_into;
use nalgebra::DVector;
use numpy::PyArray1;
use pyo3::prelude::*;

/// ∇f, f and ∇²f·d as Python callables of arrays of shape (d,).
#[derive(Debug)]
pub(crate) struct Function {
    pub(crate) gradient: Py<PyAny>,
    pub(crate) value: Option<Py<PyAny>>,
    pub(crate) hessian_product: Option<Py<PyAny>>,
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

    /// Writes ∇²f(x)·d into `product`, NaN if it is not known.
    pub(crate) fn write_hessian_product(
        &self,
        py: Python<'_>,
        position: &DVector<f64>,
        direction: &DVector<f64>,
        product: &mut DVector<f64>,
    ) -> PyResult<()> {
        let Some(callable) = &self.hessian_product else {
            product.fill(f64::NAN);
            return Ok(());
        };
        let position = PyArray1::from_slice(py, position.as_slice());
        let direction = PyArray1::from_slice(py, direction.as_slice());
        let found = callable.bind(py).call1((position, direction))?;
        let name = "the result of hessian_product";
        copy_into(name, &found, product.as_mut_slice())
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
