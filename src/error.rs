//! The one error type: a variant for each cause, with the numbers, saying what to do next.

use std::fmt;

/// A number as a message shows it: with an exponent where it would be a row of zeros.
pub(crate) struct Short(pub(crate) f64);

impl fmt::Display for Short {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let size = self.0.abs();
        // No number is as small as 0 without zeros after the point.
        if size != 0.0 && !(1e-4..1e16).contains(&size) && !size.is_nan() {
            return write!(out, "{:e}", self.0);
        }
        write!(out, "{}", self.0)
    }
}

/// Everything that can go wrong, each cause a variant of its own.
///
/// Numbers are carried as `f64` whatever scalar a run uses.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A parameter that must be positive and finite is not.
    #[error("{name} = {value} must be positive and finite{advice}", value = Short(*.value))]
    NotPositive {
        /// The parameter.
        name: &'static str,
        /// The value it was given.
        value: f64,
        /// What to use instead, if there is something.
        advice: &'static str,
    },

    /// A parameter that must be zero or positive, and finite, is not.
    #[error("{name} = {value} must be zero or positive, and finite{advice}", value = Short(*.value))]
    Negative {
        /// The parameter.
        name: &'static str,
        /// The value it was given.
        value: f64,
        /// What to use instead, if there is something.
        advice: &'static str,
    },

    /// A parameter is NaN or infinite.
    #[error("{name} = {value} must be finite", value = Short(*.value))]
    NotFinite {
        /// The parameter.
        name: &'static str,
        /// The value it was given.
        value: f64,
    },

    /// The decay β lies outside (−1, 1].
    #[error(
        "beta = {value} must satisfy -1 < beta <= 1: at 1 there is no drag, above it the drag would \
         push, at -1 or below every iterate overshoots for ever; 0.9 is a usual choice", value = Short(*.value))]
    BetaOutOfRange {
        /// The value it was given.
        value: f64,
    },

    /// The bounds of a range of curvatures are the wrong way round.
    #[error(
        "mu = {mu} is larger than l = {l}: mu is the smallest curvature, l the largest; swap them", mu = Short(*.mu), l = Short(*.l))]
    CurvaturesReversed {
        /// What was given as the smallest curvature.
        mu: f64,
        /// What was given as the largest.
        l: f64,
    },

    /// A schedule gave a coefficient that no rule can use.
    #[error("the schedule of {name} gives {value} at iteration {iteration}; it must be {range}", value = Short(*.value))]
    ScheduleOutOfRange {
        /// `alpha` or `beta`.
        name: &'static str,
        /// The iteration.
        iteration: usize,
        /// The value.
        value: f64,
        /// What it must be.
        range: &'static str,
    },

    /// A dampening that leaves no gradient, or is not finite.
    #[error(
        "dampening = {value} must be finite and below 1, for it leaves 1 - dampening of each gradient; 0 is PyTorch's default, 0.1 burn's", value = Short(*.value))]
    DampeningOutOfRange {
        /// The value it was given.
        value: f64,
    },

    /// A framework refuses, or silently ignores, such an optimiser.
    #[error(
        "{framework} refuses momentum {momentum}, dampening {dampening}, nesterov {nesterov}: {reason}", momentum = Short(*.momentum), dampening = Short(*.dampening))]
    FrameworkRefuses {
        /// The framework.
        framework: &'static str,
        /// Momentum μ.
        momentum: f64,
        /// Dampening τ.
        dampening: f64,
        /// Whether Nesterov's variant was asked for.
        nesterov: bool,
        /// Why.
        reason: &'static str,
    },

    /// A convention has no Nesterov variant.
    #[error(
        "the {convention} has no Nesterov variant; translate to another convention, or leave Nesterov out"
    )]
    NoNesterovVariant {
        /// The convention.
        convention: &'static str,
    },

    /// A framework's iteration, or its first step, is no rule of Sutskever's form.
    #[error("{framework}'s iteration has no form v' = beta v - alpha g, x' = x + v': {reason}")]
    NoSutskeverForm {
        /// The framework.
        framework: &'static str,
        /// Why, and what to change.
        reason: &'static str,
    },

    /// A grid has more places than can be counted.
    #[error("a grid of {members:e} places cannot be counted; take fewer, or run parts of it")]
    TooManyMembers {
        /// How many it would be.
        members: f64,
    },

    /// A run was ended by its watch.
    #[error("the run was cancelled after {done} of {total} blocks")]
    Cancelled {
        /// Blocks that were finished.
        done: usize,
        /// All blocks of the run.
        total: usize,
    },

    /// A member of an ensemble cannot start.
    #[error("member {member}, counted from 0, cannot start: {cause}")]
    Member {
        /// The first that cannot.
        member: usize,
        /// What it would be told alone.
        cause: Box<Error>,
    },

    /// An ensemble has no such member.
    #[error("there is no member {member}: the ensemble has {members}, counted from 0")]
    NoMember {
        /// The member that was asked for.
        member: usize,
        /// How many there are.
        members: usize,
    },

    /// A coordinate is to be watched that the positions have not.
    #[error(
        "there is no coordinate {coordinate}: the positions have {dimension}, counted from 0; name one of these"
    )]
    NoCoordinate {
        /// The coordinate that was named.
        coordinate: usize,
        /// How many there are.
        dimension: usize,
    },

    /// There is no room for the rows of a run.
    #[error(
        "{rows} rows of {members} members do not fit in memory; take them farther apart, or keep what they are for by an Observer", rows = Short(*.rows))]
    TooManyRows {
        /// How many rows it would be.
        rows: f64,
        /// Members of a row.
        members: usize,
    },

    /// More successes were counted than trials.
    #[error(
        "{successes} of {trials} is no proportion: a trial succeeds once or not at all; look whether the two are swapped"
    )]
    MoreThanAll {
        /// What was counted.
        successes: usize,
        /// Of how many.
        trials: usize,
    },

    /// A component of a vector that was handed in is NaN or infinite.
    #[error("component {component} of the {name} is {value}; every component must be finite", value = Short(*.value))]
    NonFiniteComponent {
        /// Which vector.
        name: &'static str,
        /// Index of the first component that is not finite.
        component: usize,
        /// That component.
        value: f64,
    },

    /// A vector or matrix has no components.
    #[error("the {name} is empty; it needs at least one component")]
    Empty {
        /// What is empty.
        name: &'static str,
    },

    /// Two lengths that must agree do not.
    #[error("the {name} has {found} components where {expected} are needed")]
    DimensionMismatch {
        /// The vector or matrix that does not fit.
        name: &'static str,
        /// The length that is needed.
        expected: usize,
        /// The length that was found.
        found: usize,
    },

    /// A matrix that must be symmetric is not.
    #[error(
        "the matrix is not symmetric: entry ({row}, {column}) is {upper} but ({column}, {row}) is \
         {lower}; use (A + Aᵀ)/2, which has the same quadratic form", upper = Short(*.upper), lower = Short(*.lower))]
    AsymmetricMatrix {
        /// Row of the first pair that differs.
        row: usize,
        /// Column of that pair.
        column: usize,
        /// Entry above the diagonal.
        upper: f64,
        /// Entry below the diagonal.
        lower: f64,
    },

    /// A row of a table is shorter or longer than the first.
    #[error(
        "row {row} of the features has {found} entries where {expected} are needed; rows count from 0"
    )]
    RaggedRow {
        /// Index of the first row that differs.
        row: usize,
        /// The length that is needed.
        expected: usize,
        /// The length that was found.
        found: usize,
    },

    /// An entry of a table is NaN or infinite.
    #[error(
        "the feature in row {row}, column {column} is {value}, both counted from 0; every entry must be finite: fill gaps, or leave the row out", value = Short(*.value))]
    NonFiniteEntry {
        /// Row of the first entry that is not finite.
        row: usize,
        /// Its column.
        column: usize,
        /// That entry.
        value: f64,
    },

    /// A column has no spread to be standardised by.
    #[error(
        "every entry of column {column}, counted from 0, is {value}: it has no spread to divide by and tells no rows apart; leave it out, and add an intercept after standardising", value = Short(*.value))]
    ConstantColumn {
        /// The column.
        column: usize,
        /// Its one value.
        value: f64,
    },

    /// The squares of a table leave the range of the numbers.
    #[error(
        "the spread of the features leaves the range of the numbers: the largest entry of column {column}, counted from 0, is {largest:e} in size; measure that column in other units"
    )]
    FeaturesTooLarge {
        /// The column.
        column: usize,
        /// Its largest entry, in absolute value.
        largest: f64,
    },

    /// The potential's gradient is NaN or infinite at a moderate position.
    #[error(
        "the gradient is not finite at step {step} (time {time}), where the largest component of \
         the position is {position:e} in size; compare it with its function by check_gradient there", time = Short(*.time))]
    NonFiniteGradient {
        /// Steps completed before the gradient failed.
        step: usize,
        /// Time of the evaluation; for an optimiser, the iteration.
        time: f64,
        /// Largest component of the position there, in absolute value; of the state, momentum
        /// included, from an adaptive method.
        position: f64,
    },

    /// The run left the range of the numbers.
    #[error(
        "the run diverged: the state after step {step} (time {time}) is not finite, the largest \
         component of the position before it was {position:e} in size; use a smaller step or rate", time = Short(*.time))]
    Diverged {
        /// The step whose result is not finite; the iterate before it was the last finite one.
        step: usize,
        /// Time at the end of that step; for an optimiser, the iteration.
        time: f64,
        /// Largest component of the last finite position, in absolute value.
        position: f64,
    },

    /// A fixed step would need more steps than can be stored or counted.
    #[error(
        "a step of {dt} over a span of {span} takes {steps:e} steps, more than the limit of \
         {limit:e}; use a larger step, a shorter span, or iterate without storing", dt = Short(*.dt), span = Short(*.span))]
    TooManySteps {
        /// The step.
        dt: f64,
        /// Length of the span.
        span: f64,
        /// Steps that it would take.
        steps: f64,
        /// Steps allowed.
        limit: f64,
    },

    /// The adaptive solver used up its steps before the end of the span.
    #[error(
        "the solver used {steps} steps and reached only time {time}; loosen the tolerances, \
         shorten the span, or allow more by with_max_steps", time = Short(*.time))]
    StepsExhausted {
        /// Steps taken.
        steps: u32,
        /// Time reached.
        time: f64,
    },

    /// The adaptive solver's step fell below the spacing of the numbers.
    #[error(
        "the solver's step size underflowed at time {time}: the solution is singular there or the \
         tolerances are below what f64 can resolve; loosen them or end the span earlier", time = Short(*.time))]
    StepSizeUnderflow {
        /// Time reached.
        time: f64,
    },

    /// The adaptive solver found the system stiff.
    #[error(
        "the system is stiff near time {time} for an explicit Runge-Kutta method; for a ball use Leapfrog or \
         CentralLeapfrog, whose drag is stable at any step, or GradientFlow if the mass is tiny; any other \
         system is followed by Dop853 without_stiffness_test, in many small steps", time = Short(*.time))]
    Stiff {
        /// Time reached.
        time: f64,
    },

    /// A time was asked for that the trajectory does not cover.
    #[error("time {time} lies outside the span from {start} to {end}", time = Short(*.time), start = Short(*.start), end = Short(*.end))]
    TimeOutsideSpan {
        /// The time asked for.
        time: f64,
        /// First time of the span.
        start: f64,
        /// Last time of the span.
        end: f64,
    },

    /// A composition was asked for over a method that is not symmetric.
    #[error(
        "{method} is not symmetric, and a composition over it would drop to order 1; compose over \
         Leapfrog or CentralLeapfrog"
    )]
    NotSymmetric {
        /// The base method.
        method: &'static str,
    },

    /// A method's coefficients have a pole at this step.
    #[error(
        "{method} has no step of {dt} at mass {mass} and drag {drag}: z = drag·dt/mass = {z} must \
         lie above {pole}; reduce dt, or use a method with exact damping such as Leapfrog", dt = Short(*.dt), mass = Short(*.mass), drag = Short(*.drag), z = Short(*.z), pole = Short(*.pole))]
    StepPole {
        /// The method.
        method: &'static str,
        /// The step, negative inside a composition or backward in time.
        dt: f64,
        /// The ball's mass.
        mass: f64,
        /// The ball's drag.
        drag: f64,
        /// z = γΔt/m.
        z: f64,
        /// The pole that z must stay above.
        pole: f64,
    },

    /// A particle and step that a discretisation cannot turn into a stable (α, β).
    #[error(
        "{discretization} maps mass {mass}, drag {drag} and dt {dt} to beta = {beta}, outside \
         (-1, 1]; {advice}", mass = Short(*.mass), drag = Short(*.drag), dt = Short(*.dt), beta = Short(*.beta))]
    OutsideMapping {
        /// The discretisation.
        discretization: &'static str,
        /// The ball's mass.
        mass: f64,
        /// The ball's drag.
        drag: f64,
        /// The step.
        dt: f64,
        /// The decay that it would give.
        beta: f64,
        /// Which parameter to change, and to what.
        advice: String,
    },

    /// An (α, β) that no particle has under this discretisation and gauge.
    #[error(
        "alpha = {alpha}, beta = {beta} is no particle under {discretization} with {gauge}; {advice}", alpha = Short(*.alpha), beta = Short(*.beta))]
    NoParticle {
        /// The discretisation.
        discretization: &'static str,
        /// The gauge, with its value.
        gauge: String,
        /// The learning rate.
        alpha: f64,
        /// The decay.
        beta: f64,
        /// Which parameter to change.
        advice: &'static str,
    },

    /// The point that was given as a barrier's top is none.
    #[error(
        "the gradient at the saddle {saddle} is {gradient:e}, so it is no critical point; give the place where the gradient is zero to full accuracy", saddle = Short(*.saddle))]
    NotCritical {
        /// The point that was given.
        saddle: f64,
        /// The gradient there.
        gradient: f64,
    },

    /// A ball that starts at rest no higher than the barrier cannot pass it.
    #[error(
        "the start {start} has f = {start_value}, not above the barrier's {saddle_value}: a ball released there never passes, whatever the drag; start higher", start = Short(*.start), start_value = Short(*.start_value), saddle_value = Short(*.saddle_value))]
    StartNotAbove {
        /// The start.
        start: f64,
        /// f there.
        start_value: f64,
        /// f at the top of the barrier.
        saddle_value: f64,
    },

    /// The ground between start and barrier is higher than the barrier and does not fall towards it.
    #[error(
        "near x = {position}, between start and barrier, f = {value} is above the barrier's {saddle_value} and does not fall towards it: that hill is the barrier; give its top as the saddle, or start beyond it", position = Short(*.position), value = Short(*.value), saddle_value = Short(*.saddle_value))]
    HigherGround {
        /// Where.
        position: f64,
        /// f there.
        value: f64,
        /// f at the point that was given as the barrier's top.
        saddle_value: f64,
    },

    /// A run neither passed the barrier nor was trapped.
    #[error(
        "{parameter} = {value} was not decided by time {time}: the ball was neither past the barrier nor provably trapped; take another value near it, or start nearer the barrier", value = Short(*.value), time = Short(*.time))]
    EscapeUndecided {
        /// `drag` or `beta`.
        parameter: &'static str,
        /// Its value.
        value: f64,
        /// When the run was given up; for an optimiser, the iteration.
        time: f64,
    },

    /// No value of a parameter separates escape from capture.
    #[error("every {parameter} from {low} to {high} {outcome}: there is no critical one between", low = Short(*.low), high = Short(*.high))]
    NoCritical {
        /// `drag` or `beta`.
        parameter: &'static str,
        /// Where the search began.
        low: f64,
        /// Where it ended.
        high: f64,
        /// `escapes` or `is trapped`.
        outcome: &'static str,
    },

    /// A derivative of a run overflowed where the run itself did not.
    #[error(
        "the Jacobian has an entry {entry}: the run is finite but its derivative is not; take fewer steps, or look whether the potential is smooth there", entry = Short(*.entry))]
    JacobianNotFinite {
        /// The entry.
        entry: f64,
    },

    /// An event's root function is NaN.
    #[error(
        "the event's function is not a number at time {time}: it must be defined along the whole run, for every coordinate it names", time = Short(*.time))]
    EventNotANumber {
        /// When it was asked.
        time: f64,
    },

    /// A family of runs is too small to show an order.
    #[error(
        "a study over {found} values of {name} cannot show an order: give at least 3, better 5 or more, \
         each half of the one before"
    )]
    TooFewSteps {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Values that were given.
        found: usize,
    },

    /// Two runs of a family have the same parameter.
    #[error("{name} = {value} is given twice; the values of a study must differ", value = Short(*.value))]
    RepeatedStep {
        /// The parameter that tends to zero.
        name: &'static str,
        /// The value that is repeated.
        value: f64,
    },

    /// A study's run left an error that is not a number.
    #[error(
        "the error at {name} = {parameter} is not finite: the run or its reference left the range of the \
         numbers; use a smaller {name} or a shorter span", parameter = Short(*.parameter))]
    ErrorNotFinite {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A run of a study had none of the times at which it is compared.
    #[error(
        "nothing was compared at {name} = {parameter}: the run has no time, after its start, that the study counts; use a smaller {name}, a longer span, or errors from an earlier time on", parameter = Short(*.parameter))]
    NothingCompared {
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A reference is no more accurate than what it is to measure.
    #[error(
        "the error in {what} at {name} = {parameter} is {error:.1e}, but the reference itself may be wrong by \
         {reference:.1e}: give a closed form, or leave out the smallest {name}", parameter = Short(*.parameter))]
    ReferenceTooCoarse {
        /// Position or velocity.
        what: &'static str,
        /// The reference's own error.
        reference: f64,
        /// The error measured with it.
        error: f64,
        /// The parameter that tends to zero.
        name: &'static str,
        /// Its value.
        parameter: f64,
    },

    /// A step of a study is unstable on a quadratic potential.
    #[error(
        "{method} is unstable at dt = {dt}: it multiplies the mode of curvature {curvature} by {growth} a step; {advice}", dt = Short(*.dt), curvature = Short(*.curvature), growth = Short(*.growth))]
    UnstableStep {
        /// What stepped.
        method: String,
        /// The step.
        dt: f64,
        /// The largest curvature of the potential.
        curvature: f64,
        /// The spectral radius of one step on that mode.
        growth: f64,
        /// The largest stable step, if there is one.
        advice: String,
    },

    /// A run was to stay within fewer gradients than its method can take.
    #[error(
        "{method} takes {needed} gradients at the least, more than the budget of {budget}; give it {needed} or more, or leave it out"
    )]
    BudgetTooSmall {
        /// The method.
        method: String,
        /// Gradients that were allowed.
        budget: usize,
        /// Those of one step, or of a run at the loosest tolerance.
        needed: usize,
    },

    /// A high-resolution equation was asked for that nobody has derived.
    #[error(
        "there is no high-resolution equation for the schedule with friction r = {friction}, only for r = 3; use Resolution::Low", friction = Short(*.friction))]
    NoHighResolution {
        /// The friction coefficient r.
        friction: f64,
    },

    /// A start without velocity was asked for where the problem has one.
    #[error(
        "the problem starts with speed {speed}, the scheme from rest; use Start::Matched, or a problem at rest", speed = Short(*.speed))]
    NotAtRest {
        /// |ẋ| at the start of the problem.
        speed: f64,
    },

    /// Data could not be written.
    #[error("{what} could not be written: {reason}; check that the place exists and has room")]
    Write {
        /// What was to be written.
        what: String,
        /// What the system said.
        reason: String,
    },

    /// Data could not be read.
    #[error("{what} could not be read: {reason}; check the name and the permissions")]
    Read {
        /// What was to be read.
        what: String,
        /// What the system said.
        reason: String,
    },

    /// A run that is under way has the checkpoint.
    #[error(
        "the checkpoint {path} is in use: another run holds {lock}; wait for it or end it, or name another file"
    )]
    CheckpointInUse {
        /// The checkpoint.
        path: String,
        /// The file beside it that is locked.
        lock: String,
    },

    /// A file that was named as a checkpoint is something else.
    #[error("{path} is no checkpoint of a sweep and was not touched; name another file")]
    NotACheckpoint {
        /// The file.
        path: String,
    },

    /// A checkpoint has another format.
    #[error(
        "the checkpoint {path} has format {found}, this version of heavyball reads format {read}; go on with the version that wrote it, or name another file"
    )]
    CheckpointVersion {
        /// The checkpoint.
        path: String,
        /// The version of its format.
        found: u32,
        /// The version that can be read.
        read: u32,
    },

    /// A checkpoint is not as it was written.
    #[error(
        "the checkpoint {path} is damaged: {found}; it was not touched: bring back a copy, or delete it to begin anew"
    )]
    CheckpointDamaged {
        /// The checkpoint.
        path: String,
        /// What was found.
        found: String,
    },

    /// A checkpoint belongs to another sweep.
    #[error(
        "the checkpoint {path} is that of another sweep: {what}; it was not touched: run that sweep, or name another file"
    )]
    OtherSweep {
        /// The checkpoint.
        path: String,
        /// The first difference.
        what: String,
    },

    /// A member that was computed again has other numbers than in the checkpoint.
    #[error(
        "number {number} of member {member} is {kept:?} in the checkpoint {path}, and {now:?} when computed again, both counted from 0: the potential, the observer or the reduction is another, or the machine; go on where the checkpoint was begun, or name another file"
    )]
    CheckpointDiffers {
        /// The checkpoint.
        path: String,
        /// The member.
        member: usize,
        /// Which of its numbers.
        number: usize,
        /// The number in the checkpoint.
        kept: f64,
        /// The number now.
        now: f64,
    },

    /// A figure could not be drawn or written.
    #[cfg(feature = "plot")]
    #[error(transparent)]
    Figure(#[from] heavyball_plot::Error),
}

impl Error {
    #[cfg(feature = "parallel")]
    pub(crate) fn of_member(member: usize, cause: Error) -> Self {
        Self::Member {
            member,
            cause: Box::new(cause),
        }
    }
}

/// Refuses a parameter that is not positive and finite.
pub(crate) fn positive<T: crate::Number>(
    name: &'static str,
    value: &T,
    advice: &'static str,
) -> Result<(), Error> {
    if value.is_finite() && *value > T::zero() {
        return Ok(());
    }
    Err(Error::NotPositive {
        name,
        value: value.to_f64(),
        advice,
    })
}

/// Refuses a parameter that is negative or not finite.
pub(crate) fn nonnegative<T: crate::Number>(
    name: &'static str,
    value: &T,
    advice: &'static str,
) -> Result<(), Error> {
    if value.is_finite() && *value >= T::zero() {
        return Ok(());
    }
    Err(Error::Negative {
        name,
        value: value.to_f64(),
        advice,
    })
}

/// Refuses a parameter that is not finite.
pub(crate) fn finite<T: crate::Number>(name: &'static str, value: &T) -> Result<(), Error> {
    if value.is_finite() {
        return Ok(());
    }
    Err(Error::NotFinite {
        name,
        value: value.to_f64(),
    })
}
