//! ScheduledSgd: an optimiser line whose learning rate and momentum follow schedules, as its framework counts them.
//!
//! The step from iterate k to k + 1 uses η_k and μ_k, and keeps the buffer, as the frameworks do: with a changing η the
//! velocity jumps where the buffer is v/η ([`RateChange`](crate::frameworks::RateChange)). Which [`Schedule`] is which
//! scheduler of a framework, and how each counts, is in docs/frameworks.md.

use crate::Error;
use crate::check::nonnegative;
use crate::frameworks::{FrameworkError, Sgd, SgdRun, SgdState};
use crate::optimizers::{RuleError, Schedule, check_decay};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// An [`Sgd`] with schedules of its learning rate and momentum, made by [`Sgd::scheduled`].
///
/// ```
/// use heavyball::frameworks::{Convention, Sgd};
/// use heavyball::prelude::*;
/// use heavyball::{Cosine, WarmUp};
/// use nalgebra::vector;
///
/// // The standard line: a warm-up from 0, then a cosine to 0.
/// let torch = Convention::PyTorch { dampening: 0.0, nesterov: true };
/// let rate = WarmUp::new(5, Cosine::new(0.05, 0.0, 95)?)?.rising_from(0.0)?;
/// let line = Sgd::new(torch, 0.05, 0.9)?.scheduled(rate, 0.9);
/// let mut run = line.run(&DoubleWell, vector![-1.5, -1.5]);
/// // At the rate 0 the parameter stays, and the buffer fills.
/// let first = run.nth(1);
/// assert!(first.is_some_and(|state| state.parameter == vector![-1.5, -1.5] && state.buffer.is_some()));
///
/// // Saved at iteration 40 and continued, it is the same run.
/// let saved = run.nth(38).map(|state| line.resume(&DoubleWell, state, 40));
/// let ends = (saved.and_then(|mut run| run.nth(60)), run.nth(59));
/// assert!(ends.0.is_some() && ends.0 == ends.1);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ScheduledSgd<A, B> {
    sgd: Sgd,
    learning_rate: A,
    momentum: B,
}

impl Sgd {
    /// The same optimiser with η_k and μ_k from schedules; a number is a constant one.
    ///
    /// Everything else stays, and this optimiser's own learning rate and momentum are not used. PyTorch changes a
    /// momentum in `OneCycleLR`, Optax by `inject_hyperparams`; in Keras and MLX it is an attribute that can be assigned
    /// between steps.
    pub fn scheduled<A: Schedule, B: Schedule>(
        self,
        learning_rate: A,
        momentum: B,
    ) -> ScheduledSgd<A, B> {
        ScheduledSgd {
            sgd: self,
            learning_rate,
            momentum,
        }
    }
}

impl<A: Schedule, B: Schedule> ScheduledSgd<A, B> {
    /// The optimiser of the step from iterate k to k + 1.
    ///
    /// # Errors
    /// [`RuleError::ScheduleOutOfRange`] unless η_k is zero or positive, and finite, and −1 < μ_k ≤ 1;
    /// [`FrameworkError::Refused`] for a negative momentum where the framework has none.
    pub fn at(&self, k: usize) -> Result<Sgd, Error> {
        let (learning_rate, momentum) = (self.learning_rate.at(k), self.momentum.at(k));
        let outside = |name, value, range| {
            Err(Error::Rule(RuleError::ScheduleOutOfRange {
                name,
                iteration: k,
                value,
                range,
            }))
        };
        if nonnegative("", &learning_rate, "").is_err() {
            return outside(
                "the learning rate",
                learning_rate,
                "zero or positive, and finite",
            );
        }
        if check_decay(&momentum).is_err() {
            return outside("the momentum", momentum, "above -1 and at most 1");
        }
        let convention = self.sgd.convention();
        // A framework refuses its other combinations only when the optimiser is made.
        if momentum < 0.0
            && let Some(reason) = convention.refusal(&momentum)
        {
            return Err(Error::Framework(FrameworkError::Refused {
                framework: convention.name(),
                momentum,
                dampening: convention.dampening(),
                nesterov: convention.is_nesterov(),
                reason,
            }));
        }
        Ok(self.sgd.with_numbers(learning_rate, momentum))
    }

    /// The run from `start`, as the framework starts it.
    pub fn run<'p, D, P>(
        &self,
        potential: &'p P,
        start: OVector<f64, D>,
    ) -> ScheduledRun<'p, A, B, P, D>
    where
        A: Clone,
        B: Clone,
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.resume(potential, self.sgd.fresh(start), 0)
    }

    /// The run from a state saved after `iteration` steps.
    ///
    /// For an invalid state, the run has no items and [`ScheduledRun::failure`] gives the reason.
    pub fn resume<'p, D, P>(
        &self,
        potential: &'p P,
        state: SgdState<f64, D>,
        iteration: usize,
    ) -> ScheduledRun<'p, A, B, P, D>
    where
        A: Clone,
        B: Clone,
        D: Dim,
        P: Potential<f64, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        ScheduledRun {
            run: self.sgd.resume(potential, state).from_iteration(iteration),
            line: ScheduledSgd {
                sgd: self.sgd,
                learning_rate: self.learning_rate.clone(),
                momentum: self.momentum.clone(),
            },
        }
    }
}

/// A run of a [`ScheduledSgd`]: item k is the state after k more steps.
///
/// Like [`SgdRun`], it ends after the last finite parameter, or where a schedule leaves its range, and [`Self::failure`]
/// then gives the reason.
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct ScheduledRun<'p, A, B, P: ?Sized, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    run: SgdRun<'p, P, f64, D>,
    line: ScheduledSgd<A, B>,
}

impl<A, B, P, D> ScheduledRun<'_, A, B, P, D>
where
    A: Schedule,
    B: Schedule,
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// Advances by one step and borrows the new parameter; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&OVector<f64, D>> {
        if self.run.failure().is_none() && self.run.inner.is_started() {
            match self.line.at(self.iteration()) {
                Ok(sgd) => self.run.inner.rule_mut().sgd = sgd,
                Err(error) => self.run.inner.fail(error),
            }
        }
        self.run.advance()
    }

    /// The number of steps so far, those before the saved state included.
    pub fn iteration(&self) -> usize {
        self.run.inner.steps()
    }

    /// Why the run ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.run.failure()
    }

    /// The optimiser of the last step; before the first, with the numbers that it was made with.
    pub fn sgd(&self) -> &Sgd {
        self.run.sgd()
    }

    /// The current state.
    pub fn state(&self) -> SgdState<f64, D> {
        self.run.state()
    }
}

impl<A, B, P, D> Iterator for ScheduledRun<'_, A, B, P, D>
where
    A: Schedule,
    B: Schedule,
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = SgdState<f64, D>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance()?;
        Some(self.state())
    }
}
