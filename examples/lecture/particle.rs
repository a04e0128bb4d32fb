//! Which particle is momentum, and how closely do the iterates follow it?

use crate::support::{Failure, Output};
use heavyball::plot::{
    Annotation, Axis, Color, Contours, Dots, Figure, Legend, Line, Marker, Panel,
};
use heavyball::prelude::*;
use nalgebra::{Vector2, vector};

const ALPHA: f64 = 0.1;
const BETA: f64 = 0.5;
const STARTS: [[f64; 2]; 2] = [[-1.5, -1.5], [0.01, 1.0]];
/// Time that the particle of mass 1 is followed for.
const TIME: f64 = 12.0;
/// The fine run takes this many steps for one of the coarse run.
const FINER: f64 = 4.0;

/// Iterates, and the continuous path of the particle that they belong to.
struct Comparison {
    rule: Momentum,
    dt: f64,
    /// The particle (m − γΔt/2, γ) that the iterates follow to second order.
    own: HeavyBall,
    iterates: Vec<Vector2<f64>>,
    /// Where the particle is half a step after the time of each iterate.
    partners: Vec<Vector2<f64>>,
    path: Vec<Vector2<f64>>,
}

impl Comparison {
    /// `ball` in steps `dt` from rest, the way every optimiser starts: v₀ = 0.
    ///
    /// Iterate k then lies at time kΔt + Δt/2 of the particle, to second order in Δt.
    fn new(ball: &HeavyBall, dt: f64, start: Vector2<f64>) -> Result<Self, Error> {
        let map = Discretization::ExplicitDrag;
        let rule = Momentum::from_heavy_ball(ball, dt, map)?;
        let own = map.effective_particle(ball, dt)?;
        let steps = (TIME / dt).floor() as usize;
        let motion = Problem::new(own, DoubleWell, start)
            .until((steps as f64 + 0.5) * dt)
            .solve(&Rk45::new(1e-11, 1e-11))?;
        let partner = |k: usize| motion.at((k as f64 + 0.5) * dt).map(|phase| phase.position);
        Ok(Self {
            rule,
            dt,
            own,
            iterates: rule
                .iterates(&DoubleWell, start)
                .take(steps + 1)
                .map(|x| x.position)
                .collect(),
            partners: (0..=steps).map(partner).collect::<Result<_, _>>()?,
            path: motion
                .sample(1500)
                .into_iter()
                .map(|(_, phase)| phase.position)
                .collect(),
        })
    }

    /// The iterate farthest from the particle half a step later, and its distance.
    fn farthest(&self) -> (Vector2<f64>, f64) {
        let pairs = self.iterates.iter().zip(&self.partners);
        let distances = pairs.map(|(x, partner)| (*x, (x - partner).norm()));
        let farther = |one: (_, f64), other: (_, f64)| if other.1 > one.1 { other } else { one };
        distances.reduce(farther).unwrap_or_default()
    }
}

/// Computes, prints and draws this part of the lecture.
pub(crate) fn tell(output: &Output) -> Result<(), Failure> {
    let (ball, dt) = Momentum::new(ALPHA, BETA)?
        .to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0))?;
    println!("The particle behind (alpha, beta) = ({ALPHA}, {BETA})");
    println!(
        "  With mass 1 it is the ball of drag {:.4} in steps of dt = {dt:.4}: alpha = dt²/m, beta = 1 − drag·dt/m.",
        ball.drag
    );
    println!(
        "  Seen from rest, iterate k lies at time k·dt + dt/2 of a lighter ball, of mass m − drag·dt/2:"
    );
    println!("  dt        alpha       beta      own mass     start         farthest iterate");
    let mut panels = Vec::new();
    let mut farthest = Vec::new();
    for (dt, title) in [
        (dt, "Steps of the lecture"),
        (dt / FINER, "Steps a quarter as long"),
    ] {
        let runs = STARTS.map(|start| Comparison::new(&ball, dt, start.into()));
        let runs: Vec<Comparison> = runs.into_iter().collect::<Result<_, _>>()?;
        for (run, start) in runs.iter().zip(STARTS) {
            println!(
                "  {:<9.5} {:<11.6} {:<9.5} {:<12.5} {:<13} {:.5}",
                run.dt,
                run.rule.alpha,
                run.rule.beta,
                run.own.mass,
                format!("({}, {})", start[0], start[1]),
                run.farthest().1
            );
            farthest.push(run.farthest().1);
        }
        panels.push(panel(&runs, title));
    }
    let (coarse, fine) = farthest.split_at(STARTS.len());
    let ratios: Vec<String> = coarse
        .iter()
        .zip(fine)
        .map(|(coarse, fine)| format!("{:.0}", coarse / fine))
        .collect();
    println!(
        "  A quarter of the step divides the distance by {}: second order, {:.0}, once steps are small.",
        ratios.join(" and "),
        FINER * FINER
    );
    let figure = Figure::new("Iterates of momentum on the path of their own particle")
        .caption(format!(
            "f(x) = x₁⁴ − 2x₁² + x₂², from rest, time 0 to {TIME}: the ball m = 1, γ = {:.4}, cut into steps Δt. Lines: the particle m − γΔt/2, γ (Dormand-Prince, tolerance 1e-11). Dots: iterates xₖ; a thin line joins each to the particle at time (k + ½)Δt.",
            ball.drag
        ))
        .size(1460, 760)
        .panels(panels);
    output.figure("particle.png", &figure)
}

fn panel(runs: &[Comparison], title: &str) -> Panel {
    let contours = Contours::new((-1.7, 1.7), (-1.7, 1.3), |x, y| {
        DoubleWell.value(&vector![x, y])
    });
    let parameters = runs.first().map_or_else(String::new, |run| {
        let round = |x: f64| (x * 1e5).round() / 1e5;
        let (alpha, beta) = (round(run.rule.alpha), round(run.rule.beta));
        format!(": Δt = {:.4}, α = {alpha}, β = {beta}", run.dt)
    });
    let mut panel = Panel::new()
        .title(format!("{title}{parameters}"))
        .x_axis(Axis::new("x₁"))
        .y_axis(Axis::new("x₂"))
        .layer(contours.levels(16))
        .equal_aspect()
        .legend(Legend::Hidden);
    let points =
        |positions: &[Vector2<f64>]| positions.iter().map(|x| (x.x, x.y)).collect::<Vec<_>>();
    for (run, color) in runs.iter().zip([Color::BLUE, Color::VERMILLION]) {
        panel = panel.layer(
            Line::new("", points(&run.path))
                .color(color.lighter(0.25))
                .width(2.2),
        );
        let pairs = run.iterates.iter().zip(&run.partners);
        panel = panel.layers(pairs.map(|(x, partner)| {
            Line::new("", [(x.x, x.y), (partner.x, partner.y)])
                .color(Color::GREY)
                .width(1.1)
        }));
        let (x, distance) = run.farthest();
        let remark = Annotation::new(format!("farthest: {distance:.4}"), (x.x, x.y)).color(color);
        panel = panel.layer(
            Dots::new("", points(&run.iterates))
                .color(color)
                .marker(Marker::Dot)
                .size(7.0),
        );
        panel = panel.layer(remark);
    }
    panel
}
