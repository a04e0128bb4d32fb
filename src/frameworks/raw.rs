//! RawUpdate: an Sgd as an update rule on the stored pair (parameter, buffer).

use crate::Number;
use crate::frameworks::{Convention, Sgd, WeightDecay};
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::potentials::{Potential, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// An [`Sgd`] as a rule whose iterate holds the stored parameter as position and the stored buffer as velocity.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct RawUpdate<T> {
    pub(super) sgd: Sgd<T>,
    /// Whether there is no buffer yet, as before the framework's first step.
    pub(super) fresh: bool,
}

impl<T: Number> UpdateRule<T> for RawUpdate<T> {
    #[inline]
    fn update<D, P>(
        &self,
        _k: usize,
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
            sgd.made(point, gradient);
            buffer.copy_from(parameter);
            parameter.zip_zip_apply(&*look_ahead, &*gradient, |x, y, g| {
                *x = y - (*rate).clone() * g;
            });
            return;
        }
        if let Convention::Sutskever { nesterov: true } = convention {
            look_ahead.zip_zip_apply(&*parameter, &*buffer, |y, x, v| *y = x + mu.clone() * v);
            gradient_at(potential, look_ahead, gradient);
            sgd.made(look_ahead, gradient);
        } else {
            gradient_at(potential, parameter, gradient);
            sgd.made(parameter, gradient);
        }
        if let Some(WeightDecay::Decoupled(_)) = sgd.weight_decay() {
            let kept = T::one() - sgd.removed();
            parameter.apply(|x| *x *= kept.clone());
        }
        // A buffer that is not used stays as it is, until a schedule raises the momentum from 0.
        if !sgd.keeps_buffer() {
            parameter.zip_apply(&*gradient, |x, g| *x -= (*rate).clone() * g);
            return;
        }
        let gain = if self.fresh && convention.has_undampened_first_step() {
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
