//! GradientCheck: ∇f compared with finite differences of f, component by component.

use crate::Error;
use crate::check::VectorError;
use crate::potentials::{Potential, check_start};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::fmt;

/// The largest uncertainty of a difference that decides, relative to the scale of the slope.
const CONCLUSIVE: f64 = 1e-4;

/// What [`check_gradient`] found at the worst component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientCheck {
    /// Index of the component with the largest discrepancy.
    pub component: usize,
    /// ∂f/∂xᵢ from the gradient of the potential.
    pub gradient: f64,
    /// ∂f/∂xᵢ from finite differences of its values.
    pub difference: f64,
    /// Absolute uncertainty of the finite difference: from the changes between three step sizes, plus rounding.
    pub uncertainty: f64,
    /// The largest |f| near the position divided by the step size: an upper bound on the slope that the values of f
    /// can show. A difference whose uncertainty exceeds a hundred-thousandth of it is inconclusive.
    pub scale: f64,
}

impl GradientCheck {
    /// |gradient − difference|.
    pub fn discrepancy(&self) -> f64 {
        (self.gradient - self.difference).abs()
    }

    /// Whether the discrepancy is at most 1e-6 of the component plus ten times the uncertainty.
    ///
    /// False for a component that is not finite, and for one whose finite differences are too uncertain to decide.
    pub fn agrees(&self) -> bool {
        let size = self.gradient.abs().max(self.difference.abs());
        let tolerance = 10.0 * self.uncertainty;
        self.discrepancy().is_finite()
            && tolerance <= CONCLUSIVE * self.scale
            && self.discrepancy() <= 1e-6 * size + tolerance
    }
}

impl fmt::Display for GradientCheck {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let verdict = if self.agrees() { "agrees" } else { "DISAGREES" };
        write!(
            out,
            "the gradient {verdict} with its function: worst component {}: gradient {:e}, \
             difference {:e} ± {:.0e}",
            self.component, self.gradient, self.difference, self.uncertainty
        )
    }
}

/// Compares ∇f with finite differences of f at `position` and reports the worst component.
///
/// The differences are central and of fourth order, (f₋₂ − 8f₋₁ + 8f₁ − f₂)/12h, at h = ε^(1/5)·max(|xᵢ|, 1), at half of
/// it and at three sixteenths; where f is not finite at that distance, at h = ε^(1/5)·|xᵢ|. Costs one gradient, and twelve
/// function values per component. Not for functions with a kink within 2h of the position, where finite differences are wrong.
///
/// # Errors
/// [`VectorError::Empty`], [`VectorError::NonFiniteComponent`] and [`VectorError::DimensionMismatch`] for a position
/// that cannot be evaluated.
///
/// ```
/// use heavyball::prelude::*;
/// use heavyball::potentials::{check_gradient, from_fn};
/// use nalgebra::{Vector2, vector};
///
/// let right = check_gradient(&DoubleWell, &vector![0.3, -1.2])?;
/// assert!(right.agrees());
///
/// let wrong = from_fn(
///     |x: &Vector2<f64>| x[0].powi(2) + x[1].powi(2),
///     |x: &Vector2<f64>| vector![2.0 * x[0], -2.0 * x[1]],
/// );
/// let report = check_gradient(&wrong, &vector![1.0, 1.0])?;
/// assert!(!report.agrees() && report.component == 1);
/// # Ok::<(), heavyball::Error>(())
/// ```
pub fn check_gradient<D, P>(
    potential: &P,
    position: &OVector<f64, D>,
) -> Result<GradientCheck, Error>
where
    D: Dim,
    P: Potential<f64, D> + ?Sized,
    DefaultAllocator: Allocator<D>,
{
    check_start(potential, "position", position)?;
    let mut gradient = position.clone();
    potential.gradient(position, &mut gradient);

    let mut probe = position.clone();
    let mut difference = |component: usize, h: f64| {
        let x = position[component];
        let mut largest = 0.0_f64;
        let mut value = |offset: f64| {
            probe[component] = x + offset;
            let value = potential.value(&probe);
            largest = largest.max(value.abs());
            value
        };
        let slope =
            (value(-2.0 * h) - 8.0 * value(-h) + 8.0 * value(h) - value(2.0 * h)) / (12.0 * h);
        probe[component] = x;
        (slope, largest / h)
    };

    let mut checks = Vec::with_capacity(position.len());
    for (component, (x, slope)) in position.iter().zip(gradient.iter()).enumerate() {
        let mut both = |size: f64| {
            // With h a power of two, x ± h is exact for most x, so that h is the actual offset.
            let h = (f64::EPSILON.powf(0.2) * size).log2().round().exp2();
            // Where f oscillates as fast as h, both may vanish together; the third shares no period with them.
            let steps = [h, h / 2.0, 3.0 / 16.0 * h];
            steps.map(|h| difference(component, h))
        };
        let mut found = both(x.abs().max(1.0));
        if !found[0].0.is_finite() && *x != 0.0 {
            found = both(x.abs());
        }
        let [(coarse, _), (fine, _), (finer, steepest)] = found;
        let change = (fine - finer).abs();
        // Where the differences converge as their order says, the error of the last is a fiftieth of its change.
        let converges = (coarse - fine).abs() > 4.0 * change;
        let spread = if converges { change / 16.0 } else { change };
        checks.push(GradientCheck {
            component,
            gradient: *slope,
            difference: finer,
            uncertainty: spread + f64::EPSILON * steepest,
            scale: steepest,
        });
    }
    let excess = |check: &GradientCheck| {
        let excess = check.discrepancy() - 10.0 * check.uncertainty;
        match excess.is_nan() {
            true => (true, f64::INFINITY),
            false => (!check.agrees(), excess),
        }
    };
    let worst = checks.into_iter().max_by(|a, b| {
        let (a, b) = (excess(a), excess(b));
        a.0.cmp(&b.0).then(a.1.total_cmp(&b.1))
    });
    worst.ok_or(Error::Vector(VectorError::Empty { name: "position" }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::potentials::{Himmelblau, from_fn};
    use nalgebra::{Vector1, Vector2, vector};

    #[test]
    fn a_component_that_is_missing_beside_a_huge_one_disagrees() {
        let wrong = from_fn(
            |x: &Vector2<f64>| 1e7 * x.x * x.x + x.y * x.y,
            |x: &Vector2<f64>| vector![2e7 * x.x, 0.0],
        );
        let report = check_gradient(&wrong, &vector![1.0, 1.0]).unwrap();
        assert!(!report.agrees() && report.component == 1, "{report}");
    }

    #[test]
    fn an_inconclusive_difference_does_not_agree() {
        let wrong = from_fn(
            |x: &Vector1<f64>| (1e6 * x.x).sin(),
            |_: &Vector1<f64>| vector![7.0],
        );
        let report = check_gradient(&wrong, &vector![1e-6]).unwrap();
        assert!(!report.agrees(), "{report}");
    }

    #[test]
    fn near_the_edge_of_the_domain_the_step_shrinks() {
        let logarithm = from_fn(
            |x: &Vector1<f64>| x.x.ln(),
            |x: &Vector1<f64>| vector![1.0 / x.x],
        );
        let report = check_gradient(&logarithm, &vector![1e-4]).unwrap();
        assert!(report.agrees(), "{report}");
    }

    #[test]
    fn at_a_minimum_nothing_disagrees() {
        let report = check_gradient(&Himmelblau, &vector![3.0, 2.0]).unwrap();
        assert!(report.agrees(), "{report}");
    }
}
