//! A ball with a mass for each direction: its change of variables, its energy, the orders of its steps, its exact motion.

use crate::support::exact::{fractions, ratio};
use crate::support::slope::{is_order, slope};
use heavyball::error::{MappingError, MatrixError, ParameterError, VectorError};
use heavyball::fixed_steps::SplitStep;
use heavyball::matrices::{DiagonalMatrix, FullMatrix};
use heavyball::potentials::{Symmetric, from_fn, in_coordinates};
use heavyball::prelude::*;
use heavyball::{AnisotropicBall, AnisotropicMotion, FullBall};
use nalgebra::{
    Const, DMatrix, DVector, Matrix2, Matrix3, SMatrix, SVector, Vector2, Vector3, dvector, matrix,
    vector,
};
use num_dual::Dual64;
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::array::{uniform2, uniform3, uniform6};
use proptest::prelude::*;

/// LLᵀ with a lower triangular L.
fn lower(diagonal: [f64; 3], below: [f64; 3]) -> Matrix3<f64> {
    matrix![
        diagonal[0], 0.0, 0.0;
        below[0], diagonal[1], 0.0;
        below[1], below[2], diagonal[2]
    ]
}

fn well(x: &Vector3<f64>) -> f64 {
    x.x.powi(4) / 4.0 + x.norm_squared() + x.x * x.y - x.y * x.z
}

