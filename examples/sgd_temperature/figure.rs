//! The figure: the loss that remains over α/B(1 − β), and its ratio to the prediction.

use super::runs::{Measurement, Model, Series};
use heavyball::plot::{
    Axis, Color, Dash, Dots, Figure, Legend, Line, Marker, Panel, ReferenceLine,
};

const COLORS: [Color; 5] = [
    Color::VERMILLION,
    Color::BLUE,
    Color::SKY,
    Color::GREEN,
    Color::PURPLE,
];
const MARKERS: [Marker; 5] = [
    Marker::Square,
    Marker::Dot,
    Marker::Dot,
    Marker::Triangle,
    Marker::Dot,
];

/// Both panels.
pub(crate) fn remaining(model: &Model, measured: &[(Series, Vec<Measurement>)]) -> Figure {
    let rate = || Axis::new("α/B(1 − β)").logarithmic();
    let trace = model.noise.trace();
    let mut left = Panel::new()
        .title("The loss that remains")
        .x_axis(rate())
        .y_axis(Axis::new("E loss − loss*").logarithmic())
        .legend(Legend::UpperLeft);
    let mut right = Panel::new()
        .title("Measured over predicted")
        .x_axis(rate())
        .y_axis(Axis::new("ratio").range(0.0, 2.6))
        .layer(ReferenceLine::horizontal(1.0, ""))
        .legend(Legend::Hidden);
    let all = || measured.iter().flat_map(|(_, points)| points);
    let [low, high] = [f64::min, f64::max]
        .map(|pick: fn(f64, f64) -> f64| all().map(Measurement::rate).reduce(pick).unwrap_or(1.0));
    let first_order = [low, high].map(|rate| (rate, 0.25 * rate * trace));
    left = left.layer(
        Line::new("¼ tr(Σ) α/B(1 − β)", first_order)
            .color(Color::BLACK)
            .width(1.5)
            .dash(Dash::Dashed),
    );
    for (index, (((series, points), color), marker)) in
        measured.iter().zip(COLORS).zip(MARKERS).enumerate()
    {
        // Side by side, where they would cover each other.
        let place = |point: &Measurement| point.rate() * (0.88 + 0.06 * index as f64);
        if series.is_independent() {
            let (first, last) = match (points.first(), points.last()) {
                (Some(first), Some(last)) => (first.alpha, last.alpha),
                _ => continue,
            };
            let steps = (0..=40).map(|i| first * (last / first).powf(f64::from(i) / 40.0));
            let scale = series.batch as f64 * (1.0 - series.beta);
            let curve = steps
                .filter_map(|alpha| Some((alpha / scale, series.predicted(model, alpha).ok()?)));
            let curve: Vec<_> = curve.collect();
            left = left.layer(Line::new("", curve).color(color).width(1.8));
        }
        let dots: Vec<_> = points
            .iter()
            .map(|point| (point.rate(), point.measured))
            .collect();
        left = left.layer(
            Dots::new(series.name, dots)
                .color(color)
                .marker(marker)
                .size(6.5),
        );
        for point in points {
            let (ratio, error) = (
                point.measured / point.predicted,
                2.0 * point.error / point.predicted,
            );
            let bar = [(place(point), ratio - error), (place(point), ratio + error)];
            right = right.layer(Line::new("", bar).color(color).width(1.8));
        }
        let ratios: Vec<_> = points
            .iter()
            .map(|p| (place(p), p.measured / p.predicted))
            .collect();
        right = right.layer(Dots::new("", ratios).color(color).marker(marker).size(6.5));
    }
    let rows = model.fit.training.features().rows();
    Figure::new("Minibatch noise has a temperature, which predicts the loss that remains at small rates")
        .caption(format!(
            "Logistic regression, Breast Cancer Wisconsin (Diagnostic), {rows} standardised rows, {} weights, ridge 1/{rows}; started at the minimum, 60 000 iterations a dot, bars of 2 standard errors, on the right side by side. Curves: ½ tr(A Cov x) with the Hessian A and the covariance Σ of the gradients of single rows at the minimum, exact for a quadratic at every α; dashed: its first order. β = 0.9 for momentum and Nesterov. At larger rates the iterates leave the region where the loss is quadratic and the noise that of the minimum. Reshuffled batches are correlated within an epoch and leave far less.",
            model.fit.minimum.len()
        ))
        .size(1460, 720)
        .panels([left, right])
}
