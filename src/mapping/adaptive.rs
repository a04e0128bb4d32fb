//! Adaptive: the ball behind an adaptive rule, and the rule of the same ball at another step.
//!
//! With α = ηΔt, 1 − β₁ = aΔt and 1 − β₂ = bΔt the rule follows [`AdaptiveBall`] to order 1 in Δt, derivation (79) to (81). RMSprop
//! with momentum has α = ηaΔt², and Adagrad α = η√Δt with s = v/Δt and ε in proportion to 1/√Δt, since its sum grows with the
//! number of iterations.

use crate::Error;
use crate::adaptive_rules::{
    Adagrad, Adam, AdaptiveRule, AdaptiveState, AmsGrad, Epsilon, Maximum, NAdam, RmsProp, Settings,
};
use crate::check::positive;
use crate::frameworks::WeightDecay;
use crate::mapping::MappingError;
use crate::particle::{AdaptiveBall, History, Inertia};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// An adaptive rule as a ball whose mass its gradients set.
///
/// ```
/// use heavyball::adaptive_rules::Adam;
/// use heavyball::mapping::AdaptiveMapping;
/// use heavyball::particle::Inertia;
///
/// // Adam with β₁ = 0.9 at Δt = 0.1: α = ηΔt, 1 − β₁ = aΔt.
/// let adam = Adam::new(0.001)?;
/// let ball = adam.to_adaptive_ball(0.1)?;
/// assert!((ball.speed() - 0.01).abs() < 1e-17);
/// assert!(matches!(ball.inertia(), Inertia::MomentumKept { drag, .. } if (drag - 1.0).abs() < 1e-15));
/// // The same ball at half the step.
/// let finer = adam.rescaled(0.5)?;
/// assert!((finer.beta1() - 0.95).abs() < 1e-15 && (finer.beta2() - 0.9995).abs() < 1e-15);
/// // At ten times the step no average remembers anything of β₁.
/// assert!(adam.rescaled(11.0).is_err());
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait AdaptiveMapping: AdaptiveRule<f64> {
    /// The name of the rule.
    const NAME: &'static str;

    /// The ball that the rule follows if one iteration takes the time `dt`.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless Δt is positive and finite, and for
    /// α = 0; [`MappingError::NoAdaptiveBall`] for centred RMSprop; the errors of [`AdaptiveBall::new`] for numbers that overflow.
    fn to_adaptive_ball(&self, dt: f64) -> Result<AdaptiveBall, Error>;

    /// The rule of the same ball at `factor` = s times the step.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless `factor` is positive and finite;
    /// [`RuleError::MomentDecayOutOfRange`](crate::error::RuleError::MomentDecayOutOfRange) for a step so long that 1 − s(1 − β)
    /// is negative.
    fn rescaled(&self, factor: f64) -> Result<Self, Error>;

    /// The mass of each component in `state`, if one iteration takes the time `dt`; 0 for a rule without momentum, ∞ for α = 0.
    ///
    /// With the mass M₊ after an iteration it is exactly p₊ = β₁p − Δt∇f, x₊ = x + Δt p₊/M₊ for Adam and AMSGrad, derivation (78).
    /// For RMSprop with momentum it is u₊ = μu − Δt∇f/M₊, x₊ = x + Δt u₊.
    fn masses<D: Dim>(&self, state: &AdaptiveState<f64, D>, dt: f64) -> OVector<f64, D>
    where
        DefaultAllocator: Allocator<D>;
}

/// The ball with the weight decay, the direction and the ε of a rule.
fn finished(
    ball: AdaptiveBall,
    settings: &Settings,
    epsilon: &Epsilon,
    dt: f64,
) -> Result<AdaptiveBall, Error> {
    let ball = match *epsilon {
        Epsilon::Outside(epsilon) => ball.with_epsilon(epsilon, 0.0),
        Epsilon::Inside(epsilon) => ball.with_epsilon(0.0, epsilon),
        Epsilon::Both { outside, inside } => ball.with_epsilon(outside, inside),
        Epsilon::BeforeCorrection(epsilon) => ball.with_epsilon_before_correction(epsilon),
    }?;
    let ball = match settings.weight_decay() {
        None => ball,
        Some(WeightDecay::Coupled(decay)) => ball.with_spring(*decay)?,
        Some(WeightDecay::Decoupled(decay)) => ball.with_pull(settings.alpha() * decay / dt)?,
    };
    Ok(ball.with_climbing(settings.is_maximizing()))
}

