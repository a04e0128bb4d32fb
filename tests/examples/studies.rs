//! The tables that the examples of the limits write: their columns, and in their numbers the orders of derivation (23) to (45).
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::{EXAMPLES, Fallible, Finished};
use crate::support::slope::{is_order, slope};
use std::collections::BTreeMap;

/// Errors over a parameter, in x and in ẋ.
type Points = [Vec<(f64, f64)>; 2];

/// The points of each (study, method, start) of a table of convergence.
fn studies(example: &str, table: &str, parameter: &str) -> Fallible<BTreeMap<String, Points>> {
    let (header, rows) = Finished::of(example)?.csv(table)?;
    let expected = format!("study,method,start,{parameter},error_position,error_velocity");
    if header != expected {
        return Err(header.into());
    }
    let mut studies: BTreeMap<String, Points> = BTreeMap::new();
    for row in rows {
        let [key @ .., step, position, velocity] = row.as_slice() else {
            return Err("a short row".into());
        };
        let points = studies.entry(key.join(", ")).or_default();
        let step = step.parse()?;
        for (points, error) in points.iter_mut().zip([position, velocity]) {
            points.push((step, error.parse()?));
        }
    }
    Ok(studies)
}

/// Checks the orders in x and ẋ that `expected` gives for a key, of every study of a table.
#[track_caller]
fn check(example: &str, table: &str, parameter: &str, expected: impl Fn(&str) -> [usize; 2]) {
    let studies = studies(example, table, parameter).unwrap();
    assert!(studies.len() > 1);
    for (key, points) in studies {
        for (points, expected) in points.iter().zip(expected(&key)) {
            assert!(points.len() >= 5, "{key}");
            // The finest five: coarse steps are no power law yet.
            let fine = &points[points.len() - 5..];
            let found = slope(fine);
            assert!(is_order(found, expected), "{key}: {found} for {expected}");
        }
    }
}

/// (24), (25): the eight rows from every start, both readings, the effective particle, and Nesterov's rule.
#[test]
fn every_row_and_start_has_its_order() {
    check("continuous_limit", "convergence.csv", "dt", |key| {
        let second = ["ExponentialDrag", "CentralDrag", "Obabo", "Boaob"];
        let order = if second.iter().any(|row| key.contains(row)) {
            2
        } else {
            1
        };
        if key.contains("Nesterov") || key.contains("naive") || key.ends_with("rest start") {
            [1, 1]
        } else if key.contains("effective") {
            [2, 2]
        } else if key.contains("ẋ as v/Δt") {
            [order, 1]
        } else {
            [order, order]
        }
    });
    let studies = studies("continuous_limit", "convergence.csv", "dt").unwrap();
    assert_eq!(studies.len(), 8 * 7);
}

/// (23), (41): first order to the ball, second to the modified equation; p/m of explicit Euler is not its ẋ.
#[test]
fn modified_equations_are_followed_to_second_order() {
    check(
        "modified_equation",
        "modified_equation.csv",
        "dt",
        |key| match (key.contains("modified"), key.contains("ExplicitEuler")) {
            (false, _) => [1, 1],
            (true, true) => [2, 1],
            (true, false) => [2, 2],
        },
    );
}

/// (36), (37): first order to gradient flow, second to the corrected flow.
#[test]
fn light_balls_and_small_rates_follow_their_flows() {
    let order = |key: &str| {
        if key.contains("corrected") {
            [2, 2]
        } else {
            [1, 1]
        }
    };
    check("overdamped_limit", "overdamped_limit.csv", "mass", order);
    check("overdamped_limit", "small_rate.csv", "alpha", order);
}

/// (38): the schedule follows its equation to first order for every r.
#[test]
fn the_schedules_follow_their_equations() {
    check("nesterov_flow", "nesterov_flow.csv", "dt", |_| [1, 1]);
    let printed = &Finished::of("nesterov_flow").unwrap().printed;
    let after = |label: &str| -> f64 {
        let rest = printed.split(label).nth(1).unwrap();
        let number = rest.split([',', ';', '\n']).next().unwrap();
        number.trim().parse().unwrap()
    };
    assert!((after("X(1.7) = ") - 0.43199269748824822).abs() < 1e-12);
    assert!((after("solved from t = 0: ") - 0.43199269748824822).abs() < 1e-12);
    assert!((after("its first zero: ") - 2.7094252750467112).abs() < 1e-12);
}

