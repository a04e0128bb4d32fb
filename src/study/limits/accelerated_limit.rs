//! AcceleratedLimit: s → 0 for accelerated methods of rate α = s, iterate k standing for about k√s.
//!
//! The plain limits are ẍ + 2√μẋ + ∇f = 0 for a fixed β = (1 − √μs)/(1 + √μs) and ẍ + (r/t)ẋ + ∇f = 0 for the schedule
//! β_k = (k − 1)/(k + r − 1); the iterates follow them to first order in √s. The high-resolution equations keep √s
//! and are followed to first or second order, by the start. Derivation (38) to (40).
//!
//! References: W. Su, S. Boyd, E. J. Candès, *J. Mach. Learn. Res.* 17 (2016), no. 153; B. Shi, S. S. Du, M. I. Jordan, W. J. Su,
//! arXiv:1810.08907 (2018).

use crate::Error;
use crate::check::positive;
use crate::motion::Problem;
use crate::ode::SpanError;
use crate::optimizers::{Iterate, Momentum, Nesterov, RuleFromFn, UpdateRule};
use crate::particle::{HeavyBall, HighResolution, NesterovFlow};
use crate::potentials::{Curvature, check_start};
use crate::study::StudyError;
use crate::study::{Convergence, Curve, Deviation, PositionVelocity, Title};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// The methods.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Method {
    HeavyBall { mu: f64 },
    StronglyConvex { mu: f64 },
    Schedule { friction: f64 },
}

/// Steps a run may take.
const MOST: f64 = 1e9;

/// Which equation the iterates are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Resolution {
    /// The limit s → 0, from rest.
    Low,
    /// The high-resolution equation from the paper's Ẋ(0).
    HighFromPaper,
    /// The high-resolution equation from Ẋ(0) = −(3/2)√s∇f(x₀).
    HighFromCentral,
}

/// A study of √s → 0: the errors of the heavy ball, NAG-SC and NAG-C against their equations.
///
/// The sequences are the paper's, from x₁ = x₀ − 2s∇f(x₀)/(1 + √μs): momentum from v₀ = −s∇f(x₀), and the look-ahead
/// points x + βv of Nesterov's method from v₀ = 0, which is what frameworks store. Velocities are central
/// differences. Errors are the largest over the second half of the span: 3/t is singular at its start.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{AcceleratedLimit, Resolution};
/// use nalgebra::vector;
///
/// let bowl = Quadratic::diagonal(vector![0.5, 4.0])?;
/// let study = AcceleratedLimit::strongly_convex(&bowl, 0.5, vector![1.0, 1.0]).halvings(0.01, 4);
/// let order = |resolution| study.measure(resolution).map(|table| table.position().fit.unwrap().order);
/// assert!((order(Resolution::HighFromPaper)? - 1.0).abs() < 0.05);
/// assert!((order(Resolution::HighFromCentral)? - 2.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct AcceleratedLimit<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    method: Method,
    potential: &'p P,
    position: OVector<f64, D>,
    until: f64,
    roots: Vec<f64>,
}

