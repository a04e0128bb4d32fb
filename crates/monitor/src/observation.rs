//! Observation: the ball at one iteration.

/// The ball at one iteration, before its step.
///
/// With v = xₖ − xₖ₋₁ and N parameters. What needs v is `None` unless the iteration before was recorded too. Energies and
/// temperatures have the unit of the loss, and no gauge changes them. Times and drag are those of the effective particle of
/// mass 1, whose step is Δt = √(2α/(1 + β)): derivation (23). Where the rate changes, v and the kinetic energy belong to the
/// rule of the step that led here.
///
/// With a sample of coordinates, sums over them are scaled to all; only those are checked for NaN.
///
/// ```
/// use heavyball::Momentum;
/// use heavyball_monitor::Monitor;
///
/// // f = ½x² from 2, at α = ½ and β = 0: the first step leads to 1.
/// let rule = Momentum::new(0.5, 0.0)?;
/// let mut monitor = Monitor::new();
/// monitor.record(0, 2.0, rule, &[&[2.0]], &[&[2.0]])?;
/// let seen = monitor.record(1, 0.5, rule, &[&[1.0]], &[&[1.0]])?;
/// assert_eq!((seen.kinetic_energy, seen.energy()), (Some(0.5), Some(1.0))); // (1 + β)|v|²/4α
/// assert_eq!((seen.alpha_lambda, seen.edge, seen.is_over_edge()), (Some(0.5), 2.0, false));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Observation {
    /// The iteration k.
    pub iteration: usize,
    /// The loss, which is the potential energy.
    pub loss: f64,
    /// Learning rate α of the step to come.
    pub alpha: f64,
    /// Decay β of the step to come.
    pub beta: f64,
    /// The time of the particle since the first iteration, ΣΔt. Iterations left out count with the rule before them.
    pub time: f64,
    /// The time of gradient flow, ẋ = −∇f, since the first iteration, Σα/(1 − β); `None` after a step at β = 1.
    pub flow_time: Option<f64>,
    /// The drag γ = (1 − β)√(2/α(1 + β)): the velocity decays within 1/γ.
    pub drag: f64,
    /// The norm of the gradient.
    pub gradient_norm: f64,
    /// The length |v| of the last step.
    pub speed: Option<f64>,
    /// The kinetic energy ½m|ẋ|² = (1 + β)|v|²/4α of the effective particle.
    pub kinetic_energy: Option<f64>,
    /// That of the ball of explicit drag, of mass Δt²/α: |v|²/2α.
    pub explicit_kinetic_energy: Option<f64>,
    /// The curvature along the motion by the secant, (gₖ − gₖ₋₁)·v/|v|²; after half batches without the share of the noise,
    /// see [`Monitor::record_halves`](crate::Monitor::record_halves).
    ///
    /// On a quadratic it lies between the smallest curvature and the largest: the largest may lie above it.
    pub curvature: Option<f64>,
    /// αλ of this curvature and the rate to come.
    pub alpha_lambda: Option<f64>,
    /// The largest stable αλ of the rule: 2(1 + β), for Nesterov's rule 2(1 + β)/(1 + 2β) from β = 0. Derivation (49).
    pub edge: f64,
    /// The temperature T = ασ²/2(1 − β) of the noise, from two half batches, σ² being the mean over the parameters:
    /// derivation (89). `None` without half batches, and at β = 1.
    pub temperature: Option<f64>,
    /// What the motion itself shows as a temperature, 2/N of the kinetic energy. It is T where nothing but noise moves the
    /// ball, derivation (91), and more where the ball still falls.
    pub kinetic_temperature: Option<f64>,
    /// What drag has taken since the first step, Σ(1 − β)|vc|²/α with vc = (vₖ + vₖ₊₁)/2, over the steps whose vₖ is known.
    /// `None` for Nesterov's rule.
    pub dissipated: Option<f64>,
    /// The work of the gradients seen, −Σgₖ·vc. At constant α and β the kinetic energy has grown by exactly `work` −
    /// `dissipated`; without noise and for small steps `work` is what the loss has fallen by. `None` for Nesterov's rule.
    pub work: Option<f64>,
    /// How far |v| is from that of the rule, |vₖ|/|βvₖ₋₁ − αgₖ₋₁| − 1, at constant α and β; 0 up to rounding unless the loop
    /// clips, decays its weights outside the gradient, or follows another convention than said. `None` where
    /// βvₖ₋₁ and αgₖ₋₁ cancel to 10⁻⁵ of their size, as at a turning point in one dimension.
    pub mismatch: Option<f64>,
}

impl Observation {
    /// The energy, kinetic energy plus loss.
    pub fn energy(&self) -> Option<f64> {
        Some(self.loss + self.kinetic_energy?)
    }

    pub(crate) fn is_finite(&self) -> bool {
        let always = [self.time, self.drag, self.gradient_norm, self.edge];
        let sometimes = [
            self.flow_time,
            self.speed,
            self.kinetic_energy,
            self.explicit_kinetic_energy,
            self.energy(),
            self.curvature,
            self.alpha_lambda,
            self.temperature,
            self.kinetic_temperature,
            self.dissipated,
            self.work,
            self.mismatch,
        ];
        let sometimes = sometimes.into_iter().flatten();
        always.into_iter().chain(sometimes).all(f64::is_finite)
    }

    /// Whether αλ along the motion is above the edge; `false` without a curvature.
    ///
    /// Then some curvature is beyond the edge, if the loss is quadratic there and the gradient has no noise. The converse
    /// does not hold: the ball need not move along the stiffest direction.
    pub fn is_over_edge(&self) -> bool {
        self.alpha_lambda.is_some_and(|q| q > self.edge)
    }
}
