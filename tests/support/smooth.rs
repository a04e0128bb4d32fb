//! A force that is smooth, nonlinear and without symmetry, on any dual number: g = x³ + x + 0.3 cos x.

use heavyball::potentials::DualFunction;
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use nalgebra::{Const, OVector, Vector1, vector};
use num_dual::DualNum;

#[derive(Debug, Clone, Copy)]
pub(crate) struct Nonlinear;

impl DualFunction<Const<1>> for Nonlinear {
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, Const<1>>) -> N {
        let x = x[0];
        x.powi(4) / 4.0 + x.powi(2) / 2.0 + x.sin() * 0.3
    }
}

pub(crate) const NONLINEAR: AutoDiff<Nonlinear> = AutoDiff(Nonlinear);

/// The same force and its derivative.
pub(crate) fn force(x: f64) -> (f64, f64) {
    let derivative = 3.0 * x * x + 1.0 - 0.3 * x.sin();
    (x.powi(3) + x + 0.3 * x.cos(), derivative)
}

/// The same potential on floats alone.
pub(crate) fn nonlinear() -> impl Potential<f64, Const<1>> + Copy {
    from_fn(
        |x: &Vector1<f64>| x.x.powi(4) / 4.0 + x.x * x.x / 2.0 + 0.3 * x.x.sin(),
        |x: &Vector1<f64>| vector![force(x.x).0],
    )
}
