//! The coefficients of the steps of RKN 8(6), and of the stages of its [dense output](super::nystrom8_dense).
//!
//! Reference: J. R. Dormand, M. E. A. El-Mikkawy, P. J. Prince, *IMA J. Numer. Anal.* 7 (1987) 423, RKN8(6)9FM.

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

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ode::adaptive::order_conditions::{Trees, fractions, quotients, sum};
    use num_rational::BigRational;
    use num_traits::{FromPrimitive, Zero};

    /// The published fractions of the step, and those of the stages of the dense output.
    pub(crate) const FRACTIONS: [&str; 12] = [
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
    pub(crate) const FRACTIONS_OF_NODES: &str = "0 1/20 1/10 3/10 1/2 7/10 9/10 1 1 1/2 3/10 7/10";
    pub(crate) const FRACTIONS_OF_VELOCITY: &str =
        "223/7938 0 5875/36288 4625/21168 41/224 4625/21168 5875/36288 223/7938 0";
    /// The weights of order 6, in x and in ẋ.
    const EMBEDDED: [&str; 2] = [
        "7987313/109941300 0 1610737/44674560 10023263/33505920 -497221/12409600 10023263/78180480 1610737/402071040 0 0",
        "7987313/109941300 0 1610737/40207104 10023263/23454144 -497221/6204800 10023263/23454144 1610737/40207104 -4251941/54970650 3/20",
    ];
    /// A row of the table is these fractions, rounded, and zeros.
    pub(crate) fn assert_row(text: &str, row: &[f64]) {
        let mut quotients = quotients(text);
        quotients.resize(row.len(), 0.0);
        assert_eq!(quotients, row);
    }

    pub(crate) fn whole(number: usize) -> BigRational {
        BigRational::from_usize(number).unwrap()
    }

    /// The numbers of the table are these fractions, rounded.
    #[test]
    fn the_table_is_the_fractions() {
        assert_row(FRACTIONS_OF_NODES, &Rkn86::NODES);
        for (text, row) in FRACTIONS.iter().zip(&Rkn86::ROWS) {
            assert_row(text, row);
        }
        assert_row(FRACTIONS_OF_VELOCITY, &Rkn86::VELOCITY);
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
