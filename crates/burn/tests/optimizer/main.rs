//! The optimiser against heavyball's own runs and burn's own optimiser, its record, and clipping by the norm of all gradients.

mod burns_own;
mod clipping;
mod devices;
mod iterates;
mod refusals;
mod restored;
mod support;
