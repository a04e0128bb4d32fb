//! The map of iterations over (α, β), with the theoretical lines.

use super::{ALPHA, BETA, Cell, FAR, L, MU, SIDE, STEPS};
use heavyball::plot::{
    Annotation, Axis, Color, Dash, Dots, Figure, HeatMap, Legend, Line, Marker, Panel,
};
use heavyball::prelude::*;

pub(crate) fn map(cells: &[Cell]) -> Result<Figure, Error> {
    // Cells that diverged are NaN, which is drawn grey; those that have not arrived have the colour of the largest
    // count.
    let value = |cell: &Cell| match cell.diverged() {
        true => f64::NAN,
        false => cell.iterations.unwrap_or(STEPS as f64),
    };
    let values = cells.iter().map(value).collect();
    let polyak = Momentum::optimal(MU, L)?;
    let rate = polyak.stability_on(MU, L)?.rate;
    let betas = |from: f64| (0..=400).map(move |k| from + (1.0 - from) * f64::from(k) / 400.0);
    let border: Vec<_> = betas(0.0)
        .map(|beta| (2.0 * (1.0 + beta) / L, beta))
        .collect();
    // Above both lines both modes oscillate and ρ = √β, so a smaller β is faster until it meets one of the lines.
    let ridge = |sign: f64, curvature: f64, betas: &mut dyn Iterator<Item = f64>| {
        let points = betas.map(|beta| ((1.0 + sign * beta.sqrt()).powi(2) / curvature, beta));
        let points = points.filter(|(alpha, beta)| alpha * L <= 2.0 * (1.0 + beta));
        Line::new("", points.collect::<Vec<_>>())
            .color(Color::WHITE)
            .dash(Dash::Dashed)
            .width(2.4)
    };
    let panel = Panel::new()
        .x_axis(Axis::new("learning rate α").range(ALPHA.0, ALPHA.1))
        .y_axis(Axis::new("momentum β").range(BETA.0, BETA.1))
        .legend(Legend::Hidden)
        .layer(
            HeatMap::new(ALPHA, BETA, SIDE, values)
                .logarithmic()
                .range(30.0, STEPS as f64)
                .colorbar("iterations until |x₁|, |x₂| ≤ 10⁻⁶"),
        )
        .layer(ridge(-1.0, MU, &mut betas(0.3)))
        .layer(ridge(1.0, L, &mut betas(0.0)))
        .layer(Line::new("", border).color(Color::BLACK).width(3.0))
        .layer(
            Dots::new("", [(polyak.alpha, polyak.beta)])
                .color(Color::VERMILLION)
                .marker(Marker::Diamond)
                .size(14.0),
        )
        .layer(
            Annotation::new(
                format!("Polyak’s optimum, ρ = {rate:.3}"),
                (polyak.alpha, polyak.beta),
            )
            .offset(-150.0, 34.0),
        )
        .layer(Annotation::new("αL = 2(1 + β)", (2.0 * 1.25 / L, 0.25)).offset(90.0, 0.0))
        .layer(Annotation::new("diverges", (0.15, 0.2)));
    Ok(Figure::new("How many iterations momentum takes, for every α and β")
        .caption(format!("v₊ = βv − α∇f(x), x₊ = x + v₊ from (1, 1) with v = 0 on f = ½(μx₁² + Lx₂²), μ = {MU}, L = {L}. {SIDE} × {SIDE} pairs. Grey: farther than {FAR} from the minimum after {STEPS} iterations. Above the white dashes, √(αμ) = 1 − √β and √(αL) = 1 + √β, both coordinates swing and ρ = √β; they meet at Polyak’s optimum. Brightest: not there after {STEPS} iterations."))
        .size(1240, 860)
        .panel(panel))
}
