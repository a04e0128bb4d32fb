//! The examples on data and on the counterexample: what they print and write is what derivation (53) and (54) say.
#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::{Finished, directory, run};
use std::collections::BTreeMap;

/// α, β, and the gap after k gradients.
type Run = (f64, f64, Vec<(usize, f64)>);

/// The run of each (tuning, method).
fn gaps() -> BTreeMap<(String, String), Run> {
    let (header, rows) = Finished::of("logistic_regression")
        .unwrap()
        .csv("logistic_regression.csv")
        .unwrap();
    assert_eq!(header, "tuning,method,alpha,beta,gradients,gap");
    let mut gaps = BTreeMap::new();
    for row in rows {
        assert_eq!(row.len(), 6, "{row:?}");
        let [tuning, method, alpha, beta, k, gap] = [0, 1, 2, 3, 4, 5].map(|i| &row[i]);
        let key = (tuning.clone(), method.clone());
        let start = (alpha.parse().unwrap(), beta.parse().unwrap(), Vec::new());
        let run = gaps.entry(key).or_insert(start);
        run.2.push((k.parse().unwrap(), gap.parse().unwrap()));
    }
    gaps
}

/// The number after a label in what an example printed.
#[track_caller]
fn printed(example: &str, label: &str) -> f64 {
    let text = &Finished::of(example).unwrap().printed;
    let rest = text.split(label).nth(1);
    assert!(
        rest.is_some(),
        "no {label:?} in
{text}"
    );
    let rest = rest.unwrap_or_default();
    let end = |c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | 'e'));
    let number = rest.trim_start().split(end).next().unwrap();
    number.trim_end_matches('.').parse().unwrap()
}

/// (53): the tunings are those of the tables of rates, and what momentum saves is what the curvatures say: to a tenth by the rates
/// measured, to a hundredth by the quadratic at the minimum from where the loss is near it.
#[test]
fn momentum_saves_what_theory_says() {
    let (mu, l): (f64, f64) = (1.0 / 427.0, printed("logistic_regression", "L = "));
    let runs = gaps();
    assert_eq!(runs.len(), 10);
    let of = |method: &str| &runs[&("bounds".to_owned(), method.to_owned())];
    let (root, sum) = ((l / mu).sqrt(), l.sqrt() + mu.sqrt());
    let polyak = (root - 1.0) / (root + 1.0);
    for (method, alpha, beta) in [
        ("gradient descent", 2.0 / (l + mu), 0.0),
        ("momentum optimal", 4.0 / (sum * sum), polyak * polyak),
        ("momentum β = 0.9", 1.0 / l, 0.9),
        ("Nesterov standard", 1.0 / l, polyak),
    ] {
        let run = of(method);
        // L is printed with six decimals.
        assert!(
            (run.0 / alpha - 1.0).abs() < 1e-6 && (run.1 - beta).abs() < 1e-6,
            "{method}"
        );
    }

    let arrival = |method: &str, level: f64| {
        let late = of(method).2.iter().rfind(|(_, gap)| *gap >= level);
        late.unwrap().0 as f64
    };
    let saved = arrival("gradient descent", 1e-10) / arrival("momentum optimal", 1e-10);
    assert!((15.0..30.0).contains(&saved), "{saved}");
    // ρ on the curvatures measured at the minimum; μ′ is the smallest of them.
    let low = printed("logistic_regression", "curvatures at w*");
    assert!(low > mu && low < 1.001 * mu, "{low}");
    let descent = (1.0 - 2.0 / (l + mu) * low).ln();
    let theory = polyak.ln() / descent;
    let over = |method: &str| arrival(method, 1e-14) - arrival(method, 1e-10);
    let measured = over("gradient descent") / over("momentum optimal");
    assert!((measured / theory - 1.0).abs() < 0.1, "{measured} {theory}");
    // Counted, it is less: the double root and the way into the quadratic's range.
    assert!(saved < 0.7 * theory);

    // The columns: gradients counted, and predicted from w = 0 and from the gap 1e-3.
    let text = &Finished::of("logistic_regression").unwrap().printed;
    let mut rows = 0;
    let global = text.split("Tuned to measured").next().unwrap();
    for line in global.lines().filter(|line| {
        line.starts_with("  gradient descent ")
            || line.starts_with("  momentum, ")
            || line.starts_with("  Nesterov, ")
    }) {
        let numbers: Vec<f64> = line
            .split_whitespace()
            .rev()
            .take(4)
            .map(|word| word.parse().unwrap())
            .collect();
        let (near, counted) = (numbers[1], numbers[3]);
        assert!((near / counted - 1.0).abs() < 0.01, "{line}");
        rows += 1;
    }
    assert_eq!(rows, 5);
}

