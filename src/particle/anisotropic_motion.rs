//! AnisotropicMotion: the exact motion of M ẍ + Γẋ + Kx = 0, by oscillators or by the exponential of a matrix.
//!
//! With a drag that is not diagonal where mass and curvature are, no real modes decouple the motion. In the directions S
//! with SᵀMS = 1, SᵀΓS = diag(g) the state (y, ẏ/ω), x = Sy, obeys ż = Gz with G = (0, ω; −SᵀKS/ω, −g), and
//! z(t) = exp(tG)z(0). ω = √max|SᵀKS| balances the blocks.

use crate::Error;
use crate::check::{check_dimension, in_range};
use crate::matrices::{MatrixForm, Modes};
use crate::ode::PositionVelocity;
use crate::particle::{AnisotropicBall, Axes, DampedOscillator, Directions};
use crate::potentials::{Diagonal, Quadratic, Symmetric};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, OVector};

/// A time of more than 2⁶⁰ radians or decays has no digit of its phase left.
const MOST_HALVINGS: f64 = 60.0;

/// The exact motion of an [`AnisotropicBall`] on a [`Quadratic`].
///
/// Diagonal on diagonal, each axis is a [`DampedOscillator`], with its accuracy. Otherwise each time costs the exponential
/// of a matrix of twice the dimension, about 100d³ multiplications, with a relative error of about 10⁻¹⁵ times the number of
/// radians and decays in the time, times the condition number of M.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::{AnisotropicBall, AnisotropicMotion};
/// use nalgebra::{matrix, vector};
///
/// let ball = AnisotropicBall::full(matrix![2.0, 0.5; 0.5, 1.0], matrix![0.3, 0.1; 0.1, 0.9])?;
/// let bowl = Quadratic::symmetric(matrix![2.0, 1.0; 1.0, 3.0])?;
/// let (x, u) = AnisotropicMotion::new(&ball, &bowl)?.at(2.5, &vector![1.0, -0.5], &vector![0.0, 0.2])?;
///
/// let system = ball.equation(bowl).in_phase_space(nalgebra::Const::<2>);
/// let start = system.state(&vector![1.0, -0.5], &vector![0.0, 0.2])?;
/// let end = Dop853::new(1e-12, 1e-12).integrate(&system, (0.0, 2.5), start)?;
/// let (position, velocity) = system.motion(end.last())?;
/// assert!((x - position).norm() < 1e-11 && (u - velocity).norm() < 1e-11);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AnisotropicMotion {
    solution: Solution,
}

#[derive(Debug, Clone, PartialEq)]
enum Solution {
    Oscillators(Vec<DampedOscillator>),
    Exponential {
        common: Modes,
        generator: DMatrix<f64>,
        omega: f64,
    },
}

impl AnisotropicMotion {
    /// The motion on a quadratic with a full matrix; for a ball of either form.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for another dimension,
    /// [`MatrixError`](crate::error::MatrixError) if M is not positive definite beyond rounding or SᵀKS overflows.
    pub fn new<F, D>(
        ball: &AnisotropicBall<F>,
        quadratic: &Quadratic<Symmetric<f64, D>>,
    ) -> Result<Self, Error>
    where
        F: Directions<f64>,
        D: Dim,
        DefaultAllocator: Allocator<D, D>,
    {
        let curvature = quadratic.matrix();
        let d = ball.modes().len();
        check_dimension("quadratic", d, curvature.nrows())?;
        let common = Modes::new("mass", &ball.mass().to_matrix(), &ball.drag().to_matrix())?;
        let curvature = DMatrix::from_iterator(d, d, curvature.iter().copied());
        let curvature = common.directions.tr_mul(&curvature) * &common.directions;
        let size = curvature.amax();
        in_range("the curvature relative to the mass", &size)?;
        let omega = if size > 0.0 { size.sqrt() } else { 1.0 };
        let mut generator = DMatrix::zeros(2 * d, 2 * d);
        for i in 0..d {
            generator[(i, d + i)] = omega;
            generator[(d + i, d + i)] = -common.values[i].max(0.0);
        }
        let mut below = generator.view_mut((d, 0), (d, d));
        below.copy_from(&(curvature / -omega));
        Ok(Self {
            solution: Solution::Exponential {
                common,
                generator,
                omega,
            },
        })
    }

