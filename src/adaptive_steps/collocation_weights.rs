//! The weights of collocation with exact drag: integrals of Lagrange polynomials against e^(−z(c − σ)).
//!
//! With ℓⱼ the Lagrange polynomials of the Gauss–Lobatto nodes cⱼ of [0, 1],
//!
//! kickⱼ(c) = ∫₀ᶜ e^(−z(c − σ)) ℓⱼ(σ) dσ, reachⱼ(c) = ∫₀ᶜ (1 − e^(−z(c − σ))) ℓⱼ(σ) dσ.
//!
//! Up to zc = 8 by Gauss quadrature. Beyond, by parts: kickⱼ = Σₖ ℓⱼ⁽ᵏ⁾(c)(−1)ᵏ(1 − e^(−x) Σ_{i≤k} xⁱ/i!)/zᵏ⁺¹ with
//! x = zc. Both to rounding, with the same bits on every machine.

/// The number of nodes.
pub(crate) const NODES: usize = 8;

/// The Gauss–Lobatto nodes of [0, 1], both ends among them.
pub(crate) const LOBATTO: [f64; NODES] = [
    0.0,
    0.064_129_925_745_196_69,
    0.204_149_909_283_428_85,
    0.395_350_391_048_760_6,
    0.604_649_608_951_239_4,
    0.795_850_090_716_571_2,
    0.935_870_074_254_803_3,
    1.0,
];

/// Half of the Gauss–Legendre rule of sixteen points, which is symmetric: distances from the middle of [−1, 1], and weights.
const GAUSS: [[f64; 2]; 8] = [
    [0.095_012_509_837_637_44, 0.189_450_610_455_068_5],
    [0.281_603_550_779_258_9, 0.182_603_415_044_923_58],
    [0.458_016_777_657_227_37, 0.169_156_519_395_002_54],
    [0.617_876_244_402_643_8, 0.149_595_988_816_576_74],
    [0.755_404_408_355_003, 0.124_628_971_255_533_88],
    [0.865_631_202_387_831_8, 0.095_158_511_682_492_79],
    [0.944_575_023_073_232_6, 0.062_253_523_938_647_894],
    [0.989_400_934_991_649_9, 0.027_152_459_411_754_096],
];

/// The largest zc for which the quadrature is exact to rounding.
const FAST: f64 = 8.0;

/// Values in the eight Lagrange polynomials.
pub(crate) type Row = [f64; NODES];

/// The weights in the kick and in the reach at one point of a step.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Weights {
    pub(crate) kick: Row,
    pub(crate) reach: Row,
}

/// The eight Lagrange polynomials at `at`.
pub(crate) fn lagrange(at: f64) -> Row {
    std::array::from_fn(|j| {
        let others = LOBATTO.iter().enumerate().filter(|(k, _)| *k != j);
        let parts = others.map(|(_, node)| (at - node) / (LOBATTO[j] - node));
        parts.product()
    })
}

/// What the weights at the point `at` need that does not depend on z.
#[derive(Debug, Clone)]
pub(crate) struct Point {
    at: f64,
    /// The polynomials at the points of the quadrature over [0, at]: distance to `at`, weight, values.
    quadrature: Vec<(f64, f64, Row)>,
    /// The derivatives of the polynomials at `at`, from the zeroth on.
    derivatives: [Row; NODES],
}

impl Point {
    pub(crate) fn new(at: f64) -> Self {
        let half = 0.5 * at;
        let quadrature = GAUSS.iter().flat_map(|[x, weight]| {
            [-x, *x].map(|x| {
                let sigma = half + half * x;
                (at - sigma, half * weight, lagrange(sigma))
            })
        });
        Self {
            at,
            quadrature: quadrature.collect(),
            derivatives: derivatives(at),
        }
    }

