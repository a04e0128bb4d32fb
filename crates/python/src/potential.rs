//! Potential: a function of the catalogue, or one of Python callables.

use crate::arrays::{rows, same_length, vector};
use crate::errors::Raise as _;
use crate::function::Function;
use crate::html_table::html_table;
use crate::stochastic::{Drawn, Noisy};
use heavyball::potentials::{
    Diagonal, DoubleWell, Himmelblau, LessardRechtPackard, Linear, Quadratic, Quartic, Rosenbrock,
    Symmetric, TiltedDoubleWell,
};
use heavyball::{Curvature, Error, LogisticRegression, potentials};
use nalgebra::{Const, DMatrix, DVector, Dyn, SMatrix, SVector};
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;

/// A function f with its gradient, on which rules and balls run.
///
/// Made by the functions of the catalogue (`Quartic()`, `DoubleWell()`, `Quadratic(curvatures)`, ...) and by
/// `Function(gradient, value)`.
#[pyclass(frozen, subclass, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Potential {
    pub(crate) kind: Kind,
    /// The function of the package that makes it, and its arguments.
    pub(crate) name: String,
    pub(crate) arguments: Py<PyTuple>,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Quartic(Fixed<Quartic, 1>),
    LessardRechtPackard(Fixed<LessardRechtPackard, 1>),
    TiltedDoubleWell(Fixed<TiltedDoubleWell, 1>),
    DoubleWell(Fixed<DoubleWell, 2>),
    Himmelblau(Fixed<Himmelblau, 2>),
    Rosenbrock,
    Linear(Linear),
    Diagonal(Quadratic<Diagonal>),
    Symmetric(Quadratic<Symmetric>),
    LogisticRegression(Box<LogisticRegression>),
    Function(Function),
    Noisy(Noisy),
    Minibatches(Drawn),
}

