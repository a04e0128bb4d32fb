//! NystromTable: the coefficients of an embedded Runge–Kutta–Nyström pair, as data.

/// A pair of `S` stages, those of its dense output included, for y″ = a(t, y).
///
/// Stage i is kᵢ = a(t + cᵢh, y + cᵢhy′ + h² Σⱼ aᵢⱼkⱼ). The step is y₊ = y + hy′ + h² Σ aₗⱼkⱼ, the position of stage l =
/// [`Self::LAST`], and y′₊ = y′ + h Σ bⱼkⱼ.
pub(crate) trait NystromTable<const S: usize> {
    /// cᵢ.
    const NODES: [f64; S];
    /// aᵢⱼ.
    const ROWS: [[f64; S]; S];
    /// The stage at the end of the step, which is the first stage of the next step.
    const LAST: usize;
    /// Whether the error estimate contains that stage.
    const NEEDS_LAST: bool;
    /// bⱼ.
    const VELOCITY: [f64; S];
    /// The weights of the error estimate in position and in velocity.
    const POSITION_ERROR: [f64; S];
    const VELOCITY_ERROR: [f64; S];
    /// The error estimate is O(hᵏ) with this k.
    const EXPONENT: i64;

    /// e^(−xcᵢ) and e^(xcᵢ) for |x| ≤ 2, the same bits on every machine.
    fn exponentials(x: f64) -> [[f64; S]; 2];
}
