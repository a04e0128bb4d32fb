//! RungeKutta: the steps of an explicit Runge–Kutta method for ẏ = F(t, y), with its coefficients in a [`Tableau`].

use crate::Error;
use crate::check::{all_finite, magnitude};
use crate::ode::FirstOrderSystem;
use crate::ode::adaptive::control::{Control, growth};
use crate::ode::adaptive::pair::{Ends, Pair, Spoiled};
use crate::ode::adaptive::record::{Piece, Record};
use crate::ode::adaptive::tableau::Tableau;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::marker::PhantomData;

/// What of a state counts as its position, for limits on the travel of a step.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Position {
    /// All of it.
    State,
    /// The first half; the second is the momentum of a ball of this mass.
    Half { mass: f64 },
}

/// The method `T` of `S` stages at a point of a run.
pub(crate) struct RungeKutta<'r, F, T, D: Dim, const S: usize>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) system: F,
    control: &'r Control,
    position: Position,
    pub(crate) state: OVector<f64, D>,
    /// The derivatives at the stages; the first is that at the current point.
    pub(crate) rates: [OVector<f64, D>; S],
    /// The state at the stage that is evaluated, and after an attempt that at the end of the step.
    pub(crate) next: OVector<f64, D>,
    /// The state at the last stage but one, for the test of stiffness.
    pub(crate) before_last: OVector<f64, D>,
    /// The estimates of the error, each divided by the size of the step.
    errors: [OVector<f64, D>; 2],
    pub(crate) size: f64,
    pub(crate) evaluations: usize,
    tableau: PhantomData<T>,
}

impl<'r, F, T, D, const S: usize> RungeKutta<'r, F, T, D, S>
where
    F: FirstOrderSystem<D>,
    T: Tableau<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    pub(crate) fn new(
        system: F,
        control: &'r Control,
        position: Position,
        state: OVector<f64, D>,
        time: f64,
    ) -> Self {
        let mut start = Self {
            system,
            control,
            position,
            rates: std::array::from_fn(|_| state.clone()),
            next: state.clone(),
            before_last: state.clone(),
            errors: [state.clone(), state.clone()],
            size: 0.0,
            evaluations: 0,
            tableau: PhantomData,
            state,
        };
        start.restart(time);
        start
    }

    /// Appends the state and the derivative at the start of the step.
    pub(crate) fn write_start(&self, numbers: &mut Vec<f64>) {
        numbers.extend_from_slice(self.state.as_slice());
        if let Some(first) = self.rates.first() {
            numbers.extend_from_slice(first.as_slice());
        }
    }

    /// The record of a run that begins here.
    pub(crate) fn begin<K: Piece>(&self) -> Record<K> {
        let mut start = Vec::new();
        self.write_start(&mut start);
        Record::new(self.state.len(), start)
    }

    /// Writes the state at stage number `stage` of a step of `size` into `next`.
    #[inline]
    fn place(&mut self, stage: usize, size: f64) {
        self.next.copy_from(&self.state);
        let row = T::ROWS.get(stage).copied().unwrap_or_default();
        add(&self.rates, row, size, &mut self.next);
    }

    /// The derivative at stage number `stage`, at the state in `next`.
    #[inline]
    fn evaluate(&mut self, stage: usize, size: f64, ends: Ends) {
        let node = T::NODES.get(stage).copied().unwrap_or(1.0);
        let time = if node == 1.0 {
            ends.to
        } else {
            ends.from + node * size
        };
        if let Some(rate) = self.rates.get_mut(stage) {
            self.system.derivative(time, &self.next, rate);
            self.evaluations += 1;
        }
    }

    /// The derivative at a stage of the dense output, after an accepted step.
    ///
    /// # Errors
    /// The place, if it is not finite.
    pub(crate) fn inner_stage(
        &mut self,
        stage: usize,
        size: f64,
        ends: Ends,
    ) -> Result<(), Spoiled> {
        let [place, _] = &mut self.errors;
        place.copy_from(&self.state);
        let row = T::ROWS.get(stage).copied().unwrap_or_default();
        add(&self.rates, row, size, place);
        let time = ends.from + T::NODES.get(stage).copied().unwrap_or_default() * size;
        if let Some(rate) = self.rates.get_mut(stage) {
            self.system.derivative(time, place, rate);
            if !all_finite(rate) {
                let magnitude = magnitude(place);
                return Err(Spoiled { time, magnitude });
            }
        }
        Ok(())
    }

    /// The derivative at the end of the accepted step.
    pub(crate) fn last(&self) -> &OVector<f64, D> {
        &self.rates[T::LAST]
    }

    /// The length of that part of a vector with these components which belongs to the position, or to the momentum.
    fn moved(&self, components: impl Iterator<Item = f64>, momentum: bool) -> f64 {
        let half = self.state.len() / 2;
        let (skipped, taken) = match self.position {
            Position::State => (0, self.state.len()),
            Position::Half { .. } if momentum => (half, half),
            Position::Half { .. } => (0, half),
        };
        let components = components.skip(skipped).take(taken);
        components.map(|part| part * part).sum::<f64>().sqrt()
    }
}

