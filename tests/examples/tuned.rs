//! The tables of the examples `stability_map` and `tuning`: derivation (49) to (52).
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::Finished;
use crate::support::slope::slope;
use std::collections::BTreeMap;

/// A method and the numbers after it; an empty cell is NaN.
fn rows(example: &str, table: &str, columns: &str) -> Vec<(String, Vec<f64>)> {
    let (header, rows) = Finished::of(example).unwrap().csv(table).unwrap();
    assert_eq!(header, columns);
    let number = |cell: &String| match cell.as_str() {
        "" => f64::NAN,
        cell => cell.parse().unwrap(),
    };
    let row = |row: &Vec<String>| (row[0].clone(), row[1..].iter().map(number).collect());
    rows.iter().map(row).collect()
}

/// (49): the map is below 1 exactly where the table of the derivation says stable, and √d where it says complex.
#[test]
fn the_map_is_that_of_the_closed_forms() {
    let mut counts: BTreeMap<String, [usize; 2]> = BTreeMap::new();
    let columns = "method,alpha_lambda,beta,rho";
    for (method, numbers) in rows("stability_map", "stability_map.csv", columns) {
        let [q, beta, rho] = numbers[..] else {
            panic!("{numbers:?}")
        };
        let (stable, complex) = match method.as_str() {
            "GradientDescent" => (q < 2.0, None),
            "Momentum" => (q < 2.0 * (1.0 + beta), Some(beta)),
            "Nesterov" => (
                (q - 1.0) * (1.0 + 2.0 * beta).max(-beta) < 1.0,
                Some(beta * (1.0 - q)),
            ),
            "ExplicitEuler" => (q < 1.0 - beta, Some(beta + q)),
            other => panic!("{other}"),
        };
        // The middles of cells may lie on the border.
        if (rho - 1.0).abs() > 1e-9 {
            assert_eq!(rho < 1.0, stable, "{method} {q} {beta}: {rho}");
        }
        let trace = match method.as_str() {
            "Momentum" => 1.0 + beta - q,
            "Nesterov" => (1.0 + beta) * (1.0 - q),
            _ => 1.0 + beta,
        };
        if let Some(determinant) = complex.filter(|d| trace * trace < 4.0 * d - 1e-12) {
            assert!(
                (rho - determinant.sqrt()).abs() < 1e-15,
                "{method} {q} {beta}"
            );
        }
        counts.entry(method).or_default()[usize::from(stable)] += 1;
    }
    assert_eq!(counts.len(), 4);
    assert!(
        counts.values().all(|[no, yes]| *no > 50 && *yes > 50),
        "{counts:?}"
    );
    let printed = &Finished::of("stability_map").unwrap().printed;
    for rate in ["0.923077", "0.666667", "0.770584", "0.800000"] {
        assert!(
            printed.contains(&format!("rate {rate} an iteration")),
            "{printed}"
        );
    }
}

/// (50) to (52): iterations over κ, the peak, and the ball of each tuning.
#[test]
fn tunings_cost_what_they_should() {
    let columns = "method,kappa,alpha,beta,rate,iterations,peak,drag,step";
    let mut methods: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
    for (method, numbers) in rows("tuning", "tuning.csv", columns) {
        methods.entry(method).or_default().push(numbers);
    }
    assert_eq!(methods.len(), 4);
    for (method, runs) in &methods {
        assert_eq!(runs.len(), 17);
        let counts: Vec<_> = runs.iter().map(|run| (run[0], run[4])).collect();
        let power = if method == "gradient descent" {
            1.0
        } else {
            0.5
        };
        let found = slope(&counts);
        assert!((found - power).abs() < 0.05, "{method}: {found}");
        for run in runs {
            let [kappa, alpha, _, rate, iterations, peak, drag, step] = run[..] else {
                panic!("{run:?}")
            };
            let root = kappa.sqrt();
            let (expected, top) = match method.as_str() {
                "gradient descent" => ((kappa - 1.0) / (kappa + 1.0), 1.0),
                "momentum" => ((root - 1.0) / (root + 1.0), root / std::f64::consts::E),
                "Nesterov standard" => (1.0 - 1.0 / root, 1.0),
                _ => (1.0 - 2.0 / (3.0 * kappa + 1.0).sqrt(), 1.0),
            };
            assert!(
                (rate - expected).abs() < 1e-6,
                "{method} {kappa}: {rate} {expected}"
            );
            assert!(iterations >= (1e-8_f64.ln() / rate.ln()).floor());
            assert!(
                (peak / top - 1.0).abs() < 1.5 / root,
                "{method} {kappa}: {peak}"
            );
            match method.as_str() {
                "gradient descent" => {
                    assert!((alpha * (1.0 + kappa) - 2.0).abs() < 1e-12);
                    assert!(drag.is_nan() && step.is_nan());
                }
                "momentum" => {
                    let of_both = 2.0 / (1.0 + 1.0 / kappa).sqrt();
                    assert!((drag - of_both).abs() < 1e-10 && (step - of_both).abs() < 1e-12);
                }
                _ => assert!(drag < 2.0 && 2.0 - drag < 1.2 / root && step < 1.4),
            }
        }
    }
}
