//! SgdState: the state a framework saves, and its conversion to and from (x, v).

use crate::check::{all_finite, check_length, check_vector, magnitude};
use crate::error::RunError;
use crate::frameworks::{Convention, FrameworkError, Sgd};
use crate::optimizers::{Iterate, workspace};
use crate::potentials::{Potential, check_start, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The state of a framework's optimiser: the parameter and the buffer as it stores them.
///
/// The buffer is `None` before the first step, and always where a momentum of 0 disables it. For
/// [`Convention::TwoStep`] it is the previous point.
#[derive(Debug, Clone, PartialEq)]
pub struct SgdState<T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// The parameter; the look-ahead point x + βv of most Nesterov variants.
    pub parameter: OVector<T, D>,
    /// The buffer, if the framework has one.
    pub buffer: Option<OVector<T, D>>,
}

impl<T: Number> Sgd<T> {
    /// The state before the first step at `parameter`.
    pub fn fresh<D: Dim>(&self, parameter: OVector<T, D>) -> SgdState<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        SgdState {
            parameter,
            buffer: None,
        }
    }

    /// The state for position x and velocity v: b = v/σ, and y = x + βv where the look-ahead point is stored. Where σ is 0,
    /// at a learning rate of 0, no buffer: v does not determine it. With decoupled weight decay λ, (1 − ηλ)v + ηλx takes
    /// the place of v.
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let torch = Convention::PyTorch { dampening: 0.0, nesterov: true };
    /// let torch = Sgd::new(torch, 0.5, 0.25)?;
    /// let state = torch.state(&Iterate { position: vector![1.0], velocity: vector![2.0] });
    /// assert_eq!((state.parameter, state.buffer), (vector![1.5], Some(vector![-4.0])));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn state<D: Dim>(&self, iterate: &Iterate<T, D>) -> SgdState<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        let position = &iterate.position;
        // With decoupled weight decay, what is stored is (1 − ηλ)v + ηλx.
        let mut velocity = iterate.velocity.clone();
        let removed = self.removed();
        if !removed.is_zero() {
            let kept = T::one() - removed.clone();
            for (v, x) in velocity.iter_mut().zip(position.iter()) {
                *v = kept.clone() * v.clone() + removed.clone() * x.clone();
            }
        }
        let mut parameter = position.clone();
        if self.convention().stores_look_ahead() {
            for (x, v) in parameter.iter_mut().zip(velocity.iter()) {
                *x += self.momentum().clone() * v.clone();
            }
        }
        // Zipped, so that vectors of different lengths do not panic: `resume` refuses such a state.
        let buffer = if let Convention::TwoStep { .. } = self.convention() {
            let mut before = velocity.clone();
            for (v, x) in before.iter_mut().zip(position.iter()) {
                *v = x.clone() - v.clone();
            }
            before
        } else {
            let scale = self.scale();
            if scale.is_zero() {
                return SgdState {
                    parameter,
                    buffer: None,
                };
            }
            velocity.map(|v| v / scale.clone())
        };
        SgdState {
            parameter,
            buffer: self.keeps_buffer().then_some(buffer),
        }
    }

    /// Position x and velocity v of the Sutskever form for a state: v = σb, and x = y − βv where y = x + βv is stored.
    ///
    /// With decoupled weight decay λ it is v = (σb − ηλx)/(1 − ηλ).
    ///
    /// Before the first step, b = 0. If the framework does not dampen that step (PyTorch, burn with τ ≠ 0), it is
    /// instead v = −(ητ/μ)∇f(y), with ∇f + λy for coupled weight decay, which costs the only gradient evaluation of this method.
    ///
    /// # Errors
    /// The errors of [`Self::sutskever`]; [`FrameworkError::NoSutskeverForm`] for burn's first step with dampening and no
    /// momentum, and for decoupled weight decay with ηλ = 1; [`VectorError`](crate::error::VectorError) if a vector of the state is empty, not
    /// finite or of the wrong length, or if x or v overflows; [`RunError::NonFiniteGradient`] if that gradient is not
    /// finite.
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let dampened = Convention::PyTorch { dampening: 0.5, nesterov: false };
    /// let torch = Sgd::new(dampened, 0.5, 0.25)?;
    /// let bowl = Quadratic::diagonal(vector![2.0])?;
    /// let start = torch.iterate(&bowl, &torch.fresh(vector![1.0]))?;
    /// assert_eq!(start.velocity, vector![-2.0]); // −(0.5·0.5/0.25)·2
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn iterate<D, P>(
        &self,
        potential: &P,
        state: &SgdState<T, D>,
    ) -> Result<Iterate<T, D>, Error>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.sutskever()?;
        let parameter = &state.parameter;
        check_start(potential, "parameter", parameter)?;
        let mut velocity = match (&state.buffer, self.convention()) {
            (Some(buffer), convention) => {
                check_length("buffer", parameter.len(), buffer)?;
                match convention {
                    Convention::TwoStep { .. } => parameter.zip_map(buffer, |x, before| x - before),
                    _ => buffer.map(|b| self.scale() * b),
                }
            }
            (None, convention)
                if convention.has_undampened_first_step() && !self.dampening().is_zero() =>
            {
                if self.momentum().is_zero() {
                    return Err(Error::Framework(FrameworkError::NoSutskeverForm {
                        framework: convention.name(),
                        reason: "without momentum, no initial velocity corresponds to its undampened first step; \
                                 take one step, or set the dampening to 0",
                    }));
                }
                let mut gradient = workspace(parameter).gradient;
                gradient_at(potential, parameter, &mut gradient);
                if !all_finite(&gradient) {
                    return Err(Error::Run(RunError::NonFiniteGradient {
                        step: 0,
                        time: 0.0,
                        position: magnitude(parameter),
                    }));
                }
                self.made(parameter, &mut gradient);
                let weight =
                    self.learning_rate().clone() * self.dampening() / self.momentum().clone();
                gradient.map(|g| -(weight.clone() * g))
            }
            (None, _) => parameter.map(|_| T::zero()),
        };
        let removed = self.removed();
        if !removed.is_zero() {
            let kept = T::one() - removed.clone();
            if kept.is_zero() {
                return Err(Error::Framework(FrameworkError::NoSutskeverForm {
                    framework: self.convention().name(),
                    reason: "where the learning rate times the decoupled weight decay is 1, nothing of the parameter \
                             is kept and the previous point is lost; reduce either",
                }));
            }
            velocity.zip_apply(parameter, |v, x| {
                *v = (v.clone() - removed.clone() * x) / kept.clone();
            });
        }
        let mut position = parameter.clone();
        if self.convention().stores_look_ahead() {
            position.zip_apply(&velocity, |y, v| *y -= self.momentum().clone() * v);
        }
        check_vector("velocity", &velocity)?;
        check_vector("position", &position)?;
        Ok(Iterate { position, velocity })
    }
}
