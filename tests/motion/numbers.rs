//! One source, many numbers: f32, derivatives by dual numbers, automatic gradients, and the points that
//! the potentials document: Derivation (11), (13), (31).

use heavyball::potentials::DualFunction;
use heavyball::prelude::*;
use heavyball::{Himmelblau, TiltedDoubleWell};
use nalgebra::allocator::Allocator;
use nalgebra::{
    Const, DVector, DefaultAllocator, Dim, Dyn, Matrix2, OVector, SMatrix, SVector, U1, U2,
    Vector2, vector,
};
use num_dual::{Derivative, Dual64, DualNum, DualSVec64};
use proptest::prelude::*;

/// x_T of momentum from (x₀, v₀) on the double well.
fn end<T: Number>(alpha: T, beta: T, start: [T; 4], steps: usize) -> Result<Vector2<T>, Error> {
    let [x, y, vx, vy] = start;
    let iterates = Momentum::of(alpha, beta)?.iterates(&DoubleWell, vector![x, y]);
    Ok(iterates
        .with_velocity(vector![vx, vy])
        .after(steps)?
        .position)
}

/// x_T as a function of (α, β, x₀, y₀, v₀, w₀).
fn end_of<T: Number>(
    [alpha, beta, x, y, vx, vy]: [T; 6],
    steps: usize,
) -> Result<Vector2<T>, Error> {
    end(alpha, beta, [x, y, vx, vy], steps)
}

/// ∂x_T/∂(α, β, x₀, y₀, v₀, w₀) by dual numbers.
fn derivatives(parameters: [f64; 6], steps: usize) -> Result<SMatrix<f64, 2, 6>, Error> {
    let mut columns = SMatrix::<f64, 2, 6>::zeros();
    for column in 0..6 {
        let seeded: [usize; 6] = std::array::from_fn(|i| i);
        let seeded =
            seeded.map(|i| Dual64::new(parameters[i], if i == column { 1.0 } else { 0.0 }));
        columns.set_column(column, &end_of(seeded, steps)?.map(|x| x.eps));
    }
    Ok(columns)
}

/// The same by central differences in f64, extrapolated to sixth order: at fourth order the truncation
/// alone is 3e-8 of the slopes along the ridge.
fn differences(parameters: [f64; 6], steps: usize) -> Result<SMatrix<f64, 2, 6>, Error> {
    let mut columns = SMatrix::<f64, 2, 6>::zeros();
    for column in 0..6 {
        let slope = |h: f64| -> Result<Vector2<f64>, Error> {
            let at = |offset: f64| {
                let mut moved = parameters;
                moved[column] += offset;
                end_of(moved, steps)
            };
            Ok((at(h)? - at(-h)?) / (2.0 * h))
        };
        let h = 0.5_f64.powi(12);
        let (coarse, middle, fine) = (slope(h)?, slope(h / 2.0)?, slope(h / 4.0)?);
        let extrapolated = (fine * 64.0 - middle * 20.0 + coarse) / 45.0;
        columns.set_column(column, &extrapolated);
    }
    Ok(columns)
}

/// Derivation (11): ∂x_T/∂α, ∂x_T/∂β and ∂x_T/∂(x₀, v₀) by dual numbers are the slopes of x_T, at β = 0 and
/// from zero velocity and position too, where a step that skipped zero factors would lose them.
#[test]
fn duals_differentiate_the_last_iterate() -> Result<(), Error> {
    let cases = [
        [0.05, 0.5, -1.5, -1.5, 0.0, 0.0],
        [0.05, 0.0, -1.5, -1.5, 0.1, 0.0],
        [0.05, 0.0, 0.3, 0.0, 0.0, 0.2],
        [0.02, 0.9, 0.0, 1.0, 0.0, 0.0],
        [0.1, -0.5, 0.7, 0.2, 0.3, 0.0],
    ];
    for parameters in cases {
        for steps in [1, 2, 7, 20] {
            let dual = derivatives(parameters, steps)?;
            let slopes = differences(parameters, steps)?;
            let scale = slopes.amax().max(1.0);
            let miss = (dual - slopes).amax() / scale;
            assert!(
                miss < 1e-10,
                "{parameters:?} after {steps}: {miss:e}\n{dual}{slopes}"
            );
        }
    }
    Ok(())
}

