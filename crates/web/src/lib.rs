//! What the page `docs/play/index.html` calls: the library, by plain numbers.
//!
//! | module | |
//! |---|---|
//! | [`scene`], [`functions`] | the calls themselves, exported by wasm-bindgen |
//! | [`landscape`], [`formula`] | the functions that are minimised; one's own, with its gradient by dual numbers |
//! | [`choice`] | rules, discretisations and gauges by name |
//! | [`path`], [`motion`] | the iterates; the ball and the particle that the iterates follow |
//! | [`bath`] | the noise of a temperature, as the ball and as a rule feel it |
//! | [`mapping`], [`stability`], [`order`] | (α, β) ↔ (m, γ, Δt); multipliers; the measured order |
//! | [`critical`], [`barrier`] | minima and other critical points in view; the lowest way out of a well |
//! | [`cloud`], [`gibbs`], [`escape`] | many balls; the density that they tend to; the share that leaves the bad well |
//!
//! No step of an optimiser or of an integrator is written here or in JavaScript: all are the library's, so the page
//! shows its numbers to the bit. Only the exponentials and sines of a browser may differ in the last digit.

pub mod barrier;
pub mod bath;
pub mod choice;
pub mod cloud;
pub mod critical;
pub mod error;
pub mod escape;
pub mod formula;
pub mod functions;
pub mod gibbs;
pub mod landscape;
pub mod mapping;
pub mod motion;
pub mod order;
pub mod path;
pub mod scene;
pub mod stability;
pub mod table;
