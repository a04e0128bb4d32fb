//! Studies of limits: the errors of a family of runs as a small parameter tends to zero, and their orders.

use crate::arrays::{start, vector};
use crate::ball::HeavyBall;
use crate::convergence::convergence;
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::mapping::Discretization;
use crate::potential::{Kind, potential};
use heavyball::study::modified_equation::CorrectedFlow;
use heavyball::study::{
    Accelerated, IntegratorScheme, Limit, OptimizerScheme, Reading, Reference, Resolution, Rule,
    Scheme, Start,
};
use heavyball::{
    CentralLeapfrog, ConformalEuler, DriftKickEuler, Error, ExplicitEuler, Leapfrog, Problem,
    SymplecticEuler,
};
use nalgebra::Dyn;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// The values of the parameter, and when errors count.
#[derive(Debug)]
struct Family {
    values: Option<Vec<f64>>,
    since: Option<f64>,
    at_end: bool,
}

impl Family {
    fn new(values: Option<&Bound<'_, PyAny>>, since: Option<f64>, at_end: bool) -> PyResult<Self> {
        if since.is_some() && at_end {
            return Err(PyTypeError::new_err(
                "give since or at_end: errors count from a time on, or at the end",
            ));
        }
        let values = values.map(|values| vector("values", values)).transpose()?;
        Ok(Self {
            values: values.map(|values| values.as_slice().to_vec()),
            since,
            at_end,
        })
    }

    fn of<'p>(&self, mut limit: Limit<'p, Dyn>) -> Limit<'p, Dyn> {
        if let Some(values) = &self.values {
            limit = limit.with_values(values);
        }
        if let Some(since) = self.since {
            limit = limit.with_errors_since(since);
        }
        if self.at_end {
            limit = limit.with_error_at_end();
        }
        limit
    }
}

/// The value of a name, or a ValueError with the known names.
fn named<T: Copy>(argument: &str, name: &str, known: &[(&str, T)]) -> PyResult<T> {
    let found = known.iter().find(|(key, _)| *key == name);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let names: Vec<_> = known.iter().map(|(key, _)| *key).collect();
        PyValueError::new_err(format!(
            "there is no {argument} {name:?}; known are {}",
            names.join(", ")
        ))
    })
}

pub(crate) fn rule_named(name: &str) -> PyResult<Rule> {
    named("rule", name, &Rule::ALL.map(|rule| (rule.name(), rule)))
}

/// What is measured: a method of a fixed step, or a rule by a discretisation.
#[derive(Debug, Clone, Copy)]
enum Measured {
    Integrator(&'static str),
    Optimizer(OptimizerScheme, heavyball::Discretization),
}

const INTEGRATORS: [(&str, &str); 6] = [
    ("SymplecticEuler", "SymplecticEuler"),
    ("ExplicitEuler", "ExplicitEuler"),
    ("DriftKickEuler", "DriftKickEuler"),
    ("ConformalEuler", "ConformalEuler"),
    ("Leapfrog", "Leapfrog"),
    ("CentralLeapfrog", "CentralLeapfrog"),
];

type Field<'g> = &'g Guarded<'g>;

impl Measured {
    fn of(
        method: &Bound<'_, PyAny>,
        rule: Option<&str>,
        start: Option<&str>,
        reading: Option<&str>,
    ) -> PyResult<Self> {
        if let Ok(discretization) = method.extract::<Discretization>() {
            let start = named(
                "start",
                start.unwrap_or("matched"),
                &[
                    ("naive", Start::Naive),
                    ("matched", Start::Matched),
                    ("rest", Start::Rest),
                    ("rest_half_step_early", Start::RestHalfStepEarly),
                ],
            )?;
            let reading = named(
                "reading",
                reading.unwrap_or("central"),
                &[
                    ("central", Reading::Central),
                    ("one_sided", Reading::OneSided),
                ],
            )?;
            let rule = rule_named(rule.unwrap_or("Momentum"))?;
            let discretization = discretization.scheme();
            let scheme = OptimizerScheme::new(rule, discretization);
            let scheme = scheme.with_start(start).with_reading(reading);
            return Ok(Self::Optimizer(scheme, discretization));
        }
        let name: String = method.extract().map_err(|_| {
            PyTypeError::new_err(
                "method must be a Discretization, or the name of a method of a fixed step",
            )
        })?;
        if rule.is_some() || start.is_some() || reading.is_some() {
            return Err(PyTypeError::new_err(
                "rule, start and reading are for a Discretization: a method has its own",
            ));
        }
        named("method", &name, &INTEGRATORS).map(Self::Integrator)
    }

