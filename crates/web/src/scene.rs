//! Scene: what the page calls. Every method takes and returns plain numbers; the work is done in the other modules.

use crate::barrier::barrier;
use crate::bath::Bath;
use crate::choice::Rule;
use crate::cloud::Cloud;
use crate::critical::{Critical, critical_points};
use crate::error::{PageError, at_most};
use crate::escape::{Release, critical_drag};
use crate::gibbs::Gibbs;
use crate::landscape::Landscape;
use crate::motion::Launch;
use crate::order::{Compared, order};
use crate::table::Table;
use crate::{mapping, path};
use heavyball::prelude::*;
use wasm_bindgen::prelude::*;

/// A table as the page reads it.
#[wasm_bindgen(getter_with_clone)]
#[derive(Debug, Clone)]
pub struct Rows {
    /// Numbers in a row.
    pub columns: usize,
    /// All rows.
    pub numbers: Vec<f64>,
    /// Why the rows end early; empty if they do not.
    pub note: String,
}

impl From<Table> for Rows {
    fn from(table: Table) -> Self {
        let Table {
            columns,
            numbers,
            note,
        } = table;
        Self {
            columns,
            numbers,
            note,
        }
    }
}

/// Both components of a vector that the page sent; what is missing is NaN, which the library refuses.
fn pair(numbers: &[f64]) -> [f64; 2] {
    let component = |index: usize| numbers.get(index).copied().unwrap_or(f64::NAN);
    [component(0), component(1)]
}

fn pairs(numbers: &[f64]) -> Vec<[f64; 2]> {
    numbers.as_chunks::<2>().0.to_vec()
}

fn corners(corners: &[f64]) -> [[f64; 2]; 2] {
    let high = corners.get(2..).unwrap_or_default();
    [pair(corners), pair(high)]
}

/// A function, and a cloud of starts on it.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Scene {
    landscape: Landscape,
    cloud: Option<Cloud>,
}

#[wasm_bindgen]
impl Scene {
    /// The function called `name`, with its parameters.
    #[wasm_bindgen(constructor)]
    pub fn new(name: &str, parameters: &[f64], formula: &str) -> Result<Scene, JsError> {
        Ok(Self {
            landscape: Landscape::new(name, pair(parameters), formula)?,
            cloud: None,
        })
    }

    /// 1 or 2.
    pub fn dimension(&self) -> usize {
        self.landscape.dimension()
    }

    /// What a gradient costs, about, in gradients of a simple function.
    pub fn work(&self) -> f64 {
        self.landscape.work()
    }

    /// f at points whose coordinates follow one another.
    pub fn values(&self, points: &[f64]) -> Vec<f64> {
        self.landscape.values(points)
    }

    /// f at `columns` × `rows` points from the corner `low` to the corner `high` of the box, row by row.
    pub fn grid(
        &self,
        corners_of_box: &[f64],
        columns: f64,
        rows: f64,
    ) -> Result<Vec<f64>, JsError> {
        let [low, high] = corners(corners_of_box);
        let columns = at_most("columns", columns, 1000.0)?;
        let rows = at_most("rows", rows, 1000.0)?;
        let along = |axis: usize, index: usize, count: usize| {
            let share = index as f64 / (count.saturating_sub(1).max(1)) as f64;
            low[axis] + (high[axis] - low[axis]) * share
        };
        let points: Vec<f64> = (0..rows)
            .flat_map(|row| {
                (0..columns)
                    .flat_map(move |column| [along(0, column, columns), along(1, row, rows)])
            })
            .collect();
        Ok(self.landscape.values(&points))
    }

    /// The critical points in a box: x, y, f, the smaller and the larger curvature of each, the lowest first.
    pub fn critical_points(&self, corners_of_box: &[f64]) -> Vec<f64> {
        let [low, high] = corners(corners_of_box);
        let row = |critical: Critical| {
            let ([x, y], [small, large]) = (critical.position, critical.curvatures);
            [x, y, critical.value, small, large]
        };
        critical_points(&self.landscape, low, high)
            .into_iter()
            .flat_map(row)
            .collect()
    }

    /// The lowest way out of the well of `start` within a box: both components of its minimum and of the top, and the
    /// height of the top above the minimum; empty if there is none.
    pub fn barrier(&self, corners_of_box: &[f64], start: &[f64]) -> Vec<f64> {
        let [low, high] = corners(corners_of_box);
        let critical = critical_points(&self.landscape, low, high);
        barrier(&self.landscape, &critical, [low, high], pair(start))
            .map(|found| [&found.bottom[..], &found.top, &[found.height]].concat())
            .unwrap_or_default()
    }

