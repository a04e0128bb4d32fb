//! A schedule as a particle in time: the mass m(t) and drag γ(t) behind α_k and β_k.

use crate::Error;
use crate::mapping::{Discretization, Gauge};
use crate::optimizers::{Schedule, ScheduledMomentum, ScheduledNesterov};
use crate::particle::HeavyBall;

/// The particle of one iteration of a scheduled rule.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledBall {
    /// The time of iterate k, the sum of the steps before it.
    pub time: f64,
    /// The step Δt from iterate k to k + 1.
    pub dt: f64,
    /// Mass and drag during that step.
    pub ball: HeavyBall,
}

/// The particles of (α_k, β_k), one an iteration.
fn balls(
    coefficients: impl Fn(usize) -> (f64, f64),
    discretization: Discretization,
    gauge: Gauge,
) -> impl Iterator<Item = Result<ScheduledBall, Error>> {
    let mut elapsed = 0.0;
    (0_usize..).map(move |k| {
        let (alpha, beta) = coefficients(k);
        let (ball, dt) = discretization.particle(alpha, beta, gauge)?;
        // An even clock goes on where there is no particle, and sums up no rounding.
        let time = match gauge {
            Gauge::Step(dt) => k as f64 * dt,
            Gauge::Mass(_) | Gauge::Drag(_) => elapsed,
        };
        elapsed += dt;
        Ok(ScheduledBall { time, dt, ball })
    })
}

macro_rules! balls {
    ($scheduled:ident) => {
        impl<A: Schedule, B: Schedule> $scheduled<A, B> {
            /// What the schedules mean: the particle of each iteration, without end.
            ///
            /// With [`Gauge::Step`] the clock is even, t = kΔt, a falling rate is a growing mass m(t) = Δt²/α, and the
            /// iterates follow m(t)ẍ + γ(t)ẋ + ∇f = 0 (derivation (47)); with [`Gauge::Mass`] the mass is
            /// fixed and the steps shrink, but v is then a displacement per step of changing length.
            ///
            /// # Errors
            /// Each item as for [`Discretization::particle`]; α_k = 0 has no particle.
            ///
            /// ```
            /// use heavyball::prelude::*;
            ///
            /// // Nesterov's schedule at a constant rate is a ball of mass 1 whose drag is 3/(t + 2Δt).
            #[doc = concat!("let rule = heavyball::", stringify!($scheduled), " { alpha: 0.01, beta: NesterovSchedule::new(3.0)? };")]
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

balls!(ScheduledMomentum);
balls!(ScheduledNesterov);
