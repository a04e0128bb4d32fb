//! Stepping: one step, or many in a row, compiled for the processor that runs them.
//!
//! A plain build assumes a processor without fused multiply-add, and calls a function for each of them. These loops are
//! compiled a second time with the instruction, and that version is chosen when the program runs; the bits are the same.
//! The state is a local variable of the loop, so that a short one stays in registers.

use crate::check::{VectorError, has_room, positive};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn, Matrix, OMatrix, OVector, RawStorage, VecStorage};
use std::ops::Range;

/// Compiles a loop over long vectors for the instruction sets of [`Instructions`](crate::ensemble::Instructions), and
/// chooses between them when the program runs.
macro_rules! compiled_for_processor {
    ($function:item) => {
        #[multiversion::multiversion(targets(
            "x86_64+avx2+fma+avx512f+avx512vl+avx512dq+avx512bw+avx512cd",
            "x86_64+avx2+fma"
        ))]
        $function
    };
}

pub(crate) use compiled_for_processor;

/// The largest number that a run may count its steps from: no run reaches `usize::MAX` from there.
pub(crate) const LAST_START: usize = usize::MAX / 2;

/// A map that a run repeats.
pub(crate) trait StepMap<S> {
    /// Step number `k`.
    fn apply(&self, k: usize, state: &mut S);

    /// Whether every component is finite.
    fn is_finite(state: &S) -> bool;

    /// A copy of the state, if it needs no allocation.
    fn copied(state: &S) -> Option<S>;

    /// The same state, its position returned apart from the rest.
    ///
    /// If both vectors are stored at once at the end of a loop, LLVM packs them into one throughout the loop, and each
    /// step waits for the packing: measured, up to a fifth of a step.
    fn returned(state: S) -> S;
}

/// One step.
#[multiversion::multiversion(targets("x86_64+avx2+fma"))]
pub(crate) fn step<M: StepMap<S>, S>(map: &M, k: usize, state: &mut S) {
    map.apply(k, state);
}

/// Several steps, and `record` after each, up to one that is not finite. Returns the number of steps, that one included.
#[multiversion::multiversion(targets("x86_64+avx2+fma"))]
pub(crate) fn steps<M, S, R>(map: &M, numbers: Range<usize>, state: &mut S, record: R) -> usize
where
    M: StepMap<S>,
    R: FnMut(&S),
{
    let Some(mut own) = M::copied(state) else {
        return each_step(map, numbers, state, record);
    };
    let taken = each_step(map, numbers, &mut own, record);
    *state = M::returned(own);
    taken
}

#[inline(always)]
fn each_step<M: StepMap<S>, S>(
    map: &M,
    numbers: Range<usize>,
    state: &mut S,
    mut record: impl FnMut(&S),
) -> usize {
    let mut taken = 0;
    for k in numbers {
        map.apply(k, state);
        taken += 1;
        if !M::is_finite(state) {
            break;
        }
        record(state);
    }
    taken
}

/// Every n-th position of a run, as the columns of a matrix.
pub(crate) struct Columns<T> {
    components: Vec<T>,
    dimension: usize,
    every: usize,
    /// Positions until the next column, and the components before it.
    wait: usize,
    filled: usize,
}

impl<T: Number> Columns<T> {
    /// Room for the positions 0, `every`, 2·`every`, … up to `steps`.
    pub(crate) fn new(dimension: usize, every: usize, steps: usize) -> Result<Self, Error> {
        positive("the number of steps between columns", &(every as f64), "")?;
        let columns = (steps / every) as f64 + 1.0;
        let bytes = columns * (dimension * size_of::<T>()) as f64;
        if !has_room(bytes) {
            let name = "path";
            return Err(Error::Vector(VectorError::OutOfMemory { name, bytes }));
        }
        Ok(Self {
            components: vec![T::zero(); (steps / every + 1) * dimension],
            dimension,
            every,
            wait: 0,
            filled: 0,
        })
    }

    /// Sees the next position.
    #[inline(always)]
    pub(crate) fn see<D: Dim>(&mut self, position: &OVector<T, D>)
    where
        DefaultAllocator: Allocator<D>,
    {
        if self.wait > 0 {
            self.wait -= 1;
            return;
        }
        self.wait = self.every - 1;
        // A constant where the dimension is static.
        let dimension = D::try_to_usize().unwrap_or(self.dimension);
        let end = self.filled + dimension;
        if let Some(column) = self.components.get_mut(self.filled..end) {
            for (slot, x) in column.iter_mut().zip(position.iter()) {
                *slot = x.clone();
            }
        }
        self.filled = end;
    }

    /// The matrix.
    pub(crate) fn matrix<D: Dim>(self, dimension: D) -> OMatrix<T, D, Dyn>
    where
        DefaultAllocator: Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let columns = Dyn(self.components.len() / self.dimension);
        let storage = VecStorage::new(dimension, columns, self.components);
        Matrix::from_data(storage)
    }
}
