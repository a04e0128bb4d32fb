//! Sgd: the optimiser line of a framework, run as the framework runs it.

use crate::arrays::{room, start, to_matrix};
use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::frameworks::convention;
use crate::guarded::Guarded;
use crate::html_table::html_table;
use crate::mapping::{Discretization, gauge};
use crate::potential::potential;
use crate::rules::{Momentum, Nesterov};
use crate::schedule::{Listed, values};
use heavyball::Error;
use heavyball::error::FrameworkError;
use heavyball::frameworks::{self, Clipping, Convention, RateChange, SgdState, WeightDecay};
use nalgebra::DVector;
use numpy::PyArray2;
use pyo3::IntoPyObjectExt as _;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

/// Sgd(framework, learning_rate, momentum, nesterov=False, dampening=None, weight_decay=0.0, decoupled=None,
///     clip_norm=None, clip_value=None, maximize=False)
/// --
///
/// An optimiser line of "pytorch", "optax", "keras", "flux", "mlx", "burn", "exponential_average", "two_step" or
/// "sutskever", with the framework's own dampening unless one is given.
///
/// weight_decay adds λx to the gradient; decoupled, it takes ηλx from the parameter. The default is the framework's own:
/// decoupled in "keras", and only "optax" and "sutskever" have both. clip_norm or clip_value bounds the gradient, and
/// maximize climbs where the framework can, in "pytorch" and "optax".
///
/// Raises FrameworkError for what the framework refuses, ParameterError and RuleError for the numbers.
///
/// >>> print(Sgd("burn", 0.1, 0.9).translated("pytorch"))
/// torch.optim.SGD(params, lr=0.09000000000000001, momentum=0.9)
#[pyclass(frozen, eq, module = "heavyball_ode")]
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sgd {
    /// The framework.
    #[pyo3(get)]
    framework: String,
    line: frameworks::Sgd,
}

type State = SgdState<f64, nalgebra::Dyn>;
type Arrays<'py> = (Bound<'py, PyArray2<f64>>, Option<Bound<'py, PyArray2<f64>>>);

/// What a run keeps when the rate changes.
fn kept(name: &str) -> PyResult<RateChange> {
    match name {
        "buffer" => Ok(RateChange::KeepBuffer),
        "velocity" => Ok(RateChange::KeepVelocity),
        "rescaled_velocity" => Ok(RateChange::RescaleVelocity),
        _ => Err(PyValueError::new_err(format!(
            "there is no keep {name:?}; known are buffer, velocity and rescaled_velocity"
        ))),
    }
}