impl<'p, P, D> AcceleratedLimit<'p, P, D>
where
    P: Curvature<D>,
    D: DimAdd<D> + 'static,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// Momentum with α = s, β = (1 − √μs)/(1 + √μs) on a μ-strongly convex f from `position`; until time 2, for √s = 0.02 and
    /// five halvings.
    pub fn heavy_ball(potential: &'p P, mu: f64, position: OVector<f64, D>) -> Self {
        Self::new(Method::HeavyBall { mu }, potential, position)
    }

    /// Nesterov's method with the same coefficients, NAG-SC.
    pub fn strongly_convex(potential: &'p P, mu: f64, position: OVector<f64, D>) -> Self {
        Self::new(Method::StronglyConvex { mu }, potential, position)
    }

    /// Nesterov's method with α = s, β_k = (k − 1)/(k + r − 1), r = `friction`; r = 3 is NAG-C, the one that has a
    /// high-resolution equation.
    pub fn schedule(potential: &'p P, friction: f64, position: OVector<f64, D>) -> Self {
        Self::new(Method::Schedule { friction }, potential, position)
    }

    fn new(method: Method, potential: &'p P, position: OVector<f64, D>) -> Self {
        let study = Self {
            method,
            potential,
            position,
            until: 2.0,
            roots: Vec::new(),
        };
        study.halvings(0.02, 5)
    }

    /// Ends at this time.
    #[must_use]
    pub fn until(mut self, time: f64) -> Self {
        self.until = time;
        self
    }

    /// With √s = `largest` and `count` halvings of it.
    #[must_use]
    pub fn halvings(mut self, largest: f64, count: u16) -> Self {
        let root = |k| largest * 0.5_f64.powi(i32::from(k));
        self.roots = (0..=count).map(root).collect();
        self
    }

    /// The errors over the family of √s, which is the `dt` of the table.
    ///
    /// # Errors
    /// Those of [`Convergence::measure`], of the rules and the equations; [`StudyError::NoHighResolution`] for a
    /// high resolution of a schedule with r other than 3.
    pub fn measure(&self, resolution: Resolution) -> Result<Convergence, Error> {
        positive("until", &self.until, "; the limit is followed forward")?;
        check_start(self.potential, "start position", &self.position)?;
        let equation = match resolution {
            Resolution::Low => "the plain limit",
            _ => "the high-resolution equation",
        };
        let method = match self.method {
            Method::HeavyBall { mu } => format!("Momentum · μ = {mu}"),
            Method::StronglyConvex { mu } => format!("NAG-SC · μ = {mu}"),
            Method::Schedule { friction } => format!("Nesterov · r = {friction}"),
        };
        let start = match resolution {
            Resolution::Low => "from rest",
            Resolution::HighFromPaper => "from the paper's start",
            Resolution::HighFromCentral => "from the central start",
        };
        let title = Title {
            study: format!("√s → 0 against {equation}"),
            method,
            start: start.to_owned(),
            parameter: "dt",
        };
        Convergence::measure(title, &self.roots, |root| {
            let (span, steps, limit) = (self.until, self.until / root, MOST);
            if steps > limit {
                let dt = root;
                return Err(Error::Span(SpanError::TooManySteps {
                    dt,
                    span,
                    steps,
                    limit,
                }));
            }
            let (curve, origin) = self.curve(resolution, root)?;
            self.follow(root, &curve, origin)
        })
    }

    /// The equation's motion, and the time of iterate 0.
    fn curve(&self, resolution: Resolution, root: f64) -> Result<(Curve<'_, D>, f64), Error> {
        let (potential, position) = (self.potential, &self.position);
        let s = root * root;
        let high = match (resolution, self.method) {
            (Resolution::Low, Method::Schedule { friction }) => {
                let flow = NesterovFlow::new(potential, friction)?;
                let rest = position.map(|_| 0.0);
                let curve = Curve::second_order(flow, (0.0, self.until), position, &rest)?;
                return Ok((curve, 0.0));
            }
            (Resolution::Low, Method::HeavyBall { mu } | Method::StronglyConvex { mu }) => {
                positive("mu", &mu, "; for mu = 0 use schedule")?;
                let ball = HeavyBall::new(1.0, 2.0 * mu.sqrt())?;
                let problem = Problem::new(ball, potential, position.clone()).until(self.until);
                return Ok((Curve::motion(&problem)?, 0.0));
            }
            (_, Method::HeavyBall { mu }) => HighResolution::heavy_ball(potential, mu, s)?,
            (_, Method::StronglyConvex { mu }) => {
                HighResolution::strongly_convex(potential, mu, s)?
            }
            (_, Method::Schedule { friction: 3.0 }) => HighResolution::convex(potential, s)?,
            (_, Method::Schedule { friction }) => {
                return Err(Error::Study(StudyError::NoHighResolution { friction }));
            }
        };
        let velocity = match resolution {
            Resolution::HighFromCentral => high.second_order_start(position)?,
            _ => high.paper_start(position)?,
        };
        let origin = high.start_time();
        let curve = Curve::second_order(high, (origin, self.until), position, &velocity)?;
        Ok((curve, origin))
    }

    fn follow(&self, root: f64, curve: &Curve<'_, D>, origin: f64) -> Result<Deviation, Error> {
        let s = root * root;
        let start = self.position.clone();
        match self.method {
            Method::HeavyBall { mu } => {
                let rule = Momentum::new(s, contraction(mu, root))?;
                let mut displacement = start.clone();
                self.potential.gradient(&start, &mut displacement);
                displacement.apply(|slot| *slot *= -s);
                let iterates = rule.iterates(self.potential, start);
                let mut iterates = iterates.with_velocity(displacement);
                let points = iterates.by_ref().map(|iterate| iterate.position);
                let deviation = self.compare(points, (root, origin), curve)?;
                iterates.failure().cloned().map_or(Ok(deviation), Err)
            }
            Method::StronglyConvex { mu } => {
                let beta = contraction(mu, root);
                let mut iterates = Nesterov::new(s, beta)?.iterates(self.potential, start);
                let points = iterates.by_ref().map(|iterate| look_ahead(iterate, beta));
                let deviation = self.compare(points, (root, origin), curve)?;
                iterates.failure().cloned().map_or(Ok(deviation), Err)
            }
            Method::Schedule { friction } => {
                Nesterov::new(s, 0.0)?;
                positive("friction r", &friction, "")?;
                // At k = 0 there is no velocity yet, and β has no effect.
                let beta =
                    |k: usize| (k as f64 - 1.0).max(0.0) / (k as f64 + friction - 1.0).max(1.0);
                let rule = RuleFromFn(move |k| Nesterov {
                    alpha: s,
                    beta: beta(k),
                });
                let mut iterates = rule.iterates(self.potential, start);
                let points = iterates.by_ref().enumerate();
                let points = points.map(|(k, iterate)| look_ahead(iterate, beta(k)));
                let deviation = self.compare(points, (root, origin), curve)?;
                iterates.failure().cloned().map_or(Ok(deviation), Err)
            }
        }
    }

    /// Compares points a step apart, the first at `origin`, with their central differences as velocities.
    fn compare(
        &self,
        mut points: impl Iterator<Item = OVector<f64, D>>,
        (root, origin): (f64, f64),
        curve: &Curve<'_, D>,
    ) -> Result<Deviation, Error> {
        let mut deviation = Deviation::from_reference(curve);
        let (Some(mut before), Some(mut here)) = (points.next(), points.next()) else {
            return Ok(deviation);
        };
        for (k, after) in points.enumerate() {
            let time = (k + 1) as f64 * root + origin;
            if time > self.until * (1.0 + 1e-12) {
                break;
            }
            if time >= 0.5 * self.until {
                let velocity = (&after - before) / (2.0 * root);
                let motion: PositionVelocity<D> = (here.clone(), velocity);
                deviation.note(&motion, &curve.at(time.min(self.until))?, k)?;
            }
            (before, here) = (here, after);
        }
        Ok(deviation)
    }
}

/// β = (1 − √μs)/(1 + √μs).
fn contraction(mu: f64, root: f64) -> f64 {
    let product = mu.sqrt() * root;
    (1.0 - product) / (1.0 + product)
}

/// x + βv, where Nesterov's method takes its next gradient.
fn look_ahead<D: Dim>(iterate: Iterate<f64, D>, beta: f64) -> OVector<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    iterate.position + iterate.velocity * beta
}
