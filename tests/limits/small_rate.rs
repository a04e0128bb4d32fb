//! α → 0 at fixed β: momentum and Nesterov's rule become one gradient flow, in the time τ = kα/(1 − β).
//!
//! Derivation (37): slope 1 in α against dx/dτ = −∇f, slope 2 against the flow of f + ½ε|∇f|², over five halvings,
//! on ½kx², where both sides have closed forms, and on nonlinear forces.

use crate::support::smooth::{NONLINEAR, force};
use crate::support::tables::expect;
use heavyball::error::{ParameterError, RuleError, SpanError};
use heavyball::prelude::*;
use heavyball::study::modified_equation::CorrectedFlow;
use heavyball::study::{
    Convergence, Curve, Deviation, Label, Limit, Reference, Rule, SmallParameter, Title,
};
use nalgebra::{
    Const, DefaultAllocator, DimAdd, DimSum, OVector, SVector, allocator::Allocator, vector,
};

fn slopes_are_1_and_2<P, D>(potential: P, start: OVector<f64, D>)
where
    P: Curvature<D> + Copy,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    for beta in [0.0, 0.5, 0.8] {
        let largest = 0.004 * (1.0_f64 - beta).powi(2);
        let rest = start.map(|_| 0.0);
        let of = |rule| {
            let study = Limit::small_rate(rule, beta, &potential, start.clone());
            study.with_halvings(largest, 5)
        };
        let (momentum, nesterov) = (of(Rule::Momentum), of(Rule::Nesterov));
        expect(&momentum.measure().unwrap(), 1);
        expect(&nesterov.measure().unwrap(), 1);

        let flow = |alpha| CorrectedFlow::momentum(potential, &Momentum::new(alpha, beta)?);
        let reference = Reference::corrected_flow(flow, start.clone(), rest.clone(), 1.0);
        let table = momentum.with_reference(reference).measure();
        expect(&table.unwrap(), 2);

        let flow = |alpha| CorrectedFlow::nesterov(potential, &Nesterov::new(alpha, beta)?);
        let reference = Reference::corrected_flow(flow, start.clone(), rest, 1.0);
        let table = nesterov.with_reference(reference).measure();
        expect(&table.unwrap(), 2);
    }
}

/// (37) where the force is not linear; β = 0 is gradient descent.
#[test]
fn a_small_rate_follows_gradient_flow_to_first_order_and_the_corrected_flow_to_second() {
    slopes_are_1_and_2(NONLINEAR, vector![1.5]);
    slopes_are_1_and_2(DoubleWell, vector![0.4, 1.0]);
}

/// (37) on ½kx²: iterates against x₁e^(−k(1 + εk)τ), x₁ = x₀ + βλv₀ + αβλ²kx₀, in closed form, with a start that moves.
#[test]
fn the_start_of_the_corrected_flow_counts_the_first_velocity() {
    let (k, x0, w0, tau) = (4.0, 1.0, 0.6, 1.0);
    let title = Title {
        parameter: SmallParameter::Rate,
        reference: String::new(),
        method: Label::default(),
        start: Label::default(),
    };
    for (beta, theta) in [(0.5, 0.0), (0.5, 0.5), (0.8, 0.8)] {
        let gain: f64 = 1.0 / (1.0 - beta);
        let alphas: Vec<_> = (0..6)
            .map(|j| 4e-3 / gain / gain * 0.5_f64.powi(j))
            .collect();
        let table = Convergence::measure(title.clone(), &alphas, |alpha| {
            let bowl = Quadratic::diagonal(vector![k])?;
            let steps = (tau / alpha / gain).round() as usize;
            // A first displacement like α, as an iteration under way has.
            let v0 = vector![w0 * alpha];
            let start = vector![x0];
            let (before, end) = if theta == 0.0 {
                let iterates = Momentum::new(alpha, beta)?.iterates(&bowl, start);
                let mut iterates = iterates.with_velocity(v0).skip(steps);
                (iterates.next().unwrap(), iterates.next().unwrap())
            } else {
                let iterates = Nesterov::new(alpha, beta)?.iterates(&bowl, start);
                let mut iterates = iterates.with_velocity(v0).skip(steps);
                (iterates.next().unwrap(), iterates.next().unwrap())
            };
            let velocity = (before.velocity.x + end.velocity.x) / (2.0 * alpha * gain);
            let x1 = x0 + beta * gain * w0 * alpha + alpha * beta * gain * gain * k * x0;
            let rate = k * (1.0 + alpha * gain * (gain - 0.5 - theta) * k);
            let flow = x1 * (-rate * tau).exp();
            let error = (before.position.x - flow).abs();
            Ok(Deviation::new(error, (velocity + rate * flow).abs()))
        });
        expect(&table.unwrap(), 2);
    }
}

/// x₁e^(−rate·τ) in each coordinate.
fn decay<const D: usize>(
    rates: SVector<f64, D>,
    start: SVector<f64, D>,
) -> Curve<'static, Const<D>> {
    Curve::exact(move |tau| {
        let x = rates.zip_map(&start, |rate, x| x * (-rate * tau).exp());
        (x, -rates.component_mul(&x))
    })
}

/// (37): c = αλ(λ − ½ − θ) and the weight αβλ² of ∇f(x₀) in the start, λ = 1/(1 − β).
fn correction_and_shift(alpha: f64, beta: f64, theta: f64) -> (f64, f64) {
    let gain = 1.0 / (1.0 - beta);
    (
        alpha * gain * (gain - 0.5 - theta),
        alpha * beta * gain * gain,
    )
}

