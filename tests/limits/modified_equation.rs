//! Modified equations: what the iterates really follow, to second order, where the plain ball is first order.
//!
//! Derivation (26) for symplectic Euler in (x, p/m), (41) for x₊ = x + β(x − x₋) − α∇f(x + θ(x − x₋)); slopes over five
//! halvings, on the oscillator in three regimes and on a nonlinear force.

use crate::support::smooth::NONLINEAR;
use crate::support::tables::expect_each;
use heavyball::error::{ParameterError, RuleError, VectorError};
use heavyball::prelude::*;
use heavyball::study::modified_equation::{HessianDamped, SymplecticEulerFlow};
use heavyball::study::{
    Curve, IntegratorScheme, Limit, OptimizerScheme, Reading, Reference, Start,
};
use nalgebra::{Const, Vector1, Vector2, vector};

type Scalar = Const<1>;
type AnyProblem = Problem<Box<dyn Curvature<Scalar>>, Scalar>;

/// Three oscillators, below, at and above critical drag, and one nonlinear force.
fn problems(velocity: f64) -> Vec<AnyProblem> {
    let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
    let problem = |potential: Box<dyn Curvature<Scalar>>, mass, drag, x: f64| {
        Problem::new(HeavyBall::new(mass, drag).unwrap(), potential, vector![x])
            .with_velocity(vector![velocity])
            .until(2.0)
    };
    vec![
        problem(Box::new(bowl.clone()), 1.0, 0.4, 1.0),
        problem(Box::new(bowl.clone()), 1.0, 4.0, 1.0),
        problem(Box::new(bowl), 1.0, 6.0, 1.0),
        problem(Box::new(NONLINEAR), 1.3, 0.7, 1.5),
    ]
}

/// (26): (x, p/m) of symplectic Euler and (x, u) of its flow; ẋ = u + ½Δt a read centrally.
#[test]
fn symplectic_euler_follows_its_flow_to_second_order() {
    for problem in &problems(-0.4) {
        let flow =
            |dt| SymplecticEulerFlow::new(problem.potential(), problem.ball(), dt, Const::<1>);
        let start = problem.start();
        let velocity = problem.ball().velocity(&start);
        let curve = |of_scheme: bool| {
            Reference::each("its flow", move |dt| {
                let flow = flow(dt)?;
                let state = flow.state(&start.position, &velocity)?;
                let read = move |_, state: &Vector2<f64>| {
                    let motion = if of_scheme {
                        flow.phase(state)
                    } else {
                        flow.motion(state)
                    };
                    motion.unwrap()
                };
                Curve::system(&flow, (0.0, 2.0), &state, read)
            })
        };
        let scheme = IntegratorScheme(SymplecticEuler::new);
        let study = Limit::small_step(problem, scheme).with_halvings(0.005, 5);
        expect_each(&study.measure().unwrap(), 1, 1);
        let study = study.with_reference(curve(true));
        expect_each(&study.measure().unwrap(), 2, 2);
        // The same iterates as an optimiser, v₀ = Δt·u₀, with ẋ read as a central difference.
        let naive =
            OptimizerScheme::momentum(Discretization::ExplicitDrag).with_start(Start::Naive);
        let naive = Limit::small_step(problem, naive).with_halvings(0.005, 5);
        let table = naive.with_reference(curve(false)).measure();
        expect_each(&table.unwrap(), 2, 2);
        // u is not ẋ.
        let study = study.with_reference(curve(false));
        expect_each(&study.measure().unwrap(), 2, 1);
    }
}

/// (41): Nesterov's rule, by every row, from every start, is first order for the ball and second for the ball
/// with the drag of the Hessian.
#[test]
fn nesterov_follows_the_hessian_damped_ball_to_second_order() {
    for row in Discretization::ALL {
        for (start, velocity) in [
            (Start::Matched, -0.4),
            (Start::Naive, -0.4),
            (Start::Rest, 0.0),
        ] {
            let scheme = OptimizerScheme::nesterov(row).with_start(start);
            for problem in &problems(velocity) {
                let study = Limit::small_step(problem, scheme).with_halvings(0.002, 5);
                expect_each(&study.measure().unwrap(), 1, 1);
                let modified = Reference::modified_equation(problem, scheme);
                let study = study.with_reference(modified);
                expect_each(&study.measure().unwrap(), 2, 2);
            }
        }
    }
}

