//! The ball at a barrier: its fate, a drag that it certainly passes with, and the critical drag.
//!
//! In y = (x − x_s)/(x_s − x₀), from −1 at the start to 0 at the top, F(y) = (f − f(x_s))/ΔE and the time
//! T = |x_s − x₀|√(m/ΔE) the ball is y″ = −F′(y) − γ̂y′, γ̂ = γT/m: one problem for all units.

use super::barrier::{Barrier, Fate, SAMPLES};
use super::critical::{Critical, bisect};
use crate::Error;
use crate::check::{finite, positive};
use crate::motion::Problem;
use crate::motion::events::{CoordinateLevel, EnergyLevel, Event, when};
use crate::ode::SolverError;
use crate::ode::{Crossing, Dop853, FirstOrderSystem};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::study::escape::EscapeError;
use nalgebra::{Const, Vector1, vector};

/// Tolerance of the runs: near the critical drag they amplify errors while they linger at the top.
const TIGHT: f64 = 1e-13;

/// The potential F(y) of a barrier.
struct Scaled<'b, P>(&'b Barrier<P>);

impl<P> Scaled<'_, P> {
    fn position(&self, y: f64) -> f64 {
        let Barrier { start, top, .. } = self.0;
        top + (top - start) * y
    }
}

impl<P: Potential<f64, Const<1>>> Potential<f64, Const<1>> for Scaled<'_, P> {
    fn value(&self, y: &Vector1<f64>) -> f64 {
        let Barrier { height, drop, .. } = self.0;
        (self.0.value(self.position(y.x)) - height) / drop
    }

    fn gradient(&self, y: &Vector1<f64>, gradient: &mut Vector1<f64>) {
        let Barrier {
            start, top, drop, ..
        } = self.0;
        gradient.x = (top - start) * (self.0.slope(self.position(y.x)) / drop);
    }
}

/// q′(r) = √(2(1 − F)) dy/dr along y = −1 + r², which takes the root at the start away.
struct Speed<'b, P>(Scaled<'b, P>);

impl<P: Potential<f64, Const<1>>> FirstOrderSystem<Const<1>> for Speed<'_, P> {
    fn derivative(&self, r: f64, _state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
        let fallen = 1.0 - self.0.value(&vector![r * r - 1.0]);
        // At the start itself rounding may leave less than nothing.
        let fallen = if r < 1e-6 { fallen.max(0.0) } else { fallen };
        derivative.x = (2.0 * fallen).sqrt() * 2.0 * r;
    }
}

