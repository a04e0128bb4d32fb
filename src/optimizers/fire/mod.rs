//! Fire: the fast inertial relaxation engine, a ball whose drag and step depend on its state.
//!
//! While the ball rolls downhill, F·ẋ > 0 with F = −∇f, its velocity is turned toward the force,
//! ẋ ← (1 − a)ẋ + a|ẋ|F/|F|, and after some iterations the step grows and a falls; as soon as it rolls uphill it is
//! stopped, and step and a begin anew. In continuous time it is the unit-mass ball ẍ = F − γ(ẋ − |ẋ|F/|F|) with the drag
//! γ = a/Δt, which steers and does not slow a ball that falls along the force, and that restarts: derivation (77).
//!
//! References: E. Bitzek, P. Koskinen, F. Gähler, M. Moseler, P. Gumbsch, *Phys. Rev. Lett.* 97 (2006) 170201;
//! J. Guénolé, W. G. Nöhring, A. Vaid, F. Houllé, Z. Xie, A. Prakash, E. Bitzek, *Comput. Mater. Sci.* 175 (2020) 109584.

mod run;

use crate::check::{in_range, nonnegative, positive};
use crate::optimizers::RuleError;
use crate::potentials::{Potential, check_start};
use crate::{Error, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
pub use run::{FireRun, FireState};

/// FIRE, or FIRE 2.0: a ball of mass 1 whose drag and step depend on its state.
///
/// | | [`Fire::new`] (2006) | [`Fire::version_2`] (2020) | set by |
/// |---|---|---|---|
/// | first step | Δt | Δt | the constructor |
/// | largest step | 10Δt | 10Δt | [`Self::with_steps`] |
/// | smallest step | 0 | Δt/50 | [`Self::with_steps`] |
/// | iterations downhill before the step grows | 5 | 20 | [`Self::with_wait`] |
/// | factors of the step, up and down | 1.1, 0.5 | 1.1, 0.5 | [`Self::with_factors`] |
/// | mixing a and its factor | 0.1, 0.99 | 0.25, 0.99 | [`Self::with_mixing`] |
/// | longest move | none | none | [`Self::with_longest_move`] |
/// | uphill | stops | goes back by half a step, then stops | |
/// | turns toward the force | before the kick, downhill only | after the kick | |
///
/// With a longest move of 0.2 these are the defaults of ASE's `FIRE` and `FIRE2`, whose iterates it has. One gradient per
/// iteration, and a second where version 2 goes back. No curvature must be known, as for a [`Restart`](crate::Restart), and
/// the step finds its size by itself; but f must have a scale on which Δt is moderate, and there is no proof of a rate.
/// When not to use it: for a gradient with noise, which stops the ball at random.
///
/// ```
/// use heavyball::optimizers::Fire;
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let fire = Fire::new(0.005)?;
/// let end = fire.run(&Rosenbrock, vector![-1.2, 1.0]).after(800)?;
/// assert!((end.position - vector![1.0, 1.0]).norm() < 1e-6);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fire<T = f64> {
    is_second: bool,
    dt: T,
    smallest_dt: T,
    largest_dt: T,
    wait: usize,
    growth: T,
    shrinkage: T,
    mixing: T,
    mixing_factor: T,
    longest_move: Option<T>,
}

impl Fire {
    /// FIRE as published in 2006, with first step `dt`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `dt` is positive and finite, and
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) if ten times that is not.
    pub fn new(dt: f64) -> Result<Self, Error> {
        Self::of(dt)
    }

    /// FIRE 2.0 as published in 2020, with first step `dt`.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn version_2(dt: f64) -> Result<Self, Error> {
        Self::of_version_2(dt)
    }
}

/// n/d.
fn ratio<T: SquareRoot>(n: i16, d: i16) -> T {
    T::integer(n) / T::integer(d)
}

