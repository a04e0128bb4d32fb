//! NesterovFlow: ẍ + (r/t)ẋ + ∇f = 0, the limit α → 0 of Nesterov's method with β_k = (k − 1)/(k + r − 1).
//!
//! Reference: W. Su, S. Boyd, E. J. Candès, *J. Mach. Learn. Res.* 17 (2016), no. 153, equation 3 and section 3.

use crate::Error;
use crate::check::{finite, nonnegative, positive};
use crate::ode::SecondOrderSystem;
use crate::potentials::{Potential, check_start_motion};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A ball of mass 1 whose drag coefficient r/t decreases with time.
///
/// It starts at rest at time 0, where the drag is infinite and the acceleration tends to −∇f/(1 + r). For convex f and
/// r ≥ 3, f(x(t)) − f* ≤ (r − 1)²|x₀ − x*|²/2t²; for r < 3 this rate does not hold. Costs one gradient per evaluation.
///
/// With a velocity other than 0 at time 0 the acceleration is infinite, and a run ends with an error. The equation is
/// meant for t ≥ 0. It is invariant under t → −t, ẋ → −ẋ: at negative times r/t accelerates, and the ball traverses the
/// same motion backward.
///
/// Near time 0 the steps of an explicit method are at most about t/r long, whatever the tolerance. A run from 0 takes
/// about 11r steps of [`Dop853`](crate::Dop853) at tolerance 1e-13. From r = 200 on it ends in
/// [`SolverError::Stiff`](crate::error::SolverError::Stiff); without the stiffness test, r = 10 000 takes 126 000 steps
/// and a tenth of a second.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::NesterovFlow;
/// use nalgebra::{Const, vector};
///
/// let bowl = Quadratic::diagonal(vector![2.0])?;
/// let flow = NesterovFlow::new(bowl, 3.0)?;
/// let system = flow.clone().in_phase_space(Const::<1>);
/// let run = Dop853::new(1e-13, 1e-14).integrate(&system, (0.0, 1.7), vector![1.0, 0.0])?;
/// let (x, u) = NesterovFlow::exact(3, 2.0, 1.7, 1.0)?;
/// assert!((run.last()[0] - x).abs() < 1e-12 && (run.last()[1] - u).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NesterovFlow<P> {
    /// The potential f.
    pub potential: P,
    friction: f64,
}

impl<P> NesterovFlow<P> {
    /// The flow on `potential` with r = `friction`; r = 3 corresponds to Nesterov's original method.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless r is positive and finite.
    pub fn new(potential: P, friction: f64) -> Result<Self, Error> {
        let advice = "; without friction it is HeavyBall without drag";
        positive("friction r", &friction, advice)?;
        Ok(Self {
            potential,
            friction,
        })
    }

    /// The friction coefficient r.
    pub fn friction(&self) -> f64 {
        self.friction
    }
}

impl NesterovFlow<()> {
    /// Position and velocity at `time` on f = ½λx² from `position` at rest, in closed form for an integer r.
    ///
    /// x = x₀ Λ_ν(s) and ẋ = −x₀√λ sΛ_{ν+1}(s)/(r + 1), where Λ_ν(s) = Γ(ν + 1)(2/s)^ν J_ν(s), s = t√λ and ν = (r −
    /// 1)/2; for r = 3, x = 2x₀J₁(s)/s. Computed for s > ν + 1 by the recurrence of J from the two lowest orders,
    /// otherwise by ln Λ as a series of positive terms (N. Kishore, *Proc. Amer. Math. Soc.* 14 (1963) 527), both
    /// without cancellation.
    ///
    /// Compared with mpmath at 3200 pairs of r from 1 to 65535 and s from 1e-8 to 1.6e5, the error of x is at most
    /// 2.3e-16 |x₀| and that of ẋ at most 1.7e-16 |x₀|√λ. For s ≤ ν + 1, where x decreases monotonically, the relative
    /// error of x is at most 1e-13; values below 1e-320 |x₀| are returned as 0 there.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for r = 0, and unless λ is positive
    /// and finite; [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a negative time;
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for x₀, and if t√λ or the velocity
    /// overflows.
    ///
    /// ```
    /// use heavyball::NesterovFlow;
    /// let (x, _) = NesterovFlow::exact(3, 2.0, 1.7, 1.0)?;
    /// assert!((x - 0.43199269748824822).abs() < 1e-15);
    /// let (x, _) = NesterovFlow::exact(2, 1.0, 0.5, 1.0)?; // sin t/t
    /// assert!((x - 0.5_f64.sin() / 0.5).abs() < 1e-15);
    /// let (x, _) = NesterovFlow::exact(401, 1.0, 199.0, 1.0)?; // far below rounding at 1
    /// assert!((x / 1.389206719271634e-26 - 1.0).abs() < 1e-13);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn exact(
        friction: u16,
        curvature: f64,
        time: f64,
        position: f64,
    ) -> Result<(f64, f64), Error> {
        let r = f64::from(friction);
        positive("friction r", &r, "")?;
        positive(
            "curvature",
            &curvature,
            "; the closed form is that of a minimum",
        )?;
        nonnegative("time", &time, "; it starts at 0")?;
        finite("start position", &position)?;
        let frequency = curvature.sqrt();
        let phase = time * frequency;
        finite("time times the root of the curvature", &phase)?;
        let (x, after) = reduced_bessel(friction, phase);
        // Λ_ν′ = −sΛ_{ν+1}/2(ν + 1), and 2(ν + 1) = r + 1.
        let slope = -phase * after / (r + 1.0);
        // The rounding errors of √λ and of its product with t. At a large phase they amount to many ulps of the motion,
        // which is corrected by a rotation.
        let rounding =
            time.mul_add(frequency, -phase) + time * rounding_of_root(curvature, frequency);
        let (sin, cos) = rounding.sin_cos();
        let drag = if phase == 0.0 {
            0.0
        } else {
            r * (slope / phase)
        };
        let (x, slope) = (x * cos + slope * sin, slope * cos - (x + drag) * sin);
        let velocity = position * (frequency * slope);
        finite("velocity", &velocity)?;
        Ok((position * x, velocity))
    }
}

