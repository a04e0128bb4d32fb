//! AdaptiveSystem: the equations of an [`AdaptiveBall`] on a potential, as a system of first order.
//!
//! The state holds the position, the momentum or average and the history of the gradients.

use crate::Error;
use crate::check::{check_dimension, check_vector, finite};
use crate::ode::FirstOrderSystem;
use crate::particle::{AdaptiveBall, History, Inertia};
use crate::potentials::{Potential, check_start, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DVector, DefaultAllocator, Dim, Dyn, OVector};

/// The equation of an [`AdaptiveBall`] on a potential, in the state (x, m, v, w) of four times the dimension.
///
/// m is the average of the gradients, or with [`Inertia::VelocityKept`] −ẋ/η; v is the second moment, and w its largest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaptiveSystem<P, D> {
    pub(super) ball: AdaptiveBall,
    pub(super) potential: P,
    pub(super) dimension: D,
    pub(super) start_time: f64,
}

impl<P, D> AdaptiveSystem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    /// The same equation from another time on, at which its averages begin; it is 0 unless set.
    #[must_use = "the system itself is not changed"]
    pub fn starting_at(mut self, time: f64) -> Self {
        self.start_time = time;
        self
    }

    /// The ball.
    pub fn ball(&self) -> &AdaptiveBall {
        &self.ball
    }

    /// The state at the start, at `position`.
    ///
    /// # Errors
    /// [`VectorError`](crate::error::VectorError) for a position that is empty, not finite or of another dimension.
    pub fn start(&self, position: &OVector<f64, D>) -> Result<DVector<f64>, Error> {
        let n = self.dimension.value();
        check_dimension("start position", n, position.len())?;
        check_start(&self.potential, "start position", position)?;
        let mut state = DVector::zeros(4 * n);
        for (slot, x) in state.iter_mut().zip(position.iter()) {
            *slot = *x;
        }
        let initial = match self.ball.history {
            History::Average { initial, .. } | History::Sum { initial } => initial,
            History::Largest { .. } => 0.0,
            History::LargestCorrected { .. } => {
                // The corrected average at time 0.
                let forces = self.forces(position);
                for (slot, g) in state.iter_mut().skip(3 * n).zip(forces.iter()) {
                    *slot = g * g;
                }
                0.0
            }
        };
        state
            .iter_mut()
            .skip(2 * n)
            .take(n)
            .for_each(|v| *v = initial);
        finite("the sum of the start", &state.sum())?;
        Ok(state)
    }

    /// ±∇f + λx.
    fn forces(&self, position: &OVector<f64, D>) -> OVector<f64, D> {
        let mut gradient = position.clone();
        gradient_at(&self.potential, position, &mut gradient);
        let sign = if self.ball.climbing { -1.0 } else { 1.0 };
        gradient.zip_apply(position, |g, x| *g = sign * *g + self.ball.spring * x);
        gradient
    }

    /// One of the four parts of a state; NaN for what a short state lacks.
    fn part(&self, state: &DVector<f64>, index: usize) -> OVector<f64, D> {
        let n = self.dimension.value();
        let numbers = state.iter().skip(index * n).copied();
        let numbers = numbers.chain(std::iter::repeat(f64::NAN)).take(n);
        OVector::from_iterator_generic(self.dimension, Const::<1>, numbers)
    }

    /// The position x of a state.
    pub fn position(&self, state: &DVector<f64>) -> OVector<f64, D> {
        self.part(state, 0)
    }

    /// The velocity ẋ of a state at `time`.
    pub fn velocity(&self, time: f64, state: &DVector<f64>) -> OVector<f64, D> {
        let mut derivative = DVector::zeros(4 * self.dimension.value());
        FirstOrderSystem::<Dyn>::derivative(self, time, state, &mut derivative);
        self.part(&derivative, 0)
    }

    /// The mass M of each component of a state at `time`, 0 for [`Inertia::Massless`]; of [`Inertia::Divided`] that of the part
    /// of the force which has one.
    ///
    /// With it d(Mẋ)/dt = −∇f − aMẋ, or Mẍ = −∇f − aMẋ for [`Inertia::VelocityKept`], where no decay is decoupled.
    pub fn mass(&self, time: f64, state: &DVector<f64>) -> OVector<f64, D> {
        let time = time - self.start_time;
        let drag = match self.ball.inertia {
            Inertia::Massless => f64::INFINITY,
            Inertia::MomentumKept { drag, .. } | Inertia::VelocityKept { drag } => drag,
            Inertia::Divided { drag, rate } => drag * (1.0 - 0.5 * (-rate * time).exp()),
        };
        let over = self.ball.first_weight(time) * (1.0 + self.ball.slowing * time)
            / (drag * self.ball.speed);
        self.denominators(time, state).map(|p| over * p)
    }

    /// The drag of each component that has no mass, P/η: the force over the velocity.
    pub fn massless_drag(&self, time: f64, state: &DVector<f64>) -> OVector<f64, D> {
        let time = time - self.start_time;
        let speed = self.ball.speed / (1.0 + self.ball.slowing * time);
        self.denominators(time, state).map(|p| p / speed)
    }

    /// P of each component, `time` after the start.
    fn denominators(&self, time: f64, state: &DVector<f64>) -> OVector<f64, D> {
        let mut forces = self.forces(&self.position(state));
        let (v, w) = (self.part(state, 2), self.part(state, 3));
        for (g, (v, w)) in forces.iter_mut().zip(v.iter().zip(w.iter())) {
            *g = self.ball.denominator(time, (*v, *w), *g);
        }
        forces
    }
}

impl<P, D> FirstOrderSystem<Dyn> for AdaptiveSystem<P, D>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn derivative(&self, time: f64, state: &DVector<f64>, derivative: &mut DVector<f64>) {
        let n = self.dimension.value();
        // `check_start` refuses such a state before a run; a direct call gives NaN.
        if state.len() != 4 * n || derivative.len() != 4 * n {
            derivative.fill(f64::NAN);
            return;
        }
        let forces = self.forces(&self.position(state));
        for (i, g) in forces.iter().enumerate() {
            let component = [0, 1, 2, 3].map(|part| state.get(part * n + i).copied());
            let component = component.map(|number| number.unwrap_or(f64::NAN));
            let rates = self.ball.rates(time - self.start_time, component, *g);
            for (part, rate) in rates.into_iter().enumerate() {
                if let Some(slot) = derivative.get_mut(part * n + i) {
                    *slot = rate;
                }
            }
        }
    }

    fn check_start(&self, state: &DVector<f64>) -> Result<(), Error> {
        check_dimension("start state", 4 * self.dimension.value(), state.len())?;
        check_vector::<f64, Dyn>("start state", state)?;
        check_start(&self.potential, "start position", &self.position(state))
    }
}
