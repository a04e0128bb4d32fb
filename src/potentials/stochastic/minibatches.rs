//! Minibatches: step k sees the mean of B of the n terms of a sum, drawn anew for each step.

use crate::Error;
use crate::noise::Noise;
use crate::potentials::stochastic::FiniteSum;
use crate::potentials::stochastic::batch_order::BatchOrder;
use crate::potentials::{DataError, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::sync::Mutex;

/// How the terms of a minibatch are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Sampling {
    /// Each term independently of all others: a term may occur twice in a batch. The noise is that of the theory.
    WithReplacement,
    /// B different terms, independently of all other batches.
    WithoutReplacement,
    /// As the data loaders of the frameworks do: all terms are shuffled at the start of each epoch and dealt in order, the
    /// last batch with what is left. The errors of the batches of an epoch cancel, where the others' add up.
    Reshuffled,
}

impl Sampling {
    /// Every way.
    pub const ALL: [Self; 3] = [
        Self::WithReplacement,
        Self::WithoutReplacement,
        Self::Reshuffled,
    ];

    /// The covariance of the gradient of B terms, in units of that of one term: 1/B with replacement, else
    /// (n − B)/((n − 1)B), which is 0 for B = n.
    ///
    /// For [`Self::Reshuffled`] it is that of one batch; batches of the same epoch are correlated.
    ///
    /// # Errors
    /// [`DataError::BatchSize`] for a batch of 0, or of more than n.
    ///
    /// ```
    /// use heavyball::potentials::Sampling;
    /// assert_eq!(Sampling::WithReplacement.factor(9, 3)?, 1.0 / 3.0);
    /// assert_eq!(Sampling::Reshuffled.factor(9, 3)?, 0.25);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn factor(self, terms: usize, batch: usize) -> Result<f64, Error> {
        check_batch(terms, batch)?;
        let (n, b) = (terms as f64, batch as f64);
        Ok(match self {
            Self::WithReplacement => 1.0 / b,
            _ if batch == terms => 0.0,
            _ => (n - b) / ((n - 1.0) * b),
        })
    }
}

fn check_batch(terms: usize, batch: usize) -> Result<(), Error> {
    if (1..=terms).contains(&batch) {
        return Ok(());
    }
    Err(Error::Data(DataError::BatchSize { batch, terms }))
}

/// A [`FiniteSum`] f of which step k of an optimiser sees the gradient of a minibatch, the mean over the terms drawn for k.
///
/// The value and the gradient outside a step are those of f.
///
/// The terms are functions of (seed, member, k) by [`Noise`]: a run that continues at step k draws what the run without a
/// break draws. A step costs the gradients of its terms, and B numbers of 64 bits; reshuffling costs n of them at the start of
/// an epoch of ⌈n/B⌉ steps. Nothing is allocated while a run steps. Runs in several threads at once take a clone each,
/// with a member each. A batch of all terms, unless drawn with
/// replacement, is the sum itself in its own order: the run without noise, bit for bit.
///
/// ```
/// use heavyball::LogisticRegression;
/// use heavyball::frameworks::{Convention, Sgd};
/// use heavyball::potentials::{Features, Minibatches, Sampling};
/// use heavyball::prelude::*;
/// use nalgebra::DVector;
///
/// let table = Features::from_rows([[0.5], [1.0], [1.75], [2.0], [3.0], [3.5], [4.0], [5.0]])?.with_intercept();
/// let passed = [false, false, true, false, false, true, true, true];
/// let loss = LogisticRegression::new(table, &passed, 0.01)?;
///
/// // Any rule, and any line of a framework, runs on minibatches.
/// let batches = Minibatches::new(&loss, 2, Sampling::Reshuffled, 1)?;
/// let start = || DVector::zeros(2);
/// let ours = Momentum::new(0.05, 0.5)?.iterates(&batches, start()).after(40)?;
/// let torch = Convention::PyTorch { dampening: 0.0, nesterov: false };
/// let theirs = Sgd::new(torch, 0.05, 0.5)?.run(&batches, start()).nth(40);
/// assert!(theirs.is_some_and(|state| (state.parameter - ours.position).norm() < 1e-14));
///
/// // All terms at once are the sum itself.
/// let whole = Minibatches::new(&loss, 8, Sampling::Reshuffled, 1)?;
/// let rule = Nesterov::new(0.05, 0.5)?;
/// assert_eq!(rule.iterates(&whole, start()).after(40)?, rule.iterates(&loss, start()).after(40)?);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct Minibatches<S> {
    sum: S,
    terms: usize,
    batch: usize,
    sampling: Sampling,
    noise: Noise,
    member: usize,
    /// What the last step left, so that an epoch is shuffled once.
    order: Mutex<BatchOrder>,
}

