//! The step in candle's own operations, for devices other than the processor; and norms of gradients.

use candle_core::{DType, Result, Tensor};
use heavyball::frameworks::{Bound, SgdStep};

/// The parameter and the buffer after a step, both of the buffer's type.
pub(crate) fn stepped(
    step: &SgdStep,
    parameter: &Tensor,
    buffer: &Tensor,
    gradient: &Tensor,
) -> Result<(Tensor, Tensor)> {
    let dtype = buffer.dtype();
    let mut parameter = parameter.to_dtype(dtype)?;
    let mut g = gradient.to_dtype(dtype)?;
    match step.bound {
        Bound::Value(bound) => g = g.clamp(-bound, bound)?,
        Bound::Norm { norm, bound } => g = ((g / norm)? * bound)?,
        _ => {}
    }
    if step.maximize {
        g = g.neg()?;
    }
    if let Some(pull) = step.pull {
        g = (g + (&parameter * pull)?)?;
    }
    if let Some(kept) = step.kept {
        parameter = (parameter * kept)?;
    }
    let Some((mu, gain)) = step.buffer else {
        let moved = (g * step.learning_rate)?;
        return Ok(((parameter - moved)?, buffer.clone()));
    };
    let buffer = ((buffer * mu)? + (&g * gain)?)?;
    let mut moved = (&buffer * step.scale)?;
    if step.look_ahead {
        moved = (moved - (g * step.learning_rate)?)?;
    }
    Ok(((parameter + moved)?, buffer))
}

/// The sum of the squares of a tensor, in f64 where the device has it.
pub(crate) fn sum_of_squares(gradient: &Tensor) -> Result<f64> {
    if gradient.device().is_cpu() {
        let gradient = gradient.to_dtype(DType::F64)?;
        return gradient.sqr()?.sum_all()?.to_scalar::<f64>();
    }
    let sum = gradient.to_dtype(DType::F32)?.sqr()?.sum_all()?;
    sum.to_scalar::<f32>().map(f64::from)
}
