//! Random inputs for the public calls of heavyball, and what must hold for all of them.
//!
//! A target takes its input from bytes, so that the same code runs under cargo-fuzz, in `src/bin/random.rs` and, for a
//! minute, in the tests of the library. It must not panic or hang; what it is given back as `Ok` must be finite, and an
//! error must have a message that a reader can use.

pub mod adaptive_rules;
pub mod directions;
pub mod ensembles;
pub mod exact;
pub mod figures;
pub mod frameworks;
mod input;
pub mod mapping;
pub mod motion;
pub mod stability;
pub mod studies;
pub mod temperature;
mod verdict;

pub use input::Input;

/// What is done with an input.
pub type Target = fn(&mut Input<'_>);

/// The targets by name.
pub const TARGETS: [(&str, Target); 11] = [
    ("mapping", mapping::run),
    ("frameworks", frameworks::run),
    ("motion", motion::run),
    ("exact", exact::run),
    ("stability", stability::run),
    ("studies", studies::run),
    ("ensembles", ensembles::run),
    ("figures", figures::run),
    ("directions", directions::run),
    ("adaptive_rules", adaptive_rules::run),
    ("temperature", temperature::run),
];

/// Bytes for input number `index`: a counter through splitmix64, the same on every machine.
pub fn bytes(index: u64, length: usize) -> Vec<u8> {
    let mut state = index.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
    let words = std::iter::repeat_with(|| {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        word ^ (word >> 31)
    });
    words.flat_map(u64::to_le_bytes).take(length).collect()
}
