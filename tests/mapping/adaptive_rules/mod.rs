//! Adaptive rules as the frameworks write them, and the ball that each is: Derivation (70), (71).

mod ball;
mod numbers;
mod recorded;
mod refusals;
