//! Window: the times of a run at which its error is measured.

use crate::Error;
use crate::check::{finite, positive};
use crate::ode::PositionVelocity;
use crate::study::convergence::{Curve, Deviation};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// Which times of a run count, all measured from its start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::study) enum Over {
    /// All of them.
    Run,
    /// Those from half of the span on.
    SecondHalf,
    /// Those from this time on.
    Since(f64),
    /// The last.
    End,
}

/// The span of a study, and which of its times count.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::study) struct Window {
    pub(in crate::study) from: f64,
    pub(in crate::study) until: f64,
    pub(in crate::study) over: Over,
}

impl Window {
    /// The length of the span.
    pub(in crate::study) fn length(&self) -> f64 {
        self.until - self.from
    }

    /// Refuses a span that does not run forward.
    pub(in crate::study) fn check_span(&self) -> Result<(), Error> {
        positive("span", &self.length(), "; a study follows time forward")
    }

    /// Refuses a first time that is not finite.
    pub(in crate::study) fn check_first(&self) -> Result<(), Error> {
        match self.over {
            Over::Since(first) => finite("the time that errors count from", &first),
            _ => Ok(()),
        }
    }

    /// The first time that counts, from the start.
    pub(in crate::study) fn first(&self) -> f64 {
        match self.over {
            Over::Run => 0.0,
            Over::SecondHalf => 0.5 * self.length(),
            Over::Since(first) => first,
            Over::End => self.length(),
        }
    }

    /// Whether only the last time counts.
    pub(in crate::study) fn is_end(&self) -> bool {
        self.over == Over::End
    }

    /// Whether `time`, from the start, counts; `is_last` tells whether it may be the last of the run.
    pub(in crate::study) fn counts(&self, time: f64, is_last: bool) -> bool {
        match self.over {
            Over::Run => true,
            Over::SecondHalf | Over::Since(_) => time >= self.first(),
            Over::End => is_last,
        }
    }
}

/// One run beside its reference.
#[derive(Debug)]
pub(in crate::study) struct Comparison<'c, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    curve: &'c Curve<'c, D>,
    window: Window,
    pub(in crate::study) deviation: Deviation,
}

impl<'c, D: Dim> Comparison<'c, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// Nothing compared yet.
    pub(in crate::study) fn new(curve: &'c Curve<'c, D>, window: Window) -> Self {
        let deviation = Deviation::from_reference(curve);
        Self {
            curve,
            window,
            deviation,
        }
    }

    /// Compares a run that was at `found` at `time` from the start, after `steps` steps.
    ///
    /// Of an end, the latest comparison is kept.
    pub(in crate::study) fn note(
        &mut self,
        time: f64,
        found: &PositionVelocity<D>,
        steps: usize,
    ) -> Result<(), Error> {
        if self.window.is_end() {
            self.deviation = Deviation::from_reference(self.curve);
        }
        let Window { from, until, .. } = self.window;
        let expected = self.curve.at((from + time).min(until))?;
        self.deviation.note(found, &expected, steps)
    }
}