/// Derivation (11), the derivatives in closed form: after two updates on f = x² from (x₀, v₀),
/// x₂ = x₀ + v₁ + v₂ with v₁ = βv₀ − 2αx₀, v₂ = βv₁ − 2α(x₀ + v₁); at β = 0 the slope in β is v₀ + v₁ − 2αv₀.
#[test]
fn the_slope_at_no_decay_is_the_formulas() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![Dual64::from(2.0)])?;
    let slope = |alpha: Dual64, beta: Dual64, v: Dual64| -> Result<f64, Error> {
        let iterates = Momentum::of(alpha, beta)?.iterates(&bowl, vector![Dual64::from(1.5)]);
        Ok(iterates.with_velocity(vector![v]).after(2)?.position.x.eps)
    };
    let (one, seed) = (Dual64::from, |re| Dual64::new(re, 1.0));
    let (alpha, v, x) = (0.125, 0.25, 1.5);
    let v1 = -2.0 * alpha * x;
    assert_eq!(
        slope(one(alpha), seed(0.0), one(v))?,
        v + v1 - 2.0 * alpha * v
    );
    // ∂x₂/∂α = −2x₀ − 2(x₀ + v₁) + 4αx₀ and ∂x₂/∂v₀ = 0 at β = 0; ∂x₂/∂v₀ = β + β² − 2αβ otherwise.
    assert_eq!(
        slope(seed(alpha), one(0.0), one(v))?,
        -2.0 * x - 2.0 * (x + v1) + 4.0 * alpha * x
    );
    assert_eq!(slope(one(alpha), one(0.0), seed(v))?, 0.0);
    assert_eq!(slope(one(alpha), one(0.5), seed(0.0))?, 0.5 + 0.25 - 0.125);
    Ok(())
}

/// Derivation (13), (31): ∂x_T/∂γ and ∂x_T/∂m through the integrators are the slopes of x_T, at γ = 0 too,
/// where (1 − e⁻ᶻ)/z and the exact damping have their limits.
#[test]
fn duals_differentiate_by_mass_and_drag() -> Result<(), Error> {
    fn end<T: Exponential>(method: u8, mass: T, drag: T) -> Result<T, Error> {
        let ball = HeavyBall::of(mass, drag)?;
        let dt = T::one() / T::integer(10);
        let start = Phase::new(vector![T::integer(-1) / T::integer(2)], vector![T::one()]);
        let end = match method {
            0 => SymplecticEuler::of(dt)?
                .phases(&ball, &Quartic, start)?
                .after(30)?,
            1 => Leapfrog::of(dt)?
                .phases(&ball, &Quartic, start)?
                .after(30)?,
            2 => CentralLeapfrog::of(dt)?
                .phases(&ball, &Quartic, start)?
                .after(30)?,
            _ => ConformalEuler::of(dt)?
                .phases(&ball, &Quartic, start)?
                .after(30)?,
        };
        Ok(end.position.x.clone())
    }
    use heavyball::Exponential;
    for method in 0..4 {
        for (mass, drag) in [(1.0, 0.0), (1.3, 0.7), (0.8, 9.0)] {
            let by_drag = end(method, Dual64::from(mass), Dual64::new(drag, 1.0))?.eps;
            let by_mass = end(method, Dual64::new(mass, 1.0), Dual64::from(drag))?.eps;
            let h = 0.5_f64.powi(10);
            // Forward in γ, which may not be negative: fourth order, one-sided.
            let at = |k: f64| end(method, mass, drag + k * h);
            let forward = -25.0 * at(0.0)? + 48.0 * at(1.0)? - 36.0 * at(2.0)? + 16.0 * at(3.0)?
                - 3.0 * at(4.0)?;
            let drag_slope = forward / (12.0 * h);
            let at = |k: f64| end(method, mass + k * h, drag);
            let mass_slope = (8.0 * (at(1.0)? - at(-1.0)?) - (at(2.0)? - at(-2.0)?)) / (12.0 * h);
            for (dual, slope) in [(by_drag, drag_slope), (by_mass, mass_slope)] {
                let miss = (dual - slope).abs() / slope.abs().max(1.0);
                assert!(
                    miss < 1e-7,
                    "method {method} at ({mass}, {drag}): {dual} and {slope}"
                );
            }
        }
    }
    Ok(())
}