/// (39), (40): both starts of the high-resolution equations.
#[test]
fn high_resolution_needs_the_right_start() {
    check("high_resolution", "high_resolution.csv", "dt", |key| {
        let convex = key.contains("r = 3");
        let second = key.contains("central") || (convex && key.contains("paper"));
        if second { [2, 2] } else { [1, 1] }
    });
}

fn numbers(row: &[String]) -> Vec<f64> {
    row.iter().map(|cell| cell.parse().unwrap()).collect()
}

/// (43), (45): the critical drag over the start lies above its bound; c tends to it linearly.
#[test]
fn the_escape_is_at_the_critical_drag() {
    let escape = Finished::of("escape").unwrap();
    let (header, rows) = escape.csv("critical_drag.csv").unwrap();
    assert_eq!(header, "potential,start,lower_bound,critical_drag");
    for (name, start, drag) in [
        ("quartic", -0.5, 2.44048378670468),
        ("tilted double well", 1.5, 0.379245550127689),
    ] {
        let own: Vec<_> = rows
            .iter()
            .filter(|row| row[0] == name)
            .map(|row| numbers(&row[1..]))
            .collect();
        assert!(own.len() > 60, "{name}");
        assert!(
            own.iter().all(|row| 0.0 < row[1] && row[1] < row[2]),
            "{name}"
        );
        // The drag grows with the height of the start.
        let higher =
            |pair: &[Vec<f64>]| (pair[1][0].abs() > pair[0][0].abs()) && pair[1][2] > pair[0][2];
        assert!(own.windows(2).all(higher), "{name}");
        let printed = escape
            .printed
            .split("critical drag γ* = ")
            .nth(if start < 0.0 { 1 } else { 2 });
        let printed: f64 = printed.unwrap().split(';').next().unwrap().parse().unwrap();
        assert!((printed - drag).abs() < 1e-12, "{printed}");
        let nearest = own
            .iter()
            .min_by(|a, b| (a[0] - start).abs().total_cmp(&(b[0] - start).abs()));
        assert!((nearest.unwrap()[2] - drag).abs() < 0.05, "{nearest:?}");
    }
    let (header, rows) = escape.csv("critical_beta.csv").unwrap();
    assert_eq!(
        header,
        "alpha,critical_beta,effective_drag,naive_drag,critical_drag"
    );
    let rows: Vec<_> = rows.iter().map(|row| numbers(row)).collect();
    assert!((rows[0][1] - 0.3353330369).abs() < 1e-10 && (rows[3][1] - 0.7445095125).abs() < 1e-10);
    let distance = |column: usize| {
        let points = rows[8..]
            .iter()
            .map(|row| (row[0], (row[column] - 2.44048378670468).abs()));
        slope(&points.collect::<Vec<_>>())
    };
    assert!((distance(2) - 1.0).abs() < 0.05 && (distance(3) - 0.5).abs() < 0.05);
}

