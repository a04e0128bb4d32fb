//! Deformation: what a method's steps do to phase space, by the Jacobian J of their map in (x, v), v = Δt·p/m.
//!
//! The flow under drag is conformally symplectic: JᵀΩJ = e^(−γt/m)Ω, so that every volume shrinks by e^(−γtd/m). A method
//! that keeps this has JᵀΩJ = cΩ with one number c everywhere, derivation (28). Reference: R. McLachlan, M. Perlmutter,
//! *J. Geom. Phys.* 39 (2001) 276–300.

use crate::{Error, FixedStep, HeavyBall, Iterate, Number, Phase, Potential, UpdateRule};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OVector};
use num_dual::Dual64;

/// The Jacobian of some steps at one point, exact to rounding by dual numbers, and how far it is from conformally symplectic.
///
/// Cost: 2d runs on dual numbers in dimension d, each twice as dear as a plain one. In one dimension every map has
/// JᵀΩJ = det J·Ω: there a method gives itself away by a [`Self::factor`] that depends on the place.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::Deformation;
/// use nalgebra::vector;
/// use num_dual::Dual64;
///
/// let ball = HeavyBall::new(1.0, 0.5)?;
/// let phase = Phase::new(vector![0.8, -0.3], vector![0.1, 0.2]);
/// let dt = Dual64::from(0.1);
///
/// // Symplectic Euler shrinks all areas by β = 1 − γΔt/m = 0.95, explicit Euler none evenly.
/// let symplectic = Deformation::of_steps(&SymplecticEuler::of(dt)?, &ball, &DoubleWell, &phase, 1)?;
/// assert!((symplectic.factor() - 0.95).abs() < 1e-14 && symplectic.defect() < 1e-14);
/// assert!((symplectic.volume() - 0.95_f64.powi(2)).abs() < 1e-14);
/// let explicit = Deformation::of_steps(&ExplicitEuler::of(dt)?, &ball, &DoubleWell, &phase, 1)?;
/// assert!(explicit.defect() > 1e-3);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Deformation {
    jacobian: DMatrix<f64>,
    factor: f64,
    defect: f64,
}

/// Position and second component, v, on dual numbers.
type Pair<D> = (OVector<Dual64, D>, OVector<Dual64, D>);

impl Deformation {
    /// Of `steps` steps of `method` for `ball` on `potential`, from `phase`.
    ///
    /// # Errors
    /// Those of [`FixedStep::phases`] and of the run; [`Error::JacobianNotFinite`] if only a derivative overflows.
    pub fn of_steps<M, P, D>(
        method: &M,
        ball: &HeavyBall,
        potential: &P,
        phase: &Phase<f64, D>,
        steps: usize,
    ) -> Result<Self, Error>
    where
        M: FixedStep<Dual64>,
        P: Potential<Dual64, D> + ?Sized,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        let per_time = Dual64::from(ball.mass) / method.dt();
        let ball = HeavyBall::of(Dual64::from(ball.mass), Dual64::from(ball.drag))?;
        let displacement = phase.momentum.map(|p| p / per_time.re);
        let map = |(position, v): Pair<D>| {
            let start = Phase::new(position, v.map(|v| v * per_time));
            let end = method.phases(&ball, potential, start)?.after(steps)?;
            Ok((end.position, end.momentum.map(|p| p / per_time)))
        };
        Self::of_map(map, (&phase.position, &displacement))
    }

    /// Of `updates` updates of `rule` on `potential`, from `iterate`.
    ///
    /// # Errors
    /// Those of the run; [`Error::JacobianNotFinite`] if only a derivative overflows.
    pub fn of_updates<R, P, D>(
        rule: &R,
        potential: &P,
        iterate: &Iterate<f64, D>,
        updates: usize,
    ) -> Result<Self, Error>
    where
        R: UpdateRule<Dual64> + Clone,
        P: Potential<Dual64, D> + ?Sized,
        D: Dim,
        DefaultAllocator: Allocator<D>,
    {
        let map = |(position, v): Pair<D>| {
            let iterates = rule.iterates(potential, position).with_velocity(v);
            let end = iterates.after(updates)?;
            Ok((end.position, end.velocity))
        };
        Self::of_map(map, (&iterate.position, &iterate.velocity))
    }

    /// A column for each component of (x, v).
    fn of_map<D: Dim>(
        map: impl Fn(Pair<D>) -> Result<Pair<D>, Error>,
        (position, displacement): (&OVector<f64, D>, &OVector<f64, D>),
    ) -> Result<Self, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let dimension = position.len();
        if dimension == 0 {
            let name = "start position";
            return Err(Error::Empty { name });
        }
        let mut entries = Vec::with_capacity(4 * dimension * dimension);
        for column in 0..2 * dimension {
            let seeded = |offset: usize, vector: &OVector<f64, D>| {
                vector.map_with_location(|row, _, value| {
                    Dual64::new(value, if row + offset == column { 1.0 } else { 0.0 })
                })
            };
            let (x, v) = map((seeded(0, position), seeded(dimension, displacement)))?;
            entries.extend(x.iter().chain(v.iter()).map(|entry| entry.eps));
        }
        if let Some(entry) = entries.iter().find(|entry| !entry.is_finite()) {
            let entry = *entry;
            return Err(Error::JacobianNotFinite { entry });
        }
        let jacobian = DMatrix::from_vec(2 * dimension, 2 * dimension, entries);
        let omega = DMatrix::from_fn(2 * dimension, 2 * dimension, |row, column| {
            if row + dimension == column {
                1.0
            } else if column + dimension == row {
                -1.0
            } else {
                0.0
            }
        });
        let form = jacobian.transpose() * &omega * &jacobian;
        let factor = form.dot(&omega) / (2 * dimension) as f64;
        let miss = (form - omega * factor).amax();
        let defect = miss / jacobian.amax().powi(2).max(1.0);
        Ok(Self {
            jacobian,
            factor,
            defect,
        })
    }

    /// J, of size 2d: the derivatives of (x, v) after the steps by (x, v) before them.
    pub fn jacobian(&self) -> &DMatrix<f64> {
        &self.jacobian
    }

    /// The c for which cΩ is nearest to JᵀΩJ; β for one update of momentum.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The largest entry of JᵀΩJ − cΩ, relative to the products it is made of: rounding for a conformally symplectic method.
    pub fn defect(&self) -> f64 {
        self.defect
    }

    /// det J, the factor by which a small phase volume has changed.
    pub fn volume(&self) -> f64 {
        self.jacobian.determinant()
    }
}
