//! How closely the optimiser's iterates follow the particle behind them: order 1 or 2 against the
//! particle itself, 2 against the effective one.

use crate::support::slope::{is_order, slope};
use heavyball::prelude::*;
use heavyball::{Iterate, Iterates};
use nalgebra::{Const, Vector1, vector};

type Force = dyn Potential<f64, Const<1>>;
/// The exact (x, u) at a time, of a ball from a start.
type Exact = Box<dyn Fn(&HeavyBall, f64, (f64, f64)) -> Result<(f64, f64), Error>>;

/// A potential on which the motion of every ball is known.
struct Landscape {
    name: &'static str,
    potential: Box<Force>,
    exact: Exact,
}

impl Landscape {
    fn gradient(&self, x: f64) -> Vector1<f64> {
        let mut gradient = vector![0.0];
        self.potential.gradient(&vector![x], &mut gradient);
        gradient
    }
}

const UNTIL: f64 = 2.0;

/// f = kx²/2 with the closed form (27) and f = x⁴/4 + x²/2 + 0.3 sin x, which Dop853 follows to 1e-12.
fn landscapes() -> Result<[Landscape; 2], Error> {
    let nonquadratic = || {
        from_fn(
            |x: &Vector1<f64>| x[0].powi(4) / 4.0 + x[0].powi(2) / 2.0 + 0.3 * x[0].sin(),
            |x: &Vector1<f64>| vector![x[0] * x[0] * x[0] + x[0] + 0.3 * x[0].cos()],
        )
    };
    Ok([
        Landscape {
            name: "oscillator",
            potential: Box::new(Quadratic::diagonal(vector![1.7])?),
            exact: Box::new(|ball, t, (x, u)| {
                Ok(DampedOscillator::new(ball.mass, ball.drag, 1.7)?.at(t, x, u))
            }),
        },
        Landscape {
            name: "nonquadratic",
            potential: Box::new(nonquadratic()),
            exact: Box::new(move |ball, t, (x, u)| {
                let run = Problem::new(*ball, nonquadratic(), vector![x])
                    .with_velocity(vector![u])
                    .until(t)
                    .solve(&Dop853::new(1e-13, 1e-13).without_dense_output())?;
                Ok((run.last().position.x, run.last().momentum.x / ball.mass))
            }),
        },
    ])
}

fn ball() -> Result<HeavyBall, Error> {
    HeavyBall::new(1.3, 0.7)
}

const START: (f64, f64) = (1.5, -0.4);

/// Iterate `steps` and the one after it: x_k and (v_k + v_{k+1})/2, derivation (25).
fn position_and_velocity<R: UpdateRule<f64>>(
    mut iterates: Iterates<'_, R, Force, f64, Const<1>>,
    steps: usize,
    dt: f64,
) -> Option<(f64, f64)> {
    let Iterate { position, velocity } = iterates.nth(steps)?;
    let after = iterates.next()?;
    Some((position.x, (velocity.x + after.velocity.x) / (2.0 * dt)))
}

/// The effective particle (23) of an iteration: m_eff = Δt²(1 + β)/2α, γ_eff = Δt(1 − β)/α.
fn effective(rule: &Momentum, dt: f64) -> Result<HeavyBall, Error> {
    let Momentum { alpha, beta, .. } = *rule;
    HeavyBall::new(
        dt * dt * (1.0 + beta) / (2.0 * alpha),
        dt * (1.0 - beta) / alpha,
    )
}

/// Steps over [`UNTIL`] at the coarse end of four halvings.
const COARSEST: usize = 200;

/// The slopes of a pair of errors over four halvings from [`UNTIL`]/`coarsest` on.
fn slopes(
    coarsest: usize,
    errors: impl Fn(usize, f64) -> Result<(f64, f64), Error>,
) -> Result<(f64, f64), Error> {
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for halvings in 0..=4 {
        let steps = coarsest << halvings;
        let dt = UNTIL / steps as f64;
        let (a, b) = errors(steps, dt)?;
        first.push((dt, a.abs()));
        second.push((dt, b.abs()));
    }
    Ok((slope(&first), slope(&second)))
}

const ENDED: (f64, f64) = (f64::NAN, f64::NAN);

