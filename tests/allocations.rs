//! No step allocates: not the maps of the integrators, not the rules of the optimisers, not their
//! iterators on loan, in static or in dynamic dimension.

use allocation_counter::measure;
use heavyball::prelude::*;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector, dvector, vector};

const STEPS: usize = 1000;

/// Allocations of `run`, which must have taken all its steps.
fn allocations(run: impl FnOnce() -> usize) -> u64 {
    let mut taken = 0;
    let counted = measure(|| taken = run());
    assert_eq!(taken, STEPS);
    counted.count_total
}

/// The map itself and the iterator on loan, of every fixed-step method.
fn fixed_steps<D: Dim>(start: OVector<f64, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    fn check<D, M>(method: &M, start: &OVector<f64, D>) -> Result<(), Error>
    where
        D: Dim,
        M: FixedStep<f64>,
        DefaultAllocator: Allocator<D>,
    {
        let ball = HeavyBall::new(1.0, 0.3)?;
        let step = method.step_for(&ball, method.dt())?;
        let (mut phase, mut gradient) = (Phase::at_rest(start.clone()), start.clone());
        let by_map = allocations(|| {
            (0..STEPS).for_each(|_| step.advance(&Rosenbrock, &mut phase, &mut gradient));
            STEPS
        });
        assert_eq!(by_map, 0, "{}", method.properties().name);
        let mut phases = method.phases(&ball, &Rosenbrock, Phase::at_rest(start.clone()))?;
        let by_loan = allocations(|| (0..STEPS).filter(|_| phases.advance().is_some()).count());
        assert_eq!(by_loan, 0, "{}", method.properties().name);
        assert!(phase.position != *start);
        Ok(())
    }
    let dt = 1e-4;
    check(&ExplicitEuler::new(dt)?, &start)?;
    check(&SymplecticEuler::new(dt)?, &start)?;
    check(&DriftKickEuler::new(dt)?, &start)?;
    check(&ConformalEuler::new(dt)?, &start)?;
    check(&Leapfrog::new(dt)?, &start)?;
    check(&CentralLeapfrog::new(dt)?, &start)?;
    check(&Composition::yoshida4(Leapfrog::new(dt)?)?, &start)?;
    check(&Composition::suzuki4(CentralLeapfrog::new(dt)?)?, &start)?;
    check(&Composition::yoshida6(Leapfrog::new(dt)?)?, &start)?;
    check(&Composition::yoshida8(CentralLeapfrog::new(dt)?)?, &start)?;
    Ok(())
}

/// Every rule of the optimisers, on loan and by `after` and `nth`, which clone nothing on the way.
fn rules<D: Dim>(start: OVector<f64, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    fn check<D, R>(rule: R, start: &OVector<f64, D>)
    where
        D: Dim,
        R: UpdateRule<f64> + Clone,
        DefaultAllocator: Allocator<D>,
    {
        let mut iterates = rule.iterates(&Rosenbrock, start.clone());
        let by_loan = allocations(|| (0..STEPS).filter(|_| iterates.advance().is_some()).count());
        assert_eq!(by_loan, 0);
        let iterates = rule.iterates(&Rosenbrock, start.clone());
        let mut end = None;
        let by_after = allocations(|| {
            end = iterates.after(STEPS).ok();
            STEPS
        });
        assert_eq!(by_after, 0);
        assert!(end.is_some_and(|end| end.position != *start));
        // The one item that `nth` returns is cloned: two vectors.
        let mut iterates = rule.iterates(&Rosenbrock, start.clone());
        let by_nth = allocations(|| iterates.nth(STEPS).map_or(0, |_| STEPS));
        assert!(by_nth <= 2, "{by_nth}");
    }
    check(GradientDescent::new(1e-4)?, &start);
    check(Momentum::new(1e-4, 0.9)?, &start);
    check(Nesterov::new(1e-4, 0.9)?, &start);
    check(TwoStep::new(1e-4, 0.9)?, &start);
    let schedule = SutskeverSchedule::new(0.9)?;
    let scheduled = Scheduled(move |k| Momentum {
        alpha: 1e-4,
        beta: schedule.beta(k),
    });
    check(scheduled, &start);
    Ok(())
}

/// Derivation (8), (13), (30), (32): a step is its formula and nothing else.
#[test]
fn no_fixed_step_allocates() -> Result<(), Error> {
    fixed_steps(vector![-1.2, 1.0])?;
    fixed_steps(dvector![-1.2, 1.0, 0.5])
}

/// Derivation (1), (11), (14), (18): an iteration is its formula and nothing else.
#[test]
fn no_iteration_allocates() -> Result<(), Error> {
    rules(vector![-1.2, 1.0])?;
    rules(dvector![-1.2, 1.0, 0.5])
}

/// The counter counts: cloning the iterates of dynamic dimension allocates two vectors each.
#[test]
fn the_counter_sees_a_clone() -> Result<(), Error> {
    let rule = Momentum::new(1e-4, 0.9)?;
    let iterates = rule.iterates(&Rosenbrock, dvector![-1.2, 1.0]);
    let counted = allocations(|| iterates.take(STEPS).count());
    assert_eq!(counted, 2 * STEPS as u64);
    Ok(())
}
