//! AdaptiveBall: d(Mẋ)/dt = −∇f − aMẋ with a mass M in each direction that the gradients of the past set.
//!
//! It is the limit Δt → 0 of Adam, NAdam, AMSGrad, RMSprop and Adagrad, derivation (79) and (80). Component by component, with
//! g = ∇f(x),
//!
//! > ṁ = a(g − m), v̇ = b(g² − v), ẋ = −η(m/c₁)/P, P = √(v/c₂) + ε, c₁ = 1 − e⁻ᵃᵗ, c₂ = 1 − e⁻ᵇᵗ.
//!
//! p = Mẋ = −m/a is the momentum of a ball with the mass M = c₁P/aη: large where gradients were large, and growing from 0 at
//! the start where the average m is corrected.
//!
//! References: A. Barakat, P. Bianchi, *SIAM J. Optim.* 31 (2021) 244; A. B. da Silva, M. Gazeau, *J. Mach. Learn.
//! Res.* 21 (2020) 1–42.

use crate::Error;
use crate::check::{check_dimension, check_vector, finite, nonnegative, positive};
use crate::ode::FirstOrderSystem;
use crate::potentials::{Potential, check_start, gradient_at};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DVector, DefaultAllocator, Dim, Dyn, OVector};

/// What an [`AdaptiveBall`] does with a force.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Inertia {
    /// It has no mass, ẋ = −ηg/P: RMSprop, Adagrad.
    Massless,
    /// Its momentum is kept where its mass changes, d(Mẋ)/dt = −g − aMẋ: Adam, AMSGrad, Optax's NAdam.
    MomentumKept {
        /// a, the drag over the mass: per time.
        drag: f64,
        /// Whether the average of the gradients is corrected for its start at 0, so that the mass grows from 0.
        corrected: bool,
    },
    /// Its velocity is kept where its mass changes, Mẍ = −g − aMẋ: RMSprop with momentum.
    VelocityKept {
        /// a, the drag over the mass: per time.
        drag: f64,
    },
    /// A part μ(t) = 1 − ½e^(−κt) of the force acts as with `MomentumKept`, not corrected, and the rest as with `Massless`:
    /// NAdam of PyTorch and Keras.
    Divided {
        /// a, the drag over the mass: per time.
        drag: f64,
        /// κ, per time.
        rate: f64,
    },
}

/// What an [`AdaptiveBall`] remembers of the squares of its gradients.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum History {
    /// Their average, v̇ = b(g² − v).
    Average {
        /// b, per time.
        forgetting: f64,
        /// Whether it is corrected for its start, v/(1 − e⁻ᵇᵗ).
        corrected: bool,
        /// v at the start.
        initial: f64,
    },
    /// The largest value of that average from v = 0: AMSGrad.
    Largest {
        /// b, per time.
        forgetting: f64,
        /// Whether the largest is corrected, max v/(1 − e⁻ᵇᵗ).
        corrected: bool,
    },
    /// The largest value of the corrected average, max(v/(1 − e⁻ᵇᵗ)): AMSGrad of Optax.
    LargestCorrected {
        /// b, per time.
        forgetting: f64,
    },
    /// Their sum, v̇ = g²: Adagrad.
    Sum {
        /// v at the start.
        initial: f64,
    },
}

/// A ball whose mass in each direction is set by the gradients of the past; [`mapping`](crate::mapping) makes one of an
/// adaptive rule.
///
/// [`Self::system`] is its equation on a potential, for [`Rk45`](crate::Rk45) and [`Dop853`](crate::Dop853); one gradient per
/// evaluation. With ε = 0 and v = 0 at the start, where nothing is corrected, the velocity is infinite at time 0.
///
/// ```
/// use heavyball::particle::{AdaptiveBall, History, Inertia};
/// use heavyball::prelude::*;
/// use nalgebra::{Const, vector};
///
/// let average = History::Average { forgetting: 1.0, corrected: true, initial: 0.0 };
/// let ball = AdaptiveBall::new(1.0, Inertia::MomentumKept { drag: 10.0, corrected: true }, average)?;
/// // Curvatures 1 and 10000, and the same motion in both directions.
/// let system = ball.system(Quadratic::diagonal(vector![1.0, 1e4])?, Const::<2>);
/// let start = system.start(&vector![1.0, 1.0])?;
/// let run = Dop853::new(1e-10, 1e-12).integrate(&system, (0.0, 0.5), start)?;
/// let (x, mass) = (system.position(run.last()), system.mass(0.5, run.last()));
/// assert!((x[0] - x[1]).abs() < 1e-8 && x[0] < 0.6);
/// assert!((mass[1] / mass[0] - 1e4).abs() < 1e-2); // since the mass is in proportion to the curvature
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaptiveBall {
    speed: f64,
    slowing: f64,
    inertia: Inertia,
    history: History,
    epsilon: Softening,
    spring: f64,
    pull: f64,
    climbing: bool,
}