/// (28), (42): the energy's defects over the step, and the areas of phase space.
#[test]
fn energy_and_phase_volume_are_those_of_the_methods() {
    let portrait = Finished::of("phase_portrait").unwrap();
    let (header, rows) = portrait.csv("energy_decay.csv").unwrap();
    assert_eq!(header, "method,dt,largest_defect");
    let mut defects: BTreeMap<&str, Vec<(f64, f64)>> = BTreeMap::new();
    for row in &rows {
        let pair = numbers(&row[1..]);
        defects.entry(&row[0]).or_default().push((pair[0], pair[1]));
    }
    assert_eq!(defects.len(), 6);
    for (method, points) in defects {
        let order = match method {
            "Suzuki4" => 4.0,
            "Leapfrog" | "CentralLeapfrog" => 2.0,
            _ => 1.0,
        };
        let found = slope(&points[1..]);
        assert!((found - order).abs() < 0.05, "{method}: {found}");
    }
    let (header, rows) = portrait.csv("phase_volume.csv").unwrap();
    assert_eq!(header, "method,x,p,factor,exact_factor,volume,defect");
    for row in rows {
        let row_numbers = numbers(&row[1..]);
        let [_, _, factor, exact, volume, defect] = row_numbers[..] else {
            panic!("{row:?}");
        };
        assert!((exact - (-0.025_f64).exp()).abs() < 1e-15);
        match row[0].as_str() {
            "ExplicitEuler" | "Nesterov" => assert!(defect > 1e-4, "{row:?}"),
            name => {
                assert!(
                    defect < 1e-14 && (volume - factor * factor).abs() < 1e-14,
                    "{row:?}"
                );
                let expected = match name {
                    "SymplecticEuler" => 0.975,
                    "CentralLeapfrog" => (1.0 - 0.0125) / (1.0 + 0.0125),
                    _ => exact,
                };
                assert!((factor - expected).abs() < 1e-14, "{row:?}");
            }
        }
    }
}

/// Each method's own order shows in the gradients that its accuracy costs.
#[test]
fn work_buys_precision_at_the_methods_order() {
    let work = Finished::of("work_precision").unwrap();
    let (header, rows) = work.csv("work_precision.csv").unwrap();
    assert_eq!(
        header,
        "problem,method,parameter,gradients,seconds,error_position,error_velocity"
    );
    let mut methods: BTreeMap<(&str, &str), Vec<(f64, f64)>> = BTreeMap::new();
    for row in &rows {
        let cells = numbers(&row[2..]);
        assert!(cells[2] > 0.0 && cells[1] >= 1.0, "{row:?}");
        methods
            .entry((&row[0], &row[1]))
            .or_default()
            .push((cells[1], cells[3]));
    }
    assert_eq!(methods.len(), 4 * 15);
    // An adaptive method's error falls like a power of its gradients where all its steps shrink alike: on the undamped oscillator.
    for (method, order, within) in [
        ("Rk45", 5.0, 0.05),
        ("Dop853", 8.0, 0.25),
        ("Nystrom8", 8.0, 0.25),
    ] {
        let points = methods[&("oscillator without drag", method)].iter();
        let window: Vec<_> = points
            .copied()
            .filter(|point| (1e-12..1e-4).contains(&point.1))
            .collect();
        let found = -slope(&window);
        assert!(
            window.len() > 10 && (found - order).abs() < within,
            "{method}: {found}"
        );
    }
    for ((problem, method), points) in methods {
        let order = match method {
            "SymplecticEuler" | "DriftKickEuler" | "ConformalEuler" => 1.0,
            "Leapfrog" | "CentralLeapfrog" => 2.0,
            _ => continue,
        };
        let found = -slope(&points[points.len() - 5..]);
        assert!((found - order).abs() < 0.05, "{problem} {method}: {found}");
    }
}

#[test]
fn numbers_have_17_digits_and_no_run_is_missing() {
    for example in EXAMPLES {
        let finished = Finished::of(example.name).unwrap();
        for table in example.tables {
            let (header, rows) = finished.csv(table).unwrap();
            let columns = header.split(',').count();
            assert!(rows.len() >= 9, "{table}"); // as many as there are conventions
            assert!(rows.iter().all(|row| row.len() == columns), "{table}");
            let errors: Vec<_> = header
                .split(',')
                .enumerate()
                .filter(|(_, name)| name.starts_with("error"))
                .collect();
            for row in &rows {
                for (column, _) in &errors {
                    let cell = &row[*column];
                    let digits = cell
                        .split('e')
                        .next()
                        .unwrap()
                        .chars()
                        .filter(char::is_ascii_digit)
                        .count();
                    assert!(digits == 17 || cell == "inf", "{table}: {cell}");
                }
            }
        }
    }
}
