//! Motion: the solution of the heavy-ball equation over a span of time.

use crate::arrays::{to_array, to_matrix, vector};
use crate::ball::{HeavyBall, phase_rows};
use crate::errors::Raise as _;
use crate::events::{Watched, watched};
use crate::guarded::Guarded;
use crate::html_table::html_table;
use crate::potential::{Potential, potential};
use heavyball::events::Event;
use heavyball::motion::{Method, Reaction, Response};
use heavyball::{
    Adaptive, CentralLeapfrog, ConformalEuler, Dop853, DriftKickEuler, Error, ExplicitEuler,
    Leapfrog, Nystrom8, Nystrom12, Phase, Problem, Rk45, SymplecticEuler, Trajectory,
};
use nalgebra::{DVector, Dyn};
use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyTuple};

/// The motion of a ball, made by solve().
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Motion {
    pub(crate) trajectory: Trajectory,
    pub(crate) potential: Py<Potential>,
    dimension: usize,
    events: Vec<(usize, f64, Phase)>,
    watched: usize,
    ended: Option<usize>,
    method: String,
    /// The arguments of solve().
    arguments: Arguments,
}

type Arguments = (Py<PyTuple>, Option<Py<PyDict>>);

/// The methods of solve(), with an adaptive tolerance or a fixed step.
const METHODS: &str = "Adaptive, Nystrom8, Nystrom12, DOP853, RK45 with rtol and atol; SymplecticEuler, ExplicitEuler, DriftKickEuler, ConformalEuler, Leapfrog, CentralLeapfrog with dt";

/// The settings of a method.
struct Settings {
    method: String,
    rtol: f64,
    atol: f64,
    dt: Option<f64>,
    max_step: Option<f64>,
    first_step: Option<f64>,
    max_travel: Option<f64>,
    stop_times: Vec<f64>,
}

/// A trajectory, and the events on it.
type Found = (Trajectory, Vec<(usize, f64, Phase)>);

type Solved = Result<Found, Error>;

/// The potential of a run.
type Field<'g> = &'g Guarded<'g>;