/// Derivation (11): the same run on f32 is that on f64 to f32's rounding, half its digits, while it still
/// moves and has forgotten nothing.
#[test]
fn floats_of_32_bits_follow_those_of_64() -> Result<(), Error> {
    let wide = end(0.05_f64, 0.5, [-1.5, -1.5, 0.0, 0.0], 10)?;
    let narrow = end(0.05_f32, 0.5, [-1.5, -1.5, 0.0, 0.0], 10)?;
    let difference = (wide - narrow.map(f64::from)).amax();
    assert!(
        difference > 0.0 && difference < 16.0 * f64::from(f32::EPSILON),
        "{difference:e}"
    );

    let phase = |narrow: bool| -> Result<Vector2<f64>, Error> {
        if narrow {
            let ball = HeavyBall::of(1.3_f32, 0.7)?;
            let start = Phase::at_rest(vector![-1.5_f32, -1.5]);
            let end = Leapfrog::of(0.1_f32)?
                .phases(&ball, &DoubleWell, start)?
                .after(40)?;
            return Ok(end.position.map(f64::from));
        }
        let start = Phase::at_rest(vector![-1.5, -1.5]);
        Ok(Leapfrog::new(0.1)?
            .phases(&HeavyBall::new(1.3, 0.7)?, &DoubleWell, start)?
            .after(40)?
            .position)
    };
    let difference = (phase(true)? - phase(false)?).amax();
    assert!(
        difference > 0.0 && difference < 64.0 * f64::from(f32::EPSILON),
        "{difference:e}"
    );
    Ok(())
}

/// The catalogue's functions, each written once more from its documented formula.
struct QuarticFormula;
struct DoubleWellFormula;
struct TiltedFormula;
struct HimmelblauFormula;
struct RosenbrockFormula;
struct QuadraticFormula;

impl DualFunction<U1> for QuarticFormula {
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, U1>) -> N {
        x[0].powi(4) - x[0].powi(3) * 3.0 + 2.0
    }
}

impl DualFunction<U1> for TiltedFormula {
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, U1>) -> N {
        x[0].powi(4) / 4.0 - x[0].powi(2) / 2.0 + x[0] * 0.1
    }
}

impl DualFunction<U2> for DoubleWellFormula {
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, U2>) -> N {
        x[0].powi(4) - x[0].powi(2) * 2.0 + x[1].powi(2)
    }
}

impl DualFunction<U2> for HimmelblauFormula {
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, U2>) -> N {
        (x[0].powi(2) + x[1] - 11.0).powi(2) + (x[0] + x[1].powi(2) - 7.0).powi(2)
    }
}

impl<D: Dim> DualFunction<D> for RosenbrockFormula
where
    DefaultAllocator: Allocator<D>,
{
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, D>) -> N {
        let terms = (1..x.len())
            .map(|i| (x[i] - x[i - 1].powi(2)).powi(2) * 100.0 + (x[i - 1] - 1.0).powi(2));
        terms.fold(N::zero(), |sum, term| sum + term)
    }
}

/// ½ Σ (i + 1)xᵢ².
impl<D: Dim> DualFunction<D> for QuadraticFormula
where
    DefaultAllocator: Allocator<D>,
{
    fn evaluate<N: DualNum<f64> + Copy>(&self, x: &OVector<N, D>) -> N {
        let terms = x
            .iter()
            .enumerate()
            .map(|(i, x)| x.powi(2) * (0.5 * (i as f64 + 1.0)));
        terms.fold(N::zero(), |sum, term| sum + term)
    }
}

/// The quadratic of the formula above, by hand.
fn graded<D: Dim>(x: &OVector<f64, D>) -> OVector<f64, D>
where
    DefaultAllocator: Allocator<D>,
{
    let (dimension, one) = x.shape_generic();
    OVector::from_fn_generic(dimension, one, |i, _| i as f64 + 1.0)
}

