//! Restarted: a rule that stops the ball and starts its schedule anew where a condition holds.

use crate::arrays::{room, to_matrix, vector};
use crate::errors::Raise as _;
use crate::family::Accelerated;
use crate::guarded::Guarded;
use crate::potential::potential;
use crate::rules::{Momentum, Nesterov};
use crate::schedule::{ScheduledMomentum, ScheduledNesterov};
use heavyball::Error;
use heavyball::optimizers::{Restart, UpdateRule};
use nalgebra::DVector;
use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Restarted(rule, when, least=1)
/// --
///
/// A rule whose velocity becomes 0, and whose schedule starts anew, where an iteration moved against its gradient
/// ("gradient"), f rose ("function") or the speed fell ("speed"); at least so many iterations apart.
///
/// rule is a Momentum, a Nesterov, an Accelerated, a ScheduledMomentum or a ScheduledNesterov.
///
/// >>> bowl = Quadratic([1.0, 30.0])
/// >>> x = Restarted(Momentum(1e-3, 1.0), "gradient").iterates(bowl, [1.0, 1.0], 3000)
/// >>> bool(abs(x[-1]).max() < 1e-6)
/// True
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Restarted {
    /// The rule.
    #[pyo3(get)]
    rule: Py<PyAny>,
    when: Restart,
    /// The least number of iterations between two restarts.
    #[pyo3(get)]
    least: usize,
}

type Found<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray1<usize>>);

impl Restarted {
    fn run<'py, R: UpdateRule<f64> + Clone + Sync>(
        &self,
        rule: &R,
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
        let mut restarts = Vec::new();
        let guard = Guarded::new(kind);
        let outcome = guard.run(py, |guard| -> Result<(), Error> {
            let start: DVector<f64> = start;
            let run = self.when.run(rule.clone(), guard, start);
            let mut run = run.with_least(self.least);
            for k in 0..=n {
                let before = run.restarts();
                let Some(iterate) = run.advance() else {
                    return run.failure().map_or(Ok(()), |error| Err(error.clone()));
                };
                positions.extend_from_slice(iterate.position.as_slice());
                if run.restarts() > before {
                    restarts.push(k);
                }
            }
            Ok(())
        })?;
        outcome.raise(py)?;
        let positions = to_matrix(py, positions, dimension)?;
        Ok((positions, PyArray1::from_vec(py, restarts)))
    }

    fn of_any_rule<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
    ) -> PyResult<Found<'py>> {
        let rule = self.rule.bind(f.py());
        if let Ok(rule) = rule.cast::<Momentum>() {
            self.run(&rule.get().0, f, x0, n)
        } else if let Ok(rule) = rule.cast::<Nesterov>() {
            self.run(&rule.get().0, f, x0, n)
        } else if let Ok(rule) = rule.cast::<Accelerated>() {
            self.run(&rule.get().0, f, x0, n)
        } else if let Ok(rule) = rule.cast::<ScheduledMomentum>() {
            self.run(&rule.get().of(f.py(), n)?, f, x0, n)
        } else if let Ok(rule) = rule.cast::<ScheduledNesterov>() {
            self.run(&rule.get().of(f.py(), n)?, f, x0, n)
        } else {
            Err(PyTypeError::new_err(format!(
                "rule must be a Momentum, Nesterov, Accelerated, ScheduledMomentum or ScheduledNesterov, but it is {}",
                rule.get_type().name()?
            )))
        }
    }
}

#[pymethods]
impl Restarted {
    #[new]
    #[pyo3(signature = (rule, when, least = 1))]
    fn new(rule: &Bound<'_, PyAny>, when: &str, least: usize) -> PyResult<Self> {
        let conditions = Restart::ALL.into_iter();
        let Some(when) = conditions.clone().find(|restart| restart.name() == when) else {
            let names: Vec<_> = conditions.map(Restart::name).collect();
            return Err(PyValueError::new_err(format!(
                "there is no restart {when:?}; known are {}",
                names.join(", ")
            )));
        };
        Ok(Self {
            rule: rule.clone().unbind(),
            when,
            least,
        })
    }

    /// The condition of a restart.
    #[getter]
    fn when(&self) -> &'static str {
        self.when.name()
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
        Ok(self.of_any_rule(f, x0, n)?.0)
    }

    /// iterates_with_restarts(f, x0, n)
    /// --
    ///
    /// Positions, and the numbers of the iterates at which the ball was stopped.
    fn iterates_with_restarts<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
    ) -> PyResult<Found<'py>> {
        self.of_any_rule(f, x0, n)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let rule = self.rule.bind(py).repr()?;
        let (when, least) = (self.when(), self.least);
        Ok(format!("Restarted({rule}, {when:?}, least={least})"))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> (Bound<'py, PyAny>, (Py<PyAny>, &'static str, usize)) {
        let own = slf.get();
        let made = (own.rule.clone_ref(slf.py()), own.when(), own.least);
        (slf.get_type().into_any(), made)
    }
}
