//! Two-step forms: HB(α, β), x₊ = x + β(x − x₋) − α∇f(x), and the splittings that are it: Derivation
//! (14), (15), (24), (30), (31).

use crate::support::exact::{Motion, decays, gradient, motions, ratio};
use heavyball::TwoStepMomentum;
use heavyball::prelude::*;
use nalgebra::{Const, SVector, vector};
use num_rational::BigRational;
use num_traits::One;
use proptest::prelude::*;

const STEPS: usize = 4;

/// The positions of HB(α, β), Derivation (14) written out, from its first two.
fn heavy_ball<const D: usize>(
    motion: &Motion<D>,
    (alpha, beta): &(BigRational, BigRational),
    first: [&SVector<BigRational, D>; 2],
) -> Vec<SVector<BigRational, D>> {
    let mut run = first.map(Clone::clone).to_vec();
    for k in 1..STEPS {
        let (x, before) = (&run[k], &run[k - 1]);
        let g = gradient(&motion.potential, x);
        run.push(x + (x - before) * beta.clone() - g * alpha.clone());
    }
    run
}

/// A motion of a splitting: drift by a part of Δt, kick by a part of Δt, damp by a factor.
#[derive(Debug, Clone)]
enum Part {
    Drift(BigRational),
    Kick(BigRational),
    Damp(BigRational),
}

use Part::{Damp, Drift, Kick};

fn whole() -> BigRational {
    BigRational::one()
}

fn half() -> BigRational {
    ratio(1, 2)
}

/// Where in a word the positions are read: before its first part, or before the one of this index.
type Reading = usize;

/// The positions read in the repeated word, each motion by `Phase`'s own drift, kick and damp.
fn positions<const D: usize>(
    motion: &Motion<D>,
    word: &[Part],
    reading: Reading,
) -> Vec<SVector<BigRational, D>> {
    let mut phase = motion.phase();
    let mut run = Vec::new();
    while run.len() <= STEPS {
        for (index, part) in word.iter().enumerate() {
            if index == reading {
                run.push(phase.position.clone());
            }
            match part {
                Drift(part) => phase.drift(&(part * &motion.dt / &motion.ball.mass)),
                Kick(part) => {
                    let g = gradient(&motion.potential, &phase.position);
                    phase.kick(&(part * &motion.dt), &g);
                }
                Damp(factor) => phase.damp(factor),
            }
        }
    }
    run
}

/// The word's positions are those of HB(α, β), to the last digit.
fn word_is_heavy_ball<const D: usize>(
    motion: &Motion<D>,
    word: &[Part],
    reading: Reading,
    coefficients: (BigRational, BigRational),
) -> Result<(), TestCaseError> {
    let run = positions(motion, word, reading);
    let [first, second, ..] = run.as_slice() else {
        return Err(TestCaseError::fail("a run of fewer than two positions"));
    };
    let expected = heavy_ball(motion, &coefficients, [first, second]);
    prop_assert_eq!(&run, &expected);
    Ok(())
}

/// Checks a row of the table, `word` of z and (α, β) of q and z, in one dimension and in two, where
/// the variables are coupled.
fn row(
    (one, two): (&Motion<1>, &Motion<2>),
    reading: Reading,
    word: impl Fn(&BigRational) -> Vec<Part>,
    coefficients: impl Fn(BigRational, BigRational) -> (BigRational, BigRational),
) -> Result<(), TestCaseError> {
    let (first, second) = (
        coefficients(one.q(), one.z()),
        coefficients(two.q(), two.z()),
    );
    word_is_heavy_ball(one, &word(&one.z()), reading, first)?;
    word_is_heavy_ball(two, &word(&two.z()), reading, second)
}

fn momentum_is_two_step<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let coefficients = (motion.q(), whole() - motion.z());
    let start = || motion.position.clone();
    let (alpha, beta) = coefficients.clone();
    let momentum = Momentum::of(alpha.clone(), beta.clone())?;
    let two_step = TwoStepMomentum::of(alpha, beta)?;
    let momentum = momentum.iterates(&motion.potential, start());
    let two_step = two_step.iterates(&motion.potential, start());
    let momentum = momentum.with_velocity(motion.velocity.clone());
    let two_step = two_step.with_velocity(motion.velocity.clone());
    let momentum: Vec<_> = momentum.take(STEPS + 1).collect();
    let two_step: Vec<_> = two_step.take(STEPS + 1).collect();
    // Position and velocity, the velocity being the last displacement.
    prop_assert_eq!(&momentum, &two_step);

    let run: Vec<_> = momentum.into_iter().map(|at| at.position).collect();
    let before = start() - &motion.velocity;
    let expected = heavy_ball(motion, &coefficients, [&before, &run[0]]);
    prop_assert_eq!(&run[..STEPS], &expected[1..]);
    Ok(())
}

