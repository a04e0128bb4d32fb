//! The optimiser against heavyball's own runs, its state, and candle's own test of its optimisers.

mod failures;
mod half;
mod iterates;
mod linear_regression;
mod restored;
mod support;
