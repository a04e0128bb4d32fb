//! Stochastic gradients: a potential with noise in the gradient that an optimiser sees, and minibatches of a sum.

use crate::arrays::{copy_into, rows, vector};
use crate::errors::Raise as _;
use crate::html_table::html_table;
use crate::logistic_regression::LogisticRegression;
use crate::potential::{Kind, Potential, potential};
use heavyball::potentials::{self, Sampling};
use heavyball::{Error, error::VectorError};
use nalgebra::{DMatrix, DVector, Dyn};
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::{Mutex, PoisonError};

/// Noise alone, and the dimension that its covariance has, if it has one.
#[derive(Debug)]
pub(crate) struct Noisy {
    pub(crate) inner: Py<Potential>,
    pub(crate) noise: potentials::NoisyGradient<Nothing>,
    dimension: Option<usize>,
}

impl Noisy {
    pub(crate) fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        match self.dimension {
            Some(expected) if expected != dimension => Err(VectorError::DimensionMismatch {
                name: "start position",
                expected,
                found: dimension,
            }
            .into()),
            _ => Ok(()),
        }
    }
}

/// f = 0, to which noise is added.
#[derive(Debug)]
pub(crate) struct Nothing;

impl potentials::Potential<f64, Dyn> for Nothing {
    fn value(&self, _: &DVector<f64>) -> f64 {
        0.0
    }

    fn gradient(&self, _: &DVector<f64>, gradient: &mut DVector<f64>) {
        gradient.fill(0.0);
    }
}

/// Minibatches of a sum.
#[derive(Debug)]
pub(crate) enum Batches {
    Logistic(Box<potentials::Minibatches<heavyball::LogisticRegression>>),
    Python(Box<potentials::Minibatches<Sum>>),
}

/// Batches, and the function of all terms.
#[derive(Debug)]
pub(crate) struct Drawn {
    pub(crate) batches: Batches,
    pub(crate) whole: Py<Potential>,
}

/// A mean over terms of Python callables.
#[derive(Debug)]
pub(crate) struct Sum {
    terms: usize,
    gradient: Py<PyAny>,
    value: Option<Py<PyAny>>,
    failure: Mutex<Option<PyErr>>,
}

impl Sum {
    /// The first exception since the last time that this was asked.
    pub(crate) fn failure(&self) -> Option<PyErr> {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.take()
    }

    fn write(
        &self,
        py: Python<'_>,
        callable: &Py<PyAny>,
        (batch, position): (&[usize], &DVector<f64>),
        (name, into): (&str, &mut [f64]),
    ) -> PyResult<()> {
        let batch: Vec<i64> = batch.iter().map(|index| *index as i64).collect();
        let batch = PyArray1::from_vec(py, batch);
        let position = PyArray1::from_slice(py, position.as_slice());
        let found = callable.bind(py).call1((batch, position))?;
        copy_into(name, &found, into)
    }

    fn all(&self) -> Vec<usize> {
        (0..self.terms).collect()
    }

    fn fail(&self, error: PyErr) {
        let mut failure = self.failure.lock().unwrap_or_else(PoisonError::into_inner);
        failure.get_or_insert(error);
    }
}

impl potentials::Potential<f64, Dyn> for Sum {
    fn value(&self, position: &DVector<f64>) -> f64 {
        potentials::FiniteSum::batch_value(self, &self.all(), position)
    }

    fn gradient(&self, position: &DVector<f64>, gradient: &mut DVector<f64>) {
        potentials::FiniteSum::batch_gradient(self, &self.all(), position, gradient);
    }
}

impl potentials::FiniteSum<Dyn> for Sum {
    fn terms(&self) -> usize {
        self.terms
    }

    fn batch_value(&self, batch: &[usize], position: &DVector<f64>) -> f64 {
        let Some(value) = &self.value else {
            return f64::NAN;
        };
        let mut found = [f64::NAN];
        let name = "the result of value";
        let written =
            Python::attach(|py| self.write(py, value, (batch, position), (name, &mut found)));
        if let Err(error) = written {
            self.fail(error);
            return f64::NAN;
        }
        let [found] = found;
        found
    }

