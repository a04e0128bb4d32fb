//! Restarts: the three conditions as their authors have them, and what they do to the energy: Derivation (68), (69).

use crate::support::exact::{gradient, polynomials, ratio, vectors};
#[cfg(feature = "parallel")]
use heavyball::ensemble::Ensemble;
use heavyball::error::RuleError;
use heavyball::optimizers::{Accelerated, NesterovSchedule, Restart, Tuning};
use heavyball::{NesterovFlow, prelude::*};
use nalgebra::{Const, SVector, vector};
#[cfg(feature = "parallel")]
use num_dual::Dual64;
use num_rational::BigRational;
use num_traits::Zero;
use proptest::prelude::*;

type Vector = SVector<BigRational, 2>;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Derivation (68): by hand, with constant coefficients, in exact fractions: v₊ as without restarts, and 0 where the
    /// condition holds; as a rule and as a run.
    #[test]
    fn a_restart_stops_the_ball(
        (alpha, beta) in (1_i64..=9, 0_i64..=20).prop_map(|(a, b)| (ratio(a, 20), ratio(b, 20))),
        nesterov in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        let eta = if nesterov { beta.clone() } else { BigRational::zero() };
        let rule = Accelerated::of(alpha.clone(), beta.clone(), eta.clone())?;
        for restart in Restart::ALL {
            let (mut x, mut v) = (start.clone(), Vector::zeros());
            let as_rule = restart.of(rule.clone()).iterates(&f, start.clone());
            let mut as_run = restart.run(rule.clone(), &f, start.clone());
            let mut stops = 0;
            for ours in as_rule.take(5) {
                prop_assert_eq!((&ours.position, &ours.velocity), (&x, &v), "{:?}", restart);
                prop_assert_eq!(as_run.advance(), Some(&ours));
                prop_assert_eq!(as_run.restarts(), stops);
                let g = gradient(&f, &(&x + &v * eta.clone()));
                let next = &v * beta.clone() - &g * alpha.clone();
                let after = &x + &next;
                let is_due = match restart {
                    Restart::Gradient => g.dot(&next) > BigRational::zero(),
                    Restart::Function => f.value(&after) > f.value(&x),
                    Restart::Speed => next.dot(&next) < v.dot(&v),
                };
                stops += usize::from(is_due);
                (x, v) = (after, if is_due { Vector::zeros() } else { next });
            }
        }
    }

    /// Derivation (68): a stop takes the kinetic energy and leaves f; and by the gradient nothing stops a ball that rolls downhill.
    #[test]
    fn the_energy_never_rises_by_a_stop(
        alpha in 1e-3_f64..0.02, beta in 0.5_f64..1.0, x in -1.8_f64..1.8, y in -2.0_f64..2.0
    ) {
        let rule = Momentum::new(alpha, beta)?;
        let energy = |at: &Iterate<f64, Const<2>>| DoubleWell.value(&at.position) + at.velocity.norm_squared() / (2.0 * alpha);
        let mut run = Restart::Gradient.run(rule, &DoubleWell, vector![x, y]);
        let Some(mut before) = run.next() else { return Ok(()) };
        for _ in 0..200 {
            let restarts = run.restarts();
            let free = rule.iterates(&DoubleWell, before.position).with_velocity(before.velocity).after(1)?;
            let Some(now) = run.next() else { break };
            prop_assert_eq!(now.position, free.position);
            if run.restarts() > restarts {
                prop_assert!(energy(&now) <= energy(&free));
                let mut slope = now.position;
                DoubleWell.gradient(&before.position, &mut slope);
                prop_assert!(slope.dot(&free.velocity) > 0.0 && now.velocity.norm() == 0.0);
            } else {
                prop_assert_eq!(now.velocity, free.velocity);
            }
            before = now;
        }
    }
}

