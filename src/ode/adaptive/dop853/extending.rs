//! Extending: a recorder that constructs the polynomial of order 7 of each step of Dop853 from its stages.
//!
//! The stages k₂ to k₅ of a step have weight 0 and are not stored.

use super::coefficients::{CORRECTIONS, INNER, LAST, STAGES};
use super::extension::Extension;
use super::staged::{Recorder, Spoiled};
use crate::check::{all_finite, magnitude};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use ode_solvers::System;
use std::cell::{Cell, RefCell};

/// A recorder that constructs the polynomial of each step during the run.
pub(super) struct Extending<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    stages: [Stage<D>; STAGES],
    made: RefCell<Made<D>>,
}

/// A derivative that is written while the solver owns the system: one cell for each number, since a borrow checked at
/// each evaluation costs more than the copy.
type Stage<D> = OVector<Cell<f64>, D>;

/// The results of [`Extending`] so far.
struct Made<D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    /// Time and state at the start of the current step.
    from: (f64, OVector<f64, D>),
    /// The states of the additional stages, and the derivatives there.
    inner: [(OVector<f64, D>, OVector<f64, D>); 3],
    extension: Extension<D>,
    spoiled: Option<Spoiled>,
}

impl<D: Dim> Extending<D>
where
    DefaultAllocator: Allocator<D>,
{
    /// A recorder for a run from `start`.
    pub(super) fn from(start: &OVector<f64, D>) -> Self {
        let stages = std::array::from_fn(|_| start.map(Cell::new));
        let made = Made {
            from: (0.0, start.clone()),
            inner: std::array::from_fn(|_| (start.clone(), start.clone())),
            extension: Extension {
                rates: Vec::new(),
                corrections: Vec::new(),
            },
            spoiled: None,
        };
        let made = RefCell::new(made);
        Self { stages, made }
    }

    /// The polynomials, or the place of the first that is not finite.
    pub(super) fn finish(self) -> Result<Extension<D>, Spoiled> {
        let made = self.made.into_inner();
        match made.spoiled {
            Some(spoiled) => Err(spoiled),
            None => Ok(made.extension),
        }
    }

    /// Stores `rate` as stage number `place`.
    #[inline]
    fn keep(&self, place: usize, rate: &OVector<f64, D>) {
        if let Some(stage) = self.stages.get(place) {
            let cells = stage.iter().zip(rate);
            cells.for_each(|(cell, rate)| cell.set(*rate));
        }
    }

    /// Adds the weighted stages to `sum`.
    #[inline]
    fn add<'w>(&self, sum: &mut OVector<f64, D>, weights: impl Iterator<Item = (usize, &'w f64)>) {
        for (place, weight) in weights {
            if let Some(stage) = self.stages.get(place) {
                sum.zip_apply(stage, |sum, rate| *sum += weight * rate.get());
            }
        }
    }
}

impl<D: Dim> Recorder<OVector<f64, D>> for Extending<D>
where
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn stage(&self, stage: u8, rate: &OVector<f64, D>) {
        // k₁ is stored already, and k₂ to k₅ are not needed.
        if (5..12).contains(&stage) {
            self.keep(usize::from(stage) - 4, rate);
        }
    }

    fn step<F>(
        &self,
        system: &F,
        elapsed: f64,
        state: &OVector<f64, D>,
        rate: &OVector<f64, D>,
    ) -> bool
    where
        F: System<f64, OVector<f64, D>>,
    {
        let Ok(mut made) = self.made.try_borrow_mut() else {
            return true;
        };
        let Made {
            from: (began, before),
            inner,
            extension,
            spoiled,
        } = &mut *made;
        if extension.rates.is_empty() {
            // One more evaluation per run: testing for k₁ of the first step in each evaluation would cost a twentieth.
            let mut first = rate.clone();
            system.system(*began, before, &mut first);
            self.keep(0, &first);
            extension.rates.push(first);
        }
        let length = elapsed - *began;
        self.keep(LAST, rate);
        for (place, ((part, weights), (inner, rate))) in
            (LAST + 1..).zip(INNER.iter().zip(inner.iter_mut()))
        {
            inner.fill(0.0);
            self.add(
                inner,
                weights.iter().map(|(place, weight)| (*place, weight)),
            );
            inner.zip_apply(before, |sum, y| *sum = y + length * *sum);
            system.system(*began + part * length, inner, rate);
            self.keep(place, rate);
        }
        let correction = |weights: &[f64; STAGES]| {
            let mut sum = rate.map(|_| 0.0);
            self.add(&mut sum, weights.iter().enumerate());
            sum *= length;
            sum
        };
        let [first, second, third, fourth] = &CORRECTIONS;
        let corrections = [
            correction(first),
            correction(second),
            correction(third),
            correction(fourth),
        ];
        // Not finite if any stage, or any sum of large stages, is not finite.
        let [first, others @ ..] = &corrections;
        let mut trace = first.clone();
        for other in others {
            trace.zip_apply(other, |sum, other| *sum += other);
        }
        if !all_finite(&trace) {
            let steps = extension.corrections.len();
            let times = INNER.map(|(part, _)| *began + part * length);
            let mut own = times.iter().zip(inner.iter());
            let bad = own.find(|(_, (_, rate))| !all_finite(rate));
            *spoiled = Some(match bad {
                Some((time, (place, _))) if all_finite(rate) => Spoiled {
                    steps,
                    elapsed: *time,
                    magnitude: magnitude(place),
                },
                _ => Spoiled {
                    steps: steps + 1,
                    elapsed,
                    magnitude: magnitude(state),
                },
            });
            return false;
        }
        extension.rates.push(rate.clone());
        extension.corrections.push(corrections);
        *began = elapsed;
        before.copy_from(state);
        self.keep(0, rate);
        true
    }
}
