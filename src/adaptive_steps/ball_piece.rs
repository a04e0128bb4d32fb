//! BallPiece: the dense output within a step of an adaptive method for a heavy ball.

use crate::adaptive_steps::collocation_weights::Point;
use crate::adaptive_steps::{nystrom8_dense, nystrom12_dense};
use crate::ode::adaptive::interpolant::Interpolant;
use crate::ode::adaptive::record::{Piece, Width, Within};

/// The dense output of a step of a ball, whose mass and drag are the constants of the record. A block begins with the
/// position and the momentum at its end; what follows differs.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum BallPiece {
    /// That of a Runge–Kutta method in phase space.
    RungeKutta(Interpolant),
    /// That of a Nyström pair: its stages h²kᵢ.
    Nystrom(NystromPair),
    /// That of collocation: the gradients at its points.
    Collocation,
    /// Hermite polynomial through the ends of the nearest steps: nothing more.
    Nearest,
}

impl From<Interpolant> for BallPiece {
    fn from(interpolant: Interpolant) -> Self {
        Self::RungeKutta(interpolant)
    }
}

/// Which pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum NystromPair {
    Rkn86,
    Rkn1210,
}

impl NystromPair {
    /// The stages that have a weight in the dense output.
    pub(crate) fn stages(self) -> &'static [usize] {
        match self {
            Self::Rkn86 => &[0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
            Self::Rkn1210 => &[0, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
        }
    }

    /// The weights of h²k of `stage` in the displacement, and in h times the velocity, at the fraction `part` of a step.
    fn weights(self, stage: usize, part: f64) -> [f64; 2] {
        match self {
            Self::Rkn86 => {
                let row = nystrom8_dense::ACCELERATION.get(stage);
                let row = row.map(<[f64; 7]>::as_slice).unwrap_or_default();
                let terms = row.iter().enumerate().rev();
                let (mut displacement, mut kick) = (0.0, 0.0);
                for (power, weight) in terms {
                    let next = (power + 1) as f64;
                    kick = kick * part + weight / next;
                    displacement = displacement * part + weight / (next * (next + 1.0));
                }
                [displacement * part * part, kick * part]
            }
            Self::Rkn1210 => {
                let s = 2.0 * part - 1.0;
                let sum = |row: Option<&[f64]>| {
                    let terms = row.into_iter().flatten().rev();
                    terms.fold(0.0, |sum, weight| sum * s + weight)
                };
                [
                    sum(nystrom12_dense::DISPLACEMENT
                        .get(stage)
                        .map(<[f64; 13]>::as_slice)),
                    sum(nystrom12_dense::KICK.get(stage).map(<[f64; 12]>::as_slice)),
                ]
            }
        }
    }
}

impl Piece for BallPiece {
    fn width(&self) -> Width {
        match self {
            Self::RungeKutta(interpolant) => interpolant.width(),
            Self::Nearest => Width::NearestOfBall,
            _ => Width::Step,
        }
    }

    fn write(&self, before: &[f64], block: &[f64], step: &Within, state: &mut [f64]) {
        match self {
            Self::RungeKutta(interpolant) => interpolant.write(before, block, step, state),
            Self::Nystrom(pair) => pair.write(before, block, step, state),
            Self::Collocation => write_collocated(before, block, step, state),
            // Interpolated over several steps by the record.
            Self::Nearest => state.fill(f64::NAN),
        }
    }
}

impl NystromPair {
    fn write(self, before: &[f64], block: &[f64], step: &Within, state: &mut [f64]) {
        let Within {
            dt,
            part,
            constants: [mass, drag],
        } = *step;
        let rate = 0.5 * drag / mass;
        let length = state.len() / 2;
        let (positions, momenta) = state.split_at_mut(length);
        let (starts, launches) = before.split_at(length.min(before.len()));
        let decay = libm::exp(-rate * part * dt);
        for ((slot, p), launch) in positions.iter_mut().zip(momenta.iter_mut()).zip(launches) {
            let velocity = launch / mass;
            (*slot, *p) = (part * dt * velocity, dt * velocity);
        }
        let stages = block.chunks_exact(length.max(1)).skip(2);
        for (stage, values) in self.stages().iter().zip(stages) {
            let [displacement, kick] = self.weights(*stage, part);
            for ((slot, p), k) in positions.iter_mut().zip(momenta.iter_mut()).zip(values) {
                *slot += displacement * k;
                *p += kick * k;
            }
        }
        for ((slot, p), start) in positions.iter_mut().zip(momenta.iter_mut()).zip(starts) {
            let displacement = *slot;
            *slot = start + decay * displacement;
            *p = mass * decay * (*p / dt - rate * displacement);
        }
    }
}

/// The state of collocation within a step: that which the polynomial through its gradients gives exactly.
fn write_collocated(before: &[f64], block: &[f64], step: &Within, state: &mut [f64]) {
    let Within {
        dt,
        part,
        constants: [mass, drag],
    } = *step;
    let length = state.len() / 2;
    let (weights, decay) = Point::new(part).weights(drag * dt / mass);
    let (positions, momenta) = state.split_at_mut(length);
    let (starts, launches) = before.split_at(length.min(before.len()));
    let glide = (1.0 - decay) / drag;
    let slots = positions.iter_mut().zip(momenta.iter_mut());
    for ((x, p), (start, launch)) in slots.zip(starts.iter().zip(launches)) {
        (*x, *p) = (start + glide * launch, decay * launch);
    }
    let gradients = block.chunks_exact(length.max(1)).skip(2);
    for ((reach, kick), values) in weights.reach.iter().zip(&weights.kick).zip(gradients) {
        let (reach, kick) = (dt / drag * reach, dt * kick);
        for ((x, p), g) in positions.iter_mut().zip(momenta.iter_mut()).zip(values) {
            *x -= reach * g;
            *p -= kick * g;
        }
    }
}
