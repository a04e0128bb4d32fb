//! Oscillators below, at and above critical drag, from (1, −0.4) until 2, and their closed form: Derivation (27).

use heavyball::potentials::Diagonal;
use heavyball::prelude::*;
use heavyball::study::{Curve, Reference};
use nalgebra::{Const, vector};

/// m, γ, k.
pub(crate) const REGIMES: [[f64; 3]; 3] = [[1.0, 0.4, 4.0], [1.0, 4.0, 4.0], [1.0, 6.0, 4.0]];

pub(crate) fn oscillator(
    [m, gamma, k]: [f64; 3],
) -> Problem<Quadratic<Diagonal<f64, Const<1>>>, Const<1>> {
    let bowl = Quadratic::diagonal(vector![k]).unwrap();
    Problem::new(HeavyBall::new(m, gamma).unwrap(), bowl, vector![1.0])
        .with_velocity(vector![-0.4])
        .until(2.0)
}

pub(crate) fn closed_form([m, gamma, k]: [f64; 3]) -> Reference<'static, Const<1>> {
    let exact = DampedOscillator::new(m, gamma, k).unwrap();
    let path = move |t| {
        let (x, u) = exact.at(t, 1.0, -0.4);
        (vector![x], vector![u])
    };
    Reference::curve("the closed form", Curve::exact(path))
}
