//! The cycle: its closed form as a function of the step, and the end of a run.

use heavyball::prelude::*;

use heavyball::LessardRechtPackard;
use nalgebra::{Const, vector};

/// Polyak's (1/9, 4/9) is a ball of mass 1 with this drag, at Δt = 1/3.
pub(crate) const DRAG: f64 = 5.0 / 3.0;
pub(crate) const START: f64 = 3.3;
/// The steps of the figures.
pub(crate) const RANGE: (f64, f64) = (0.322, 0.338);
/// Number of iterations after which a run that has not come to rest counts as a cycle.
const LIMIT: usize = 20_000;
/// Number of iterations below 1 after which a run stays in the linear piece.
const LONG: usize = 60;

/// The update of the ball m = 1, γ = 5/3 at this step, by kick and drift.
pub(crate) fn at_step(dt: f64) -> Result<Momentum, Error> {
    Momentum::from_heavy_ball(
        &HeavyBall::new(1.0, DRAG)?,
        dt,
        Discretization::ExplicitDrag,
    )
}

/// The ball itself, from the start at rest.
pub(crate) fn ball_from_start(until: f64) -> Result<Trajectory<Const<1>>, Error> {
    Problem::new(
        HeavyBall::new(1.0, DRAG)?,
        LessardRechtPackard,
        vector![START],
    )
    .until(until)
    .solve(&Dop853::new(1e-10, 1e-12))
}

/// Derivation (54): a and b are below 1 and c is at least 2, if they are a cycle.
pub(crate) fn points<T: Number>(alpha: &T, beta: &T) -> [T; 3] {
    let u = T::one() - beta.clone();
    let w = T::one() + T::integer(2) * beta.clone() - T::integer(25) * alpha.clone();
    let norm = u.clone() * u.clone() + u.clone() * w.clone() + w.clone() * w.clone();
    let scale = T::integer(8) * alpha.clone() / norm;
    let center = T::integer(8) / T::integer(25);
    let twice = |x: &T| T::integer(2) * x.clone();
    [
        center.clone() + scale.clone() * (twice(&u) + w.clone()),
        center.clone() + scale.clone() * (w.clone() - u.clone()),
        center - scale * (u + twice(&w)),
    ]
}

/// Whether the three points lie in the pieces of f that the equations assume.
pub(crate) fn exists(dt: f64) -> bool {
    let [a, b, c] = points(&(dt * dt), &(1.0 - DRAG * dt));
    a <= 1.0 && b <= 1.0 && c >= 2.0
}

/// The step 4m/(γ + √(γ² + 4mk)), k = 25, below which both 0 and the cycle are attracting.
pub(crate) fn stable_below() -> f64 {
    4.0 / (DRAG + (DRAG * DRAG + 100.0).sqrt())
}

/// The end of a run from rest.
pub(crate) enum End {
    /// A cycle of three points; the first is that of an iterate 3n.
    Cycle([f64; 3]),
    /// Rest at 0, with every iterate from k on below 1.
    Rest(usize),
}

/// Follows a run until it is attracted by the cycle or by 0.
pub(crate) fn end(start: f64, dt: f64) -> Result<End, Error> {
    let rule = at_step(dt)?;
    let mut run = rule.iterates(&LessardRechtPackard, vector![start]);
    let (mut below, mut before, mut k) = (0, [f64::NAN; 3], 0);
    while let Some(at) = run.advance() {
        let x = at.position.x;
        below = if x < 1.0 { below + 1 } else { 0 };
        if below > LONG {
            return Ok(End::Rest(k + 1 - below));
        }
        let [third, second, first] = before;
        // Near 0 consecutive iterates are almost equal as well; those of a cycle do not stay below 1.
        let returned = (x - third).abs() < 1e-14 && below < 4;
        if k % 3 == 0 && (returned || k > LIMIT) {
            return Ok(End::Cycle([third, second, first]));
        }
        before = [second, first, x];
        k += 1;
    }
    run.failure().cloned().map_or(Ok(End::Rest(k)), Err)
}

/// The step between two others at which a property begins to hold, to the last digit; it holds at the second.
pub(crate) fn bisect(
    has: impl Fn(f64) -> Result<bool, Error>,
    without: f64,
    with: f64,
) -> Result<f64, Error> {
    let (mut without, mut with) = (without, with);
    loop {
        let middle = 0.5 * (without + with);
        if middle == without || middle == with {
            return Ok(with);
        }
        *(if has(middle)? {
            &mut with
        } else {
            &mut without
        }) = middle;
    }
}

/// This many steps over the range, each at the centre of its cell.
pub(crate) fn steps(count: usize) -> impl Iterator<Item = f64> {
    let width = (RANGE.1 - RANGE.0) / count as f64;
    (0..count).map(move |i| RANGE.0 + (i as f64 + 0.5) * width)
}
