//! Rules with noise in their gradient: Derivation (89) to (94), stationary covariances, temperatures and the equation
//! that is followed.

use crate::support::exact::ratio;
use crate::support::slope::{is_order, slope};
use heavyball::error::{ParameterError, StudyError, VectorError};
use heavyball::optimizers::Accelerated;
use heavyball::prelude::*;
use heavyball::study::temperature::{LangevinMode, Moments, NoisyMode, Stationary};
use nalgebra::{DMatrix, Matrix2, SMatrix, dmatrix, matrix};
use num_rational::BigRational;
use num_traits::{One, Signed, Zero};
use proptest::prelude::*;

/// One iteration on a mode as a matrix on (x, v), written out by hand.
fn companion(
    alpha: &BigRational,
    beta: &BigRational,
    eta: &BigRational,
    curvature: &BigRational,
) -> Matrix2<BigRational> {
    let q = alpha * curvature;
    let d = beta - &q * eta;
    matrix![BigRational::one() - &q, d.clone(); -q, d]
}

/// Coefficients on which the rule converges, found by the roots of its polynomial at ±1 and their product.
fn stable(
    alpha: &BigRational,
    beta: &BigRational,
    eta: &BigRational,
    curvature: &BigRational,
) -> bool {
    let step = companion(alpha, beta, eta, curvature);
    let (trace, determinant) = (
        step.trace(),
        &step[(0, 0)] * &step[(1, 1)] - &step[(0, 1)] * &step[(1, 0)],
    );
    let one = BigRational::one();
    determinant.abs() < one && trace.abs() < one + determinant
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Derivation (90): the closed form is the solution of C = MCMᵀ + α²σ²(1, 1)(1, 1)ᵀ, exactly, for every (α, β, η, λ) that
    /// converges; every other is refused.
    #[test]
    fn the_closed_form_solves_the_lyapunov_equation(
        (a, b, e, l) in (1_i64..=60, -19_i64..=20, -30_i64..=30, -2_i64..=30), s in 0_i64..=5
    ) {
        let [alpha, beta, eta, curvature] = [ratio(a, 20), ratio(b, 20), ratio(e, 20), ratio(l, 10)];
        let rule = Accelerated::of(alpha.clone(), beta.clone(), eta.clone())?;
        let mode = NoisyMode::of(rule, curvature.clone(), ratio(s, 3))?;
        if !stable(&alpha, &beta, &eta, &curvature) {
            let refused = matches!(mode.stationary(), Err(Error::Study(StudyError::NoStationaryState { .. })));
            prop_assert!(refused);
            return Ok(());
        }
        let found = mode.stationary()?;
        let covariance = matrix![found.var_position.clone(), found.covariance.clone(); found.covariance.clone(), found.var_velocity.clone()];
        let step = companion(&alpha, &beta, &eta, &curvature);
        let kick = &alpha * &alpha * ratio(s, 3);
        let next = &step * &covariance * step.transpose() + SMatrix::<BigRational, 2, 2>::from_element(kick);
        prop_assert_eq!(&next, &covariance);
        prop_assert_eq!(mode.next(&found), found);
    }

    /// Derivation (90): momentum's Var x = ασ²(1 + β)/((1 − β) λ (2(1 + β) − αλ)), gradient descent's ασ²/(λ(2 − αλ)), and
    /// Nesterov's with 1 + d = 1 + β(1 − αλ), exactly.
    #[test]
    fn the_named_rules_have_their_variances((a, b, l) in (1_i64..=40, -19_i64..=19, 1_i64..=20)) {
        let [alpha, beta, curvature] = [ratio(a, 40), ratio(b, 20), ratio(l, 10)];
        let (one, two) = (ratio(1, 1), ratio(2, 1));
        let q = &alpha * &curvature;
        let zero = BigRational::zero();
        let variance = ratio(3, 7);
        if stable(&alpha, &beta, &zero, &curvature) {
            let found = NoisyMode::of(Momentum::of(alpha.clone(), beta.clone())?, curvature.clone(), variance.clone())?.stationary()?;
            let reach = &two * (&one + &beta) - &q;
            prop_assert_eq!(found.var_position, &alpha * &variance * (&one + &beta) / ((&one - &beta) * &curvature * reach));
        }
        if stable(&alpha, &zero, &zero, &curvature) {
            let found = NoisyMode::of(GradientDescent::of(alpha.clone())?, curvature.clone(), variance.clone())?.stationary()?;
            prop_assert_eq!(found.var_position, &alpha * &variance / (&curvature * (&two - &q)));
        }
        if stable(&alpha, &beta, &beta, &curvature) {
            let found = NoisyMode::of(Nesterov::of(alpha.clone(), beta.clone())?, curvature.clone(), variance.clone())?.stationary()?;
            let left = &beta * (&one - &q);
            let reach = &two * (&one + &beta) - &q - &two * &beta * &q;
            prop_assert_eq!(found.var_position, &alpha * &variance * (&one + &left) / ((&one - &left) * &curvature * reach));
        }
    }

    /// Derivation (89), (91): with T = ασ²/2(1 − β) and the effective particle, both λ Var x and m Var ẋ of momentum are
    /// T/(1 − αλ/2(1 + β)); with the mass Δt²/α the kinetic temperature is 2/(1 + β) times as large. Exactly.
    #[test]
    fn position_and_velocity_have_the_same_temperature((a, b, l) in (1_i64..=40, -19_i64..=19, 1_i64..=20)) {
        let [alpha, beta, curvature, variance] = [ratio(a, 40), ratio(b, 20), ratio(l, 10), ratio(2, 3)];
        prop_assume!(stable(&alpha, &beta, &BigRational::zero(), &curvature));
        let rule = Momentum::of(alpha.clone(), beta.clone())?;
        let found = NoisyMode::of(rule.clone(), curvature.clone(), variance.clone())?.stationary()?;
        let (one, two) = (ratio(1, 1), ratio(2, 1));
        let warmer = &one - &alpha * &curvature / (&two * (&one + &beta));
        let expected = rule.temperature(variance)? / warmer;
        prop_assert_eq!(&curvature * &found.var_position, expected.clone());
        prop_assert_eq!((&one + &beta) / (&two * &alpha) * &found.var_velocity, expected.clone());
        prop_assert_eq!(found.var_velocity / &alpha, expected * two / (one + beta));
    }

    /// Derivation (92): the covariances of a full quadratic solve C = MCMᵀ + α²KΣKᵀ for random A, Σ and rules, and on the
    /// diagonal of A they are those of the modes.
    #[test]
    fn covariances_solve_the_matrix_equation(
        entries in prop::array::uniform6(-1.0_f64..1.0), noise in prop::array::uniform6(-1.0_f64..1.0),
        low in 0.01_f64..1.0, alpha in 0.01_f64..0.3, beta in -0.5_f64..0.95, eta in -0.2_f64..1.0
    ) {
        let lower = |e: [f64; 6]| DMatrix::from_row_slice(3, 3, &[e[0], 0.0, 0.0, e[1], e[2], 0.0, e[3], e[4], e[5]]);
        let product = |e| lower(e) * lower(e).transpose();
        let hessian = product(entries) + DMatrix::identity(3, 3) * low;
        let noise = product(noise);
        let rule = Accelerated::new(alpha, beta, eta)?;
        let largest = hessian.clone().symmetric_eigenvalues().max();
        prop_assume!(rule.is_stable_on(low, largest * 1.01)?);
        let state = Stationary::of(rule, &hessian, &noise)?;
        let mut covariance = DMatrix::zeros(6, 6);
        covariance.view_mut((0, 0), (3, 3)).copy_from(&state.position);
        covariance.view_mut((0, 3), (3, 3)).copy_from(&state.cross);
        covariance.view_mut((3, 0), (3, 3)).copy_from(&state.cross.transpose());
        covariance.view_mut((3, 3), (3, 3)).copy_from(&state.velocity);
        let kept = DMatrix::identity(3, 3) * beta - &hessian * (alpha * eta);
        let mut step = DMatrix::zeros(6, 6);
        step.view_mut((0, 0), (3, 3)).copy_from(&(DMatrix::identity(3, 3) - &hessian * alpha));
        step.view_mut((0, 3), (3, 3)).copy_from(&kept);
        step.view_mut((3, 0), (3, 3)).copy_from(&(&hessian * -alpha));
        step.view_mut((3, 3), (3, 3)).copy_from(&kept);
        let mut kicked = DMatrix::zeros(6, 6);
        for at in [(0, 0), (0, 3), (3, 0), (3, 3)] {
            kicked.view_mut(at, (3, 3)).copy_from(&(&noise * (alpha * alpha)));
        }
        let next = &step * &covariance * step.transpose() + kicked;
        let gap = (&next - &covariance).amax() / covariance.amax();
        prop_assert!(gap < 1e-12, "{gap:e}");
        let loss = 0.5 * (&hessian * &state.position).trace();
        prop_assert!((state.excess_loss / loss - 1.0).abs() < 1e-11);
    }
}

