//! Block: some members side by side, and the loop that the compiler turns into vector instructions.
//!
//! A block holds one coordinate of all its members in a row. The loop over members is the innermost one, the step of one member is
//! inlined into it, and the steps run outside: so the compiler does for eight members at once what it does for one, in the same
//! order, and every member has the bits that it would have alone. The loop is compiled once for each [`Instructions`]. In more than
//! eight dimensions the vectors are found within a member, which then goes alone.

use crate::ensemble::{Observer, Stepper};
use nalgebra::SVector;

/// Members of a block, which one thread moves.
pub const MEMBERS: usize = 64;

/// Which instructions a run uses; the results are the same to the last bit.
///
/// ```
/// use heavyball::ensemble::Instructions;
/// assert!(Instructions::available().contains(&Instructions::Baseline));
/// assert!(Instructions::available().contains(&Instructions::best()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Instructions {
    /// What the program was compiled for.
    Baseline,
    /// AVX2 with FMA units, of which the fused ones are not used.
    Avx2,
    /// AVX-512.
    Avx512,
}

impl Instructions {
    /// Those that this machine can run.
    pub fn available() -> Vec<Self> {
        let mut available = vec![Self::Baseline];
        #[cfg(target_arch = "x86_64")]
        {
            if std::arch::is_x86_feature_detected!("avx2")
                && std::arch::is_x86_feature_detected!("fma")
            {
                available.push(Self::Avx2);
            }
            if std::arch::is_x86_feature_detected!("avx512f")
                && std::arch::is_x86_feature_detected!("avx512vl")
                && std::arch::is_x86_feature_detected!("avx512dq")
                && std::arch::is_x86_feature_detected!("avx512bw")
                && std::arch::is_x86_feature_detected!("avx512cd")
            {
                available.push(Self::Avx512);
            }
        }
        available
    }

    /// The fastest that this machine can run.
    pub fn best() -> Self {
        Self::available()
            .into_iter()
            .max()
            .unwrap_or(Self::Baseline)
    }
}

/// Members side by side: coordinate i of member j is `[i][j]`.
#[derive(Debug, Clone, PartialEq)]
#[repr(align(64))]
pub(super) struct Block<R, const D: usize, const N: usize> {
    first: [[f64; N]; D],
    second: [[f64; N]; D],
    pub(super) records: [R; N],
}

impl<R, const D: usize, const N: usize> Block<R, D, N> {
    /// The members at the origin, with these records.
    pub(super) fn at_origin(records: [R; N]) -> Self {
        Self {
            first: [[0.0; N]; D],
            second: [[0.0; N]; D],
            records,
        }
    }

    #[inline(always)]
    pub(super) fn parts(&self, member: usize) -> [SVector<f64, D>; 2] {
        [&self.first, &self.second].map(|rows| SVector::from_fn(|i, _| rows[i][member]))
    }

    #[inline(always)]
    pub(super) fn write(&mut self, member: usize, parts: &[SVector<f64, D>; 2]) {
        let [first, second] = parts;
        let rows = self.first.iter_mut().zip(&mut self.second);
        for ((row, other), (x, y)) in rows.zip(first.iter().zip(second)) {
            row[member] = *x;
            other[member] = *y;
        }
    }
}

/// What some members need to move: one motion for all, or one each.
pub(super) struct Course<'a, M, P, O> {
    pub(super) motions: &'a [M],
    pub(super) potential: &'a P,
    pub(super) observer: &'a O,
}

/// The steps `from` to `from + steps` of all members.
#[inline(always)]
fn steps_of<M, P, O, const D: usize, const N: usize>(
    course: &Course<'_, M, P, O>,
    block: &mut Block<O::Record, D, N>,
    from: usize,
    steps: usize,
) where
    M: Stepper<P, D>,
    O: Observer<M, P, D>,
{
    if let ([motion], 1) = (course.motions, N) {
        // Alone it is not taken apart between its steps.
        let mut state = M::state(block.parts(0));
        for k in from..from + steps {
            motion.advance(k, course.potential, &mut state);
            course
                .observer
                .observe(k + 1, &state, &mut block.records[0]);
        }
        block.write(0, &M::parts(&state));
    } else if let [motion] = course.motions {
        for k in from..from + steps {
            for member in 0..N {
                step_of(motion, course, block, k, member);
            }
        }
    } else if let Ok(motions) = <&[M; N]>::try_from(course.motions) {
        for k in from..from + steps {
            for (member, motion) in motions.iter().enumerate() {
                step_of(motion, course, block, k, member);
            }
        }
    }
}

#[inline(always)]
fn step_of<M, P, O, const D: usize, const N: usize>(
    motion: &M,
    course: &Course<'_, M, P, O>,
    block: &mut Block<O::Record, D, N>,
    k: usize,
    member: usize,
) where
    M: Stepper<P, D>,
    O: Observer<M, P, D>,
{
    let mut state = M::state(block.parts(member));
    motion.advance(k, course.potential, &mut state);
    block.write(member, &M::parts(&state));
    course
        .observer
        .observe(k + 1, &state, &mut block.records[member]);
}

macro_rules! compiled_for {
    ($name:ident, $($target:literal),*) => {
        #[multiversion::multiversion(targets($($target),*))]
        fn $name<M, P, O, const D: usize, const N: usize>(
            course: &Course<'_, M, P, O>,
            block: &mut Block<O::Record, D, N>,
            from: usize,
            steps: usize,
        ) where
            M: Stepper<P, D>,
            O: Observer<M, P, D>,
        {
            steps_of(course, block, from, steps);
        }
    };
}

compiled_for!(with_avx2, "x86_64+avx2+fma");
compiled_for!(
    with_avx512,
    "x86_64+avx2+fma+avx512f+avx512vl+avx512dq+avx512bw+avx512cd"
);

impl<M, P, O> Course<'_, M, P, O> {
    /// Moves members side by side through the steps `from` to `from + steps`.
    pub(super) fn run<const D: usize, const N: usize>(
        &self,
        instructions: Instructions,
        block: &mut Block<O::Record, D, N>,
        from: usize,
        steps: usize,
    ) where
        M: Stepper<P, D>,
        O: Observer<M, P, D>,
    {
        match instructions {
            Instructions::Baseline => steps_of(self, block, from, steps),
            Instructions::Avx2 => with_avx2(self, block, from, steps),
            Instructions::Avx512 => with_avx512(self, block, from, steps),
        }
    }
}