impl<P: Potential<f64, Const<1>>> Barrier<P> {
    /// What becomes of `ball`: by [`Dop853`] at tolerance 1e-13 of distance and height, until one of the two is certain.
    ///
    /// It is trapped once its energy is below the top's; on a shelf, once it is too slow to pass, derivation (44); and at once under a
    /// drag so large that it cannot be fast enough to leave the lowest ground before the top.
    ///
    /// # Errors
    /// Those of [`HeavyBall::new`] and [`Problem::solve_until`]; [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a mass whose time scale is none;
    /// [`EscapeError::Undecided`] if neither was certain after ten thousand times the slowest motion, or a million steps: from
    /// hundreds of widths of the well away.
    pub fn fate(&self, ball: &HeavyBall) -> Result<Fate, Error> {
        ball.check()?;
        let HeavyBall { mass, drag } = *ball;
        let unit = (self.top - self.start).abs() * (mass / self.drop).sqrt();
        positive("time scale of the ball", &unit, "")?;
        let scaled_drag = drag * (unit / mass);
        finite("drag in units of the barrier", &scaled_drag)?;
        if self.is_held(scaled_drag) {
            return Ok(Fate::Trapped { time: 0.0 });
        }
        // Near a quadratic saddle −½κy² nothing is slower than γ̂/κ; a shelf has its own end.
        let curvature = Self::slope_at(&Scaled(self), -1e-3) / 1e-3;
        let slow = if curvature > 1e-12 {
            1.0 + 1.0 / curvature
        } else {
            1.0
        };
        let until = 1e4 * (1.0 + scaled_drag) * slow;
        let unit_ball = HeavyBall::new(1.0, scaled_drag)?;
        let problem = Problem::new(unit_ball, Scaled(self), vector![-1.0]).until(until);
        let past = CoordinateLevel::new(0, 0.0, Crossing::Rising)?;
        let below = EnergyLevel::new(-self.rounding() / self.drop)?;
        let (rate, stiffness) = (0.5 * scaled_drag, 0.25 * drag * (drag / mass));
        let creeps = when(|_, phase: &Phase<f64, Const<1>>| {
            let (distance, speed) = (-phase.position.x, phase.momentum.x);
            let is_slow = distance > 0.0 && speed >= 0.0 && speed < rate * distance;
            is_slow && self.is_gentle(Scaled(self).position(-distance), stiffness)
        });
        let events: [&dyn Event<Scaled<'_, P>, Const<1>>; 3] = [&past, &below, &creeps];
        // Events are located between the steps, and a ball that creeps over the top is stiff.
        let method = Dop853::new(TIGHT, TIGHT)
            .with_fine_output()
            .without_stiffness_test();
        let undecided = |time: f64| {
            Error::Escape(EscapeError::Undecided {
                parameter: "drag",
                value: drag,
                time: time * unit,
            })
        };
        let event = match problem.solve_until(&method, &events) {
            Ok(run) => run.event,
            // So slow at the saddle that no explicit method gets there.
            Err(Error::Solver(SolverError::StepsExhausted { time, .. })) => {
                return Err(undecided(time));
            }
            Err(error) => return Err(error),
        };
        match event {
            Some(event) if event.index == 0 => Ok(Fate::Free {
                time: event.time * unit,
            }),
            Some(event) => Ok(Fate::Trapped {
                time: event.time * unit,
            }),
            None => Err(undecided(until)),
        }
    }

    fn slope_at(scaled: &Scaled<'_, P>, y: f64) -> f64 {
        let mut gradient = vector![0.0];
        scaled.gradient(&vector![y], &mut gradient);
        gradient.x
    }

    /// Whether the ball cannot leave the lowest ground: |y′| ≤ max|F′|/γ̂ from rest, and ½y′² is below that ground's depth.
    fn is_held(&self, scaled_drag: f64) -> bool {
        let scaled = Scaled(self);
        let (mut force, mut depth) = (0.0_f64, 0.0_f64);
        for sample in 0..SAMPLES {
            let y = -1.0 + f64::from(sample) / f64::from(SAMPLES);
            force = force.max(-Self::slope_at(&scaled, y));
            depth = depth.max(-scaled.value(&vector![y]));
        }
        let fastest = force / scaled_drag;
        // A tenth for what the places between may hide.
        fastest * fastest < 1.8 * depth
    }

    /// A drag below which escape is certain: √m(f(x₀) − f(x_s))/∫√(2(f(x₀) − f)) dx, the integral from start to top.
    ///
    /// Without drag the ball is nowhere slower than with it, so it loses less than γ times that speed's integral. Lowered by what
    /// rounding may do to f(x₀) − f(x_s).
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for the mass.
    pub fn lower_bound(&self, mass: f64) -> Result<f64, Error> {
        positive("mass", &mass, "")?;
        let speed = Speed(Scaled(self));
        let method = Dop853::new(TIGHT, TIGHT).without_dense_output();
        let integral = method.integrate(&speed, (0.0, 1.0), vector![0.0])?;
        let unit = mass.sqrt() * (self.drop.sqrt() / (self.top - self.start).abs());
        let bound = unit / integral.last().x * (1.0 - self.rounding() / self.drop);
        positive(
            "lower bound",
            &bound,
            "; the mass is too small or too large",
        )?;
        Ok(bound)
    }

    /// The critical drag γ*: below it the ball of `mass` escapes, above it is trapped. Proportional to √m.
    ///
    /// By bisection from [`Self::lower_bound`] up, to neighbouring numbers or the accuracy of the runs, about 1e-12 of γ*.
    ///
    /// # Errors
    /// Those of [`Self::fate`] and [`Self::lower_bound`]; [`EscapeError::NoCritical`] if the ball escapes at a million times the
    /// lower bound.
    pub fn critical_drag(&self, mass: f64) -> Result<Critical, Error> {
        let bound = self.lower_bound(mass)?;
        let is_free = |drag| {
            let fate = self.fate(&HeavyBall::new(mass, drag)?)?;
            Ok(matches!(fate, Fate::Free { .. }))
        };
        let none = |low, high, outcome| {
            Error::Escape(EscapeError::NoCritical {
                parameter: "drag",
                low,
                high,
                outcome,
            })
        };
        let mut low = 0.999 * bound;
        while !is_free(low)? {
            low *= 0.5;
            if low < 1e-6 * bound {
                return Err(none(low, bound, "is trapped"));
            }
        }
        let mut high = 2.0 * low;
        while is_free(high)? {
            low = high;
            high *= 2.0;
            if high > 1e6 * bound {
                return Err(none(bound, high, "escapes"));
            }
        }
        bisect(low, high, is_free)
    }
}
