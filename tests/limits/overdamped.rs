//! m → 0: the ball becomes gradient flow, to first order in m, and the corrected flow, to second.
//!
//! Derivation (36), on quadratics, whose motion (27) and flows have closed forms, and on nonlinear forces;
//! slopes over five halvings.

use crate::support::smooth::{NONLINEAR, force};
use crate::support::tables::{expect, is_order};
use heavyball::error::{ParameterError, StudyError};
use heavyball::prelude::*;
use heavyball::study::modified_equation::CorrectedFlow;
use heavyball::study::{
    Convergence, Curve, Deviation, Label, Limit, Reference, SmallParameter, Title,
};
use nalgebra::{
    Const, DefaultAllocator, DimAdd, DimSum, Matrix2, OVector, SMatrix, SVector,
    allocator::Allocator, vector,
};

fn slopes_are_1_and_2<P, D>(potential: P, start: OVector<f64, D>, velocity: OVector<f64, D>)
where
    P: Curvature<D> + Copy,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    let drag = 2.0;
    let ball = HeavyBall::new(1.0, drag).unwrap();
    let problem = Problem::new(ball, potential, start.clone())
        .with_velocity(velocity.clone())
        .until(2.0);
    let study = || Limit::overdamped(&problem).with_halvings(8e-3, 5);
    expect(&study().measure().unwrap(), 1);
    let flow = |mass| CorrectedFlow::overdamped(potential, &HeavyBall::new(mass, drag)?);
    let corrected = Reference::corrected_flow(flow, start.clone(), velocity.clone(), 2.0);
    expect(&study().with_reference(corrected).measure().unwrap(), 2);
    // Without the shifted start the corrected flow is no better than the plain one.
    let unshifted = Reference::each("unshifted", |mass| {
        let flow = CorrectedFlow::overdamped(potential, &HeavyBall::new(mass, drag)?)?;
        Curve::flow(&flow, (0.0, 2.0), &start)
    });
    expect(&study().with_reference(unshifted).measure().unwrap(), 1);
}

/// (36) on forces that are not linear, with a start that moves.
#[test]
fn a_light_ball_follows_gradient_flow_to_first_order_and_the_corrected_flow_to_second() {
    slopes_are_1_and_2(NONLINEAR, vector![1.5], vector![-0.4]);
    slopes_are_1_and_2(DoubleWell, vector![0.4, 1.0], vector![0.5, 0.3]);
}

/// (36) on ½kx², both sides in closed form: (27) against e^(−kt/γ) and against x₁e^(−(k/γ)(1 + mk/γ²)t).
#[test]
fn the_oscillator_shows_both_orders_in_closed_form() {
    let (gamma, k, x0, u0, t) = (0.7, 4.0, 1.0, 0.3, 1.0);
    let title = || Title {
        parameter: SmallParameter::Mass,
        reference: String::new(),
        method: Label::default(),
        start: Label::default(),
    };
    let masses: Vec<_> = (0..6).map(|j| 4e-3 * 0.5_f64.powi(j)).collect();
    let order = |corrected: bool| {
        let table = Convergence::measure(title(), &masses, |m| {
            let (x, u) = DampedOscillator::new(m, gamma, k)?.at(t, x0, u0);
            let (start, rate) = if corrected {
                let layer = m / gamma * (u0 + k * x0 / gamma);
                (x0 + layer, k / gamma * (1.0 + m * k / gamma / gamma))
            } else {
                (x0, k / gamma)
            };
            let flow = start * (-rate * t).exp();
            Ok(Deviation::new((x - flow).abs(), (u + rate * flow).abs()))
        });
        table.unwrap()
    };
    expect(&order(false), 1);
    expect(&order(true), 2);
}

/// x = V e^(−(Λ/γ)t) Vᵀx₁ and its velocity, the rates given: a flow on ½xᵀVΛVᵀx in closed form.
fn decay<const D: usize>(
    axes: SMatrix<f64, D, D>,
    rates: SVector<f64, D>,
    start: SVector<f64, D>,
) -> Curve<'static, Const<D>> {
    let modes = axes.transpose() * start;
    Curve::exact(move |t| {
        let x = rates.zip_map(&modes, |rate, mode| mode * (-rate * t).exp());
        let u = rates.zip_map(&x, |rate, mode| -rate * mode);
        (axes * x, axes * u)
    })
}