/// (23) again, as the case θ = 0: momentum by every row, from every start.
#[test]
fn momentum_follows_its_effective_particle_from_any_start() {
    for row in Discretization::ALL {
        for (start, velocity) in [
            (Start::Matched, -0.4),
            (Start::Naive, -0.4),
            (Start::Rest, 0.0),
        ] {
            let scheme = OptimizerScheme::momentum(row).with_start(start);
            for problem in &problems(velocity) {
                let modified = Reference::modified_equation(problem, scheme);
                let table = |scheme| {
                    let study = Limit::small_step(problem, scheme).with_halvings(0.005, 5);
                    study.with_reference(modified.clone()).measure().unwrap()
                };
                expect_each(&table(scheme), 2, 2);
                let one_sided = scheme.with_reading(Reading::OneSided);
                expect_each(&table(one_sided), 2, 1);
            }
        }
    }
}

/// (41) with θ = −1: explicit Euler's positions; its p/m is a forward difference, ẋ(0) = u₀ − ½Δt ẍ(0).
#[test]
fn explicit_euler_follows_the_ball_that_the_hessian_pushes() {
    for problem in &problems(-0.4) {
        let modified = Reference::each("Hessian-damped", |dt| {
            let method = ExplicitEuler::new(dt)?;
            let equation =
                HessianDamped::explicit_euler(problem.potential(), problem.ball(), &method)?;
            assert_eq!(equation.hessian_drag(), -dt);
            let HeavyBall { mass, drag, .. } = *problem.ball();
            let (x, u) = (problem.start().position, -0.4);
            let mut g = vector![0.0];
            problem.potential().gradient(&x, &mut g);
            let velocity = vector![u + dt / 2.0 * (g.x + drag * u) / mass];
            Curve::second_order(equation, (0.0, 2.0), &x, &velocity)
        });
        let scheme = IntegratorScheme(ExplicitEuler::new);
        let study = Limit::small_step(problem, scheme).with_halvings(0.002, 5);
        expect_each(&study.measure().unwrap(), 1, 1);
        let study = study.with_reference(modified);
        expect_each(&study.measure().unwrap(), 2, 1);
    }
}

/// (23): what `effective_particle` of a rule says is what its discretisation's says.
#[test]
fn the_effective_particle_of_a_rule_is_that_of_its_discretisation() {
    let ball = HeavyBall::new(1.3, 0.7).unwrap();
    for row in Discretization::ALL {
        let rule = Momentum::from_heavy_ball(&ball, 0.2, row).unwrap();
        let (found, expected) = (
            rule.effective_particle(0.2).unwrap(),
            row.effective_particle(&ball, 0.2).unwrap(),
        );
        assert!((found.mass - expected.mass).abs() < 1e-14, "{row}");
        assert!((found.drag - expected.drag).abs() < 1e-14, "{row}");
    }
    let mut rule = Momentum::new(0.1, 0.9).unwrap();
    rule.beta = f64::NAN;
    assert!(matches!(
        rule.effective_particle(0.1),
        Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
    ));
    assert!(matches!(
        Momentum::new(0.1, 0.9).unwrap().effective_particle(0.0),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "dt",
            ..
        }))
    ));
}

#[test]
fn starts_of_the_wrong_length_are_refused() {
    let rule = Nesterov::new(1e-4, 0.99).unwrap();
    let equation = HessianDamped::nesterov(Rosenbrock, &rule, 0.01).unwrap();
    let system = equation.in_phase_space(nalgebra::Dyn(2));
    let (x, short) = (nalgebra::dvector![1.0, 1.0], nalgebra::dvector![1.0]);
    assert_eq!(
        system.state(&x, &short),
        Err(Error::Vector(VectorError::DimensionMismatch {
            name: "start velocity",
            expected: 2,
            found: 1
        }))
    );
    let error = Rk45::new(1e-9, 1e-9).integrate(&system, (0.0, 1.0), short.clone());
    assert!(matches!(
        error,
        Err(Error::Vector(VectorError::DimensionMismatch {
            name: "start state",
            expected: 4,
            found: 1
        }))
    ));
    let nan: Vector1<f64> = vector![f64::NAN];
    let equation = HessianDamped::nesterov(Quartic, &rule, 0.01)
        .unwrap()
        .in_phase_space(Const::<1>);
    let error = Rk45::new(1e-9, 1e-9).integrate(&equation, (0.0, 1.0), vector![0.0, nan.x]);
    assert!(matches!(
        error,
        Err(Error::Vector(VectorError::NonFiniteComponent {
            name: "start velocity",
            ..
        }))
    ));
}
