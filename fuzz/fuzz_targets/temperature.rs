//! The target `temperature` for cargo-fuzz.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| heavyball_fuzz::temperature::run(
    &mut heavyball_fuzz::Input::new(bytes)
));
