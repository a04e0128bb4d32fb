//! Stability and rate of the rules on quadratics, and their fastest coefficients.

use crate::errors::Raise as _;
use crate::rules::{GradientDescent, Momentum, Nesterov};
use heavyball::study::stability::Stability;
use pyo3::prelude::*;

/// A Stability of the package.
fn report<'py>(py: Python<'py>, found: &Stability) -> PyResult<Bound<'py, PyAny>> {
    let class = py.import("heavyball_ode.stability")?.getattr("Stability")?;
    let [mu, l] = found.curvatures;
    class.call1((
        found.recursion.to_string(),
        found.alpha,
        found.beta,
        mu,
        l,
        found.rate,
        found.is_stable(),
        found.slowest,
        found.damping.name(),
        found.largest_alpha,
        found.iterations_per_digit(),
        found.to_string(),
    ))
}

macro_rules! on_quadratics {
    ($($rule:ident: $optimal:literal),+) => {$(
        #[pymethods]
        impl $rule {
            #[doc = concat!("optimal(mu, l)\n--\n\n", $optimal)]
            ///
            /// Raises ParameterError unless both are positive, RuleError if mu > l.
            #[staticmethod]
            fn optimal(py: Python<'_>, mu: f64, l: f64) -> PyResult<Self> {
                heavyball::$rule::optimal(mu, l).raise(py).map(Self)
            }

            /// stability(mu, l=None)
            /// --
            ///
            /// Whether the rule is stable on curvatures between mu and l, how fast, and up to which α: a Stability.
            #[pyo3(signature = (mu, l = None))]
            fn stability<'py>(
                &self,
                py: Python<'py>,
                mu: f64,
                l: Option<f64>,
            ) -> PyResult<Bound<'py, PyAny>> {
                let found = self.0.stability_on(mu, l.unwrap_or(mu)).raise(py)?;
                report(py, &found)
            }
        }
    )+};
}

on_quadratics!(
    GradientDescent: "The fastest α for curvatures between mu and l: 2/(L + μ).",
    Momentum: "Polyak's (α, β), the fastest for curvatures between mu and l: 4/(√L + √μ)², ((√κ − 1)/(√κ + 1))², κ = L/μ.",
    Nesterov: "The fastest (α, β) for curvatures between mu and l: 4/(3L + μ), (√(3κ + 1) − 2)/(√(3κ + 1) + 2), κ = L/μ."
);

#[pymethods]
impl Nesterov {
    /// standard(mu, l)
    /// --
    ///
    /// Nesterov's own choice for curvatures between mu and l: α = 1/L, β = (√κ − 1)/(√κ + 1), κ = L/μ.
    ///
    /// It converges on every function with such curvatures, not only on quadratics. Raises as optimal does.
    #[staticmethod]
    fn standard(py: Python<'_>, mu: f64, l: f64) -> PyResult<Self> {
        heavyball::Nesterov::standard(mu, l).raise(py).map(Self)
    }
}
