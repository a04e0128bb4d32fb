//! Two networks learn handwritten digits in burn: SGD, momentum, Nesterov's rule and AdamW, a learning rate ten times as large with and
//! without its ball, the edge of stability, and the temperature of minibatches.
//!
//! `cargo run --release --example digits` in `crates/burn` takes a minute on two cores once compiled, and writes figure and CSV to
//! `target/digits-burn`. The results are discussed in docs/digits.md.

mod network;

use heavyball_digits::{Error, Extent, Study};
use std::path::Path;

fn main() -> Result<(), Error> {
    let study = Study::run::<network::OfBurn>("burn", Extent::WHOLE)?;
    println!("{study}");
    study.write(Path::new("target/digits-burn"))
}
