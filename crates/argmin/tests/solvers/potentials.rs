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

struct Failing;

impl CostFunction for Failing {
    type Param = Vec<f64>;
    type Output = f64;

    fn cost(&self, _x: &Vec<f64>) -> Result<f64, Error> {
        Ok(0.0)
    }
}

impl Gradient for Failing {
    type Param = Vec<f64>;
    type Gradient = Vec<f64>;

    fn gradient(&self, x: &Vec<f64>) -> Result<Vec<f64>, Error> {
        if x[0] < 0.0 {
            return Err(argmin::core::ArgminError::InvalidParameter {
                text: "below zero".to_owned(),
            }
            .into());
        }
        Ok(vec![1.0])
    }
}

#[test]
fn its_failure_is_kept() -> Result<(), heavyball::Error> {
    let failing = from_argmin(Failing);
    let run = Momentum::new(0.25, 0.0)?.iterates(&failing, dvector![0.375]);
    let error = run.after(100).err().map(|error| error.to_string());
    assert!(error.is_some_and(|error| error.contains("not finite at step 2")));
    let failure = failing.take_failure().map(|error| error.to_string());
    assert!(failure.is_some_and(|failure| failure.contains("below zero")));
    assert!(failing.take_failure().is_none());
    Ok(())
}
