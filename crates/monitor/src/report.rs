//! Report: a run in rows, as a table, as CSV, and as a figure.

use crate::error::Error;
use crate::row::Row;
use std::fmt::Write;

/// A run in rows of consecutive iterations, the same number in each but the last; after at most 1023 recorded iterations
/// there is one row for each.
///
/// `Display` is a table of at most 16 lines, and what to read from it. [`Self::to_csv`] has all rows.
///
/// ```
/// use heavyball::Momentum;
/// use heavyball_monitor::{Monitor, Report};
///
/// // f = ½x² at α = 2.5: every step multiplies x by 1 − α = −1.5, since αλ = 2.5 is over the edge of 2.
/// let rule = Momentum::new(2.5, 0.0)?;
/// let (mut monitor, mut x) = (Monitor::new(), 1.0);
/// for k in 0..10 {
///     monitor.record(k, 0.5 * x * x, rule, &[&[x]], &[&[x]])?;
///     x -= 2.5 * x;
/// }
/// let report = monitor.report()?;
/// assert_eq!(report.over_edge(), (10, 9)); // the first iteration has no step to look back on
/// assert!(report.to_string().contains("Over the edge of stability in 9 of 10 iterations"));
/// assert_eq!(report.to_csv().lines().next(), Some(Report::COLUMNS));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    rows: Vec<Row>,
}

impl Report {
    pub(crate) fn of(rows: &[Row]) -> Result<Self, Error> {
        if rows.is_empty() {
            return Err(Error::NothingRecorded);
        }
        Ok(Self {
            rows: rows.to_vec(),
        })
    }

    /// The rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// At most `count` rows, each of several of these.
    pub fn joined(&self, count: usize) -> Vec<Row> {
        let width = self.rows.len().div_ceil(count.max(1));
        let join = |rows: &[Row]| {
            let (first, later) = rows.split_first()?;
            let mut joined = first.clone();
            later.iter().for_each(|row| joined.join(row));
            Some(joined)
        };
        self.rows.chunks(width.max(1)).filter_map(join).collect()
    }

    /// The number of recorded iterations, and how many had αλ above the edge of stability.
    pub fn over_edge(&self) -> (usize, usize) {
        let all = self.rows.iter().map(Row::count).sum();
        let over = self.rows.iter().map(Row::over_edge).sum();
        (all, over)
    }

    /// The columns of [`Self::to_csv`].
    pub const COLUMNS: &'static str = "first,last,count,time,flow_time,alpha,beta,drag,loss,kinetic_energy,energy,\
        gradient_norm,curvature,alpha_lambda,alpha_lambda_max,edge,over_edge,temperature,kinetic_temperature,dissipated,\
        work,mismatch";

    /// A line for each row, with 17 significant digits; a value that is missing is empty.
    ///
    /// Times, rule, drag, `dissipated` and `work` are those at the last iteration of the row, the others means.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from(Self::COLUMNS);
        csv.push('\n');
        for row in &self.rows {
            let last = row.last();
            let values = [
                Some(last.time),
                last.flow_time,
                Some(last.alpha),
                Some(last.beta),
                Some(last.drag),
                row.loss(),
                row.kinetic_energy(),
                row.energy(),
                row.gradient_norm(),
                row.curvature(),
                row.alpha_lambda(),
                row.largest_alpha_lambda(),
                row.edge(),
                Some(row.over_edge() as f64),
                row.temperature(),
                row.kinetic_temperature(),
                last.dissipated,
                last.work,
                row.mismatch(),
            ];
            // A String takes any text.
            let _ = write!(csv, "{},{},{}", row.first(), last.iteration, row.count());
            for value in values {
                csv.push(',');
                if let Some(value) = value {
                    let _ = write!(csv, "{value:.16e}");
                }
            }
            csv.push('\n');
        }
        csv
    }
}
