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
use crate::check::{nonnegative, positive};
use crate::particle::AdaptiveSystem;
use nalgebra::Dim;

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
    pub(super) speed: f64,
    pub(super) slowing: f64,
    pub(super) inertia: Inertia,
    pub(super) history: History,
    pub(super) epsilon: Softening,
    pub(super) spring: f64,
    pub(super) pull: f64,
    pub(super) climbing: bool,
}

/// ε inside and outside of the root, and whether the latter stands before the correction.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Softening {
    pub(super) outside: f64,
    pub(super) inside: f64,
    pub(super) before_correction: bool,
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
    pub(super) fn first_weight(&self, time: f64) -> f64 {
        match self.inertia {
            Inertia::MomentumKept {
                drag,
                corrected: true,
            } => -(-drag * time).exp_m1(),
            _ => 1.0,
        }
    }

    /// P at `time` for the second moment `v`, its largest value `w` and the gradient `g`, which both are at time 0.
    pub(super) fn denominator(&self, time: f64, (v, w): (f64, f64), g: f64) -> f64 {
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
    pub(super) fn rates(&self, time: f64, [x, m, v, w]: [f64; 4], g: f64) -> [f64; 4] {
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