/// Derivation (92): without coupling the covariances are those of [`NoisyMode`], and modes without common noise are not correlated.
#[test]
fn a_diagonal_quadratic_is_its_modes() {
    let rule = Nesterov::new(0.1, 0.8).unwrap();
    let noise = dmatrix![3.0, 0.0; 0.0, 5.0];
    let state = Stationary::of(rule, &dmatrix![0.5, 0.0; 0.0, 4.0], &noise).unwrap();
    for (i, (curvature, variance)) in [(0.5, 3.0), (4.0, 5.0)].into_iter().enumerate() {
        let mode = NoisyMode::new(rule, curvature, variance)
            .unwrap()
            .stationary()
            .unwrap();
        for (found, expected) in [
            (state.position[(i, i)], mode.var_position),
            (state.cross[(i, i)], mode.covariance),
            (state.velocity[(i, i)], mode.var_velocity),
        ] {
            assert!((found / expected - 1.0).abs() < 1e-14, "{found} {expected}");
        }
        assert_eq!(state.position[(i, 1 - i)], 0.0);
    }
}

/// Derivation (93): a batch s times as large with the step s times as long is the same ball at the same temperature; the
/// linear scaling rule keeps T and divides γ²/m by s, and where αλ is not small T rises.
#[test]
fn which_batches_are_the_same_physics() {
    let (rule, variance) = (Momentum::new(1e-3, 0.95).unwrap(), 2.0);
    let temperature = rule.temperature(variance).unwrap();
    // γ²/m, which no gauge changes.
    let damping = |rule: &Momentum| {
        let ball = rule.effective_particle(1.0).unwrap();
        ball.drag * ball.drag / ball.mass
    };
    for factor in [0.25, 2.0, 16.0, 300.0] {
        let other = rule.rescaled(factor, Discretization::CentralDrag).unwrap();
        assert!((other.temperature(variance / factor).unwrap() / temperature - 1.0).abs() < 1e-12);
        assert!((damping(&other) / damping(&rule) - 1.0).abs() < 1e-12);
        let linear = Momentum::new(factor * rule.alpha, rule.beta).unwrap();
        assert!((linear.temperature(variance / factor).unwrap() / temperature - 1.0).abs() < 1e-12);
        assert!((damping(&linear) * factor / damping(&rule) - 1.0).abs() < 1e-12);
        // Where it breaks: Var x grows by 1/(1 − αλ/2(1 + β)).
        let curvature = 2.0;
        let hotter = |rule: Momentum, variance| {
            let state = NoisyMode::new(rule, curvature, variance)
                .unwrap()
                .stationary();
            state.unwrap().var_position * curvature / temperature
        };
        let expected = 1.0 / (1.0 - linear.alpha * curvature / (2.0 * (1.0 + linear.beta)));
        assert!((hotter(linear, variance / factor) / expected - 1.0).abs() < 1e-12);
    }
}

