//! Axes, CoupledDirections: the directions in which a ball with a mass for each direction moves as independent balls.

use crate::check::check_dimension;
use crate::matrices::{
    DiagonalMatrix, FullMatrix, MatrixError, MatrixForm, Modes, checked_symmetric, dynamic, shaped,
    without_rounding,
};
use crate::particle::HeavyBall;
use crate::{Error, Number, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{DVector, DefaultAllocator, Dim, Dyn, OMatrix, OVector};
use std::fmt::Debug;

/// What a map of directions acts on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Acting {
    /// From momenta to momenta: S⁻ᵀ diag(c) Sᵀ.
    OnMomenta,
    /// From forces or momenta to displacements: S diag(c) Sᵀ.
    FromForces,
    /// From displacements to displacements: S diag(c) S⁻¹.
    OnDisplacements,
}

/// The directions, the columns of a matrix S, in which mass and drag are both diagonal: SᵀMS = diag(m), SᵀΓS = diag(γ).
///
/// Along each the ball moves as a [`HeavyBall`], the [mode](Self::modes), as long as the potential does not couple them.
/// So the coefficients of a step or a rule are those of the modes, brought back by S. Implemented by [`Axes`], S = 1, and
/// [`CoupledDirections`], where m = 1.
pub trait Directions<T: Number>: Debug + Clone + PartialEq {
    /// The form of its matrices.
    type Matrix: MatrixForm<T>;

    /// Mass M.
    fn mass(&self) -> &Self::Matrix;

    /// Drag Γ.
    fn drag(&self) -> &Self::Matrix;

    /// M⁻¹.
    fn inverse_mass(&self) -> &Self::Matrix;

    /// The ball of each direction.
    fn modes(&self) -> &[HeavyBall<T>];

    /// The matrix with these coefficients, one for each mode.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless there is one for each;
    /// [`MatrixError::NonFiniteEntry`](crate::error::MatrixError::NonFiniteEntry) if an entry overflows.
    fn matrix(
        &self,
        acting: Acting,
        name: &'static str,
        coefficients: Vec<T>,
    ) -> Result<Self::Matrix, Error>;
}

/// The directions of a diagonal mass and drag: the axes.
#[derive(Debug, Clone, PartialEq)]
pub struct Axes<T: Number = f64, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    mass: DiagonalMatrix<T, D>,
    drag: DiagonalMatrix<T, D>,
    inverse_mass: DiagonalMatrix<T, D>,
    modes: Vec<HeavyBall<T>>,
}

impl<T: Number, D: Dim> Axes<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// 1/√mᵢ.
    pub(super) fn coordinates(&self) -> DiagonalMatrix<T, D>
    where
        T: SquareRoot,
    {
        let inverse = self.inverse_mass.diagonal();
        DiagonalMatrix::known(inverse.map(|inverse| inverse.square_root()))
    }

    pub(super) fn new(mass: OVector<T, D>, drag: OVector<T, D>) -> Result<Self, Error> {
        check_dimension("drag", mass.len(), drag.len())?;
        let inverse = mass.map(|m| T::one() / m);
        let mass = DiagonalMatrix::positive("mass", mass)?;
        let drag = DiagonalMatrix::nonnegative("drag", drag)?;
        let inverse_mass = DiagonalMatrix::positive("inverse of the mass", inverse)?;
        let pairs = mass.diagonal().iter().zip(drag.diagonal().iter());
        let modes = pairs.map(|(mass, drag)| HeavyBall::of(mass.clone(), drag.clone()));
        Ok(Self {
            modes: modes.collect::<Result<_, _>>()?,
            mass,
            drag,
            inverse_mass,
        })
    }
}

impl<T: Number, D: Dim> Directions<T> for Axes<T, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Matrix = DiagonalMatrix<T, D>;

    fn mass(&self) -> &Self::Matrix {
        &self.mass
    }

    fn drag(&self) -> &Self::Matrix {
        &self.drag
    }

    fn inverse_mass(&self) -> &Self::Matrix {
        &self.inverse_mass
    }

    fn modes(&self) -> &[HeavyBall<T>] {
        &self.modes
    }

    fn matrix(
        &self,
        _acting: Acting,
        name: &'static str,
        coefficients: Vec<T>,
    ) -> Result<Self::Matrix, Error> {
        check_dimension(name, self.modes.len(), coefficients.len())?;
        let mut diagonal = self.mass.diagonal().clone();
        diagonal
            .iter_mut()
            .zip(coefficients)
            .for_each(|(slot, coefficient)| *slot = coefficient);
        DiagonalMatrix::finite(name, diagonal)
    }
}

/// The directions of a full mass and drag: unit masses, and drags that are the eigenvalues of M⁻¹Γ.
#[derive(Debug, Clone, PartialEq)]
pub struct CoupledDirections<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D, D>,
{
    mass: FullMatrix<f64, D>,
    drag: FullMatrix<f64, D>,
    inverse_mass: FullMatrix<f64, D>,
    modes: Vec<HeavyBall>,
    common: Modes,
}

impl<D: Dim> CoupledDirections<D>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// S.
    pub(super) fn coordinates(&self) -> FullMatrix<f64, D> {
        FullMatrix::known(shaped(&self.common.directions, self.mass.entries()))
    }

    pub(super) fn new(mass: OMatrix<f64, D, D>, drag: OMatrix<f64, D, D>) -> Result<Self, Error> {
        let mass = checked_symmetric("mass", mass)?;
        let drag = checked_symmetric("drag", drag)?;
        check_dimension("drag", mass.dimension(), drag.dimension())?;
        let common = Modes::new("mass", &dynamic(mass.entries()), &dynamic(drag.entries()))?;
        let Some(drags) = without_rounding(&common.values) else {
            return Err(Error::Matrix(MatrixError::Driving {
                name: "drag",
                smallest: common.values.min(),
                largest: common.values.max(),
            }));
        };
        let modes = drags.iter().map(|drag| HeavyBall::new(1.0, *drag));
        let modes = modes.collect::<Result<Vec<_>, _>>()?;
        let ones = DVector::from_element(modes.len(), 1.0);
        let inverse = shaped(&common.displacements(&ones), mass.entries());
        Ok(Self {
            inverse_mass: FullMatrix::named("inverse of the mass", inverse)?,
            mass,
            drag,
            modes,
            common,
        })
    }
}

impl<D: Dim> Directions<f64> for CoupledDirections<D>
where
    DefaultAllocator: Allocator<D, D>,
{
    type Matrix = FullMatrix<f64, D>;

    fn mass(&self) -> &Self::Matrix {
        &self.mass
    }

    fn drag(&self) -> &Self::Matrix {
        &self.drag
    }

    fn inverse_mass(&self) -> &Self::Matrix {
        &self.inverse_mass
    }

    fn modes(&self) -> &[HeavyBall] {
        &self.modes
    }

    fn matrix(
        &self,
        acting: Acting,
        name: &'static str,
        coefficients: Vec<f64>,
    ) -> Result<Self::Matrix, Error> {
        check_dimension(name, self.modes.len(), coefficients.len())?;
        let coefficients = DVector::from_vec(coefficients);
        let matrix = match acting {
            Acting::OnMomenta => self.common.on_displacements(&coefficients).transpose(),
            Acting::FromForces => self.common.displacements(&coefficients),
            Acting::OnDisplacements => self.common.on_displacements(&coefficients),
        };
        FullMatrix::named(name, shaped(&matrix, self.mass.entries()))
    }
}
