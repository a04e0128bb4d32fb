//! FireRun: a run of FIRE, with the position, the velocity, the step and the drag of each iteration.

use crate::check::{all_finite, non_finite_step};
use crate::optimizers::Fire;
use crate::potentials::{Potential, gradient_at};
use crate::{Error, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The state of a run of [`Fire`].
#[derive(Debug, Clone, PartialEq)]
pub struct FireState<T: SquareRoot, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Position x.
    pub position: OVector<T, D>,
    /// Velocity ẋ, displacement per unit of time; the mass is 1.
    pub velocity: OVector<T, D>,
    /// The step Δt of the last iteration.
    pub dt: T,
    /// The mixing a of the last iteration.
    pub mixing: T,
    /// Iterations downhill since the ball was stopped.
    pub downhill: usize,
}

impl<T: SquareRoot, D: Dim> FireState<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The drag γ = a/Δt on the difference between ẋ and |ẋ|F/|F|.
    pub fn drag(&self) -> T {
        self.mixing.clone() / self.dt.clone()
    }
}

/// A run of [`Fire`], made by [`Fire::run`]: item k is the state after k iterations.
///
/// Like [`Iterates`](crate::Iterates) it ends after the last finite state, and [`Self::failure`] then gives the reason.
/// [`Self::advance`] lends each state, and allocates nothing.
#[derive(Debug, Clone)]
#[must_use = "iterators do nothing until they are advanced"]
pub struct FireRun<'p, P: ?Sized, T: SquareRoot, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    fire: Fire<T>,
    potential: &'p P,
    state: FireState<T, D>,
    before: OVector<T, D>,
    /// −∇f.
    force: OVector<T, D>,
    iterations: usize,
    stops: usize,
    gradients: usize,
    is_started: bool,
    failure: Option<Error>,
}

fn square<T: SquareRoot, D: Dim>(vector: &OVector<T, D>) -> T
where
    DefaultAllocator: Allocator<D>,
{
    dot(vector, vector)
}

fn dot<T: SquareRoot, D: Dim>(a: &OVector<T, D>, b: &OVector<T, D>) -> T
where
    DefaultAllocator: Allocator<D>,
{
    let pairs = a.iter().zip(b.iter());
    pairs.fold(T::zero(), |sum, (a, b)| sum + a.clone() * b.clone())
}

/// y ← y + cx.
fn add<T: SquareRoot, D: Dim>(y: &mut OVector<T, D>, c: &T, x: &OVector<T, D>)
where
    DefaultAllocator: Allocator<D>,
{
    y.zip_apply(x, |y, x| *y = c.clone().mul_add(x, y.clone()));
}

