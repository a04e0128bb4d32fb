//! AdaptiveState: position, moments and iteration of an adaptive rule.

use crate::Number;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, OVector};

/// The state of an adaptive rule: what has to be saved to continue a run.
///
/// A vector that a rule does not use stays 0.
///
/// | rule | `first_moment` | `second_moment` | `auxiliary` |
/// |---|---|---|---|
/// | Adam, NAdam | m: PyTorch's `exp_avg`, Optax's `mu`, Keras's `momentum` | v: `exp_avg_sq`, `nu`, `velocity` | |
/// | AMSGrad | m | v | the largest: `max_exp_avg_sq`, `nu_max`, `velocity_hat` |
/// | RMSprop | if centred, the mean: `grad_avg`, `mu`, `average_gradient` | v: `square_avg`, `nu`, `velocity` | `momentum_buffer`, −`trace`, `momentum` |
/// | Adagrad | | Σg²: `sum`, `sum_of_squares`, `accumulator` | |
/// | Lion | m: `mu`, `momentum` | | |
#[derive(Debug, Clone, PartialEq)]
pub struct AdaptiveState<T: Number = f64, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    /// The parameters x.
    pub position: OVector<T, D>,
    /// The average m of the gradients.
    pub first_moment: OVector<T, D>,
    /// The average or sum v of their squares.
    pub second_moment: OVector<T, D>,
    /// A third vector.
    pub auxiliary: OVector<T, D>,
    /// The product of the decays of the first moment so far, which only NAdam uses: PyTorch's `mu_product`; 1 at the start.
    pub decay_product: T,
    /// The number of iterations so far.
    pub iteration: usize,
}

impl<T: Number, D: Dim> Copy for AdaptiveState<T, D>
where
    T: Copy,
    DefaultAllocator: Allocator<D>,
    OVector<T, D>: Copy,
{
}

impl<T: Number, D: Dim> AdaptiveState<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The vectors, with their names.
    pub(super) fn vectors(&self) -> [(&'static str, &OVector<T, D>); 4] {
        [
            ("start position", &self.position),
            ("first moment", &self.first_moment),
            ("second moment", &self.second_moment),
            ("auxiliary vector", &self.auxiliary),
        ]
    }
}
