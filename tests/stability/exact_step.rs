//! The step of a rule on f = x²/2 with α = Q, as the matrix that the rule itself makes, in exact fractions.

use heavyball::prelude::*;
use heavyball::study::stability::Recursion;
use nalgebra::{Vector1, vector};
use num_rational::BigRational;
use num_traits::{One, Zero};

pub(crate) fn exact(number: f64) -> BigRational {
    BigRational::from_float(number).unwrap()
}

/// Trace and determinant of a step.
pub(crate) struct ExactStep {
    pub(crate) columns: [[BigRational; 2]; 2],
    pub(crate) trace: BigRational,
    pub(crate) determinant: BigRational,
}

impl ExactStep {
    pub(crate) fn of(recursion: Recursion, q: f64, beta: f64) -> Self {
        let (one, zero) = (BigRational::one(), BigRational::zero());
        let (q, beta) = (exact(q), exact(beta));
        // A curvature of either sign: α = 1, λ = Q.
        let mode = Quadratic::diagonal(vector![q]).unwrap();
        let columns = [[&one, &zero], [&zero, &one]].map(|[x, v]| {
            let start = || (vector![x.clone()], vector![v.clone()]);
            let pair =
                |x: &Vector1<BigRational>, v: &Vector1<BigRational>| [x[0].clone(), v[0].clone()];
            match recursion {
                Recursion::GradientDescent => {
                    let rule = GradientDescent::of(one.clone()).unwrap();
                    let mut iterates = rule.iterates(&mode, start().0).with_velocity(start().1);
                    let at = iterates.nth(1).unwrap();
                    pair(&at.position, &at.velocity)
                }
                Recursion::Momentum => {
                    let rule = Momentum::of(one.clone(), beta.clone()).unwrap();
                    let mut iterates = rule.iterates(&mode, start().0).with_velocity(start().1);
                    let at = iterates.nth(1).unwrap();
                    pair(&at.position, &at.velocity)
                }
                Recursion::Nesterov => {
                    let rule = Nesterov::of(one.clone(), beta.clone()).unwrap();
                    let mut iterates = rule.iterates(&mode, start().0).with_velocity(start().1);
                    let at = iterates.nth(1).unwrap();
                    pair(&at.position, &at.velocity)
                }
                Recursion::ExplicitEuler => {
                    let ball = HeavyBall::of(one.clone(), &one - &beta).unwrap();
                    let start = Phase::new(start().0, start().1);
                    let euler = ExplicitEuler::of(one.clone()).unwrap();
                    let mut phases = euler.phases(&ball, &mode, start).unwrap();
                    let at = phases.nth(1).unwrap();
                    pair(&at.position, &at.momentum)
                }
            }
        });
        let [[a, c], [b, d]] = &columns;
        Self {
            trace: a + d,
            determinant: a * d - b * c,
            columns,
        }
    }

    /// Whether both multipliers are at most `radius` in absolute value: |d| ≤ r², |s|r ≤ r² + d. Strictly less at a
    /// boundary of 1, by `strictly`.
    fn inside(&self, radius: &BigRational, strictly: bool) -> bool {
        let square = radius * radius;
        let (size, bend) = (abs(&self.determinant), abs(&self.trace) * radius);
        let reach = &square + &self.determinant;
        if strictly {
            size < square && bend < reach
        } else {
            size <= square && bend <= reach
        }
    }

    /// Whether the mode dies out.
    pub(crate) fn is_stable(&self) -> bool {
        self.inside(&BigRational::one(), true)
    }

    /// Whether the spectral radius lies within [low, high].
    pub(crate) fn radius_is_between(&self, low: f64, high: f64) -> bool {
        let above = low <= 0.0 || !self.inside(&exact(low), true);
        above && self.inside(&exact(high), false)
    }
}

fn abs(number: &BigRational) -> BigRational {
    if *number < BigRational::zero() {
        -number
    } else {
        number.clone()
    }
}
