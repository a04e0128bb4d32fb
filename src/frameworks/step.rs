//! SgdStep: the numbers of one step of an Sgd, for parameters in the caller's memory.
//!
//! ĝ is the gradient g as clipped, with its sign, and with coupled weight decay, ĝ = ±clip(g) + λy. Then b₊ = μb + cĝ, y ← (1 − ηλ)y
//! for decoupled weight decay, and y₊ = y + σb₊, or y₊ = y + σμb₊ − ηĝ where the look-ahead point is stored; without a buffer
//! y₊ = y − ηĝ. These are the steps of [`Sgd::run`], to the last bit.

use crate::check::{check_dimension, finite};
use crate::frameworks::{Convention, FrameworkError, Sgd};
use crate::stepping::compiled_for_processor;
use crate::{Error, Number};

/// How a gradient is bounded before the other parts of a step.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Bound<T = f64> {
    /// It is not.
    Free,
    /// Each component is brought into [−c, c].
    Value(T),
    /// The gradient is divided by `norm` and multiplied by `bound`.
    Norm {
        /// Its norm, with what the framework adds to it.
        norm: T,
        /// The bound c.
        bound: T,
    },
}

/// The numbers of one step of an [`Sgd`], made by [`Sgd::step`]: for the tensors of a framework and for slices.
///
/// ```
/// use heavyball::frameworks::{Convention, Sgd};
///
/// let torch = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: false }, 0.5, 0.25)?;
/// let (mut parameters, mut buffer) = ([1.0, 2.0], [0.0, 0.0]);
/// torch.step(true, None)?.update_slices(&mut parameters, &mut buffer, &[1.0, -2.0])?;
/// torch.step(false, None)?.update_slices(&mut parameters, &mut buffer, &[1.0, -2.0])?;
/// assert_eq!((parameters, buffer), ([-0.125, 4.25], [1.25, -2.5]));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct SgdStep<T = f64> {
    /// How the gradient is bounded.
    pub bound: Bound<T>,
    /// Whether −g takes the place of g.
    pub maximize: bool,
    /// λ of coupled weight decay.
    pub pull: Option<T>,
    /// 1 − ηλ of decoupled weight decay.
    pub kept: Option<T>,
    /// The learning rate η.
    pub learning_rate: T,
    /// μ and the factor c of the gradient in b₊ = μb + cĝ; `None` where there is no buffer.
    pub buffer: Option<(T, T)>,
    /// σ, or σμ where the look-ahead point is stored.
    pub scale: T,
    /// Whether −ηĝ is added besides, for Nesterov's variant.
    pub look_ahead: bool,
}

impl<T: Number> Sgd<T> {
    /// The numbers of a step from a parameter y with the gradient at y; `first` if there is no buffer yet, which then is 0.
    ///
    /// `norm` is |g| over all parameters, which [clipping by norm](crate::frameworks::Clipping::norm) needs.
    ///
    /// # Errors
    /// [`FrameworkError::NoStep`] for a convention whose gradient is at another point, the two-step form and Sutskever's with
    /// Nesterov, and for clipping by norm without one; [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite)
    /// for a norm that is NaN or infinite.
    pub fn step(&self, first: bool, norm: Option<T>) -> Result<SgdStep<T>, Error> {
        let convention = self.convention();
        let refuse = |reason| {
            Err(Error::Framework(FrameworkError::NoStep {
                framework: convention.name(),
                reason,
            }))
        };
        if let Convention::TwoStep { .. } | Convention::Sutskever { nesterov: true } = convention {
            return refuse(
                "its gradient is not that at the stored parameter; translate it to another convention",
            );
        }
        let bound = match (self.clipping(), norm) {
            (None, _) => Bound::Free,
            (Some(clipping), _) if !clipping.is_by_norm() => Bound::Value(clipping.bound().clone()),
            (Some(_), None) => return refuse("clipping by norm needs the norm of the gradient"),
            (Some(clipping), Some(norm)) => {
                finite("the norm of the gradient", &norm)?;
                let norm = norm + convention.epsilon().unwrap_or_else(T::zero);
                let bound = clipping.bound().clone();
                if norm > bound {
                    Bound::Norm { norm, bound }
                } else {
                    Bound::Free
                }
            }
        };
        let gain = if first && convention.has_undampened_first_step() {
            T::one()
        } else {
            self.gain()
        };
        let look_ahead = convention.stores_look_ahead() && self.keeps_buffer();
        let removed = self.removed();
        Ok(SgdStep {
            bound,
            maximize: self.is_maximizing(),
            pull: self.pull().cloned(),
            kept: (!removed.is_zero()).then(|| T::one() - removed),
            learning_rate: self.learning_rate().clone(),
            buffer: self.keeps_buffer().then(|| (self.momentum().clone(), gain)),
            scale: if look_ahead {
                self.scale() * self.momentum().clone()
            } else {
                self.scale()
            },
            look_ahead,
        })
    }
}