/// The hand-written value and gradient are those of the formula, to rounding of their largest terms.
fn agree<D: Dim>(
    written: &impl Potential<f64, D>,
    formula: impl DualFunction<D>,
    x: &OVector<f64, D>,
) -> Result<(), TestCaseError>
where
    DefaultAllocator: Allocator<D>,
{
    let formula = AutoDiff(formula);
    // Whatever the slots held before is overwritten.
    let (mut by_hand, mut by_duals) = (x.map(|_| f64::NAN), x.map(|_| f64::NAN));
    written.gradient(x, &mut by_hand);
    formula.gradient(x, &mut by_duals);
    let size = x.amax().max(1.0);
    let scale = by_hand.amax().max(400.0 * size.powi(3));
    let miss = (&by_hand - &by_duals).amax();
    prop_assert!(
        miss <= 8.0 * f64::EPSILON * scale,
        "gradients differ by {miss:e} of {scale:e} at {x:?}"
    );
    let scale = x.len() as f64 * 400.0 * size.powi(4);
    let miss = (written.value(x) - formula.value(x)).abs();
    prop_assert!(
        miss <= 4.0 * f64::EPSILON * scale,
        "values differ by {miss:e} of {scale:e} at {x:?}"
    );
    Ok(())
}

/// As a dynamic vector and as static ones of the lengths at which passes of duals begin and end.
fn agree_in<const N: usize>(x: &[f64]) -> Result<(), TestCaseError> {
    let fixed = SVector::<f64, N>::from_column_slice(&x[..N]);
    let dynamic = DVector::from_column_slice(&x[..N]);
    agree(
        &Quadratic::diagonal(graded(&fixed))?,
        QuadraticFormula,
        &fixed,
    )?;
    agree(
        &Quadratic::diagonal(graded(&dynamic))?,
        QuadraticFormula,
        &dynamic,
    )?;
    if N >= 2 {
        agree(&Rosenbrock, RosenbrockFormula, &fixed)?;
        agree(&Rosenbrock, RosenbrockFormula, &dynamic)?;
    }
    Ok(())
}

/// A gradient of another length than the position, which only a mistake makes, gets the components that it has room for.
#[test]
fn a_gradient_of_another_length_does_not_panic() {
    for dimension in [0, 1, 3, 4, 5, 8, 9, 20] {
        let x = DVector::from_fn(dimension, |i, _| 1.0 + i as f64);
        for room in 0..dimension + 3 {
            let mut gradient = DVector::from_element(room, f64::NAN);
            AutoDiff(QuadraticFormula).gradient(&x, &mut gradient);
            for (i, slope) in gradient.iter().enumerate().take(dimension) {
                assert_eq!(*slope, (i as f64 + 1.0) * x[i], "{dimension} {room}");
            }
        }
    }
}

proptest! {
    /// The gradients of the catalogue, written by hand, are those of its documented formulas by dual
    /// numbers, in 1, 2, 3, 4, 5, 8, 9, 16 and 17 dimensions, static and dynamic: one derivative after the other up to
    /// four, and passes of eight, full ones and remainders.
    #[test]
    fn automatic_gradients_are_the_written_ones(x in proptest::collection::vec(-3.0..3.0_f64, 17)) {
        agree(&Quartic, QuarticFormula, &vector![x[0]])?;
        agree(&TiltedDoubleWell::new(0.1)?, TiltedFormula, &vector![x[0]])?;
        agree(&DoubleWell, DoubleWellFormula, &vector![x[0], x[1]])?;
        agree(&Himmelblau, HimmelblauFormula, &vector![x[0], x[1]])?;
        agree_in::<1>(&x)?;
        agree_in::<2>(&x)?;
        agree_in::<3>(&x)?;
        agree_in::<4>(&x)?;
        agree_in::<5>(&x)?;
        agree_in::<8>(&x)?;
        agree_in::<9>(&x)?;
        agree_in::<16>(&x)?;
        agree_in::<17>(&x)?;
    }
}

