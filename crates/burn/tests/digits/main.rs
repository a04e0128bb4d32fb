//! The example of the digits, short: the networks are right, and what theory says of their training holds.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails should stop where it fails"
)]

#[path = "../../../digits/tests/claims/mod.rs"]
mod claims;
#[path = "../../examples/digits/network.rs"]
mod network;

use heavyball_digits::{Extent, Study};
use network::OfBurn;
use std::path::Path;

#[test]
fn networks_are_those_of_the_reference() {
    claims::networks_are_those_of_the_reference::<OfBurn>();
}

/// One study for all claims, since it takes seconds; and once more, with the same bits.
#[test]
fn a_short_study() {
    let run = || Study::run::<OfBurn>("burn", Extent::SHORT).unwrap();
    let study = run();
    claims::momentum_follows_gradient_descent(&study);
    claims::the_same_ball_trains_alike(&study);
    claims::curvature_rises_to_the_edge(&study);
    claims::noise_is_a_temperature(&study);
    claims::steps_are_those_of_the_rule(&study);
    claims::files_are_complete(&study, Path::new(env!("CARGO_TARGET_TMPDIR")));
    assert!(study == run(), "a second run has other bits");
}