/// ε inside and outside of the root, and whether the latter stands before the correction.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Softening {
    outside: f64,
    inside: f64,
    before_correction: bool,
}

impl AdaptiveBall {
    /// With the speed η > 0 that it has under a steady force, its inertia and its history; without ε.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless η, a and b are positive and finite;
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless κ and the initial v are zero or positive.
    pub fn new(speed: f64, inertia: Inertia, history: History) -> Result<Self, Error> {
        positive("the speed", &speed, "")?;
        match inertia {
            Inertia::Massless => {}
            Inertia::MomentumKept { drag, .. } | Inertia::VelocityKept { drag } => {
                positive("the drag over the mass", &drag, "")?;
            }
            Inertia::Divided { drag, rate } => {
                positive("the drag over the mass", &drag, "")?;
                nonnegative("the rate of the division", &rate, "")?;
            }
        }
        let forgetting = match history {
            History::Average {
                forgetting,
                initial,
                ..
            } => {
                nonnegative("the initial second moment", &initial, "")?;
                forgetting
            }
            History::Largest { forgetting, .. } | History::LargestCorrected { forgetting } => {
                forgetting
            }
            History::Sum { initial } => {
                nonnegative("the initial sum", &initial, "")?;
                1.0
            }
        };
        positive("the forgetting", &forgetting, "")?;
        Ok(Self {
            speed,
            slowing: 0.0,
            inertia,
            history,
            epsilon: Softening {
                outside: 0.0,
                inside: 0.0,
                before_correction: false,
            },
            spring: 0.0,
            pull: 0.0,
            climbing: false,
        })
    }

    /// With P = √(v/c₂ + `inside`) + `outside`.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless both are zero or positive, and finite.
    pub fn with_epsilon(mut self, outside: f64, inside: f64) -> Result<Self, Error> {
        nonnegative("epsilon outside the root", &outside, "")?;
        nonnegative("epsilon inside the root", &inside, "")?;
        self.epsilon = Softening {
            outside,
            inside,
            before_correction: false,
        };
        Ok(self)
    }

    /// With P = (√v + ε)/√c₂, as Keras's Adam.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless ε is zero or positive, and finite.
    pub fn with_epsilon_before_correction(mut self, epsilon: f64) -> Result<Self, Error> {
        self = self.with_epsilon(epsilon, 0.0)?;
        self.epsilon.before_correction = true;
        Ok(self)
    }

    /// With a spring of stiffness λ to the origin, added to the force: coupled weight decay.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless λ is zero or positive, and finite.
    pub fn with_spring(mut self, stiffness: f64) -> Result<Self, Error> {
        nonnegative("the stiffness of the spring", &stiffness, "")?;
        self.spring = stiffness;
        Ok(self)
    }

    /// With −κx added to the velocity: decoupled weight decay, with κ = ηλ.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless κ is zero or positive, and finite.
    pub fn with_pull(mut self, rate: f64) -> Result<Self, Error> {
        nonnegative("the rate of the pull", &rate, "")?;
        self.pull = rate;
        Ok(self)
    }

    /// With the speed η/(1 + δt): Adagrad's decay of the learning rate.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) unless δ is zero or positive, and finite.
    pub fn with_slowing(mut self, rate: f64) -> Result<Self, Error> {
        nonnegative("the rate of the slowing", &rate, "")?;
        self.slowing = rate;
        Ok(self)
    }

    /// Climbing f instead, if `climbing`; a spring still pulls to the origin.
    #[must_use = "the ball itself is not changed"]
    pub fn with_climbing(mut self, climbing: bool) -> Self {
        self.climbing = climbing;
        self
    }