/// Both slopes of `potential` = ½xᵀVΛVᵀx over the second half and, in x, over the whole span.
///
/// With κ the largest |λ| the small number is ε = mκ/γ²: every oscillator is overdamped below ε = 1/4, whatever it is at
/// m = 1, and ε ≤ 0.004 is far below. The span is 2γ/κ.
fn closed_form_slopes<P, const D: usize>(
    potential: P,
    axes: SMatrix<f64, D, D>,
    curvatures: SVector<f64, D>,
    drag: f64,
    (start, velocity): (SVector<f64, D>, SVector<f64, D>),
) where
    P: Potential<f64, Const<D>>,
    Const<D>: DimAdd<Const<D>>,
    DefaultAllocator: Allocator<Const<D>, Buffer<f64> = nalgebra::ArrayStorage<f64, D, 1>>
        + Allocator<DimSum<Const<D>, Const<D>>>,
{
    let stiffest = curvatures.amax();
    let until = 2.0 * drag / stiffest;
    let ball = HeavyBall::new(1.0, drag).unwrap();
    let problem = Problem::new(ball, potential, start)
        .with_velocity(velocity)
        .until(until);
    let study = || Limit::overdamped(&problem).with_halvings(4e-3 * drag * drag / stiffest, 5);
    let flow = || Reference::curve("e^(−kt/γ)", decay(axes, curvatures / drag, start));
    let plain = study().with_reference(flow()).measure().unwrap();
    expect(&plain, 1);
    assert_eq!(plain.rows().len(), 6);

    let gradient = axes * curvatures.component_mul(&(axes.transpose() * start));
    let corrected = Reference::each("corrected", move |m| {
        let rates = curvatures.map(|k| k / drag * (1.0 + m * k / drag / drag));
        let shifted = start + (velocity + gradient / drag) * (m / drag);
        Ok(decay(axes, rates, shifted))
    });
    expect(&study().with_reference(corrected).measure().unwrap(), 2);

    // From time 0 on: x leaves the flow by O(m) even in the layer; ẋ(0) is u₀ and not −∇f/γ, whatever m is.
    let whole = study()
        .with_errors_since(0.0)
        .with_reference(flow())
        .measure()
        .unwrap();
    assert!(is_order(whole.position(), 1, 6..=6), "{whole}");
    let jump = (velocity + gradient / drag).norm();
    for row in whole.rows() {
        assert!((row.error.velocity / jump - 1.0).abs() < 1e-12, "{whole}");
    }
}

/// (36) on ½kx², k of both signs, for the drags of the three regimes γ = 0.4, 4, 6 and k = 4, at rest and thrown.
#[test]
fn quadratics_in_closed_form_show_slopes_1_and_2() {
    let axis = SMatrix::<f64, 1, 1>::identity();
    for drag in [0.4, 4.0, 6.0] {
        for k in [4.0_f64, 0.3, -1.5] {
            let bowl = Quadratic::diagonal(vector![k]).unwrap();
            for throw in [0.0, 0.7, -0.4] {
                // Thrown at a speed of the flow's own size, so that ε is all that is small.
                let velocity = vector![throw * k.abs() / drag];
                let start = (vector![1.0], velocity);
                closed_form_slopes(bowl.clone(), axis, vector![k], drag, start);
            }
        }
    }
}

/// (36) in two dimensions: unequal curvatures, a saddle, and axes that are not the coordinates'.
#[test]
fn planes_in_closed_form_show_slopes_1_and_2() {
    let turned = Matrix2::new(0.6, -0.8, 0.8, 0.6);
    for curvatures in [vector![4.0, 0.5], vector![-1.0, 3.0]] {
        let [first, second] = curvatures.into();
        let mixed = 0.48 * (first - second);
        let corners = [0.36 * first + 0.64 * second, 0.64 * first + 0.36 * second];
        let matrix = Matrix2::new(corners[0], mixed, mixed, corners[1]);
        let oblique = Quadratic::symmetric(matrix).unwrap();
        let straight = Quadratic::diagonal(curvatures).unwrap();
        for drag in [0.4, 6.0] {
            for throw in [vector![0.0, 0.0], vector![0.5, -0.3] * (4.0 / drag)] {
                let start = (vector![1.0, -0.7], throw);
                let identity = Matrix2::identity();
                closed_form_slopes(straight.clone(), identity, curvatures, drag, start);
                closed_form_slopes(oblique.clone(), turned, curvatures, drag, start);
            }
        }
    }
}

