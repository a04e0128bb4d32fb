//! Coefficients: α and β of a rule, from which its kinetic energy follows.

use heavyball::frameworks::SutskeverForm;
use heavyball::matrices::MatrixForm;
use heavyball::optimizers::OptimizedGradient;
use heavyball::{
    Accelerated, GradientDescent, Momentum, Nesterov, PreconditionedMomentum, Schedule,
    ScheduledMomentum, ScheduledNesterov, TwoStepMomentum, UpdateRule,
};

/// The learning rate and the decay of a rule, for what observers are told.
///
/// With α the kinetic energy of an iterate is |v|²/(2α): that is ½m|ẋ|² with v = Δt·ẋ and α = Δt²/m, for every step and mass.
/// Implement it for a rule of your own; the default knows neither.
///
/// ```
/// use heavyball::Momentum;
/// use heavyball_argmin::Coefficients;
/// assert_eq!(Momentum::new(0.1, 0.9)?.alpha_at(0), Some(0.1));
/// # Ok::<(), heavyball::Error>(())
/// ```
pub trait Coefficients: UpdateRule<f64> + Clone {
    /// The learning rate α of the update from iterate `k` to `k + 1`.
    fn alpha_at(&self, k: usize) -> Option<f64> {
        let _ = k;
        None
    }

    /// The decay β of that update.
    fn beta_at(&self, k: usize) -> Option<f64> {
        let _ = k;
        None
    }
}

impl Coefficients for GradientDescent {
    fn alpha_at(&self, _k: usize) -> Option<f64> {
        Some(self.alpha)
    }

    fn beta_at(&self, _k: usize) -> Option<f64> {
        Some(0.0)
    }
}

macro_rules! constant {
    ($($rule:ty),+) => {$(
        impl Coefficients for $rule {
            fn alpha_at(&self, _k: usize) -> Option<f64> {
                Some(self.alpha)
            }

            fn beta_at(&self, _k: usize) -> Option<f64> {
                Some(self.beta)
            }
        }
    )+};
}

constant!(Momentum, Nesterov, Accelerated, TwoStepMomentum);

macro_rules! scheduled {
    ($($rule:ident),+) => {$(
        impl<A: Schedule + Clone, B: Schedule + Clone> Coefficients for $rule<A, B> {
            fn alpha_at(&self, k: usize) -> Option<f64> {
                Some(self.alpha.at(k))
            }

            fn beta_at(&self, k: usize) -> Option<f64> {
                Some(self.beta.at(k))
            }
        }
    )+};
}

scheduled!(ScheduledMomentum, ScheduledNesterov);

impl Coefficients for SutskeverForm {
    fn alpha_at(&self, _k: usize) -> Option<f64> {
        Some(*self.alpha())
    }

    fn beta_at(&self, _k: usize) -> Option<f64> {
        Some(*self.beta())
    }
}

impl Coefficients for OptimizedGradient {}

impl<A: MatrixForm<f64>> Coefficients for PreconditionedMomentum<A> where
    Self: UpdateRule<f64> + Clone
{
}
