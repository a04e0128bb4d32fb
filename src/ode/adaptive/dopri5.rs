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