/// Derivation (24), (25): started with the right velocity, momentum follows the particle (m, γ) at
/// the order of its row of the table, in x_k and in (v_k + v_{k+1})/2Δt.
#[test]
fn momentum_follows_the_particle_at_the_order_of_its_row() -> Result<(), Error> {
    let table = [
        (Discretization::ExplicitDrag, 1),
        (Discretization::ImplicitDrag, 1),
        (Discretization::DampKickDrift, 1),
        (Discretization::KickDampDrift, 1),
        (Discretization::ExponentialDrag, 2),
        (Discretization::CentralDrag, 2),
        (Discretization::Obabo, 2),
        (Discretization::Boaob, 2),
    ];
    assert_eq!(table.map(|row| row.0), Discretization::ALL);
    let ball = ball()?;
    for land in landscapes()? {
        let gradient = land.gradient(START.0);
        let end = (land.exact)(&ball, UNTIL, START)?;
        for (map, order) in table {
            assert_eq!(map.order(), order);
            let (x, u) = slopes(COARSEST, |steps, dt| {
                let rule = Momentum::from_heavy_ball(&ball, dt, map)?;
                let v0 = map.start_velocity(&ball, dt, &vector![START.1], &gradient)?;
                let run = rule.iterates(land.potential.as_ref(), vector![START.0]);
                let found = position_and_velocity(run.with_velocity(v0), steps, dt);
                let (x, u) = found.unwrap_or(ENDED);
                Ok((x - end.0, u - end.1))
            })?;
            println!("{map:16} {:13} plain     x {x:.3} u {u:.3}", land.name);
            assert!(
                is_order(x, order) && is_order(u, order),
                "{map} {}: {x} {u}",
                land.name
            );
        }
    }
    Ok(())
}

/// Derivation (23), (25): every row follows its effective particle (m_eff, γ_eff) at order 2.
#[test]
fn momentum_follows_its_effective_particle_at_order_2() -> Result<(), Error> {
    let ball = ball()?;
    for land in landscapes()? {
        let gradient = land.gradient(START.0);
        for map in Discretization::ALL {
            let (x, u) = slopes(COARSEST, |steps, dt| {
                let rule = Momentum::from_heavy_ball(&ball, dt, map)?;
                let v0 = map.start_velocity(&ball, dt, &vector![START.1], &gradient)?;
                let run = rule.iterates(land.potential.as_ref(), vector![START.0]);
                let found = position_and_velocity(run.with_velocity(v0), steps, dt);
                let end = (land.exact)(&effective(&rule, dt)?, UNTIL, START)?;
                let (x, u) = found.unwrap_or(ENDED);
                Ok((x - end.0, u - end.1))
            })?;
            println!("{map:16} {:13} effective x {x:.3} u {u:.3}", land.name);
            assert!(
                is_order(x, 2) && is_order(u, 2),
                "{map} {}: {x} {u}",
                land.name
            );
        }
    }
    Ok(())
}

/// Derivation (25): reading v_k/Δt for the velocity at k costs the second order: slope 1.
#[test]
fn the_velocity_of_one_iterate_alone_is_first_order() -> Result<(), Error> {
    let (ball, map) = (ball()?, Discretization::CentralDrag);
    for land in landscapes()? {
        let gradient = land.gradient(START.0);
        let end = (land.exact)(&ball, UNTIL, START)?;
        let (x, u) = slopes(COARSEST, |steps, dt| {
            let rule = Momentum::from_heavy_ball(&ball, dt, map)?;
            let v0 = map.start_velocity(&ball, dt, &vector![START.1], &gradient)?;
            let run = rule.iterates(land.potential.as_ref(), vector![START.0]);
            let iterate = run.with_velocity(v0).after(steps)?;
            Ok((iterate.position.x - end.0, iterate.velocity.x / dt - end.1))
        })?;
        assert!(is_order(x, 2) && is_order(u, 1), "{}: {x} {u}", land.name);
    }
    Ok(())
}

/// Derivation (25): from rest with v₀ = 0, as every framework starts, x_k lies on the effective
/// particle's path at t_k + Δt/2 to order 2, and at t_k to order 1 only.
#[test]
fn from_rest_with_no_velocity_the_iterates_run_half_a_step_ahead() -> Result<(), Error> {
    let ball = ball()?;
    for land in landscapes()? {
        for map in Discretization::ALL {
            let (on_time, ahead) = slopes(COARSEST, |steps, dt| {
                let rule = Momentum::from_heavy_ball(&ball, dt, map)?;
                let run = rule.iterates(land.potential.as_ref(), vector![START.0]);
                let x = run.after(steps)?.position.x;
                let rest = (START.0, 0.0);
                let particle = effective(&rule, dt)?;
                let on_time = (land.exact)(&particle, UNTIL, rest)?.0;
                let ahead = (land.exact)(&particle, UNTIL + dt / 2.0, rest)?.0;
                Ok((x - on_time, x - ahead))
            })?;
            println!(
                "{map:16} {:13} at rest   t {on_time:.3} t+h/2 {ahead:.3}",
                land.name
            );
            assert!(is_order(on_time, 1), "{map} {}: {on_time}", land.name);
            assert!(is_order(ahead, 2), "{map} {}: {ahead}", land.name);
        }
    }
    Ok(())
}

