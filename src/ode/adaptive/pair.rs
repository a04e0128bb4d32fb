//! Pair: one step of an embedded pair of methods, the second of which estimates the error of the first.

use crate::Error;

/// The times at which the system is evaluated at the ends of a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ends {
    pub(crate) from: f64,
    pub(crate) to: f64,
}

/// The place of an evaluation that is not finite.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Spoiled {
    pub(crate) time: f64,
    /// The largest component of the state.
    pub(crate) magnitude: f64,
}

/// A method at a point of its run: it attempts a step, and moves to its end if the step is accepted.
///
/// The size of a step has the sign of the direction of the run. It is the time that the step takes, except for a method
/// with a clock of its own.
pub(crate) trait Pair {
    /// The duration of a step of `size`.
    #[inline]
    fn duration(&self, size: f64) -> f64 {
        size
    }

    /// The size of a step that takes `duration`.
    #[inline]
    fn size(&self, duration: f64) -> f64 {
        duration
    }

    /// The largest size that the method can take, in absolute value.
    #[inline]
    fn largest(&self) -> f64 {
        f64::INFINITY
    }

    /// Attempts a step.
    ///
    /// Returns the square of its error in units of what is allowed, at most 1 for a step to be accepted, and NaN if a
    /// derivative is not finite.
    fn attempt(&mut self, size: f64, ends: Ends) -> f64;

    /// The factor from the size of the attempted step to the next, given the square of its error.
    fn factor(&self, square: f64) -> f64;

    /// Completes the attempted step: what follows from it at its end, and is not needed for its error.
    fn accept(&mut self, ends: Ends);

    /// Moves to the end of the accepted step.
    fn advance(&mut self);

    /// Changes over to another method, if there is one and it is cheaper, at the current point, where the error permits
    /// a next step of `size`, which may be above [`largest`](Self::largest). Returns the size of the next step of that method, positive.
    #[inline]
    fn switch(&mut self, size: f64) -> Option<f64> {
        let _ = size;
        None
    }

    /// Evaluates the system anew at the current point, where it may have jumped.
    fn restart(&mut self, time: f64);

    /// The place where the system is not finite at the current point or within a step of `size`, if it is not.
    fn spoiled(&mut self, size: f64, ends: Ends) -> Option<Spoiled>;

    /// Why the system is not defined at `time`, if it knows.
    fn cause(&self, _time: f64) -> Option<Error> {
        None
    }

    /// Whether the state at the end of the attempted step is finite: an infinite one would allow itself any error.
    fn is_finite(&self) -> bool;

    /// How far the attempted step moves.
    fn travel(&self) -> f64;

    /// The duration in which the current speed and acceleration move by `length`.
    fn duration_of(&self, length: f64) -> f64;

    /// A first step, positive.
    fn first(&mut self, time: f64, direction: f64) -> f64;

    /// Whether the accepted step was as long as stability permits, for a method that tests it.
    #[inline]
    fn is_stiff(&self) -> Option<bool> {
        None
    }

    /// The number of evaluations so far.
    fn evaluations(&self) -> usize;
}
