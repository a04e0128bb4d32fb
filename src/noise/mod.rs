//! Noise: random numbers that are functions of their place, so that no order of computation changes them.
//!
//! | | |
//! |---|---|
//! | [`Noise`], [`Place`] | the words, uniform and normal numbers of (seed, member, step, coordinate) |
//!
//! A generator with a state gives its n-th number after n − 1 others, so a run depends on who drew before it. Here each
//! number is computed from its four names alone: a member has the same noise alone as in an ensemble, in any number of
//! threads, in a shard, after a restart, and on every machine.

mod block;
mod normal;
mod place;

pub use place::{Noise, Place};
