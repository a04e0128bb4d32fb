//! The mapping between a particle (m, γ) with step Δt and a rule (α, β).

use crate::arrays::{to_array, vector};
use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::html_table::html_table;
use crate::potential::{Source, potential};
use heavyball::Gauge;
use nalgebra::DVector;
use numpy::PyArray1;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// How the heavy-ball equation is cut into steps: one row of the table of the mapping.
#[pyclass(frozen, eq, eq_int, hash, from_py_object, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Discretization {
    /// Drag at the old velocity: symplectic Euler, Sutskever's update. β = 1 − z, α = q, z = γΔt/m, q = Δt²/m.
    ExplicitDrag,
    /// Drag at the new velocity. β = 1/(1 + z), α = q/(1 + z).
    ImplicitDrag,
    /// Exact damping, kick, drift. β = e⁻ᶻ, α = q.
    DampKickDrift,
    /// Kick, exact damping, drift. β = e⁻ᶻ, α = qe⁻ᶻ.
    KickDampDrift,
    /// Kick under exact drag, drift. β = e⁻ᶻ, α = q(1 − e⁻ᶻ)/z.
    ExponentialDrag,
    /// Central difference for the drag, order 2. β = (1 − z/2)/(1 + z/2), α = q/(1 + z/2).
    CentralDrag,
    /// Half damping, half kick, drift, half kick, half damping, order 2. β = e⁻ᶻ, α = q(1 + e⁻ᶻ)/2.
    Obabo,
    /// Half kick, half damping, drift, half damping, half kick, order 2. β = e⁻ᶻ, α = qe^(−z/2).
    Boaob,
}

/// What pickle calls, with the class and the name.
pub(crate) type ByName<'py> = (Bound<'py, PyAny>, (Bound<'py, PyAny>, String));

impl Discretization {
    pub(crate) fn scheme(self) -> heavyball::Discretization {
        match self {
            Self::ExplicitDrag => heavyball::Discretization::ExplicitDrag,
            Self::ImplicitDrag => heavyball::Discretization::ImplicitDrag,
            Self::DampKickDrift => heavyball::Discretization::DampKickDrift,
            Self::KickDampDrift => heavyball::Discretization::KickDampDrift,
            Self::ExponentialDrag => heavyball::Discretization::ExponentialDrag,
            Self::CentralDrag => heavyball::Discretization::CentralDrag,
            Self::Obabo => heavyball::Discretization::Obabo,
            Self::Boaob => heavyball::Discretization::Boaob,
        }
    }
}

#[pymethods]
impl Discretization {
    /// The order to which the rule follows the particle.
    #[getter]
    fn order(&self) -> usize {
        self.scheme().order()
    }

    /// coefficients(ball, dt)
    /// --
    ///
    /// (α, β) of the particle at step dt. Raises MappingError where there is no β in (−1, 1].
    fn coefficients(&self, py: Python<'_>, ball: &HeavyBall, dt: f64) -> PyResult<(f64, f64)> {
        self.scheme().coefficients(&ball.0, dt).raise(py)
    }

    /// particle(alpha, beta, mass=None, dt=None, drag=None)
    /// --
    ///
    /// The ball and the step of (α, β), for the one of mass, dt and drag that is given.
    #[pyo3(signature = (alpha, beta, *, mass = None, dt = None, drag = None))]
    fn particle(
        &self,
        py: Python<'_>,
        alpha: f64,
        beta: f64,
        mass: Option<f64>,
        dt: Option<f64>,
        drag: Option<f64>,
    ) -> PyResult<(HeavyBall, f64)> {
        let gauge = gauge(mass, dt, drag)?;
        let (ball, dt) = self.scheme().particle(alpha, beta, gauge).raise(py)?;
        Ok((HeavyBall(ball), dt))
    }

    /// effective_particle(ball, dt)
    /// --
    ///
    /// The ball whose central differences the rule satisfies exactly.
    fn effective_particle(&self, py: Python<'_>, ball: &HeavyBall, dt: f64) -> PyResult<HeavyBall> {
        let effective = self.scheme().effective_particle(&ball.0, dt);
        effective.raise(py).map(HeavyBall)
    }

    fn _repr_html_(&self) -> String {
        let (beta, alpha) = match self {
            Self::ExplicitDrag => ("1 − z", "q"),
            Self::ImplicitDrag => ("1/(1 + z)", "q/(1 + z)"),
            Self::DampKickDrift => ("e⁻ᶻ", "q"),
            Self::KickDampDrift => ("e⁻ᶻ", "qe⁻ᶻ"),
            Self::ExponentialDrag => ("e⁻ᶻ", "q(1 − e⁻ᶻ)/z"),
            Self::CentralDrag => ("(1 − z/2)/(1 + z/2)", "q/(1 + z/2)"),
            Self::Obabo => ("e⁻ᶻ", "q(1 + e⁻ᶻ)/2"),
            Self::Boaob => ("e⁻ᶻ", "qe^(−z/2)"),
        };
        let rows = [
            ("α", alpha.to_owned()),
            ("β", beta.to_owned()),
            ("order", self.order().to_string()),
            ("with", "z = γΔt/m, q = Δt²/m".to_owned()),
        ];
        html_table(&format!("{self:?}"), &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<ByName<'py>> {
        by_name(slf.as_any(), &format!("{:?}", slf.get()))
    }
}

/// What pickle calls for a member of an enumeration.
pub(crate) fn by_name<'py>(member: &Bound<'py, PyAny>, name: &str) -> PyResult<ByName<'py>> {
    let getattr = member.py().import("builtins")?.getattr("getattr")?;
    Ok((getattr, (member.get_type().into_any(), name.to_owned())))
}

