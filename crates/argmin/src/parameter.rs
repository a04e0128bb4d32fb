//! Parameter: a parameter type of argmin, seen as a vector.

use nalgebra::allocator::Allocator;
use nalgebra::{Const, DefaultAllocator, Dim, Dyn, OVector, U1};

/// A parameter or gradient of a problem: `Vec<f64>`, `[f64; N]`, nalgebra's vectors, and with the feature `ndarray` its
/// `Array1<f64>`.
///
/// nalgebra's vectors are used as they are; of the others a copy is made for each evaluation.
///
/// ```
/// use heavyball_argmin::Parameter;
/// let x = vec![1.0, 2.0].to_vector();
/// assert_eq!(Vec::from_vector(&x), [1.0, 2.0]);
/// ```
pub trait Parameter: Clone
where
    DefaultAllocator: Allocator<Self::Dimension>,
{
    /// The dimension: nalgebra's `Const<N>` or `Dyn`.
    type Dimension: Dim;

    /// As a vector.
    fn to_vector(&self) -> OVector<f64, Self::Dimension>;

    /// From a vector.
    fn from_vector(vector: &OVector<f64, Self::Dimension>) -> Self;

    /// The number of components.
    fn dimension(&self) -> usize;

    /// Copied into `vector`, which has the same length.
    fn copy_to(&self, vector: &mut OVector<f64, Self::Dimension>);

    /// What `look` makes of the vector as a parameter.
    fn seen<T>(vector: &OVector<f64, Self::Dimension>, look: impl FnOnce(&Self) -> T) -> T {
        look(&Self::from_vector(vector))
    }
}

impl<D: Dim> Parameter for OVector<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    type Dimension = D;

    fn to_vector(&self) -> OVector<f64, D> {
        self.clone()
    }

    fn from_vector(vector: &OVector<f64, D>) -> Self {
        vector.clone()
    }

    #[inline(always)]
    fn dimension(&self) -> usize {
        self.len()
    }

    #[inline(always)]
    fn copy_to(&self, vector: &mut OVector<f64, D>) {
        vector.copy_from(self);
    }

    #[inline(always)]
    fn seen<T>(vector: &OVector<f64, D>, look: impl FnOnce(&Self) -> T) -> T {
        look(vector)
    }
}

impl Parameter for Vec<f64> {
    type Dimension = Dyn;

    fn to_vector(&self) -> OVector<f64, Dyn> {
        OVector::<f64, Dyn>::from_column_slice(self)
    }

    fn from_vector(vector: &OVector<f64, Dyn>) -> Self {
        vector.as_slice().to_vec()
    }

    fn dimension(&self) -> usize {
        self.len()
    }

    #[inline]
    fn copy_to(&self, vector: &mut OVector<f64, Dyn>) {
        vector.as_mut_slice().copy_from_slice(self);
    }
}

impl<const N: usize> Parameter for [f64; N] {
    type Dimension = Const<N>;

    fn to_vector(&self) -> OVector<f64, Const<N>> {
        (*self).into()
    }

    fn from_vector(vector: &OVector<f64, Const<N>>) -> Self {
        (*vector).into()
    }

    fn dimension(&self) -> usize {
        N
    }

    #[inline]
    fn copy_to(&self, vector: &mut OVector<f64, Const<N>>) {
        *vector = (*self).into();
    }
}

#[cfg(feature = "ndarray")]
impl Parameter for ndarray::Array1<f64> {
    type Dimension = Dyn;

    fn to_vector(&self) -> OVector<f64, Dyn> {
        // By iterator, since an array of strides other than 1 is no slice.
        OVector::from_iterator_generic(Dyn(self.len()), U1, self.iter().copied())
    }

    fn from_vector(vector: &OVector<f64, Dyn>) -> Self {
        vector.iter().copied().collect()
    }

    fn dimension(&self) -> usize {
        self.len()
    }

    fn copy_to(&self, vector: &mut OVector<f64, Dyn>) {
        for (to, from) in vector.iter_mut().zip(self.iter()) {
            *to = *from;
        }
    }
}

/// The vector of these components, or `None` if the dimension is another.
pub(crate) fn vector_of<D: Dim>(components: &[f64]) -> Option<OVector<f64, D>>
where
    DefaultAllocator: Allocator<D>,
{
    let fits = D::try_to_usize().is_none_or(|dimension| dimension == components.len());
    fits.then(|| {
        let dimension = D::from_usize(components.len());
        OVector::from_iterator_generic(dimension, U1, components.iter().copied())
    })
}
