//! EnergyBalance: the energy of a run, the energy dissipated by drag, and the defect of their sum.
//!
//! Along exact solutions E(t) − E(0) + ∫γ|ẋ|² dt = 0 at every time, derivation (7). For a method of order p the sum is
//! a defect of order Δtᵖ, derivation (42): the energy that its steps have gained or lost numerically.

use crate::Error;
use crate::motion::Trajectory;
use crate::potentials::Potential;
use crate::study::convergence::larger;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};
use std::fmt::Write as _;

/// The energy balance of a [`Trajectory`], at each of its times.
///
/// The dissipated power is integrated by Gauss's rule with five points per step on the dense output of the run: of
/// order 10, more accurate than any method here. The defect includes that of the dense output, which is smallest with
/// [`Dop853::with_fine_output`](crate::Dop853::with_fine_output) and can be far above the tolerance with
/// [`Dop853::without_dense_output`](crate::Dop853::without_dense_output). Cost: one value of f per time, no gradient.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::EnergyBalance;
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, DoubleWell, vector![-1.5, -1.5]).until(5.0);
/// let defect = |run| EnergyBalance::of_run(&run, &DoubleWell).map(|balance| balance.largest_defect());
/// assert!(defect(problem.solve(&Dop853::new(1e-12, 1e-12))?)? < 1e-9);
/// assert!(defect(problem.solve(&Leapfrog::new(0.01)?)?)? < 1e-2);
/// assert!(defect(problem.solve(&SymplecticEuler::new(0.01)?)?)? > 1e-2);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct EnergyBalance {
    times: Vec<f64>,
    energies: Vec<f64>,
    dissipated: Vec<f64>,
}

impl EnergyBalance {
    /// The balance of `run` on the `potential` on which it was solved.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a potential of another
    /// dimension.
    pub fn of_run<P, D>(run: &Trajectory<D>, potential: &P) -> Result<Self, Error>
    where
        P: Potential<f64, D> + ?Sized,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        let energies = run.energies(potential)?;
        let times = run.times().to_vec();
        let mut dissipated = vec![0.0; times.len().min(1)];
        let mut sum = 0.0;
        for pair in times.windows(2) {
            let [from, to] = pair else { continue };
            for (place, weight) in gauss() {
                let time = from + place * (to - from);
                let power = run.ball().dissipated_power(&run.at(time)?);
                sum += weight * power * (to - from);
            }
            dissipated.push(sum);
        }
        Ok(Self {
            times,
            energies,
            dissipated,
        })
    }

    /// The times of the run's steps.
    pub fn times(&self) -> &[f64] {
        &self.times
    }

    /// The energy |p|²/2m + f(x) at those times.
    pub fn energies(&self) -> &[f64] {
        &self.energies
    }

    /// The energy dissipated by drag since the start, ∫γ|ẋ|² dt; negative along a backward run.
    pub fn dissipated(&self) -> &[f64] {
        &self.dissipated
    }

    /// The defects E − E(0) + ∫γ|ẋ|² dt, positive where the method has gained energy.
    pub fn defects(&self) -> Vec<f64> {
        let start = self.energies.first().copied().unwrap_or(0.0);
        let both = self.energies.iter().zip(&self.dissipated);
        both.map(|(energy, lost)| energy - start + lost).collect()
    }

    /// The largest defect in absolute value; NaN if any defect is NaN.
    pub fn largest_defect(&self) -> f64 {
        let defects = self.defects();
        defects
            .iter()
            .fold(0.0, |most, defect| larger(defect.abs(), most))
    }

    /// The table as CSV, `t,energy,dissipated,defect`, with 17 significant digits.
    pub fn to_csv(&self) -> String {
        let mut csv = String::from("t,energy,dissipated,defect\n");
        let columns = self.times.iter().zip(&self.energies).zip(&self.dissipated);
        for (((time, energy), lost), defect) in columns.zip(self.defects()) {
            // Writing to a String cannot fail.
            let _ = writeln!(csv, "{time:.16e},{energy:.16e},{lost:.16e},{defect:.16e}");
        }
        csv
    }
}

/// Nodes and weights of Gauss's five-point rule on [0, 1].
fn gauss() -> [(f64, f64); 5] {
    let root = (10.0_f64 / 7.0).sqrt();
    let (inner, outer) = (
        (5.0 - 2.0 * root).sqrt() / 6.0,
        (5.0 + 2.0 * root).sqrt() / 6.0,
    );
    let (of_inner, of_outer) = (
        (322.0 + 13.0 * 70.0_f64.sqrt()) / 1800.0,
        (322.0 - 13.0 * 70.0_f64.sqrt()) / 1800.0,
    );
    [
        (0.5 - outer, of_outer),
        (0.5 - inner, of_inner),
        (0.5, 64.0 / 225.0),
        (0.5 + inner, of_inner),
        (0.5 + outer, of_outer),
    ]
}

#[cfg(test)]
mod tests {
    use super::gauss;

    /// Five points integrate tⁿ on [0, 1] to 1/(n + 1) exactly up to n = 9, and not for n = 10.
    #[test]
    fn the_rule_has_order_ten() {
        let integral = |n: i32| gauss().iter().map(|(t, w)| w * t.powi(n)).sum::<f64>();
        for n in 0..10 {
            assert!((integral(n) - 1.0 / f64::from(n + 1)).abs() < 1e-15);
        }
        assert!((integral(10) - 1.0 / 11.0).abs() > 1e-7);
    }
}
