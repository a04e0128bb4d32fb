//! Iterates: the iterator over an optimiser's run, and the rule that drives it.

use crate::check::VectorError;
use crate::check::{all_finite, check_vector, compared_by_component, non_finite_step};
use crate::potentials::{Potential, check_start};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector};

/// One iterate: position x and the optimiser's velocity v, the displacement that led to x.
#[derive(Debug, Clone, PartialEq)]
pub struct Iterate<T: Number = f64, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// Position x.
    pub position: OVector<T, D>,
    /// Velocity v, a displacement per iteration: v = Δt·p/m for the particle behind it.
    pub velocity: OVector<T, D>,
}

/// An [`Iterate`] in `N` dimensions.
pub type IterateIn<const N: usize, T = f64> = Iterate<T, Const<N>>;

impl<T: Number, D: Dim> Copy for Iterate<T, D>
where
    DefaultAllocator: Allocator<D>,
    OVector<T, D>: Copy,
{
}

compared_by_component!(Iterate { position, velocity });

/// Scratch vectors of an update, as long as the position.
#[derive(Debug, Clone)]
pub struct Workspace<T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Holds ∇f after an update.
    pub gradient: OVector<T, D>,
    /// Holds the point where it was taken, if that is not the position.
    pub look_ahead: OVector<T, D>,
}

/// Scratch vectors for `position`.
pub(crate) fn workspace<T: Number, D: Dim>(position: &OVector<T, D>) -> Workspace<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    Workspace {
        gradient: position.clone(),
        look_ahead: position.clone(),
    }
}

/// A rule that turns one iterate into the next.
pub trait UpdateRule<T: Number> {
    /// Replaces iterate `k` by iterate `k + 1`.
    ///
    /// Allocates nothing and checks nothing: an iterate that overflows becomes infinite or NaN.
    /// [`Iterates`] checks each.
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>;

    /// Whether [`Self::check`] has something to say at every iteration.
    const SCHEDULED: bool = false;

    /// Refuses coefficients that cannot be used at iteration `k`; asked before each update if [`Self::SCHEDULED`].
    ///
    /// # Errors
    /// [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) from scheduled rules.
    fn check(&self, k: usize) -> Result<(), Error> {
        let _ = k;
        Ok(())
    }

    /// The iterates on `potential` from `start` with no velocity.
    ///
    /// Item k is iterate k, the start is item 0; see [`Iterates`].
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let rule = Momentum::new(0.1, 0.5)?;
    /// let x100 = rule.iterates(&DoubleWell, vector![-1.5, -1.5]).nth(100);
    /// assert!(x100.is_some_and(|iterate| (iterate.position.x + 1.0).abs() < 1e-12));
    ///
    /// let settled = rule
    ///     .iterates(&DoubleWell, vector![0.0, 1.0])
    ///     .with_velocity(vector![0.01, 0.0]) // a kick off the ridge
    ///     .skip(1)
    ///     .position(|iterate| iterate.velocity.norm() < 1e-9);
    /// assert!(settled.is_some_and(|k| k < 200));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn iterates<'p, D, P>(
        &self,
        potential: &'p P,
        start: OVector<T, D>,
    ) -> Iterates<'p, Self, P, T, D>
    where
        Self: Clone,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        Iterates {
            rule: self.clone(),
            potential,
            before: start.clone(),
            workspace: workspace(&start),
            failure: check_start(potential, "start position", &start).err(),
            iterate: Iterate {
                velocity: start.map(|_| T::zero()),
                position: start,
            },
            k: 0,
            started: false,
        }
    }
}

