//! Members on other numbers than `f64`: `f32`, with twice the lanes, and dual numbers. Derivation (8), (11), (13), (18).

use super::STEPS;
use super::members::Curved;
use heavyball::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AmsGrad, Lion, NAdam, RmsProp, ScheduledAdaptive,
};
use heavyball::ensemble::{
    Ensemble, FirstPassage, Instructions, MEMBERS, Parts, Random, SettlingTime, State, Stepper,
};
use heavyball::prelude::*;
use heavyball::{Cosine, SquareRoot, TwoStepMomentum};
use nalgebra::{Const, SVector, vector};
use num_dual::Dual64;

fn starts<const D: usize>() -> Vec<SVector<f32, D>> {
    let random = Random::new(4).uniform([-3.0; D], [3.0; D]).unwrap();
    let random = random.map(|x| x.map(|x| x as f32));
    random.take(2 * MEMBERS + 5).collect()
}

/// The bits of a state, with one NaN: the sign of others depends on the instructions.
fn bits<S: State<D, Scalar = f32>, const D: usize>(state: &S) -> Vec<u32> {
    let parts = state.parts();
    let components = parts.vectors().iter().flatten();
    let one_nan = |x: &f32| if x.is_nan() { f32::NAN } else { *x };
    components.map(|x| one_nan(x).to_bits()).collect()
}

/// The ensemble on every instruction set against `alone` of each member, which is `None` where it diverged.
fn check<M, P, const D: usize>(
    make: impl Fn() -> Result<Ensemble<'static, M, P, D>, Error>,
    alone: &[Option<M::State>],
) where
    M: Stepper<P, D>,
    M::State: State<D, Scalar = f32>,
    P: Sync + 'static,
{
    for instructions in Instructions::available() {
        let ensemble = make().unwrap().with_instructions(instructions);
        let run = ensemble.after(STEPS).unwrap();
        for (member, (end, alone)) in run.states().iter().zip(alone).enumerate() {
            let expected = alone.as_ref().map(bits);
            let found = run.is_finite()[member].then(|| bits(end));
            assert_eq!(found, expected, "member {member}, {instructions:?}");
        }
    }
}

