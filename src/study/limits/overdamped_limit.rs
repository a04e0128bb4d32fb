//! OverdampedLimit: m → 0 at fixed drag, the limit in which the heavy ball becomes gradient flow.
//!
//! m ẍ + γẋ + ∇f = 0 forgets its velocity within a time m/γ and then creeps: x = x_flow + O(m) for the flow
//! γẋ = −∇f from x₀, and x = x_c + O(m²) for the corrected flow γẋ = −(∇f + (m/γ²)∇²f∇f) from
//! x₀ + (m/γ)(u₀ + ∇f(x₀)/γ). Derivation (36).

use crate::Error;
use crate::check::positive;
use crate::motion::Problem;
use crate::ode::SpanError;
use crate::particle::{GradientFlow, HeavyBall};
use crate::potentials::Potential;
use crate::study::{Convergence, Curve, Deviation, Reference, Title};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, DimAdd, DimSum, OVector};

/// A study of m → 0: how far the heavy ball is from gradient flow, over a family of masses.
///
/// Errors are the largest over the second half of the span unless [`Self::since`] says otherwise: the
/// velocity's own decay, e^(−γt/m), is over by then if the largest mass is well below γ times that time. The
/// ball is solved at tolerance 1e-13, in steps of about 3m/γ: masses below a thousandth of γ times
/// the span are slow, and one that would take more than 300 000 steps is [`SpanError::TooManySteps`].
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{CorrectedFlow, OverdampedLimit, Reference};
/// use nalgebra::vector;
///
/// let (start, velocity) = (vector![0.5, 1.0], vector![0.3, 0.0]);
/// let study = OverdampedLimit::new(&DoubleWell, 1.0, start)
///     .with_velocity(velocity)
///     .until(2.0)
///     .halvings(0.02, 4);
/// assert!((study.measure()?.position().fit.unwrap().order - 1.0).abs() < 0.05);
///
/// let flow = |mass| CorrectedFlow::overdamped(DoubleWell, &HeavyBall::new(mass, 1.0)?);
/// let corrected = study.against(Reference::corrected_flow(flow, start, velocity, 2.0));
/// assert!((corrected.measure()?.position().fit.unwrap().order - 2.0).abs() < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug)]
pub struct OverdampedLimit<'p, P, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    potential: &'p P,
    drag: f64,
    position: OVector<f64, D>,
    velocity: OVector<f64, D>,
    until: f64,
    since: Option<f64>,
    masses: Vec<f64>,
    reference: Option<Reference<'p, D>>,
}

/// Steps that the ball may take; the solver itself gives up at a million.
const MOST: f64 = 3e5;
/// Times at which ball and flow are compared.
const PROBES: u16 = 64;

impl<'p, P, D> OverdampedLimit<'p, P, D>
where
    P: Potential<f64, D>,
    D: DimAdd<D> + 'p,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
    <DefaultAllocator as Allocator<D>>::Buffer<f64>: 'p,
    <DefaultAllocator as Allocator<DimSum<D, D>>>::Buffer<f64>: 'p,
{
    /// The study under `drag` from `position` at rest, until time 1, for masses γ/40 and five halvings.
    pub fn new(potential: &'p P, drag: f64, position: OVector<f64, D>) -> Self {
        let study = Self {
            potential,
            drag,
            velocity: position.map(|_| 0.0),
            position,
            until: 1.0,
            since: None,
            masses: Vec::new(),
            reference: None,
        };
        study.halvings(drag / 40.0, 5)
    }

    /// Starts with velocity ẋ(0).
    #[must_use]
    pub fn with_velocity(mut self, velocity: OVector<f64, D>) -> Self {
        self.velocity = velocity;
        self
    }

    /// Ends at this time.
    #[must_use]
    pub fn until(mut self, time: f64) -> Self {
        self.until = time;
        self
    }

    /// Counts errors from this time on.
    #[must_use]
    pub fn since(mut self, time: f64) -> Self {
        self.since = Some(time);
        self
    }

    /// With the mass `largest` and `count` halvings of it.
    #[must_use]
    pub fn halvings(mut self, largest: f64, count: u16) -> Self {
        let mass = |k| largest * 0.5_f64.powi(i32::from(k));
        self.masses = (0..=count).map(mass).collect();
        self
    }

    /// With these masses, in any order.
    #[must_use]
    pub fn masses(mut self, masses: &[f64]) -> Self {
        self.masses = masses.to_vec();
        self
    }

    /// Against another curve than the flow γẋ = −∇f: its argument is the mass.
    #[must_use]
    pub fn against(mut self, reference: Reference<'p, D>) -> Self {
        self.reference = Some(reference);
        self
    }

    /// The errors over the family of masses: the distance of the ball from the reference.
    ///
    /// # Errors
    /// Those of [`Convergence::measure`], of the flow and of the ball's motion.
    pub fn measure(&self) -> Result<Convergence, Error> {
        positive("until", &self.until, "; the limit is followed forward")?;
        let flow;
        let reference = match &self.reference {
            Some(reference) => reference,
            None => {
                let system = GradientFlow::new(self.potential, self.drag)?;
                let curve = Curve::flow(&system, (0.0, self.until), &self.position)?;
                flow = Reference::curve("gradient flow", curve);
                &flow
            }
        };
        let title = Title {
            study: format!("m → 0 against {}", reference.name()),
            method: format!("the ball under drag {}", self.drag),
            start: "its own start".to_owned(),
            parameter: "mass",
        };
        let since = self.since.unwrap_or(0.5 * self.until);
        let left = self.until - since;
        let advice = "; errors count from a time before the end";
        positive("time left to compare", &left, advice)?;
        Convergence::measure(title, &self.masses, |mass| {
            let ball = HeavyBall::new(mass, self.drag)?;
            let (dt, span, limit) = (3.0 * mass / self.drag, self.until, MOST);
            let steps = span / dt;
            if steps > limit {
                return Err(Error::Span(SpanError::TooManySteps {
                    dt,
                    span,
                    steps,
                    limit,
                }));
            }
            let problem = Problem::new(ball, self.potential, self.position.clone())
                .with_velocity(self.velocity.clone())
                .until(self.until);
            let (motion, held) = (Curve::motion(&problem)?, reference.at_step(mass)?);
            let mut deviation = Deviation::from_reference(held.curve());
            deviation.add_reference_error(motion.error());
            for probe in 0..=PROBES {
                let part = f64::from(probe) / f64::from(PROBES);
                let time = (since + part * (self.until - since)).min(self.until);
                deviation.note(&motion.at(time)?, &held.curve().at(time)?, 0)?;
            }
            Ok(deviation)
        })
    }
}
