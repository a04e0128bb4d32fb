//! Integrator: every method of this crate that solves a problem, as a list.

use super::{Family, Parameter};
use crate::Error;
use crate::fixed_steps::{
    CentralLeapfrog, Composition, ConformalEuler, DriftKickEuler, ExplicitEuler, Leapfrog,
    SymplecticEuler,
};
use crate::motion::{Method, Problem, Trajectory, Watch};
use crate::ode::{Dop853, Rk45};
use crate::potentials::Potential;
use crate::study::IntegratorScheme;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum};
use std::fmt;

/// A method of this crate as a [`Family`]: a fixed step by Δt, an adaptive method by a tolerance that is
/// relative and absolute at once.
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
    /// [`Composition::yoshida4`] over [`Leapfrog`], three gradients a step.
    Yoshida4,
    /// [`Composition::suzuki4`] over [`Leapfrog`], five gradients a step.
    Suzuki4,
    /// [`Composition::yoshida6`] over [`Leapfrog`], seven gradients a step.
    Yoshida6,
    /// [`Composition::yoshida8`] over [`Leapfrog`], fifteen gradients a step.
    Yoshida8,
    /// [`Rk45`].
    Rk45,
    /// [`Dop853`] without dense output, whose gradients serve no step.
    Dop853,
}

impl Integrator {
    /// Every method: the fixed steps by order, then the adaptive methods.
    pub const ALL: [Self; 12] = [
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
        Self::Rk45,
        Self::Dop853,
    ];

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
    pub const ADAPTIVE: [Self; 2] = [Self::Rk45, Self::Dop853];
}

/// The same expression for the family of each method of fixed step; `Rk45` and `Dop853` have their own.
macro_rules! in_each {
    ($integrator:expr, $family:ident => $fixed:expr, Rk45 => $rk45:expr, Dop853 => $dop853:expr) => {
        in_each!(@ $integrator, $family => $fixed, $rk45, $dop853,
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
        )
    };
    (@ $integrator:expr, $family:ident => $fixed:expr, $rk45:expr, $dop853:expr,
        $($name:ident: $method:expr,)*) => {
        match $integrator {
            $(Integrator::$name => {
                let $family = IntegratorScheme($method);
                $fixed
            })*
            Integrator::Rk45 => $rk45,
            Integrator::Dop853 => $dop853,
        }
    };
}

impl Family for Integrator {
    fn name(&self) -> String {
        in_each!(self, family => family.name(), Rk45 => "Rk45".to_owned(), Dop853 => "Dop853".to_owned())
    }

    fn parameter(&self) -> Result<Parameter, Error> {
        let tolerance = Ok(Parameter::Tolerance);
        in_each!(self, family => family.parameter(), Rk45 => tolerance, Dop853 => tolerance)
    }

    fn solve<P, D>(
        &self,
        problem: &Problem<P, D>,
        parameter: f64,
        watch: Option<Watch<'_, D>>,
    ) -> Result<Trajectory<D>, Error>
    where
        P: Potential<f64, D>,
        D: DimAdd<D>,
        DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    {
        in_each!(self,
            family => family.solve(problem, parameter, watch),
            Rk45 => Rk45::new(parameter, parameter).solve(problem, watch),
            Dop853 => {
                let method = Dop853::new(parameter, parameter).without_dense_output();
                method.solve(problem, watch)
            }
        )
    }
}

impl fmt::Display for Integrator {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.pad(&self.name())
    }
}
