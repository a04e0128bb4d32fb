//! The warm ball, its rules and many balls in a bath, against the library's Langevin methods and closed forms.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that finds nothing should fail"
)]

use heavyball::langevin::{Baoab, Langevin, LangevinMethod, StochasticSymplecticEuler};
use heavyball::noise::Noise;
use heavyball::prelude::*;
use heavyball_web::barrier::barrier;
use heavyball_web::bath::Bath;
use heavyball_web::choice::Rule;
use heavyball_web::cloud::Cloud;
use heavyball_web::critical::critical_points;
use heavyball_web::gibbs::Gibbs;
use heavyball_web::landscape::Landscape;
use heavyball_web::motion::Launch;
use heavyball_web::path::path;
use nalgebra::vector;

const START: [f64; 2] = [-1.5, -1.5];

fn landscape(name: &str) -> Landscape {
    Landscape::new(name, [0.1, 0.0], "").unwrap()
}

fn launch(drag: f64) -> Launch {
    Launch {
        ball: HeavyBall::new(1.0, drag).unwrap(),
        position: START,
        velocity: [0.0; 2],
        time: 0.0,
    }
}

#[test]
fn without_temperature_a_seed_changes_no_bit() {
    for name in ["momentum", "nesterov", "descent"] {
        let rule = Rule::new(name, 0.05, 0.8).unwrap();
        let of = |bath| {
            path(
                &landscape("double_well"),
                rule,
                &bath,
                START,
                [0.1, 0.0],
                60.0,
            )
        };
        let cold = of(Bath::COLD).unwrap();
        assert_eq!(of(Bath::new(0.0, 7, 16).unwrap()).unwrap(), cold);
        assert_ne!(of(Bath::new(1e-9, 7, 16).unwrap()).unwrap(), cold);
    }
}

/// With one normal number an iteration momentum is the library's stochastic symplectic Euler of Δt = √α, m = 1 and
/// γ = (1 − β)/Δt, equation (88).
#[test]
fn momentum_in_a_bath_is_stochastic_symplectic_euler() {
    let (alpha, beta, temperature) = (0.04_f64, 0.8, 0.3);
    let dt = alpha.sqrt();
    let bath = Langevin::new(HeavyBall::new(1.0, (1.0 - beta) / dt).unwrap(), temperature).unwrap();
    let start = Phase::at_rest(vector![START[0], START[1]]);
    let euler = StochasticSymplecticEuler::new(dt).unwrap();
    let phases = euler
        .phases(&bath, &DoubleWell, start, Noise::new(5))
        .unwrap();
    let rule = Rule::new("momentum", alpha, beta).unwrap();
    let noise = Bath::new(temperature, 5, 1).unwrap();
    let table = path(
        &landscape("double_well"),
        rule,
        &noise,
        START,
        [0.0; 2],
        100.0,
    )
    .unwrap();
    for (row, phase) in table.numbers.chunks(5).zip(phases.take(101)) {
        for (ours, theirs) in row.iter().zip([phase.position.x, phase.position.y]) {
            assert!((ours - theirs).abs() < 1e-12, "{ours} {theirs}");
        }
    }
}

#[test]
fn the_ball_in_a_bath_is_baoab() {
    let bath = Bath::new(0.3, 5, 1).unwrap();
    let (dt, ball) = (0.02, HeavyBall::new(1.0, 0.7).unwrap());
    let table = launch(0.7)
        .motion_in(&bath, &landscape("double_well"), dt, [400.0, 10.0])
        .unwrap();
    let start = Phase::at_rest(vector![START[0], START[1]]);
    let about = Langevin::new(ball, 0.3).unwrap();
    let phases = Baoab::new(dt)
        .unwrap()
        .phases(&about, &DoubleWell, start, Noise::new(5))
        .unwrap();
    let rows = table.numbers.chunks(7);
    assert_eq!(rows.len(), 41);
    for (row, phase) in rows.zip(phases.step_by(10)) {
        assert_eq!(row[1..3], [phase.position.x, phase.position.y]);
    }
}

