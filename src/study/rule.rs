//! Rule: momentum or Nesterov's rule, the two update rules that a heavy ball becomes.
//!
//! Both are v₊ = βv − α∇f(x + θv), x₊ = x + v₊, with θ = 0 for momentum and θ = β for Nesterov's rule.

use crate::Error;
use crate::optimizers::{Iterate, Momentum, Nesterov, UpdateRule, Workspace};
use crate::potentials::Potential;
use crate::study::stability::Recursion;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::fmt;

/// One of the two update rules with coefficients α and β.
///
/// ```
/// use heavyball::study::Rule;
/// use heavyball::study::stability::Recursion;
///
/// assert_eq!(Rule::Nesterov.recursion(), Recursion::Nesterov);
/// assert_eq!(Rule::ALL.map(|rule| rule.look_ahead(0.9)), [0.0, 0.9]);
/// assert_eq!(Rule::Momentum.to_string(), "Momentum");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Rule {
    /// [`Momentum`].
    Momentum,
    /// [`Nesterov`].
    Nesterov,
}

impl Rule {
    /// Both rules.
    pub const ALL: [Self; 2] = [Self::Momentum, Self::Nesterov];

    /// The name of the rule's type.
    pub fn name(self) -> &'static str {
        match self {
            Self::Momentum => "Momentum",
            Self::Nesterov => "Nesterov",
        }
    }

    /// The rule on one mode of a quadratic.
    pub fn recursion(self) -> Recursion {
        match self {
            Self::Momentum => Recursion::Momentum,
            Self::Nesterov => Recursion::Nesterov,
        }
    }

    /// The factor θ of the point x + θv at which the rule evaluates the gradient: 0 or β.
    pub fn look_ahead(self, beta: f64) -> f64 {
        match self {
            Self::Momentum => 0.0,
            Self::Nesterov => beta,
        }
    }

    /// The rule with learning rate α and decay β; the errors are those of [`Momentum::new`].
    pub(in crate::study) fn at(self, alpha: f64, beta: f64) -> Result<RuleAt, Error> {
        Ok(match self {
            Self::Momentum => RuleAt::Momentum(Momentum::new(alpha, beta)?),
            Self::Nesterov => RuleAt::Nesterov(Nesterov::new(alpha, beta)?),
        })
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(self.name())
    }
}

/// A rule with its coefficients.
///
/// One type for both, so that a study of a rule is compiled once.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::study) enum RuleAt {
    Momentum(Momentum),
    Nesterov(Nesterov),
}

impl UpdateRule<f64> for RuleAt {
    #[inline]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<f64, D>,
        workspace: &mut Workspace<f64, D>,
    ) where
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        match self {
            Self::Momentum(rule) => rule.update(k, potential, iterate, workspace),
            Self::Nesterov(rule) => rule.update(k, potential, iterate, workspace),
        }
    }
}
