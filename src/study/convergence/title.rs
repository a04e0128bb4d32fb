//! Title: what a table of convergence compares, in parts.

use std::fmt;

/// The parameter ε of a family of runs that tends to zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SmallParameter {
    /// The step Δt, in units of time.
    Step,
    /// The mass m, in units of drag times time.
    Mass,
    /// The learning rate α, in units of 1/curvature.
    Rate,
    /// √s for a learning rate s: the time that one iteration of an accelerated method takes.
    RootRate,
    /// Another parameter, by its name.
    Other(&'static str),
}

impl SmallParameter {
    /// Its name as the column of a CSV: `dt` (also for √s), `mass`, `alpha`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Step | Self::RootRate => "dt",
            Self::Mass => "mass",
            Self::Rate => "alpha",
            Self::Other(name) => name,
        }
    }

    /// Its symbol: Δt, m, α, √s.
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Step => "Δt",
            Self::Mass => "m",
            Self::Rate => "α",
            Self::RootRate => "√s",
            Self::Other(name) => name,
        }
    }

    /// Its axis in a figure, with the unit.
    #[cfg(feature = "plot")]
    pub(super) fn axis(self) -> &'static str {
        match self {
            Self::Step | Self::RootRate => "Δt (time units)",
            Self::Mass => "mass m (drag × time units)",
            Self::Rate => "learning rate α (1/curvature units)",
            Self::Other(name) => name,
        }
    }
}

/// A short text in parts; `Display` joins them by ` · `.
///
/// A figure omits the parts that all of its lines share.
///
/// ```
/// use heavyball::study::Label;
///
/// let label = Label::from("Momentum").and("β = 0.9");
/// assert_eq!(label.to_string(), "Momentum · β = 0.9");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Label(Vec<String>);

impl Label {
    /// With one more part.
    #[must_use]
    pub fn and(mut self, part: impl Into<String>) -> Self {
        self.0.push(part.into());
        self
    }

    /// The parts.
    pub fn parts(&self) -> &[String] {
        &self.0
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self(vec![text.to_owned()])
    }
}

impl From<String> for Label {
    fn from(text: String) -> Self {
        Self(vec![text])
    }
}

impl fmt::Display for Label {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.0.join(" · "))
    }
}

/// What was compared: the heading of a table, and the key of its rows in a CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The parameter that tends to zero.
    pub parameter: SmallParameter,
    /// What the runs were compared with.
    pub reference: String,
    /// The method that was run.
    pub method: Label,
    /// How it was started and read.
    pub start: Label,
}

impl Title {
    /// The limit and the reference, as in `Δt → 0 against the closed form`.
    pub fn study(&self) -> String {
        format!("{} → 0 against {}", self.parameter.symbol(), self.reference)
    }
}
