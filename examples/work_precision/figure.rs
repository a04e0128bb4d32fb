//! The figure: errors over gradients and over time, without and with drag.

use heavyball::plot::{Axis, Color, Dash, Figure, Legend, Line, Marker, Panel};
use heavyball::study::work_precision::{Efficiency, Family, Integrator, Parameter, Work};

/// Errors over gradients above errors over time; without drag on the left, with it on the right.
pub(crate) fn figure(title: &str, sides: &[Vec<Efficiency>], drag: f64) -> Figure {
    let costs: [(&str, Cost); 2] = [
        ("gradients evaluated", |run| run.gradients as f64),
        ("wall time (s), on one machine", |run| run.seconds),
    ];
    let runs = || {
        let runs = sides.iter().flatten().flat_map(|table| &table.runs);
        runs.filter(|run| run.outcome.is_measured())
    };
    let errors = range(runs().map(position));
    let mut figure = Figure::new(title).size(1500, 1120).columns(2);
    for (row, (name, cost)) in costs.into_iter().enumerate() {
        let work = range(runs().map(cost));
        for (column, tables) in sides.iter().enumerate() {
            let side = match column {
                0 => "Without drag".to_owned(),
                _ => format!("With drag γ = {drag}"),
            };
            let legend = match (row, column) {
                (0, 1) => Legend::Outside,
                _ => Legend::Hidden,
            };
            let axis = |name: &str, (low, high)| Axis::new(name).logarithmic().range(low, high);
            let lines = STYLES.iter().filter_map(|style| {
                let is_its = |table: &&Efficiency| table.method == style.0.name();
                Some(line(tables.iter().find(is_its)?, style, cost))
            });
            figure = figure.panel(
                Panel::new()
                    .title(side)
                    .x_axis(axis(name, work))
                    .y_axis(axis("largest error in x", errors))
                    .layers(lines)
                    .legend(legend),
            );
        }
    }
    figure
}

/// From the smallest to the largest value, with a margin; a logarithmic axis cannot show zeros.
fn range(values: impl Iterator<Item = f64>) -> (f64, f64) {
    let (least, most) = values
        .filter(|value| *value > 0.0)
        .fold((f64::INFINITY, 0.0_f64), |(least, most), value| {
            (least.min(value), most.max(value))
        });
    let room = (most / least).powf(0.04);
    (least / room, most * room)
}

/// One kind of cost of a run.
type Cost = fn(&Work) -> f64;
/// The style of a method's line, and the size of its markers.
type Style = (Integrator, Color, Marker, Dash, f64);

/// One colour per order and one marker per method; where two methods coincide, the larger marker is drawn first.
const STYLES: [Style; 15] = [
    (
        Integrator::ExplicitEuler,
        Color::ORANGE,
        Marker::Cross,
        Dash::Dotted,
        8.0,
    ),
    (
        Integrator::DriftKickEuler,
        Color::ORANGE,
        Marker::Triangle,
        Dash::Dashed,
        8.0,
    ),
    (
        Integrator::ConformalEuler,
        Color::ORANGE,
        Marker::Ring,
        Dash::Dashed,
        12.0,
    ),
    (
        Integrator::SymplecticEuler,
        Color::ORANGE,
        Marker::Dot,
        Dash::Solid,
        6.0,
    ),
    (
        Integrator::CentralLeapfrog,
        Color::BLUE,
        Marker::Ring,
        Dash::Dashed,
        12.0,
    ),
    (
        Integrator::Leapfrog,
        Color::BLUE,
        Marker::Dot,
        Dash::Solid,
        6.0,
    ),
    (
        Integrator::Yoshida4,
        Color::GREEN,
        Marker::Square,
        Dash::Solid,
        7.0,
    ),
    (
        Integrator::Suzuki4,
        Color::GREEN,
        Marker::Diamond,
        Dash::Dashed,
        8.0,
    ),
    (
        Integrator::Yoshida6,
        Color::PURPLE,
        Marker::Triangle,
        Dash::Solid,
        8.0,
    ),
    (
        Integrator::Yoshida8,
        Color::VERMILLION,
        Marker::Square,
        Dash::Solid,
        7.0,
    ),
    (
        Integrator::Rk45,
        Color::BLACK,
        Marker::Diamond,
        Dash::Dashed,
        7.0,
    ),
    (
        Integrator::Dop853,
        Color::BLACK,
        Marker::Star,
        Dash::Solid,
        9.0,
    ),
    (
        Integrator::Adaptive,
        Color::GREY,
        Marker::Ring,
        Dash::Solid,
        11.0,
    ),
    (
        Integrator::Nystrom8,
        Color::SKY,
        Marker::Triangle,
        Dash::Solid,
        7.0,
    ),
    (
        Integrator::Nystrom12,
        Color::SKY,
        Marker::Square,
        Dash::Dashed,
        6.0,
    ),
];

fn line(table: &Efficiency, style: &Style, cost: Cost) -> Line {
    let (integrator, color, marker, dash, size) = *style;
    let order = match table.parameter {
        Parameter::Step { order, .. } => order.to_string(),
        Parameter::Tolerance => "adaptive".to_owned(),
    };
    let measured = table.runs.iter().filter(|run| run.outcome.is_measured());
    let points = measured.map(|run| (cost(run), position(run)));
    Line::new(
        format!("{integrator} ({order})"),
        points.filter(|point| point.1 > 0.0),
    )
    .color(color)
    .marker(marker)
    .marker_size(size)
    .dash(dash)
}

fn position(run: &Work) -> f64 {
    run.outcome.error().position
}
