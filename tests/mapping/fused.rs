//! Each line of an update is fused: βv is rounded, βv − α∇f is rounded once more, and so is x + v: Derivation (11) in
//! floating point. The oracle computes every line in exact rationals and rounds it to the nearest number.

use heavyball::prelude::*;
use nalgebra::{Vector1, Vector2, vector};
use num_rational::BigRational;
use num_traits::FromPrimitive;
use proptest::prelude::*;

const STEPS: usize = 60;

/// A number that rounds every product and sum to the nearest double, and a fused one only once.
#[derive(Clone, Copy)]
struct Rounded(f64);

fn exact(x: f64) -> BigRational {
    BigRational::from_f64(x).unwrap_or_default()
}

impl Rounded {
    fn times(self, factor: f64) -> Self {
        Self((exact(self.0) * exact(factor)).to_f64())
    }

    /// self·factor + summand.
    fn fused(self, factor: f64, summand: Self) -> Self {
        let sum = exact(self.0) * exact(factor) + exact(summand.0);
        Self(sum.to_f64())
    }

    fn plus(self, summand: Self) -> Self {
        Self((exact(self.0) + exact(summand.0)).to_f64())
    }
}

/// 4x(x² − 1), as the double well rounds it.
fn across(x: Rounded) -> Rounded {
    x.times(4.0).times(x.fused(x.0, Rounded(-1.0)).0)
}

/// x²(4x − 9), as the quartic rounds it.
fn slope(x: Rounded) -> Rounded {
    x.times(x.0).times(x.fused(4.0, Rounded(-9.0)).0)
}

/// v₊ = βv − αg, x₊ = x + v₊.
fn update(alpha: f64, beta: f64, [x, v]: [Rounded; 2], g: Rounded) -> [Rounded; 2] {
    let v = g.fused(-alpha, v.times(beta));
    [x.plus(v), v]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Momentum and Nesterov's rule on the quartic, to the bit.
    #[test]
    fn rules_round_each_line_once(alpha in 1e-4..0.02_f64, beta in -0.9..1.0_f64, x in -1.0..3.0_f64, v in -0.1..0.1_f64) {
        let mut momentum = [Rounded(x), Rounded(v)];
        let mut nesterov = momentum;
        for _ in 0..STEPS {
            momentum = update(alpha, beta, momentum, slope(momentum[0]));
            let [x, v] = nesterov;
            nesterov = update(alpha, beta, nesterov, slope(v.fused(beta, x)));
        }
        let end = Momentum::new(alpha, beta)?.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(STEPS)?;
        prop_assert_eq!([end.position.x, end.velocity.x], momentum.map(|r| r.0));
        let end = Nesterov::new(alpha, beta)?.iterates(&Quartic, vector![x]).with_velocity(vector![v]).after(STEPS)?;
        prop_assert_eq!([end.position.x, end.velocity.x], nesterov.map(|r| r.0));
    }

    /// Symplectic Euler on the double well: p₊ = ηp − Δt∇f, x₊ = x + (Δt/m)p₊, to the bit.
    #[test]
    fn kicks_and_drifts_round_once(mass in 0.1..10.0_f64, drag in 0.0..5.0_f64, dt in 0.001..0.05_f64, x in -1.5..1.5_f64) {
        let ball = HeavyBall::new(mass, drag)?;
        let (damping, drift) = (1.0 - drag * dt / mass, dt / mass);
        let mut state = [Rounded(x), Rounded(0.5)];
        let mut beside = [Rounded(0.3), Rounded(-0.2)];
        for _ in 0..STEPS {
            let kicked = |[x, p]: [Rounded; 2], g: Rounded| {
                let p = g.fused(-dt, p.times(damping));
                [p.fused(drift, x), p]
            };
            state = kicked(state, across(state[0]));
            beside = kicked(beside, beside[0].times(2.0));
        }
        let start = Phase::new(vector![x, 0.3], vector![0.5, -0.2]);
        let end = SymplecticEuler::new(dt)?.phases(&ball, &DoubleWell, start)?.after(STEPS)?;
        prop_assert_eq!(end.position, vector![state[0].0, beside[0].0]);
        prop_assert_eq!(end.momentum, vector![state[1].0, beside[1].0]);
    }
}

