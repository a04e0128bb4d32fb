//! The heavy ball, and the exact motion of the damped oscillator.

use crate::arrays::{to_matrix, vector};
use crate::errors::Raise as _;
use crate::html_table::html_table;
use crate::potential::{Source, potential};
use heavyball::Phase;
use numpy::{PyArray1, PyArray2};
use pyo3::prelude::*;

/// HeavyBall(mass, drag)
/// --
///
/// A particle of mass m and drag γ: m ẍ = −∇f(x) − γ ẋ.
///
/// Raises ParameterError unless the mass is positive and the drag zero or positive.
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct HeavyBall(pub(crate) heavyball::HeavyBall);

#[pymethods]
impl HeavyBall {
    #[new]
    fn new(py: Python<'_>, mass: f64, drag: f64) -> PyResult<Self> {
        heavyball::HeavyBall::new(mass, drag).raise(py).map(Self)
    }

    /// The mass m.
    #[getter]
    fn mass(&self) -> f64 {
        self.0.mass
    }

    /// The drag γ.
    #[getter]
    fn drag(&self) -> f64 {
        self.0.drag
    }

    /// energy(f, position, momentum)
    /// --
    ///
    /// |p|²/2m + f(x), for position and momentum of shape (d,).
    fn energy(
        &self,
        py: Python<'_>,
        f: &Bound<'_, PyAny>,
        position: &Bound<'_, PyAny>,
        momentum: &Bound<'_, PyAny>,
    ) -> PyResult<f64> {
        let f = potential(f)?;
        let phase = Phase::new(vector("position", position)?, vector("momentum", momentum)?);
        let kind = &f.get().kind;
        kind.check_dimension(phase.position.len()).raise(py)?;
        let value = match kind.source() {
            Source::Catalogue(potential) => potential.value(&phase.position),
            Source::Function(function) => function.value(py, &phase.position)?,
        };
        Ok(self.0.kinetic_energy(&phase) + value)
    }

    fn __repr__(&self) -> String {
        format!("HeavyBall(mass={:?}, drag={:?})", self.0.mass, self.0.drag)
    }

    fn _repr_html_(&self) -> String {
        let rows = [
            ("mass m", format!("{:?}", self.0.mass)),
            ("drag γ", format!("{:?}", self.0.drag)),
        ];
        html_table("HeavyBall", &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64, f64)) {
        let ball = slf.get().0;
        (slf.get_type().into_any(), (ball.mass, ball.drag))
    }
}

/// DampedOscillator(mass, drag, stiffness)
/// --
///
/// The exact motion m ẍ = −k x − γ ẋ.
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct DampedOscillator {
    exact: heavyball::DampedOscillator,
    parameters: (f64, f64, f64),
}

type Columns<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

#[pymethods]
impl DampedOscillator {
    #[new]
    fn new(py: Python<'_>, mass: f64, drag: f64, stiffness: f64) -> PyResult<Self> {
        Ok(Self {
            exact: heavyball::DampedOscillator::new(mass, drag, stiffness).raise(py)?,
            parameters: (mass, drag, stiffness),
        })
    }

    /// The drag 2√(mk) between oscillation and creeping.
    #[getter]
    fn critical_drag(&self) -> f64 {
        self.exact.critical_drag()
    }

    /// at(t, x0, u0=0.0)
    /// --
    ///
    /// Position and velocity at the times t, two arrays of its shape (n,), from x(0) = x0 and ẋ(0) = u0.
    #[pyo3(signature = (t, x0, u0 = 0.0))]
    fn at<'py>(
        &self,
        py: Python<'py>,
        t: &Bound<'py, PyAny>,
        x0: f64,
        u0: f64,
    ) -> PyResult<Columns<'py>> {
        let times = vector("t", t)?;
        let (x, u): (Vec<f64>, Vec<f64>) = times
            .iter()
            .map(|time| self.exact.at(*time, x0, u0))
            .unzip();
        Ok((PyArray1::from_vec(py, x), PyArray1::from_vec(py, u)))
    }

    fn __repr__(&self) -> String {
        let (mass, drag, stiffness) = self.parameters;
        format!("DampedOscillator(mass={mass:?}, drag={drag:?}, stiffness={stiffness:?})")
    }

    fn _repr_html_(&self) -> String {
        let (mass, drag, stiffness) = self.parameters;
        let rows = [
            ("mass m", format!("{mass:?}")),
            ("drag γ", format!("{drag:?}")),
            ("stiffness k", format!("{stiffness:?}")),
            ("critical drag", format!("{:?}", self.critical_drag())),
        ];
        html_table("DampedOscillator", &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64, f64, f64)) {
        (slf.get_type().into_any(), slf.get().parameters)
    }
}

/// Positions and momenta, one phase a row.
type Rows<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

/// Rows of phases as two arrays.
pub(crate) fn phase_rows<'py, 'p>(
    py: Python<'py>,
    phases: impl Iterator<Item = &'p Phase<f64>>,
    dimension: usize,
) -> PyResult<Rows<'py>> {
    let (mut positions, mut momenta) = (Vec::new(), Vec::new());
    for phase in phases {
        positions.extend(phase.position.iter());
        momenta.extend(phase.momentum.iter());
    }
    Ok((
        to_matrix(py, positions, dimension)?,
        to_matrix(py, momenta, dimension)?,
    ))
}
