//! What a run keeps: the slow variable w, the Lyapunov function, energies and reversibility without
//! drag: Derivation (21), (29), (32), (33).

use crate::support::exact::{
    Motion, decays, fractions, gradient, motions, positives, ratio, vectors,
};
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, Vector2, vector};
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::collection::vec;
use proptest::prelude::*;

const STEPS: usize = 4;

fn slow_variable_follows_the_gradient<const D: usize>(
    motion: &Motion<D>,
) -> Result<(), TestCaseError> {
    let (alpha, beta) = (motion.q(), BigRational::one() - motion.z());
    if beta.is_one() {
        return Ok(());
    }
    let brake = BigRational::one() - &beta;
    let run: Vec<_> = Momentum::of(alpha.clone(), beta.clone())?
        .iterates(&motion.potential, motion.position.clone())
        .with_velocity(motion.velocity.clone())
        .take(STEPS + 1)
        .collect();
    prop_assert_eq!(run.len(), STEPS + 1);
    let w = |at: &Iterate<BigRational, Const<D>>| &at.position + &at.velocity * (&beta / &brake);
    for pair in run.windows(2) {
        let [now, next] = pair else { continue };
        let g = gradient(&motion.potential, &now.position);
        prop_assert_eq!(w(next), w(now) - g * (&alpha / &brake));
    }
    Ok(())
}

/// φ with a random piecewise linear φ′: φ″ takes the value `slopes[i]` between two knots, so that φ is
/// L-smooth with L the largest |slope| and not even twice differentiable.
#[derive(Debug, Clone)]
struct Profile {
    push: BigRational,
    slopes: Vec<BigRational>,
}

impl Profile {
    /// (t − knot)₊ and the jump of φ″ at the knot, for the knots 0, ±1, ±2.
    fn hinges(&self, t: &BigRational) -> Vec<(BigRational, BigRational)> {
        let jumps = self.slopes.windows(2).map(|pair| &pair[1] - &pair[0]);
        let knots = (-2..).map(|knot| ratio(knot, 1));
        let height = |knot: BigRational| (t - knot).max(BigRational::zero());
        knots.map(height).zip(jumps).collect()
    }

    fn value(&self, t: &BigRational) -> BigRational {
        let quadratic = |slope: &BigRational, t: &BigRational| slope * t * t / ratio(2, 1);
        let bends = self
            .hinges(t)
            .into_iter()
            .map(|(height, jump)| quadratic(&jump, &height));
        &self.push * t + quadratic(&self.slopes[0], t) + bends.sum::<BigRational>()
    }

    fn derivative(&self, t: &BigRational) -> BigRational {
        let bends = self
            .hinges(t)
            .into_iter()
            .map(|(height, jump)| height * jump);
        &self.push + &self.slopes[0] * t + bends.sum::<BigRational>()
    }

    fn smoothness(&self) -> BigRational {
        let sizes = self.slopes.iter().map(num_traits::Signed::abs);
        sizes.max().unwrap_or_else(BigRational::zero)
    }
}

/// f(x) = Σ φ(a·x): neither convex nor twice differentiable, and L-smooth with L = Σ L_φ|a|².
#[derive(Debug, Clone)]
struct Ridges(Vec<(Vector2<BigRational>, Profile)>);

impl Ridges {
    fn smoothness(&self) -> BigRational {
        self.0
            .iter()
            .map(|(a, profile)| profile.smoothness() * a.dot(a))
            .sum()
    }
}

impl Potential<BigRational, Const<2>> for Ridges {
    fn value(&self, x: &Vector2<BigRational>) -> BigRational {
        self.0
            .iter()
            .map(|(a, profile)| profile.value(&a.dot(x)))
            .sum()
    }

    fn gradient(&self, x: &Vector2<BigRational>, gradient: &mut Vector2<BigRational>) {
        let forces = self
            .0
            .iter()
            .map(|(a, profile)| a * profile.derivative(&a.dot(x)));
        *gradient = forces.fold(Vector2::zeros(), |sum, force| sum + force);
    }
}

fn ridges() -> impl Strategy<Value = Ridges> {
    let profile =
        (fractions(), vec(fractions(), 6)).prop_map(|(push, slopes)| Profile { push, slopes });
    vec((vectors::<2>(), profile), 1..=3).prop_map(Ridges)
}

