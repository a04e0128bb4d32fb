//! Frameworks: momentum as PyTorch, Optax, Keras, Flux, MLX, burn and others write it, and its Sutskever form.
//!
//! A [`Convention`] is how a system writes momentum; an [`Sgd`] is one optimiser line of it, with learning rate and
//! momentum. `Sgd` translates to another convention, converts to the [`SutskeverForm`] and to a particle, and runs.
//!
//! Every framework stores a parameter y and a buffer b. With g = ∇f(y), learning rate η, momentum μ and dampening τ, a
//! step is
//!
//! > b₊ = μb + cg,  y₊ = y + σb₊ (momentum),  y₊ = y + σμb₊ − ηg (Nesterov).
//!
//! With velocity v = σb, learning rate α = −σc and decay β = μ, where the parameter of a Nesterov variant is the
//! look-ahead point y = x + βv, this is exactly v₊ = βv − α∇f, x₊ = x + v₊ (derivation (46)).
//!
//! | [`Convention`] | its buffer | c | σ | α | y with Nesterov |
//! |---|---|---|---|---|---|
//! | `PyTorch`, `Burn` | b₊ = μb + (1 − τ)g; in the first step b₊ = g | 1 − τ | −η | η(1 − τ) | x + βv |
//! | `Mlx` | b₊ = μb + (1 − τ)g from b = 0 | 1 − τ | −η | η(1 − τ) | x + βv |
//! | `Optax` | b₊ = μb + g | 1 | −η | η | x + βv |
//! | `Keras` | b₊ = μb − ηg | −η | 1 | η | x + βv |
//! | `FluxMomentum` | b₊ = μb + ηg | η | −1 | η | see `FluxNesterov` |
//! | `FluxNesterov` | b₊ = μb − ηg | −η | 1 | η | x + βv |
//! | `ExponentialAverage` | b₊ = μb − (1 − μ)g | −(1 − μ) | η | η(1 − μ) | no such variant |
//! | `TwoStep` | the previous point, x − v | | | η | x |
//! | `Sutskever` | b₊ = μb − ηg | −η | 1 | η | x |
//!
//! Without Nesterov's variant, y = x in every row.
//!
//! [`mapping`](crate::mapping) adds the conversion of an `Sgd` to a particle, [`Sgd::to_heavy_ball`], and its inverse,
//! [`Sgd::from_heavy_ball`].
//!
//! The formulas are taken from the sources: PyTorch `torch/optim/sgd.py`; Optax 0.2.8 `transforms/_accumulation.py`;
//! Keras 3.15 `optimizers/sgd.py`; Optimisers.jl `rules.jl`; MLX `optimizers.py`; burn `optim/momentum.rs`; HIPS
//! autograd `misc/optimizers.py`. PyTorch, Optax and Keras are also checked against recorded runs (tests/data).
//!
//! # Pitfalls
//!
//! - **Keras, Flux: a change of the learning rate keeps the velocity.** Their buffer is ±v. If the rate drops to a
//!   tenth, the old velocity persists and the iterate coasts on. PyTorch, Optax, MLX, burn and the exponential
//!   average store v/η up to sign, so v shrinks with the rate, and a tenfold *rate* makes the velocity jump tenfold. At
//!   a constant rate all agree. [`RateChange`] makes either group behave like the other.
//! - **PyTorch, burn: the first step is not dampened.** It sets b₊ = g instead of (1 − τ)g. This is Sutskever's run
//!   with α = η(1 − τ) from v₀ = −(ητ/μ)∇f(x₀), which [`Sgd::iterate`] returns. MLX dampens the first step as well.
//! - **burn: dampening 0.1 by default.** A learning rate copied from PyTorch, whose default is 0, is a tenth too small
//!   there.
//! - **Dampening without momentum.** With μ = 0, PyTorch and MLX use no buffer and ignore τ; burn still applies it.
//! - **Nesterov variants store the look-ahead point** y = x + βv, and report the loss there. [`Sgd::iterate`] gives
//!   x = y − βv.
//! - **Sign and scale of the buffer.** PyTorch's `momentum_buffer` is −v/η; Keras's `momentums` are v. Flux's
//!   `Momentum` stores −v and its `Nesterov` stores +v.
//! - **The same weight decay is another spring in Keras**, (1 − μ)λ instead of λ, because its decay is decoupled:
//!   [`WeightDecay`], derivation (61).
//! - **Clipping by norm** adds 10⁻⁶ to the norm in PyTorch and MLX, and not in Optax, Keras, Flux and burn; weight decay is
//!   added behind it in all of them: [`Clipping`].
//! - **Schedulers of the same name differ**: PyTorch's cosine rises again, Keras's steps come one iteration later; what each
//!   counts is in docs/frameworks.md, and [`Sgd::scheduled`] runs them.
//! - **The exponential average** takes steps (1 − μ) times as large at the same learning rate.
//! - **Combinations that are refused.** [`Sgd::new`] refuses what the framework itself refuses or silently ignores.

mod clipping;
mod convention;
mod error;
mod form;
mod line;
mod rate_change;
mod raw;
mod run;
mod scheduled;
mod sgd;
mod state;
mod step;
mod weight_decay;

pub use clipping::Clipping;
pub use convention::Convention;
pub use error::FrameworkError;
pub use form::SutskeverForm;
pub use rate_change::RateChange;
pub use run::SgdRun;
pub use scheduled::{ScheduledRun, ScheduledSgd};
pub use sgd::Sgd;
pub use state::SgdState;
pub use step::{Bound, SgdStep};
pub use weight_decay::WeightDecay;
