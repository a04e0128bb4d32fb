//! Interpolation between fixed steps: a Hermite polynomial through the nearest steps.

use super::{Between, Trajectory};
use crate::ode::{hermite, window};
use crate::particle::Phase;
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, DimAdd, DimSum};

impl<D> Trajectory<D>
where
    D: DimAdd<D>,
    DefaultAllocator: Allocator<D> + Allocator<DimSum<D, D>>,
{
    /// The phase at `elapsed` between steps at the times in `clock`, through the nearest `nodes` of them; `forward` is
    /// 1 or −1.
    pub(super) fn interpolated(
        &self,
        clock: &[f64],
        elapsed: f64,
        nodes: usize,
        forward: f64,
    ) -> Phase<f64, D> {
        let nearest = window(clock, elapsed, 2);
        let Some([from, to]) = clock.get(nearest.clone()) else {
            return self.end.clone();
        };
        let (Some(before), Some(after)) = (self.node(nearest.start), self.node(nearest.start + 1))
        else {
            return self.end.clone();
        };
        let range = window(clock, elapsed, nodes);
        let weights = hermite(clock.get(range.clone()).unwrap_or_default(), elapsed);
        let states = range.filter_map(|index| self.node(index));
        let mass = self.ball.mass;
        // Positions relative to `before`, so that no digits are lost far from the origin.
        let mut displacement = before.position.map(|_| 0.0);
        let mut momentum = displacement.clone();
        let mut rounding = displacement.clone();
        for (weight, node) in weights.iter().zip(states) {
            let step = &node.position - &before.position;
            displacement.zip_zip_apply(&step, &node.momentum, |sum, step, p| {
                *sum += weight.value * step + forward * weight.rate * p / mass;
            });
            momentum.zip_zip_apply(&step, &node.momentum, |sum, step, p| {
                *sum += forward * weight.value_slope * mass * step + weight.rate_slope * p;
            });
            let sensitivity = 4.0 * f64::EPSILON * weight.value_slope.abs() * mass;
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
        Phase::new(&before.position + displacement, momentum)
    }

    /// The phase at node number `index` of the interpolation.
    fn node(&self, index: usize) -> Option<&Phase<f64, D>> {
        match &self.between {
            Between::Steps { inside, beyond, .. } if index >= *inside => beyond.get(index - inside),
            _ => self.states().get(index),
        }
    }
}