fn both<'p, P, const D: usize>(
    potential: &'p P,
    beta: f64,
    start: SVector<f64, D>,
) -> [(f64, Limit<'p, Const<D>>); 2]
where
    P: Potential<f64, Const<D>>,
{
    [
        (
            0.0,
            Limit::small_rate(Rule::Momentum, beta, potential, start),
        ),
        (
            beta,
            Limit::small_rate(Rule::Nesterov, beta, potential, start),
        ),
    ]
}

/// (37) on ½Σkx², against e^(−kτ) and against x₁e^(−k(1 + ck)τ), both rules.
///
/// With κ the largest |k| the small number is ακ/(1 − β)²: any rate is overdamped below (1 − √β)²/κ, whatever β is, and
/// 0.004(1 − β)²/κ is far below. The span is 2/κ.
fn closed_form_slopes<const D: usize>(curvatures: SVector<f64, D>, start: SVector<f64, D>) {
    let bowl = Quadratic::diagonal(curvatures).unwrap();
    let stiffest = curvatures.amax();
    for beta in [0.0, 0.5, 0.9] {
        let largest = 4e-3 * (1.0_f64 - beta).powi(2) / stiffest;
        let until = 2.0 / stiffest;
        for (_, study) in both(&bowl, beta, start) {
            let flow = Reference::curve("e^(−kτ)", decay(curvatures, start));
            let study = study
                .until(until)
                .with_halvings(largest, 5)
                .with_reference(flow);
            expect(&study.measure().unwrap(), 1);
        }
        for (theta, study) in both(&bowl, beta, start) {
            let flow = Reference::each("modified", move |alpha| {
                let (c, shift) = correction_and_shift(alpha, beta, theta);
                let shifted = start + shift * curvatures.component_mul(&start);
                Ok(decay(curvatures.map(|k| k * (1.0 + c * k)), shifted))
            });
            let study = study
                .until(until)
                .with_halvings(largest, 5)
                .with_reference(flow);
            expect(&study.measure().unwrap(), 2);
        }
    }
}

#[test]
fn quadratics_in_closed_form_show_slopes_1_and_2() {
    for k in [4.0, 0.3, 30.0, -1.5] {
        closed_form_slopes(vector![k], vector![1.0]);
    }
    closed_form_slopes(vector![0.5, 4.0], vector![1.0, -0.7]);
    closed_form_slopes(vector![-1.0, 3.0], vector![0.6, 1.0]);
}

/// The flow of f + ½c|∇f|² for R1's force g = x³ + x + 0.3 cos x, by its formula.
#[derive(Debug, Clone)]
struct Written {
    correction: f64,
}

impl FirstOrderSystem<Const<1>> for Written {
    fn derivative(&self, _: f64, x: &SVector<f64, 1>, derivative: &mut SVector<f64, 1>) {
        let (g, hessian) = force(x[0]);
        derivative[0] = -(g + self.correction * hessian * g);
    }
}

/// (37) on the force of R1, up to β = 0.9, against flows written out here.
#[test]
fn a_nonlinear_force_shows_slopes_1_and_2_up_to_beta_09() {
    for beta in [0.0, 0.5, 0.9] {
        let largest = 1e-3 * (1.0_f64 - beta).powi(2);
        let start = vector![1.5];
        for (_, study) in both(&NONLINEAR, beta, start) {
            let flow = Curve::flow(&Written { correction: 0.0 }, (0.0, 1.0), &start).unwrap();
            let study = study.with_halvings(largest, 5);
            let study = study.with_reference(Reference::curve("flow", flow));
            expect(&study.measure().unwrap(), 1);
        }
        for (theta, study) in both(&NONLINEAR, beta, start) {
            let flow = Reference::each("modified", move |alpha| {
                let (correction, shift) = correction_and_shift(alpha, beta, theta);
                let shifted = vector![1.5 + shift * force(1.5).0];
                Curve::flow(&Written { correction }, (0.0, 1.0), &shifted)
            });
            let study = study.with_halvings(largest, 5).with_reference(flow);
            expect(&study.measure().unwrap(), 2);
        }
    }
}

#[test]
fn a_limit_at_beta_1_is_refused() {
    let of = |beta| Limit::small_rate(Rule::Momentum, beta, &NONLINEAR, vector![1.5]);
    assert!(matches!(
        of(1.0).with_halvings(1e-3, 4).measure(),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "1 - beta",
            ..
        }))
    ));
    assert!(matches!(
        of(f64::NAN).with_halvings(1e-3, 4).measure(),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "1 - beta",
            ..
        }))
    ));
    assert!(matches!(
        of(-1.5).with_halvings(1e-3, 4).measure(),
        Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
    ));
    assert!(matches!(
        of(0.5).with_values(&[1e-3, 1e-4, 1e-300]).measure(),
        Err(Error::Span(SpanError::TooManySteps { .. }))
    ));
    assert!(matches!(
        CorrectedFlow::momentum(NONLINEAR, &Momentum::new(0.1, 1.0).unwrap()),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "1 - beta",
            ..
        }))
    ));
    let mut negative = Nesterov::new(0.1, 0.5).unwrap();
    negative.alpha = -0.1;
    assert!(matches!(
        CorrectedFlow::nesterov(NONLINEAR, &negative),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "alpha",
            ..
        }))
    ));
}
