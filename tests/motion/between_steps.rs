//! Between the steps: of a fixed method, whatever the last step's length, the origin of time and of space; and of Dop853,
//! by its polynomial of order 7 and by its fine output.

use heavyball::Himmelblau;
use heavyball::error::RunError;
use heavyball::prelude::*;
use nalgebra::{Const, SVector, Vector1, Vector2, vector};
use std::cell::Cell;

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
        .with_start_time(1e9)
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

/// ẏ_q = (q + 1)t^q, so that y_q = t^(q+1), for q from 0 to 8.
struct Powers;

impl FirstOrderSystem<Const<9>> for Powers {
    fn derivative(&self, time: f64, _: &SVector<f64, 9>, derivative: &mut SVector<f64, 9>) {
        for (q, rate) in (0..).zip(derivative.iter_mut()) {
            *rate = f64::from(q + 1) * time.powi(q);
        }
    }
}

/// The polynomial through a step of Dop853 is of degree 7, and right for every solution that is: powers up to t⁷ have
/// rounding alone between the steps, t⁸ has not, though the steps themselves are right up to there.
#[test]
fn dop853_reproduces_polynomials_of_degree_seven() -> Result<(), Error> {
    for (from, until) in [(0.0, 1.0), (-0.5, 0.7), (0.6, -0.8)] {
        let power = |time: f64, q: i32| time.powi(q + 1);
        let start = SVector::from_fn(|q, _| power(from, q as i32));
        let run = Dop853::new(1e-2, 1e-2).integrate(&Powers, (from, until), start)?;
        for (time, state) in run.times().iter().zip(run.states()) {
            for q in 0..8 {
                assert!((state[q as usize] - power(*time, q)).abs() < 1e-14);
            }
        }
        let mut eighth = 0.0_f64;
        for i in 0..=1000 {
            let time = from + f64::from(i) / 1000.0 * (until - from);
            let state = run.at(time)?;
            for q in 0..7 {
                let error = state[q as usize] - power(time, q);
                assert!(error.abs() < 1e-14, "{from} {time} t^{}: {error:e}", q + 1);
            }
            eighth = eighth.max((state[7] - power(time, 7)).abs());
        }
        assert!(eighth > 1e-9, "{eighth:e}");
    }
    Ok(())
}

/// The spring ẍ = −25x − 0.1ẋ, whose closed form is (27).
fn spring(until: f64) -> Result<Problem<impl Potential<f64, Const<1>>, Const<1>>, Error> {
    let bowl = Quadratic::diagonal(vector![25.0])?;
    Ok(Problem::new(HeavyBall::new(1.0, 0.1)?, bowl, vector![1.0]).until(until))
}

/// Derivation (27): at any tolerance the polynomial adds less than 25 tolerances to what the steps are wrong by, and at a tight
/// one a tenth of it; the fine output adds nothing that shows.
#[test]
fn dop853_between_its_steps_keeps_to_the_tolerance() -> Result<(), Error> {
    let exact = DampedOscillator::new(1.0, 0.1, 25.0)?;
    let problem = spring(20.0)?;
    for digits in 4..=13 {
        let tolerance = 10_f64.powi(-digits);
        let method = Dop853::new(tolerance, tolerance);
        let errors = |method: Dop853| -> Result<[f64; 2], Error> {
            let run = problem.solve(&method)?;
            let error = |time: f64, phase: &Phase<f64, Const<1>>| {
                let (x, p) = exact.at(time, 1.0, 0.0);
                (phase.position.x - x)
                    .abs()
                    .max((phase.momentum.x - p).abs())
            };
            let steps = run.times().iter().zip(run.states());
            let steps = steps.map(|(time, phase)| error(*time, phase));
            let mut between = 0.0_f64;
            for pair in run.times().windows(2) {
                for i in 1..16 {
                    let time = pair[0] + f64::from(i) / 16.0 * (pair[1] - pair[0]);
                    between = between.max(error(time, &run.at(time)?));
                }
            }
            Ok([steps.fold(0.0, f64::max), between].map(|error| error / tolerance))
        };
        let [steps, between] = errors(method)?;
        let [fine_steps, fine] = errors(method.with_fine_output())?;
        println!("1e-{digits}: steps {steps:.2}, between {between:.2}, fine {fine:.2}");
        assert_eq!(steps, fine_steps);
        // The error swings, so that it may be a little larger between the steps than at any of them.
        assert!(between < steps + 25.0 && fine < 1.1 * steps, "{digits}");
        if digits >= 8 {
            assert!(between < 1.1 * steps, "{digits}: {between} {steps}");
        }
    }
    Ok(())
}