/// What a run evaluates.
#[derive(Clone, Copy)]
pub(crate) enum Source<'k> {
    Catalogue(&'k (dyn Curvature<Dyn> + Sync)),
    Function(&'k Function),
}

/// A potential of a fixed dimension, in vectors of dynamic dimension.
#[derive(Debug)]
pub(crate) struct Fixed<P, const N: usize>(P);

impl<P, const N: usize> potentials::Potential<f64, Dyn> for Fixed<P, N>
where
    P: potentials::Potential<f64, Const<N>>,
{
    fn value(&self, position: &DVector<f64>) -> f64 {
        self.0
            .value(&SVector::from_column_slice(position.as_slice()))
    }

    fn gradient(&self, position: &DVector<f64>, gradient: &mut DVector<f64>) {
        let position = SVector::from_column_slice(position.as_slice());
        let mut found = SVector::<f64, N>::zeros();
        self.0.gradient(&position, &mut found);
        gradient.copy_from_slice(found.as_slice());
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        if dimension == N {
            return Ok(());
        }
        Err(heavyball::error::VectorError::DimensionMismatch {
            name: "start position",
            expected: N,
            found: dimension,
        }
        .into())
    }

    fn largest_curvature(&self) -> Option<f64> {
        self.0.largest_curvature()
    }

    fn length_scale(&self) -> Option<f64> {
        self.0.length_scale()
    }
}

impl<P, const N: usize> Curvature<Dyn> for Fixed<P, N>
where
    P: Curvature<Const<N>>,
{
    fn hessian_product(
        &self,
        position: &DVector<f64>,
        direction: &DVector<f64>,
        product: &mut DVector<f64>,
    ) {
        let position = SVector::from_column_slice(position.as_slice());
        let direction = SVector::from_column_slice(direction.as_slice());
        let mut found = SVector::<f64, N>::zeros();
        self.0.hessian_product(&position, &direction, &mut found);
        product.copy_from_slice(found.as_slice());
    }
}

/// What to do with a potential of static dimension.
pub(crate) trait Visitor {
    type Output;

    fn visit<P, const N: usize>(self, potential: &P) -> Self::Output
    where
        P: potentials::Potential<f64, Const<N>> + Sync;
}

impl Kind {
    pub(crate) fn source(&self) -> Source<'_> {
        match self {
            Self::Quartic(potential) => Source::Catalogue(potential),
            Self::LessardRechtPackard(potential) => Source::Catalogue(potential),
            Self::TiltedDoubleWell(potential) => Source::Catalogue(potential),
            Self::DoubleWell(potential) => Source::Catalogue(potential),
            Self::Himmelblau(potential) => Source::Catalogue(potential),
            Self::Rosenbrock => Source::Catalogue(&Rosenbrock),
            Self::Linear(potential) => Source::Catalogue(potential),
            Self::Diagonal(potential) => Source::Catalogue(potential),
            Self::Symmetric(potential) => Source::Catalogue(potential),
            Self::LogisticRegression(potential) => Source::Catalogue(potential.as_ref()),
            Self::Function(function) => Source::Function(function),
            Self::Noisy(noisy) => noisy.inner.get().kind.source(),
            Self::Minibatches(drawn) => drawn.whole.get().kind.source(),
        }
    }

    /// The function without noise.
    pub(crate) fn quiet(&self) -> &Self {
        match self {
            Self::Noisy(noisy) => &noisy.inner.get().kind,
            Self::Minibatches(drawn) => &drawn.whole.get().kind,
            other => other,
        }
    }

    /// Refuses a dimension in which the function is not defined.
    pub(crate) fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        if let Self::Noisy(noisy) = self {
            noisy.check_dimension(dimension)?;
        }
        match self.source() {
            Source::Catalogue(potential) => potential.check_dimension(dimension),
            Source::Function(_) => Ok(()),
        }
    }

    /// Refuses a function whose Hessian-vector product is not known.
    pub(crate) fn needs_hessian_product(&self, by: &str) -> PyResult<()> {
        match self.quiet() {
            Self::Function(function) if function.hessian_product.is_none() => {
                Err(PyTypeError::new_err(format!(
                    "f has no hessian_product, which {by} needs: give Function(gradient, value, hessian_product), or use from_jax(f)"
                )))
            }
            _ => Ok(()),
        }
    }

    /// Refuses a function whose value is not known.
    pub(crate) fn needs_value(&self, by: &str) -> PyResult<()> {
        match self.quiet() {
            Self::Function(function) if function.value.is_none() => Err(PyTypeError::new_err(
                format!("f has no value, which {by} needs: give Function(gradient, value)"),
            )),
            _ => Ok(()),
        }
    }

    /// Whether [`Self::visit`] has this dimension.
    pub(crate) fn is_static(&self, dimension: usize) -> bool {
        match self {
            Self::Function(_) | Self::LogisticRegression(_) => false,
            Self::Noisy(_) | Self::Minibatches(_) => false,
            Self::Rosenbrock => (2..=4).contains(&dimension),
            _ => (1..=4).contains(&dimension),
        }
    }

    /// Visits the potential in a static dimension; `None` if it has none, or one above four.
    pub(crate) fn visit<V: Visitor>(&self, dimension: usize, visitor: V) -> Option<V::Output> {
        match (self, dimension) {
            (Self::Quartic(Fixed(potential)), 1) => Some(visitor.visit::<_, 1>(potential)),
            (Self::LessardRechtPackard(Fixed(potential)), 1) => {
                Some(visitor.visit::<_, 1>(potential))
            }
            (Self::TiltedDoubleWell(Fixed(potential)), 1) => Some(visitor.visit::<_, 1>(potential)),
            (Self::DoubleWell(Fixed(potential)), 2) => Some(visitor.visit::<_, 2>(potential)),
            (Self::Himmelblau(Fixed(potential)), 2) => Some(visitor.visit::<_, 2>(potential)),
            (Self::Rosenbrock, 2) => Some(visitor.visit::<_, 2>(&Rosenbrock)),
            (Self::Rosenbrock, 3) => Some(visitor.visit::<_, 3>(&Rosenbrock)),
            (Self::Rosenbrock, 4) => Some(visitor.visit::<_, 4>(&Rosenbrock)),
            (_, 1) => self.visit_in::<V, 1>(visitor),
            (_, 2) => self.visit_in::<V, 2>(visitor),
            (_, 3) => self.visit_in::<V, 3>(visitor),
            (_, 4) => self.visit_in::<V, 4>(visitor),
            _ => None,
        }
    }

    fn visit_in<V: Visitor, const N: usize>(&self, visitor: V) -> Option<V::Output> {
        let fixed = |vector: &DVector<f64>| {
            (vector.len() == N).then(|| SVector::<f64, N>::from_column_slice(vector.as_slice()))
        };
        match self {
            Self::Linear(linear) => {
                let linear = Linear::new(fixed(linear.slope())?).ok()?;
                Some(visitor.visit::<_, N>(&linear))
            }
            Self::Diagonal(quadratic) => {
                let quadratic = Quadratic::diagonal(fixed(quadratic.curvatures())?).ok()?;
                Some(visitor.visit::<_, N>(&quadratic))
            }
            Self::Symmetric(quadratic) => {
                let matrix = quadratic.matrix();
                if matrix.nrows() != N {
                    return None;
                }
                let matrix = SMatrix::<f64, N, N>::from_column_slice(matrix.as_slice());
                let quadratic = Quadratic::symmetric(matrix).ok()?;
                Some(visitor.visit::<_, N>(&quadratic))
            }
            _ => None,
        }
    }
}