    /// Gibbs's density at `temperature` in a box: over x at the middle of each of `columns` columns, then the probability of
    /// being nearest to each of `minima`.
    pub fn gibbs(
        &self,
        corners_of_box: &[f64],
        columns: f64,
        rows: f64,
        temperature: f64,
        minima: &[f64],
    ) -> Result<Vec<f64>, JsError> {
        let cells = [columns, rows];
        let gibbs = Gibbs::new(&self.landscape, temperature, corners(corners_of_box), cells)?;
        Ok([gibbs.over_x(), gibbs.shares(&pairs(minima))].concat())
    }

    /// The iterates of a rule at a temperature: x, y, v of x, v of y, f of each. `parts` is how many steps of the ball in the
    /// same bath one iteration is.
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn path(
        &self,
        rule: &str,
        alpha: f64,
        beta: f64,
        start: &[f64],
        velocity: &[f64],
        iterations: f64,
        temperature: f64,
        seed: u32,
        parts: usize,
    ) -> Result<Rows, JsError> {
        let rule = Rule::new(rule, alpha, beta)?;
        Ok(path::path(
            &self.landscape,
            rule,
            &Bath::new(temperature, seed, parts)?,
            pair(start),
            pair(velocity),
            iterations,
        )?
        .into())
    }

    /// The motion of a ball: t, x, y, ẋ, ẏ, f and kinetic energy of each sample.
    pub fn motion(
        &self,
        mass: f64,
        drag: f64,
        start: &[f64],
        velocity: &[f64],
        end: f64,
        samples: f64,
    ) -> Result<Rows, JsError> {
        let launch = launch(mass, drag, start, velocity)?;
        Ok(launch.motion(&self.landscape, end, samples)?.into())
    }

    /// The motion of the particle that the iterates follow to second order: as [`Self::motion`].
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn effective_motion(
        &self,
        alpha: f64,
        beta: f64,
        dt: f64,
        start: &[f64],
        displacement: &[f64],
        end: f64,
        samples: f64,
    ) -> Result<Rows, JsError> {
        let rule = Momentum::new(alpha, beta).map_err(PageError::from)?;
        let launch = Launch::effective(&rule, dt, pair(start), pair(displacement))?;
        Ok(launch.motion(&self.landscape, end, samples)?.into())
    }

    /// The motion of a ball in a bath of `temperature`, for `steps` steps of `dt`: as [`Self::motion`], every `every`-th step.
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn warm_motion(
        &self,
        mass: f64,
        drag: f64,
        start: &[f64],
        velocity: &[f64],
        dt: f64,
        steps: f64,
        every: f64,
        temperature: f64,
        seed: u32,
    ) -> Result<Rows, JsError> {
        let launch = launch(mass, drag, start, velocity)?;
        let bath = Bath::new(temperature, seed, 1)?;
        Ok(launch
            .motion_in(&bath, &self.landscape, dt, [steps, every])?
            .into())
    }

    /// The motion in a bath of the particle that the iterates follow to second order, for `parts` steps in an iteration: as
    /// [`Self::warm_motion`].
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn warm_effective_motion(
        &self,
        alpha: f64,
        beta: f64,
        dt: f64,
        start: &[f64],
        displacement: &[f64],
        parts: f64,
        steps: f64,
        every: f64,
        temperature: f64,
        seed: u32,
    ) -> Result<Rows, JsError> {
        let rule = Momentum::new(alpha, beta).map_err(PageError::from)?;
        let launch = Launch::effective(&rule, dt, pair(start), pair(displacement))?;
        let bath = Bath::new(temperature, seed, 1)?;
        let motion = launch.motion_in(&bath, &self.landscape, dt / parts, [steps, every])?;
        Ok(motion.into())
    }

    /// v₀ of the iterates for a ball that starts with ẋ = `velocity`.
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn first_displacement(
        &self,
        mass: f64,
        drag: f64,
        dt: f64,
        row: &str,
        start: &[f64],
        velocity: &[f64],
        matched: bool,
    ) -> Result<Vec<f64>, JsError> {
        let (start, velocity) = (pair(start), pair(velocity));
        let ball = (mass, drag, dt);
        let first =
            mapping::first_displacement(&self.landscape, ball, row, start, velocity, matched)?;
        Ok(first.to_vec())
    }

    /// The measured order and its standard error, then Δt and error of each run.
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn order(
        &self,
        rule: &str,
        row: &str,
        compared: &str,
        mass: f64,
        drag: f64,
        start: &[f64],
        velocity: &[f64],
        dt: f64,
        end: f64,
    ) -> Result<Vec<f64>, JsError> {
        let rule = match rule {
            "nesterov" => heavyball::study::Rule::Nesterov,
            _ => heavyball::study::Rule::Momentum,
        };
        let launch = launch(mass, drag, start, velocity)?;
        let compared = Compared::named(compared)?;
        Ok(order(
            &self.landscape,
            rule,
            row,
            &launch,
            dt,
            end,
            compared,
        )?)
    }