/// Settings at `factor` times the step, with α times `rate`: decoupled decay removes the part αλ, in proportion to the step.
fn settings(settings: &Settings, factor: f64, rate: f64) -> Result<Settings, Error> {
    let scaled = Settings::of(settings.alpha() * rate)?.with_maximize(settings.is_maximizing());
    match settings.weight_decay() {
        None => Ok(scaled),
        Some(WeightDecay::Coupled(decay)) => scaled.with_weight_decay(WeightDecay::Coupled(*decay)),
        Some(WeightDecay::Decoupled(decay)) => {
            scaled.with_weight_decay(WeightDecay::Decoupled(decay * factor / rate))
        }
    }
}

/// 1 − s(1 − β).
fn slower(beta: f64, factor: f64) -> f64 {
    1.0 - factor * (1.0 - beta)
}

/// (1 − β)/Δt.
fn forgotten(beta: f64, dt: f64) -> f64 {
    (1.0 - beta) / dt
}

fn check_step(dt: f64) -> Result<(), Error> {
    positive("dt", &dt, "")
}

fn check_factor(factor: f64) -> Result<(), Error> {
    positive("the factor of the step", &factor, "")
}

impl AdaptiveMapping for Adam {
    const NAME: &'static str = "Adam";

    fn to_adaptive_ball(&self, dt: f64) -> Result<AdaptiveBall, Error> {
        check_step(dt)?;
        let (first, second) = self.bias_correction();
        let inertia = Inertia::MomentumKept {
            drag: forgotten(*self.beta1(), dt),
            corrected: first,
        };
        let history = History::Average {
            forgetting: forgotten(*self.beta2(), dt),
            corrected: second,
            initial: 0.0,
        };
        let ball = AdaptiveBall::new(self.alpha() / dt, inertia, history)?;
        finished(ball, self.settings(), self.epsilon(), dt)
    }

    fn rescaled(&self, factor: f64) -> Result<Self, Error> {
        check_factor(factor)?;
        self.with_settings(settings(self.settings(), factor, factor)?)
            .with_betas(slower(*self.beta1(), factor), slower(*self.beta2(), factor))
    }

    fn masses<D: Dim>(&self, state: &AdaptiveState<f64, D>, dt: f64) -> OVector<f64, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        let (first, second) = self.weights(state.iteration);
        let over = first * dt / (1.0 - self.beta1()) / (self.alpha() / dt);
        let denominator = self.epsilon().denominator(second);
        state.second_moment.map(|v| over * denominator.of(v))
    }
}

impl Adam {
    /// The ball that the rule follows to order 2 if one iteration takes the time `dt`, read half a step late.
    ///
    /// It has a = 2(1 − β₁)/((1 + β₁)Δt), b = 2(1 − β₂)/((1 + β₂)Δt) and, with decoupled weight decay λ, η = α/((1 − αλ/2)Δt): the average of the
    /// gradients lags by half a step less than (1 − β₁)/Δt says. Its averages begin at −Δt/2, where x is x₀ − ½Δtẋ, derivation (84);
    /// [`Reference::effective_adaptive`](crate::study::Reference::effective_adaptive) starts it so. At least the second moment has to
    /// be corrected.
    ///
    /// # Errors
    /// The errors of [`AdaptiveMapping::to_adaptive_ball`]; [`MappingError::NoAdaptiveBall`] if αλ ≥ 2.
    ///
    /// ```
    /// use heavyball::adaptive_rules::Adam;
    /// use heavyball::particle::Inertia;
    /// let ball = Adam::new(0.001)?.effective_ball(0.1)?;
    /// assert!(matches!(ball.inertia(), Inertia::MomentumKept { drag, .. } if (drag - 2.0 / 1.9).abs() < 1e-14));
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn effective_ball(&self, dt: f64) -> Result<AdaptiveBall, Error> {
        check_step(dt)?;
        let removed = match self.settings().weight_decay() {
            Some(WeightDecay::Decoupled(decay)) => self.alpha() * decay,
            _ => 0.0,
        };
        let kept = 1.0 - 0.5 * removed;
        if kept <= 0.0 {
            return Err(Error::Mapping(MappingError::NoAdaptiveBall {
                rule: Self::NAME,
                reason: "the learning rate times the decoupled weight decay is 2 or more, which turns x over in each step; \
                         reduce either",
            }));
        }
        let (first, second) = self.bias_correction();
        let inertia = Inertia::MomentumKept {
            drag: 2.0 * forgotten(*self.beta1(), dt) / (1.0 + self.beta1()),
            corrected: first,
        };
        let history = History::Average {
            forgetting: 2.0 * forgotten(*self.beta2(), dt) / (1.0 + self.beta2()),
            corrected: second,
            initial: 0.0,
        };
        let ball = AdaptiveBall::new(self.alpha() / kept / dt, inertia, history)?;
        let ball = finished(ball, self.settings(), self.epsilon(), dt)?;
        ball.with_pull(removed / kept / dt)
    }
}

