//! Semi-implicit Euler is Sutskever's update, and explicit Euler is not: Derivation (9) to (13).

use crate::support::exact::{Motion, gradient, motions};
use heavyball::Himmelblau;
use heavyball::prelude::*;
use nalgebra::{SVector, vector};
use num_rational::BigRational;
use num_traits::One;
use proptest::prelude::*;

const STEPS: usize = 4;

type Run<const D: usize> = Vec<(SVector<BigRational, D>, SVector<BigRational, D>)>;

/// The iterates (x, v) of Derivation (11), its two lines written out.
fn sutskever<const D: usize>(motion: &Motion<D>) -> Run<D> {
    let (alpha, beta) = (motion.q(), BigRational::one() - motion.z());
    let (mut x, mut v) = (motion.position.clone(), motion.velocity.clone());
    let mut run = vec![(x.clone(), v.clone())];
    for _ in 0..STEPS {
        v = v * beta.clone() - gradient(&motion.potential, &x) * alpha.clone();
        x += &v;
        run.push((x.clone(), v.clone()));
    }
    run
}

/// The phases of a method as (x, v = Δt·p/m).
fn phases<M, const D: usize>(method: M, motion: &Motion<D>) -> Result<Run<D>, Error>
where
    M: FixedStep<BigRational>,
{
    let phases = method.phases(&motion.ball, &motion.potential, motion.phase())?;
    let pairs = phases.map(|phase| (phase.position.clone(), motion.displacement(&phase)));
    Ok(pairs.take(STEPS + 1).collect())
}

fn kick_drift_is_sutskever<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let particle = phases(SymplecticEuler::of(motion.dt.clone())?, motion)?;
    prop_assert_eq!(particle, sutskever(motion));
    Ok(())
}

fn momentum_is_sutskever<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let rule = Momentum::of(motion.q(), BigRational::one() - motion.z())?;
    let run: Run<D> = rule
        .iterates(&motion.potential, motion.position.clone())
        .with_velocity(motion.velocity.clone())
        .map(|iterate| (iterate.position, iterate.velocity))
        .take(STEPS + 1)
        .collect();
    prop_assert_eq!(&run, &sutskever(motion));
    Ok(())
}

