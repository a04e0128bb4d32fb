//! Constructors, the mapping (m, γ, Δt) ↔ (α, β), tuning and schedules.

use super::Input;
use super::verdict::{any, checked};
use heavyball::prelude::*;
use heavyball::study::modified_equation::{CorrectedFlow, HessianDamped};
use heavyball::{
    Cosine, CosineRestarts, ExponentialDecay, HighResolution, Linear, MultiStep, NesterovSchedule,
    OneCycle, PerEpoch, Polynomial, StepDrop, SutskeverSchedule, WarmUp,
};

pub fn run(input: &mut Input<'_>) {
    let map = input.discretization();
    match input.choice(8) {
        0 => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            let dt = input.positive();
            checked(map.coefficients(&ball, dt));
            checked(map.effective_particle(&ball, dt));
            checked(Momentum::from_heavy_ball(&ball, dt, map));
            checked(Nesterov::from_heavy_ball(&ball, dt, map));
            let (velocity, gradient) = (input.vector(2), input.vector(2));
            checked(map.start_velocity(&ball, dt, &velocity, &gradient));
        }
        1 => {
            let gauge = input.gauge();
            let (alpha, beta) = (input.positive(), input.beta());
            let Some((ball, dt)) = checked(map.particle(alpha, beta, gauge)) else {
                return;
            };
            // There and back: what was a particle is one again, unless the product of both leaves the range.
            checked(map.coefficients(&ball, dt));
        }
        2 => {
            checked(map.rescaled(input.positive(), input.beta(), input.positive()));
        }
        3 => {
            let (mu, l) = (input.positive(), input.positive());
            any(GradientDescent::optimal(mu, l));
            checked(Momentum::optimal(mu, l));
            checked(Nesterov::standard(mu, l));
            checked(Nesterov::optimal(mu, l));
        }
        4 => {
            let (k, n) = (input.count(), input.count());
            if let Some(cosine) = any(Cosine::new(input.number(), input.number(), n)) {
                assert!(cosine.at(k).is_finite(), "{cosine:?} at {k}");
                if let Some(rise) = any(WarmUp::new(n, cosine)) {
                    assert!(rise.at(k).is_finite(), "{rise:?} at {k}");
                }
            }
            if let Some(drop) = any(StepDrop::new(input.number(), input.number(), n)) {
                assert!(!drop.at(k).is_nan(), "{drop:?} at {k}");
            }
            schedules(input, k, n);
            if let Some(schedule) = any(NesterovSchedule::new(input.number())) {
                assert!(schedule.at(k).is_finite(), "{schedule:?} at {k}");
            }
            if let Some(schedule) = any(SutskeverSchedule::new(input.number())) {
                assert!(schedule.at(k).is_finite(), "{schedule:?} at {k}");
            }
        }
        5 => {
            let rule = Momentum::scheduled(input.positive(), input.beta());
            for ball in rule.balls(map, input.gauge()).take(input.few()) {
                let Some(ball) = any(ball) else { break };
                assert!(
                    ball.ball.mass.is_finite() && ball.time.is_finite() && ball.dt.is_finite(),
                    "{ball:?}"
                );
            }
        }
        6 => {
            let slope = input.vector(2);
            let Some(slope) = any(Linear::new(slope)) else {
                return;
            };
            let position = input.vector(2);
            let (mu, s) = (input.positive(), input.positive());
            if let Some(flow) = any(HighResolution::heavy_ball(slope.clone(), mu, s)) {
                checked(flow.paper_start(&position));
                checked(flow.second_order_start(&position));
            }
            if let Some(rule) = checked(Momentum::new(input.positive(), input.beta())) {
                let drag = rule.drag_over_root_mass();
                assert!(drag >= 0.0 || drag.is_infinite(), "{rule:?}: {drag}");
                if let Some(flow) = any(CorrectedFlow::momentum(slope.clone(), &rule)) {
                    checked(flow.start(&position, &input.vector(2)));
                }
                if let Some(equation) = any(HessianDamped::momentum(slope, &rule, input.positive()))
                {
                    checked(equation.start_velocity(&position, &input.vector(2)));
                }
            }
        }
        _ => {
            let Some(ball) = checked(input.ball()) else {
                return;
            };
            if let Some(slope) = any(Linear::new(input.vector(2))) {
                checked(ball.terminal_velocity(&slope));
            }
            let phase = ball.launch(
                nalgebra::vector![input.component()],
                nalgebra::vector![input.component()],
            );
            let power = ball.dissipated_power(&phase);
            let energy = ball.kinetic_energy(&phase);
            let is_number = phase.momentum.x.is_finite();
            assert!(
                !is_number || !(power.is_nan() || energy.is_nan()),
                "{ball:?} {phase:?}: {energy} {power}"
            );
        }
    }
}

/// The schedules of frameworks: finite between finite ends, and never NaN.
fn schedules(input: &mut Input<'_>, k: usize, n: usize) {
    let (a, b, c) = (input.number(), input.number(), input.number());
    if let Some(line) = any(Polynomial::new(a, b, c, n)) {
        assert!(line.at(k).is_finite(), "{line:?} at {k}");
        if let Some(rise) = any(WarmUp::new(n, line).and_then(|rise| rise.rising_from(c))) {
            assert!(rise.at(k).is_finite(), "{rise:?} at {k}");
        }
        if let Some(epochs) = any(PerEpoch::new(k, line)) {
            assert!(epochs.at(n).is_finite(), "{epochs:?} at {n}");
        }
    }
    if let Some(decay) = any(ExponentialDecay::new(a, b, n)) {
        assert!(!decay.at(k).is_nan(), "{decay:?} at {k}");
    }
    if let Some(drops) = any(MultiStep::new(a, b, [k, n, 3])) {
        assert!(!drops.at(k).is_nan(), "{drops:?} at {k}");
    }
    if let Some(cosine) = any(CosineRestarts::new(a, b, n)) {
        let cosine = any(cosine.with_growth(c)).unwrap_or(cosine);
        assert!(cosine.at(k).is_finite(), "{cosine:?} at {k}");
        if let Some(cosine) = any(cosine.with_decay(c.abs())) {
            assert!(!cosine.at(k).is_nan(), "{cosine:?} at {k}");
        }
    }
    let cycles = [OneCycle::pytorch, OneCycle::optax, OneCycle::optax_linear];
    if let Some(cycle) = any(cycles[input.choice(3)](a, n)) {
        let cycle = any(cycle.with_peak_at(c)).unwrap_or(cycle);
        let cycle = any(cycle.with_ends(b, c)).unwrap_or(cycle);
        let cycle = any(cycle.in_three_phases()).unwrap_or(cycle);
        assert!(cycle.at(k).is_finite(), "{cycle:?} at {k}");
    }
}
