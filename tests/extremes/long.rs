//! A run of 10⁹ steps: no drift of the energy, no growth of memory.

use heavyball::prelude::*;
use nalgebra::{Vector1, vector};

/// The resident memory of this process in bytes, where the system tells it.
fn resident() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS"))?;
    let kilobytes: f64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(1024.0 * kilobytes)
}

/// Symplectic Euler on p²/2m + kx²/2 keeps p²/2m + kx²/2 − (Δt·k/2m)xp exactly, the nearby energy of derivation (13): its energy stays within
/// Δt√(k/m)/2 of the start, relative to it, however long the run is.
fn energy_stays(steps: usize) -> Result<(), Error> {
    let (mass, stiffness, dt) = (1.0, 1.0, 0.1);
    let ball = HeavyBall::new(mass, 0.0)?;
    let bowl = Quadratic::diagonal(vector![stiffness])?;
    let method = SymplecticEuler::new(dt)?;
    let mut phase = Phase::new(Vector1::new(1.0), Vector1::new(0.0));
    let energy = |phase: &Phase<f64, _>| ball.energy(&bowl, phase);
    let kept = |phase: &Phase<f64, nalgebra::Const<1>>| {
        energy(phase) - 0.5 * dt * stiffness / mass * phase.position.x * phase.momentum.x
    };
    let (first, first_kept, before) = (energy(&phase), kept(&phase), resident());
    let mut drift = 0.0_f64;
    for _ in 0..100 {
        // Each step of the last thousand is looked at, so that the bound is met at all phases of the swing.
        phase = method
            .phases(&ball, &bowl, phase)?
            .after(steps / 100 - 1000)?;
        for next in method.phases(&ball, &bowl, phase)?.skip(1).take(1000) {
            let off = (energy(&next) / first - 1.0).abs();
            assert!(off <= 0.5 * dt / (1.0 - 0.5 * dt) + 1e-9, "{off}");
            phase = next;
        }
        drift = drift.max((kept(&phase) / first_kept - 1.0).abs());
    }
    println!(
        "{steps} steps: drift {drift:.1e}, memory {before:?} to {:?}",
        resident()
    );
    // Rounding, as a random walk of half an ulp a step: √steps·1e-16, with room; a drift would be steps·1e-16.
    assert!(drift < 30.0 * (steps as f64).sqrt() * 1e-16, "{drift}");
    // Other tests share the process; alone it shows.
    if let (true, Some(before), Some(after)) = (steps > 100_000_000, before, resident()) {
        assert!(after < before + 3e7, "{before} {after}");
    }
    Ok(())
}

#[test]
fn ten_million_steps_keep_the_energy() -> Result<(), Error> {
    energy_stays(10_000_000)
}

#[test]
#[ignore = "minutes, as tests are compiled"]
fn a_billion_steps_keep_the_energy() -> Result<(), Error> {
    energy_stays(1_000_000_000)
}