    fn batch_gradient(
        &self,
        batch: &[usize],
        position: &DVector<f64>,
        gradient: &mut DVector<f64>,
    ) {
        let name = "the result of gradient";
        let written = Python::attach(|py| {
            let into = (name, gradient.as_mut_slice());
            self.write(py, &self.gradient, (batch, position), into)
        });
        if let Err(error) = written {
            self.fail(error);
            gradient.fill(f64::NAN);
        }
    }
}

/// NoisyGradient(f, covariance, seed=0)
/// --
///
/// f with normal noise in the gradient that an optimiser sees in step k, a function of (seed, k). The covariance is a number
/// σ² for the same variance in every component, a vector (d,) of variances, or a matrix (d, d). f's value, its gradient
/// and motions in it have no noise.
///
/// Raises ParameterError for a negative variance, VectorError for a matrix with a negative eigenvalue.
///
/// >>> rule, f = Momentum(0.1, 0.9), NoisyGradient(Quadratic([1.0]), 4.0, seed=7)
/// >>> x = rule.iterates(f, [0.0], 100_000)
/// >>> bool(abs(x.var() / Stationary(rule, [[1.0]], [[4.0]]).position[0, 0] - 1) < 0.05)
/// True
#[pyclass(frozen, extends = Potential, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct NoisyGradient {
    seed: u64,
}

#[pymethods]
impl NoisyGradient {
    #[new]
    #[pyo3(signature = (f, covariance, seed = 0))]
    fn new(
        py: Python<'_>,
        f: &Bound<'_, PyAny>,
        covariance: &Bound<'_, PyAny>,
        seed: u64,
    ) -> PyResult<PyClassInitializer<Self>> {
        let inner = potential(f)?;
        if matches!(inner.get().kind, Kind::Noisy(_) | Kind::Minibatches(_)) {
            return Err(PyTypeError::new_err(
                "f has noise in its gradient already; independent noise adds up: add the covariances",
            ));
        }
        let dimensions: usize = py
            .import("numpy")?
            .call_method1("ndim", (covariance,))?
            .extract()?;
        let (noise, dimension) = match dimensions {
            0 => {
                let variance: f64 = covariance.extract()?;
                let noise = potentials::NoisyGradient::isotropic(Nothing, variance, seed);
                (noise, None)
            }
            1 => {
                let variances = vector("covariance", covariance)?;
                let noise = potentials::NoisyGradient::diagonal(Nothing, &variances, seed);
                (noise, Some(variances.len()))
            }
            _ => {
                let (values, [height, width]) = rows("covariance", covariance)?;
                if height != width {
                    return Err(PyValueError::new_err(format!(
                        "covariance must be a number, a vector or a square matrix, but it has the shape ({height}, {width})"
                    )));
                }
                let matrix = DMatrix::from_row_slice(height, width, &values);
                let noise = potentials::NoisyGradient::full(Nothing, &matrix, seed);
                (noise, Some(height))
            }
        };
        let noisy = Noisy {
            inner: inner.clone().unbind(),
            noise: noise.raise(py)?,
            dimension,
        };
        let base = Potential {
            kind: Kind::Noisy(noisy),
            name: "NoisyGradient".to_owned(),
            arguments: PyTuple::new(py, [inner.into_any(), covariance.clone()])?.unbind(),
        };
        Ok(PyClassInitializer::from(base).add_subclass(Self { seed }))
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (f, covariance) = made(slf.as_super())?;
        Ok(format!(
            "NoisyGradient({}, {}, seed={})",
            f.repr()?,
            flat(&covariance)?,
            slf.get().seed
        ))
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let (f, covariance) = made(slf.as_super())?;
        let rows = [
            ("f", f.repr()?.to_string()),
            ("covariance", flat(&covariance)?),
            ("seed", slf.get().seed.to_string()),
        ];
        Ok(html_table("NoisyGradient", &rows))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Pickled<'py>)> {
        let (f, covariance) = made(slf.as_super())?;
        Ok((slf.get_type().into_any(), (f, covariance, slf.get().seed)))
    }
}

type Pickled<'py> = (Bound<'py, PyAny>, Bound<'py, PyAny>, u64);

