//! Barrier: whether a ball or an iteration passes a barrier, and the critical values between escape and capture.

use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::html_table::html_table;
use crate::potential::{Potential, potential};
use crate::rules::Momentum;
use heavyball::potentials;
use heavyball::study::escape::{self, Critical, Fate};
use nalgebra::{Const, DVector, Vector1};
use pyo3::prelude::*;

/// A potential in one dimension, in vectors of static length.
#[derive(Clone, Copy)]
struct Line<'g>(&'g Guarded<'g>);

impl potentials::Potential<f64, Const<1>> for Line<'_> {
    fn value(&self, position: &Vector1<f64>) -> f64 {
        self.0.value(&DVector::from_element(1, position.x))
    }

    fn gradient(&self, position: &Vector1<f64>, gradient: &mut Vector1<f64>) {
        let mut found = DVector::zeros(1);
        let position = DVector::from_element(1, position.x);
        self.0.gradient(&position, &mut found);
        gradient.copy_from_slice(found.as_slice());
    }
}

/// Barrier(f, x0, top)
/// --
///
/// A ball released at rest at x0, and the top that it has to pass: a saddle or an inflection of f, in one dimension.
///
/// The top should be known to full accuracy. f is sampled at 1024 positions between the two. Raises EscapeError if x0
/// is not above the top, if the top is no critical point, or if a higher maximum lies between.
///
/// >>> barrier = Barrier(Quartic(), -0.5, 0.0)
/// >>> round(barrier.critical_drag(1.0).value, 9)
/// 2.440483787
/// >>> barrier.fate(HeavyBall(1.0, 2.5)).free
/// False
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Barrier {
    f: Py<Potential>,
    /// Where the ball is released.
    #[pyo3(get)]
    x0: f64,
    /// The top that it has to pass.
    #[pyo3(get)]
    top: f64,
}

type Outcome<T> = Result<T, heavyball::Error>;

impl Barrier {
    fn run<T: Send>(
        &self,
        py: Python<'_>,
        ask: impl FnOnce(escape::Barrier<Line<'_>>) -> Outcome<T> + Send,
    ) -> PyResult<T> {
        let guard = Guarded::new(&self.f.get().kind);
        let found = guard.run(py, |guard| {
            ask(escape::Barrier::new(Line(guard), self.x0, self.top)?)
        })?;
        found.raise(py)
    }
}

fn fate<'py>(py: Python<'py>, fate: Fate) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("heavyball_ode.escape")?.getattr("Fate")?;
    match fate {
        Fate::Free { time } => class.call1((true, time)),
        Fate::Trapped { time } => class.call1((false, time)),
    }
}

fn critical<'py>(py: Python<'py>, found: Critical) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("heavyball_ode.escape")?.getattr("Critical")?;
    class.call1((found.value, found.free, found.trapped))
}

#[pymethods]
impl Barrier {
    #[new]
    fn new(py: Python<'_>, f: &Bound<'_, PyAny>, x0: f64, top: f64) -> PyResult<Self> {
        let f = potential(f)?;
        let kind = &f.get().kind;
        kind.check_dimension(1).raise(py)?;
        kind.needs_value("a barrier")?;
        let barrier = Self {
            f: f.unbind(),
            x0,
            top,
        };
        barrier.run(py, |_| Ok(()))?;
        Ok(barrier)
    }

    /// The potential.
    #[getter]
    fn f(&self, py: Python<'_>) -> Py<Potential> {
        self.f.clone_ref(py)
    }

    /// fate(ball)
    /// --
    ///
    /// Whether the ball passes, and the time at which that is certain: a Fate.
    ///
    /// Raises EscapeError if it stays undecided.
    fn fate<'py>(&self, py: Python<'py>, ball: &HeavyBall) -> PyResult<Bound<'py, PyAny>> {
        fate(py, self.run(py, |barrier| barrier.fate(&ball.0))?)
    }

    /// fate_of_iterates(rule)
    /// --
    ///
    /// Whether the iterates of a Momentum from v0 = 0 pass, and the iteration at which that is certain: a Fate.
    fn fate_of_iterates<'py>(
        &self,
        py: Python<'py>,
        rule: &Momentum,
    ) -> PyResult<Bound<'py, PyAny>> {
        let found = self.run(py, |barrier| barrier.fate_of_iterates(&rule.0))?;
        fate(py, found)
    }

    /// lower_bound(mass=1.0)
    /// --
    ///
    /// A drag below which escape is certain: √m (f(x0) − f(top)) / ∫ √(2(f(x0) − f)) dx from x0 to the top.
    #[pyo3(signature = (mass = 1.0))]
    fn lower_bound(&self, py: Python<'_>, mass: f64) -> PyResult<f64> {
        self.run(py, |barrier| barrier.lower_bound(mass))
    }

    /// critical_drag(mass=1.0)
    /// --
    ///
    /// The drag below which the ball passes and above which it is trapped, about 1e-12 of it accurate: a Critical.
    #[pyo3(signature = (mass = 1.0))]
    fn critical_drag<'py>(&self, py: Python<'py>, mass: f64) -> PyResult<Bound<'py, PyAny>> {
        critical(py, self.run(py, |barrier| barrier.critical_drag(mass))?)
    }

    /// critical_beta(alpha)
    /// --
    ///
    /// The β of momentum at learning rate alpha above which the iterates pass and below which they are trapped: a
    /// Critical.
    fn critical_beta<'py>(&self, py: Python<'py>, alpha: f64) -> PyResult<Bound<'py, PyAny>> {
        critical(py, self.run(py, |barrier| barrier.critical_beta(alpha))?)
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let f = self.f.bind(py).repr()?;
        Ok(format!(
            "Barrier({f}, x0={:?}, top={:?})",
            self.x0, self.top
        ))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let rows = [
            ("f", self.f.bind(py).repr()?.to_string()),
            ("start x0", format!("{:?}", self.x0)),
            ("top", format!("{:?}", self.top)),
        ];
        Ok(html_table("Barrier", &rows))
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (Py<Potential>, f64, f64)) {
        let own = slf.get();
        let arguments = (own.f.clone_ref(slf.py()), own.x0, own.top);
        (slf.get_type().into_any(), arguments)
    }
}

/// escape_speed(ball, curvature, distance)
/// --
///
/// The least speed with which a ball passes a saddle f = −½ k (x − top)² from a distance before it, k = curvature > 0:
/// distance · (γ/2m + √((γ/2m)² + k/m)).
///
/// Raises ParameterError unless curvature and distance are positive.
///
/// >>> escape_speed(HeavyBall(1.0, 3.0), 4.0, 0.5)
/// 2.0
#[pyfunction]
pub(crate) fn escape_speed(
    py: Python<'_>,
    ball: &HeavyBall,
    curvature: f64,
    distance: f64,
) -> PyResult<f64> {
    escape::escape_speed(&ball.0, curvature, distance).raise(py)
}
