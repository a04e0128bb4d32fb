//! Energies: the balance of a motion, and Φ = f + β|v|²/2α, which momentum lowers if α is not too large.

use crate::arrays::start;
use crate::ball::HeavyBall;
use crate::errors::Raise as _;
use crate::guarded::Guarded;
use crate::motion::Motion;
use crate::potential::potential;
use crate::rules::Momentum;
use heavyball::Iterate;
use heavyball::study::EnergyBalance;
use numpy::PyArray1;
use pyo3::prelude::*;

#[pymethods]
impl Motion {
    /// energy_balance()
    /// --
    ///
    /// The energy at the steps, what the drag took, and the defect of their sum: an EnergyBalance.
    ///
    /// Raises TypeError for a Function without a value.
    fn energy_balance<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let kind = &self.potential.get().kind;
        kind.needs_value("an energy")?;
        let guard = Guarded::new(kind);
        let trajectory = &self.trajectory;
        let found = guard.run(py, |guard| EnergyBalance::of_run(trajectory, guard))?;
        let balance = found.raise(py)?;
        let class = py
            .import("heavyball_ode.energy_balance")?
            .getattr("EnergyBalance")?;
        class.call1((
            PyArray1::from_slice(py, balance.times()),
            PyArray1::from_slice(py, balance.energies()),
            PyArray1::from_slice(py, balance.dissipated()),
            PyArray1::from_vec(py, balance.defects()),
        ))
    }
}

#[pymethods]
impl Momentum {
    /// lyapunov(f, x, v)
    /// --
    ///
    /// Φ = f(x) + β|v|²/2α at position and velocity of shape (d,), the velocity a displacement per iteration.
    ///
    /// It never rises if 0 ≤ β < 1 and αL ≤ 2(1 − β), L the largest curvature.
    fn lyapunov(
        &self,
        py: Python<'_>,
        f: &Bound<'_, PyAny>,
        x: &Bound<'_, PyAny>,
        v: &Bound<'_, PyAny>,
    ) -> PyResult<f64> {
        let f = potential(f)?;
        let kind = &f.get().kind;
        kind.needs_value("an energy")?;
        let (position, velocity) = start(x, "v", Some(v))?;
        kind.check_dimension(position.len()).raise(py)?;
        let iterate = Iterate { position, velocity };
        Guarded::new(kind).run(py, |guard| self.0.lyapunov(guard, &iterate))
    }

    /// lyapunov_descent(curvature)
    /// --
    ///
    /// (1 − β)/α − L/2: Φ falls by at least this times |v₊|² a step if no curvature exceeds L.
    fn lyapunov_descent(&self, curvature: f64) -> f64 {
        self.0.lyapunov_descent(curvature)
    }

    /// effective_particle(dt)
    /// --
    ///
    /// The ball m = dt²(1 + β)/2α, γ = dt(1 − β)/α that the iterates follow to second order at steps of dt.
    fn effective_particle(&self, py: Python<'_>, dt: f64) -> PyResult<HeavyBall> {
        self.0.effective_particle(dt).raise(py).map(HeavyBall)
    }

    /// drag_over_root_mass()
    /// --
    ///
    /// γ/√m of the effective particle, (1 − β)√(2/(α(1 + β))), whatever the step: compare it with a critical drag.
    fn drag_over_root_mass(&self) -> f64 {
        self.0.drag_over_root_mass()
    }
}