impl AdaptiveMapping for AmsGrad {
    const NAME: &'static str = "AMSGrad";

    fn to_adaptive_ball(&self, dt: f64) -> Result<AdaptiveBall, Error> {
        check_step(dt)?;
        let inertia = Inertia::MomentumKept {
            drag: forgotten(*self.beta1(), dt),
            corrected: self.is_first_corrected(),
        };
        let forgetting = forgotten(*self.beta2(), dt);
        let history = match self.maximum() {
            Maximum::AfterCorrection => History::LargestCorrected { forgetting },
            maximum => History::Largest {
                forgetting,
                corrected: maximum == Maximum::BeforeCorrection,
            },
        };
        let ball = AdaptiveBall::new(self.alpha() / dt, inertia, history)?;
        finished(ball, self.settings(), self.epsilon(), dt)
    }

    fn rescaled(&self, factor: f64) -> Result<Self, Error> {
        check_factor(factor)?;
        self.with_settings(settings(self.settings(), factor, factor)?)
            .with_betas(slower(*self.beta1(), factor), slower(*self.beta2(), factor))
    }

    fn masses<D: Dim>(&self, state: &AdaptiveState<f64, D>, dt: f64) -> OVector<f64, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        let (first, second) = self.weights(state.iteration);
        let over = first * dt / (1.0 - self.beta1()) / (self.alpha() / dt);
        let after = match self.maximum() {
            Maximum::AfterCorrection => 1.0,
            Maximum::BeforeCorrection | Maximum::Uncorrected => second,
        };
        let denominator = self.epsilon().denominator(after);
        state.auxiliary.map(|w| over * denominator.of(w))
    }
}

impl AdaptiveMapping for NAdam {
    const NAME: &'static str = "NAdam";

    fn to_adaptive_ball(&self, dt: f64) -> Result<AdaptiveBall, Error> {
        check_step(dt)?;
        let drag = forgotten(*self.beta1(), dt);
        let inertia = match self.momentum_decay() {
            None => Inertia::MomentumKept {
                drag,
                corrected: true,
            },
            Some(psi) => Inertia::Divided {
                drag,
                rate: -psi * 0.96_f64.ln() / dt,
            },
        };
        let history = History::Average {
            forgetting: forgotten(*self.beta2(), dt),
            corrected: true,
            initial: 0.0,
        };
        let ball = AdaptiveBall::new(self.alpha() / dt, inertia, history)?;
        finished(ball, self.settings(), self.epsilon(), dt)
    }

    fn rescaled(&self, factor: f64) -> Result<Self, Error> {
        check_factor(factor)?;
        let scaled = self
            .with_settings(settings(self.settings(), factor, factor)?)
            .with_betas(slower(*self.beta1(), factor), slower(*self.beta2(), factor))?;
        match self.momentum_decay() {
            None => Ok(scaled),
            Some(psi) => scaled.with_momentum_decay(psi * factor),
        }
    }

    /// Of the part μ of the force that has a mass.
    fn masses<D: Dim>(&self, state: &AdaptiveState<f64, D>, dt: f64) -> OVector<f64, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        let k = state.iteration;
        let ahead = 1.0 - state.decay_product * self.mu(k + 1);
        let over = ahead * dt / (1.0 - self.beta1()) / (self.mu(k + 1) * self.alpha() / dt);
        let denominator = self.epsilon().denominator(self.second_weight(k));
        state.second_moment.map(|v| over * denominator.of(v))
    }
}

