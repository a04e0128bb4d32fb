//! NoisyGradient: ∇f(x) + ξ_k with normal ξ_k of mean 0 and a given covariance, independent from step to step.

use crate::Error;
use crate::check::{VectorError, check_dimension, nonnegative};
use crate::noise::Noise;
use crate::potentials::{Potential, Quadratic, check_covariance};
use nalgebra::allocator::Allocator;
use nalgebra::{DMatrix, DVector, DefaultAllocator, Dim, OVector};

/// A potential f whose gradient has additive noise: step k of an optimiser sees ∇f(x) + ξ_k.
///
/// ξ_k = Lz, with LLᵀ = Σ and z the normal numbers of [`Noise`] for (seed, member, k). Additive noise is the model in
/// which a rule has a [temperature](crate::study::temperature); the noise of [`Minibatches`](super::Minibatches) is not
/// normal, and depends on x. A gradient costs one normal number for each coordinate more than without noise, and for a full
/// covariance d² multiplications; nothing is allocated. Without noise the run is that of the potential, bit for bit.
/// The value and the gradient outside a step, also for an integrator, are those of f: a ball in a bath is another equation.
///
/// ```
/// use heavyball::potentials::NoisyGradient;
/// use heavyball::prelude::*;
/// use heavyball::study::temperature::NoisyMode;
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![1.0])?;
/// let rule = Momentum::new(0.1, 0.9)?;
/// let source = NoisyGradient::isotropic(&bowl, 4.0, 7)?; // variance 4, seed 7
/// let (mut sum, mut run) = (0.0, rule.iterates(&source, vector![0.0]));
/// run.advance_by(100_000, |at| sum += at.position.x.powi(2))?;
/// let predicted = NoisyMode::new(rule, 1.0, 4.0)?.stationary()?.var_position;
/// assert!((sum / 1e5 / predicted - 1.0).abs() < 0.05);
///
/// // The run from a saved iterate continues as if it had not stopped.
/// let saved = rule.iterates(&source, vector![0.0]).after(60)?;
/// let resumed = rule.iterates(&source, saved.position).with_velocity(saved.velocity).from_iteration(60);
/// assert_eq!(resumed.after(40)?, rule.iterates(&source, vector![0.0]).after(100)?);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NoisyGradient<P> {
    potential: P,
    spread: Spread,
    noise: Noise,
    member: usize,
}

/// L of the covariance LLᵀ.
#[derive(Debug, Clone, PartialEq)]
enum Spread {
    Isotropic(f64),
    Diagonal(DVector<f64>),
    /// Without the columns that are 0.
    Full(DMatrix<f64>),
}

impl<P> NoisyGradient<P> {
    fn of(potential: P, spread: Spread, seed: u64) -> Self {
        Self {
            potential,
            spread,
            noise: Noise::new(seed),
            member: 0,
        }
    }

    /// Noise of the same variance σ² in every component, Σ = σ²1; 0 for none.
    ///
    /// # Errors
    /// [`ParameterError::Negative`](crate::error::ParameterError::Negative) for a variance that is negative or not finite.
    pub fn isotropic(potential: P, variance: f64, seed: u64) -> Result<Self, Error> {
        nonnegative("the variance of the noise", &variance, "; 0 for none")?;
        Ok(Self::of(
            potential,
            Spread::Isotropic(variance.sqrt()),
            seed,
        ))
    }

    /// Independent noise with a variance for each component.
    ///
    /// # Errors
    /// [`VectorError::Empty`] without variances; [`ParameterError::Negative`](crate::error::ParameterError::Negative) for one
    /// that is negative or not finite.
    pub fn diagonal<D: Dim>(
        potential: P,
        variances: &OVector<f64, D>,
        seed: u64,
    ) -> Result<Self, Error>
    where
        DefaultAllocator: Allocator<D>,
    {
        if variances.is_empty() {
            let name = "vector of variances";
            return Err(Error::Vector(VectorError::Empty { name }));
        }
        let variance = |v: &f64| nonnegative("a variance of the noise", v, "; 0 for none");
        variances.iter().try_for_each(variance)?;
        let deviations =
            DVector::from_iterator(variances.len(), variances.iter().map(|v| v.sqrt()));
        Ok(Self::of(potential, Spread::Diagonal(deviations), seed))
    }