fn slope_of_well(x: &Vector3<f64>) -> Vector3<f64> {
    2.0 * x + vector![x.x.powi(3) + x.y, x.x - x.z, -x.y]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Derivation (71): with M = LLᵀ, y = Lᵀx is the unit-mass ball in f(L⁻ᵀy) under the drag L⁻¹ΓL⁻ᵀ, step by step; for Γ
    /// in proportion to M it is a plain heavy ball.
    #[test]
    fn a_mass_is_a_change_of_variables(
        diagonal in uniform3(0.5..2.0_f64), below in uniform3(-1.0..1.0_f64), drags in uniform3(0.0..1.0_f64),
        coupling in uniform3(-1.0..1.0_f64), x in uniform3(-1.0..1.0_f64), u in uniform3(-1.0..1.0_f64), rate in 0.0..1.0_f64,
    ) {
        let l = lower(diagonal, below);
        let mass = l * l.transpose();
        let g = lower(drags, coupling);
        let (inverse, (x, u)) = (l.try_inverse().unwrap(), (Vector3::from(x), Vector3::from(u)));
        let potential = from_fn(well, slope_of_well);
        let to_x = inverse.transpose();
        let seen = from_fn(move |y: &Vector3<f64>| well(&(to_x * y)), move |y: &Vector3<f64>| inverse * slope_of_well(&(to_x * y)));
        let method = Leapfrog::new(0.02)?;
        // A drag of its own directions, and one in proportion to the mass.
        for drag in [g * g.transpose(), rate * mass] {
            let ball = AnisotropicBall::full(mass, drag)?;
            let end = ball.phases(&method, &potential, ball.launch(x, &u)?)?.after(50)?;
            let unit = AnisotropicBall::full(Matrix3::identity(), inverse * drag * to_x)?;
            let start = Phase::new(l.transpose() * x, l.transpose() * u);
            let other = unit.phases(&method, &seen, start)?.after(50)?;
            let off = (to_x * other.position - end.position).amax() + (l * other.momentum - end.momentum).amax();
            prop_assert!(off < 1e-10, "{off:e}");
        }
        let ball = AnisotropicBall::full(mass, rate * mass)?;
        let end = ball.phases(&method, &potential, ball.launch(x, &u)?)?.after(50)?;
        // The same in the library's own coordinates.
        let to_own = ball.coordinates();
        let from_own = to_own.entries().try_inverse().unwrap();
        let own = in_coordinates(&potential, to_own);
        let plain = HeavyBall::new(1.0, rate)?;
        let start = plain.launch(from_own * x, from_own * u);
        let third = method.phases(&plain, &own, start)?.after(50)?;
        let off = (to_own.entries() * third.position - end.position).amax();
        prop_assert!(off < 1e-10, "{off:e}");
        let other = method.phases(&plain, &seen, Phase::new(l.transpose() * x, l.transpose() * u))?.after(50)?;
        prop_assert!((to_x * other.position - end.position).amax() < 1e-10);
    }

    /// Derivation (72): along (ẋ, ṗ) = (M⁻¹p, −∇f − ΓM⁻¹p) the energy ½pᵀM⁻¹p + f changes at the rate −ẋᵀΓẋ, by dual numbers.
    #[test]
    fn the_energy_falls_by_the_dissipated_power(
        mass in uniform2(0.1..10.0_f64), drag in uniform2(0.0..3.0_f64), x in uniform2(-2.0..2.0_f64), p in uniform2(-3.0..3.0_f64),
    ) {
        let ball = AnisotropicBall::diagonal(Vector2::from(mass), Vector2::from(drag))?;
        let (x, p) = (Vector2::from(x), Vector2::from(p));
        let phase = Phase::new(x, p);
        let velocity = ball.velocity(&phase)?;
        let mut force = x;
        DoubleWell.gradient(&x, &mut force);
        let force = -force - velocity.component_mul(&Vector2::from(drag));
        let along = Phase::new(x.zip_map(&velocity, Dual64::new), p.zip_map(&force, Dual64::new));
        let dual = AnisotropicBall::diagonal(Vector2::from(mass).map(Dual64::from), Vector2::from(drag).map(Dual64::from))?;
        let rate = dual.energy(&DoubleWell, &along)?.eps;
        let power = ball.dissipated_power(&phase)?;
        prop_assert!(power >= 0.0);
        prop_assert!((rate + power).abs() < 1e-12 * (1.0 + power + force.norm() * velocity.norm()), "{rate} {power}");
    }

    /// Derivation (71) on a quadratic: the exponential is the series Σ xₙtⁿ with
    /// (n + 1)(n + 2)Mxₙ₊₂ = −(n + 1)Γxₙ₊₁ − Kxₙ, summed in exact fractions.
    #[test]
    fn the_exact_motion_is_its_series(
        mass in uniform6(-2_i64..=2), drag in uniform3(-1_i64..=1), curvature in uniform3(-3_i64..=3),
        x in uniform2(fractions()), u in uniform2(fractions()), t in (-7_i64..=7).prop_map(|n| ratio(n, 5)),
    ) {
        // Squares plus the identity: positive definite.
        let square = |a: i64, b: i64, c: i64, plus: i64| [[a * a + b * b + plus, a * b + b * c], [a * b + b * c, b * b + c * c + plus]];
        let (m, g) = (square(mass[0], mass[1], mass[2], 1), square(drag[0], drag[1], drag[2], 0));
        let k = [[curvature[0], curvature[1]], [curvature[1], curvature[2]]];
        let integers = |a: [[i64; 2]; 2]| SMatrix::<BigRational, 2, 2>::from(a.map(|column| column.map(|n| ratio(n, 1))));
        let floats = |a: [[i64; 2]; 2]| Matrix2::from(a.map(|column| column.map(|n| n as f64)));
        let determinant = ratio(m[0][0] * m[1][1] - m[0][1] * m[1][0], 1);
        let adjugate = integers([[m[1][1], -m[0][1]], [-m[1][0], m[0][0]]]);
        let (g_exact, k_exact) = (integers(g), integers(k));
        let product = |a: &SMatrix<BigRational, 2, 2>, v: &SVector<BigRational, 2>| {
            SVector::<BigRational, 2>::from([0, 1].map(|i| (0..2).map(|j| &a[(i, j)] * &v[j]).sum::<BigRational>()))
        };
        let (mut term, mut next) = (SVector::from(x.clone()), SVector::from(u.clone()));
        let (mut position, mut velocity) = (SVector::<BigRational, 2>::from([ratio(0, 1), ratio(0, 1)]), SVector::from([ratio(0, 1), ratio(0, 1)]));
        let (mut power, mut n) = (BigRational::one(), 0);
        // Γ ≤ 4M and |K| ≤ 6M leave rates below 5.2, so that the terms fall like (5.2·1.4)ⁿ/n!: at 60 they are below 1e-29.
        while n < 60 {
            position += term.map(|c| c * &power);
            velocity += next.map(|c| c * &power * ratio(n + 1, 1));
            let force = product(&g_exact, &next).map(|c| c * ratio(n + 1, 1)) + product(&k_exact, &term);
            let after = product(&adjugate, &force).map(|c| -c / &determinant / ratio((n + 1) * (n + 2), 1));
            (term, next) = (next, after);
            power *= &t;
            n += 1;
        }
        let real = |v: &SVector<BigRational, 2>| v.map(|c| Number::to_f64(&c));
        let ball = AnisotropicBall::full(floats(m), floats(g))?;
        let motion = AnisotropicMotion::new(&ball, &Quadratic::symmetric(floats(k))?)?;
        let (found, speed) = motion.at(Number::to_f64(&t), &real(&SVector::from(x)), &real(&SVector::from(u)))?;
        let (position, velocity) = (real(&position), real(&velocity));
        let size = 1.0 + position.amax() + velocity.amax();
        prop_assert!((found - position).amax() < 1e-11 * size && (speed - velocity).amax() < 1e-11 * size, "{found} {position}");
    }
}

