//! AdaptiveSteps: the steps of Adaptive, by a Nyström pair or by collocation, whichever needs fewer gradients.

use crate::adaptive_steps::ball_piece::BallPiece;
use crate::adaptive_steps::ball_steps::{BallSteps, NystromSteps};
use crate::adaptive_steps::collocation::Collocation;
use crate::adaptive_steps::nystrom_table::NystromTable;
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::Record;
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The pause before the first trial in steps, the factor by which a trial in vain lengthens it, and the longest.
const PAUSE: [usize; 3] = [8, 4, 512];
/// How much longer than the step of the pair that of the trial is.
const LONGER: f64 = 6.0;
/// The ch = γh/2m from which on collocation is tried: below, the steps of the pair are limited by their error.
const WORTH_TRYING: f64 = 0.35;

/// A Nyström pair, collocation, and which of them steps.
pub(crate) struct AdaptiveSteps<'r, P: ?Sized, T, D: Dim, const S: usize>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) nystrom: NystromSteps<'r, P, T, D, S>,
    potential: &'r P,
    control: &'r Control,
    /// Made when it is first tried.
    collocation: Option<Box<Collocation<'r, P, D>>>,
    is_collocating: bool,
    /// Steps until the next trial, and the pause before it.
    wait: usize,
    pause: usize,
}

/// The same call on the method that steps.
macro_rules! on_current {
    ($own:expr, $method:ident($($argument:expr),*)) => {
        match &mut $own.collocation {
            Some(collocation) if $own.is_collocating => collocation.$method($($argument),*),
            _ => $own.nystrom.$method($($argument),*),
        }
    };
    (ref $own:expr, $method:ident($($argument:expr),*)) => {
        match &$own.collocation {
            Some(collocation) if $own.is_collocating => collocation.$method($($argument),*),
            _ => $own.nystrom.$method($($argument),*),
        }
    };
}

impl<'r, P, T, D, const S: usize> AdaptiveSteps<'r, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn new(
        nystrom: NystromSteps<'r, P, T, D, S>,
        potential: &'r P,
        control: &'r Control,
    ) -> Self {
        Self {
            nystrom,
            potential,
            control,
            collocation: None,
            is_collocating: false,
            wait: PAUSE[0],
            pause: PAUSE[0],
        }
    }

    /// The gradients that a step of the pair needs.
    fn price(&self) -> f64 {
        T::LAST as f64
    }

    /// Waits until the next trial; whether it is due.
    fn is_due(&mut self) -> bool {
        self.wait = self.wait.saturating_sub(1);
        if self.wait > 0 {
            return false;
        }
        let [_, factor, longest] = PAUSE;
        self.pause = (factor * self.pause).min(longest);
        self.wait = self.pause;
        true
    }

    /// Tries a step of collocation where the next step of the pair would be of `size`; returns its size if it needs fewer
    /// gradients for the same time.
    fn try_collocation(&mut self, size: f64) -> Option<f64> {
        let [position, momentum, gradient] = self.nystrom.steps.current();
        let (potential, control, ball) = (self.potential, self.control, self.nystrom.steps.ball);
        let price = self.price();
        let collocation = self
            .collocation
            .get_or_insert_with(|| Box::new(Collocation::new(ball, potential, control, &position)));
        collocation.place(&position, &momentum, &gradient);
        let trial = LONGER * size;
        // The gradients that the pair needs for the same time.
        let square = collocation.try_step(trial, LONGER * price);
        if square.is_nan() || square > 1.0 {
            return None;
        }
        let next = collocation.factor(square).max(1.0) * trial.abs();
        (collocation.cost as f64 / next < price / size.abs()).then_some(trial.abs())
    }

    /// Tries a step of the pair; returns its size if it needs fewer gradients than collocation for the same time.
    fn try_nystrom(&mut self) -> Option<f64> {
        let price = self.price();
        let collocation = self.collocation.as_ref()?;
        let steps = &mut self.nystrom.steps;
        steps.place(
            &collocation.position,
            &collocation.momentum,
            &collocation.gradients[0],
        );
        let trial = 0.5 * steps.largest();
        let direction = collocation.size.signum();
        let square = steps.attempt(direction * trial, Ends { from: 0.0, to: 0.0 });
        if square.is_nan() {
            return None;
        }
        let next = (trial * steps.factor(square)).min(steps.largest());
        let own = collocation.cost as f64 / collocation.size.abs();
        (price / next < own).then_some(next)
    }
}