    fn scheme<'s, 'g: 's>(self) -> Box<dyn Scheme<Field<'g>, Dyn> + 's> {
        match self {
            Self::Optimizer(scheme, _) => Box::new(scheme),
            Self::Integrator("SymplecticEuler") => Box::new(IntegratorScheme(SymplecticEuler::new)),
            Self::Integrator("ExplicitEuler") => Box::new(IntegratorScheme(ExplicitEuler::new)),
            Self::Integrator("DriftKickEuler") => Box::new(IntegratorScheme(DriftKickEuler::new)),
            Self::Integrator("ConformalEuler") => Box::new(IntegratorScheme(ConformalEuler::new)),
            Self::Integrator("CentralLeapfrog") => Box::new(IntegratorScheme(CentralLeapfrog::new)),
            Self::Integrator(_) => Box::new(IntegratorScheme(Leapfrog::new)),
        }
    }
}

/// Measures on `kind` what `study` makes of it.
fn measured<'py>(
    py: Python<'py>,
    kind: &Kind,
    dimension: usize,
    study: impl FnOnce(&Guarded<'_>) -> Result<heavyball::study::Convergence, Error> + Send,
) -> PyResult<Bound<'py, PyAny>> {
    kind.check_dimension(dimension).raise(py)?;
    let table = Guarded::new(kind).run(py, study)?;
    convergence(py, &table.raise(py)?)
}

#[pyfunction]
#[pyo3(signature = (ball, f, x0, t, v0, method, rule, start_at, reading, reference, values, since, at_end))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn small_step<'py>(
    py: Python<'py>,
    ball: &HeavyBall,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: f64,
    v0: Option<&Bound<'py, PyAny>>,
    method: &Bound<'py, PyAny>,
    rule: Option<&str>,
    start_at: Option<&str>,
    reading: Option<&str>,
    reference: &str,
    values: Option<&Bound<'py, PyAny>>,
    since: Option<f64>,
    at_end: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let f = potential(f)?;
    let (position, velocity) = start(x0, "v0", v0)?;
    let method = Measured::of(method, rule, start_at, reading)?;
    let family = Family::new(values, since, at_end)?;
    let known = [
        ("ball", 0),
        ("effective_particle", 1),
        ("modified_equation", 2),
    ];
    let wanted = named("reference", reference, &known)?;
    if wanted > 0 && matches!(method, Measured::Integrator(_)) {
        return Err(PyTypeError::new_err(format!(
            "reference {reference:?} is that of a Discretization: a method of a fixed step is measured against \"ball\""
        )));
    }
    if wanted == 2 {
        let kind = &f.get().kind;
        kind.needs_hessian_product("the modified equation")?;
    }
    measured(py, &f.get().kind, position.len(), |guard| {
        let problem = Problem::new(ball.0, guard, position)
            .with_velocity(velocity)
            .until(t);
        let scheme = method.scheme();
        let mut limit = family.of(Limit::small_step(&problem, &*scheme));
        if let Measured::Optimizer(scheme, discretization) = method {
            limit = match wanted {
                1 => limit.with_reference(Reference::effective_particle(&problem, discretization)),
                2 => limit.with_reference(Reference::modified_equation(&problem, scheme)),
                _ => limit,
            };
        }
        limit.measure()
    })
}

