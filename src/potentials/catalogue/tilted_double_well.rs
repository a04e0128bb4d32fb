//! TiltedDoubleWell: f(x) = x⁴/4 − x²/2 + cx, with a deep and a shallow well.

use crate::check::finite;
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::{Const, OVector};

/// f(x) = x⁴/4 − x²/2 + cx in one dimension, f′(x) = x³ − x + c.
///
/// For |c| < 2/(3√3) ≈ 0.3849 there are three critical points, the roots of x³ − x + c: two
/// minimisers and a saddle between them. For c > 0 the right well is the shallow one. At c = 0.1:
///
/// | point | x | f |
/// |---|---|---|
/// | deep minimiser | −1.0466805318046022 | −0.352386 |
/// | saddle | 0.10103125788101082 | 0.005026 |
/// | shallow minimiser | 0.94564927392359150 | −0.152639 |
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::TiltedDoubleWell;
/// use nalgebra::vector;
///
/// let well = TiltedDoubleWell::new(0.1)?;
/// let end = Momentum::new(0.05, 0.9)?.iterates(&well, vector![0.2]).after(2000)?;
/// assert!((end.position.x - 0.9456492739235915).abs() < 1e-12);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TiltedDoubleWell<T = f64> {
    tilt: T,
}

impl TiltedDoubleWell {
    /// The double well with tilt c.
    ///
    /// # Errors
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for a tilt that is NaN or infinite.
    pub fn new(tilt: f64) -> Result<Self, Error> {
        Self::of(tilt)
    }
}

impl<T: Number> TiltedDoubleWell<T> {
    /// Like [`Self::new`], for any [`Number`].
    ///
    /// # Errors
    /// The errors of [`Self::new`].
    pub fn of(tilt: T) -> Result<Self, Error> {
        finite("tilt", &tilt)?;
        Ok(Self { tilt })
    }
}

impl<T: Number> Potential<T, Const<1>> for TiltedDoubleWell<T> {
    #[inline(always)]
    fn value(&self, position: &OVector<T, Const<1>>) -> T {
        let x = &position.x;
        let square = x.clone() * x.clone();
        square.clone() * (square - T::integer(2)) / T::integer(4) + self.tilt.clone() * x.clone()
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<T, Const<1>>, gradient: &mut OVector<T, Const<1>>) {
        let x = &position.x;
        let bracket = x.clone().mul_add(x.clone(), -T::one());
        gradient.x = x.clone().mul_add(bracket, self.tilt.clone());
    }

    /// The distance between the wells without the tilt.
    fn length_scale(&self) -> Option<f64> {
        Some(2.0)
    }
}
