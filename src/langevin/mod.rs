//! Langevin: the heavy ball in a warm bath, m ẍ = −∇f(x) − γẋ + √(2γT) ξ(t).
//!
//! ξ is white noise: drag takes energy out of the ball and noise puts it back, so that phases tend to the density of
//! Gibbs, exp(−(|p|²/2m + f(x))/T). T is the mean of p²/m of each coordinate, in the unit of f. Without noise it is the ball
//! of [`fixed_steps`](crate::fixed_steps).
//!
//! A method is named by its substeps, each the exact flow of a part: A is a drift x ← x + (τ/m)p, B is a kick
//! p ← p − τ∇f(x), and O is damping with noise, p ← e⁻ᶻp + √(mT(1 − e⁻²ᶻ)) N with z = γτ/m and N normal. A letter that
//! occurs twice has τ = Δt/2. Each costs one gradient a step. On f = kx²/2 with h = Δt, for any drag (equations (86) to (88)
//! of docs/derivation.md):
//!
//! | method | weak order | variance of x | variance of p | normal numbers a coordinate | without noise |
//! |---|---|---|---|---|---|
//! | [`Baoab`] | 2 | T/k | mT(1 − h²k/4m) | 1 | [`Obabo`](crate::Discretization::Obabo) |
//! | [`Aboba`] | 2 | T/k | mT/(1 − h²k/4m) | 1 | [`Leapfrog`](crate::Leapfrog) |
//! | [`Obabo`] | 2 | T/(k(1 − h²k/4m)) | mT | 2 | [`Obabo`](crate::Discretization::Obabo) |
//! | [`Boaob`] | 2 | T/(ku(1 − uh²k/4m)), u = 1/cosh(γh/2m) | equation (87) | 2 | [`Boaob`](crate::Discretization::Boaob) |
//! | [`StochasticSymplecticEuler`] | 1 | T/(k(1 − h²k/(4m − 2γh))) | mT/(1 − γh/2m − h²k/4m) | 1 | [`SymplecticEuler`](crate::SymplecticEuler) |
//! | [`EulerMaruyama`], no mass | 1 | T/(k(1 − hk/2γ)) | | 1 | [`GradientDescent`](crate::GradientDescent) |
//!
//! Use [`Baoab`] unless there is a reason. Its positions have the exact variance of every quadratic at any stable step, and
//! on other potentials an error of order Δt², and of order Δt⁴ in the limit of large drag.
//! Reference: B. Leimkuhler, C. Matthews, *Appl. Math. Res. Express* (2013) 34–56.
//!
//! [`Annealed`] lets the temperature depend on the step.
//!
//! The noise is that of [`Noise`](crate::noise::Noise), a function of (seed, member, step, coordinate): the same run
//! has the same bits alone, in an `Ensemble` ([`in_bath`](crate::ensemble::Ensemble::in_bath)), in a sweep and after a
//! restart.

mod aboba;
mod annealed;
mod baoab;
mod bath;
mod boaob;
mod euler_maruyama;
mod method;
mod obabo;
mod phases;
mod state;
mod symplectic_euler;

pub use aboba::{Aboba, AbobaStep};
pub use annealed::{Annealed, AnnealedStep};
pub use baoab::{Baoab, BaoabStep};
pub use bath::Langevin;
pub use boaob::{Boaob, BoaobStep};
pub use euler_maruyama::{EulerMaruyama, EulerMaruyamaStep};
pub use method::{LangevinMethod, LangevinStep};
pub use obabo::{Obabo, ObaboStep};
pub use phases::LangevinPhases;
pub use state::LangevinState;
pub use symplectic_euler::{StochasticEulerStep, StochasticSymplecticEuler};
