//! The targets of the fuzzer, each on inputs with fixed seeds for some seconds: no panic, no hang, no Ok that is not finite,
//! no message that nobody can read.

use super::inputs::{Input, TARGETS, bytes};
use std::time::{Duration, Instant};

/// The number of inputs of a target that take a few seconds.
fn count(name: &str) -> u64 {
    match name {
        "motion" => 1500,
        "figures" => 1500,
        "studies" => 3000,
        _ => 50_000,
    }
}

fn hold(name: &str) {
    let (_, target) = TARGETS
        .into_iter()
        .find(|(target, _)| *target == name)
        .unwrap();
    for index in 0..count(name) {
        let started = Instant::now();
        target(&mut Input::new(&bytes(index, 400)));
        let took = started.elapsed();
        assert!(
            took < Duration::from_secs(30),
            "input {index} took {took:?}"
        );
    }
}

macro_rules! targets {
    ($($name:ident)*) => {$(
        #[test]
        fn $name() {
            hold(stringify!($name));
        }
    )*};
}

targets!(mapping frameworks motion exact stability studies ensembles figures directions adaptive_rules temperature);

#[test]
fn every_target_is_run() {
    assert_eq!(TARGETS.len(), 11);
}
