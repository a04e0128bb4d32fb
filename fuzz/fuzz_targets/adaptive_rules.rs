//! The target `adaptive_rules` for cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| heavyball_fuzz::adaptive_rules::run(
    &mut heavyball_fuzz::Input::new(bytes)
));
