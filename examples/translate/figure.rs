//! The figure of translate: the rate on each curvature, and the motion on three of them.

use crate::{Source, stability};
use heavyball::frameworks::SutskeverForm;
use heavyball::plot::{Axis, Color, Dash, Figure, Line, Marker, Panel, ReferenceLine};
use heavyball::study::stability::Damping;
use heavyball::{Error, Quadratic, UpdateRule};
use nalgebra::vector;

const PLACES: u32 = 1200;
const STEPS: usize = 60;

/// The rate over the curvature, with a colour for each kind of damping, and x over k on three curvatures.
pub(crate) fn figure(source: &Source) -> Result<Figure, Error> {
    let form = &source.form;
    let (alpha, beta) = (*form.alpha(), *form.beta());
    let kinds = [
        (Damping::Overdamped, "overdamped", Color::BLUE),
        (Damping::Underdamped, "underdamped", Color::GREEN),
        (Damping::Alternating, "alternating", Color::VERMILLION),
    ];
    let (low, high) = (1e-4 / alpha, 5.0 / alpha);
    let mut curves: [Vec<(f64, f64)>; 3] = Default::default();
    let mut before: Option<(usize, (f64, f64))> = None;
    for place in 0..=PLACES {
        let curvature = low * (high / low).powf(f64::from(place) / f64::from(PLACES));
        let verdict = stability(form, (curvature, curvature))?;
        let point = (curvature, verdict.rate);
        let Some(kind) = kinds.iter().position(|kind| kind.0 == verdict.damping) else {
            continue;
        };
        // Each piece begins where the previous one ended; a kind of damping may have several pieces.
        if let (Some(curve), Some((last, end))) = (curves.get_mut(kind), before)
            && last != kind
        {
            if !curve.is_empty() {
                curve.push((f64::NAN, f64::NAN));
            }
            curve.push(end);
        }
        if let Some(curve) = curves.get_mut(kind) {
            curve.push(point);
        }
        before = Some((kind, point));
    }
    let curvature = match source.spring() {
        0.0 => "curvature λ",
        _ => "curvature λ of the loss and the spring",
    };
    let mut left = Panel::new()
        .title("How fast the error falls")
        .x_axis(Axis::new(curvature).logarithmic().range(low, high))
        .y_axis(Axis::new("factor an iteration, ρ").range(0.0, 1.6));
    for ((_, label, color), curve) in kinds.into_iter().zip(curves) {
        if !curve.is_empty() {
            left = left.layer(Line::new(label, curve).color(color).width(2.5));
        }
    }
    left = left.layer(
        ReferenceLine::horizontal(1.0, "no longer falls")
            .color(Color::GREY)
            .dash(Dash::Dashed),
    );
    let largest = stability(form, (low, low))?
        .largest_alpha
        .map(|largest| largest * low / alpha);
    let mut right = Panel::new()
        .title("The motion from x = 1 at rest")
        .x_axis(Axis::new("iteration k"))
        .y_axis(Axis::new("position x"));
    if let Some(limit) = largest {
        left = left.layer(
            ReferenceLine::vertical(
                limit,
                format!("stable below λ = {}", (1e4 * limit).round() / 1e4),
            )
            .color(Color::BLACK)
            .dash(Dash::Dotted),
        );
    }
    // Momentum at β = 1 never settles, but oscillates below 2(1 + β)/α all the same.
    let limit = largest.unwrap_or(2.0 * (1.0 + beta) / alpha);
    // Not the colours of the left panel, which mark kinds of damping.
    for (share, color, marker) in [
        (1e-3, Color::BLACK, Marker::Square),
        (0.03, Color::ORANGE, Marker::Dot),
        (0.9, Color::PURPLE, Marker::Ring),
    ] {
        let curvature = share * limit;
        let bowl = Quadratic::diagonal(vector![curvature])?;
        let points = match form {
            SutskeverForm::Momentum(rule) => run(rule, &bowl),
            SutskeverForm::Nesterov(rule) => run(rule, &bowl),
        };
        let label = format!("λ = {curvature:.3}");
        right = right.layer(
            Line::new(label, points)
                .color(color)
                .marker(marker)
                .marker_size(4.5),
        );
    }
    let name = if form.is_nesterov() {
        "Nesterov’s rule"
    } else {
        "momentum"
    };
    Ok(Figure::new(source.name.clone())
        .caption(format!("In Sutskever’s form {name} with α = {alpha}, β = {beta}, on f(x) = ½λx². Left: the largest multiplier ρ of a step, coloured by how x moves."))
        .size(1460, 680)
        .panel(left)
        .panel(right))
}

fn run<R, P>(rule: &R, bowl: &P) -> Vec<(f64, f64)>
where
    R: UpdateRule<f64> + Clone,
    P: heavyball::Potential<f64, nalgebra::Const<1>>,
{
    let positions = rule.iterates(bowl, vector![1.0]).map(|at| at.position.x);
    let numbered = positions.take(STEPS + 1).enumerate();
    numbered.map(|(k, x)| (k as f64, x)).collect()
}
