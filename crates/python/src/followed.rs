//! Which equations an optimiser follows.

use crate::arrays::vector;
use crate::convergence::{convergence, order};
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::potential::potential;
use crate::rules::{Momentum, Nesterov};
use heavyball::study::Followed;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;

/// The rules that a ball becomes.
#[derive(Debug, Clone, Copy)]
pub(crate) enum BallRule {
    Momentum(heavyball::Momentum),
    Nesterov(heavyball::Nesterov),
}

/// Momentum or Nesterov's rule, or a TypeError.
pub(crate) fn ball_rule(object: &Bound<'_, PyAny>) -> PyResult<BallRule> {
    if let Ok(rule) = object.cast::<Momentum>() {
        return Ok(BallRule::Momentum(rule.get().0));
    }
    if let Ok(rule) = object.cast::<Nesterov>() {
        return Ok(BallRule::Nesterov(rule.get().0));
    }
    Err(PyTypeError::new_err(format!(
        "rule must be a Momentum or a Nesterov, but it is {}",
        object.get_type().name()?
    )))
}

/// The equations with their orders and residuals: (Δt, equations, text).
#[pyfunction]
pub(crate) fn followed<'py>(
    py: Python<'py>,
    rule: &Bound<'py, PyAny>,
    f: &Bound<'py, PyAny>,
    x0: &Bound<'py, PyAny>,
    n: u32,
) -> PyResult<(f64, Vec<Bound<'py, PyAny>>, String)> {
    let rule = ball_rule(rule)?;
    let f = potential(f)?;
    let kind = &f.get().kind;
    if let BallRule::Nesterov(_) = rule {
        kind.needs_hessian_product("the equation of Nesterov's rule")?;
    }
    let start = vector("x0", x0)?;
    kind.check_dimension(start.len()).raise(py)?;
    let guard = Guarded::new(kind);
    let found = guard.run(py, |guard| match rule {
        BallRule::Momentum(rule) => Followed::by_momentum(&rule, guard, start, n),
        BallRule::Nesterov(rule) => Followed::by_nesterov(&rule, guard, start, n),
    })?;
    let found = found.raise(py)?;
    let class = py.import("heavyball_ode.followed")?.getattr("Equation")?;
    let equations: PyResult<Vec<_>> = found
        .equations()
        .iter()
        .map(|row| {
            class.call1((
                row.equation.clone(),
                row.read_at.to_string(),
                row.parameter().name(),
                order(py, row.order())?,
                order(py, row.velocity_order())?,
                row.residual(),
                convergence(py, &row.table)?,
            ))
        })
        .collect();
    Ok((found.dt(), equations?, found.to_string()))
}
