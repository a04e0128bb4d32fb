//! The limit of accelerated methods: s → 0 for rate α = s, iterate k corresponding to the time k√s.
//!
//! The plain limits are ẍ + 2√μẋ + ∇f = 0 for a fixed β = (1 − √μs)/(1 + √μs) and ẍ + (r/t)ẋ + ∇f = 0 for the schedule
//! β_k = (k − 1)/(k + r − 1); the iterates follow them to first order in √s. The high-resolution equations keep terms
//! in √s and are followed to first or second order, depending on the start. Derivation (38) to (40).
//!
//! References: W. Su, S. Boyd, E. J. Candès, *J. Mach. Learn. Res.* 17 (2016), no. 153; B. Shi, S. S. Du, M. I. Jordan,
//! W. J. Su, arXiv:1810.08907 (2018).

use super::accelerated::{Accelerated, Resolution, fixed_beta};
use super::limit::{Limit, Runs, refuse_endless};
use crate::Error;
use crate::check::positive;
use crate::motion::Problem;
use crate::ode::PositionVelocity;
use crate::optimizers::{Iterate, Nesterov, RuleFromFn, UpdateRule};
use crate::particle::{HeavyBall, HighResolution, NesterovFlow};
use crate::potentials::{Curvature, check_start};
use crate::study::convergence::{Comparison, Over, Window};
use crate::study::{Curve, Deviation, Reference, Rule, SmallParameter, StudyError};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// Iterations that a run may take.
const MOST: f64 = 1e9;

/// The iterates of `method`, and the equation that they are measured against.
struct Sequence<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    method: Accelerated,
    potential: &'p P,
    position: OVector<f64, D>,
    resolution: Resolution,
}

impl<'p, D> Limit<'p, D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// √s → 0: the errors of an accelerated method from `position` against its equation, over a family of √s.
    ///
    /// The sequences are the paper's, from x₁ = x₀ − 2s∇f(x₀)/(1 + √μs): momentum from v₀ = −s∇f(x₀), and the
    /// look-ahead points x + βv of Nesterov's method from v₀ = 0, which is what frameworks store. Velocities are
    /// central differences. Runs end at time 2, for √s = 0.02 and five halvings. Errors are the largest over the second
    /// half of the span: 3/t is singular at its start. In tables √s is the step `dt`.
    ///
    /// # Errors
    /// When measured: those of the rules and the equations; [`StudyError::NoHighResolution`] for a high resolution of a
    /// schedule with r other than 3; [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps) for more than
    /// 10⁹ iterations.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::{Accelerated, Limit, Resolution, Rule};
    /// use nalgebra::vector;
    ///
    /// let bowl = Quadratic::diagonal(vector![0.5, 4.0])?;
    /// let nesterov = Accelerated::StronglyConvex { rule: Rule::Nesterov, mu: 0.5 };
    /// let order = |resolution| {
    ///     let study = Limit::accelerated(nesterov, &bowl, vector![1.0, 1.0], resolution);
    ///     let table = study.with_halvings(0.01, 4).measure();
    ///     table.map(|table| table.position().fit.unwrap().order)
    /// };
    /// assert!((order(Resolution::HighFromPaper)? - 1.0).abs() < 0.05);
    /// assert!((order(Resolution::HighFromCentral)? - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn accelerated<P>(
        method: Accelerated,
        potential: &'p P,
        position: OVector<f64, D>,
        resolution: Resolution,
    ) -> Self
    where
        P: Curvature<D>,
    {
        let runs = Sequence {
            method,
            potential,
            position,
            resolution,
        };
        let window = Window {
            from: 0.0,
            until: 2.0,
            over: Over::SecondHalf,
        };
        let start = resolution.start().into();
        let title = (SmallParameter::RootRate, method.label(), start);
        Self::of(Box::new(runs), title, 0.02, window)
    }
}

