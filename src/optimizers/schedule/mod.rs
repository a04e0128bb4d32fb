//! Schedule: a coefficient that depends on the iteration.
//!
//! | schedule | value at iteration k |
//! |---|---|
//! | a number | the same for every k |
//! | a closure `Fn(usize) -> f64` | its return value |
//! | [`StepDrop`] | aφ^⌊k/n⌋ |
//! | [`MultiStep`] | aφⁿ after n of the given iterations |
//! | [`ExponentialDecay`] | aφ^(k/n) |
//! | [`Polynomial`] | b + (a − b)(1 − k/n)^p for k < n, then b |
//! | [`Cosine`] | b + (a − b)(1 + cos(πk/n))/2 for k < n, then b |
//! | [`CosineRestarts`] | one such cosine after another |
//! | [`OneCycle`] | up to a peak, and far down |
//! | [`WarmUp`] | a linear rise over n iterations, then another schedule |
//! | [`PerEpoch`] | another schedule at ⌊k/n⌋ |
//! | [`SutskeverSchedule`] | min(1 − 1/(2(⌊k/250⌋ + 1)), β_max) |
//! | [`NesterovSchedule`] | (k − 1)/(k + r − 1) |

mod cosine;
mod cosine_restarts;
mod exponential_decay;
mod multi_step;
mod nesterov;
mod one_cycle;
mod per_epoch;
mod polynomial;
mod scheduled;
mod step_drop;
mod sutskever;
mod warm_up;

pub use cosine::Cosine;
pub use cosine_restarts::CosineRestarts;
pub use exponential_decay::ExponentialDecay;
pub use multi_step::MultiStep;
pub use nesterov::NesterovSchedule;
pub use one_cycle::OneCycle;
pub use per_epoch::PerEpoch;
pub use polynomial::Polynomial;
pub use scheduled::{ScheduledMomentum, ScheduledNesterov};
pub use step_drop::StepDrop;
pub use sutskever::SutskeverSchedule;
pub use warm_up::WarmUp;

/// A coefficient that depends on the iteration: `at(k)` is used for the update from iterate k to k + 1.
///
/// A number is a constant schedule, and a closure `Fn(usize) -> f64` is one. Others: [`StepDrop`], [`MultiStep`],
/// [`ExponentialDecay`], [`Polynomial`], [`Cosine`], [`CosineRestarts`], [`OneCycle`], [`WarmUp`], [`PerEpoch`],
/// [`SutskeverSchedule`], [`NesterovSchedule`]. A rule with schedules is made by
/// [`Momentum::scheduled`](crate::Momentum::scheduled) or [`Nesterov::scheduled`](crate::Nesterov::scheduled); its mass
/// m(t) and drag γ(t) are given by [`ScheduledMomentum::balls`].
///
/// ```
/// use heavyball::Schedule;
/// assert_eq!(0.9.at(7), 0.9);
/// assert_eq!((|k: usize| 1.0 / (k as f64 + 1.0)).at(3), 0.25);
/// ```
pub trait Schedule {
    /// The value for the update from iterate `k` to `k + 1`.
    fn at(&self, k: usize) -> f64;
}

impl Schedule for f64 {
    fn at(&self, _k: usize) -> f64 {
        *self
    }
}

impl<F: Fn(usize) -> f64> Schedule for F {
    fn at(&self, k: usize) -> f64 {
        self(k)
    }
}