/// √λ − `root`, which is √λ rounded.
fn rounding_of_root(square: f64, root: f64) -> f64 {
    // Scaled by powers of two, so that the difference of small squares is a normal number.
    let (up, up_squared) = if square < 1e-200 {
        (2.0_f64.powi(300), 2.0_f64.powi(600))
    } else {
        (1.0, 1.0)
    };
    let (square, root) = (square * up_squared, root * up);
    root.mul_add(-root, square) / (2.0 * root) / up
}

/// (Λ_ν, Λ_{ν+1}) at s ≥ 0 for ν = (r − 1)/2, where Λ_ν = Γ(ν + 1)(2/s)^ν J_ν(s): 1 at s = 0.
///
/// The recurrence of J is Λ_{ν+1} = 4ν(ν + 1)(Λ_ν − Λ_{ν−1})/s². It is stable upward while ν < s, and downward as long
/// as s is below the first zero of J_ν.
fn reduced_bessel(friction: u16, s: f64) -> (f64, f64) {
    let order = (f64::from(friction) - 1.0) / 2.0;
    if s > order + 1.0 {
        let steps = friction / 2;
        // Half-integer orders are elementary.
        let (mut known, mut pair) = if friction % 2 == 1 {
            (0.0, (libm::j0(s), 2.0 * libm::j1(s) / s))
        } else {
            (-0.5, (s.cos(), s.sin() / s))
        };
        for _ in 0..steps {
            known += 1.0;
            let next = 2.0 * known / s * (2.0 * (known + 1.0) / s) * (pair.1 - pair.0);
            pair = (pair.1, next);
        }
        return pair;
    }
    // Below its first zero Λ_ν ≤ e^(−s²/4(ν+1)), which underflows here.
    if s * s > 3000.0 * (order + 1.0) {
        return (0.0, 0.0);
    }
    // Each term of the series is at most a quarter of the previous one if the first zero, which is above ν + 2, is
    // beyond 2s.
    let steps = (2.0 * s - 2.0 - order).ceil().max(0.0);
    let mut known = order + steps;
    let mut pair = by_logarithm(known, s);
    while known > order {
        let ratio = s / (2.0 * known) * (s / (2.0 * (known + 1.0)));
        pair = (pair.0 - ratio * pair.1, pair.0);
        known -= 1.0;
    }
    pair
}

/// (Λ_ν, Λ_{ν+1}) for 2s ≤ ν + 2: ln Λ_ν = −Σ aₙ/n and Λ_{ν+1}/Λ_ν = Σ aₙ/a₁.
///
/// aₙ is s²ⁿ times the sum of the inverse 2n-th powers of the zeros of J_ν: a₁ = s²/4(ν + 1), (ν + n)aₙ = Σ aₖaₙ₋ₖ.
fn by_logarithm(order: f64, s: f64) -> (f64, f64) {
    const TERMS: usize = 28;
    let first = s / (order + 1.0) * (s / 4.0);
    if first == 0.0 {
        return (1.0, 1.0);
    }
    // aₙ/a₁.
    let mut terms = [1.0; TERMS];
    let (mut sum, mut logarithm) = (1.0, 1.0);
    for done in 1..TERMS {
        let known = terms.iter().take(done);
        let products = known.clone().zip(known.rev()).map(|(a, b)| a * b);
        let n = (done + 1) as f64;
        let next = first * products.sum::<f64>() / (order + n);
        if let Some(slot) = terms.get_mut(done) {
            *slot = next;
        }
        sum += next;
        logarithm += next / n;
        if next < 0.01 * f64::EPSILON {
            break;
        }
    }
    let value = (-first * logarithm).exp();
    (value, value * sum)
}

impl<D: Dim, P: Potential<f64, D>> SecondOrderSystem<D> for NesterovFlow<P>
where
    DefaultAllocator: Allocator<D>,
{
    fn acceleration(
        &self,
        time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    ) {
        self.potential.gradient(position, acceleration);
        let r = self.friction;
        acceleration.zip_apply(velocity, |slot, u| {
            *slot = if time == 0.0 && u == 0.0 {
                *slot / -(1.0 + r)
            } else {
                // Not (r / time) * u, where r / time could overflow: 0 · ∞ is NaN.
                -(*slot + r * (u / time))
            };
        });
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        check_start_motion(&self.potential, position, velocity)
    }
}