impl<'p, P, D> Sequence<'p, P, D>
where
    P: Curvature<D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The high-resolution equation at rate `s`.
    fn high_resolution(&self, s: f64) -> Result<HighResolution<&'p P>, Error> {
        let potential = self.potential;
        match self.method {
            Accelerated::StronglyConvex { rule, mu } => match rule {
                Rule::Momentum => HighResolution::heavy_ball(potential, mu, s),
                Rule::Nesterov => HighResolution::strongly_convex(potential, mu, s),
            },
            Accelerated::Schedule { friction: 3.0 } => HighResolution::convex(potential, s),
            Accelerated::Schedule { friction } => {
                Err(Error::Study(StudyError::NoHighResolution { friction }))
            }
        }
    }

    /// The motion of the limit s → 0.
    fn plain_limit(&self, (from, until): (f64, f64)) -> Result<Curve<'p, D>, Error> {
        let (potential, position) = (self.potential, &self.position);
        match self.method {
            Accelerated::Schedule { friction } => {
                let flow = NesterovFlow::new(potential, friction)?;
                let rest = position.map(|_| 0.0);
                Curve::second_order(flow, (from, until), position, &rest)
            }
            Accelerated::StronglyConvex { mu, .. } => {
                positive("mu", &mu, "; for mu = 0 use Accelerated::Schedule")?;
                let ball = HeavyBall::new(1.0, 2.0 * mu.sqrt())?;
                let problem = Problem::new(ball, potential, position.clone()).until(until);
                Curve::motion(&problem)
            }
        }
    }

    /// The motion of the high-resolution equation at each √s.
    fn high_curve(&self, root: f64, until: f64) -> Result<Curve<'p, D>, Error> {
        let (equation, position) = (self.high_resolution(root * root)?, &self.position);
        let velocity = match self.resolution {
            Resolution::HighFromCentral => equation.second_order_start(position)?,
            _ => equation.paper_start(position)?,
        };
        let from = equation.start_time();
        Curve::second_order(equation, (from, until), position, &velocity)
    }

    /// Compares `points`, a step apart and the first at `origin`, with their central differences as velocities.
    fn compare(
        &self,
        mut points: impl Iterator<Item = OVector<f64, D>>,
        (root, origin): (f64, f64),
        window: &Window,
        curve: &Curve<'_, D>,
    ) -> Result<Deviation, Error> {
        let mut comparison = Comparison::new(curve, *window);
        let (Some(mut before), Some(mut here)) = (points.next(), points.next()) else {
            return Ok(comparison.deviation);
        };
        let end = window.until * (1.0 + 1e-12);
        for (k, after) in points.enumerate() {
            let time = (k + 1) as f64 * root + origin;
            if time > end {
                break;
            }
            if window.counts(time, time + root > end) {
                let velocity = (&after - before) / (2.0 * root);
                let motion: PositionVelocity<D> = (here.clone(), velocity);
                comparison.note(time, &motion, k)?;
            }
            (before, here) = (here, after);
        }
        Ok(comparison.deviation)
    }
}

impl<P, D> Runs<D> for Sequence<'_, P, D>
where
    P: Curvature<D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn check(&self, _window: &Window) -> Result<(), Error> {
        check_start(self.potential, "start position", &self.position)
    }

    fn reference(&self, window: &Window) -> Result<Reference<'_, D>, Error> {
        let Window { from, until, .. } = *window;
        Ok(match self.resolution {
            Resolution::Low => {
                Reference::curve("the plain limit", self.plain_limit((from, until))?)
            }
            _ => Reference::each("the high-resolution equation", move |root| {
                self.high_curve(root, until)
            }),
        })
    }

    fn run(
        &self,
        root: f64,
        window: &Window,
        reference: &Reference<'_, D>,
    ) -> Result<Deviation, Error> {
        let (s, span) = (root * root, window.length());
        refuse_endless(root, span, span / root, MOST)?;
        let held = reference.at_step(root)?;
        let (curve, start) = (held.curve(), self.position.clone());
        let origin = match self.resolution {
            Resolution::Low => 0.0,
            _ => self.high_resolution(s)?.start_time(),
        };
        match self.method {
            Accelerated::StronglyConvex { rule, mu } => {
                let beta = fixed_beta(mu, root);
                let mut displacement = start.map(|_| 0.0);
                if rule == Rule::Momentum {
                    self.potential.gradient(&start, &mut displacement);
                    displacement.apply(|slot| *slot *= -s);
                }
                let iterates = rule.at(s, beta)?.iterates(self.potential, start);
                let mut iterates = iterates.with_velocity(displacement);
                let ahead = rule.look_ahead(beta);
                let points = iterates.by_ref().map(|iterate| look_ahead(iterate, ahead));
                let deviation = self.compare(points, (root, origin), window, curve)?;
                iterates.failure().cloned().map_or(Ok(deviation), Err)
            }
            Accelerated::Schedule { friction } => {
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
                let deviation = self.compare(points, (root, origin), window, curve)?;
                iterates.failure().cloned().map_or(Ok(deviation), Err)
            }
        }
    }
}

/// x + θv.
fn look_ahead<D: Dim>(iterate: Iterate<f64, D>, theta: f64) -> OVector<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    iterate.position + iterate.velocity * theta
}