/// Smaller steps of the same ball see the same noise in finer parts: the iterates meet the path of the ball, not only its
/// law. v₀ = Δt·ẋ makes it order 1.
#[test]
fn the_iterates_follow_the_warm_ball_to_first_order() {
    let (parts, end) = (64_usize, 4.0);
    let coarse: f64 = 0.2;
    let well = landscape("double_well");
    let steps = end / coarse * parts as f64;
    let mean = |of: &dyn Fn(u32) -> f64| (0..24).map(of).sum::<f64>() / 24.0;
    let distance = |halvings: u32| {
        let finer = 1 << halvings;
        let dt = coarse / f64::from(finer);
        let rule = Rule::new("momentum", dt * dt, 1.0 - 0.7 * dt).unwrap();
        mean(&|seed| {
            let bath = Bath::new(0.2, seed, parts / finer as usize).unwrap();
            let ball = launch(0.7)
                .motion_in(&bath, &well, coarse / parts as f64, [steps, steps])
                .unwrap();
            let iterates = path(&well, rule, &bath, START, [0.0; 2], (end / dt).round()).unwrap();
            let (end, at) = (
                iterates.numbers.chunks(5).last().unwrap(),
                ball.numbers.chunks(7).last().unwrap(),
            );
            (end[0] - at[1]).hypot(end[1] - at[2])
        })
    };
    let slope = (distance(0) / distance(4)).log2() / 4.0;
    assert!((slope - 1.0).abs() < 0.25, "{slope}");
}

#[test]
fn a_cloud_in_parts_has_the_noise_of_the_whole() {
    let well = landscape("double_well");
    let rule = Rule::new("momentum", 0.05, 0.8).unwrap();
    let bath = Bath::new(0.3, 9, 1).unwrap();
    let mut cloud = Cloud::together(&well, 50.0, START, [0.0; 2]).unwrap();
    let mut whole = cloud.clone();
    for iterations in [7.0, 0.0, 23.0] {
        cloud.advance(&well, rule, &bath, iterations).unwrap();
    }
    whole.advance(&well, rule, &bath, 30.0).unwrap();
    assert_eq!(cloud.positions(), whole.positions());
    let alone = path(&well, rule, &bath, START, [0.0; 2], 30.0).unwrap();
    assert_eq!(cloud.positions()[..2], alone.numbers[150..152]);
    assert_ne!(cloud.positions()[..2], cloud.positions()[2..4]);
}

/// A member that leaves the numbers takes none of the noise of the others.
#[test]
fn a_lost_member_keeps_its_place() {
    let well = Landscape::new("formula", [0.0; 2], "-x^4 + y^2").unwrap();
    let rule = Rule::new("descent", 0.1, 0.0).unwrap();
    let bath = Bath::new(0.3, 9, 1).unwrap();
    let mut cloud = Cloud::together(&well, 200.0, [0.7, 0.0], [0.0; 2]).unwrap();
    cloud.advance(&well, rule, &bath, 14.0).unwrap();
    let lost = |cloud: &Cloud| {
        cloud
            .positions()
            .chunks(2)
            .filter(|at| at[0].is_nan())
            .count()
    };
    let early = lost(&cloud);
    assert!((20..180).contains(&early), "{early}");
    let mut whole = Cloud::together(&well, 200.0, [0.7, 0.0], [0.0; 2]).unwrap();
    cloud.advance(&well, rule, &bath, 2.0).unwrap();
    whole.advance(&well, rule, &bath, 16.0).unwrap();
    let same = |a: &f64, b: &f64| a.to_bits() == b.to_bits() || (a.is_nan() && b.is_nan());
    let (ours, theirs) = (cloud.positions(), whole.positions());
    assert!(ours.iter().zip(&theirs).all(|(a, b)| same(a, b)));
}

/// Equation (89): σ² = 2(1 − β)T/α.
#[test]
fn the_variance_of_the_gradient_that_gives_a_temperature() {
    let bath = Bath::new(0.5, 0, 1).unwrap();
    let variance = |name: &str, beta: f64| {
        let rule = Rule::new(name, 0.25, beta).unwrap();
        bath.gradient_variance(rule).unwrap()
    };
    assert_eq!(variance("momentum", 0.5), 2.0);
    assert_eq!(variance("nesterov", 0.75), 1.0);
    assert_eq!(variance("descent", 0.75), 4.0);
    assert_eq!(variance("momentum", 1.0), 0.0);
    for wrong in [-1.0, f64::NAN, f64::INFINITY] {
        assert!(Bath::new(wrong, 0, 1).is_err(), "{wrong}");
    }
}

