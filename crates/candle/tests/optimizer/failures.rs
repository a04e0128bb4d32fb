//! NaN, inf, and what cannot be: each an error that says where.

use crate::support::Outcome;
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::Optimizer;
use heavyball::frameworks::{Clipping, Convention, Sgd};
use heavyball_candle::{Error, MomentumSgd};

fn optax() -> Result<Sgd, heavyball::Error> {
    Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)
}

fn step(sgd: &mut MomentumSgd, var: &Var, slope: f32) -> Result<(), Error> {
    let slope = Tensor::full(slope, var.shape(), &Device::Cpu)?;
    let loss = (var.as_tensor() * slope)?.sum_all()?;
    sgd.advance(&loss.backward()?)
}

#[test]
fn a_gradient_that_is_not_finite() -> Outcome {
    for slope in [f32::NAN, f32::INFINITY] {
        let x = Var::ones(3, DType::F32, &Device::Cpu)?;
        let mut sgd = MomentumSgd::named([("x".to_owned(), x.clone())], optax()?)?;
        step(&mut sgd, &x, 1.0)?;
        let error = step(&mut sgd, &x, slope);
        let is_told =
            matches!(&error, Err(Error::NonFinite { iteration: 2, variable }) if variable == "x");
        assert!(is_told, "{error:?}");
        // With clipping by norm it is seen before anything changes.
        let x = Var::ones(3, DType::F32, &Device::Cpu)?;
        let line = optax()?.with_clipping(Clipping::norm(1.0)?);
        let mut sgd = MomentumSgd::named([("x".to_owned(), x.clone())], line)?;
        let error = step(&mut sgd, &x, slope);
        let message = error
            .err()
            .map(|error| error.to_string())
            .unwrap_or_default();
        assert!(
            message.contains("step 0") && message.contains("norm of the gradient"),
            "{message}"
        );
        assert_eq!(x.to_vec1::<f32>()?, [1.0; 3]);
    }
    Ok(())
}

#[test]
fn lines_that_cannot_step() -> Outcome {
    let x = Var::ones(3, DType::F32, &Device::Cpu)?;
    for convention in [
        Convention::TwoStep { nesterov: false },
        Convention::Sutskever { nesterov: true },
    ] {
        let line = Sgd::new(convention, 0.1, 0.9)?;
        let mut sgd = MomentumSgd::named([("x".to_owned(), x.clone())], line)?;
        let error = step(&mut sgd, &x, 1.0).err().map(|error| error.to_string());
        assert!(error.is_some_and(|error| error.contains("translate")));
    }
    let mut sgd = MomentumSgd::named([("x".to_owned(), x.clone())], optax()?)?;
    sgd.set_learning_rate(-0.1);
    assert!(matches!(step(&mut sgd, &x, 1.0), Err(Error::Line { .. })));
    assert_eq!(x.to_vec1::<f32>()?, [1.0; 3]);
    Ok(())
}

#[test]
fn variables() -> Outcome {
    let twice = || ("x".to_owned(), Var::ones(1, DType::F32, &Device::Cpu));
    let named = [twice(), twice()].map(|(name, var)| var.map(|var| (name, var)));
    let named: Vec<_> = named.into_iter().collect::<Result<_, _>>()?;
    assert!(matches!(
        MomentumSgd::named(named, optax()?),
        Err(Error::Name { .. })
    ));
    // Whole numbers are left out, as candle does; a variable without a gradient stays.
    let whole = Var::ones(1, DType::U32, &Device::Cpu)?;
    let still = Var::ones(1, DType::F64, &Device::Cpu)?;
    let x = Var::ones((), DType::F32, &Device::Cpu)?;
    let mut sgd = MomentumSgd::new(vec![whole, still.clone(), x.clone()], optax()?)?;
    sgd.backward_step(&x.sqr()?)?;
    assert_eq!(still.to_vec1::<f64>()?, [1.0]);
    assert_eq!(x.to_scalar::<f32>()?, 0.8);
    assert_eq!(sgd.into_inner().len(), 2);
    // None at all, and an empty one.
    MomentumSgd::empty(optax()?)?.backward_step(&x.sqr()?)?;
    Ok(())
}

/// A gradient that is not contiguous, of a transposed variable.
#[test]
fn a_transposed_gradient() -> Outcome {
    let x = Var::ones((2, 3), DType::F32, &Device::Cpu)?;
    let mut sgd = MomentumSgd::new(vec![x.clone()], optax()?)?;
    let slope = Tensor::arange(0f32, 6., &Device::Cpu)?.reshape((3, 2))?;
    sgd.backward_step(&(x.t()? * slope)?.sum_all()?)?;
    let expected = [[1.0, 1.0 - 0.2, 1.0 - 0.4], [1.0 - 0.1, 1.0 - 0.3, 0.5]];
    for (row, expected) in x.to_vec2::<f32>()?.iter().zip(expected) {
        for (x, expected) in row.iter().zip(expected) {
            let expected: f32 = expected;
            assert!((x - expected).abs() < 1e-6);
        }
    }
    Ok(())
}

/// Longer than a thread's share, so that every part is seen.
#[test]
fn long_variables() -> Outcome {
    let length = (1 << 19) + 12345;
    let x = Var::ones(length, DType::F32, &Device::Cpu)?;
    let mut sgd = MomentumSgd::new(vec![x.clone()], optax()?)?;
    for _ in 0..2 {
        step(&mut sgd, &x, 0.5)?;
    }
    let expected = (1.0_f32 - 0.1 * 0.5) - 0.1 * (0.9 * 0.5 + 0.5);
    assert!(x.to_vec1::<f32>()?.iter().all(|x| *x == expected));
    Ok(())
}
