//! Escape: which ball passes a barrier, and which iteration: derivation (43) to (45).
//!
//! Critical values against those found by bisection in mpmath and numpy; bounds, scalings and limits on other starts.
#![allow(
    clippy::excessive_precision,
    reason = "recorded numbers keep the digits they were printed with"
)]

use crate::support::slope::{is_order, slope};
use heavyball::TiltedDoubleWell;
use heavyball::error::{EscapeError, ParameterError};
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use heavyball::study::escape::{Barrier, Fate, escape_speed};
use nalgebra::{Vector1, vector};
use proptest::prelude::*;

/// The saddle of x⁴/4 − x²/2 + x/10.
const SADDLE: f64 = 0.10103125788101082;

fn quartic() -> Barrier<Quartic> {
    Barrier::new(Quartic, -0.5, 0.0).unwrap()
}

fn tilted(start: f64) -> Barrier<TiltedDoubleWell> {
    Barrier::new(TiltedDoubleWell::new(0.1).unwrap(), start, SADDLE).unwrap()
}

fn is_free(fate: Result<Fate, Error>) -> bool {
    matches!(fate.unwrap(), Fate::Free { .. })
}

/// γ* of the shelf and of two saddles, at m = 1.
#[test]
fn the_critical_drag_is_that_of_other_programs() {
    for (found, expected) in [
        (quartic().critical_drag(1.0), 2.44048378670468),
        (tilted(1.4).critical_drag(1.0), 0.196109891946602),
        (tilted(1.5).critical_drag(1.0), 0.379245550127689),
    ] {
        let found = found.unwrap();
        assert!((found.value - expected).abs() < 1e-12, "{found:?}");
        assert!(found.free < found.trapped && found.trapped - found.free < 1e-12);
    }
}

