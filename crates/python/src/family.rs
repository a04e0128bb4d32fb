//! The accelerated family with three coefficients, its named points, and the optimised gradient method.

use crate::errors::Raise as _;
use crate::html_table::html_table;
use crate::mapping::{ByName, by_name};
use crate::rules::{Arrays, iterates, iterating};
use heavyball::optimizers;
use numpy::PyArray2;
use pyo3::prelude::*;

/// Accelerated(alpha, beta, eta)
/// --
///
/// v₊ = βv − α∇f(x + ηv), x₊ = x + v₊: momentum for η = 0, Nesterov's rule for η = β.
///
/// >>> rule = Accelerated(0.04, 0.6, 0.6)
/// >>> bool(abs(rule.iterates(DoubleWell(), [0.5, 1.0], 9) - Nesterov(0.04, 0.6).iterates(DoubleWell(), [0.5, 1.0], 9)).max() < 1e-15)
/// True
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Accelerated(pub(crate) optimizers::Accelerated);

iterating!(Accelerated);

#[pymethods]
impl Accelerated {
    #[new]
    fn new(py: Python<'_>, alpha: f64, beta: f64, eta: f64) -> PyResult<Self> {
        optimizers::Accelerated::new(alpha, beta, eta)
            .raise(py)
            .map(Self)
    }

    /// quasi_hyperbolic(epsilon, beta, nu)
    /// --
    ///
    /// Quasi-hyperbolic momentum, b₊ = βb + (1 − β)g, θ₊ = θ − ε((1 − ν)g + νb₊); its θ is x + ηv.
    #[staticmethod]
    fn quasi_hyperbolic(py: Python<'_>, epsilon: f64, beta: f64, nu: f64) -> PyResult<Self> {
        optimizers::Accelerated::quasi_hyperbolic(epsilon, beta, nu)
            .raise(py)
            .map(Self)
    }

    /// to_quasi_hyperbolic()
    /// --
    ///
    /// (ε, β, ν) of quasi-hyperbolic momentum with the same iterates.
    #[allow(clippy::wrong_self_convention, reason = "pyo3 lends self")]
    fn to_quasi_hyperbolic(&self, py: Python<'_>) -> PyResult<(f64, f64, f64)> {
        self.0.to_quasi_hyperbolic().raise(py)
    }

    /// rate_on(mu, l)
    /// --
    ///
    /// The spectral radius on quadratics with curvatures in [μ, L].
    fn rate_on(&self, py: Python<'_>, mu: f64, l: f64) -> PyResult<f64> {
        self.0.rate_on(mu, l).raise(py)
    }

    /// is_stable_on(mu, l)
    /// --
    ///
    /// Whether every mode with a curvature in [μ, L] decays.
    fn is_stable_on(&self, py: Python<'_>, mu: f64, l: f64) -> PyResult<bool> {
        self.0.is_stable_on(mu, l).raise(py)
    }

    /// The learning rate α.
    #[getter]
    fn alpha(&self) -> f64 {
        self.0.alpha
    }

    /// The decay β.
    #[getter]
    fn beta(&self) -> f64 {
        self.0.beta
    }

    /// The look-ahead η.
    #[getter]
    fn eta(&self) -> f64 {
        self.0.eta
    }

    fn __repr__(&self) -> String {
        let optimizers::Accelerated {
            alpha, beta, eta, ..
        } = self.0;
        format!("Accelerated(alpha={alpha:?}, beta={beta:?}, eta={eta:?})")
    }

    fn _repr_html_(&self) -> String {
        let rows = [
            ("learning rate α", format!("{:?}", self.0.alpha)),
            ("decay β", format!("{:?}", self.0.beta)),
            ("look-ahead η", format!("{:?}", self.0.eta)),
        ];
        html_table("Accelerated", &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64, f64, f64)) {
        let rule = slf.get().0;
        let numbers = (rule.alpha, rule.beta, rule.eta);
        (slf.get_type().into_any(), numbers)
    }
}

