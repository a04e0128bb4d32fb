//! Two networks learn handwritten digits in candle: SGD, momentum, Nesterov's rule and AdamW, a learning rate ten times as large with and
//! without its ball, the edge of stability, and the temperature of minibatches.
//!
//! `cargo run --release -p heavyball-candle --example digits` takes a minute on two cores, and writes figure and CSV to
//! `target/digits-candle`. The results are discussed in docs/digits.md.
#![allow(clippy::print_stdout, reason = "the tables are the result")]

mod network;

use heavyball_digits::{Error, Extent, Study};
use std::path::Path;
use std::process::{Command, ExitCode};

/// candle reads it at each product of matrices; without it, it asks the system for the number of cores each time, by reading a file.
const THREADS: &str = "RAYON_NUM_THREADS";

fn main() -> Result<ExitCode, Error> {
    if std::env::var_os(THREADS).is_none() {
        // Runs are parallel, not the products of networks this small.
        let status = Command::new(std::env::current_exe()?)
            .env(THREADS, "1")
            .status()?;
        return Ok(if status.success() {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let study = run(Extent::WHOLE)?;
    println!("{study}");
    study.write(Path::new("target/digits-candle"))?;
    Ok(ExitCode::SUCCESS)
}

/// All experiments in candle.
pub(crate) fn run(extent: Extent) -> Result<Study, Error> {
    Study::run::<network::OfCandle>("candle", extent)
}
