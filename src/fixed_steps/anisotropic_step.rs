//! AnisotropicStep: a fixed step of a ball with a mass for each direction, from the steps of its modes.
//!
//! A substep is x ← x + W₁p, p ← Ep − K∇f(x), x ← x + W₂p. Along each direction its coefficients are those of the method for
//! the mode's ball, so W = S diag(τ) Sᵀ, E = S⁻ᵀ diag(η) Sᵀ, K = S⁻ᵀ diag(κ) Sᵀ; exact damping is the exponential of −ΔtΓM⁻¹.

use crate::fixed_steps::{
    CompositionStep, DriftKick, DriftKickDrift, FixedStep, KickDrift, Phases, Step, check_step,
};
use crate::matrices::{MatrixForm, refuse_dimension};
use crate::particle::{Acting, AnisotropicBall, Directions, Phase};
use crate::potentials::{Potential, gradient_at};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// The coefficients of a substep x ← x + τ₁p, p ← ηp − κ∇f(x), x ← x + τ₂p.
#[derive(Debug, Clone, PartialEq)]
pub struct Substep<T> {
    /// τ₁, if there is a drift before the kick.
    pub drift_before: Option<T>,
    /// η.
    pub damping: T,
    /// κ.
    pub kick: T,
    /// τ₂, if there is a drift behind the kick.
    pub drift_after: Option<T>,
}

/// A step that consists of drifts and damped kicks, as all but explicit Euler's do.
///
/// Methods with such a step also take balls with a mass for each direction, [`AnisotropicBall::phases`].
pub trait SplitStep<T: Number>: Step<T> {
    /// Its substeps, in order.
    fn substeps(&self) -> Vec<Substep<T>>;
}

impl<T: Number> SplitStep<T> for KickDrift<T> {
    fn substeps(&self) -> Vec<Substep<T>> {
        vec![Substep {
            drift_before: None,
            damping: self.damping.clone(),
            kick: self.dt.clone(),
            drift_after: Some(self.time_per_mass.clone()),
        }]
    }
}

impl<T: Number> SplitStep<T> for DriftKick<T> {
    fn substeps(&self) -> Vec<Substep<T>> {
        vec![Substep {
            drift_before: Some(self.time_per_mass.clone()),
            damping: self.damping.clone(),
            kick: self.dt.clone(),
            drift_after: None,
        }]
    }
}

impl<T: Number> SplitStep<T> for DriftKickDrift<T> {
    fn substeps(&self) -> Vec<Substep<T>> {
        vec![Substep {
            drift_before: Some(self.half_time_per_mass.clone()),
            damping: self.damping.clone(),
            kick: self.kick.clone(),
            drift_after: Some(self.half_time_per_mass.clone()),
        }]
    }
}

impl<T: Number, S: SplitStep<T>> SplitStep<T> for CompositionStep<S> {
    fn substeps(&self) -> Vec<Substep<T>> {
        self.substeps.iter().flat_map(S::substeps).collect()
    }
}

/// The step map of an [`AnisotropicBall`], made by [`AnisotropicBall::step_for`].
#[derive(Debug, Clone, PartialEq)]
pub struct AnisotropicStep<A> {
    substeps: Vec<Substep<A>>,
}

impl<T: Number, A: MatrixForm<T>> Step<T> for AnisotropicStep<A> {
    #[inline(always)]
    fn advance<D, P>(&self, potential: &P, phase: &mut Phase<T, D>, gradient: &mut OVector<T, D>)
    where
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        for substep in &self.substeps {
            let Phase { position, momentum } = &mut *phase;
            if momentum.len() != substep.damping.dimension() {
                refuse_dimension(momentum);
                return;
            }
            if let Some(drift) = &substep.drift_before {
                drift.add_product(momentum.as_slice(), position.as_mut_slice());
            }
            // Damped before the gradient comes, whose place serves as scratch.
            let damping = &substep.damping;
            damping.replace_by_product(momentum.as_mut_slice(), gradient.as_mut_slice());
            gradient_at(potential, position, gradient);
            substep
                .kick
                .subtract_product(gradient.as_slice(), momentum.as_mut_slice());
            if let Some(drift) = &substep.drift_after {
                drift.add_product(momentum.as_slice(), position.as_mut_slice());
            }
        }
    }
}

