//! BallSteps: the steps of an adaptive method for a heavy ball, and what it records of each.

use crate::adaptive_steps::ball_piece::{BallPiece, NystromPair};
use crate::adaptive_steps::nystrom::Nystrom;
use crate::adaptive_steps::nystrom_table::NystromTable;
use crate::ode::adaptive::dop853::{self, Output};
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::Record;
use crate::ode::adaptive::rk45;
use crate::particle::PhaseFlow;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};

/// A pair that moves a ball.
pub(crate) trait BallSteps<D: Dim>: Pair
where
    DefaultAllocator: Allocator<D>,
{
    /// The block of numbers with which the record begins: the current position and momentum, and what else a piece needs.
    fn start(&self) -> Vec<f64>;

    /// Appends the accepted step, which ended at `elapsed`.
    ///
    /// # Errors
    /// The place of an evaluation for the dense output that is not finite.
    fn record(
        &mut self,
        ends: Ends,
        elapsed: f64,
        record: &mut Record<BallPiece>,
    ) -> Result<(), Spoiled>;
}

/// A Nyström pair with its dense output.
pub(crate) struct NystromSteps<'r, P: ?Sized, T, D: Dim, const S: usize>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) steps: Nystrom<'r, P, T, D, S>,
    pub(crate) pair: NystromPair,
    pub(crate) is_dense: bool,
}

/// The methods of [`Pair`] that a wrapper passes on to its field.
macro_rules! passed_on {
    ($field:ident) => {
        #[inline]
        fn duration(&self, size: f64) -> f64 {
            self.$field.duration(size)
        }

        #[inline]
        fn size(&self, duration: f64) -> f64 {
            self.$field.size(duration)
        }

        #[inline]
        fn largest(&self) -> f64 {
            self.$field.largest()
        }

        #[inline]
        fn attempt(&mut self, size: f64, ends: Ends) -> f64 {
            self.$field.attempt(size, ends)
        }

        #[inline]
        fn factor(&self, square: f64) -> f64 {
            self.$field.factor(square)
        }

        #[inline]
        fn accept(&mut self, ends: Ends) {
            self.$field.accept(ends);
        }

        #[inline]
        fn advance(&mut self) {
            self.$field.advance();
        }

        fn restart(&mut self, time: f64) {
            self.$field.restart(time);
        }

        fn spoiled(&mut self, size: f64, ends: Ends) -> Option<Spoiled> {
            self.$field.spoiled(size, ends)
        }

        #[inline]
        fn is_finite(&self) -> bool {
            self.$field.is_finite()
        }

        fn travel(&self) -> f64 {
            self.$field.travel()
        }

        fn duration_of(&self, length: f64) -> f64 {
            self.$field.duration_of(length)
        }

        fn first(&mut self, time: f64, direction: f64) -> f64 {
            self.$field.first(time, direction)
        }

        fn is_stiff(&self) -> Option<bool> {
            self.$field.is_stiff()
        }

        fn evaluations(&self) -> usize {
            self.$field.evaluations()
        }
    };
}

impl<P, T, D, const S: usize> Pair for NystromSteps<'_, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    passed_on!(steps);
}

impl<P, T, D, const S: usize> BallSteps<D> for NystromSteps<'_, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn start(&self) -> Vec<f64> {
        self.steps.start()
    }

    #[inline]
    fn record(
        &mut self,
        ends: Ends,
        elapsed: f64,
        record: &mut Record<BallPiece>,
    ) -> Result<(), Spoiled> {
        let steps = &mut self.steps;
        if !self.is_dense {
            record.push(elapsed, BallPiece::Nearest, |block| steps.write_end(block));
            return Ok(());
        }
        steps.inner_stages(ends)?;
        let piece = BallPiece::Nystrom(self.pair);
        record.push(elapsed, piece, |block| {
            steps.write_end(block);
            for stage in self.pair.stages() {
                let stage = steps.stages.get(*stage);
                stage.into_iter().for_each(|k| block.put(k.as_slice()));
            }
        });
        Ok(())
    }
}

/// Dop853 in phase space with its dense output.
pub(crate) struct Dop853Steps<'r, P, D>
where
    P: Potential<f64, D> + ?Sized,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    pub(crate) steps: dop853::Steps<'r, PhaseFlow<'r, P, D>, DimSum<D, D>>,
    pub(crate) output: Output,
}

/// Dormand–Prince 5(4) in phase space, taken here, with its dense output.
pub(crate) struct Rk45Steps<'r, P, D>
where
    P: Potential<f64, D> + ?Sized,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    pub(crate) steps: rk45::Steps<'r, PhaseFlow<'r, P, D>, DimSum<D, D>>,
}

macro_rules! in_phase_space {
    ($steps:ident, $own:ident, $ends:ident, $elapsed:ident, $rows:ident => $record:expr) => {
        impl<P, D> Pair for $steps<'_, P, D>
        where
            P: Potential<f64, D> + ?Sized,
            D: DimAdd<D>,
            DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
        {
            passed_on!(steps);
        }

        impl<P, D> BallSteps<D> for $steps<'_, P, D>
        where
            P: Potential<f64, D> + ?Sized,
            D: DimAdd<D>,
            DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
        {
            fn start(&self) -> Vec<f64> {
                let rate = self.steps.rates.first().into_iter().flatten();
                self.steps.state.iter().chain(rate).copied().collect()
            }

            #[inline]
            fn record(
                &mut self,
                $ends: Ends,
                $elapsed: f64,
                $rows: &mut Record<BallPiece>,
            ) -> Result<(), Spoiled> {
                let $own = self;
                $record
            }
        }
    };
}

in_phase_space!(Dop853Steps, own, ends, elapsed, record => {
    own.output.record(&mut own.steps, ends, elapsed, record)
});
in_phase_space!(Rk45Steps, own, _ends, elapsed, record => {
    rk45::record_step(&mut own.steps, elapsed, record);
    Ok(())
});
