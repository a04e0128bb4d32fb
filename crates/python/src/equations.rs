//! The equations behind the optimisers, solved: gradient flows, Nesterov's, the high-resolution and the modified ones.

use crate::arrays::{start, to_matrix, vector};
use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::followed::{BallRule, ball_rule};
use crate::guarded::Guarded;
use crate::limits::rule_named;
use crate::potential::{Kind, potential};
use heavyball::study::Rule;
use heavyball::study::modified_equation::{CorrectedFlow, HessianDamped, SymplecticEulerFlow};
use heavyball::{
    Dop853, Error, FirstOrderSystem, GradientFlow, HighResolution, NesterovFlow, SecondOrderSystem,
    Solution,
};
use nalgebra::{DVector, Dyn};
use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Position and velocity at each time.
type Path = Vec<(DVector<f64>, DVector<f64>)>;

type Arrays<'py> = (Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

type Columns<'py> = (Bound<'py, PyArray1<f64>>, Bound<'py, PyArray1<f64>>);

/// When the solution is wanted, and how accurately.
#[derive(Debug)]
pub(crate) struct Wanted {
    times: DVector<f64>,
    tolerances: (f64, f64),
}

impl Wanted {
    fn new(t: &Bound<'_, PyAny>, rtol: f64, atol: f64) -> PyResult<Self> {
        let times = vector("t", t)?;
        if times.is_empty() {
            return Err(PyValueError::new_err("t has no times"));
        }
        Ok(Self {
            times,
            tolerances: (rtol, atol),
        })
    }

    /// What `read` makes of the solution of `system` at the times.
    fn solve<S: FirstOrderSystem<Dyn>>(
        &self,
        system: &S,
        from: f64,
        state: DVector<f64>,
        read: impl Fn(f64, &DVector<f64>) -> Result<(DVector<f64>, DVector<f64>), Error>,
    ) -> Result<Path, Error> {
        let end = self.times.iter().copied().fold(from, f64::max);
        let solution: Solution<Dyn> = Dop853::new(self.tolerances.0, self.tolerances.1)
            .with_fine_output()
            .without_stiffness_test()
            .integrate(system, (from, end), state)?;
        let times = self.times.iter();
        times
            .map(|time| read(*time, &solution.at(*time)?))
            .collect()
    }

    fn second_order<S: SecondOrderSystem<Dyn>>(
        &self,
        system: S,
        from: f64,
        position: &DVector<f64>,
        velocity: &DVector<f64>,
    ) -> Result<Path, Error> {
        let system = system.in_phase_space(Dyn(position.len()));
        let state = system.state(position, velocity)?;
        self.solve(&system, from, state, |_, state| system.motion(state))
    }

    /// A flow in x alone, whose velocity is its right-hand side.
    fn flow<S: FirstOrderSystem<Dyn>>(
        &self,
        system: &S,
        position: DVector<f64>,
    ) -> Result<Path, Error> {
        self.solve(system, 0.0, position, |time, state| {
            let mut velocity = state.clone();
            system.derivative(time, state, &mut velocity);
            Ok((state.clone(), velocity))
        })
    }
}

/// Solves on `kind`, into arrays of positions and velocities.
fn solved<'py>(
    py: Python<'py>,
    kind: &Kind,
    dimension: usize,
    solve: impl FnOnce(&Guarded<'_>) -> Result<Path, Error> + Send,
) -> PyResult<Arrays<'py>> {
    kind.check_dimension(dimension).raise(py)?;
    let path = Guarded::new(kind).run(py, solve)?.raise(py)?;
    let (mut positions, mut velocities) = (Vec::new(), Vec::new());
    for (position, velocity) in &path {
        positions.extend_from_slice(position.as_slice());
        velocities.extend_from_slice(velocity.as_slice());
    }
    let positions = to_matrix(py, positions, dimension)?;
    Ok((positions, to_matrix(py, velocities, dimension)?))
}

#[pyfunction]
pub(crate) fn gradient_flow<'py>(
    py: Python<'py>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    drag: f64,
    rtol: f64,
    atol: f64,
) -> PyResult<Arrays<'py>> {
    let (f, wanted) = (potential(f)?, Wanted::new(t, rtol, atol)?);
    let position = vector("x0", x0)?;
    solved(py, &f.get().kind, position.len(), |guard| {
        wanted.flow(&GradientFlow::new(guard, drag)?, position)
    })
}

/// Whose first-order flow is corrected.
#[derive(Debug, Clone, Copy)]
enum Light {
    Ball(heavyball::HeavyBall),
    Rule(BallRule),
}

#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn corrected_flow<'py>(
    py: Python<'py>,
    of: &Bound<'py, PyAny>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    v0: Option<&Bound<'py, PyAny>>,
    rtol: f64,
    atol: f64,
) -> PyResult<Arrays<'py>> {
    let light = match of.cast::<HeavyBall>() {
        Ok(ball) => Light::Ball(ball.get().0),
        Err(_) => Light::Rule(ball_rule(of).map_err(|_| {
            PyTypeError::new_err("of must be a HeavyBall, a Momentum or a Nesterov")
        })?),
    };
    let (f, wanted) = (potential(f)?, Wanted::new(t, rtol, atol)?);
    f.get().kind.needs_hessian_product("the corrected flow")?;
    let (position, velocity) = start(x0, "v0", v0)?;
    solved(py, &f.get().kind, position.len(), |guard| {
        let flow = match light {
            Light::Ball(ball) => CorrectedFlow::overdamped(guard, &ball)?,
            Light::Rule(BallRule::Momentum(rule)) => CorrectedFlow::momentum(guard, &rule)?,
            Light::Rule(BallRule::Nesterov(rule)) => CorrectedFlow::nesterov(guard, &rule)?,
        };
        wanted.flow(&flow, flow.start(&position, &velocity)?)
    })
}

