//! Fire: the fast inertial relaxation engine, a ball whose drag and step depend on its state.

use crate::arrays::{room, to_matrix, vector};
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::potential::potential;
use heavyball::{Error, optimizers};
use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Fire(dt, version=1, longest_move=None)
/// --
///
/// FIRE of Bitzek et al. (2006), or FIRE 2.0 of Guénolé et al. (2020) for version 2; with longest_move=0.2 the FIRE and FIRE2
/// of ASE.
///
/// >>> x = Fire(0.1, 2, longest_move=0.2).iterates(DoubleWell(), [-1.5, -1.5], 300)
/// >>> bool(abs(x[-1] - [-1, 0]).max() < 1e-6)
/// True
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug, Clone)]
pub(crate) struct Fire {
    /// The first step Δt.
    #[pyo3(get)]
    dt: f64,
    /// The version, 1 or 2.
    #[pyo3(get)]
    version: u8,
    /// The longest displacement of an iteration.
    #[pyo3(get)]
    longest_move: Option<f64>,
    rule: optimizers::Fire,
}

type Found<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray1<f64>>, usize);

#[pymethods]
impl Fire {
    #[new]
    #[pyo3(signature = (dt, version = 1, longest_move = None))]
    fn new(py: Python<'_>, dt: f64, version: u8, longest_move: Option<f64>) -> PyResult<Self> {
        let rule = match version {
            1 => optimizers::Fire::new(dt),
            2 => optimizers::Fire::version_2(dt),
            _ => {
                return Err(PyValueError::new_err(format!(
                    "version must be 1 or 2, but it is {version}"
                )));
            }
        };
        let rule = match longest_move {
            None => rule,
            Some(length) => rule.and_then(|rule| rule.with_longest_move(length)),
        };
        Ok(Self {
            dt,
            version,
            longest_move,
            rule: rule.raise(py)?,
        })
    }

    /// iterates(f, x0, n)
    /// --
    ///
    /// Iterates 0 to n from x0 at rest: positions of shape (n + 1, d).
    fn iterates<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        Ok(self.iterates_with_steps(f, x0, n)?.0)
    }

    /// iterates_with_steps(f, x0, n)
    /// --
    ///
    /// Positions, the step Δt of each iteration, and the number of times that the ball was stopped.
    fn iterates_with_steps<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
    ) -> PyResult<Found<'py>> {
        let py = f.py();
        let f = potential(f)?;
        let kind = &f.get().kind;
        let start = vector("x0", x0)?;
        let dimension = start.len();
        kind.check_dimension(dimension).raise(py)?;
        let mut positions = room(n.saturating_add(1).saturating_mul(dimension))?;
        let mut steps = room(n.saturating_add(1))?;
        let guard = Guarded::new(kind);
        let outcome = guard.run(py, |guard| -> Result<usize, Error> {
            let mut run = self.rule.run(guard, start);
            for _ in 0..=n {
                let Some(state) = run.advance() else {
                    return run.failure().map_or(Ok(0), |error| Err(error.clone()));
                };
                positions.extend_from_slice(state.position.as_slice());
                steps.push(state.dt);
            }
            Ok(run.stops())
        })?;
        let stops = outcome.raise(py)?;
        let positions = to_matrix(py, positions, dimension)?;
        Ok((positions, PyArray1::from_vec(py, steps), stops))
    }

    fn __repr__(&self) -> String {
        let Self { dt, version, .. } = self;
        let longest = match self.longest_move {
            Some(length) => format!("{length:?}"),
            None => "None".to_owned(),
        };
        format!("Fire({dt:?}, {version}, longest_move={longest})")
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64, u8, Option<f64>)) {
        let own = slf.get();
        let made = (own.dt, own.version, own.longest_move);
        (slf.get_type().into_any(), made)
    }
}