/// (53): the curvatures at the minimum are no bounds: tuned to them, momentum is beyond its limit where it starts, is thrown up
/// and late to settle.
#[test]
fn the_tuning_to_the_minimum_is_not_safe() {
    let product = printed("logistic_regression", "momentum, optimal: αλ =");
    let limit = printed("logistic_regression", &format!("αλ = {product:.2}, limit"));
    assert!(product > 20.0 * limit, "{product} {limit}");
    let runs = gaps();
    let (_, beta, run) = &runs[&("measured".to_owned(), "momentum optimal".to_owned())];
    assert!((limit - 2.0 * (1.0 + beta)).abs() < 0.01);
    let last = run.iter().rfind(|(_, gap)| *gap >= 0.01).unwrap().0;
    assert!((60..100).contains(&last), "{last}");
    assert!(run.iter().any(|(_, gap)| *gap > 5.0 * run[0].1));
}

/// No gap below that of the minimum, every run from the same start, and no rise of gradient descent tuned to the bounds.
#[test]
fn the_gaps_fall_from_one_start() {
    for ((tuning, method), (_, _, run)) in gaps() {
        assert_eq!(run[0].0, 0);
        assert!(
            (run[0].1 - 2.0_f64.ln() + printed("logistic_regression", "loss* =")).abs() < 1e-12
        );
        assert!(run.iter().all(|(_, gap)| *gap >= 0.0), "{method}");
        assert!(run.last().unwrap().1 < 1e-15, "{tuning} {method}");
        if tuning == "bounds" {
            let peak = run.iter().map(|(_, gap)| *gap).fold(0.0, f64::max);
            assert_eq!(peak, run[0].1, "{method} is never higher than its start");
            let falls = run.windows(2).all(|pair| pair[1].1 < pair[0].1);
            assert_eq!(falls, method == "gradient descent", "{method}");
        }
    }
}

/// The minimum is one: the gradient is nothing but rounding there, and most of the held-out rows are on the right side.
#[test]
fn newtons_minimum_is_one() {
    assert!(printed("logistic_regression", "|∇f| =") < 1e-15);
    assert!(printed("logistic_regression", "held-out accuracy at w*:") > 0.93);
    // A quarter of the distance at each halving, (24).
    let distance = |label: &str| printed("logistic_regression", label);
    for (coarse, fine) in [
        ("Δt/2   farthest", "Δt/4   farthest"),
        ("Δt/4   farthest", "Δt/8   farthest"),
    ] {
        let ratio = distance(coarse) / distance(fine);
        assert!((3.5..5.5).contains(&ratio), "{ratio}");
    }
}

/// A table that is none, or is not there, is a message with its line.
#[test]
fn a_malformed_table_is_a_message() {
    let place = directory("malformed");
    std::fs::create_dir_all(&place).unwrap();
    let file = place.join("table.csv");
    let out = place.join("figures");
    let (file, out) = (file.to_string_lossy(), out.to_string_lossy());
    let refused = |expected: &str| {
        let refused = run("logistic_regression", &["--data", &file, "--out", &out]).unwrap();
        let text = String::from_utf8(refused.stderr).unwrap();
        assert_eq!(refused.status.code(), Some(1), "{text}");
        assert!(
            text.contains(expected) && text.contains(&*file) && !text.contains("panicked"),
            "{text}"
        );
    };
    refused("cannot use");
    std::fs::write(&*file, "8,1,no,yes\n1,0\n2,x\n").unwrap();
    refused("line 3: the class is \"x\", it must be 0 or 1");
    std::fs::write(&*file, "8,1,no,yes\n1,0\n2,1\n").unwrap();
    refused("line 1: the header announces 8 rows, but 2 follow");
    // A small table is fitted as well, whatever its size.
    let rows: String = (0..12)
        .map(|i| format!("{},{}\n", i * i % 7, i % 2))
        .collect();
    std::fs::write(&*file, format!("12,1,no,yes\n{rows}")).unwrap();
    let fitted = run("logistic_regression", &["--data", &file, "--out", &out]).unwrap();
    assert!(
        fitted.status.success(),
        "{}",
        String::from_utf8_lossy(&fitted.stderr)
    );
    assert!(
        String::from_utf8(fitted.stdout)
            .unwrap()
            .contains("9 rows to train on, 3 held out")
    );
    let alone = run("logistic_regression", &["--data"]).unwrap();
    assert!(
        String::from_utf8(alone.stderr)
            .unwrap()
            .contains("--data needs a file")
    );
    std::fs::remove_dir_all(place).unwrap();
}

