//! The table of a report.

use crate::report::Report;
use crate::row::Row;
use std::fmt;

/// Lines of the table.
const LINES: usize = 16;

/// Steps that differ from the rule by more than this have another rule.
const MISMATCH: f64 = 0.01;

type Column = (&'static str, fn(&Row) -> Option<f64>);

const COLUMNS: [Column; 9] = [
    ("time", |row| Some(row.last().time)),
    ("loss", Row::loss),
    ("kinetic", Row::kinetic_energy),
    ("energy", Row::energy),
    ("drag", |row| Some(row.last().drag)),
    ("curvature", Row::curvature),
    ("alpha*lambda", Row::alpha_lambda),
    ("edge", Row::edge),
    ("temperature", Row::temperature),
];

/// Four significant digits, with an exponent where the number is tiny or huge.
fn short(value: f64) -> String {
    let size = value.abs();
    if size != 0.0 && !(1e-3..1e5).contains(&size) {
        return format!("{value:.3e}");
    }
    let before = if size < 1.0 { 0 } else { size.log10() as usize };
    format!("{value:.*}", 4_usize.saturating_sub(before))
}

impl fmt::Display for Report {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.joined(LINES);
        let has = |column: &&Column| rows.iter().any(|row| column.1(row).is_some());
        let columns: Vec<&Column> = COLUMNS.iter().filter(has).collect();
        write!(out, "{:>15}", "iterations")?;
        for (name, _) in &columns {
            write!(out, "  {name:>12}")?;
        }
        writeln!(out)?;
        for row in &rows {
            let (first, last) = (row.first(), row.last().iteration);
            let span = if first == last {
                first.to_string()
            } else {
                format!("{first}-{last}")
            };
            write!(out, "{span:>15}")?;
            for (_, value) in &columns {
                let text = value(row).map_or_else(|| "-".to_owned(), short);
                write!(out, "  {text:>12}")?;
            }
            writeln!(out)?;
        }
        self.write_verdict(out)
    }
}

impl Report {
    fn write_verdict(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (all, over) = self.over_edge();
        let Some(run) = self.joined(1).pop() else {
            return Ok(());
        };
        let last = run.last();
        let flow = last.flow_time.map_or_else(String::new, |time| {
            format!(", or {} of gradient flow", short(time))
        });
        writeln!(
            out,
            "{all} iterations are the time {} of a ball of mass 1{flow}.",
            short(last.time)
        )?;
        if over > 0 {
            let largest = run.largest_alpha_lambda().unwrap_or_default();
            writeln!(
                out,
                "Over the edge of stability in {over} of {all} iterations: alpha*lambda along the motion reached {}, and the \
                 edge is {}.",
                short(largest),
                short(last.edge)
            )?;
        } else if run.alpha_lambda().is_some() {
            writeln!(
                out,
                "Along the motion alpha*lambda stayed below the edge of stability; other directions may be stiffer."
            )?;
        }
        if let (Some(noise), Some(motion)) = (run.temperature(), run.kinetic_temperature()) {
            writeln!(
                out,
                "Mean temperature of the noise {}, and of the motion {}.",
                short(noise),
                short(motion)
            )?;
        }
        if let Some(mismatch) = run.mismatch().filter(|mismatch| *mismatch > MISMATCH) {
            writeln!(
                out,
                "The steps differ from those of the rule by {} % in the mean: clipping, weight decay or another convention.",
                short(100.0 * mismatch)
            )?;
        }
        Ok(())
    }
}
