//! Ensembles: many members advanced at once, each bit-identical to running it alone.
//!
//! | | |
//! |---|---|
//! | [`Ensemble::from_positions`] | one rule, many initial positions |
//! | [`Ensemble::from_rules`] | many rules, an initial position each: a sweep over (α, β) |
//! | [`Ensemble::from_phases`] | one ball and one integrator, many initial phases |
//! | [`Ensemble::from_balls`] | many balls, an initial phase each: a sweep over (m, γ) or Δt |
//! | [`Ensemble::from_adaptive_positions`], [`Ensemble::from_adaptive_rules`] | Adam and its relatives |
//! | [`Ensemble::in_bath`] | one ball in a warm bath, from many initial phases; each member has its own noise |
//! | [`Grid`], [`Random`] | positions on a grid; reproducible uniform positions and normal kicks |
//! | [`Ensemble::after`], [`Ensemble::observe`], [`Ensemble::every`] | the last states; with a record of each; every n-th state |
//! | [`SettlingTime`], [`FirstPassage`], [`Observer`] | the step at which a member settles or passes a level; your own |
//! | [`Moments`], [`Histogram`] | the mean and covariance, and the density, over the steps of all members |
//! | [`Autocorrelation`] | how long a member remembers |
//! | [`Sweep`](crate::sweep::Sweep) | a run of hours that resumes from a checkpoint file |
//! | `progress_bar` | a progress bar in the terminal, with the feature `progress` |
//! | [`Run::basins`] | the minimum that each member reached |
//! | [`Proportion`] | a proportion of independent trials, with Wilson's interval |
//! | [`EventRate`] | a rate of events, with Poisson's interval; the inverse of a mean time to wait |
//!
//! The members are stored side by side in blocks of [`MEMBERS`]. The step of one member is inlined into the loop over
//! them, which is compiled once for each of the [`Instructions`]; the threads of rayon share the blocks. Neither
//! changes any bit of a result: nothing is summed over members, and no member reads another. A member that diverges is
//! marked; [`Ensemble::failure`] gives the reason.
//!
//! A potential runs fast if its gradient has no branches and calls no functions: write `x * x * x`, not `x.powi(3)`,
//! and let `if a { x } else { y }` choose between values that are both cheap to compute. `f64::sin`, `f64::exp` and
//! branches cost as much as they do for a single member; [`elementary`](crate::elementary) has functions without branches.

mod adaptive_rules;
mod autocorrelation;
mod balls;
#[cfg(feature = "progress")]
mod bar;
mod bath;
mod block;
mod dynamics;
mod error;
mod event_rate;
mod evolution;
mod first_passage;
mod grid;
mod histogram;
mod instructions;
mod members;
mod moments;
mod observer;
mod progress;
mod proportion;
mod random;
mod rows;
mod rules;
mod run;
mod state;
mod stepper;

pub use adaptive_rules::ByAdaptiveRule;
pub use autocorrelation::{Autocorrelation, Correlations, LagSums};
#[cfg(feature = "progress")]
pub use bar::progress_bar;
pub use bath::ByLangevin;
pub use block::MEMBERS;
pub use error::EnsembleError;
pub use event_rate::EventRate;
pub use first_passage::{FirstPassage, PastLevel, When};
pub use grid::Grid;
pub use histogram::{Counts, Histogram};
pub use instructions::Instructions;
pub use members::Ensemble;
pub use moments::{MomentSummary, MomentSums, Moments};
pub use observer::{NoObserver, Observer, SettlingTime};
pub use progress::Progress;
pub(crate) use progress::{Watch, report};
pub use proportion::Proportion;
pub use random::Random;
pub use run::Run;
pub use state::{Parts, State};
pub use stepper::{ByRule, ByStep, Stepper};