/// Derivation (94): the warm ball's moments solve Ċ = AC + CAᵀ + (2γT/m²)(0, 1)(0, 1)ᵀ, whatever the damping.
#[test]
fn moments_of_the_warm_ball_solve_their_equation() {
    let (temperature, curvature) = (0.7, 3.0);
    for (mass, drag) in [(1.0, 0.3), (1.0, 12.0_f64.sqrt()), (0.2, 4.0)] {
        let mode = LangevinMode::new(&HeavyBall::new(mass, drag).unwrap(), temperature, curvature)
            .unwrap();
        let at = |t| {
            let m = mode.moments(t, 0.4, -0.2).unwrap();
            [
                m.mean_position,
                m.mean_velocity,
                m.var_position,
                m.covariance,
                m.var_velocity,
            ]
        };
        for t in [0.2, 1.0, 3.0] {
            // Five points, order 4.
            let h = 2e-4;
            let [a, b, c, d] = [at(t - 2.0 * h), at(t - h), at(t + h), at(t + 2.0 * h)];
            let [x, u, xx, xu, uu] = at(t);
            let expected = [
                u,
                (-curvature * x - drag * u) / mass,
                2.0 * xu,
                uu - (curvature * xx + drag * xu) / mass,
                -2.0 * (curvature * xu + drag * uu) / mass
                    + 2.0 * drag * temperature / (mass * mass),
            ];
            for (i, expected) in expected.into_iter().enumerate() {
                let slope = (8.0 * (c[i] - b[i]) - (d[i] - a[i])) / (12.0 * h);
                assert!(
                    (slope - expected).abs() < 1e-9,
                    "{i} at {t}: {slope} {expected}"
                );
            }
        }
        let start = at(0.0);
        assert_eq!(start[..2], [0.4, -0.2]);
        assert!(start[2..].iter().all(|moment| moment.abs() < 1e-15));
    }
}