fn check_rule<R, P, const D: usize>(rule: R, f: &'static P) -> usize
where
    R: UpdateRule<f32> + Clone + Sync,
    P: Potential<f32, Const<D>> + Sync + 'static,
{
    let starts = starts::<D>();
    let alone = starts
        .iter()
        .map(|start| rule.iterates(f, *start).after(STEPS).ok());
    let alone: Vec<_> = alone.collect();
    check(
        || Ensemble::from_positions(rule.clone(), f, starts.clone()),
        &alone,
    );
    alone.iter().filter(|end| end.is_none()).count()
}

/// Each rule in single precision has the bits of its run alone, diverged members included, in one to nine dimensions.
#[test]
fn a_member_in_single_precision_has_the_bits_of_one_ball_alone() {
    let lost = check_rule(Momentum::of(0.1, 0.5).unwrap(), &DoubleWell);
    assert!(lost > 0 && lost < MEMBERS);
    check_rule(Nesterov::of(0.06, 0.7).unwrap(), &DoubleWell);
    check_rule(GradientDescent::of(0.1).unwrap(), &DoubleWell);
    check_rule(TwoStepMomentum::of(0.1, 0.5).unwrap(), &DoubleWell);
    check_rule::<_, _, 2>(Momentum::of(0.0001, 0.9).unwrap(), &Rosenbrock);
    assert_eq!(check_rule(Momentum::of(0.05, 0.8).unwrap(), &Curved), 0);
    fn bowl<const D: usize>() {
        let curvatures = SVector::<f32, D>::from_fn(|i, _| 1.0 + i as f32);
        let bowl: &'static _ = Box::leak(Box::new(Quadratic::diagonal(curvatures).unwrap()));
        check_rule(Momentum::of(1.5 / D as f32, 0.8).unwrap(), bowl);
    }
    bowl::<1>();
    bowl::<3>();
    bowl::<4>();
    bowl::<9>();
}

/// And each integrator, with a ball a member.
#[test]
fn a_phase_in_single_precision_has_the_bits_of_one_ball_alone() {
    fn check_method<I>(method: I)
    where
        I: FixedStep<f32> + Clone,
        I::Step: Clone + Sync,
    {
        let ball = |i: usize| HeavyBall::of(1.0 + 0.01 * i as f32, 0.02 * i as f32).unwrap();
        let phases: Vec<_> = starts::<2>().into_iter().map(Phase::at_rest).collect();
        let alone = phases.iter().enumerate().map(|(i, start)| {
            let run = method.phases(&ball(i), &DoubleWell, *start).unwrap();
            run.after(STEPS).ok()
        });
        let alone: Vec<_> = alone.collect();
        let balls = (0..phases.len()).map(|i| (method.clone(), ball(i)));
        check(
            || Ensemble::from_balls(balls.clone(), &DoubleWell, phases.clone()),
            &alone,
        );
    }
    check_method(SymplecticEuler::of(0.1_f32).unwrap());
    check_method(Leapfrog::of(0.1_f32).unwrap());
}

/// What is recorded, and the well that is reached, agree with those of the path alone.
#[test]
fn observers_see_members_in_single_precision() {
    let rule = Momentum::of(0.05_f32, 0.5).unwrap();
    let (starts, wells) = (starts::<2>(), [vector![-1.0, 0.0], vector![1.0, 0.0]]);
    let ensemble = Ensemble::from_positions(rule, &DoubleWell, starts.clone()).unwrap();
    let passed = ensemble.observe(STEPS, &FirstPassage::above(0, 0.9).unwrap());
    let settled = ensemble.observe(STEPS, &SettlingTime::within(1e-3).unwrap());
    let (passed, settled) = (passed.unwrap(), settled.unwrap());
    let basins = passed.basins(&wells, 0.01).unwrap();
    for (member, start) in starts.iter().enumerate() {
        let path: Vec<_> = rule.iterates(&DoubleWell, *start).take(STEPS + 1).collect();
        let first = path.iter().position(|at| f64::from(at.position.x) > 0.9);
        let first = first.map_or(f64::INFINITY, |k| k as f64);
        assert_eq!(passed.records()[member], first);
        let moving = |at: &Iterate<f32, Const<2>>| at.velocity.amax() > 1e-3;
        let last = path.iter().rposition(moving).map_or(0, |k| k + 1);
        assert_eq!(settled.records()[member], last as f64);
        let end = path[STEPS].position;
        let near = wells
            .iter()
            .position(|well| (end.cast() - well).norm() < 0.01);
        assert_eq!(basins[member], near);
    }
}

/// Derivatives along the runs of many members: ∂x/∂α on f = λx²/2 by the closed form of gradient descent, −kλ(1 − αλ)ᵏ⁻¹.
#[test]
fn members_carry_derivatives() {
    let rule = GradientDescent::of(Dual64::from(0.125).derivative()).unwrap();
    let bowl = Quadratic::diagonal(vector![Dual64::from(2.0)]).unwrap();
    let starts = (1..=100).map(|i| vector![Dual64::from(f64::from(i))]);
    let run = Ensemble::from_positions(rule, &bowl, starts)
        .unwrap()
        .after(10)
        .unwrap();
    for (end, x) in run.states().iter().zip(1..) {
        let slope = -20.0 * 0.75_f64.powi(9) * f64::from(x);
        assert!((end.position.x.eps / slope - 1.0).abs() < 1e-13);
    }
}

/// Adam and its relatives, in both precisions, with a rule for all or one for each, have the bits of their runs alone.
#[test]
fn an_adaptive_rule_has_the_bits_of_its_run_alone() {
    fn check_rule<R, T>(rule: R)
    where
        R: AdaptiveRule<T> + Sync,
        T: SquareRoot + Copy + Send + Sync,
    {
        let starts: Vec<_> = starts::<2>()
            .into_iter()
            .map(|x| x.map(|x| T::from_f32(x).unwrap()))
            .collect();
        for instructions in Instructions::available() {
            let ensemble =
                Ensemble::from_adaptive_positions(rule.clone(), &DoubleWell, starts.clone());
            let ensemble = ensemble.unwrap().with_instructions(instructions);
            let rules = vec![rule.clone(); starts.len()];
            let each = Ensemble::from_adaptive_rules(rules, &DoubleWell, starts.clone()).unwrap();
            let (run, each) = (ensemble.after(STEPS).unwrap(), each.after(STEPS).unwrap());
            assert_eq!(run, each);
            for ((end, start), finite) in run.states().iter().zip(&starts).zip(run.is_finite()) {
                match rule.run(&DoubleWell, *start).after(STEPS) {
                    Ok(alone) => assert_eq!(*end, alone),
                    Err(_) => assert!(!finite),
                }
            }
        }
    }
    check_rule::<_, f64>(Adam::new(0.02).unwrap());
    check_rule::<_, f32>(Adam::of(0.02_f32).unwrap());
    check_rule::<_, f64>(Adam::adam_w(0.02, 0.1).unwrap());
    check_rule::<_, f64>(NAdam::new(0.02).unwrap());
    check_rule::<_, f64>(AmsGrad::new(0.02).unwrap());
    check_rule::<_, f64>(RmsProp::new(0.02).unwrap().with_momentum(0.9).unwrap());
    check_rule::<_, f64>(Adagrad::new(0.1).unwrap());
    check_rule::<_, f64>(Lion::new(0.01).unwrap());
    let cosine = Cosine::new(0.05, 0.0, 100).unwrap();
    check_rule::<_, f64>(ScheduledAdaptive::new(Adam::new(0.05).unwrap(), cosine));
}
