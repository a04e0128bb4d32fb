//! Exact rationals for the tests: random particles on random polynomials, where claims hold with `==`.

use heavyball::{HeavyBall, Number, Phase, Potential};
use nalgebra::{Const, SVector};
use num_rational::BigRational;
use num_traits::{One, Zero, pow};
use proptest::collection::vec;
use proptest::prelude::*;

/// n/d.
pub(crate) fn ratio(n: i64, d: i64) -> BigRational {
    BigRational::new(n.into(), d.into())
}

/// Fractions between −9 and 9, zero among them.
pub(crate) fn fractions() -> impl Strategy<Value = BigRational> {
    (-9_i64..=9, 1_i64..=7).prop_map(|(n, d)| ratio(n, d))
}

/// Positive numbers: fractions, a tiny one and a huge one.
pub(crate) fn positives() -> impl Strategy<Value = BigRational> {
    prop_oneof![
        6 => (1_i64..=9, 1_i64..=7).prop_map(|(n, d)| ratio(n, d)),
        1 => Just(ratio(1, 1_000_000_000)),
        1 => Just(ratio(1_000_000_000, 1)),
    ]
}

/// Drags per step z = γΔt/m in [0, 2): 0, near 0, 1 and its neighbours, near 2, and between.
pub(crate) fn drags_per_step() -> impl Strategy<Value = BigRational> {
    let tiny = ratio(1, 1_000_000_000);
    prop_oneof![
        1 => Just(BigRational::zero()),
        1 => Just(tiny.clone()),
        1 => Just(BigRational::one() - &tiny),
        1 => Just(BigRational::one()),
        1 => Just(BigRational::one() + &tiny),
        1 => Just(ratio(2, 1) - &tiny),
        6 => (1_i64..40).prop_map(|n| ratio(n, 20)),
    ]
}

/// Decay factors in (0, 1], 1 and a tiny one among them.
pub(crate) fn decays() -> impl Strategy<Value = BigRational> {
    prop_oneof![
        1 => Just(BigRational::one()),
        1 => Just(ratio(1, 1_000_000_000)),
        4 => (1_i64..=12).prop_map(|n| ratio(n, 13)),
    ]
}

/// Vectors of fractions.
pub(crate) fn vectors<const D: usize>() -> impl Strategy<Value = SVector<BigRational, D>> {
    vec(fractions(), D).prop_map(SVector::from_vec)
}

/// f(x) = Σ c·x₀ᵉ⁰x₁ᵉ¹…, a polynomial that couples its variables.
#[derive(Debug, Clone)]
pub(crate) struct Polynomial<const D: usize> {
    terms: Vec<(BigRational, [usize; D])>,
}

/// Random polynomials of degree at most four.
pub(crate) fn polynomials<const D: usize>() -> impl Strategy<Value = Polynomial<D>> {
    let term = (fractions(), vec(0_usize..D, 1..=4)).prop_map(|(coefficient, factors)| {
        let mut exponents = [0; D];
        factors.iter().for_each(|&factor| exponents[factor] += 1);
        (coefficient, exponents)
    });
    vec(term, 2..=5).prop_map(|terms| Polynomial { terms })
}

impl<const D: usize> Potential<BigRational, Const<D>> for Polynomial<D> {
    fn value(&self, x: &SVector<BigRational, D>) -> BigRational {
        let monomial = |exponents: &[usize; D]| -> BigRational {
            (0..D).map(|i| pow(x[i].clone(), exponents[i])).product()
        };
        self.terms.iter().map(|(c, e)| c * monomial(e)).sum()
    }

    fn gradient(&self, x: &SVector<BigRational, D>, gradient: &mut SVector<BigRational, D>) {
        for (i, slot) in gradient.iter_mut().enumerate() {
            let derivative = self.terms.iter().filter(|(_, e)| e[i] > 0).map(|(c, e)| {
                let mut lowered = *e;
                lowered[i] -= 1;
                let monomial: BigRational = (0..D).map(|j| pow(x[j].clone(), lowered[j])).product();
                c * BigRational::from_integer(e[i].into()) * monomial
            });
            *slot = derivative.sum();
        }
    }
}

/// ∇f(x) as a new vector.
pub(crate) fn gradient<T: Number, const D: usize>(
    f: &impl Potential<T, Const<D>>,
    x: &SVector<T, D>,
) -> SVector<T, D> {
    let mut slot = x.clone();
    f.gradient(x, &mut slot);
    slot
}

/// A particle about to move: ball, step, potential, x₀, and v₀ = Δt·p₀/m.
#[derive(Debug, Clone)]
pub(crate) struct Motion<const D: usize> {
    pub(crate) ball: HeavyBall<BigRational>,
    pub(crate) dt: BigRational,
    pub(crate) potential: Polynomial<D>,
    pub(crate) position: SVector<BigRational, D>,
    pub(crate) velocity: SVector<BigRational, D>,
}

/// Random motions, with z = γΔt/m in [0, 2).
#[allow(
    clippy::unwrap_used,
    reason = "the mass is positive, the drag is not negative"
)]
pub(crate) fn motions<const D: usize>() -> impl Strategy<Value = Motion<D>> {
    let particle = (positives(), positives(), drags_per_step());
    (particle, polynomials(), vectors(), vectors()).prop_map(
        |((mass, dt, z), potential, position, velocity)| Motion {
            ball: HeavyBall::of(mass.clone(), z * &mass / &dt).unwrap(),
            dt,
            potential,
            position,
            velocity,
        },
    )
}

impl<const D: usize> Motion<D> {
    /// q = Δt²/m, the α of Derivation (10).
    pub(crate) fn q(&self) -> BigRational {
        &self.dt * &self.dt / &self.ball.mass
    }

    /// z = γΔt/m; Derivation (10) has β = 1 − z.
    pub(crate) fn z(&self) -> BigRational {
        &self.ball.drag * &self.dt / &self.ball.mass
    }

    /// The same without drag.
    pub(crate) fn without_drag(mut self) -> Self {
        self.ball.drag = BigRational::zero();
        self
    }

    /// The phase (x₀, p₀ = m·v₀/Δt).
    pub(crate) fn phase(&self) -> Phase<BigRational, Const<D>> {
        self.phase_at(self.position.clone(), self.velocity.clone())
    }

    /// The phase (x, m·v/Δt).
    pub(crate) fn phase_at(
        &self,
        x: SVector<BigRational, D>,
        v: SVector<BigRational, D>,
    ) -> Phase<BigRational, Const<D>> {
        Phase::new(x, v.map(|v| v * &self.ball.mass / &self.dt))
    }

    /// v = Δt·p/m, Derivation (9).
    pub(crate) fn displacement(
        &self,
        phase: &Phase<BigRational, Const<D>>,
    ) -> SVector<BigRational, D> {
        phase.momentum.map(|p| p * &self.dt / &self.ball.mass)
    }
}
