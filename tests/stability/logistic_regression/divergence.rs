//! The divergence f(w) − f(v) − ∇f(v)·(w − v): its definition, and the digits that the definition loses.

use super::{problems, single, slope};
use heavyball::prelude::*;
use nalgebra::{DVector, dvector};
use proptest::collection::vec;
use proptest::prelude::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// The Bregman divergence is the difference of its definition, and keeps its digits where that has none.
    #[test]
    fn the_divergence_is_its_definition((loss, weights) in problems(), direction in vec(-1.0..1.0, 5)) {
        let direction = DVector::from_iterator(weights.len(), direction.into_iter().take(weights.len()));
        for scale in [1e-9, 1e-4, 0.9, 40.0] {
            let there = &weights + scale * &direction;
            let found = loss.divergence(&there, &weights)?;
            if scale > 0.5 {
                let expected = loss.value(&there) - loss.value(&weights) - slope(&loss, &weights).dot(&(&there - &weights));
                let terms = loss.value(&there) + loss.value(&weights) + slope(&loss, &weights).norm() * scale;
                prop_assert!((found - expected).abs() <= 1e-13 * terms + 1e-10 * expected, "{scale}: {found} {expected}");
            } else {
                // ½ dᵀ∇²f d up to the third order.
                let step = &there - &weights;
                let expected = 0.5 * step.dot(&(loss.hessian(&weights)? * &step));
                prop_assert!((found - expected).abs() <= (1e-10 + 20.0 * scale) * expected, "{scale}: {found} {expected}");
            }
        }
    }
}

/// Rows far on either side in closed form: log(1 + e^−(m + δ)) − log(1 + e^−m) + δ/(1 + eᵐ), where no digit is lost.
#[test]
fn the_divergence_survives_huge_margins() -> Result<(), Error> {
    let between = |to: f64, from: f64| single(true).divergence(&dvector![to], &dvector![from]);
    assert_eq!(between(0.0, 0.0)?, 0.0);
    assert!((between(-1e4, 1e4)? / 1e4 - 1.0).abs() < 1e-15);
    assert!((between(1e4, -1e4)? / 1e4 - 1.0).abs() < 1e-15);
    // From −30 to 0: ln 2 + 30 − … = ln 2 − 30·σ(−30) − log(1 + e⁻³⁰).
    let small = (-30.0_f64).exp();
    let expected = 2.0_f64.ln() - 30.0 * small / (1.0 + small) - small.ln_1p();
    assert!((between(0.0, -30.0)? / expected - 1.0).abs() < 1e-14);
    assert!((between(0.0, 30.0)? / expected - 1.0).abs() < 1e-14);
    // Both branches for small differences agree where they meet: ½pq(δ² − (p − q)δ³/3 + …).
    for margin in [-3.0, -0.5, 0.0, 2.0, 20.0] {
        let (inside, outside) = (
            between(margin + 0.999e-5, margin)?,
            between(margin + 1.001e-5, margin)?,
        );
        assert!(
            (outside / inside - (1.001_f64 / 0.999).powi(2)).abs() < 1e-7,
            "{margin}"
        );
    }
    Ok(())
}
