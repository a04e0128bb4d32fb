//! Rows, table, CSV and figure of a long run.

use heavyball::Momentum;
use heavyball_monitor::{Monitor, Report};

/// A loss of k mod 10, and a point that moves by 1 in each of 6000 iterations on a slope of curvature 3.
fn long() -> Report {
    let rule = Momentum::new(0.125, 0.5).unwrap();
    let mut monitor = Monitor::new();
    for k in 0..6000 {
        let x = [k as f64, 1.0];
        let gradient = [3.0 * k as f64, 0.0];
        monitor
            .record(k, (k % 10) as f64, rule, &[&x], &[&gradient])
            .unwrap();
    }
    monitor.report().unwrap()
}

#[test]
fn rows_are_bounded_and_their_means_are_those_of_all() {
    let report = long();
    let rows = report.rows();
    assert!(rows.len() <= 1024 && rows.len() > 500, "{}", rows.len());
    assert_eq!(rows.iter().map(|row| row.count()).sum::<usize>(), 6000);
    let mut next = 0;
    for row in rows {
        assert_eq!(row.first(), next);
        next = row.last().iteration + 1;
    }
    let all = report.joined(1).pop().unwrap();
    assert_eq!(
        (all.first(), all.last().iteration, all.count()),
        (0, 5999, 6000)
    );
    assert_eq!(all.loss(), Some(4.5));
    assert_eq!(
        (all.curvature(), all.alpha_lambda()),
        (Some(3.0), Some(0.375))
    );
    assert_eq!(all.kinetic_energy(), Some(3.0)); // (1 + β)·1/4α
    assert_eq!(report.joined(7).len(), 7);
}

#[test]
fn the_table_is_aligned_and_the_csv_complete() {
    let report = long();
    let table = report.to_string();
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].contains("alpha*lambda") && !lines[0].contains("temperature"));
    let rows: Vec<_> = lines
        .iter()
        .take_while(|line| !line.contains("ball"))
        .collect();
    assert!(rows.len() > 10 && rows.len() <= 17);
    assert!(rows.iter().all(|line| line.len() == lines[0].len()));
    let csv = report.to_csv();
    assert_eq!(csv.lines().count(), 1 + report.rows().len());
    let columns = Report::COLUMNS.split(',').count();
    assert!(csv.lines().all(|line| line.split(',').count() == columns));
    let column = |name: &str| Report::COLUMNS.split(',').position(|n| n == name).unwrap();
    let second: Vec<&str> = csv.lines().nth(2).unwrap().split(',').collect();
    assert_eq!(second[column("curvature")].parse(), Ok(3.0));
    assert_eq!(second[column("temperature")], "");
}

#[test]
fn the_figure_has_a_panel_for_all_there_is() {
    let image = long()
        .figure("A slope", "α = 0.125, β = 0.5")
        .render()
        .unwrap();
    assert_eq!((image.width(), image.height()), (1400, 960));
    // One iteration has no curvature: its figure still draws.
    let mut monitor = Monitor::new();
    let rule = Momentum::new(0.1, 0.5).unwrap();
    monitor
        .record(0, 1.0, rule, &[&[1.0_f32]], &[&[1.0_f32]])
        .unwrap();
    let report = monitor.report().unwrap();
    assert!(report.figure("", "").render().is_ok());
    assert_eq!(report.to_string().lines().count(), 3);
}
