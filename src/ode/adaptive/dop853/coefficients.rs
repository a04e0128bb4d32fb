//! The coefficients of the polynomial of order 7 through a step of Dop853.
//!
//! Reference: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed.,
//! section II.6 for the construction; the coefficients are those of their program DOP853.

/// The number of stages in the polynomial: k₁, k₆ to k₁₂ of the step, k₁₃ at its end, and three additional ones.
pub(super) const STAGES: usize = 12;

/// The index of k₁₃ among them.
pub(super) const LAST: usize = 8;

/// The three additional stages: the fraction of the step at which each is evaluated, and the weights of earlier stages
/// in it.
pub(super) const INNER: [(f64, [(usize, f64); 8]); 3] = [
    (
        0.1,
        [
            (0, 5.616_750_228_304_795_4e-2),
            (2, 0.253_500_210_216_624_83),
            (3, -0.246_239_037_470_802_5),
            (4, -0.124_191_423_263_816_36),
            (5, 0.153_291_798_278_765_68),
            (6, 8.201_052_295_634_69e-3),
            (7, 7.567_897_660_545_699e-3),
            (8, -8.298e-3),
        ],
    ),
    (
        0.2,
        [
            (0, 3.183_464_816_350_214e-2),
            (1, 2.830_090_967_236_677_6e-2),
            (2, 5.354_198_830_743_856_6e-2),
            (3, -5.492_374_857_139_099e-2),
            (6, -1.083_473_286_972_493_2e-4),
            (7, 3.825_710_908_356_584e-4),
            (8, -3.404_650_086_874_045_6e-4),
            (9, 0.141_312_443_674_632_5),
        ],
    ),
    (
        7.0 / 9.0,
        [
            (0, -0.428_896_301_583_791_94),
            (1, -4.697_621_415_361_164),
            (2, 7.683_421_196_062_599),
            (3, 4.068_989_818_397_11),
            (4, 0.356_727_187_455_281_1),
            (8, -1.399_024_165_159_014_5e-3),
            (9, 2.947_514_789_152_772_4),
            (10, -9.150_958_472_179_87),
        ],
    ),
];

/// The weights of the stages in the four corrections.
pub(super) const CORRECTIONS: [[f64; STAGES]; 4] = [
    [
        -8.428_938_276_109_013,
        0.566_714_953_519_377_7,
        -3.068_949_945_949_891_7,
        2.384_667_656_512_07,
        2.117_034_582_445_028,
        -0.871_391_583_777_973,
        2.240_437_430_260_788_3,
        0.631_578_778_769_468_8,
        -8.899_033_645_133_331e-2,
        18.148_505_520_854_727,
        -9.194_632_392_478_356,
        -4.436_036_387_594_894,
    ],
    [
        10.427_508_642_579_134,
        242.283_491_775_258_17,
        165.200_451_717_270_28,
        -374.546_754_722_690_2,
        -22.113_666_853_125_306,
        7.733_432_668_472_264,
        -30.674_084_731_089_398,
        -9.332_130_526_430_229,
        15.697_238_121_770_844,
        -31.139_403_219_565_178,
        -9.352_924_358_844_48,
        35.816_841_486_394_08,
    ],
    [
        19.985_053_242_002_433,
        -387.037_308_749_351_8,
        -189.178_138_195_167_57,
        527.808_159_205_423_6,
        -11.573_902_539_959_63,
        6.881_232_694_696_3,
        -1.000_605_096_691_083_8,
        0.777_713_779_805_344_3,
        -2.778_205_752_353_508,
        -60.196_695_231_264_12,
        84.320_405_506_677_16,
        11.992_291_136_182_79,
    ],
    [
        -25.693_933_462_703_75,
        -154.189_748_690_236_43,
        -231.529_379_176_045_5,
        357.639_117_910_614_1,
        93.405_324_183_624_31,
        -37.458_323_136_451_63,
        104.099_649_508_962_3,
        29.840_293_426_660_5,
        -43.533_456_590_011_14,
        96.324_553_959_188_28,
        -39.177_261_675_615_44,
        -149.726_836_257_985_63,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;

    /// The nodes of the stages; 127/195 is the published 0.65128205….
    const NODES: [f64; STAGES] = [
        0.0,
        1.0 / 3.0,
        0.25,
        4.0 / 13.0,
        127.0 / 195.0,
        0.6,
        6.0 / 7.0,
        1.0,
        1.0,
        0.1,
        0.2,
        7.0 / 9.0,
    ];

    /// Σ aᵢⱼcⱼ^q = cᵢ^(q+1)/(q+1) for q up to 5, that is, a stage lies on the solution of ẏ = t^q; but not for q = 6.
    #[test]
    fn additional_stages_satisfy_their_order_conditions() {
        for (part, weights) in INNER {
            let defect = |q: i32| {
                let terms = weights
                    .iter()
                    .map(|(place, weight)| weight * NODES[*place].powi(q));
                terms.sum::<f64>() - part.powi(q + 1) / f64::from(q + 1)
            };
            for q in 0..6 {
                assert!(defect(q).abs() < 5e-15, "{part} {q}: {:e}", defect(q));
            }
            assert!(defect(6).abs() > 1e-6, "{part}");
        }
    }

    /// For ẏ = 1, t, t² the cubic through both ends is exact and every correction is 0; for t³ only the first is not.
    #[test]
    fn corrections_of_a_cubic_are_zero() {
        for (number, weights) in CORRECTIONS.iter().enumerate() {
            for q in 0..4 {
                let terms = weights.iter().zip(NODES).map(|(w, c)| w * c.powi(q));
                let sum = terms.sum::<f64>();
                // y = t⁴/4 less its cubic is θ²(1 − θ)²/4.
                let expected = if (number, q) == (0, 3) { 0.25 } else { 0.0 };
                assert!((sum - expected).abs() < 2e-13, "{number} {q}: {sum:e}");
            }
        }
    }
}
