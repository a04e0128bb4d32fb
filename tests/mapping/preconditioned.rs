//! A ball with a mass for each direction is momentum with a learning rate for each: exactly, by every discretisation, and as
//! PyTorch runs its parameter groups.

use crate::support::exact::{fractions, gradient, polynomials, positives, ratio, vectors};
use heavyball::matrices::{FullMatrix, MatrixForm};
use heavyball::potentials::{from_fn, with_spring};
use heavyball::prelude::*;
use heavyball::{AnisotropicBall, PreconditionedMomentum};
use nalgebra::{DMatrix, DVector, Matrix3, SMatrix, SVector, Vector2, Vector3, dvector, vector};
use num_rational::BigRational;
use num_traits::One;
use proptest::array::uniform3;
use proptest::prelude::*;
use serde_json::Value;

const STEPS: usize = 4;

fn run_of<const D: usize>(
    (alpha, beta): (&SVector<BigRational, D>, &SVector<BigRational, D>),
    potential: &impl Potential<BigRational, nalgebra::Const<D>>,
    (mut x, mut v): (SVector<BigRational, D>, SVector<BigRational, D>),
) -> Vec<(SVector<BigRational, D>, SVector<BigRational, D>)> {
    let mut run = vec![(x.clone(), v.clone())];
    for _ in 0..STEPS {
        let slope = gradient(potential, &x);
        v = beta.component_mul(&v) - alpha.component_mul(&slope);
        x += &v;
        run.push((x.clone(), v.clone()));
    }
    run
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Derivation (73): symplectic Euler of a ball with a mass and a drag for each axis, seen as v = ΔtM⁻¹p, is the rule with
    /// αᵢ = Δt²/mᵢ and βᵢ = 1 − γᵢΔt/mᵢ to the last digit, on any polynomial that couples the axes.
    #[test]
    fn symplectic_euler_is_the_preconditioned_rule(
        masses in uniform3(positives()), shares in uniform3(0_i64..40), dt in positives(), potential in polynomials::<3>(),
        position in vectors::<3>(), velocity in vectors::<3>(),
    ) {
        let mass = SVector::from(masses);
        let beta = SVector::from(shares.map(|z| BigRational::one() - ratio(z, 20)));
        let drag = mass.zip_map(&beta, |m, beta| (BigRational::one() - beta) * m / &dt);
        let alpha = mass.map(|m| &dt * &dt / m);
        let expected = run_of((&alpha, &beta), &potential, (position.clone(), velocity.clone()));

        let ball = AnisotropicBall::diagonal(mass.clone(), drag)?;
        let momentum = velocity.zip_map(&mass, |v, m| v * m / &dt);
        let phases = ball.phases(&SymplecticEuler::of(dt.clone())?, &potential, Phase::new(position.clone(), momentum))?;
        let seen: Vec<_> = phases
            .map(|phase| (phase.position, phase.momentum.zip_map(&mass, |p, m| p * &dt / m)))
            .take(STEPS + 1)
            .collect();
        prop_assert_eq!(&seen, &expected);

        let rule = PreconditionedMomentum::of_explicit_drag(&ball, &dt)?;
        prop_assert_eq!(rule.alpha.diagonal(), &alpha);
        prop_assert_eq!(rule.beta.diagonal(), &beta);
        let iterates = rule.iterates(&potential, position).with_velocity(velocity);
        let run: Vec<_> = iterates.map(|iterate| (iterate.position, iterate.velocity)).take(STEPS + 1).collect();
        prop_assert_eq!(run, expected);
    }

    /// Derivation (73) with central drag: (Δt/2)M⁻¹p ahead of the particle are the iterates of the rule with
    /// αᵢ = Δt²/(mᵢ + γᵢΔt/2), βᵢ = (mᵢ − γᵢΔt/2)/(mᵢ + γᵢΔt/2).
    #[test]
    fn midpoints_of_central_leapfrog_are_the_preconditioned_rule(
        masses in uniform3(positives()), drags in uniform3(positives()), dt in positives(), potential in polynomials::<3>(),
        position in vectors::<3>(), slopes in uniform3(fractions()),
    ) {
        let (mass, drag, momentum) = (SVector::from(masses), SVector::from(drags), SVector::from(slopes));
        let half = &dt / ratio(2, 1);
        let sum = mass.zip_map(&drag, |m, drag| m + drag * &half);
        let alpha = sum.map(|sum| &dt * &dt / sum);
        let beta = sum.zip_map(&mass, |sum, m| (ratio(2, 1) * m - &sum) / sum);
        let ball = AnisotropicBall::diagonal(mass.clone(), drag)?;
        let ahead = |phase: &Phase<BigRational, nalgebra::Const<3>>| {
            let drift = phase.momentum.zip_map(&mass, |p, m| p * &half / m);
            (&phase.position + &drift, &drift + &drift)
        };
        let phases = ball.phases(&CentralLeapfrog::of(dt.clone())?, &potential, Phase::new(position, momentum))?;
        let midpoints: Vec<_> = phases.map(|phase| ahead(&phase).0).take(STEPS).collect();
        // The first midpoint, reached with the displacement of the phase before it.
        let velocity = &midpoints[1] - &midpoints[0];
        let slope = gradient(&potential, &midpoints[0]);
        let before = (velocity + alpha.component_mul(&slope)).component_div(&beta.map(|b| if b == ratio(0, 1) { ratio(1, 1) } else { b }));
        prop_assume!(beta.iter().all(|b| *b != ratio(0, 1)));
        let expected = run_of((&alpha, &beta), &potential, (midpoints[0].clone(), before));
        let positions: Vec<_> = expected.into_iter().map(|(x, _)| x).take(STEPS).collect();
        prop_assert_eq!(midpoints, positions);
    }

    /// (M, Γ, Δt) → (A, B) → (M, Γ) by every discretisation, diagonal and full; and the full rule of a diagonal ball is the
    /// diagonal rule.
    #[test]
    fn every_discretization_goes_there_and_back(
        masses in uniform3(0.1..10.0_f64), shares in uniform3(0.05..1.5_f64), dt in 0.01..1.0_f64, angles in uniform3(-3.0..3.0_f64),
    ) {
        let (mass, z) = (Vector3::from(masses), Vector3::from(shares));
        let drag = mass.zip_map(&z, |m, z| z * m / dt);
        let ball = AnisotropicBall::diagonal(mass, drag)?;
        let full = AnisotropicBall::full(Matrix3::from_diagonal(&mass), Matrix3::from_diagonal(&drag))?;
        let turn = nalgebra::Rotation3::from_euler_angles(angles[0], angles[1], angles[2]).into_inner();
        let turned = |d: &Vector3<f64>| turn * Matrix3::from_diagonal(d) * turn.transpose();
        // Mass and drag with different axes.
        let mixed = AnisotropicBall::full(Matrix3::from_diagonal(&mass), turned(&(0.1 * drag)))?;
        for discretization in Discretization::ALL {
            let rule = PreconditionedMomentum::from_ball(&ball, dt, discretization)?;
            let back = rule.to_ball(discretization, dt)?;
            prop_assert!((back.mass().diagonal() - mass).component_div(&mass).amax() < 1e-13, "{discretization}");
            prop_assert!((back.drag().diagonal() - drag).component_div(&drag).amax() < 1e-12, "{discretization}");
            let same = PreconditionedMomentum::from_ball(&full, dt, discretization)?;
            prop_assert!((same.alpha.to_matrix() - rule.alpha.to_matrix()).amax() < 1e-13 * rule.alpha.diagonal().amax());
            prop_assert!((same.beta.to_matrix() - rule.beta.to_matrix()).amax() < 1e-13);
            let Ok(rule) = PreconditionedMomentum::from_ball(&mixed, dt, discretization) else {
                // Explicit drag has no β for z above 2.
                continue;
            };
            let back = rule.to_ball(discretization, dt);
            let is_possible = back.is_ok() || rule.beta.entries().symmetric_part().symmetric_eigenvalues().min() < 0.1;
            prop_assert!(is_possible, "{discretization} {back:?}");
            if let Ok(back) = back {
                // A decay near 0, as e⁻ᶻ for z = 12, has lost the digits of z that are below its own last one.
                let smallest = rule.beta.entries().singular_values().min();
                let allowed = 1e-11_f64.max(1e-14 / smallest);
                let off = (back.mass().entries() - mixed.mass().entries()).amax() / mass.amax();
                prop_assert!(off < allowed, "{discretization} {off:e}");
                let off = (back.drag().entries() - mixed.drag().entries()).amax() / drag.amax();
                prop_assert!(off < allowed, "{discretization} {off:e}");
            }
        }
    }
}

