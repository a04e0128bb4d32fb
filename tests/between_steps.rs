//! Between the steps of a fixed method, whatever the last step's length, the origin of time and of space.

use heavyball::prelude::*;
use nalgebra::vector;

/// Largest error in x and p of 2001 samples, and of the steps themselves, on m = 1, γ = 0.4, k = 4.
fn errors<M: FixedStep<f64>>(method: &M, until: f64) -> Result<[f64; 2], Error> {
    let exact = DampedOscillator::new(1.0, 0.4, 4.0)?;
    let bowl = Quadratic::diagonal(vector![4.0])?;
    let problem = Problem::new(HeavyBall::new(1.0, 0.4)?, bowl, vector![1.0]).until(until);
    let run = problem.solve(method)?;
    let error = |time: f64, x: f64, p: f64| {
        let (exact_x, exact_p) = exact.at(time, 1.0, 0.0);
        (x - exact_x).abs().max((p - exact_p).abs())
    };
    let samples = run.sample(2001);
    assert_eq!(samples.len(), 2001);
    let between = samples.iter();
    let between = between.map(|(time, phase)| error(*time, phase.position.x, phase.momentum.x));
    let steps = run.times().iter().zip(run.states());
    let steps = steps.map(|(time, phase)| error(*time, phase.position.x, phase.momentum.x));
    Ok([between.fold(0.0, f64::max), steps.fold(0.0, f64::max)])
}

/// Derivation (27), (32): a last step that is far shorter than the others leaves the interpolation alone.
#[test]
fn a_sliver_at_the_end_spoils_nothing() -> Result<(), Error> {
    let base = || Leapfrog::new(0.1);
    let rests = (1..=14).map(|digits| 0.1 * 10_f64.powi(-digits));
    for until in rests.map(|rest| 3.0 + rest).chain([20.400_000_000_000_02]) {
        let all = [
            ("Leapfrog", errors(&base()?, until)?),
            ("Suzuki4", errors(&Composition::suzuki4(base()?)?, until)?),
            ("Yoshida4", errors(&Composition::yoshida4(base()?)?, until)?),
            ("Yoshida6", errors(&Composition::yoshida6(base()?)?, until)?),
            ("Yoshida8", errors(&Composition::yoshida8(base()?)?, until)?),
        ];
        for (name, [between, steps]) in all {
            assert!(
                between <= 3.0 * steps,
                "{name} until {until}: {between} {steps}"
            );
        }
    }
    Ok(())
}

/// Where times round to the same number, every time still has its phase.
#[test]
fn times_that_coincide_are_told_apart_by_their_steps() -> Result<(), Error> {
    let problem = Problem::new(HeavyBall::new(1.0, 0.5)?, DoubleWell, vector![-1.5, 0.3]);
    let run = problem
        .from(1e9)
        .until(1e9 + 1e-5)
        .solve(&Composition::yoshida8(Leapfrog::new(1e-8)?)?)?;
    for (_, phase) in run.sample(50) {
        assert!((phase.position - vector![-1.5, 0.3]).norm() < 1e-8);
        assert!(phase.momentum.norm() < 1e-4);
    }
    assert!(run.at(run.times()[500])?.position.x.is_finite());
    Ok(())
}

/// Far from the origin, where positions hold few digits of a displacement, momenta keep theirs.
#[test]
fn momenta_keep_their_digits_far_from_the_origin() -> Result<(), Error> {
    let well = from_fn(
        |x: &nalgebra::Vector1<f64>| 0.5 * (x.x - 1e6).powi(2),
        |x: &nalgebra::Vector1<f64>| vector![x.x - 1e6],
    );
    for dt in [1e-3, 1e-4, 1e-6] {
        let problem = Problem::new(HeavyBall::new(1.0, 0.0)?, &well, vector![1e6 + 1e-3]);
        let until = 100.0 * dt;
        let run = problem.until(until).solve(&Leapfrog::new(dt)?)?;
        for (time, phase) in run.sample(399) {
            let exact = -1e-3 * time.sin();
            assert!(
                (phase.momentum.x - exact).abs() < 1e-10 + 1e-3 * dt,
                "{dt} {time}"
            );
        }
    }
    Ok(())
}
