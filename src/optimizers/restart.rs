//! Restart: stop the ball when it no longer gains, and let it begin anew from where it is.
//!
//! Momentum overshoots if its drag is too small for the curvature. A restart sets v to 0, and the count of a schedule to 0,
//! when one of three conditions holds after an iteration.
//!
//! No condition needs the smallest curvature, which decides the best drag. Stopping the ball takes its kinetic energy and
//! leaves f(x): the energy never rises, derivation (68).
//!
//! References: B. O'Donoghue, E. Candès, *Found. Comput. Math.* 15 (2015) 715, section 3.2, for the first two; W. Su,
//! S. Boyd, E. J. Candès, *J. Mach. Learn. Res.* 17 (2016), no. 153, section 5, for the third.

use crate::optimizers::{Iterate, Iterates, RuleError, UpdateRule, Workspace};
use crate::potentials::Potential;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// When a ball is stopped: its velocity set to 0, and the count of a schedule too.
///
/// | [`Restart`] | condition | as a ball | extra cost |
/// |---|---|---|---|
/// | `Gradient` | ∇f·v₊ > 0, with the gradient that the rule evaluated | it rolls uphill | none |
/// | `Function` | f(x₊) > f(x) | it is higher than before | two values of f |
/// | `Speed` | \|v₊\| < \|v\| | it slows down | none |
///
/// Stopping takes the kinetic energy and leaves f(x): the energy never rises. No condition needs the smallest curvature, on
/// which the best drag depends; the iterations grow like √κ all the same. When not to use it: for plain momentum with little
/// drag across a steep direction, whose swings stop the motion along the valley (derivation (68), (69)).
///
/// ```
/// use heavyball::optimizers::{NesterovSchedule, Restart};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// // Nesterov's schedule does not know that the curvatures are 1 and 1000; with restarts it need not.
/// let bowl = Quadratic::diagonal(vector![1.0, 1000.0])?;
/// let rule = Nesterov::scheduled(0.001, NesterovSchedule::new(3.0)?);
/// let mut run = Restart::Gradient.run(rule, &bowl, vector![1.0, 1.0]);
/// let with = run.nth(1000).map_or(f64::NAN, |end| bowl.value(&end.position));
/// let without = bowl.value(&rule.iterates(&bowl, vector![1.0, 1.0]).after(1000)?.position);
/// assert!(run.restarts() > 5 && with < 1e-8 * without);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Restart {
    /// When the iteration moved against its gradient, ∇f·v₊ > 0.
    Gradient,
    /// When f rose, f(x₊) > f(x).
    Function,
    /// When the speed fell, |v₊| < |v|.
    Speed,
}

impl Restart {
    /// Every condition.
    pub const ALL: [Self; 3] = [Self::Gradient, Self::Function, Self::Speed];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Gradient => "gradient",
            Self::Function => "function",
            Self::Speed => "speed",
        }
    }

    /// `rule` as a rule that stops the ball; for rules with constant coefficients, also in ensembles.
    ///
    /// A rule with a schedule, whose count must restart too, ends at once with [`RuleError::ScheduleNotRestarted`]: use
    /// [`Self::run`].
    ///
    /// ```
    /// use heavyball::optimizers::Restart;
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// // Without drag a ball circles forever; stopped whenever it rolls uphill, it comes to rest.
    /// let stopped = Restart::Gradient.of(Momentum::new(1e-3, 1.0)?);
    /// let bowl = Quadratic::diagonal(vector![1.0, 30.0])?;
    /// let end = stopped.iterates(&bowl, vector![1.0, 1.0]).after(3000)?;
    /// assert!(end.position.norm() < 1e-6);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn of<R>(self, rule: R) -> Restarted<R> {
        Restarted {
            rule,
            restart: self,
        }
    }

    /// The iterates of `rule` from `start` at rest, with restarts that also set the count of a schedule to 0.
    pub fn run<'p, R, P, T, D>(
        self,
        rule: R,
        potential: &'p P,
        start: OVector<T, D>,
    ) -> RestartedRun<'p, R, P, T, D>
    where
        R: UpdateRule<T> + Clone,
        P: Potential<T, D> + ?Sized,
        T: Number,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        let counted = Counted { rule, since: 0 };
        RestartedRun {
            iterates: counted.iterates(potential, start),
            potential,
            restart: self,
            least: 1,
            restarts: 0,
        }
    }

    /// Whether the ball is stopped after an iteration from `before` to `after`.
    #[inline(always)]
    fn holds<T, D, P>(
        self,
        potential: &P,
        before: (&T, Option<&T>),
        after: &Iterate<T, D>,
        gradient: &OVector<T, D>,
    ) -> bool
    where
        T: Number,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        match (self, before) {
            (Self::Gradient, _) => dot(gradient, &after.velocity) > T::zero(),
            (Self::Function, (_, value)) => {
                value.is_some_and(|before| potential.value(&after.position) > *before)
            }
            (Self::Speed, (square, _)) => dot(&after.velocity, &after.velocity) < *square,
        }
    }

    /// What the condition compares with: |v|², and f(x) if it needs that.
    #[inline(always)]
    fn before<T, D, P>(self, potential: &P, iterate: &Iterate<T, D>) -> (T, Option<T>)
    where
        T: Number,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let square = match self {
            Self::Speed => dot(&iterate.velocity, &iterate.velocity),
            _ => T::zero(),
        };
        let value = matches!(self, Self::Function).then(|| potential.value(&iterate.position));
        (square, value)
    }
}