/// The iterates of an optimiser, made by [`UpdateRule::iterates`].
///
/// Item k is iterate k, the start is item 0. The iterator never ends by itself; it stops after the
/// last finite iterate, and before the first if the start is not usable: [`Self::failure`] then says
/// why, and [`Self::after`] returns that error. [`Self::advance`] lends each iterate without cloning
/// it: no allocation an iteration, in dynamic dimension too.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let wild = Momentum::new(0.1, 1.0)?; // no drag: it never stops, and here diverges
/// let mut iterates = wild.iterates(&Quartic, vector![-0.5]);
/// let finite = iterates.by_ref().count();
/// assert!((10..20).contains(&finite));
/// assert!(matches!(iterates.failure(), Some(Error::Run(heavyball::error::RunError::Diverged { step, .. })) if *step == finite));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct Iterates<'p, R, P: ?Sized, T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    rule: R,
    potential: &'p P,
    iterate: Iterate<T, D>,
    before: OVector<T, D>,
    workspace: Workspace<T, D>,
    k: usize,
    started: bool,
    failure: Option<Error>,
}

impl<R, P, T, D> Iterates<'_, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// Starts with velocity v₀, a displacement per iteration.
    ///
    /// A particle's velocity ẋ(0) is turned into the v₀ that keeps second order by
    /// [`Discretization::start_velocity`](crate::Discretization::start_velocity).
    pub fn with_velocity(mut self, velocity: OVector<T, D>) -> Self {
        if self.failure.is_none() {
            let (expected, found) = (self.iterate.position.len(), velocity.len());
            self.failure = if expected == found {
                check_vector("start velocity", &velocity).err()
            } else {
                let name = "start velocity";
                Some(Error::Vector(VectorError::DimensionMismatch {
                    name,
                    expected,
                    found,
                }))
            };
        }
        self.iterate.velocity = velocity;
        self
    }

    /// The next iterate on loan, the start first; `None` once one was not finite.
    #[inline]
    pub fn advance(&mut self) -> Option<&Iterate<T, D>> {
        if self.failure.is_some() {
            return None;
        }
        if !self.started {
            self.started = true;
            return Some(&self.iterate);
        }
        if R::SCHEDULED {
            self.failure = self.rule.check(self.k).err();
            if self.failure.is_some() {
                return None;
            }
        }
        self.before.copy_from(&self.iterate.position);
        self.rule.update(
            self.k,
            self.potential,
            &mut self.iterate,
            &mut self.workspace,
        );
        self.k += 1;
        if all_finite(&self.iterate.position) && all_finite(&self.iterate.velocity) {
            return Some(&self.iterate);
        }
        let gradient = &self.workspace.gradient;
        self.failure = Some(non_finite_step(self.k, 1.0, 0.0, &self.before, gradient));
        None
    }

    /// The iterate that was lent last, the start at first.
    pub(crate) fn current(&self) -> &Iterate<T, D> {
        &self.iterate
    }

    /// The rule as it is now.
    pub(crate) fn rule(&self) -> &R {
        &self.rule
    }

    /// Updates taken so far.
    pub(crate) fn steps(&self) -> usize {
        self.k
    }

    /// Goes on from another iterate, as long as the one before, by another rule.
    pub(crate) fn replace(&mut self, rule: R, iterate: Iterate<T, D>) {
        (self.rule, self.iterate) = (rule, iterate);
    }

    /// Starts with what a rule keeps in the place of the velocity, checked before.
    pub(crate) fn resumed(mut self, velocity: OVector<T, D>, failure: Option<Error>) -> Self {
        self.iterate.velocity = velocity;
        self.failure = failure;
        self
    }

    /// Why the iterator ended, if it did.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }

    /// The iterate that `nth(steps)` gives (iterate `steps`, if none was taken yet), or the error on the way.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient) with the step; [`VectorError::Empty`],
    /// [`VectorError::NonFiniteComponent`] and [`VectorError::DimensionMismatch`] for the start.
    pub fn after(mut self, steps: usize) -> Result<Iterate<T, D>, Error> {
        for _ in 0..=steps {
            if self.advance().is_none() {
                break;
            }
        }
        match self.failure {
            None => Ok(self.iterate),
            Some(error) => Err(error),
        }
    }
}

impl<R, P, T, D> Iterator for Iterates<'_, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = Iterate<T, D>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        self.advance().cloned()
    }

    #[inline]
    fn nth(&mut self, n: usize) -> Option<Self::Item> {
        for _ in 0..n {
            self.advance()?;
        }
        self.next()
    }
}
