//! A table of errors with its orders, as a Convergence of Python.

use heavyball::study::{Convergence, Order};
use numpy::PyArray1;
use pyo3::prelude::*;

/// The order of a power law: exponent and standard error if there are any, points, pairwise orders, start of rounding.
type Exponent<'py> = (
    Option<f64>,
    Option<f64>,
    usize,
    Bound<'py, PyArray1<f64>>,
    Option<f64>,
);

fn exponent<'py>(py: Python<'py>, order: &Order) -> Exponent<'py> {
    let pairwise = order.pairwise.iter();
    let pairwise = pairwise.map(|slope| slope.unwrap_or(f64::NAN)).collect();
    (
        order.fit.map(|fit| fit.order),
        order.fit.map(|fit| fit.standard_error),
        order.fit.map_or(0, |fit| fit.points),
        PyArray1::from_vec(py, pairwise),
        order.rounding,
    )
}

/// An Order of the package.
pub(crate) fn order<'py>(py: Python<'py>, order: &Order) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("heavyball_ode.convergence")?.getattr("Order")?;
    class.call1(exponent(py, order))
}

/// A Convergence of the package.
pub(crate) fn convergence<'py>(
    py: Python<'py>,
    table: &Convergence,
) -> PyResult<Bound<'py, PyAny>> {
    let title = table.title();
    let numbers = |values: Vec<f64>| PyArray1::from_vec(py, values);
    let rows = table.rows();
    let own = table.reference_error();
    let class = py
        .import("heavyball_ode.convergence")?
        .getattr("Convergence")?;
    class.call1((
        title.parameter.name(),
        title.reference.clone(),
        title.method.to_string(),
        title.start.to_string(),
        numbers(rows.iter().map(|row| row.parameter).collect()),
        numbers(rows.iter().map(|row| row.error.position).collect()),
        numbers(rows.iter().map(|row| row.error.velocity).collect()),
        order(py, table.position())?,
        order(py, table.velocity())?,
        (own.position, own.velocity),
        table.to_string(),
    ))
}
