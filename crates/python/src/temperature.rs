//! The temperature of a rule under gradient noise, and its stationary covariances.

use crate::arrays::{rows, to_matrix};
use crate::errors::Raise as _;
use crate::family::Accelerated;
use crate::html_table::html_table;
use crate::rules::{GradientDescent, Momentum, Nesterov};
use heavyball::study::temperature;
use nalgebra::DMatrix;
use numpy::PyArray2;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Stationary(rule, hessian, noise)
/// --
///
/// The stationary covariances of a rule on f = ½xᵀAx, hessian A, whose gradient has noise of covariance Σ, each of shape
/// (d, d): `position`, Cov(x, x); `velocity`, Cov(v, v); `cross`, Cov(x, v); and `excess_loss`, E f − min f.
///
/// Exact at any learning rate at which the rule converges. rule is a GradientDescent, Momentum, Nesterov or Accelerated.
/// Raises StudyError where the rule does not converge, VectorError for a Σ with a negative eigenvalue.
///
/// >>> state = Stationary(Momentum(0.1, 0.9), [[1.0]], [[4.0]])
/// >>> round(state.excess_loss, 12) == round(0.5 * 0.1 * 4 * 1.9 / (0.1 * (3.8 - 0.1)), 12)
/// True
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Stationary {
    state: temperature::Stationary,
    rule: Accelerated,
    hessian: DMatrix<f64>,
    noise: DMatrix<f64>,
}

fn square(name: &str, object: &Bound<'_, PyAny>) -> PyResult<DMatrix<f64>> {
    let (values, [height, width]) = rows(name, object)?;
    if height != width {
        return Err(PyValueError::new_err(format!(
            "{name} must have the shape (d, d), but it has ({height}, {width})"
        )));
    }
    Ok(DMatrix::from_row_slice(height, width, &values))
}

fn by_rows<'py>(py: Python<'py>, matrix: &DMatrix<f64>) -> PyResult<Bound<'py, PyArray2<f64>>> {
    let columns = matrix.ncols();
    to_matrix(py, matrix.transpose().as_slice().to_vec(), columns)
}

#[pymethods]
impl Stationary {
    #[new]
    fn new(
        py: Python<'_>,
        rule: &Bound<'_, PyAny>,
        hessian: &Bound<'_, PyAny>,
        noise: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let rule = accelerated(rule)?;
        let (hessian, noise) = (square("hessian", hessian)?, square("noise", noise)?);
        let state = temperature::Stationary::of(rule.0, &hessian, &noise).raise(py)?;
        Ok(Self {
            state,
            rule,
            hessian,
            noise,
        })
    }

    /// Cov(x, x).
    #[getter]
    fn position<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        by_rows(py, &self.state.position)
    }

    /// Cov(v, v).
    #[getter]
    fn velocity<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        by_rows(py, &self.state.velocity)
    }

    /// Cov(x, v): entry (i, j) is that of xᵢ and vⱼ.
    #[getter]
    fn cross<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyArray2<f64>>> {
        by_rows(py, &self.state.cross)
    }

    /// E f(x) − f(x*) = ½ tr(A Cov(x, x)).
    #[getter]
    fn excess_loss(&self) -> f64 {
        self.state.excess_loss
    }

    fn __repr__(&self) -> String {
        let (dimension, loss) = (self.state.position.nrows(), self.state.excess_loss);
        format!("Stationary(d={dimension}, excess_loss={loss:?})")
    }

    fn _repr_html_(&self) -> String {
        let rows = [
            ("dimension", self.state.position.nrows().to_string()),
            ("excess loss", format!("{:.6e}", self.state.excess_loss)),
        ];
        html_table("Stationary", &rows)
    }
    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Made<'py>)> {
        let (py, own) = (slf.py(), slf.get());
        let (hessian, noise) = (by_rows(py, &own.hessian)?, by_rows(py, &own.noise)?);
        Ok((slf.get_type().into_any(), (own.rule, hessian, noise)))
    }
}

/// What pickle calls the class with.
type Made<'py> = (
    Accelerated,
    Bound<'py, PyArray2<f64>>,
    Bound<'py, PyArray2<f64>>,
);

/// A rule without a schedule, as a point of the accelerated family.
fn accelerated(rule: &Bound<'_, PyAny>) -> PyResult<Accelerated> {
    if let Ok(rule) = rule.cast::<Accelerated>() {
        return Ok(*rule.get());
    }
    if let Ok(rule) = rule.cast::<Momentum>() {
        return Ok(Accelerated(rule.get().0.into()));
    }
    if let Ok(rule) = rule.cast::<Nesterov>() {
        return Ok(Accelerated(rule.get().0.into()));
    }
    if let Ok(rule) = rule.cast::<GradientDescent>() {
        return Ok(Accelerated(rule.get().0.into()));
    }
    Err(PyTypeError::new_err(format!(
        "rule must be a GradientDescent, Momentum, Nesterov or Accelerated, but it is {}",
        rule.get_type().name()?
    )))
}

macro_rules! temperature {
    ($($rule:ident)+) => {$(
        #[pymethods]
        impl $rule {
            /// temperature(variance)
            /// --
            ///
            /// T = ασ²/2(1 − β), in the unit of f and to first order in α, if each component of the gradient has noise of
            /// this variance σ²; for batches of B terms it is the variance over the terms divided by B.
            ///
            /// Raises StudyError for β = 1, ParameterError for a negative variance.
            fn temperature(&self, py: Python<'_>, variance: f64) -> PyResult<f64> {
                self.0.temperature(variance).raise(py)
            }
        }
    )+};
}

temperature!(GradientDescent Momentum Nesterov Accelerated);
