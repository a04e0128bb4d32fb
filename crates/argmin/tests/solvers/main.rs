//! The solvers against heavyball's own runs, on the same functions.

mod ball;
mod checkpoints;
mod evaluations;
mod failures;
mod iterates;
mod observed;
mod parameters;
mod potentials;
mod problems;
mod terminations;
