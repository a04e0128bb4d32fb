//! Cloud: many starts at once, advanced by the library's ensemble.

use crate::bath::Bath;
use crate::choice::Rule;
use crate::error::{PageError, at_most};
use crate::landscape::{Landscape, Line, Plane, each};
use heavyball::ensemble::{ByRule, Ensemble, Grid, Random};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, Vector2};

/// The most members of a cloud.
pub const MEMBERS: f64 = 100_000.0;
/// The most updates of members in a call, in units of a simple function's.
const WORK: f64 = 1e8;
/// What the noise of an update costs in these units: WebAssembly has no fused multiply-add, which normal numbers need.
pub const NOISE: f64 = 250.0;

/// Where a member ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At the minimum of that index.
    Minimum(usize),
    /// At none of the minima.
    Elsewhere,
    /// It left the numbers.
    Diverged,
}

impl End {
    /// The index of the minimum, −1 for none, −2 for a member that diverged.
    pub fn code(self) -> i8 {
        match self {
            Self::Minimum(index) => i8::try_from(index).unwrap_or(-1),
            Self::Elsewhere => -1,
            Self::Diverged => -2,
        }
    }
}

/// Members in one dimension or two.
#[derive(Debug, Clone)]
enum Members {
    Line(Vec<Option<Iterate<f64, Const<1>>>>),
    Plane(Vec<Option<Iterate<f64, Const<2>>>>),
}

/// Many starts on one landscape; a member that left the numbers is `None`.
#[derive(Debug, Clone)]
pub struct Cloud {
    members: Members,
    /// The iterations that have been made.
    iterations: usize,
}

fn at_rest<const D: usize>(
    positions: impl Iterator<Item = SVector<f64, D>>,
    velocity: SVector<f64, D>,
) -> Vec<Option<Iterate<f64, Const<D>>>> {
    positions
        .map(|position| Some(Iterate { position, velocity }))
        .collect()
}

impl Cloud {
    fn of(members: Members) -> Self {
        Self {
            members,
            iterations: 0,
        }
    }

    /// `members` at the same point with the same first displacement: what the noise alone makes of them.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for too many.
    pub fn together(
        landscape: &Landscape,
        members: f64,
        start: [f64; 2],
        velocity: [f64; 2],
    ) -> Result<Self, PageError> {
        let members = at_most("members", members, MEMBERS)?;
        Ok(Self::of(match landscape {
            Landscape::Line(_) => {
                let [x, v] = [start, velocity].map(|[x, _]| Vector1::new(x));
                Members::Line(at_rest(std::iter::repeat_n(x, members), v))
            }
            Landscape::Plane(_) => {
                let [x, v] = [start, velocity].map(Vector2::from);
                Members::Plane(at_rest(std::iter::repeat_n(x, members), v))
            }
        }))
    }

    /// `members` at random in the box between `low` and `high`, all with the same first displacement.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for too many; the library's for a box that is not finite.
    pub fn random(
        landscape: &Landscape,
        members: f64,
        [low, high]: [[f64; 2]; 2],
        velocity: [f64; 2],
        seed: u32,
    ) -> Result<Self, PageError> {
        let members = at_most("members", members, MEMBERS)?;
        let random = Random::new(u64::from(seed));
        let members = match landscape {
            Landscape::Line(_) => {
                let positions = random.uniform([low[0]], [high[0]])?.take(members);
                Members::Line(at_rest(positions, Vector1::new(velocity[0])))
            }
            Landscape::Plane(_) => {
                let positions = random.uniform(low, high)?.take(members);
                Members::Plane(at_rest(positions, Vector2::from(velocity)))
            }
        };
        Ok(Self::of(members))
    }

    /// A member at each centre of `columns` × `rows` cells of the box, row by row from its lower left; a single row in
    /// one dimension.
    ///
    /// # Errors
    /// As [`Self::random`].
    pub fn grid(
        landscape: &Landscape,
        [columns, rows]: [f64; 2],
        [low, high]: [[f64; 2]; 2],
        velocity: [f64; 2],
    ) -> Result<Self, PageError> {
        at_most("members", columns * rows, MEMBERS)?;
        let counts = [columns, rows].map(|count| count.max(1.0) as usize);
        let half = [0, 1].map(|axis| (high[axis] - low[axis]) / (2.0 * counts[axis] as f64));
        let low = [low[0] + half[0], low[1] + half[1]];
        let high = [high[0] - half[0], high[1] - half[1]];
        let members = match landscape {
            Landscape::Line(_) => {
                let grid = Grid::new([low[0]], [high[0]], [counts[0]])?;
                Members::Line(at_rest(grid.points(), Vector1::new(velocity[0])))
            }
            Landscape::Plane(_) => {
                let grid = Grid::new(low, high, counts)?;
                Members::Plane(at_rest(grid.points(), Vector2::from(velocity)))
            }
        };
        Ok(Self::of(members))
    }

