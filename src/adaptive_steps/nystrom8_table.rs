//! The coefficients of RKN 8(6), with a dense output of order 8.
//!
//! Reference: J. R. Dormand, M. E. A. El-Mikkawy, P. J. Prince, *IMA J. Numer. Anal.* 7 (1987) 423, RKN8(6)9FM. The dense
//! output is derived here (derivation (58)): the acceleration is interpolated by a polynomial of degree 6 with weights that
//! satisfy all order conditions of order 8 in x and 7 in ẋ. These determine the weights for three more stages at 3/10, 1/2
//! and 7/10; fewer do not suffice.

use crate::adaptive_steps::nystrom_table::NystromTable;

/// RKN 8(6): eight stages, that at the end of the step, and three of the dense output.
pub(crate) struct Rkn86;

/// The coefficients of the step and of the stages of its dense output.
impl NystromTable<12> for Rkn86 {
    const NODES: [f64; 12] = [
        0.0,
        1.0 / 20.0,
        1.0 / 10.0,
        3.0 / 10.0,
        1.0 / 2.0,
        7.0 / 10.0,
        9.0 / 10.0,
        1.0,
        1.0,
        1.0 / 2.0,
        3.0 / 10.0,
        7.0 / 10.0,
    ];
    const ROWS: [[f64; 12]; 12] = [
        [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
        [
            1.0 / 800.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            1.0 / 600.0,
            1.0 / 300.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            9.0 / 200.0,
            -9.0 / 100.0,
            9.0 / 100.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            -66701.0 / 197_352.0,
            28325.0 / 32892.0,
            -2665.0 / 5482.0,
            2170.0 / 24669.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            227_015_747.0 / 304_251_000.0,
            -54_897_451.0 / 30_425_100.0,
            12_942_349.0 / 10_141_700.0,
            -9499.0 / 304_251.0,
            539.0 / 9250.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            -1_131_891_597.0 / 901_789_000.0,
            41_964_921.0 / 12_882_700.0,
            -6_663_147.0 / 3_220_675.0,
            270_954.0 / 644_135.0,
            -108.0 / 5875.0,
            114.0 / 1645.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            13_836_959.0 / 3_667_458.0,
            -17_731_450.0 / 1_833_729.0,
            1_063_919_505.0 / 156_478_208.0,
            -33_213_845.0 / 39_119_552.0,
            13335.0 / 28544.0,
            -705.0 / 14272.0,
            1645.0 / 57088.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            223.0 / 7938.0,
            0.0,
            1175.0 / 8064.0,
            925.0 / 6048.0,
            41.0 / 448.0,
            925.0 / 14112.0,
            1175.0 / 72576.0,
            0.0,
            0.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            10_226_327.0 / 733_598_208.0,
            0.0,
            48_446_425.0 / 745_242_624.0,
            24_269_225.0 / 558_931_968.0,
            343_753.0 / 124_207_104.0,
            -361_675.0 / 1_304_174_592.0,
            1_662_625.0 / 6_707_183_616.0,
            0.0,
            -59.0 / 554_496.0,
            0.0,
            0.0,
            0.0,
        ],
        [
            303.0 / 35000.0,
            0.0,
            63.0 / 2000.0,
            87.0 / 16000.0,
            0.0,
            9.0 / 112_000.0,
            0.0,
            0.0,
            0.0,
            -27.0 / 40000.0,
            0.0,
            0.0,
        ],
        [
            196.0 / 10125.0,
            0.0,
            112_847.0 / 1_152_000.0,
            2_863_217.0 / 40_608_000.0,
            233_414_783.0 / 13_912_000_000.0,
            49.0 / 11520.0,
            -2401.0 / 10_368_000.0,
            0.0,
            0.0,
            4_507_853.0 / 217_375_000.0,
            147.0 / 9400.0,
            0.0,
        ],
    ];
    const LAST: usize = 8;
    const NEEDS_LAST: bool = true;
    const VELOCITY: [f64; 12] = [
        223.0 / 7938.0,
        0.0,
        5875.0 / 36288.0,
        4625.0 / 21168.0,
        41.0 / 224.0,
        4625.0 / 21168.0,
        5875.0 / 36288.0,
        223.0 / 7938.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    const POSITION_ERROR: [f64; 12] = [
        -544_307.0 / 12_215_700.0,
        0.0,
        544_307.0 / 4_963_840.0,
        -544_307.0 / 3_722_880.0,
        1_632_921.0 / 12_409_600.0,
        -544_307.0 / 8_686_720.0,
        544_307.0 / 44_674_560.0,
        0.0,
        0.0,
        0.0,
        0.0,
        0.0,
    ];
    const VELOCITY_ERROR: [f64; 12] = [
        -544_307.0 / 12_215_700.0,
        0.0,
        544_307.0 / 4_467_456.0,
        -544_307.0 / 2_606_016.0,
        1_632_921.0 / 6_204_800.0,
        -544_307.0 / 2_606_016.0,
        544_307.0 / 4_467_456.0,
        322_012.0 / 3_053_925.0,
        -3.0 / 20.0,
        0.0,
        0.0,
        0.0,
    ];
    const EXPONENT: i64 = 7;

    /// All nodes are multiples of 1/20, so that two short series and their powers give all exponentials.
    #[inline]
    fn exponentials(x: f64) -> [[f64; 12]; 2] {
        let q = x / 20.0;
        let square = q * q;
        let fourth = square * square;
        let even = (1.0 + square * (1.0 / 2.0))
            + fourth * ((1.0 / 24.0 + square * (1.0 / 720.0)) + fourth * (1.0 / 40_320.0));
        let odd = q
            * ((1.0 + square * (1.0 / 6.0))
                + fourth * ((1.0 / 120.0 + square * (1.0 / 5040.0)) + fourth * (1.0 / 362_880.0)));
        [even - odd, even + odd].map(|first| {
            let second = first * first;
            let fourth = second * second;
            let (sixth, eighth) = (fourth * second, fourth * fourth);
            let tenth = eighth * second;
            let (fourteenth, twentieth) = (eighth * sixth, tenth * tenth);
            let eighteenth = tenth * eighth;
            [
                1.0, first, second, sixth, tenth, fourteenth, eighteenth, twentieth, twentieth,
                tenth, sixth, fourteenth,
            ]
        })
    }
}

/// The weights of the stages in the acceleration at the fraction θ of a step, as coefficients of θ⁰ to θ⁶.
pub(crate) const ACCELERATION: [[f64; 7]; 12] = [
    [
        1.0,
        -1189.0 / 63.0,
        22378.0 / 189.0,
        -65000.0 / 189.0,
        32000.0 / 63.0,
        -10000.0 / 27.0,
        20000.0 / 189.0,
    ],
    [0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0],
    [
        0.0,
        875.0 / 32.0,
        -69875.0 / 288.0,
        87625.0 / 108.0,
        -139_375.0 / 108.0,
        53125.0 / 54.0,
        -15625.0 / 54.0,
    ],
    [
        0.0,
        32375.0 / 1128.0,
        -892_625.0 / 3384.0,
        5_462_125.0 / 5922.0,
        -508_750.0 / 329.0,
        3_700_000.0 / 2961.0,
        -1_156_250.0 / 2961.0,
    ],
    [
        0.0,
        12915.0 / 752.0,
        -126_075.0 / 752.0,
        29520.0 / 47.0,
        -106_395.0 / 94.0,
        46125.0 / 47.0,
        -15375.0 / 47.0,
    ],
    [
        0.0,
        4625.0 / 376.0,
        -1_077_625.0 / 7896.0,
        3_417_875.0 / 5922.0,
        -3_422_500.0 / 2961.0,
        462_500.0 / 423.0,
        -1_156_250.0 / 2961.0,
    ],
    [
        0.0,
        875.0 / 288.0,
        -46625.0 / 864.0,
        32375.0 / 108.0,
        -25625.0 / 36.0,
        40625.0 / 54.0,
        -15625.0 / 54.0,
    ],
    [
        0.0,
        0.0,
        -2230.0 / 423.0,
        363_490.0 / 8883.0,
        -985_660.0 / 8883.0,
        1_115_000.0 / 8883.0,
        -446_000.0 / 8883.0,
    ],
    [
        0.0,
        -1.0,
        22844.0 / 987.0,
        -139_610.0 / 987.0,
        116_580.0 / 329.0,
        -55000.0 / 141.0,
        22000.0 / 141.0,
    ],
    [
        0.0,
        -252.0 / 47.0,
        -1488.0 / 47.0,
        17480.0 / 47.0,
        -43740.0 / 47.0,
        42000.0 / 47.0,
        -14000.0 / 47.0,
    ],
    [
        0.0,
        -6250.0 / 141.0,
        500_000.0 / 987.0,
        -1_937_500.0 / 987.0,
        3_406_250.0 / 987.0,
        -400_000.0 / 141.0,
        125_000.0 / 141.0,
    ],
    [
        0.0,
        -6250.0 / 329.0,
        250_000.0 / 987.0,
        -1_187_500.0 / 987.0,
        843_750.0 / 329.0,
        -350_000.0 / 141.0,
        125_000.0 / 141.0,
    ],
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ode::adaptive::order_conditions::{Trees, fractions, quotients, sum};
    use num_rational::BigRational;
    use num_traits::{FromPrimitive, Zero};

    /// The published fractions of the step, and those of the dense output.
    const FRACTIONS: [&str; 12] = [
        "",
        "1/800",
        "1/600 1/300",
        "9/200 -9/100 9/100",
        "-66701/197352 28325/32892 -2665/5482 2170/24669",
        "227015747/304251000 -54897451/30425100 12942349/10141700 -9499/304251 539/9250",
        "-1131891597/901789000 41964921/12882700 -6663147/3220675 270954/644135 -108/5875 114/1645",
        "13836959/3667458 -17731450/1833729 1063919505/156478208 -33213845/39119552 13335/28544 -705/14272 1645/57088",
        "223/7938 0 1175/8064 925/6048 41/448 925/14112 1175/72576 0",
        "10226327/733598208 0 48446425/745242624 24269225/558931968 343753/124207104 -361675/1304174592 1662625/6707183616 0 -59/554496",
        "303/35000 0 63/2000 87/16000 0 9/112000 0 0 0 -27/40000",
        "196/10125 0 112847/1152000 2863217/40608000 233414783/13912000000 49/11520 -2401/10368000 0 0 4507853/217375000 147/9400",
    ];
    const FRACTIONS_OF_NODES: &str = "0 1/20 1/10 3/10 1/2 7/10 9/10 1 1 1/2 3/10 7/10";
    const FRACTIONS_OF_VELOCITY: &str =
        "223/7938 0 5875/36288 4625/21168 41/224 4625/21168 5875/36288 223/7938 0";
    /// The weights of order 6, in x and in ẋ.
    const EMBEDDED: [&str; 2] = [
        "7987313/109941300 0 1610737/44674560 10023263/33505920 -497221/12409600 10023263/78180480 1610737/402071040 0 0",
        "7987313/109941300 0 1610737/40207104 10023263/23454144 -497221/6204800 10023263/23454144 1610737/40207104 -4251941/54970650 3/20",
    ];
    const FRACTIONS_OF_ACCELERATION: [&str; 12] = [
        "1 -1189/63 22378/189 -65000/189 32000/63 -10000/27 20000/189",
        "0 0 0 0 0 0 0",
        "0 875/32 -69875/288 87625/108 -139375/108 53125/54 -15625/54",
        "0 32375/1128 -892625/3384 5462125/5922 -508750/329 3700000/2961 -1156250/2961",
        "0 12915/752 -126075/752 29520/47 -106395/94 46125/47 -15375/47",
        "0 4625/376 -1077625/7896 3417875/5922 -3422500/2961 462500/423 -1156250/2961",
        "0 875/288 -46625/864 32375/108 -25625/36 40625/54 -15625/54",
        "0 0 -2230/423 363490/8883 -985660/8883 1115000/8883 -446000/8883",
        "0 -1 22844/987 -139610/987 116580/329 -55000/141 22000/141",
        "0 -252/47 -1488/47 17480/47 -43740/47 42000/47 -14000/47",
        "0 -6250/141 500000/987 -1937500/987 3406250/987 -400000/141 125000/141",
        "0 -6250/329 250000/987 -1187500/987 843750/329 -350000/141 125000/141",
    ];

    fn whole(number: usize) -> BigRational {
        BigRational::from_usize(number).unwrap()
    }

    /// The numbers of the table are these fractions, rounded.
    #[test]
    fn the_table_is_the_fractions() {
        fn assert_row(text: &str, row: &[f64]) {
            let mut quotients = quotients(text);
            quotients.resize(row.len(), 0.0);
            assert_eq!(quotients, row);
        }
        assert_row(FRACTIONS_OF_NODES, &Rkn86::NODES);
        for (text, row) in FRACTIONS.iter().zip(&Rkn86::ROWS) {
            assert_row(text, row);
        }
        assert_row(FRACTIONS_OF_VELOCITY, &Rkn86::VELOCITY);
        for (text, row) in FRACTIONS_OF_ACCELERATION.iter().zip(&ACCELERATION) {
            assert_row(text, row);
        }
        // The error is that of the weights of order 6, in lowest terms.
        let of_order_8 = [FRACTIONS[Rkn86::LAST], FRACTIONS_OF_VELOCITY];
        let errors = [Rkn86::POSITION_ERROR, Rkn86::VELOCITY_ERROR];
        for ((text, embedded), error) in of_order_8.iter().zip(EMBEDDED).zip(errors) {
            let mut fine = fractions(text);
            fine.resize(9, BigRational::zero());
            let difference = fine.iter().zip(fractions(embedded)).map(|(a, b)| a - b);
            let text: Vec<_> = difference.map(|fraction| fraction.to_string()).collect();
            assert_row(&text.join(" "), &error);
        }
    }

    /// Derivation (56): the step satisfies all order conditions of order 8 in x and ẋ, and the embedded one those of order
    /// 6, and neither satisfies all of the next order: on exact fractions. The last stage is the step itself.
    #[test]
    fn the_pair_has_order_8_and_6() {
        let (nodes, rows) = (fractions(FRACTIONS_OF_NODES), FRACTIONS.map(fractions));
        for (node, row) in nodes.iter().zip(&rows) {
            let total: BigRational = row.iter().sum();
            assert_eq!(total, node * node / whole(2));
        }
        let trees = Trees::new(9, 2);
        let stages = trees.at_stages(&nodes, &rows);
        let [coarse, coarse_kick] = EMBEDDED.map(fractions);
        // The order of the result of so many integrals, one less than that of the first condition that fails.
        let order = |weights: &[BigRational], times: usize| {
            let fails = trees.list.iter().zip(&stages).find(|(tree, values)| {
                sum(weights, values) != trees.exact::<BigRational>(tree, times)
            });
            fails.map(|(tree, _)| tree.order + times - 2)
        };
        assert_eq!(order(&rows[Rkn86::LAST], 2), Some(8));
        assert_eq!(order(&fractions(FRACTIONS_OF_VELOCITY), 1), Some(8));
        assert_eq!(order(&coarse, 2), Some(6));
        assert_eq!(order(&coarse_kick, 1), Some(6));
    }

    /// Derivation (58): Σ wᵢ(θ)Φᵢ = Eθ^(ρ − 1) for every tree to order 7, coefficient by coefficient, so that the dense
    /// output has order 8 in x and 7 in ẋ. At θ = 1 it is the step.
    #[test]
    fn the_dense_output_has_order_8_and_7() {
        let (nodes, rows) = (fractions(FRACTIONS_OF_NODES), FRACTIONS.map(fractions));
        let weights = FRACTIONS_OF_ACCELERATION.map(fractions);
        let trees = Trees::new(8, 2);
        let stages = trees.at_stages(&nodes, &rows);
        let mut fails = 0;
        for (tree, values) in trees.list.iter().zip(&stages) {
            for power in 0..7 {
                let column: Vec<_> = weights.iter().map(|row| row[power].clone()).collect();
                let exact = if power + 1 == tree.order {
                    trees.exact(tree, 0)
                } else {
                    BigRational::zero()
                };
                if tree.order <= 7 {
                    assert_eq!(sum(&column, values), exact, "{} {power}", tree.order);
                } else {
                    fails += usize::from(sum(&column, values) != exact);
                }
            }
        }
        assert!(fails > 0);
        let velocity = fractions(FRACTIONS_OF_VELOCITY);
        for (stage, row) in weights.iter().enumerate() {
            let integral = |times: usize| -> BigRational {
                let terms = row.iter().enumerate().map(|(power, weight)| {
                    let below = (power + 1..=power + times).product();
                    weight / whole(below)
                });
                terms.sum()
            };
            let zero = BigRational::zero();
            assert_eq!(&integral(2), rows[Rkn86::LAST].get(stage).unwrap_or(&zero));
            assert_eq!(&integral(1), velocity.get(stage).unwrap_or(&zero));
        }
        // a(0) = k₁ and a(1) = k₉: the second derivative is continuous from step to step.
        for (stage, row) in weights.iter().enumerate() {
            let end: BigRational = row.iter().sum();
            let is = |number: usize| whole(usize::from(stage == number));
            assert_eq!((&row[0], end), (&is(0), is(Rkn86::LAST)));
        }
    }

    /// Derivation (55): e^(∓ccᵢh) at the nodes, to the rounding of a twentieth power, up to the largest step.
    #[test]
    fn exponentials_are_right() {
        for i in -200..=200 {
            let x = f64::from(i) / 100.0;
            for (sign, row) in [-1.0, 1.0].iter().zip(Rkn86::exponentials(x)) {
                for (node, value) in Rkn86::NODES.iter().zip(row) {
                    let exact = libm::exp(sign * node * x);
                    assert!((value / exact - 1.0).abs() < 1e-14, "{x} {node} {value}");
                }
            }
        }
    }
}