/// f, ∇f and the curvatures (the Hessian's eigenvalues, ascending) at a point, by dual numbers.
fn at_point<P, const D: usize>(f: &P, x: [f64; D]) -> (f64, SVector<f64, D>, Vec<f64>)
where
    P: Potential<DualSVec64<D>, Const<D>>,
{
    let seed = |i: usize| {
        let seed = Derivative::<f64, f64, Const<D>, U1>::derivative_generic(Const::<D>, U1, i);
        DualSVec64::new(x[i], seed)
    };
    let x = SVector::<DualSVec64<D>, D>::from_fn(|i, _| seed(i));
    let mut gradient = x;
    f.gradient(&x, &mut gradient);
    let hessian = SMatrix::<f64, D, D>::from_fn(|row, column| {
        gradient[row].eps.unwrap_generic(Const::<D>, U1)[column]
    });
    let hessian = nalgebra::DMatrix::from_column_slice(D, D, hessian.as_slice());
    let mut curvatures: Vec<f64> = hessian.symmetric_eigenvalues().iter().copied().collect();
    curvatures.sort_by(f64::total_cmp);
    (f.value(&x).re, gradient.map(|g| g.re), curvatures)
}

/// The quartic's documented points: the minimiser 9/4 and the flat saddle 0.
#[test]
fn the_quartics_documented_points() {
    assert_eq!(
        at_point(&Quartic, [2.25]),
        (-6.542_968_75, vector![0.0], vec![20.25])
    );
    assert_eq!(at_point(&Quartic, [0.0]), (2.0, vector![0.0], vec![0.0]));
    assert_eq!(-1675.0 / 256.0, -6.542_968_75);
}

/// The double well's documented points: minimisers (±1, 0) and the saddle between them.
#[test]
fn the_double_wells_documented_points() {
    for x in [1.0, -1.0] {
        assert_eq!(
            at_point(&DoubleWell, [x, 0.0]),
            (-1.0, vector![0.0, 0.0], vec![2.0, 8.0])
        );
    }
    assert_eq!(
        at_point(&DoubleWell, [0.0, 0.0]),
        (0.0, vector![0.0, 0.0], vec![-4.0, 2.0])
    );
}

/// The tilted double well's documented points at c = 0.1, its saddle that of the escape problem.
#[test]
fn the_tilted_double_wells_documented_points() -> Result<(), Error> {
    let well = TiltedDoubleWell::of(DualSVec64::<1>::from_re(0.1))?;
    let points = [
        (-1.046_680_531_804_602_2, -0.352_386, 2.286_620_407),
        (0.101_031_257_881_010_82, 0.005_026, -0.969_378_055),
        (0.945_649_273_923_591_5, -0.152_639, 1.682_757_648),
    ];
    for (x, value, curvature) in points {
        let (f, gradient, curvatures) = at_point(&well, [x]);
        assert!((f - value).abs() < 5e-7, "f({x}) = {f}");
        assert!(gradient.x.abs() < 1e-15, "f′({x}) = {}", gradient.x);
        assert!(
            (curvatures[0] - curvature).abs() < 1e-9,
            "f″({x}) = {}",
            curvatures[0]
        );
    }
    // Three critical points up to |c| = 2/(3√3), where two merge at 1/√3.
    let (merge, limit) = (1.0 / 3.0_f64.sqrt(), 2.0 / (3.0 * 3.0_f64.sqrt()));
    let (_, gradient, curvatures) = at_point(
        &TiltedDoubleWell::of(DualSVec64::<1>::from_re(limit))?,
        [merge],
    );
    assert!(gradient.x.abs() < 1e-15 && curvatures[0].abs() < 1e-15);
    assert!((limit - 0.3849).abs() < 1e-6);
    Ok(())
}

