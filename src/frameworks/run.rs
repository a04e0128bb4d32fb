//! SgdRun: a run of a framework's optimiser, with its stored parameter and buffer at each step.

use crate::check::check_length;
use crate::frameworks::raw::RawUpdate;
use crate::frameworks::{Convention, Sgd, SgdState};
use crate::optimizers::{Iterate, Iterates, UpdateRule};
use crate::potentials::{Potential, check_start};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// A run of an [`Sgd`], made by [`Sgd::run`] or [`Sgd::resume`]: item k is the state after k steps.
///
/// Like [`Iterates`], it ends after the last finite parameter, and [`Self::failure`] then gives the reason.
///
/// ```
/// use heavyball::frameworks::{Convention, RateChange, Sgd};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // The learning rate drops to a tenth after 20 steps, in PyTorch and in Keras.
/// let bowl = Quadratic::diagonal(vector![1.0, 10.0])?;
/// let end = |convention, kept| {
///     let mut run = Sgd::new(convention, 0.05, 0.9)?.run(&bowl, vector![1.0, 1.0]);
///     run.nth(20);
///     run.change_learning_rate(0.005, kept)?;
///     Ok::<_, Error>(run.nth(39).map(|state| state.parameter))
/// };
/// let torch = Convention::PyTorch { dampening: 0.0, nesterov: false };
/// let keras = Convention::Keras { nesterov: false };
/// let (a, b) = (end(torch, RateChange::KeepBuffer)?, end(keras, RateChange::KeepBuffer)?);
/// assert!((a.unwrap() - b.unwrap()).norm() > 0.1); // by default they differ
/// let b = end(keras, RateChange::RescaleVelocity)?;
/// assert!((a.unwrap() - b.unwrap()).norm() < 1e-14); // with the velocity rescaled they agree
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct SgdRun<'p, P: ?Sized, T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    pub(super) inner: Iterates<'p, RawUpdate<T>, P, T, D>,
}

impl<T: Number> Sgd<T> {
    /// The run from `start`, as the framework starts it: before the first step, without a buffer.
    pub fn run<'p, D, P>(&self, potential: &'p P, start: OVector<T, D>) -> SgdRun<'p, P, T, D>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.resume(potential, self.fresh(start))
    }

    /// The run from a saved state, or from one translated from another convention.
    ///
    /// For an invalid state, the run has no items and [`SgdRun::failure`] gives the reason.
    pub fn resume<'p, D, P>(&self, potential: &'p P, state: SgdState<T, D>) -> SgdRun<'p, P, T, D>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let SgdState { parameter, buffer } = state;
        let raw = RawUpdate {
            sgd: self.clone(),
            fresh: buffer.is_none(),
        };
        let buffer = buffer.unwrap_or_else(|| match self.convention() {
            Convention::TwoStep { .. } => parameter.clone(),
            _ => parameter.map(|_| T::zero()),
        });
        let failure = check_start(potential, "parameter", &parameter)
            .and_then(|()| check_length("buffer", parameter.len(), &buffer))
            .err();
        let inner = raw.iterates(potential, parameter);
        SgdRun {
            inner: inner.resumed(buffer, failure),
        }
    }
}

impl<P, T, D> SgdRun<'_, P, T, D>
where
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// Advances by one step and borrows the new parameter; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&OVector<T, D>> {
        let steps = self.inner.steps();
        self.inner.advance()?;
        if self.inner.steps() > steps && self.sgd().keeps_buffer() {
            self.inner.rule_mut().fresh = false;
        }
        Some(&self.inner.current().position)
    }

    /// Counts from iteration `k`, for a run that continues where the noise of the gradient depends on k.
    pub fn from_iteration(mut self, k: usize) -> Self {
        self.inner = self.inner.from_iteration(k);
        self
    }

    /// Why the run ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.inner.failure()
    }

    /// The current optimiser.
    pub fn sgd(&self) -> &Sgd<T> {
        &self.inner.rule().sgd
    }

    /// The current state.
    pub fn state(&self) -> SgdState<T, D> {
        let Iterate { position, velocity } = self.inner.current();
        SgdState {
            parameter: position.clone(),
            buffer: (!self.inner.rule().fresh).then(|| velocity.clone()),
        }
    }
}

impl<P, T, D> Iterator for SgdRun<'_, P, T, D>
where
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = SgdState<T, D>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance()?;
        Some(self.state())
    }
}
