//! Dynamics: the loop over the members of a block, which the compiler turns into vector instructions.
//!
//! A block holds one coordinate of all its members in a row. The loop over members is the innermost one, the step of
//! one member is inlined into it, and the loop over steps is outside. The compiler then does for eight members at once
//! what it does for one, in the same order, so every member is bit-identical to running it alone. The loop is compiled
//! once for each of the [`Instructions`]. In more than eight dimensions the compiler vectorises over the coordinates of
//! a member, and each member is advanced separately.

use crate::Error;
use crate::ensemble::block::{Block, MEMBERS};
use crate::ensemble::run::Part;
use crate::ensemble::{Instructions, Observer, State, Stepper};
use std::ops::Range;

/// The number type of the members.
type Scalar<M, P, const D: usize> = <<M as Stepper<P, D>>::State as State<D>>::Scalar;

/// Number of steps between two calls of a watch within a block.
const PIECE: usize = 4096;

/// What advances the members of a block: one stepper for all, or one each.
pub(super) struct Dynamics<'a, M, P, O, const D: usize> {
    pub(super) steppers: &'a [M],
    /// The number of the first member.
    pub(super) first: usize,
    pub(super) potential: &'a P,
    pub(super) observer: &'a O,
    pub(super) instructions: Instructions,
}

impl<M, P, O, const D: usize> Dynamics<'_, M, P, O, D>
where
    M: Stepper<P, D>,
    O: Observer<M::State, D>,
{
    /// Advances members through `steps`; `look` is called between pieces of them, and its error ends the run.
    pub(super) fn advance(
        &self,
        members: &mut Part<'_, M::State, O::Record>,
        steps: Range<usize>,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<(), Error> {
        // Measured: AVX-512 keeps 96 coordinates in its registers, or twice as many of half the size. AVX2 has half as many registers, and is faster over all
        // members of a block in the first-level cache. Beyond eight dimensions the compiler no longer vectorises the loop
        // over members.
        let halved = size_of::<Scalar<M, P, D>>() <= size_of::<f32>();
        // What is kept of a member should fit into the first-level cache, and of a block onto the stack of a thread.
        let is_long = size_of::<O::Record>() > 1 << 11;
        match (D, self.instructions, halved) {
            _ if is_long => self.abreast::<1>(members, steps, look),
            (9.., _, _) => self.abreast::<1>(members, steps, look),
            (2, Instructions::Avx512, false) | (4, Instructions::Avx512, true) => {
                self.abreast::<{ MEMBERS / 2 }>(members, steps, look)
            }
            (3, Instructions::Avx512, false) => {
                self.abreast::<{ MEMBERS / 3 }>(members, steps, look)
            }
            (3, Instructions::Avx512, true) => {
                self.abreast::<{ MEMBERS * 2 / 3 }>(members, steps, look)
            }
            (4, Instructions::Avx512, false) => {
                self.abreast::<{ MEMBERS / 4 }>(members, steps, look)
            }
            _ => self.abreast::<MEMBERS>(members, steps, look),
        }
    }

    /// The same, `N` members at a time.
    fn abreast<const N: usize>(
        &self,
        members: &mut Part<'_, M::State, O::Record>,
        steps: Range<usize>,
        look: impl Fn() -> Result<(), Error>,
    ) -> Result<(), Error> {
        for (index, mut members) in members.chunks(N).enumerate() {
            let own = self.steppers.get(index * N..(index + 1) * N);
            let dynamics = Self {
                steppers: own.unwrap_or(self.steppers),
                first: self.first + index * N,
                ..*self
            };
            // Whole vectors: the members that remain after them are advanced one by one.
            let used = members.states.len().next_multiple_of(16).min(N);
            let Some(mut block) = members.block::<D, N>() else {
                continue;
            };
            for from in steps.clone().step_by(PIECE) {
                let piece = from..from + PIECE.min(steps.end - from);
                for stepper in dynamics.steppers {
                    stepper.check(piece.clone())?;
                }
                dynamics.run(&mut block, piece.clone(), used);
                if piece.end < steps.end {
                    look()?;
                }
            }
            members.write(&block);
        }
        Ok(())
    }

    /// Advances the first `used` members of a block through `steps`.
    fn run<const N: usize>(
        &self,
        block: &mut Block<M::State, O::Record, D, N>,
        steps: Range<usize>,
        used: usize,
    ) {
        match self.instructions {
            Instructions::Baseline => self.each_step(block, steps, used),
            Instructions::Avx2 => with_avx2(self, block, steps, used),
            Instructions::Avx512 => with_avx512(self, block, steps, used),
        }
    }

    #[inline(always)]
    fn each_step<const N: usize>(
        &self,
        block: &mut Block<M::State, O::Record, D, N>,
        steps: Range<usize>,
        members: usize,
    ) {
        if let ([stepper], 1) = (self.steppers, N) {
            // A single member stays in its own type from step to step.
            let mut state = block.state(0);
            for k in steps {
                stepper.advance_member(self.first, k, self.potential, &mut state);
                self.observer.observe(k + 1, &state, &mut block.records[0]);
            }
            block.write(0, &state);
        } else if let [stepper] = self.steppers {
            for k in steps {
                for member in 0..members.min(N) {
                    self.step(stepper, block, k, member);
                }
            }
        } else if let Ok(steppers) = <&[M; N]>::try_from(self.steppers) {
            for k in steps {
                for (member, stepper) in steppers.iter().enumerate().take(members) {
                    self.step(stepper, block, k, member);
                }
            }
        }
    }

    #[inline(always)]
    fn step<const N: usize>(
        &self,
        stepper: &M,
        block: &mut Block<M::State, O::Record, D, N>,
        k: usize,
        member: usize,
    ) {
        let mut state = block.state(member);
        stepper.advance_member(self.first + member, k, self.potential, &mut state);
        block.write(member, &state);
        self.observer
            .observe(k + 1, &state, &mut block.records[member]);
    }
}

/// The members in use, a number that the compiler does not know: it keeps the loop over them a loop, and vectorises it.
/// Where it knows the number it may write out all members one by one, at half the speed.
#[inline(always)]
fn in_cache<const D: usize, const N: usize>(used: usize) -> usize {
    used
}

/// All members of the block, so that the compiler keeps them in registers, if there is room for them.
#[inline(always)]
fn in_registers<const D: usize, const N: usize>(used: usize) -> usize {
    if D <= 4 { N } else { used }
}

macro_rules! compiled_for {
    ($name:ident, $members:ident, $($target:literal),*) => {
        #[multiversion::multiversion(targets($($target),*))]
        fn $name<M, P, O, const D: usize, const N: usize>(
            dynamics: &Dynamics<'_, M, P, O, D>,
            block: &mut Block<M::State, O::Record, D, N>,
            steps: Range<usize>,
            used: usize,
        ) where
            M: Stepper<P, D>,
            O: Observer<M::State, D>,
        {
            dynamics.each_step(block, steps, $members::<D, N>(used));
        }
    };
}

compiled_for!(with_avx2, in_cache, "x86_64+avx2+fma");
compiled_for!(
    with_avx512,
    in_registers,
    "x86_64+avx2+fma+avx512f+avx512vl+avx512dq+avx512bw+avx512cd"
);
