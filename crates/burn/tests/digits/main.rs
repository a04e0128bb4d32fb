//! The example of the digits, short: the networks are right, and what theory says of their training holds.

#![allow(
    clippy::unwrap_used,
    reason = "a test that fails should stop where it fails"
)]

#[path = "../../../digits/tests/claims/mod.rs"]
mod claims;
#[path = "../../examples/digits/network.rs"]
mod network;

use network::OfBurn;
use std::path::Path;

#[test]
fn networks_are_those_of_the_reference() {
    claims::networks_are_those_of_the_reference::<OfBurn>();
}

#[test]
fn a_short_study() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    claims::hold_in_a_short_study::<OfBurn>("burn", folder);
}
