//! Barrier: a start at rest and the top it has to pass, the ball's fate, and the critical drag between both fates.

use super::shelf::is_gentle;
use crate::error::{finite, positive};
use crate::events::{CoordinateLevel, Crossing, EnergyLevel, Event, when};
use crate::{Dop853, Error, FirstOrderSystem, HeavyBall, Phase, Potential, Problem};
use nalgebra::{Const, Vector1, vector};

/// A barrier in one dimension: a ball at rest at `start`, and the top it has to pass, a saddle or an inflection.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::escape::{Barrier, Fate};
///
/// // Over the flat inflection of x⁴ − 3x³ + 2 at 0, from −½: what drag lets the ball through?
/// let barrier = Barrier::new(Quartic, -0.5, 0.0)?;
/// let critical = barrier.critical_drag(1.0)?;
/// assert!((critical.value - 2.44048378670468).abs() < 1e-9);
/// assert!(matches!(barrier.fate(&HeavyBall::new(1.0, 2.4)?)?, Fate::Free { .. }));
/// assert!(matches!(barrier.fate(&HeavyBall::new(1.0, 2.5)?)?, Fate::Trapped { .. }));
///
/// // And which momentum, at learning rate 0.1?
/// assert!((barrier.critical_beta(0.1)?.value - 0.3353330369).abs() < 1e-9);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Barrier<P> {
    pub(super) potential: P,
    pub(super) start: f64,
    pub(super) top: f64,
    /// f at the top.
    pub(super) height: f64,
}

/// What becomes of a ball or an iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fate {
    /// It passes the top at this time, or iteration.
    Free {
        /// When.
        time: f64,
    },
    /// It can never pass any more, from this time, or iteration, on.
    Trapped {
        /// When that is certain.
        time: f64,
    },
}

/// A critical value and the neighbours between which bisection left it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Critical {
    /// The middle of both.
    pub value: f64,
    /// The last value that escaped.
    pub free: f64,
    /// The last value that was trapped.
    pub trapped: f64,
}

/// Places between start and top at which the ground is looked at.
const SAMPLES: u16 = 1024;
/// Tolerance of the runs: near the critical drag they amplify errors while they linger at the top.
const TIGHT: f64 = 1e-13;

impl<P: Potential<f64, Const<1>>> Barrier<P> {
    /// The barrier with its top at `saddle`, for a ball released at `start`.
    ///
    /// # Errors
    /// [`Error::NotFinite`] and [`Error::NotPositive`] for places that are none or the same;
    /// [`Error::NotCritical`] if f′ ≠ 0 at the saddle; [`Error::StartNotAbove`] if f(start) ≤ f(saddle);
    /// [`Error::HigherGround`] if f, looked at in 1024 places, is above the saddle where it does not fall towards it.
    pub fn new(potential: P, start: f64, saddle: f64) -> Result<Self, Error> {
        finite("start", &start)?;
        finite("saddle", &saddle)?;
        let distance = (saddle - start).abs();
        positive("distance from start to saddle", &distance, "")?;
        let mut gradient = vector![0.0];
        potential.gradient(&vector![start], &mut gradient);
        let scale = 1.0 + gradient.x.abs();
        potential.gradient(&vector![saddle], &mut gradient);
        if gradient.x.is_nan() || gradient.x.abs() > 1e-9 * scale {
            let gradient = gradient.x;
            return Err(Error::NotCritical { saddle, gradient });
        }
        let (start_value, height) = (
            potential.value(&vector![start]),
            potential.value(&vector![saddle]),
        );
        if start_value.is_nan() || start_value <= height {
            return Err(Error::StartNotAbove {
                start,
                start_value,
                saddle_value: height,
            });
        }
        let barrier = Self {
            potential,
            start,
            top: saddle,
            height,
        };
        barrier.refuse_higher_ground()?;
        Ok(barrier)
    }

