//! Random numbers are those of ChaCha with 8 rounds, as Bernstein (2008) defines it, made here a second time.

use heavyball::ensemble::Random;
use nalgebra::{Vector2, Vector3};
use std::f64::consts::TAU;

/// One block of 16 words: key, block of the stream, stream.
fn block(key: [u32; 8], counter: u64, stream: u64) -> [u32; 16] {
    let mut begin = [0; 16];
    begin[..4].copy_from_slice(&[0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574]);
    begin[4..12].copy_from_slice(&key);
    for (i, half) in [counter, stream].into_iter().enumerate() {
        begin[12 + 2 * i] = half as u32;
        begin[13 + 2 * i] = (half >> 32) as u32;
    }
    let mut at = begin;
    let mut quarter = |[a, b, c, d]: [usize; 4]| {
        for (x, y, z, turn) in [(a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)] {
            at[x] = at[x].wrapping_add(at[y]);
            at[z] = (at[z] ^ at[x]).rotate_left(turn);
        }
    };
    for _ in 0..4 {
        (0..4).for_each(|i| quarter([i, 4 + i, 8 + i, 12 + i]));
        (0..4).for_each(|i| quarter([i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4]));
    }
    std::array::from_fn(|i| at[i].wrapping_add(begin[i]))
}

/// A key from a seed by the generator PCG-XSH-RR of O'Neill (2014), a word each.
fn key(mut seed: u64) -> [u32; 8] {
    std::array::from_fn(|_| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(11_634_580_027_462_260_723);
        ((((seed >> 18) ^ seed) >> 27) as u32).rotate_right((seed >> 59) as u32)
    })
}

/// Uniform in [0, 1): the upper 53 bits of two words, the lower one first.
fn units(seed: u64, counter: u64, stream: u64) -> [f64; 8] {
    let words = block(key(seed), counter, stream);
    std::array::from_fn(|i| {
        let both = u64::from(words[2 * i]) | u64::from(words[2 * i + 1]) << 32;
        (both >> 11) as f64 / 2.0_f64.powi(53)
    })
}

/// The generator itself against its first published block: key and stream zero, eight rounds.
#[test]
fn the_second_one_is_chacha_too() {
    let first = block([0; 8], 0, 0)[0].to_le_bytes();
    assert_eq!(first, [0x3e, 0x00, 0xef, 0x2f]);
}

/// Member i has the stream i, its uniform numbers the beginning of it and its normal ones the second half.
#[test]
fn a_members_numbers_are_those_of_its_stream() {
    for seed in [0, 1, 20, u64::from(u32::MAX) + 7, u64::MAX] {
        let random = Random::new(seed);
        let uniform = random.uniform([-2.0, 0.0, 5.0], [2.0, 1.0, 3.0]).unwrap();
        let normal = random.normal(0.7).unwrap();
        let pairs = uniform.zip(normal).enumerate().take(300);
        for (member, (start, kick)) in pairs.step_by(7) {
            let [a, b, c, ..] = units(seed, 0, member as u64);
            // All 53 bits of them.
            let unit = random.uniform([0.0; 3], [1.0; 3]).unwrap().nth(member);
            assert_eq!(unit, Some(Vector3::new(a, b, c)));
            let expected = Vector3::new(-2.0 + 4.0 * a, b, 5.0 - 2.0 * c);
            assert!((start - expected).amax() < 1e-15, "{seed} {member}");
            let [a, b, c, d, ..] = units(seed, 1 << 63, member as u64);
            let polar = |a: f64, b: f64| 0.7 * (-2.0 * (1.0 - a).ln()).sqrt() * (TAU * b).cos();
            let expected = Vector2::new(polar(a, b), polar(c, d));
            assert!((kick - expected).amax() < 1e-14, "{seed} {member}");
        }
    }
}
