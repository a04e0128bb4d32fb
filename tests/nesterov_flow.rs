//! Nesterov's schedule and its equation ẍ + (r/t)ẋ + ∇f = 0.
//!
//! Derivation (38): the Bessel form for a quadratic, the order at which the iterates follow, and the rate 1/t².
#![allow(
    clippy::unwrap_used,
    clippy::excessive_precision,
    reason = "a test that cannot be set up should fail; numbers as printed by mpmath"
)]

mod smooth;

use heavyball::events::Crossing;
use heavyball::prelude::*;
use heavyball::study::{AcceleratedLimit, Convergence, Order, Resolution};
use nalgebra::{Const, Vector1, vector};
use smooth::NONLINEAR;

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

/// (38), its closed form, on both sides of the series' end and for orders whole and half.
#[test]
fn the_closed_form_is_the_bessel_function() {
    for &(r, t, x, u) in EXACT {
        let (found_x, found_u) = NesterovFlow::exact(r, 2.0, t, 1.0).unwrap();
        assert!(
            (found_x - x).abs() < 4e-15,
            "r = {r}, t = {t}: {found_x:e} {x:e}"
        );
        assert!(
            (found_u - u).abs() < 4e-15,
            "r = {r}, t = {t}: {found_u:e} {u:e}"
        );
    }
    // Elementary cases at any time: cos, and sin s/s.
    for k in 1..400 {
        let t = 0.1 * f64::from(k);
        let (x, _) = NesterovFlow::exact(2, 1.0, t, 3.0).unwrap();
        assert!((x - 3.0 * t.sin() / t).abs() < 1e-14);
        let (x, _) = NesterovFlow::exact(1, 4.0, t, 1.0).unwrap();
        // r = 1 is J₀.
        assert!((x - libm::j0(2.0 * t)).abs() < 1e-14);
    }
    assert_eq!(NesterovFlow::exact(3, 2.0, 0.0, 1.5), Ok((1.5, 0.0)));
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

/// The first zero for λ = 2, r = 3 is j₁,₁/√2.
#[test]
fn the_first_zero_is_that_of_the_bessel_function() {
    let bowl = Quadratic::diagonal(vector![2.0]).unwrap();
    let flow = NesterovFlow::new(bowl, 3.0)
        .unwrap()
        .in_phase_space(Const::<1>);
    let run = Dop853::new(1e-13, 1e-14)
        .integrate(&flow, (0.0, 4.0), vector![1.0, 0.0])
        .unwrap();
    let zero = run.first_crossing(Crossing::Falling, |_, state| state[0]);
    let zero = zero.unwrap().unwrap();
    assert!((zero - 2.7094252750467112).abs() < 1e-12, "{zero}");
}

fn is_order(order: &Order, expected: f64) -> bool {
    let fit = order.fit.unwrap();
    (fit.order - expected).abs() <= 0.05 && fit.points == 6
}

#[track_caller]
fn expect(table: &Convergence, order: f64) {
    assert!(is_order(table.position(), order), "{table}");
    assert!(is_order(table.velocity(), order), "{table}");
}

/// (38): Nesterov's method with α = s, β_k = (k − 1)/(k + r − 1) follows it at k√s, to first order in √s.
#[test]
fn the_schedule_follows_its_equation_to_first_order() {
    let bowl = Quadratic::diagonal(vector![0.5, 4.0]).unwrap();
    for r in [2.0, 3.0, 4.5, 6.0] {
        let study = AcceleratedLimit::schedule(&NONLINEAR, r, vector![1.5]).halvings(0.005, 5);
        expect(&study.measure(Resolution::Low).unwrap(), 1.0);
        let study = AcceleratedLimit::schedule(&bowl, r, vector![1.0, -1.0]).halvings(0.005, 5);
        expect(&study.measure(Resolution::Low).unwrap(), 1.0);
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
        Err(Error::NotPositive {
            name: "friction r",
            ..
        })
    ));
    assert!(matches!(
        NesterovFlow::exact(0, 1.0, 1.0, 1.0),
        Err(Error::NotPositive {
            name: "friction r",
            ..
        })
    ));
    assert!(matches!(
        NesterovFlow::exact(3, 0.0, 1.0, 1.0),
        Err(Error::NotPositive {
            name: "curvature",
            ..
        })
    ));
    assert!(matches!(
        NesterovFlow::exact(3, 1.0, -1.0, 1.0),
        Err(Error::Negative { name: "time", .. })
    ));
    // A velocity at time 0, where the drag is infinite, has no motion.
    let flow = NesterovFlow::new(Quartic, 3.0)
        .unwrap()
        .in_phase_space(Const::<1>);
    let error = Dop853::new(1e-9, 1e-9).integrate(&flow, (0.0, 1.0), vector![-0.5, 1.0]);
    assert!(
        matches!(error, Err(Error::NonFiniteGradient { .. })),
        "{error:?}"
    );
    let study = AcceleratedLimit::schedule(&NONLINEAR, 4.0, vector![1.5]);
    assert_eq!(
        study.measure(Resolution::HighFromPaper),
        Err(Error::NoHighResolution { friction: 4.0 })
    );
}
