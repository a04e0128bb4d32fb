//! Tableau: the coefficients of an explicit Runge–Kutta method with an error estimate, as data.

/// The weights of stages, each with the index of its stage, counted from 0; those that are zero are left out.
pub(crate) type Row = &'static [(usize, f64)];

/// A method of `STAGES` stages, those of its dense output included.
///
/// Stage i is kᵢ = F(t + cᵢh, y + h Σⱼ aᵢⱼkⱼ).
pub(crate) trait Tableau<const STAGES: usize> {
    /// cᵢ.
    const NODES: [f64; STAGES];
    /// aᵢⱼ.
    const ROWS: [Row; STAGES];
    /// The stage whose row holds the weights of the step: the derivative at its end, the first stage of the next step. The
    /// stages after it serve the dense output.
    const LAST: usize;
    /// The weights of the error estimate E.
    const ERROR: Row;
    /// The weights of a coarser estimate C, or none. The error of a step is then h|E|²/√(|E|² + |C|²/100), of higher order
    /// than E, and not zero where E vanishes by accident.
    const COARSE_ERROR: Row;
    /// The error estimate is O(hᵏ) with this k.
    const EXPONENT: i64;
    /// Whether the error estimate contains the last stage.
    const NEEDS_LAST: bool;
    /// The largest h|λ| at which a step is not limited by stability, for Hairer's test of stiffness.
    const STABILITY: f64;
    /// The safety factor, and the smallest and largest factor from one step to the next.
    const CONTROL: [f64; 3];
}
