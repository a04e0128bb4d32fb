//! RawUpdate: an Sgd as an update rule on the stored pair (parameter, buffer).

use crate::Number;
use crate::frameworks::{Convention, Sgd, WeightDecay};
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// An [`Sgd`] as a rule whose iterate holds the stored parameter as position and the stored buffer as velocity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawUpdate<T> {
    pub(super) sgd: Sgd<T>,
    /// Whether iteration 0 is the framework's first step, before which there is no buffer.
    pub(super) fresh: bool,
}

impl<T: Number> UpdateRule<T> for RawUpdate<T> {
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
            let point = if *nesterov { &*look_ahead } else { &*parameter };
            gradient_at(potential, point, gradient);
            pull(sgd, point, gradient);
            buffer.copy_from(parameter);
            parameter.zip_zip_apply(&*look_ahead, &*gradient, |x, y, g| {
                *x = y - (*rate).clone() * g;
            });
            return;
        }
        if let Convention::Sutskever { nesterov: true } = convention {
            look_ahead.zip_zip_apply(&*parameter, &*buffer, |y, x, v| *y = x + mu.clone() * v);
            gradient_at(potential, look_ahead, gradient);
            pull(sgd, look_ahead, gradient);
        } else {
            gradient_at(potential, parameter, gradient);
            pull(sgd, parameter, gradient);
        }
        if let Some(WeightDecay::Decoupled(_)) = sgd.weight_decay() {
            let kept = T::one() - sgd.removed();
            parameter.apply(|x| *x *= kept.clone());
        }
        let gain = if self.fresh && k == 0 && convention.has_undampened_first_step() {
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

/// Adds what coupled weight decay adds to the gradient at `point`.
#[inline]
fn pull<T: Number, D: Dim>(sgd: &Sgd<T>, point: &OVector<T, D>, gradient: &mut OVector<T, D>)
where
    DefaultAllocator: Allocator<D>,
{
    if let Some(decay) = sgd.pull() {
        gradient.zip_apply(point, |slot, x| *slot += decay.clone() * x);
    }
}
