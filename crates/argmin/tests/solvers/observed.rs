//! What observers are told: the physics of a run beside its cost.

use crate::problems::Of;
use argmin::core::observers::{Observe, ObserverMode};
use argmin::core::{Error, Executor, KV, State};
use heavyball::prelude::*;
use heavyball_argmin::RuleSolver;
use nalgebra::{Vector2, vector};
use std::cell::RefCell;
use std::rc::Rc;

/// An observer that keeps every report.
#[derive(Clone, Default)]
pub(crate) struct Record(Rc<RefCell<Vec<KV>>>);

impl Record {
    pub(crate) fn all(&self, key: &str) -> Vec<f64> {
        let float = |kv: &KV| kv.get(key).and_then(|value| value.get_float());
        self.0.borrow().iter().filter_map(float).collect()
    }

    pub(crate) fn last(&self, key: &str) -> f64 {
        self.all(key).last().copied().unwrap_or(f64::NAN)
    }
}

impl<I: State> Observe<I> for Record {
    fn observe_iter(&mut self, _state: &I, kv: &KV) -> Result<(), Error> {
        self.0.borrow_mut().push(kv.clone());
        Ok(())
    }
}

/// With m = Δt²/α and γ = (1 − β)m/Δt the energy of an iterate is that of its particle, derivation (20), at any Δt.
#[test]
fn kinetic_energy_is_that_of_the_particle() -> Result<(), Error> {
    let rule = Momentum::new(0.02, 0.9)?;
    let start = vector![-1.5, -1.5];
    let record = Record::default();
    Executor::new(
        Of::<_, Vector2<f64>>::new(DoubleWell),
        RuleSolver::new(rule),
    )
    .configure(|state| state.param(start).max_iters(40))
    .add_observer(record.clone(), ObserverMode::Always)
    .run()?;
    let gauge = Gauge::Step(0.25);
    let (ball, dt) = rule.to_heavy_ball(Discretization::ExplicitDrag, gauge)?;
    let phase = SymplecticEuler::new(dt)?
        .phases(&ball, &DoubleWell, Phase::at_rest(start))?
        .after(40)?;
    let kinetic = ball.kinetic_energy(&phase);
    assert!((record.last("kinetic_energy") / kinetic - 1.0).abs() < 1e-11);
    let energy = ball.energy(&DoubleWell, &phase);
    assert!((record.last("energy") / energy - 1.0).abs() < 1e-11);
    let speed = ball.velocity(&phase).norm() * dt;
    assert!((record.last("speed") / speed - 1.0).abs() < 1e-11);
    Ok(())
}

/// For α ≤ 2(1 − β)/L the energy f + β|v|²/2α does not rise, and neither does f + |v|²/2α between turns of the swing on a
/// quadratic at small α: the energy of a ball with drag falls.
#[test]
fn energy_falls_along_a_run() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![1.0, 4.0])?;
    let record = Record::default();
    let rule = RuleSolver::new(Momentum::new(1e-4, 0.99)?).with_steps_per_iteration(20);
    Executor::new(Of::<_, Vector2<f64>>::new(bowl), rule)
        .configure(|state| state.param(vector![1.0, 1.0]).max_iters(100))
        .add_observer(record.clone(), ObserverMode::Always)
        .run()?;
    let energy = record.all("energy");
    assert_eq!(energy.len(), 100);
    assert!(
        energy.windows(2).all(|pair| pair[1] <= pair[0]),
        "{energy:?}"
    );
    assert!(energy[99] < 1e-3 * energy[0]);
    Ok(())
}
