//! AdaptiveRule: Adam and its relatives, as the frameworks write them.

use crate::arrays::{room, to_matrix, vector};
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::html_table::html_table;
use crate::potential::potential;
use crate::schedule::{Listed, values};
use heavyball::Error;
use heavyball::adaptive_rules::{
    self as rules, Adagrad, Adam, AmsGrad, Epsilon, Lion, Maximum, NAdam, RmsProp,
    ScheduledAdaptive,
};
use heavyball::frameworks::WeightDecay;
use numpy::PyArray2;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// AdaptiveRule(name, framework, learning_rate, **options)
/// --
///
/// An adaptive rule, made by Adam, AdamW, NAdam, AMSGrad, RMSprop, Adagrad and Lion.
#[pyclass(frozen, module = "heavyball_ode")]
#[derive(Debug)]
pub(crate) struct AdaptiveRule {
    kind: Kind,
    /// The function of the package that makes it.
    #[pyo3(get)]
    name: String,
    /// The framework whose form it has.
    #[pyo3(get)]
    framework: String,
    /// The learning rate α.
    #[pyo3(get)]
    learning_rate: f64,
    /// What it was made with, besides.
    #[pyo3(get)]
    options: Py<PyDict>,
}

#[derive(Debug, Clone)]
enum Kind {
    Adam(Adam),
    AmsGrad(AmsGrad),
    NAdam(NAdam),
    RmsProp(RmsProp),
    Adagrad(Adagrad),
    Lion(Lion),
}

/// Options by name, each of which is taken once.
struct Options<'py>(Bound<'py, PyDict>);

