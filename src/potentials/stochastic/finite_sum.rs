//! FiniteSum: f = (1/n) Σ fᵢ, a mean over terms such as the rows of a data set.

use crate::Error;
use crate::check::{VectorError, check_vector, in_range};
use crate::potentials::Potential;
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DefaultAllocator, Dim, OVector};

/// A potential that is a mean over terms, f = (1/n) Σ fᵢ, from which [`Minibatches`](super::Minibatches) can be drawn.
///
/// [`LogisticRegression`](crate::LogisticRegression) is one, its ridge in every term; [`finite_sum`] makes one of closures.
pub trait FiniteSum<D: Dim>: Potential<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The number n of terms.
    fn terms(&self) -> usize;

    /// The mean of fᵢ(x) over the indices of `batch`, which count from 0 and may repeat; `batch` is not empty.
    fn batch_value(&self, batch: &[usize], position: &OVector<f64, D>) -> f64;

    /// Writes the mean of ∇fᵢ(x) over the indices of `batch` into `gradient`.
    fn batch_gradient(
        &self,
        batch: &[usize],
        position: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    );
}

impl<D: Dim, S: FiniteSum<D> + ?Sized> FiniteSum<D> for &S
where
    DefaultAllocator: Allocator<D>,
{
    fn terms(&self) -> usize {
        (**self).terms()
    }

    fn batch_value(&self, batch: &[usize], position: &OVector<f64, D>) -> f64 {
        (**self).batch_value(batch, position)
    }

    fn batch_gradient(
        &self,
        batch: &[usize],
        position: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    ) {
        (**self).batch_gradient(batch, position, gradient);
    }
}

/// A mean over terms from closures, made by [`finite_sum`].
#[derive(Debug, Clone, Copy)]
pub struct SumFromFn<F, G> {
    terms: usize,
    value: F,
    add_gradient: G,
}

/// f = (1/n) Σ fᵢ with fᵢ(x) = `value(i, x)`, where `add_gradient(i, x, slot)` adds ∇fᵢ(x) to what `slot` holds.
///
/// # Errors
/// [`VectorError::Empty`] without terms.
///
/// ```
/// use heavyball::potentials::{Minibatches, Sampling, finite_sum};
/// use heavyball::prelude::*;
/// use nalgebra::{Vector2, vector};
///
/// // Least squares: a line through points (t, y).
/// let points = [(0.0, 1.1), (1.0, 2.9), (2.0, 5.2), (3.0, 6.8)];
/// let rest = |i: usize, w: &Vector2<f64>| points.get(i).map_or(0.0, |(t, y)| w.x + w.y * t - y);
/// let squares = finite_sum(
///     points.len(),
///     |i, w| 0.5 * rest(i, w).powi(2),
///     |i, w, slot| {
///         let t = points.get(i).map_or(0.0, |(t, _)| *t);
///         *slot += rest(i, w) * vector![1.0, t];
///     },
/// )?;
/// let batches = Minibatches::new(&squares, 2, Sampling::Reshuffled, 1)?;
/// let end = Momentum::new(0.02, 0.5)?.iterates(&batches, vector![0.0, 0.0]).after(4000)?;
/// assert!((end.position - vector![1.09, 1.94]).norm() < 0.1);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn finite_sum<D, F, G>(
    terms: usize,
    value: F,
    add_gradient: G,
) -> Result<SumFromFn<F, G>, Error>
where
    D: Dim,
    F: Fn(usize, &OVector<f64, D>) -> f64,
    G: Fn(usize, &OVector<f64, D>, &mut OVector<f64, D>),
    DefaultAllocator: Allocator<D>,
{
    if terms == 0 {
        let name = "sum of terms";
        return Err(Error::Vector(VectorError::Empty { name }));
    }
    Ok(SumFromFn {
        terms,
        value,
        add_gradient,
    })
}

