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

/// (63), (66): the map of the family is the closed form of the roots at its own α, nowhere below Polyak's rate, and its smallest
/// cell lies at Polyak's tuning.
#[test]
fn the_map_of_the_family_has_its_minimum_at_polyak() {
    let (header, rows) = Finished::of("family").unwrap().csv("family.csv").unwrap();
    assert_eq!(header, "beta,eta,alpha,rho");
    let mut least = [f64::INFINITY, 0.0, 0.0];
    for row in &rows {
        let numbers: Vec<f64> = row.iter().map(|cell| cell.parse().unwrap()).collect();
        let [beta, eta, alpha, rho] = numbers[..] else {
            panic!("{numbers:?}")
        };
        let radius = |curvature: f64| {
            let q = alpha * curvature;
            let (s, d) = (1.0 + beta - q * (1.0 + eta), beta - q * eta);
            let discriminant = s * s - 4.0 * d;
            if discriminant < 0.0 {
                d.sqrt()
            } else {
                (s.abs() + discriminant.sqrt()) / 2.0
            }
        };
        assert!(
            (radius(1.0).max(radius(25.0)) - rho).abs() < 1e-7,
            "{row:?}"
        );
        assert!(rho >= 2.0 / 3.0 - 1e-9, "{row:?}");
        if rho < least[0] {
            least = [rho, beta, eta];
        }
    }
    assert_eq!(rows.len(), 132 * 136);
    let [rho, beta, eta] = least;
    assert!(
        rho < 0.69 && (beta - 4.0 / 9.0).abs() < 0.03 && eta.abs() < 0.03,
        "{least:?}"
    );
    let printed = &Finished::of("family").unwrap().printed;
    assert!(
        printed.contains("finds α = 0.111") && printed.contains("ρ = 0.6666"),
        "{printed}"
    );
}

/// (35), (67): on the function that is not quadratic Polyak's momentum does not come closer than 0.6, and triple momentum falls by
/// (4/5)ᵏ.
#[test]
fn the_runs_of_the_family() {
    let mut runs: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (rule, numbers) in self::rows("family", "family_runs.csv", "rule,k,distance") {
        runs.entry(rule).or_default().push(numbers[1]);
    }
    assert_eq!(runs.len(), 4);
    assert!(runs["Polyak"][20..].iter().all(|distance| *distance > 0.6));
    let rate = |name: &str| (runs[name][90] / runs[name][30]).powf(1.0 / 60.0);
    assert!((rate("triple momentum") - 0.8).abs() < 1e-3);
    assert!((rate("gradient descent") - 12.0 / 13.0).abs() < 1e-3);
    assert!(rate("Nesterov") < 0.89443 && rate("Nesterov") > 0.8);
}

/// (68), (69): with restarts f arrives, without them it does not, and the stopped ball has lost its energy.
#[test]
fn restarts_arrive() {
    let printed = &Finished::of("restart").unwrap().printed;
    let arrival = |name: &str| {
        let line = printed
            .lines()
            .find(|line| line.trim_start().starts_with(name) && line.contains("iterations to"));
        line.unwrap()
            .rsplit(": ")
            .next()
            .unwrap()
            .parse::<usize>()
            .ok()
    };
    assert_eq!(arrival("no restart"), None);
    let [gradient, function, tuned] =
        ["gradient", "function", "tuned"].map(|name| arrival(name).unwrap());
    assert!(gradient <= function && function < tuned && arrival("speed").unwrap() < 3 * tuned);
    let mut energies: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (run, numbers) in self::rows("restart", "restart.csv", "run,k,value,energy") {
        energies.entry(run).or_default().push(numbers[2]);
    }
    let (free, stopped) = (&energies["momentum"], &energies["stopped momentum"]);
    // e^(−(1 − β)k) of the energy is left, and less than (4αλ)ⁿ after n quarter periods.
    assert!(
        (free[1200] / free[0] / (-0.002_f64 * 1200.0).exp() - 1.0).abs() < 0.2,
        "{}",
        free[1200]
    );
    assert!(stopped[1200] < 1e-20, "{}", stopped[1200]);
}
