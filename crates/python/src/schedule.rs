//! Schedules: coefficients that depend on the iteration, and the rules that follow them.

use crate::arrays::vector;
use crate::errors::Raise as _;
use crate::html_table::html_table;
use crate::rules::{Arrays, Momentum, Nesterov, iterates};
use heavyball::optimizers::{
    Cosine, CosineRestarts, ExponentialDecay, MultiStep, NesterovSchedule, OneCycle, PerEpoch,
    Polynomial, StepDrop, SutskeverSchedule, WarmUp,
};
use numpy::{PyArray1, PyArray2};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use std::sync::Arc;

/// A coefficient that depends on the iteration k, made by StepDrop, Cosine, WarmUp and the other functions of the package
/// with the names of schedules.
///
/// schedule(k) is the value for the update from iterate k to k + 1, schedule.values(n) those of the first n updates.
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct Schedule {
    kind: Plan,
    /// The function of the package that makes it, and its arguments.
    name: String,
    arguments: Py<PyTuple>,
}

#[derive(Debug, Clone)]
enum Plan {
    Constant(f64),
    StepDrop(StepDrop),
    MultiStep(Arc<MultiStep>),
    ExponentialDecay(ExponentialDecay),
    Polynomial(Polynomial),
    Cosine(Cosine),
    CosineRestarts(CosineRestarts),
    OneCycle(OneCycle),
    PerEpoch(Arc<PerEpoch<Plan>>),
    Sutskever(SutskeverSchedule),
    Nesterov(NesterovSchedule),
    WarmUp(Arc<WarmUp<Plan>>),
}

impl heavyball::Schedule for Plan {
    fn at(&self, k: usize) -> f64 {
        match self {
            Self::Constant(value) => *value,
            Self::StepDrop(schedule) => schedule.at(k),
            Self::MultiStep(schedule) => schedule.at(k),
            Self::ExponentialDecay(schedule) => schedule.at(k),
            Self::Polynomial(schedule) => schedule.at(k),
            Self::Cosine(schedule) => schedule.at(k),
            Self::CosineRestarts(schedule) => schedule.at(k),
            Self::OneCycle(schedule) => schedule.at(k),
            Self::PerEpoch(schedule) => schedule.at(k),
            Self::Sutskever(schedule) => schedule.at(k),
            Self::Nesterov(schedule) => schedule.at(k),
            Self::WarmUp(schedule) => schedule.at(k),
        }
    }
}

fn schedule_or_number(name: &str, object: &Bound<'_, PyAny>) -> PyResult<Plan> {
    if let Ok(schedule) = object.cast::<Schedule>() {
        return Ok(schedule.get().kind.clone());
    }
    let number = object.extract().map_err(|_| {
        PyTypeError::new_err(format!(
            "{name} must be a schedule of the package or a number"
        ))
    });
    Ok(Plan::Constant(number?))
}

/// The arguments of `OneCycle`, in the order of the Python function.
type Cycle<'py> = (
    f64,
    usize,
    f64,
    Bound<'py, PyAny>,
    bool,
    bool,
    Option<(f64, f64)>,
    Option<(f64, f64)>,
);

fn one_cycle(py: Python<'_>, arguments: &Bound<'_, PyTuple>) -> PyResult<OneCycle> {
    let (peak, steps, peak_at, form, linear, three_phases, ends, momentum): Cycle<'_> =
        arguments.extract()?;
    let form: String = form.extract()?;
    let cycle = match (form.as_str(), linear) {
        ("pytorch", false) => OneCycle::pytorch(peak, steps),
        ("pytorch", true) => OneCycle::pytorch(peak, steps).map(OneCycle::linear),
        ("optax", false) => OneCycle::optax(peak, steps),
        ("optax", true) => OneCycle::optax_linear(peak, steps),
        _ => {
            return Err(PyValueError::new_err(format!(
                "there is no one-cycle schedule of {form:?}; known are pytorch and optax"
            )));
        }
    };
    let cycle = cycle.and_then(|cycle| match three_phases {
        true => cycle.in_three_phases(),
        false => Ok(cycle),
    });
    let cycle = cycle.and_then(|cycle| cycle.with_peak_at(peak_at));
    let cycle = cycle.and_then(|cycle| match ends {
        Some((start, end)) => cycle.with_ends(start, end),
        None => Ok(cycle),
    });
    let cycle = cycle.and_then(|cycle| match momentum {
        Some((low, high)) => cycle.momentum(low, high),
        None => Ok(cycle),
    });
    cycle.raise(py)
}