    /// The motion of a diagonal ball on a quadratic with a diagonal matrix.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for another dimension; the errors of
    /// [`DampedOscillator::new`].
    pub fn diagonal<D: Dim>(
        ball: &AnisotropicBall<Axes<f64, D>>,
        quadratic: &Quadratic<Diagonal<f64, D>>,
    ) -> Result<Self, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let curvatures = quadratic.curvatures();
        check_dimension("quadratic", ball.modes().len(), curvatures.len())?;
        let modes = ball.modes().iter().zip(curvatures.iter());
        let oscillators = modes.map(|(mode, k)| DampedOscillator::new(mode.mass, mode.drag, *k));
        Ok(Self {
            solution: Solution::Oscillators(oscillators.collect::<Result<_, _>>()?),
        })
    }

    /// Position and velocity (x, u) at time `t` from (`x0`, `u0`) at time 0; `t` may be negative.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for starts of another dimension,
    /// [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange) for a time that is not finite or so long that
    /// no digit of the motion is known, and for a motion that overflows.
    pub fn at<D: Dim>(
        &self,
        t: f64,
        x0: &OVector<f64, D>,
        u0: &OVector<f64, D>,
    ) -> Result<PositionVelocity<D>, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        let d = match &self.solution {
            Solution::Oscillators(modes) => modes.len(),
            Solution::Exponential { common, .. } => common.values.len(),
        };
        for (name, start) in [("start position", x0), ("start velocity", u0)] {
            check_dimension(name, d, start.len())?;
        }
        let (mut x, mut u) = (x0.clone(), u0.clone());
        match &self.solution {
            Solution::Oscillators(modes) => {
                for ((mode, x), u) in modes.iter().zip(x.iter_mut()).zip(u.iter_mut()) {
                    (*x, *u) = mode.at(t, *x, *u);
                }
            }
            Solution::Exponential {
                common,
                generator,
                omega,
            } => {
                let to_modes = |vector: &OVector<f64, D>| {
                    let vector = DVector::from_iterator(d, vector.iter().copied());
                    common.inverse_transposed.tr_mul(&vector)
                };
                let mut start = DVector::zeros(2 * d);
                start.rows_mut(0, d).copy_from(&to_modes(&x));
                start.rows_mut(d, d).copy_from(&(to_modes(&u) / *omega));
                let end = exponential(generator * t)? * start;
                let positions = &common.directions * end.rows(0, d);
                let velocities = &common.directions * end.rows(d, d) * *omega;
                for (slots, values) in [(&mut x, &positions), (&mut u, &velocities)] {
                    let pairs = slots.iter_mut().zip(values.iter());
                    pairs.for_each(|(slot, value)| *slot = *value);
                }
            }
        }
        let size = x.amax().max(u.amax());
        let is_finite = x.iter().chain(u.iter()).all(|value| value.is_finite());
        in_range(
            "the exact motion",
            if is_finite { &size } else { &f64::NAN },
        )?;
        Ok((x, u))
    }
}

/// exp(A) of finite entries: the exponential of A/2ˢ, with a norm below 1, squared s times.
fn exponential(matrix: DMatrix<f64>) -> Result<DMatrix<f64>, Error> {
    let size = matrix.amax() * matrix.nrows() as f64;
    in_range("the time in radians and decays", &size)?;
    let halvings = size.max(1.0).log2().ceil();
    if halvings > MOST_HALVINGS || matrix.iter().any(|entry| entry.is_nan()) {
        in_range("the time in radians and decays", &f64::INFINITY)?;
    }
    let mut power = (matrix * (-halvings).exp2()).exp();
    for _ in 0..halvings as usize {
        power = &power * &power;
    }
    Ok(power)
}
