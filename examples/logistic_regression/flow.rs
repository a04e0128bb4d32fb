//! The flow: the particle of the optimal momentum, its iterates at that step and at a quarter of it, and gradient flow.

use super::problem::Fit;
use heavyball::plot::{Annotation, Axis, Color, Dots, Figure, Legend, Line, Marker, Panel};
use heavyball::prelude::*;
use nalgebra::DVector;

/// Number of gradients that the figure shows.
const UNTIL: usize = 120;
/// The halvings n of the steps Δt/2ⁿ at which iterates are compared with the path.
const HALVINGS: i32 = 4;

/// A time in steps Δt, the gap there, and the coordinates shown.
type Point = (f64, f64, Vec<f64>);

/// The iterates, and the paths that they follow.
pub(crate) struct Flow {
    ball: HeavyBall,
    dt: f64,
    iterates: Vec<Point>,
    /// The iterates of the same particle at Δt/4.
    quarter: Vec<Point>,
    path: Vec<Point>,
    descent: Vec<Point>,
    gradient_flow: Vec<Point>,
    /// The indices of the coordinates shown.
    shown: [usize; 2],
    /// For each halving, the largest distance of an iterate from the particle, relative to that of the minimum from the
    /// start.
    distances: Vec<f64>,
}

impl Flow {
    /// Runs the rules tuned to curvatures in [μ, L].
    pub(crate) fn of(fit: &Fit, (mu, l): (f64, f64)) -> Result<Self, Error> {
        let shown = [19.min(fit.minimum.len() - 1), 0];
        let point = |time: f64, position: &DVector<f64>| -> Result<Point, Error> {
            let shown = shown.iter().filter_map(|index| position.get(*index));
            Ok((time, fit.gap(position)?, shown.copied().collect()))
        };
        let loss = &fit.training;
        let rule = Momentum::optimal(mu, l)?;
        let (ball, dt) = rule.to_heavy_ball(Discretization::CentralDrag, Gauge::Mass(1.0))?;
        let until = (UNTIL as f64 + 1.0) * dt;
        let motion = Problem::new(ball, loss, fit.start())
            .until(until)
            .solve(&Dop853::new(1e-8, 1e-8).with_fine_output())?;

        let (mut distances, mut quarter) = (Vec::new(), Vec::new());
        for halving in 0..HALVINGS {
            let step = dt * 0.5_f64.powi(halving);
            let finer = Momentum::from_heavy_ball(&ball, step, Discretization::CentralDrag)?;
            let mut largest = 0.0_f64;
            let steps = UNTIL << halving;
            for (k, iterate) in finer
                .iterates(loss, fit.start())
                .take(steps + 1)
                .enumerate()
            {
                if halving == 2 {
                    quarter.push(point((k as f64 + 0.5) / 4.0, &iterate.position)?);
                }
                let there = motion.at((k as f64 + 0.5) * step)?.position;
                largest = largest.max((iterate.position - there).norm());
            }
            distances.push(largest / fit.minimum.norm());
        }

        let times = (0..=8 * UNTIL).map(|eighth| eighth as f64 / 8.0);
        let path = times
            .clone()
            .map(|k| point(k, &motion.at(k * dt)?.position));
        let iterates = rule.iterates(loss, fit.start()).take(UNTIL).enumerate();
        // From v₀ = 0, iterate k belongs to the time (k + ½)Δt.
        let iterates = iterates.map(|(k, iterate)| point(k as f64 + 0.5, &iterate.position));

        let descent = GradientDescent::optimal(mu, l)?;
        let flow = GradientFlow::new(loss, 1.0)?;
        let span = (0.0, (UNTIL as f64 + 1.0) * descent.alpha);
        let slide = Dop853::new(1e-8, 1e-8)
            .with_fine_output()
            .without_stiffness_test()
            .integrate(&flow, span, fit.start())?;
        let gradient_flow = times.map(|k| point(k, &slide.at(k * descent.alpha)?));
        let descending = descent.iterates(loss, fit.start()).take(UNTIL).enumerate();
        let descending = descending.map(|(k, iterate)| point(k as f64, &iterate.position));
        Ok(Self {
            iterates: iterates.collect::<Result<_, _>>()?,
            quarter,
            shown,
            path: path.collect::<Result<_, _>>()?,
            descent: descending.collect::<Result<_, _>>()?,
            gradient_flow: gradient_flow.collect::<Result<_, _>>()?,
            ball,
            dt,
            distances,
        })
    }

