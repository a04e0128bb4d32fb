//! Ranking: methods by their error at the same number of gradients.

use super::efficiency::{heads, write_columns, write_row};
use super::{Parameter, Work};
use std::fmt;

/// What one method made of the budget.
#[derive(Debug, Clone, PartialEq)]
pub struct RankedRun {
    /// The method.
    pub method: String,
    /// What `run.parameter` is.
    pub parameter: Parameter,
    /// The run whose gradients fit the budget.
    pub run: Work,
}

/// Methods at equal gradients, from the smallest error in x to the largest.
///
/// Runs that diverged or failed come last. `Display` gives a table to read, [`Self::to_csv`] one to compute with.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranking {
    problem: String,
    budget: usize,
    places: Vec<RankedRun>,
}

impl Ranking {
    pub(super) fn of(problem: String, budget: usize, mut places: Vec<RankedRun>) -> Self {
        places.sort_by(|one, other| {
            let key = |place: &RankedRun| {
                let outcome = &place.run.outcome;
                (!outcome.follows(), outcome.error().position)
            };
            let (one, other) = (key(one), key(other));
            one.0.cmp(&other.0).then(one.1.total_cmp(&other.1))
        });
        Self {
            problem,
            budget,
            places,
        }
    }

    /// What was solved.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// Gradients that each method was allowed.
    pub fn budget(&self) -> usize {
        self.budget
    }

    /// The methods, best first.
    pub fn places(&self) -> &[RankedRun] {
        &self.places
    }

    /// As CSV, a row a method, best first: `problem,method,parameter,gradients,seconds,error_position,error_velocity`.
    pub fn to_csv(&self) -> String {
        let mut csv = super::efficiency::efficiency_csv(&[]);
        for place in &self.places {
            write_row(&mut csv, [&self.problem, &place.method], &place.run);
        }
        csv
    }
}

impl fmt::Display for Ranking {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "{}: {} gradients", self.problem, self.budget)?;
        writeln!(out, "  {:>2}  {:<16} {:>20} {}", "", "method", "", heads())?;
        for (index, place) in self.places.iter().enumerate() {
            let (rank, name) = (index + 1, place.parameter.name());
            let shown = format!("{name} {:.3e}", place.run.parameter);
            write!(out, "  {rank:>2}  {:<16} {shown:>20} ", place.method)?;
            write_columns(out, &place.run)?;
            writeln!(out)?;
        }
        Ok(())
    }
}
