//! EscapeError: why an escape study has no result.

use crate::error::Short;

/// An escape study has no result.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum EscapeError {
    /// The point given as the top of a barrier is not a critical point.
    #[error(
        "the gradient at the saddle {saddle} is {gradient:e}, so it is not a critical point; give the position where the gradient is zero to full accuracy", saddle = Short(*.saddle))]
    NotCritical {
        /// The point that was given.
        saddle: f64,
        /// The gradient there.
        gradient: f64,
    },

    /// A ball released at rest no higher than the barrier cannot pass it.
    #[error(
        "the start {start} has f = {start_value}, not above the barrier's {saddle_value}: a ball released there never passes it, whatever the drag; start higher", start = Short(*.start), start_value = Short(*.start_value), saddle_value = Short(*.saddle_value))]
    StartNotAbove {
        /// The start.
        start: f64,
        /// f there.
        start_value: f64,
        /// f at the top of the barrier.
        saddle_value: f64,
    },

    /// Between start and barrier f is above the barrier and does not decrease towards it.
    #[error(
        "near x = {position}, between start and barrier, f = {value} is above the barrier's {saddle_value} and does not decrease towards it: that maximum is the barrier; give its top as the saddle, or start beyond it", position = Short(*.position), value = Short(*.value), saddle_value = Short(*.saddle_value))]
    HigherGround {
        /// The position.
        position: f64,
        /// f there.
        value: f64,
        /// f at the point given as the top of the barrier.
        saddle_value: f64,
    },

    /// A run neither passed the barrier nor was trapped for certain.
    #[error(
        "{parameter} = {value} was not decided by time {time}: the ball was neither past the barrier nor provably trapped; take another value near it, or start nearer the barrier", value = Short(*.value), time = Short(*.time))]
    Undecided {
        /// `drag` or `beta`.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// The time at which the run was stopped; for an optimiser, the iteration.
        time: f64,
    },

    /// No value of a parameter separates escape from capture.
    #[error("every {parameter} from {low} to {high} {outcome}: there is no critical value between them", low = Short(*.low), high = Short(*.high))]
    NoCritical {
        /// `drag` or `beta`.
        parameter: &'static str,
        /// The start of the search.
        low: f64,
        /// The end of the search.
        high: f64,
        /// `escapes` or `is trapped`.
        outcome: &'static str,
    },

    /// Newton's method found no critical point near the one given.
    #[error(
        "no critical point was found near the {what}, where the gradient has the size {gradient:e}; give a point nearer to it"
    )]
    NoCriticalPoint {
        /// `minimum` or `saddle`.
        what: &'static str,
        /// The size of the gradient at the point that was given.
        gradient: f64,
    },

    /// A critical point is not of the kind that was asked for.
    #[error(
        "the critical point near the {what} has {found} directions of negative curvature, where a {what} has {expected}; give a point nearer to the {what}"
    )]
    WrongIndex {
        /// `minimum` or `saddle`.
        what: &'static str,
        /// 0 or 1.
        expected: usize,
        /// The directions that were found.
        found: usize,
    },

    /// A critical point has a curvature of zero, for which the rates of harmonic wells and saddles do not hold.
    #[error(
        "the {what} has the curvature {curvature:e} in one direction, which is flat: the rates need a {what} that is quadratic; count the escapes of an ensemble instead"
    )]
    Flat {
        /// `minimum` or `saddle`.
        what: &'static str,
        /// The curvature.
        curvature: f64,
    },

    /// The saddle is not above the minimum.
    #[error(
        "f is {minimum_value} at the minimum and {saddle_value} at the saddle: there is no barrier between them; give a saddle that is higher", minimum_value = Short(*.minimum_value), saddle_value = Short(*.saddle_value))]
    NoBarrier {
        /// f at the minimum.
        minimum_value: f64,
        /// f at the saddle.
        saddle_value: f64,
    },

    /// Behind the minimum f does not rise as high as needed.
    #[error(
        "behind the minimum f does not rise to {level} before x = {position}: there is no well to keep a ball; take the saddle on that side, or a potential with a wall", level = Short(*.level), position = Short(*.position))]
    NoWall {
        /// The value that f should reach.
        level: f64,
        /// The farthest position that was tried.
        position: f64,
    },

    /// The target is not on the other side of the saddle.
    #[error(
        "along the unstable direction of the saddle the minimum lies at {minimum} and the target at {target}, which should be on different sides of it; give a target beyond the saddle", minimum = Short(*.minimum), target = Short(*.target))]
    NotBeyond {
        /// The place of the minimum along that direction, from the saddle.
        minimum: f64,
        /// The place of the target.
        target: f64,
    },

    /// From the target a ball may come back over the saddle.
    #[error(
        "the target is {depth} temperatures below the saddle, and {needed} are needed for a ball not to come back; give a target deeper in the next well, or a lower temperature", depth = Short(*.depth))]
    TooNearTheTop {
        /// (f(saddle) − f(target))/T.
        depth: f64,
        /// The least depth.
        needed: f64,
    },
}