/// (36), the layer resolved: on ½kx² the largest |x − x_flow| from time 0 on tends to (m/γ)|u₀ + kx₀/γ| for u₀ and kx₀ of
/// one sign. Past the layer the error is (m/γ)(u₀ + kx₀/γ − k²x₀t/γ²)e^(−kt/γ), which falls from there.
#[test]
fn positions_are_uniformly_close_even_in_the_layer() {
    for (gamma, k, x0, u0) in [
        (0.4, 4.0, 1.0, 0.0),
        (4.0, 4.0, 1.0, 0.9),
        (6.0, 4.0, -0.8, -2.0),
    ] {
        let title = Title {
            parameter: SmallParameter::Mass,
            reference: String::new(),
            method: Label::default(),
            start: Label::default(),
        };
        let masses: Vec<_> = (0..6)
            .map(|j| 2e-3 * gamma * gamma / k * 0.5_f64.powi(j))
            .collect();
        let table = Convergence::measure(title, &masses, |m: f64| {
            let ball = DampedOscillator::new(m, gamma, k)?;
            let (layer, until) = (40.0 * m / gamma, 2.0 * gamma / k);
            let times = (0..=4000).map(f64::from).flat_map(|j| {
                let part = j / 4000.0;
                [part * layer, layer + part * (until - layer)]
            });
            let gap = |t: f64| ball.at(t, x0, u0).0 - x0 * (-k * t / gamma).exp();
            let worst = times.map(|t| gap(t).abs()).fold(0.0, f64::max);
            Ok(Deviation::new(worst, worst))
        });
        let table = table.unwrap();
        expect(&table, 1);
        let finest = table.rows()[5];
        let limit = (u0 + k * x0 / gamma).abs() / gamma;
        let ratio = finest.error.position / finest.parameter / limit;
        assert!((ratio - 1.0).abs() < 0.01, "γ = {gamma}: {ratio}");
    }
}

/// (36) on the force of R1 under its own drag 0.7, where ∇²f ≤ 8, at rest and thrown; in x over the whole span too.
#[test]
fn a_nonlinear_force_shows_slopes_1_and_2_from_rest_and_thrown() {
    let (drag, until) = (0.7, 0.5);
    for throw in [0.0, -0.4, 2.0] {
        let (start, velocity) = (vector![1.5], vector![throw]);
        let ball = HeavyBall::new(1.0, drag).unwrap();
        let problem = Problem::new(ball, NONLINEAR, start)
            .with_velocity(velocity)
            .until(until);
        let study = || Limit::overdamped(&problem).with_halvings(2e-4, 5);
        expect(&study().measure().unwrap(), 1);
        let whole = study().with_errors_since(0.0).measure().unwrap();
        assert!(is_order(whole.position(), 1, 6..=6), "{whole}");
        // x′ = −(g + (m/γ²)g′g)/γ, written out.
        let corrected = Reference::each("corrected", move |m| {
            let flow = Written {
                correction: m / drag / drag,
                drag,
            };
            let g = force(1.5).0;
            let shifted = 1.5 + m / drag * (throw + g / drag);
            Curve::flow(&flow, (0.0, until), &vector![shifted])
        });
        expect(&study().with_reference(corrected).measure().unwrap(), 2);
    }
}

/// The corrected flow of R1's force by its formula.
#[derive(Debug, Clone)]
struct Written {
    correction: f64,
    drag: f64,
}

impl FirstOrderSystem<Const<1>> for Written {
    fn derivative(&self, _: f64, x: &SVector<f64, 1>, derivative: &mut SVector<f64, 1>) {
        let (g, hessian) = force(x[0]);
        derivative[0] = -(g + self.correction * hessian * g) / self.drag;
    }
}

#[test]
fn a_limit_without_drag_or_mass_is_refused() {
    let start = vector![1.5];
    let of = |drag| {
        let ball = HeavyBall::new(1.0, drag).unwrap();
        Problem::new(ball, NONLINEAR, start)
    };
    let (free, dragged) = (of(0.0), of(1.0));
    let (free, dragged) = (|| Limit::overdamped(&free), || Limit::overdamped(&dragged));
    assert!(matches!(
        free().with_values(&[0.1, 0.05, 0.02]).measure(),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "drag",
            ..
        }))
    ));
    assert!(matches!(
        dragged().with_values(&[0.1, 0.0, 0.02]).measure(),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "mass",
            ..
        }))
    ));
    assert!(matches!(
        dragged().with_values(&[0.1]).measure(),
        Err(Error::Study(StudyError::TooFewSteps {
            name: "mass",
            found: 1
        }))
    ));
    assert!(matches!(
        dragged().until(-1.0).measure(),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "span",
            ..
        }))
    ));
    assert!(matches!(
        CorrectedFlow::overdamped(NONLINEAR, &HeavyBall::new(1.0, 0.0).unwrap()),
        Err(Error::Parameter(ParameterError::NotPositive {
            name: "drag",
            ..
        }))
    ));
}
