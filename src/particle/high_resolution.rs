//! HighResolution: the high-resolution ODEs of Shi, Du, Jordan and Su, which retain the terms of order √s.
//!
//! Ẍ + aẊ + b∇²f Ẋ + c∇f = 0 for an iteration of rate α = s, with iterate k at time k√s:
//!
//! | iteration | a | b | c | equation |
//! |---|---|---|---|---|
//! | heavy ball, β = (1 − √μs)/(1 + √μs) | 2√μ | 0 | 1 + √μs | 1.10 |
//! | NAG-SC, the same β | 2√μ | √s | 1 + √μs | 1.11 |
//! | NAG-C, β_k = (k − 1)/(k + 2) | 3/t | √s | 1 + 3√s/2t | 1.12 |
//!
//! Reference: B. Shi, S. S. Du, M. I. Jordan, W. J. Su, arXiv:1810.08907 (2018), *Math. Program.* 195 (2022) 79–148.

use crate::Error;
use crate::check::{check_vector, positive};
use crate::ode::SecondOrderSystem;
use crate::potentials::{Curvature, Potential, check_start, check_start_motion};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};

/// One of the three high-resolution ODEs, for a rate s.
///
/// In the limit s → 0 the heavy ball and Nesterov's method have the same ODE. These ODEs differ, by the term √s∇²f Ẋ
/// that corresponds to the look-ahead. Costs one gradient per evaluation, and one Hessian-vector product where b is not
/// 0.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::HighResolution;
/// use nalgebra::{Const, vector};
///
/// let (mu, s) = (0.5_f64, 1e-4_f64);
/// let bowl = Quadratic::diagonal(vector![0.5, 4.0])?;
/// let flow = HighResolution::strongly_convex(&bowl, mu, s)?;
/// let start = vector![1.0, 1.0];
/// let velocity = flow.second_order_start(&start)?;
/// let system = flow.in_phase_space(Const::<2>);
/// let run = Dop853::new(1e-12, 1e-12).integrate(&system, (0.0, 2.0), system.state(&start, &velocity)?)?;
///
/// let (beta, steps) = ((1.0 - (mu * s).sqrt()) / (1.0 + (mu * s).sqrt()), 200);
/// let iterate = Nesterov::new(s, beta)?.iterates(&bowl, start).after(steps)?;
/// let look_ahead = iterate.position + iterate.velocity * beta;
/// assert!((system.motion(run.last())?.0 - look_ahead).norm() < 1e-4);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HighResolution<P> {
    potential: P,
    kind: Kind,
    root: f64,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Kind {
    HeavyBall { mu: f64 },
    StronglyConvex { mu: f64 },
    Convex,
}

impl<P> HighResolution<P> {
    /// Equation 1.10, of momentum with α = s, β = (1 − √μs)/(1 + √μs), on a μ-strongly convex f.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless μ and s are positive and
    /// finite.
    pub fn heavy_ball(potential: P, mu: f64, s: f64) -> Result<Self, Error> {
        positive("mu", &mu, "; for mu = 0 use convex")?;
        Self::new(potential, Kind::HeavyBall { mu }, s)
    }

    /// Equation 1.11, of Nesterov's method with the same coefficients, NAG-SC.
    ///
    /// # Errors
    /// The errors of [`Self::heavy_ball`].
    pub fn strongly_convex(potential: P, mu: f64, s: f64) -> Result<Self, Error> {
        positive("mu", &mu, "; for mu = 0 use convex")?;
        Self::new(potential, Kind::StronglyConvex { mu }, s)
    }