fn plan(py: Python<'_>, name: &str, arguments: &Bound<'_, PyTuple>) -> PyResult<Plan> {
    Ok(match name {
        "StepDrop" => {
            let (initial, factor, every) = arguments.extract()?;
            Plan::StepDrop(StepDrop::new(initial, factor, every).raise(py)?)
        }
        "MultiStep" => {
            let (initial, factor, milestones): (f64, f64, Vec<usize>) = arguments.extract()?;
            Plan::MultiStep(Arc::new(
                MultiStep::new(initial, factor, milestones).raise(py)?,
            ))
        }
        "ExponentialDecay" => {
            let (initial, factor, over) = arguments.extract()?;
            Plan::ExponentialDecay(ExponentialDecay::new(initial, factor, over).raise(py)?)
        }
        "Polynomial" => {
            let (first, last, power, steps) = arguments.extract()?;
            Plan::Polynomial(Polynomial::new(first, last, power, steps).raise(py)?)
        }
        "Cosine" => {
            let (first, last, steps, periodic) = arguments.extract()?;
            let cosine = Cosine::new(first, last, steps).raise(py)?;
            Plan::Cosine(if periodic { cosine.periodic() } else { cosine })
        }
        "CosineRestarts" => {
            let (first, last, steps, growth, decay) = arguments.extract()?;
            let schedule = CosineRestarts::new(first, last, steps)
                .and_then(|schedule| schedule.with_growth(growth))
                .and_then(|schedule| schedule.with_decay(decay));
            Plan::CosineRestarts(schedule.raise(py)?)
        }
        "OneCycle" => Plan::OneCycle(one_cycle(py, arguments)?),
        "PerEpoch" => {
            let (iterations, each): (usize, Bound<'_, PyAny>) = arguments.extract()?;
            let each = schedule_or_number("each", &each)?;
            Plan::PerEpoch(Arc::new(PerEpoch::new(iterations, each).raise(py)?))
        }
        "SutskeverSchedule" => {
            let (maximum,) = arguments.extract()?;
            Plan::Sutskever(SutskeverSchedule::new(maximum).raise(py)?)
        }
        "NesterovSchedule" => {
            let (friction,) = arguments.extract()?;
            Plan::Nesterov(NesterovSchedule::new(friction).raise(py)?)
        }
        "WarmUp" => {
            let (steps, then, start): (usize, Bound<'_, PyAny>, Option<f64>) =
                arguments.extract()?;
            let rise = WarmUp::new(steps, schedule_or_number("then", &then)?).raise(py)?;
            let rise = match start {
                Some(start) => rise.rising_from(start).raise(py)?,
                None => rise,
            };
            Plan::WarmUp(Arc::new(rise))
        }
        _ => {
            return Err(PyValueError::new_err(format!(
                "there is no schedule {name}"
            )));
        }
    })
}

#[pymethods]
impl Schedule {
    #[new]
    #[pyo3(signature = (name, *arguments))]
    fn new(py: Python<'_>, name: &str, arguments: &Bound<'_, PyTuple>) -> PyResult<Self> {
        Ok(Self {
            kind: plan(py, name, arguments)?,
            name: name.to_owned(),
            arguments: arguments.clone().unbind(),
        })
    }

    fn __call__(&self, k: usize) -> f64 {
        heavyball::Schedule::at(&self.kind, k)
    }

    /// values(n)
    /// --
    ///
    /// The values for the first n updates, shape (n,).
    fn values<'py>(&self, py: Python<'py>, n: usize) -> PyResult<Bound<'py, PyArray1<f64>>> {
        let mut values = crate::arrays::room(n)?;
        values.extend((0..n).map(|k| heavyball::Schedule::at(&self.kind, k)));
        Ok(PyArray1::from_vec(py, values))
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let arguments = self.arguments.bind(py).iter();
        let shown: PyResult<Vec<String>> = arguments
            .map(|argument| Ok(argument.repr()?.to_string()))
            .collect();
        Ok(format!("{}({})", self.name, shown?.join(", ")))
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let at = |k: usize| {
            (
                "k",
                format!("{k}: {:?}", heavyball::Schedule::at(&self.kind, k)),
            )
        };
        Ok(html_table(
            &self.__repr__(py)?,
            &[at(0), at(10), at(100), at(1000), at(10_000)],
        ))
    }

    fn __reduce__<'py>(
        slf: &Bound<'py, Self>,
    ) -> PyResult<(Bound<'py, PyAny>, Bound<'py, PyTuple>)> {
        let py = slf.py();
        let own = slf.get();
        let mut arguments = vec![own.name.as_str().into_pyobject(py)?.into_any()];
        arguments.extend(own.arguments.bind(py).iter());
        Ok((slf.get_type().into_any(), PyTuple::new(py, arguments)?))
    }
}