/// Derivation (72): over a run of a ball with full matrices, what the energy loses is the integral of ẋᵀΓẋ.
#[test]
fn the_energy_of_a_full_ball_falls_by_the_integral_of_the_power() -> Result<(), Error> {
    let ball: FullBall<2> =
        AnisotropicBall::full(matrix![2.0, 0.6; 0.6, 1.0], matrix![0.3, 0.2; 0.2, 0.5])?;
    let system = ball.equation(DoubleWell).in_phase_space(Const::<2>);
    let start = system.state(&vector![-1.6, 0.8], &vector![1.0, 0.3])?;
    let run = Dop853::new(1e-12, 1e-12)
        .with_fine_output()
        .integrate(&system, (0.0, 5.0), start)?;
    let phase = |t: f64| {
        let (x, u) = system.motion(&run.at(t)?)?;
        ball.launch(x, &u)
    };
    let power = |t: f64| ball.dissipated_power(&phase(t)?);
    let steps = 2000;
    let h = 5.0 / f64::from(steps);
    let mut integral = 0.0;
    for k in 0..steps {
        let t = h * f64::from(k);
        integral += h / 6.0 * (power(t)? + 4.0 * power(t + h / 2.0)? + power(t + h)?);
    }
    let lost = ball.energy(&DoubleWell, &phase(0.0)?)? - ball.energy(&DoubleWell, &phase(5.0)?)?;
    assert!(
        lost > 1.0 && (lost - integral).abs() < 1e-9,
        "{lost} {integral}"
    );
    Ok(())
}

/// A ball, a bowl and a start whose mass, drag and curvature have no common directions.
fn coupled() -> Result<(FullBall<2>, Quadratic<Symmetric<f64, Const<2>>>), Error> {
    let ball = AnisotropicBall::full(matrix![2.0, 0.7; 0.7, 1.0], matrix![0.9, -0.3; -0.3, 0.4])?;
    Ok((ball, Quadratic::symmetric(matrix![3.0, 1.0; 1.0, 2.0])?))
}

fn order_of<M>(
    method: impl Fn(f64) -> Result<M, Error>,
    (largest, count): (f64, i32),
) -> Result<f64, Error>
where
    M: FixedStep<f64>,
    M::Step: SplitStep<f64>,
{
    let (ball, bowl) = coupled()?;
    let (x, u) = (vector![1.0, -0.7], vector![0.4, 0.3]);
    let (exact, speed) = AnisotropicMotion::new(&ball, &bowl)?.at(4.0, &x, &u)?;
    let mut points = Vec::new();
    for halving in 0..count {
        let dt = largest * f64::from(-halving).exp2();
        let end = ball
            .phases(&method(dt)?, &bowl, ball.launch(x, &u)?)?
            .after((4.0 / dt).round() as usize)?;
        let off = (end.position - exact)
            .norm()
            .hypot((ball.velocity(&end)? - speed).norm());
        points.push((dt, off));
    }
    Ok(slope(&points))
}

