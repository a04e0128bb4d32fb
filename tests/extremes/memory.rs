//! What does not fit into memory is refused before it starts, with the bytes, and what to do instead.

use heavyball::error::SpanError;
use heavyball::prelude::*;
use nalgebra::DVector;

/// 2·10⁷ steps of 10⁵ coordinates are 3.2·10¹³ bytes.
#[test]
fn a_fixed_step_that_cannot_be_stored_is_refused_at_once() -> Result<(), Error> {
    let n = 100_000;
    let bowl = Quadratic::diagonal(DVector::from_element(n, 1.0))?;
    let ball = HeavyBall::new(1.0, 0.1)?;
    let problem = Problem::new(ball, &bowl, DVector::from_element(n, 1.0)).until(1e6);
    let refused = problem.solve(&Leapfrog::new(0.1)?).unwrap_err();
    let Error::Span(SpanError::OutOfMemory { steps, bytes }) = refused else {
        panic!("{refused}");
    };
    assert!(steps == 1e7 && (1.6e13..1.7e13).contains(&bytes));
    let text = refused.to_string();
    assert!(
        text.contains("bytes") && text.contains(".after(n)"),
        "{text}"
    );
    // What the message offers works.
    let start = Phase::at_rest(DVector::from_element(n, 1.0));
    let method = Leapfrog::new(0.1)?;
    let end = method.phases(&ball, &bowl, start.clone())?.after(20)?;
    let thinned: Vec<_> = method
        .phases(&ball, &bowl, start)?
        .step_by(10)
        .take(3)
        .collect();
    assert_eq!(thinned.last(), Some(&end));
    Ok(())
}

/// As many points as a gibibyte holds at most; the count is only a wish there.
#[test]
fn an_absurd_number_of_samples_is_limited() -> Result<(), Error> {
    let n = 10_000_000;
    let bowl = Quadratic::diagonal(DVector::from_element(n, 1.0))?;
    let problem = Problem::new(
        HeavyBall::new(1.0, 0.1)?,
        &bowl,
        DVector::from_element(n, 1.0),
    );
    let run = problem.until(0.1).solve(&Leapfrog::new(0.1)?)?;
    assert!((2..10).contains(&run.sample(usize::MAX).len()));
    Ok(())
}

#[cfg(feature = "parallel")]
#[test]
fn an_ensemble_of_a_huge_grid_is_refused() {
    use heavyball::ensemble::{Ensemble, Grid};
    use heavyball::error::EnsembleError;
    for side in [1_usize << 31, 1 << 25] {
        let grid = Grid::new([-1.0, -1.0], [1.0, 1.0], [side, side]).unwrap();
        let rule = Momentum::new(0.1, 0.5).unwrap();
        let refused = Ensemble::from_positions(rule, &DoubleWell, grid.points()).unwrap_err();
        assert!(
            matches!(refused, Error::Ensemble(EnsembleError::OutOfMemory { .. })),
            "{refused}"
        );
    }
    let ball = HeavyBall::new(1.0, 0.1).unwrap();
    let grid = Grid::new([-1.0, -1.0], [1.0, 1.0], [1 << 31, 1 << 31]).unwrap();
    let phases = grid.points().map(Phase::at_rest);
    assert!(
        Ensemble::from_phases(&Leapfrog::new(0.1).unwrap(), &ball, &DoubleWell, phases).is_err()
    );
}

/// A Jacobian of 2·10⁵ rows is 3.2·10¹¹ bytes; a map of 10⁶ by 10⁶ rates 8·10¹².
#[test]
fn tables_that_do_not_fit_are_refused() -> Result<(), Error> {
    use heavyball::error::VectorError;
    use heavyball::study::stability::{RateMap, Recursion};
    use heavyball::study::{Deformation, WorkPrecision};
    use num_dual::Dual64;
    let n = 3_000_000;
    let bowl = Quadratic::diagonal(DVector::from_element(n, Dual64::from(1.0)))?;
    let rule = Momentum::of(Dual64::from(0.1), Dual64::from(0.5))?;
    let start = Iterate {
        position: DVector::from_element(n, 1.0),
        velocity: DVector::from_element(n, 0.0),
    };
    let list = vec![0.5; 1_000_000];
    for refused in [
        Deformation::of_updates(&rule, &bowl, &start, 1).map(drop),
        RateMap::new(Recursion::Momentum, &list, &list).map(drop),
    ] {
        assert!(matches!(
            refused,
            Err(Error::Vector(VectorError::OutOfMemory { .. }))
        ));
    }
    // 2³² doublings of a budget are as many numbers; 64 are all that differ.
    let problem = Problem::new(
        HeavyBall::new(1.0, 0.1)?,
        DoubleWell,
        nalgebra::vector![0.5, 1.0],
    );
    let _ = WorkPrecision::new(&problem.until(1.0)).with_doublings(1, u32::MAX);
    Ok(())
}