impl<S: Clone> Clone for Minibatches<S> {
    fn clone(&self) -> Self {
        Self {
            sum: self.sum.clone(),
            order: Mutex::new(self.new_order()),
            ..*self
        }
    }
}

impl<S> Minibatches<S> {
    /// Batches of `batch` terms of `sum`.
    ///
    /// # Errors
    /// [`DataError::BatchSize`] for a batch of 0, or of more terms than there are.
    pub fn new<D: Dim>(sum: S, batch: usize, sampling: Sampling, seed: u64) -> Result<Self, Error>
    where
        S: FiniteSum<D>,
        DefaultAllocator: Allocator<D>,
    {
        let terms = sum.terms();
        check_batch(terms, batch)?;
        Ok(Self {
            sum,
            terms,
            batch,
            sampling,
            noise: Noise::new(seed),
            member: 0,
            order: Mutex::new(BatchOrder::new(terms, batch, sampling)),
        })
    }

    /// The same with the batches of another member: members of one seed are independent of each other.
    #[must_use]
    pub fn of_member(self, member: usize) -> Self {
        let order = Mutex::new(self.new_order());
        Self {
            member,
            order,
            ..self
        }
    }

    /// The number of steps in which every term is seen once, ⌈n/B⌉.
    pub fn steps_per_epoch(&self) -> usize {
        self.terms.div_ceil(self.batch)
    }

    /// The sum.
    pub fn sum(&self) -> &S {
        &self.sum
    }

    /// The indices of the terms of step `k`, in the order in which they are summed.
    ///
    /// ```
    /// use heavyball::potentials::{Minibatches, Sampling, finite_sum};
    /// use nalgebra::Vector1;
    /// let sum = finite_sum(10, |_, x: &Vector1<f64>| x.x, |_, _, slot| slot.x += 1.0)?;
    /// let batches = Minibatches::new(&sum, 4, Sampling::Reshuffled, 1)?;
    /// let mut epoch: Vec<usize> = (0..3).flat_map(|k| batches.terms_at(k)).collect();
    /// epoch.sort();
    /// assert_eq!(epoch, Vec::from_iter(0..10)); // batches of 4, 4 and 2
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn terms_at(&self, k: usize) -> Vec<usize> {
        if self.is_whole() {
            return (0..self.terms).collect();
        }
        let mut terms = Vec::new();
        self.with_batch((self.member, k), |batch| terms.extend_from_slice(batch));
        terms
    }

    /// Shows the batch of step `k`.
    fn with_batch(&self, (member, k): (usize, usize), see: impl FnOnce(&[usize])) {
        let draw = (self.noise, member, k);
        match self.order.try_lock() {
            Ok(mut order) => see(order.draw(draw)),
            // Another run is in the middle of a step; what is drawn does not depend on the order.
            Err(_) => see(self.new_order().draw(draw)),
        }
    }

    fn new_order(&self) -> BatchOrder {
        BatchOrder::new(self.terms, self.batch, self.sampling)
    }

    /// Whether every batch is the whole sum.
    fn is_whole(&self) -> bool {
        self.batch == self.terms && self.sampling != Sampling::WithReplacement
    }
}

impl<S, D> Potential<f64, D> for Minibatches<S>
where
    S: FiniteSum<D>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    fn value(&self, position: &OVector<f64, D>) -> f64 {
        self.sum.value(position)
    }

    fn gradient(&self, position: &OVector<f64, D>, gradient: &mut OVector<f64, D>) {
        self.sum.gradient(position, gradient);
    }

    fn gradient_at_step(
        &self,
        member: usize,
        k: usize,
        position: &OVector<f64, D>,
        gradient: &mut OVector<f64, D>,
    ) {
        if self.is_whole() {
            return self.sum.gradient(position, gradient);
        }
        let member = self.member.wrapping_add(member);
        self.with_batch((member, k), |batch| {
            self.sum.batch_gradient(batch, position, gradient)
        });
    }

    fn check_dimension(&self, dimension: usize) -> Result<(), Error> {
        self.sum.check_dimension(dimension)
    }

    fn length_scale(&self) -> Option<f64> {
        self.sum.length_scale()
    }
}
