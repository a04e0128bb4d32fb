//! A critical point near a given one, by Newton's method, and its curvatures.

use crate::Error;
use crate::check::{all_finite, finite};
use crate::potentials::{Curvature, check_start};
use crate::study::escape::EscapeError;
use nalgebra::{Const, DMatrix, DVector, SMatrix, SVector};

/// Where ∇f = 0, f there, and the eigenvalues of the Hessian, in rising order, with their directions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CriticalPoint<const D: usize> {
    pub(super) position: SVector<f64, D>,
    pub(super) value: f64,
    pub(super) curvatures: SVector<f64, D>,
    /// As columns.
    pub(super) directions: SMatrix<f64, D, D>,
}

const MOST_STEPS: usize = 60;

/// A curvature below this share of the largest is flat.
const FLAT: f64 = 1e-9;

impl<const D: usize> CriticalPoint<D> {
    /// The critical point that Newton's method reaches from `guess`, with `index` directions of negative curvature.
    ///
    /// Each point between must be within `reach` of the guess.
    pub(super) fn near<P: Curvature<Const<D>>>(
        potential: &P,
        what: &'static str,
        guess: &SVector<f64, D>,
        reach: f64,
        index: usize,
    ) -> Result<Self, Error> {
        check_start(potential, what, guess)?;
        let mut position = *guess;
        let mut gradient = SVector::zeros();
        for _ in 0..MOST_STEPS {
            potential.gradient(&position, &mut gradient);
            let hessian = hessian(potential, &position);
            let step = DMatrix::lu(hessian).solve(&DVector::from_column_slice(gradient.as_slice()));
            let Some(step) = step else {
                break;
            };
            let step = SVector::from_column_slice(step.as_slice());
            position -= step;
            let is_near = (position - guess).norm() <= reach;
            if !all_finite(&position) || !is_near {
                break;
            }
            if step.norm() <= 1e-13 * (position.norm() + reach) {
                return Self::at(potential, what, position, index);
            }
        }
        potential.gradient(guess, &mut gradient);
        if gradient.norm() == 0.0 {
            return Self::at(potential, what, *guess, index);
        }
        Err(Error::Escape(EscapeError::NoCriticalPoint {
            what,
            gradient: gradient.norm(),
        }))
    }

    fn at<P: Curvature<Const<D>>>(
        potential: &P,
        what: &'static str,
        position: SVector<f64, D>,
        index: usize,
    ) -> Result<Self, Error> {
        let value = potential.value(&position);
        finite("f at a critical point", &value)?;
        let hessian = hessian(potential, &position);
        if let Some(entry) = hessian.iter().find(|entry| !entry.is_finite()) {
            finite("an entry of the Hessian", entry)?;
        }
        // nalgebra squares the entries, which must not overflow: it gets the matrix divided by a power of two.
        let scale = hessian.amax().log2().floor().exp2();
        if scale == 0.0 {
            return Err(Error::Escape(EscapeError::Flat {
                what,
                curvature: 0.0,
            }));
        }
        let eigen = (hessian / scale).symmetric_eigen();
        let mut order: Vec<usize> = (0..D).collect();
        order.sort_by(|a, b| eigen.eigenvalues[*a].total_cmp(&eigen.eigenvalues[*b]));
        let curvatures: SVector<f64, D> =
            SVector::from_iterator(order.iter().map(|i| scale * eigen.eigenvalues[*i]));
        let columns = order.iter().map(|i| eigen.eigenvectors.column(*i));
        let directions =
            SMatrix::from_iterator(columns.flat_map(|c| c.iter().copied().collect::<Vec<_>>()));
        let largest = curvatures.amax();
        if let Some(flat) = curvatures.iter().find(|c| c.abs() <= FLAT * largest) {
            return Err(Error::Escape(EscapeError::Flat {
                what,
                curvature: *flat,
            }));
        }
        let found = curvatures.iter().filter(|c| **c < 0.0).count();
        if found != index {
            return Err(Error::Escape(EscapeError::WrongIndex {
                what,
                expected: index,
                found,
            }));
        }
        Ok(Self {
            position,
            value,
            curvatures,
            directions,
        })
    }
}

impl<const D: usize> CriticalPoint<D> {
    /// The lowest curvature.
    pub(super) fn lowest(&self) -> f64 {
        self.curvatures
            .iter()
            .copied()
            .fold(f64::INFINITY, f64::min)
    }

    /// The direction of the lowest curvature.
    pub(super) fn lowest_direction(&self) -> SVector<f64, D> {
        self.directions
            .column_iter()
            .next()
            .map_or_else(SVector::zeros, |c| c.into_owned())
    }

    /// The position in the equilibrium of a harmonic well with these curvatures, for normal numbers of each direction.
    #[cfg(feature = "parallel")]
    pub(super) fn sample(&self, temperature: f64, normals: SVector<f64, D>) -> SVector<f64, D> {
        let scaled = normals.zip_map(&self.curvatures, |n, c| n * (temperature / c).sqrt());
        self.position + self.directions * scaled
    }
}

fn hessian<P: Curvature<Const<D>>, const D: usize>(
    potential: &P,
    position: &SVector<f64, D>,
) -> DMatrix<f64> {
    let mut hessian = DMatrix::zeros(D, D);
    let mut product = SVector::zeros();
    for i in 0..D {
        let direction = SVector::from_fn(|j, _| if i == j { 1.0 } else { 0.0 });
        potential.hessian_product(position, &direction, &mut product);
        hessian.set_column(i, &DVector::from_column_slice(product.as_slice()));
    }
    let transpose = hessian.transpose();
    (hessian + transpose) / 2.0
}
