//! Laws that hold for every method and every potential: a motion does not depend on where it is looked at from, in which
//! units, or in how many pieces.
//!
//! Where a law is a change by a power of two, or none at all, a fixed step keeps it to the last bit.

use heavyball::motion::TrajectoryIn;
use heavyball::potentials::{Himmelblau, Rosenbrock};
use heavyball::prelude::*;
use heavyball::{DriftKickEuler, Linear, Method};
use nalgebra::{Const, DVector, Dyn, Rotation2, Vector2, vector};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

type Plane = Const<2>;

/// c·f(λ⁻¹Rᵀ(x − a)).
#[derive(Clone, Copy)]
pub(crate) struct Moved<'p> {
    pub(crate) potential: &'p dyn Potential<f64, Plane>,
    pub(crate) by: Vector2<f64>,
    pub(crate) turn: Rotation2<f64>,
    pub(crate) length: f64,
    pub(crate) factor: f64,
}

impl<'p> Moved<'p> {
    pub(crate) fn of(potential: &'p dyn Potential<f64, Plane>) -> Self {
        Self {
            potential,
            by: Vector2::zeros(),
            turn: Rotation2::identity(),
            length: 1.0,
            factor: 1.0,
        }
    }

    fn inner(&self, x: &Vector2<f64>) -> Vector2<f64> {
        self.turn.inverse() * (x - self.by) / self.length
    }
}

impl Potential<f64, Plane> for Moved<'_> {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        self.factor * self.potential.value(&self.inner(x))
    }

    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        let mut inner = Vector2::zeros();
        self.potential.gradient(&self.inner(x), &mut inner);
        *gradient = self.turn * inner * (self.factor / self.length);
    }
}

/// The same potential on vectors of dynamic dimension.
pub(crate) struct Dynamic<'p>(pub(crate) &'p dyn Potential<f64, Plane>);

impl Potential<f64, Dyn> for Dynamic<'_> {
    fn value(&self, x: &DVector<f64>) -> f64 {
        self.0.value(&vector![x[0], x[1]])
    }

    fn gradient(&self, x: &DVector<f64>, gradient: &mut DVector<f64>) {
        let mut found = Vector2::zeros();
        self.0.gradient(&vector![x[0], x[1]], &mut found);
        gradient.copy_from_slice(found.as_slice());
    }
}

/// A potential times a factor.
struct Gentle<P>(P, f64);

impl<P: Potential<f64, Plane>> Potential<f64, Plane> for Gentle<P> {
    fn value(&self, x: &Vector2<f64>) -> f64 {
        self.1 * self.0.value(x)
    }

    fn gradient(&self, x: &Vector2<f64>, gradient: &mut Vector2<f64>) {
        self.0.gradient(x, gradient);
        *gradient *= self.1;
    }
}

pub(crate) fn potentials() -> Vec<Box<dyn Potential<f64, Plane>>> {
    vec![
        Box::new(DoubleWell),
        Box::new(Quadratic::diagonal(vector![3.0, 0.5]).unwrap()),
        // So gentle that errors do not grow by orders of magnitude within the span.
        Box::new(Gentle(Himmelblau, 0.1)),
        Box::new(Gentle(Rosenbrock, 0.01)),
        Box::new(Linear::new(vector![1.0, -0.3]).unwrap()),
    ]
}

const DT: f64 = 1.0 / 1024.0;
const UNTIL: f64 = 0.5;

/// The fixed steps, and for each whether it undoes itself.
macro_rules! fixed_steps {
    ($dt:expr) => {{
        let dt = $dt;
        let leapfrog = Leapfrog::new(dt).unwrap();
        let central = CentralLeapfrog::new(dt).unwrap();
        let steps: [(Box<dyn Method<_, _>>, bool); 9] = [
            (Box::new(ExplicitEuler::new(dt).unwrap()), false),
            (Box::new(SymplecticEuler::new(dt).unwrap()), false),
            (Box::new(DriftKickEuler::new(dt).unwrap()), false),
            (Box::new(ConformalEuler::new(dt).unwrap()), false),
            (Box::new(leapfrog), true),
            (Box::new(central), true),
            (Box::new(Composition::yoshida4(leapfrog).unwrap()), true),
            (Box::new(Composition::suzuki4(central).unwrap()), true),
            (Box::new(Composition::yoshida8(leapfrog).unwrap()), true),
        ];
        steps
    }};
}

/// The adaptive methods at a tolerance that a law is tested far above.
const TOLERANCE: f64 = 1e-10;
macro_rules! adaptive {
    () => {{
        let methods: [Box<dyn Method<_, _>>; 5] = [
            Box::new(Rk45::new(TOLERANCE, TOLERANCE)),
            Box::new(Dop853::new(TOLERANCE, TOLERANCE)),
            Box::new(Nystrom8::new(TOLERANCE, TOLERANCE)),
            Box::new(Nystrom12::new(TOLERANCE, TOLERANCE)),
            Box::new(Adaptive::new(TOLERANCE, TOLERANCE)),
        ];
        methods
    }};
}