impl<F, G> SumFromFn<F, G> {
    fn mean<D: Dim>(
        &self,
        terms: impl ExactSizeIterator<Item = usize>,
        position: &OVector<f64, D>,
    ) -> f64
    where
        F: Fn(usize, &OVector<f64, D>) -> f64,
        DefaultAllocator: Allocator<D>,
    {
        let count = terms.len() as f64;
        terms.map(|i| (self.value)(i, position)).sum::<f64>() / count
    }

    fn mean_gradient<D: Dim>(
        &self,
        terms: impl ExactSizeIterator<Item = usize>,
        position: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    ) where
        G: Fn(usize, &OVector<f64, D>, &mut OVector<f64, D>),
        DefaultAllocator: Allocator<D>,
    {
        let count = terms.len() as f64;
        gradient.fill(0.0);
        terms.for_each(|i| (self.add_gradient)(i, position, gradient));
        gradient.apply(|slot| *slot /= count);
    }
}

impl<D, F, G> Potential<f64, D> for SumFromFn<F, G>
where
    D: Dim,
    F: Fn(usize, &OVector<f64, D>) -> f64,
    G: Fn(usize, &OVector<f64, D>, &mut OVector<f64, D>),
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<f64, D>) -> f64 {
        self.mean(0..self.terms, position)
    }

    fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        self.mean_gradient(0..self.terms, position, gradient);
    }
}

impl<D, F, G> FiniteSum<D> for SumFromFn<F, G>
where
    D: Dim,
    F: Fn(usize, &OVector<f64, D>) -> f64,
    G: Fn(usize, &OVector<f64, D>, &mut OVector<f64, D>),
    DefaultAllocator: Allocator<D>,
{
    fn terms(&self) -> usize {
        self.terms
    }

    fn batch_value(&self, batch: &[usize], position: &OVector<f64, D>) -> f64 {
        self.mean(batch.iter().copied(), position)
    }

    fn batch_gradient(
        &self,
        batch: &[usize],
        position: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    ) {
        self.mean_gradient(batch.iter().copied(), position, gradient);
    }
}

/// (1/n) Σ (∇fᵢ − ∇f)(∇fᵢ − ∇f)ᵀ at x: the covariance of the gradient of one term that is drawn at random.
///
/// The gradient of a minibatch has this covariance times [`Sampling::factor`](super::Sampling::factor). Costs n
/// gradients of a term and nd² operations.
///
/// # Errors
/// The errors of a run's start for the position; [`ParameterError::OutOfRange`](crate::error::ParameterError::OutOfRange)
/// if an entry overflows.
///
/// ```
/// use heavyball::potentials::{finite_sum, gradient_covariance};
/// use nalgebra::{Vector1, vector};
/// // ½(x − 1)² and ½(x + 1)²: the gradients at 0 are −1 and 1.
/// let center = |i: usize| if i == 0 { 1.0 } else { -1.0 };
/// let sum = finite_sum(
///     2,
///     |i, x: &Vector1<f64>| 0.5 * (x.x - center(i)).powi(2),
///     |i, x, slot| slot.x += x.x - center(i),
/// )?;
/// assert_eq!(gradient_covariance(&sum, &vector![0.0])?[(0, 0)], 1.0);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn gradient_covariance<D, S>(sum: &S, position: &OVector<f64, D>) -> Result<DMatrix<f64>, Error>
where
    D: Dim,
    S: FiniteSum<D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    check_vector("position", position)?;
    sum.check_dimension(position.len())?;
    let (mut mean, mut term) = (position.clone(), position.clone());
    sum.gradient(position, &mut mean);
    let count = sum.terms() as f64;
    let mut covariance = DMatrix::zeros(position.len(), position.len());
    for i in 0..sum.terms() {
        sum.batch_gradient(&[i], position, &mut term);
        term -= &mean;
        for (mut column, x) in covariance.column_iter_mut().zip(term.iter()) {
            for (slot, y) in column.iter_mut().zip(term.iter()) {
                *slot += x * y / count;
            }
        }
    }
    covariance
        .iter()
        .try_for_each(|entry| in_range("the covariance of the gradients", entry))?;
    Ok(covariance)
}
