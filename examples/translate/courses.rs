//! Schedules of the learning rate as frameworks call them, and how they differ.

use crate::choices::{Choice, System};

/// A schedule of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Course {
    WarmUpCosine,
    Cosine,
    Restarts,
    OneCycle,
    Exponential,
    Step,
    MultiStep,
    Polynomial,
}

pub(crate) const COURSES: [Choice<'_, Course>; 8] = [
    (
        Course::WarmUpCosine,
        &["warm-up-cosine"],
        "a rise from 0, and a cosine to 0",
    ),
    (Course::Cosine, &["cosine"], ""),
    (Course::Restarts, &["cosine-restarts"], ""),
    (Course::OneCycle, &["one-cycle"], ""),
    (Course::Exponential, &["exponential"], ""),
    (Course::Step, &["step"], "a factor every n iterations"),
    (
        Course::MultiStep,
        &["multi-step"],
        "a factor at given iterations",
    ),
    (Course::Polynomial, &["polynomial"], "a line at power 1"),
];

/// What the schedule is in a system, and what is different there; `None` where its rate is set by hand.
///
/// n is a number of iterations, w that of a warm-up, r a factor, p a power.
pub(crate) fn called(course: Course, system: System) -> Option<&'static str> {
    let calls = match course {
        Course::WarmUpCosine => [
            "LambdaLR with k/w, then (1 + cos(π(k − w)/n))/2; LinearLR refuses to start at 0",
            "warmup_cosine_decay_schedule(0, lr, w, w + n): its decay_steps hold the warm-up too",
            "CosineDecay(0.0, n, warmup_target=lr, warmup_steps=w), in float32",
            "join_schedules([linear_schedule(0, lr, w), cosine_decay(lr, n)], [w])",
        ],
        Course::Cosine => [
            "CosineAnnealingLR(optimizer, n): after n it rises again",
            "cosine_decay_schedule(lr, n): after n it stays",
            "CosineDecay(lr, n): after n it stays; in float32",
            "cosine_decay(lr, n): after n it stays",
        ],
        Course::Restarts => [
            "CosineAnnealingWarmRestarts(optimizer, n, T_mult): T_mult is a whole number, 1 by default",
            "sgdr_schedule, with the arguments of each cosine",
            "CosineDecayRestarts(lr, n, t_mul, m_mul): t_mul is 2 by default, and m_mul lowers each cosine",
            "cannot be carried over as one call; join_schedules of cosine_decay, one for each restart",
        ],
        Course::OneCycle => [
            "OneCycleLR(optimizer, max_lr=lr, total_steps=n): the peak at step 0.3n − 1, the end at n − 1, and the momentum \
             goes the other way",
            "cosine_onecycle_schedule(n, lr): the peak at step 0.3n, the end at n, and the momentum stays",
            "cannot be carried over: there is none; write a LearningRateSchedule",
            "cannot be carried over: there is none; give the optimizer a function of the step",
        ],
        Course::Exponential => [
            "ExponentialLR(optimizer, r): a factor for each call of scheduler.step()",
            "exponential_decay(lr, n, r): a factor for each n steps",
            "ExponentialDecay(lr, n, r): a factor for each n steps",
            "exponential_decay(lr, r): a factor for each step",
        ],
        Course::Step => [
            "StepLR(optimizer, n, r)",
            "exponential_decay(lr, n, r, staircase=True)",
            "ExponentialDecay(lr, n, r, staircase=True)",
            "step_decay(lr, r, n)",
        ],
        Course::MultiStep => [
            "MultiStepLR(optimizer, [n, ..], r)",
            "piecewise_constant_schedule(lr, {n: r, ..})",
            "PiecewiseConstantDecay([n − 1, ..], [lr, lr·r, ..]): it changes one step after its boundary",
            "cannot be carried over as one call; join_schedules of constant functions",
        ],
        Course::Polynomial => [
            "PolynomialLR(optimizer, n, p): always to 0",
            "polynomial_schedule(lr, end, p, n)",
            "PolynomialDecay(lr, n, end, p): its end is 1e-4 by default",
            "linear_schedule(lr, end, n); cannot be carried over for another power",
        ],
    };
    let [pytorch, optax, keras, mlx] = calls;
    match system {
        System::Pytorch => Some(pytorch),
        System::Optax => Some(optax),
        System::Keras => Some(keras),
        System::Mlx => Some(mlx),
        _ => None,
    }
}
