//! The overdamped limit: m → 0 at fixed drag, in which the heavy ball becomes gradient flow.
//!
//! m ẍ + γẋ + ∇f = 0 forgets its velocity within a time m/γ and then creeps: x = x_flow + O(m) for the flow
//! γẋ = −∇f from x₀, and x = x_c + O(m²) for the corrected flow γẋ = −(∇f + (m/γ²)∇²f∇f) from
//! x₀ + (m/γ)(u₀ + ∇f(x₀)/γ). Derivation (36).

use super::limit::{Limit, Runs, refuse_endless};
use crate::Error;
use crate::check::positive;
use crate::motion::Problem;
use crate::particle::{GradientFlow, HeavyBall};
use crate::potentials::Potential;
use crate::study::convergence::{Comparison, Over, Window};
use crate::study::{Curve, Deviation, Reference, SmallParameter};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum};

/// Steps that the ball may take; the solver itself gives up at a million.
const MOST: f64 = 3e5;
/// Times at which ball and flow are compared.
const PROBES: u16 = 64;

/// The motions of `problem` with other masses.
struct Overdamped<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    problem: &'p Problem<P, D>,
}

impl<'p, D> Limit<'p, D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// m → 0: the distance of the heavy ball of `problem` from gradient flow, over a family of masses.
    ///
    /// The drag, the start and the span are those of the problem; its mass is replaced by those of the family, γ/40 and
    /// five halvings unless changed. Errors are the largest over the second half of the span: the initial layer of the
    /// velocity, e^(−γt/m), is over by then if the largest mass is much smaller than γ times that time.
    ///
    /// The ball is solved at tolerance 1e-13, in steps of about 3m/γ: masses below a thousandth of γ times the span are
    /// slow.
    ///
    /// # Errors
    /// When measured: [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a drag of zero
    /// and for errors that count from no time before the end;
    /// [`SpanError::TooManySteps`](crate::error::SpanError::TooManySteps) for a mass that would take more than 300 000
    /// steps.
    ///
    /// ```
    /// use heavyball::prelude::*;
    /// use heavyball::study::modified_equation::CorrectedFlow;
    /// use heavyball::study::{Limit, Reference};
    /// use nalgebra::vector;
    ///
    /// let (start, velocity) = (vector![0.5, 1.0], vector![0.3, 0.0]);
    /// let problem = Problem::new(HeavyBall::new(0.02, 1.0)?, DoubleWell, start)
    ///     .with_velocity(velocity)
    ///     .until(2.0);
    /// let study = Limit::overdamped(&problem).with_halvings(0.02, 4);
    /// assert!((study.measure()?.position().fit.unwrap().order - 1.0).abs() < 0.05);
    ///
    /// let flow = |mass| CorrectedFlow::overdamped(DoubleWell, &HeavyBall::new(mass, 1.0)?);
    /// let corrected = study.with_reference(Reference::corrected_flow(flow, start, velocity, 2.0));
    /// assert!((corrected.measure()?.position().fit.unwrap().order - 2.0).abs() < 0.05);
    /// # Ok::<(), heavyball::Error>(())
    /// ```
    pub fn overdamped<P>(problem: &'p Problem<P, D>) -> Self
    where
        P: Potential<f64, D>,
    {
        let (from, until) = problem.span();
        let over = Over::SecondHalf;
        let window = Window { from, until, over };
        let HeavyBall { drag, .. } = problem.ball();
        let method = format!("the ball under drag {drag}").into();
        let title = (SmallParameter::Mass, method, "its own start".into());
        Self::of(Box::new(Overdamped { problem }), title, drag / 40.0, window)
    }
}

impl<P, D> Runs<D> for Overdamped<'_, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    fn check(&self, window: &Window) -> Result<(), Error> {
        if window.is_end() {
            return Ok(());
        }
        let left = window.length() - window.first();
        let advice = "; errors count from a time before the end";
        positive("time left to compare", &left, advice)
    }

    fn reference(&self, window: &Window) -> Result<Reference<'_, D>, Error> {
        let system = GradientFlow::new(self.problem.potential(), self.problem.ball().drag)?;
        let start = self.problem.start().position;
        let curve = Curve::flow(&system, (window.from, window.until), &start)?;
        Ok(Reference::curve("gradient flow", curve))
    }

    fn run(
        &self,
        mass: f64,
        window: &Window,
        reference: &Reference<'_, D>,
    ) -> Result<Deviation, Error> {
        let ball = HeavyBall::new(mass, self.problem.ball().drag)?;
        let (dt, span) = (3.0 * mass / ball.drag, window.length());
        refuse_endless(dt, span, span / dt, MOST)?;
        let problem = self.problem.with_ball(ball).until(window.until);
        let (motion, held) = (Curve::motion(&problem)?, reference.at_step(mass)?);
        let mut comparison = Comparison::new(held.curve(), *window);
        let first = window.first();
        for probe in 0..=PROBES {
            let part = f64::from(probe) / f64::from(PROBES);
            let time = (first + part * (span - first)).min(span);
            comparison.note(time, &motion.at((window.from + time).min(window.until))?, 0)?;
        }
        comparison.deviation.add_reference_error(motion.error());
        Ok(comparison.deviation)
    }
}