impl<'p, P, T, D> FireRun<'p, P, T, D>
where
    P: Potential<T, D> + ?Sized,
    T: SquareRoot,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    pub(super) fn new(
        fire: Fire<T>,
        potential: &'p P,
        start: OVector<T, D>,
        failure: Option<Error>,
    ) -> Self {
        Self {
            state: FireState {
                velocity: start.map(|_| T::zero()),
                dt: fire.dt.clone(),
                mixing: fire.mixing.clone(),
                downhill: 0,
                position: start.clone(),
            },
            before: start.clone(),
            force: start,
            fire,
            potential,
            iterations: 0,
            stops: 0,
            gradients: 0,
            is_started: false,
            failure,
        }
    }

    /// Advances by one iteration and borrows the new state; the first call returns the start. `None` after a failure.
    pub fn advance(&mut self) -> Option<&FireState<T, D>> {
        if self.failure.is_some() {
            return None;
        }
        if !self.is_started {
            self.is_started = true;
            return Some(&self.state);
        }
        self.before.copy_from(&self.state.position);
        self.iterate();
        self.iterations += 1;
        if all_finite(&self.state.position) && all_finite(&self.state.velocity) {
            return Some(&self.state);
        }
        let (before, force) = (&self.before, &self.force);
        self.failure = Some(non_finite_step(self.iterations, 1.0, 0.0, before, force));
        None
    }

    fn iterate(&mut self) {
        self.find_force();
        let is_first = self.iterations == 0;
        let is_downhill = dot(&self.force, &self.state.velocity) > T::zero();
        if self.fire.is_second {
            if is_downhill {
                self.state.downhill += 1;
                self.lengthen();
            } else if !is_first {
                self.stop();
            }
            self.kick();
            self.steer();
        } else {
            if is_downhill {
                self.steer();
                self.lengthen();
                self.state.downhill += 1;
            } else if !is_first {
                self.stop();
            }
            self.kick();
        }
        self.drift();
    }

    fn find_force(&mut self) {
        gradient_at(self.potential, &self.state.position, &mut self.force);
        self.force.apply(|g| *g = -g.clone());
        self.gradients += 1;
    }

    /// After enough iterations downhill: a longer step and less mixing.
    fn lengthen(&mut self) {
        let (fire, state) = (&self.fire, &mut self.state);
        if state.downhill > fire.wait {
            let longer = state.dt.clone() * fire.growth.clone();
            state.dt = if longer > fire.largest_dt {
                fire.largest_dt.clone()
            } else {
                longer
            };
            state.mixing *= fire.mixing_factor.clone();
        }
    }

    /// Uphill: a shorter step and a stop; version 2 first goes back by half a step.
    fn stop(&mut self) {
        let (fire, state) = (&self.fire, &mut self.state);
        let shorter = state.dt.clone() * fire.shrinkage.clone();
        state.dt = if shorter < fire.smallest_dt {
            fire.smallest_dt.clone()
        } else {
            shorter
        };
        state.mixing = fire.mixing.clone();
        state.downhill = 0;
        self.stops += 1;
        if self.fire.is_second {
            let back = -(self.state.dt.clone() / T::integer(2));
            add(&mut self.state.position, &back, &self.state.velocity);
            self.find_force();
        }
        self.state.velocity.apply(|u| *u = T::zero());
    }

    /// ẋ ← ẋ + ΔtF.
    fn kick(&mut self) {
        let dt = self.state.dt.clone();
        add(&mut self.state.velocity, &dt, &self.force);
    }

    /// ẋ ← (1 − a)ẋ + a|ẋ|F/|F|; without a force there is no direction to turn to.
    fn steer(&mut self) {
        let force = square(&self.force).square_root();
        if force.is_zero() {
            return;
        }
        let mixing = self.state.mixing.clone();
        let speed = square(&self.state.velocity).square_root();
        let (kept, toward) = (T::one() - mixing.clone(), mixing * speed / force);
        self.state.velocity.zip_apply(&self.force, |u, f| {
            *u = toward.clone().mul_add(f, kept.clone() * u.clone());
        });
    }

    /// x ← x + Δtẋ, or a move of the longest length in that direction.
    fn drift(&mut self) {
        let mut time = self.state.dt.clone();
        if let Some(longest) = &self.fire.longest_move {
            let length = square(&self.state.velocity).square_root() * time.clone();
            if length > *longest {
                time = time * longest.clone() / length;
            }
        }
        add(&mut self.state.position, &time, &self.state.velocity);
    }

    /// The state that `nth(iterations)` would return, or the error that ended the run before it.
    ///
    /// # Errors
    /// [`RunError::Diverged`](crate::error::RunError::Diverged) and
    /// [`RunError::NonFiniteGradient`](crate::error::RunError::NonFiniteGradient) with the iteration;
    /// [`VectorError`](crate::error::VectorError) if the start is empty, not finite or of the wrong dimension.
    pub fn after(mut self, iterations: usize) -> Result<FireState<T, D>, Error> {
        for _ in 0..=iterations {
            if self.advance().is_none() {
                break;
            }
        }
        self.failure.map_or(Ok(self.state), Err)
    }

    /// How often the ball has been stopped.
    pub fn stops(&self) -> usize {
        self.stops
    }

    /// The gradients evaluated so far.
    pub fn gradients(&self) -> usize {
        self.gradients
    }

    /// Why the run ended, if it has.
    pub fn failure(&self) -> Option<&Error> {
        self.failure.as_ref()
    }
}

impl<P, T, D> Iterator for FireRun<'_, P, T, D>
where
    P: Potential<T, D> + ?Sized,
    T: SquareRoot,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    type Item = FireState<T, D>;

    fn next(&mut self) -> Option<Self::Item> {
        self.advance().cloned()
    }
}
