//! What does momentum do that gradient descent does not, and which particle is it?
//!
//! The runs of the lecture, 100 iterations each: a quartic with a flat saddle before its minimum, a
//! double well with starts on, beside and off its ridge, and the particle behind (α, β).
//!
//! `cargo run --release --example lecture -- --out DIR` writes, each with the question it answers:
//!
//! - `quartic.csv`, `quartic_landscape.png`, `quartic_iterates.png`: who gets over the saddle?
//! - `double_well.csv`, `double_well_momentum.png`, `double_well_nesterov.png`: which well, and how?
//! - `double_well_kick.png`: what does a small random kick do on the ridge?
//! - `particle.png`: how closely do the iterates follow their particle?
//!
//! In the CSV, parameters are written as they were given and iterates with 17 significant digits, which
//! read back to the same number. `kick` is the first velocity v₀, a displacement per iteration: 0, or
//! a number, or in two dimensions its components joined by a semicolon. `beta` is 0 for gradient
//! descent. Runs 0 to 3 of the double well are the lecture's, later ones are kicked off the ridge.
#![allow(clippy::print_stdout, reason = "an example prints its findings")]

mod double_well;
mod particle;
mod quartic;
mod run;
#[path = "../support/mod.rs"]
mod support;

use support::{Failure, Output};

fn main() -> Result<(), Failure> {
    let question =
        "What does momentum do that gradient descent does not, and which particle is it?";
    let Some(output) = Output::from_arguments("lecture", question)? else {
        return Ok(());
    };
    quartic::tell(&output)?;
    println!();
    double_well::tell(&output)?;
    println!();
    particle::tell(&output)
}
