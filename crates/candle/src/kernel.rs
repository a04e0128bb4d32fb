//! The step on the processor: parameter, buffer and gradient in one pass, in place.
//!
//! candle lends the storage of one tensor at a time for writing, to an in-place operation. The operation on the parameter
//! therefore starts one on the buffer, which has both.

use candle_core::{CpuStorage, InplaceOp1, InplaceOp2, Layout, Result, Tensor, bail};
use heavyball::frameworks::SgdStep;
use rayon::prelude::*;
use std::cell::{Cell, RefCell};

/// Parameters that a thread takes at a time: their three vectors fit into its cache.
const SHARE: usize = 1 << 15;

/// The number of parameters from which several threads are faster; below it, handing the work to another thread takes longer than
/// the step.
const PARALLEL: usize = 1 << 17;

/// The step of one parameter, and whether its result is finite.
pub(crate) struct StepOf<'s> {
    pub(crate) step: &'s SgdStep,
    pub(crate) buffer: Option<&'s Tensor>,
    pub(crate) finite: Cell<bool>,
}

/// A slice of a contiguous tensor.
macro_rules! slice {
    ($storage:ident, $layout:ident, $variant:ident) => {
        match ($storage, $layout.contiguous_offsets()) {
            (CpuStorage::$variant(data), Some((from, to))) => data.get_mut(from..to),
            _ => None,
        }
    };
}

macro_rules! read_slice {
    ($storage:ident, $layout:ident, $variant:ident) => {
        match ($storage, $layout.contiguous_offsets()) {
            (CpuStorage::$variant(data), Some((from, to))) => data.get(from..to),
            _ => None,
        }
    };
}

impl InplaceOp2 for StepOf<'_> {
    fn name(&self) -> &'static str {
        "heavyball step"
    }

    fn cpu_fwd(
        &self,
        parameter: &mut CpuStorage,
        layout: &Layout,
        gradient: &CpuStorage,
        of_gradient: &Layout,
    ) -> Result<()> {
        macro_rules! run {
            ($variant:ident, $in_buffer:ident, $step:expr, $update:ident) => {{
                let slices = (
                    slice!(parameter, layout, $variant),
                    read_slice!(gradient, of_gradient, $variant),
                );
                let (Some(parameter), Some(gradient)) = slices else {
                    bail!("a variable and its gradient must be contiguous and of one type");
                };
                if parameter.len() != gradient.len() {
                    bail!("a variable and its gradient must have one shape");
                }
                let step = $step;
                match self.buffer {
                    None => {
                        let mut nothing = vec![0.0; parameter.len().min(SHARE)];
                        let mut finite = true;
                        let parts = parameter.chunks_mut(SHARE).zip(gradient.chunks(SHARE));
                        for (parameter, gradient) in parts {
                            let Some(nothing) = nothing.get_mut(..parameter.len()) else {
                                bail!("a part longer than a share");
                            };
                            finite &= $update(&step, parameter, nothing, gradient);
                        }
                        self.finite.set(finite);
                        Ok(())
                    }
                    Some(buffer) => {
                        let update = |buffer: &mut CpuStorage, layout: &Layout| {
                            let Some(buffer) = slice!(buffer, layout, $in_buffer) else {
                                bail!("a buffer must be contiguous");
                            };
                            let parameter = &mut *parameter;
                            if buffer.len() != parameter.len() {
                                bail!("a variable and its buffer must have one shape");
                            }
                            if parameter.len() < PARALLEL {
                                let buffer = buffer.chunks_mut(SHARE);
                                let parts = parameter.chunks_mut(SHARE).zip(buffer);
                                let finite = parts
                                    .zip(gradient.chunks(SHARE))
                                    .fold(true, |finite, ((x, b), g)| {
                                        finite & $update(&step, x, b, g)
                                    });
                                self.finite.set(finite);
                                return Ok(());
                            }
                            let parts = parameter
                                .par_chunks_mut(SHARE)
                                .zip(buffer.par_chunks_mut(SHARE))
                                .zip(gradient.par_chunks(SHARE))
                                .with_min_len(PARALLEL / SHARE);
                            let finite = parts
                                .map(|((x, b), g)| $update(&step, x, b, g))
                                .reduce(|| true, |a, b| a & b);
                            self.finite.set(finite);
                            Ok(())
                        };
                        buffer.inplace_op1(&OnBuffer(RefCell::new(update)))
                    }
                }
            }};
        }
        match parameter {
            CpuStorage::F64(_) => run!(F64, F64, *self.step, of_f64),
            CpuStorage::F32(_) => run!(F32, F32, self.step.to_f32(), of_f32),
            CpuStorage::BF16(_) => run!(BF16, F32, self.step.to_f32(), of_half),
            CpuStorage::F16(_) => run!(F16, F32, self.step.to_f32(), of_half),
            _ => bail!("a variable must be f64, f32, f16 or bf16"),
        }
    }
}

/// An operation on the buffer, with the parameter and the gradient in its closure.
struct OnBuffer<F>(RefCell<F>);

impl<F: FnMut(&mut CpuStorage, &Layout) -> Result<()>> InplaceOp1 for OnBuffer<F> {
    fn name(&self) -> &'static str {
        "heavyball step"
    }

    fn cpu_fwd(&self, storage: &mut CpuStorage, layout: &Layout) -> Result<()> {
        (self.0.borrow_mut())(storage, layout)
    }
}

fn of_f64(step: &SgdStep, x: &mut [f64], b: &mut [f64], g: &[f64]) -> bool {
    step.update_slices(x, b, g).is_ok() && x.iter().all(|x| x.is_finite())
}

fn of_f32(step: &SgdStep<f32>, x: &mut [f32], b: &mut [f32], g: &[f32]) -> bool {
    step.update_slices(x, b, g).is_ok() && x.iter().all(|x| x.is_finite())
}

/// A parameter of 16 bits: the step is taken in f32, and only the parameter is rounded.
fn of_half<H>(step: &SgdStep<f32>, x: &mut [H], b: &mut [f32], g: &[H]) -> bool
where
    H: Copy + Into<f32> + Rounded,
{
    let mut finite = true;
    for ((x, b), g) in x.iter_mut().zip(b).zip(g) {
        let mut exact: f32 = (*x).into();
        step.update(&mut exact, b, (*g).into());
        *x = H::rounded(exact);
        let stored: f32 = (*x).into();
        finite &= stored.is_finite();
    }
    finite
}

/// Rounding to a type of 16 bits.
trait Rounded {
    fn rounded(exact: f32) -> Self;
}

impl Rounded for half::bf16 {
    fn rounded(exact: f32) -> Self {
        Self::from_f32(exact)
    }
}

impl Rounded for half::f16 {
    fn rounded(exact: f32) -> Self {
        Self::from_f32(exact)
    }
}