fn problem<P: Potential<f64, Plane>>(
    (mass, drag): (f64, f64),
    potential: P,
    (x, u): (Vector2<f64>, Vector2<f64>),
    until: f64,
) -> Problem<P, Plane> {
    let ball = HeavyBall::new(mass, drag).unwrap();
    Problem::new(ball, potential, x)
        .with_velocity(u)
        .until(until)
}

fn ends(run: &TrajectoryIn<2>) -> (Vector2<f64>, Vector2<f64>) {
    (run.last().position, run.ball().velocity(run.last()))
}

fn near(
    found: (Vector2<f64>, Vector2<f64>),
    expected: (Vector2<f64>, Vector2<f64>),
    allowed: f64,
) -> bool {
    let size = 1.0 + expected.0.norm() + expected.1.norm();
    (found.0 - expected.0).norm() <= allowed * size
        && (found.1 - expected.1).norm() <= allowed * size
}

pub(crate) fn start() -> impl Strategy<Value = (Vector2<f64>, Vector2<f64>)> {
    prop::array::uniform4(-1.5..1.5_f64).prop_map(|[a, b, c, d]| (vector![a, b], vector![c, d]))
}

pub(crate) fn ball() -> impl Strategy<Value = (f64, f64)> {
    (0.2..5.0_f64, prop_oneof![Just(0.0), 0.0..3.0_f64])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() })]

    /// x → R(x + a): the motion moves and turns with its potential.
    #[test]
    fn motion_moves_and_turns_with_its_potential(
        ball in ball(), start in start(), by in prop::array::uniform2(-3.0..3.0_f64), angle in -3.0..3.0_f64,
    ) {
        for potential in potentials() {
            let turn = Rotation2::new(angle);
            let moved = Moved { by: by.into(), turn, ..Moved::of(potential.as_ref()) };
            let place = |(x, u): (Vector2<f64>, Vector2<f64>)| (turn * x + moved.by, turn * u);
            let there = problem(ball, moved, place(start), UNTIL);
            let here = problem(ball, Moved::of(potential.as_ref()), start, UNTIL);
            for (method, _) in fixed_steps!(DT) {
                let (a, b) = (here.solve(method.as_ref()).unwrap(), there.solve(method.as_ref()).unwrap());
                prop_assert!(near(ends(&b), place(ends(&a)), 1e-8));
            }
            for method in adaptive!() {
                let (a, b) = (here.solve(method.as_ref()).unwrap(), there.solve(method.as_ref()).unwrap());
                prop_assert!(near(ends(&b), place(ends(&a)), 1e3 * TOLERANCE));
            }
        }
    }

    /// The gauge (c²m, cγ, ct), derivation (14): the same path, c times as slowly; and c·(m, γ, f): the same motion. For
    /// powers of two every fixed step keeps each bit.
    #[test]
    fn units_of_time_and_mass_do_not_matter(ball in ball(), start in start(), exponent in -30..30_i32, weight in -300..300_i32) {
        let (c, w) = (f64::from(exponent).exp2(), f64::from(weight).exp2());
        for potential in potentials() {
            let here = problem(ball, Moved::of(potential.as_ref()), start, UNTIL);
            let slow_start = (start.0, start.1 / c);
            let slow = problem((c * c * ball.0, c * ball.1), Moved::of(potential.as_ref()), slow_start, c * UNTIL);
            let heavy = Moved { factor: w, ..Moved::of(potential.as_ref()) };
            let heavy = problem((w * ball.0, w * ball.1), heavy, start, UNTIL);
            for ((usual, _), (slowed, _)) in fixed_steps!(DT).into_iter().zip(fixed_steps!(c * DT)) {
                let a = here.solve(usual.as_ref()).unwrap();
                let b = slow.solve(slowed.as_ref()).unwrap();
                prop_assert_eq!(a.last().position, b.last().position);
                prop_assert_eq!(a.last().momentum * c, b.last().momentum);
                let b = heavy.solve(usual.as_ref()).unwrap();
                prop_assert_eq!(a.last().position, b.last().position);
                prop_assert_eq!(a.last().momentum * w, b.last().momentum);
            }
        }
    }

    /// x → λx with f → λ²f(x/λ): lengths scale, by λ = 2^±500 ≈ 1e±150 to the last bit; on any potential.
    #[test]
    fn units_of_length_do_not_matter(ball in ball(), start in start(), exponent in -500..500_i32) {
        let length = f64::from(exponent).exp2();
        for potential in potentials() {
            let here = problem(ball, Moved::of(potential.as_ref()), start, UNTIL);
            let large = Moved { length, factor: length * length, ..Moved::of(potential.as_ref()) };
            let large = problem(ball, large, (start.0 * length, start.1 * length), UNTIL);
            for (method, _) in fixed_steps!(DT) {
                let (a, b) = (here.solve(method.as_ref()).unwrap(), large.solve(method.as_ref()).unwrap());
                prop_assert_eq!(a.last().position * length, b.last().position);
                prop_assert_eq!(a.last().momentum * length, b.last().momentum);
            }
            // With a tolerance in the same units, adaptive methods take the same steps.
            let tolerance = TOLERANCE * length;
            let a = here.solve(&Nystrom8::new(TOLERANCE, TOLERANCE)).unwrap();
            let b = large.solve(&Nystrom8::new(TOLERANCE, tolerance)).unwrap();
            prop_assert_eq!(a.times(), b.times());
            prop_assert_eq!(a.last().position * length, b.last().position);
        }
    }

    /// A span in two pieces is the span, to the last bit where the cut is a step.
    #[test]
    fn a_span_may_be_cut(ball in ball(), start in start(), cut in 1..511_u32) {
        let half = f64::from(cut) * DT;
        for potential in potentials() {
            let moved = Moved::of(potential.as_ref());
            let whole = problem(ball, moved, start, UNTIL);
            let first = problem(ball, moved, start, half);
            let rest = |found: &TrajectoryIn<2>| {
                problem(ball, moved, ends(found), UNTIL).with_start_time(half).until(UNTIL)
            };
            for (method, _) in fixed_steps!(DT) {
                let piece = first.solve(method.as_ref()).unwrap();
                let (a, b) = (whole.solve(method.as_ref()).unwrap(), rest(&piece).solve(method.as_ref()).unwrap());
                // The velocity of the second piece is a quotient by the mass.
                prop_assert!(near(ends(&b), ends(&a), 1e-11));
            }
            for method in adaptive!() {
                let piece = first.solve(method.as_ref()).unwrap();
                let (a, b) = (whole.solve(method.as_ref()).unwrap(), rest(&piece).solve(method.as_ref()).unwrap());
                prop_assert!(near(ends(&b), ends(&a), 1e3 * TOLERANCE));
            }
        }
    }

    /// Without drag the reversed motion goes back: symmetric methods to rounding, the adaptive ones to their tolerance.
    #[test]
    fn without_drag_the_motion_can_be_reversed(mass in 0.2..5.0_f64, start in start()) {
        for potential in potentials() {
            let moved = Moved::of(potential.as_ref());
            let forth = problem((mass, 0.0), moved, start, UNTIL);
            let back = |run: &TrajectoryIn<2>| {
                let (x, u) = ends(run);
                problem((mass, 0.0), moved, (x, -u), UNTIL)
            };
            let expected = (start.0, -start.1);
            for (method, symmetric) in fixed_steps!(DT) {
                // What does not undo itself may even diverge on the way back.
                let end = forth
                    .solve(method.as_ref())
                    .and_then(|run| back(&run).solve(method.as_ref()));
                let returns = end.is_ok_and(|end| near(ends(&end), expected, 1e-9));
                prop_assert_eq!(returns, symmetric);
            }
            for method in adaptive!() {
                let end = back(&forth.solve(method.as_ref()).unwrap()).solve(method.as_ref()).unwrap();
                prop_assert!(near(ends(&end), expected, 1e3 * TOLERANCE));
            }
        }
    }

    /// Static and dynamic dimension: the same bits by every fixed step and every adaptive method.
    #[test]
    fn the_kind_of_dimension_does_not_matter(ball in ball(), start in start()) {
        for potential in potentials() {
            let fixed = problem(ball, Moved::of(potential.as_ref()), start, UNTIL);
            let (x, u) = (DVector::from_column_slice(start.0.as_slice()), DVector::from_column_slice(start.1.as_slice()));
            let moved = Moved::of(potential.as_ref());
            let dynamic = Problem::new(HeavyBall::new(ball.0, ball.1).unwrap(), Dynamic(&moved), x)
                .with_velocity(u)
                .until(UNTIL);
            for ((a, _), (b, _)) in fixed_steps!(DT).into_iter().zip(fixed_steps!(DT)) {
                let (a, b) = (fixed.solve(a.as_ref()).unwrap(), dynamic.solve(b.as_ref()).unwrap());
                prop_assert_eq!(a.last().position.as_slice(), b.last().position.as_slice());
                prop_assert_eq!(a.last().momentum.as_slice(), b.last().momentum.as_slice());
            }
            for (a, b) in adaptive!().into_iter().zip(adaptive!()) {
                let (a, b) = (fixed.solve(a.as_ref()).unwrap(), dynamic.solve(b.as_ref()).unwrap());
                prop_assert_eq!(a.times(), b.times());
                prop_assert_eq!(a.last().position.as_slice(), b.last().position.as_slice());
                let between = 0.37 * UNTIL;
                let (a, b) = (a.at(between).unwrap(), b.at(between).unwrap());
                prop_assert_eq!(a.position.as_slice(), b.position.as_slice());
            }
        }
    }

    /// Single precision follows double precision to its own.
    #[test]
    fn single_precision_follows_double(ball in ball(), start in start()) {
        let phase = HeavyBall::new(ball.0, ball.1).unwrap().launch(start.0, start.1);
        let double = HeavyBall::new(ball.0, ball.1).unwrap();
        let single = HeavyBall::of(ball.0 as f32, ball.1 as f32).unwrap();
        let start = Phase::new(phase.position.map(|x| x as f32), phase.momentum.map(|p| p as f32));
        macro_rules! compare {
            ($method:ident) => {{
                let a = $method::new(0.01).unwrap().phases(&double, &DoubleWell, phase.clone()).unwrap().after(50).unwrap();
                let b = $method::of(0.01_f32).unwrap().phases(&single, &DoubleWell, start.clone()).unwrap().after(50).unwrap();
                let miss = (a.position - b.position.map(f64::from)).norm() + (a.momentum - b.momentum.map(f64::from)).norm();
                prop_assert!(miss < 2e-4 * (1.0 + a.position.norm() + a.momentum.norm()), "{} {miss}", stringify!($method));
            }};
        }
        compare!(ExplicitEuler);
        compare!(SymplecticEuler);
        compare!(DriftKickEuler);
        compare!(ConformalEuler);
        compare!(Leapfrog);
        compare!(CentralLeapfrog);
    }

    /// The update rules: a step does not depend on the place, the direction or the units, α in units of x²/f.
    #[test]
    fn updates_move_with_their_potential(start in start(), beta in 0.0..1.0_f64, by in prop::array::uniform2(-3.0..3.0_f64), exponent in -200..200_i32) {
        let length = f64::from(exponent).exp2();
        for potential in potentials() {
            let here = Moved::of(potential.as_ref());
            let large = Moved { length, factor: 1.0, ..here };
            let moved = Moved { by: by.into(), turn: Rotation2::new(1.0), ..here };
            let scale = length * length;
            macro_rules! compare {
                ($rule:expr, $scaled:expr) => {{
                    let (rule, scaled) = ($rule, $scaled);
                    let a = rule.iterates(&here, start.0).after(40).unwrap();
                    let b = scaled.iterates(&large, start.0 * length).after(40).unwrap();
                    prop_assert_eq!(a.position * length, b.position);
                    let c = rule.iterates(&moved, moved.turn * start.0 + moved.by).after(40).unwrap();
                    let miss = (moved.turn * a.position + moved.by - c.position).norm();
                    prop_assert!(miss < 1e-9 * (1.0 + c.position.norm()), "{miss}");
                }};
            }
            let alpha = 1e-4;
            compare!(GradientDescent::new(alpha).unwrap(), GradientDescent::new(alpha * scale).unwrap());
            compare!(Momentum::new(alpha, beta).unwrap(), Momentum::new(alpha * scale, beta).unwrap());
            compare!(Nesterov::new(alpha, beta).unwrap(), Nesterov::new(alpha * scale, beta).unwrap());
        }
    }
}

