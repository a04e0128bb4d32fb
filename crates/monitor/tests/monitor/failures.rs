//! Whatever a loop hands over, the answer is a number or an error with the iteration.

use heavyball::Momentum;
use heavyball_monitor::{Error, Monitor, Rule};

const GOOD: [f64; 3] = [1.0, 2.0, 3.0];

fn rule() -> Rule {
    Momentum::new(0.1, 0.9).unwrap().into()
}

fn begun() -> Monitor<f64> {
    let mut monitor = Monitor::new();
    monitor
        .record(
            6,
            1.0,
            rule(),
            &[&GOOD[..2], &GOOD[2..]],
            &[&GOOD[..2], &GOOD[2..]],
        )
        .unwrap();
    monitor
}

#[test]
fn a_number_that_is_not_finite_is_named() {
    for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let error = begun().record(
            7,
            bad,
            rule(),
            &[&GOOD[..2], &GOOD[2..]],
            &[&GOOD[..2], &GOOD[2..]],
        );
        let named = matches!(error, Err(Error::Loss { iteration: 7, .. }));
        assert!(named);
        for (x, g, second, expected) in [
            ([5.0, bad], [1.0; 2], [1.0; 2], "parameter"),
            ([5.0; 2], [1.0, bad], [1.0; 2], "gradient"),
            ([5.0; 2], [1.0; 2], [1.0, bad], "gradient"),
        ] {
            for mut monitor in [Monitor::new(), Monitor::sampled(3, 1).unwrap(), begun()] {
                let error = monitor
                    .record_halves(
                        7,
                        1.0,
                        rule(),
                        &[&x, &[4.0]],
                        &[&g, &[4.0]],
                        &[&second, &[4.0]],
                    )
                    .unwrap_err();
                let text = error.to_string();
                let Error::NotFinite {
                    name,
                    piece,
                    component,
                    value,
                    iteration,
                } = error
                else {
                    panic!("{error:?}");
                };
                assert_eq!((name, piece, component, iteration), (expected, 0, 1, 7));
                assert!(!value.is_finite() && text.contains("iteration 7"));
            }
        }
    }
}

#[test]
fn after_an_error_the_next_iteration_begins_anew() {
    let mut monitor = begun();
    let pieces: [&[f64]; 2] = [&GOOD[..2], &GOOD[2..]];
    let bad: [&[f64]; 2] = [&[f64::NAN, 1.0], &[1.0]];
    monitor.record(7, 1.0, rule(), &pieces, &bad).unwrap_err();
    let seen = monitor.record(8, 1.0, rule(), &pieces, &pieces).unwrap();
    assert_eq!((seen.curvature, seen.speed), (None, None));
    let seen = monitor.record(9, 1.0, rule(), &pieces, &pieces).unwrap();
    assert_eq!(
        (seen.curvature, seen.speed, seen.alpha_lambda),
        (None, Some(0.0), None)
    );
    assert_eq!(monitor.report().unwrap().over_edge(), (3, 0));
    // The same iteration again has no step to look back on.
    let mut monitor = begun();
    monitor.record(7, 1.0, rule(), &pieces, &bad).unwrap_err();
    let seen = monitor.record(7, 1.0, rule(), &pieces, &pieces).unwrap();
    assert_eq!((seen.speed, seen.kinetic_energy), (None, None));
}

/// α = ½, β = 0: Δt = 1, and Σα/(1 − β) grows by ½ each iteration, whether it was refused or not.
#[test]
fn times_run_on_over_an_error() {
    let rule = Momentum::new(0.5, 0.0).unwrap();
    let pieces: [&[f64]; 1] = [&GOOD];
    let mut monitor = Monitor::new();
    let mut record = |k: usize, loss: f64| monitor.record(k, loss, rule, &pieces, &pieces);
    record(0, 1.0).unwrap();
    record(1, 1.0).unwrap();
    record(2, f64::NAN).unwrap_err();
    record(3, f64::NAN).unwrap_err();
    let seen = record(4, 1.0).unwrap();
    assert!((seen.time - 4.0).abs() < 1e-14, "{}", seen.time);
    assert_eq!(seen.flow_time, Some(2.0));
    assert_eq!(seen.speed, None);
}

/// A step of 10¹⁰ at α = 10⁻³⁰⁰ has the kinetic energy |v|²/4α = 10³²⁰/4.
#[test]
fn an_energy_beyond_the_range_is_an_error_and_the_sums_before_it_stay() {
    let slow = Momentum::new(1e-300, 0.0).unwrap();
    let usual = Momentum::new(0.5, 0.0).unwrap();
    let mut monitor = Monitor::new();
    let mut record =
        |k: usize, rule: Momentum, x: f64| monitor.record(k, 1.0, rule, &[&[x]], &[&[1.0]]);
    record(0, slow, 0.0).unwrap();
    let error = record(1, slow, 1e10);
    assert_eq!(error, Err(Error::Overflow { iteration: 1 }));
    record(2, usual, 0.0).unwrap();
    let seen = record(3, usual, 2.0).unwrap();
    assert_eq!(
        (seen.kinetic_energy, seen.explicit_kinetic_energy),
        (Some(2.0), Some(4.0))
    );
    // α|g|²/4, which drag will take, is beyond f64 at α = 1000 and |g|² = 10³⁰⁷, before the step is taken.
    let long = Momentum::new(1000.0, 0.0).unwrap();
    let mut monitor = Monitor::new();
    let mut record = |k: usize, g: f64| monitor.record(k, 1.0, long, &[&[0.0]], &[&[g]]);
    record(0, 1.0).unwrap();
    let error = record(1, 10_f64.powf(153.5));
    assert_eq!(error, Err(Error::Overflow { iteration: 1 }));
    record(2, 0.0).unwrap();
    assert_eq!(record(3, 0.0).unwrap().dissipated, Some(0.0));
    // The largest rate has a drag all the same: √2/√α, and √α is 2⁵¹².
    let fast = Momentum::new(f64::MAX, 0.0).unwrap();
    let seen = Monitor::new()
        .record(0, 1.0, fast, &[&[1.0]], &[&[1.0]])
        .unwrap();
    assert!((seen.drag * 2.0_f64.powi(512) - 2.0_f64.sqrt()).abs() < 1e-14);
}

