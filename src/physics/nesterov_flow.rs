//! NesterovFlow: ẍ + (r/t)ẋ + ∇f = 0, what Nesterov's method with β_k = (k − 1)/(k + r − 1) becomes as α → 0.
//!
//! Reference: W. Su, S. Boyd, E. J. Candès, *J. Mach. Learn. Res.* 17 (2016), no. 153, equation 3 and section 3.

use crate::error::{finite, positive};
use crate::potential::{check_start, check_vector};
use crate::{Error, Potential, SecondOrderSystem};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A ball of mass 1 whose drag r/t fades: fast early braking, then hardly any.
///
/// It starts at rest at time 0, where the drag is infinite and the acceleration tends to −∇f/(1 + r). On a convex f,
/// r ≥ 3 gives f(x(t)) − f* ≤ (r − 1)²|x₀ − x*|²/2t²; below 3 that rate is lost. One gradient an evaluation.
///
/// ```
/// use heavyball::prelude::*;
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
    /// The flow on `potential` with r = `friction`; 3 is Nesterov's own.
    ///
    /// # Errors
    /// [`Error::NotPositive`] unless r is positive and finite.
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
    /// Position and velocity at `time` on f = ½λx² from `position` at rest, in closed form for a whole r.
    ///
    /// x = x₀ Γ(ν + 1)(2/s)^ν J_ν(s) with s = t√λ and ν = (r − 1)/2; for r = 3, 2x₀J₁(s)/s. Right to about 1e-15 of x₀.
    ///
    /// # Errors
    /// [`Error::NotPositive`] unless λ is positive, [`Error::Negative`] for a negative time, [`Error::NotFinite`] for x₀ or r = 0.
    ///
    /// ```
    /// use heavyball::NesterovFlow;
    /// let (x, _) = NesterovFlow::exact(3, 2.0, 1.7, 1.0)?;
    /// assert!((x - 0.43199269748824822).abs() < 1e-15);
    /// let (x, _) = NesterovFlow::exact(2, 1.0, 0.5, 1.0)?; // sin t/t
    /// assert!((x - 0.5_f64.sin() / 0.5).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn exact(
        friction: u16,
        curvature: f64,
        time: f64,
        position: f64,
    ) -> Result<(f64, f64), Error> {
        positive("friction r", &f64::from(friction), "")?;
        positive(
            "curvature",
            &curvature,
            "; the closed form is that of a minimum",
        )?;
        crate::error::nonnegative("time", &time, "; it starts at 0")?;
        finite("start position", &position)?;
        let frequency = curvature.sqrt();
        let phase = time * frequency;
        // With Λ_ν = Γ(ν + 1)(2/s)^ν J_ν(s): Λ_ν′ = −sΛ_{ν+1}/2(ν + 1), and 2(ν + 1) = r + 1.
        let slope = -phase * reduced_bessel(friction + 2, phase) / (f64::from(friction) + 1.0);
        Ok((
            position * reduced_bessel(friction, phase),
            position * frequency * slope,
        ))
    }
}

/// Γ(ν + 1)(2/s)^ν J_ν(s) for ν = (r − 1)/2: 1 at s = 0.
fn reduced_bessel(friction: u16, s: f64) -> f64 {
    let order = (f64::from(friction) - 1.0) / 2.0;
    if s < 4.0_f64.max(order) {
        // Σ (−s²/4)ᵏ/(k!(ν + 1)…(ν + k)): below s = 4 no term exceeds 5.
        let square = -s * s / 4.0;
        let (mut term, mut sum) = (1.0, 1.0);
        for k in 1..=200_u16 {
            let k = f64::from(k);
            term *= square / (k * (order + k));
            sum += term;
            if term.abs() < 1e-18 {
                break;
            }
        }
        return sum;
    }
    if friction % 2 == 1 {
        let whole = i32::from(friction / 2);
        let factors = (1..=whole).map(|k| 2.0 * f64::from(k) / s);
        return libm::jn(whole, s) * factors.product::<f64>();
    }
    // Half-integer orders are elementary. Λ₋½ = cos s, Λ½ = sin s/s, and with the recurrence of J,
    // Λ_{ν+1} = 4ν(ν + 1)(Λ_ν − Λ_{ν−1})/s².
    let (mut before, mut current) = (s.cos(), s.sin() / s);
    for half in 0..(friction / 2).saturating_sub(1) {
        let order = f64::from(half) + 0.5;
        let next = 4.0 * order * (order + 1.0) * (current - before) / (s * s);
        (before, current) = (current, next);
    }
    current
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
        let at_rest = velocity.iter().all(|u| *u == 0.0);
        if time == 0.0 && at_rest {
            acceleration.apply(|slot| *slot /= -(1.0 + self.friction));
            return;
        }
        let drag = self.friction / time;
        acceleration.zip_apply(velocity, |slot, u| *slot = -(*slot + drag * u));
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        check_start(&self.potential, "start position", position)?;
        check_vector("start velocity", velocity)
    }
}
