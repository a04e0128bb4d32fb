//! Lines that burn cannot have.

use crate::support::{Outcome, START, at, gradients, optimizer, well};
use burn_core::tensor::DType;
use heavyball::frameworks::{Clipping, Convention, Sgd};
use heavyball_burn::{Error, MomentumSgd, NormClipping};

#[test]
fn refusals() -> Outcome {
    let optax = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let by_norm = MomentumSgd::new(optax.with_clipping(Clipping::norm(1.0)?));
    assert_eq!(by_norm.err(), Some(Error::ClippingByNorm));
    assert!(Error::ClippingByNorm.to_string().contains("NormClipping"));
    let two_step = Sgd::new(Convention::TwoStep { nesterov: false }, 0.1, 0.9)?;
    assert!(matches!(
        MomentumSgd::new(two_step),
        Err(Error::Heavyball(_))
    ));
    let by_norm = NormClipping::of(&two_step.with_clipping(Clipping::norm(1.0)?));
    assert!(matches!(by_norm, Err(Error::Heavyball(_))));
    let by_value = NormClipping::of(&optax.with_clipping(Clipping::value(1.0)?));
    assert!(matches!(by_value, Err(Error::NoNorm { .. })));
    for bound in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(NormClipping::new(bound), Err(Error::Heavyball(_))));
    }
    // burn's step has no error, so what cannot be is NaN.
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        let (model, mut sgd) = (well(START, DType::F64), optimizer(optax)?);
        let gradients = gradients(&model);
        assert!(at(&sgd.step(rate, model, gradients)).x.is_nan());
    }
    Ok(())
}