/// |v|² of 9·10⁻³²⁴ is two of the smallest numbers, and no curvature of 1.3 can be told from it.
#[test]
fn a_step_whose_square_has_no_digits_has_no_curvature() {
    let mut monitor = Monitor::new();
    let mut record = |k: usize, x: f64| {
        monitor
            .record(k, 1.0, rule(), &[&[x]], &[&[1.3 * x]])
            .unwrap()
    };
    record(0, 0.0);
    let seen = record(1, 3e-162);
    assert_eq!((seen.curvature, seen.alpha_lambda), (None, None));
}

/// Each value is finite, and their sum is not: 2·10³⁰⁸, and four times |v|² = 4a² = 4.9·10³⁰⁷.
#[test]
fn a_mean_whose_sum_is_beyond_the_range_is_missing() {
    let rule = Momentum::new(1.0, 0.0).unwrap();
    let mut monitor = Monitor::new();
    for k in 0..5 {
        let x = if k % 2 == 0 { 3.5e153 } else { -3.5e153 };
        let seen = monitor.record(k, 1e308, rule, &[&[x]], &[&[x]]).unwrap();
        assert_eq!(seen.curvature, (k > 0).then_some(1.0));
    }
    let report = monitor.report().unwrap();
    let all = report.joined(1).pop().unwrap();
    assert_eq!((all.loss(), all.curvature()), (None, None));
    assert_eq!(all.edge(), Some(2.0));
    let row = report.rows().last().unwrap();
    assert_eq!((row.loss(), row.curvature()), (Some(1e308), Some(1.0)));
}

#[test]
fn lengths_that_differ_are_named() {
    let pieces: [&[f64]; 2] = [&GOOD[..2], &GOOD[2..]];
    let error = begun()
        .record(7, 1.0, rule(), &pieces, &pieces[..1])
        .unwrap_err();
    let expected = Error::Pieces {
        name: "gradients",
        expected: 2,
        found: 1,
        iteration: 7,
    };
    assert_eq!(error, expected);
    let longer: [&[f64]; 2] = [&GOOD[..2], &GOOD[..]];
    let error = begun()
        .record(7, 1.0, rule(), &longer, &longer)
        .unwrap_err();
    let expected = Error::Length {
        name: "parameters",
        piece: 1,
        expected: 1,
        found: 3,
        iteration: 7,
    };
    assert_eq!(error, expected);
    let error = begun()
        .record_halves(7, 1.0, rule(), &pieces, &pieces, &longer)
        .unwrap_err();
    let expected = Error::Length {
        name: "gradients",
        piece: 1,
        expected: 1,
        found: 3,
        iteration: 7,
    };
    assert_eq!(error, expected);
    for empty in [&[][..], &[&[][..]]] {
        let error = Monitor::<f32>::new().record(0, 1.0, rule(), empty, empty);
        assert_eq!(error, Err(Error::Empty { iteration: 0 }));
    }
}

#[test]
fn rules_orders_samples_and_reports_that_cannot_be_used() {
    let pieces: [&[f64]; 2] = [&GOOD[..2], &GOOD[2..]];
    for iteration in [6, 5, 0] {
        let error = begun().record(iteration, 1.0, rule(), &pieces, &pieces);
        assert_eq!(error, Err(Error::Order { iteration, last: 6 }));
    }
    for (alpha, beta) in [
        (0.0, 0.9),
        (f64::NAN, 0.9),
        (-0.1, 0.9),
        (0.1, 1.1),
        (0.1, f64::NAN),
    ] {
        for nesterov in [false, true] {
            let rule = Rule {
                alpha,
                beta,
                nesterov,
            };
            let error = begun().record(7, 1.0, rule, &pieces, &pieces).unwrap_err();
            let named = matches!(error, Error::Rule { iteration: 7, .. });
            assert!(named, "{alpha} {beta}");
        }
    }
    assert!(Monitor::<f32>::sampled(0, 1).is_err());
    assert_eq!(Monitor::<f32>::new().report(), Err(Error::NothingRecorded));
    // Squares beyond f64.
    let huge = [1e200, -1e200, 0.0];
    let far: [&[f64]; 2] = [&huge[..2], &huge[2..]];
    let error = begun().record(7, 1.0, rule(), &far, &pieces);
    assert_eq!(error, Err(Error::Overflow { iteration: 7 }));
    assert!(Monitor::new().record(7, 1.0, rule(), &far, &pieces).is_ok());
}
