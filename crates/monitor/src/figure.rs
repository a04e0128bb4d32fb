//! The figure of a report: loss, αλ against the edge, temperatures, energies.

use crate::report::Report;
use crate::row::Row;
use heavyball_plot::{Axis, Color, Dash, Figure, Line, Panel};

/// Points of a curve at most: a secant of few steps is mostly noise.
const POINTS: usize = 200;

/// Label, colour, dash and points.
type Curve = (&'static str, Color, Dash, Vec<(f64, f64)>);

/// The values of a row at the middle of its iterations; a missing one breaks the line.
fn curve(rows: &[Row], value: impl Fn(&Row) -> Option<f64>) -> Vec<(f64, f64)> {
    let middle = |row: &Row| 0.5 * (row.first() as f64 + row.last().iteration as f64);
    rows.iter()
        .filter_map(|row| Some((middle(row), value(row)?)))
        .filter(|(_, y)| y.is_finite())
        .collect()
}

/// A panel of curves over the iterations; logarithmic if every value is positive and they span more than a decade.
fn panel(title: &str, name: &str, lines: Vec<Line>, values: &[f64]) -> Panel {
    let low = values.iter().copied().fold(f64::INFINITY, f64::min);
    let high = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut axis = Axis::new(name);
    if low > 0.0 && high > 10.0 * low {
        axis = axis.logarithmic();
    }
    Panel::new()
        .title(title)
        .x_axis(Axis::new("iteration k"))
        .y_axis(axis)
        .layers(lines)
}

impl Report {
    /// Loss, αλ along the motion against the edge, temperatures and energies over the iterations.
    ///
    /// A curve has at most 200 points, means over equally many iterations; the caption, which is for the parameters of the run,
    /// says over how many. A panel without data is left out.
    ///
    /// ```no_run
    /// # fn draw(monitor: &heavyball_monitor::Monitor) -> Result<(), heavyball_monitor::Error> {
    /// monitor.report()?.figure("Training", "batch 32, α = 0.1, β = 0.9").save("run.png")?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn figure(&self, title: impl Into<String>, caption: impl Into<String>) -> Figure {
        let rows = &self.joined(POINTS)[..];
        let first = rows.first().map_or(1, Row::count);
        let caption = match (caption.into(), first) {
            (caption, 1) => caption,
            (caption, count) => format!("{caption} Means over {count} iterations.")
                .trim_start()
                .to_owned(),
        };
        let mut figure = Figure::new(title).caption(caption).size(1400, 960);
        let series: [(&str, &str, Vec<Curve>); 4] = [
            (
                "Loss",
                "loss",
                vec![("", Color::BLUE, Dash::Solid, curve(rows, Row::loss))],
            ),
            (
                "Curvature along the motion",
                "αλ",
                vec![
                    (
                        "αλ, secant",
                        Color::BLUE,
                        Dash::Solid,
                        curve(rows, Row::alpha_lambda),
                    ),
                    (
                        "edge of stability",
                        Color::VERMILLION,
                        Dash::Dashed,
                        curve(rows, Row::edge),
                    ),
                ],
            ),
            (
                "Temperature",
                "T, unit of the loss",
                vec![
                    (
                        "of the motion, 2K/N",
                        Color::ORANGE,
                        Dash::Solid,
                        curve(rows, Row::kinetic_temperature),
                    ),
                    (
                        "of the noise",
                        Color::BLUE,
                        Dash::Solid,
                        curve(rows, Row::temperature),
                    ),
                ],
            ),
            (
                "Energy",
                "unit of the loss",
                vec![
                    (
                        "kinetic",
                        Color::ORANGE,
                        Dash::Solid,
                        curve(rows, Row::kinetic_energy),
                    ),
                    ("loss", Color::BLUE, Dash::Solid, curve(rows, Row::loss)),
                    (
                        "taken by drag",
                        Color::GREEN,
                        Dash::Dashed,
                        curve(rows, |row| {
                            row.last().dissipated.filter(|taken| *taken > 0.0)
                        }),
                    ),
                ],
            ),
        ];
        for (title, name, series) in series {
            // Without the first series a panel has nothing to say.
            if series.first().is_none_or(|(.., points)| points.is_empty()) {
                continue;
            }
            let values: Vec<f64> = series
                .iter()
                .flat_map(|(.., points)| points.iter().map(|point| point.1))
                .collect();
            let lines = series
                .into_iter()
                .filter(|(.., points)| !points.is_empty())
                .map(|(label, color, dash, points)| {
                    Line::new(label, points).color(color).dash(dash).width(1.8)
                });
            figure = figure.panel(panel(title, name, lines.collect(), &values));
        }
        figure
    }
}
