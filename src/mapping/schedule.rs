//! ScheduledBall: the particle of one iteration under schedules α_k, β_k, which gives m(t) and γ(t).

use crate::Error;
use crate::check::in_range;
use crate::mapping::{Discretization, Gauge};
use crate::optimizers::{Schedule, ScheduledMomentum, ScheduledNesterov};
use crate::particle::HeavyBall;

/// The particle of one iteration of a scheduled rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledBall {
    /// The time of iterate k: the sum of the previous steps.
    pub time: f64,
    /// The step Δt from iterate k to k + 1.
    pub dt: f64,
    /// Mass and drag during that step.
    pub ball: HeavyBall,
}

/// The particles of (α_k, β_k), one per iteration.
fn balls(
    coefficients: impl Fn(usize) -> (f64, f64),
    discretization: Discretization,
    gauge: Gauge,
) -> impl Iterator<Item = Result<ScheduledBall, Error>> {
    let mut elapsed = 0.0;
    (0_usize..).map(move |k| {
        let (alpha, beta) = coefficients(k);
        let (ball, dt) = discretization.particle(alpha, beta, gauge)?;
        // For a fixed step, kΔt accumulates no rounding, and it remains right after an iteration without a particle.
        let time = match gauge {
            Gauge::Step(dt) => k as f64 * dt,
            Gauge::Mass(_) | Gauge::Drag(_) => elapsed,
        };
        elapsed += dt;
        in_range("the time of an iterate", &time)?;
        Ok(ScheduledBall { time, dt, ball })
    })
}

macro_rules! balls {
    ($scheduled:ident, $rule:ident) => {
        impl<A: Schedule, B: Schedule> $scheduled<A, B> {
            /// An infinite iterator over the particles that correspond to α_k and β_k.
            ///
            /// With [`Gauge::Step`], t = kΔt, a decreasing learning rate is an increasing mass m(t) = Δt²/α, and the
            /// iterates follow m(t)ẍ + γ(t)ẋ + ∇f = 0 (derivation (47)). With [`Gauge::Mass`] the mass is fixed and
            /// the steps decrease, but v is then a displacement over steps of varying length.
            ///
            /// # Errors
            /// Each item has the errors of [`Discretization::particle`]; α_k = 0 has no particle.
            ///
            /// ```
            /// use heavyball::prelude::*;
            /// use heavyball::NesterovSchedule;
            ///
            /// // Nesterov's schedule with a constant learning rate is a particle of mass 1 with drag 3/(t + 2Δt).
            #[doc = concat!("let rule = ", stringify!($rule), "::scheduled(0.01, NesterovSchedule::new(3.0)?);")]
            /// for now in rule.balls(Discretization::ExplicitDrag, Gauge::Step(0.1)).take(50).skip(1) {
            ///     let now = now?;
            ///     assert!((now.ball.mass - 1.0).abs() < 1e-15);
            ///     assert!((now.ball.drag - 3.0 / (now.time + 0.2)).abs() < 1e-13);
            /// }
            /// # Ok::<(), heavyball::Error>(())
            /// ```
            pub fn balls(
                &self,
                discretization: Discretization,
                gauge: Gauge,
            ) -> impl Iterator<Item = Result<ScheduledBall, Error>> {
                balls(
                    |k| (self.alpha.at(k), self.beta.at(k)),
                    discretization,
                    gauge,
                )
            }
        }
    };
}

balls!(ScheduledMomentum, Momentum);
balls!(ScheduledNesterov, Nesterov);
