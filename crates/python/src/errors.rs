//! Errors: what the library reports, as an exception of `heavyball_ode.errors` with the numbers as attributes.

use heavyball::Error;
use heavyball::error::{
    CheckpointError, DataError, EnsembleError, EscapeError, EventError, FileError, FrameworkError,
    MappingError, ParameterError, RuleError, RunError, SolverError, SpanError, StepError,
    StudyError, VectorError,
};
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

/// A number or a text of an error.
enum Value {
    Float(f64),
    Whole(usize),
    Text(String),
}

macro_rules! values {
    ($($kind:ty => $name:ident, $value:ident, $made:expr;)+) => {$(
        impl From<&$kind> for Value {
            fn from($value: &$kind) -> Self {
                Self::$name($made)
            }
        }
    )+};
}

values! {
    f64 => Float, value, *value;
    usize => Whole, value, *value;
    u32 => Whole, value, *value as usize;
    String => Text, value, value.clone();
    &'static str => Text, value, (*value).to_owned();
}

/// The class, the variant and its fields.
type Details = (&'static str, &'static str, Vec<(&'static str, Value)>);

macro_rules! details {
    ($error:expr, $class:ident: $($variant:ident { $($field:ident),* }),+ $(,)?) => {
        match $error {
            $($class::$variant { $($field,)* .. } => (
                stringify!($class),
                stringify!($variant),
                vec![$((stringify!($field), Value::from($field))),*],
            ),)+
            _ => (stringify!($class), "", Vec::new()),
        }
    };
}

fn details(error: &Error) -> Details {
    match error {
        Error::Parameter(cause) => details!(cause, ParameterError:
            NotPositive { name, value }, Negative { name, value }, NotFinite { name, value }, OutOfRange { name, value }),
        Error::Vector(cause) => details!(cause, VectorError:
            NonFiniteComponent { name, component, value }, Empty { name }, OutOfMemory { name, bytes },
            DimensionMismatch { name, expected, found }, AsymmetricMatrix { row, column, upper, lower },
            NotPositive { name, eigenvalue }),
        Error::Run(cause) => details!(cause, RunError:
            NonFiniteGradient { step, time, position }, Coefficient { name, value, time },
            Diverged { step, time, position }),
        Error::Span(cause) => details!(cause, SpanError:
            TooManySteps { dt, span, steps, limit }, OutOfMemory { steps, bytes }, TimeOutsideSpan { time, start, end }),
        Error::Solver(cause) => details!(cause, SolverError:
            StepsExhausted { steps, time }, StepSizeUnderflow { time }, TimeResolution { time, step },
            OutOfMemory { steps, bytes, time }, Stiff { time }),
        Error::Event(cause) => details!(cause, EventError: NotANumber { time }, Endless { time }),
        Error::Step(cause) => details!(cause, StepError:
            NotSymmetric { method }, Pole { method, dt, mass, drag, z, pole }),
        Error::Framework(cause) => details!(cause, FrameworkError:
            DampeningOutOfRange { value }, Refused { framework, momentum, dampening, reason },
            NoNesterovVariant { convention }, NoVelocity { framework, before, after },
            NoSutskeverForm { framework, reason }, WeightDecayRefused { framework, weight_decay, reason },
            NoDecoupledForm { framework, stiffness, alpha, beta }),
        Error::Mapping(cause) => details!(cause, MappingError:
            NoBeta { discretization, mass, drag, dt, beta, advice },
            NoParticle { discretization, gauge, alpha, beta, advice }),
        Error::Rule(cause) => details!(cause, RuleError:
            BetaOutOfRange { value }, CurvaturesReversed { mu, l }, ScheduleOutOfRange { name, iteration, value, range }),
        Error::Data(cause) => details!(cause, DataError:
            RaggedRow { row, expected, found }, NonFiniteEntry { row, column, value },
            ConstantColumn { column, value }, FeaturesTooLarge { column, largest }, BatchSize { batch, terms }),
        Error::Escape(cause) => details!(cause, EscapeError:
            NotCritical { saddle, gradient }, StartNotAbove { start, start_value, saddle_value },
            HigherGround { position, value, saddle_value }, Undecided { parameter, value, time },
            NoCritical { parameter, low, high, outcome }),
        Error::Study(cause) => details!(cause, StudyError:
            JacobianNotFinite { entry }, TooFewSteps { name, found }, RepeatedStep { name, value },
            ErrorNotFinite { name, parameter }, NothingCompared { name, parameter },
            ReferenceTooCoarse { what, reference, error, name, parameter },
            UnstableStep { method, dt, curvature, growth, advice }, BudgetTooSmall { method, budget, needed },
            NoHighResolution { friction }, NotAtRest { speed }, NoTemperature { beta },
            NoStationaryState { alpha, beta, eta, curvature }),
        Error::Ensemble(EnsembleError::Member { member, cause }) => {
            let (_, _, mut fields) = details(cause);
            fields.push(("member", Value::from(member)));
            ("EnsembleError", "Member", fields)
        }
        Error::Ensemble(cause) => details!(cause, EnsembleError:
            TooManyMembers { members }, OutOfMemory { members, bytes }, Cancelled { done, total },
            NoMember { member, members }, TooManyRows { rows, members }),
        Error::Checkpoint(cause) => details!(cause, CheckpointError:
            InUse { path, lock }, NotACheckpoint { path }, Version { path, found, read }, Damaged { path, found },
            OtherSweep { path, what }),
        Error::File(cause) => {
            details!(cause, FileError: Write { what, reason }, Read { what, reason })
        }
        _ => ("HeavyballError", "", Vec::new()),
    }
}

/// The exception for an error of the library.
pub(crate) fn exception(py: Python<'_>, error: &Error) -> PyErr {
    let made = || -> PyResult<PyErr> {
        let (class, kind, fields) = details(error);
        let class = py.import("heavyball_ode.errors")?.getattr(class)?;
        let exception = class.call1((error.to_string(),))?;
        exception.setattr("kind", kind)?;
        for (name, value) in fields {
            match value {
                Value::Float(value) => exception.setattr(name, value)?,
                Value::Whole(value) => exception.setattr(name, value)?,
                Value::Text(value) => exception.setattr(name, value)?,
            }
        }
        Ok(PyErr::from_value(exception))
    };
    made().unwrap_or_else(|_| PyRuntimeError::new_err(error.to_string()))
}

/// Raises an error of the library as an exception.
pub(crate) trait Raise<T> {
    fn raise(self, py: Python<'_>) -> PyResult<T>;
}

impl<T> Raise<T> for Result<T, Error> {
    fn raise(self, py: Python<'_>) -> PyResult<T> {
        self.map_err(|error| exception(py, &error))
    }
}
