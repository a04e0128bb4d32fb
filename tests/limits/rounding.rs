//! Rounding ends every power law: a table says where, and keeps it out of the order.
//!
//! Oscillators (27) below, at and above critical drag, against their closed form, halved until rounding is all that is left.

use crate::support::oscillators::{REGIMES, closed_form, oscillator};
use crate::support::slope::is_order;
use heavyball::prelude::*;
use heavyball::study::{Convergence, IntegratorScheme, Limit, Order};

fn suzuki(dt: f64) -> Result<Composition<Leapfrog<f64>>, Error> {
    Composition::suzuki4(Leapfrog::new(dt)?)
}

/// What must hold of the errors in one component of a run that has come down to rounding: the method's Chᵖ is at the step
/// that is told no more than rounding can be, at the step before it is not rounding alone; the fit has the points above.
fn ends_in_rounding(order: &Order, errors: &[(f64, f64)], expected: usize, table: &Convergence) {
    let fit = order.fit.unwrap();
    assert!(is_order(fit.order, expected), "{table}");
    let from = order.rounding.unwrap();
    let first = errors.iter().position(|point| point.0 == from).unwrap();
    assert_eq!(fit.points, first, "{table}");
    assert!(first >= 5, "{table}");
    // C from the four coarsest steps after the first.
    let power = expected as i32;
    let constant = errors[1..5]
        .iter()
        .map(|(h, e)| e / h.powi(power))
        .sum::<f64>()
        / 4.0;
    let method = |step: f64| constant * step.powi(power);
    // 2/h steps on numbers of size 2, with a rounding of 2⁻⁵³ each: a random walk at least, their sum at most.
    let steps = 2.0 / from;
    let unit = 2.0 * 0.5 * f64::EPSILON;
    assert!(method(from) < 10.0 * unit * steps, "{table}");
    assert!(method(2.0 * from) > 0.3 * unit, "{table}");
    // The rest is no power law.
    let rest = order.pairwise.iter().skip(first - 1).flatten();
    let off = rest.map(|gain| (gain - expected as f64).abs());
    assert!(off.fold(0.0, f64::max) > 0.5, "{table}");
    for (_, error) in &errors[first..] {
        assert!(
            *error < 10.0 * unit * 2.0 / errors.last().unwrap().0,
            "{table}"
        );
    }
}

fn components(table: &Convergence) -> [Vec<(f64, f64)>; 2] {
    let rows = || table.rows().iter();
    [
        rows()
            .map(|row| (row.parameter, row.error.position))
            .collect(),
        rows()
            .map(|row| (row.parameter, row.error.velocity))
            .collect(),
    ]
}

/// Suzuki's fourth order and leapfrog's second, halved into rounding against the closed form: the step is told where the
/// power law ends, and the fit stops above it.
#[test]
fn a_run_into_rounding_says_where_and_keeps_its_order() {
    for regime in REGIMES {
        let problem = oscillator(regime);
        let fourth = Limit::small_step(&problem, IntegratorScheme(suzuki)).with_halvings(0.05, 10);
        let fourth = fourth.with_reference(closed_form(regime)).measure();
        let second = Limit::small_step(&problem, IntegratorScheme(Leapfrog::new));
        let second = second.with_halvings(0.02, 15);
        let second = second.with_reference(closed_form(regime)).measure();
        for (table, order) in [(fourth.unwrap(), 4), (second.unwrap(), 2)] {
            let [x, u] = components(&table);
            ends_in_rounding(table.position(), &x, order, &table);
            ends_in_rounding(table.velocity(), &u, order, &table);
        }
    }
}

/// With errors over the run and at its end: a point that is half rounding, that gains less or by luck more than the power law, does not count.
#[test]
fn a_run_into_rounding_keeps_its_order_to_005() {
    for regime in REGIMES {
        let problem = oscillator(regime);
        let study = || {
            let study = Limit::small_step(&problem, IntegratorScheme(suzuki));
            let study = study.with_halvings(0.05, 10);
            study.with_reference(closed_form(regime))
        };
        for study in [study(), study().with_error_at_end()] {
            let table = study.measure().unwrap();
            for order in [table.position(), table.velocity()] {
                assert!(is_order(order.fit.unwrap().order, 4), "{table}");
            }
        }
    }
}

/// The same runs against a frequency that is wrong by 1e-9 stall at about 1e-9, a million times above rounding: this is said to
/// be none, and the order comes out wrong.
#[test]
fn a_stall_far_above_rounding_is_not_called_rounding() {
    let problem = oscillator(REGIMES[0]);
    let wrong = [1.0, 0.4, 4.0 * (1.0 + 1e-9)];
    let table = Limit::small_step(&problem, IntegratorScheme(suzuki))
        .with_reference(closed_form(wrong))
        .with_error_at_end()
        .with_halvings(0.05, 8)
        .measure()
        .unwrap();
    for order in [table.position(), table.velocity()] {
        assert_eq!(order.rounding, None, "{table}");
        assert_eq!(order.fit.unwrap().points, 9);
        assert!(order.fit.unwrap().order < 3.5, "{table}");
    }
}

/// The error is hᵖ(C + C′h^q + …), q = 2 for symmetric methods and 1 for Euler's: from step to half the step, the observed order's
/// distance from p shrinks by 2^q.
#[test]
fn pairwise_orders_tend_to_the_order() {
    for regime in REGIMES {
        let problem = oscillator(regime);
        let table = |study: Limit<'_, _>, coarsest| {
            let study = study
                .with_reference(closed_form(regime))
                .with_error_at_end();
            study.with_halvings(coarsest, 4).measure().unwrap()
        };
        let fourth = Limit::small_step(&problem, IntegratorScheme(suzuki));
        let fourth = table(fourth, 0.2);
        let second = Limit::small_step(&problem, IntegratorScheme(Leapfrog::new));
        let second = table(second, 0.2);
        let first = Limit::small_step(&problem, IntegratorScheme(SymplecticEuler::new));
        let first = table(first, 2.5e-3);
        for (table, order, power) in [(fourth, 4.0, 2), (second, 2.0, 2), (first, 1.0, 1)] {
            for found in [table.position(), table.velocity()] {
                assert_eq!(found.pairwise.len(), 4);
                let off: Vec<_> = found.pairwise.iter().flatten().map(|p| p - order).collect();
                for pair in off.windows(2) {
                    let shrunk = pair[1] / pair[0] * 2.0_f64.powi(power);
                    assert!((shrunk - 1.0).abs() < 0.25, "{off:?}\n{table}");
                }
            }
        }
    }
}