/// The run of an [`AnisotropicBall`] with directions `F`, made by [`AnisotropicBall::phases`].
pub type AnisotropicPhases<'p, F, P, T, D> =
    Phases<'p, AnisotropicStep<<F as Directions<T>>::Matrix>, P, T, D>;

impl<F> AnisotropicBall<F> {
    /// The step map of `method` for a step `dt`, which may be negative, and for phases of the dimension of the mass; the
    /// momentum of any other becomes NaN.
    ///
    /// # Errors
    /// The errors of [`FixedStep::step_for`] for each mode.
    pub fn step_for<T, M>(
        &self,
        method: &M,
        dt: &T,
    ) -> Result<AnisotropicStep<<F as Directions<T>>::Matrix>, Error>
    where
        T: Number,
        F: Directions<T>,
        M: FixedStep<T>,
        M::Step: SplitStep<T>,
    {
        let step = |mode| Ok(method.step_for(mode, dt.clone())?.substeps());
        let steps: Vec<Vec<Substep<T>>> = self
            .modes()
            .iter()
            .map(step)
            .collect::<Result<_, Error>>()?;
        let count = steps.first().map_or(0, Vec::len);
        let matrix = |number: usize, acting, name, part: fn(&Substep<T>) -> Option<T>| {
            let coefficients = steps.iter().filter_map(|step| part(step.get(number)?));
            let coefficients: Vec<T> = coefficients.collect();
            // Every mode has the drift, or none.
            if coefficients.is_empty() {
                return Ok(None);
            }
            self.directions()
                .matrix(acting, name, coefficients)
                .map(Some)
        };
        let needed = |matrix: Option<F::Matrix>| matrix.unwrap_or_else(|| self.mass().clone());
        let (drift, momenta) = (Acting::FromForces, Acting::OnMomenta);
        let substeps = (0..count).map(|i| {
            let damping = matrix(i, momenta, "damping of a step", |s| Some(s.damping.clone()))?;
            let kick = matrix(i, momenta, "kick of a step", |s| Some(s.kick.clone()))?;
            Ok(Substep {
                drift_before: matrix(i, drift, "drift of a step", |s| s.drift_before.clone())?,
                damping: needed(damping),
                kick: needed(kick),
                drift_after: matrix(i, drift, "drift of a step", |s| s.drift_after.clone())?,
            })
        });
        Ok(AnisotropicStep {
            substeps: substeps.collect::<Result<_, Error>>()?,
        })
    }

    /// An iterator over the phases on `potential` at times 0, Δt, 2Δt, … by a fixed step: see [`Phases`].
    ///
    /// Order, symmetry and cost in gradients are those of the method. A step allocates nothing.
    ///
    /// # Errors
    /// The errors of [`FixedStep::phases`]; [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch)
    /// for a start of another dimension than the mass.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::AnisotropicBall;
    /// use nalgebra::{matrix, vector};
    ///
    /// let ball = AnisotropicBall::full(matrix![2.0, 1.0; 1.0, 3.0], matrix![0.4, 0.1; 0.1, 0.6])?;
    /// let start = Phase::at_rest(vector![-1.5, 1.0]);
    /// let end = ball.phases(&Leapfrog::new(0.05)?, &DoubleWell, start)?.after(4000)?;
    /// assert!((end.position.x.abs() - 1.0).abs() < 1e-6 && end.position.y.abs() < 1e-6);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn phases<'p, T, M, D, P>(
        &self,
        method: &M,
        potential: &'p P,
        start: Phase<T, D>,
    ) -> Result<AnisotropicPhases<'p, F, P, T, D>, Error>
    where
        T: Number,
        F: Directions<T>,
        M: FixedStep<T>,
        M::Step: SplitStep<T>,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        self.check_phase(potential, &start)?;
        let dt = method.dt();
        for mode in self.modes() {
            check_step(mode, &dt)?;
        }
        let step = self.step_for(method, &dt)?;
        Ok(Phases::new(step, potential, start, 0.0, dt.to_f64()))
    }
}