/// (43): the bound is the energy to spare over the frictionless speed's integral; values by quadrature in mpmath.
#[test]
fn the_lower_bound_is_the_integral() {
    for (found, expected) in [
        (quartic().lower_bound(1.0), 1.10550354211511930),
        (tilted(1.4).lower_bound(1.0), 0.146734477371253831),
        (tilted(1.5).lower_bound(1.0), 0.250899254015659044),
        (quartic().lower_bound(4.0), 2.2110070842302386),
    ] {
        let found = found.unwrap();
        assert!((found - expected).abs() < 1e-12, "{found}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// (43): below the bound every ball escapes; γ* lies above it and grows like √m, from tiny to huge mass.
    #[test]
    fn the_critical_drag_lies_above_the_bound_and_grows_like_the_root_of_the_mass(
        start in 1.36..3.0_f64, exponent in -8.0..8.0_f64, part in 0.0..0.999_f64,
    ) {
        let (barrier, mass) = (tilted(start), 10.0_f64.powf(exponent));
        let bound = barrier.lower_bound(mass)?;
        prop_assert!(is_free(barrier.fate(&HeavyBall::new(mass, part * bound)?)));
        let (heavy, unit) = (barrier.critical_drag(mass)?.value, barrier.critical_drag(1.0)?.value);
        prop_assert!(heavy > bound);
        prop_assert!((heavy / mass.sqrt() / unit - 1.0).abs() < 1e-10, "{heavy} {unit}");
    }

    /// (43): a quadratic saddle is passed from one speed on: at it the ball creeps up to the top.
    #[test]
    fn the_escape_speed_is_that_of_the_closed_form(
        exponent in -6.0..6.0_f64, drag in 0.0..10.0_f64, curvature in 0.01..100.0_f64, distance in 0.01..10.0_f64,
    ) {
        let mass = 10.0_f64.powf(exponent);
        let speed = escape_speed(&HeavyBall::new(mass, drag)?, curvature, distance)?;
        let saddle = DampedOscillator::new(mass, drag, -curvature)?;
        // Long enough for a difference of 1e-6 to grow past the distance.
        let growth = -drag / (2.0 * mass) + (drag / (2.0 * mass)).hypot((curvature / mass).sqrt());
        let time = 20.0 / growth;
        prop_assert!(saddle.at(time, -distance, speed * (1.0 + 1e-6)).0 > 0.0);
        prop_assert!(saddle.at(time, -distance, speed * (1.0 - 1e-6)).0 < 0.0);
    }

    /// The ball and its mirror image share their fate.
    #[test]
    fn left_and_right_are_alike(start in 1.36..2.5_f64) {
        let mirrored = from_fn(
            |x: &Vector1<f64>| x.x.powi(4) / 4.0 - x.x * x.x / 2.0 - 0.1 * x.x,
            |x: &Vector1<f64>| vector![x.x.powi(3) - x.x - 0.1],
        );
        let mirrored = Barrier::new(mirrored, -start, -SADDLE)?.critical_drag(1.0)?.value;
        let own = tilted(start).critical_drag(1.0)?.value;
        prop_assert!((mirrored / own - 1.0).abs() < 1e-10, "{mirrored} {own}");
    }

    /// (44): a ball that is said to be trapped is still before the top a long time later, and one that is free is past it.
    #[test]
    fn a_fate_comes_true(part in prop_oneof![0.5..0.99_f64, 1.01..3.0_f64, Just(1.0 - 1e-6), Just(1.0 + 1e-6)]) {
        let drag = part * 2.44048378670468;
        let ball = HeavyBall::new(1.0, drag)?;
        let fate = quartic().fate(&ball)?;
        prop_assert_eq!(matches!(fate, Fate::Free { .. }), part < 1.0);
        let (Fate::Free { time } | Fate::Trapped { time }) = fate;
        let run = Problem::new(ball, Quartic, vector![-0.5]).until(time + 100.0);
        let run = run.solve(&Dop853::new(1e-12, 1e-14))?;
        let before = run.at(time)?.position.x;
        let is_there = if part < 1.0 { before.abs() < 1e-9 } else { before < 0.0 };
        prop_assert!(is_there, "at {before} after {time}");
        prop_assert_eq!(run.last().position.x > 0.0, part < 1.0);
    }
}

/// The critical β from v₀ = 0, to the digits that another program printed.
#[test]
fn the_critical_beta_is_that_of_another_program() {
    for (alpha, expected) in [
        (0.1, 0.3353330369),
        (0.0125, 0.7445095125),
        (0.00078125, 0.9329305705),
    ] {
        let found = quartic().critical_beta(alpha).unwrap();
        assert!((found.value - expected).abs() < 1e-10, "{found:?}");
        assert!(found.trapped < found.free && found.free - found.trapped < 1e-12);
        for (beta, escapes) in [(found.free, true), (found.trapped, false)] {
            let iterates = Momentum::new(alpha, beta).unwrap();
            let mut iterates = iterates.iterates(&Quartic, vector![-0.5]).take(200_000);
            assert_eq!(iterates.any(|iterate| iterate.position.x > 0.0), escapes);
        }
    }
}

/// (45): at the critical β, c = γ_eff/√m_eff tends to γ* with slope 1 in α, (1 − β)/√α with slope ½, on shelf and saddle.
#[test]
fn the_effective_drag_tends_to_the_critical_one_linearly() {
    fn check<P: Potential<f64, nalgebra::Const<1>>>(
        barrier: &Barrier<P>,
        largest: f64,
        limit: f64,
    ) {
        let mut effective = Vec::new();
        let mut naive = Vec::new();
        for halving in 0..7 {
            let alpha = largest * 0.5_f64.powi(halving);
            let beta = barrier.critical_beta(alpha).unwrap().value;
            let c = Momentum::new(alpha, beta).unwrap().drag_over_root_mass();
            effective.push((alpha, (c - limit).abs()));
            naive.push((alpha, ((1.0 - beta) / alpha.sqrt() - limit).abs()));
        }
        let (one, half) = (slope(&effective), slope(&naive));
        assert!(is_order(one, 1), "{one} {effective:?}");
        assert!((half - 0.5).abs() < 0.05, "{half} {naive:?}");
    }
    check(&quartic(), 2e-3, 2.44048378670468);
    check(&tilted(1.5), 5e-5, 0.379245550127689);
}

/// Neither energy nor shelf decides where αL is large; a minimum that attracts does.
#[test]
fn a_large_rate_is_trapped_where_it_comes_to_rest() {
    let barrier = tilted(1.4);
    let rule = Momentum::new(0.3, 0.4).unwrap();
    let fate = barrier.fate_of_iterates(&rule).unwrap();
    assert!(
        matches!(fate, Fate::Trapped { time } if time < 1e3),
        "{fate:?}"
    );
    let well = TiltedDoubleWell::new(0.1).unwrap();
    let end = rule.iterates(&well, vector![1.4]).after(10_000);
    assert!(end.unwrap().position.x > 0.9);
}

#[test]
fn nonsense_is_refused() {
    type Made = Result<Barrier<Quartic>, Error>;
    let made: Made = Barrier::new(Quartic, -0.5, 1.0);
    assert!(matches!(
        made,
        Err(Error::Escape(EscapeError::NotCritical { saddle: 1.0, .. }))
    ));
    let made: Made = Barrier::new(Quartic, 1.0, 0.0);
    assert!(matches!(
        made,
        Err(Error::Escape(EscapeError::StartNotAbove { start: 1.0, .. }))
    ));
    let made: Made = Barrier::new(Quartic, 0.0, 0.0);
    assert!(matches!(
        made,
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
    for wrong in [f64::NAN, f64::INFINITY] {
        let made: Made = Barrier::new(Quartic, wrong, 0.0);
        assert!(matches!(
            made,
            Err(Error::Parameter(ParameterError::NotFinite { .. }))
        ));
        let made: Made = Barrier::new(Quartic, -0.5, wrong);
        assert!(matches!(
            made,
            Err(Error::Parameter(ParameterError::NotFinite { .. }))
        ));
    }
    for mass in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let found = quartic().critical_drag(mass);
        assert!(
            matches!(
                found,
                Err(Error::Parameter(ParameterError::NotPositive { .. }))
            ),
            "{found:?}"
        );
    }
    for alpha in [0.0, -1.0, f64::NAN] {
        let found = quartic().critical_beta(alpha);
        assert!(
            matches!(
                found,
                Err(Error::Parameter(ParameterError::NotPositive { .. }))
            ),
            "{found:?}"
        );
    }
    let backward = Momentum::new(0.1, -0.5).unwrap();
    let found = quartic().fate_of_iterates(&backward);
    assert!(
        matches!(
            found,
            Err(Error::Parameter(ParameterError::Negative { .. }))
        ),
        "{found:?}"
    );
    // Gradient descent with a rate of 1 jumps over the top at once.
    let found = quartic().critical_beta(1.0);
    assert!(
        matches!(
            found,
            Err(Error::Escape(EscapeError::NoCritical {
                outcome: "escapes",
                ..
            }))
        ),
        "{found:?}"
    );
    let ball = HeavyBall::new(1.0, 1.0).unwrap();
    for wrong in [0.0, -1.0, f64::NAN] {
        assert!(matches!(
            escape_speed(&ball, wrong, 1.0),
            Err(Error::Parameter(ParameterError::NotPositive { .. }))
        ));
        assert!(matches!(
            escape_speed(&ball, 1.0, wrong),
            Err(Error::Parameter(ParameterError::NotPositive { .. }))
        ));
    }
}

/// A hill on the way that is higher than the given top is the barrier, whether it is above the start or below it.
#[test]
fn a_higher_hill_on_the_way_is_found() {
    // −cos x on a ramp down to the right: tops near π and 3π, the first the higher.
    let hills = from_fn(
        |x: &Vector1<f64>| -x.x.cos() - 0.2 * (x.x - 4.0),
        |x: &Vector1<f64>| vector![x.x.sin() - 0.2],
    );
    let [near, far] = [1.0, 3.0].map(|n| n * std::f64::consts::PI - 0.2_f64.asin());
    for start in [2.2, -1.69, -2.5] {
        let error = Barrier::new(&hills, start, far).err().unwrap();
        assert!(
            matches!(error, Error::Escape(EscapeError::HigherGround { position, .. }) if (start..near).contains(&position)),
            "{error}"
        );
    }
    // From a start between both tops, or with the nearer one as the barrier, all is well.
    assert!(Barrier::new(&hills, 3.2, far).is_ok());
    let drag = Barrier::new(&hills, -2.5, near).and_then(|barrier| barrier.critical_drag(1.0));
    assert!(drag.is_ok_and(|drag| drag.value > 0.1));
}

/// f(x) = c·F(x/l) has γ* = √c/l·γ*_F at m = 1, from the scales of atoms to those of planets.
#[test]
fn the_critical_drag_knows_no_units() {
    for (height, length) in [
        (1.0, 1.0),
        (1e-12, 1e-6),
        (4e-21, 1e-9),
        (1e-20, 1e-10),
        (1e20, 1e7),
    ] {
        let well = from_fn(
            move |x: &Vector1<f64>| {
                let x = x.x / length;
                height * (x.powi(4) / 4.0 - x * x / 2.0 + 0.1 * x)
            },
            move |x: &Vector1<f64>| {
                let x = x.x / length;
                vector![height / length * (x.powi(3) - x + 0.1)]
            },
        );
        let barrier = Barrier::new(well, 1.5 * length, SADDLE * length).unwrap();
        let unit = f64::sqrt(height) / length;
        let found = barrier.critical_drag(1.0).unwrap().value / unit;
        assert!(
            (found / 0.379245550127689 - 1.0).abs() < 1e-11,
            "{height:e}: {found}"
        );
        let bound = barrier.lower_bound(1.0).unwrap() / unit;
        assert!(
            (bound / 0.250899254015659044 - 1.0).abs() < 1e-12,
            "{height:e}: {bound}"
        );
    }
}

/// A cliff that hides between the places where the force is looked at shows in the height behind it.
#[test]
fn a_hidden_cliff_is_no_shelf() {
    // F = 1e-4 x², and within 0.35 of the cliff that of a smooth step down by 1772: outside it is exactly nothing. The cliffs lie
    // in the middle between two of the 128 places from −100 to 0.
    let (lift, half) = (1772.0, 0.35);
    for cliff in [-8.984375, -20.703125, -50.390625] {
        let part = move |x: f64| ((x - cliff) / (2.0 * half) + 0.5).clamp(0.0, 1.0);
        let shelf = from_fn(
            move |x: &Vector1<f64>| {
                let t = part(x.x);
                -1e-4 * x.x.powi(3) / 3.0 + lift * (1.0 - t * t * (3.0 - 2.0 * t))
            },
            move |x: &Vector1<f64>| {
                let t = part(x.x);
                vector![-1e-4 * x.x * x.x - lift * 6.0 * t * (1.0 - t) / (2.0 * half)]
            },
        );
        let barrier = Barrier::new(shelf, -100.0, 0.0).unwrap();
        let fate = barrier.fate(&HeavyBall::new(1.0, 0.5).unwrap());
        assert!(is_free(fate), "{cliff}");
        // The same for the iterates of the same ball, at steps of 1/100.
        let iterates = barrier.fate_of_iterates(&Momentum::new(1e-4, 0.995).unwrap());
        assert!(is_free(iterates), "{cliff}");
    }
}

/// Far starts and enormous drags have answers too, at once.
#[test]
fn far_starts_and_large_drags_are_decided() {
    for start in [30.0, 100.0] {
        let found = tilted(start).critical_drag(1.0).unwrap();
        assert!(found.free < found.trapped && found.free > tilted(start).lower_bound(1.0).unwrap());
        assert!(found.trapped / found.free - 1.0 < 1e-12, "{found:?}");
    }
    let far = tilted(1000.0).critical_drag(1.0);
    assert!(
        matches!(far, Err(Error::Escape(EscapeError::Undecided { .. }))),
        "{far:?}"
    );
    for drag in [1e4, 1e6, 1e9, 1e300] {
        let fate = tilted(1.5).fate(&HeavyBall::new(1.0, drag).unwrap());
        assert!(matches!(fate, Ok(Fate::Trapped { .. })), "{fate:?}");
    }
    for alpha in [1e-8, 1e-10] {
        let beta = tilted(1.5).critical_beta(alpha).unwrap().value;
        let c = Momentum::new(alpha, beta).unwrap().drag_over_root_mass();
        assert!((c / 0.379245550127689 - 1.0).abs() < 1e-5, "{alpha:e}: {c}");
    }
}

/// A place that is nearly critical in its own units is none; f and f′ that are no numbers are refused.
#[test]
fn a_barrier_is_checked_in_its_own_units() {
    let tiny = from_fn(
        |x: &Vector1<f64>| 1e-9 * (x.x.powi(4) / 4.0 - x.x * x.x / 2.0 + 0.1 * x.x),
        |x: &Vector1<f64>| vector![1e-9 * (x.x.powi(3) - x.x + 0.1)],
    );
    for wrong in [0.2, 0.4, SADDLE + 1e-6] {
        let made = Barrier::new(&tiny, 1.5, wrong).map(|_| ());
        assert!(
            matches!(made, Err(Error::Escape(EscapeError::NotCritical { .. }))),
            "{made:?}"
        );
    }
    assert!(Barrier::new(&tiny, 1.5, SADDLE).is_ok());
    let spoiled = |value: f64, slope: f64| {
        let f = from_fn(
            move |x: &Vector1<f64>| if x.x == 1.0 { value } else { x.x * x.x },
            move |x: &Vector1<f64>| vector![if x.x == 1.0 { slope } else { 2.0 * x.x }],
        );
        Barrier::new(f, 1.0, 0.0).map(|_| ())
    };
    for (value, slope) in [(f64::NAN, 2.0), (f64::INFINITY, 2.0), (1.0, f64::NAN)] {
        let made = spoiled(value, slope);
        assert!(
            matches!(
                made,
                Err(Error::Parameter(ParameterError::NotFinite { .. }))
            ),
            "{made:?}"
        );
    }
    let fast = HeavyBall::new(1.0, 1e200).unwrap();
    assert!(matches!(
        escape_speed(&fast, 1.0, 1e200),
        Err(Error::Parameter(ParameterError::NotFinite { .. }))
    ));
}
