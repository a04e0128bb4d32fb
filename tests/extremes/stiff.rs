//! Fixed steps far beyond the time m/γ: which are right there, and which are only stable.

use heavyball::Method;
use heavyball::prelude::*;
use nalgebra::{Const, Vector1, vector};

type Step = Box<dyn Method<Quadratic<heavyball::potentials::Diagonal<f64, Const<1>>>, Const<1>>>;

fn steps(dt: f64) -> Result<Vec<(&'static str, Step)>, Error> {
    Ok(vec![
        ("ExplicitEuler", Box::new(ExplicitEuler::new(dt)?)),
        ("SymplecticEuler", Box::new(SymplecticEuler::new(dt)?)),
        (
            "DriftKickEuler",
            Box::new(heavyball::DriftKickEuler::new(dt)?),
        ),
        ("ConformalEuler", Box::new(ConformalEuler::new(dt)?)),
        ("Leapfrog", Box::new(Leapfrog::new(dt)?)),
        ("CentralLeapfrog", Box::new(CentralLeapfrog::new(dt)?)),
        (
            "Suzuki4",
            Box::new(Composition::suzuki4(Leapfrog::new(dt)?)?),
        ),
        (
            "Yoshida4",
            Box::new(Composition::yoshida4(Leapfrog::new(dt)?)?),
        ),
        (
            "central Yoshida4",
            Box::new(Composition::yoshida4(CentralLeapfrog::new(dt)?)?),
        ),
    ])
}

/// The table of the guide: |x(2) − exact| at γ = k = 1 and Δt = 1e-3 from rest at 1, for z = γΔt/m = 1, 10 and 100. What
/// is stable there need not be right: the slow motion of Leapfrog is (z/2)coth(z/2) times too fast, that of ConformalEuler
/// z/(1 − e⁻ᶻ) times.
#[test]
fn far_beyond_the_damping_time_only_central_leapfrog_is_right() -> Result<(), Error> {
    let mut table = Vec::new();
    for z in [1.0, 10.0, 100.0_f64] {
        let mass = 1e-3 / z;
        let exact = DampedOscillator::new(mass, 1.0, 1.0)?.at(2.0, 1.0, 0.0).0;
        let bowl = Quadratic::diagonal(vector![1.0])?;
        let problem = Problem::new(HeavyBall::new(mass, 1.0)?, bowl, Vector1::new(1.0)).until(2.0);
        for (name, step) in steps(1e-3)? {
            let found = problem
                .solve(step.as_ref())
                .map(|run| run.last().position.x);
            println!(
                "z = {z} {name}: {:?}",
                found.as_ref().map(|x| (x - exact).abs())
            );
            let too_fast = match name {
                "Leapfrog" => z / 2.0 / (z / 2.0).tanh(),
                "ConformalEuler" => z / (1.0 - (-z).exp()),
                "CentralLeapfrog" => 1.0,
                _ => {
                    table.push((name, z, found.is_ok()));
                    continue;
                }
            };
            let x: f64 = found?;
            // To first order in m and Δt, which the rate on the right leaves out.
            let rate = -x.ln() / 2.0;
            let allowed = if name == "CentralLeapfrog" {
                0.01
            } else {
                0.06
            };
            assert!(
                (rate / too_fast - 1.0).abs() < allowed,
                "{name} {z}: {rate} {too_fast}"
            );
            if name == "CentralLeapfrog" {
                assert!((x - exact).abs() < 2e-8, "{z}: {x} {exact}");
            }
        }
    }
    // All others have diverged or refuse the step by z = 100.
    assert!(table.iter().all(|(_, z, is_ok)| *z < 100.0 || !is_ok));
    assert!(table.iter().any(|(_, _, is_ok)| *is_ok));
    Ok(())
}
