//! No step allocates: not the maps of the integrators, not the rules of the optimisers, not their
//! iterators on loan, in static or in dynamic dimension.

use allocation_counter::measure;
use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Lion, NAdam, RmsProp, ScheduledAdaptive,
};
use heavyball::frameworks::{Clipping, Convention, Sgd};
use heavyball::langevin::{
    Aboba, Baoab, Boaob, EulerMaruyama, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::optimizers::OptimizedGradient;
use heavyball::potentials::{Features, Minibatches, NoisyGradient, Sampling};
use heavyball::prelude::*;
use heavyball::{
    Accelerated, AnisotropicBall, Cosine, Fire, LogisticRegression, Method, PreconditionedMomentum,
    Restart, RuleFromFn, StepDrop, SutskeverSchedule, TwoStepMomentum, WarmUp,
};
use nalgebra::allocator::Allocator;
use nalgebra::{
    DefaultAllocator, Dim, DimAdd, DimSum, OMatrix, OVector, Owned, Vector4, dmatrix, dvector,
    matrix, vector,
};
use ode_solvers::continuous_output_model::ContinuousOutputModel;

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

/// The iterator on loan of every method for a ball in a bath.
fn in_a_bath<D: Dim>(start: OVector<f64, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    fn check<D, M>(method: &M, start: &OVector<f64, D>) -> Result<(), Error>
    where
        D: Dim,
        M: LangevinMethod,
        DefaultAllocator: Allocator<D>,
    {
        let bath = Langevin::new(HeavyBall::new(1.0, 0.3)?, 0.1)?;
        let start = Phase::at_rest(start.clone());
        let mut phases = method.phases(&bath, &Rosenbrock, start, Noise::new(1))?;
        let by_loan = allocations(|| (0..STEPS).filter(|_| phases.advance().is_some()).count());
        assert_eq!(by_loan, 0, "{}", method.properties().name);
        Ok(())
    }
    let dt = 1e-4;
    check(&Baoab::new(dt)?, &start)?;
    check(&Obabo::new(dt)?, &start)?;
    check(&Aboba::new(dt)?, &start)?;
    check(&Boaob::new(dt)?, &start)?;
    check(&StochasticSymplecticEuler::new(dt)?, &start)?;
    check(&EulerMaruyama::new(dt)?, &start)
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
    check(TwoStepMomentum::new(1e-4, 0.9)?, &start);
    check(Accelerated::new(1e-4, 0.9, 0.5)?, &start);
    check(OptimizedGradient::new(1e4, 10 * STEPS)?, &start);
    let ones = start.map(|_| 1.0);
    let rates = PreconditionedMomentum::diagonal(1e-4 * &ones, 0.9 * &ones)?;
    check(rates, &start);
    for fire in [Fire::new(1e-3)?, Fire::version_2(1e-3)?] {
        let mut run = fire.run(&Rosenbrock, start.clone());
        let by_loan = allocations(|| (0..STEPS).filter(|_| run.advance().is_some()).count());
        assert_eq!(by_loan, 0);
    }
    for restart in Restart::ALL {
        check(restart.of(Momentum::new(1e-4, 0.9)?), &start);
        let rule = Nesterov::scheduled(1e-4, SutskeverSchedule::new(0.9)?);
        let mut run = restart.run(rule, &Rosenbrock, start.clone());
        let by_loan = allocations(|| (0..STEPS).filter(|_| run.advance().is_some()).count());
        assert_eq!(by_loan, 0);
    }
    let schedule = SutskeverSchedule::new(0.9)?;
    let scheduled = RuleFromFn(move |k| Momentum::new(1e-4, schedule.beta(k)));
    check(scheduled, &start);
    check(Momentum::scheduled(1e-4, schedule), &start);
    check(
        Nesterov::scheduled(StepDrop::new(1e-4, 0.5, 100)?, 0.9),
        &start,
    );
    Ok(())
}

/// The steps and the rule of a ball with a mass for each direction, with full matrices.
fn directions<D: Dim>(start: &OVector<f64, D>, mass: &OMatrix<f64, D, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    let ball = AnisotropicBall::full(mass.clone(), 0.3 * mass)?;
    let euler = ball.step_for(&SymplecticEuler::new(1e-4)?, &1e-4)?;
    let leapfrog = ball.step_for(&Composition::suzuki4(Leapfrog::new(1e-4)?)?, &1e-4)?;
    for step in [euler, leapfrog] {
        let (mut phase, mut gradient) = (Phase::at_rest(start.clone()), start.clone());
        let by_map = allocations(|| {
            (0..STEPS).for_each(|_| step.advance(&Rosenbrock, &mut phase, &mut gradient));
            STEPS
        });
        assert_eq!(by_map, 0);
        assert!(phase.position != *start);
    }
    let rule = PreconditionedMomentum::from_ball(&ball, 1e-2, Discretization::Obabo)?;
    let mut iterates = rule.iterates(&Rosenbrock, start.clone());
    let by_loan = allocations(|| (0..STEPS).filter(|_| iterates.advance().is_some()).count());
    assert_eq!(by_loan, 0);
    Ok(())
}

/// Derivation (73): with matrices too a step is its formula and nothing else.
#[test]
fn no_step_with_a_mass_for_each_direction_allocates() -> Result<(), Error> {
    directions(&vector![-1.2, 1.0], &matrix![2.0, 0.5; 0.5, 3.0])?;
    directions(&dvector![-1.2, 1.0], &dmatrix![2.0, 0.5; 0.5, 3.0])
}

/// A framework's run on loan; its parameter and buffer are made at the start.
fn conventions<D: Dim>(start: &OVector<f64, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    for nesterov in [false, true] {
        for convention in Convention::ALL {
            let Ok(convention) = convention.with_nesterov(nesterov) else {
                continue;
            };
            if nesterov && convention.dampening() != 0.0 {
                continue;
            }
            let mut run = Sgd::new(convention, 1e-4, 0.9)?.run(&Rosenbrock, start.clone());
            let by_loan = allocations(|| (0..STEPS).filter(|_| run.advance().is_some()).count());
            assert_eq!(by_loan, 0, "{convention:?}");
            for clipping in [Clipping::norm(0.1)?, Clipping::value(0.1)?] {
                let line = Sgd::new(convention, 1e-4, 0.9)?.with_clipping(clipping);
                let rate = WarmUp::new(50, Cosine::new(1e-4, 0.0, 500)?)?.rising_from(0.0)?;
                let mut run = line.scheduled(rate, 0.9).run(&Rosenbrock, start.clone());
                let by_loan =
                    allocations(|| (0..STEPS).filter(|_| run.advance().is_some()).count());
                assert_eq!(by_loan, 0, "{line}");
            }
        }
    }
    Ok(())
}

/// Derivation (8), (13), (30), (32): a step is its formula and nothing else.
#[test]
fn no_fixed_step_allocates() -> Result<(), Error> {
    fixed_steps(vector![-1.2, 1.0])?;
    fixed_steps(dvector![-1.2, 1.0, 0.5])
}

/// Derivation (85): a step in a bath is its formula and nothing else.
#[test]
fn no_step_in_a_bath_allocates() -> Result<(), Error> {
    in_a_bath(vector![-1.2, 1.0])?;
    in_a_bath(dvector![-1.2, 1.0, 0.5])
}

/// Derivation (46): a framework's iteration is its formula and nothing else.
#[test]
fn no_framework_allocates() -> Result<(), Error> {
    conventions(&vector![-1.2, 1.0])?;
    conventions(&dvector![-1.2, 1.0, 0.5])
}

/// Every adaptive rule, on loan and by `after`.
fn adaptive_rules<D: Dim>(start: &OVector<f64, D>) -> Result<(), Error>
where
    DefaultAllocator: Allocator<D>,
{
    fn check<D: Dim, R: AdaptiveRule<f64>>(rule: &R, start: &OVector<f64, D>)
    where
        DefaultAllocator: Allocator<D>,
    {
        let mut run = rule.run(&Rosenbrock, start.clone());
        let by_loan = allocations(|| (0..STEPS).filter(|_| run.advance().is_some()).count());
        assert_eq!(by_loan, 0);
        let run = rule.run(&Rosenbrock, start.clone());
        let mut end = None;
        let by_after = allocations(|| {
            end = run.after(STEPS).ok();
            STEPS
        });
        assert_eq!(by_after, 0);
        assert!(end.is_some_and(|end| end.position != *start));
    }
    let adam = Adam::adam_w(1e-3, 0.01)?;
    check(&adam, start);
    check(&NAdam::new(1e-3)?, start);
    check(&AmsGrad::new(1e-3)?, start);
    check(
        &RmsProp::new(1e-3)?.with_momentum(0.5)?.with_centered(true),
        start,
    );
    check(&Adagrad::new(1e-3)?, start);
    check(&Lion::new(1e-3)?, start);
    check(
        &ScheduledAdaptive::new(adam, StepDrop::new(1e-3, 0.5, 100)?),
        start,
    );
    Ok(())
}

/// Derivation (78): an iteration of an adaptive rule is its formula and nothing else.
#[test]
fn no_adaptive_rule_allocates() -> Result<(), Error> {
    adaptive_rules(&vector![-1.2, 1.0])?;
    adaptive_rules(&dvector![-1.2, 1.0, 0.5])
}

/// Derivation (1), (11), (14), (18): an iteration is its formula and nothing else.
#[test]
fn no_iteration_allocates() -> Result<(), Error> {
    rules(vector![-1.2, 1.0])?;
    rules(dvector![-1.2, 1.0, 0.5])
}

/// A stochastic gradient is drawn in place: additive noise, and batches of a sum once a run has an order to shuffle.
#[test]
fn no_noisy_iteration_allocates() -> Result<(), Error> {
    fn check<D: Dim>(source: &impl Potential<f64, D>, start: &OVector<f64, D>) -> Result<(), Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let mut iterates = Nesterov::new(1e-4, 0.9)?.iterates(source, start.clone());
        let by_loan = allocations(|| (0..STEPS).filter(|_| iterates.advance().is_some()).count());
        assert_eq!(by_loan, 0);
        let iterates = Momentum::new(1e-4, 0.9)?.iterates(source, start.clone());
        let by_after = allocations(|| iterates.after(STEPS).map_or(0, |_| STEPS));
        assert_eq!(by_after, 0);
        let line = Sgd::new(Convention::Keras { nesterov: true }, 1e-4, 0.9)?;
        let mut run = line.run(source, start.clone());
        let by_loan = allocations(|| (0..STEPS).filter(|_| run.advance().is_some()).count());
        assert_eq!(by_loan, 0);
        Ok(())
    }
    let covariance = dmatrix![2.0, 1.0; 1.0, 2.0];
    let start = vector![-1.2, 1.0];
    check(&NoisyGradient::isotropic(Rosenbrock, 0.1, 1)?, &start)?;
    check(
        &NoisyGradient::diagonal(Rosenbrock, &start.abs(), 1)?,
        &start,
    )?;
    check(&NoisyGradient::full(Rosenbrock, &covariance, 1)?, &start)?;
    let number = |i: i32| f64::from(i * 7 % 11) - 5.0;
    let rows = Features::from_rows((0..40).map(|i| [number(i), number(i + 3)]))?;
    let classes: Vec<bool> = (0..40).map(|i| number(i * i) > 0.0).collect();
    let loss = LogisticRegression::new(rows, &classes, 0.1)?;
    for sampling in Sampling::ALL {
        check(
            &Minibatches::new(&loss, 7, sampling, 1)?,
            &dvector![0.1, 0.2],
        )?;
    }
    Ok(())
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

/// The double well as one writes it for ode_solvers.
struct Direct;

impl ode_solvers::System<f64, Vector4<f64>> for Direct {
    fn system(&self, _time: f64, y: &Vector4<f64>, dy: &mut Vector4<f64>) {
        let force = [4.0 * y[0] * (y[0] * y[0] - 1.0), 2.0 * y[1]];
        *dy = Vector4::new(y[2], y[3], -force[0] - 0.2 * y[2], -force[1] - 0.2 * y[3]);
    }
}

/// Derivation (6): in two dimensions Rk45 allocates what ode_solvers itself does, some a step for its
/// output, and nothing an evaluation: static dimensions stay static down to the solver.
#[test]
fn rk45_in_static_dimension_allocates_no_more_than_its_solver() -> Result<(), Error> {
    let (rtol, atol) = (1e-9, 1e-9);
    let problem = Problem::new(HeavyBall::new(1.0, 0.2)?, DoubleWell, vector![-1.5, -1.4]);
    let problem = problem.until(100.0);
    let mut gradients = 0;
    let ours = measure(|| {
        gradients = problem
            .solve(&Rk45::new(rtol, atol))
            .map_or(0, |run| run.gradients());
    });
    let direct = measure(|| {
        let start = Vector4::new(-1.5, -1.4, 0.0, 0.0);
        let mut solver = ode_solvers::Dopri5::new(Direct, 0.0, 100.0, 0.1, start, rtol, atol);
        let mut model = ContinuousOutputModel::new();
        assert!(
            solver
                .integrate_with_continuous_output_model(&mut model)
                .is_ok()
        );
    });
    assert!(gradients > 1000);
    assert!(direct.count_total < gradients as u64 / 4);
    // Rounding may part the two runs by a few steps, each with one block.
    let more = ours.count_total.abs_diff(direct.count_total);
    assert!(
        more < 10,
        "{} against {}",
        ours.count_total,
        direct.count_total
    );
    Ok(())
}

/// The allocations and the steps of a run of `method` until `until`, by its own loop.
fn of_run<D, M>(
    method: &M,
    start: &OVector<f64, D>,
    (mass, drag): (f64, f64),
    until: f64,
) -> Result<(u64, usize), Error>
where
    D: Dim,
    M: Method<Rosenbrock, D>,
    DefaultAllocator: Allocator<D>,
{
    let ball = HeavyBall::new(mass, drag)?;
    let problem = Problem::new(ball, Rosenbrock, start.clone()).until(until);
    let mut steps = 0;
    let counted = measure(|| steps = problem.solve(method).map_or(0, |run| run.steps()));
    Ok((counted.count_total, steps))
}

/// A run of n steps of an adaptive method allocates its vectors at its start, and rows that double: O(log n) blocks.
fn adaptive_runs<D>(start: OVector<f64, D>) -> Result<(), Error>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    Owned<f64, D>: Send + Sync,
    Owned<f64, DimSum<D, D>>: Send + Sync,
{
    fn check<D, M>(
        method: &M,
        start: &OVector<f64, D>,
        ball: (f64, f64),
        until: f64,
    ) -> Result<(), Error>
    where
        D: Dim,
        M: Method<Rosenbrock, D>,
        DefaultAllocator: Allocator<D>,
    {
        let (short, few) = of_run(method, start, ball, until)?;
        let (long, many) = of_run(method, start, ball, 16.0 * until)?;
        let name = std::any::type_name::<M>();
        assert!(few > 50 && many > 8 * few, "{name}: {few} {many}");
        // Two rows, each doubled once in a doubling of the steps.
        let doublings = (many as f64 / few as f64).log2().ceil() as u64 + 1;
        assert!(
            long <= short + 2 * doublings,
            "{name}: {short} in {few}, {long} in {many}"
        );
        Ok(())
    }
    let swinging = (1.0, 0.01);
    let limit = 0.02;
    check(
        &Nystrom8::new(1e-6, 1e-6).with_max_step(limit),
        &start,
        swinging,
        2.0,
    )?;
    check(
        &Nystrom8::new(1e-6, 1e-6)
            .with_max_step(limit)
            .without_dense_output(),
        &start,
        swinging,
        2.0,
    )?;
    check(
        &Nystrom12::new(1e-6, 1e-6).with_max_step(limit),
        &start,
        swinging,
        2.0,
    )?;
    // In dynamic dimension the first-order form of a ball needs two vectors for each evaluation.
    if D::try_to_usize().is_some() {
        check(
            &Dop853::new(1e-6, 1e-6).with_max_step(limit),
            &start,
            swinging,
            2.0,
        )?;
        check(
            &Dop853::new(1e-6, 1e-6)
                .with_max_step(limit)
                .with_fine_output(),
            &start,
            swinging,
            2.0,
        )?;
        check(
            &Rk45::new(1e-6, 1e-6)
                .with_max_step(limit)
                .with_max_travel(1e9),
            &start,
            swinging,
            2.0,
        )?;
    }
    check(
        &Adaptive::new(1e-6, 1e-6).with_max_step(limit),
        &start,
        swinging,
        2.0,
    )?;
    // With collocation.
    let light = (1e-6, 10.0);
    check(
        &Adaptive::new(1e-6, 1e-6).with_max_step(limit),
        &start,
        light,
        2.0,
    )?;
    Ok(())
}

/// ẏ = −y, in any dimension.
struct Decay;

impl<D: Dim> FirstOrderSystem<D> for Decay
where
    DefaultAllocator: Allocator<D>,
{
    fn derivative(&self, _: f64, state: &OVector<f64, D>, derivative: &mut OVector<f64, D>) {
        derivative.zip_apply(state, |slot, y| *slot = -y);
    }
}

/// The Runge–Kutta methods' own steps allocate nothing either, in dynamic dimension.
#[test]
fn no_step_of_a_first_order_system_allocates() -> Result<(), Error> {
    let start = dvector![1.0, 2.0, 3.0];
    let count = |until: f64| {
        let eight = Dop853::new(1e-6, 1e-6)
            .with_max_step(0.02)
            .with_max_travel(1e9);
        let five = Rk45::new(1e-6, 1e-6)
            .with_max_step(0.02)
            .with_max_travel(1e9);
        let mut steps = 0;
        let counted = measure(|| {
            steps += eight
                .integrate(&Decay, (0.0, until), start.clone())
                .unwrap()
                .steps();
            steps += five
                .integrate(&Decay, (0.0, until), start.clone())
                .unwrap()
                .steps();
        });
        (counted.count_total, steps)
    };
    let ((short, few), (long, many)) = (count(2.0), count(32.0));
    assert!(many > 15 * few, "{few} {many}");
    // Two rows of two runs, each doubled four times.
    assert!(long <= short + 20, "{short} in {few}, {long} in {many}");
    Ok(())
}

/// Derivation (56), (59): the steps of the adaptive methods allocate nothing, but for the rows that they are kept in.
#[test]
fn no_adaptive_step_allocates() -> Result<(), Error> {
    adaptive_runs(vector![-1.2, 1.0])?;
    adaptive_runs(dvector![-1.2, 1.0])
}
