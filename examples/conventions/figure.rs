//! The figures of the conventions.

use crate::rate_change::{BETA, COSINE, Changes, DROP, Path, RISE};
use crate::{MOMENTUM, RATE, Run};
use heavyball::Error;
use heavyball::frameworks::Convention;
use heavyball::plot::{Axis, Color, Dash, Dots, Figure, Line, Marker, Panel};

/// Parameters and buffers of Nesterov's variant, as each framework stores them.
pub(crate) fn conventions(runs: &[Run]) -> Result<Figure, Error> {
    let mut left = Panel::new()
        .title("What is stored as the parameter")
        .x_axis(Axis::new("iteration k"))
        .y_axis(Axis::new("first component"));
    let mut right = Panel::new()
        .title("What is stored beside it")
        .x_axis(Axis::new("iteration k"))
        .y_axis(Axis::new("first component of the buffer"));
    // Frameworks that store the same values are drawn once.
    let groups = [
        ("PyTorch, Optax, MLX, burn: −v/α", Color::VERMILLION),
        ("Keras, Flux Nesterov, Sutskever: v", Color::BLUE),
        ("two-step form: the point before", Color::GREEN),
    ];
    let group = |run: &Run| match run.line.convention() {
        Convention::TwoStep { .. } => 2,
        Convention::Keras { .. } | Convention::FluxNesterov | Convention::Sutskever { .. } => 1,
        _ => 0,
    };
    for (index, (label, color)) in groups.into_iter().enumerate() {
        if let Some(run) = runs.iter().find(|run| group(run) == index) {
            let buffers = run.states.iter().enumerate();
            let points: Vec<_> = buffers
                .filter_map(|(k, (state, _))| Some((k as f64, state.buffer?.x)))
                .collect();
            right = right.layer(Line::new(label, points).color(color));
        }
    }
    let stored = |name: &str| runs.iter().find(|run| run.line.convention().name() == name);
    if let (Some(torch), Some(plain)) = (stored("PyTorch"), stored("Sutskever")) {
        let points = |run: &Run| -> Vec<(f64, f64)> {
            let states = run.states.iter().enumerate();
            states
                .map(|(k, (state, _))| (k as f64, state.parameter.x))
                .collect()
        };
        left = left
            .layer(
                Line::new("frameworks: the look-ahead point x + βv", points(torch))
                    .color(Color::VERMILLION)
                    .marker(Marker::Dot)
                    .marker_size(5.0),
            )
            .layer(
                Line::new("Sutskever, two-step form: x itself", points(plain))
                    .color(Color::BLUE)
                    .marker(Marker::Ring)
                    .marker_size(6.0),
            );
    }
    Ok(Figure::new("One run of Nesterov’s variant, as it is stored")
        .caption(format!("Nesterov’s method with learning rate {RATE} and momentum {MOMENTUM} on f(x) = x₁⁴ − 2x₁² + x₂² from (−1.5, −1.5) at rest, in eight conventions of the same iterates. Learning rate and sign make the buffers differ by the factor −1/α = −{:.0}.", 1.0 / RATE))
        .size(1460, 680)
        .panel(left)
        .panel(right))
}

fn first(path: &Path) -> Vec<(f64, f64)> {
    path.points.iter().map(|(_, t, x)| (*t, x.x)).collect()
}

/// Every n-th point, from the m-th on.
fn sparse(path: &Path, from: usize, every: usize) -> Vec<(f64, f64)> {
    first(path).into_iter().skip(from).step_by(every).collect()
}

/// The three changes of the rate.
pub(crate) fn rate_change(changes: &Changes) -> Result<Figure, Error> {
    let [keras, torch, kept, rescaled] = &changes.drop;
    let (before, after, at) = DROP;
    let left = Panel::new()
        .title("A tenth of the rate: two groups")
        .x_axis(Axis::new("iteration k"))
        .y_axis(Axis::new("x₁"))
        .layer(Line::new("Keras: v is kept", first(keras)).color(Color::BLUE))
        .layer(Line::new("PyTorch: v/α is kept", first(torch)).color(Color::VERMILLION))
        .layer(
            Dots::new("PyTorch, velocity kept", sparse(kept, at, 3))
                .color(Color::BLUE)
                .size(5.0),
        )
        .layer(
            Dots::new("Keras, velocity rescaled", sparse(rescaled, at, 3))
                .color(Color::VERMILLION)
                .size(5.0),
        );
    let [keras, torch, velocity, momentum] = &changes.cosine;
    let (from, to, until) = COSINE;
    let middle = Panel::new()
        .title("A cosine: two balls that grow heavy")
        .x_axis(Axis::new("time t = (k + ½)Δt, Δt = 0.1"))
        .y_axis(Axis::new("x₁"))
        .layer(Line::new("mẍ + γẋ + ∇f = 0", first(velocity)).color(Color::BLUE))
        .layer(Line::new("mẍ + (γ + ṁ)ẋ + ∇f = 0", first(momentum)).color(Color::VERMILLION))
        .layer(
            Dots::new("Keras", sparse(keras, 0, 4))
                .color(Color::BLUE)
                .size(5.0),
        )
        .layer(
            Dots::new("PyTorch", sparse(torch, 0, 4))
                .color(Color::VERMILLION)
                .size(5.0),
        );
    let [ball, same, alone, tenfold] = &changes.rise;
    let (low, high, risen) = RISE;
    let mut right = Panel::new()
        .title("Ten times the rate: one ball?")
        .x_axis(Axis::new("time t of a ball of mass 1"))
        .y_axis(Axis::new("x₁"))
        .layer(
            Line::new("the ball", first(ball))
                .color(Color::BLACK)
                .width(2.5),
        );
    for (path, label, color, dash) in [
        (same, "√10 (1 − β) and √10 v", Color::GREEN, Dash::Solid),
        (alone, "only α, Keras", Color::BLUE, Dash::Dashed),
        (tenfold, "only α, PyTorch", Color::VERMILLION, Dash::Dashed),
    ] {
        right = right.layer(
            Line::new(label, sparse(path, risen, 1))
                .color(color)
                .dash(dash)
                .marker(Marker::Dot)
                .marker_size(5.0),
        );
    }
    Ok(Figure::new("What a change of the learning rate does")
        .caption(format!("f(x) = x₁⁴ − 2x₁² + x₂² from (0.6, 1) at rest, β = {BETA}. Left: α from {before} to {after} at k = {at}; dots: after the repair. Middle: α from {from} to {to} along a cosine until t = {until}; dots: each fourth iterate; m(t) = Δt²/α, γ = (1 − β)Δt/α. Right: α from {low} to {high} at t = {:.3}; the time is that of the ball of mass 1, whose step is √α.", risen as f64 * low.sqrt()))
        .size(1560, 760)
        .panel(left)
        .panel(middle)
        .panel(right))
}