/// Derivation (22): each method has its order with full matrices too, against the exact oscillator.
#[test]
fn every_step_has_its_order() -> Result<(), Error> {
    let orders = [
        (order_of(SymplecticEuler::new, (0.0125, 5))?, 1),
        (order_of(DriftKickEuler::new, (0.0125, 5))?, 1),
        (order_of(ConformalEuler::new, (0.0125, 5))?, 1),
        (order_of(Leapfrog::new, (0.1, 5))?, 2),
        (order_of(CentralLeapfrog::new, (0.1, 5))?, 2),
        (
            order_of(|dt| Composition::yoshida4(Leapfrog::new(dt)?), (0.1, 5))?,
            4,
        ),
        (
            order_of(
                |dt| Composition::suzuki4(CentralLeapfrog::new(dt)?),
                (0.2, 5),
            )?,
            4,
        ),
        (
            order_of(|dt| Composition::yoshida6(Leapfrog::new(dt)?), (0.25, 4))?,
            6,
        ),
    ];
    for (found, order) in orders {
        assert!(is_order(found, order), "{found} for {order}");
    }
    Ok(())
}

/// Without a force the momentum decays by exp(−tΓM⁻¹) in steps of any size of the methods with exact damping.
#[test]
fn exact_damping_is_an_exponential() -> Result<(), Error> {
    let (ball, _) = coupled()?;
    let level = heavyball::Linear::new(vector![0.0, 0.0])?;
    let rate = matrix![0.9, -0.3; -0.3, 0.4] * matrix![2.0, 0.7; 0.7, 1.0].try_inverse().unwrap();
    let expected = (rate * -6.0).exp() * vector![1.0, 2.0];
    let start = Phase::new(vector![0.0, 0.0], vector![1.0, 2.0]);
    let by_leapfrog = ball.phases(&Leapfrog::new(1.5)?, &level, start)?.after(4)?;
    let by_euler = ball
        .phases(&ConformalEuler::new(3.0)?, &level, start)?
        .after(2)?;
    for end in [by_leapfrog, by_euler] {
        assert!((end.momentum - expected).norm() < 1e-14, "{}", end.momentum);
    }
    Ok(())
}

/// Diagonal on diagonal, the exponential is the oscillator of each axis; long times keep their digits.
#[test]
fn the_exponential_is_the_oscillators_of_the_axes() -> Result<(), Error> {
    let (mass, drag, curvature) = (vector![1.0, 30.0], vector![0.02, 5.0], vector![4.0, 0.3]);
    let ball = AnisotropicBall::diagonal(mass, drag)?;
    let by_axes = AnisotropicMotion::diagonal(&ball, &Quadratic::diagonal(curvature)?)?;
    let bowl = Quadratic::symmetric(Matrix2::from_diagonal(&curvature))?;
    let by_exponential = AnisotropicMotion::new(&ball, &bowl)?;
    let (x, u) = (vector![1.0, -2.0], vector![0.5, 1.0]);
    for t in [-1.0, 0.0, 0.3, 20.0, 150.0] {
        let ((x1, u1), (x2, u2)) = (by_axes.at(t, &x, &u)?, by_exponential.at(t, &x, &u)?);
        let off = (x1 - x2).norm() + (u1 - u2).norm();
        assert!(off < 1e-12, "{t}: {off:e}");
        for i in 0..2 {
            let one = DampedOscillator::new(mass[i], drag[i], curvature[i])?.at(t, x[i], u[i]);
            assert_eq!((x1[i], u1[i]), one);
        }
    }
    Ok(())
}

/// Symplectic Euler of a diagonal ball on exact fractions, where an undamped leapfrog is undone by a step backward.
#[test]
fn a_step_backward_undoes_a_step() -> Result<(), Error> {
    let vector = |a: (i64, i64), b: (i64, i64)| SVector::from([ratio(a.0, a.1), ratio(b.0, b.1)]);
    let ball = AnisotropicBall::diagonal(vector((1, 3), (7, 2)), vector((1, 5), (0, 1)))?;
    let method = CentralLeapfrog::of(ratio(1, 7))?;
    let start = Phase::new(vector((1, 2), (-3, 4)), vector((2, 3), (1, 1)));
    let (mut phase, mut gradient) = (start.clone(), start.position.clone());
    let step = |dt: BigRational| ball.step_for(&method, &dt);
    step(ratio(1, 7))?.advance(&DoubleWell, &mut phase, &mut gradient);
    assert!(phase != start && !phase.momentum.x.is_zero());
    step(ratio(-1, 7))?.advance(&DoubleWell, &mut phase, &mut gradient);
    assert_eq!(phase, start);
    Ok(())
}