impl<P, T, D, const S: usize> Pair for AdaptiveSteps<'_, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn largest(&self) -> f64 {
        on_current!(ref self, largest())
    }

    #[inline]
    fn attempt(&mut self, size: f64, ends: Ends) -> f64 {
        on_current!(self, attempt(size, ends))
    }

    #[inline]
    fn factor(&self, square: f64) -> f64 {
        on_current!(ref self, factor(square))
    }

    #[inline]
    fn accept(&mut self, ends: Ends) {
        on_current!(self, accept(ends));
    }

    #[inline]
    fn advance(&mut self) {
        on_current!(self, advance());
    }

    /// The pair is left where collocation needs fewer gradients for the same time, and the other way about.
    #[inline]
    fn switch(&mut self, size: f64) -> Option<f64> {
        let rate = self.nystrom.steps.rate;
        let next = if self.is_collocating {
            let collocation = self.collocation.as_ref()?;
            let longest = self.nystrom.largest();
            let own = collocation.cost as f64 / collocation.size.abs();
            // No step of the pair can be cheap enough.
            if own < self.price() / longest || !self.is_due() {
                return None;
            }
            self.try_nystrom()
        } else {
            // Never backward in time: there the drag amplifies, and the weights of collocation hold for decay only.
            if rate * size < WORTH_TRYING || !self.is_due() {
                return None;
            }
            self.try_collocation(size)
        }?;
        self.is_collocating = !self.is_collocating;
        self.pause = PAUSE[0];
        self.wait = self.pause;
        Some(next)
    }

    fn restart(&mut self, time: f64) {
        on_current!(self, restart(time));
    }

    fn spoiled(&mut self, size: f64, ends: Ends) -> Option<Spoiled> {
        on_current!(self, spoiled(size, ends))
    }

    #[inline]
    fn is_finite(&self) -> bool {
        on_current!(ref self, is_finite())
    }

    fn travel(&self) -> f64 {
        on_current!(ref self, travel())
    }

    fn duration_of(&self, length: f64) -> f64 {
        on_current!(ref self, duration_of(length))
    }

    fn first(&mut self, time: f64, direction: f64) -> f64 {
        self.nystrom.first(time, direction)
    }

    fn evaluations(&self) -> usize {
        let collocation = self.collocation.as_ref();
        self.nystrom.evaluations() + collocation.map_or(0, |method| method.evaluations)
    }
}

impl<P, T, D, const S: usize> BallSteps<D> for AdaptiveSteps<'_, P, T, D, S>
where
    P: Potential<f64, D> + ?Sized,
    T: NystromTable<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn start(&self) -> Vec<f64> {
        self.nystrom.start()
    }

    #[inline]
    fn record(
        &mut self,
        ends: Ends,
        elapsed: f64,
        record: &mut Record<BallPiece>,
    ) -> Result<(), Spoiled> {
        match &self.collocation {
            Some(collocation) if self.is_collocating => {
                let is_dense = self.nystrom.is_dense;
                let piece = if is_dense {
                    BallPiece::Collocation
                } else {
                    BallPiece::Nearest
                };
                record.push(elapsed, piece, |block| {
                    collocation.write_end(block, is_dense);
                });
                Ok(())
            }
            _ => self.nystrom.record(ends, elapsed, record),
        }
    }
}
