//! The norm of a tensor in f64, without overflow or underflow of the squares.

use burn_core::tensor::{DType, Tensor};
use std::ops::Range;

/// |g|; NaN or infinite if a component is.
pub(crate) fn norm_of<const D: usize>(gradient: Tensor<D>) -> f64 {
    #[cfg(feature = "flex")]
    if let Some(norm) = of_slice(&gradient) {
        return norm;
    }
    by_tensors(gradient)
}

/// √Σn².
pub(crate) fn norm_of_norms(norms: &[f64]) -> f64 {
    scaled(
        |scale| norms.iter().map(|norm| (norm / scale).powi(2)).sum(),
        || norms.iter().copied().fold(0.0, f64::max),
        SAFE,
    )
}

/// The sums of squares that have lost no digits: components whose squares vanish are nothing beside them.
const SAFE: Range<f64> = 1e-280..1e300;

/// The same where squares and sum are f32.
const SAFE_IN_F32: Range<f64> = 1e-20..1e38;

/// The root of the sum of squares, divided by the largest component first where the sum is not in `safe`.
fn scaled(squares: impl Fn(f64) -> f64, largest: impl Fn() -> f64, safe: Range<f64>) -> f64 {
    let sum = squares(1.0);
    if safe.contains(&sum) || sum.is_nan() {
        return sum.sqrt();
    }
    let largest = largest();
    if largest == 0.0 || !largest.is_finite() {
        return largest;
    }
    squares(largest).sqrt() * largest
}

/// By burn's operations, in f64 where the device has it.
fn by_tensors<const D: usize>(gradient: Tensor<D>) -> f64 {
    let wide = gradient.device().supports_dtype(DType::F64);
    let (dtype, safe) = match gradient.dtype() {
        DType::F64 => (DType::F64, SAFE),
        _ if wide => (DType::F64, SAFE),
        _ => (DType::F32, SAFE_IN_F32),
    };
    norm_in(gradient.cast(dtype), safe)
}

/// In the type of the tensor.
fn norm_in<const D: usize>(gradient: Tensor<D>, safe: Range<f64>) -> f64 {
    let number = |tensor: Tensor<1>| tensor.try_into_scalar::<f64>().unwrap_or(f64::NAN);
    scaled(
        |scale| {
            let gradient = gradient.clone();
            let scaled = if scale == 1.0 {
                gradient
            } else {
                gradient.div_scalar(scale)
            };
            number(scaled.square().sum())
        },
        || number(gradient.clone().abs().max()),
        safe,
    )
}

/// In the memory of burn's backend for processors.
#[cfg(feature = "flex")]
fn of_slice<const D: usize>(gradient: &Tensor<D>) -> Option<f64> {
    use burn_core::backend::Flex;
    let values = gradient.clone().try_into_primitive::<Flex>().ok()?;
    match gradient.dtype() {
        DType::F64 => values.as_slice::<f64>().map(of_numbers),
        DType::F32 => values.as_slice::<f32>().map(of_numbers),
        _ => None,
    }
}

#[cfg(feature = "flex")]
fn of_numbers<T: Copy + Into<f64>>(values: &[T]) -> f64 {
    // Several sums at once, which do not wait for each other.
    let squares = |scale: f64| {
        let square = |value: T| {
            let value = if scale == 1.0 {
                value.into()
            } else {
                value.into() / scale
            };
            value * value
        };
        let (chunks, rest) = values.as_chunks::<8>();
        let mut sums = [0.0; 8];
        for chunk in chunks {
            for (sum, value) in sums.iter_mut().zip(chunk) {
                *sum += square(*value);
            }
        }
        sums.iter().sum::<f64>() + rest.iter().map(|value| square(*value)).sum::<f64>()
    };
    let largest = || {
        values.iter().fold(0.0, |largest: f64, value| {
            largest.max((*value).into().abs())
        })
    };
    scaled(squares, largest, SAFE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use burn_core::tensor::Device;

    /// What a device without f64 computes: the norm of n times one number is √n of it, large and small.
    #[test]
    fn on_a_device_without_f64() {
        for size in [1.0_f32, 1e30, 1e-30, 1e-38] {
            let gradient = Tensor::<1>::full([1024], size, (&Device::flex(), DType::F32));
            let norm = norm_in(gradient, SAFE_IN_F32);
            let off = norm / (32.0 * f64::from(size)) - 1.0;
            assert!(off.abs() < 1e-6, "{size}: {off}");
        }
    }
}