/// The two arguments that a potential was made of.
fn made<'py>(slf: &Bound<'py, Potential>) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
    let arguments = slf.get().arguments.bind(slf.py());
    Ok((arguments.get_item(0)?, arguments.get_item(1)?))
}

/// An array or a number in one line.
fn flat(object: &Bound<'_, PyAny>) -> PyResult<String> {
    let list = match object.call_method0("tolist") {
        Ok(list) => list,
        Err(_) => object.clone(),
    };
    Ok(list.repr()?.to_string())
}

/// FiniteSum(terms, gradient, value=None)
/// --
///
/// A mean f = (1/n) Σ fᵢ over n terms, from which Minibatches can be drawn. `gradient(batch, x)` is the mean of ∇fᵢ(x), of
/// shape (d,), over an integer array of indices, which count from 0 and may repeat; `value(batch, x)` that of fᵢ(x).
///
/// Raises VectorError without terms. An exception in a callable ends the run and is raised.
///
/// >>> import numpy as np
/// >>> t, y = np.array([0.0, 1.0, 2.0, 3.0]), np.array([1.1, 2.9, 5.2, 6.8])
/// >>> rest = lambda i, w: w[0] + w[1] * t[i] - y[i]
/// >>> squares = FiniteSum(4, lambda i, w: np.array([rest(i, w).mean(), (rest(i, w) * t[i]).mean()]))
/// >>> w = Momentum(0.02, 0.5).iterates(Minibatches(squares, 2, "reshuffled"), [0.0, 0.0], 4000)[-1]
/// >>> bool(abs(w - [1.09, 1.94]).max() < 0.1)
/// True
#[pyclass(frozen, extends = Potential, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct FiniteSum {
    terms: usize,
}

#[pymethods]
impl FiniteSum {
    #[new]
    #[pyo3(signature = (terms, gradient, value = None))]
    fn new(
        py: Python<'_>,
        terms: usize,
        gradient: &Bound<'_, PyAny>,
        value: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<PyClassInitializer<Self>> {
        if terms == 0 {
            let name = "sum of terms";
            return Err(crate::errors::exception(
                py,
                &VectorError::Empty { name }.into(),
            ));
        }
        let all = py.import("numpy")?.call_method1("arange", (terms,))?;
        let of_all = |callable: &Bound<'_, PyAny>| -> PyResult<Py<PyAny>> {
            if !callable.is_callable() {
                return Err(PyTypeError::new_err(format!(
                    "gradient and value must be callable with (batch, x), but one is {}",
                    callable.get_type().name()?
                )));
            }
            let partial = py.import("functools")?.getattr("partial")?;
            Ok(partial.call1((callable, &all))?.unbind())
        };
        let base = Potential {
            kind: Kind::Function(crate::function::Function {
                gradient: of_all(gradient)?,
                value: value.map(of_all).transpose()?,
                hessian_product: None,
            }),
            name: "FiniteSum".to_owned(),
            arguments: PyTuple::new(
                py,
                [
                    gradient.clone(),
                    value.map_or_else(|| py.None().into_bound(py), Clone::clone),
                ],
            )?
            .unbind(),
        };
        Ok(PyClassInitializer::from(base).add_subclass(Self { terms }))
    }

    /// The number n of terms.
    #[getter]
    fn terms(&self) -> usize {
        self.terms
    }

    fn __repr__(&self) -> String {
        format!("FiniteSum({})", self.terms)
    }

    fn _repr_html_(&self) -> String {
        html_table("FiniteSum", &[("terms", self.terms.to_string())])
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Kept<'py>)> {
        let (gradient, value) = made(slf.as_super())?;
        Ok((
            slf.get_type().into_any(),
            (slf.get().terms, gradient, value),
        ))
    }
}

type Kept<'py> = (usize, Bound<'py, PyAny>, Bound<'py, PyAny>);

/// Minibatches(f, batch, sampling="reshuffled", seed=0)
/// --
///
/// f as an optimiser sees it that draws `batch` of its terms in each step, a function of (seed, step): f is a
/// LogisticRegression or a FiniteSum. sampling is "with_replacement", "without_replacement", or "reshuffled" at the start
/// of each epoch. f's value, its gradient and motions in it are those of all terms.
///
/// Raises DataError for a batch of 0, or of more than all terms.
#[pyclass(frozen, extends = Potential, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Minibatches {
    batch: usize,
    sampling: Sampling,
    seed: u64,
}