    /// Refuses ground above the top that does not fall towards it: a hill there would be the barrier.
    fn refuse_higher_ground(&self) -> Result<(), Error> {
        let mut gradient = vector![0.0];
        for sample in 0..SAMPLES {
            let part = f64::from(sample) / f64::from(SAMPLES);
            let position = self.start + part * (self.top - self.start);
            let value = self.potential.value(&vector![position]);
            self.potential.gradient(&vector![position], &mut gradient);
            if value > self.height && -self.side() * gradient.x <= 0.0 {
                return Err(Error::HigherGround {
                    position,
                    value,
                    saddle_value: self.height,
                });
            }
        }
        Ok(())
    }

    /// 1 if the top lies to the right of the start, else −1.
    pub(super) fn side(&self) -> f64 {
        (self.top - self.start).signum()
    }

    /// The energy below which the ball is trapped beyond doubt: the top's, less what rounding may do to f.
    ///
    /// On a shelf the energy to spare falls like the distance squared, and would be lost in f at a distance √ε.
    pub(super) fn trapped_below(&self) -> f64 {
        let start = self.potential.value(&vector![self.start]);
        self.height - 32.0 * f64::EPSILON * start.abs().max(self.height.abs())
    }

    fn drop(&self) -> f64 {
        self.potential.value(&vector![self.start]) - self.height
    }

    /// The time in which a ball of `mass` would cover the distance with the energy it has to spare.
    fn natural_time(&self, mass: f64) -> f64 {
        (self.top - self.start).abs() * (mass / (2.0 * self.drop())).sqrt()
    }

    /// What becomes of `ball`: by [`Dop853`] at tolerance 1e-13, until one of the two is certain.
    ///
    /// # Errors
    /// Those of [`Problem::solve_until`]; [`Error::EscapeUndecided`] if neither was by ten thousand natural times.
    pub fn fate(&self, ball: &HeavyBall) -> Result<Fate, Error> {
        ball.check()?;
        let HeavyBall { mass, drag } = *ball;
        let natural = self.natural_time(mass);
        let until = 1e4 * natural * (1.0 + drag * natural / mass);
        let problem = Problem::new(*ball, &self.potential, vector![self.start]).until(until);
        let (side, top) = (self.side(), self.top);
        let rate = drag / (2.0 * mass);
        let crossing = if side > 0.0 {
            Crossing::Rising
        } else {
            Crossing::Falling
        };
        let past = CoordinateLevel::new(0, top, crossing)?;
        let below = EnergyLevel::new(self.trapped_below())?;
        let creeps = when(|_, phase: &Phase<f64, Const<1>>| {
            let (distance, speed) = (
                side * (top - phase.position.x),
                side * phase.momentum.x / mass,
            );
            let is_slow = distance > 0.0 && speed >= 0.0 && speed < rate * distance;
            is_slow && is_gentle(&self.potential, phase.position.x, top, mass * rate * rate)
        });
        let events: [&dyn Event<&P, Const<1>>; 3] = [&past, &below, &creeps];
        let method = Dop853::new(TIGHT, TIGHT).without_stiffness_test();
        match problem.solve_until(&method, &events)?.event {
            Some(event) if event.index == 0 => Ok(Fate::Free { time: event.time }),
            Some(event) => Ok(Fate::Trapped { time: event.time }),
            None => Err(Error::EscapeUndecided {
                parameter: "drag",
                value: drag,
                time: until,
            }),
        }
    }

    /// A drag below which escape is certain: √m(f(x₀) − f(x_s))/∫√(2(f(x₀) − f)) dx, the integral from start to top.
    ///
    /// Without drag the ball is nowhere slower than with it, so it loses less than γ times that speed's integral.
    ///
    /// # Errors
    /// [`Error::NotPositive`] for the mass.
    pub fn lower_bound(&self, mass: f64) -> Result<f64, Error> {
        positive("mass", &mass, "")?;
        // x = x₀ + (x_s − x₀)r² takes the root at the start away: the integrand is smooth in r.
        let speed = Speed { barrier: self };
        let integral = Dop853::new(TIGHT, TIGHT).integrate(&speed, (0.0, 1.0), vector![0.0])?;
        Ok(mass.sqrt() * self.drop() / integral.last().x)
    }

