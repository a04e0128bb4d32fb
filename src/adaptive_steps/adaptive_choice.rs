//! AdaptiveSteps: the steps of Adaptive, by a Nyström pair or by collocation, whichever needs fewer gradients.
//!
//! Which of the two pairs is cheaper follows from the tolerance and the steps. Whether collocation is, a trial step shows.

use crate::adaptive_steps::ball_piece::{BallPiece, NystromPair};
use crate::adaptive_steps::ball_steps::{BallSteps, NystromSteps};
use crate::adaptive_steps::collocation::Collocation;
use crate::adaptive_steps::nystrom::Nystrom;
use crate::adaptive_steps::nystrom_table::NystromTable;
use crate::adaptive_steps::{Rkn86, Rkn1210};
use crate::ode::adaptive::control::Control;
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::Record;
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The tolerance up to which order 12 is taken where the error limits the steps: there it needs fewer gradients for the
/// same error.
const TIGHT: f64 = 3e-6;
/// How much longer the steps of order 12 are than those of order 8 at that tolerance, as measured.
const STRETCH: f64 = 2.23;
/// The steps of order 8, in units of the longest, below which order 12 pays and above which it does not, since its own
/// would be limited; between them nothing changes. The ratio of the gradients of a step is 8/17.
const LIMITED: [f64; 2] = [0.4, 0.5];
/// The pause before the first trial of collocation in steps, the factor by which a trial in vain lengthens it, and the
/// longest.
const PAUSE: [usize; 3] = [32, 4, 2048];
/// The steps for which one counts that drag limits: there collocation is likely to be cheaper.
const HASTE: usize = 4;
/// The gradients with which the pair would cover the time of a trial, and the part of them that the trial may need.
const TRIAL: f64 = 48.0;
const GAIN: f64 = 0.8;
/// The ch = γh/2m from which on collocation is tried: below, the steps of the pair are limited by their error.
const WORTH_TRYING: f64 = 0.35;
/// The largest |∇²f|h/γ of a trial: above, the iteration of collocation hardly converges.
const CONVERGING: f64 = 1.5;
/// The number of steps of collocation over which its cost is averaged.
const WINDOW: usize = 4;

/// Which method steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Current {
    Eight,
    Twelve,
    Collocation,
}

/// What the steps of collocation have cost since the last comparison.
#[derive(Debug, Clone, Copy, Default)]
struct Account {
    steps: usize,
    time: f64,
    /// The evaluations before them.
    evaluations: usize,
}

/// Both Nyström pairs, collocation, and which of them steps.
pub(crate) struct AdaptiveSteps<'r, P: ?Sized, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    eight: NystromSteps<'r, P, Rkn86, D, 12>,
    twelve: NystromSteps<'r, P, Rkn1210, D, 21>,
    potential: &'r P,
    control: &'r Control,
    /// Made when it is first tried.
    collocation: Option<Box<Collocation<'r, P, D>>>,
    current: Current,
    /// How much longer the steps of order 12 are than those of order 8, at a tolerance where order 12 is taken.
    stretch: Option<f64>,
    /// Steps until the next trial, and the pause before it.
    wait: usize,
    pause: usize,
    account: Account,
    /// The gradients per time of the pair before collocation, and the pause between its trials.
    rival: (f64, usize),
}

/// The same call on the method that steps.
macro_rules! on_current {
    ($own:expr, $method:ident($($argument:expr),*)) => {
        match (&mut $own.collocation, $own.current) {
            (Some(collocation), Current::Collocation) => collocation.$method($($argument),*),
            (_, Current::Twelve) => $own.twelve.$method($($argument),*),
            _ => $own.eight.$method($($argument),*),
        }
    };
    (ref $own:expr, $method:ident($($argument:expr),*)) => {
        match (&$own.collocation, $own.current) {
            (Some(collocation), Current::Collocation) => collocation.$method($($argument),*),
            (_, Current::Twelve) => $own.twelve.$method($($argument),*),
            _ => $own.eight.$method($($argument),*),
        }
    };
}

