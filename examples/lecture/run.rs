//! Run: the iterates of one method from one start.

use heavyball::Iterates;
use heavyball::prelude::*;
use nalgebra::{Const, SVector};

/// Iterations of every run.
pub(crate) const ITERATIONS: usize = 100;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    GradientDescent,
    Momentum,
    Nesterov,
}

impl Method {
    /// As in the CSV.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::GradientDescent => "gradient_descent",
            Self::Momentum => "momentum",
            Self::Nesterov => "nesterov",
        }
    }

    /// As in a sentence.
    pub(crate) fn title(self) -> &'static str {
        match self {
            Self::GradientDescent => "gradient descent",
            Self::Momentum => "momentum",
            Self::Nesterov => "Nesterov",
        }
    }
}

/// A method with its parameters, its start, and where it went.
#[derive(Debug, Clone)]
pub(crate) struct Run<const D: usize> {
    pub(crate) method: Method,
    pub(crate) alpha: f64,
    pub(crate) beta: f64,
    pub(crate) start: SVector<f64, D>,
    /// The first velocity, a displacement per iteration.
    pub(crate) kick: SVector<f64, D>,
    /// Iterate k at index k, up to the last whose value f is a number.
    pub(crate) positions: Vec<SVector<f64, D>>,
}

impl<const D: usize> Run<D> {
    /// The iterates 0 to [`ITERATIONS`], from `start` with the velocity `kick`.
    pub(crate) fn new<P: Potential<f64, Const<D>>>(
        potential: &P,
        (method, alpha, beta): (Method, f64, f64),
        start: SVector<f64, D>,
        kick: SVector<f64, D>,
    ) -> Result<Self, Error> {
        let positions = match method {
            Method::GradientDescent => {
                let rule = GradientDescent::new(alpha)?;
                positions(
                    rule.iterates(potential, start).with_velocity(kick),
                    potential,
                )
            }
            Method::Momentum => {
                let rule = Momentum::new(alpha, beta)?;
                positions(
                    rule.iterates(potential, start).with_velocity(kick),
                    potential,
                )
            }
            Method::Nesterov => {
                let rule = Nesterov::new(alpha, beta)?;
                positions(
                    rule.iterates(potential, start).with_velocity(kick),
                    potential,
                )
            }
        };
        Ok(Self {
            method,
            alpha,
            beta,
            start,
            kick,
            positions,
        })
    }

    /// The last iterate.
    pub(crate) fn end(&self) -> SVector<f64, D> {
        self.positions.last().copied().unwrap_or(self.start)
    }

    /// One component of the iterates over k.
    pub(crate) fn component(&self, index: usize) -> impl Iterator<Item = (f64, f64)> + '_ {
        let values = self.positions.iter().map(move |x| x.index(index));
        values.enumerate().map(|(k, x)| (k as f64, *x))
    }
}

fn positions<R, P, const D: usize>(
    iterates: Iterates<'_, R, P, f64, Const<D>>,
    potential: &P,
) -> Vec<SVector<f64, D>>
where
    R: UpdateRule<f64>,
    P: Potential<f64, Const<D>>,
{
    iterates
        .take(ITERATIONS + 1)
        .map(|iterate| iterate.position)
        .take_while(|position| potential.value(position).is_finite())
        .collect()
}
