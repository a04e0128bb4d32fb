//! The Runge–Kutta–Nyström method RKN8(6)9FM of order 8 as published, for x″ = a(t, x): nothing is done about drag.
//!
//! J. R. Dormand, M. E. A. El-Mikkawy, P. J. Prince, *IMA J. Numer. Anal.* 7 (1987) 423.

const NODES: [f64; 8] = [0.0, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0];

const ROWS: [&[f64]; 9] = [
    &[],
    &[1.0 / 800.0],
    &[1.0 / 600.0, 1.0 / 300.0],
    &[9.0 / 200.0, -9.0 / 100.0, 9.0 / 100.0],
    &[
        -66701.0 / 197_352.0,
        28325.0 / 32892.0,
        -2665.0 / 5482.0,
        2170.0 / 24669.0,
    ],
    &[
        227_015_747.0 / 304_251_000.0,
        -54_897_451.0 / 30_425_100.0,
        12_942_349.0 / 10_141_700.0,
        -9499.0 / 304_251.0,
        539.0 / 9250.0,
    ],
    &[
        -1_131_891_597.0 / 901_789_000.0,
        41_964_921.0 / 12_882_700.0,
        -6_663_147.0 / 3_220_675.0,
        270_954.0 / 644_135.0,
        -108.0 / 5875.0,
        114.0 / 1645.0,
    ],
    &[
        13_836_959.0 / 3_667_458.0,
        -17_731_450.0 / 1_833_729.0,
        1_063_919_505.0 / 156_478_208.0,
        -33_213_845.0 / 39_119_552.0,
        13335.0 / 28544.0,
        -705.0 / 14272.0,
        1645.0 / 57088.0,
    ],
    &[
        223.0 / 7938.0,
        0.0,
        1175.0 / 8064.0,
        925.0 / 6048.0,
        41.0 / 448.0,
        925.0 / 14112.0,
        1175.0 / 72576.0,
    ],
];

const VELOCITY: [f64; 8] = [
    223.0 / 7938.0,
    0.0,
    5875.0 / 36288.0,
    4625.0 / 21168.0,
    41.0 / 224.0,
    4625.0 / 21168.0,
    5875.0 / 36288.0,
    223.0 / 7938.0,
];

/// (x, u) after a step `dt` from (x, u) at `time`, for x″ = a(t, x, u), of which it knows u at the start alone.
pub(crate) fn step(
    acceleration: impl Fn(f64, f64, f64) -> f64,
    time: f64,
    (x, u): (f64, f64),
    dt: f64,
) -> (f64, f64) {
    let dot = |weights: &[f64], stages: &[f64]| -> f64 {
        weights
            .iter()
            .zip(stages)
            .map(|(weight, k)| weight * k)
            .sum()
    };
    let mut stages = Vec::new();
    for (node, row) in NODES.iter().zip(ROWS) {
        let place = x + node * dt * u + dt * dt * dot(row, &stages);
        stages.push(acceleration(time + node * dt, place, u));
    }
    let kick = dt * dot(&VELOCITY, &stages);
    (x + dt * u + dt * dt * dot(ROWS[8], &stages), u + kick)
}