fn explicit_euler_is_stale<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let method = ExplicitEuler::of(motion.dt.clone())?;
    let phases = method.phases(&motion.ball, &motion.potential, motion.phase())?;
    let run: Vec<_> = phases.map(|phase| phase.position).take(STEPS + 1).collect();
    prop_assert_eq!(run.len(), STEPS + 1);
    let (alpha, beta) = (motion.q(), whole() - motion.z());
    for points in run.windows(3) {
        let [before, x, after] = points else { continue };
        let inertia = x + (x - before) * beta.clone();
        let stale = gradient(&motion.potential, before) * alpha.clone();
        prop_assert_eq!(after, &(&inertia - &stale));
        let fresh = gradient(&motion.potential, x) * alpha.clone();
        if fresh != stale {
            prop_assert_ne!(after, &(inertia - fresh));
        }
    }
    Ok(())
}

fn central_midpoints<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let method = CentralLeapfrog::of(motion.dt.clone())?;
    let phases = method.phases(&motion.ball, &motion.potential, motion.phase())?;
    let midpoints = phases.map(|phase| &phase.position + motion.displacement(&phase) * half());
    let midpoints: Vec<_> = midpoints.take(STEPS + 1).collect();
    let below = whole() + motion.z() * half();
    let coefficients = (motion.q() / &below, (ratio(2, 1) - &below) / &below);
    let expected = heavy_ball(motion, &coefficients, [&midpoints[0], &midpoints[1]]);
    prop_assert_eq!(&midpoints, &expected);

    // m(x₊ − 2x + x₋)/Δt² + γ(x₊ − x₋)/2Δt + ∇f(x) = 0, with the particle's own m and γ.
    let (mass, drag, dt) = (&motion.ball.mass, &motion.ball.drag, &motion.dt);
    for points in midpoints.windows(3) {
        let [before, x, after] = points else { continue };
        let acceleration = (after - x * ratio(2, 1) + before) * (mass / (dt * dt));
        let velocity = (after - before) * (drag / (ratio(2, 1) * dt));
        let force = gradient(&motion.potential, x);
        prop_assert_eq!(
            acceleration + velocity + force,
            SVector::<BigRational, D>::zeros()
        );
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Derivation (14): momentum is Polyak's two-step recursion, its velocity the last displacement.
    #[test]
    fn momentum_is_the_two_step_recursion(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        momentum_is_two_step(&one)?;
        momentum_is_two_step(&two)?;
        momentum_is_two_step(&three)?;
        momentum_is_two_step(&four)?;
    }

    /// Derivation (15): explicit Euler's positions obey x₊ = x + β(x − x₋) − α∇f(x₋), with a gradient
    /// one step stale, and not the recursion (14) with a fresh one.
    #[test]
    fn explicit_eulers_gradient_is_one_step_stale(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        explicit_euler_is_stale(&one)?;
        explicit_euler_is_stale(&two)?;
        explicit_euler_is_stale(&three)?;
        explicit_euler_is_stale(&four)?;
    }

    /// Derivation (24), explicit drag: damp by 1 − z, kick, drift has β = 1 − z, α = q.
    #[test]
    fn explicit_drag(one in motions(), two in motions()) {
        let word = |z: &BigRational| vec![Damp(whole() - z), Kick(whole()), Drift(whole())];
        row((&one, &two), 0, word, |q, z| (q, whole() - z))?;
    }

    /// Derivation (24), implicit drag: kick, damp by 1/(1 + z), drift has β = 1/(1 + z),
    /// α = q/(1 + z).
    #[test]
    fn implicit_drag(one in motions(), two in motions()) {
        let factor = |z: &BigRational| whole() / (whole() + z);
        let word = |z: &BigRational| vec![Kick(whole()), Damp(factor(z)), Drift(whole())];
        row((&one, &two), 0, word, |q, z| (q * factor(&z), factor(&z)))?;
    }

    /// Derivation (24), central drag: β = (1 − z/2)/(1 + z/2), α = q/(1 + z/2), at the midpoints of the
    /// position form (half drift; damp by 1 − z/2, kick, damp by 1/(1 + z/2); half drift) and at the
    /// positions of the velocity form, which has kicks in halves around a drift.
    #[test]
    fn central_drag(one in motions(), two in motions()) {
        let explicit = |z: &BigRational| Damp(whole() - z * half());
        let implicit = |z: &BigRational| Damp(whole() / (whole() + z * half()));
        let coefficients = |q: BigRational, z: BigRational| {
            let below = whole() + &z * half();
            (q / &below, (whole() - z * half()) / &below)
        };
        let position_form = |z: &BigRational| {
            vec![Drift(half()), explicit(z), Kick(whole()), implicit(z), Drift(half())]
        };
        row((&one, &two), 1, position_form, coefficients)?;
        let velocity_form = |z: &BigRational| {
            vec![explicit(z), Kick(half()), Drift(whole()), Kick(half()), implicit(z)]
        };
        row((&one, &two), 0, velocity_form, coefficients)?;
    }

    /// Derivation (24), damp, kick, drift: β = c², α = q, whatever the decay c² of a step.
    #[test]
    fn damp_kick_drift(one in motions(), two in motions(), c in decays()) {
        let word = |_: &BigRational| vec![Damp(&c * &c), Kick(whole()), Drift(whole())];
        row((&one, &two), 0, word, |q, _| (q, &c * &c))?;
    }

    /// Derivation (24), kick, damp, drift: β = c², α = qc².
    #[test]
    fn kick_damp_drift(one in motions(), two in motions(), c in decays()) {
        let word = |_: &BigRational| vec![Kick(whole()), Damp(&c * &c), Drift(whole())];
        row((&one, &two), 0, word, |q, _| (q * &c * &c, &c * &c))?;
    }

    /// Derivation (24), exponential drag: p₊ = βp − Δt·((1 − β)/z)·∇f, drift: α = q(1 − β)/z for β and z of
    /// their own.
    #[test]
    fn exponential_drag(one in motions(), two in motions(), beta in decays(), z in 1_i64..60) {
        let kick = (whole() - &beta) / ratio(z, 20);
        let word = |_: &BigRational| vec![Damp(beta.clone()), Kick(kick.clone()), Drift(whole())];
        row((&one, &two), 0, word, |q, _| (q * (whole() - &beta) / ratio(z, 20), beta.clone()))?;
    }

    /// Derivation (24), (30), Obabo: the positions of OBABO and BAOAB and the midpoints of ABOBA and OABAO
    /// are four HB runs of one (α, β): β = c², α = q(1 + c²)/2.
    #[test]
    fn obabo(one in motions(), two in motions(), c in decays()) {
        let (o, oo) = (|| Damp(c.clone()), || Damp(&c * &c));
        let (a, aa) = (|| Drift(half()), || Drift(whole()));
        let (b, bb) = (|| Kick(half()), || Kick(whole()));
        let coefficients = |q, _| (q * (whole() + &c * &c) * half(), &c * &c);
        row((&one, &two), 0, |_| vec![o(), b(), aa(), b(), o()], coefficients)?;
        row((&one, &two), 0, |_| vec![b(), a(), oo(), a(), b()], coefficients)?;
        row((&one, &two), 1, |_| vec![a(), b(), oo(), b(), a()], coefficients)?;
        row((&one, &two), 2, |_| vec![o(), a(), bb(), a(), o()], coefficients)?;
    }

    /// Derivation (24), (30), Boaob: the positions of BOAOB and the midpoints of AOBOA have β = c², α = qc.
    #[test]
    fn boaob(one in motions(), two in motions(), c in decays()) {
        let o = || Damp(c.clone());
        let (a, aa) = (|| Drift(half()), || Drift(whole()));
        let (b, bb) = (|| Kick(half()), || Kick(whole()));
        let coefficients = |q, _| (q * &c, &c * &c);
        row((&one, &two), 0, |_| vec![b(), o(), aa(), o(), b()], coefficients)?;
        row((&one, &two), 1, |_| vec![a(), o(), bb(), o(), a()], coefficients)?;
    }

    /// Derivation (31), (23): the midpoints x + (Δt/2m)p of `CentralLeapfrog` are HB with the central
    /// row's (α, β), and obey the particle's central difference equation, to the last digit.
    #[test]
    fn central_leapfrogs_midpoints_are_heavy_ball_iterates(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        central_midpoints(&one)?;
        central_midpoints(&two)?;
        central_midpoints(&three)?;
        central_midpoints(&four)?;
    }

    /// Derivation (31): the midpoints of `Leapfrog` are HB with β = e⁻ᶻ, α = q(1 + e⁻ᶻ)/2, the row
    /// `Obabo`, to rounding; z runs from none over tiny to overdamped.
    #[test]
    fn leapfrogs_midpoints_are_heavy_ball_iterates(
        mass in 1e-3..1e3_f64, q in 1e-4..0.05_f64,
        z in prop_oneof![Just(0.0), Just(1e-12), Just(1.0), Just(2.0), 0.0..5.0_f64, Just(30.0)],
        x in -1.5..1.5_f64, y in -1.5..1.5_f64, vx in -0.5..0.5_f64,
    ) {
        let dt = (q * mass).sqrt();
        let ball = HeavyBall::new(mass, z * mass / dt)?;
        let start = ball.launch(vector![x, y], vector![vx, 0.0] / dt);
        let phases = Leapfrog::new(dt)?.phases(&ball, &DoubleWell, start)?.take(60);
        let midpoints: Vec<_> = phases.map(|at| at.position + at.momentum * (dt / mass / 2.0)).collect();
        prop_assert_eq!(midpoints.len(), 60);
        let (beta, alpha) = ((-z).exp(), q * (1.0 + (-z).exp()) / 2.0);
        for points in midpoints.windows(3) {
            let [before, x, after] = points else { continue };
            let expected = x + (x - before) * beta - gradient(&DoubleWell, x) * alpha;
            prop_assert!((after - expected).amax() <= 16.0 * f64::EPSILON * (1.0 + x.amax()));
        }
    }

    /// Derivation (24) on f64: each row's (α, β), as `Discretization` computes it, is that of its
    /// splitting, drift, kick and damp by exact factors of z.
    #[test]
    fn every_row_is_its_splitting(
        mass in 1e-3..1e3_f64, q in 1e-4..0.05_f64,
        z in prop_oneof![Just(0.0), Just(1e-12), Just(1e-3), Just(1.0), 0.0..1.99_f64],
        x in -1.5..1.5_f64, y in -1.5..1.5_f64, vx in -0.5..0.5_f64,
    ) {
        let dt = (q * mass).sqrt();
        let ball = HeavyBall::new(mass, z * mass / dt)?;
        let c = (-z / 2.0).exp();
        let mean = if z == 0.0 { 1.0 } else { -(-z).exp_m1() / z };
        for map in Discretization::ALL {
            // (damping before the kick, kick, damping after it), then a drift of a whole step: every
            // row's word is one of these, turned so that it begins at its kick.
            let (before, kick, after) = match map {
                Discretization::ExplicitDrag => (1.0 - z, 1.0, 1.0),
                Discretization::ImplicitDrag => (1.0, 1.0, 1.0 / (1.0 + z)),
                Discretization::DampKickDrift => (c * c, 1.0, 1.0),
                Discretization::KickDampDrift => (1.0, 1.0, c * c),
                Discretization::ExponentialDrag => (c * c, mean, 1.0),
                Discretization::CentralDrag => (1.0 - z / 2.0, 1.0, 1.0 / (1.0 + z / 2.0)),
                Discretization::Obabo => (c * c, (1.0 + c * c) / 2.0, 1.0),
                Discretization::Boaob => (c, 1.0, c),
                other => return Err(TestCaseError::fail(format!("{other} has no splitting here"))),
            };
            let rule = Momentum::from_heavy_ball(&ball, dt, map)?;
            let mut phase: Phase<f64, Const<2>> = ball.launch(vector![x, y], vector![vx, 0.0] / dt);
            let mut iterates = rule.iterates(&DoubleWell, vector![x, y]).with_velocity(vector![vx, 0.0]);
            iterates.advance();
            for _ in 0..10 {
                let g = gradient(&DoubleWell, &phase.position);
                phase.damp(&before);
                phase.kick(&(kick * dt), &g);
                phase.damp(&after);
                phase.drift(&(dt / mass));
                let Some(iterate) = iterates.advance() else {
                    return Err(TestCaseError::fail("the iterates ended"));
                };
                let difference = (phase.position - iterate.position).amax();
                prop_assert!(difference <= 1e-12, "{map}: {difference:e}");
            }
        }
    }
}
