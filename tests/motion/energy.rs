//! The energy balance along a run: derivation (42).
//!
//! E(t) − E(0) + ∫γ|ẋ|² dt is zero along the equation and of the method's order along its steps.

use crate::support::slope::{is_order, slope};
use crate::support::smooth::NONLINEAR;
use heavyball::Linear;
use heavyball::Trajectory;
use heavyball::error::VectorError;
use heavyball::prelude::*;
use heavyball::study::EnergyBalance;
use nalgebra::{Const, dvector, vector};
use proptest::prelude::*;

type Scalar = Const<1>;

/// Whether the largest defect of `method` has `order`, over five halvings from `coarsest`.
#[track_caller]
fn expect<P, M>(
    problem: &Problem<P, Scalar>,
    order: usize,
    coarsest: f64,
    method: impl Fn(f64) -> Result<M, Error>,
) where
    P: Potential<f64, Scalar>,
    M: FixedStep<f64>,
{
    let steps = (0..6).map(|halving| coarsest * 0.5_f64.powi(halving));
    let defects: Vec<_> = steps
        .map(|dt| {
            let run = problem.solve(&method(dt).unwrap()).unwrap();
            let balance = EnergyBalance::of_run(&run, problem.potential()).unwrap();
            (dt, balance.largest_defect())
        })
        .collect();
    let found = slope(&defects);
    assert!(is_order(found, order), "{found} {defects:?}");
}

fn expect_all<P: Potential<f64, Scalar>>(problem: &Problem<P, Scalar>) {
    expect(problem, 1, 2e-3, ExplicitEuler::new);
    expect(problem, 1, 2e-3, SymplecticEuler::new);
    expect(problem, 1, 2e-3, DriftKickEuler::new);
    expect(problem, 1, 2e-3, ConformalEuler::new);
    expect(problem, 2, 1e-2, Leapfrog::new);
    expect(problem, 2, 1e-2, CentralLeapfrog::new);
    expect(problem, 4, 0.05, |dt| {
        Composition::suzuki4(Leapfrog::new(dt)?)
    });
}

/// (42): the defect has the order of the method, below, at and above critical drag and on a nonlinear force.
#[test]
fn the_defect_has_the_order_of_the_method() {
    for drag in [0.4, 4.0, 6.0] {
        let ball = HeavyBall::new(1.0, drag).unwrap();
        let bowl = Quadratic::diagonal(vector![4.0]).unwrap();
        expect_all(
            &Problem::new(ball, bowl, vector![1.0])
                .with_velocity(vector![0.3])
                .until(2.0),
        );
    }
    let ball = HeavyBall::new(1.3, 0.7).unwrap();
    expect_all(
        &Problem::new(ball, NONLINEAR, vector![1.5])
            .with_velocity(vector![-0.4])
            .until(2.0),
    );
}

/// (42): the equation itself has no defect; both parts are those of the closed form, E(t) = ½mu² + ½kx².
#[test]
fn a_tight_run_has_the_balance_of_the_closed_form() {
    for (mass, drag, k) in [(1.0, 0.4, 4.0), (2.0, 4.0, 2.0), (0.5, 6.0, 4.0)] {
        let ball = HeavyBall::new(mass, drag).unwrap();
        let bowl = Quadratic::diagonal(vector![k]).unwrap();
        let problem = Problem::new(ball, bowl, vector![1.0])
            .with_velocity(vector![0.3])
            .until(5.0);
        let oscillator = DampedOscillator::new(mass, drag, k).unwrap();
        let energy = |t| {
            let (x, u) = oscillator.at(t, 1.0, 0.3);
            0.5 * mass * u * u + 0.5 * k * x * x
        };
        let check = |run: Trajectory<Scalar>, tolerance: f64| {
            let balance = EnergyBalance::of_run(&run, problem.potential()).unwrap();
            let rows = balance.times().iter().zip(balance.energies());
            for ((time, found), lost) in rows.zip(balance.dissipated()) {
                assert!((found - energy(*time)).abs() < tolerance, "{time}");
                let expected = energy(0.0) - energy(*time);
                assert!(
                    (lost - expected).abs() < tolerance,
                    "{time}: {lost} {expected}"
                );
            }
            assert!(balance.largest_defect() < tolerance);
        };
        check(problem.solve(&Dop853::new(1e-13, 1e-13)).unwrap(), 1e-11);
        check(problem.solve(&Rk45::new(1e-11, 1e-11)).unwrap(), 1e-8);
    }
}

