//! Each type of parameter gives the same iterates.

use crate::problems::Of;
use argmin::core::{Error, Executor};
use heavyball::prelude::*;
use heavyball_argmin::{Parameter, RuleSolver};
use nalgebra::{DVector, DefaultAllocator, Dim, Vector3, allocator::Allocator, dvector, vector};
use ndarray::{Array1, array, s};

fn end<P, D: Dim>(start: P) -> Result<Vec<f64>, Error>
where
    P: Parameter<Dimension = D>,
    DefaultAllocator: Allocator<D>,
{
    let rule = Momentum::new(0.0005, 0.9)?;
    let solver = RuleSolver::new(rule).with_steps_per_iteration(2);
    let run = Executor::new(Of::<_, P>::new(Rosenbrock), solver)
        .configure(|state| state.param(start).max_iters(50))
        .run()?;
    let end = run.state.param.ok_or(heavyball_argmin::Error::NoStart)?;
    Ok(end.to_vector().iter().copied().collect())
}

#[test]
fn every_type_has_the_same_run() -> Result<(), Error> {
    let rule = Momentum::new(0.0005, 0.9)?;
    let start: Vector3<f64> = vector![-1.2, 1.0, 0.7];
    let expected = rule.iterates(&Rosenbrock, start).after(100)?;
    let expected = expected.position.as_slice();
    assert_eq!(end(vec![-1.2, 1.0, 0.7])?, expected);
    assert_eq!(end([-1.2, 1.0, 0.7])?, expected);
    assert_eq!(end(start)?, expected);
    let dynamic: DVector<f64> = dvector![-1.2, 1.0, 0.7];
    assert_eq!(end(dynamic)?, expected);
    assert_eq!(end(array![-1.2, 1.0, 0.7])?, expected);
    // An array of stride 2 is no slice.
    let spread: Array1<f64> = array![-1.2, 9.0, 1.0, 9.0, 0.7].slice_move(s![..;2]);
    assert_eq!(end(spread)?, expected);
    Ok(())
}
