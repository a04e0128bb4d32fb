//! Bath: the noise of a temperature T, as a ball and as a rule feel it.
//!
//! The ball is m ẍ = −∇f − γẋ + √(2γT) ξ(t), a [`Langevin`] advanced by BAOAB. A rule runs at T = ασ²/2(1 − β) if each component
//! of its gradient has noise of variance σ² (docs/derivation.md, equation (89)). Both have the same noise: while a step of
//! the rule passes the ball makes `parts` steps, and the rule gets the sum of their normal numbers over √parts. So the
//! iterates follow the warm ball as they follow the cold one, and smaller steps of the rule see the same noise in finer parts.
//! The library's `NoisyGradient` draws one number an iteration, so it has the same law but not the noise of the ball.

use crate::choice::Rule;
use crate::error::PageError;
use heavyball::langevin::Langevin;
use heavyball::noise::Noise;
use heavyball::prelude::*;
use heavyball::study::StudyError;
use nalgebra::{Const, SVector};

/// The bath of the page: a temperature and a seed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bath {
    temperature: f64,
    noise: Noise,
    parts: usize,
}

impl Bath {
    /// No noise.
    pub const COLD: Self = Self {
        temperature: 0.0,
        noise: Noise::new(0),
        parts: 1,
    };

    /// The bath of temperature T, in the unit of f, with the noise of `seed`; `parts` steps of the ball in one of a rule.
    ///
    /// # Errors
    /// The library's for a temperature that is negative or not finite.
    pub fn new(temperature: f64, seed: u32, parts: usize) -> Result<Self, PageError> {
        Langevin::new(HeavyBall::new(1.0, 1.0)?, temperature)?;
        Ok(Self {
            temperature,
            noise: Noise::new(u64::from(seed)),
            parts: parts.max(1),
        })
    }

    /// Whether there is noise at all.
    pub fn is_warm(&self) -> bool {
        self.temperature > 0.0
    }

    /// The noise of the seed.
    pub fn noise(&self) -> Noise {
        self.noise
    }

    /// The bath about `ball`.
    ///
    /// # Errors
    /// The library's.
    pub fn about(&self, ball: HeavyBall) -> Result<Langevin, PageError> {
        Ok(Langevin::new(ball, self.temperature)?)
    }

    /// σ², the variance of each component of the gradient's noise that gives `rule` this temperature: 2(1 − β)T/α. Without
    /// drag, at β = 1, a bath has no noise either.
    ///
    /// # Errors
    /// The library's for α beyond its range.
    pub fn gradient_variance(&self, rule: Rule) -> Result<f64, PageError> {
        match rule.temperature(1.0) {
            Ok(of_one) => Ok(self.temperature / of_one),
            Err(heavyball::Error::Study(StudyError::NoTemperature { .. })) => Ok(0.0),
            Err(error) => Err(error.into()),
        }
    }

    /// `potential` as `rule` sees it in this bath, from iteration `first` on.
    ///
    /// # Errors
    /// As [`Self::gradient_variance`].
    pub fn seen_by<'p, P>(
        &self,
        rule: Rule,
        potential: &'p P,
        first: usize,
    ) -> Result<Shaken<'p, P>, PageError> {
        let variance = self.gradient_variance(rule)?;
        Ok(Shaken {
            potential,
            noise: self.noise,
            deviation: (variance / self.parts as f64).sqrt(),
            parts: self.parts,
            first,
        })
    }
}

/// A potential whose gradient in iteration k has the noise of a bath: ∇f − σ Σ N/√parts over the normal numbers N of the
/// `parts` steps of the ball in k. A push of the bath is a force, so it has the sign of −∇f. Without noise, that of the
/// potential to the bit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Shaken<'p, P> {
    potential: &'p P,
    noise: Noise,
    deviation: f64,
    parts: usize,
    first: usize,
}

impl<P, const D: usize> Potential<f64, Const<D>> for Shaken<'_, P>
where
    P: Potential<f64, Const<D>>,
{
    fn value(&self, position: &SVector<f64, D>) -> f64 {
        self.potential.value(position)
    }

    fn gradient(&self, position: &SVector<f64, D>, gradient: &mut SVector<f64, D>) {
        self.potential.gradient(position, gradient);
    }

    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &SVector<f64, D>,
        gradient: &mut SVector<f64, D>,
    ) {
        self.potential.gradient(position, gradient);
        if self.deviation == 0.0 {
            return;
        }
        let from = (self.first + k) * self.parts;
        let normals = (from..from + self.parts).map(|step| self.noise.normals::<D>(member, step));
        *gradient -= normals.sum::<SVector<f64, D>>() * self.deviation;
    }
}
