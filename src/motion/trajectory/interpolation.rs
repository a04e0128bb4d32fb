//! Interpolation between fixed steps: a Hermite polynomial through the nearest steps.

use crate::ode::{hermite, window};
use crate::particle::Phase;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim};

/// The ends of fixed steps of a ball, through which its motion is interpolated.
pub(crate) struct Nodes<'n, D: Dim>
where
    DefaultAllocator: Allocator<D>,
{
    pub(crate) mass: f64,
    /// The times of the steps since the start, positive.
    pub(crate) clock: &'n [f64],
    /// The phases at those times, the first part in one list and the rest in another.
    pub(crate) phases: [&'n [Phase<f64, D>]; 2],
    /// The number of steps through which the polynomial goes.
    pub(crate) width: usize,
    /// 1, or −1 if time runs backward.
    pub(crate) direction: f64,
}

impl<D: Dim> Nodes<'_, D>
where
    DefaultAllocator: Allocator<D>,
{
    /// The phase at `elapsed` since the start; `None` if there are fewer than two steps.
    pub(crate) fn at(&self, elapsed: f64) -> Option<Phase<f64, D>> {
        let nearest = window(self.clock, elapsed, 2);
        let Some([from, to]) = self.clock.get(nearest.clone()) else {
            return None;
        };
        let (before, after) = (self.node(nearest.start)?, self.node(nearest.start + 1)?);
        let range = window(self.clock, elapsed, self.width);
        let weights = hermite(self.clock.get(range.clone()).unwrap_or_default(), elapsed);
        let states = range.filter_map(|index| self.node(index));
        let (mass, forward) = (self.mass, self.direction);
        // Positions relative to `before`, so that no digits are lost far from the origin.
        let mut displacement = before.position.map(|_| 0.0);
        let mut momentum = displacement.clone();
        let mut rounding = displacement.clone();
        for (weight, node) in weights.iter().zip(states) {
            let step = &node.position - &before.position;
            displacement.zip_zip_apply(&step, &node.momentum, |sum, step, p| {
                *sum += weight.value * step + forward * weight.rate * (p / mass);
            });
            momentum.zip_zip_apply(&step, &node.momentum, |sum, step, p| {
                *sum += forward * (weight.value_slope * step) * mass + weight.rate_slope * p;
            });
            let sensitivity = 4.0 * f64::EPSILON * mass * weight.value_slope.abs();
            rounding.zip_apply(&node.position, |sum, x| *sum += sensitivity * x.abs());
        }
        // Where the rounding of the positions exceeds the correction by the polynomial, linear interpolation of the
        // momenta is more accurate.
        let part = (elapsed - from) / (to - from);
        let line = before
            .momentum
            .zip_map(&after.momentum, |p, next| p + part * (next - p));
        momentum.zip_zip_apply(&line, &rounding, |p, line, rounding| {
            if (*p - line).abs() <= rounding {
                *p = line;
            }
        });
        Some(Phase::new(&before.position + displacement, momentum))
    }

    /// The phase at node number `index`.
    fn node(&self, index: usize) -> Option<&Phase<f64, D>> {
        let [first, rest] = self.phases;
        let beyond = index.checked_sub(first.len());
        first.get(index).or_else(|| rest.get(beyond?))
    }
}
