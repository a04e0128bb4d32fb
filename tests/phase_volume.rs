//! How a step deforms phase space: conformally symplectic methods and the two that are not:
//! Derivation (28). Jacobians in (x, v) by dual numbers, a column at a time.

use heavyball::prelude::*;
use nalgebra::{Const, DMatrix, Matrix2, SVector, vector};
use num_dual::Dual64;
use proptest::prelude::*;

type Dual = SVector<Dual64, 2>;

/// A point (x, v), v = Δt·p/m.
type Point<const D: usize> = (SVector<f64, D>, SVector<f64, D>);

/// The Jacobian of a map of (x, v).
fn jacobian<const D: usize>(
    map: impl Fn(SVector<Dual64, D>, SVector<Dual64, D>) -> Result<[SVector<Dual64, D>; 2], Error>,
    (x, v): Point<D>,
) -> Result<DMatrix<f64>, Error> {
    let mut matrix = DMatrix::zeros(2 * D, 2 * D);
    for column in 0..2 * D {
        let seed = |offset: usize, vector: &SVector<f64, D>| {
            SVector::from_fn(|i, _| {
                Dual64::new(vector[i], if i + offset == column { 1.0 } else { 0.0 })
            })
        };
        let [x, v] = map(seed(0, &x), seed(D, &v))?;
        for (row, entry) in x.iter().chain(v.iter()).enumerate() {
            matrix[(row, column)] = entry.eps;
        }
    }
    Ok(matrix)
}

/// The Jacobian of a step of `method`.
fn step_jacobian<M, P, const D: usize>(
    method: M,
    (mass, drag): (f64, f64),
    f: &P,
    point: Point<D>,
) -> Result<DMatrix<f64>, Error>
where
    M: FixedStep<Dual64>,
    P: Potential<Dual64, Const<D>>,
{
    let ball = HeavyBall::of(Dual64::from(mass), Dual64::from(drag))?;
    let per_time = Dual64::from(mass) / method.dt();
    let map = |x: SVector<Dual64, D>, v: SVector<Dual64, D>| {
        let start = Phase::new(x, v * per_time);
        let end = method.phases(&ball, f, start)?.after(1)?;
        Ok([end.position, end.momentum / per_time])
    };
    jacobian(map, point)
}

/// The Jacobian of an update of `rule`.
fn update_jacobian<R, P, const D: usize>(
    rule: R,
    f: &P,
    point: Point<D>,
) -> Result<DMatrix<f64>, Error>
where
    R: UpdateRule<Dual64> + Clone,
    P: Potential<Dual64, Const<D>>,
{
    let map = |x: SVector<Dual64, D>, v: SVector<Dual64, D>| {
        let end = rule.iterates(f, x).with_velocity(v).after(1)?;
        Ok([end.position, end.velocity])
    };
    jacobian(map, point)
}

/// The matrix Ω⊗B: B above the diagonal, −Bᵀ below it.
fn omega(block: &DMatrix<f64>) -> DMatrix<f64> {
    let d = block.nrows();
    let mut omega = DMatrix::zeros(2 * d, 2 * d);
    omega.view_mut((0, d), (d, d)).copy_from(block);
    omega
        .view_mut((d, 0), (d, d))
        .copy_from(&-block.transpose());
    omega
}

/// How far JᵀΩJ is from Ω⊗B, relative to the size of the products in it.
fn defect(jacobian: &DMatrix<f64>, block: &DMatrix<f64>) -> f64 {
    let one = DMatrix::identity(block.nrows(), block.nrows());
    let form = jacobian.transpose() * omega(&one) * jacobian;
    (form - omega(block)).amax() / jacobian.amax().powi(2).max(1.0)
}

/// A conformally symplectic step with factor c: JᵀΩJ = cΩ and det J = c^d, to rounding.
fn is_conformal(jacobian: &DMatrix<f64>, factor: f64) -> Result<(), TestCaseError> {
    let d = jacobian.nrows() / 2;
    let block = DMatrix::identity(d, d) * factor;
    let defect = defect(jacobian, &block);
    prop_assert!(defect < 1e-14, "JᵀΩJ misses {factor}·Ω by {defect:e}");
    let volume = jacobian.determinant() - factor.powi(d as i32);
    let scale = jacobian.amax().max(1.0).powi(2 * d as i32);
    prop_assert!(
        volume.abs() < 1e-14 * scale,
        "the determinant misses by {volume:e} of {scale:e}"
    );
    Ok(())
}

