//! The exact damped oscillator against high precision, in every regime, and the quadratic motion
//! that is made of it: derivation (27).

use heavyball::QuadraticMotion;
use heavyball::error::VectorError;
use heavyball::prelude::*;
use nalgebra::{DMatrix, DVector, Matrix3, Vector3, dmatrix, dvector, matrix, vector};
use proptest::prelude::*;

/// m, γ, k, t, x₀, u₀ and the exact x, u, computed with mpmath at 900 digits from the textbook's
/// cosh and sinh of (27) with the f64 parameters taken as exact.
const EXACT: &[([f64; 6], f64, f64)] = &[
    (
        [1.0, 0.4, 4.0, 3.0, 1.0, 0.3],
        0.47960930185141404,
        0.5016802696105795,
    ),
    (
        [1.0, 4.0, 4.0, 2.0, 1.0, 0.3],
        0.1025675777769114,
        -0.1630091861097342,
    ),
    (
        [1.0, 100000000.0, 4.0, 10000000.0, 1.0, 0.3],
        0.6703200480465996,
        -2.6812801921863996e-08,
    ),
    (
        [0.7, 3.7790739606416808, 5.0, 1.7, 1.0, -0.4],
        0.05488291040521889,
        -0.1171018945105931,
    ),
    (
        [1.3, 3.7470362690270296, 2.7, 1.7, 1.0, -0.4],
        0.2390437228705382,
        -0.25464320005580754,
    ),
    (
        [0.7, 3.741657424190515, 5.0, 1.7, 1.0, -0.4],
        0.051731168008089405,
        -0.11408416636213214,
    ),
    (
        [1.3, 3.746998799076509, 2.7, 1.7, 1.0, -0.4],
        0.23903922919862094,
        -0.2546438083066562,
    ),
    (
        [0.7, 3.7416573867739786, 5.0, 1.7, 1.0, -0.4],
        0.05173116485177847,
        -0.11408416330318741,
    ),
    (
        [1.3, 3.746998799039043, 2.7, 1.7, 1.0, -0.4],
        0.23903922919412773,
        -0.2546438083072644,
    ),
    (
        [0.7, 3.704240812906202, 5.0, 1.7, 1.0, -0.4],
        0.04857039437290582,
        -0.1109831557308423,
    ),
    (
        [1.3, 3.746961329051049, 2.7, 1.7, 1.0, -0.4],
        0.2390347354613325,
        -0.25464441656092557,
    ),
    (
        [0.7, 3.7416573493573675, 5.0, 1.7, 1.0, -0.4],
        0.05173116169546123,
        -0.1140841602442365,
    ),
    (
        [1.3, 3.746998799001569, 2.7, 1.7, 1.0, -0.4],
        0.23903922918963352,
        -0.2546438083078727,
    ),
    (
        [0.7, 3.741657386773904, 5.0, 1.7, 1.0, -0.4],
        0.05173116485177218,
        -0.11408416330318132,
    ),
    (
        [1.3, 3.7469987990390354, 2.7, 1.7, 1.0, -0.4],
        0.23903922919412682,
        -0.2546438083072645,
    ),
    (
        [1.3, 2.6, 1.3, 5.0, -1.0, 2.0],
        0.026951787996341868,
        -0.0202138409972564,
    ),
    (
        [1.0, 100000000.0, 4.0, 30000000.0, 1.0, -2.0],
        0.30119420588831786,
        -1.2047768235532718e-08,
    ),
    (
        [1.0, 100000000.0, 4.0, 0.001, 1.0, -2.0],
        0.9999999799600005,
        -3.9999999198400035e-08,
    ),
    (
        [1.0, 1e+20, 4.0, 3e+19, 1.0, -2.0],
        0.3011942119122021,
        -1.2047768476488085e-20,
    ),
    ([1.0, 1e+20, 4.0, 0.001, 1.0, -2.0], 1.0, -4e-20),
    (
        [1.0, 1e+100, 4.0, 3e+99, 1.0, -2.0],
        0.3011942119122021,
        -1.2047768476488082e-100,
    ),
    ([1.0, 1e+100, 4.0, 0.001, 1.0, -2.0], 1.0, -4e-100),
    (
        [1.0, 1e+150, 4.0, 3e+149, 1.0, -2.0],
        0.3011942119122021,
        -1.2047768476488084e-150,
    ),
    ([1.0, 1e+150, 4.0, 0.001, 1.0, -2.0], 1.0, -4e-150),
    (
        [1.0, 1e+150, 4.0, 2.5e-150, 0.5, 3.0],
        0.5,
        0.2462549958716964,
    ),
    (
        [1e-200, 1.0, 1.0, 0.7, 1.0, -2.0],
        0.4965853037914095,
        -0.4965853037914095,
    ),
    (
        [1e-200, 0.0, 1.0, 3e-100, 1.0, -2e+100],
        -1.2722325127201797,
        1.838864985141024e+100,
    ),
    (
        [1e-200, 1e-100, 1.0, 2e-100, 1.0, 3e+100],
        1.408413254144883,
        -1.2253954232276645e+100,
    ),
    (
        [1e-200, 3e-100, 1.0, 2e-100, 1.0, 3e+100],
        1.1623346968263975,
        -4.259764380255267e+99,
    ),
    (
        [1e+200, 1.0, 1.0, 1e+100, 1.0, 1e-100],
        1.3817732906760363,
        -3.011686789397568e-101,
    ),
    (
        [1e+200, 1e+100, 3.0, 2e+100, 1.0, -1e-100],
        -0.3429430359714145,
        4.588363617406245e-101,
    ),
    (
        [1.0, 0.5, 0.0, 3.0, 1.0, 2.0],
        4.10747935940628,
        0.44626032029685964,
    ),
    ([1.0, 0.0, 0.0, 3.0, 1.0, 2.0], 7.0, 2.0),
    ([2.0, 1e-09, 0.0, 5.0, 1.0, 2.0], 10.9999999875, 1.999999995),
    ([1.0, 1000000.0, 0.0, 7.0, 1.0, 2.0], 1.000002, 0.0),
    (
        [1.0, 0.5, -2.0, 3.0, 1.0, -1.0],
        8.391500778515676,
        9.939606091905862,
    ),
    (
        [1.0, 0.0, -2.0, 4.0, -0.5, 0.7],
        -0.7209691954515838,
        -1.0146887018096773,
    ),
    (
        [1.3, 5.0, -1e-08, 10.0, 1.0, 1.0],
        1.2600000244096001,
        2.520000067295168e-09,
    ),
    (
        [1.0, 100000000.0, -3.0, 10000000.0, 1.0, 1.0],
        1.3498588210745908,
        4.0495764632237705e-08,
    ),
    (
        [2.0, 3.0, -1e-300, 5.0, 1.0, 1.0],
        1.6662979437532348,
        0.0005530843701478336,
    ),
    (
        [1.0, 0.0, 4.0, 10.0, 1.0, 0.3],
        0.5450238494225361,
        -1.7034658829112377,
    ),
    (
        [1.0, 1e-12, 9.0, 7.0, 0.2, 0.9],
        0.14145083951549595,
        -0.9949497173201184,
    ),
    (
        [1.0, 0.4, 4.0, -3.0, 1.0, 0.3],
        1.8745274784104502,
        -0.6255712216003617,
    ),
    (
        [1.0, 4.0, 4.0, -2.0, 1.0, 0.3],
        -196.55334011931927,
        518.6824253148702,
    ),
    (
        [1.0, 6.0, 4.0, -1.5, 1.0, 0.3],
        -609.0098642522638,
        3206.2294470622587,
    ),
    (
        [1.0, 0.5, -2.0, -3.0, 1.0, -1.0],
        119.76241863117428,
        -201.9167399395415,
    ),
    (
        [1.3, 0.7, 0.0, -4.0, 1.0, -1.0],
        15.147604087090667,
        -8.617940662279588,
    ),
    (
        [1.0, 0.4, 4.0, 1e-09, 1.0, 0.3],
        1.0000000003,
        0.29999999588,
    ),
    ([1.0, 7.0, 4.0, 1e-09, 1.0, 0.3], 1.0000000003, 0.2999999939),
    ([1.0, 0.4, 4.0, 1e-300, 1.0, 0.3], 1.0, 0.3),
    (
        [0.001, 50.0, 2.0, 0.1, 1.0, -5.0],
        0.9959091820070848,
        -0.03983639914942821,
    ),
    (
        [300000.0, 200.0, 0.001, 40000.0, 1.0, 2e-05],
        0.8486583629271404,
        -4.275603016483897e-06,
    ),
    (
        [1e-300, 1e-300, 1e-300, 2.0, 1.0, 0.5],
        0.36021417997905353,
        -0.553632261926554,
    ),
    (
        [1e+300, 1e+300, 1e+300, 2.0, 1.0, 0.5],
        0.36021417997905353,
        -0.553632261926554,
    ),
    (
        [1.3, 3.746998799076509, 2.7, 40.0, 1.0, -0.4],
        3.930802211940359e-24,
        -5.568923166329301e-24,
    ),
    (
        [0.7, 3.7416573867365246, 5.0, 25.0, 1.0, -0.4],
        5.552930124235967e-28,
        -1.4622554654734551e-27,
    ),
    (
        [0.1, 0.5291502622129709, 0.7, 30.0, 1.0, 2.0],
        4.744891761456485e-33,
        -1.2396767277841896e-32,
    ),
    (
        [0.3, 0.9165151389910763, 0.7, 60.0, -1.0, 2.0],
        4.297209686438053e-39,
        -6.489857262303755e-39,
    ),
    (
        [1e+308, 1e+308, 1e+308, 2.0, 1.0, 0.5],
        0.36021417997905353,
        -0.553632261926554,
    ),
    (
        [1.7e+308, 1.7e+308, 0.0, 0.6, 0.5, 0.25],
        0.6127970909764934,
        0.1372029090235066,
    ),
];

