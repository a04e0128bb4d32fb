//! Parameter: the types of numbers that a training loop keeps.

use std::fmt::Debug;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`; sums are taken in `f64`.
pub trait Parameter: sealed::Sealed + Copy + Default + Debug + Into<f64> {
    /// The nearest number of this type.
    #[doc(hidden)]
    fn nearest(value: f64) -> Self;
}

impl Parameter for f32 {
    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value as f32
    }
}

impl Parameter for f64 {
    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value
    }
}
