//! SgdRun: a framework's optimiser in motion, its raw parameters step by step.

use crate::check::check_length;
use crate::frameworks::{Convention, Sgd, SgdState};
use crate::optimizers::{Iterate, Iterates, UpdateRule, Workspace};
use crate::potentials::{Potential, check_start};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// What is kept when the learning rate changes.
///
/// PyTorch, Optax, MLX, burn and the average keep b = v/σ with σ ∝ η, so that v jumps with the rate; Keras, Flux
/// and Sutskever keep v. For a particle whose step Δt is fixed, a rate is a mass, m = Δt²/α: the first group keeps
/// the momentum mẋ when the mass changes, the second the velocity ẋ (derivation (47)). Either group is made to
/// do what the other does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateChange {
    /// The stored buffer: what the framework does by itself.
    KeepBuffer,
    /// The velocity v: what Keras, Flux and Sutskever do.
    KeepVelocity,
    /// v/α, by v ← v·α₊/α at the same stored parameter: what PyTorch, Optax, MLX, burn and the average do.
    RescaleVelocity,
}

/// An [`Sgd`] as a rule on (raw parameter, raw buffer).
#[derive(Debug, Clone, PartialEq)]
struct Raw<T> {
    sgd: Sgd<T>,
    /// Whether iteration 0 is the framework's first step, before which it has no buffer.
    fresh: bool,
}

impl<T: Number> UpdateRule<T> for Raw<T> {
    #[inline]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let Iterate {
            position: parameter,
            velocity: buffer,
        } = iterate;
        let Workspace {
            gradient,
            look_ahead,
        } = workspace;
        let (sgd, rate, mu) = (&self.sgd, &self.sgd.learning_rate(), self.sgd.momentum());
        let convention = sgd.convention();
        if let Convention::TwoStep { nesterov } = convention {
            look_ahead.zip_zip_apply(&*parameter, &*buffer, |y, x, before| {
                *y = x.clone() + mu.clone() * (x - before);
            });
            potential.gradient(if *nesterov { &*look_ahead } else { &*parameter }, gradient);
            buffer.copy_from(parameter);
            parameter.zip_zip_apply(&*look_ahead, &*gradient, |x, y, g| {
                *x = y - (*rate).clone() * g;
            });
            return;
        }
        if let Convention::Sutskever { nesterov: true } = convention {
            look_ahead.zip_zip_apply(&*parameter, &*buffer, |y, x, v| *y = x + mu.clone() * v);
            potential.gradient(look_ahead, gradient);
        } else {
            potential.gradient(parameter, gradient);
        }
        let gain = if self.fresh && k == 0 && convention.spares_first_step() {
            T::one()
        } else {
            sgd.gain()
        };
        buffer.zip_apply(&*gradient, |b, g| {
            *b = mu.clone() * b.clone() + gain.clone() * g;
        });
        let scale = sgd.scale();
        if convention.stores_look_ahead() {
            let ahead = scale * mu.clone();
            parameter.zip_zip_apply(&*buffer, &*gradient, |y, b, g| {
                *y += ahead.clone() * b - (*rate).clone() * g;
            });
        } else {
            parameter.zip_apply(&*buffer, |x, b| *x += scale.clone() * b);
        }
    }
}

/// The run of an [`Sgd`], made by [`Sgd::run`] and [`Sgd::resume`]: item k is the state after k steps.
///
/// It ends, like [`Iterates`], after the last finite parameter; [`Self::failure`] says why.
///
/// ```
/// use heavyball::frameworks::{Convention, RateChange, Sgd};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // A tenth of the rate after 20 steps, in PyTorch and in Keras, as each does it.
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
/// assert!((a.unwrap() - b.unwrap()).norm() > 0.1); // they part
/// let b = end(keras, RateChange::RescaleVelocity)?;
/// assert!((a.unwrap() - b.unwrap()).norm() < 1e-14); // and agree again
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct SgdRun<'p, P: ?Sized, T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    inner: Iterates<'p, Raw<T>, P, T, D>,
}

