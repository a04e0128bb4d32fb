//! Limit: a study of a small parameter ε → 0, with its family of values, its reference and its measure of error.
//!
//! | limit | constructor | compares |
//! |---|---|---|
//! | Δt → 0 | [`Limit::small_step`] | a scheme with the heavy ball |
//! | m → 0 | [`Limit::overdamped`] | the heavy ball with gradient flow |
//! | α → 0 at fixed β | [`Limit::small_rate`] | momentum or Nesterov's rule with gradient flow |
//! | √s → 0 | [`Limit::accelerated`] | accelerated methods of rate s with their equations |
//! | Δt → 0 | [`Limit::adaptive`] | an adaptive rule with the ball whose mass its gradients set |

use crate::Error;
use crate::ode::SpanError;
use crate::study::convergence::{Coarse, Over, Window};
use crate::study::{Convergence, Deviation, Label, Reference, SmallParameter, Title};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, Dyn};
use std::fmt;

/// The runs of one limit, one for each value of its parameter.
pub(super) trait Runs<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Refuses what no run could use.
    fn check(&self, window: &Window) -> Result<(), Error>;

    /// The reference of the limit itself.
    fn reference(&self, window: &Window) -> Result<Reference<'_, D>, Error>;

    /// The error of the run at one value of the parameter.
    fn run(
        &self,
        value: f64,
        window: &Window,
        reference: &Reference<'_, D>,
    ) -> Result<Deviation, Error>;
}

/// A study of a limit ε → 0: the errors of a family of runs against a reference, and their orders.
///
/// Each limit has its constructor, which says what is run, how errors are measured and what the reference is unless it
/// is changed here. Everything is checked by [`Self::measure`].
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::study::{IntegratorScheme, Limit};
/// use nalgebra::vector;
///
/// let problem = Problem::new(HeavyBall::new(1.3, 0.7)?, DoubleWell, vector![0.5, 1.0]).until(2.0);
/// let table = Limit::small_step(&problem, IntegratorScheme(SymplecticEuler::new))
///     .with_halvings(0.05, 5)
///     .measure()?;
/// println!("{table}");
/// let fit = table.velocity().fit.unwrap();
/// assert!((fit.order - 1.0).abs() < 0.05 && fit.standard_error < 0.05);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub struct Limit<'p, D: Dim = Dyn>
where
    DefaultAllocator: Allocator<D>,
{
    runs: Box<dyn Runs<D> + 'p>,
    title: Title,
    values: Vec<f64>,
    window: Window,
    reference: Option<Reference<'p, D>>,
    progress: Option<Box<dyn Fn(usize, usize) + 'p>>,
    coarse: Coarse,
}

impl<D: Dim> fmt::Debug for Limit<'_, D>
where
    DefaultAllocator: Allocator<D>,
{
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let study = &mut out.debug_struct("Limit");
        study
            .field("title", &self.title)
            .field("values", &self.values)
            .field("window", &self.window)
            .field("reference", &self.reference)
            .finish_non_exhaustive()
    }
}

impl<'p, D: Dim> Limit<'p, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The study of `runs` of a method from a start, with the value `largest` of the parameter and five halvings of it.
    pub(super) fn of(
        runs: Box<dyn Runs<D> + 'p>,
        (parameter, method, start): (SmallParameter, Label, Label),
        largest: f64,
        window: Window,
    ) -> Self {
        let study = Self {
            runs,
            title: Title {
                parameter,
                reference: String::new(),
                method,
                start,
            },
            values: Vec::new(),
            window,
            reference: None,
            progress: None,
            coarse: Coarse::Refused,
        };
        study.with_halvings(largest, 5)
    }

    /// Ends at this time.
    #[must_use]
    pub fn until(mut self, time: f64) -> Self {
        self.window.until = time;
        self
    }

    /// With the parameter `largest` and `count` halvings of it.
    #[must_use]
    pub fn with_halvings(mut self, largest: f64, count: u16) -> Self {
        let value = |k| largest * 0.5_f64.powi(i32::from(k));
        self.values = (0..=count).map(value).collect();
        self
    }

    /// With these values of the parameter, in any order.
    #[must_use]
    pub fn with_values(mut self, values: &[f64]) -> Self {
        self.values = values.to_vec();
        self
    }

    /// With the largest error from this time on, measured from the start: after an initial layer; 0 for the whole run.
    #[must_use]
    pub fn with_errors_since(mut self, time: f64) -> Self {
        self.window.over = Over::Since(time);
        self
    }

    /// With the error at the end of each run only.
    #[must_use]
    pub fn with_error_at_end(mut self) -> Self {
        self.window.over = Over::End;
        self
    }

    /// With another reference than the limit's own; its argument is the parameter.
    #[must_use]
    pub fn with_reference(mut self, reference: Reference<'p, D>) -> Self {
        self.reference = Some(reference);
        self
    }

    /// Calls `progress(done, all)` after each run.
    #[must_use]
    pub fn with_progress(mut self, progress: impl Fn(usize, usize) + 'p) -> Self {
        self.progress = Some(Box::new(progress));
        self
    }

    /// With errors no larger than the reference's own treated as rounding instead of refused.
    pub(super) fn down_to_the_reference(mut self) -> Self {
        self.coarse = Coarse::CountsAsRounding;
        self
    }

    /// The errors over the family, and their orders.
    ///
    /// # Errors
    /// Those of [`Convergence::measure`], of the runs and of the reference, and those that the constructor names;
    /// [`ParameterError::NotPositive`](crate::error::ParameterError::NotPositive) for a span that does not run
    /// forward, [`ParameterError::NotFinite`](crate::error::ParameterError::NotFinite) for the time from which errors
    /// count; [`SpanError::TooManySteps`] for a run that would take too long.
    pub fn measure(&self) -> Result<Convergence, Error> {
        let window = &self.window;
        window.check_span()?;
        self.runs.check(window)?;
        window.check_first()?;
        let own;
        let reference = match &self.reference {
            Some(reference) => reference,
            None => {
                own = self.runs.reference(window)?;
                &own
            }
        };
        let title = Title {
            reference: reference.name().to_owned(),
            ..self.title.clone()
        };
        let mut done = 0;
        Convergence::tabulate(title, &self.values, self.coarse, &mut |value| {
            let deviation = self.runs.run(value, window, reference)?;
            done += 1;
            if let Some(progress) = &self.progress {
                progress(done, self.values.len());
            }
            Ok(deviation)
        })
    }
}

/// Refuses a run of more than `limit` steps.
pub(super) fn refuse_endless(dt: f64, span: f64, steps: f64, limit: f64) -> Result<(), Error> {
    if steps > limit {
        return Err(Error::Span(SpanError::TooManySteps {
            dt,
            span,
            steps,
            limit,
        }));
    }
    Ok(())
}
