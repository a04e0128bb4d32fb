//! A step of slices is a step of the run, derivation (46), to the last bit.

use heavyball::error::FrameworkError;
use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
use heavyball::prelude::*;
use nalgebra::vector;

fn lines() -> Result<Vec<Sgd>, Error> {
    let mut lines = Vec::new();
    for convention in Convention::ALL {
        for nesterov in [false, true] {
            let Ok(convention) = convention.with_nesterov(nesterov) else {
                continue;
            };
            for momentum in [0.0, 0.9] {
                let Ok(line) = Sgd::new(convention, 0.02, momentum) else {
                    continue;
                };
                lines.push(line);
                lines.push(line.with_clipping(Clipping::value(1.0)?));
                lines.push(line.with_clipping(Clipping::norm(1.0)?));
                for decay in [WeightDecay::Coupled(0.1), WeightDecay::Decoupled(0.1)] {
                    lines.extend(line.with_weight_decay(decay));
                }
                let slow = line.with_learning_rate(1e-5)?;
                lines.extend(slow.with_maximize(true));
            }
        }
    }
    Ok(lines)
}

#[test]
fn steps_of_slices_are_those_of_the_run() -> Result<(), Error> {
    let start = vector![-1.5, -1.5];
    let (mut stepped, mut refused) = (0, 0);
    for line in lines()? {
        let (mut parameter, mut buffer) = (start, vector![0.0, 0.0]);
        let mut gradient = start;
        let mut first = true;
        for state in line.run(&DoubleWell, start).take(51).skip(1) {
            DoubleWell.gradient(&parameter, &mut gradient);
            let step = match line.step(first, Some(gradient.norm())) {
                Ok(step) => step,
                Err(error) => {
                    let is_no_step =
                        matches!(&error, Error::Framework(FrameworkError::NoStep { .. }));
                    assert!(is_no_step, "{error}");
                    refused += 1;
                    break;
                }
            };
            let (y, b) = (parameter.as_mut_slice(), buffer.as_mut_slice());
            step.update_slices(y, b, gradient.as_slice())?;
            // The norm of a run may be summed in another order.
            let off = (parameter - state.parameter).norm();
            let by_norm = line
                .clipping()
                .is_some_and(|clipping| clipping.is_by_norm());
            assert!(off <= if by_norm { 1e-14 } else { 0.0 }, "{line}: {off}");
            first = first && state.buffer.is_none();
            stepped += 1;
        }
    }
    assert!(stepped > 2000 && refused > 5, "{stepped} {refused}");
    Ok(())
}

#[test]
fn lengths_and_norms_are_checked() -> Result<(), Error> {
    let line = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let step = line.step(true, None)?;
    assert!(
        step.update_slices(&mut [1.0], &mut [0.0, 0.0], &[1.0])
            .is_err()
    );
    assert!(step.update_slices(&mut [1.0], &mut [0.0], &[]).is_err());
    let clipped = line.with_clipping(Clipping::norm(1.0)?);
    assert!(clipped.step(true, None).is_err());
    assert!(clipped.step(true, Some(f64::NAN)).is_err());
    assert!(clipped.step(true, Some(f64::INFINITY)).is_err());
    Ok(())
}
