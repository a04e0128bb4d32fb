//! Interpolant: the dense output within a step of a Runge–Kutta method.
//!
//! References: E. Hairer, S. P. Nørsett, G. Wanner, *Solving Ordinary Differential Equations I*, 2nd ed., section II.6.

use crate::ode::adaptive::record::{Piece, Width, Within};
use crate::ode::hermite;

/// The inner points of the fine output, as fractions of a step: the Chebyshev–Lobatto points (1 − cos(jπ/4))/2.
pub(crate) const INNER_POINTS: [f64; 3] = [0.146_446_609_406_726_24, 0.5, 0.853_553_390_593_273_8];

/// The dense output of a step. A block begins with the state y and the derivative ẏ at its end; what follows differs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Interpolant {
    /// Polynomial of degree 4 of Dormand–Prince 5(4): one more vector.
    Quartic,
    /// Polynomial of degree 7 of Dormand–Prince 8(5,3): four more vectors.
    Septic,
    /// Hermite polynomial of degree 9 through three inner points and the ends: y and ẏ at each of the three.
    Fine,
    /// Hermite polynomial of degree 9 through the ends of the five nearest steps: nothing more.
    Nearest,
}

impl Piece for Interpolant {
    fn width(&self) -> Width {
        if *self == Self::Nearest {
            Width::Nearest
        } else {
            Width::Step
        }
    }

    fn write(&self, before: &[f64], block: &[f64], step: &Within, state: &mut [f64]) {
        let Within { dt, part, .. } = *step;
        let length = state.len();
        let vector = |of: &'_ [f64], number: usize, component: usize| {
            of.get(number * length + component)
                .copied()
                .unwrap_or(f64::NAN)
        };
        match self {
            // With θ the fraction of the step and θ̄ = 1 − θ: y₀ + θ(Δ + θ̄(b + θ(c + θ̄(d₁ + θ(d₂ + θ̄(d₃ + θd₄)))))),
            // where Δ = y₁ − y₀, b = hẏ₀ − Δ and c = Δ − hẏ₁ − b are the cubic through both ends.
            Self::Quartic | Self::Septic => {
                let rest = 1.0 - part;
                for (component, slot) in state.iter_mut().enumerate() {
                    let [from, leaving] = [0, 1].map(|number| vector(before, number, component));
                    let [to, arriving] = [0, 1].map(|number| vector(block, number, component));
                    let across = to - from;
                    let bend = dt * leaving - across;
                    let turn = across - dt * arriving - bend;
                    let inner = if *self == Self::Quartic {
                        vector(block, 2, component)
                    } else {
                        let [first, second, third, fourth] =
                            [2, 3, 4, 5].map(|number| vector(block, number, component));
                        ((fourth * part + third) * rest + second) * part + first
                    };
                    *slot = (((inner * rest + turn) * part + bend) * rest + across) * part + from;
                }
            }
            Self::Fine => {
                let [first, second, third] = INNER_POINTS;
                let weights = hermite(&[0.0, first, second, third, 1.0], part);
                for (component, slot) in state.iter_mut().enumerate() {
                    let places = [(before, 0), (block, 2), (block, 4), (block, 6), (block, 0)];
                    let terms = weights.iter().zip(places).map(|(weight, (of, number))| {
                        weight.value * vector(of, number, component)
                            + weight.rate * dt * vector(of, number + 1, component)
                    });
                    *slot = terms.sum();
                }
            }
            // Interpolated over several steps by the record.
            Self::Nearest => state.fill(f64::NAN),
        }
    }
}