#[inline(always)]
fn dot<T: Number, D: Dim>(a: &OVector<T, D>, b: &OVector<T, D>) -> T
where
    DefaultAllocator: Allocator<D>,
{
    let pairs = a.iter().zip(b.iter());
    pairs.fold(T::zero(), |sum, (a, b)| sum + a.clone() * b.clone())
}

#[inline(always)]
fn stop<T: Number, D: Dim>(iterate: &mut Iterate<T, D>)
where
    DefaultAllocator: Allocator<D>,
{
    iterate.velocity.apply(|v| *v = T::zero());
}

/// A rule with constant coefficients that stops the ball, made by [`Restart::of`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Restarted<R> {
    rule: R,
    restart: Restart,
}

impl<T: Number, R: UpdateRule<T>> UpdateRule<T> for Restarted<R> {
    const SCHEDULED: bool = R::SCHEDULED;

    fn check(&self, k: usize) -> Result<(), Error> {
        let _ = k;
        if R::SCHEDULED {
            return Err(Error::Rule(RuleError::ScheduleNotRestarted));
        }
        Ok(())
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.rule.check_dimension(dimension)
    }

    #[inline(always)]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let (square, value) = self.restart.before(potential, iterate);
        self.rule.update(k, potential, iterate, workspace);
        let before = (&square, value.as_ref());
        if self
            .restart
            .holds(potential, before, iterate, &workspace.gradient)
        {
            stop(iterate);
        }
    }
}

/// A rule whose iterations are counted from the last restart.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Counted<R> {
    rule: R,
    since: usize,
}

impl<T: Number, R: UpdateRule<T>> UpdateRule<T> for Counted<R> {
    const SCHEDULED: bool = R::SCHEDULED;

    fn check(&self, k: usize) -> Result<(), Error> {
        self.rule.check(k.saturating_sub(self.since))
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.rule.check_dimension(dimension)
    }

    #[inline(always)]
    fn update<D, P>(
        &self,
        k: usize,
        potential: &P,
        iterate: &mut Iterate<T, D>,
        workspace: &mut Workspace<T, D>,
    ) where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        let k = k.saturating_sub(self.since);
        self.rule.update(k, potential, iterate, workspace);
    }
}

/// The iterates of a rule with restarts, made by [`Restart::run`]: item k is iterate k.
///
/// It ends as [`Iterates`] does. A restart sets the velocity of the iterate that it follows to 0.
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct RestartedRun<'p, R, P: ?Sized, T: Number, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    iterates: Iterates<'p, Counted<R>, P, T, D>,
    potential: &'p P,
    restart: Restart,
    least: usize,
    restarts: usize,
}

impl<R, P, T, D> RestartedRun<'_, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// At least `iterations` between two restarts; Su, Boyd and Candès take 10. It is 1 unless set, and 0 is 1.
    pub fn with_least(mut self, iterations: usize) -> Self {
        self.least = iterations.max(1);
        self
    }

    /// Advances by one iteration and borrows the new iterate; the first call returns the start. `None` after a failure.
    #[inline]
    pub fn advance(&mut self) -> Option<&Iterate<T, D>> {
        let steps = self.iterates.steps();
        let (square, value) = self.restart.before(self.potential, self.iterates.current());
        self.iterates.advance()?;
        let since = self.iterates.rule().since;
        if self.iterates.steps() > steps
            && self.iterates.steps() >= since.saturating_add(self.least)
        {
            let before = (&square, value.as_ref());
            let (after, gradient) = (self.iterates.current(), self.iterates.gradient());
            if self.restart.holds(self.potential, before, after, gradient) {
                self.iterates.rule_mut().since = self.iterates.steps();
                stop(self.iterates.current_mut());
                self.restarts += 1;
            }
        }
        Some(self.iterates.current())
    }

    /// The number of restarts so far.
    pub fn restarts(&self) -> usize {
        self.restarts
    }

    /// The iterations since the last restart.
    pub fn since_restart(&self) -> usize {
        self.iterates
            .steps()
            .saturating_sub(self.iterates.rule().since)
    }

    /// Why the run ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.iterates.failure()
    }
}

impl<R, P, T, D> Iterator for RestartedRun<'_, R, P, T, D>
where
    R: UpdateRule<T>,
    P: Potential<T, D> + ?Sized,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = Iterate<T, D>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().cloned()
    }
}