/// Derivation (68): with a schedule the count begins anew, in exact agreement with the same rule started afresh from there.
#[test]
fn the_count_of_a_schedule_begins_anew() -> Result<(), Error> {
    let rule = Nesterov::scheduled(0.01, NesterovSchedule::new(3.0)?);
    let bowl = Quadratic::diagonal(vector![1.0, 60.0])?;
    for restart in Restart::ALL {
        let mut run = restart.run(rule, &bowl, vector![1.0, 1.0]);
        let mut fresh = rule.iterates(&bowl, vector![1.0, 1.0]);
        for k in 0..400 {
            let restarts = run.restarts();
            let now = run.next().ok_or(()).unwrap();
            let other = fresh.next().ok_or(()).unwrap();
            assert_eq!(now.position, other.position, "{restart:?} {k}");
            if run.restarts() > restarts {
                assert_eq!((run.since_restart(), now.velocity.norm()), (0, 0.0));
                fresh = rule.iterates(&bowl, now.position);
                fresh.next();
            }
        }
        assert!(run.restarts() > 3, "{restart:?}");
        // As a rule it would keep its count.
        let mut refused = restart.of(rule).iterates(&bowl, vector![1.0, 1.0]);
        assert_eq!(refused.by_ref().take(5).count(), 1);
        assert!(matches!(
            refused.failure(),
            Some(Error::Rule(RuleError::ScheduleNotRestarted))
        ));
    }
    // At least so many iterations from one to the next.
    let mut run = Restart::Speed
        .run(rule, &bowl, vector![1.0, 1.0])
        .with_least(10);
    let mut longest = 0;
    while run.restarts() < 5 {
        let (restarts, since) = (run.restarts(), run.since_restart());
        run.advance().ok_or(()).unwrap();
        if run.restarts() > restarts {
            assert!(since + 1 >= 10);
            longest = longest.max(since + 1);
        }
    }
    assert!(longest < 100);
    Ok(())
}

/// Derivation (69): without drag, stopped by the gradient, a ball on ½λx² falls for a quarter of a period, π/(2√(αλ)) iterations,
/// and is stopped beyond the minimum by at most two steps, the part 2√(αλ) of its amplitude.
#[test]
fn a_ball_without_drag_is_stopped_after_a_quarter_period() -> Result<(), Error> {
    for alpha in [1e-2, 1e-3, 1e-4] {
        let bowl = Quadratic::diagonal(vector![1.0])?;
        let mut run = Restart::Gradient.run(Momentum::new(alpha, 1.0)?, &bowl, vector![1.0]);
        let (mut amplitude, mut from) = (1.0_f64, 0);
        for k in 0..4000 {
            let restarts = run.restarts();
            let x = run.next().ok_or(()).unwrap().position.x;
            if run.restarts() == restarts {
                continue;
            }
            let quarter = std::f64::consts::FRAC_PI_2 / alpha.sqrt();
            assert!(
                ((k - from) as f64 - quarter).abs() <= 2.0,
                "{alpha}: {}",
                k - from
            );
            assert!(
                x.abs() <= 1.01 * 2.0 * alpha.sqrt() * amplitude.abs(),
                "{alpha}: {x}"
            );
            (amplitude, from) = (x, k);
            if amplitude.abs() < 1e-100 {
                break;
            }
        }
        assert!(run.restarts() > 5);
    }
    Ok(())
}

/// Iterations until f stays below 1e-12.
fn arrival(iterates: impl Iterator<Item = Iterate<f64, Const<3>>>, kappa: f64) -> usize {
    let value =
        |x: SVector<f64, 3>| 0.5 * (x[0] * x[0] + kappa.sqrt() * x[1] * x[1] + kappa * x[2] * x[2]);
    let above = iterates
        .take(40_000)
        .enumerate()
        .filter(|(_, at)| value(at.position) >= 1e-12);
    above.last().map_or(0, |(k, _)| k + 1)
}

