//! Parameter: the types of numbers that a training loop keeps.

use std::fmt::Debug;

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// `f32` or `f64`; sums are taken in `f64`.
///
/// ```
/// use heavyball::Momentum;
/// use heavyball_monitor::{Monitor, Parameter};
///
/// fn norm<T: Parameter>(gradient: &[T]) -> Result<f64, Box<dyn std::error::Error>> {
///     let rule = Momentum::new(0.1, 0.9)?;
///     Ok(Monitor::new().record(0, 1.0, rule, &[gradient], &[gradient])?.gradient_norm)
/// }
///
/// assert_eq!(norm(&[3.0_f32, 4.0])?, 5.0);
/// assert_eq!(norm(&[3.0_f64, 4.0])?, 5.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