    /// Equation 1.12, of Nesterov's method with α = s, β_k = (k − 1)/(k + 2), NAG-C. It starts at t = 3√s/2.
    ///
    /// # Errors
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) unless s is positive and finite.
    pub fn convex(potential: P, s: f64) -> Result<Self, Error> {
        Self::new(potential, Kind::Convex, s)
    }

    fn new(potential: P, kind: Kind, s: f64) -> Result<Self, Error> {
        positive("s", &s, "; the rate of the iteration")?;
        Ok(Self {
            potential,
            kind,
            root: s.sqrt(),
        })
    }

    /// The time of iterate 0: 0, or 3√s/2 for NAG-C.
    pub fn start_time(&self) -> f64 {
        match self.kind {
            Kind::Convex => 1.5 * self.root,
            _ => 0.0,
        }
    }

    /// The initial velocity of the paper: −2√s∇f(x₀)/(1 + √μs) for equations 1.10 and 1.11, −√s∇f(x₀) for 1.12.
    ///
    /// It is the first displacement divided by √s, a one-sided difference: the iterates follow the ODE to order 1.
    ///
    /// # Errors
    /// [`VectorError::DimensionMismatch`](crate::error::VectorError::DimensionMismatch) for a dimension in which f is
    /// not defined, [`VectorError::Empty`](crate::error::VectorError::Empty) and
    /// [`VectorError::NonFiniteComponent`](crate::error::VectorError::NonFiniteComponent) for the position.
    pub fn paper_start<D: Dim>(&self, position: &OVector<f64, D>) -> Result<OVector<f64, D>, Error>
    where
        P: Potential<f64, D>,
        DefaultAllocator: Allocator<D>,
    {
        let factor = match self.kind {
            Kind::HeavyBall { mu } | Kind::StronglyConvex { mu } => {
                2.0 / (1.0 + mu.sqrt() * self.root)
            }
            Kind::Convex => 1.0,
        };
        self.along_gradient(position, factor)
    }

    /// The initial velocity −(3/2)√s∇f(x₀), a central difference at iterate 0: the iterates of 1.10 and 1.11 follow the
    /// ODE to order 2.
    ///
    /// It corresponds to the first iterate of the paper, x₁ = x₀ − 2s∇f(x₀)/(1 + √μs), which is that of momentum from
    /// v₀ = −s∇f(x₀) and of the look-ahead point x + βv of Nesterov's method from v₀ = 0. For 1.12 it is
    /// [`Self::paper_start`].
    ///
    /// # Errors
    /// The errors of [`Self::paper_start`].
    pub fn second_order_start<D: Dim>(
        &self,
        position: &OVector<f64, D>,
    ) -> Result<OVector<f64, D>, Error>
    where
        P: Potential<f64, D>,
        DefaultAllocator: Allocator<D>,
    {
        match self.kind {
            Kind::Convex => self.paper_start(position),
            _ => self.along_gradient(position, 1.5),
        }
    }

    fn along_gradient<D: Dim>(
        &self,
        position: &OVector<f64, D>,
        factor: f64,
    ) -> Result<OVector<f64, D>, Error>
    where
        P: Potential<f64, D>,
        DefaultAllocator: Allocator<D>,
    {
        check_start(&self.potential, "start position", position)?;
        let mut velocity = position.clone();
        self.potential.gradient(position, &mut velocity);
        velocity.apply(|slot| *slot *= -factor * self.root);
        check_vector("start velocity", &velocity)?;
        Ok(velocity)
    }
}

impl<D: Dim, P: Curvature<D>> SecondOrderSystem<D> for HighResolution<P>
where
    DefaultAllocator: Allocator<D>,
{
    fn acceleration(
        &self,
        time: f64,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
        acceleration: &mut OVector<f64, D>,
    ) {
        let root = self.root;
        let (drag, of_hessian, force) = match self.kind {
            Kind::HeavyBall { mu } => (2.0 * mu.sqrt(), 0.0, 1.0 + mu.sqrt() * root),
            Kind::StronglyConvex { mu } => (2.0 * mu.sqrt(), root, 1.0 + mu.sqrt() * root),
            Kind::Convex => (3.0 / time, root, 1.0 + 1.5 * root / time),
        };
        let mut product = velocity.clone();
        if of_hessian == 0.0 {
            product.fill(0.0);
        } else {
            self.potential
                .hessian_product(position, velocity, &mut product);
        }
        self.potential.gradient(position, acceleration);
        acceleration.zip_zip_apply(velocity, &product, |slot, u, product| {
            *slot = -(force * *slot + drag * u + of_hessian * product);
        });
    }

    fn check_start(
        &self,
        position: &OVector<f64, D>,
        velocity: &OVector<f64, D>,
    ) -> Result<(), Error> {
        check_start_motion(&self.potential, position, velocity)
    }
}