/// (35), (54): the runs at each step, the fractions, and the three intervals.
#[test]
fn the_cycle_ends_where_the_derivation_says() {
    let finished = Finished::of("lessard_cycle").unwrap();
    assert!(
        finished
            .printed
            .contains("33/10, -16/5, 14/5, 16/45, -232/135, 32/15, …")
    );
    assert!(finished.printed.contains("792/1225, -2208/1225, 2592/1225"));
    assert!(
        finished
            .printed
            .contains("back at 792/1225: equal to the last digit")
    );
    for (label, expected) in [
        ("the cycle exists for", 0.325587288497645),
        ("0.325587288497645 ≤ Δt ≤", 0.344947583839271),
        ("and attracts below", 0.338850835353215),
        // Found by another program's bisection.
        ("runs into it between", 0.327975003203986),
        ("0.327975003203986 and", 0.334656170897971),
    ] {
        let found = printed("lessard_cycle", label);
        assert!((found - expected).abs() < 2e-15, "{label} {found}");
    }

    assert!(finished.printed.contains(": 0 of 40000 runs circle"));

    let (header, rows) = finished.csv("lessard_cycle.csv").unwrap();
    assert_eq!(header, "method,dt,alpha,beta,k,x,velocity");
    let mut ends = BTreeMap::new();
    for row in rows {
        ends.insert(
            (row[0].clone(), row[1].clone()),
            row[5].parse::<f64>().unwrap(),
        );
    }
    assert_eq!(ends.len(), 11);
    for ((method, dt), end) in ends {
        let circles = dt.parse().is_ok_and(|dt: f64| dt > 0.327976);
        let settled = dt
            .parse()
            .map_or(end.abs() < 1e-9, |dt: f64| dt < 0.01 || end.abs() < 1e-3);
        // After 300 iterations; the finest step is not there yet.
        assert_eq!(
            circles,
            end.abs() > 0.5 && dt.parse().is_ok_and(|dt: f64| dt > 0.01),
            "{method} {dt}: {end}"
        );
        assert!(circles || settled, "{method} {dt}: {end}");
    }
}

/// (54): where a run from 3.3 circles, it does on the points of the closed form; below h₋ there are none.
#[test]
fn the_ends_lie_on_the_closed_form() {
    let (header, rows) = Finished::of("lessard_cycle")
        .unwrap()
        .csv("lessard_step.csv")
        .unwrap();
    assert_eq!(header, "dt,alpha,beta,end,first,second,third,a,b,c");
    let mut circling = 0;
    for row in &rows {
        let dt: f64 = row[0].parse().unwrap();
        assert_eq!(row[7].is_empty(), dt < 0.325587288497645, "{row:?}");
        assert_eq!(
            row[3] == "cycle",
            (0.327975003..0.334656171).contains(&dt),
            "{row:?}"
        );
        let numbers = |range: std::ops::Range<usize>| -> Vec<f64> {
            row[range].iter().map(|x| x.parse().unwrap()).collect()
        };
        if row[3] == "cycle" {
            circling += 1;
            let mut found = numbers(4..7);
            let mut points = numbers(7..10);
            found.sort_by(f64::total_cmp);
            points.sort_by(f64::total_cmp);
            for (x, point) in found.iter().zip(points) {
                assert!((x - point).abs() < 1e-12, "{row:?}");
            }
        }
    }
    assert!(rows.len() == 300 && circling > 100);
}

/// (90), (92): the loss that remains is the predicted one at small rates, whatever the rule and the batch, is tr(Σ)α/4B(1 − β) to
/// first order, and less where the batches of an epoch do not overlap.
#[test]
fn minibatches_leave_the_predicted_loss() {
    let (header, rows) = Finished::of("sgd_temperature")
        .unwrap()
        .csv("sgd_temperature.csv")
        .unwrap();
    assert_eq!(
        header,
        "rule,alpha,beta,batch,measured,standard_error,predicted"
    );
    let trace = printed("sgd_temperature", ", sum ");
    let mut first: BTreeMap<(String, String), bool> = BTreeMap::new();
    for row in &rows {
        let [alpha, beta, batch, measured, error, predicted] =
            [1, 2, 3, 4, 5, 6].map(|i| row[i].parse::<f64>().unwrap());
        assert!(
            measured > 0.0 && error > 0.0 && error < 0.1 * measured,
            "{row:?}"
        );
        let ratio = measured / predicted;
        if row[0] == "momentum reshuffled" {
            // A fast or a hot run relaxes within an epoch.
            assert!(alpha > 0.05 || ratio < 0.5, "{row:?}");
            continue;
        }
        let is_coldest = first
            .insert((row[0].clone(), row[3].clone()), true)
            .is_none();
        if is_coldest {
            assert!(
                (ratio - 1.0).abs() < 0.1 + 4.0 * error / predicted,
                "{row:?}"
            );
            let first_order = 0.25 * trace * alpha / (batch * (1.0 - beta));
            assert!((0.9..1.2).contains(&(predicted / first_order)), "{row:?}");
        }
    }
    assert_eq!(first.len(), 4);
    // The same ball, with a batch and a step four times as large.
    let text = &Finished::of("sgd_temperature").unwrap().printed;
    let line = text
        .lines()
        .find(|line| line.contains("The same ball"))
        .unwrap();
    let leaves: Vec<f64> = line
        .split(" leaves ")
        .skip(1)
        .map(|rest| {
            rest.split([';', ' '])
                .next()
                .unwrap()
                .trim_end_matches('.')
                .parse()
                .unwrap()
        })
        .collect();
    assert!((leaves[0] / leaves[1] - 1.0).abs() < 0.1, "{leaves:?}");
}
