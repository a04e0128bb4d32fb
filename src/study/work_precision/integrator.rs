//! Integrator: the list of the methods of this crate that solve a problem.

use super::{Family, Parameter};
use crate::Error;
use crate::adaptive_steps::{Adaptive, Nystrom8, Nystrom12};
use crate::fixed_steps::{
    CentralLeapfrog, Composition, ConformalEuler, DriftKickEuler, ExplicitEuler, Leapfrog,
    SymplecticEuler,
};
use crate::motion::{Problem, Trajectory};
use crate::ode::{Dop853, Rk45};
use crate::potentials::Potential;
use crate::study::IntegratorScheme;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum, Owned};
use std::fmt;

/// A method of this crate as a [`Family`]: its parameter is Δt for a fixed step, and for an adaptive method a
/// tolerance, both relative and absolute.
///
/// ```
/// use heavyball::study::work_precision::{Family, Integrator, Parameter};
///
/// let parameter = Integrator::Yoshida6.parameter()?;
/// assert_eq!(parameter, Parameter::Step { order: 6, gradients: 7 });
/// assert_eq!(Integrator::Rk45.parameter()?, Parameter::Tolerance);
/// assert_eq!(Integrator::ALL.len(), Integrator::FIXED_STEP.len() + Integrator::ADAPTIVE.len());
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Integrator {
    /// [`ExplicitEuler`], order 1.
    ExplicitEuler,
    /// [`SymplecticEuler`], order 1.
    SymplecticEuler,
    /// [`DriftKickEuler`], order 1.
    DriftKickEuler,
    /// [`ConformalEuler`], order 1.
    ConformalEuler,
    /// [`Leapfrog`], order 2.
    Leapfrog,
    /// [`CentralLeapfrog`], order 2.
    CentralLeapfrog,
    /// [`Composition::yoshida4`] of [`Leapfrog`], three gradients per step.
    Yoshida4,
    /// [`Composition::suzuki4`] of [`Leapfrog`], five gradients per step.
    Suzuki4,
    /// [`Composition::yoshida6`] of [`Leapfrog`], seven gradients per step.
    Yoshida6,
    /// [`Composition::yoshida8`] of [`Leapfrog`], fifteen gradients per step.
    Yoshida8,
    /// [`Rk45`].
    Rk45,
    /// [`Dop853`] without dense output, whose gradients no step needs.
    Dop853,
    /// [`Nystrom8`] without dense output.
    Nystrom8,
    /// [`Nystrom12`] without dense output.
    Nystrom12,
    /// [`Adaptive`] without dense output.
    Adaptive,
}

impl Integrator {
    /// The methods of fixed step.
    pub const FIXED_STEP: [Self; 10] = [
        Self::ExplicitEuler,
        Self::SymplecticEuler,
        Self::DriftKickEuler,
        Self::ConformalEuler,
        Self::Leapfrog,
        Self::CentralLeapfrog,
        Self::Yoshida4,
        Self::Suzuki4,
        Self::Yoshida6,
        Self::Yoshida8,
    ];

    /// The adaptive methods.
    pub const ADAPTIVE: [Self; 5] = [
        Self::Rk45,
        Self::Dop853,
        Self::Nystrom8,
        Self::Nystrom12,
        Self::Adaptive,
    ];

    /// Every method: the fixed steps by order, then the adaptive methods.
    pub const ALL: [Self; 15] = {
        let [a, b, c, d, e, f, g, h, i, j] = Self::FIXED_STEP;
        let [k, l, m, n, o] = Self::ADAPTIVE;
        [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o]
    };
}

/// The same expression for the family of each method of fixed step, and another for each adaptive method.
macro_rules! in_each {
    ($integrator:expr, $family:ident => $fixed:expr, $method:ident => $adaptive:expr) => {
        in_each!(@ $integrator, $family => $fixed, $method => $adaptive,
            {
                ExplicitEuler: ExplicitEuler::new,
                SymplecticEuler: SymplecticEuler::new,
                DriftKickEuler: DriftKickEuler::new,
                ConformalEuler: ConformalEuler::new,
                Leapfrog: Leapfrog::new,
                CentralLeapfrog: CentralLeapfrog::new,
                Yoshida4: |dt| Composition::yoshida4(Leapfrog::new(dt)?),
                Suzuki4: |dt| Composition::suzuki4(Leapfrog::new(dt)?),
                Yoshida6: |dt| Composition::yoshida6(Leapfrog::new(dt)?),
                Yoshida8: |dt| Composition::yoshida8(Leapfrog::new(dt)?),
            }
            {
                Rk45: |t| Rk45::new(t, t),
                Dop853: |t| Dop853::new(t, t).without_dense_output(),
                Nystrom8: |t| Nystrom8::new(t, t).without_dense_output(),
                Nystrom12: |t| Nystrom12::new(t, t).without_dense_output(),
                Adaptive: |t| Adaptive::new(t, t).without_dense_output(),
            }
        )
    };
    (@ $integrator:expr, $family:ident => $fixed:expr, $method:ident => $adaptive:expr,
        { $($step:ident: $stepping:expr,)* } { $($name:ident: $made:expr,)* }) => {
        match $integrator {
            $(Integrator::$step => {
                let $family = IntegratorScheme($stepping);
                $fixed
            })*
            $(Integrator::$name => {
                let $method = $made;
                $adaptive
            })*
        }
    };
}

impl Family for Integrator {
    fn name(&self) -> String {
        // An adaptive method is named as its variant.
        in_each!(self, family => family.name(), _method => format!("{self:?}"))
    }

    fn parameter(&self) -> Result<Parameter, Error> {
        in_each!(self, family => family.parameter(), _method => Ok(Parameter::Tolerance))
    }

    fn solve<P, D>(&self, problem: &Problem<P, D>, parameter: f64) -> Result<Trajectory<D>, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
        Owned<f64, D>: Send + Sync,
        Owned<f64, DimSum<D, D>>: Send + Sync,
    {
        in_each!(self,
            family => family.solve(problem, parameter),
            method => problem.solve(&method(parameter)))
    }
}

impl fmt::Display for Integrator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.name())
    }
}