/// Solves with `method`, through the events.
fn solved<'g, M>(problem: &Problem<Field<'g>, Dyn>, method: &M, events: &[Watched<'g>]) -> Solved
where
    M: for<'p> Method<&'p Field<'g>, Dyn> + Method<Field<'g>, Dyn>,
{
    if events.is_empty() {
        return Ok((problem.solve(method)?, Vec::new()));
    }
    let go_on = |_: &heavyball::HeavyBall, _: &Phase| Response::GoOn;
    let stop = |_: &heavyball::HeavyBall, _: &Phase| Response::Stop;
    let reactions: Vec<(&dyn Event<Field<'g>, Dyn>, Reaction<'_, Dyn>)> = events
        .iter()
        .map(|watched| {
            let reaction: Reaction<'_, Dyn> = if watched.terminal { &stop } else { &go_on };
            let event: &dyn Event<Field<'g>, Dyn> = watched.event.as_ref();
            (event, reaction)
        })
        .collect();
    let log = problem.solve_through(method, &reactions)?;
    let events = log.events.into_iter();
    let events = events.map(|event| (event.index, event.time, event.phase));
    Ok((log.trajectory, events.collect()))
}

impl Settings {
    /// The fixed step, which the method needs.
    fn step(&self) -> PyResult<f64> {
        let limits = [self.max_step, self.first_step, self.max_travel];
        if limits.iter().any(Option::is_some) || !self.stop_times.is_empty() {
            return Err(PyTypeError::new_err(format!(
                "{} has a fixed step: max_step, first_step, max_travel and stop_times are for adaptive methods",
                self.method
            )));
        }
        self.dt.ok_or_else(|| {
            PyTypeError::new_err(format!("{} has a fixed step: give dt", self.method))
        })
    }

    fn solve<'g>(
        &self,
        py: Python<'_>,
        guard: Field<'g>,
        problem: &Problem<Field<'g>, Dyn>,
        events: &[Watched<'g>],
    ) -> PyResult<Found> {
        macro_rules! adaptive {
            ($method:ident) => {{
                if self.dt.is_some() {
                    return Err(PyTypeError::new_err(format!(
                        "{} chooses its steps: dt is for methods of a fixed step, max_step limits",
                        self.method
                    )));
                }
                let mut method =
                    $method::new(self.rtol, self.atol).with_stop_times(&self.stop_times);
                if let Some(step) = self.max_step {
                    method = method.with_max_step(step);
                }
                if let Some(step) = self.first_step {
                    method = method.with_first_step(step);
                }
                if let Some(length) = self.max_travel {
                    method = method.with_max_travel(length);
                }
                guard.run(py, |_| solved(problem, &method, events))?
            }};
        }
        macro_rules! fixed {
            ($method:ident) => {{
                let method = $method::new(self.step()?).raise(py)?;
                guard.run(py, |_| solved(problem, &method, events))?
            }};
        }
        let solved: Solved = match self.method.as_str() {
            "Adaptive" => adaptive!(Adaptive),
            "Nystrom8" => adaptive!(Nystrom8),
            "Nystrom12" => adaptive!(Nystrom12),
            "DOP853" => adaptive!(Dop853),
            "RK45" => adaptive!(Rk45),
            "SymplecticEuler" => fixed!(SymplecticEuler),
            "ExplicitEuler" => fixed!(ExplicitEuler),
            "DriftKickEuler" => fixed!(DriftKickEuler),
            "ConformalEuler" => fixed!(ConformalEuler),
            "Leapfrog" => fixed!(Leapfrog),
            "CentralLeapfrog" => fixed!(CentralLeapfrog),
            other => {
                return Err(PyValueError::new_err(format!(
                    "there is no method {other:?}; known are {METHODS}"
                )));
            }
        };
        solved.raise(py)
    }
}

/// The start and the end of a span: a pair, or the end alone.
fn span(t: &Bound<'_, PyAny>) -> PyResult<(f64, f64)> {
    if let Ok(until) = t.extract::<f64>() {
        return Ok((0.0, until));
    }
    t.extract::<(f64, f64)>()
        .map_err(|_| PyTypeError::new_err("t must be the end of the span, or a pair (start, end)"))
}

#[pyfunction]
#[pyo3(signature = (arguments, ball, f, x0, t, v0, method, rtol, atol, dt, events, max_step, first_step, max_travel, stop_times))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn solve<'py>(
    py: Python<'py>,
    arguments: Arguments,
    ball: &HeavyBall,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    v0: Option<&Bound<'py, PyAny>>,
    method: &str,
    rtol: f64,
    atol: f64,
    dt: Option<f64>,
    events: Option<&Bound<'py, PyAny>>,
    max_step: Option<f64>,
    first_step: Option<f64>,
    max_travel: Option<f64>,
    stop_times: Option<&Bound<'py, PyAny>>,
) -> PyResult<Motion> {
    let f = potential(f)?;
    let start = vector("x0", x0)?;
    let dimension = start.len();
    let (from, until) = span(t)?;
    let stop_times = stop_times
        .map(|times| vector("stop_times", times))
        .transpose()?;
    let settings = Settings {
        method: method.to_owned(),
        rtol,
        atol,
        dt,
        max_step,
        first_step,
        max_travel,
        stop_times: stop_times.map_or_else(Vec::new, |times| times.as_slice().to_vec()),
    };
    let guard = Guarded::new(&f.get().kind);
    let watched = watched(events, &guard)?;
    let mut problem = Problem::new(ball.0, &guard, start)
        .with_start_time(from)
        .until(until);
    if let Some(v0) = v0 {
        problem = problem.with_velocity(vector("v0", v0)?);
    }
    let (trajectory, found) = settings.solve(py, &guard, &problem, &watched)?;
    let last = found.last().map(|(index, ..)| *index);
    let ended = last.filter(|index| watched.get(*index).is_some_and(|event| event.terminal));
    let count = watched.len();
    drop((problem, watched));
    Ok(Motion {
        trajectory,
        potential: f.unbind(),
        dimension,
        events: found,
        watched: count,
        ended,
        method: settings.method,
        arguments,
    })
}

