//! Moments: the means, variances and covariance of a position and a velocity.

/// The means of x and v, their variances, and Cov(x, v).
///
/// For a rule, v is the displacement of one iteration; for a ball, it is ẋ.
///
/// ```
/// use heavyball::study::temperature::Moments;
/// let start = Moments::at(1.0, 0.0);
/// assert_eq!((start.mean_position, start.var_position), (1.0, 0.0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments<T = f64> {
    /// E x.
    pub mean_position: T,
    /// E v.
    pub mean_velocity: T,
    /// Var x = E (x − E x)².
    pub var_position: T,
    /// Cov(x, v) = E (x − E x)(v − E v).
    pub covariance: T,
    /// Var v.
    pub var_velocity: T,
}

impl<T: crate::Number> Moments<T> {
    /// A state that is known: no variance.
    pub fn at(position: T, velocity: T) -> Self {
        Self {
            mean_position: position,
            mean_velocity: velocity,
            var_position: T::zero(),
            covariance: T::zero(),
            var_velocity: T::zero(),
        }
    }
}
