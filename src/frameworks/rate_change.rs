//! RateChange: what a run keeps when its learning rate changes, the velocity v or v/α.

use crate::check::check_vector;
use crate::frameworks::raw::RawUpdate;
use crate::frameworks::{Convention, FrameworkError, Sgd, SgdRun};
use crate::optimizers::Iterate;
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// What is kept when the learning rate changes.
///
/// PyTorch, Optax, MLX, burn and the exponential average keep b = v/σ with σ ∝ η, so v jumps with the rate; Keras,
/// Flux, Sutskever and the two-step form keep v. For a particle with a fixed step Δt, the learning rate determines the
/// mass, m = Δt²/α: when the mass changes, the first group keeps the momentum mẋ, the second the velocity ẋ (derivation
/// (47)). With [`SgdRun::change_learning_rate`] either group can behave like the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RateChange {
    /// Keep the stored buffer, as the framework itself does.
    KeepBuffer,
    /// Keep the velocity v, as Keras, Flux and Sutskever do.
    KeepVelocity,
    /// Keep v/α, by v ← v·α₊/α at the same stored parameter, as PyTorch, Optax, MLX, burn and the average do.
    RescaleVelocity,
}

impl<P, T, D> SgdRun<'_, P, T, D>
where
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// Changes the learning rate from the next step on; `kept` determines what happens to the velocity.
    ///
    /// # Errors
    /// The errors of [`Sgd::with_learning_rate`], [`FrameworkError::NoVelocity`] if a velocity is to be kept or rescaled
    /// where a learning rate of 0 leaves none, and [`VectorError::NonFiniteComponent`] if the rescaled buffer overflows;
    /// after these the run continues unchanged. The failure of a run that has ended.
    ///
    /// [`VectorError::NonFiniteComponent`]: crate::error::VectorError::NonFiniteComponent
    pub fn change_learning_rate(
        &mut self,
        learning_rate: T,
        kept: RateChange,
    ) -> Result<(), Error> {
        if let Some(failure) = self.failure() {
            // The vectors may differ in length.
            return Err(failure.clone());
        }
        let before = self.sgd().clone();
        let after = before.with_learning_rate(learning_rate)?;
        let mut stored = self.inner.current().clone();
        let alpha = |sgd: &Sgd<T>| sgd.scale() * sgd.gain(); // −α
        let needed = match kept {
            RateChange::KeepBuffer => T::one(),
            RateChange::KeepVelocity => after.scale(),
            RateChange::RescaleVelocity => after.scale() * alpha(&before),
        };
        if needed.is_zero() {
            return Err(Error::Framework(FrameworkError::NoVelocity {
                framework: before.convention().name(),
                before: before.learning_rate().to_f64(),
                after: after.learning_rate().to_f64(),
            }));
        }
        match kept {
            RateChange::KeepBuffer => {}
            RateChange::KeepVelocity => scale_velocity(&before, &after, T::one(), &mut stored),
            RateChange::RescaleVelocity => {
                let factor = alpha(&after) / alpha(&before);
                scale_velocity(&before, &after, factor, &mut stored);
            }
        }
        check_vector("rescaled buffer", &stored.velocity)?;
        check_vector("parameter", &stored.position)?;
        let fresh = self.inner.rule().fresh;
        self.inner.replace(RawUpdate { sgd: after, fresh }, stored);
        Ok(())
    }
}

/// Multiplies the velocity by `factor` in the stored pair of `before`, and stores it as `after` does.
fn scale_velocity<T: Number, D: Dim>(
    before: &Sgd<T>,
    after: &Sgd<T>,
    factor: T,
    stored: &mut Iterate<T, D>,
) where
    DefaultAllocator: Allocator<D>,
{
    let Iterate {
        position: parameter,
        velocity: buffer,
    } = stored;
    match before.convention() {
        Convention::TwoStep { nesterov } => {
            let lost = T::one() - factor;
            // If the look-ahead point x + βv is to stay, x moves by β times what v loses.
            let shift = match nesterov {
                true => lost.clone() * before.momentum().clone(),
                false => T::zero(),
            };
            for (x, previous) in parameter.iter_mut().zip(buffer.iter_mut()) {
                let velocity = x.clone() - previous.clone();
                *x += shift.clone() * velocity.clone();
                *previous = x.clone() - (T::one() - lost.clone()) * velocity;
            }
        }
        convention => {
            if let Convention::Sutskever { nesterov: true } = convention {
                let shift = (T::one() - factor.clone()) * before.momentum().clone();
                parameter.zip_apply(buffer, |x, v| *x += shift.clone() * v);
            }
            // The buffer is v/σ.
            let factor = factor * before.scale() / after.scale();
            buffer.apply(|b| *b *= factor.clone());
        }
    }
}