impl Potential {
    fn argument<'py>(
        name: &str,
        arguments: &Bound<'py, PyTuple>,
        count: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if arguments.len() != count {
            return Err(PyTypeError::new_err(format!(
                "{name} takes {count} arguments, but got {}",
                arguments.len()
            )));
        }
        Ok(arguments.iter().next())
    }
}

fn callable(name: &str, object: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    if !object.is_callable() {
        return Err(PyTypeError::new_err(format!(
            "{name} must be callable with an array of shape (d,), but it is {}",
            object.get_type().name()?
        )));
    }
    Ok(object.clone().unbind())
}

#[pymethods]
impl Potential {
    #[new]
    #[pyo3(signature = (name, *arguments))]
    fn new(py: Python<'_>, name: &str, arguments: &Bound<'_, PyTuple>) -> PyResult<Self> {
        let take = |count| Self::argument(name, arguments, count);
        let none = |kind| take(0).map(|_| kind);
        let missing = || PyTypeError::new_err(format!("{name} needs an argument"));
        let kind = match name {
            "Quartic" => none(Kind::Quartic(Fixed(Quartic)))?,
            "LessardRechtPackard" => none(Kind::LessardRechtPackard(Fixed(LessardRechtPackard)))?,
            "DoubleWell" => none(Kind::DoubleWell(Fixed(DoubleWell)))?,
            "Himmelblau" => none(Kind::Himmelblau(Fixed(Himmelblau)))?,
            "Rosenbrock" => none(Kind::Rosenbrock)?,
            "TiltedDoubleWell" => {
                let tilt: f64 = take(1)?.ok_or_else(missing)?.extract()?;
                Kind::TiltedDoubleWell(Fixed(TiltedDoubleWell::new(tilt).raise(py)?))
            }
            "Linear" => {
                let slope = vector("slope", &take(1)?.ok_or_else(missing)?)?;
                Kind::Linear(Linear::new(slope).raise(py)?)
            }
            "Quadratic" => {
                let curvature = take(1)?.ok_or_else(missing)?;
                let dimensions: usize = match curvature.getattr("ndim") {
                    Ok(count) => count.extract()?,
                    Err(_) => {
                        let array = py.import("numpy")?.call_method1("asarray", (&curvature,))?;
                        array.getattr("ndim")?.extract()?
                    }
                };
                if dimensions < 2 {
                    let curvatures = vector("curvature", &curvature)?;
                    Kind::Diagonal(Quadratic::diagonal(curvatures).raise(py)?)
                } else {
                    let (values, [height, width]) = rows("curvature", &curvature)?;
                    if height != width {
                        return Err(PyValueError::new_err(format!(
                            "curvature must be a vector or a square matrix, but it has the shape ({height}, {width})"
                        )));
                    }
                    let matrix = DMatrix::from_row_slice(height, width, &values);
                    Kind::Symmetric(Quadratic::symmetric(matrix).raise(py)?)
                }
            }
            "Function" => {
                let mut items = arguments.iter();
                let gradient = callable("gradient", &items.next().ok_or_else(missing)?)?;
                let mut optional = |name| {
                    let item = items.next().filter(|item| !item.is_none());
                    item.map(|item| callable(name, &item)).transpose()
                };
                let (value, hessian_product) = (optional("value")?, optional("hessian_product")?);
                Kind::Function(Function {
                    gradient,
                    value,
                    hessian_product,
                })
            }
            _ => {
                return Err(PyValueError::new_err(format!(
                    "there is no potential {name}"
                )));
            }
        };
        Ok(Self {
            kind,
            name: name.to_owned(),
            arguments: arguments.clone().unbind(),
        })
    }