/// With one rate and one decay the rule is momentum, and the ball a heavy ball, to the bit.
#[test]
fn equal_masses_are_one_mass() -> Result<(), Error> {
    let rule = PreconditionedMomentum::diagonal(vector![0.1, 0.1], vector![0.7, 0.7])?;
    let start = vector![-1.5, 0.7];
    let plain = Momentum::new(0.1, 0.7)?;
    let (ours, theirs) = (
        rule.iterates(&DoubleWell, start),
        plain.iterates(&DoubleWell, start),
    );
    assert_eq!(ours.after(100)?, theirs.after(100)?);
    let (ball, one) = (
        AnisotropicBall::diagonal(vector![1.3, 1.3], vector![0.4, 0.4])?,
        HeavyBall::new(1.3, 0.4)?,
    );
    let phase = one.launch(start, vector![0.3, -0.2]);
    macro_rules! same {
        ($($method:expr),+) => {$({
            let (method, phase) = ($method, phase);
            let ours = ball.phases(&method, &DoubleWell, phase)?.after(100)?;
            assert_eq!(ours, method.phases(&one, &DoubleWell, phase)?.after(100)?);
        })+};
    }
    same!(
        SymplecticEuler::new(0.1)?,
        DriftKickEuler::new(0.1)?,
        ConformalEuler::new(0.1)?,
        Leapfrog::new(0.1)?,
        CentralLeapfrog::new(0.1)?,
        Composition::suzuki4(Leapfrog::new(0.1)?)?
    );
    Ok(())
}

