//! The coefficients of Dormand–Prince 5(4).
//!
//! Reference: J. R. Dormand, P. J. Prince, *J. Comput. Appl. Math.* 6 (1980) 19; the dense output is that of E. Hairer,
//! S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.6.

use crate::ode::adaptive::tableau::{Row, Tableau};

/// Dormand–Prince 5(4): six stages, and the derivative at the end of the step.
pub(crate) struct Dopri5;

impl Tableau<7> for Dopri5 {
    const NODES: [f64; 7] = [0.0, 1.0 / 5.0, 3.0 / 10.0, 4.0 / 5.0, 8.0 / 9.0, 1.0, 1.0];
    const ROWS: [Row; 7] = [
        &[],
        &[(0, 1.0 / 5.0)],
        &[(0, 3.0 / 40.0), (1, 9.0 / 40.0)],
        &[(0, 44.0 / 45.0), (1, -56.0 / 15.0), (2, 32.0 / 9.0)],
        &[
            (0, 19372.0 / 6561.0),
            (1, -25360.0 / 2187.0),
            (2, 64448.0 / 6561.0),
            (3, -212.0 / 729.0),
        ],
        &[
            (0, 9017.0 / 3168.0),
            (1, -355.0 / 33.0),
            (2, 46732.0 / 5247.0),
            (3, 49.0 / 176.0),
            (4, -5103.0 / 18656.0),
        ],
        &[
            (0, 35.0 / 384.0),
            (2, 500.0 / 1113.0),
            (3, 125.0 / 192.0),
            (4, -2187.0 / 6784.0),
            (5, 11.0 / 84.0),
        ],
    ];
    const LAST: usize = 6;
    const ERROR: Row = &[
        (0, 71.0 / 57600.0),
        (2, -71.0 / 16695.0),
        (3, 71.0 / 1920.0),
        (4, -17253.0 / 339_200.0),
        (5, 22.0 / 525.0),
        (6, -1.0 / 40.0),
    ];
    const COARSE_ERROR: Row = &[];
    const EXPONENT: i64 = 5;
    const NEEDS_LAST: bool = true;
    const STABILITY: f64 = 3.25;
    const CONTROL: [f64; 3] = [0.9, 0.2, 10.0];
}

/// The weights of the stages in the vector that the polynomial of a step has beyond the cubic through its ends.
pub(crate) const CORRECTION: Row = &[
    (0, -12_715_105_075.0 / 11_282_082_432.0),
    (2, 87_487_479_700.0 / 32_700_410_799.0),
    (3, -10_690_763_975.0 / 1_880_347_072.0),
    (4, 701_980_252_875.0 / 199_316_789_632.0),
    (5, -1_453_857_185.0 / 822_651_844.0),
    (6, 69_997_945.0 / 29_380_423.0),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ode::adaptive::order_conditions::{Trees, fractions, quotients, sum};
    use num_rational::BigRational;
    use num_traits::{FromPrimitive, One, Zero, pow};

    /// The published fractions.
    const FRACTIONS: [&str; 7] = [
        "",
        "1/5",
        "3/40 9/40",
        "44/45 -56/15 32/9",
        "19372/6561 -25360/2187 64448/6561 -212/729",
        "9017/3168 -355/33 46732/5247 49/176 -5103/18656",
        "35/384 0 500/1113 125/192 -2187/6784 11/84 0",
    ];
    const EMBEDDED: &str = "5179/57600 0 7571/16695 393/640 -92097/339200 187/2100 1/40";
    const FRACTIONS_OF_CORRECTION: &str = "-12715105075/11282082432 0 87487479700/32700410799 -10690763975/1880347072 701980252875/199316789632 -1453857185/822651844 69997945/29380423";

    fn filled(row: Row) -> Vec<f64> {
        let mut numbers = vec![0.0; 7];
        for (stage, weight) in row {
            numbers[*stage] = *weight;
        }
        numbers
    }

    /// Order 5 of the step, 4 of the embedded one and of the dense output at any θ, by all rooted trees, on exact fractions;
    /// and none of them has one order more. The numbers of the table are these fractions, rounded.
    #[test]
    fn the_pair_has_order_5_and_4() {
        let mut rows = FRACTIONS.map(fractions);
        for (text, row) in FRACTIONS.iter().zip(Dopri5::ROWS) {
            let mut quotients = quotients(text);
            quotients.resize(7, 0.0);
            assert_eq!(quotients, filled(row));
        }
        rows[6].resize(7, BigRational::zero());
        let embedded = fractions(EMBEDDED);
        let error = rows[6]
            .iter()
            .zip(&embedded)
            .map(|(fine, coarse)| fine - coarse);
        let text: Vec<_> = error.map(|fraction| fraction.to_string()).collect();
        assert_eq!(quotients(&text.join(" ")), filled(Dopri5::ERROR));
        assert_eq!(quotients(FRACTIONS_OF_CORRECTION), filled(CORRECTION));
        let nodes: Vec<BigRational> = rows.iter().map(|row| row.iter().sum()).collect();
        let rounded = ["0", "1/5", "3/10", "4/5", "8/9", "1", "1"];
        assert_eq!(nodes, fractions(&rounded.join(" ")));
        assert_eq!(quotients(&rounded.join(" ")), Dopri5::NODES);
        let trees = Trees::new(6, 1);
        let stages = trees.at_stages(&nodes, &rows);
        let order = |weights: &[BigRational], part: &BigRational| {
            let fails = trees.list.iter().zip(&stages).find(|(tree, values)| {
                let exact = trees.exact::<BigRational>(tree, 1) * pow(part.clone(), tree.order);
                sum(weights, values) != exact
            });
            fails.map(|(tree, _)| tree.order - 1)
        };
        let one = BigRational::one();
        assert_eq!(order(&rows[6], &one), Some(5));
        assert_eq!(order(&embedded, &one), Some(4));
        let correction = fractions(FRACTIONS_OF_CORRECTION);
        for third in 1..=8 {
            // y₀ + θ(Δ + θ̄(b + θ(c + θ̄d))), in the weights of the stages.
            let part = BigRational::from_i32(third).unwrap() / BigRational::from_i32(9).unwrap();
            let rest = &one - &part;
            let weights: Vec<_> = (0..7)
                .map(|stage| {
                    let is = |number| {
                        if stage == number {
                            one.clone()
                        } else {
                            BigRational::zero()
                        }
                    };
                    let across = rows[6][stage].clone();
                    let bend = is(0) - &across;
                    let turn = &across - is(6) - &bend;
                    (((&correction[stage] * &rest + turn) * &part + bend) * &rest + across) * &part
                })
                .collect();
            assert_eq!(order(&weights, &part), Some(4), "{third}/9");
        }
    }
}
