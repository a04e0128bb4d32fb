//! LogisticRegression: the loss of two classes on a table of features, as a potential.

use crate::arrays::{rows, to_array, to_matrix, vector};
use crate::errors::Raise as _;
use crate::html_table::html_table;
use crate::potential::{Kind, Potential};
use heavyball::potentials::{self, Features};
use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// LogisticRegression(features, classes, ridge=0.0, intercept=False)
/// --
///
/// f(w) = (1/n) Σ log(1 + exp(−yᵢ aᵢ·w)) + ridge |w|²/2 for the rows aᵢ of features, shape (n, d), and two classes,
/// shape (n,): booleans, 0 and 1, or −1 and 1. An intercept is a last column of ones, so that w has the shape (d + 1,).
///
/// Raises DataError for an entry that is not finite, ParameterError for a negative ridge.
///
/// >>> loss = LogisticRegression([[0.5], [1.0], [3.0], [4.0]], [0, 1, 0, 1], ridge=0.1, intercept=True)
/// >>> path = Momentum.optimal(*loss.bounds()).iterates(loss, [0.0, 0.0], 300)
/// >>> float(abs(loss.gradient(path[-1])).max()) < 1e-12
/// True
#[pyclass(frozen, extends = Potential, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct LogisticRegression {
    loss: heavyball::LogisticRegression,
    with_intercept: bool,
}

/// Which rows are of the class y = 1.
fn classes(object: &Bound<'_, PyAny>) -> PyResult<Vec<bool>> {
    let numpy = object.py().import("numpy")?;
    let array = numpy.call_method1("asarray", (object,))?;
    let kind: String = array.getattr("dtype")?.getattr("kind")?.extract()?;
    let array = if kind == "b" {
        array.call_method1("astype", ("float64",))?
    } else {
        array
    };
    let values = vector("classes", &array)?;
    let has_minus = values.iter().any(|value| *value == -1.0);
    let low = if has_minus { -1.0 } else { 0.0 };
    let wrong = values
        .iter()
        .position(|value| *value != 1.0 && *value != low);
    if let Some(row) = wrong {
        return Err(PyValueError::new_err(format!(
            "classes must be booleans, 0 and 1, or -1 and 1, but entry {row} is another"
        )));
    }
    Ok(values.iter().map(|value| *value == 1.0).collect())
}

fn table(py: Python<'_>, object: &Bound<'_, PyAny>, intercept: bool) -> PyResult<Features> {
    let dimensions: usize = py
        .import("numpy")?
        .call_method1("ndim", (object,))?
        .extract()?;
    if dimensions != 2 {
        return Err(PyValueError::new_err(format!(
            "features must have the shape (n, d), but they have {dimensions} dimensions"
        )));
    }
    let (values, [_, columns]) = rows("features", object)?;
    let features = if columns == 0 {
        Features::from_rows::<&[f64]>([])
    } else {
        Features::from_rows(values.chunks_exact(columns))
    };
    let features = features.raise(py)?;
    Ok(if intercept {
        features.with_intercept()
    } else {
        features
    })
}

impl LogisticRegression {
    pub(crate) fn loss(&self) -> &heavyball::LogisticRegression {
        &self.loss
    }
}

#[pymethods]
impl LogisticRegression {
    #[new]
    #[pyo3(signature = (features, classes, ridge = 0.0, intercept = false))]
    fn new(
        py: Python<'_>,
        features: &Bound<'_, PyAny>,
        classes: &Bound<'_, PyAny>,
        ridge: f64,
        intercept: bool,
    ) -> PyResult<PyClassInitializer<Self>> {
        let features = table(py, features, intercept)?;
        let of_one = self::classes(classes)?;
        let loss = heavyball::LogisticRegression::new(features, &of_one, ridge).raise(py)?;
        let base = Potential {
            kind: Kind::LogisticRegression(Box::new(loss.clone())),
            name: "LogisticRegression".to_owned(),
            arguments: PyTuple::new(py, of_one)?.unbind(),
        };
        Ok(PyClassInitializer::from(base).add_subclass(Self {
            loss,
            with_intercept: intercept,
        }))
    }

