//! Escape: the share of many balls that leave the bad well, its interval, and the critical drag γ*.

use crate::error::{PageError, at_most};
use crate::landscape::{Landscape, Line, each};
use heavyball::ensemble::{Ensemble, Observer, Proportion, Random, State};
use heavyball::prelude::*;
use heavyball::study::escape::Barrier;
use nalgebra::{Vector1, vector};

/// Standard deviations of the interval: 95 %.
const DEVIATIONS: f64 = 1.959964;
/// The most steps of balls in a call.
const WORK: f64 = 3e8;

fn line(landscape: &Landscape) -> Result<&Line, PageError> {
    match landscape {
        Landscape::Line(line) => Ok(line),
        Landscape::Plane(_) => Err(PageError::Dimension { needed: 1 }),
    }
}

/// The top over which a ball at `start` must pass: the flat inflection, or the highest of the critical points `tops`.
fn top(line: &Line, tops: &[f64]) -> Result<f64, PageError> {
    if matches!(line, Line::Quartic(_)) {
        return Ok(0.0);
    }
    tops.first().copied().ok_or(PageError::NoBarrier)
}

/// γ* for a ball of `mass` released at `start`; `tops` are the maxima of the landscape.
///
/// # Errors
/// [`PageError::Dimension`] in the plane, [`PageError::NoBarrier`] without a top; the library's for a start that is not
/// above it.
pub fn critical_drag(
    landscape: &Landscape,
    start: f64,
    tops: &[f64],
    mass: f64,
) -> Result<f64, PageError> {
    let line = line(landscape)?;
    let barrier = Barrier::new(line, start, top(line, tops)?)?;
    Ok(barrier.critical_drag(mass)?.value)
}

/// Records how far from the top a ball has been at least; negative once it was beyond.
struct Nearest {
    top: f64,
    side: f64,
}

impl<S: State<1, Scalar = f64>> Observer<S, 1> for Nearest {
    type Record = f64;

    fn start(&self, state: &S) -> f64 {
        let position = state.position();
        (position.x - self.top) * self.side
    }

    #[inline]
    fn observe(&self, _k: usize, state: &S, nearest: &mut f64) {
        *nearest = nearest.min(self.start(state));
    }
}

/// Many balls that are released near a point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Release {
    /// The point.
    pub start: f64,
    /// The standard deviation of the starts from it.
    pub spread: f64,
    /// How many.
    pub balls: f64,
    /// The seed of the random starts.
    pub seed: u32,
    /// Step of leapfrog.
    pub dt: f64,
    /// The time at which they are counted.
    pub end: f64,
}

impl Release {
    /// The share that has been beyond the top by the end, and the ends of its interval.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for too many balls or steps, and as [`critical_drag`].
    pub fn share(
        &self,
        landscape: &Landscape,
        tops: &[f64],
        ball: &HeavyBall,
    ) -> Result<[f64; 3], PageError> {
        let line = line(landscape)?;
        let top = top(line, tops)?;
        let balls = at_most("balls", self.balls, crate::cloud::MEMBERS)?;
        let steps = (self.end / self.dt).ceil();
        let work = steps * self.balls;
        if work.is_nan() || work > WORK {
            let (what, limit) = ("steps of balls", WORK);
            return Err(PageError::TooMuch {
                what,
                value: work,
                limit,
            });
        }
        let offsets = Random::new(u64::from(self.seed)).normal::<1>(self.spread)?;
        let starts: Vec<Phase<f64, nalgebra::Const<1>>> = offsets
            .take(balls)
            .map(|offset: Vector1<f64>| Phase::at_rest(vector![self.start] + offset))
            .collect();
        let method = Leapfrog::new(self.dt)?;
        let side = (self.start - top).signum();
        let escaped = each!(Line: Quartic | Tilted, line, potential => {
            let ensemble = Ensemble::from_phases(&method, ball, potential, starts)?;
            let run = ensemble.observe(steps as usize, &Nearest { top, side })?;
            run.records().iter().filter(|nearest| **nearest < 0.0).count()
        });
        let proportion = Proportion::new(escaped, balls)?;
        let (low, high) = proportion.interval(DEVIATIONS)?;
        Ok([proportion.share(), low, high])
    }
}