/// What is no mass, no drag or no start is a typed error that names it.
#[test]
fn nonsense_is_refused() -> Result<(), Error> {
    let identity = Matrix2::<f64>::identity();
    let diagonal = |m: [f64; 2], g: [f64; 2]| {
        AnisotropicBall::diagonal(Vector2::from(m), Vector2::from(g)).unwrap_err()
    };
    for value in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = diagonal([1.0, value], [0.0, 0.0]);
        let is_named = matches!(
            error,
            Error::Matrix(MatrixError::NotPositive {
                name: "mass",
                component: 1,
                ..
            })
        );
        assert!(is_named, "{error}");
    }
    for value in [-1.0, f64::NAN, f64::INFINITY] {
        let error = diagonal([1.0, 1.0], [value, 0.0]);
        let is_named = matches!(
            error,
            Error::Matrix(MatrixError::Negative {
                name: "drag",
                component: 0,
                ..
            })
        );
        assert!(is_named, "{error}");
    }
    let error = AnisotropicBall::diagonal(dvector![1.0, 2.0], dvector![0.1]).unwrap_err();
    let is_named = matches!(
        error,
        Error::Vector(VectorError::DimensionMismatch {
            name: "drag",
            expected: 2,
            found: 1
        })
    );
    assert!(is_named, "{error}");
    let error = AnisotropicBall::diagonal(dvector![], dvector![])
        .map(|_: AnisotropicBall<heavyball::particle::Axes>| ())
        .unwrap_err();
    assert!(
        matches!(error, Error::Vector(VectorError::Empty { name: "mass" })),
        "{error}"
    );

    let mass = |m: Matrix2<f64>| AnisotropicBall::full(m, identity).unwrap_err();
    let error = mass(matrix![1.0, 2.0; 2.0, 1.0]);
    let is_named = matches!(error, Error::Matrix(MatrixError::Indefinite { name: "mass", smallest, .. }) if (smallest + 1.0).abs() < 1e-12);
    assert!(is_named, "{error}");
    assert!(matches!(
        mass(Matrix2::zeros()),
        Error::Matrix(MatrixError::Indefinite { name: "mass", .. })
    ));
    let error = mass(matrix![1.0, 0.2; 0.3, 1.0]);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::Asymmetric {
                name: "mass",
                row: 0,
                column: 1,
                ..
            })
        ),
        "{error}"
    );
    let error = mass(matrix![1.0, 0.2; f64::NAN, 1.0]);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::NonFiniteEntry {
                name: "mass",
                row: 1,
                column: 0,
                ..
            })
        ),
        "{error}"
    );
    let drag = |g: Matrix2<f64>| AnisotropicBall::full(identity, g).unwrap_err();
    let error = drag(matrix![1.0, 2.0; 2.0, 1.0]);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::Driving { name: "drag", .. })
        ),
        "{error}"
    );
    let error = drag(matrix![1.0, 0.2; 0.3, 1.0]);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::Asymmetric { name: "drag", .. })
        ),
        "{error}"
    );
    let error =
        AnisotropicBall::full(DMatrix::identity(2, 2), DMatrix::identity(3, 3)).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Vector(VectorError::DimensionMismatch { name: "drag", .. })
        ),
        "{error}"
    );
    let error =
        AnisotropicBall::full(DMatrix::<f64>::zeros(2, 3), DMatrix::identity(3, 3)).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Vector(VectorError::DimensionMismatch { name: "mass", .. })
        ),
        "{error}"
    );
    // A drag that is semidefinite only up to rounding is a drag; no drag is none.
    let thin = vector![0.1, 0.3];
    assert!(AnisotropicBall::full(identity, thin * thin.transpose()).is_ok());
    assert!(AnisotropicBall::full(identity, Matrix2::zeros()).is_ok());

    let ball = AnisotropicBall::diagonal(dvector![1.0, 2.0], dvector![0.1, 0.1])?;
    let short = Phase::at_rest(dvector![1.0]);
    let error = ball
        .phases(&Leapfrog::new(0.1)?, &heavyball::Rosenbrock, short.clone())
        .map(|_| ())
        .unwrap_err();
    assert!(
        matches!(error, Error::Vector(VectorError::DimensionMismatch { .. })),
        "{error}"
    );
    assert!(ball.velocity(&short).is_err() && ball.launch(dvector![1.0], &dvector![1.0]).is_err());
    let three = Phase::at_rest(DVector::from_element(3, 0.5));
    assert!(
        ball.phases(&Leapfrog::new(0.1)?, &heavyball::Rosenbrock, three)
            .is_err()
    );
    let heavy = AnisotropicBall::diagonal(dvector![1e300, 2.0], dvector![0.1, 0.1])?;
    let start = Phase::at_rest(dvector![1.0, 1.0]);
    let error = heavy
        .phases(&Leapfrog::new(1e-9)?, &heavyball::Rosenbrock, start)
        .map(|_| ())
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Parameter(ParameterError::OutOfRange {
                name: "dt/mass",
                ..
            })
        ),
        "{error}"
    );

    let (ball, bowl) = coupled()?;
    let motion = AnisotropicMotion::new(&ball, &bowl)?;
    let (x, u) = (vector![1.0, 0.0], vector![0.0, 0.0]);
    for time in [f64::NAN, f64::INFINITY, 1e30, -1e5] {
        assert!(motion.at(time, &x, &u).is_err(), "{time}");
    }
    assert!(motion.at(1.0, &dvector![1.0], &dvector![0.0]).is_err());
    let hessian = FullMatrix::new(matrix![1.0, 0.0; 0.0, -1.0])?;
    let error = ball
        .largest_step(Discretization::Obabo, &hessian)
        .unwrap_err();
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::Indefinite {
                name: "hessian",
                ..
            })
        ),
        "{error}"
    );
    let error = ball
        .largest_step(Discretization::Boaob, &hessian)
        .unwrap_err();
    assert!(
        matches!(error, Error::Mapping(MappingError::Window { .. })),
        "{error}"
    );
    Ok(())
}