/// The rate that makes a velocity a length: √(|k|/m), or γ/m without stiffness.
fn rate([mass, drag, stiffness, ..]: [f64; 6]) -> f64 {
    let rate = match stiffness {
        0.0 => drag / mass,
        _ => stiffness.abs().sqrt() / mass.sqrt(),
    };
    if rate > 0.0 { rate } else { 1.0 }
}

/// |(x, u/ω) − (x̂, û/ω)| / |(x̂, û/ω)|.
fn distance(rate: f64, found: (f64, f64), exact: (f64, f64)) -> f64 {
    (found.0 - exact.0).hypot((found.1 - exact.1) / rate) / exact.0.hypot(exact.1 / rate)
}

fn motion(parameters: [f64; 6]) -> Result<(f64, f64), Error> {
    let [mass, drag, stiffness, t, x0, u0] = parameters;
    Ok(DampedOscillator::new(mass, drag, stiffness)?.at(t, x0, u0))
}

/// Derivation (27): below, at and above critical drag, position and velocity are right to 1e-15.
#[test]
fn the_three_regimes_are_right_to_1e_15() -> Result<(), Error> {
    let digits = [
        (
            [1.0, 0.4, 4.0, 3.0, 1.0, 0.3],
            0.479_609_301_851_414_15,
            0.501_680_269_610_579_2,
        ),
        (
            [1.0, 4.0, 4.0, 2.0, 1.0, 0.3],
            0.102_567_577_776_911_39,
            -0.163_009_186_109_734_2,
        ),
        (
            [1.0, 1e8, 4.0, 1e7, 1.0, 0.3],
            0.670_320_048_046_599_6,
            -2.681_280_192_186_399_3e-8,
        ),
    ];
    for (parameters, x, u) in digits {
        let found = motion(parameters)?;
        let relative = ((found.0 - x) / x).abs().max(((found.1 - u) / u).abs());
        println!("{parameters:?}: {relative:.1e}");
        assert!(relative <= 1e-15, "{parameters:?}: {found:?} {relative:e}");
    }
    Ok(())
}