fn full_rule_follows_the_ball<M>(
    method: &M,
    discretization: Discretization,
    ahead: f64,
) -> Result<(), Error>
where
    M: FixedStep<f64>,
    M::Step: heavyball::fixed_steps::SplitStep<f64>,
{
    let dt = method.dt();
    let mass = DMatrix::from_row_slice(2, 2, &[2.0, 0.7, 0.7, 1.0]);
    let drag = DMatrix::from_row_slice(2, 2, &[0.8, -0.3, -0.3, 1.5]);
    let ball = AnisotropicBall::full(mass.clone(), drag)?;
    let well = with_spring(heavyball::Rosenbrock, 0.5)?;
    let start = ball.launch(dvector![0.3, -0.4], &dvector![0.2, 0.1])?;
    let phases = ball.phases(method, &well, start)?;
    // Positions ahead·ΔtM⁻¹p before the next gradient.
    let seen: Vec<DVector<f64>> = phases
        .take(60)
        .map(|phase| Ok(&phase.position + ahead * dt * ball.velocity(&phase)?))
        .collect::<Result<_, Error>>()?;
    let rule = PreconditionedMomentum::from_ball(&ball, dt, discretization)?;
    let mut slope = seen[0].clone();
    well.gradient(&seen[0], &mut slope);
    // v₁ = x₁ − x₀ = Bv₀ − A∇f(x₀)
    let right = &seen[1] - &seen[0] + rule.alpha.to_matrix() * slope;
    let inverse = rule.beta.to_matrix().try_inverse();
    let velocity = inverse.map_or_else(|| right.clone(), |inverse| inverse * &right);
    let iterates = rule
        .iterates(&well, seen[0].clone())
        .with_velocity(velocity);
    for (iterate, seen) in iterates.zip(&seen) {
        let off = (iterate.position - seen).amax();
        assert!(off < 1e-11, "{discretization} {off:e}");
    }
    Ok(())
}

/// Derivation (73): with full matrices, the iterates of the rule are the positions of symplectic and conformal Euler, and the
/// midpoints of the leapfrogs.
#[test]
fn full_matrices_follow_the_ball() -> Result<(), Error> {
    let (none, half) = (0.0, 0.5);
    full_rule_follows_the_ball(
        &SymplecticEuler::new(0.02)?,
        Discretization::ExplicitDrag,
        none,
    )?;
    full_rule_follows_the_ball(
        &ConformalEuler::new(0.02)?,
        Discretization::DampKickDrift,
        none,
    )?;
    full_rule_follows_the_ball(&Leapfrog::new(0.02)?, Discretization::Obabo, half)?;
    full_rule_follows_the_ball(
        &CentralLeapfrog::new(0.02)?,
        Discretization::CentralDrag,
        half,
    )
}

fn numbers(value: &Value) -> Option<Vec<f64>> {
    value.as_array()?.iter().map(Value::as_f64).collect()
}

