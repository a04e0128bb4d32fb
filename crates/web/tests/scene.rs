//! What the page is told about minima, barriers, many balls and mistakes, against published numbers.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that finds nothing should fail"
)]

use heavyball::prelude::*;
use heavyball_web::bath::Bath;
use heavyball_web::choice::Rule;
use heavyball_web::cloud::{Cloud, End};
use heavyball_web::critical::critical_points;
use heavyball_web::error::PageError;
use heavyball_web::escape::{Release, critical_drag};
use heavyball_web::landscape::Landscape;
use heavyball_web::motion::Launch;
use heavyball_web::path::path;
use heavyball_web::{mapping, stability};

const SADDLE: f64 = 0.10103125788101082;

fn landscape(name: &str) -> Landscape {
    Landscape::new(name, [0.1, 0.0], "").unwrap()
}

#[test]
fn himmelblau_has_its_four_minima_and_five_other_critical_points() {
    let found = critical_points(&landscape("himmelblau"), [-6.0, -6.0], [6.0, 6.0]);
    assert_eq!(found.len(), 9);
    let minima: Vec<_> = found.iter().filter(|point| point.is_minimum()).collect();
    assert_eq!(minima.len(), 4);
    for [x, y] in [
        [3.0, 2.0],
        [-2.805118086952745, 3.131312518250573],
        [-3.779310253377747, -3.28318599128617],
        [3.584428340330492, -1.848126526964404],
    ] {
        let near = |[a, b]: [f64; 2]| (a - x).hypot(b - y) < 1e-12;
        assert!(
            minima.iter().any(|point| near(point.position)),
            "({x}, {y})"
        );
    }
}

#[test]
fn a_curve_has_its_minima_its_top_and_its_shelf() {
    let tilted = critical_points(&landscape("tilted"), [-2.0, 0.0], [2.0, 1.0]);
    let at: Vec<f64> = tilted.iter().map(|point| point.position[0]).collect();
    for (found, known) in at
        .iter()
        .zip([-1.0466805318046022, 0.945649273923591, SADDLE])
    {
        assert!((found - known).abs() < 1e-14, "{found} {known}");
    }
    let quartic = critical_points(&landscape("quartic"), [-1.1, 0.0], [3.2, 1.0]);
    assert_eq!(quartic[0].position[0], 2.25);
    assert!((quartic[0].curvatures[1] - 20.25).abs() < 1e-12);
    assert!(
        quartic
            .iter()
            .any(|point| point.position[0] == 0.0 && !point.is_minimum())
    );
}

#[test]
fn the_critical_drags_are_the_known_ones() {
    for (name, start, top, known) in [
        ("quartic", -0.5, 0.0, 2.44048378670468),
        ("tilted", 1.4, SADDLE, 0.196109891946602),
        ("tilted", 1.5, SADDLE, 0.379245550127689),
    ] {
        let found = critical_drag(&landscape(name), start, &[top], 1.0).unwrap();
        assert!((found - known).abs() < 1e-9, "{name} {start}: {found}");
    }
    assert!(critical_drag(&landscape("tilted"), 0.9, &[SADDLE], 1.0).is_err());
    assert_eq!(
        critical_drag(&landscape("tilted"), 1.4, &[], 1.0),
        Err(PageError::NoBarrier)
    );
    assert_eq!(
        critical_drag(&landscape("double_well"), 1.4, &[SADDLE], 1.0),
        Err(PageError::Dimension { needed: 1 })
    );
}

#[test]
fn balls_without_spread_escape_below_the_critical_drag_and_stay_above_it() {
    let release = Release {
        start: 1.4,
        spread: 0.0,
        balls: 100.0,
        seed: 7,
        dt: 0.01,
        end: 60.0,
    };
    for (drag, share) in [(0.19, 1.0), (0.202, 0.0)] {
        let ball = HeavyBall::new(1.0, drag).unwrap();
        let found = release
            .share(&landscape("tilted"), &[SADDLE], &ball)
            .unwrap();
        assert_eq!(found[0], share, "{drag}");
        // Wilson's interval of 0 or of all out of 100.
        assert!((found[2] - found[1] - 0.0370).abs() < 1e-4);
    }
}

#[test]
fn members_end_at_minima_elsewhere_or_nowhere() {
    let well = landscape("double_well");
    let box_of = [[-1.5, -1.0], [1.5, 1.0]];
    let mut cloud = Cloud::grid(&well, [3.0, 1.0], box_of, [0.0, 0.0]).unwrap();
    let minima = [[-1.0, 0.0], [1.0, 0.0]];
    let rule = Rule::new("momentum", 0.1, 0.5).unwrap();
    cloud.advance(&well, rule, &Bath::COLD, 300.0).unwrap();
    assert_eq!(
        cloud.ends(&minima, 1e-6),
        [End::Minimum(0), End::Elsewhere, End::Minimum(1)]
    );
    let wild = Rule::new("momentum", 10.0, 0.9).unwrap();
    let mut lost = Cloud::grid(&well, [2.0, 1.0], box_of, [1.0, 1.0]).unwrap();
    lost.advance(&well, wild, &Bath::COLD, 100.0).unwrap();
    assert_eq!(lost.ends(&minima, 1.0), [End::Diverged; 2]);
    lost.advance(&well, wild, &Bath::COLD, 100.0).unwrap();
    assert!(lost.positions().iter().all(|x| x.is_nan()));
}

#[test]
fn the_effective_particle_starts_half_a_step_early() {
    let rule = Momentum::new(0.1, 0.9).unwrap();
    let launch = Launch::effective(&rule, 0.1_f64.sqrt(), [1.0, 2.0], [0.2, 0.0]).unwrap();
    assert!((launch.ball.mass - 0.95).abs() < 1e-15);
    assert_eq!(
        (launch.position, launch.time),
        ([0.9, 2.0], -0.1_f64.sqrt() / 2.0)
    );
}

#[test]
fn what_is_too_much_or_unknown_is_refused() {
    let quartic = landscape("quartic");
    let rule = Rule::new("momentum", 0.1, 0.5).unwrap();
    for iterations in [20_001.0, f64::NAN, -1.0, f64::INFINITY] {
        let refused = path(&quartic, rule, &Bath::COLD, [0.0; 2], [0.0; 2], iterations);
        assert!(
            matches!(refused, Err(PageError::TooMuch { .. })),
            "{iterations}"
        );
    }
    assert!(Rule::new("adam", 0.1, 0.5).is_err());
    assert!(Landscape::new("sphere", [0.0; 2], "").is_err());
    assert!(mapping::to_ball((0.1, 0.5), "Euler", "mass", 1.0).is_err());
    assert!(mapping::to_ball((0.1, 0.5), "ExplicitDrag", "length", 1.0).is_err());
    assert!(stability::rate_map("momentum", 4.0, 1e9, 1.0).is_err());
    let run = path(
        &quartic,
        Rule::new("momentum", 1e308, 0.5).unwrap(),
        &Bath::COLD,
        [1.0; 2],
        [0.0; 2],
        10.0,
    );
    assert!(run.unwrap().note.contains("diverged"));
}