/// Derivation (27): 2e-14 of the phase-space norm near critical drag, for up to 92 decay times too, at drag up to 1e150, at masses
/// from 1e-300 to 1.7e308, on flat ground and hills, and backward in time.
#[test]
fn every_regime_is_right_to_2e_14() -> Result<(), Error> {
    let mut worst = (0.0_f64, [0.0; 6]);
    for (parameters, x, u) in EXACT {
        let found = motion(*parameters)?;
        let error = distance(rate(*parameters), found, (*x, *u));
        assert!(
            error <= 2e-14,
            "{parameters:?}: {found:?} for {:?}, {error:e}",
            (x, u)
        );
        if error > worst.0 {
            worst = (error, *parameters);
        }
    }
    println!("worst: {worst:?}");
    Ok(())
}

/// Derivation (27): under huge drag the velocity is small beside the position, and right to 2e-14 of
/// itself.
#[test]
fn the_velocity_under_huge_drag_is_right_by_itself() -> Result<(), Error> {
    let mut cases = 0;
    for (parameters, _, u) in EXACT.iter().filter(|(p, ..)| p[1] >= 1e8 && p[2] != 0.0) {
        let found = motion(*parameters)?.1;
        assert!(
            ((found - u) / u).abs() <= 2e-14,
            "{parameters:?}: {found:e} for {u:e}"
        );
        cases += 1;
    }
    assert_eq!(cases, 14);
    Ok(())
}