/// The values of a coefficient for `n` updates: of a number, a schedule, a callable of k, or one number for each.
pub(crate) fn values(name: &str, object: &Bound<'_, PyAny>, n: usize) -> PyResult<Vec<f64>> {
    let mut values = crate::arrays::room(n)?;
    if let Ok(schedule) = object.cast::<Schedule>() {
        let schedule = &schedule.get().kind;
        values.extend((0..n).map(|k| heavyball::Schedule::at(schedule, k)));
    } else if object.is_callable() {
        for k in 0..n {
            let found = object.call1((k,))?;
            values.push(found.extract().map_err(|_| {
                PyTypeError::new_err(format!("{name} must return a number for each iteration"))
            })?);
        }
    } else {
        let given = vector(name, object)?;
        match given.as_slice() {
            [one] => values.resize(n, *one),
            each if each.len() == n => values.extend_from_slice(each),
            each => {
                return Err(PyValueError::new_err(format!(
                    "{name} must be a number, a schedule, a callable of k, or have one entry for each of the {n} iterations, but it has {}",
                    each.len()
                )));
            }
        }
    }
    Ok(values)
}

/// The values of a schedule, from k = 0 on.
#[derive(Debug, Clone)]
pub(crate) struct Listed(pub(crate) Arc<[f64]>);

impl heavyball::Schedule for Listed {
    fn at(&self, k: usize) -> f64 {
        self.0.get(k).copied().unwrap_or(f64::NAN)
    }
}

