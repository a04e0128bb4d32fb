//! Nesterov's schedule and its equation ẍ + (r/t)ẋ + ∇f = 0.
//!
//! Derivation (38): the Bessel form for a quadratic, the order at which the iterates follow, and the rate 1/t².
#![allow(
    clippy::excessive_precision,
    reason = "recorded numbers keep the digits they were printed with"
)]

use crate::support::smooth::NONLINEAR;
use crate::support::tables::expect;
use heavyball::NesterovFlow;
use heavyball::error::{ParameterError, RunError, SolverError, StudyError, VectorError};
use heavyball::events::Crossing;
use heavyball::prelude::*;
use heavyball::study::{Accelerated, Limit, Resolution};
use nalgebra::{Const, Vector1, vector};

/// (r, t, X, Ẋ) for λ = 2, x₀ = 1: Γ(ν + 1)(2/s)^ν J_ν(s) by mpmath with 30 digits.
const EXACT: &[(u16, f64, f64, f64)] = &[
    (1, 0.3, 0.955503725856342178, -0.29330043558275839),
    (1, 1.7, 0.000343983438271928393, -0.734387585730021986),
    (1, 5.0, 0.299655179342289239, -0.0234433255915339152),
    (1, 12.5, -0.0727561016582715077, 0.250816478166018028),
    (2, 0.3, 0.970268845745271693, -0.196423065871859652),
    (2, 1.7, 0.279676340231507538, -0.599926852253472753),
    (2, 5.0, 0.100248125275867068, 0.121019956206515049),
    (2, 12.5, -0.0521270598755961077, 0.0352432923676192228),
    (3, 0.3, 0.977668118609194671, -0.147762618352349955),
    (3, 1.7, 0.431992697488248238, -0.507822016529383907),
    (3, 5.0, 0.00468866511830678305, 0.117986605689592982),
    (3, 12.5, -0.0200653182532814422, -0.00843052534479841048),
    (4, 0.3, 0.982115329359298296, -0.118464836140266028),
    (4, 1.7, 0.529347222576593619, -0.440595674726622508),
    (4, 5.0, -0.0363059868619545146, 0.0819324672826929496),
    (4, 12.5, -0.00422919508411430674, -0.0114954875499556322),
    (5, 0.3, 0.985084122348999736, -0.0988800498640675343),
    (5, 1.7, 0.597437666505157553, -0.389282280039786634),
    (5, 5.0, -0.047194642275837193, 0.0415066459153151808),
    (5, 12.5, 0.00134888405516774568, -0.00685254473870374013),
    (6, 0.3, 0.987206967835550272, -0.0848606412708662761),
    (6, 1.7, 0.647934815774444881, -0.348787038817209602),
    (6, 5.0, -0.0409662336413464748, 0.00466024677939196022),
    (6, 12.5, 0.00229909750999112645, -0.00261131703764217327),
    (9, 0.3, 0.991033677780171812, -0.059551443719904873),
    (9, 1.7, 0.743510557592959578, -0.266079191110508935),
    (9, 5.0, 0.0213990285375821611, -0.0740848257388340313),
    (9, 12.5, 0.0000454236183738089401, 0.00102347975610565676),
    (20, 0.3, 0.995722660753721506, -0.0284598283479994699),
    (20, 1.7, 0.870702597080603798, -0.14269601393126709),
    (20, 5.0, 0.283213171635859944, -0.15227078880247188),
    (20, 12.5, -0.0000324702376170782006, 0.000309479577108134887),
];