/// How far `output` is from the fine output of the same steps, in tolerances of 1 + the size of the phase.
fn from_fine<P>(
    problem: &Problem<P, Const<2>>,
    tolerance: f64,
    output: impl Fn(Dop853) -> Dop853,
) -> Result<f64, Error>
where
    P: Potential<f64, Const<2>>,
{
    let method = Dop853::new(tolerance, tolerance);
    let run = problem.solve(&output(method))?;
    let fine = problem.solve(&method.with_fine_output())?;
    let mut worst = 0.0_f64;
    for pair in run.times().windows(2) {
        for i in 1..32 {
            let time = pair[0] + f64::from(i) / 32.0 * (pair[1] - pair[0]);
            let (found, exact) = (run.at(time)?, fine.at(time)?);
            let apart = (found.position - exact.position).amax();
            let apart = apart.max((found.momentum - exact.momentum).amax());
            let size = 1.0 + exact.position.amax().max(exact.momentum.amax());
            worst = worst.max(apart / size / tolerance);
        }
    }
    Ok(worst)
}

/// On motions without a closed form the polynomial adds 3 to 20 tolerances, at 1e-4 up to 110, and without dense output it
/// is up to 500. Where the drag and not the accuracy limits the steps,
/// a light ball's polynomial is no better than ten thousand: that is what the documentation warns of.
#[test]
fn dop853_between_its_steps_on_nonlinear_motions() -> Result<(), Error> {
    let ball = |mass, drag| HeavyBall::new(mass, drag);
    for digits in 4..=13 {
        let tolerance = 10_f64.powi(-digits);
        let well = Problem::new(ball(1.0, 0.2)?, DoubleWell, vector![-1.5, -1.4]).until(40.0);
        let valley = Problem::new(ball(1.0, 0.2)?, Rosenbrock, vector![-1.2, 1.0]).until(10.0);
        let hills = Problem::new(ball(1.0, 0.5)?, Himmelblau, vector![0.0, 0.0]).until(10.0);
        let all = [
            from_fine(&well, tolerance, |method| method)?,
            from_fine(&valley, tolerance, |method| method)?,
            from_fine(&hills, tolerance, |method| method)?,
        ];
        let none = from_fine(&well, tolerance, Dop853::without_dense_output)?;
        println!("1e-{digits}: {all:.1?}, without dense output {none:.0}");
        if digits == 6 {
            assert!(none > 300.0 && none < 1000.0, "{none}");
        }
        assert!(
            all.iter()
                .all(|worst| *worst < if digits == 4 { 120.0 } else { 20.0 }),
            "1e-{digits}: {all:?}"
        );
    }
    let light = Problem::new(ball(0.01, 1.0)?, DoubleWell, vector![0.5, 1.0]).until(3.0);
    let worst = from_fine(&light, 1e-12, |method| method)?;
    println!("stiff: {worst:.0}");
    assert!(worst > 1e3 && worst < 1e5, "{worst}");
    Ok(())
}

/// From one step to the next neither the state nor its derivative jumps, and at a step's time the state is the step's.
#[test]
fn dop853_joins_its_steps_smoothly() -> Result<(), Error> {
    let ball = HeavyBall::new(1.0, 0.2)?;
    let problem = Problem::new(ball, DoubleWell, vector![-1.5, -1.4]).until(20.0);
    let run = problem.solve(&Dop853::new(1e-8, 1e-8))?;
    let count = run.times().len();
    let inner = run.times().iter().zip(run.states()).take(count - 1).skip(1);
    for (time, phase) in inner {
        assert_eq!(&run.at(*time)?, phase);
        let before = run.at(time.next_down())?;
        assert!((before.position - phase.position).norm() < 1e-13);
        assert!((before.momentum - phase.momentum).norm() < 1e-13);
        // One-sided differences of order 2; their own error is that of the third derivative, below 1e2.
        let (velocity, delta) = (ball.velocity(phase), 1e-4);
        for delta in [delta, -delta] {
            let [near, far] = [run.at(time + delta)?, run.at(time + 2.0 * delta)?];
            let slope = (4.0 * near.position - far.position - 3.0 * phase.position) / (2.0 * delta);
            assert!((slope - velocity).norm() < 1e-6, "{time} {delta}");
        }
    }
    Ok(())
}

/// ẏ = F(t, y), or seen in a mirror: ẏ = −F(−t, y).
struct Mirrored(f64);

impl FirstOrderSystem<Const<2>> for Mirrored {
    fn derivative(&self, time: f64, state: &Vector2<f64>, derivative: &mut Vector2<f64>) {
        let time = self.0 * time;
        let rate = vector![state.y, -state.x.sin() + (0.3 * time).cos() * state.y];
        *derivative = self.0 * rate;
    }
}