    /// value(x)
    /// --
    ///
    /// f(x) at x of shape (d,); NaN for a Function without a value.
    fn value(&self, py: Python<'_>, x: &Bound<'_, PyAny>) -> PyResult<f64> {
        let position = vector("x", x)?;
        self.kind.check_dimension(position.len()).raise(py)?;
        match self.kind.source() {
            Source::Catalogue(potential) => Ok(potential.value(&position)),
            Source::Function(function) => function.value(py, &position),
        }
    }

    /// gradient(x)
    /// --
    ///
    /// ∇f(x) at x of shape (d,), of the same shape.
    fn gradient<'py>(
        &self,
        py: Python<'py>,
        x: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let position = vector("x", x)?;
        self.kind.check_dimension(position.len()).raise(py)?;
        let mut gradient = DVector::zeros(position.len());
        match self.kind.source() {
            Source::Catalogue(potential) => potential.gradient(&position, &mut gradient),
            Source::Function(function) => function.write_gradient(py, &position, &mut gradient)?,
        }
        Ok(PyArray1::from_slice(py, gradient.as_slice()))
    }

    /// hessian_product(x, direction)
    /// --
    ///
    /// ∇²f(x)·direction at x and along direction of shape (d,), of the same shape.
    ///
    /// Raises TypeError for a Function without a Hessian-vector product.
    fn hessian_product<'py>(
        &self,
        py: Python<'py>,
        x: &Bound<'py, PyAny>,
        direction: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray1<f64>>> {
        self.kind.needs_hessian_product("hessian_product")?;
        let (position, direction) = (vector("x", x)?, vector("direction", direction)?);
        same_length("direction", &direction, "x", &position)?;
        self.kind.check_dimension(position.len()).raise(py)?;
        let mut product = DVector::zeros(position.len());
        match self.kind.source() {
            Source::Catalogue(f) => f.hessian_product(&position, &direction, &mut product),
            Source::Function(function) => {
                function.write_hessian_product(py, &position, &direction, &mut product)?;
            }
        }
        Ok(PyArray1::from_slice(py, product.as_slice()))
    }

    fn __call__(&self, py: Python<'_>, x: &Bound<'_, PyAny>) -> PyResult<f64> {
        self.value(py, x)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let arguments = self.arguments.bind(py).iter();
        let shown: PyResult<Vec<String>> = arguments
            .map(|argument| Ok(argument.repr()?.to_string()))
            .collect();
        Ok(format!("{}({})", self.name, shown?.join(", ")))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let arguments = self.arguments.bind(py).iter();
        let shown: PyResult<Vec<_>> = arguments
            .map(|argument| Ok(("", argument.repr()?.to_string())))
            .collect();
        Ok(html_table(&self.name, &shown?))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let own = slf.get();
        let mut arguments = vec![own.name.as_str().into_pyobject(py)?.into_any()];
        arguments.extend(own.arguments.bind(py).iter());
        Ok((slf.get_type().into_any(), PyTuple::new(py, arguments)?))
    }
}

/// A potential, or a pair (value, gradient) of callables.
pub(crate) fn potential<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, Potential>> {
    if let Ok(potential) = object.cast::<Potential>() {
        return Ok(potential.clone());
    }
    let py = object.py();
    if let Ok(pair) = object.cast::<PyTuple>()
        && pair.len() == 2
    {
        let (value, gradient) = (pair.get_item(0)?, pair.get_item(1)?);
        let arguments = PyTuple::new(py, [gradient, value])?;
        return Bound::new(py, Potential::new(py, "Function", &arguments)?);
    }
    let hint = if object.is_callable() {
        "; give its gradient as Function(gradient, value), or use from_jax(f)"
    } else {
        ""
    };
    Err(PyTypeError::new_err(format!(
        "f must be a potential such as DoubleWell() or Function(gradient), or a pair (value, gradient), but it is {}{hint}",
        object.get_type().name()?
    )))
}