/// All conformally symplectic methods at one point of one potential.
fn methods_are_conformal<P, const D: usize>(
    f: &P,
    mass: f64,
    (q, z): (f64, f64),
    point: Point<D>,
) -> Result<(), TestCaseError>
where
    P: Potential<Dual64, Const<D>>,
{
    let dt = (q * mass).sqrt();
    let ball = (mass, z * mass / dt);
    let step = Dual64::from(dt);
    let explicit = 1.0 - z;
    is_conformal(
        &step_jacobian(SymplecticEuler::of(step)?, ball, f, point)?,
        explicit,
    )?;
    is_conformal(
        &step_jacobian(DriftKickEuler::of(step)?, ball, f, point)?,
        explicit,
    )?;
    let rule = Momentum {
        alpha: Dual64::from(q),
        beta: Dual64::from(explicit),
    };
    is_conformal(&update_jacobian(rule, f, point)?, explicit)?;
    is_conformal(
        &step_jacobian(ConformalEuler::of(step)?, ball, f, point)?,
        (-z).exp(),
    )?;
    is_conformal(
        &step_jacobian(Leapfrog::of(step)?, ball, f, point)?,
        (-z).exp(),
    )?;
    let suzuki = Composition::suzuki4(Leapfrog::of(step)?)?;
    is_conformal(&step_jacobian(suzuki, ball, f, point)?, (-z).exp())?;
    let central = (1.0 - z / 2.0) / (1.0 + z / 2.0);
    is_conformal(
        &step_jacobian(CentralLeapfrog::of(step)?, ball, f, point)?,
        central,
    )
}

/// A planar potential with its Hessian, differentiated by hand.
fn double_well_hessian(x: &SVector<f64, 2>) -> Matrix2<f64> {
    Matrix2::new(12.0 * x.x * x.x - 4.0, 0.0, 0.0, 2.0)
}

fn himmelblau_hessian(x: &SVector<f64, 2>) -> Matrix2<f64> {
    let (a, b) = (x.x * x.x + x.y - 11.0, x.x + x.y * x.y - 7.0);
    let mixed = 4.0 * (x.x + x.y);
    Matrix2::new(
        8.0 * x.x * x.x + 4.0 * a + 2.0,
        mixed,
        mixed,
        8.0 * x.y * x.y + 4.0 * b + 2.0,
    )
}

fn rosenbrock_hessian(x: &SVector<f64, 2>) -> Matrix2<f64> {
    let mixed = -400.0 * x.x;
    Matrix2::new(1200.0 * x.x * x.x - 400.0 * x.y + 2.0, mixed, mixed, 200.0)
}

/// Explicit Euler and Nesterov at one point: JᵀΩJ is Ω⊗(βI + αH) and Ω⊗β(I − αH(x + βv)).
fn the_others_follow_the_hessian<P>(
    f: &P,
    hessian: impl Fn(&SVector<f64, 2>) -> Matrix2<f64>,
    (alpha, beta): (f64, f64),
    point: Point<2>,
) -> Result<(), TestCaseError>
where
    P: Potential<Dual64, Const<2>>,
{
    let dynamic = |block: Matrix2<f64>| DMatrix::from_column_slice(2, 2, block.as_slice());
    let (one, (x, v)) = (Matrix2::identity(), point);
    let dt = Dual64::from(alpha.sqrt());
    let drag = (1.0 - beta) / alpha.sqrt();
    let explicit = step_jacobian(ExplicitEuler::of(dt)?, (1.0, drag), f, point)?;
    let rule = Nesterov {
        alpha: Dual64::from(alpha),
        beta: Dual64::from(beta),
    };
    let nesterov = update_jacobian(rule, f, point)?;
    let blocks = [
        one * beta + hessian(&x) * alpha,
        (one - hessian(&(x + v * beta)) * alpha) * beta,
    ];
    for (jacobian, block) in [explicit, nesterov].iter().zip(blocks) {
        let defect = defect(jacobian, &dynamic(block));
        prop_assert!(defect < 1e-13, "JᵀΩJ misses by {defect:e}");
        let scale = jacobian.amax().max(1.0).powi(4);
        prop_assert!((jacobian.determinant() - block.determinant()).abs() < 1e-13 * scale);
    }
    Ok(())
}

/// Drags per step, explicit drag's z near 0, 1 and 2 among them.
fn drags_per_step() -> impl Strategy<Value = f64> {
    prop_oneof![
        Just(0.0),
        Just(1e-12),
        Just(1.0),
        Just(1.0 - 1e-9),
        Just(2.0 - 1e-9),
        0.0..2.0_f64
    ]
}

