//! A problem of argmin as a potential of heavyball.

use crate::problems::Of;
use argmin::core::{CostFunction, Error, Gradient};
use heavyball::prelude::*;
use heavyball_argmin::from_argmin;
use nalgebra::{Vector2, dvector, vector};

#[test]
fn it_has_the_runs_of_the_function() -> Result<(), heavyball::Error> {
    let well = from_argmin(Of::<_, Vector2<f64>>::new(DoubleWell));
    let start = vector![-1.5, -1.5];
    let rule = Nesterov::new(0.05, 0.9)?;
    let ours = rule.iterates(&well, start).after(100)?;
    assert_eq!(ours, rule.iterates(&DoubleWell, start).after(100)?);
    let ball = HeavyBall::new(1.0, 0.3)?;
    let method = Adaptive::new(1e-9, 1e-9);
    let motion = Problem::new(ball, &well, start)
        .until(20.0)
        .solve(&method)?;
    let expected = Problem::new(ball, DoubleWell, start)
        .until(20.0)
        .solve(&method)?;
    assert_eq!(motion.last(), expected.last());
    assert_eq!(well.value(&start), DoubleWell.value(&start));
    assert!(well.take_failure().is_none());
    Ok(())
}

/// f = x, whose cost and gradient fail below 0, each with its own text and place.
struct Failing;

fn checked(what: &str, x: &[f64]) -> Result<(), Error> {
    if x[0] < 0.0 {
        let text = format!("{what} at {}", x[0]);
        return Err(argmin::core::ArgminError::InvalidParameter { text }.into());
    }
    Ok(())
}

impl CostFunction for Failing {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, x: &Vec<f64>) -> Result<f64, Error> {
        checked("cost", x)?;
        Ok(x[0])
    }
}

impl Gradient for Failing {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
        checked("gradient", x)?;
        // Above 8, of another length.
        Ok(vec![1.0; if x[0] > 8.0 { 2 } else { 1 }])
    }
}

#[test]
fn its_failure_is_kept() -> Result<(), heavyball::Error> {
    let failing = from_argmin(Failing);
    let run = Momentum::new(0.25, 0.0)?.iterates(&failing, dvector![0.375]);
    let error = run.after(100).err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("not finite at step 2")));
    let failure = failing.take_failure().map(|error| error.to_string());
    assert!(failure.is_some_and(|failure| failure.contains("gradient at -0.125")));
    assert!(failing.take_failure().is_none());
    Ok(())
}

#[test]
fn of_several_failures_the_first_is_kept() {
    let failing = from_argmin(Failing);
    let mut gradient = dvector![0.0];
    assert!(failing.value(&dvector![-1.0]).is_nan());
    failing.gradient(&dvector![-2.0], &mut gradient);
    assert!(gradient[0].is_nan());
    let failure = failing.take_failure().map(|error| error.to_string());
    assert!(failure.is_some_and(|failure| failure.contains("cost at -1")));
    // A later one is the first since then; a gradient of another length is one, too.
    failing.gradient(&dvector![9.0], &mut gradient);
    let failure = failing.take_failure();
    let is_length = matches!(
        failure,
        Some(heavyball_argmin::Error::GradientLength {
            expected: 1,
            found: 2,
            ..
        })
    );
    assert!(is_length && gradient[0].is_nan(), "{failure:?}");
}
