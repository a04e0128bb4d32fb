//! AnisotropicBall: the particle M ẍ = −∇f(x) − Γẋ, whose mass and drag differ by direction.
//!
//! As a first-order system with p = Mẋ: ẋ = M⁻¹p, ṗ = −∇f(x) − ΓM⁻¹p. The mass is a preconditioner: with M = LLᵀ and
//! y = Lᵀx it is the unit-mass ball in the potential f(L⁻ᵀy) under the drag L⁻¹ΓL⁻ᵀ, derivation (71).

use crate::check::check_dimension;
use crate::matrices::{DiagonalMatrix, FullMatrix, MatrixForm};
use crate::ode::SecondOrderSystem;
use crate::particle::{Axes, CoupledDirections, Directions, HeavyBall, Phase};
use crate::potentials::{Potential, check_start_motion, gradient_at};
use crate::{Error, Number, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, OMatrix, OVector};

/// A particle whose mass M and drag Γ differ by direction: M ẍ = −∇f(x) − Γẋ.
///
/// M is symmetric positive definite, Γ symmetric positive semidefinite. Two forms: [`Self::diagonal`], a mass and a drag
/// for each axis, on any [`Number`]; [`Self::full`], with all entries, on `f64`. A mass in proportion to the curvature makes
/// a badly scaled valley round, and the iterates of its symplectic Euler are momentum with a learning rate for each
/// parameter, [`PreconditionedMomentum`](crate::PreconditionedMomentum).
///
/// | to have | use |
/// |---|---|
/// | fixed steps | [`Self::phases`], with any fixed step but explicit Euler |
/// | adaptive methods | [`Self::equation`], for [`Rk45`](crate::Rk45) and [`Dop853`](crate::Dop853) |
/// | the exact motion on a quadratic | [`AnisotropicMotion`](crate::AnisotropicMotion) |
/// | a plain ball of it, where Γ = cM | [`in_coordinates`](crate::potentials::in_coordinates) |
/// | the optimiser it is | [`PreconditionedMomentum::from_ball`](crate::PreconditionedMomentum::from_ball) |
/// | the largest stable step | [`Self::largest_step`] |
///
/// When not to use it: where one mass does. A [`HeavyBall`] has every method, events and ensembles.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::AnisotropicBall;
/// use nalgebra::vector;
///
/// // Curvatures 1 and 400. With masses in the same proportion both directions take the same time.
/// let bowl = Quadratic::diagonal(vector![1.0, 400.0])?;
/// let ball = AnisotropicBall::diagonal(vector![1.0, 400.0], vector![2.0, 800.0])?;
/// let end = ball.phases(&Leapfrog::new(0.2)?, &bowl, Phase::at_rest(vector![1.0, 1.0]))?.after(50)?;
/// assert!((end.position.x - end.position.y).abs() < 1e-15 && end.position.norm() < 1e-3);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AnisotropicBall<F> {
    directions: F,
}

/// An [`AnisotropicBall`] with a mass and a drag for each of `N` axes.
pub type DiagonalBall<const N: usize, T = f64> = AnisotropicBall<Axes<T, Const<N>>>;

/// An [`AnisotropicBall`] with full matrices in `N` dimensions.
pub type FullBall<const N: usize> = AnisotropicBall<CoupledDirections<Const<N>>>;

impl<T: Number, D: Dim> AnisotropicBall<Axes<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    /// The ball with a mass and a drag for each axis.
    ///
    /// # Errors
    /// [`MatrixError::NotPositive`](crate::error::MatrixError::NotPositive) unless every mass, and its inverse, is positive
    /// and finite, [`MatrixError::Negative`](crate::error::MatrixError::Negative) unless every drag is zero or positive,
    /// and finite; [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for another number of
    /// drags, [`VectorError::Empty`](crate::error::VectorError::Empty) without any.
    ///
    /// ```
    /// use heavyball::AnisotropicBall;
    /// use nalgebra::vector;
    /// let error = AnisotropicBall::diagonal(vector![1.0, -2.0], vector![0.1, 0.1]).unwrap_err();
    /// assert!(error.to_string().contains("component 1 of the mass is -2"));
    /// ```
    pub fn diagonal(mass: OVector<T, D>, drag: OVector<T, D>) -> Result<Self, Error> {
        let directions = Axes::new(mass, drag)?;
        Ok(Self { directions })
    }
}

