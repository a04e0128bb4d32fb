//! Clipping: a bound on the gradient before an optimiser uses it, by its norm or by each of its components.
//!
//! By value, each component is brought into [−c, c]. By norm, ∇f is multiplied by min(1, c/(|∇f| + ε)), where ε = 10⁻⁶ in
//! PyTorch and MLX, and 0 in Optax, Keras and Flux; burn had 10⁻⁶ up to 0.20, and has the smallest positive number since, which
//! changes no gradient. The order is the same in all of them: clip, then change the sign
//! (`maximize`), then add coupled weight decay.
//!
//! The force on the ball is then at most c, and so is its terminal velocity: |v| ≤ αc/(1 − β), derivation (62).
//!
//! The frameworks clip by one norm of all parameters (`clip_grad_norm_`, `clip_by_global_norm`, `global_clipnorm`) or by one
//! of each array (Keras's `clipnorm`, Flux, burn). Here the parameters are one vector, and these are the same.
//!
//! Reference: R. Pascanu, T. Mikolov, Y. Bengio, *On the difficulty of training recurrent neural networks*, ICML 2013,
//! algorithm 1.

use crate::check::positive;
use crate::frameworks::{Convention, FrameworkError, Sgd};
use crate::{Error, Number, SquareRoot};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// How an optimiser bounds its gradients, with the bound c; for [`Sgd::with_clipping`].
///
/// ```
/// use heavyball::frameworks::{Clipping, Convention, Sgd};
/// use heavyball::prelude::*;
/// use nalgebra::vector;
///
/// let keras = Sgd::new(Convention::Keras { nesterov: false }, 0.5, 0.0)?;
/// let bowl = Quadratic::diagonal(vector![1.0, 1.0])?;
/// let step = |clipping| Ok::<_, Error>(keras.with_clipping(clipping).run(&bowl, vector![3.0, 4.0]).nth(1));
/// // The gradient (3, 4) has the norm 5: by norm it keeps its direction, by value it does not.
/// let by_norm = step(Clipping::norm(1.0)?)?.map(|state| vector![3.0, 4.0] - state.parameter);
/// assert!(by_norm.is_some_and(|moved| (moved - vector![0.3, 0.4]).norm() < 1e-15));
/// let by_value = step(Clipping::value(1.0)?)?.map(|state| vector![3.0, 4.0] - state.parameter);
/// assert_eq!(by_value, Some(vector![0.5, 0.5]));
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Clipping<T = f64> {
    bound: T,
    /// The square root for a norm, which not every number has; `None` by value.
    root: Option<fn(&T) -> T>,
}

impl<T: PartialEq> PartialEq for Clipping<T> {
    fn eq(&self, other: &Self) -> bool {
        self.bound == other.bound && self.root.is_some() == other.root.is_some()
    }
}

impl<T: Number> Clipping<T> {
    /// Each component is brought into [−c, c].
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless c is positive and finite.
    pub fn value(bound: T) -> Result<Self, Error> {
        positive(
            "the bound of clipping by value",
            &bound,
            "; to not clip, leave it out",
        )?;
        Ok(Self { bound, root: None })
    }

    /// The gradient is shortened to the norm c if it is longer.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless c is positive and finite.
    pub fn norm(bound: T) -> Result<Self, Error>
    where
        T: SquareRoot,
    {
        positive(
            "the bound of clipping by norm",
            &bound,
            "; to not clip, leave it out",
        )?;
        Ok(Self {
            bound,
            root: Some(T::square_root),
        })
    }

    /// The bound c.
    pub fn bound(&self) -> &T {
        &self.bound
    }

    /// Whether it is by the norm of the whole gradient.
    pub fn is_by_norm(&self) -> bool {
        self.root.is_some()
    }

    /// Bounds `gradient`; ε is added to its norm.
    #[inline]
    pub(super) fn clip<D: Dim>(&self, gradient: &mut OVector<T, D>, epsilon: Option<T>)
    where
        DefaultAllocator: Allocator<D>,
    {
        let bound = &self.bound;
        let Some(root) = self.root else {
            gradient.apply(|g| {
                if *g > *bound {
                    *g = bound.clone();
                } else if *g < -bound.clone() {
                    *g = -bound.clone();
                }
            });
            return;
        };
        let norm = norm(gradient, root) + epsilon.unwrap_or_else(T::zero);
        // Not for NaN, which remains.
        if norm > *bound {
            gradient.apply(|g| *g = g.clone() / norm.clone() * bound.clone());
        }
    }
}