/// The rounding of x₊ is seen in v: x₊ − x is v₊ to half a unit in the last place of x, which Derivation (11) would not be
/// if x + βv were added first.
#[test]
fn the_displacement_is_the_velocity() -> Result<(), Error> {
    let mut run = Momentum::new(0.01, 0.9)?.iterates(&DoubleWell, vector![-1.5, -1.4]);
    let mut before: Option<Vector2<f64>> = None;
    run.advance_by(2000, |at| {
        if let Some(before) = before {
            assert_eq!(at.position, before + at.velocity);
        }
        before = Some(at.position);
    })
}

/// A run of dual numbers has the values of the run of floats, and the derivative of its end by its start to rounding.
#[test]
fn dual_numbers_round_as_floats() -> Result<(), Error> {
    use num_dual::Dual64;
    let [alpha, beta] = [0.01, 0.9];
    let rule = Momentum::of(Dual64::from(alpha), Dual64::from(beta))?;
    let seeded = Vector1::new(Dual64::new(-0.5, 1.0));
    let dual = rule.iterates(&Quartic, seeded).after(100)?.position.x;
    let end = |x: f64| -> Result<f64, Error> {
        Ok(Momentum::new(alpha, beta)?
            .iterates(&Quartic, vector![x])
            .after(100)?
            .position
            .x)
    };
    assert_eq!(dual.re, end(-0.5)?);
    let slope = (end(-0.5 + 1e-6)? - end(-0.5 - 1e-6)?) / 2e-6;
    assert!(
        (dual.eps / slope - 1.0).abs() < 1e-7,
        "{} {slope}",
        dual.eps
    );
    Ok(())
}

/// However one goes through a run, the bits are the same: item by item, borrowed, by `nth`, recorded, or at once.
mod every_way {
    use super::STEPS;
    use heavyball::optimizers::UpdateRule;
    use heavyball::prelude::*;
    use heavyball::{Exponential, TwoStepMomentum};
    use nalgebra::allocator::Allocator;
    use nalgebra::{Const, DVector, DefaultAllocator, Dim, Dyn, OVector, RawStorage, VecStorage};

