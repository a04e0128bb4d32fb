//! Motion: the ball itself, solved to a tolerance, or in a bath by BAOAB; and the particle that the iterates follow to
//! second order.

use crate::bath::Bath;
use crate::error::{PageError, at_most};
use crate::landscape::Landscape;
use crate::table::Table;
use heavyball::langevin::{Baoab, LangevinMethod};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, Vector2};

/// Relative and absolute tolerance of a motion: so tight that another rounding of eˣ changes no digit that is compared.
const TOLERANCE: f64 = 1e-13;
/// The most samples of a motion.
pub const SAMPLES: f64 = 20_000.0;
/// The most steps of a motion in a bath.
pub const STEPS: f64 = 400_000.0;

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
        let mut numbers = Vec::with_capacity(7 * (samples + 1));
        for (time, phase) in run.sample(samples + 1) {
            self.record(&mut numbers, potential, time, &phase);
        }
        Ok(Table {
            columns: 7,
            numbers,
            note: String::new(),
        })
    }

    /// The motion in `bath` for `steps` steps of BAOAB: rows as [`Self::motion`], for every `every`-th step. A motion that
    /// leaves the numbers ends early, with a note.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for too many steps; the library's for a ball, step or start that it refuses.
    pub fn motion_in(
        &self,
        bath: &Bath,
        landscape: &Landscape,
        dt: f64,
        [steps, every]: [f64; 2],
    ) -> Result<Table, PageError> {
        let steps = at_most("steps", steps, STEPS)?;
        let every = (at_most("steps", every, STEPS)?).max(1);
        match landscape {
            Landscape::Line(line) => {
                let [x, u] = [self.position, self.velocity].map(|[x, _]| Vector1::new(x));
                self.rows_in(bath, line, x, u, dt, [steps, every])
            }
            Landscape::Plane(plane) => {
                let [x, u] = [self.position, self.velocity].map(Vector2::from);
                self.rows_in(bath, plane, x, u, dt, [steps, every])
            }
        }
    }

    fn rows_in<P: Potential<f64, Const<D>>, const D: usize>(
        &self,
        bath: &Bath,
        potential: &P,
        position: SVector<f64, D>,
        velocity: SVector<f64, D>,
        dt: f64,
        [steps, every]: [usize; 2],
    ) -> Result<Table, PageError> {
        let start = self.ball.launch(position, velocity);
        let bath_of_ball = bath.about(self.ball)?;
        let mut run = Baoab::new(dt)?.phases(&bath_of_ball, potential, start, bath.noise())?;
        let mut numbers = Vec::with_capacity(7 * (steps / every + 1));
        for step in 0..=steps {
            let Some(phase) = run.advance() else {
                break;
            };
            if step % every == 0 {
                self.record(&mut numbers, potential, self.time + dt * step as f64, phase);
            }
        }
        Ok(Table {
            columns: 7,
            numbers,
            note: run.failure().map(ToString::to_string).unwrap_or_default(),
        })
    }

    fn record<P: Potential<f64, Const<D>>, const D: usize>(
        &self,
        numbers: &mut Vec<f64>,
        potential: &P,
        time: f64,
        phase: &Phase<f64, Const<D>>,
    ) {
        let component =
            |vector: &SVector<f64, D>, i: usize| vector.iter().nth(i).copied().unwrap_or(0.0);
        let velocity = self.ball.velocity(phase);
        numbers.push(time);
        for vector in [&phase.position, &velocity] {
            numbers.extend([component(vector, 0), component(vector, 1)]);
        }
        numbers.push(potential.value(&phase.position));
        numbers.push(self.ball.kinetic_energy(phase));
    }
}