impl<'py> Options<'py> {
    fn take<T: for<'a> FromPyObject<'a, 'py>>(&self, name: &str) -> PyResult<Option<T>> {
        let Some(value) = self.0.get_item(name)? else {
            return Ok(None);
        };
        self.0.del_item(name)?;
        if value.is_none() {
            return Ok(None);
        }
        match value.extract() {
            Ok(found) => Ok(Some(found)),
            Err(_) => Err(PyTypeError::new_err(format!(
                "{name} has the wrong type: {value}"
            ))),
        }
    }

    fn flag(&self, name: &str) -> PyResult<bool> {
        Ok(self.take(name)?.unwrap_or(false))
    }

    fn number(&self, name: &str, absent: f64) -> PyResult<f64> {
        Ok(self.take(name)?.unwrap_or(absent))
    }

    /// Refuses what nothing has taken.
    fn end(&self, rule: &str) -> PyResult<()> {
        match self.0.keys().iter().next() {
            None => Ok(()),
            Some(name) => Err(PyTypeError::new_err(format!("{rule} has no {name}"))),
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Framework {
    PyTorch,
    Optax,
    Keras,
}

fn framework(name: &str) -> PyResult<Framework> {
    match name {
        "pytorch" => Ok(Framework::PyTorch),
        "optax" => Ok(Framework::Optax),
        "keras" => Ok(Framework::Keras),
        _ => Err(PyValueError::new_err(format!(
            "there is no framework {name:?} with adaptive rules; known are pytorch, optax and keras"
        ))),
    }
}

/// ε outside the root, unless another form is given for Keras's.
fn epsilon(options: &Options<'_>, given: Epsilon) -> PyResult<Epsilon> {
    let outside: Option<f64> = options.take("epsilon")?;
    let inside: Option<f64> = options.take("epsilon_root")?;
    Ok(match (outside, inside, given) {
        (None, None, given) => given,
        (outside, Some(inside), _) => Epsilon::Both {
            outside: outside.unwrap_or(1e-8),
            inside,
        },
        (Some(value), None, Epsilon::BeforeCorrection(_)) => Epsilon::BeforeCorrection(value),
        (Some(value), None, Epsilon::Inside(_)) => Epsilon::Inside(value),
        (Some(value), None, _) => Epsilon::Outside(value),
    })
}

fn weight_decay(options: &Options<'_>) -> PyResult<WeightDecay> {
    let coefficient = options.number("weight_decay", 0.0)?;
    Ok(if options.flag("decoupled")? {
        WeightDecay::Decoupled(coefficient)
    } else {
        WeightDecay::Coupled(coefficient)
    })
}

impl Kind {
    fn of(
        py: Python<'_>,
        name: &str,
        by: Framework,
        alpha: f64,
        options: &Options<'_>,
    ) -> PyResult<Self> {
        let decay = weight_decay(options)?;
        let climbs = options.flag("maximize")?;
        let betas: Option<(f64, f64)> = options.take("betas")?;
        let usual = betas.unwrap_or((0.9, 0.999));
        Ok(match name {
            "Adam" => {
                let rule = match by {
                    Framework::Keras => Adam::keras(alpha),
                    _ => Adam::new(alpha),
                };
                let rule = rule.raise(py)?;
                let (first, second) = options.take("bias_correction")?.unwrap_or((true, true));
                let epsilon = epsilon(options, *rule.epsilon())?;
                let rule = rule.with_betas(usual.0, usual.1);
                let rule = rule.and_then(|rule| rule.with_epsilon(epsilon));
                let rule = rule
                    .and_then(|rule| rule.with_weight_decay(decay))
                    .raise(py)?;
                let rule = rule.with_maximize(climbs);
                Self::Adam(rule.with_bias_correction(first, second))
            }
            "AMSGrad" => {
                let (first, second) = options.take("bias_correction")?.unwrap_or((true, true));
                let rule = match (by, second) {
                    (Framework::Keras, _) => AmsGrad::keras(alpha),
                    (Framework::Optax, false) => AmsGrad::of(alpha, Maximum::Uncorrected),
                    (Framework::Optax, true) => AmsGrad::optax(alpha),
                    (Framework::PyTorch, _) => AmsGrad::new(alpha),
                };
                let rule = rule.raise(py)?;
                let epsilon = epsilon(options, *rule.epsilon())?;
                let rule = rule.with_betas(usual.0, usual.1);
                let rule = rule.and_then(|rule| rule.with_epsilon(epsilon));
                let rule = rule
                    .and_then(|rule| rule.with_weight_decay(decay))
                    .raise(py)?;
                Self::AmsGrad(rule.with_maximize(climbs).with_first_corrected(first))
            }
            "NAdam" => {
                let rule = match by {
                    Framework::PyTorch => NAdam::new(alpha),
                    Framework::Optax => NAdam::optax(alpha),
                    Framework::Keras => NAdam::keras(alpha),
                };
                let rule = rule.raise(py)?;
                let rule = match options.take("momentum_decay")? {
                    Some(decay) => rule.with_momentum_decay(decay).raise(py)?,
                    None => rule,
                };
                let epsilon = epsilon(options, *rule.epsilon())?;
                let rule = rule.with_betas(usual.0, usual.1);
                let rule = rule.and_then(|rule| rule.with_epsilon(epsilon));
                let rule = rule
                    .and_then(|rule| rule.with_weight_decay(decay))
                    .raise(py)?;
                Self::NAdam(rule.with_maximize(climbs))
            }
            "RMSprop" => {
                let rule = match by {
                    Framework::PyTorch => RmsProp::new(alpha),
                    Framework::Optax => RmsProp::optax(alpha),
                    Framework::Keras => RmsProp::keras(alpha),
                };
                let rule = rule.raise(py)?;
                let epsilon = epsilon(options, *rule.epsilon())?;
                let place: Option<String> = options.take("epsilon_place")?;
                let epsilon = match (place.as_deref(), epsilon) {
                    (Some("outside"), Epsilon::Inside(value)) => Epsilon::Outside(value),
                    (Some("inside"), Epsilon::Outside(value)) => Epsilon::Inside(value),
                    (_, epsilon) => epsilon,
                };
                let average = options.number("decay", *rule.decay())?;
                let momentum = options.number("momentum", 0.0)?;
                let initial = options.number("initial", 0.0)?;
                let rule = rule.with_decay(average);
                let rule = rule.and_then(|rule| rule.with_epsilon(epsilon));
                let rule = rule.and_then(|rule| rule.with_momentum(momentum));
                let rule = rule.and_then(|rule| rule.with_initial_second_moment(initial));
                let rule = rule
                    .and_then(|rule| rule.with_weight_decay(decay))
                    .raise(py)?;
                let rule = rule.with_nesterov(options.flag("nesterov")?);
                let rule = rule.with_centered(options.flag("centered")?);
                let rule = rule.with_bias_correction(options.flag("bias_correction")?);
                Self::RmsProp(rule.with_maximize(climbs))
            }
            "Adagrad" => {
                let rule = match by {
                    Framework::PyTorch => Adagrad::new(alpha),
                    Framework::Optax => Adagrad::optax(alpha),
                    Framework::Keras => Adagrad::optax(alpha)
                        .and_then(|rule| rule.with_epsilon(Epsilon::Inside(1e-7))),
                };
                let rule = rule.raise(py)?;
                let epsilon = epsilon(options, *rule.epsilon())?;
                let initial = options.number("initial", *rule.initial_sum())?;
                let rate_decay = options.number("rate_decay", 0.0)?;
                let rule = rule.with_epsilon(epsilon);
                let rule = rule.and_then(|rule| rule.with_initial_sum(initial));
                let rule = rule.and_then(|rule| rule.with_rate_decay(rate_decay));
                let rule = rule
                    .and_then(|rule| rule.with_weight_decay(decay))
                    .raise(py)?;
                Self::Adagrad(rule.with_maximize(climbs))
            }
            "Lion" => {
                let (beta1, beta2) = betas.unwrap_or((0.9, 0.99));
                let rule = Lion::new(alpha).and_then(|rule| rule.with_betas(beta1, beta2));
                let rule = rule
                    .and_then(|rule| rule.with_weight_decay(decay))
                    .raise(py)?;
                Self::Lion(rule.with_maximize(climbs))
            }
            _ => {
                return Err(PyValueError::new_err(format!(
                    "there is no adaptive rule {name}"
                )));
            }
        })
    }
}

/// Positions, and the first and second moments if they are asked for.
struct Rows {
    dimension: usize,
    positions: Vec<f64>,
    moments: Option<[Vec<f64>; 2]>,
}

impl Rows {
    fn fill<R: rules::AdaptiveRule<f64>>(
        &mut self,
        rule: &R,
        guard: &Guarded<'_>,
        start: nalgebra::DVector<f64>,
        n: usize,
    ) -> Result<(), Error> {
        let mut run = rule.run(guard, start);
        for _ in 0..=n {
            let Some(state) = run.advance() else {
                return run.failure().map_or(Ok(()), |error| Err(error.clone()));
            };
            self.positions.extend_from_slice(state.position.as_slice());
            if let Some([first, second]) = &mut self.moments {
                first.extend_from_slice(state.first_moment.as_slice());
                second.extend_from_slice(state.second_moment.as_slice());
            }
        }
        Ok(())
    }
}

type Array<'py> = Bound<'py, PyArray2<f64>>;

impl AdaptiveRule {
    fn run<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        learning_rates: Option<&Bound<'py, PyAny>>,
        with_moments: bool,
    ) -> PyResult<Rows> {
        let py = f.py();
        let f = potential(f)?;
        let kind = &f.get().kind;
        let start = vector("x0", x0)?;
        let dimension = start.len();
        kind.check_dimension(dimension).raise(py)?;
        let rates = learning_rates.map(|rates| values("learning_rates", rates, n));
        let rates = rates.transpose()?;
        let count = n.saturating_add(1).saturating_mul(dimension);
        let moments = if with_moments {
            Some([room(count)?, room(count)?])
        } else {
            None
        };
        let mut rows = Rows {
            dimension,
            positions: room(count)?,
            moments,
        };
        let guard = Guarded::new(kind);
        let outcome = guard.run(py, |guard| -> Result<(), Error> {
            macro_rules! of {
                ($rule:expr) => {
                    match rates {
                        None => rows.fill($rule, guard, start, n),
                        Some(rates) => {
                            let rates = Listed(rates.into());
                            let rule = ScheduledAdaptive::new($rule.clone(), rates);
                            rows.fill(&rule, guard, start, n)
                        }
                    }
                };
            }
            match &self.kind {
                Kind::Adam(rule) => of!(rule),
                Kind::AmsGrad(rule) => of!(rule),
                Kind::NAdam(rule) => of!(rule),
                Kind::RmsProp(rule) => of!(rule),
                Kind::Adagrad(rule) => of!(rule),
                Kind::Lion(rule) => of!(rule),
            }
        })?;
        outcome.raise(py)?;
        Ok(rows)
    }
}

#[pymethods]
impl AdaptiveRule {
    #[new]
    #[pyo3(signature = (name, framework, learning_rate, **options))]
    fn new(
        py: Python<'_>,
        name: &str,
        framework: &str,
        learning_rate: f64,
        options: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<Self> {
        let given = match options {
            Some(options) => options.copy()?,
            None => PyDict::new(py),
        };
        let options = Options(given.copy()?);
        let by = self::framework(framework)?;
        let kind = Kind::of(py, name, by, learning_rate, &options)?;
        options.end(name)?;
        Ok(Self {
            kind,
            name: name.to_owned(),
            framework: framework.to_owned(),
            learning_rate,
            options: given.unbind(),
        })
    }

    /// iterates(f, x0, n, learning_rates=None)
    /// --
    ///
    /// Iterates 0 to n from x0: positions of shape (n + 1, d).
    ///
    /// learning_rates is a schedule, a callable of k, or one number for each step.
    #[pyo3(signature = (f, x0, n, *, learning_rates = None))]
    fn iterates<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        learning_rates: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Array<'py>> {
        let rows = self.run(f, x0, n, learning_rates, false)?;
        to_matrix(f.py(), rows.positions, rows.dimension)
    }

    /// iterates_with_moments(f, x0, n, learning_rates=None)
    /// --
    ///
    /// Positions, first moments and second moments, each of shape (n + 1, d); zero where the rule has none.
    #[pyo3(signature = (f, x0, n, *, learning_rates = None))]
    fn iterates_with_moments<'py>(
        &self,
        f: &Bound<'py, PyAny>,
        x0: &Bound<'py, PyAny>,
        n: usize,
        learning_rates: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<(Array<'py>, Array<'py>, Array<'py>)> {
        let rows = self.run(f, x0, n, learning_rates, true)?;
        let [first, second] = rows.moments.unwrap_or_default();
        let (py, dimension) = (f.py(), rows.dimension);
        Ok((
            to_matrix(py, rows.positions, dimension)?,
            to_matrix(py, first, dimension)?,
            to_matrix(py, second, dimension)?,
        ))
    }

    /// largest_stable_curvature()
    /// --
    ///
    /// The edge of stability: the rule settles on a curvature λ where λ/(√v + ε) is below this, 2(1 + β₁)/((1 − β₁)α) for
    /// Adam. None for Lion, which never settles.
    fn largest_stable_curvature(&self) -> Option<f64> {
        match &self.kind {
            Kind::Adam(rule) => Some(rule.largest_stable_curvature()),
            Kind::AmsGrad(rule) => Some(rule.largest_stable_curvature()),
            Kind::NAdam(rule) => Some(rule.largest_stable_curvature()),
            Kind::RmsProp(rule) => Some(rule.largest_stable_curvature()),
            Kind::Adagrad(rule) => Some(rule.largest_stable_curvature()),
            Kind::Lion(_) => None,
        }
    }

    fn __repr__(&self, py: Python<'_>) -> PyResult<String> {
        let mut shown = format!("{}({:?}", self.name, self.learning_rate);
        if self.framework != "pytorch" {
            shown += &format!(", framework={:?}", self.framework);
        }
        for (name, value) in self.options.bind(py).iter() {
            shown += &format!(", {name}={}", value.repr()?);
        }
        Ok(shown + ")")
    }

    fn _repr_html_(&self, py: Python<'_>) -> PyResult<String> {
        let mut rows = vec![
            ("framework", self.framework.clone()),
            ("learning rate α", format!("{:?}", self.learning_rate)),
        ];
        if !self.options.bind(py).is_empty() {
            rows.push(("options", self.options.bind(py).repr()?.to_string()));
        }
        Ok(html_table(&self.name, &rows))
    }

    fn __getnewargs_ex__<'py>(
        slf: &Bound<'py, Self>,
    ) -> ((String, String, f64), Bound<'py, PyDict>) {
        let own = slf.get();
        let arguments = (own.name.clone(), own.framework.clone(), own.learning_rate);
        (arguments, own.options.bind(slf.py()).clone())
    }
}