/// Mass, drag and stiffness over many decades, critical drag and its neighbours among them, and a
/// time of up to a few radians or decay times.
fn parameters() -> impl Strategy<Value = [f64; 6]> {
    let mass = (-30.0..30.0_f64).prop_map(|e| 10.0_f64.powf(e));
    let frequency = (-8.0..8.0_f64).prop_map(|e| 10.0_f64.powf(e));
    let damping = prop_oneof![
        Just(0.0),
        Just(1.0),
        (-16.0..0.0_f64).prop_map(|e| 1.0 - 10.0_f64.powf(e)),
        (-16.0..0.0_f64).prop_map(|e| 1.0 + 10.0_f64.powf(e)),
        (-12.0..3.0_f64).prop_map(|e| 10.0_f64.powf(e)),
    ];
    let sign = prop_oneof![4 => Just(1.0), 1 => Just(-1.0)];
    let start = (-2.0..2.0_f64, -2.0..2.0_f64);
    (mass, frequency, damping, sign, 0.01..4.0_f64, start).prop_map(
        |(mass, frequency, damping, sign, turns, (x0, u0))| {
            let stiffness = sign * mass * frequency * frequency;
            let drag = 2.0 * damping * mass * frequency;
            // The faster of turning and decaying sets the clock.
            let t = turns / (frequency * damping.max(1.0));
            [mass, drag, stiffness, t, x0, u0 * frequency]
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..Default::default() })]

    /// Derivation (27): the motion is a flow: going t and then s is going t + s.
    #[test]
    fn two_motions_make_one(parameters in parameters(), part in 0.0..1.0_f64) {
        let [mass, drag, stiffness, t, x0, u0] = parameters;
        let oscillator = DampedOscillator::new(mass, drag, stiffness)?;
        let (first, second) = (part * t, t - part * t);
        let (x, u) = oscillator.at(first, x0, u0);
        let composed = oscillator.at(second, x, u);
        let straight = oscillator.at(first + second, x0, u0);
        let scale = rate(parameters);
        let size = x0.hypot(u0 / scale).max(straight.0.hypot(straight.1 / scale));
        let error = (composed.0 - straight.0).hypot((composed.1 - straight.1) / scale) / size;
        prop_assert!(error <= 2e-14, "{error:e}");
    }

    /// Derivation (27), (4): x and u solve m du/dt = −γu − kx and dx/dt = u, by the differences of the
    /// closed form over half a radian and the sixth-order quadrature of what it says they are.
    #[test]
    fn the_motion_solves_its_equation(parameters in parameters()) {
        let [mass, drag, stiffness, t, x0, u0] = parameters;
        let oscillator = DampedOscillator::new(mass, drag, stiffness)?;
        let scale = rate(parameters);
        let step = 0.02 / (scale + drag / mass);
        // Gauss–Legendre with five nodes: error far below rounding for so short a step.
        let nodes = [
            (0.0, 0.568_888_888_888_888_9),
            (0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
            (-0.538_469_310_105_683_1, 0.478_628_670_499_366_5),
            (0.906_179_845_938_664, 0.236_926_885_056_189_1),
            (-0.906_179_845_938_664, 0.236_926_885_056_189_1),
        ];
        let (mut dx, mut du) = (0.0, 0.0);
        for (node, weight) in nodes {
            let (x, u) = oscillator.at(t + step * (1.0 + node) / 2.0, x0, u0);
            dx += weight * step / 2.0 * u;
            du -= weight * step / 2.0 * (drag / mass * u + stiffness / mass * x);
        }
        let (before, after) = (oscillator.at(t, x0, u0), oscillator.at(t + step, x0, u0));
        let residual = (after.0 - before.0 - dx).hypot((after.1 - before.1 - du) / scale);
        let size = x0.hypot(u0 / scale).max(before.0.hypot(before.1 / scale));
        prop_assert!(residual / size <= 2e-14, "{:e}", residual / size);
    }
}

const MASS: f64 = 1.3;
const DRAG: f64 = 0.7;

/// Derivation (27): each eigendirection of a symmetric quadratic moves as its own oscillator, for
/// eigenvalues 4, 0 and −1: a bowl, a valley and a saddle at once.
#[test]
fn quadratic_motion_moves_each_mode_as_its_oscillator() -> Result<(), Error> {
    let (a, b, c) = (
        vector![1.0, 2.0, 2.0] / 3.0,
        vector![2.0, 1.0, -2.0] / 3.0,
        vector![2.0, -2.0, 1.0] / 3.0,
    );
    let sum: Matrix3<f64> = 4.0 * a * a.transpose() - c * c.transpose();
    let matrix = (sum + sum.transpose()) / 2.0;
    let motion =
        QuadraticMotion::new(&HeavyBall::new(MASS, DRAG)?, &Quadratic::symmetric(matrix)?)?;
    assert_eq!(motion.modes().len(), 3);
    for (mode, curvature) in [(a, 4.0), (b, 0.0), (c, -1.0)] {
        for t in [-1.5, 0.0, 0.3, 2.0, 6.0] {
            let expected = DampedOscillator::new(MASS, DRAG, curvature)?.at(t, 1.2, -0.8);
            let (x, u) = motion.at(t, &(1.2 * mode), &(-0.8 * mode))?;
            // Rounding in the direction of −1 grows like that mode itself, e^(0.65 t).
            let growth = (0.65 * t).exp().max(1.0) * expected.0.hypot(expected.1).max(1.0);
            let error = (x - expected.0 * mode)
                .norm()
                .hypot((u - expected.1 * mode).norm());
            println!("curvature {curvature} t {t}: {:.1e}", error / growth);
            assert!(error <= 4e-15 * growth, "{curvature} {t}: {error:e}");
        }
    }
    Ok(())
}

