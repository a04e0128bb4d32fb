//! The ball as a solver follows heavyball's motion, and rests in a minimum.

use crate::observed::Record;
use crate::problems::Of;
use argmin::core::observers::ObserverMode;
use argmin::core::{Error, Executor};
use heavyball::prelude::*;
use heavyball_argmin::{BallSolver, State, Tolerances};
use nalgebra::{Vector1, Vector2, vector};

/// x(t) of m ẍ = −kx − γẋ from rest, in closed form.
#[test]
fn it_is_the_damped_oscillator() -> Result<(), Error> {
    let (ball, curvature) = (HeavyBall::new(2.0, 0.5)?, 3.0_f64);
    let bowl = Quadratic::diagonal(vector![curvature])?;
    let solver = BallSolver::new(ball, 0.7)?.with_method(Adaptive::new(1e-12, 1e-12));
    let run = Executor::new(Of::<_, Vector1<f64>>::new(bowl), solver)
        .configure(|state: State<_>| state.param(vector![1.0]).max_iters(20))
        .run()?;
    let (rate, t): (f64, f64) = (0.5 / (2.0 * 2.0), 14.0);
    let frequency = (curvature / 2.0 - rate * rate).sqrt();
    let phase = frequency * t;
    let expected = (-rate * t).exp() * (phase.cos() + rate / frequency * phase.sin());
    let found = run.state.param.map_or(f64::NAN, |x| x.x);
    assert!((found - expected).abs() < 1e-10, "{found} {expected}");
    assert!((run.solver.time() - 14.0).abs() < 1e-14);
    Ok(())
}

#[test]
fn it_settles_and_its_energy_falls() -> Result<(), Error> {
    let settled = Tolerances::new()
        .with_gradient(1e-6)?
        .with_kinetic_energy(1e-12)?;
    let solver = BallSolver::new(HeavyBall::new(1.0, 0.4)?, 2.0)?.with_tolerances(settled);
    let record = Record::default();
    let run = Executor::new(Of::<_, Vector2<f64>>::new(DoubleWell), solver)
        .configure(|state: State<_>| state.param(vector![-1.9, 0.8]).max_iters(200))
        .add_observer(record.clone(), ObserverMode::Always)
        .run()?;
    let end = run.state.param.unwrap_or_else(Vector2::zeros);
    assert!((end.x.abs() - 1.0).abs() < 1e-6 && end.y.abs() < 1e-6 && run.state.iter < 100);
    let energy = record.all("energy");
    assert!(
        energy.windows(2).all(|pair| pair[1] < pair[0] + 1e-8),
        "{energy:?}"
    );
    Ok(())
}
