//! Block: some members side by side, and the loop that the compiler turns into vector instructions.
//!
//! A block holds one coordinate of all its members in a row. The loop over members is the innermost one, the step of one member is
//! inlined into it, and the steps run outside: so the compiler does for eight members at once what it does for one, in the same
//! order, and every member has the bits that it would have alone. The loop is compiled once for each [`Instructions`].

use crate::ensemble::{Motion, Observer};
use nalgebra::SVector;

/// Members of a block, which are run together.
pub const MEMBERS: usize = 64;

/// Members of half a block: four vectors of eight f64, which stay in the registers of AVX-512 while the steps go by. AVX2, with half as many
/// registers, is faster over a whole block in the first cache.
const HALF: usize = MEMBERS / 2;

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
pub(super) struct Block<R, const D: usize, const N: usize = MEMBERS> {
    pub(super) first: [[f64; N]; D],
    pub(super) second: [[f64; N]; D],
    pub(super) records: [R; N],
}

impl<R, const D: usize, const N: usize> Block<R, D, N> {
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

impl<R: Copy, const D: usize> Block<R, D> {
    /// One half, to be run by itself.
    fn half(&self, half: usize) -> Block<R, D, HALF> {
        let first = half * HALF;
        Block {
            first: self
                .first
                .map(|row| std::array::from_fn(|j| row[first + j])),
            second: self
                .second
                .map(|row| std::array::from_fn(|j| row[first + j])),
            records: std::array::from_fn(|j| self.records[first + j]),
        }
    }

    fn replace_half(&mut self, half: usize, part: &Block<R, D, HALF>) {
        let places = half * HALF..(half + 1) * HALF;
        let rows = self.first.iter_mut().chain(&mut self.second);
        for (row, new) in rows.zip(part.first.iter().chain(&part.second)) {
            row[places.clone()].copy_from_slice(new);
        }
        self.records[places].copy_from_slice(&part.records);
    }
}

/// What a block needs to move: one motion for all, or one a member.
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
    M: Motion<P, D>,
    O: Observer<M, P, D>,
{
    if let [motion] = course.motions {
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
    M: Motion<P, D>,
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
            M: Motion<P, D>,
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
    /// Moves a block through the steps `from` to `from + steps`.
    pub(super) fn run<const D: usize>(
        &self,
        instructions: Instructions,
        block: &mut Block<O::Record, D>,
        from: usize,
        steps: usize,
    ) where
        M: Motion<P, D>,
        O: Observer<M, P, D>,
    {
        if instructions == Instructions::Avx2 {
            with_avx2(self, block, from, steps);
            return;
        }
        for (half, first) in [0, HALF].into_iter().enumerate() {
            let own = self.motions.get(first..first + HALF);
            let course = Course {
                motions: own.unwrap_or(self.motions),
                ..*self
            };
            let mut part = block.half(half);
            match instructions {
                Instructions::Avx512 => with_avx512(&course, &mut part, from, steps),
                _ => steps_of(&course, &mut part, from, steps),
            }
            block.replace_half(half, &part);
        }
    }
}