/// (r, λ, t, X, Ẋ) for x₀ = 1, large orders and long times included, by mpmath 1.3 with 60 digits:
/// ```text
/// from mpmath import mp, mpf, besselj, gamma, hyp0f1, sqrt
/// mp.dps = 60
/// def L(nu, s):  # Γ(ν + 1)(2/s)^ν J_ν(s)
///     if s > 1000 and nu < 100: return gamma(nu + 1) * (2 / s)**nu * besselj(nu, s)
///     return hyp0f1(nu + 1, -s * s / 4, maxterms=10**6)
/// def motion(r, lam, t):
///     s, nu = mpf(t) * sqrt(mpf(lam)), mpf(r - 1) / 2
///     return L(nu, s), -sqrt(mpf(lam)) * s * L(nu + 1, s) / (r + 1)
/// ```
const FAR: &[(u16, f64, f64, f64, f64)] = &[
    (1, 1.0, 1e-8, 0.99999999999999997, -5.0e-9),
    (1, 1.0, 0.9, 0.80752379812254477, -0.40594954607880568),
    (1, 1.0, 1.1, 0.71962201852751097, -0.47090239486629296),
    (1, 1.0, 30.0, -0.086367983581040211, 0.11875106261662294),
    (1, 1.0, 1e5, -1.71920111623597e-3, -1.84675756288257e-3),
    (1, 2.0, 1e5, 4.35522052919317e-4, 2.93662926750921e-3),
    (1, 2.0, 1e10, -7.47359697567644e-7, -9.42945059798868e-6),
    (1, 2.0, 1e14, -6.61491635748484e-8, 1.58663000812087e-8),
    (1, 1e-300, 1e155, -1.7192011162396e-3, -1.846757562879e-153),
    (1, 5e-324, 1e166, -5.3486211482664e-3, 4.05435337849689e-166),
    (2, 2.0, 0.9, 0.7510451462491858, -0.50825807032379499),
    (2, 2.0, 1e5, -3.86716566323467e-6, 8.37201928953897e-6),
    (2, 2.0, 1e14, -5.76568186403652e-15, -5.78911265095438e-15),
    (3, 2.0, 1.3, 0.63298428248158796, -0.48520290524490288),
    (3, 2.0, 1e5, -2.93662926750921e-8, 8.71102838423984e-9),
    (6, 1.0, 3.4, 0.3977768557082304, -0.2446803527902518),
    (6, 1.0, 3.6, 0.34959614061650392, -0.2367603062271191),
    (6, 1.0, 1e5, -5.35782257056031e-16, 1.49904442630057e-14),
    (10, 0.37, 1.0, 0.98330099538207061, -0.0331606334327042),
    (10, 0.37, 5.0, 0.64714913683824546, -0.11678450932776292),
    (10, 0.37, 9.0, 0.21093084998155033, -0.085664029395736649),
    (10, 0.37, 100.0, -1.09549857912444e-6, -1.28389460003524e-7),
    (20, 1.0, 5.0, 0.54242146814431996, -0.13655046156493993),
    (20, 1.0, 10.4, 0.050094570831057088, -0.0350281405630666),
    (20, 1.0, 10.6, 0.0434280381346786, -0.0316686297014673),
    (20, 1.0, 400.0, 2.66308755028528e-18, -5.71355271107935e-18),
    (50, 1.0, 10.0, 0.36808178618345623, -0.075051619265788607),
    (50, 1.0, 25.0, 7.30548107472178e-4, -5.31166118679873e-4),
    (50, 1.0, 26.0, 3.39042533059268e-4, -2.75340410192582e-4),
    (50, 1.0, 60.0, 1.68661600835422e-13, -1.92457741827157e-13),
    (101, 1.0, 7.0, 0.78603480178162969, -0.054195022572805386),
    (101, 1.0, 30.0, 9.81730419736342e-3, -3.18406954420101e-3),
    (101, 1.0, 49.0, 9.74483756622012e-7, -6.9470927753674e-7),
    (101, 1.0, 60.0, -5.84570472068774e-11, 4.82434883744642e-11),
    (101, 1.0, 1000.0, -1.1423707417693e-73, 8.61659441452706e-73),
    (201, 1.0, 0.001, 0.99999999752475248, -4.95049503737138e-6),
    (201, 1.0, 10.0, 0.78049569484326265, -0.038732618418892),
    (201, 1.0, 99.0, 2.51092081060002e-13, -1.94745668108399e-13),
    (201, 1.0, 103.0, 8.70899091967753e-15, -8.01692467322259e-15),
    (201, 1.0, 300.0, -3.3264646351487e-62, -8.66185434591297e-62),
    (401, 1.0, 20.0, 0.60766768392513271, -0.0303070502320872),
    (401, 1.0, 199.0, 1.38920671927163e-26, -1.14577125401153e-26),
    (401, 1.0, 250.0, -1.93151283918671e-47, -1.118422451208e-46),
    (1001, 1.0, 40.0, 0.44976077469969348, -0.0179831686293324),
    (1001, 1.0, 120.0, 7.18702599552147e-4, -8.73407128383071e-5),
    (1001, 1.0, 499.0, 1.7746721267250e-66, -1.5502708551431e-66),
    (65534, 1.0, 100.0, 0.9265426523664079, -1.41381675387453e-3),
    (65534, 1.0, 300.0, 0.50325253364613589, -2.30379070553045e-3),
    (
        65534,
        1.0,
        3000.0,
        1.40467914429938e-30,
        -6.44374005956745e-32,
    ),
    (65535, 2.0, 0.25, 0.99999904632613833, -7.62938725551789e-6),
    (65535, 2.0, 100.0, 0.85848313300747269, -2.61989480757542e-3),
    (65535, 2.0, 300.0, 0.25326477567362953, -2.31880545450015e-3),
    (
        65535,
        2.0,
        3000.0,
        1.71022056126351e-60,
        -1.57237106534789e-61,
    ),
];

