//! Messages name the cause, give numbers that a reader can use, and fit on a screen.

use heavyball::error::SolverError;
use heavyball::prelude::*;
use nalgebra::vector;

fn readable(error: &Error) {
    let text = error.to_string();
    assert!(
        (1..=400).contains(&text.chars().count()),
        "{} characters: {text}",
        text.len()
    );
    for absurd in [
        " inf",
        "NaN,",
        "below 0 ",
        "below 0,",
        "above inf",
        "below inf",
    ] {
        assert!(!text.contains(absurd), "{text}");
    }
}

/// No limit is named that no number keeps to.
#[test]
fn advice_is_within_its_own_range() {
    let values = [
        5e-324,
        1e-310,
        1e-160,
        1e-3,
        1.0,
        1e3,
        1e160,
        1e308,
        f64::MAX,
    ];
    for mass in values {
        for drag in values {
            let ball = HeavyBall::new(mass, drag).unwrap();
            for dt in values {
                for map in Discretization::ALL {
                    if let Err(error) = map.coefficients(&ball, dt) {
                        readable(&error);
                    }
                    if let Err(error) = map.rescaled(dt.min(1.0), 0.5, drag) {
                        readable(&error);
                    }
                }
            }
        }
    }
}

/// y' = 1e50/y from t = 1: steps of 1e-50 do not change the time.
#[test]
fn steps_below_the_resolution_of_time_are_told() {
    struct Steep;
    impl FirstOrderSystem<nalgebra::Const<1>> for Steep {
        fn derivative(
            &self,
            _: f64,
            y: &nalgebra::Vector1<f64>,
            derivative: &mut nalgebra::Vector1<f64>,
        ) {
            derivative.x = 1e50 / y.x;
        }
    }
    let rk45 = Rk45::new(1e-6, 1e-6).integrate(&Steep, (1.0, 2.0), vector![1.0]);
    let dop853 = Dop853::new(1e-6, 1e-6).integrate(&Steep, (1.0, 2.0), vector![1.0]);
    for error in [rk45.unwrap_err(), dop853.unwrap_err()] {
        assert!(
            matches!(error, Error::Solver(SolverError::TimeResolution { .. })),
            "{error}"
        );
        readable(&error);
    }
    // With a clock that starts at 0 every step has its time: y = √(1 + 2·10⁵⁰t).
    let run = Rk45::new(1e-9, 1e-9)
        .integrate(&Steep, (0.0, 1.0), vector![1.0])
        .unwrap();
    assert!(run.times().windows(2).all(|pair| pair[0] < pair[1]));
    assert!((run.last().x / 2e50_f64.sqrt() - 1.0).abs() < 1e-6);
}

/// The advice on a stiff ball is not only stable but right: x(2) = e^(−2) + O(m) = 0.135322 for m = 1e-4, γ = k = 1.
#[test]
fn the_advice_for_a_stiff_ball_is_accurate() -> Result<(), Error> {
    let ball = HeavyBall::new(1e-4, 1.0)?;
    let exact = DampedOscillator::new(1e-4, 1.0, 1.0)?.at(2.0, 1.0, 0.0).0;
    assert!((exact - 0.135_322).abs() < 1e-6);
    let bowl = Quadratic::diagonal(vector![1.0])?;
    let problem = Problem::new(ball, bowl, vector![1.0]).until(2.0);
    let error = problem.solve(&Rk45::new(1e-6, 1e-6)).map(drop);
    if let Err(error) = error {
        let text = error.to_string();
        assert!(
            text.contains("Adaptive") && text.contains("CentralLeapfrog"),
            "{text}"
        );
        readable(&error);
    }
    let end = |run: Trajectory<nalgebra::Const<1>>| run.last().position.x;
    assert!((end(problem.solve(&Adaptive::new(1e-9, 1e-9))?) - exact).abs() < 1e-8);
    assert!((end(problem.solve(&CentralLeapfrog::new(1e-3)?)?) - exact).abs() < 2e-4);
    assert!((end(problem.solve(&Leapfrog::new(1e-3)?)?) - exact).abs() > 0.1);
    Ok(())
}

/// A drag of 3/t at t = 0 is the cause, not the gradient.
#[test]
fn a_coefficient_that_is_not_finite_is_named() {
    use heavyball::VaryingBall;
    use heavyball::error::RunError;
    let bowl = Quadratic::diagonal(vector![1.0]).unwrap();
    let system = VaryingBall::new(&bowl, |_| 1.0, |t| 3.0 / t).in_phase_space(nalgebra::Const::<1>);
    let late = VaryingBall::new(&bowl, |t| 1.0 - t, |_| 0.1).in_phase_space(nalgebra::Const::<1>);
    let start = vector![1.0, 0.5];
    for (found, name) in [
        (
            Rk45::new(1e-6, 1e-6).integrate(&system, (0.0, 1.0), start),
            "drag",
        ),
        (
            Dop853::new(1e-6, 1e-6).integrate(&system, (0.0, 1.0), start),
            "drag",
        ),
        (
            Rk45::new(1e-6, 1e-6).integrate(&late, (1.0, 2.0), start),
            "mass",
        ),
        (
            Dop853::new(1e-6, 1e-6).integrate(&late, (1.0, 2.0), start),
            "mass",
        ),
    ] {
        let error = found.unwrap_err();
        let Error::Run(RunError::Coefficient { name: blamed, .. }) = &error else {
            panic!("{error}");
        };
        assert_eq!(*blamed, name);
        assert!(!error.to_string().contains("gradient"), "{error}");
    }
}

/// A schedule that fails late is blamed by its iteration, not the step or the gradient.
#[test]
fn a_schedule_that_fails_late_is_named() {
    use heavyball::error::RuleError;
    let rate = |k: usize| if k == 70 { f64::NAN } else { 0.01 };
    let rule = Momentum::scheduled(rate, 0.9);
    let error = rule
        .iterates(&DoubleWell, vector![0.5, 1.0])
        .after(100)
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Rule(RuleError::ScheduleOutOfRange { iteration: 70, .. })
        ),
        "{error}"
    );
    readable(&error);
}

/// Long names are shown without their middle.
#[cfg(feature = "plot")]
#[test]
fn long_titles_and_paths_are_cut() {
    use heavyball::plot::{Annotation, Figure, Line, Panel};
    let long = "a title of many words, ".repeat(250);
    let empty = Figure::new(&long).panel(Panel::new()).render().unwrap_err();
    readable(&Error::from(empty));
    let line = || Panel::new().layer(Line::new("", [(0.0, 0.0), (1.0, 1.0)]));
    let nowhere = Figure::new("")
        .panel(line())
        .save(format!("/dev/null/{long}/figure.png"));
    readable(&Error::from(nowhere.unwrap_err()));
    // Offsets of any size neither hang nor panic.
    for offset in [
        (0.0, 1e17),
        (f64::NAN, 0.0),
        (f64::INFINITY, f64::NEG_INFINITY),
        (-1e308, 1e308),
    ] {
        let note = Annotation::new("note", (0.5, 0.5)).offset(offset.0, offset.1);
        let figure = Figure::new("").size(320, 240).panel(line().layer(note));
        assert!(figure.render().is_ok() && figure.to_svg().is_ok());
    }
}
