//! The weights of the dense output of RKN 8(6).
//!
//! It is derived here (derivation (58)): the acceleration is interpolated by a polynomial of degree 6 with weights that satisfy
//! all order conditions of order 8 in x and 7 in ẋ. These determine the weights for three more stages at 3/10, 1/2 and 7/10;
//! fewer do not suffice.

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
    use crate::adaptive_steps::Rkn86;
    use crate::adaptive_steps::nystrom_table::NystromTable;
    use crate::adaptive_steps::nystrom8_table::tests::{
        FRACTIONS, FRACTIONS_OF_NODES, FRACTIONS_OF_VELOCITY, assert_row, whole,
    };
    use crate::ode::adaptive::order_conditions::{Trees, fractions, sum};
    use num_rational::BigRational;
    use num_traits::Zero;

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

    /// The numbers of the table are these fractions, rounded.
    #[test]
    fn the_weights_are_the_fractions() {
        for (text, row) in FRACTIONS_OF_ACCELERATION.iter().zip(&ACCELERATION) {
            assert_row(text, row);
        }
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
}