/// Adds the derivatives, each with its weight in `row` times `factor`, to `sum`.
#[inline]
pub(crate) fn add<D: Dim>(
    rates: &[OVector<f64, D>],
    row: &[(usize, f64)],
    factor: f64,
    sum: &mut OVector<f64, D>,
) where
    DefaultAllocator: Allocator<D>,
{
    for (stage, weight) in row {
        if let Some(rate) = rates.get(*stage) {
            // The factor is not on the way from one stage to the next, so that it costs nothing.
            let weight = factor * weight;
            sum.zip_apply(rate, |sum, rate| *sum += weight * rate);
        }
    }
}

/// The stages before the last, compiled for the processor: derivatives may have fused operations.
#[multiversion::multiversion(targets("x86_64+avx2+fma"))]
fn inner_stages<F, T, D, const S: usize>(
    pair: &mut RungeKutta<'_, F, T, D, S>,
    size: f64,
    ends: Ends,
) where
    F: FirstOrderSystem<D>,
    T: Tableau<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    for stage in 1..T::LAST {
        pair.place(stage, size);
        pair.evaluate(stage, size, ends);
    }
}

impl<F, T, D, const S: usize> Pair for RungeKutta<'_, F, T, D, S>
where
    F: FirstOrderSystem<D>,
    T: Tableau<S>,
    D: Dim,
    DefaultAllocator: Allocator<D>,
{
    #[inline]
    fn attempt(&mut self, size: f64, ends: Ends) -> f64 {
        self.size = size;
        inner_stages(self, size, ends);
        std::mem::swap(&mut self.next, &mut self.before_last);
        self.place(T::LAST, size);
        if T::NEEDS_LAST {
            self.evaluate(T::LAST, size, ends);
        }
        let [fine, coarse] = &mut self.errors;
        fine.fill(0.0);
        add(&self.rates, T::ERROR, 1.0, fine);
        coarse.fill(0.0);
        add(&self.rates, T::COARSE_ERROR, 1.0, coarse);
        let (control, ends) = (self.control, self.state.iter().zip(self.next.iter()));
        let (mut fine_square, mut coarse_square) = (0.0, 0.0);
        for ((before, after), (fine, coarse)) in ends.zip(fine.iter().zip(coarse.iter())) {
            let per = 1.0 / control.allowed(*before, *after);
            fine_square += (fine * per) * (fine * per);
            coarse_square += (coarse * per) * (coarse * per);
        }
        let denominator = (fine_square + 0.01 * coarse_square) * self.state.len() as f64;
        if denominator == 0.0 {
            return 0.0;
        }
        size * size * fine_square * (fine_square / denominator)
    }

    #[inline]
    fn factor(&self, square: f64) -> f64 {
        let [safety, least, most] = T::CONTROL;
        (safety * growth(square, T::EXPONENT)).clamp(least, most)
    }

    #[inline]
    fn accept(&mut self, ends: Ends) {
        if !T::NEEDS_LAST {
            self.evaluate(T::LAST, self.size, ends);
        }
    }

    #[inline]
    fn advance(&mut self) {
        std::mem::swap(&mut self.state, &mut self.next);
        self.rates.swap(0, T::LAST);
    }

    fn restart(&mut self, time: f64) {
        if let Some(first) = self.rates.first_mut() {
            self.system.derivative(time, &self.state, first);
            self.evaluations += 1;
        }
    }

    #[cold]
    fn cause(&self, time: f64) -> Option<Error> {
        self.system.check_time(time).err()
    }

    #[cold]
    fn spoiled(&mut self, size: f64, ends: Ends) -> Option<Spoiled> {
        for stage in 0..=T::LAST {
            self.place(stage, size);
            if stage > 0 {
                self.evaluate(stage, size, ends);
            }
            let rate = self.rates.get(stage)?;
            if !all_finite(rate) {
                let node = T::NODES.get(stage).copied().unwrap_or_default();
                let magnitude = if all_finite(&self.next) {
                    magnitude(&self.next)
                } else {
                    f64::INFINITY
                };
                return Some(Spoiled {
                    time: ends.from + node * size,
                    magnitude,
                });
            }
            if size == 0.0 {
                break;
            }
        }
        None
    }

    #[inline]
    fn is_finite(&self) -> bool {
        all_finite(&self.next)
    }

    fn travel(&self) -> f64 {
        let ends = self.next.iter().zip(self.state.iter());
        self.moved(ends.map(|(to, from)| to - from), false)
    }

    fn duration_of(&self, length: f64) -> f64 {
        let Some(first) = self.rates.first() else {
            return f64::INFINITY;
        };
        let acceleration = match self.position {
            Position::State => 0.0,
            Position::Half { mass } => self.moved(first.iter().copied(), true) / mass,
        };
        let speed = self.moved(first.iter().copied(), false);
        2.0 * length / (speed + (speed * speed + 2.0 * acceleration * length).sqrt())
    }

    /// Hairer's estimate from the sizes of the derivative and of its change over a short Euler step.
    fn first(&mut self, time: f64, direction: f64) -> f64 {
        let control = self.control;
        let [first, second, ..] = self.rates.as_mut_slice() else {
            return 0.0;
        };
        let norm = |vector: &OVector<f64, D>, state: &OVector<f64, D>| {
            let parts = vector.iter().zip(state.iter());
            let parts = parts.map(|(part, y)| part / control.allowed(*y, *y));
            parts.map(|part| part * part).sum::<f64>().sqrt()
        };
        let (size, speed) = (norm(&self.state, &self.state), norm(first, &self.state));
        let short = if size < 1e-5 || speed < 1e-5 {
            1e-6
        } else {
            0.01 * (size / speed)
        };
        let signed = direction * short;
        self.next
            .zip_zip_apply(&self.state, first, |next, y, rate| {
                *next = y + signed * rate
            });
        self.system.derivative(time + signed, &self.next, second);
        self.evaluations += 1;
        *second -= &*first;
        let change = norm(second, &self.state) / short;
        let order = 1.0 / T::EXPONENT as f64;
        let largest = speed.max(change);
        let estimate = if largest <= 1e-15 {
            (short * 1e-3).max(1e-6)
        } else {
            libm::pow(0.01 / largest, order)
        };
        // Not finite if the system is not at the end of the short step.
        if estimate.is_finite() {
            (100.0 * short).min(estimate)
        } else {
            short
        }
    }

    fn is_stiff(&self) -> Option<bool> {
        let (before, last) = (self.rates.get(T::LAST - 1)?, self.rates.get(T::LAST)?);
        let rates = before.iter().zip(last.iter());
        let rates: f64 = rates.map(|(a, b)| (b - a) * (b - a)).sum();
        let states = self.before_last.iter().zip(self.next.iter());
        let states: f64 = states.map(|(a, b)| (b - a) * (b - a)).sum();
        Some(states > 0.0 && self.size.abs() * (rates / states).sqrt() > T::STABILITY)
    }

    fn evaluations(&self) -> usize {
        self.evaluations
    }
}