/// (38), its closed form, for orders whole and half, on both sides of s = ν + 1: absolutely, and before x turns relatively too.
#[test]
fn the_closed_form_is_the_bessel_function() {
    let of_two = EXACT.iter().map(|&(r, t, x, u)| (r, 2.0, t, x, u));
    for (r, lambda, t, x, u) in of_two.chain(FAR.iter().copied()) {
        let root = f64::sqrt(lambda);
        let (found_x, found_u) = NesterovFlow::exact(r, lambda, t, 1.0).unwrap();
        let (off_x, off_u) = ((found_x - x).abs(), (found_u - u).abs() / root);
        assert!(off_x < 3e-16, "r = {r}, t = {t}: {found_x:e} {x:e}");
        assert!(off_u < 3e-16, "r = {r}, t = {t}: {found_u:e} {u:e}");
        if t * root <= (f64::from(r) + 1.0) / 2.0 {
            assert!(off_x < 2e-13 * x.abs(), "r = {r}, t = {t}: {found_x:e}");
            assert!(off_u * root < 2e-13 * u.abs(), "r = {r}, t = {t}");
        }
    }
    // Elementary cases at any time: cos, and sin s/s.
    for k in 1..400 {
        let t = 0.1 * f64::from(k);
        let (x, _) = NesterovFlow::exact(2, 1.0, t, 3.0).unwrap();
        assert!((x - 3.0 * t.sin() / t).abs() < 1e-15);
        let (x, _) = NesterovFlow::exact(1, 4.0, t, 1.0).unwrap();
        // r = 1 is J₀.
        assert!((x - libm::j0(2.0 * t)).abs() < 1e-15);
    }
    assert_eq!(NesterovFlow::exact(3, 2.0, 0.0, 1.5), Ok((1.5, 0.0)));
}

/// Whatever the numbers: a motion that starts at its largest, or an error.
#[test]
fn the_closed_form_is_defined_for_every_order_and_time() {
    let sizes = (-320..=308).step_by(7).map(|k| 10.0_f64.powi(k));
    let times: Vec<_> = sizes
        .chain([0.0, 0.5, 1.0, 3.0, 17.5, 400.0, 5e3, 32768.5, f64::MAX])
        .collect();
    for r in [1, 2, 3, 4, 7, 100, 1001, 32767, 65533, 65534, 65535] {
        for &t in &times {
            for lambda in [5e-324, 1e-300, 1.0, 2.0, 1e300] {
                match NesterovFlow::exact(r, lambda, t, 1.0) {
                    Ok((x, u)) => {
                        let largest = 1.0 + 1e-15;
                        assert!(x.abs() <= largest, "{r} {lambda} {t}: {x}");
                        assert!(u.abs() <= largest * lambda.sqrt(), "{r} {lambda} {t}: {u}");
                    }
                    Err(Error::Parameter(ParameterError::NotFinite { value, .. })) => {
                        assert!(value.is_infinite())
                    }
                    Err(other) => panic!("{other}"),
                }
            }
        }
    }
    let phase = NesterovFlow::exact(3, 1e300, 1e300, 1.0);
    assert!(
        matches!(
            phase,
            Err(Error::Parameter(ParameterError::NotFinite { .. }))
        ),
        "{phase:?}"
    );
    let velocity = NesterovFlow::exact(3, 1e300, 1e-150, 1e300);
    assert!(matches!(
        velocity,
        Err(Error::Parameter(ParameterError::NotFinite {
            name: "velocity",
            ..
        }))
    ));
}