/// g(y) = f(Sy) has the gradient Sᵀ∇f(Sy), which finite differences confirm, for a full S that is not symmetric and a diagonal
/// one; and another dimension is refused.
#[test]
fn coordinates_have_their_gradient() -> Result<(), Error> {
    let full = in_coordinates(DoubleWell, FullMatrix::new(matrix![1.5, 0.3; -0.7, 0.4])?);
    let diagonal = in_coordinates(DoubleWell, DiagonalMatrix::new(vector![0.3, 4.0])?);
    let y: Vector2<f64> = vector![0.8, -0.6];
    let x = vector![1.5 * 0.8 - 0.3 * 0.6, -0.7 * 0.8 - 0.4 * 0.6];
    let (seen, direct): (f64, f64) = (full.value(&y), DoubleWell.value(&x));
    assert!((seen - direct).abs() < 1e-14);
    assert!(check_gradient(&full, &y)?.agrees());
    assert!(check_gradient(&diagonal, &y)?.agrees());
    // The Hessian is the derivative of the gradient.
    let (d, h) = (vector![0.3, -1.1], 1e-6);
    let slope = |t: f64| {
        let mut slope = y;
        full.gradient(&(y + t * d), &mut slope);
        slope
    };
    let mut product = y;
    full.hessian_product(&y, &d, &mut product);
    let difference = (slope(h) - slope(-h)) / (2.0 * h);
    assert!(
        (product - difference).norm() < 1e-7,
        "{product} {difference}"
    );
    // A length of 1 in x is at least 1/|S| in y.
    let scale = Potential::<f64, Const<2>>::length_scale(&diagonal);
    let own = Potential::<f64, Const<2>>::length_scale(&DoubleWell);
    let expected = own.map(|own| own / 16.09_f64.sqrt());
    assert!(
        scale
            .zip(expected)
            .is_some_and(|(scale, expected)| (scale / expected - 1.0).abs() < 1e-14)
    );
    let three = in_coordinates(Rosenbrock, DiagonalMatrix::new(dvector![1.0, 2.0, 3.0])?);
    let error = Momentum::new(0.1, 0.5)?
        .iterates(&three, dvector![1.0, 1.0])
        .after(1)
        .unwrap_err();
    assert!(
        matches!(error, Error::Vector(VectorError::DimensionMismatch { .. })),
        "{error}"
    );
    Ok(())
}