/// The ball of mass m on f = kx²/2, phases by `method`; the first nine.
fn oscillator<M: FixedStep<BigRational>>(
    method: M,
    (mass, stiffness): (&BigRational, &BigRational),
    (x, p): (&BigRational, &BigRational),
) -> Result<Vec<(BigRational, BigRational)>, Error> {
    let ball = HeavyBall::of(mass.clone(), BigRational::zero())?;
    let bowl = Quadratic::diagonal(vector![stiffness.clone()])?;
    let start = Phase::new(vector![x.clone()], vector![p.clone()]);
    let phases = method.phases(&ball, &bowl, start)?;
    let phases = phases.map(|at| (at.position.x.clone(), at.momentum.x.clone()));
    Ok(phases.take(9).collect())
}

/// Whether `quantity` of all phases is that of the first.
fn is_kept(
    phases: &[(BigRational, BigRational)],
    quantity: impl Fn(&BigRational, &BigRational) -> BigRational,
) -> bool {
    let mut values = phases.iter().map(|(x, p)| quantity(x, p));
    let first = values.next();
    phases.len() == 9 && values.all(|value| Some(value) == first)
}

/// Forward by `there`, the momentum turned, as many steps by `back`: the phase that is reached, its
/// momentum turned again.
fn there_and_back<M, B, const D: usize>(
    (there, back): (M, B),
    motion: &Motion<D>,
) -> Result<Phase<BigRational, Const<D>>, Error>
where
    M: FixedStep<BigRational>,
    B: FixedStep<BigRational>,
{
    let turn = |at: Phase<BigRational, Const<D>>| Phase::new(at.position, -at.momentum);
    let far = there
        .phases(&motion.ball, &motion.potential, motion.phase())?
        .after(3)?;
    let home = back
        .phases(&motion.ball, &motion.potential, turn(far))?
        .after(3)?;
    Ok(turn(home))
}