fn follows<const D: usize>(
    run: &Value,
    potential: &impl Potential<f64, nalgebra::Const<D>>,
) -> Option<f64> {
    let vector = |value: &Value| numbers(value).map(SVector::<f64, D>::from_vec);
    let rule =
        PreconditionedMomentum::diagonal(vector(&run["lr"])?, vector(&run["momentum"])?).ok()?;
    let ball = rule.to_ball(Discretization::ExplicitDrag, 0.3).ok()?;
    let start = vector(&run["start"])?;
    let mut phases = ball
        .phases(
            &SymplecticEuler::new(0.3).ok()?,
            potential,
            Phase::at_rest(start),
        )
        .ok()?;
    let mut iterates = rule.iterates(potential, start);
    let recorded = run["iterates"].as_array()?;
    let largest = recorded
        .iter()
        .filter_map(|x| Some(vector(x)?.amax()))
        .fold(0.0, f64::max);
    let mut off = 0.0_f64;
    for point in recorded {
        let point = vector(point)?;
        off = off.max((iterates.advance()?.position - point).amax());
        off = off.max((phases.advance()?.position - point).amax());
    }
    assert_eq!(recorded.len(), 61);
    Some(off / largest)
}

/// Derivation (73): six runs of PyTorch's SGD with a learning rate and a momentum for each parameter, by the rule, and by
/// symplectic Euler of its ball.
#[test]
fn parameter_groups_of_pytorch_are_masses() {
    let runs: Value = serde_json::from_str(include_str!("../data/group_iterates.json")).unwrap();
    let runs = runs.as_array().unwrap();
    assert_eq!(runs.len(), 6);
    let coupled = from_fn(
        |_: &Vector3<f64>| 0.0,
        |x: &Vector3<f64>| {
            vector![
                2.0 * x.x + x.y,
                x.x + 10.0 * x.y + 3.0 * x.z,
                3.0 * x.y + 40.0 * x.z + x.z.powi(3)
            ]
        },
    );
    for run in runs {
        let off = match run["potential"].as_str() {
            Some("double_well") => follows(run, &DoubleWell),
            Some("coupled") => follows(run, &coupled),
            _ => follows(run, &Quadratic::diagonal(vector![1.0, 10.0, 40.0]).unwrap()),
        };
        assert!(off.unwrap() < 1e-12, "{off:?} {}", run["lr"]);
    }
}

/// The derivative of the last iterate with respect to a learning rate, by dual numbers, is that of differences.
#[test]
fn rates_have_derivatives() -> Result<(), Error> {
    use num_dual::Dual64;
    let end = |rate: Dual64| {
        let alpha = vector![rate, Dual64::from(0.05)];
        let rule = PreconditionedMomentum::diagonal(alpha, [0.8, 0.6].map(Dual64::from).into())?;
        Ok::<_, Error>(
            rule.iterates(&DoubleWell, [-1.4, 0.3].map(Dual64::from).into())
                .after(30)?
                .position
                .x,
        )
    };
    let exact = end(Dual64::new(0.02, 1.0))?.eps;
    let h = 1e-5;
    let difference =
        (end(Dual64::from(0.02 + h))?.re - end(Dual64::from(0.02 - h))?.re) / (2.0 * h);
    assert!(
        (exact / difference - 1.0).abs() < 1e-6,
        "{exact} {difference}"
    );
    Ok(())
}

/// Members of an ensemble are those runs alone.
#[cfg(feature = "parallel")]
#[test]
fn members_are_runs_alone() -> Result<(), Error> {
    use heavyball::ensemble::{Ensemble, Grid};
    let grid = Grid::new([-2.0, -2.0], [2.0, 2.0], [12, 12])?;
    let full = PreconditionedMomentum::full(
        SMatrix::from([[0.02, 0.005], [0.005, 0.1]]),
        0.8 * SMatrix::identity(),
    )?;
    let diagonal = PreconditionedMomentum::diagonal(vector![0.02, 0.1], vector![0.8, 0.5])?;
    let run = Ensemble::from_positions(full, &DoubleWell, grid.points())?.after(200)?;
    let other = Ensemble::from_positions(diagonal, &DoubleWell, grid.points())?.after(200)?;
    for (k, start) in grid.points().enumerate() {
        assert_eq!(
            run.states()[k],
            full.iterates(&DoubleWell, start).after(200)?
        );
        assert_eq!(
            other.states()[k],
            diagonal.iterates(&DoubleWell, start).after(200)?
        );
    }
    let three = PreconditionedMomentum::diagonal(dvector![0.1, 0.1, 0.1], dvector![0.5, 0.5, 0.5])?;
    let refused = Ensemble::from_positions(three, &DoubleWell, grid.points()).map(|_| ());
    assert!(refused.is_err_and(|error| {
        error
            .to_string()
            .contains("2 components where 3 are needed")
    }));
    Ok(())
}

