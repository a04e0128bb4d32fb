//! The names by which the page chooses a rule, a discretisation and a gauge.

use crate::error::PageError;
use heavyball::prelude::*;
use heavyball::study::stability::Recursion;

/// One of the three rules, with its α and β.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rule {
    /// Gradient descent; β is not used.
    Descent(GradientDescent),
    /// Momentum.
    Momentum(Momentum),
    /// Nesterov's rule.
    Nesterov(Nesterov),
}

fn unknown(kind: &'static str, name: &str) -> PageError {
    let name = name.to_owned();
    PageError::Unknown { kind, name }
}

impl Rule {
    /// The rule called `name`.
    ///
    /// # Errors
    /// [`PageError::Unknown`], and the library's for α and β.
    pub fn new(name: &str, alpha: f64, beta: f64) -> Result<Self, PageError> {
        Ok(match name {
            "descent" => Self::Descent(GradientDescent::new(alpha)?),
            "momentum" => Self::Momentum(Momentum::new(alpha, beta)?),
            "nesterov" => Self::Nesterov(Nesterov::new(alpha, beta)?),
            _ => return Err(unknown("rule", name)),
        })
    }

    /// The temperature of its iterates if each component of the gradient has noise of that variance.
    ///
    /// # Errors
    /// The library's.
    pub fn temperature(self, variance: f64) -> Result<f64, heavyball::Error> {
        match self {
            Self::Descent(rule) => rule.temperature(variance),
            Self::Momentum(rule) => rule.temperature(variance),
            Self::Nesterov(rule) => rule.temperature(variance),
        }
    }
}

/// The rule called `name` on one mode of a quadratic.
pub(crate) fn recursion(name: &str) -> Result<Recursion, PageError> {
    match name {
        "descent" => Ok(Recursion::GradientDescent),
        "momentum" => Ok(Recursion::Momentum),
        "nesterov" => Ok(Recursion::Nesterov),
        _ => Err(unknown("rule", name)),
    }
}

/// The discretisation called `name`.
pub(crate) fn discretization(name: &str) -> Result<Discretization, PageError> {
    let found = Discretization::ALL
        .into_iter()
        .find(|row| row.name() == name);
    found.ok_or_else(|| unknown("discretisation", name))
}

/// What of mass, step and drag is given.
pub(crate) fn gauge(name: &str, value: f64) -> Result<Gauge, PageError> {
    match name {
        "mass" => Ok(Gauge::Mass(value)),
        "dt" => Ok(Gauge::Step(value)),
        "drag" => Ok(Gauge::Drag(value)),
        _ => Err(unknown("gauge", name)),
    }
}