fn symmetric_methods_return<const D: usize>(motion: &Motion<D>) -> Result<(), TestCaseError> {
    let free = motion.clone().without_drag();
    let dt = || motion.dt.clone();
    let (central, kick_drift) = (|| CentralLeapfrog::of(dt()), || SymplecticEuler::of(dt()));
    prop_assert_eq!(
        there_and_back((central()?, central()?), &free)?,
        free.phase()
    );
    // Kick-drift is not its own inverse: drift-kick undoes it.
    let undone = there_and_back((kick_drift()?, DriftKickEuler::of(dt())?), &free)?;
    prop_assert_eq!(undone, free.phase());

    // With drag a step back is a step of −Δt.
    let step = CentralLeapfrog::of(dt())?.step_for(&motion.ball, dt())?;
    let back = CentralLeapfrog::of(dt())?.step_for(&motion.ball, -dt())?;
    let (mut phase, mut scratch) = (motion.phase(), motion.position.clone());
    (0..3).for_each(|_| step.advance(&motion.potential, &mut phase, &mut scratch));
    (0..3).for_each(|_| back.advance(&motion.potential, &mut phase, &mut scratch));
    prop_assert_eq!(phase, motion.phase());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Derivation (21): w = x + β/(1 − β)·v obeys w₊ = w − α/(1 − β)·∇f(x), gradient descent with the
    /// rate α/(1 − β) and the gradient of another point, to the last digit on any polynomial.
    #[test]
    fn the_slow_variable_descends_at_the_summed_rate(
        one in motions::<1>(), two in motions::<2>(), three in motions::<3>(), four in motions::<4>()
    ) {
        slow_variable_follows_the_gradient(&one)?;
        slow_variable_follows_the_gradient(&two)?;
        slow_variable_follows_the_gradient(&three)?;
        slow_variable_follows_the_gradient(&four)?;
    }

    /// Without drag, Verlet with its momentum turned runs home to the last digit, with drag a step of
    /// −Δt undoes a step; kick-drift comes home by drift-kick, not by itself.
    #[test]
    fn symmetric_methods_run_home(one in motions::<1>(), two in motions::<2>(), three in motions::<3>()) {
        symmetric_methods_return(&one)?;
        symmetric_methods_return(&two)?;
        symmetric_methods_return(&three)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Derivation (33): on any L-smooth f, Φ = f + β/(2α)|v|² falls by at least ((1 − β)/α − L/2)|v₊|² a
    /// step, for any α > 0 and 0 ≤ β < 1; in exact arithmetic, without tolerance.
    #[test]
    fn the_lyapunov_function_falls_by_the_bound(
        f in ridges(), alpha in positives(), beta in prop_oneof![decays(), Just(BigRational::zero())],
        x in vectors::<2>(), v in vectors::<2>()
    ) {
        prop_assume!(beta < BigRational::one());
        let rule = Momentum::of(alpha, beta)?;
        let bound = (BigRational::one() - &rule.beta) / &rule.alpha - f.smoothness() / ratio(2, 1);
        prop_assert_eq!(&rule.lyapunov_descent(f.smoothness()), &bound);
        let run: Vec<_> = rule.iterates(&f, x).with_velocity(v).take(9).collect();
        prop_assert_eq!(run.len(), 9);
        for pair in run.windows(2) {
            let [now, next] = pair else { continue };
            let fall = rule.lyapunov(&f, now) - rule.lyapunov(&f, next);
            prop_assert!(fall >= &bound * next.velocity.dot(&next.velocity));
        }
    }

    /// Derivation (33), its edge: at αL = 2(1 − β) Φ never rises on any L-smooth f.
    #[test]
    fn the_lyapunov_function_never_rises_up_to_the_edge(
        f in ridges(), beta in prop_oneof![decays(), Just(BigRational::zero())],
        x in vectors::<2>(), v in vectors::<2>()
    ) {
        prop_assume!(beta < BigRational::one() && f.smoothness() > BigRational::zero());
        let alpha = ratio(2, 1) * (BigRational::one() - &beta) / f.smoothness();
        let rule = Momentum::of(alpha, beta)?;
        let values: Vec<_> = rule
            .iterates(&f, x)
            .with_velocity(v)
            .map(|at| rule.lyapunov(&f, &at))
            .take(13)
            .collect();
        prop_assert_eq!(values.len(), 13);
        prop_assert!(values.is_sorted_by(|now, next| now >= next));
    }

    /// Derivation (33) is sharp: on f = Lx²/2 the fall is the bound plus β/(2α)|v₊ − v|², and where
    /// v₊ = v it is the bound itself: a rise as soon as αL > 2(1 − β).
    #[test]
    fn the_bound_is_reached(
        alpha in positives(), beta in decays(), smoothness in positives(), x in vectors::<2>(), v in vectors::<2>()
    ) {
        let f = Quadratic::diagonal(vector![smoothness.clone(), smoothness.clone()])?;
        let (rule, two) = (Momentum::of(alpha.clone(), beta.clone())?, ratio(2, 1));
        let bound = (BigRational::one() - &beta) / &alpha - &smoothness / &two;
        let steady = &v * (-(BigRational::one() - &beta) / (&alpha * &smoothness));
        for start in [x, steady.clone()] {
            let run: Vec<_> = rule.iterates(&f, start.clone()).with_velocity(v.clone()).take(2).collect();
            let [now, next] = run.as_slice() else {
                return Err(TestCaseError::fail("two iterates were asked for"));
            };
            let change = &next.velocity - &now.velocity;
            let fall = rule.lyapunov(&f, now) - rule.lyapunov(&f, next);
            let excess = &beta / (&two * &alpha) * change.dot(&change);
            prop_assert_eq!(&fall, &(&bound * next.velocity.dot(&next.velocity) + excess));
            if start == steady {
                prop_assert_eq!(fall, &bound * v.dot(&v));
            }
        }
    }

    /// Derivation (29): on an oscillator without drag, explicit Euler multiplies the energy by
    /// 1 + Δt²k/m a step, from any phase, to the last digit.
    #[test]
    fn explicit_euler_feeds_the_oscillator(
        mass in positives(), stiffness in positives(), dt in positives(), x in fractions(), p in fractions()
    ) {
        let phases = oscillator(ExplicitEuler::of(dt.clone())?, (&mass, &stiffness), (&x, &p))?;
        let growth = BigRational::one() + &dt * &dt * &stiffness / &mass;
        let energy = |(x, p): &(BigRational, BigRational)| p * p / &mass + &stiffness * x * x;
        prop_assert_eq!(phases.len(), 9);
        for pair in phases.windows(2) {
            prop_assert_eq!(energy(&pair[1]), energy(&pair[0]) * &growth);
        }
    }

    /// Derivation (29): kick-drift keeps u² + x² − Δt·u·x, and drift-kick u² + x² + Δt·u·x, at k = m, to the
    /// last digit.
    #[test]
    fn kick_drift_keeps_a_nearby_energy(
        mass in positives(), dt in positives(), x in fractions(), p in fractions()
    ) {
        let kick_drift = oscillator(SymplecticEuler::of(dt.clone())?, (&mass, &mass), (&x, &p))?;
        let drift_kick = oscillator(DriftKickEuler::of(dt.clone())?, (&mass, &mass), (&x, &p))?;
        let energy = |x: &BigRational, p: &BigRational| p * p / (&mass * &mass) + x * x;
        let cross = |x: &BigRational, p: &BigRational| &dt * x * p / &mass;
        prop_assert!(is_kept(&kick_drift, |x, p| energy(x, p) - cross(x, p)));
        prop_assert!(is_kept(&drift_kick, |x, p| energy(x, p) + cross(x, p)));
    }

    /// Derivation (29): drift-kick-drift Verlet keeps k·x² + (1 − Δt²k/4m)p²/m, and the kick-drift-kick
    /// form (1 − Δt²k/4m)k·x² + p²/m, to the last digit.
    #[test]
    fn verlet_keeps_a_nearby_energy(
        mass in positives(), stiffness in positives(), dt in positives(), x in fractions(), p in fractions()
    ) {
        let defect = BigRational::one() - &dt * &dt * &stiffness / (ratio(4, 1) * &mass);
        let (kinetic, potential) = (|p: &BigRational| p * p / &mass, |x: &BigRational| &stiffness * x * x);
        let phases = oscillator(CentralLeapfrog::of(dt.clone())?, (&mass, &stiffness), (&x, &p))?;
        prop_assert!(is_kept(&phases, |x, p| potential(x) + &defect * kinetic(p)));

        let mut phase = Phase::new(vector![x], vector![p]);
        let mut phases = vec![(phase.position.x.clone(), phase.momentum.x.clone())];
        for _ in 0..8 {
            for part in [true, false] {
                phase.kick(&(&dt / ratio(2, 1)), &(&phase.position * stiffness.clone()));
                if part {
                    phase.drift(&(&dt / &mass));
                }
            }
            phases.push((phase.position.x.clone(), phase.momentum.x.clone()));
        }
        prop_assert!(is_kept(&phases, |x, p| &defect * potential(x) + kinetic(p)));
    }

    /// Without drag `Leapfrog` runs home on f64 as well, to rounding, whatever the orbit in the double
    /// well: a method of order 2 without that symmetry would miss by Δt² and more.
    #[test]
    fn leapfrog_runs_home_on_floats(x in -1.5..1.5_f64, y in -1.5..1.5_f64, px in -1.0..1.0_f64, py in -1.0..1.0_f64) {
        let ball = HeavyBall::new(1.0, 0.0)?;
        let start = Phase::new(vector![x, y], vector![px, py]);
        for method in [Leapfrog::new(0.05)?, Leapfrog::new(0.1)?] {
            let far = method.phases(&ball, &DoubleWell, start)?.after(40)?;
            let turned = Phase::new(far.position, -far.momentum);
            let home = method.phases(&ball, &DoubleWell, turned)?.after(40)?;
            let miss = (home.position - start.position).amax() + (home.momentum + start.momentum).amax();
            prop_assert!(miss < 1e-9, "{miss:e}");
        }
    }
}

/// Derivation (29): at ω = 1 and Δt = 0.1 explicit Euler multiplies the energy by 1.01¹⁰⁰⁰ =
/// 20959.1556378 in 1000 steps.
#[test]
fn explicit_euler_multiplies_the_energy_by_twenty_thousand() -> Result<(), Error> {
    let (ball, bowl) = (
        HeavyBall::new(1.0, 0.0)?,
        Quadratic::diagonal(vector![1.0])?,
    );
    let start = Phase::new(vector![0.6], vector![-0.8]);
    let end = ExplicitEuler::new(0.1)?
        .phases(&ball, &bowl, start)?
        .after(1000)?;
    let growth = ball.energy(&bowl, &end) / ball.energy(&bowl, &start);
    assert!((growth - 20959.1556378).abs() < 1e-7, "{growth}");
    Ok(())
}

/// Derivation (29): from (1, 0) at ω = 1 the energy of kick-drift stays in [1/(1 + Δt/2), 1/(1 − Δt/2)] of
/// its start for 100 000 steps and comes close to both ends: the band is that, and no wider.
#[test]
fn kick_drifts_energy_stays_in_its_band() -> Result<(), Error> {
    let (ball, bowl) = (
        HeavyBall::new(1.0, 0.0)?,
        Quadratic::diagonal(vector![1.0])?,
    );
    for dt in [0.01, 0.1, 0.7, 1.5, 1.9] {
        let start = Phase::<f64, Const<1>>::at_rest(vector![1.0]);
        let phases = SymplecticEuler::new(dt)?.phases(&ball, &bowl, start)?;
        let energies = phases.take(100_001).map(|at| 2.0 * ball.energy(&bowl, &at));
        let (least, most) = energies.fold((f64::MAX, 0.0_f64), |(least, most), energy| {
            (least.min(energy), most.max(energy))
        });
        let (low, high) = (1.0 / (1.0 + dt / 2.0), 1.0 / (1.0 - dt / 2.0));
        let width = high - low;
        assert!(
            least >= low - 1e-10 && least <= low + 1e-5 * width,
            "{dt}: {least} of {low}"
        );
        assert!(
            most <= high + 1e-10 * high && most >= high - 1e-5 * width,
            "{dt}: {most} of {high}"
        );
    }
    Ok(())
}

/// Kick-drift, a method that is not symmetric, does not run home by itself: on the quartic, from rest at
/// −1/2 with Δt = 1/3, one step out and one back end elsewhere.
#[test]
fn kick_drift_does_not_run_home() -> Result<(), Error> {
    let ball = HeavyBall::of(BigRational::one(), BigRational::zero())?;
    let method = SymplecticEuler::of(ratio(1, 3))?;
    let start = Phase::at_rest(vector![ratio(-1, 2)]);
    let far = method.phases(&ball, &Quartic, start.clone())?.after(1)?;
    let turned = Phase::new(far.position, -far.momentum);
    let home = method.phases(&ball, &Quartic, turned)?.after(1)?;
    assert_ne!(home, start);
    let undone = DriftKickEuler::of(ratio(1, 3))?;
    let far = method.phases(&ball, &Quartic, start.clone())?.after(1)?;
    let turned = Phase::new(far.position, -far.momentum);
    assert_eq!(undone.phases(&ball, &Quartic, turned)?.after(1)?, start);
    Ok(())
}

/// Derivation (32): a composition over `Leapfrog` is symmetric, with drag too: its step of −Δt undoes
/// its step to rounding.
#[test]
fn compositions_run_home() -> Result<(), Error> {
    fn miss<M: FixedStep<f64>>(method: M) -> Result<f64, Error> {
        let ball = HeavyBall::new(1.3, 0.7)?;
        let (there, back) = (method.step_for(&ball, 0.2)?, method.step_for(&ball, -0.2)?);
        let start = Phase::new(vector![1.2, -0.4], vector![0.3, 0.9]);
        let (mut phase, mut scratch): (_, SVector<f64, 2>) = (start, Vector2::zeros());
        for _ in 0..5 {
            there.advance(&DoubleWell, &mut phase, &mut scratch);
        }
        for _ in 0..5 {
            back.advance(&DoubleWell, &mut phase, &mut scratch);
        }
        Ok((phase.position - start.position).amax() + (phase.momentum - start.momentum).amax())
    }
    let misses = [
        miss(Leapfrog::new(0.2)?)?,
        miss(CentralLeapfrog::new(0.2)?)?,
        miss(Composition::suzuki4(Leapfrog::new(0.2)?)?)?,
        miss(Composition::yoshida4(Leapfrog::new(0.2)?)?)?,
        miss(Composition::yoshida6(Leapfrog::new(0.2)?)?)?,
        miss(Composition::yoshida8(Leapfrog::new(0.2)?)?)?,
    ];
    assert!(misses.iter().all(|miss| *miss < 1e-11), "{misses:?}");
    // The same by a method that is not symmetric: another order of magnitude altogether.
    assert!(miss(SymplecticEuler::new(0.2)?)? > 1e-2);
    Ok(())
}

/// Derivation (7): drag takes the power γ|ẋ|²: dE/dt along ẋ = p/m, ṗ = −∇f − (γ/m)p is `-dissipated_power`.
#[test]
fn drag_takes_the_dissipated_power() -> Result<(), Error> {
    let ball = HeavyBall::of(ratio(13, 10), ratio(7, 10))?;
    let phase = Phase::new(Vector1::new(ratio(3, 2)), Vector1::new(ratio(-13, 25)));
    let force = -gradient(&Quartic, &phase.position);
    let change = &force - &phase.momentum * (&ball.drag / &ball.mass);
    let velocity = &phase.momentum / ball.mass.clone();
    let power = -force.dot(&velocity) + velocity.dot(&change);
    assert_eq!(power, -ball.dissipated_power(&phase));
    assert_eq!(power, ratio(-7, 10) * ratio(4, 25));
    Ok(())
}
