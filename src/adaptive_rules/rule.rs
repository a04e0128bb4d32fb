//! AdaptiveRule: a rule that treats each component by itself, with memory of its gradients.

use crate::adaptive_rules::{AdaptiveRun, AdaptiveState, Settings};
use crate::frameworks::WeightDecay;
use crate::potentials::{Potential, gradient_at};
use crate::{Error, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// What a rule remembers of one component; see the table of [`AdaptiveState`].
#[derive(Debug)]
pub struct Memory<'m, T> {
    /// m.
    pub first_moment: &'m mut T,
    /// v.
    pub second_moment: &'m mut T,
    /// The third number.
    pub auxiliary: &'m mut T,
}

/// A rule x₊ = x − d that computes the displacement d of each component from its gradient and its memory.
///
/// Implement it for a rule of your own; weight decay, direction, schedules and runs are then there. One gradient evaluation
/// per iteration, at x.
///
/// ```
/// use heavyball::adaptive_rules::{AdaptiveRule, Memory, Settings};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// /// AdaBelief (J. Zhuang et al., NeurIPS 2020) without corrections: v is the average of (g − m)².
/// #[derive(Clone)]
/// struct Belief(Settings);
///
/// impl AdaptiveRule<f64> for Belief {
///     type Factors = f64;
///     fn settings(&self) -> &Settings {
///         &self.0
///     }
///     fn factors(&self, _k: usize, alpha: f64, _decay_product: &mut f64) -> f64 {
///         alpha
///     }
///     fn displacement(alpha: &f64, g: f64, memory: Memory<'_, f64>) -> f64 {
///         let (m, v) = (memory.first_moment, memory.second_moment);
///         *m += 0.1 * (g - *m);
///         *v += 0.001 * ((g - *m).powi(2) - *v);
///         alpha * *m / (v.sqrt() + 1e-8)
///     }
/// }
///
/// let end = Belief(Settings::of(1e-3)?).run(&DoubleWell, vector![-1.5, 0.5]).after(3000)?;
/// assert!((end.position.x + 1.0).abs() < 0.02);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait AdaptiveRule<T: SquareRoot>: Clone {
    /// The numbers of one iteration, which all components share.
    type Factors;

    /// Whether the learning rate depends on k, so that [`Self::check`] must be called before each iteration.
    const SCHEDULED: bool = false;

    /// Learning rate, weight decay and direction.
    fn settings(&self) -> &Settings<T>;

    /// The factors of the iteration from k to k + 1 with learning rate `alpha`; may advance `decay_product`.
    fn factors(&self, k: usize, alpha: T, decay_product: &mut T) -> Self::Factors;

    /// The displacement d of one component with the gradient `gradient`; advances its memory.
    fn displacement(factors: &Self::Factors, gradient: T, memory: Memory<'_, T>) -> T;

    /// The second moment at the start.
    fn initial_second_moment(&self) -> T {
        T::zero()
    }

    /// The learning rate of iteration `k`.
    fn rate(&self, k: usize) -> T {
        let _ = k;
        self.settings().alpha().clone()
    }

    /// Checks the learning rate of iteration `k`; called before each if [`Self::SCHEDULED`] is true.
    ///
    /// # Errors
    /// [`RuleError::ScheduleOutOfRange`](crate::error::RuleError::ScheduleOutOfRange) for a scheduled rule.
    fn check(&self, k: usize) -> Result<(), Error> {
        let _ = k;
        Ok(())
    }

    /// The state before the first iteration.
    fn fresh<D: Dim>(&self, position: OVector<T, D>) -> AdaptiveState<T, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        AdaptiveState {
            first_moment: position.map(|_| T::zero()),
            second_moment: position.map(|_| self.initial_second_moment()),
            auxiliary: position.map(|_| T::zero()),
            decay_product: T::one(),
            iteration: 0,
            position,
        }
    }

    /// The run from `start`, as a framework starts it.
    ///
    /// ```
    /// use heavyball::adaptive_rules::{Adam, AdaptiveRule};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let adam = Adam::new(0.01)?;
    /// let end = adam.run(&DoubleWell, vector![-1.5, -1.5]).after(1000)?;
    /// assert!((end.position - vector![-1.0, 0.0]).norm() < 1e-6);
    /// // Saved after 300 iterations and continued, it is the same run.
    /// let saved = adam.run(&DoubleWell, vector![-1.5, -1.5]).after(300)?;
    /// assert_eq!(adam.resume(&DoubleWell, saved).after(700)?, end);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    fn run<'p, D, P>(
        &self,
        potential: &'p P,
        start: OVector<T, D>,
    ) -> AdaptiveRun<'p, Self, P, T, D>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.resume(potential, self.fresh(start))
    }

    /// The run from a saved state; iterations are counted from the state's own.
    ///
    /// For an invalid state, the run has no items and [`AdaptiveRun::failure`] gives the reason.
    fn resume<'p, D, P>(
        &self,
        potential: &'p P,
        state: AdaptiveState<T, D>,
    ) -> AdaptiveRun<'p, Self, P, T, D>
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        AdaptiveRun::new(self.clone(), potential, state)
    }

    /// Replaces `state` by that of the next iteration, with `gradient` as scratch.
    ///
    /// It neither allocates nor checks; [`AdaptiveRun`] checks every state.
    #[inline(always)]
    fn update<D, P>(
        &self,
        potential: &P,
        state: &mut AdaptiveState<T, D>,
        gradient: &mut OVector<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        gradient_at(potential, &state.position, gradient);
        let settings = self.settings();
        let alpha = self.rate(state.iteration);
        let (pull, kept) = match settings.weight_decay() {
            None => (None, None),
            Some(WeightDecay::Coupled(decay)) => (Some(decay.clone()), None),
            Some(WeightDecay::Decoupled(decay)) => {
                (None, Some(T::one() - alpha.clone() * decay.clone()))
            }
        };
        let factors = self.factors(state.iteration, alpha, &mut state.decay_product);
        let moments = state
            .first_moment
            .iter_mut()
            .zip(state.second_moment.iter_mut());
        let memory = moments.zip(state.auxiliary.iter_mut());
        let components = state.position.iter_mut().zip(gradient.iter()).zip(memory);
        for ((x, g), ((first_moment, second_moment), auxiliary)) in components {
            let mut g = g.clone();
            if settings.is_maximizing() {
                g = -g;
            }
            if let Some(decay) = &pull {
                g = decay.clone().mul_add(x.clone(), g);
            }
            let memory = Memory {
                first_moment,
                second_moment,
                auxiliary,
            };
            let displacement = Self::displacement(&factors, g, memory);
            if let Some(kept) = &kept {
                *x *= kept.clone();
            }
            *x -= displacement;
        }
        state.iteration += 1;
    }
}
