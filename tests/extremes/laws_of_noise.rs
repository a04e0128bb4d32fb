//! Laws that hold for every method in a bath and every rule with noise in its gradient: the units, the kind of dimension
//! and a break in the run do not matter. The noise is the same on both sides, so every bit is.

use crate::laws::{Dynamic, Moved, ball, potentials, start};
use heavyball::langevin::{
    Aboba, Baoab, Boaob, EulerMaruyama, Langevin, LangevinMethod, Obabo, StochasticSymplecticEuler,
};
use heavyball::noise::Noise;
use heavyball::potentials::NoisyGradient;
use heavyball::prelude::*;
use nalgebra::{Const, DVector, Vector2};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

const DT: f64 = 1.0 / 256.0;
const STEPS: usize = 100;

/// Does the same with every method.
macro_rules! every_method {
    ($do:ident) => {
        $do!(Baoab);
        $do!(Obabo);
        $do!(Aboba);
        $do!(Boaob);
        $do!(StochasticSymplecticEuler);
        $do!(EulerMaruyama);
    };
}

fn bath((mass, drag): (f64, f64), temperature: f64) -> Langevin {
    // The overdamped limit needs a drag.
    Langevin::new(HeavyBall::new(mass, drag + 0.1).unwrap(), temperature).unwrap()
}

fn end<M: LangevinMethod>(
    method: &M,
    bath: &Langevin,
    potential: &impl Potential<f64, Const<2>>,
    (position, momentum): (Vector2<f64>, Vector2<f64>),
) -> Phase<f64, Const<2>> {
    let start = Phase::new(position, momentum);
    let run = method.phases(bath, potential, start, Noise::new(9));
    run.unwrap().after(STEPS).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, rng_seed: RngSeed::Fixed(3), failure_persistence: None, ..ProptestConfig::default() })]

    /// The gauge (c²m, cγ, ct) at the same temperature: the same path, c times as slowly; and c·(m, γ, f, T): the same
    /// motion. Derivation (14), with the noise.
    #[test]
    fn units_of_time_and_mass_do_not_matter(
        ball in ball(), start in start(), temperature in 0.0..2.0_f64, exponent in -15..15_i32, weight in -150..150_i32,
    ) {
        // Powers of four, whose roots are exact.
        let [c, w] = [exponent, weight].map(|n| f64::from(2 * n).exp2());
        let here = bath(ball, temperature);
        let HeavyBall { mass, drag, .. } = here.ball;
        let slow = Langevin::new(HeavyBall::new(c * c * mass, c * drag).unwrap(), temperature).unwrap();
        let heavy = Langevin::new(HeavyBall::new(w * mass, w * drag).unwrap(), w * temperature).unwrap();
        for potential in potentials() {
            let usual = Moved::of(potential.as_ref());
            let steep = Moved { factor: w, ..usual };
            macro_rules! compare {
                ($method:ident) => {{
                    let a = end(&$method::new(DT).unwrap(), &here, &usual, start);
                    let b = end(&$method::new(c * DT).unwrap(), &slow, &usual, (start.0, start.1 * c));
                    prop_assert_eq!(a.position, b.position);
                    prop_assert_eq!(a.momentum * c, b.momentum);
                    let b = end(&$method::new(DT).unwrap(), &heavy, &steep, (start.0, start.1 * w));
                    prop_assert_eq!(a.position, b.position);
                    prop_assert_eq!(a.momentum * w, b.momentum);
                }};
            }
            every_method!(compare);
        }
    }

    /// x → λx with f → λ²f(x/λ) and T → λ²T: lengths scale.
    #[test]
    fn units_of_length_do_not_matter(
        ball in ball(), start in start(), temperature in 0.0..2.0_f64, exponent in -400..400_i32,
    ) {
        let length = f64::from(exponent).exp2();
        let (here, large) = (bath(ball, temperature), bath(ball, temperature * length * length));
        for potential in potentials() {
            let usual = Moved::of(potential.as_ref());
            let wide = Moved { length, factor: length * length, ..usual };
            macro_rules! compare {
                ($method:ident) => {{
                    let method = $method::new(DT).unwrap();
                    let a = end(&method, &here, &usual, start);
                    let b = end(&method, &large, &wide, (start.0 * length, start.1 * length));
                    prop_assert_eq!(a.position * length, b.position);
                    prop_assert_eq!(a.momentum * length, b.momentum);
                }};
            }
            every_method!(compare);
        }
    }

    /// Static and dynamic dimension, and a run in two pieces: the same bits.
    #[test]
    fn the_kind_of_dimension_and_a_break_do_not_matter(
        ball in ball(), start in start(), temperature in 0.0..2.0_f64, cut in 1..STEPS,
    ) {
        let bath = bath(ball, temperature);
        for potential in potentials() {
            let dynamic = Dynamic(potential.as_ref());
            let usual = Moved::of(potential.as_ref());
            macro_rules! compare {
                ($method:ident) => {{
                    let method = $method::new(DT).unwrap();
                    let vectors = [start.0, start.1].map(|x| DVector::from_column_slice(x.as_slice()));
                    let [position, momentum] = vectors;
                    let run = method.phases(&bath, &dynamic, Phase::new(position, momentum), Noise::new(9));
                    let mut run = run.unwrap();
                    let half = run.nth(cut).unwrap();
                    let whole = run.after(STEPS - cut - 1).unwrap();
                    let rest = method.phases(&bath, &dynamic, half, Noise::new(9)).unwrap().from_step(cut);
                    prop_assert_eq!(&rest.after(STEPS - cut).unwrap(), &whole);
                    let fixed = method.phases(&bath, &potential, Phase::new(start.0, start.1), Noise::new(9));
                    let fixed = fixed.unwrap().after(STEPS).unwrap();
                    prop_assert_eq!(fixed.position.as_slice(), whole.position.as_slice());
                    prop_assert_eq!(fixed.momentum.as_slice(), whole.momentum.as_slice());
                    // And the same by a potential that computes ∇f after a move by nothing.
                    prop_assert_eq!(end(&method, &bath, &usual, (start.0, start.1)), fixed);
                }};
            }
            every_method!(compare);
        }
    }

    /// The rules with noise in their gradient: α in units of x²/f, the noise's variance in those of f²/x².
    #[test]
    fn updates_with_noise_have_units(
        start in start(), beta in 0.0..1.0_f64, variance in 0.0..9.0_f64, exponent in -200..200_i32,
    ) {
        let length = f64::from(exponent).exp2();
        for potential in potentials() {
            let usual = Moved::of(potential.as_ref());
            let wide = Moved { length, ..usual };
            let here = NoisyGradient::isotropic(usual, variance, 5).unwrap();
            let large = NoisyGradient::isotropic(wide, variance / length / length, 5).unwrap();
            let (alpha, wider) = (1e-4, 1e-4 * length * length);
            macro_rules! compare {
                ($rule:expr, $scaled:expr) => {{
                    let a = $rule.unwrap().iterates(&here, start.0).after(40).unwrap();
                    let b = $scaled.unwrap().iterates(&large, start.0 * length).after(40).unwrap();
                    prop_assert_eq!(a.position * length, b.position);
                }};
            }
            compare!(GradientDescent::new(alpha), GradientDescent::new(wider));
            compare!(Momentum::new(alpha, beta), Momentum::new(wider, beta));
            compare!(Nesterov::new(alpha, beta), Nesterov::new(wider, beta));
        }
    }
}