impl<'r, P, D> AdaptiveSteps<'r, P, D>
where
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn new(
        ball: HeavyBall,
        potential: &'r P,
        control: &'r Control,
        start: &Phase<f64, D>,
        is_dense: bool,
    ) -> Self {
        let mut eight = NystromSteps {
            steps: Nystrom::at(ball, potential, control, start),
            pair: NystromPair::Rkn86,
            is_dense,
        };
        let mut twelve = NystromSteps {
            steps: Nystrom::at(ball, potential, control, start),
            pair: NystromPair::Rkn1210,
            is_dense,
        };
        let tolerance = control.relative.max(control.absolute);
        let [short, long] = [Rkn1210::EXPONENT, Rkn86::EXPONENT].map(|k| 1.0 / k as f64);
        let stretch =
            (tolerance <= TIGHT).then(|| STRETCH * libm::pow(TIGHT / tolerance, long - short));
        let current = if stretch.is_some() {
            twelve.restart(0.0);
            Current::Twelve
        } else {
            eight.restart(0.0);
            Current::Eight
        };
        Self {
            eight,
            twelve,
            potential,
            control,
            collocation: None,
            current,
            stretch,
            wait: PAUSE[0],
            pause: PAUSE[0],
            account: Account::default(),
            rival: (0.0, PAUSE[0]),
        }
    }

    /// Waits for the next trial by `steps`; whether it is due, if it is also `promising`.
    fn is_due(&mut self, steps: usize, promising: impl Fn(&Self) -> bool) -> bool {
        self.wait = self.wait.saturating_sub(steps);
        if self.wait > 0 || !promising(self) {
            return false;
        }
        let [_, factor, longest] = PAUSE;
        self.pause = (factor * self.pause).min(longest);
        self.wait = self.pause;
        true
    }

    /// Changes over to the other pair if it needs fewer gradients for the same time, where the error permits a step of
    /// `size` of the current one; returns the size of its next step.
    fn other_pair(&mut self, size: f64) -> Option<f64> {
        let (stretch, longest) = (self.stretch?, self.eight.largest());
        let [pays, does_not] = LIMITED.map(|part| part * longest);
        if self.current == Current::Twelve {
            if size / stretch <= does_not {
                return None;
            }
            let [position, momentum, gradient] = self.twelve.steps.current();
            self.eight.steps.place(&position, &momentum, &gradient);
            self.current = Current::Eight;
            Some((size / stretch).min(longest))
        } else {
            if size >= pays {
                return None;
            }
            let [position, momentum, gradient] = self.eight.steps.current();
            self.twelve.steps.place(&position, &momentum, &gradient);
            self.current = Current::Twelve;
            Some((size * stretch).min(longest))
        }
    }

    /// Tries a step of collocation where the next step of the pair would be of `size`; returns its size if it needs fewer
    /// gradients for the same time, and is then the current method.
    fn try_collocation(&mut self, size: f64) -> Option<f64> {
        let (price, [position, momentum, gradient]) = match self.current {
            Current::Twelve => (Rkn1210::LAST, self.twelve.steps.current()),
            _ => (Rkn86::LAST, self.eight.steps.current()),
        };
        let (potential, control, ball) = (self.potential, self.control, self.eight.steps.ball);
        let collocation = self
            .collocation
            .get_or_insert_with(|| Box::new(Collocation::new(ball, potential, control, &position)));
        collocation.place(&position, &momentum, &gradient);
        let price = price as f64;
        let trial = TRIAL / price * size;
        let square = collocation.try_step(trial, GAIN * TRIAL);
        if square.is_nan() || square > 1.0 {
            return None;
        }
        self.rival = (price / size, self.pause);
        self.account = Account {
            evaluations: collocation.evaluations,
            ..Account::default()
        };
        self.current = Current::Collocation;
        self.pause = PAUSE[0];
        self.wait = self.pause;
        Some(trial)
    }

    /// The gradients per time of collocation, rejected steps included, if they are more than a pair might need and it is time
    /// to look.
    fn own_if_dear(&mut self) -> Option<f64> {
        let collocation = self.collocation.as_ref()?;
        self.account.steps += 1;
        self.account.time += collocation.size.abs();
        if self.account.steps < WINDOW {
            return None;
        }
        let own = (collocation.evaluations - self.account.evaluations) as f64 / self.account.time;
        self.account = Account {
            evaluations: collocation.evaluations,
            ..Account::default()
        };
        let (rival, pause) = self.rival;
        if own > rival {
            // The trial was wrong; the next one comes later.
            self.pause = pause;
            return Some(own);
        }
        self.rival.1 = PAUSE[0];
        let is_dear =
            own > Rkn86::LAST as f64 / self.eight.largest() && self.is_due(HASTE, |_| true);
        is_dear.then_some(own)
    }

    /// Tries a step of the pair of order 8; returns its size if it needs fewer gradients for the same time than collocation,
    /// which needs `own`, and is then the current method.
    fn try_pair(&mut self, own: f64) -> Option<f64> {
        let collocation = self.collocation.as_ref()?;
        let steps = &mut self.eight.steps;
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
        if Rkn86::LAST as f64 / next >= own {
            return None;
        }
        self.current = Current::Eight;
        self.pause = self.rival.1;
        self.wait = self.pause;
        Some(next)
    }
}

impl<P, D> Pair for AdaptiveSteps<'_, P, D>
where
    P: Potential<f64, D> + ?Sized,
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

    /// Each method is left where another needs fewer gradients for the same time.
    #[inline]
    fn switch(&mut self, size: f64) -> Option<f64> {
        if self.current == Current::Collocation {
            let own = self.own_if_dear()?;
            return self.try_pair(own);
        }
        if let Some(next) = self.other_pair(size.abs()) {
            return Some(next);
        }
        // Never backward in time: there the drag amplifies, and the weights of collocation hold for decay only.
        let longest = self.largest();
        let (steps, size) = if size < longest {
            (1, size)
        } else {
            (HASTE, longest)
        };
        let is_promising = |own: &Self| {
            let (curvature, price) = match own.current {
                Current::Twelve => (own.twelve.steps.curvature(), Rkn1210::LAST),
                _ => (own.eight.steps.curvature(), Rkn86::LAST),
            };
            curvature * TRIAL / price as f64 * size < CONVERGING * own.eight.steps.ball.drag
        };
        if self.eight.steps.rate * size < WORTH_TRYING || !self.is_due(steps, is_promising) {
            return None;
        }
        self.try_collocation(size)
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
        on_current!(self, first(time, direction))
    }

    fn evaluations(&self) -> usize {
        let collocation = self.collocation.as_ref();
        self.eight.evaluations()
            + self.twelve.evaluations()
            + collocation.map_or(0, |method| method.evaluations)
    }
}

impl<P, D> BallSteps<D> for AdaptiveSteps<'_, P, D>
where
    P: Potential<f64, D> + ?Sized,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn start(&self) -> Vec<f64> {
        self.eight.start()
    }

    #[inline]
    fn record(
        &mut self,
        ends: Ends,
        elapsed: f64,
        record: &mut Record<BallPiece>,
    ) -> Result<(), Spoiled> {
        match (&self.collocation, self.current) {
            (Some(collocation), Current::Collocation) => {
                let is_dense = self.eight.is_dense;
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
            (_, Current::Twelve) => self.twelve.record(ends, elapsed, record),
            _ => self.eight.record(ends, elapsed, record),
        }
    }
}
