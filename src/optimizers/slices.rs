//! Slices: one update v₊ = βv − α∇f, x₊ = x + v₊ of parameters in the caller's memory, in one pass.
//!
//! The update reads v, ∇f and x once and writes v and x once: 40 bytes per parameter in `f64`. For vectors longer than
//! the caches, memory bandwidth is the only limit. The caller supplies the gradient. The results are bit-identical to
//! those of [`UpdateRule::update`](crate::UpdateRule::update), in one thread and in several.

use crate::check::VectorError;
use crate::optimizers::{Momentum, Nesterov};
use crate::stepping::compiled_for_processor;
use crate::{Error, Number};

/// The number of parameters from which several threads are faster; below it, waking them costs more than they save.
#[cfg(feature = "parallel")]
const PARALLEL: usize = 1 << 17;

/// The smallest number of parameters per thread: 64 pages of each vector in `f64`.
#[cfg(feature = "parallel")]
const SHARE: usize = 1 << 15;

/// Refuses a vector whose length is not `expected`.
fn same_length(name: &'static str, expected: usize, found: usize) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    Err(Error::Vector(VectorError::DimensionMismatch {
        name,
        expected,
        found,
    }))
}

/// v₊ = βv − αg, x₊ = x + v₊, component by component; βv does not wait for the gradient.
#[inline(always)]
pub(crate) fn step<T: Number>(
    (alpha, beta): (&T, &T),
    position: &mut [T],
    velocity: &mut [T],
    gradient: &[T],
) {
    let minus_alpha = -alpha.clone();
    for ((x, v), g) in position.iter_mut().zip(velocity).zip(gradient) {
        *v = minus_alpha
            .clone()
            .mul_add(g.clone(), beta.clone() * v.clone());
        *x += v.clone();
    }
}

compiled_for_processor! {
    /// [`step`].
    fn step_slices<T: Number>(
        coefficients: (&T, &T),
        position: &mut [T],
        velocity: &mut [T],
        gradient: &[T],
    ) {
        step(coefficients, position, velocity, gradient);
    }
}

compiled_for_processor! {
    /// [`step`], and the next look-ahead point y₊ = x₊ + βv₊.
    fn step_with_look_ahead<T: Number>(
        (alpha, beta): (&T, &T),
        (position, velocity, look_ahead): (&mut [T], &mut [T], &mut [T]),
        gradient: &[T],
    ) {
        let minus_alpha = -alpha.clone();
        let state = position.iter_mut().zip(velocity);
        for (((x, v), y), g) in state.zip(look_ahead).zip(gradient) {
            let kept = beta.clone() * v.clone();
            *v = minus_alpha.clone().mul_add(g.clone(), kept);
            *x += v.clone();
            *y = beta.clone().mul_add(v.clone(), x.clone());
        }
    }
}

impl<T: Number> Momentum<T> {
    /// One update of plain slices with the gradient at `position`, in one thread.
    ///
    /// Overflow is not detected: a component that is not finite remains so.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`] if the lengths differ; nothing is changed in that case.
    ///
    /// ```
    /// use heavyball::Momentum;
    /// let (mut x, mut v) = ([1.0_f32, 2.0], [0.5_f32, 0.0]);
    /// Momentum::of(0.25_f32, 0.5)?.update_slices(&mut x, &mut v, &[1.0, 4.0])?;
    /// assert_eq!((v, x), ([0.0, -1.0], [1.0, 1.0]));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn update_slices(
        &self,
        position: &mut [T],
        velocity: &mut [T],
        gradient: &[T],
    ) -> Result<(), Error> {
        same_length("velocity", position.len(), velocity.len())?;
        same_length("gradient", position.len(), gradient.len())?;
        step_slices((&self.alpha, &self.beta), position, velocity, gradient);
        Ok(())
    }
}

