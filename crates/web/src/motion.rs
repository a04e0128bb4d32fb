//! Motion: the ball itself, solved to a tolerance, and the particle that the iterates follow to second order.

use crate::error::{PageError, at_most};
use crate::landscape::Landscape;
use crate::table::Table;
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, Vector2};

/// Relative and absolute tolerance of a motion: so tight that another rounding of eˣ changes no digit that is compared.
const TOLERANCE: f64 = 1e-13;
/// The most samples of a motion.
pub const SAMPLES: f64 = 20_000.0;

/// A ball and where it starts: x, ẋ and the time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Launch {
    /// Mass and drag.
    pub ball: HeavyBall,
    /// x at the start.
    pub position: [f64; 2],
    /// ẋ at the start, in lengths per unit of time.
    pub velocity: [f64; 2],
    /// The time of the start.
    pub time: f64,
}

impl Launch {
    /// The particle that the iterates of (α, β) with first displacement `displacement` follow to second order.
    ///
    /// v₀ = x₀ − x₋₁, so half a step before the start the particle is at x₀ − ½v₀ with velocity v₀/Δt.
    ///
    /// # Errors
    /// The library's, for (α, β) without a particle.
    pub fn effective(
        rule: &Momentum,
        dt: f64,
        start: [f64; 2],
        displacement: [f64; 2],
    ) -> Result<Self, PageError> {
        let ball = rule.effective_particle(dt)?;
        let [x, y] = start;
        let [v, w] = displacement;
        Ok(Self {
            ball,
            position: [x - v / 2.0, y - w / 2.0],
            velocity: [v / dt, w / dt],
            time: -dt / 2.0,
        })
    }

    /// The motion until `end`: a row of t, x, ẋ, f, ½m|ẋ|² for each of `samples` + 1 equally spaced times, x and ẋ
    /// with both components.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for too many samples; the library's for a motion that cannot be solved.
    pub fn motion(
        &self,
        landscape: &Landscape,
        end: f64,
        samples: f64,
    ) -> Result<Table, PageError> {
        let samples = at_most("samples", samples, SAMPLES)?;
        // So many steps that a page waits a tenth of a second or so, whatever the function costs.
        let most = (40_000.0 / landscape.work()).max(200.0) as u32;
        let method = Adaptive::new(TOLERANCE, TOLERANCE).with_max_steps(most);
        match landscape {
            Landscape::Line(line) => {
                let [x, u] = [self.position, self.velocity].map(|[x, _]| Vector1::new(x));
                self.rows(&method, line, x, u, end, samples)
            }
            Landscape::Plane(plane) => {
                let [x, u] = [self.position, self.velocity].map(Vector2::from);
                self.rows(&method, plane, x, u, end, samples)
            }
        }
    }

    fn rows<P: Potential<f64, Const<D>>, const D: usize>(
        &self,
        method: &Adaptive,
        potential: &P,
        position: SVector<f64, D>,
        velocity: SVector<f64, D>,
        end: f64,
        samples: usize,
    ) -> Result<Table, PageError> {
        let problem = Problem::new(self.ball, potential, position)
            .with_velocity(velocity)
            .with_start_time(self.time)
            .until(end);
        let run = problem.solve(method)?;
        let component =
            |vector: &SVector<f64, D>, i: usize| vector.iter().nth(i).copied().unwrap_or(0.0);
        let mut numbers = Vec::with_capacity(7 * (samples + 1));
        for (time, phase) in run.sample(samples + 1) {
            let velocity = self.ball.velocity(&phase);
            numbers.push(time);
            for vector in [&phase.position, &velocity] {
                numbers.extend([component(vector, 0), component(vector, 1)]);
            }
            numbers.push(potential.value(&phase.position));
            numbers.push(self.ball.kinetic_energy(&phase));
        }
        Ok(Table {
            columns: 7,
            numbers,
            note: String::new(),
        })
    }
}