/// Nonsense is a typed error that names the coefficient.
#[test]
fn nonsense_is_refused() {
    use heavyball::error::{MatrixError, RuleError, VectorError};
    type Plain =
        PreconditionedMomentum<heavyball::matrices::DiagonalMatrix<f64, nalgebra::Const<2>>>;
    let diagonal =
        |alpha: [f64; 2], beta: [f64; 2]| Plain::diagonal(alpha.into(), beta.into()).unwrap_err();
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let error = diagonal([0.1, rate], [0.5, 0.5]);
        let is_named = matches!(
            error,
            Error::Matrix(MatrixError::NotPositive {
                name: "alpha",
                component: 1,
                ..
            })
        );
        assert!(is_named, "{error}");
    }
    for decay in [-1.0, 1.1, f64::NAN] {
        let error = diagonal([0.1, 0.1], [0.5, decay]);
        assert!(
            matches!(error, Error::Rule(RuleError::BetaOutOfRange { .. })),
            "{error}"
        );
    }
    let error = PreconditionedMomentum::diagonal(dvector![0.1], dvector![0.5, 0.5]).unwrap_err();
    assert!(
        matches!(
            error,
            Error::Vector(VectorError::DimensionMismatch { name: "beta", .. })
        ),
        "{error}"
    );
    let full = |alpha: [[f64; 2]; 2], beta: f64| {
        PreconditionedMomentum::full(
            SMatrix::from(alpha),
            SMatrix::<f64, 2, 2>::identity() * beta,
        )
        .unwrap_err()
    };
    let error = full([[1.0, 2.0], [2.0, 1.0]], 0.5);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::Indefinite { name: "alpha", .. })
        ),
        "{error}"
    );
    let error = full([[1.0, 0.2], [0.3, 1.0]], 0.5);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::Asymmetric { name: "alpha", .. })
        ),
        "{error}"
    );
    let error = full([[1.0, f64::NAN], [0.3, 1.0]], 0.5);
    assert!(
        matches!(
            error,
            Error::Matrix(MatrixError::NonFiniteEntry { name: "alpha", .. })
        ),
        "{error}"
    );
    let error = full([[1.0, 0.2], [0.2, 1.0]], 1.5);
    assert!(
        matches!(error, Error::Rule(RuleError::BetaOutOfRange { .. })),
        "{error}"
    );
    // A start of another dimension: the run has no items, and says why.
    let rule =
        PreconditionedMomentum::diagonal(dvector![0.1, 0.1, 0.1], dvector![0.5, 0.5, 0.5]).unwrap();
    let error = rule
        .iterates(&DoubleWell, Vector2::zeros())
        .after(3)
        .unwrap_err();
    assert!(
        error
            .to_string()
            .contains("2 components where 3 are needed"),
        "{error}"
    );
    let stopped = heavyball::Restart::Gradient.of(rule);
    assert!(
        stopped
            .iterates(&DoubleWell, Vector2::zeros())
            .after(3)
            .is_err()
    );
    // Nor does a rule that changes its dimension on the way, or a step of another ball, leave a coordinate out.
    let changing = heavyball::RuleFromFn(|k| {
        let length = if k < 3 { 2 } else { 3 };
        PreconditionedMomentum::diagonal(
            DVector::from_element(length, 0.1),
            DVector::from_element(length, 0.5),
        )
    });
    assert!(
        changing
            .iterates(&DoubleWell, Vector2::zeros())
            .after(3)
            .is_ok()
    );
    assert!(
        changing
            .iterates(&DoubleWell, Vector2::zeros())
            .after(4)
            .is_err()
    );
    let ball = AnisotropicBall::diagonal(dvector![1.0, 1.0, 1.0], dvector![0.5, 0.5, 0.5]).unwrap();
    let step = ball.step_for(&Leapfrog::new(0.1).unwrap(), &0.1).unwrap();
    let (mut phase, mut gradient) = (Phase::at_rest(vector![0.5, 0.5]), Vector2::zeros());
    step.advance(&DoubleWell, &mut phase, &mut gradient);
    assert!(phase.momentum.iter().all(|p| p.is_nan()));
    assert!(FullMatrix::new(DMatrix::<f64>::zeros(2, 3)).is_err());
}