fn coordinates<const D: usize>() -> impl Strategy<Value = SVector<f64, D>> {
    proptest::collection::vec(-2.0..2.0_f64, D).prop_map(SVector::from_vec)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Derivation (28): one step of symplectic Euler in either order and of `Momentum` has JᵀΩJ = βΩ and
    /// det J = β^d with β = 1 − z, of `ConformalEuler`, `Leapfrog` and compositions of it e⁻ᶻ, of
    /// `CentralLeapfrog` (1 − z/2)/(1 + z/2): everywhere, on any potential, in one to four dimensions.
    #[test]
    fn phase_volume_shrinks_evenly(
        mass in prop_oneof![Just(1e-9), Just(1e9), 0.1..10.0_f64], q in 1e-4..0.1_f64, z in drags_per_step(),
        one in [coordinates::<1>(), coordinates()], two in [coordinates::<2>(), coordinates()],
        three in [coordinates::<3>(), coordinates()], four in [coordinates::<4>(), coordinates()],
    ) {
        methods_are_conformal(&Quartic, mass, (q, z), one.into())?;
        methods_are_conformal(&DoubleWell, mass, (q, z), two.into())?;
        methods_are_conformal(&Himmelblau, mass, (q, z), two.into())?;
        methods_are_conformal(&Rosenbrock, mass, (q / 10.0, z), three.into())?;
        methods_are_conformal(&Rosenbrock, mass, (q / 10.0, z), four.into())?;
    }

    /// Derivation (28): explicit Euler's Jacobian has JᵀΩJ = Ω⊗(βI + αH), Nesterov's
    /// Ω⊗β(I − αH(x + βv)): their determinants are det(βI + αH) and β^d·det(I − αH), H the Hessian.
    #[test]
    fn explicit_euler_and_nesterov_follow_the_hessian(
        alpha in 1e-4..0.1_f64, z in drags_per_step(), x in coordinates(), v in coordinates()
    ) {
        let beta = 1.0 - z;
        the_others_follow_the_hessian(&DoubleWell, double_well_hessian, (alpha, beta), (x, v))?;
        the_others_follow_the_hessian(&Himmelblau, himmelblau_hessian, (alpha, beta), (x, v))?;
        the_others_follow_the_hessian(&Rosenbrock, rosenbrock_hessian, (alpha / 10.0, beta), (x, v))?;
    }
}

/// Derivation (28): at (−1.5, −1.5) in the double well, with α = 0.1 and β = 0.5, H = diag(23, 2):
/// explicit Euler multiplies the area of the first plane by 2.8 and of the second by 0.7, Nesterov by
/// −0.65 and 0.4, where momentum has 0.5 for both. No factor c gives JᵀΩJ = cΩ.
#[test]
fn explicit_euler_and_nesterov_are_not_conformal() -> Result<(), Error> {
    let point = (vector![-1.5, -1.5], vector![0.0, 0.0]);
    let (alpha, beta) = (Dual64::from(0.1), Dual64::from(0.5));
    let dt = 0.1_f64.sqrt();
    let ball = (1.0, 0.5 / dt);
    let areas = |jacobian: DMatrix<f64>| {
        let form = jacobian.transpose() * omega(&DMatrix::identity(2, 2)) * jacobian;
        [form[(0, 2)], form[(1, 3)]]
    };
    let explicit = ExplicitEuler::of(Dual64::from(dt))?;
    let cases = [
        (
            areas(step_jacobian(explicit, ball, &DoubleWell, point)?),
            [2.8, 0.7],
        ),
        (
            areas(update_jacobian(
                Nesterov { alpha, beta },
                &DoubleWell,
                point,
            )?),
            [-0.65, 0.4],
        ),
        (
            areas(update_jacobian(
                Momentum { alpha, beta },
                &DoubleWell,
                point,
            )?),
            [0.5, 0.5],
        ),
    ];
    for (found, expected) in cases {
        for (found, expected) in found.iter().zip(expected) {
            assert!(
                (found - expected).abs() < 1e-14,
                "{found} where {expected} is right"
            );
        }
    }
    Ok(())
}

/// Derivation (28): over a run of 50 steps the factors multiply: det J = β^(50·2), and the phase volume
/// of `Leapfrog` shrinks as that of the flow, e^(−2γT/m).
#[test]
fn phase_volume_shrinks_along_a_run() -> Result<(), Error> {
    let point = (vector![0.8, -0.3], vector![0.02, 0.01]);
    let (mass, drag, dt) = (1.3, 0.7, 0.1);
    let ball = HeavyBall::of(Dual64::from(mass), Dual64::from(drag))?;
    let leapfrog = Leapfrog::of(Dual64::from(dt))?;
    let run = |x: Dual, v: Dual| {
        let end = leapfrog
            .phases(&ball, &DoubleWell, Phase::new(x, v))?
            .after(50)?;
        Ok([end.position, end.momentum])
    };
    let volume = jacobian(run, point)?.determinant();
    let exact = (-2.0 * drag * 50.0 * dt / mass).exp();
    assert!(
        (volume / exact - 1.0).abs() < 1e-11,
        "{volume} against {exact}"
    );

    let rule = Momentum {
        alpha: Dual64::from(0.02),
        beta: Dual64::from(0.95),
    };
    let run = |x: Dual, v: Dual| {
        let end = rule.iterates(&DoubleWell, x).with_velocity(v).after(50)?;
        Ok([end.position, end.velocity])
    };
    let volume = jacobian(run, point)?.determinant();
    assert!(
        (volume / 0.95_f64.powi(100) - 1.0).abs() < 1e-11,
        "{volume}"
    );
    Ok(())
}
