//! GradientCheck: ∇f against differences of f, component by component.

use crate::potential::check_start;
use crate::{Error, Potential};
use nalgebra::allocator::Allocator;
use nalgebra::{DefaultAllocator, Dim, OVector};
use std::fmt;

/// What [`check_gradient`] found at the worst component.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GradientCheck {
    /// Index of the component with the largest discrepancy.
    pub component: usize,
    /// ∂f/∂xᵢ as the potential's gradient gives it.
    pub gradient: f64,
    /// ∂f/∂xᵢ as differences of its values give it.
    pub difference: f64,
    /// How far the differences can be trusted, absolute: the change between two step sizes.
    pub uncertainty: f64,
    /// Largest component of either gradient, the scale of the discrepancy.
    pub scale: f64,
}

impl GradientCheck {
    /// |gradient − difference|.
    pub fn discrepancy(&self) -> f64 {
        (self.gradient - self.difference).abs()
    }

    /// Whether the discrepancy lies within 1e-6 of the scale and ten times the uncertainty.
    ///
    /// A component that is not finite never agrees.
    pub fn agrees(&self) -> bool {
        let allowed = 1e-6 * self.scale + 10.0 * self.uncertainty;
        self.discrepancy().is_finite() && self.discrepancy() <= allowed
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

/// Compares ∇f with differences of f at `position` and reports the worst component.
///
/// Differences are central, of fourth order, (f₋₂ − 8f₋₁ + 8f₁ − f₂)/12h, at h = ε^(1/5) of the
/// component's size and at half of it. Cost: one gradient and eight values a component.
/// Not for functions with a kink within 2h of the position, where no difference is right.
///
/// # Errors
/// [`Error::Empty`], [`Error::NonFiniteComponent`] and [`Error::DimensionMismatch`] for a position that
/// cannot be evaluated.
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
        let mut value = |offset: f64| {
            probe[component] = x + offset;
            potential.value(&probe)
        };
        let slope =
            (value(-2.0 * h) - 8.0 * value(-h) + 8.0 * value(h) - value(2.0 * h)) / (12.0 * h);
        probe[component] = x;
        slope
    };

    let mut checks = Vec::with_capacity(position.len());
    let mut scale = 0.0_f64;
    for (component, (x, slope)) in position.iter().zip(gradient.iter()).enumerate() {
        // A power of two keeps x ± h exact for most x, so that h is the true offset.
        let h = (f64::EPSILON.powf(0.2) * x.abs().max(1.0))
            .log2()
            .round()
            .exp2();
        let (coarse, fine) = (difference(component, h), difference(component, h / 2.0));
        scale = scale.max(slope.abs()).max(fine.abs());
        checks.push(GradientCheck {
            component,
            gradient: *slope,
            difference: fine,
            uncertainty: (coarse - fine).abs(),
            scale: 0.0,
        });
    }
    let excess = |check: &GradientCheck| {
        let excess = check.discrepancy() - 10.0 * check.uncertainty;
        if excess.is_nan() {
            f64::INFINITY
        } else {
            excess
        }
    };
    let worst = checks
        .into_iter()
        .max_by(|a, b| excess(a).total_cmp(&excess(b)));
    worst
        .map(|check| GradientCheck { scale, ..check })
        .ok_or(Error::Empty { name: "position" })
}
