//! Conventions: gradient descent with momentum as the frameworks write it, and the way to Sutskever's form.
//!
//! Every framework keeps a parameter y and a buffer b, and steps, with g = ∇f(y),
//!
//! > b₊ = μb + cg,  y₊ = y + σb₊ (momentum),  y₊ = y + σμb₊ − ηg (Nesterov).
//!
//! Its velocity is v = σb, its rate α = −σc, its decay β = μ, and a Nesterov parameter is the look-ahead
//! point y = x + βv: with these, it is v₊ = βv − α∇f, x₊ = x + v₊ to the last digit (derivation (46)). η is
//! the learning rate, τ the dampening.
//!
//! | [`Convention`] | its buffer | c | σ | α | y |
//! |---|---|---|---|---|---|
//! | `PyTorch`, `Burn` | b₊ = μb + (1 − τ)g, at the first step b₊ = g | 1 − τ | −η | η(1 − τ) | x + βv |
//! | `Mlx` | b₊ = μb + (1 − τ)g from b = 0 | 1 − τ | −η | η(1 − τ) | x + βv |
//! | `Optax` | b₊ = μb + g | 1 | −η | η | x + βv |
//! | `Keras` | b₊ = μb − ηg | −η | 1 | η | x + βv |
//! | `FluxMomentum` | b₊ = μb + ηg | η | −1 | η | x |
//! | `FluxNesterov` | b₊ = μb − ηg | −η | 1 | η | x + βv |
//! | `ExponentialAverage` | b₊ = μb − (1 − μ)g | −(1 − μ) | η | η(1 − μ) | x |
//! | `TwoStep` | the point before, x − v | | | η | x |
//! | `Sutskever` | b₊ = μb − ηg | −η | 1 | η | x |
//!
//! Read off the sources: PyTorch `torch/optim/sgd.py`; Optax 0.2.8 `transforms/_accumulation.py`; Keras 3.15
//! `optimizers/sgd.py`; Optimisers.jl `rules.jl`; MLX `optimizers.py`; burn `optim/momentum.rs`; HIPS autograd
//! `misc/optimizers.py`. PyTorch, Optax and Keras are checked against recorded runs (tests/data).

mod convention;
mod error;
mod form;
mod run;
mod sgd;
mod state;

pub use convention::Convention;
pub use error::FrameworkError;
pub use form::SutskeverForm;
pub use run::{RateChange, SgdRun};
pub use sgd::Sgd;
pub use state::SgdState;
