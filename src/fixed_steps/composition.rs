//! Composition: orders 4, 6 and 8 from a symmetric method of order 2, by substeps wᵢΔt with Σwᵢ = 1.
//!
//! The weights are palindromic; each table lists the first half, up to and including the middle one.
//! References: H. Yoshida, *Phys. Lett. A* 150 (1990) 262 (orders 4, 6A and 8D); M. Suzuki, *Phys.
//! Lett. A* 146 (1990) 319 (order 4); E. Hairer, Ch. Lubich, G. Wanner, *Geometric Numerical
//! Integration*, 2nd ed., section V.3.

use crate::check::ParameterError;
use crate::fixed_steps::{FixedStep, Properties, Step, StepError};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

const YOSHIDA_4: &[f64] = &[1.351_207_191_959_657_6, -1.702_414_383_919_315_3];

const YOSHIDA_6: &[f64] = &[
    0.784_513_610_477_557_3,
    0.235_573_213_359_358_13,
    -1.177_679_984_178_871,
    1.315_186_320_683_911_2,
];

const YOSHIDA_8: &[f64] = &[
    0.914_844_246_229_791_6,
    0.253_693_336_566_211_35,
    -1.444_852_236_860_605_2,
    -0.158_240_635_368_050_2,
    1.938_139_137_622_526,
    -1.960_610_232_975_310_8,
    0.102_799_849_391_796_44,
    1.708_453_070_787_281_6,
];

const SUZUKI_4: &[f64] = &[
    0.414_490_771_794_375_74,
    0.414_490_771_794_375_74,
    -0.657_963_087_177_502_9,
];

/// A symmetric method raised to order 4, 6 or 8 by composing its steps.
///
/// The composition is itself symmetric. Some of its substeps run backward in time, where drag adds energy: with
/// z = γΔt/m, a substep of weight w < 0 amplifies the momentum by up to e^(|w|z), so keep z moderate. With
/// [`CentralLeapfrog`](crate::CentralLeapfrog) as the base method there is a pole at z = 2/|w|. Suzuki's order 4 costs
/// five gradient evaluations per step instead of Yoshida's three, and its error is far smaller.
///
/// Measured orders on a nonlinear force with drag: Yoshida 4 and Suzuki 4 each have 4.00 in x and in ẋ
/// (`tests/limits/step_limit.rs`), Yoshida 6 has 6.00 and Yoshida 8 between 7.98 and 8.04 (`tests/motion/orders.rs`).
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, Quadratic::diagonal(vector![4.0])?, vector![1.0]);
/// let eighth = Composition::yoshida8(Leapfrog::new(0.1)?)?;
/// let end = problem.until(3.0).solve(&eighth)?;
/// let exact = DampedOscillator::new(1.0, 0.4, 4.0)?.at(3.0, 1.0, 0.0).0;
/// assert!((end.last().position.x - exact).abs() < 1e-9);
///
/// let refused = Composition::yoshida4(SymplecticEuler::new(0.1)?);
/// assert!(refused.is_err_and(|error| error.to_string().contains("not symmetric")));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Composition<M> {
    base: M,
    name: &'static str,
    order: usize,
    half: &'static [f64],
}

impl<M> Composition<M> {
    /// Yoshida's order 4: three steps of `base`.
    ///
    /// # Errors
    /// [`StepError::NotSymmetric`] if `base` is not symmetric.
    pub fn yoshida4<T: Number>(base: M) -> Result<Self, Error>
    where
        M: FixedStep<T>,
    {
        Self::with_weights(base, "Yoshida4", 4, YOSHIDA_4)
    }

    /// Yoshida's order 6, solution A: seven steps of `base`.
    ///
    /// # Errors
    /// [`StepError::NotSymmetric`] if `base` is not symmetric.
    pub fn yoshida6<T: Number>(base: M) -> Result<Self, Error>
    where
        M: FixedStep<T>,
    {
        Self::with_weights(base, "Yoshida6", 6, YOSHIDA_6)
    }

    /// Yoshida's order 8, solution D: fifteen steps of `base`.
    ///
    /// # Errors
    /// [`StepError::NotSymmetric`] if `base` is not symmetric.
    pub fn yoshida8<T: Number>(base: M) -> Result<Self, Error>
    where
        M: FixedStep<T>,
    {
        Self::with_weights(base, "Yoshida8", 8, YOSHIDA_8)
    }

    /// Suzuki's order 4: five steps of `base`.
    ///
    /// # Errors
    /// [`StepError::NotSymmetric`] if `base` is not symmetric.
    pub fn suzuki4<T: Number>(base: M) -> Result<Self, Error>
    where
        M: FixedStep<T>,
    {
        Self::with_weights(base, "Suzuki4", 4, SUZUKI_4)
    }

    fn with_weights<T: Number>(
        base: M,
        name: &'static str,
        order: usize,
        half: &'static [f64],
    ) -> Result<Self, Error>
    where
        M: FixedStep<T>,
    {
        if !base.properties().symmetric {
            let method = base.properties().name;
            return Err(Error::Step(StepError::NotSymmetric { method }));
        }
        Ok(Self {
            base,
            name,
            order,
            half,
        })
    }

    /// The weights wᵢ of the substeps, in order; they sum to 1.
    pub fn weights(&self) -> impl Iterator<Item = f64> {
        let second_half = self.half.iter().rev().skip(1);
        self.half.iter().chain(second_half).copied()
    }
}

/// The step map of a [`Composition`]: the maps of its substeps, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct CompositionStep<S> {
    pub(super) substeps: Vec<S>,
}

impl<T: Number, S: Step<T>> Step<T> for CompositionStep<S> {
    #[inline(always)]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        for substep in &self.substeps {
            substep.advance(potential, phase, gradient);
        }
    }
}

impl<T: Number, M: FixedStep<T>> FixedStep<T> for Composition<M> {
    type Step = CompositionStep<M::Step>;

    fn properties(&self) -> Properties {
        Properties {
            name: self.name,
            order: self.order,
            gradients: self.weights().count() * self.base.properties().gradients,
            symmetric: true,
        }
    }

    fn dt(&self) -> T {
        self.base.dt()
    }

    fn step_for(&self, ball: &HeavyBall<T>, dt: T) -> Result<Self::Step, Error> {
        let substep = |weight: f64| {
            let weight =
                T::from_f64(weight).ok_or(Error::Parameter(ParameterError::NotFinite {
                    name: "a composition's weight",
                    value: weight,
                }))?;
            self.base.step_for(ball, weight * dt.clone())
        };
        let substeps = self.weights().map(substep).collect::<Result<_, _>>()?;
        Ok(CompositionStep { substeps })
    }
}