fn explicit_euler_has_half_of_it<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let explicit = phases(ExplicitEuler::of(motion.dt.clone())?, motion)?;
    let (x, v) = &explicit[0];
    let (alpha, beta) = (motion.q(), BigRational::one() - motion.z());
    let new_velocity = v * beta - gradient(&motion.potential, x) * alpha;
    prop_assert_eq!(&explicit[1].1, &new_velocity);
    prop_assert_eq!(&explicit[1].0, &(x + v));

    let right = sutskever(motion);
    prop_assert_eq!(&explicit[1].1, &right[1].1);
    // The position lines differ by the change of the velocity, and by nothing else.
    prop_assert_eq!(&right[1].0 - &explicit[1].0, &new_velocity - v);
    if &new_velocity != v {
        prop_assert_ne!(explicit, right);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Derivation (9), (13): kick-drift symplectic Euler with v = Δt·p/m, α = Δt²/m and β = 1 − γΔt/m is
    /// Sutskever's update to the last digit, for any polynomial, mass, step, and z in [0, 2).
    #[test]
    fn semi_implicit_euler_is_sutskevers_update(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        kick_drift_is_sutskever(&one)?;
        kick_drift_is_sutskever(&two)?;
        kick_drift_is_sutskever(&three)?;
        kick_drift_is_sutskever(&four)?;
        kick_drift_is_sutskever(&two.without_drag())?;
    }

    /// Derivation (11): `Momentum` is v₊ = βv − α∇f(x), x₊ = x + v₊, the new velocity in both lines.
    #[test]
    fn momentum_is_sutskevers_update(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        momentum_is_sutskever(&one)?;
        momentum_is_sutskever(&two)?;
        momentum_is_sutskever(&three)?;
        momentum_is_sutskever(&four)?;
        momentum_is_sutskever(&two.without_drag())?;
    }

    /// Derivation (9): v = Δt·p/m at the same x, and back.
    #[test]
    fn a_phase_is_an_iterate_and_back(motion in motions::<2>()) {
        let phase = motion.phase();
        let iterate = Iterate::from_phase(&phase, &motion.ball, &motion.dt);
        prop_assert_eq!(&iterate.position, &motion.position);
        prop_assert_eq!(&iterate.velocity, &motion.velocity);
        prop_assert_eq!(iterate.to_phase(&motion.ball, &motion.dt), phase);
    }

    /// Derivation (12): explicit Euler has Sutskever's velocity line and, in its position line, the
    /// old velocity: from one state the positions part by v₊ − v.
    #[test]
    fn explicit_euler_has_only_the_velocity_line(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        explicit_euler_has_half_of_it(&one)?;
        explicit_euler_has_half_of_it(&two)?;
        explicit_euler_has_half_of_it(&three)?;
        explicit_euler_has_half_of_it(&four)?;
    }

    /// Derivation (13) on f64, where m and Δt are powers of two and every rescaling is exact: the two runs agree to the bit, in every rounding, for a hundred steps.
    #[test]
    fn on_f64_the_identity_holds_to_the_bit_for_powers_of_two(
        mass in -20_i32..20, rate in -9_i32..-4, z in 0_u8..16, x in -1.5..1.5_f64, y in -1.5..1.5_f64
    ) {
        // α = Δt²/m = 2^rate, so that the mass is even or odd with the rate.
        let dt = f64::from((mass + rate) / 2).exp2();
        let (mass, z) = (dt * dt / f64::from(rate).exp2(), f64::from(z) / 8.0);
        let ball = HeavyBall::new(mass, z * mass / dt)?;
        let rule = Momentum::new(dt * dt / mass, 1.0 - z)?;
        let start = vector![x, y];
        let mut phases = SymplecticEuler::new(dt)?.phases(&ball, &DoubleWell, Phase::at_rest(start))?;
        let mut iterates = rule.iterates(&DoubleWell, start);
        for _ in 0..=100 {
            let (Some(phase), Some(iterate)) = (phases.advance(), iterates.advance()) else {
                return Err(TestCaseError::fail("a run ended"));
            };
            prop_assert_eq!(phase.position, iterate.position);
            prop_assert_eq!(phase.momentum * (dt / mass), iterate.velocity);
        }
    }

    /// Derivation (13) on f64 for any m, γ, Δt: a step of both from one state differs by rounding,
    /// a few units in the last place of the largest term. (First-order terms in z would show.)
    #[test]
    fn on_f64_a_step_differs_by_rounding(
        mass in 1e-3..1e3_f64, alpha in 1e-4..0.2_f64, z in prop_oneof![Just(0.0), 0.0..2.0_f64, Just(1.0), Just(1e-9)],
        x in -2.0..2.0_f64, y in -2.0..2.0_f64, vx in -1.0..1.0_f64, vy in -1.0..1.0_f64,
    ) {
        let dt = (alpha * mass).sqrt();
        let ball = HeavyBall::new(mass, z * mass / dt)?;
        let rule = Momentum::from_heavy_ball(&ball, dt, Discretization::ExplicitDrag)?;
        let (start, velocity) = (vector![x, y], vector![vx, vy]);
        let phase = ball.launch(start, velocity / dt);
        let phase = SymplecticEuler::new(dt)?.phases(&ball, &Himmelblau, phase)?.after(1)?;
        let iterate = rule.iterates(&Himmelblau, start).with_velocity(velocity).after(1)?;
        let scale = start.amax() + velocity.amax() + alpha * gradient(&Himmelblau, &start).amax();
        let differences = [
            (phase.position - iterate.position).amax(),
            (phase.momentum * (dt / mass) - iterate.velocity).amax(),
        ];
        prop_assert!(differences.iter().all(|d| *d <= 4.0 * f64::EPSILON * scale), "{differences:?} of {scale}");
    }
}