    /// Makes a cloud of random starts in a box; returns their positions.
    pub fn scatter(
        &mut self,
        members: f64,
        corners_of_box: &[f64],
        velocity: &[f64],
        seed: u32,
    ) -> Result<Vec<f64>, JsError> {
        let corners = corners(corners_of_box);
        let cloud = Cloud::random(&self.landscape, members, corners, pair(velocity), seed)?;
        Ok(self.cloud.insert(cloud).positions())
    }

    /// Makes a cloud of members that all begin at `start`; returns their positions.
    pub fn gather(
        &mut self,
        members: f64,
        start: &[f64],
        velocity: &[f64],
    ) -> Result<Vec<f64>, JsError> {
        let cloud = Cloud::together(&self.landscape, members, pair(start), pair(velocity))?;
        Ok(self.cloud.insert(cloud).positions())
    }

    /// Advances the cloud in a bath of `temperature`; returns its positions, NaN for members that left the numbers.
    pub fn flow(
        &mut self,
        rule: &str,
        alpha: f64,
        beta: f64,
        iterations: f64,
        temperature: f64,
        seed: u32,
    ) -> Result<Vec<f64>, JsError> {
        let rule = Rule::new(rule, alpha, beta)?;
        let Some(cloud) = &mut self.cloud else {
            return Ok(Vec::new());
        };
        let bath = Bath::new(temperature, seed, 1)?;
        cloud.advance(&self.landscape, rule, &bath, iterations)?;
        Ok(cloud.positions())
    }

    /// For each member of the cloud the index of the minimum that it will have reached after `iterations` more, −1 for
    /// none, −2 for a member that leaves the numbers; the cloud itself stays.
    pub fn fates(
        &self,
        rule: &str,
        alpha: f64,
        beta: f64,
        iterations: f64,
        minima: &[f64],
        radius: f64,
    ) -> Result<Vec<i8>, JsError> {
        let rule = Rule::new(rule, alpha, beta)?;
        let Some(mut cloud) = self.cloud.clone() else {
            return Ok(Vec::new());
        };
        cloud.advance(&self.landscape, rule, &Bath::COLD, iterations)?;
        let ends = cloud.ends(&pairs(minima), radius);
        Ok(ends.into_iter().map(crate::cloud::End::code).collect())
    }

    /// For each member of the cloud the index of the minimum that it is nearest to, −2 for a member that left the numbers.
    pub fn nearest(&self, minima: &[f64]) -> Vec<i8> {
        let ends = |cloud: &Cloud| cloud.ends(&pairs(minima), f64::INFINITY);
        let ends = self.cloud.as_ref().map(ends).unwrap_or_default();
        ends.into_iter().map(crate::cloud::End::code).collect()
    }

    /// As [`Self::fates`], for the centres of `columns` × `rows` cells of a box.
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn basins(
        &self,
        rule: &str,
        alpha: f64,
        beta: f64,
        corners_of_box: &[f64],
        columns: f64,
        rows: f64,
        velocity: &[f64],
        iterations: f64,
        minima: &[f64],
        radius: f64,
    ) -> Result<Vec<i8>, JsError> {
        let rule = Rule::new(rule, alpha, beta)?;
        let corners = corners(corners_of_box);
        let mut cloud = Cloud::grid(&self.landscape, [columns, rows], corners, pair(velocity))?;
        cloud.advance(&self.landscape, rule, &Bath::COLD, iterations)?;
        let ends = cloud.ends(&pairs(minima), radius);
        Ok(ends.into_iter().map(crate::cloud::End::code).collect())
    }

    /// γ* of a ball released at `start`; `tops` are the maxima.
    pub fn critical_drag(&self, start: f64, tops: &[f64], mass: f64) -> Result<f64, JsError> {
        Ok(critical_drag(&self.landscape, start, tops, mass)?)
    }

    /// The share of balls that leave the well, and the ends of its 95 % interval.
    #[expect(clippy::too_many_arguments, reason = "the page passes plain numbers")]
    pub fn escaping(
        &self,
        tops: &[f64],
        mass: f64,
        drag: f64,
        start: f64,
        spread: f64,
        balls: f64,
        seed: u32,
        dt: f64,
        end: f64,
    ) -> Result<Vec<f64>, JsError> {
        let ball = HeavyBall::new(mass, drag).map_err(PageError::from)?;
        let release = Release {
            start,
            spread,
            balls,
            seed,
            dt,
            end,
        };
        Ok(release.share(&self.landscape, tops, &ball)?.to_vec())
    }
}

fn launch(mass: f64, drag: f64, start: &[f64], velocity: &[f64]) -> Result<Launch, PageError> {
    Ok(Launch {
        ball: HeavyBall::new(mass, drag)?,
        position: pair(start),
        velocity: pair(velocity),
        time: 0.0,
    })
}