/// (38) from rest at its singular start: the flow itself, for several r, and the published X(1.7).
#[test]
fn the_flow_is_solved_through_its_singular_start() {
    for &(r, t, x, u) in EXACT {
        let bowl = Quadratic::diagonal(vector![2.0]).unwrap();
        let flow = NesterovFlow::new(bowl, f64::from(r))
            .unwrap()
            .in_phase_space(Const::<1>);
        let start = vector![1.0, 0.0];
        let run = Dop853::new(1e-13, 1e-14)
            .integrate(&flow, (0.0, t), start)
            .unwrap();
        assert!((run.last()[0] - x).abs() < 1e-12, "r = {r}, t = {t}");
        assert!((run.last()[1] - u).abs() < 2e-12, "r = {r}, t = {t}");
    }
}

/// A large r takes many steps near time 0, which the error says how to allow.
#[test]
fn a_large_friction_is_followed_from_its_singular_start() {
    for r in [100_u16, 1001, 10_001] {
        let bowl = Quadratic::diagonal(vector![2.0]).unwrap();
        let flow = NesterovFlow::new(bowl, f64::from(r)).unwrap();
        let flow = flow.in_phase_space(Const::<1>);
        let method = Dop853::new(1e-11, 1e-12).without_dense_output();
        let run = |method: Dop853| method.integrate(&flow, (0.0, 20.0), vector![1.0, 0.0]);
        if r > 200 {
            let error = run(method).unwrap_err();
            assert!(
                matches!(error, Error::Solver(SolverError::Stiff { .. })),
                "{error}"
            );
        }
        let run = run(method.without_stiffness_test()).unwrap();
        let (x, u) = NesterovFlow::exact(r, 2.0, 20.0, 1.0).unwrap();
        assert!((run.last()[0] - x).abs() < 1e-10, "r = {r}");
        assert!((run.last()[1] - u).abs() < 1e-10, "r = {r}");
    }
}

/// (38) is unchanged by t → −t, ẋ → −ẋ: over negative times the motion is run backward.
#[test]
fn before_time_zero_the_motion_runs_backward() {
    let bowl = Quadratic::diagonal(vector![2.0]).unwrap();
    let flow = NesterovFlow::new(bowl, 3.0)
        .unwrap()
        .in_phase_space(Const::<1>);
    let at = |t| NesterovFlow::exact(3, 2.0, t, 1.0).unwrap();
    let run = Dop853::new(1e-13, 1e-14)
        .integrate(&flow, (-1.5, -0.25), vector![at(1.5).0, -at(1.5).1])
        .unwrap();
    assert!((run.last()[0] - at(0.25).0).abs() < 1e-11);
    assert!((run.last()[1] + at(0.25).1).abs() < 1e-11);
}

/// The acceleration is a number at any time and velocity, or infinite where the drag is.
#[test]
fn the_acceleration_is_never_nan() {
    let bowl = Quadratic::diagonal(vector![1.0, 2.0]).unwrap();
    let flow = NesterovFlow::new(bowl, 3.0).unwrap();
    let (x, u) = (vector![1.0, 1.0], vector![0.0, 1e-3]);
    for time in [0.0, -0.0, 5e-324, -5e-324, 1e-309, -1.0] {
        let mut acceleration = vector![f64::NAN, f64::NAN];
        flow.acceleration(time, &x, &u, &mut acceleration);
        assert!(acceleration.iter().all(|a| !a.is_nan()), "{time}");
        if time == 0.0 {
            assert_eq!(acceleration[0], -0.25);
            assert!(acceleration[1].is_infinite());
        } else {
            assert_eq!(acceleration[0], -1.0);
        }
    }
}

