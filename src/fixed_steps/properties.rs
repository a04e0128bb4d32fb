//! Properties: name, order, cost and symmetry of a fixed-step method.

/// The properties of a fixed-step method that do not depend on its step size.
///
/// ```
/// use heavyball::prelude::*;
/// let leapfrog = Leapfrog::new(0.1)?.properties();
/// assert!(leapfrog.symmetric && leapfrog.order == 2 && leapfrog.gradients == 1);
/// # Ok::<(), heavyball::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Properties {
    /// Name, for messages and legends.
    pub name: &'static str,
    /// Order of convergence: the error at a fixed time is proportional to Δt to this power.
    pub order: usize,
    /// Gradient evaluations per step.
    pub gradients: usize,
    /// Whether a step of −Δt undoes a step of Δt, for any drag.
    pub symmetric: bool,
}
