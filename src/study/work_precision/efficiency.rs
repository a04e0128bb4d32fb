//! Efficiency: the errors of one method over what its runs cost.

use super::Parameter;
use crate::Error;
use crate::fixed_steps::StepError;
use crate::ode::SolverError;
use crate::study::Distance;
use crate::study::convergence::quoted;
use std::fmt::{self, Write as _};

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// Its error.
    Measured(Distance),
    /// Not told from the reference's own error: smaller than this, which is what can be said.
    BelowReference(Distance),
    /// It reached the end with this error, more than twice as large as the motion itself: it diverged.
    Lost(Distance),
    /// It did not reach the end, for this reason.
    Failed(Error),
}

impl Outcome {
    /// The error; infinite for a run that did not reach the end.
    pub fn error(&self) -> Distance {
        match self {
            Self::Measured(error) | Self::BelowReference(error) | Self::Lost(error) => *error,
            Self::Failed(_) => Distance {
                position: f64::INFINITY,
                velocity: f64::INFINITY,
            },
        }
    }

    /// Whether the error is one of a run that still follows the motion, and above the reference's own.
    pub fn is_measured(&self) -> bool {
        matches!(self, Self::Measured(_))
    }

    /// Whether the run follows the motion, as far as the reference can tell.
    pub fn follows(&self) -> bool {
        matches!(self, Self::Measured(_) | Self::BelowReference(_))
    }

    /// What a table says in place of an error.
    fn word(&self) -> Option<&'static str> {
        match self {
            Self::Measured(_) | Self::BelowReference(_) => None,
            Self::Failed(Error::Solver(SolverError::Stiff { .. })) => Some("stiff"),
            Self::Failed(
                Error::Solver(SolverError::StepsExhausted { .. })
                | Error::Solver(SolverError::StepSizeUnderflow { .. }),
            ) => Some("gave up"),
            Self::Failed(Error::Step(StepError::Pole { .. })) => Some("no such step"),
            Self::Lost(_) | Self::Failed(_) => Some("diverged"),
        }
    }
}

/// One run: what it cost, and how wrong it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Work {
    /// The step Δt or the tolerance.
    pub parameter: f64,
    /// Gradients that were evaluated, counted in the potential.
    pub gradients: usize,
    /// Median wall time of [`Problem::solve`](crate::Problem::solve) in seconds: a property of this machine
    /// and this moment.
    pub seconds: f64,
    /// How it ended.
    pub outcome: Outcome,
}

/// The runs of one method, from cheap to dear.
///
/// `Display` gives a table to read, [`efficiency_csv`] one to compute with.
#[derive(Debug, Clone, PartialEq)]
pub struct Efficiency {
    /// What was solved.
    pub problem: String,
    /// What solved it.
    pub method: String,
    /// What the runs differ in.
    pub parameter: Parameter,
    /// The runs, from the largest parameter to the smallest.
    pub runs: Vec<Work>,
}

impl Efficiency {
    /// Gradients from which on the measured error, that which `component` reads, stays at or below `error`.
    ///
    /// A power law is drawn between the last run above `error` and the next. `None` where these are not two measured runs:
    /// beyond the table nothing is guessed.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::WorkPrecision;
    /// use heavyball::study::work_precision::Integrator;
    /// use nalgebra::vector;
    ///
    /// let bowl = Quadratic::diagonal(vector![1.0])?;
    /// let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, bowl, vector![1.0]).until(6.0);
    /// let study = WorkPrecision::new(&problem).doublings(105, 6);
    /// let table = study.measure(&Integrator::Leapfrog)?;
    /// let needed = |error| table.gradients_for(error, |distance| distance.position);
    /// // Second order: a hundredth of the error for ten times the gradients.
    /// assert!((needed(1e-6).unwrap() / needed(1e-4).unwrap() - 10.0).abs() < 0.1);
    /// assert_eq!(needed(1e-12), None);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn gradients_for(&self, error: f64, component: impl Fn(&Distance) -> f64) -> Option<f64> {
        self.cost_for(|run| run.gradients as f64, error, component)
    }

    /// Seconds for an error, as [`Self::gradients_for`] has gradients: of this machine and this moment.
    pub fn seconds_for(&self, error: f64, component: impl Fn(&Distance) -> f64) -> Option<f64> {
        self.cost_for(|run| run.seconds, error, component)
    }

    fn cost_for(
        &self,
        cost: impl Fn(&Work) -> f64,
        error: f64,
        component: impl Fn(&Distance) -> f64,
    ) -> Option<f64> {
        let mut by_work: Vec<_> = self.runs.iter().collect();
        by_work.sort_by_key(|run| run.gradients);
        let found = |run: &Work| component(&run.outcome.error());
        let above = by_work
            .iter()
            .rposition(|run| !run.outcome.follows() || found(run) > error)?;
        let (before, after) = (by_work.get(above)?, by_work.get(above + 1)?);
        if !before.outcome.is_measured() {
            return None;
        }
        // An error of zero is rounding and has no logarithm.
        let reached = found(after).max(f64::MIN_POSITIVE);
        let part = (found(before) / error).ln() / (found(before) / reached).ln();
        Some(cost(before) * (cost(after) / cost(before)).powf(part))
    }
}

/// Several tables as one CSV: `problem,method,parameter,gradients,seconds,error_position,error_velocity`.
///
/// A run that did not reach the end has the error `inf`. The parameter is Δt or the tolerance, by the method.
pub fn efficiency_csv(tables: &[Efficiency]) -> String {
    let mut csv =
        String::from("problem,method,parameter,gradients,seconds,error_position,error_velocity\n");
    for table in tables {
        for run in &table.runs {
            write_row(&mut csv, [&table.problem, &table.method], run);
        }
    }
    csv
}

/// A row of a CSV: the texts that say whose run it is, and the run.
pub(super) fn write_row(csv: &mut String, key: [&str; 2], run: &Work) {
    let [problem, method] = key.map(quoted);
    let error = run.outcome.error();
    // Writing to a String cannot fail.
    let _ = writeln!(
        csv,
        "{problem},{method},{:.16e},{},{:.3e},{:.16e},{:.16e}",
        run.parameter, run.gradients, run.seconds, error.position, error.velocity
    );
}

/// The head of the columns that [`write_columns`] fills.
pub(super) fn heads() -> String {
    format!(
        "{:>11} {:>10}  {:>12} {:>12}",
        "gradients", "time", "error in x", "error in ẋ"
    )
}

/// Gradients, time and errors of a run, or the word for what became of it.
pub(super) fn write_columns(out: &mut fmt::Formatter<'_>, run: &Work) -> fmt::Result {
    write!(out, "{:>11} {:>7.2e} s  ", run.gradients, run.seconds)?;
    match (run.outcome.word(), run.outcome.error()) {
        (Some(word), _) => write!(out, "{word:>12} {word:>12}"),
        (None, error) if !run.outcome.is_measured() => {
            let [x, u] = [error.position, error.velocity].map(|most| format!("< {most:.1e}"));
            write!(out, "{x:>12} {u:>12}")
        }
        (None, error) => write!(out, "{:>12.4e} {:>12.4e}", error.position, error.velocity),
    }
}

impl fmt::Display for Efficiency {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}: {}", self.problem, self.method)?;
        writeln!(out, "  {:>12} {}", self.parameter.name(), heads())?;
        for run in &self.runs {
            write!(out, "  {:>12.4e} ", run.parameter)?;
            write_columns(out, run)?;
            writeln!(out)?;
        }
        Ok(())
    }
}