impl<T: SquareRoot, D: Dim> AnisotropicBall<Axes<T, D>>
where
    DefaultAllocator: Allocator<D>,
{
    /// S with x = Sy and SᵀMS = 1, for [`in_coordinates`](crate::potentials::in_coordinates): 1/√mᵢ.
    pub fn coordinates(&self) -> DiagonalMatrix<T, D> {
        self.directions.coordinates()
    }
}

impl<D: Dim> AnisotropicBall<CoupledDirections<D>>
where
    DefaultAllocator: Allocator<D, D>,
{
    /// S with x = Sy, SᵀMS = 1 and SᵀΓS diagonal, for [`in_coordinates`](crate::potentials::in_coordinates).
    ///
    /// The drags of the coordinates are those of the [modes](Self::modes).
    pub fn coordinates(&self) -> FullMatrix<f64, D> {
        self.directions.coordinates()
    }

    /// The ball with full matrices M and Γ.
    ///
    /// Entries across the diagonal that differ by rounding are replaced by their mean. Costs two eigendecompositions; each
    /// step then costs a few products with a matrix, d² multiplications each. The relative error of the coefficients of a
    /// step is about the condition number of M times 10⁻¹⁶.
    ///
    /// # Errors
    /// [`MatrixError`](crate::error::MatrixError): `NonFiniteEntry`, `Asymmetric`; `Indefinite` unless M is positive
    /// definite by more than rounding, `Driving` unless Γ is positive semidefinite up to rounding.
    /// [`VectorError`](crate::error::VectorError) for matrices that are empty, not square, or of two sizes.
    ///
    /// ```
    /// use heavyball::AnisotropicBall;
    /// use nalgebra::matrix;
    /// let error = AnisotropicBall::full(matrix![1.0, 2.0; 2.0, 1.0], matrix![1.0, 0.0; 0.0, 1.0]).unwrap_err();
    /// assert!(error.to_string().contains("the mass is not positive definite"));
    /// ```
    pub fn full(mass: OMatrix<f64, D, D>, drag: OMatrix<f64, D, D>) -> Result<Self, Error> {
        let directions = CoupledDirections::new(mass, drag)?;
        Ok(Self { directions })
    }
}

impl<F> AnisotropicBall<F> {
    /// The directions in which it is a ball of one mass each.
    pub fn directions(&self) -> &F {
        &self.directions
    }

    /// Mass M.
    pub fn mass<T: Number>(&self) -> &F::Matrix
    where
        F: Directions<T>,
    {
        self.directions.mass()
    }

    /// Drag Γ.
    pub fn drag<T: Number>(&self) -> &F::Matrix
    where
        F: Directions<T>,
    {
        self.directions.drag()
    }

    /// The ball of each direction: mass and drag of each axis, or, for full matrices, mass 1 and the eigenvalues of M⁻¹Γ.
    pub fn modes<T: Number>(&self) -> &[HeavyBall<T>]
    where
        F: Directions<T>,
    {
        self.directions.modes()
    }

    /// The phase (x, p = Mẋ) at `position` with `velocity` ẋ.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a velocity of another dimension
    /// than the mass.
    pub fn launch<T: Number, D: Dim>(
        &self,
        position: OVector<T, D>,
        velocity: &OVector<T, D>,
    ) -> Result<Phase<T, D>, Error>
    where
        F: Directions<T>,
        DefaultAllocator: Allocator<D>,
    {
        let momentum = applied(self.directions.mass(), "start velocity", velocity)?;
        Ok(Phase { position, momentum })
    }

    /// The velocity ẋ = M⁻¹p.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a momentum of another dimension.
    pub fn velocity<T: Number, D: Dim>(&self, phase: &Phase<T, D>) -> Result<OVector<T, D>, Error>
    where
        F: Directions<T>,
        DefaultAllocator: Allocator<D>,
    {
        applied(self.directions.inverse_mass(), "momentum", &phase.momentum)
    }