    /// Noise of covariance Σ, which may be singular.
    ///
    /// # Errors
    /// The errors of [`Quadratic::symmetric`] for Σ; [`VectorError::NotPositive`] if it has a negative eigenvalue.
    ///
    /// ```
    /// use heavyball::DoubleWell;
    /// use heavyball::potentials::NoisyGradient;
    /// use nalgebra::dmatrix;
    /// assert!(NoisyGradient::full(DoubleWell, &dmatrix![1.0, 0.9; 0.9, 1.0], 1).is_ok());
    /// let error = NoisyGradient::full(DoubleWell, &dmatrix![1.0, 1.1; 1.1, 1.0], 1).unwrap_err();
    /// assert!(error.to_string().contains("eigenvalue"));
    /// ```
    pub fn full(potential: P, covariance: &DMatrix<f64>, seed: u64) -> Result<Self, Error> {
        let covariance = Quadratic::symmetric(covariance.clone())?;
        let covariance = covariance.matrix();
        check_covariance("covariance of the noise", covariance)?;
        // Squares of the entries could leave the range of f64.
        let unit = covariance.amax().max(f64::MIN_POSITIVE);
        let modes = (covariance / unit).symmetric_eigen();
        let mut columns = Vec::new();
        for (axis, square) in modes.eigenvectors.column_iter().zip(&modes.eigenvalues) {
            if *square > 0.0 {
                columns.push(axis * (square.sqrt() * unit.sqrt()));
            }
        }
        if columns.is_empty() {
            return Ok(Self::of(
                potential,
                Spread::Diagonal(DVector::zeros(covariance.nrows())),
                seed,
            ));
        }
        Ok(Self::of(
            potential,
            Spread::Full(DMatrix::from_columns(&columns)),
            seed,
        ))
    }

    /// The same with the noise of another member: members of one seed are independent of each other. Member i of an
    /// ensemble has the noise of the member that is i after this one.
    #[must_use]
    pub fn of_member(self, member: usize) -> Self {
        Self { member, ..self }
    }

    /// The potential without noise.
    pub fn potential(&self) -> &P {
        &self.potential
    }

    /// Adds ξ_k to a gradient.
    #[inline(always)]
    fn add_to(&self, (member, k): (usize, usize), gradient: &mut [f64]) {
        match &self.spread {
            Spread::Isotropic(deviation) => {
                if *deviation > 0.0 {
                    self.each_pair((member, k), gradient, |slot, normal, _| {
                        *slot += deviation * normal
                    });
                }
            }
            Spread::Diagonal(deviations) => {
                self.each_pair((member, k), gradient, |slot, normal, index| {
                    let deviation = deviations.get(index).copied().unwrap_or_default();
                    // Without noise the sign of a zero stays.
                    if deviation > 0.0 {
                        *slot += deviation * normal;
                    }
                })
            }
            Spread::Full(factor) => {
                for (index, column) in factor.column_iter().enumerate() {
                    let normal = self.noise.normal(member, k, index);
                    for (slot, entry) in gradient.iter_mut().zip(column.iter()) {
                        *slot += entry * normal;
                    }
                }
            }
        }
    }

    #[inline(always)]
    fn each_pair(
        &self,
        (member, k): (usize, usize),
        gradient: &mut [f64],
        add: impl Fn(&mut f64, f64, usize),
    ) {
        for (pair, slots) in gradient.chunks_mut(2).enumerate() {
            let normals = self.noise.normal_pair(member, k, pair);
            for (within, (slot, normal)) in slots.iter_mut().zip(normals).enumerate() {
                add(slot, normal, 2 * pair + within);
            }
        }
    }

    /// The number of components that the covariance has, if it has a number.
    fn dimension(&self) -> Option<usize> {
        match &self.spread {
            Spread::Isotropic(_) => None,
            Spread::Diagonal(deviations) => Some(deviations.len()),
            Spread::Full(factor) => Some(factor.nrows()),
        }
    }
}

impl<P, D> Potential<f64, D> for NoisyGradient<P>
where
    P: Potential<f64, D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline(always)]
    fn value(&self, position: &OVector<f64, D>) -> f64 {
        self.potential.value(position)
    }

    #[inline(always)]
    fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        self.potential.gradient(position, gradient);
    }

    #[inline(always)]
    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    ) {
        self.potential
            .gradient_at_step(member, k, position, gradient);
        self.add_to(
            (self.member.wrapping_add(member), k),
            gradient.as_mut_slice(),
        );
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        if let Some(expected) = self.dimension() {
            check_dimension("position under this noise", expected, dimension)?;
        }
        self.potential.check_dimension(dimension)
    }

    fn largest_curvature(&self) -> Option<f64> {
        self.potential.largest_curvature()
    }

    fn length_scale(&self) -> Option<f64> {
        self.potential.length_scale()
    }
}