impl SgdStep {
    /// The same step with its numbers rounded to single precision.
    pub fn to_f32(&self) -> SgdStep<f32> {
        SgdStep {
            bound: match self.bound {
                Bound::Free => Bound::Free,
                Bound::Value(bound) => Bound::Value(bound as f32),
                Bound::Norm { norm, bound } => Bound::Norm {
                    norm: norm as f32,
                    bound: bound as f32,
                },
            },
            maximize: self.maximize,
            pull: self.pull.map(|pull| pull as f32),
            kept: self.kept.map(|kept| kept as f32),
            learning_rate: self.learning_rate as f32,
            buffer: self.buffer.map(|(mu, gain)| (mu as f32, gain as f32)),
            scale: self.scale as f32,
            look_ahead: self.look_ahead,
        }
    }
}

impl<T: Number> SgdStep<T> {
    /// One component: replaces the parameter and the buffer.
    #[inline(always)]
    pub fn update(&self, parameter: &mut T, buffer: &mut T, gradient: T) {
        let mut g = match &self.bound {
            Bound::Free => gradient,
            Bound::Value(bound) if gradient > *bound => bound.clone(),
            Bound::Value(bound) if gradient < -bound.clone() => -bound.clone(),
            Bound::Value(_) => gradient,
            Bound::Norm { norm, bound } => gradient / norm.clone() * bound.clone(),
        };
        if self.maximize {
            g = -g;
        }
        if let Some(pull) = &self.pull {
            g += pull.clone() * parameter.clone();
        }
        if let Some(kept) = &self.kept {
            *parameter *= kept.clone();
        }
        let Some((mu, gain)) = &self.buffer else {
            *parameter -= self.learning_rate.clone() * g;
            return;
        };
        *buffer = mu.clone() * buffer.clone() + gain.clone() * g.clone();
        let moved = self.scale.clone() * buffer.clone();
        *parameter += if self.look_ahead {
            moved - self.learning_rate.clone() * g
        } else {
            moved
        };
    }

    /// All components of slices, in one pass and one thread.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) if the lengths differ; nothing is
    /// changed in that case.
    pub fn update_slices(
        &self,
        parameter: &mut [T],
        buffer: &mut [T],
        gradient: &[T],
    ) -> Result<(), Error> {
        check_dimension("buffer", parameter.len(), buffer.len())?;
        check_dimension("gradient", parameter.len(), gradient.len())?;
        update(self, parameter, buffer, gradient);
        Ok(())
    }
}

compiled_for_processor! {
    fn update<T: Number>(step: &SgdStep<T>, parameter: &mut [T], buffer: &mut [T], gradient: &[T]) {
        // The plain case apart, so that its loop has no branches.
        let plain = SgdStep {
            bound: Bound::Free,
            maximize: false,
            pull: None,
            kept: None,
            look_ahead: false,
            ..step.clone()
        };
        let state = parameter.iter_mut().zip(buffer);
        if plain == *step {
            for ((y, b), g) in state.zip(gradient) {
                plain.update(y, b, g.clone());
            }
        } else {
            for ((y, b), g) in state.zip(gradient) {
                step.update(y, b, g.clone());
            }
        }
    }
}