type Rows<'py> = Bound<'py, PyArray2<f64>>;

impl Motion {
    /// The phase at each of these times.
    fn phases(&self, py: Python<'_>, times: &DVector<f64>) -> PyResult<Vec<Phase>> {
        let found: Result<_, Error> = times.iter().map(|time| self.trajectory.at(*time)).collect();
        found.raise(py)
    }

    fn found_at(&self, event: usize) -> impl Iterator<Item = &(usize, f64, Phase)> {
        self.events
            .iter()
            .filter(move |(index, ..)| *index == event)
    }
}

#[pymethods]
impl Motion {
    /// The times of the steps, shape (n,).
    #[getter]
    fn t<'py>(&self, py: Python<'py>) -> Bound<'py, PyArray1<f64>> {
        PyArray1::from_slice(py, self.trajectory.times())
    }

    /// The positions at those times, shape (n, d).
    #[getter]
    fn x<'py>(&self, py: Python<'py>) -> PyResult<Rows<'py>> {
        Ok(phase_rows(py, self.trajectory.states().iter(), self.dimension)?.0)
    }

    /// The momenta at those times, shape (n, d).
    #[getter]
    fn p<'py>(&self, py: Python<'py>) -> PyResult<Rows<'py>> {
        Ok(phase_rows(py, self.trajectory.states().iter(), self.dimension)?.1)
    }

    /// Positions over momenta at those times, shape (2d, n), as SciPy's solve_ivp has its states.
    #[getter]
    fn y<'py>(&self, py: Python<'py>) -> PyResult<Rows<'py>> {
        let states = self.trajectory.states();
        let mut values = Vec::with_capacity(2 * self.dimension * states.len());
        for coordinate in 0..self.dimension {
            values.extend(
                states
                    .iter()
                    .filter_map(|state| state.position.get(coordinate)),
            );
        }
        for coordinate in 0..self.dimension {
            values.extend(
                states
                    .iter()
                    .filter_map(|state| state.momentum.get(coordinate)),
            );
        }
        to_matrix(py, values, states.len())
    }

    /// Positions at the times t: shape (d,) for a number, (n, d) for n times.
    fn __call__<'py>(&self, py: Python<'py>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        Ok(self.at(py, t)?.0)
    }

    /// at(t)
    /// --
    ///
    /// Positions and momenta at the times t of the span: each (d,) for a number, (n, d) for n times.
    ///
    /// Raises SpanError for a time outside the span.
    fn at<'py>(
        &self,
        py: Python<'py>,
        t: &Bound<'py, PyAny>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyAny>)> {
        if let Ok(time) = t.extract::<f64>() {
            let phase = self.trajectory.at(time).raise(py)?;
            let position = to_array(py, &phase.position).into_any();
            return Ok((position, to_array(py, &phase.momentum).into_any()));
        }
        let phases = self.phases(py, &vector("t", t)?)?;
        let (positions, momenta) = phase_rows(py, phases.iter(), self.dimension)?;
        Ok((positions.into_any(), momenta.into_any()))
    }

    /// sol(t)
    /// --
    ///
    /// Positions over momenta at the times t: (2d,) for a number, (2d, n) for n times, as SciPy's sol.
    fn sol<'py>(&self, py: Python<'py>, t: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        let numpy = py.import("numpy")?;
        let (positions, momenta) = self.at(py, t)?;
        let joined = numpy.call_method1("concatenate", ((positions, momenta), -1))?;
        joined.getattr("T")
    }

    /// For each event the times at which it occurred.
    #[getter]
    fn t_events<'py>(&self, py: Python<'py>) -> Vec<Bound<'py, PyArray1<f64>>> {
        let times = |event| self.found_at(event).map(|(_, time, _)| *time).collect();
        (0..self.watched)
            .map(|event| PyArray1::from_vec(py, times(event)))
            .collect()
    }

    /// For each event the positions at which it occurred, shape (k, d).
    #[getter]
    fn x_events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Rows<'py>>> {
        let rows = |event| {
            phase_rows(
                py,
                self.found_at(event).map(|(.., phase)| phase),
                self.dimension,
            )
        };
        (0..self.watched).map(|event| Ok(rows(event)?.0)).collect()
    }

    /// For each event the momenta at which it occurred, shape (k, d).
    #[getter]
    fn p_events<'py>(&self, py: Python<'py>) -> PyResult<Vec<Rows<'py>>> {
        let rows = |event| {
            phase_rows(
                py,
                self.found_at(event).map(|(.., phase)| phase),
                self.dimension,
            )
        };
        (0..self.watched).map(|event| Ok(rows(event)?.1)).collect()
    }

    /// 1 if a terminal event ended the run, otherwise 0, as in SciPy.
    #[getter]
    fn status(&self) -> u8 {
        u8::from(self.ended.is_some())
    }

    /// How the run ended.
    #[getter]
    fn message(&self) -> String {
        match self.ended {
            Some(index) => format!("event {index} ended the run"),
            None => "the run reached the end of the span".to_owned(),
        }
    }

    /// True: what goes wrong is an exception.
    #[getter]
    fn success(&self) -> bool {
        true
    }

    /// Gradient evaluations, without those for dense output.
    #[getter]
    fn nfev(&self) -> usize {
        self.trajectory.gradients()
    }

    /// Accepted steps.
    #[getter]
    fn steps(&self) -> usize {
        self.trajectory.steps()
    }

    /// Rejected steps.
    #[getter]
    fn rejections(&self) -> usize {
        self.trajectory.rejections()
    }

    /// The longest step.
    #[getter]
    fn largest_step(&self) -> f64 {
        self.trajectory.largest_step()
    }

    /// The ball.
    #[getter]
    fn ball(&self) -> HeavyBall {
        HeavyBall(*self.trajectory.ball())
    }

    /// The method.
    #[getter]
    fn method(&self) -> &str {
        &self.method
    }

    fn __repr__(&self) -> String {
        let times = self.trajectory.times();
        let ends = times.first().zip(times.last());
        let (from, until) = ends.map_or((f64::NAN, f64::NAN), |(from, until)| (*from, *until));
        format!(
            "Motion(method={:?}, t=({from:?}, {until:?}), steps={}, nfev={}, d={})",
            self.method,
            self.trajectory.steps(),
            self.trajectory.gradients(),
            self.dimension
        )
    }

    fn _repr_html_(&self) -> String {
        let times = self.trajectory.times();
        let ends = times.first().zip(times.last());
        let (from, until) = ends.map_or((f64::NAN, f64::NAN), |(from, until)| (*from, *until));
        let rows = [
            ("method", self.method.clone()),
            ("span", format!("{from:?} to {until:?}")),
            ("steps", self.trajectory.steps().to_string()),
            ("rejections", self.trajectory.rejections().to_string()),
            ("gradients", self.trajectory.gradients().to_string()),
            ("end", self.message()),
        ];
        html_table("Motion", &rows)
    }

    /// A motion is pickled as the call that made it, and solved again to the same bits.
    fn __reduce__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyAny>, Arguments)> {
        let again = py.import("heavyball_ode")?.getattr("_solve_again")?;
        let (arguments, settings) = &self.arguments;
        Ok((
            again,
            (
                arguments.clone_ref(py),
                settings.as_ref().map(|settings| settings.clone_ref(py)),
            ),
        ))
    }
}
