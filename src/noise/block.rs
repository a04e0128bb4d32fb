//! Block: Philox 4×32 with ten rounds, a bijection of 128 bits for each key of 64 bits.
//!
//! One round takes (c₀, c₁, c₂, c₃) to (hi(M₁c₂) ⊕ c₁ ⊕ k₀, lo(M₁c₂), hi(M₀c₀) ⊕ c₃ ⊕ k₁, lo(M₀c₀)), and adds the
//! Weyl constants to the key. It passes the batteries of TestU01 with seven rounds; ten are the authors' margin.
//! Reference: J. K. Salmon, M. A. Moraes, R. O. Dror, D. E. Shaw, *Proc. SC11* (2011), article 16, section 3.3.

const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];

/// The golden ratio and √3 − 1, as fractions of 2³².
const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];

const LOW: u64 = 0xFFFF_FFFF;

/// The four words of 32 bits for a counter of four such words.
///
/// Words are kept in 64 bits each: their product is one vector instruction, and the normal numbers made of them are as
/// wide.
#[inline(always)]
pub(super) fn block(counter: [u64; 4], key: [u32; 2]) -> [u64; 4] {
    let [mut c0, mut c1, mut c2, mut c3] = counter;
    let [mut k0, mut k1] = key;
    for _ in 0..10 {
        let first = MULTIPLIERS[0] * (c0 & LOW);
        let second = MULTIPLIERS[1] * (c2 & LOW);
        // Only the low halves of c₁ and c₃ matter, and the mask above removes what is over them.
        (c0, c1) = ((second >> 32) ^ (c1 & LOW) ^ u64::from(k0), second);
        (c2, c3) = ((first >> 32) ^ (c3 & LOW) ^ u64::from(k1), first);
        k0 = k0.wrapping_add(WEYL[0]);
        k1 = k1.wrapping_add(WEYL[1]);
    }
    [c0, c1 & LOW, c2, c3 & LOW]
}

#[cfg(test)]
mod tests {
    use super::block;

    /// The file kat_vectors of the authors' library Random123.
    #[test]
    fn the_known_answers_of_the_publication() {
        let answers = [
            (
                [0; 4],
                [0; 2],
                [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8],
            ),
            (
                [0xffff_ffff; 4],
                [0xffff_ffff; 2],
                [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd],
            ),
            (
                [0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344],
                [0xa409_3822, 0x299f_31d0],
                [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1],
            ),
        ];
        for (counter, key, words) in answers {
            assert_eq!(block(counter, key), words);
        }
    }
}