/// Derivation (4), (27): the coupled motion agrees with Dop853, of static and of dynamic dimension
/// alike, with a negative eigenvalue too.
#[test]
fn quadratic_motion_agrees_with_dop853_in_either_kind_of_dimension() -> Result<(), Error> {
    let ball = HeavyBall::new(MASS, DRAG)?;
    let (x0, u0) = (vector![1.0, -0.5], vector![0.0, 0.2]);
    for (a, b, d) in [(2.0, 1.0, 3.0), (1.0, 2.0, 1.0), (1.0, 1.0, 1.0)] {
        let bowl = Quadratic::symmetric(matrix![a, b; b, d])?;
        let fixed = QuadraticMotion::new(&ball, &bowl)?;
        let dynamic: DMatrix<f64> = dmatrix![a, b; b, d];
        let growing = QuadraticMotion::new(&ball, &Quadratic::symmetric(dynamic)?)?;
        let run = Problem::new(ball, bowl, x0)
            .with_velocity(u0)
            .until(3.0)
            .solve(&Dop853::new(1e-13, 1e-13))?;
        for t in [0.7, 3.0] {
            let (x, u) = fixed.at(t, &x0, &u0)?;
            let phase = run.at(t)?;
            assert!(
                (x - phase.position).norm() < 1e-11 && (u - phase.momentum / MASS).norm() < 1e-11
            );
            let (y, w) = growing.at(t, &dvector![1.0, -0.5], &dvector![0.0, 0.2])?;
            assert!((y[0] - x[0]).hypot(y[1] - x[1]) < 1e-14);
            assert!((w[0] - u[0]).hypot(w[1] - u[1]) < 1e-14);
        }
    }
    Ok(())
}

/// Derivation (27): on a diagonal quadratic each component is the oscillator, to the bit, and a start
/// of another length is refused.
#[test]
fn quadratic_motion_on_axes_is_the_oscillators_themselves() -> Result<(), Error> {
    let ball = HeavyBall::new(MASS, DRAG)?;
    let curvatures = vector![4.0, 0.0, -2.0];
    let motion = QuadraticMotion::diagonal(&ball, &Quadratic::diagonal(curvatures)?)?;
    let (x0, u0): (Vector3<f64>, Vector3<f64>) = (vector![1.0, 2.0, 0.1], vector![0.0, -1.0, 0.3]);
    let (x, u) = motion.at(1.7, &x0, &u0)?;
    for i in 0..3 {
        let mode = DampedOscillator::new(MASS, DRAG, curvatures[i])?;
        assert_eq!((x[i], u[i]), mode.at(1.7, x0[i], u0[i]));
    }
    let dynamic = Quadratic::diagonal(dvector![4.0, 1.0])?;
    let motion = QuadraticMotion::diagonal(&ball, &dynamic)?;
    let three: DVector<f64> = dvector![1.0, 2.0, 3.0];
    let refused = motion.at(1.0, &dvector![1.0, 2.0], &three);
    let (name, expected, found) = ("start velocity", 2, 3);
    assert_eq!(
        refused,
        Err(Error::Vector(VectorError::DimensionMismatch {
            name,
            expected,
            found
        }))
    );
    Ok(())
}

/// 2√(mk), at which the discriminant γ² − 4mk of (27) is zero; on a hill every drag is above it.
#[test]
fn the_critical_drag_is_twice_the_root_of_mass_times_stiffness() -> Result<(), Error> {
    assert_eq!(DampedOscillator::new(4.0, 0.5, 9.0)?.critical_drag(), 12.0);
    assert_eq!(DampedOscillator::new(0.25, 0.0, 4.0)?.critical_drag(), 2.0);
    assert_eq!(DampedOscillator::new(4.0, 0.5, -9.0)?.critical_drag(), 0.0);
    Ok(())
}