/// A named point of the accelerated family for curvatures in [μ, L].
///
/// >>> Tuning.TripleMomentum.proved_rate(1.0, 25.0), Tuning.Polyak.proved_rate(1.0, 25.0)
/// (0.8, None)
#[pyclass(frozen, eq, eq_int, hash, module = "heavyball_ode")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Tuning {
    /// Gradient descent with α = 2/(L + μ).
    GradientDescent,
    /// Polyak's: nothing in the family is faster on quadratics.
    Polyak,
    /// Nesterov's constant scheme.
    Nesterov,
    /// Nesterov's rule where it is fastest on quadratics.
    NesterovOnQuadratics,
    /// The optimised gradient method where it is fastest on quadratics.
    OptimizedGradient,
    /// The fastest constant rule whose rate is proved for all smooth, strongly convex functions.
    TripleMomentum,
}

impl Tuning {
    fn tuning(self) -> optimizers::Tuning {
        match self {
            Self::GradientDescent => optimizers::Tuning::GradientDescent,
            Self::Polyak => optimizers::Tuning::Polyak,
            Self::Nesterov => optimizers::Tuning::Nesterov,
            Self::NesterovOnQuadratics => optimizers::Tuning::NesterovOnQuadratics,
            Self::OptimizedGradient => optimizers::Tuning::OptimizedGradient,
            Self::TripleMomentum => optimizers::Tuning::TripleMomentum,
        }
    }
}

#[pymethods]
impl Tuning {
    /// rule(mu, l)
    /// --
    ///
    /// The Accelerated for curvatures in [μ, L].
    fn rule(&self, py: Python<'_>, mu: f64, l: f64) -> PyResult<Accelerated> {
        self.tuning().rule(mu, l).raise(py).map(Accelerated)
    }

    /// rate_on_quadratics(mu, l)
    /// --
    ///
    /// Its spectral radius on quadratics with curvatures in [μ, L], in closed form.
    fn rate_on_quadratics(&self, py: Python<'_>, mu: f64, l: f64) -> PyResult<f64> {
        self.tuning().rate_on_quadratics(mu, l).raise(py)
    }

    /// proved_rate(mu, l)
    /// --
    ///
    /// The rate that is proved for every μ-strongly convex f with an L-Lipschitz gradient; None if there is none.
    fn proved_rate(&self, py: Python<'_>, mu: f64, l: f64) -> PyResult<Option<f64>> {
        self.tuning().proved_rate(mu, l).raise(py)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> PyResult<ByName<'py>> {
        by_name(slf.as_any(), &format!("{:?}", slf.get()))
    }
}

/// OptimizedGradient(l, iterations)
/// --
///
/// The optimised gradient method for a convex f whose gradient has the Lipschitz constant L, and a number of gradients that
/// is known beforehand: no method has a smaller worst case, bound.
///
/// >>> rule = OptimizedGradient(4.0, 10)
/// >>> end = rule.iterates(Quadratic([4.0]), [1.0])[-1]
/// >>> bool(abs(Quadratic([4.0]).value(end) / rule.bound(1.0) - 1) < 1e-13)
/// True
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OptimizedGradient {
    /// The Lipschitz constant L.
    #[pyo3(get)]
    l: f64,
    rule: optimizers::OptimizedGradient,
}

#[pymethods]
impl OptimizedGradient {
    #[new]
    fn new(py: Python<'_>, l: f64, iterations: usize) -> PyResult<Self> {
        let rule = optimizers::OptimizedGradient::new(l, iterations).raise(py)?;
        Ok(Self { l, rule })
    }

    /// The number of iterations N.
    #[getter]
    fn iterations(&self) -> usize {
        self.rule.iterations()
    }

    /// bound(distance)
    /// --
    ///
    /// The largest f(x_N) − f* for a start at this distance from the minimum, L distance²/(2θ_N²).
    fn bound(&self, distance: f64) -> f64 {
        self.rule.bound(distance)
    }

    /// iterates(f, x0)
    /// --
    ///
    /// Iterates 0 to N from x0: positions of shape (N + 1, d), the points of the gradients.
    fn iterates<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let n = self.rule.iterations();
        Ok(iterates(py, &self.rule, f, (x0, None), n, false)?.0)
    }

    fn __repr__(&self) -> String {
        format!(
            "OptimizedGradient(l={:?}, iterations={})",
            self.l,
            self.iterations()
        )
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, (f64, usize)) {
        let own = slf.get();
        (slf.get_type().into_any(), (own.l, own.iterations()))
    }
}