impl<T: Number> Sgd<T> {
    /// The run from `start`, as the framework begins it: no step taken, no buffer.
    pub fn run<'p, D, P>(&self, potential: &'p P, start: OVector<T, D>) -> SgdRun<'p, P, T, D>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.resume(potential, self.fresh(start))
    }

    /// The run from a state that was saved, or translated from another convention.
    ///
    /// A state that does not fit is told by [`SgdRun::failure`].
    pub fn resume<'p, D, P>(&self, potential: &'p P, state: SgdState<T, D>) -> SgdRun<'p, P, T, D>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let SgdState { parameter, buffer } = state;
        let raw = Raw {
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
    /// The next raw parameter on loan, the start first; `None` once one was not finite.
    #[inline]
    pub fn advance(&mut self) -> Option<&OVector<T, D>> {
        self.inner.advance().map(|at| &at.position)
    }

    /// Why the run ended, if it did.
    pub fn failure(&self) -> Option<&Error> {
        self.inner.failure()
    }

    /// The optimiser as it is now.
    pub fn sgd(&self) -> &Sgd<T> {
        &self.inner.rule().sgd
    }

    /// The state after the steps that were taken.
    pub fn state(&self) -> SgdState<T, D> {
        let Iterate { position, velocity } = self.inner.current();
        let begun = self.inner.steps() > 0 || !self.inner.rule().fresh;
        SgdState {
            parameter: position.clone(),
            buffer: (begun && self.sgd().keeps_buffer()).then(|| velocity.clone()),
        }
    }

    /// Changes the learning rate for the steps to come, and keeps what `kept` says.
    ///
    /// # Errors
    /// As for [`Sgd::with_learning_rate`], and the run then goes on unchanged; the failure of a run that has ended.
    pub fn change_learning_rate(
        &mut self,
        learning_rate: T,
        kept: RateChange,
    ) -> Result<(), Error> {
        if let Some(failure) = self.failure() {
            // Its vectors may not even be of one length.
            return Err(failure.clone());
        }
        let before = self.sgd().clone();
        let after = before.with_learning_rate(learning_rate)?;
        let fresh = self.inner.rule().fresh;
        if kept == RateChange::KeepBuffer {
            let current = self.inner.current().clone();
            self.inner.replace(Raw { sgd: after, fresh }, current);
            return Ok(());
        }
        let unit = |sgd: &Sgd<T>| sgd.scale() * sgd.gain();
        let Iterate {
            mut position,
            mut velocity,
        } = self.inner.current().clone();
        // The factor on the velocity; the stored buffer is v/σ.
        let factor = match kept {
            RateChange::RescaleVelocity => unit(&after) / unit(&before),
            _ => T::one(),
        };
        match before.convention() {
            Convention::TwoStep { nesterov } => {
                let lost = T::one() - factor;
                let beta = before.momentum().clone();
                // A look-ahead point x + βv that stays moves x by β times what v loses.
                let shift = if *nesterov {
                    lost.clone() * beta
                } else {
                    T::zero()
                };
                position.zip_zip_apply(
                    &self.inner.current().position,
                    &self.inner.current().velocity,
                    |moved, x, previous| *moved = x.clone() + shift.clone() * (x - previous),
                );
                let points = (&self.inner.current().position, &position);
                velocity.zip_zip_apply(points.0, points.1, |previous, x, moved| {
                    *previous = moved - (T::one() - lost.clone()) * (x - previous.clone());
                });
            }
            convention => {
                if let Convention::Sutskever { nesterov: true } = convention {
                    let shift = (T::one() - factor.clone()) * before.momentum().clone();
                    position.zip_apply(&velocity, |x, v| *x += shift.clone() * v);
                }
                let factor = factor * before.scale() / after.scale();
                velocity.apply(|b| *b *= factor.clone());
            }
        }
        let rule = Raw { sgd: after, fresh };
        self.inner.replace(rule, Iterate { position, velocity });
        Ok(())
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
        self.inner.advance()?;
        Some(self.state())
    }
}