    /// The weights for z = γh/m, and e^(−zc).
    pub(crate) fn weights(&self, z: f64) -> (Weights, f64) {
        let x = z * self.at;
        let mut weights = Weights {
            kick: [0.0; NODES],
            reach: [0.0; NODES],
        };
        let decay = libm::exp(-x);
        if x < FAST {
            for (distance, weight, values) in &self.quadrature {
                let lost = -libm::expm1(-z * distance);
                for (j, value) in values.iter().enumerate() {
                    weights.kick[j] += weight * (1.0 - lost) * value;
                    weights.reach[j] += weight * lost * value;
                }
            }
        } else {
            let (mut term, mut sum, mut factor) = (1.0, 0.0, 1.0 / z);
            for (k, row) in self.derivatives.iter().enumerate() {
                sum += term;
                term *= x / (k + 1) as f64;
                let part = factor * (1.0 - decay * sum);
                for (slot, derivative) in weights.kick.iter_mut().zip(row) {
                    *slot += part * derivative;
                }
                factor /= -z;
            }
            for (_, weight, values) in &self.quadrature {
                for (j, value) in values.iter().enumerate() {
                    weights.reach[j] += weight * value;
                }
            }
            for (reach, kick) in weights.reach.iter_mut().zip(&weights.kick) {
                *reach -= kick;
            }
        }
        (weights, decay)
    }
}

/// The derivatives of the Lagrange polynomials at `at`, by expanding each about it.
fn derivatives(at: f64) -> [Row; NODES] {
    let mut rows = [[0.0; NODES]; NODES];
    for j in 0..NODES {
        // Π (δ + at − cₖ)/(cⱼ − cₖ) as a polynomial in δ.
        let mut powers = [0.0; NODES];
        powers[0] = 1.0;
        let mut degree = 0;
        for k in (0..NODES).filter(|k| *k != j) {
            let (shift, scale) = (at - LOBATTO[k], 1.0 / (LOBATTO[j] - LOBATTO[k]));
            degree += 1;
            for power in (0..=degree).rev() {
                let lower = if power == 0 { 0.0 } else { powers[power - 1] };
                powers[power] = scale * (shift * powers[power] + lower);
            }
        }
        let mut factorial = 1.0;
        for (power, coefficient) in powers.iter().enumerate() {
            factorial *= power.max(1) as f64;
            rows[power][j] = factorial * coefficient;
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For ℓ = Σ cⱼᵠℓⱼ = σ^q the kick is ∫₀ᶜ e^(−z(c − σ))σ^q dσ, which satisfies M_q = (c^q − qM_{q−1})/z; and the kick and
    /// the reach add up to c^(q+1)/(q + 1). From both sides of the change of formula.
    #[test]
    fn weights_integrate_powers() {
        for at in [LOBATTO[1], 0.3, LOBATTO[4], 1.0] {
            let point = Point::new(at);
            for x in [1e-3, 0.7, 3.0, 7.99, 8.01, 20.0, 1e3, 1e6] {
                let z = x / at;
                let (weights, _) = point.weights(z);
                for q in 0..NODES {
                    let power = |of: f64| of.powi(q as i32);
                    let sum = |row: &Row| -> f64 {
                        row.iter().zip(LOBATTO).map(|(w, c)| w * power(c)).sum()
                    };
                    let total = sum(&weights.kick) + sum(&weights.reach);
                    let exact = power(at) * at / (q + 1) as f64;
                    assert!((total - exact).abs() < 1e-14, "{at} {x} {q}: {total:e}");
                    // Σ (−x)ⁱ q!/(q + 1 + i)! converges for every x; it is used where it does not cancel.
                    if x < 1.0 {
                        let (mut term, mut series) = (1.0 / (q + 1) as f64, 0.0);
                        for i in 0..40 {
                            series += term;
                            term *= -x / (q + 2 + i) as f64;
                        }
                        let exact = power(at) * at * series;
                        let kick = sum(&weights.kick);
                        assert!((kick - exact).abs() < 1e-15, "{at} {x} {q}: {kick:e}");
                    } else {
                        let mut exact = -(-x).exp_m1() / z;
                        for k in 1..=q {
                            exact = (at.powi(k as i32) - k as f64 * exact) / z;
                        }
                        let kick = sum(&weights.kick);
                        let rounding = 1e-14 / z + 1e-15 * (3.0 / x).powi(q as i32) / z;
                        assert!(
                            (kick - exact).abs() < rounding,
                            "{at} {x} {q}: {kick:e} {exact:e}"
                        );
                    }
                }
            }
        }
    }
}
