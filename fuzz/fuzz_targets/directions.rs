//! The target `directions` for cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| heavyball_fuzz::directions::run(
    &mut heavyball_fuzz::Input::new(bytes)
));