#[pyfunction]
#[pyo3(signature = (drag, f, x0, t, v0, corrected, values, since, at_end))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn overdamped<'py>(
    py: Python<'py>,
    drag: f64,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: f64,
    v0: Option<&Bound<'py, PyAny>>,
    corrected: bool,
    values: Option<&Bound<'py, PyAny>>,
    since: Option<f64>,
    at_end: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let f = potential(f)?;
    let (position, velocity) = start(x0, "v0", v0)?;
    let family = Family::new(values, since, at_end)?;
    // The mass is replaced by those of the family.
    let ball = heavyball::HeavyBall::new(1.0, drag).raise(py)?;
    if corrected {
        let kind = &f.get().kind;
        kind.needs_hessian_product("the corrected flow")?;
    }
    measured(py, &f.get().kind, position.len(), |guard| {
        let problem = Problem::new(ball, guard, position.clone())
            .with_velocity(velocity.clone())
            .until(t);
        let mut limit = family.of(Limit::overdamped(&problem));
        if corrected {
            let flow = |mass| {
                let ball = heavyball::HeavyBall::new(mass, drag)?;
                CorrectedFlow::overdamped(guard, &ball)
            };
            let reference = Reference::corrected_flow(flow, position, velocity, t);
            limit = limit.with_reference(reference);
        }
        limit.measure()
    })
}

#[pyfunction]
#[pyo3(signature = (rule, beta, f, x0, t, corrected, values, since, at_end))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn small_rate<'py>(
    py: Python<'py>,
    rule: &str,
    beta: f64,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: f64,
    corrected: bool,
    values: Option<&Bound<'py, PyAny>>,
    since: Option<f64>,
    at_end: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let rule = rule_named(rule)?;
    let f = potential(f)?;
    let (position, rest) = start(x0, "v0", None)?;
    let family = Family::new(values, since, at_end)?;
    if corrected {
        let kind = &f.get().kind;
        kind.needs_hessian_product("the corrected flow")?;
    }
    measured(py, &f.get().kind, position.len(), |guard| {
        let mut limit = family.of(Limit::small_rate(rule, beta, guard, position.clone()).until(t));
        if corrected {
            let flow = move |alpha| match rule {
                Rule::Momentum => {
                    let rule = heavyball::Momentum::new(alpha, beta)?;
                    CorrectedFlow::momentum(guard, &rule)
                }
                Rule::Nesterov => {
                    let rule = heavyball::Nesterov::new(alpha, beta)?;
                    CorrectedFlow::nesterov(guard, &rule)
                }
            };
            limit = limit.with_reference(Reference::corrected_flow(flow, position, rest, t));
        }
        limit.measure()
    })
}

#[pyfunction]
#[pyo3(signature = (f, x0, t, rule, mu, friction, resolution, values, since, at_end))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn accelerated<'py>(
    py: Python<'py>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: f64,
    rule: &str,
    mu: Option<f64>,
    friction: Option<f64>,
    resolution: &str,
    values: Option<&Bound<'py, PyAny>>,
    since: Option<f64>,
    at_end: bool,
) -> PyResult<Bound<'py, PyAny>> {
    let rule = rule_named(rule)?;
    let method = match (mu, friction, rule) {
        (Some(mu), None, rule) => Accelerated::StronglyConvex { rule, mu },
        (None, Some(friction), Rule::Nesterov) => Accelerated::Schedule { friction },
        (None, Some(_), Rule::Momentum) => {
            return Err(PyTypeError::new_err(
                "friction is that of Nesterov's schedule: momentum needs mu",
            ));
        }
        _ => {
            return Err(PyTypeError::new_err(
                "give mu, for a fixed beta, or friction, for the schedule (k - 1)/(k + r - 1)",
            ));
        }
    };
    let known = [
        ("low", Resolution::Low),
        ("high_from_paper", Resolution::HighFromPaper),
        ("high_from_central", Resolution::HighFromCentral),
    ];
    let resolution = named("resolution", resolution, &known)?;
    let f = potential(f)?;
    let kind = &f.get().kind;
    if resolution != Resolution::Low {
        kind.needs_hessian_product("the high-resolution equation")?;
    }
    let position = vector("x0", x0)?;
    let family = Family::new(values, since, at_end)?;
    measured(py, kind, position.len(), |guard| {
        let limit = Limit::accelerated(method, guard, position, resolution).until(t);
        family.of(limit).measure()
    })
}
