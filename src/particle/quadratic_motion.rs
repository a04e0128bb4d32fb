//! QuadraticMotion: the exact motion of a heavy ball on f = ½ xᵀAx, where each eigenmode is a damped oscillator.
//!
//! With A = VΛVᵀ and y = Vᵀx the modes decouple: m ÿᵢ + γẏᵢ + λᵢyᵢ = 0.

use crate::Error;
use crate::check::check_dimension;
use crate::ode::PositionVelocity;
use crate::particle::{DampedOscillator, HeavyBall};
use crate::potentials::{Diagonal, Quadratic, Symmetric};
use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, DimDiff, DimSub, Dyn, OMatrix, OVector, U1};

/// The exact motion of a heavy ball on a [`Quadratic`], in any dimension.
///
/// For a diagonal matrix the accuracy is that of [`DampedOscillator`]; for a full matrix the rounding errors of the
/// eigenvectors add to it. Costs one symmetric eigendecomposition, then 4d² multiplications for each time.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::QuadraticMotion;
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
pub struct QuadraticMotion<D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    modes: Vec<DampedOscillator>,
    /// The eigenvectors, in columns; `None` if the modes are the coordinate axes.
    directions: Option<OMatrix<f64, D, D>>,
}

/// A [`QuadraticMotion`] in `N` dimensions.
pub type QuadraticMotionIn<const N: usize> = QuadraticMotion<Const<N>>;

impl<D: Dim> QuadraticMotion<D>
where
    DefaultAllocator: Allocator<D> + Allocator<D, D>,
{
    /// The motion of `ball` on `quadratic`.
    ///
    /// # Errors
    /// The errors of [`HeavyBall::new`], for a ball whose fields were changed, and
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) if |γ² − 4mλ| overflows for an eigenvalue
    /// λ.
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

    /// The motion of `ball` on a quadratic with a diagonal matrix.
    ///
    /// # Errors
    /// The errors of [`HeavyBall::new`], for a ball whose fields were changed, and
    /// [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) if |γ² − 4mλ| overflows for an eigenvalue
    /// λ.
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
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) unless both starts have one
    /// component for each mode.
    pub fn at(
        &self,
        t: f64,
        x0: &OVector<f64, D>,
        u0: &OVector<f64, D>,
    ) -> Result<PositionVelocity<D>, Error> {
        for (name, start) in [("start position", x0), ("start velocity", u0)] {
            check_dimension(name, self.modes.len(), start.len())?;
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