const SAMPLINGS: [(&str, Sampling); 3] = [
    ("with_replacement", Sampling::WithReplacement),
    ("without_replacement", Sampling::WithoutReplacement),
    ("reshuffled", Sampling::Reshuffled),
];

#[pymethods]
impl Minibatches {
    #[new]
    #[pyo3(signature = (f, batch, sampling = "reshuffled", seed = 0))]
    fn new(
        py: Python<'_>,
        f: &Bound<'_, PyAny>,
        batch: usize,
        sampling: &str,
        seed: u64,
    ) -> PyResult<PyClassInitializer<Self>> {
        let found = SAMPLINGS.iter().find(|(name, _)| *name == sampling);
        let Some((_, sampling)) = found else {
            return Err(PyValueError::new_err(format!(
                "sampling must be with_replacement, without_replacement or reshuffled, but it is {sampling:?}"
            )));
        };
        let sampling = *sampling;
        let (batches, whole) = if let Ok(loss) = f.cast::<LogisticRegression>() {
            let loss = loss.get().loss();
            let batches = potentials::Minibatches::new(loss.clone(), batch, sampling, seed);
            (
                Batches::Logistic(Box::new(batches.raise(py)?)),
                f.cast::<Potential>()?.clone().unbind(),
            )
        } else if let Ok(sum) = f.cast::<FiniteSum>() {
            let (gradient, value) = made(sum.as_super())?;
            let sum_of = Sum {
                terms: sum.get().terms,
                gradient: gradient.unbind(),
                value: (!value.is_none()).then(|| value.unbind()),
                failure: Mutex::new(None),
            };
            let batches = potentials::Minibatches::new(sum_of, batch, sampling, seed);
            (
                Batches::Python(Box::new(batches.raise(py)?)),
                f.cast::<Potential>()?.clone().unbind(),
            )
        } else {
            return Err(PyTypeError::new_err(format!(
                "f must be a LogisticRegression or a FiniteSum, but it is {}",
                f.get_type().name()?
            )));
        };
        let base = Potential {
            kind: Kind::Minibatches(Drawn { batches, whole }),
            name: "Minibatches".to_owned(),
            arguments: PyTuple::new(py, [f])?.unbind(),
        };
        Ok(PyClassInitializer::from(base).add_subclass(Self {
            batch,
            sampling,
            seed,
        }))
    }

    /// The number of terms in a batch.
    #[getter]
    fn batch(&self) -> usize {
        self.batch
    }

    /// How they are drawn.
    #[getter]
    fn sampling(&self) -> &'static str {
        let found = SAMPLINGS.iter().find(|(_, kind)| *kind == self.sampling);
        found.map_or("", |(name, _)| name)
    }

    /// The seed.
    #[getter]
    fn seed(&self) -> u64 {
        self.seed
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let own = slf.get();
        let f = slf.as_super().get().arguments.bind(slf.py()).get_item(0)?;
        Ok(format!(
            "Minibatches({}, {}, {:?}, seed={})",
            f.repr()?,
            own.batch,
            own.sampling(),
            own.seed
        ))
    }

    fn _repr_html_(slf: &Bound<'_, Self>) -> PyResult<String> {
        let own = slf.get();
        let f = slf.as_super().get().arguments.bind(slf.py()).get_item(0)?;
        let rows = [
            ("f", f.repr()?.to_string()),
            ("terms in a batch", own.batch.to_string()),
            ("sampling", own.sampling().replace('_', " ")),
            ("seed", own.seed.to_string()),
        ];
        Ok(html_table("Minibatches", &rows))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Again<'py>)> {
        let own = slf.get();
        let f = slf.as_super().get().arguments.bind(slf.py()).get_item(0)?;
        let again = (f, own.batch, own.sampling(), own.seed);
        Ok((slf.get_type().into_any(), again))
    }
}

type Again<'py> = (Bound<'py, PyAny>, usize, &'static str, u64);
