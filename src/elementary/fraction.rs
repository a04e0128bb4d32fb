//! The bits of 2/π, which the remainder of a large angle takes: x·2/π modulo 4 for x up to 2¹⁰²⁴.
//!
//! With |x| = M·2ᴱ, M an integer of 53 bits, x·2/π modulo 4 is M·c modulo 4 for c = 2ᴱ·2/π modulo 4: the leading bits
//! of 2/π only contribute multiples of 4 (Payne and Hanek 1983). A row of the table holds the first 212 bits of c. Of
//! all f64, the one nearest to a multiple of π/2 misses it by 2⁻⁶⁰ (Muller 2016, section 11.2), so after M·c is rounded
//! to 2⁻¹¹⁸ more than 53 bits of the remainder are left.

/// The first 1216 bits of 2/π after the point, of which the largest f64 needs 1181.
const TWO_OVER_PI: [u64; 19] = [
    0xa2f9_836e_4e44_1529,
    0xfc27_57d1_f534_ddc0,
    0xdb62_9599_3c43_9041,
    0xfe51_63ab_debb_c561,
    0xb724_6e3a_424d_d2e0,
    0x0649_2eea_09d1_921c,
    0xfe1d_eb1c_b129_a73e,
    0xe882_35f5_2ebb_4484,
    0xe99c_7026_b45f_7e41,
    0x3991_d639_8353_39f4,
    0x9c84_5f8b_bdf9_283b,
    0x1ff8_97ff_de05_980f,
    0xef2f_118b_5a0a_6d1f,
    0x6d36_7ecf_27cb_09b7,
    0x4f46_3f66_9e5f_ea2d,
    0x7527_bac7_ebe5_f17b,
    0x3d07_39f7_8a52_92ea,
    0x6bfb_5fb1_1f8d_5d08,
    0x5603_3046_fc7b_6bab,
];

/// The smallest |x| in the table.
pub(super) const SMALLEST: f64 = 1.0 / 134_217_728.0;

/// c in four parts for each exponent field of an f64 from [`SMALLEST`] on, each part a multiple of its last bit:
/// 2⁻⁵¹, 2⁻¹⁰⁴, 2⁻¹⁵⁷ and 2⁻²¹⁰.
static PARTS: [[f64; 4]; 2048] = parts();

/// The row of an f64 with these bits.
#[inline(always)]
pub(super) fn row(bits: u64) -> [f64; 4] {
    PARTS[(bits >> 52) as usize & 2047]
}

#[allow(
    long_running_const_eval,
    reason = "a table of two hundred thousand bits"
)]
const fn parts() -> [[f64; 4]; 2048] {
    let mut parts = [[0.0; 4]; 2048];
    let mut field = (SMALLEST.to_bits() >> 52) as usize;
    while field < 2047 {
        let exponent = field as i32 - 1075;
        // The first part is rounded to nearest, so that the second is at most half as large, and of either sign.
        let carry = bits(exponent, -52, -52) * 2.0;
        parts[field] = [
            bits(exponent, 1, -51) + carry,
            bits(exponent, -52, -104) - carry,
            bits(exponent, -105, -157),
            bits(exponent, -158, -210),
        ];
        field += 1;
    }
    parts
}

/// The bits of 2ᴱ·2/π from 2ᶠ, f = `first`, to 2ˡ, l = `last`.
const fn bits(exponent: i32, first: i32, last: i32) -> f64 {
    let (mut sum, mut place) = (0_u64, first);
    while place >= last {
        let index = exponent - place - 1;
        let bit = if index < 0 {
            0
        } else {
            TWO_OVER_PI[index as usize / 64] >> (63 - index % 64) & 1
        };
        sum = 2 * sum + bit;
        place -= 1;
    }
    sum as f64 * f64::from_bits(((last + 1023) as u64) << 52)
}
