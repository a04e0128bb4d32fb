//! The dense output of Dop853: what each step records.

use super::Output;
use super::tableau::{CORRECTIONS, DormandPrince853};
use crate::check::{all_finite, magnitude};
use crate::ode::FirstOrderSystem;
use crate::ode::adaptive::interpolant::{INNER_POINTS, Interpolant};
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::{Block, Piece, Record};
use crate::ode::adaptive::runge_kutta::{RungeKutta, add};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The steps of Dop853.
pub(crate) type Steps<'r, F, D> = RungeKutta<'r, F, DormandPrince853, D, 16>;

impl Output {
    /// Appends the accepted step that `steps` holds, which ended at `elapsed`, to `record`.
    ///
    /// # Errors
    /// The place of an evaluation for the dense output that is not finite.
    #[inline]
    pub(crate) fn record<F, D, K>(
        self,
        steps: &mut Steps<'_, F, D>,
        ends: Ends,
        elapsed: f64,
        record: &mut Record<K>,
    ) -> Result<(), Spoiled>
    where
        K: Piece + From<Interpolant>,
        F: FirstOrderSystem<D>,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        if !all_finite(steps.last()) {
            return Err(Spoiled {
                time: ends.to,
                magnitude: magnitude(&steps.next),
            });
        }
        let piece = match self {
            Self::Steps => Interpolant::Nearest,
            Self::Extended => Interpolant::Septic,
            Self::Fine => Interpolant::Fine,
        };
        let mut outcome = Ok(());
        record.push(elapsed, piece.into(), |block| {
            block.put(steps.next.as_slice());
            block.put(steps.last().as_slice());
            outcome = match self {
                Self::Steps => Ok(()),
                Self::Extended => steps.write_corrections(ends, block),
                Self::Fine => steps.write_inner_points(ends, block),
            };
        });
        outcome
    }
}

impl<F, D> Steps<'_, F, D>
where
    F: FirstOrderSystem<D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The three stages of the polynomial, and its four vectors.
    fn write_corrections(&mut self, ends: Ends, block: &mut Block<'_>) -> Result<(), Spoiled> {
        let size = self.size;
        for stage in 13..16 {
            self.inner_stage(stage, size, ends)?;
        }
        for row in CORRECTIONS {
            let sum = &mut self.before_last;
            sum.fill(0.0);
            add(&self.rates, row, size, sum);
            block.put(sum.as_slice());
        }
        Ok(())
    }

    /// Three points within the step, each by a step of the same method from the point before it.
    fn write_inner_points(&mut self, ends: Ends, block: &mut Block<'_>) -> Result<(), Spoiled> {
        let (start, end) = (self.state.clone(), self.next.clone());
        let (first, last) = (self.rates[0].clone(), self.last().clone());
        let (size, evaluations) = (self.size, self.evaluations);
        let mut before = 0.0;
        for part in INNER_POINTS {
            let inner = Ends {
                from: ends.from + before * size,
                to: ends.from + part * size,
            };
            self.attempt((part - before) * size, inner);
            self.accept(inner);
            if !all_finite(self.last()) {
                return Err(Spoiled {
                    time: inner.to,
                    magnitude: magnitude(&self.next),
                });
            }
            block.put(self.next.as_slice());
            block.put(self.last().as_slice());
            self.advance();
            before = part;
        }
        self.state.copy_from(&start);
        self.next.copy_from(&end);
        self.rates[0].copy_from(&first);
        self.rates[12].copy_from(&last);
        (self.size, self.evaluations) = (size, evaluations);
        Ok(())
    }
}