impl<T: SquareRoot> Fire<T> {
    /// As [`Self::new`], over any number with a square root.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(dt: T) -> Result<Self, Error> {
        positive("dt", &dt, "")?;
        let largest_dt = T::integer(10) * dt.clone();
        in_range("the largest step of FIRE", &largest_dt)?;
        Ok(Self {
            is_second: false,
            smallest_dt: T::zero(),
            largest_dt,
            dt,
            wait: 5,
            growth: ratio(11, 10),
            shrinkage: ratio(1, 2),
            mixing: ratio(1, 10),
            mixing_factor: ratio(99, 100),
            longest_move: None,
        })
    }

    /// As [`Self::version_2`], over any number with a square root.
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of_version_2(dt: T) -> Result<Self, Error> {
        Ok(Self {
            is_second: true,
            smallest_dt: dt.clone() / T::integer(50),
            wait: 20,
            mixing: ratio(1, 4),
            ..Self::of(dt)?
        })
    }

    /// Steps between `smallest` and `largest`; the original has no smallest, 0.
    ///
    /// # Errors
    /// [`RuleError::FireSteps`] unless 0 ≤ smallest ≤ Δt ≤ largest, all finite.
    pub fn with_steps(mut self, smallest: T, largest: T) -> Result<Self, Error> {
        let is_ordered = smallest >= T::zero() && smallest <= self.dt && self.dt <= largest;
        if !is_ordered || !largest.is_finite() {
            return Err(Error::Rule(RuleError::FireSteps {
                smallest: smallest.to_f64(),
                first: self.dt.to_f64(),
                largest: largest.to_f64(),
            }));
        }
        (self.smallest_dt, self.largest_dt) = (smallest, largest);
        Ok(self)
    }

    /// The step grows once the ball has rolled downhill for more than `iterations`.
    #[must_use]
    pub fn with_wait(mut self, iterations: usize) -> Self {
        self.wait = iterations;
        self
    }

    /// The step is multiplied by `growth` ≥ 1 downhill, and by `shrinkage` in (0, 1] uphill.
    ///
    /// # Errors
    /// [`RuleError::FireFactor`] for a factor out of its range.
    pub fn with_factors(mut self, growth: T, shrinkage: T) -> Result<Self, Error> {
        let (name, range) = ("growth of the step", "at least 1, and finite");
        fire_factor(name, &growth, growth >= T::one(), range)?;
        let is_share = shrinkage > T::zero() && shrinkage <= T::one();
        fire_factor(
            "shrinkage of the step",
            &shrinkage,
            is_share,
            "above 0, and at most 1",
        )?;
        (self.growth, self.shrinkage) = (growth, shrinkage);
        Ok(self)
    }

    /// The share `mixing` of the force's direction, 0 to 1, and the `factor` in (0, 1] by which it falls as the step grows.
    ///
    /// # Errors
    /// [`RuleError::FireFactor`] for a share or factor out of its range.
    pub fn with_mixing(mut self, mixing: T, factor: T) -> Result<Self, Error> {
        let is_share = mixing >= T::zero() && mixing <= T::one();
        fire_factor("mixing", &mixing, is_share, "from 0 to 1")?;
        let is_factor = factor > T::zero() && factor <= T::one();
        fire_factor(
            "factor of the mixing",
            &factor,
            is_factor,
            "above 0, and at most 1",
        )?;
        (self.mixing, self.mixing_factor) = (mixing, factor);
        Ok(self)
    }

    /// No iteration moves farther than `length`; the velocity remains.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless it is positive and finite.
    pub fn with_longest_move(mut self, length: T) -> Result<Self, Error> {
        positive("the longest move", &length, "")?;
        self.longest_move = Some(length);
        Ok(self)
    }

    /// The run on `potential` from `start` at rest.
    ///
    /// For an invalid start it has no items, and [`FireRun::failure`] gives the reason.
    pub fn run<'p, P, D>(&self, potential: &'p P, start: OVector<T, D>) -> FireRun<'p, P, T, D>
    where
        P: Potential<T, D> + ?Sized,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        let failure = check_start(potential, "start position", &start).err();
        FireRun::new(self.clone(), potential, start, failure)
    }
}

fn fire_factor<T: SquareRoot>(
    name: &'static str,
    value: &T,
    holds: bool,
    range: &'static str,
) -> Result<(), Error> {
    if holds && nonnegative(name, value, "").is_ok() {
        return Ok(());
    }
    Err(Error::Rule(RuleError::FireFactor {
        name,
        value: value.to_f64(),
        range,
    }))
}
