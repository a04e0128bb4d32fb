//! The figure of the race: loss − loss* over gradients, with the theoretical slopes.

use super::problem::Fit;
use super::race::{ARRIVED, Run};
use heavyball::plot::{Annotation, Axis, Color, Dash, Figure, Legend, Line, Panel, ReferenceLine};

const COLORS: [Color; 5] = [
    Color::VERMILLION,
    Color::ORANGE,
    Color::GREEN,
    Color::PURPLE,
    Color::BLUE,
];
/// The lower end of the axis of gaps, and the smallest gap to which the theoretical lines are fitted.
const LOWEST: f64 = 1e-15;

/// Both races, side by side.
pub(crate) fn race(source: &str, fit: &Fit, races: &[(&'static str, f64, Vec<Run>)]) -> Figure {
    let titles = [
        "Tuned to the bounds on every curvature",
        "Tuned to the curvatures at the minimum",
    ];
    let untils = [1000, 400];
    let panels = races.iter().zip(titles).zip(untils).enumerate().map(
        |(index, (((_, kappa, runs), title), until))| {
            let panel = panel(runs, until).title(format!("{title}: κ = {kappa:.0}"));
            panel.legend(if index == 0 {
                Legend::UpperRight
            } else {
                Legend::Hidden
            })
        },
    );
    let (rows, features) = (fit.training.features().rows(), fit.minimum.len() - 1);
    let wandering = races.last().and_then(|(.., runs)| runs.last());
    let wandering = wandering.and_then(|run| run.gaps.iter().rposition(|gap| *gap >= 1e-2));
    let wandering = wandering.unwrap_or_default();
    Figure::new("Fitting real data: what momentum saves is what κ says")
        .caption(format!(
            "{source}, {rows} standardised rows, {features} features and an intercept; ridge 1/{rows}; from w = 0, v₀ = 0. Dashed: ρ²ᵏ, ρ the linear rate on the curvatures at the minimum, tied to each run at its end. Momentum with β = 0.9 has α = 1/L. Left, the tuning needs only the data; right, it needs the minimum, and far from there it is no bound: the optimal momentum is last above 0.01 at k = {wandering}."
        ))
        .size(1460, 720)
        .panels(panels)
}

fn panel(runs: &[Run], until: usize) -> Panel {
    let mut panel = Panel::new()
        .x_axis(Axis::new("gradients k").range(0.0, until as f64))
        .y_axis(Axis::new("loss − loss*").logarithmic().range(LOWEST, 30.0))
        .layer(ReferenceLine::horizontal(ARRIVED, ""));
    for (run, color) in runs.iter().zip(COLORS) {
        let points = run.gaps.iter().take(until + 1).enumerate();
        // A gap may be exactly 0, which has no logarithm.
        let points = points.filter(|(_, gap)| **gap > 0.0);
        let points: Vec<_> = points.map(|(k, gap)| (k as f64, *gap)).collect();
        if let Some(&(end, gap)) = points.iter().rfind(|(_, gap)| *gap > 2.0 * LOWEST) {
            // Not above a gap of 1, where the linear rate does not apply.
            let one = end + gap.ln() / (-2.0 * run.rate.ln());
            let start = (end - 0.35 * until as f64).max(one);
            let tied = |k: f64| (k, gap * run.rate.powf(2.0 * (k - end)));
            let slope = [tied(start), tied(end)];
            panel = panel.layer(
                Line::new("", slope)
                    .color(color.lighter(0.2))
                    .width(1.5)
                    .dash(Dash::Dashed),
            );
        }
        if let Some(&(_, gap)) = points.last().filter(|(_, gap)| *gap > ARRIVED) {
            let place = (0.72 * until as f64, 3.0 * gap);
            let text = format!("at 10⁻¹⁰ after {} gradients", run.arrival());
            panel = panel.layer(Annotation::new(text, place).color(color).offset(0.0, 30.0));
        }
        panel = panel.layer(Line::new(run.name, points).color(color).width(2.2));
    }
    panel
}
