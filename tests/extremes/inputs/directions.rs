//! Masses, drags and rates for each direction, and FIRE.

use super::Input;
use super::verdict::{any, checked, message};
use heavyball::matrices::{DiagonalMatrix, FullMatrix, MatrixForm};
use heavyball::optimizers::Fire;
use heavyball::prelude::*;
use heavyball::{AnisotropicBall, AnisotropicMotion, PreconditionedMomentum};
use nalgebra::{DMatrix, DVector, Matrix2, Rotation2, dvector, vector};

/// A symmetric matrix, mostly positive definite; sometimes any.
fn matrix(input: &mut Input<'_>) -> DMatrix<f64> {
    let size = 1 + input.choice(3);
    if input.choice(5) == 0 {
        return DMatrix::from_fn(size, 1 + input.choice(3), |_, _| input.number());
    }
    if size == 2 {
        let turn = Rotation2::new(7.0 * input.share()).into_inner();
        let values = Matrix2::from_diagonal(&vector![input.positive(), input.positive()]);
        let turned = turn * values * turn.transpose();
        return DMatrix::from_iterator(2, 2, turned.iter().copied());
    }
    DMatrix::from_diagonal(&DVector::from_fn(size, |_, _| input.positive()))
}

fn vector_of(input: &mut Input<'_>) -> DVector<f64> {
    let length = 1 + input.choice(3);
    DVector::from_fn(length, |_, _| input.positive())
}

/// What holds for a ball of either form.
macro_rules! with_ball {
    ($input:ident, $ball:ident) => {{
        let (input, ball) = ($input, $ball);
        let d = ball.modes().len();
        checked(Ok::<_, Error>(ball.modes().to_vec()));
        let map = input.discretization();
        let dt = input.positive();
        if let Some(rule) = any(PreconditionedMomentum::from_ball(&ball, dt, map)) {
            assert!(rule.alpha.to_matrix().iter().all(|entry| entry.is_finite()));
            any(rule.to_ball(map, dt));
            if let Some(hessian) = any(FullMatrix::new(matrix(input))) {
                if let Some(edge) = any(rule.edge_on(&hessian)) {
                    assert!(edge >= 0.0, "{edge}");
                }
            }
            let mut run = rule.iterates(&Rosenbrock, input.vector(d));
            for _ in 0..input.few() {
                let Some(iterate) = run.advance() else { break };
                assert!(iterate.position.iter().all(|x| x.is_finite()));
            }
            if let Some(failure) = run.failure() {
                message(&failure.to_string());
            }
        }
        if let Some(hessian) = any(FullMatrix::new(matrix(input))) {
            if let Some(largest) = any(ball.largest_step(map, &hessian)) {
                assert!(largest > 0.0 && largest.is_finite(), "{largest}");
            }
        }
        let phase = Phase::new(input.vector(d), input.vector(d));
        let method = any(Leapfrog::new(input.positive()));
        if let Some(run) = method.and_then(|m| any(ball.phases(&m, &Rosenbrock, phase.clone()))) {
            checked(run.after(input.few()));
        }
        any(ball.velocity(&phase));
        any(ball.dissipated_power(&phase));
        let length = input.few();
        any(ball.launch(input.vector(length), &input.vector(length)));
        if let Some(bowl) = any(Quadratic::symmetric(matrix(input))) {
            if let Some(motion) = any(AnisotropicMotion::new(&ball, &bowl)) {
                checked(motion.at(input.number(), &input.vector(d), &input.vector(d)));
            }
        }
    }};
}

pub fn run(input: &mut Input<'_>) {
    match input.choice(5) {
        0 => {
            let Some(ball) = any(AnisotropicBall::diagonal(
                vector_of(input),
                vector_of(input),
            )) else {
                return;
            };
            with_ball!(input, ball);
        }
        1 => {
            let Some(ball) = any(AnisotropicBall::full(matrix(input), matrix(input))) else {
                return;
            };
            with_ball!(input, ball);
        }
        2 => {
            let (alpha, beta) = (vector_of(input), input.beta());
            let betas = DVector::from_element(1 + input.choice(3), beta);
            if let Some(rule) = any(PreconditionedMomentum::diagonal(alpha, betas)) {
                any(rule.to_ball(input.discretization(), input.positive()));
                if let Some(hessian) = any(DiagonalMatrix::new(vector_of(input))) {
                    any(rule.edge_on(&hessian));
                }
            }
        }
        3 => {
            if let Some(rule) = any(PreconditionedMomentum::full(matrix(input), matrix(input))) {
                any(rule.to_ball(input.discretization(), input.positive()));
                if let Some(hessian) = any(FullMatrix::new(matrix(input))) {
                    any(rule.edge_on(&hessian));
                }
            }
        }
        _ => fire(input),
    }
}

fn fire(input: &mut Input<'_>) {
    let dt = input.positive();
    let fire = match input.flag() {
        true => Fire::new(dt),
        false => Fire::version_2(dt),
    };
    let Some(mut fire) = any(fire) else { return };
    fire = fire.with_wait(input.count());
    fire = any(fire.with_steps(input.positive(), input.positive())).unwrap_or(fire);
    fire = any(fire.with_factors(input.positive(), input.share())).unwrap_or(fire);
    fire = any(fire.with_mixing(input.beta(), input.beta())).unwrap_or(fire);
    fire = any(fire.with_longest_move(input.positive())).unwrap_or(fire);
    let mut run = fire.run(&Rosenbrock, dvector![input.component(), input.component()]);
    for _ in 0..4 * input.few() {
        let Some(state) = run.advance() else { break };
        let numbers = state.position.iter().chain(state.velocity.iter());
        assert!(
            numbers
                .chain([&state.dt, &state.mixing])
                .all(|x| x.is_finite()),
            "{state:?}"
        );
    }
    if let Some(failure) = run.failure() {
        message(&failure.to_string());
    }
}
