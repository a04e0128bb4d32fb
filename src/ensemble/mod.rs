//! Ensembles: many balls at once, each with the bits that it would have alone.
//!
//! | | |
//! |---|---|
//! | [`Ensemble::of_iterates`] | one rule, many starts |
//! | [`Ensemble::of_rules`] | many rules, a start each: a sweep over (α, β) |
//! | [`Ensemble::of_phases`] | one ball and integrator, many starts |
//! | [`Ensemble::of_balls`] | many balls, a start each: a sweep over (m, γ) or Δt |
//! | [`Grid`], [`Random`] | starts on a grid; uniform starts and normal kicks, the same everywhere |
//! | [`Ensemble::after`], [`Ensemble::observe`], [`Ensemble::every`] | the last states; with a record of each; each n-th |
//! | [`SettlingTime`], [`FirstPassage`], [`Observer`] | records: when it settles, whether it passes, any of one's own |
//! | [`Sweep`](crate::sweep::Sweep) | hours of it, in a file from which a killed run goes on |
//! | `progress_bar` | a bar in the terminal, with the feature `progress` |
//! | [`Run::basins`] | which minimum each reached |
//! | [`Proportion`] | how many of many, with Wilson's interval |
//!
//! The members stand side by side in blocks of [`MEMBERS`], and the step of one ball is compiled into the loop over them, once for
//! each of the [`Instructions`]; the blocks are shared among the threads of rayon. Neither changes a bit of any result: there is no sum
//! over members, and a member never sees another. One that diverges is marked; [`Ensemble::failure`] says why.
//!
//! A potential runs fast if its gradient has no branches and calls no functions: `x * x * x` and not `x.powi(3)`, a selection
//! `if a { x } else { y }` of values and not of work. `sin`, `exp` and branches cost what they cost alone.

mod balls;
#[cfg(feature = "progress")]
mod bar;
mod block;
mod error;
mod grid;
mod members;
mod observer;
mod proportion;
mod random;
mod rules;
mod run;
mod stepper;

#[cfg(feature = "progress")]
pub use bar::progress_bar;
pub use block::{Instructions, MEMBERS};
pub use error::EnsembleError;
pub use grid::Grid;
pub use members::Ensemble;
pub(crate) use members::{Watch, look};
pub use observer::{FirstPassage, NoObserver, Observer, SettlingTime};
pub use proportion::Proportion;
pub use random::Random;
pub use run::{HasPosition, Progress, Run};
pub use stepper::{ByRule, ByStep, Stepper};