/// Derivation (69): with restarts Nesterov's schedule needs no μ: its iterations grow like √κ, as with the tuning that knows it, and
/// within a factor of three of that; without restarts they grow faster.
#[test]
fn restarts_replace_the_smallest_curvature() -> Result<(), Error> {
    let mut table = Vec::new();
    for kappa in [1e2_f64, 1e3, 1e4] {
        let bowl = Quadratic::diagonal(vector![1.0, kappa.sqrt(), kappa])?;
        let start = vector![1.0, 1.0, 1.0];
        let rule = Nesterov::scheduled(1.0 / kappa, NesterovSchedule::new(3.0)?);
        let tuned = arrival(
            Tuning::Nesterov.rule(1.0, kappa)?.iterates(&bowl, start),
            kappa,
        );
        let without = arrival(rule.iterates(&bowl, start), kappa);
        let with: Vec<_> = Restart::ALL
            .iter()
            .map(|restart| arrival(restart.run(rule, &bowl, start).with_least(10), kappa))
            .collect();
        println!(
            "κ = {kappa}: tuned {tuned}, without {without}, gradient, function, speed {with:?}"
        );
        assert!(
            with.iter()
                .all(|with| *with < 3 * tuned && 2 * with < without),
            "{kappa}: {tuned} {without} {with:?}"
        );
        table.push((tuned, with[0]));
    }
    let growth = (table[2].1 as f64 / table[0].1 as f64).ln() / 100.0_f64.ln();
    assert!((growth - 0.5).abs() < 0.1, "{growth}");
    Ok(())
}

/// Ensembles are single runs, bit for bit; duals pass through a restart.
#[cfg(feature = "parallel")]
#[test]
fn restarts_in_ensembles_and_of_dual_numbers() -> Result<(), Error> {
    let rule = Restart::Speed.of(Momentum::new(0.01, 0.97)?);
    let starts: Vec<_> = (0..70)
        .map(|i| vector![-1.6 + 0.045 * f64::from(i), 1.0])
        .collect();
    let run = Ensemble::from_positions(rule, &DoubleWell, starts.clone())?.after(150)?;
    for (start, end) in starts.iter().zip(run.states()) {
        assert_eq!(*end, rule.iterates(&DoubleWell, *start).after(150)?);
    }
    let end = |x: f64| {
        Ok::<_, Error>(
            rule.iterates(&DoubleWell, vector![x, 1.0])
                .after(60)?
                .position
                .x,
        )
    };
    let dual = Restart::Speed.of(Momentum::of(Dual64::from(0.01), Dual64::from(0.97))?);
    let start = vector![Dual64::new(-1.5, 1.0), Dual64::from(1.0)];
    let slope = dual.iterates(&DoubleWell, start).after(60)?.position.x.eps;
    let difference = (end(-1.5 + 1e-6)? - end(-1.5 - 1e-6)?) / 2e-6;
    assert!((slope - difference).abs() < 1e-6, "{slope} {difference}");
    Ok(())
}

/// Derivation (69): the first speed restart of Nesterov's schedule on ½x² is, as √s → 0, where the flow ẍ + 3ẋ/t + x = 0 is fastest.
#[test]
fn the_speed_restart_is_that_of_the_flow() -> Result<(), Error> {
    let speed = |t: f64| Ok::<_, Error>(NesterovFlow::exact(3, 1.0, t, 1.0)?.1.abs());
    // The largest speed by ternary search; before the first zero of ẋ it has one maximum.
    let (mut low, mut high) = (0.0, 4.0);
    while high - low > 1e-7 {
        let third = (high - low) / 3.0;
        if speed(low + third)? < speed(high - third)? {
            low += third;
        } else {
            high -= third;
        }
    }
    let bowl = Quadratic::diagonal(vector![1.0])?;
    for s in [1e-3_f64, 1e-4, 1e-5] {
        let rule = Nesterov::scheduled(s, NesterovSchedule::new(3.0)?);
        let mut run = Restart::Speed.run(rule, &bowl, vector![1.0]).with_least(10);
        let mut k = 0;
        while run.restarts() == 0 {
            k += 1;
            run.advance().ok_or(()).unwrap();
        }
        let time = f64::from(k) * s.sqrt();
        assert!((time - low).abs() < 4.0 * s.sqrt(), "{s}: {time} {low}");
    }
    Ok(())
}
