//! InCoordinates: a potential seen in other coordinates, g(y) = f(Sy), as a preconditioner sees it.

use crate::matrices::MatrixForm;
use crate::potentials::{Curvature, Potential};
use crate::{Error, Number};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// g(y) = f(Sy): `potential` in the coordinates y. Made by [`in_coordinates`].
#[derive(Debug, Clone, PartialEq)]
pub struct InCoordinates<P, A> {
    potential: P,
    map: A,
    transposed: A,
}

/// `potential` in the coordinates y with x = Sy: g(y) = f(Sy), ∇g = Sᵀ∇f(Sy).
///
/// With the S of [`AnisotropicBall::coordinates`](crate::AnisotropicBall::coordinates) a ball with a mass for each direction
/// becomes one of mass 1, derivation (71). If its drag is in proportion to its mass, Γ = cM, it is a plain
/// [`HeavyBall`](crate::HeavyBall) under the drag c, with all its methods, events and ensembles. A gradient costs that of f and
/// two products with S; in dynamic dimension it takes two vectors of memory.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::AnisotropicBall;
/// use heavyball::matrices::MatrixForm;
/// use heavyball::potentials::in_coordinates;
/// use nalgebra::{Vector2, matrix, vector};
///
/// // The ball with mass M and drag 0.5M, solved to a tolerance.
/// let mass = matrix![2.0, 0.7; 0.7, 1.0];
/// let ball = AnisotropicBall::full(mass, 0.5 * mass)?;
/// let to_x = ball.coordinates();
/// let start = to_x.entries().try_inverse().map_or(Vector2::zeros(), |inverse| inverse * vector![-1.5, 0.4]);
/// let problem = Problem::new(HeavyBall::new(1.0, 0.5)?, in_coordinates(DoubleWell, to_x), start).until(8.0);
/// let seen = to_x.entries() * problem.solve(&Adaptive::new(1e-10, 1e-10))?.last().position;
///
/// let phase = Phase::at_rest(vector![-1.5, 0.4]);
/// let direct = ball.phases(&Leapfrog::new(1e-3)?, &DoubleWell, phase)?.after(8000)?;
/// assert!((seen - direct.position).norm() < 1e-5);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn in_coordinates<P, A, T: Number>(potential: P, map: A) -> InCoordinates<P, A>
where
    A: MatrixForm<T>,
{
    InCoordinates {
        potential,
        transposed: map.transposed(),
        map,
    }
}

impl<P, A> InCoordinates<P, A> {
    /// x = Sy.
    fn position<T: Number, D: Dim>(&self, y: &OVector<T, D>) -> OVector<T, D>
    where
        A: MatrixForm<T>,
        DefaultAllocator: Allocator<D>,
    {
        let mut x = y.clone();
        self.map.product(y.as_slice(), x.as_mut_slice());
        x
    }
}

impl<P, A, T, D> Potential<T, D> for InCoordinates<P, A>
where
    P: Potential<T, D>,
    A: MatrixForm<T>,
    T: Number,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<T, D>) -> T {
        self.potential.value(&self.position(position))
    }

    #[inline]
    fn gradient(&self, position: &OVector<T, D>, gradient: &mut OVector<T, D>) {
        let x = self.position(position);
        let mut slope = x.clone();
        self.potential.gradient(&x, &mut slope);
        if slope.len() != gradient.len() {
            // The caller refuses a gradient of another length.
            *gradient = slope;
            return;
        }
        self.transposed
            .product(slope.as_slice(), gradient.as_mut_slice());
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        crate::check::check_dimension("position", self.map.dimension(), dimension)?;
        self.potential.check_dimension(dimension)
    }

    /// A way in y is at most |S|, by the sum of its squares, times as long in x.
    fn length_scale(&self) -> Option<f64> {
        let length = self.potential.length_scale()? / self.map.to_matrix().norm();
        (length.is_finite() && length > 0.0).then_some(length)
    }
}

impl<P, A, D> Curvature<D> for InCoordinates<P, A>
where
    P: Curvature<D>,
    A: MatrixForm<f64>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn hessian_product(
        &self,
        position: &OVector<f64, D>,
        direction: &OVector<f64, D>,
        product: &mut OVector<f64, D>,
    ) {
        let (x, d) = (self.position(position), self.position(direction));
        let mut curved = x.clone();
        self.potential.hessian_product(&x, &d, &mut curved);
        self.transposed
            .product(curved.as_slice(), product.as_mut_slice());
    }
}