    pub(crate) fn print(&self) {
        println!("\nThe particle of the optimal momentum, at the bounds:");
        println!(
            "  m = {}, γ = {:.6}, Δt = {:.6}",
            self.ball.mass, self.ball.drag, self.dt
        );
        println!("  iterates of this particle from it, v₀ = 0, read at (k + ½)Δt, over |w*|:");
        for (halving, distance) in self.distances.iter().enumerate() {
            println!("    Δt/{:<3} farthest {distance:.3e}", 1 << halving);
        }
    }

    pub(crate) fn figure(&self) -> Figure {
        let gaps = |points: &[Point]| {
            points
                .iter()
                .map(|point| (point.0, point.1))
                .filter(|(_, gap)| *gap > 0.0)
                .collect::<Vec<_>>()
        };
        let steps = || Axis::new("time, in steps Δt = gradients k").range(0.0, UNTIL as f64);
        let left = Panel::new()
            .title("The loss along the path")
            .x_axis(steps())
            .y_axis(Axis::new("loss − loss*").logarithmic())
            .layer(Line::new("gradient flow", gaps(&self.gradient_flow)).color(Color::VERMILLION))
            .layer(
                Dots::new("gradient descent", every(4, &gaps(&self.descent)))
                    .color(Color::VERMILLION)
                    .marker(Marker::Square)
                    .size(5.5),
            )
            .layer(Line::new("the ball", gaps(&self.path)).color(Color::BLACK))
            .layer(
                Dots::new("momentum", gaps(&self.iterates))
                    .color(Color::SKY)
                    .size(6.0),
            )
            .layer(
                Dots::new("the same ball at Δt/4", every(4, &gaps(&self.quarter)))
                    .color(Color::BLUE)
                    .size(5.5),
            )
            .legend(Legend::LowerLeft);
        let coordinate = |points: &[Point], index: usize| {
            let shown = points
                .iter()
                .filter_map(|point| Some((point.0, *point.2.get(index)?)));
            shown.collect::<Vec<_>>()
        };
        let mut right = Panel::new()
            .title("Two weights along the path")
            .x_axis(steps())
            .y_axis(Axis::new("weight"))
            .legend(Legend::Hidden);
        for (index, coordinate_index) in self.shown.iter().enumerate() {
            let ball = coordinate(&self.path, index);
            if let Some(&(_, last)) = ball.last() {
                right = right.layer(
                    Annotation::new(
                        format!("weight {}", coordinate_index + 1),
                        (0.7 * UNTIL as f64, last),
                    )
                    .offset(0.0, if last > 0.0 { -28.0 } else { 62.0 }),
                );
            }
            right = right
                .layer(
                    Line::new("", coordinate(&self.gradient_flow, index)).color(Color::VERMILLION),
                )
                .layer(Line::new("", ball).color(Color::BLACK))
                .layer(
                    Dots::new("", coordinate(&self.iterates, index))
                        .color(Color::SKY)
                        .size(6.0),
                )
                .layer(
                    Dots::new("", every(4, &coordinate(&self.quarter, index)))
                        .color(Color::BLUE)
                        .size(5.5),
                );
        }
        let distance =
            |halving: usize| 100.0 * self.distances.get(halving).copied().unwrap_or(f64::NAN);
        Figure::new("The fastest step is nearly the longest: a quarter of it lies on the ball’s path")
            .caption(format!(
                "Ridge logistic regression from w = 0, at rest. The ball is the effective particle (23) of the optimal momentum at the bounds: m = 1, γ = {:.4}, Δt = {:.4}, iterate k at (k + ½)Δt. Farthest from it, in |w*|: {:.0} % at Δt, {:.1} % at Δt/2, {:.1} % at Δt/4, {:.1} % at Δt/8. Gradient flow at the times kα of gradient descent; each fourth square and dark dot.",
                self.ball.drag, self.dt, distance(0), distance(1), distance(2), distance(3)
            ))
            .size(1460, 680)
            .panel(left)
            .panel(right)
    }
}

/// Every n-th point.
fn every(n: usize, points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    points.iter().copied().step_by(n).collect()
}