/// The largest error of E x, E x², E ẋ and E ẋ² of a rule's iterates over a time, at steps Δt, with the ball at rest.
fn weak_error(
    rule: fn(f64, f64) -> Accelerated,
    discretization: Discretization,
    dt: f64,
    shift: f64,
) -> f64 {
    let (ball, temperature, curvature) = (HeavyBall::new(1.0, 0.8).unwrap(), 0.5, 2.0);
    let exact = LangevinMode::new(&ball, temperature, curvature).unwrap();
    let (alpha, beta) = discretization.coefficients(&ball, dt).unwrap();
    let mode = NoisyMode::new(
        rule(alpha, beta),
        curvature,
        2.0 * ball.drag * temperature / dt,
    )
    .unwrap();
    let followed = mode.langevin(dt, discretization).unwrap();
    assert!((followed.temperature() / temperature - 1.0).abs() < 1e-12);
    assert!((followed.ball().mass - 1.0).abs() < 1e-12);
    let mut moments = Moments::at(1.0, 0.0);
    let mut largest = 0.0_f64;
    for k in 1..=(4.0 / dt).round() as usize {
        moments = mode.next(&moments);
        let at = |t| exact.moments(t, 1.0, 0.0).unwrap();
        let second = |mean: f64, variance: f64| mean * mean + variance;
        // x and ẋ of an iterate belong to times half a step apart.
        let (place, speed) = (
            at((k as f64 + shift) * dt),
            at((k as f64 + shift - 0.5) * dt),
        );
        let velocity = (moments.mean_velocity / dt, moments.var_velocity / (dt * dt));
        for error in [
            moments.mean_position - place.mean_position,
            second(moments.mean_position, moments.var_position)
                - second(place.mean_position, place.var_position),
            velocity.0 - speed.mean_velocity,
            second(velocity.0, velocity.1) - second(speed.mean_velocity, speed.var_velocity),
        ] {
            largest = largest.max(error.abs());
        }
    }
    largest
}