macro_rules! scheduled {
    ($($scheduled:ident, $rule:ident, $doc:literal;)+) => {$(
        #[doc = concat!(stringify!($scheduled), "(alpha, beta)\n--\n\n", $doc)]
        ///
        /// alpha and beta are numbers, schedules, callables of k, or arrays of shape (n,). v is kept when they change, as
        /// Keras does; PyTorch keeps v/α, see Sgd.
        #[pyclass(frozen, module = "heavyball_ode")]
        #[derive(Debug)]
        pub(crate) struct $scheduled {
            /// The learning rates α_k.
            #[pyo3(get)]
            alpha: Py<PyAny>,
            /// The decays β_k.
            #[pyo3(get)]
            beta: Py<PyAny>,
        }

        impl $scheduled {
            fn run<'py>(
                &self,
                py: Python<'py>,
                f: &Bound<'py, PyAny>,
                starts: (&Bound<'py, PyAny>, Option<&Bound<'py, PyAny>>),
                n: usize,
                velocities: bool,
            ) -> PyResult<Arrays<'py>> {
                let rule = self.of(py, n)?;
                iterates(py, &rule, f, starts, n, velocities)
            }

            /// The rule with the coefficients of the first `n` iterations.
            pub(crate) fn of(
                &self,
                py: Python<'_>,
                n: usize,
            ) -> PyResult<heavyball::$scheduled<Listed, Listed>> {
                let alpha = Listed(values("alpha", self.alpha.bind(py), n)?.into());
                let beta = Listed(values("beta", self.beta.bind(py), n)?.into());
                Ok(heavyball::$rule::scheduled(alpha, beta))
            }
        }

        #[pymethods]
        impl $scheduled {
            #[new]
            fn new(alpha: &Bound<'_, PyAny>, beta: &Bound<'_, PyAny>) -> PyResult<Self> {
                for (name, object) in [("alpha", alpha), ("beta", beta)] {
                    if !object.is_callable() {
                        vector(name, object)?;
                    }
                }
                Ok(Self {
                    alpha: alpha.clone().unbind(),
                    beta: beta.clone().unbind(),
                })
            }

            /// iterates(f, x0, n, v0=None)
            /// --
            ///
            /// Iterates 0 to n from x0 with v0 = 0 unless given: positions of shape (n + 1, d).
            ///
            /// Raises RuleError with the iteration if a value is out of range, RunError if the run diverges.
            #[pyo3(signature = (f, x0, n, v0 = None))]
            fn iterates<'py>(
                &self,
                py: Python<'py>,
                f: &Bound<'py, PyAny>,
                x0: &Bound<'py, PyAny>,
                n: usize,
                v0: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Bound<'py, PyArray2<f64>>> {
                Ok(self.run(py, f, (x0, v0), n, false)?.0)
            }

            /// iterates_with_velocities(f, x0, n, v0=None)
            /// --
            ///
            /// Positions and velocities, displacements per iteration, each of shape (n + 1, d).
            #[pyo3(signature = (f, x0, n, v0 = None))]
            fn iterates_with_velocities<'py>(
                &self,
                py: Python<'py>,
                f: &Bound<'py, PyAny>,
                x0: &Bound<'py, PyAny>,
                n: usize,
                v0: Option<&Bound<'py, PyAny>>,
            ) -> PyResult<Arrays<'py>> {
                self.run(py, f, (x0, v0), n, true)
            }

            fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
                let (alpha, beta) = (self.alpha.bind(py).repr()?, self.beta.bind(py).repr()?);
                let rule = stringify!($scheduled);
                Ok(format!("{rule}(alpha={alpha}, beta={beta})"))
            }

            fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
                let rows = [
                    ("learning rate α", self.alpha.bind(py).repr()?.to_string()),
                    ("decay β", self.beta.bind(py).repr()?.to_string()),
                ];
                Ok(html_table(stringify!($scheduled), &rows))
            }

            fn __reduce__<'py>(
                slf: &Bound<'py, Self>,
            ) -> (Bound<'py, PyAny>, (Py<PyAny>, Py<PyAny>)) {
                let (py, own) = (slf.py(), slf.get());
                let arguments = (own.alpha.clone_ref(py), own.beta.clone_ref(py));
                (slf.get_type().into_any(), arguments)
            }
        }

        #[pymethods]
        impl $rule {
            #[doc = concat!("scheduled(alpha, beta)\n--\n\n", $doc, " A ", stringify!($scheduled), ".")]
            #[staticmethod]
            fn scheduled(alpha: &Bound<'_, PyAny>, beta: &Bound<'_, PyAny>) -> PyResult<$scheduled> {
                $scheduled::new(alpha, beta)
            }
        }
    )+};
}

scheduled! {
    ScheduledMomentum, Momentum, "v₊ = β_k v − α_k∇f(x), x₊ = x + v₊.";
    ScheduledNesterov, Nesterov, "v₊ = β_k v − α_k∇f(x + β_k v), x₊ = x + v₊.";
}