/// j₁,ₙ and j₂,ₙ by mpmath: `besseljzero(1, n)`, `besseljzero(2, n)`.
const J1_ZEROS: [f64; 18] = [
    3.8317059702075123,
    7.0155866698156188,
    10.173468135062722,
    13.323691936314223,
    16.470630050877633,
    19.615858510468242,
    22.760084380592772,
    25.903672087618383,
    29.046828534916855,
    32.189679910974404,
    35.332307550083865,
    38.474766234771615,
    41.617094212814451,
    44.759318997652822,
    47.901460887185447,
    51.043535183571509,
    54.185553641061321,
    57.327525437901011,
];
const J2_ZEROS: [f64; 4] = [
    5.1356223018406826,
    8.4172441403998649,
    11.619841172149059,
    14.795951782351261,
];

/// For λ = 2, r = 3 the zeros of X are j₁,ₙ/√2, those of Ẋ j₂,ₙ/√2: all of them, in order.
#[test]
fn the_zeros_are_those_of_the_bessel_function() {
    let bowl = Quadratic::diagonal(vector![2.0]).unwrap();
    let flow = NesterovFlow::new(bowl, 3.0)
        .unwrap()
        .in_phase_space(Const::<1>);
    let run = Dop853::new(1e-13, 1e-14)
        .integrate(&flow, (0.0, 41.0), vector![1.0, 0.0])
        .unwrap();
    let first = run.first_crossing(Crossing::Falling, |_, state| state[0]);
    let all = run
        .crossings(Crossing::Either, |_, state| state[0])
        .unwrap();
    assert_eq!(all.len(), J1_ZEROS.len());
    assert_eq!(first.unwrap(), all.first().copied());
    for (found, zero) in all.iter().zip(J1_ZEROS) {
        assert!((found - zero / 2.0_f64.sqrt()).abs() < 1e-11, "{found}");
    }
    // At rest at 0, which is no crossing.
    let turns = run
        .crossings(Crossing::Either, |_, state| state[1])
        .unwrap();
    assert_eq!(turns.len(), 17);
    for (found, zero) in turns.iter().zip(J2_ZEROS) {
        assert!((found - zero / 2.0_f64.sqrt()).abs() < 1e-11, "{found}");
    }
}

/// (38): Nesterov's method with α = s, β_k = (k − 1)/(k + r − 1) follows it at k√s, to first order in √s.
#[test]
fn the_schedule_follows_its_equation_to_first_order() {
    let bowl = Quadratic::diagonal(vector![0.5, 4.0]).unwrap();
    for r in [2.0, 3.0, 4.5, 6.0] {
        let method = Accelerated::Schedule { friction: r };
        let study = Limit::accelerated(method, &NONLINEAR, vector![1.5], Resolution::Low);
        expect(&study.with_halvings(0.005, 5).measure().unwrap(), 1);
        let study = Limit::accelerated(method, &bowl, vector![1.0, -1.0], Resolution::Low);
        expect(&study.with_halvings(0.005, 5).measure().unwrap(), 1);
    }
}

/// (t, the largest f(x(t)) − f* of the window [t, 2t]) for windows that double, f = |x|^p/p and friction r, x₀ = 1.
fn gaps(power: f64, r: f64) -> Vec<(f64, f64)> {
    let f = from_fn(
        move |x: &Vector1<f64>| x.x.abs().powf(power) / power,
        move |x: &Vector1<f64>| vector![x.x.signum() * x.x.abs().powf(power - 1.0)],
    );
    let flow = NesterovFlow::new(f, r).unwrap().in_phase_space(Const::<1>);
    let method = Dop853::new(1e-11, 1e-13);
    let run = method
        .integrate(&flow, (0.0, 2560.0), vector![1.0, 0.0])
        .unwrap();
    let gap = |t: f64| run.at(t).unwrap()[0].abs().powf(power) / power;
    let window = |k: i32| {
        let from = 40.0 * 2.0_f64.powi(k);
        let inside = (0..4000).map(|j| gap(from * (1.0 + f64::from(j) / 4000.0)));
        (from, inside.fold(0.0, f64::max))
    };
    (0..6).map(window).collect()
}

