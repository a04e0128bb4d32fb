//! Control: the tolerances of an adaptive method and the limits on its steps.

use crate::Error;
use crate::check::{finite, positive};

/// The settings that all adaptive methods share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Control {
    pub(crate) relative: f64,
    pub(crate) absolute: f64,
    pub(crate) max_steps: u32,
    /// The number of steps after which an explicit method tests whether the system is stiff.
    pub(crate) stiffness_test: u32,
    pub(crate) max_step: Option<f64>,
    pub(crate) first_step: Option<f64>,
    pub(crate) max_travel: Option<f64>,
}

impl Control {
    pub(crate) fn new(relative: f64, absolute: f64) -> Self {
        Self {
            relative,
            absolute,
            max_steps: 1_000_000,
            stiffness_test: 1000,
            max_step: None,
            first_step: None,
            max_travel: None,
        }
    }

    pub(crate) fn check(&self, stop_times: &[f64]) -> Result<(), Error> {
        let advice = "; 1e-9 is a usual choice";
        positive("the relative tolerance", &self.relative, advice)?;
        positive("the absolute tolerance", &self.absolute, advice)?;
        for (name, limit) in [
            ("the largest step", self.max_step),
            ("the first step", self.first_step),
            ("the farthest travel of a step", self.max_travel),
        ] {
            if let Some(limit) = limit {
                positive(name, &limit, "")?;
            }
        }
        let mut stops = stop_times.iter();
        stops.try_for_each(|time| finite("a stop time", time))
    }

    /// The error that is allowed in a component which changes from `before` to `after`.
    #[inline]
    pub(crate) fn allowed(&self, before: f64, after: f64) -> f64 {
        self.absolute + self.relative * before.abs().max(after.abs())
    }
}

/// The settings common to all adaptive methods, for a type with the fields `control` and `stop_times`.
macro_rules! control_settings {
    ($method:ident $(, $field:ident)*) => {
        impl<S> $method<S> {
            /// Limits a run to `steps` attempted steps instead of a million.
            #[must_use]
            pub fn with_max_steps(mut self, steps: u32) -> Self {
                self.control.max_steps = steps;
                self
            }

            /// Makes no step longer than `dt`.
            ///
            /// An adaptive method sees the force only at its stages: a feature that lies between them, such as a short
            /// pulse, is stepped over without a sign. A step no longer than the shortest feature prevents that, at the
            /// cost of more gradients; see also `with_max_travel` and `with_stop_times`. Checked when the method solves:
            /// positive and finite.
            #[must_use]
            pub fn with_max_step(mut self, dt: f64) -> Self {
                self.control.max_step = Some(dt);
                self
            }

            /// Tries `dt` as the first step instead of an estimate.
            ///
            /// The step is shortened if its error is too large. Checked when the method solves: positive and finite.
            #[must_use]
            pub fn with_first_step(mut self, dt: f64) -> Self {
                self.control.first_step = Some(dt);
                self
            }

            /// Makes no step in which the ball travels farther than `length`, |x(t + h) − x(t)|.
            ///
            /// The natural limit where the potential has a small feature, such as a narrow bump: with a length below its
            /// width no step passes it unseen, however fast the ball is. For a first-order system the length is that of
            /// the state's displacement. Checked when the method solves: positive and finite.
            #[must_use]
            pub fn with_max_travel(mut self, length: f64) -> Self {
                self.control.max_travel = Some(length);
                self
            }

            /// Ends a step at each of `times` that lies within the span, in any order.
            ///
            /// For times at which the right-hand side jumps. A step that ends at such a time evaluates the system just
            /// before it, the next step just after it. Checked when the method solves: finite.
            #[must_use]
            pub fn with_stop_times(self, times: &[f64]) -> $method<Vec<f64>> {
                $method {
                    control: self.control,
                    stop_times: times.to_vec(),
                    $($field: self.$field,)*
                }
            }
        }
    };
}

pub(crate) use control_settings;

/// An approximation of `square`^(−1/2k), the factor by which the step of a method with error O(hᵏ) may grow if the square
/// of its error is `square` times the square of what is allowed.
///
/// Accurate to half a per cent, in a few integer operations, and with the same bits on every machine: the bits of a
/// floating-point number are nearly its logarithm, so that they are divided by 2k, and a quadratic makes up for most of
/// what is not logarithmic.
#[inline]
pub(crate) fn growth(square: f64, k: i64) -> f64 {
    const ONE: i64 = 1023 << 52;
    const MANTISSA: u64 = (1 << 52) - 1;
    let logarithm = ONE - (square.to_bits().cast_signed() - ONE) / (2 * k);
    let bits = logarithm.cast_unsigned();
    let power = f64::from_bits(bits & !MANTISSA);
    let fraction = f64::from_bits((bits & MANTISSA) | ONE.cast_unsigned()) - 1.0;
    power * (1.0 + fraction * (0.6602 + 0.3398 * fraction))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The power is right to within 1 % over the whole range of errors.
    #[test]
    fn growth_is_a_power_to_one_per_cent() {
        for k in [4, 5, 7, 8, 11] {
            for exponent in -200..200 {
                let square = 10_f64.powf(f64::from(exponent) / 7.0);
                let exact = square.powf(-0.5 / k as f64);
                assert!(
                    (growth(square, k) / exact - 1.0).abs() < 0.013,
                    "{square} {k}"
                );
            }
        }
    }
}