impl Sgd {
    #[allow(clippy::too_many_arguments, reason = "those of the Python function")]
    fn run<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        buffer: Option<&Bound<'py, PyAny>>,
        (learning_rates, momenta): (Option<&Bound<'py, PyAny>>, Option<&Bound<'py, PyAny>>),
        keep: &str,
        with_buffers: bool,
    ) -> PyResult<Arrays<'py>> {
        let f = potential(f)?;
        let kind = &f.get().kind;
        let (parameter, given) = start(x0, "buffer", buffer)?;
        let dimension = parameter.len();
        kind.check_dimension(dimension).raise(py)?;
        let keep = kept(keep)?;
        let rates = learning_rates.map(|rates| values("learning_rates", rates, n));
        let rates = rates.transpose()?;
        let momenta = momenta.map(|momenta| values("momenta", momenta, n));
        let momenta = momenta.transpose()?;
        if momenta.is_some() && keep != RateChange::KeepBuffer {
            return Err(PyValueError::new_err(
                "momenta change as the frameworks change them, with keep=\"buffer\"",
            ));
        }
        let count = n.saturating_add(1).saturating_mul(dimension);
        let mut parameters = room(count)?;
        let mut buffers = if with_buffers {
            room(count)?
        } else {
            Vec::new()
        };
        let state = SgdState {
            parameter,
            buffer: buffer.map(|_| given),
        };
        let guard = Guarded::new(kind);
        let outcome = guard.run(py, |guard| -> Result<(), Error> {
            let mut write = |parameter: &DVector<f64>, state: &dyn Fn() -> State| {
                parameters.extend_from_slice(parameter.as_slice());
                if with_buffers {
                    let none = || DVector::from_element(dimension, f64::NAN);
                    let buffer = state().buffer.unwrap_or_else(none);
                    buffers.extend_from_slice(buffer.as_slice());
                }
            };
            if keep == RateChange::KeepBuffer && (rates.is_some() || momenta.is_some()) {
                let constant = |value: f64| vec![value; n];
                let rates = rates.unwrap_or_else(|| constant(self.learning_rate()));
                let momenta = momenta.unwrap_or_else(|| constant(self.momentum()));
                let line = self
                    .line
                    .scheduled(Listed(rates.into()), Listed(momenta.into()));
                let mut run = line.resume(guard, state, 0);
                for _ in 0..=n {
                    let Some(parameter) = run.advance().cloned() else {
                        return run.failure().map_or(Ok(()), |error| Err(error.clone()));
                    };
                    write(&parameter, &|| run.state());
                }
                return Ok(());
            }
            let mut run = self.line.resume(guard, state);
            for k in 0..=n {
                if let Some(rates) = &rates
                    && let Some(rate) = k.checked_sub(1).and_then(|before| rates.get(before))
                    && rate != run.sgd().learning_rate()
                {
                    run.change_learning_rate(*rate, keep)?;
                }
                let Some(parameter) = run.advance().cloned() else {
                    return run.failure().map_or(Ok(()), |error| Err(error.clone()));
                };
                write(&parameter, &|| run.state());
            }
            Ok(())
        })?;
        outcome.raise(py)?;
        let buffers = with_buffers.then(|| to_matrix(py, buffers, dimension));
        Ok((to_matrix(py, parameters, dimension)?, buffers.transpose()?))
    }

    fn of(framework: &str, line: frameworks::Sgd) -> Self {
        Self {
            framework: framework.to_owned(),
            line,
        }
    }
}

