//! Adaptive steps for the heavy ball, by methods that treat its drag exactly.
//!
//! | method | order | gradients per step | for |
//! |---|---|---|---|
//! | [`Adaptive`] | 8 or 12, and collocation where drag rules | | any ball |
//! | [`Nystrom8`] | 8(6) | 8 | a ball that swings |
//! | [`Nystrom12`] | 12(10) | 17 | the same, at tolerances below 1e-10 |
//!
//! The adaptive methods for any first-order system, [`Rk45`](crate::Rk45) and [`Dop853`](crate::Dop853), are in
//! [`ode`](crate::ode), and so is the loop that takes the steps of all of them.

mod adaptive;
pub(crate) mod adaptive_choice;
pub(crate) mod ball_piece;
pub(crate) mod ball_steps;
mod collocation;
mod collocation_weights;
pub(crate) mod nystrom;
mod nystrom12;
mod nystrom12_dense;
mod nystrom12_table;
mod nystrom8;
mod nystrom8_dense;
mod nystrom8_table;
mod nystrom_table;

pub use adaptive::Adaptive;
pub use nystrom8::Nystrom8;
pub(crate) use nystrom8_table::Rkn86;
pub use nystrom12::Nystrom12;
pub(crate) use nystrom12_table::Rkn1210;