    /// The ridge λ.
    #[getter]
    fn ridge(&self) -> f64 {
        self.loss.ridge()
    }

    /// The shape (n, d) of the table; an intercept counts as a column.
    #[getter]
    fn shape(&self) -> (usize, usize) {
        let features = self.loss.features();
        (features.rows(), features.columns())
    }

    /// bounds()
    /// --
    ///
    /// (μ, L): no curvature at any w is below μ, the ridge, or above L.
    fn bounds(&self) -> (f64, f64) {
        self.loss.bounds()
    }

    /// curvatures(w)
    /// --
    ///
    /// The smallest and the largest eigenvalue of the Hessian at w of shape (d,).
    fn curvatures(&self, py: Python<'_>, w: &Bound<'_, PyAny>) -> PyResult<(f64, f64)> {
        self.loss.curvatures(&vector("w", w)?).raise(py)
    }

    /// hessian(w)
    /// --
    ///
    /// The Hessian at w of shape (d,), of the shape (d, d).
    fn hessian<'py>(
        &self,
        py: Python<'py>,
        w: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let hessian = self.loss.hessian(&vector("w", w)?).raise(py)?;
        let columns = hessian.ncols();
        to_matrix(py, hessian.as_slice().to_vec(), columns)
    }

    /// gradient_covariance(w)
    /// --
    ///
    /// The covariance, of shape (d, d), of the gradient at w of one row that is drawn at random; that of a batch of B rows drawn
    /// independently is this divided by B.
    fn gradient_covariance<'py>(
        &self,
        py: Python<'py>,
        w: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let found = potentials::gradient_covariance(&self.loss, &vector("w", w)?).raise(py)?;
        let columns = found.ncols();
        to_matrix(py, found.as_slice().to_vec(), columns)
    }

    /// accuracy(w)
    /// --
    ///
    /// The fraction of rows on the side of their class; one on the boundary counts as wrong.
    fn accuracy(&self, py: Python<'_>, w: &Bound<'_, PyAny>) -> PyResult<f64> {
        self.loss.accuracy(&vector("w", w)?).raise(py)
    }

    /// probabilities(w, features)
    /// --
    ///
    /// The probability of class 1 for each row of features, shape (n,); without the column of an intercept.
    fn probabilities<'py>(
        &self,
        py: Python<'py>,
        w: &Bound<'py, PyAny>,
        features: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let weights = vector("w", w)?;
        let features = table(py, features, self.with_intercept)?;
        let found: Result<Vec<f64>, _> = features
            .iter()
            .map(|row| self.loss.probability(&weights, row))
            .collect();
        Ok(to_array(py, &found.raise(py)?.into()))
    }

    fn __repr__(&self) -> String {
        let (rows, columns) = self.shape();
        let ridge = self.ridge();
        format!("LogisticRegression(rows={rows}, d={columns}, ridge={ridge:?})")
    }

    fn _repr_html_(&self) -> String {
        let (rows, columns) = self.shape();
        let (mu, l) = self.bounds();
        let rows = [
            ("rows", rows.to_string()),
            ("weights", columns.to_string()),
            ("ridge", format!("{:?}", self.ridge())),
            ("curvatures", format!("{mu:.4e} to {l:.4e}")),
        ];
        html_table("LogisticRegression", &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<(Bound<'py, PyAny>, Made<'py>)> {
        let py = slf.py();
        let own = slf.get();
        let (_, columns) = own.shape();
        // Without the column that the intercept adds again.
        let kept = columns - usize::from(own.with_intercept);
        let rows = own.loss.features().iter();
        let values: Vec<f64> = rows
            .flat_map(|row| row.iter().take(kept).copied())
            .collect();
        let features = to_matrix(py, values, kept)?;
        let classes = slf.as_super().get().arguments.clone_ref(py);
        let made = (features, classes, own.ridge(), own.with_intercept);
        Ok((slf.get_type().into_any(), made))
    }
}

/// What pickle calls the class with.
type Made<'py> = (Bound<'py, PyArray2<f64>>, Py<PyTuple>, f64, bool);
