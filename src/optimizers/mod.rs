//! Optimisers: update rules that turn iterate k into iterate k + 1.
//!
//! | rule | update | gradient evaluated at |
//! |---|---|---|
//! | [`GradientDescent`] | x₊ = x − α∇f(x) | x |
//! | [`Momentum`] | v₊ = βv − α∇f(x), x₊ = x + v₊ | x |
//! | [`Nesterov`] | v₊ = βv − α∇f(x + βv), x₊ = x + v₊ | x + βv |
//! | [`Accelerated`] | v₊ = βv − α∇f(x + ηv), x₊ = x + v₊ | x + ηv |
//! | [`OptimizedGradient`] | v₊ = a_k v − (a_k + b_k)∇f(x)/L, x₊ = x + v₊ − ∇f(x)/L | x |
//! | [`PreconditionedMomentum`] | v₊ = Bv − A∇f(x), x₊ = x + v₊, A and B matrices | x |
//! | [`TwoStepMomentum`] | x₊ = x + β(x − x₋) − α∇f(x) | x |
//! | [`ScheduledMomentum`], [`ScheduledNesterov`] | with α_k and β_k from a [`Schedule`] | x; x + β_k v |
//! | [`Restarted`] | another rule, and v₊ = 0 where a [`Restart`] is due | |
//! | [`Fire`] | a ball whose drag and step depend on its state: FIRE and FIRE 2.0 | x |
//! | [`RuleFromFn`] | at iteration k, the rule that a closure returns for k | |
//!
//! The state is an [`Iterate`] (x, v). Here the velocity v is the displacement of one iteration, not a length per time.
//! [`UpdateRule::iterates`] runs a rule. The forms that PyTorch, Keras and others use are in
//! [`frameworks`](crate::frameworks); Adam and its relatives in [`adaptive_rules`](crate::adaptive_rules).
//!
//! A rule is made by its constructor, which checks α and β. Its fields are public for reading; values assigned to them
//! are not checked.
//!
//! # Methods of the rules, by subject
//!
//! | subject | methods |
//! |---|---|
//! | the fastest (α, β) for curvatures in [μ, L] | [`GradientDescent::optimal`], [`Momentum::optimal`], [`Nesterov::standard`], [`Nesterov::optimal`] |
//! | the named points of the family with three coefficients, and their rates | [`Tuning`], [`Accelerated::quasi_hyperbolic`] |
//! | α and β that change with k | [`Momentum::scheduled`], [`Nesterov::scheduled`] |
//! | plain slices, in one thread or several | [`Momentum::update_slices`], [`Nesterov::update_slices`]; with the feature `parallel`, `update_slices_in_parallel` of both |
//! | mass, drag and step: [`mapping`](crate::mapping) | [`Momentum::from_heavy_ball`], [`Momentum::to_heavy_ball`], [`Momentum::rescaled`], the same of [`Nesterov`], [`GradientDescent::from_gradient_flow`] |
//! | mass and drag over time: [`mapping`](crate::mapping) | [`ScheduledMomentum::balls`], [`ScheduledNesterov::balls`] |
//! | convergence on quadratics: [`stability`](crate::study::stability) | [`Momentum::stability`], [`Momentum::stability_on`], the same of [`Nesterov`] and [`GradientDescent`]; [`Accelerated::rate_on`] |
//! | the particle followed: [`modified_equation`](crate::study::modified_equation) | [`Momentum::effective_particle`] |
//! | noise: [`temperature`](crate::study::temperature) | [`Momentum::temperature`], the same of [`Nesterov`], [`GradientDescent`] and [`Accelerated`] |
//! | energy | [`Momentum::lyapunov`], [`Momentum::lyapunov_descent`] |
//! | escape over a barrier: [`escape`](crate::study::escape) | [`Momentum::drag_over_root_mass`] |

mod accelerated;
mod coefficients;
mod error;
mod fire;
mod gradient_descent;
mod iterate;
mod iterates;
mod momentum;
mod named_tuning;
mod nesterov;
mod optimized_gradient;
mod preconditioned_momentum;
mod restart;
mod rule_from_fn;
mod schedule;
mod slices;
mod tuning;
mod two_step_momentum;
mod update_rule;
mod workspace;

pub use accelerated::Accelerated;
pub(crate) use coefficients::check_decay;
pub use error::RuleError;
pub use fire::{Fire, FireRun, FireState};
pub use gradient_descent::GradientDescent;
pub use iterate::{Iterate, IterateIn};
pub use iterates::Iterates;
pub use momentum::Momentum;
pub use named_tuning::Tuning;
pub use nesterov::Nesterov;
pub use optimized_gradient::OptimizedGradient;
pub use preconditioned_momentum::PreconditionedMomentum;
pub use restart::{Restart, Restarted, RestartedRun};
pub use rule_from_fn::RuleFromFn;
pub use schedule::{
    Cosine, CosineRestarts, ExponentialDecay, MultiStep, NesterovSchedule, OneCycle, PerEpoch,
    Polynomial, Schedule, ScheduledMomentum, ScheduledNesterov, StepDrop, SutskeverSchedule,
    WarmUp,
};
pub(crate) use tuning::check_bounds;
pub use two_step_momentum::TwoStepMomentum;
pub use update_rule::UpdateRule;
pub use workspace::Workspace;
pub(crate) use workspace::workspace;