/// The one of the three that is given.
pub(crate) fn gauge(mass: Option<f64>, dt: Option<f64>, drag: Option<f64>) -> PyResult<Gauge> {
    match (mass, dt, drag) {
        (Some(mass), None, None) => Ok(Gauge::Mass(mass)),
        (None, Some(dt), None) => Ok(Gauge::Step(dt)),
        (None, None, Some(drag)) => Ok(Gauge::Drag(drag)),
        _ => Err(PyTypeError::new_err(
            "give one of mass, dt and drag: alpha and beta determine the other two",
        )),
    }
}

/// rescaled(discretization, alpha, beta, factor)
/// --
///
/// (α, β) of the same particle at `factor` times the step.
#[pyfunction]
pub(crate) fn rescaled(
    py: Python<'_>,
    discretization: Discretization,
    alpha: f64,
    beta: f64,
    factor: f64,
) -> PyResult<(f64, f64)> {
    discretization
        .scheme()
        .rescaled(alpha, beta, factor)
        .raise(py)
}

/// start_velocity(discretization, ball, dt, f, x0, u0)
/// --
///
/// The v₀ of a rule for a particle that starts at x0 with velocity u0, so that the iterates keep the order of the
/// discretisation. Shapes (d,).
#[pyfunction]
pub(crate) fn start_velocity<'py>(
    py: Python<'py>,
    discretization: Discretization,
    ball: &HeavyBall,
    dt: f64,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    u0: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let f = potential(f)?;
    let (position, velocity) = (vector("x0", x0)?, vector("u0", u0)?);
    if position.len() != velocity.len() {
        return Err(PyValueError::new_err(format!(
            "u0 must have the length {} of x0, but it has {}",
            position.len(),
            velocity.len()
        )));
    }
    let kind = &f.get().kind;
    kind.check_dimension(position.len()).raise(py)?;
    let mut gradient = DVector::zeros(position.len());
    match kind.source() {
        Source::Catalogue(potential) => potential.gradient(&position, &mut gradient),
        Source::Function(function) => function.write_gradient(py, &position, &mut gradient)?,
    }
    let start = discretization
        .scheme()
        .start_velocity(&ball.0, dt, &velocity, &gradient);
    Ok(to_array(py, &start.raise(py)?))
}