/// On ½xᵀAx the density over x is normal of variance T(A⁻¹)ₓₓ, and on both sides of a symmetric ridge lies one half.
#[test]
fn the_density_of_gibbs() {
    let bowl = Landscape::new("quadratic", [4.0, 30.0], "").unwrap();
    let box_of = [[-6.0, -6.0], [6.0, 6.0]];
    let density = Gibbs::new(&bowl, 0.5, box_of, [240.0, 240.0])
        .unwrap()
        .over_x();
    // Curvature 1 along 30°, 4 across it.
    let variance = 0.5 * (0.75 + 0.25 / 4.0);
    for (index, found) in density.iter().enumerate() {
        let x = -6.0 + 0.05 * (index as f64 + 0.5);
        let exact = (-x * x / (2.0 * variance)).exp() / (std::f64::consts::TAU * variance).sqrt();
        assert!((found - exact).abs() < 1e-10, "{x}: {found} {exact}");
    }
    let well = Gibbs::new(
        &landscape("double_well"),
        0.1,
        [[-2.0, -2.0], [2.0, 2.0]],
        [200.0, 160.0],
    )
    .unwrap();
    for share in well.shares(&[[-1.0, 0.0], [1.0, 0.0]]) {
        assert!((share - 0.5).abs() < 1e-12, "{share}");
    }
    let quartic = Gibbs::new(
        &landscape("quartic"),
        1e-3,
        [[-1.1, -8.0], [3.2, 9.0]],
        [200.0, 1.0],
    )
    .unwrap();
    assert!((quartic.shares(&[[2.25, 0.0]])[0] - 1.0).abs() < 1e-12);
}

#[test]
fn the_lowest_way_out_of_a_well() {
    let from = |name: &str, low: [f64; 2], high: [f64; 2], start: [f64; 2]| {
        let landscape = landscape(name);
        let critical = critical_points(&landscape, low, high);
        barrier(&landscape, &critical, [low, high], start)
    };
    let (low, high) = ([-2.0, -1.75], [2.0, 1.75]);
    let well = from("double_well", low, high, START).unwrap();
    assert!(
        (well.height - 1.0).abs() < 1e-12 && well.bottom[0] < -0.999,
        "{well:?}"
    );
    // f at the minimum x = 0.9456… and at the top x = 0.1010… of x⁴/4 − x²/2 + x/10.
    let f = |x: f64| x.powi(4) / 4.0 - x * x / 2.0 + x / 10.0;
    for (start, bottom) in [(1.4, 0.945649273923591), (-1.4, -1.0466805318046022)] {
        let tilted = from("tilted", [-2.0, 0.0], [2.0, 1.0], [start, 0.0]).unwrap();
        let height = f(0.10103125788101082) - f(bottom);
        assert!(
            (tilted.height - height).abs() < 1e-12,
            "{tilted:?} {height}"
        );
    }
    // Himmelblau's saddles, by their height: 13.31, 67.72, 104.0, 178.3.
    let (low, high) = ([-6.0; 2], [6.0; 2]);
    for (start, height) in [
        ([3.0, 2.2], 13.3119),
        ([-3.0, 3.0], 67.7192),
        ([-3.6, -3.0], 104.0152),
    ] {
        let found = from("himmelblau", low, high, start).unwrap();
        assert!((found.height - height).abs() < 1e-3, "{found:?}");
    }
    // f' = x(x + 1.25)(x + 1)(x − 0.9)(x − 4): the nearest top, at 0.9, is higher than that at −1.
    let formula = "x^6/6 - 0.53*x^5 - 1.54375*x^4 + 1.975*x^3/3 + 2.25*x^2 + y^2";
    let far = Landscape::new("formula", [0.0; 2], formula).unwrap();
    let (low, high) = ([-1.5, -1.0], [4.5, 1.0]);
    let critical = critical_points(&far, low, high);
    let found = barrier(&far, &critical, [low, high], [0.1, 0.2]).unwrap();
    assert!((found.top[0] + 1.0).abs() < 1e-9, "{found:?}");
    let height = 1.0 / 6.0 + 0.53 - 1.54375 - 1.975 / 3.0 + 2.25;
    assert!((found.height - height).abs() < 1e-12, "{found:?}");
    for (name, high) in [("quartic", [3.2, 9.0]), ("rosenbrock", [2.0, 3.0])] {
        assert_eq!(from(name, [-1.1, -1.2], high, [-0.5, 0.0]), None, "{name}");
    }
}