    /// The energy E = ½pᵀM⁻¹p + f(x), which never increases: dE/dt = −ẋᵀΓẋ, derivation (72).
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a phase of another dimension
    /// than the mass or the potential.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::AnisotropicBall;
    /// use nalgebra::{matrix, vector};
    ///
    /// let ball = AnisotropicBall::full(matrix![2.0, 1.0; 1.0, 2.0], matrix![0.5, 0.0; 0.0, 0.0])?;
    /// let phase = ball.launch(vector![1.0, 0.0], &vector![1.0, -1.0])?;
    /// assert!((ball.energy(&DoubleWell, &phase)? - (1.0 - 1.0)).abs() < 1e-15);
    /// assert!((ball.dissipated_power(&phase)? - 0.5).abs() < 1e-15);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn energy<T, D, P>(&self, potential: &P, phase: &Phase<T, D>) -> Result<T, Error>
    where
        T: Number,
        F: Directions<T>,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        potential.check_dimension(phase.position.len())?;
        let kinetic = phase.momentum.dot(&self.velocity(phase)?) / T::integer(2);
        Ok(kinetic + potential.value(&phase.position))
    }

    /// The power ẋᵀΓẋ = −dE/dt dissipated by drag.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a momentum of another dimension.
    pub fn dissipated_power<T: Number, D: Dim>(&self, phase: &Phase<T, D>) -> Result<T, Error>
    where
        F: Directions<T>,
        DefaultAllocator: Allocator<D>,
    {
        let velocity = self.velocity(phase)?;
        Ok(velocity.dot(&applied(self.directions.drag(), "velocity", &velocity)?))
    }

    /// The equation of motion on `potential`, ẍ = −M⁻¹(∇f + Γẋ), for [`Rk45`](crate::Rk45) and [`Dop853`](crate::Dop853).
    ///
    /// Costs one gradient per evaluation, and a vector of memory in dynamic dimension.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::AnisotropicBall;
    /// use nalgebra::{Const, vector};
    ///
    /// let ball = AnisotropicBall::diagonal(vector![1.0, 5.0], vector![0.5, 0.0])?;
    /// let system = ball.equation(DoubleWell).in_phase_space(Const::<2>);
    /// let start = system.state(&vector![-1.5, 1.0], &vector![0.0, 0.0])?;
    /// let run = Dop853::new(1e-10, 1e-10).integrate(&system, (0.0, 3.0), start)?;
    /// let (x, _) = system.motion(run.last())?;
    /// // Without drag of its own, y swings as √(2/5).
    /// assert!((x.y - (3.0 * (2.0_f64 / 5.0).sqrt()).cos()).abs() < 1e-9);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn equation<P>(&self, potential: P) -> AnisotropicEquation<'_, F, P> {
        AnisotropicEquation {
            ball: self,
            potential,
        }
    }

    /// Refuses a start phase whose parts are empty, not finite, or of another dimension than the mass or the potential.
    pub(crate) fn check_phase<T, D, P>(
        &self,
        potential: &P,
        phase: &Phase<T, D>,
    ) -> Result<(), Error>
    where
        T: Number,
        F: Directions<T>,
        D: Dim,
        P: Potential<T, D> + ?Sized,
        DefaultAllocator: Allocator<D>,
    {
        check_start_motion(potential, &phase.position, &phase.momentum)?;
        let expected = self.directions.modes().len();
        check_dimension("start position", expected, phase.position.len())
    }
}

/// Ax, for a vector called `name`.
fn applied<T: Number, D: Dim, A: MatrixForm<T>>(
    matrix: &A,
    name: &'static str,
    vector: &OVector<T, D>,
) -> Result<OVector<T, D>, Error>
where
    DefaultAllocator: Allocator<D>,
{
    check_dimension(name, matrix.dimension(), vector.len())?;
    let mut product = vector.clone();
    matrix.product(vector.as_slice(), product.as_mut_slice());
    Ok(product)
}

/// The equation of motion of an [`AnisotropicBall`], made by [`AnisotropicBall::equation`].
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AnisotropicEquation<'b, F, P> {
    ball: &'b AnisotropicBall<F>,
    potential: P,
}

impl<F, P, D> SecondOrderSystem<D> for AnisotropicEquation<'_, F, P>
where
    F: Directions<f64>,
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn acceleration(
        &self,
        _time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    ) {
        let directions = &self.ball.directions;
        gradient_at(&self.potential, position, acceleration);
        let mut force = acceleration.clone();
        directions
            .drag()
            .add_product(velocity.as_slice(), force.as_mut_slice());
        let inverse = directions.inverse_mass();
        inverse.product(force.as_slice(), acceleration.as_mut_slice());
        acceleration.neg_mut();
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        let phase = Phase::new(position.clone(), velocity.clone());
        self.ball.check_phase(&self.potential, &phase)
    }
}