    /// The speed η under a steady force.
    pub fn speed(&self) -> f64 {
        self.speed
    }

    /// What it does with a force.
    pub fn inertia(&self) -> Inertia {
        self.inertia
    }

    /// What it remembers.
    pub fn history(&self) -> History {
        self.history
    }

    /// Its equation on `potential`, for positions of length `dimension`.
    pub fn system<P, D: Dim>(self, potential: P, dimension: D) -> AdaptiveSystem<P, D> {
        AdaptiveSystem {
            ball: self,
            potential,
            dimension,
            start_time: 0.0,
        }
    }

    /// c₂ at `time`.
    fn second_weight(&self, time: f64) -> f64 {
        match self.history {
            History::Average {
                forgetting,
                corrected: true,
                ..
            }
            | History::Largest {
                forgetting,
                corrected: true,
            } => -(-forgetting * time).exp_m1(),
            _ => 1.0,
        }
    }

    /// c₁ at `time`.
    fn first_weight(&self, time: f64) -> f64 {
        match self.inertia {
            Inertia::MomentumKept {
                drag,
                corrected: true,
            } => -(-drag * time).exp_m1(),
            _ => 1.0,
        }
    }

    /// P at `time` for the second moment `v`, its largest value `w` and the gradient `g`, which both are at time 0.
    fn denominator(&self, time: f64, (v, w): (f64, f64), g: f64) -> f64 {
        let weight = self.second_weight(time);
        let square = match self.history {
            History::LargestCorrected { forgetting } => {
                let seen = -(-forgetting * time).exp_m1();
                if seen > 0.0 { w.max(v / seen) } else { g * g }
            }
            _ if weight <= 0.0 => g * g,
            History::Largest { .. } => w.max(v) / weight,
            _ => v / weight,
        };
        let outside = match self.epsilon.before_correction {
            true if self.epsilon.outside > 0.0 => self.epsilon.outside / weight.max(0.0).sqrt(),
            _ => self.epsilon.outside,
        };
        (square + self.epsilon.inside).sqrt() + outside
    }

    /// The rates of one component (x, m, v, w) with the gradient `g` at `time`.
    fn rates(&self, time: f64, [x, m, v, w]: [f64; 4], g: f64) -> [f64; 4] {
        let (dv, dw) = match self.history {
            History::Average { forgetting, .. } => (forgetting * (g * g - v), 0.0),
            History::Largest { forgetting, .. } => {
                let dv = forgetting * (g * g - v);
                (dv, if v >= w { dv.max(0.0) } else { 0.0 })
            }
            History::LargestCorrected { forgetting } => {
                let seen = -(-forgetting * time).exp_m1();
                let rises = seen > 0.0 && v / seen >= w;
                let rate = forgetting * (g * g - v / seen) / seen;
                (
                    forgetting * (g * g - v),
                    if rises { rate.max(0.0) } else { 0.0 },
                )
            }
            History::Sum { .. } => (g * g, 0.0),
        };
        let over = |force: f64, denominator: f64| {
            // A component without a force stays.
            if force == 0.0 {
                0.0
            } else {
                force / denominator
            }
        };
        let denominator = self.denominator(time, (v, w), g);
        let (moved, dm) = match self.inertia {
            Inertia::Massless => (over(g, denominator), 0.0),
            Inertia::MomentumKept { drag, .. } => {
                let weight = self.first_weight(time);
                let mean = if weight > 0.0 { m / weight } else { g };
                (over(mean, denominator), drag * (g - m))
            }
            Inertia::VelocityKept { drag } => (m, drag * (over(g, denominator) - m)),
            Inertia::Divided { drag, rate } => {
                let part = 1.0 - 0.5 * (-rate * time).exp();
                let mean = part * m + (1.0 - part) * g;
                (over(mean, denominator), drag * (g - m))
            }
        };
        let speed = self.speed / (1.0 + self.slowing * time);
        [-speed * moved - self.pull * x, dm, dv, dw]
    }
}

/// The equation of an [`AdaptiveBall`] on a potential, in the state (x, m, v, w) of four times the dimension.
///
/// m is the average of the gradients, or with [`Inertia::VelocityKept`] −ẋ/η; v is the second moment, and w its largest value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AdaptiveSystem<P, D> {
    ball: AdaptiveBall,
    potential: P,
    dimension: D,
    start_time: f64,
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