/// f(x(t)) − f* ≤ (r − 1)²|x₀ − x*|²/2t² for r ≥ 3 on a convex f (Su, Boyd and Candès 2016, theorems 3 and 5).
#[test]
fn the_gap_stays_below_its_bound() {
    for power in [2.0, 4.0, 12.0] {
        for r in [3.0_f64, 5.0] {
            let bound = |t: f64| (r - 1.0).powi(2) / 2.0 / t / t;
            for (t, gap) in gaps(power, r) {
                // The largest gap of the window lies at its beginning or later.
                assert!(gap <= bound(t), "|x|^{power}, r = {r}, t = {t}: {gap}");
            }
        }
    }
}

/// The rate itself: t^(−r) on a quadratic, by (38); t^(−2p/(p − 2)) on |x|^p for r = 3 and p > 4, which tends to 1/t² as
/// the minimum gets flatter. (J.-F. Aujol, Ch. Dossal, A. Rondepierre, *SIAM J. Optim.* 29 (2019) 3131.)
#[test]
fn the_rate_is_one_over_time_squared_at_worst_from_friction_3_on() {
    for (power, r, rate) in [
        (2.0, 3.0, -3.0),
        (2.0, 4.0, -4.0),
        (12.0, 3.0, -2.4),
        (42.0, 3.0, -2.1),
    ] {
        let gaps = gaps(power, r);
        let slope = (gaps[5].1 / gaps[0].1).ln() / (gaps[5].0 / gaps[0].0).ln();
        assert!((slope - rate).abs() < 0.05, "|x|^{power}, r = {r}: {slope}");
    }
}

#[test]
fn what_has_no_equation_is_refused() {
    assert!(matches!(
        NesterovFlow::new(Quartic, 0.0),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "friction r",
            ..
        }))
    ));
    assert!(matches!(
        NesterovFlow::exact(0, 1.0, 1.0, 1.0),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "friction r",
            ..
        }))
    ));
    assert!(matches!(
        NesterovFlow::exact(3, 0.0, 1.0, 1.0),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "curvature",
            ..
        }))
    ));
    assert!(matches!(
        NesterovFlow::exact(3, 1.0, -1.0, 1.0),
        Err(Error::Parameter(ParameterError::Negative {
            name: "time",
            ..
        }))
    ));
    // A velocity at time 0, where the drag is infinite, has no motion.
    let flow = NesterovFlow::new(Quartic, 3.0)
        .unwrap()
        .in_phase_space(Const::<1>);
    let error = Dop853::new(1e-9, 1e-9).integrate(&flow, (0.0, 1.0), vector![-0.5, 1.0]);
    assert!(
        matches!(error, Err(Error::Run(RunError::NonFiniteGradient { .. }))),
        "{error:?}"
    );
    let method = Accelerated::Schedule { friction: 4.0 };
    let high = Resolution::HighFromPaper;
    assert_eq!(
        Limit::accelerated(method, &NONLINEAR, vector![1.5], high).measure(),
        Err(Error::Study(StudyError::NoHighResolution { friction: 4.0 }))
    );
}

/// (38): X(t) depends on t√λ alone. A λ of 2⁻¹⁰²⁰ times the size and a t of 2⁵¹⁰ times the size give the same bits, at phases
/// where the rounding of √λ alone would turn the motion by 10⁻¹².
#[test]
fn the_smallest_curvature_has_the_same_motion() {
    for (r, lambda, t) in [(1, 0.7, 3.0), (3, 0.7, 1e4), (4, 1.3, 1e5)] {
        let (x, u) = NesterovFlow::exact(r, lambda, t, 1.0).unwrap();
        let (small, long) = (lambda * f64::exp2(-1020.0), t * f64::exp2(510.0));
        let slow = NesterovFlow::exact(r, small, long, 1.0).unwrap();
        assert_eq!(slow, (x, u * f64::exp2(-510.0)), "r = {r}");
    }
}

/// r is kept, and a start that is not a number is refused by its name.
#[test]
fn a_start_that_is_not_a_number_is_refused() {
    let flow = NesterovFlow::new(Quartic, 3.5).unwrap();
    assert_eq!(flow.friction(), 3.5);
    for (x, u, expected) in [
        (f64::NAN, 0.0, "start position"),
        (1.0, f64::NAN, "start velocity"),
    ] {
        let error = flow.check_start(&vector![x], &vector![u]);
        assert!(
            matches!(&error, Err(Error::Vector(VectorError::NonFiniteComponent { name, .. })) if *name == expected),
            "{error:?}"
        );
    }
}
