//! Stochastic gradients, and the temperature of rules on them.

use super::Input;
use super::verdict::{any, checked, message};
use heavyball::LogisticRegression;
use heavyball::optimizers::Accelerated;
use heavyball::potentials::{
    Features, FiniteSum, Minibatches, NoisyGradient, Sampling, finite_sum, gradient_covariance,
};
use heavyball::prelude::*;
use heavyball::study::temperature::{LangevinMode, Moments, NoisyMode, Stationary};
use nalgebra::{DMatrix, DVector, Vector1, vector};

pub fn run(input: &mut Input<'_>) {
    match input.choice(3) {
        0 => modes(input),
        1 => noise(input),
        _ => batches(input),
    }
}

/// A matrix L and LLᵀ; the second is a covariance unless it overflows.
fn matrices(input: &mut Input<'_>, size: usize) -> [DMatrix<f64>; 2] {
    let entries: Vec<f64> = (0..size * size).map(|_| input.number()).collect();
    let factor = DMatrix::from_vec(size, size, entries);
    let product = &factor * factor.transpose();
    [factor, product]
}

fn modes(input: &mut Input<'_>) {
    let Some(rule) = any(Accelerated::new(
        input.positive(),
        input.beta(),
        input.number(),
    )) else {
        return;
    };
    let (curvature, variance) = (input.number(), input.number());
    checked(rule.temperature(variance));
    any(GradientDescent::new(input.positive()).and_then(|rule| rule.temperature(variance)));
    if let Some(mode) = any(NoisyMode::new(rule, curvature, variance)) {
        if let Some(state) = any(mode.stationary()) {
            assert!(
                state.var_position.is_finite() && state.var_position >= 0.0,
                "{mode:?} {state:?}"
            );
            assert!(
                state.var_velocity.is_finite() && state.var_velocity >= 0.0,
                "{mode:?} {state:?}"
            );
        }
        mode.after(input.few(), Moments::at(input.number(), input.number()));
        let dt = input.positive();
        if let Some(bath) = any(mode.langevin(dt, input.discretization())) {
            checked(Ok::<_, Error>(bath.temperature()));
        }
    }
    if let Some(bath) =
        checked(input.ball()).and_then(|ball| any(LangevinMode::new(&ball, variance, curvature)))
        && let Some(moments) = any(bath.moments(input.number(), input.number(), input.number()))
    {
        assert!(moments.var_position.is_finite() && moments.var_velocity.is_finite());
    }
    let size = 1 + input.choice(3);
    let [hessian, noise] = [matrices(input, size), matrices(input, size)];
    let at = [input.choice(2), input.choice(2)];
    if let Some(state) = any(Stationary::of(rule, &hessian[at[0]], &noise[at[1]])) {
        assert!(state.excess_loss.is_finite());
        let all = state
            .position
            .iter()
            .chain(&state.cross)
            .chain(&state.velocity);
        assert!(all.into_iter().all(|entry| entry.is_finite()), "{state:?}");
    }
}

fn noise(input: &mut Input<'_>) {
    let size = input.choice(4);
    let seed = u64::from(input.byte());
    let source = match input.choice(3) {
        0 => any(NoisyGradient::isotropic(DoubleWell, input.number(), seed)),
        1 => any(NoisyGradient::diagonal(
            DoubleWell,
            &input.vector(size),
            seed,
        )),
        _ => {
            let [factor, product] = matrices(input, size);
            let covariance = if input.flag() { factor } else { product };
            any(NoisyGradient::full(DoubleWell, &covariance, seed))
        }
    };
    let (Some(source), Some(rule)) = (source, any(Momentum::new(input.positive(), input.beta())))
    else {
        return;
    };
    let source = source.of_member(input.count());
    let start = vector![input.component(), input.component()];
    let run = rule.iterates(&source, start).from_iteration(input.count());
    checked(run.after(input.few()).map(|end| end.position.x));
}

fn batches(input: &mut Input<'_>) {
    let (terms, batch, seed) = (input.choice(12), input.choice(14), u64::from(input.byte()));
    let sampling = Sampling::ALL[input.choice(3)];
    any(sampling.factor(input.count(), input.count()));
    let (alpha, beta) = (input.positive(), input.beta());
    let scale = input.number();
    let sum = finite_sum(
        terms,
        |i, x: &Vector1<f64>| 0.5 * scale * (x.x - i as f64).powi(2),
        |i, x, slot| slot.x += scale * (x.x - i as f64),
    );
    if let Ok(sum) = &sum
        && let Some(batches) = any(Minibatches::new(sum, batch, sampling, seed))
        && let Some(rule) = any(Nesterov::new(alpha, beta))
    {
        assert!(
            batches
                .terms_at(input.count())
                .iter()
                .all(|term| *term < terms)
        );
        any(gradient_covariance(sum, &vector![input.number()]));
        let run = rule.iterates(&batches, vector![input.component()]);
        let run = run.from_iteration(input.count());
        checked(run.after(input.few()).map(|end| end.position.x));
    } else if let Err(error) = &sum {
        message(&error.to_string());
    }
    let columns = 1 + input.choice(3);
    let rows: Vec<Vec<f64>> = (0..terms)
        .map(|_| (0..columns).map(|_| input.number()).collect())
        .collect();
    let classes: Vec<bool> = (0..terms).map(|_| input.flag()).collect();
    let loss = Features::from_rows(rows)
        .and_then(|table| LogisticRegression::new(table, &classes, input.number()));
    if let Some(loss) = any(loss) {
        assert_eq!(FiniteSum::terms(&loss), terms);
        if let Some(covariance) = any(gradient_covariance(&loss, &DVector::zeros(columns))) {
            assert!(covariance.iter().all(|entry| entry.is_finite()));
        }
        if let (Some(batches), Some(rule)) = (
            any(Minibatches::new(&loss, batch, sampling, seed)),
            any(Momentum::new(alpha, beta)),
        ) {
            let run = rule.iterates(&batches, DVector::zeros(columns));
            any(run.after(input.few()));
        }
    }
}
