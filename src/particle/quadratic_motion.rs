//! QuadraticMotion: the exact heavy ball on f = ½ xᵀAx, each eigenmode a damped oscillator.
//!
//! A = VΛVᵀ; in y = Vᵀx the modes part: m ÿᵢ + γẏᵢ + λᵢyᵢ = 0.

use crate::Error;
use crate::check::VectorError;
use crate::ode::PositionVelocity;
use crate::particle::{DampedOscillator, HeavyBall};
use crate::potentials::{Diagonal, Quadratic, Symmetric};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimDiff, DimSub, OMatrix, OVector, U1};

/// The exact motion of a heavy ball on a symmetric quadratic, in any dimension.
///
/// Accurate to rounding in the eigenvectors, which is that of [`DampedOscillator`] for a diagonal
/// matrix. Cost: one symmetric eigendecomposition, then 4d² multiplications a time.
///
/// ```
/// use heavyball::prelude::*;
/// use nalgebra::{matrix, vector};
///
/// let ball = HeavyBall::new(1.3, 0.7)?;
/// let bowl = Quadratic::symmetric(matrix![2.0, 1.0; 1.0, 3.0])?;
/// let motion = QuadraticMotion::new(&ball, &bowl)?;
/// let (x, u) = motion.at(2.5, &vector![1.0, -0.5], &vector![0.0, 0.2])?;
///
/// let run = Problem::new(ball, bowl, vector![1.0, -0.5])
///     .with_velocity(vector![0.0, 0.2])
///     .until(2.5)
///     .solve(&Dop853::new(1e-12, 1e-12))?;
/// assert!((x - run.last().position).norm() < 1e-11);
/// assert!((u - run.last().momentum / 1.3).norm() < 1e-11);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct QuadraticMotion<D: Dim>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    modes: Vec<DampedOscillator>,
    /// Columns are the modes' directions; none if the axes are.
    directions: Option<OMatrix<f64, D, D>>,
}

impl<D: Dim> QuadraticMotion<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The motion of `ball` on `quadratic`.
    ///
    /// # Errors
    /// Those of [`HeavyBall::new`], for a ball whose fields were changed.
    pub fn new(ball: &HeavyBall, quadratic: &Quadratic<Symmetric<f64, D>>) -> Result<Self, Error>
    where
        D: DimSub<U1>,
        DefaultAllocator: Allocator<DimDiff<D, U1>>,
    {
        let eigen = quadratic.matrix().clone().symmetric_eigen();
        Ok(Self {
            modes: oscillators(ball, &eigen.eigenvalues)?,
            directions: Some(eigen.eigenvectors),
        })
    }

    /// The motion of `ball` on a quadratic whose axes are its modes.
    ///
    /// # Errors
    /// Those of [`HeavyBall::new`], for a ball whose fields were changed.
    pub fn diagonal(
        ball: &HeavyBall,
        quadratic: &Quadratic<Diagonal<f64, D>>,
    ) -> Result<Self, Error> {
        Ok(Self {
            modes: oscillators(ball, quadratic.curvatures())?,
            directions: None,
        })
    }

    /// The oscillator of each mode, in the order of the eigenvalues.
    pub fn modes(&self) -> &[DampedOscillator] {
        &self.modes
    }

    /// Position and velocity (x, u) at time `t` from (`x0`, `u0`) at time 0.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`] if a start has not as many components as there are modes.
    pub fn at(
        &self,
        t: f64,
        x0: &OVector<f64, D>,
        u0: &OVector<f64, D>,
    ) -> Result<PositionVelocity<D>, Error> {
        for (name, start) in [("start position", x0), ("start velocity", u0)] {
            if start.len() != self.modes.len() {
                return Err(Error::Vector(VectorError::DimensionMismatch {
                    name,
                    expected: self.modes.len(),
                    found: start.len(),
                }));
            }
        }
        let (mut x, mut u) = match &self.directions {
            Some(directions) => (directions.tr_mul(x0), directions.tr_mul(u0)),
            None => (x0.clone(), u0.clone()),
        };
        for ((mode, x), u) in self.modes.iter().zip(x.iter_mut()).zip(u.iter_mut()) {
            (*x, *u) = mode.at(t, *x, *u);
        }
        Ok(match &self.directions {
            Some(directions) => (directions * x, directions * u),
            None => (x, u),
        })
    }
}

fn oscillators<D: Dim>(
    ball: &HeavyBall,
    curvatures: &OVector<f64, D>,
) -> Result<Vec<DampedOscillator>, Error>
where
    DefaultAllocator: Allocator<D>,
{
    curvatures
        .iter()
        .map(|curvature| DampedOscillator::new(ball.mass, ball.drag, *curvature))
        .collect()
}