/// A system and its mirror in time are one solution, run forward and backward, to the bit.
#[test]
fn backward_in_a_mirror_is_forward() -> Result<(), Error> {
    let method = Dop853::new(1e-9, 1e-9);
    for method in [
        method,
        method.with_fine_output(),
        method.without_dense_output(),
    ] {
        let forward = method.integrate(&Mirrored(1.0), (0.0, 7.0), vector![1.0, 0.5])?;
        let backward = method.integrate(&Mirrored(-1.0), (0.0, -7.0), vector![1.0, 0.5])?;
        assert_eq!(forward.evaluations(), backward.evaluations());
        for i in 0..=700 {
            let time = f64::from(i) / 100.0;
            assert_eq!(forward.at(time)?, backward.at(-time)?);
        }
    }
    Ok(())
}

/// ẏ = 50/cosh²(50(t − 1)), which is tanh(50(t − 1)): a step that does not expect it is too long.
struct Bump;

impl FirstOrderSystem<Const<1>> for Bump {
    fn derivative(&self, time: f64, _: &Vector1<f64>, derivative: &mut Vector1<f64>) {
        derivative.x = 50.0 / (50.0 * (time - 1.0)).cosh().powi(2);
    }
}

/// Tries that were rejected leave no stage behind in the polynomial of the step that follows.
#[test]
fn rejected_tries_leave_nothing_between_the_steps() -> Result<(), Error> {
    let start = vector![(-50.0_f64).tanh()];
    let run = Dop853::new(1e-9, 1e-9).integrate(&Bump, (0.0, 2.0), start)?;
    let accepted = 12 * (run.times().len() - 1) + 3;
    assert!(run.evaluations() > accepted + 5 * 11, "no try was rejected");
    for i in 0..=4000 {
        let time = f64::from(i) / 2000.0;
        let error = run.at(time)?.x - (50.0 * (time - 1.0)).tanh();
        assert!(error.abs() < 1e-7, "{time}: {error:e}");
    }
    Ok(())
}

/// ẏ = y, but not a number when asked for the time numbered `spoiled`.
struct Spoiled {
    asked: Cell<usize>,
    spoiled: usize,
}

impl FirstOrderSystem<Const<1>> for Spoiled {
    fn derivative(&self, _: f64, state: &Vector1<f64>, derivative: &mut Vector1<f64>) {
        self.asked.set(self.asked.get() + 1);
        let is_spoiled = self.asked.get() == self.spoiled;
        derivative.x = if is_spoiled { f64::NAN } else { state.x };
    }
}

/// A derivative that is not a number only where the polynomial asks for it ends the run with its time and step, and so does
/// one at the end of a step; no run ends well with a polynomial that is not finite.
#[test]
fn a_derivative_spoiled_between_the_steps_is_an_error() {
    let run = |method: Dop853, spoiled| {
        let asked = Cell::new(0);
        let system = Spoiled { asked, spoiled };
        method.integrate(&system, (0.0, 3.0), vector![1.0])
    };
    let method = Dop853::new(1e-9, 1e-9);
    let whole = run(method, 0).unwrap();
    let first = whole.times()[1];
    // Two at the start, the try, and the step's end; then for the output three in the step.
    let end = 2 + 11 + 1;
    for (spoiled, part, steps) in [
        (end, 1.0, 1),
        (end + 1, 0.1, 1),
        (end + 2, 0.2, 1),
        (end + 3, 7.0 / 9.0, 1),
        (end + 12, 1.1, 1),
    ] {
        match run(method, spoiled) {
            Err(Error::Run(RunError::NonFiniteGradient {
                step,
                time,
                position,
            })) => {
                assert_eq!(step, steps, "{spoiled}");
                assert!((time - part * first).abs() < 1e-12, "{spoiled}: {time}");
                assert!((position - time.exp()).abs() < 1e-6, "{spoiled}");
            }
            // The try after the first step is made again.
            other => assert!(part > 1.0 && other.is_ok(), "{spoiled} {other:?}"),
        }
    }
    let sparse = run(method.without_dense_output(), end);
    assert!(matches!(
        sparse,
        Err(Error::Run(RunError::NonFiniteGradient { step: 1, .. }))
    ));
    for method in [
        method,
        method.without_dense_output(),
        method.with_fine_output(),
    ] {
        for spoiled in 1..2 * whole.evaluations() {
            let Ok(run) = run(method, spoiled) else {
                continue;
            };
            for i in 0..=300 {
                let state = run.at(f64::from(i) / 100.0).unwrap();
                assert!(state.x.is_finite(), "{spoiled} {i}");
            }
        }
    }
}