impl AdaptiveMapping for RmsProp {
    const NAME: &'static str = "RMSprop";

    fn to_adaptive_ball(&self, dt: f64) -> Result<AdaptiveBall, Error> {
        check_step(dt)?;
        if self.is_centered() {
            return Err(Error::Mapping(MappingError::NoAdaptiveBall {
                rule: Self::NAME,
                reason: "centred, its mass would follow the variance of the gradients along the path, which is 0 at the \
                         start; take it with_centered(false)",
            }));
        }
        let momentum = *self.momentum();
        let (speed, inertia) = if momentum == 0.0 {
            (self.alpha() / dt, Inertia::Massless)
        } else {
            let drag = forgotten(momentum, dt);
            (
                self.alpha() / (1.0 - momentum) / dt,
                Inertia::VelocityKept { drag },
            )
        };
        let history = History::Average {
            forgetting: forgotten(*self.decay(), dt),
            corrected: self.bias_correction(),
            initial: *self.initial_second_moment_value(),
        };
        let ball = AdaptiveBall::new(speed, inertia, history)?;
        finished(ball, self.settings(), self.epsilon(), dt)
    }

    fn rescaled(&self, factor: f64) -> Result<Self, Error> {
        check_factor(factor)?;
        let momentum = *self.momentum();
        let has_mass = momentum != 0.0;
        let rate = if has_mass { factor * factor } else { factor };
        let scaled = self
            .with_settings(settings(self.settings(), factor, rate)?)
            .with_decay(slower(*self.decay(), factor))?;
        if has_mass {
            return scaled.with_momentum(slower(momentum, factor));
        }
        Ok(scaled)
    }

    fn masses<D: Dim>(&self, state: &AdaptiveState<f64, D>, dt: f64) -> OVector<f64, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        let over = if *self.momentum() == 0.0 {
            0.0
        } else {
            dt * dt / self.alpha()
        };
        let denominator = self.epsilon().denominator(self.weight(state.iteration));
        state.second_moment.map(|v| over * denominator.of(v))
    }
}

impl AdaptiveMapping for Adagrad {
    const NAME: &'static str = "Adagrad";

    fn to_adaptive_ball(&self, dt: f64) -> Result<AdaptiveBall, Error> {
        check_step(dt)?;
        let history = History::Sum {
            initial: self.initial_sum() * dt,
        };
        let ball = AdaptiveBall::new(self.alpha() / dt.sqrt(), Inertia::Massless, history)?;
        let ball = ball.with_slowing(self.rate_decay() / dt)?;
        finished(ball, self.settings(), &in_time(self.epsilon(), dt), dt)
    }

    fn rescaled(&self, factor: f64) -> Result<Self, Error> {
        check_factor(factor)?;
        let rate = factor.sqrt();
        self.with_settings(settings(self.settings(), factor, rate)?)
            .with_epsilon(in_time(self.epsilon(), 1.0 / factor))?
            .with_initial_sum(self.initial_sum() / factor)?
            .with_rate_decay(self.rate_decay() * factor)
    }

    fn masses<D: Dim>(&self, state: &AdaptiveState<f64, D>, _dt: f64) -> OVector<f64, D>
    where
        DefaultAllocator: Allocator<D>,
    {
        state.position.map(|_| 0.0)
    }
}

/// ε for a sum s = v/Δt in terms of v: √s + ε = (√v + ε√Δt)/√Δt.
fn in_time(epsilon: &Epsilon, dt: f64) -> Epsilon {
    let root = dt.sqrt();
    match *epsilon {
        Epsilon::Outside(epsilon) => Epsilon::Outside(epsilon * root),
        Epsilon::BeforeCorrection(epsilon) => Epsilon::BeforeCorrection(epsilon * root),
        Epsilon::Inside(epsilon) => Epsilon::Inside(epsilon * dt),
        Epsilon::Both { outside, inside } => Epsilon::Both {
            outside: outside * root,
            inside: inside * dt,
        },
    }
}