    fn through_iterates<R, P, T, D>(rule: &R, f: &P, start: &OVector<T, D>) -> Result<(), Error>
    where
        R: UpdateRule<T> + Clone,
        P: Potential<T, D>,
        T: Number,
        D: Dim,
        DefaultAllocator: Allocator<D> + Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let run = || rule.iterates(f, start.clone());
        let items: Vec<_> = run().take(STEPS + 1).collect();
        assert_eq!(items.len(), STEPS + 1);
        let mut borrowed = run();
        let mut recorded = Vec::new();
        run().advance_by(STEPS + 1, |at| recorded.push(at.clone()))?;
        assert_eq!(recorded, items);
        let path = run().path(STEPS)?;
        let every = run().path_every(7, STEPS)?;
        assert_eq!((path.ncols(), every.ncols()), (STEPS + 1, STEPS / 7 + 1));
        for (k, item) in items.iter().enumerate() {
            assert_eq!(borrowed.advance(), Some(item), "{k}");
            assert_eq!(run().after(k)?, *item);
            assert_eq!(run().nth(k).as_ref(), Some(item));
            assert_eq!(path.column(k), item.position.column(0));
            if k.is_multiple_of(7) {
                assert_eq!(every.column(k / 7), item.position.column(0));
            }
            // Half by one way and half by another.
            let mut both = run();
            both.advance_by(k / 2, |_| {})?;
            assert_eq!(both.after(k - k / 2)?, *item);
        }
        Ok(())
    }

    fn through_phases<M, P, T, D>(
        method: &M,
        ball: &HeavyBall<T>,
        f: &P,
        start: &OVector<T, D>,
    ) -> Result<(), Error>
    where
        M: FixedStep<T>,
        M::Step: Clone,
        P: Potential<T, D>,
        T: Number,
        D: Dim,
        DefaultAllocator: Allocator<D> + Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let run = || method.phases(ball, f, Phase::at_rest(start.clone()));
        let items: Vec<_> = run()?.take(STEPS + 1).collect();
        assert_eq!(items.len(), STEPS + 1);
        let mut borrowed = run()?;
        let mut recorded = Vec::new();
        run()?.advance_by(STEPS + 1, |at| recorded.push(at.clone()))?;
        assert_eq!(recorded, items);
        let path = run()?.path(STEPS)?;
        let every = run()?.path_every(7, STEPS)?;
        for (k, item) in items.iter().enumerate() {
            assert_eq!(borrowed.advance(), Some(item), "{k}");
            assert_eq!(run()?.after(k)?, *item);
            assert_eq!(run()?.nth(k).as_ref(), Some(item));
            assert_eq!(path.column(k), item.position.column(0));
            if k.is_multiple_of(7) {
                assert_eq!(every.column(k / 7), item.position.column(0));
            }
        }
        Ok(())
    }

    fn check<T, D>(start: &OVector<T, D>) -> Result<(), Error>
    where
        T: Exponential,
        D: Dim,
        Rosenbrock: Potential<T, D>,
        DefaultAllocator: Allocator<D> + Allocator<D, Dyn, Buffer<T> = VecStorage<T, D, Dyn>>,
        VecStorage<T, D, Dyn>: RawStorage<T, D, Dyn>,
    {
        let number = |n: i16, d: i16| T::integer(n) / T::integer(d);
        let (alpha, beta) = (number(1, 3001), number(6, 7));
        through_iterates(
            &Momentum::of(alpha.clone(), beta.clone())?,
            &Rosenbrock,
            start,
        )?;
        through_iterates(
            &Nesterov::of(alpha.clone(), beta.clone())?,
            &Rosenbrock,
            start,
        )?;
        through_iterates(
            &TwoStepMomentum::of(alpha.clone(), beta)?,
            &Rosenbrock,
            start,
        )?;
        through_iterates(&GradientDescent::of(alpha)?, &Rosenbrock, start)?;
        let (ball, dt) = (HeavyBall::of(number(4, 3), number(5, 3))?, number(1, 101));
        through_phases(&SymplecticEuler::of(dt.clone())?, &ball, &Rosenbrock, start)?;
        through_phases(
            &ExplicitEuler::of(number(1, 997))?,
            &ball,
            &Rosenbrock,
            start,
        )?;
        through_phases(&DriftKickEuler::of(dt.clone())?, &ball, &Rosenbrock, start)?;
        through_phases(&ConformalEuler::of(dt.clone())?, &ball, &Rosenbrock, start)?;
        through_phases(&Leapfrog::of(dt.clone())?, &ball, &Rosenbrock, start)?;
        through_phases(&CentralLeapfrog::of(dt.clone())?, &ball, &Rosenbrock, start)?;
        let yoshida = Composition::yoshida6(Leapfrog::of(dt)?)?;
        through_phases(&yoshida, &ball, &Rosenbrock, start)
    }

    /// Derivation (1), (8), (11), (14), (18), (30): every rule and every integrator, in f64, f32 and dual numbers, in
    /// static and dynamic dimension.
    #[test]
    fn has_the_same_bits() -> Result<(), Error> {
        check::<f64, Const<2>>(&OVector::from([0.3, -0.2]))?;
        check::<f64, Const<5>>(&OVector::from([0.3, -0.2, 0.1, 0.9, 0.4]))?;
        check::<f64, Dyn>(&DVector::from_vec(vec![0.3, -0.2, 0.1, 0.9, 0.4]))?;
        check::<f32, Const<3>>(&OVector::from([0.3, -0.2, 0.1]))?;
        check::<f32, Dyn>(&DVector::from_vec(vec![0.3, -0.2, 0.1]))?;
        let seeded = |x: f64| num_dual::Dual64::new(x, 1.0);
        check::<_, Const<2>>(&OVector::from([seeded(0.3), seeded(-0.2)]))
    }

    /// A run that fails names the same step and records what came before it.
    #[test]
    fn fails_at_the_same_step() -> Result<(), Error> {
        let rule = Momentum::new(0.4, 0.9)?;
        let run = || rule.iterates(&Quartic, nalgebra::vector![-0.5]);
        let finite = run().count();
        let mut recorded = 0;
        let mut recording = run();
        let error = recording.advance_by(5000, |_| recorded += 1).err();
        assert_eq!(recorded, finite);
        assert!(
            matches!(error, Some(Error::Run(heavyball::error::RunError::Diverged { step, .. })) if step == finite)
        );
        assert_eq!(recording.failure(), error.as_ref());
        assert_eq!(
            (run().after(5000).err(), run().path(5000).err()),
            (error.clone(), error)
        );
        assert_eq!(run().nth(5000), None);
        Ok(())
    }
}