#[pymethods]
impl Sgd {
    #[new]
    #[pyo3(signature = (
        framework, learning_rate, momentum, nesterov = false, dampening = None, weight_decay = 0.0, decoupled = None,
        clip_norm = None, clip_value = None, maximize = false
    ))]
    #[allow(clippy::too_many_arguments, reason = "those of the Python class")]
    fn new(
        py: Python<'_>,
        framework: &str,
        learning_rate: f64,
        momentum: f64,
        nesterov: bool,
        dampening: Option<f64>,
        weight_decay: f64,
        decoupled: Option<bool>,
        clip_norm: Option<f64>,
        clip_value: Option<f64>,
        maximize: bool,
    ) -> PyResult<Self> {
        let convention = convention(framework, nesterov, dampening)?;
        let is_keras = matches!(convention, Convention::Keras { .. });
        let decay = if decoupled.unwrap_or(is_keras) {
            WeightDecay::Decoupled(weight_decay)
        } else {
            WeightDecay::Coupled(weight_decay)
        };
        let line = frameworks::Sgd::new(convention, learning_rate, momentum)
            .and_then(|line| line.with_weight_decay(decay))
            .and_then(|line| line.with_maximize(maximize));
        let clipping = match (clip_norm, clip_value) {
            (None, None) => None,
            (Some(bound), None) => Some(Clipping::norm(bound)),
            (None, Some(bound)) => Some(Clipping::value(bound)),
            (Some(_), Some(_)) => {
                return Err(PyValueError::new_err(
                    "a line clips by clip_norm or by clip_value; leave one out",
                ));
            }
        };
        let line = match clipping {
            None => line,
            Some(clipping) => line.and_then(|line| Ok(line.with_clipping(clipping?))),
        };
        Ok(Self::of(framework, line.raise(py)?))
    }

    /// The learning rate η, as the framework takes it.
    #[getter]
    fn learning_rate(&self) -> f64 {
        *self.line.learning_rate()
    }

    /// The momentum μ.
    #[getter]
    fn momentum(&self) -> f64 {
        *self.line.momentum()
    }

    /// The dampening τ.
    #[getter]
    fn dampening(&self) -> f64 {
        self.line.convention().dampening()
    }

    /// Whether it is Nesterov's variant.
    #[getter]
    fn nesterov(&self) -> bool {
        self.line.convention().is_nesterov()
    }

    /// The weight decay λ.
    #[getter]
    fn weight_decay(&self) -> f64 {
        let decay = self.line.weight_decay();
        decay.map_or(0.0, |decay| *decay.coefficient())
    }

    /// Whether the weight decay is decoupled from the gradient.
    #[getter]
    fn decoupled(&self) -> bool {
        self.line
            .weight_decay()
            .is_some_and(WeightDecay::is_decoupled)
    }

    /// The bound on the norm of the gradient.
    #[getter]
    fn clip_norm(&self) -> Option<f64> {
        let clipping = self.line.clipping();
        clipping
            .filter(|clipping| clipping.is_by_norm())
            .map(|clipping| *clipping.bound())
    }

    /// The bound on each component of the gradient.
    #[getter]
    fn clip_value(&self) -> Option<f64> {
        let clipping = self.line.clipping();
        clipping
            .filter(|clipping| !clipping.is_by_norm())
            .map(|clipping| *clipping.bound())
    }

    /// Whether it climbs.
    #[getter]
    fn maximize(&self) -> bool {
        self.line.is_maximizing()
    }

    /// The stiffness k of the spring that the weight decay is: λ, or (1 − μ)λ if it is decoupled.
    #[getter]
    fn spring(&self) -> f64 {
        self.line.spring()
    }

    /// The framework's name for its buffer.
    #[getter]
    fn buffer_name(&self) -> &'static str {
        self.line.convention().buffer_name()
    }

    /// translated(framework, dampening=None)
    /// --
    ///
    /// The line of another framework with the same iterates, without dampening unless it is given. Weight decay becomes
    /// that of the other framework, with another number where one is coupled and the other decoupled.
    ///
    /// Raises FrameworkError for what the other framework cannot do.
    #[pyo3(signature = (framework, dampening = None))]
    fn translated(
        &self,
        py: Python<'_>,
        framework: &str,
        dampening: Option<f64>,
    ) -> PyResult<Self> {
        let convention = convention(framework, self.nesterov(), dampening.or(Some(0.0)))?;
        let line = match self.line.translated(convention) {
            Err(Error::Framework(FrameworkError::WeightDecayRefused { .. })) => {
                self.line.decoupled(convention)
            }
            translated => translated,
        };
        Ok(Self::of(framework, line.raise(py)?))
    }

    /// rule()
    /// --
    ///
    /// The Momentum or the Nesterov with the same iterates, Sutskever's form: α = η(1 − τ), β = μ. With weight decay it
    /// has them on f(x) + k|x|²/2, where k is spring; if that is decoupled, β = (1 − ηλ)μ.
    ///
    /// A Nesterov variant of a framework stores x + βv.
    fn rule<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let form = self.line.sutskever().raise(py)?;
        let (alpha, beta) = (*form.alpha(), *form.beta());
        if form.is_nesterov() {
            let rule = heavyball::Nesterov::new(alpha, beta).raise(py)?;
            return Nesterov(rule).into_bound_py_any(py);
        }
        let rule = heavyball::Momentum::new(alpha, beta).raise(py)?;
        Momentum(rule).into_bound_py_any(py)
    }

    /// to_heavy_ball(discretization, mass=None, dt=None, drag=None)
    /// --
    ///
    /// The ball and the step behind the line, for the one of mass, dt and drag that is given.
    #[pyo3(signature = (discretization, *, mass = None, dt = None, drag = None))]
    #[allow(clippy::wrong_self_convention, reason = "pyo3 lends self")]
    fn to_heavy_ball(
        &self,
        py: Python<'_>,
        discretization: Discretization,
        mass: Option<f64>,
        dt: Option<f64>,
        drag: Option<f64>,
    ) -> PyResult<(HeavyBall, f64)> {
        let gauge = gauge(mass, dt, drag)?;
        let scheme = discretization.scheme();
        let (ball, dt) = self.line.to_heavy_ball(scheme, gauge).raise(py)?;
        Ok((HeavyBall(ball), dt))
    }

    /// iterates(f, x0, n, buffer=None, learning_rates=None, momenta=None, keep="buffer")
    /// --
    ///
    /// The parameters that the framework stores after steps 0 to n, shape (n + 1, d), from a fresh start or with the
    /// buffer of shape (d,).
    ///
    /// learning_rates and momenta are a schedule, a callable of k, or one number for each step. When the rate changes, keep decides
    /// what stays: "buffer", as the framework does, "velocity", or "rescaled_velocity", v/α.
    ///
    /// Raises RunError with step and position if the run diverges, FrameworkError if a rate of 0 leaves no velocity.
    #[pyo3(signature = (f, x0, n, buffer = None, *, learning_rates = None, momenta = None, keep = "buffer"))]
    #[allow(clippy::too_many_arguments, reason = "those of the Python function")]
    fn iterates<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        buffer: Option<&Bound<'py, PyAny>>,
        learning_rates: Option<&Bound<'py, PyAny>>,
        momenta: Option<&Bound<'py, PyAny>>,
        keep: &str,
    ) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let schedules = (learning_rates, momenta);
        Ok(self.run(py, f, x0, n, buffer, schedules, keep, false)?.0)
    }

    /// iterates_with_buffers(f, x0, n, buffer=None, learning_rates=None, momenta=None, keep="buffer")
    /// --
    ///
    /// Parameters and buffers, each of shape (n + 1, d); a buffer is NaN where the framework has none.
    #[pyo3(signature = (f, x0, n, buffer = None, *, learning_rates = None, momenta = None, keep = "buffer"))]
    #[allow(clippy::too_many_arguments, reason = "those of the Python function")]
    fn iterates_with_buffers<'py>(
        &self,
        py: Python<'py>,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        buffer: Option<&Bound<'py, PyAny>>,
        learning_rates: Option<&Bound<'py, PyAny>>,
        momenta: Option<&Bound<'py, PyAny>>,
        keep: &str,
    ) -> PyResult<Arrays<'py>> {
        self.run(py, f, x0, n, buffer, (learning_rates, momenta), keep, true)
    }

    fn __str__(&self) -> String {
        self.line.to_string()
    }

    fn __repr__(&self) -> String {
        let word = |is: bool| if is { "True" } else { "False" };
        let decay = match self.line.weight_decay() {
            None => String::new(),
            Some(decay) => format!(
                ", weight_decay={:?}, decoupled={}",
                decay.coefficient(),
                word(decay.is_decoupled())
            ),
        };
        let bound = |name: &str, bound: Option<f64>| {
            bound.map_or_else(String::new, |bound| format!(", {name}={bound:?}"))
        };
        let clipping =
            bound("clip_norm", self.clip_norm()) + &bound("clip_value", self.clip_value());
        let maximize = if self.maximize() {
            ", maximize=True"
        } else {
            ""
        };
        format!(
            "Sgd({:?}, learning_rate={:?}, momentum={:?}, nesterov={}, dampening={:?}{decay}{clipping}{maximize})",
            self.framework,
            self.learning_rate(),
            self.momentum(),
            word(self.nesterov()),
            self.dampening()
        )
    }

    fn _repr_html_(&self) -> String {
        let rows = [
            ("line", self.line.to_string()),
            ("learning rate η", format!("{:?}", self.learning_rate())),
            ("momentum μ", format!("{:?}", self.momentum())),
            ("dampening τ", format!("{:?}", self.dampening())),
            ("weight decay λ", format!("{:?}", self.weight_decay())),
            ("its spring k", format!("{:?}", self.spring())),
            ("buffer", self.buffer_name().to_owned()),
        ];
        html_table(self.line.convention().name(), &rows)
    }

    fn __reduce__<'py>(slf: &Bound<'py, Self>) -> (Bound<'py, PyAny>, Made) {
        let own = slf.get();
        let made = (
            own.framework.clone(),
            own.learning_rate(),
            own.momentum(),
            own.nesterov(),
            own.dampening(),
            own.weight_decay(),
            own.line.weight_decay().map(WeightDecay::is_decoupled),
            own.clip_norm(),
            own.clip_value(),
            own.maximize(),
        );
        (slf.get_type().into_any(), made)
    }
}

/// What pickle calls the class with.
type Made = (
    String,
    f64,
    f64,
    bool,
    f64,
    f64,
    Option<bool>,
    Option<f64>,
    Option<f64>,
    bool,
);
