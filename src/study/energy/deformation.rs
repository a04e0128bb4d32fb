//! Deformation: how the steps of a method deform phase space, by the Jacobian J of their map in (x, v), v = Δt·p/m.
//!
//! The flow under drag is conformally symplectic: JᵀΩJ = e^(−γt/m)Ω, so that every volume shrinks by e^(−γtd/m). A
//! method that preserves this has JᵀΩJ = cΩ with one number c everywhere, derivation (28). Reference: R. McLachlan, M.
//! Perlmutter, *J. Geom. Phys.* 39 (2001) 276–300.

use crate::check::check_room;
use crate::fixed_steps::FixedStep;
use crate::optimizers::{Iterate, UpdateRule, Workspace};
use crate::particle::{HeavyBall, Phase};
use crate::potentials::Potential;
use crate::study::StudyError;
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OVector};
use num_dual::Dual64;

/// The Jacobian of several steps at one point, by dual numbers exact to rounding, and its distance from conformally
/// symplectic.
///
/// Each step is differentiated separately, so that factor, defect and volume stay accurate along a run whose J has lost
/// its digits. Cost: 2d + 1 runs on dual numbers in dimension d, each about twice the cost of a plain run. In one
/// dimension every map has JᵀΩJ = det J·Ω: there a method that is not conformally symplectic shows in a
/// [`Self::factor`] that depends on the position.
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
    volume: f64,
}

/// Position and displacement v on dual numbers.
type Pair<D> = (OVector<Dual64, D>, OVector<Dual64, D>);

/// det J, of columns that may be as small as the smallest numbers.
fn determinant(jacobian: &DMatrix<f64>) -> f64 {
    let sizes: Vec<f64> = jacobian.column_iter().map(|column| column.amax()).collect();
    if sizes.contains(&0.0) {
        return 0.0;
    }
    let mut unit = jacobian.clone();
    for (mut column, size) in unit.column_iter_mut().zip(&sizes) {
        column /= *size;
    }
    sizes
        .iter()
        .fold(unit.determinant(), |product, size| product * size)
}

impl Deformation {
    /// The deformation by `steps` steps of `method` for `ball` on `potential`, from `phase`.
    ///
    /// # Errors
    /// Those of [`FixedStep::phases`] and of the run; [`StudyError::JacobianNotFinite`] if only a derivative overflows.
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
        // Run once as a whole, so that a failing run reports its own error.
        let start = Phase::new(
            phase.position.map(Dual64::from),
            phase.momentum.map(Dual64::from),
        );
        method.phases(&ball, potential, start)?.after(steps)?;
        let map = |_, (position, v): Pair<D>| {
            let start = Phase::new(position, v.map(|v| v * per_time));
            let end = method.phases(&ball, potential, start)?.after(1)?;
            Ok((end.position, end.momentum.map(|p| p / per_time)))
        };
        Self::of_maps(map, (phase.position.clone(), displacement), steps)
    }

    /// The deformation by `updates` updates of `rule` on `potential`, from `iterate`.
    ///
    /// # Errors
    /// Those of the run; [`StudyError::JacobianNotFinite`] if only a derivative overflows.
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
        let (position, velocity) = (&iterate.position, &iterate.velocity);
        rule.iterates(potential, position.map(Dual64::from))
            .with_velocity(velocity.map(Dual64::from))
            .after(updates)?;
        let map = |k, (position, velocity): Pair<D>| {
            let mut workspace = Workspace {
                gradient: position.clone(),
                look_ahead: position.clone(),
            };
            let mut iterate = Iterate { position, velocity };
            rule.update(k, potential, &mut iterate, &mut workspace);
            Ok((iterate.position, iterate.velocity))
        };
        Self::of_maps(map, (position.clone(), velocity.clone()), updates)
    }

    /// The composition of `count` maps, each differentiated where the previous one ended: the product of many Jacobians
    /// would lose its small factors.
    fn of_maps<D: Dim>(
        map: impl Fn(usize, Pair<D>) -> Result<Pair<D>, Error>,
        (mut position, mut displacement): (OVector<f64, D>, OVector<f64, D>),
        count: usize,
    ) -> Result<Self, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let size = 2 * position.len();
        // The Jacobian of a step and of the run, Ω, and two products.
        check_room("Jacobian", 6.0 * (size as f64).powi(2))?;
        let omega = DMatrix::from_fn(size, size, |row, column| {
            if row + size / 2 == column {
                1.0
            } else if column + size / 2 == row {
                -1.0
            } else {
                0.0
            }
        });
        let mut whole = Self {
            jacobian: DMatrix::identity(size, size),
            factor: 1.0,
            defect: 0.0,
            volume: 1.0,
        };
        for k in 0..count {
            let mut entries = Vec::with_capacity(size * size);
            let mut end = None;
            // A column for each component of (x, v).
            for column in 0..size {
                let seeded = |offset: usize, vector: &OVector<f64, D>| {
                    vector.map_with_location(|row, _, value| {
                        Dual64::new(value, if row + offset == column { 1.0 } else { 0.0 })
                    })
                };
                let start = (seeded(0, &position), seeded(size / 2, &displacement));
                let (x, v) = map(k, start)?;
                entries.extend(x.iter().chain(v.iter()).map(|entry| entry.eps));
                end = Some((x.map(|entry| entry.re), v.map(|entry| entry.re)));
            }
            let jacobian = DMatrix::from_vec(size, size, entries);
            // Of entries near 1, since their products may overflow.
            let largest = jacobian.amax();
            let unit = if largest > 0.0 {
                &jacobian / largest
            } else {
                jacobian.clone()
            };
            let form = unit.transpose() * &omega * &unit;
            let factor = form.dot(&omega) / size as f64;
            let miss = (form - &omega * factor).amax();
            whole.factor *= factor * largest * largest;
            whole.volume *= determinant(&jacobian);
            whole.defect = whole.defect.max(miss);
            whole.jacobian = jacobian * whole.jacobian;
            let mut numbers = whole.jacobian.iter().chain([&whole.factor, &whole.volume]);
            if let Some(entry) = numbers.find(|number| !number.is_finite()) {
                let entry = *entry;
                return Err(Error::Study(StudyError::JacobianNotFinite { entry }));
            }
            (position, displacement) = end.unwrap_or((position, displacement));
        }
        Ok(whole)
    }

    /// J, of size 2d: the derivatives of (x, v) after the steps with respect to (x, v) before them.
    pub fn jacobian(&self) -> &DMatrix<f64> {
        &self.jacobian
    }

    /// The product over the steps of the factor c for which cΩ is closest to JᵀΩJ; βⁿ for n updates of momentum.
    pub fn factor(&self) -> f64 {
        self.factor
    }

    /// The largest entry of JᵀΩJ − cΩ of any step, relative to the products that it is computed from: rounding for a
    /// conformally symplectic method.
    pub fn defect(&self) -> f64 {
        self.defect
    }

    /// det J, the factor by which a small phase volume has changed: the product over the steps.
    pub fn volume(&self) -> f64 {
        self.volume
    }
}
