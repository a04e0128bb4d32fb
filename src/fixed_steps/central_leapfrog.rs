//! CentralLeapfrog: half drift; p₊ = [(1 − z/2)p − Δt∇f(x)]/(1 + z/2); half drift, z = γΔt/m.
//!
//! This is the Verlet method with drag. The drag term is a central difference, so the coefficients are rational and
//! the midpoints x + (Δt/2m)p satisfy m(x₊ − 2x + x₋)/Δt² + γ(x₊ − x₋)/2Δt + ∇f(x) = 0 exactly. Every momentum
//! iteration is this scheme for some particle.
//! Reference: A. Brünger, C. L. Brooks, M. Karplus, *Chem. Phys. Lett.* 105 (1984) 495, without the noise term.

use crate::fixed_steps::fixed_step::{drag_per_step, fixed_step_constructors};
use crate::fixed_steps::{DriftKickDrift, FixedStep, Properties, StepError};
use crate::particle::HeavyBall;
use crate::{Error, Number};

/// The leapfrog method with central drag: Verlet with drag, with rational coefficients.
///
/// Order 2 for any drag, symmetric, one gradient evaluation per step. Stable on curvature k for Δt < 2√(m/k), for any
/// drag. For z > 2 the damping factor is negative and a momentum that is not that of the slow motion alternates in sign, which
/// [`Leapfrog`](crate::Leapfrog) does not; but the slow motion itself is right for any z, and Leapfrog's is not. A backward
/// step requires γ|Δt|/m < 2.
///
/// Measured order on a nonlinear force with drag: 2.00 in x, 2.00 in ẋ (`tests/limits/step_limit.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
/// use num_rational::BigRational;
/// use heavyball::Number;
///
/// // On exact rationals a backward step undoes a forward step exactly.
/// let third = BigRational::integer(1) / BigRational::integer(3);
/// let ball = HeavyBall::of(BigRational::integer(2), third.clone())?;
/// let method = CentralLeapfrog::of(third.clone())?;
/// let start = Phase::new(vector![third.clone()], vector![third.clone()]);
/// let (mut phase, mut scratch) = (start.clone(), start.position.clone());
/// method.step_for(&ball, third.clone())?.advance(&Quartic, &mut phase, &mut scratch);
/// assert_ne!(phase, start);
/// method.step_for(&ball, -third)?.advance(&Quartic, &mut phase, &mut scratch);
/// assert_eq!(phase, start);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct CentralLeapfrog<T = f64> {
    dt: T,
}

fixed_step_constructors!(CentralLeapfrog);

impl<T: Number> FixedStep<T> for CentralLeapfrog<T> {
    type Step = DriftKickDrift<T>;

    fn properties(&self) -> Properties {
        Properties {
            name: "CentralLeapfrog",
            order: 2,
            gradients: 1,
            symmetric: true,
        }
    }

    fn dt(&self) -> T {
        self.dt.clone()
    }

    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error> {
        let two = T::integer(2);
        let z = drag_per_step(ball, &dt);
        let denominator = two.clone() + z.clone();
        if denominator <= T::zero() {
            return Err(Error::Step(StepError::Pole {
                method: "CentralLeapfrog",
                dt: dt.to_f64(),
                mass: ball.mass.to_f64(),
                drag: ball.drag.to_f64(),
                z: z.to_f64(),
                pole: -2.0,
            }));
        }
        Ok(DriftKickDrift {
            damping: (two.clone() - z) / denominator.clone(),
            kick: dt.clone() / (denominator / two.clone()),
            half_time_per_mass: dt / two / ball.mass.clone(),
        })
    }
}
