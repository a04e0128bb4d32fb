//! Adaptive rules as the frameworks write them, and the ball that each is: Derivation (78), (79).

mod ball;
mod numbers;
mod recorded;
mod refusals;
