//! Events: what a run notes, and where it stops.

use crate::guarded::Guarded;
use crate::html_table::html_table;
use heavyball::events::{CoordinateLevel, Crossing, EnergyLevel, Event, Settled, TurningPoint};
use heavyball::{HeavyBall, Phase};
use nalgebra::Dyn;
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use std::fmt;

/// An event that the library knows, made by TurningPoint, CoordinateLevel, EnergyLevel and Settled.
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct BuiltInEvent {
    name: String,
    numbers: Vec<f64>,
    direction: f64,
    /// Whether the run ends at the event.
    #[pyo3(get)]
    terminal: bool,
}

fn crossing(direction: f64) -> Crossing {
    if direction > 0.0 {
        Crossing::Rising
    } else if direction < 0.0 {
        Crossing::Falling
    } else {
        Crossing::Either
    }
}

fn index(value: f64) -> PyResult<usize> {
    if value >= 0.0 && value.fract() == 0.0 && value < 1e9 {
        return Ok(value as usize);
    }
    Err(PyValueError::new_err(format!(
        "coordinate must be a whole number from 0 on, but it is {value}"
    )))
}

#[pymethods]
impl BuiltInEvent {
    #[new]
    fn new(name: &str, numbers: Vec<f64>, direction: f64, terminal: bool) -> PyResult<Self> {
        let event = Self {
            name: name.to_owned(),
            numbers,
            direction,
            terminal,
        };
        event.made::<&Guarded<'_>>()?;
        Ok(event)
    }

    fn __repr__(&self) -> String {
        let numbers: Vec<_> = self.numbers.iter().map(|x| format!("{x:?}")).collect();
        format!(
            "{}({}, terminal={})",
            self.name,
            numbers.join(", "),
            if self.terminal { "True" } else { "False" }
        )
    }

    fn _repr_html_(&self) -> String {
        html_table("Event", &[("", self.__repr__())])
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> (Bound<'py, PyAny>, (String, Vec<f64>, f64, bool)) {
        let own = slf.get();
        let arguments = (
            own.name.clone(),
            own.numbers.clone(),
            own.direction,
            own.terminal,
        );
        (slf.get_type().into_any(), arguments)
    }
}

impl BuiltInEvent {
    fn made<'e, P>(&self) -> PyResult<Box<dyn Event<P, Dyn> + Send + Sync + 'e>>
    where
        P: heavyball::Potential<f64, Dyn> + 'e,
    {
        let invalid =
            |error: heavyball::Error| Python::attach(|py| crate::errors::exception(py, &error));
        Ok(match (self.name.as_str(), self.numbers.as_slice()) {
            ("TurningPoint", [coordinate]) => Box::new(TurningPoint::new(index(*coordinate)?)),
            ("CoordinateLevel", [coordinate, value]) => {
                let crossing = crossing(self.direction);
                let level = CoordinateLevel::new(index(*coordinate)?, *value, crossing);
                Box::new(level.map_err(invalid)?)
            }
            ("EnergyLevel", [value]) => Box::new(EnergyLevel::new(*value).map_err(invalid)?),
            ("Settled", [gradient, momentum]) => {
                Box::new(Settled::new(*gradient, *momentum).map_err(invalid)?)
            }
            (name, _) => {
                return Err(PyTypeError::new_err(format!(
                    "there is no event {name} of these numbers"
                )));
            }
        })
    }
}

/// A Python callable g(t, x, p) whose sign changes.
struct CallableEvent<'g> {
    function: Py<PyAny>,
    crossing: Crossing,
    guard: &'g Guarded<'g>,
}

impl fmt::Debug for CallableEvent<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("CallableEvent").finish_non_exhaustive()
    }
}

impl<P> Event<P, Dyn> for CallableEvent<'_> {
    fn root(&self, time: f64, _: &HeavyBall, _: &P, phase: &Phase<f64>) -> f64 {
        if self.guard.has_failed() {
            return f64::NAN;
        }
        let call = |py: Python<'_>| -> PyResult<f64> {
            let position = PyArray1::from_slice(py, phase.position.as_slice());
            let momentum = PyArray1::from_slice(py, phase.momentum.as_slice());
            let found = self.function.bind(py).call1((time, position, momentum))?;
            found
                .extract::<f64>()
                .map_err(|_| PyTypeError::new_err("an event must return a number"))
        };
        Python::attach(call).unwrap_or_else(|error| {
            self.guard.fail(error);
            f64::NAN
        })
    }

    fn crossing(&self) -> Crossing {
        self.crossing
    }
}

/// An event of a run, and whether the run ends at it.
pub(crate) struct Watched<'g> {
    pub(crate) event: Box<dyn Event<&'g Guarded<'g>, Dyn> + Send + Sync + 'g>,
    pub(crate) terminal: bool,
}

/// The events of a run: one, or a list of them.
pub(crate) fn watched<'g>(
    events: Option<&Bound<'_, PyAny>>,
    guard: &'g Guarded<'g>,
) -> PyResult<Vec<Watched<'g>>> {
    let Some(events) = events.filter(|events| !events.is_none()) else {
        return Ok(Vec::new());
    };
    let list: Vec<Bound<'_, PyAny>> =
        if events.is_callable() || events.cast::<BuiltInEvent>().is_ok() {
            vec![events.clone()]
        } else {
            events.try_iter()?.collect::<PyResult<_>>()?
        };
    list.iter().map(|event| one(event, guard)).collect()
}

fn one<'g>(event: &Bound<'_, PyAny>, guard: &'g Guarded<'g>) -> PyResult<Watched<'g>> {
    if let Ok(built_in) = event.cast::<BuiltInEvent>() {
        let built_in = built_in.get();
        return Ok(Watched {
            event: built_in.made()?,
            terminal: built_in.terminal,
        });
    }
    if !event.is_callable() {
        return Err(PyTypeError::new_err(format!(
            "events must be callables g(t, x, p), or TurningPoint, CoordinateLevel, EnergyLevel and Settled, but one is {}",
            event.get_type().name()?
        )));
    }
    let direction = match event.getattr("direction") {
        Ok(direction) => direction.extract::<f64>()?,
        Err(_) => 0.0,
    };
    let terminal = match event.getattr("terminal") {
        Ok(terminal) => terminal.is_truthy()?,
        Err(_) => false,
    };
    Ok(Watched {
        event: Box::new(CallableEvent {
            function: event.clone().unbind(),
            crossing: crossing(direction),
            guard,
        }),
        terminal,
    })
}
