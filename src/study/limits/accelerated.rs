//! Accelerated: the methods of rate α = s whose limit s → 0 is known, and the equations that describe them.
//!
//! Reference: B. Shi, S. S. Du, M. I. Jordan, W. J. Su, arXiv:1810.08907 (2018).

use crate::study::{Label, Rule};

/// A method of rate α = s, by its choice of β.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Accelerated {
    /// β = (1 − √μs)/(1 + √μs) on a μ-strongly convex f: the heavy ball for [`Rule::Momentum`], NAG-SC for
    /// [`Rule::Nesterov`].
    StronglyConvex {
        /// Momentum or Nesterov's rule.
        rule: Rule,
        /// The constant μ of strong convexity.
        mu: f64,
    },
    /// Nesterov's rule with β_k = (k − 1)/(k + r − 1). NAG-C is r = 3, the one with a high-resolution equation.
    Schedule {
        /// The friction coefficient r.
        friction: f64,
    },
}

/// Which equation the iterates are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resolution {
    /// The limit s → 0, from rest.
    Low,
    /// The high-resolution equation from the paper's Ẋ(0).
    HighFromPaper,
    /// The high-resolution equation from Ẋ(0) = −(3/2)√s∇f(x₀).
    HighFromCentral,
}

impl Accelerated {
    /// The name of the method and its constant.
    pub(super) fn label(self) -> Label {
        match self {
            Self::StronglyConvex { rule, mu } => {
                let name = match rule {
                    Rule::Momentum => "Momentum",
                    Rule::Nesterov => "NAG-SC",
                };
                Label::from(name).and(format!("μ = {mu}"))
            }
            Self::Schedule { friction } => Label::from("Nesterov").and(format!("r = {friction}")),
        }
    }
}

impl Resolution {
    /// The start of the equation.
    pub(super) fn start(self) -> &'static str {
        match self {
            Self::Low => "from rest",
            Self::HighFromPaper => "from the paper's start",
            Self::HighFromCentral => "from the central start",
        }
    }
}

/// β = (1 − √μs)/(1 + √μs).
pub(super) fn fixed_beta(mu: f64, root: f64) -> f64 {
    let product = mu.sqrt() * root;
    (1.0 - product) / (1.0 + product)
}