/// One ball and the same ball in an ensemble: the same bits, by every fixed step.
#[cfg(feature = "parallel")]
#[test]
fn a_ball_alone_is_a_ball_of_an_ensemble() {
    use heavyball::ensemble::{Ensemble, Random};
    let ball = HeavyBall::new(0.7, 0.3).unwrap();
    let starts: Vec<_> = Random::new(5)
        .uniform([-1.5, -1.5], [1.5, 1.5])
        .unwrap()
        .take(70)
        .collect();
    macro_rules! compare {
        ($method:expr) => {{
            let method = $method.unwrap();
            let phases = starts.iter().map(|x| Phase::at_rest(*x));
            let run = Ensemble::from_phases(&method, &ball, &DoubleWell, phases)
                .unwrap()
                .after(100)
                .unwrap();
            for (start, end) in starts.iter().zip(run.states()) {
                let alone = method
                    .phases(&ball, &DoubleWell, Phase::at_rest(*start))
                    .unwrap();
                assert_eq!(&alone.after(100).unwrap(), end);
            }
        }};
    }
    compare!(ExplicitEuler::new(0.01));
    compare!(SymplecticEuler::new(0.01));
    compare!(DriftKickEuler::new(0.01));
    compare!(ConformalEuler::new(0.01));
    compare!(Leapfrog::new(0.01));
    compare!(CentralLeapfrog::new(0.01));
    compare!(Leapfrog::new(0.01).and_then(Composition::yoshida4));
}