/// (5): at its terminal velocity −c/γ a ball on a slope loses the power c²/γ for ever.
#[test]
fn a_terminal_fall_loses_constant_power() {
    let ball = HeavyBall::new(3.0, 0.5).unwrap();
    let slope = Linear::new(vector![2.0]).unwrap();
    let start = Problem::new(ball, slope, vector![0.0]).with_velocity(vector![-4.0]);
    let run = start.until(10.0).solve(&Dop853::new(1e-13, 1e-13)).unwrap();
    let balance = EnergyBalance::of_run(&run, &Linear::new(vector![2.0]).unwrap()).unwrap();
    for (time, lost) in balance.times().iter().zip(balance.dissipated()) {
        assert!((lost - 8.0 * time).abs() < 1e-11, "{time} {lost}");
    }
    assert!(balance.largest_defect() < 1e-11);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// (42) holds backward too, where drag gives: the balance of a run back is that of the run there.
    #[test]
    fn a_run_backward_balances(drag in prop_oneof![Just(0.0), Just(1e-12), 0.0..1.0_f64], x in -1.5..1.5_f64, u in -1.0..1.0_f64) {
        let there = Problem::new(HeavyBall::new(1.0, drag)?, NONLINEAR, vector![x])
            .with_velocity(vector![u]).until(2.0);
        let method = Dop853::new(1e-13, 1e-13);
        let run = there.solve(&method)?;
        let lost = EnergyBalance::of_run(&run, &NONLINEAR)?.dissipated().last().copied();
        let end = run.last();
        let back = Problem::new(*there.ball(), NONLINEAR, end.position)
            .with_velocity(end.momentum).with_start_time(2.0).until(0.0).solve(&method)?;
        let balance = EnergyBalance::of_run(&back, &NONLINEAR)?;
        let gained = balance.dissipated().last().copied();
        prop_assert!((lost.unwrap() + gained.unwrap()).abs() < 1e-9, "{lost:?} {gained:?}");
        prop_assert!(gained.unwrap() <= 0.0 && balance.largest_defect() < 1e-9);
    }
}

#[test]
fn the_table_has_its_columns_and_a_wrong_potential_is_refused() {
    let ball = HeavyBall::new(1.0, 0.5).unwrap();
    let bowl = Quadratic::diagonal(dvector![1.0, 2.0]).unwrap();
    let run = Problem::new(ball, bowl.clone(), dvector![1.0, 1.0])
        .solve(&Leapfrog::new(0.1).unwrap())
        .unwrap();
    let balance = EnergyBalance::of_run(&run, &bowl).unwrap();
    let csv = balance.to_csv();
    assert!(
        csv.starts_with(
            "t,energy,dissipated,defect\n0.0000000000000000e0,1.5000000000000000e0,0.0"
        )
    );
    assert_eq!(csv.lines().count(), 12);
    let spoiled = heavyball::potentials::from_fn(
        |x: &nalgebra::DVector<f64>| if x[0] < 0.9 { f64::NAN } else { x.norm() },
        |x: &nalgebra::DVector<f64>| x.clone(),
    );
    assert!(
        EnergyBalance::of_run(&run, &spoiled)
            .unwrap()
            .largest_defect()
            .is_nan()
    );
    let other = Quadratic::diagonal(dvector![1.0]).unwrap();
    let refused = EnergyBalance::of_run(&run, &other);
    assert!(matches!(
        refused,
        Err(Error::Vector(VectorError::DimensionMismatch { .. }))
    ));
}