#[pyfunction]
pub(crate) fn nesterov_flow<'py>(
    py: Python<'py>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    friction: f64,
    rtol: f64,
    atol: f64,
) -> PyResult<Arrays<'py>> {
    let (f, wanted) = (potential(f)?, Wanted::new(t, rtol, atol)?);
    let (position, rest) = start(x0, "v0", None)?;
    solved(py, &f.get().kind, position.len(), |guard| {
        let flow = NesterovFlow::new(guard, friction)?;
        wanted.second_order(flow, 0.0, &position, &rest)
    })
}

#[pyfunction]
pub(crate) fn nesterov_flow_exact<'py>(
    py: Python<'py>,
    friction: u16,
    curvature: f64,
    t: &Bound<'py, PyAny>,
    x0: f64,
) -> PyResult<Columns<'py>> {
    let times = vector("t", t)?;
    let found: Result<Vec<(f64, f64)>, Error> = times
        .iter()
        .map(|time| NesterovFlow::exact(friction, curvature, *time, x0))
        .collect();
    let (x, u) = found.raise(py)?.into_iter().unzip();
    Ok((PyArray1::from_vec(py, x), PyArray1::from_vec(py, u)))
}

#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn high_resolution<'py>(
    py: Python<'py>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    s: f64,
    rule: &str,
    mu: Option<f64>,
    start_at: &str,
    rtol: f64,
    atol: f64,
) -> PyResult<Arrays<'py>> {
    let rule = rule_named(rule)?;
    if mu.is_none() && rule == Rule::Momentum {
        return Err(PyTypeError::new_err("the equation of momentum needs mu"));
    }
    let is_central = match start_at {
        "central" => true,
        "paper" => false,
        other => {
            return Err(PyValueError::new_err(format!(
                "there is no start {other:?}; known are central and paper"
            )));
        }
    };
    let (f, wanted) = (potential(f)?, Wanted::new(t, rtol, atol)?);
    let kind = &f.get().kind;
    if rule == Rule::Nesterov {
        kind.needs_hessian_product("the high-resolution equation")?;
    }
    let position = vector("x0", x0)?;
    solved(py, kind, position.len(), |guard| {
        let equation = match (mu, rule) {
            (Some(mu), Rule::Momentum) => HighResolution::heavy_ball(guard, mu, s)?,
            (Some(mu), Rule::Nesterov) => HighResolution::strongly_convex(guard, mu, s)?,
            (None, _) => HighResolution::convex(guard, s)?,
        };
        let velocity = if is_central {
            equation.second_order_start(&position)?
        } else {
            equation.paper_start(&position)?
        };
        let from = equation.start_time();
        wanted.second_order(equation, from, &position, &velocity)
    })
}

#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn hessian_damped<'py>(
    py: Python<'py>,
    rule: &Bound<'py, PyAny>,
    dt: f64,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    v0: Option<&Bound<'py, PyAny>>,
    rtol: f64,
    atol: f64,
) -> PyResult<Arrays<'py>> {
    let rule = ball_rule(rule)?;
    let (f, wanted) = (potential(f)?, Wanted::new(t, rtol, atol)?);
    f.get()
        .kind
        .needs_hessian_product("the modified equation")?;
    let (position, displacement) = start(x0, "v0", v0)?;
    solved(py, &f.get().kind, position.len(), |guard| {
        let equation = match rule {
            BallRule::Momentum(rule) => HessianDamped::momentum(guard, &rule, dt)?,
            BallRule::Nesterov(rule) => HessianDamped::nesterov(guard, &rule, dt)?,
        };
        let velocity = equation.start_velocity(&position, &displacement)?;
        wanted.second_order(equation, 0.0, &position, &velocity)
    })
}

#[pyfunction]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn symplectic_euler_flow<'py>(
    py: Python<'py>,
    ball: &HeavyBall,
    dt: f64,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    t: &Bound<'py, PyAny>,
    u0: Option<&Bound<'py, PyAny>>,
    rtol: f64,
    atol: f64,
) -> PyResult<Arrays<'py>> {
    let (f, wanted) = (potential(f)?, Wanted::new(t, rtol, atol)?);
    f.get()
        .kind
        .needs_hessian_product("the modified equation")?;
    let (position, velocity) = start(x0, "u0", u0)?;
    solved(py, &f.get().kind, position.len(), |guard| {
        let flow = SymplecticEulerFlow::new(guard, &ball.0, dt, Dyn(position.len()))?;
        let state = flow.state(&position, &velocity)?;
        wanted.solve(&flow, 0.0, state, |_, state| flow.phase(state))
    })
}
