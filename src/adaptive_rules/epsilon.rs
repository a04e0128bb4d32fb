//! Epsilon: where the small number ε stands in the denominator √v̂ + ε.

use crate::check::nonnegative;
use crate::{Error, Number, SquareRoot};

/// Where ε stands; v̂ = v/c is the second moment, corrected for its start at 0.
///
/// Far from 0, that is for √v̂ ≫ ε, the places agree. Where gradients vanish they do not: the step is at most α|m̂|/ε
/// outside the root, α|m̂|/√ε inside.
///
/// ```
/// use heavyball::adaptive_rules::Epsilon;
///
/// // ε = 0.01 with v = 0.25 and c = 0.25, so that v̂ = 1.
/// let of = |epsilon: Epsilon| epsilon.denominator(0.25).of(0.25);
/// assert_eq!(of(Epsilon::Outside(0.01)), 1.01);
/// assert_eq!(of(Epsilon::Inside(0.01)), 1.01_f64.sqrt());
/// assert_eq!(of(Epsilon::Both { outside: 0.5, inside: 3.0 }), 2.5);
/// assert_eq!(of(Epsilon::BeforeCorrection(0.01)), 1.02); // (√v + ε)/√c
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Epsilon<T = f64> {
    /// √v̂ + ε: PyTorch; `eps` of Optax's Adam.
    Outside(T),
    /// √(v̂ + ε): RMSprop and Adagrad of Optax and Keras.
    Inside(T),
    /// √(v̂ + ε₂) + ε₁: Optax's `eps` and `eps_root`.
    Both {
        /// ε₁.
        outside: T,
        /// ε₂.
        inside: T,
    },
    /// √v + ε before the correction, hence √v̂ + ε/√c: Keras's Adam and AMSGrad, and "ε̂" of the paper on Adam.
    BeforeCorrection(T),
}

impl<T: Number> Epsilon<T> {
    /// Refuses an ε that is negative or not finite.
    pub(super) fn check(&self) -> Result<(), Error> {
        match self {
            Self::Outside(value) | Self::Inside(value) | Self::BeforeCorrection(value) => {
                nonnegative("epsilon", value, "")
            }
            Self::Both { outside, inside } => {
                nonnegative("epsilon outside the root", outside, "")?;
                nonnegative("epsilon inside the root", inside, "")
            }
        }
    }
}

impl<T: SquareRoot> Epsilon<T> {
    /// The denominator for the correction c of one iteration; c = 1 is none.
    #[inline(always)]
    pub fn denominator(&self, correction: T) -> Denominator<T> {
        let (outside, inside) = match self {
            Self::Outside(epsilon) => (epsilon.clone(), T::zero()),
            Self::Inside(epsilon) => (T::zero(), epsilon.clone()),
            Self::Both { outside, inside } => (outside.clone(), inside.clone()),
            Self::BeforeCorrection(epsilon) => {
                (epsilon.clone() / correction.square_root(), T::zero())
            }
        };
        Denominator {
            correction,
            inside,
            outside,
        }
    }
}

/// v ↦ √(v/c + ε₂) + ε₁, with the numbers of one iteration.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Denominator<T = f64> {
    correction: T,
    inside: T,
    outside: T,
}

impl<T: SquareRoot> Denominator<T> {
    /// The denominator for the second moment `v`.
    #[inline(always)]
    pub fn of(&self, v: T) -> T {
        let square = v / self.correction.clone() + self.inside.clone();
        // The root of 0 has no derivative, and a component that never had a gradient needs none.
        if square.is_zero() {
            return self.outside.clone();
        }
        square.square_root() + self.outside.clone()
    }

    /// n divided by the denominator for `v`, where 0/0 = 0: a component that never had a gradient stays.
    #[inline(always)]
    pub fn divide(&self, n: T, v: T) -> T {
        let denominator = self.of(v);
        if denominator.is_zero() && n.is_zero() {
            return n;
        }
        n / denominator
    }
}