    /// The critical drag γ*: below it the ball of `mass` escapes, above it is trapped. Proportional to √m.
    ///
    /// By bisection from [`Self::lower_bound`] up, to neighbouring numbers or the accuracy of the runs, about 1e-12.
    ///
    /// # Errors
    /// Those of [`Self::fate`] and [`Self::lower_bound`]; [`Error::NoCritical`] if the ball escapes at a million times the
    /// lower bound.
    pub fn critical_drag(&self, mass: f64) -> Result<Critical, Error> {
        let low = 0.999 * self.lower_bound(mass)?;
        let is_free = |drag| {
            let fate = self.fate(&HeavyBall::new(mass, drag)?)?;
            Ok(matches!(fate, Fate::Free { .. }))
        };
        if !is_free(low)? {
            return Err(Error::NoCritical {
                parameter: "drag",
                low: 0.0,
                high: low,
                outcome: "is trapped",
            });
        }
        let mut high = 2.0 * low;
        while is_free(high)? {
            high *= 2.0;
            if high > 1e6 * low {
                return Err(Error::NoCritical {
                    parameter: "drag",
                    low,
                    high,
                    outcome: "escapes",
                });
            }
        }
        bisect(low, high, is_free)
    }
}

/// The least speed with which `ball` passes a quadratic saddle f = −½k(x − x_s)² from `distance` before it.
///
/// u = distance·(γ/2m + √((γ/2m)² + k/m)), derivation (43): along that line the ball creeps up to the top for ever.
/// `curvature` is k > 0, the saddle's own without its sign.
///
/// # Errors
/// Those of [`HeavyBall::new`]; [`Error::NotPositive`] for the curvature and the distance.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::escape::escape_speed;
///
/// let ball = HeavyBall::new(1.0, 3.0)?;
/// let speed = escape_speed(&ball, 4.0, 0.5)?;
/// assert_eq!(speed, 2.0); // 0.5·(1.5 + √(2.25 + 4))
/// let saddle = DampedOscillator::new(1.0, 3.0, -4.0)?;
/// assert!(saddle.at(5.0, -0.5, 1.001 * speed).0 > 0.0);
/// assert!(saddle.at(5.0, -0.5, 0.999 * speed).0 < 0.0);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn escape_speed(ball: &HeavyBall, curvature: f64, distance: f64) -> Result<f64, Error> {
    ball.check()?;
    positive("curvature", &curvature, "; give it without its sign")?;
    positive("distance", &distance, "")?;
    let rate = ball.drag / (2.0 * ball.mass);
    Ok(distance * (rate + rate.hypot((curvature / ball.mass).sqrt())))
}

/// The value between `free` and `trapped` at which the outcome changes.
pub(super) fn bisect(
    mut free: f64,
    mut trapped: f64,
    is_free: impl Fn(f64) -> Result<bool, Error>,
) -> Result<Critical, Error> {
    while (free - trapped).abs() > 1e-14 * free.abs().max(trapped.abs()) {
        let middle = 0.5 * (free + trapped);
        if middle == free || middle == trapped {
            break;
        }
        if is_free(middle)? {
            free = middle;
        } else {
            trapped = middle;
        }
    }
    Ok(Critical {
        value: 0.5 * (free + trapped),
        free,
        trapped,
    })
}

/// q′(r) = √(2(f(x₀) − f(x)))·|dx/dr| along x = x₀ + (x_s − x₀)r².
struct Speed<'b, P> {
    barrier: &'b Barrier<P>,
}

impl<P: Potential<f64, Const<1>>> FirstOrderSystem<Const<1>> for Speed<'_, P> {
    fn derivative(&self, r: f64, _state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
        let Barrier {
            potential,
            start,
            top,
            ..
        } = self.barrier;
        let width = top - start;
        let value = |x: f64| potential.value(&vector![x]);
        let fallen = value(*start) - value(start + width * r * r);
        // At the start itself rounding may leave less than nothing.
        let fallen = if r < 1e-6 { fallen.max(0.0) } else { fallen };
        derivative.x = (2.0 * fallen).sqrt() * 2.0 * r * width.abs();
    }
}