/// Himmelblau's documented points: four minimisers of value 0, four saddles, one maximiser, to the digits
/// that are given.
#[test]
fn himmelblaus_documented_points() {
    let minimisers = [
        [3.0, 2.0],
        [-2.805_118_086_952_745, 3.131_312_518_250_573],
        [-3.779_310_253_377_747, -3.283_185_991_286_17],
        [3.584_428_340_330_492, -1.848_126_526_964_404],
    ];
    for x in minimisers {
        let (f, gradient, curvatures) = at_point(&Himmelblau, x);
        assert!(
            f < 1e-27 && gradient.amax() < 1e-12,
            "f{x:?} = {f:e}, ∇f = {gradient}"
        );
        assert!(curvatures[0] > 20.0);
    }
    let others = [
        ([-0.127_961, -1.953_715], 178.3, [-1, 1]),
        ([-3.073_026, -0.081_353], 104.0, [-1, 1]),
        ([0.086_678, 2.884_255], 67.7, [-1, 1]),
        ([3.385_154, 0.073_852], 13.3, [-1, 1]),
        ([-0.270_845, -0.923_039], 181.6, [-1, -1]),
    ];
    for (x, value, signs) in others {
        let (f, gradient, curvatures) = at_point(&Himmelblau, x);
        assert!((f - value).abs() < 0.05, "f{x:?} = {f}");
        let found: Vec<i32> = curvatures.iter().map(|c| c.signum() as i32).collect();
        assert_eq!(found, signs, "at {x:?}");
        // A Newton step away is the critical point: within half a digit of the table.
        let hessian = {
            let (a, b) = (x[0] * x[0] + x[1] - 11.0, x[0] + x[1] * x[1] - 7.0);
            let mixed = 4.0 * (x[0] + x[1]);
            Matrix2::new(
                8.0 * x[0] * x[0] + 4.0 * a + 2.0,
                mixed,
                mixed,
                8.0 * x[1] * x[1] + 4.0 * b + 2.0,
            )
        };
        let step = hessian.lu().solve(&gradient).map(|step| step.amax());
        assert!(
            step.is_some_and(|step| step < 5.1e-7),
            "at {x:?}: {step:?} away"
        );
    }
}

/// Rosenbrock's documented points: the minimiser (1, …, 1) with curvatures 1001.6 and 0.4 in the plane; no
/// other critical point in two and three dimensions; a local minimum with x₀ < 0 from four on.
#[test]
fn rosenbrocks_documented_points() {
    let (f, gradient, curvatures) = at_point(&Rosenbrock, [1.0, 1.0]);
    assert_eq!((f, gradient), (0.0, vector![0.0, 0.0]));
    assert!((curvatures[0] - 0.399_360_767_5).abs() < 1e-9);
    assert!((curvatures[1] - 1_001.600_639_232_5).abs() < 1e-9);
    assert!((curvatures[1] / curvatures[0] - 2508.0).abs() < 0.5);
    let mut gradient = DVector::from_element(9, f64::NAN);
    let ones = DVector::from_element(9, 1.0);
    Potential::<f64, Dyn>::gradient(&Rosenbrock, &ones, &mut gradient);
    assert_eq!(
        (Rosenbrock.value(&ones), gradient),
        (0.0, DVector::zeros(9))
    );

    let second = [
        -0.775_659_226_565,
        0.613_093_365_485,
        0.382_062_846_338,
        0.145_972_018_552,
    ];
    let (f, gradient, curvatures) = at_point(&Rosenbrock, second);
    assert!((f - 3.701_428_61).abs() < 1e-8 && gradient.amax() < 1e-8 && curvatures[0] > 0.0);
    let second = [
        -0.962_051_020_695,
        0.935_739_395_977,
        0.880_713_604_194,
        0.777_877_675_854,
        0.605_093_678_593,
    ];
    let (f, gradient, curvatures) = at_point(&Rosenbrock, second);
    assert!((f - 3.930_839_434).abs() < 1e-8 && gradient.amax() < 1e-8 && curvatures[0] > 0.0);

    // In three dimensions ∂₂f = 0 gives x₂ = x₁², then ∂₁f = 0 gives x₁ = (1 + 100x₀²)/101, and ∂₀f is left
    // as −(1 − x₀)(2 + 400x₀(1 + x₀)/101), whose second factor has no root: its discriminant is below 0.
    for k in -40..40 {
        let x0 = f64::from(k) / 10.0;
        let x1 = (1.0 + 100.0 * x0 * x0) / 101.0;
        let (_, gradient, _) = at_point(&Rosenbrock, [x0, x1, x1 * x1]);
        let left = -(1.0 - x0) * (2.0 + 400.0 * x0 * (1.0 + x0) / 101.0);
        assert!(
            (gradient - vector![left, 0.0, 0.0]).amax() < 1e-9 * (1.0 + x1.powi(3)),
            "at {x0}"
        );
    }
    assert!(400.0_f64.powi(2) - 4.0 * 400.0 * 2.0 * 101.0 < 0.0);
}