impl<T: Number> Nesterov<T> {
    /// One update of plain slices with the gradient at `look_ahead` = x + βv, in one thread; the next look-ahead point
    /// is written to `look_ahead` in the same pass.
    ///
    /// Initialise `look_ahead` with x + βv, which is x if the velocity is zero.
    ///
    /// # Errors
    /// The errors of [`Momentum::update_slices`].
    ///
    /// ```
    /// use heavyball::Nesterov;
    /// let (mut x, mut v, mut y) = ([1.0], [0.0], [1.0]);
    /// let rule = Nesterov::new(0.25, 0.5)?;
    /// for _ in 0..2 {
    ///     let gradient = [2.0 * y[0]]; // f = y²
    ///     rule.update_slices(&mut x, &mut v, &mut y, &gradient)?;
    /// }
    /// assert_eq!((x, v, y), ([0.125], [-0.375], [-0.0625]));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn update_slices(
        &self,
        position: &mut [T],
        velocity: &mut [T],
        look_ahead: &mut [T],
        gradient: &[T],
    ) -> Result<(), Error> {
        same_length("velocity", position.len(), velocity.len())?;
        same_length("look-ahead point", position.len(), look_ahead.len())?;
        same_length("gradient", position.len(), gradient.len())?;
        let state = (position, velocity, look_ahead);
        step_with_look_ahead((&self.alpha, &self.beta), state, gradient);
        Ok(())
    }
}

/// The number of parameters per task, or `None` if one thread is as fast.
#[cfg(feature = "parallel")]
fn share(length: usize) -> Option<usize> {
    let threads = rayon::current_num_threads();
    (threads > 1 && length >= PARALLEL).then(|| length.div_ceil(4 * threads).max(SHARE))
}

#[cfg(feature = "parallel")]
impl<T: Number + Send + Sync> Momentum<T> {
    /// [`Self::update_slices`] in rayon's threads if the vectors are long enough to benefit; bit-identical.
    ///
    /// # Errors
    /// The errors of [`Self::update_slices`].
    ///
    /// ```
    /// use heavyball::Momentum;
    /// let rule = Momentum::new(0.1, 0.9)?;
    /// let gradient = vec![1.0; 1_000_000];
    /// let (mut x, mut v) = (vec![1.0; 1_000_000], vec![0.0; 1_000_000]);
    /// rule.update_slices_in_parallel(&mut x, &mut v, &gradient)?;
    /// assert!(x.iter().all(|x| *x == 0.9));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn update_slices_in_parallel(
        &self,
        position: &mut [T],
        velocity: &mut [T],
        gradient: &[T],
    ) -> Result<(), Error> {
        use rayon::prelude::*;
        let Some(share) = share(position.len()) else {
            return self.update_slices(position, velocity, gradient);
        };
        same_length("velocity", position.len(), velocity.len())?;
        same_length("gradient", position.len(), gradient.len())?;
        let parts = position.par_chunks_mut(share);
        let parts = parts.zip(velocity.par_chunks_mut(share));
        let parts = parts.zip(gradient.par_chunks(share));
        parts.for_each(|((x, v), g)| step_slices((&self.alpha, &self.beta), x, v, g));
        Ok(())
    }
}

#[cfg(feature = "parallel")]
impl<T: Number + Send + Sync> Nesterov<T> {
    /// [`Self::update_slices`] in rayon's threads if the vectors are long enough to benefit; bit-identical.
    ///
    /// # Errors
    /// The errors of [`Self::update_slices`].
    ///
    /// ```
    /// use heavyball::Nesterov;
    /// let rule = Nesterov::new(0.1, 0.5)?;
    /// let gradient = vec![1.0; 1_000_000];
    /// let (mut x, mut v, mut y) = (vec![1.0; 1_000_000], vec![0.0; 1_000_000], vec![1.0; 1_000_000]);
    /// rule.update_slices_in_parallel(&mut x, &mut v, &mut y, &gradient)?;
    /// assert!(x.iter().all(|x| *x == 0.9) && y.iter().all(|y| *y == 0.85));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn update_slices_in_parallel(
        &self,
        position: &mut [T],
        velocity: &mut [T],
        look_ahead: &mut [T],
        gradient: &[T],
    ) -> Result<(), Error> {
        use rayon::prelude::*;
        let Some(share) = share(position.len()) else {
            return self.update_slices(position, velocity, look_ahead, gradient);
        };
        same_length("velocity", position.len(), velocity.len())?;
        same_length("look-ahead point", position.len(), look_ahead.len())?;
        same_length("gradient", position.len(), gradient.len())?;
        let parts = position.par_chunks_mut(share);
        let parts = parts.zip(velocity.par_chunks_mut(share));
        let parts = parts.zip(look_ahead.par_chunks_mut(share));
        let parts = parts.zip(gradient.par_chunks(share));
        let step = |(((x, v), y), g)| step_with_look_ahead((&self.alpha, &self.beta), (x, v, y), g);
        parts.for_each(step);
        Ok(())
    }
}