/// |g|, without overflow or underflow of the squares.
fn norm<T: Number, D: Dim>(gradient: &OVector<T, D>, root: fn(&T) -> T) -> T
where
    DefaultAllocator: Allocator<D>,
{
    let squares = |scale: &T| {
        let scaled = gradient.iter().map(|g| g.clone() / scale.clone());
        scaled.fold(T::zero(), |sum, g| sum + g.clone() * g)
    };
    let sum = squares(&T::one());
    let size = sum.to_f64();
    if (1e-280..1e300).contains(&size) {
        return root(&sum);
    }
    let mut largest = T::zero();
    for g in gradient.iter() {
        let size = if *g < T::zero() {
            -g.clone()
        } else {
            g.clone()
        };
        if size > largest {
            largest = size;
        }
    }
    // The root of 0 has no derivative.
    if largest.is_zero() {
        return largest;
    }
    root(&squares(&largest)) * largest
}

impl<T: Number> Sgd<T> {
    /// The same optimiser with its gradients clipped, before weight decay is added.
    ///
    /// [`Self::sutskever`] then has the iterates of this optimiser on f with its gradient clipped. Translated between
    /// PyTorch or MLX, which add 10⁻⁶ to the norm, and the others, a clipped gradient changes by 10⁻⁶/|∇f| of
    /// itself.
    ///
    /// ```
    /// use heavyball::frameworks::{Clipping, Convention, Sgd};
    /// let torch = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: false }, 0.1, 0.9)?;
    /// let clipped = torch.with_clipping(Clipping::norm(1.0)?);
    /// assert_eq!(
    ///     clipped.to_string(),
    ///     "torch.nn.utils.clip_grad_norm_(params, 1), torch.optim.SGD(params, lr=0.1, momentum=0.9)"
    /// );
    /// assert!(Clipping::norm(0.0).is_err());
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    #[must_use = "the optimiser itself is not changed"]
    pub fn with_clipping(mut self, clipping: Clipping<T>) -> Self {
        self.clipping = Some(clipping);
        self
    }

    /// The clipping, if there is one.
    pub fn clipping(&self) -> Option<&Clipping<T>> {
        self.clipping.as_ref()
    }

    /// The same optimiser climbing f instead: −∇f takes the place of ∇f; weight decay still pulls to the origin.
    ///
    /// PyTorch's `maximize=True`, and Optax's `scale(-1.0)` before the others. It is the optimiser on −f.
    ///
    /// # Errors
    /// [`FrameworkError::NoMaximize`] for Keras, Flux, MLX, burn and the average, in which the loss is negated.
    ///
    /// ```
    /// use heavyball::frameworks::{Convention, Sgd};
    /// use heavyball::prelude::*;
    /// use nalgebra::vector;
    ///
    /// let torch = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: false }, 0.01, 0.9)?;
    /// let climbing = torch.with_maximize(true)?;
    /// assert_eq!(climbing.to_string(), "torch.optim.SGD(params, lr=0.01, momentum=0.9, maximize=True)");
    /// let hill = from_fn(|x: &nalgebra::Vector1<f64>| -x.x * x.x, |x| vector![-2.0 * x.x]);
    /// let top = climbing.run(&hill, vector![1.0]).nth(500).map(|state| state.parameter.x);
    /// assert!(top.is_some_and(|x| x.abs() < 1e-9));
    /// assert!(Sgd::new(Convention::FluxMomentum, 0.01, 0.9)?.with_maximize(true).is_err());
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn with_maximize(mut self, maximize: bool) -> Result<Self, Error> {
        if maximize && !self.convention().has_maximize() {
            return Err(Error::Framework(FrameworkError::NoMaximize {
                framework: self.convention().name(),
            }));
        }
        self.maximize = maximize;
        Ok(self)
    }

    /// Whether it climbs f.
    pub fn is_maximizing(&self) -> bool {
        self.maximize
    }

    /// This optimiser with the clipping and the direction of `source`.
    pub(super) fn with_gradient_of(self, source: &Self) -> Result<Self, Error> {
        let mut taken = self.with_maximize(source.maximize)?;
        taken.clipping = source.clipping.clone();
        Ok(taken)
    }

    /// What the optimiser makes of ∇f at `point`: clipped, with its sign, and with coupled weight decay.
    #[inline]
    pub(super) fn made<D: Dim>(&self, point: &OVector<T, D>, gradient: &mut OVector<T, D>)
    where
        DefaultAllocator: Allocator<D>,
    {
        if let Some(clipping) = &self.clipping {
            clipping.clip(gradient, self.convention().epsilon());
        }
        if self.maximize {
            gradient.neg_mut();
        }
        if let Some(decay) = self.pull() {
            gradient.zip_apply(point, |slot, x| *slot += decay.clone() * x);
        }
    }
}

impl<T: Number> Convention<T> {
    /// Whether it can climb f without a change of f.
    fn has_maximize(&self) -> bool {
        matches!(
            self,
            Self::PyTorch { .. }
                | Self::Optax { .. }
                | Self::TwoStep { .. }
                | Self::Sutskever { .. }
        )
    }

    /// What it adds to the norm when it clips, if anything.
    pub(super) fn epsilon(&self) -> Option<T> {
        let million = || T::integer(1000) * T::integer(1000);
        match self {
            Self::PyTorch { .. } | Self::Mlx { .. } => Some(T::one() / million()),
            _ => None,
        }
    }
}
