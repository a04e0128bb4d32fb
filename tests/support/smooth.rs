//! A force that is smooth, nonlinear and without symmetry, on any dual number: g = x³ + x + 0.3 cos x.

use heavyball::prelude::*;
use nalgebra::{Const, OVector};
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