/// Derivation (94): the iterates of momentum follow the warm ball of explicit drag to weak order 1, and the effective particle to
/// order 2 if iterate k is read at (k + ½)Δt; Nesterov's rule follows either to order 1.
#[test]
fn weak_orders_by_exact_moments() {
    let momentum: fn(f64, f64) -> Accelerated =
        |alpha, beta| Momentum::new(alpha, beta).unwrap().into();
    let nesterov: fn(f64, f64) -> Accelerated =
        |alpha, beta| Nesterov::new(alpha, beta).unwrap().into();
    for (rule, discretization, shift, order) in [
        (momentum, Discretization::ExplicitDrag, 0.5, 1),
        (momentum, Discretization::CentralDrag, 0.0, 1),
        (momentum, Discretization::CentralDrag, 0.5, 2),
        (nesterov, Discretization::CentralDrag, 0.5, 1),
    ] {
        let steps = (7..12).map(|n| 0.5_f64.powi(n));
        let errors: Vec<_> = steps
            .map(|dt| (dt, weak_error(rule, discretization, dt, shift)))
            .collect();
        let found = slope(&errors);
        println!("{discretization:?}, read at k + {shift}: weak order {found:.4}");
        assert!(
            is_order(found, order),
            "{discretization:?} {shift}: {found}"
        );
    }
}

/// What has no temperature, no stationary state or no meaning is refused with its numbers.
#[test]
fn refusals() {
    let rule = Momentum::new(0.1, 0.9).unwrap();
    for variance in [-1.0, f64::NAN, f64::INFINITY] {
        let refused = |error| matches!(error, Error::Parameter(ParameterError::Negative { .. }));
        assert!(refused(rule.temperature(variance).unwrap_err()));
        assert!(refused(NoisyMode::new(rule, 1.0, variance).unwrap_err()));
        let ball = HeavyBall::new(1.0, 1.0).unwrap();
        assert!(refused(
            LangevinMode::new(&ball, variance, 1.0).unwrap_err()
        ));
    }
    let undamped = Momentum::new(0.1, 1.0).unwrap();
    let no_temperature =
        |error| matches!(error, Error::Study(StudyError::NoTemperature { beta: 1.0 }));
    assert!(no_temperature(undamped.temperature(1.0).unwrap_err()));
    let mode = NoisyMode::new(undamped, 1.0, 1.0).unwrap();
    assert!(no_temperature(
        mode.langevin(0.1, Discretization::ExplicitDrag)
            .unwrap_err()
    ));
    assert!(matches!(
        mode.stationary().unwrap_err(),
        Error::Study(StudyError::NoStationaryState { beta: 1.0, .. })
    ));
    let bowl = dmatrix![1.0, 0.0; 0.0, 2.0];
    let error = Stationary::of(rule, &bowl, &dmatrix![1.0, 2.0; 2.0, 1.0]).unwrap_err();
    assert!(
        matches!(error, Error::Vector(VectorError::NotPositive { eigenvalue, .. }) if (eigenvalue + 1.0).abs() < 1e-14)
    );
    for hessian in [
        dmatrix![1.0, 0.0; 0.0, 0.0],
        dmatrix![1.0, 0.0; 0.0, -1.0],
        dmatrix![1.0, 0.0; 0.0, 39.0],
    ] {
        let error = Stationary::of(rule, &hessian, &bowl).unwrap_err();
        assert!(
            matches!(error, Error::Study(StudyError::NoStationaryState { .. })),
            "{error}"
        );
    }
    let error = Stationary::of(rule, &bowl, &dmatrix![1.0]).unwrap_err();
    assert!(matches!(
        error,
        Error::Vector(VectorError::DimensionMismatch { .. })
    ));
    // A singular covariance is none too small.
    assert!(Stationary::of(rule, &bowl, &dmatrix![1.0, 1.0; 1.0, 1.0]).is_ok());
    assert!(Stationary::of(rule, &bowl, &DMatrix::zeros(2, 2)).is_ok());
}