    /// Number of members.
    pub fn len(&self) -> usize {
        match &self.members {
            Members::Line(members) => members.len(),
            Members::Plane(members) => members.len(),
        }
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Both components of each position, one member after another; NaN for a member that left the numbers.
    pub fn positions(&self) -> Vec<f64> {
        let lost = [f64::NAN; 2];
        match &self.members {
            Members::Line(members) => {
                let at = |member: &Option<Iterate<f64, Const<1>>>| {
                    member
                        .as_ref()
                        .map_or(lost, |iterate| [iterate.position.x, 0.0])
                };
                members.iter().flat_map(at).collect()
            }
            Members::Plane(members) => {
                let at = |member: &Option<Iterate<f64, Const<2>>>| {
                    member
                        .as_ref()
                        .map_or(lost, |iterate| iterate.position.into())
                };
                members.iter().flat_map(at).collect()
            }
        }
    }

    /// Replaces each member by its iterate after `iterations` more; member i has the noise of member i in `bath`.
    ///
    /// # Errors
    /// [`PageError::TooMuch`] for more work than a page should do, [`PageError::Dimension`] for a landscape of the other
    /// dimension.
    pub fn advance(
        &mut self,
        landscape: &Landscape,
        rule: Rule,
        bath: &Bath,
        iterations: f64,
    ) -> Result<(), PageError> {
        let noise = if bath.is_warm() { NOISE } else { 0.0 };
        let work = iterations * self.len() as f64 * (landscape.work() + noise);
        if work.is_nan() || work > WORK {
            let (what, limit) = ("updates", WORK);
            return Err(PageError::TooMuch {
                what,
                value: work,
                limit,
            });
        }
        let iterations = iterations as usize;
        let first = self.iterations;
        self.iterations += iterations;
        match (&mut self.members, landscape) {
            // The noise takes so long that the functions need not be compiled one by one.
            (Members::Line(members), Landscape::Line(line)) if bath.is_warm() => {
                advance(members, &bath.seen_by(rule, line, first)?, rule, iterations)
            }
            (Members::Plane(members), Landscape::Plane(plane)) if bath.is_warm() => advance(
                members,
                &bath.seen_by(rule, plane, first)?,
                rule,
                iterations,
            ),
            (Members::Line(members), Landscape::Line(line)) => {
                each!(Line: Quartic | Tilted, line, potential =>
                    advance(members, potential, rule, iterations))
            }
            (Members::Plane(members), Landscape::Plane(plane)) => {
                each!(Plane: DoubleWell | Himmelblau | Rosenbrock | Quadratic | Formula, plane,
                    potential => advance(members, potential, rule, iterations))
            }
            (Members::Line(_), _) => Err(PageError::Dimension { needed: 1 }),
            (Members::Plane(_), _) => Err(PageError::Dimension { needed: 2 }),
        }
    }

    /// The nearest of `minima` within `radius` of each member.
    pub fn ends(&self, minima: &[[f64; 2]], radius: f64) -> Vec<End> {
        let positions = self.positions();
        let end = |[x, y]: &[f64; 2]| {
            if !(x.is_finite() && y.is_finite()) {
                return End::Diverged;
            }
            let distances = minima.iter().map(|[a, b]| (x - a).hypot(y - b)).enumerate();
            let near = distances.filter(|(_, distance)| *distance <= radius);
            near.min_by(|a, b| a.1.total_cmp(&b.1))
                .map_or(End::Elsewhere, |(index, _)| End::Minimum(index))
        };
        positions.as_chunks::<2>().0.iter().map(end).collect()
    }
}

fn advance<P, const D: usize>(
    members: &mut [Option<Iterate<f64, Const<D>>>],
    potential: &P,
    rule: Rule,
    iterations: usize,
) -> Result<(), PageError>
where
    P: Potential<f64, Const<D>> + Sync,
{
    match rule {
        Rule::Descent(rule) => by_ensemble(members, potential, rule, iterations),
        Rule::Momentum(rule) => by_ensemble(members, potential, rule, iterations),
        Rule::Nesterov(rule) => by_ensemble(members, potential, rule, iterations),
    }
}

fn by_ensemble<R, P, const D: usize>(
    members: &mut [Option<Iterate<f64, Const<D>>>],
    potential: &P,
    rule: R,
    iterations: usize,
) -> Result<(), PageError>
where
    R: UpdateRule<f64> + Clone + Send + Sync,
    P: Potential<f64, Const<D>> + Sync,
    ByRule<R>: heavyball::ensemble::Stepper<P, D, State = Iterate<f64, Const<D>>>,
{
    let Some(stand_in) = members.iter().flatten().next().copied() else {
        return Ok(());
    };
    // A member that is lost keeps its place, since the noise goes by places.
    let held = || members.iter().map(|member| member.unwrap_or(stand_in));
    let positions = held().map(|iterate| iterate.position);
    let velocities = held().map(|iterate| iterate.velocity);
    let ensemble =
        Ensemble::from_positions(rule, potential, positions)?.with_velocities(velocities)?;
    let run = ensemble.after(iterations)?;
    let ends = run.states().iter().zip(run.is_finite());
    for (member, (state, finite)) in members.iter_mut().zip(ends) {
        *member = member.and(finite.then_some(*state));
    }
    Ok(())
}
