//! PreconditionedMomentum: a learning rate and a decay for each parameter.

use crate::arrays::{one_or_each, to_array, vector};
use crate::errors::Raise as _;
use crate::rules::{Arrays, iterates, iterating};
use heavyball::matrices::DiagonalMatrix;
use heavyball::{Discretization as Scheme, optimizers};
use nalgebra::{DVector, Dyn};
use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;

type Rule = optimizers::PreconditionedMomentum<DiagonalMatrix<f64, Dyn>>;

/// PreconditionedMomentum(alpha, beta)
/// --
///
/// v₊ = Bv − A∇f(x), x₊ = x + v₊ with diagonal A and B: a learning rate for each parameter, as the parameter groups of a
/// framework make it, and one decay or one for each.
///
/// >>> rule = PreconditionedMomentum([0.1, 0.001], 0.9)
/// >>> mass, drag = rule.to_ball(0.1)
/// >>> mass
/// array([ 0.1, 10. ])
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug, Clone)]
pub(crate) struct PreconditionedMomentum(Rule);

iterating!(PreconditionedMomentum);

#[pymethods]
impl PreconditionedMomentum {
    #[new]
    fn new(py: Python<'_>, alpha: &Bound<'_, PyAny>, beta: &Bound<'_, PyAny>) -> PyResult<Self> {
        let alpha = vector("alpha", alpha)?;
        let beta = DVector::from_vec(one_or_each("beta", beta, alpha.len())?);
        Rule::diagonal(alpha, beta).raise(py).map(Self)
    }

    /// The learning rates.
    #[getter]
    fn alpha<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        to_array(py, self.0.alpha.diagonal())
    }

    /// The decays.
    #[getter]
    fn beta<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        to_array(py, self.0.beta.diagonal())
    }

    /// to_ball(dt)
    /// --
    ///
    /// The mass and the drag of each direction, by symplectic Euler with explicit drag: m = dt²/α, γ = (1 − β)m/dt.
    #[allow(clippy::wrong_self_convention, reason = "pyo3 lends self")]
    fn to_ball<'py>(&self, py: Python<'py>, dt: f64) -> PyResult<Pair<'py>> {
        let ball = self.0.to_ball(Scheme::ExplicitDrag, dt).raise(py)?;
        let (mass, drag) = (ball.mass::<f64>(), ball.drag::<f64>());
        Ok((to_array(py, mass.diagonal()), to_array(py, drag.diagonal())))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let (alpha, beta) = (self.alpha(py).call_method0("tolist")?, self.beta(py));
        let beta = beta.call_method0("tolist")?;
        Ok(format!("PreconditionedMomentum({alpha}, {beta})"))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, Pair<'py>) {
        let (py, own) = (slf.py(), slf.get());
        (slf.get_type().into_any(), (own.alpha(py), own.beta(py)))
    }
}

/// Two arrays.
type Pair<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);
