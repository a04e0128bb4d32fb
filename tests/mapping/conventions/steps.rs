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
                lines.push(line.with_clipping(Clipping::norm(0.75)?));
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
            let allowed = if by_norm { 1e-14 } else { 0.0 };
            assert!(off <= allowed, "{line}: {off}");
            // Where the framework keeps no buffer, none is written.
            let off = (buffer - state.buffer.unwrap_or_default()).norm();
            assert!(off <= 100.0 * allowed, "{line}: {off}");
            assert!(step.buffer.is_some() || !step.look_ahead, "{line}");
            first = first && state.buffer.is_none();
            stepped += 1;
        }
    }
    assert!(stepped > 2000 && refused > 5, "{stepped} {refused}");
    Ok(())
}

/// Each number of a step takes part in one of these lines: single precision is the double one, up to its rounding.
#[test]
fn single_precision_has_the_same_step() -> Result<(), Error> {
    let gradients = [3.0, -0.25, -4.0];
    let mut compared = 0;
    for line in lines()? {
        for first in [true, false] {
            let Ok(step) = line.step(first, Some(25.0625_f64.sqrt())) else {
                continue;
            };
            let single = step.to_f32();
            let (mut parameter, mut buffer) = ([1.5, -2.0, 0.5], [0.75, 0.5, -1.25]);
            let (mut y, mut b) = (parameter.map(|x| x as f32), buffer.map(|x| x as f32));
            step.update_slices(&mut parameter, &mut buffer, &gradients)?;
            single.update_slices(&mut y, &mut b, &gradients.map(|x| x as f32))?;
            let pairs = [(y, parameter), (b, buffer)];
            for (found, expected) in pairs.iter().flat_map(|(a, b)| a.iter().zip(b)) {
                // Of terms up to 6, a few roundings; the smallest change of a line is 3e-5.
                let off = (f64::from(*found) - expected).abs();
                assert!(off <= 2e-6, "{line}: {found} {expected}");
            }
            compared += 1;
        }
    }
    assert!(compared > 100, "{compared}");
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