/// Derivation (18), (24): Nesterov's iterates follow the particle at order 1 under every map, since
/// the Hessian's drag βΔt∇²f remains.
#[test]
fn nesterov_is_of_order_1_under_every_map() -> Result<(), Error> {
    let ball = ball()?;
    for land in landscapes()? {
        let gradient = land.gradient(START.0);
        let end = (land.exact)(&ball, UNTIL, START)?;
        for map in Discretization::ALL {
            let (x, u) = slopes(8 * COARSEST, |steps, dt| {
                let rule = Nesterov::from_heavy_ball(&ball, dt, map)?;
                let v0 = map.start_velocity(&ball, dt, &vector![START.1], &gradient)?;
                let run = rule.iterates(land.potential.as_ref(), vector![START.0]);
                let found = position_and_velocity(run.with_velocity(v0), steps, dt);
                let (x, u) = found.unwrap_or(ENDED);
                Ok((x - end.0, u - end.1))
            })?;
            println!("{map:16} {:13} Nesterov  x {x:.3} u {u:.3}", land.name);
            assert!(
                is_order(x, 1) && is_order(u, 1),
                "{map} {}: {x} {u}",
                land.name
            );
        }
    }
    Ok(())
}

/// Derivation (18), (23): on curvature k Nesterov's iterates follow, at order 2, the effective particle
/// with the Hessian's drag added, γ_eff + βΔtk: drag of that size and that sign.
#[test]
fn nesterov_follows_the_particle_with_the_hessians_drag_at_order_2() -> Result<(), Error> {
    let (ball, curvature) = (ball()?, 1.7);
    let bowl = Quadratic::diagonal(vector![curvature])?;
    for map in Discretization::ALL {
        let (x, u) = slopes(COARSEST, |steps, dt| {
            let rule = Nesterov::from_heavy_ball(&ball, dt, map)?;
            let (alpha, beta) = (rule.alpha, rule.beta);
            let HeavyBall { mass, drag, .. } = effective(&Momentum::new(alpha, beta)?, dt)?;
            let drag = drag + beta * dt * curvature;
            let acceleration = -(curvature * START.0 + drag * START.1) / mass;
            let v0 = vector![dt * START.1 - dt * dt / 2.0 * acceleration];
            let potential: &Force = &bowl;
            let run = rule.iterates(potential, vector![START.0]);
            let found = position_and_velocity(run.with_velocity(v0), steps, dt);
            let end = DampedOscillator::new(mass, drag, curvature)?;
            let end = end.at(UNTIL, START.0, START.1);
            let (x, u) = found.unwrap_or(ENDED);
            Ok((x - end.0, u - end.1))
        })?;
        println!("{map:16} Nesterov with the Hessian's drag x {x:.3} u {u:.3}");
        assert!(is_order(x, 2) && is_order(u, 2), "{map}: {x} {u}");
    }
    Ok(())
}

/// Derivation (26): kick-drift follows the particle of mass m − γΔt/2 at order 2, from the velocity
/// u₀ + (Δt/2)ẍ(0), and the particle of mass m at order 1.
#[test]
fn kick_drift_follows_the_particle_of_less_mass() -> Result<(), Error> {
    let ball = ball()?;
    for land in landscapes()? {
        let acceleration = -(land.gradient(START.0).x + ball.drag * START.1) / ball.mass;
        let end = (land.exact)(&ball, UNTIL, START)?.0;
        let (plain, modified) = slopes(COARSEST, |steps, dt| {
            let start = ball.launch(vector![START.0], vector![START.1]);
            let run = SymplecticEuler::new(dt)?.phases(&ball, land.potential.as_ref(), start)?;
            let x = run.after(steps)?.position.x;
            let lighter = HeavyBall::new(ball.mass - ball.drag * dt / 2.0, ball.drag)?;
            let shifted = (START.0, START.1 + dt / 2.0 * acceleration);
            Ok((x - end, x - (land.exact)(&lighter, UNTIL, shifted)?.0))
        })?;
        println!(
            "kick-drift {:13} plain {plain:.3} modified {modified:.3}",
            land.name
        );
        assert!(is_order(plain, 1), "{}: {plain}", land.name);
        assert!(is_order(modified, 2), "{}: {modified}", land.name);
    }
    Ok(())
}
