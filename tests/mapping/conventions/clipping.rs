//! Clipping and maximisation change the force, in the order of the frameworks: Derivation (62).

use crate::support::exact::{Polynomial, gradient, polynomials, ratio, vectors};
use heavyball::error::{FrameworkError, ParameterError};
use heavyball::frameworks::{Clipping, Convention, Sgd, WeightDecay};
use heavyball::potentials::{from_fn, with_spring};
use heavyball::prelude::*;
use heavyball::{Linear, Number};
use nalgebra::{Const, SVector, vector};
use num_dual::Dual64;
use num_rational::BigRational;
use num_traits::{One, Signed};
use proptest::prelude::*;

const STEPS: usize = 4;

/// Every convention that has the variant, without dampening.
fn conventions<T: Number>(nesterov: bool) -> Vec<Convention<T>> {
    let dampening = T::zero;
    let mut all = vec![
        Convention::PyTorch {
            dampening: dampening(),
            nesterov,
        },
        Convention::Optax { nesterov },
        Convention::Keras { nesterov },
        Convention::Mlx {
            dampening: dampening(),
            nesterov,
        },
        Convention::Burn {
            dampening: dampening(),
            nesterov,
        },
        Convention::TwoStep { nesterov },
        Convention::Sutskever { nesterov },
    ];
    if nesterov {
        all.push(Convention::FluxNesterov);
    } else {
        all.extend([Convention::FluxMomentum, Convention::ExponentialAverage]);
    }
    all
}

/// A polynomial whose force is bounded in each component, and reversed if it is a hill to climb.
#[derive(Debug)]
struct Bounded<'f> {
    f: &'f Polynomial<2>,
    bound: BigRational,
    climbed: bool,
}

impl Potential<BigRational, Const<2>> for Bounded<'_> {
    fn value(&self, x: &SVector<BigRational, 2>) -> BigRational {
        self.f.value(x)
    }

    fn gradient(&self, x: &SVector<BigRational, 2>, slope: &mut SVector<BigRational, 2>) {
        let sign = if self.climbed { -1 } else { 1 };
        *slope = gradient(self.f, x).map(|g| {
            let size = if g.abs() > self.bound {
                self.bound.clone()
            } else {
                g.abs()
            };
            size * g.signum() * ratio(sign, 1)
        });
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Derivation (62): a line that clips by value, climbs and has coupled weight decay is the plain line on the bounded
    /// force, reversed, with the spring: in this order, in every convention.
    #[test]
    fn clip_then_sign_then_spring(
        (eta, mu) in ((1_i64..=9, 10_i64..=40), 1_i64..=19).prop_map(|((n, d), m)| (ratio(n, d), ratio(m, 20))),
        (bound, decay) in (1_i64..=20, 0_i64..=20).prop_map(|(c, k)| (ratio(c, 4), ratio(k, 20))),
        nesterov in any::<bool>(), climbed in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        let mut compared = 0;
        for convention in conventions(nesterov) {
            let plain = Sgd::of(convention, eta.clone(), mu.clone())?;
            let Ok(line) = plain.clone().with_maximize(climbed) else { continue };
            let Ok(line) = line.with_weight_decay(WeightDecay::Coupled(decay.clone())) else { continue };
            let line = line.with_clipping(Clipping::value(bound.clone())?);
            let bounded = Bounded { f: &f, bound: bound.clone(), climbed };
            let forced = with_spring(bounded, decay.clone())?;
            let theirs = plain.run(&forced, start.clone());
            for (ours, theirs) in line.run(&f, start.clone()).zip(theirs).take(STEPS + 1) {
                prop_assert_eq!(&ours, &theirs, "{}", &line);
            }
            // Its Sutskever form is the same rule on that force.
            let first = line.iterate(&f, &line.fresh(start.clone()))?;
            let form = line.sutskever()?.iterates(&forced, first.position).with_velocity(first.velocity);
            for (state, iterate) in line.run(&f, start.clone()).zip(form).take(STEPS + 1) {
                prop_assert_eq!(&line.iterate(&f, &state)?, &iterate, "{}", &line);
            }
            // What can be translated has the same options.
            for to in conventions(nesterov) {
                match line.translated(to.clone()) {
                    Ok(other) => {
                        prop_assert_eq!(other.clipping(), line.clipping());
                        prop_assert_eq!(other.is_maximizing(), climbed);
                        prop_assert_eq!(other.spring(), line.spring());
                    }
                    Err(error) => {
                        let no_sign = matches!(error, Error::Framework(FrameworkError::NoMaximize { .. }));
                        let is_keras = matches!(to, Convention::Keras { .. });
                        prop_assert!(no_sign && climbed || is_keras && !decay.is_zero_decay(), "{}", error);
                    }
                }
            }
            compared += 1;
        }
        let keras = usize::from(decay == ratio(0, 1));
        let expected = match (climbed, nesterov) { (true, _) => 4, (false, true) => 7 + keras, (false, false) => 8 + keras };
        prop_assert_eq!(compared, expected);
    }

    /// Derivation (62): the velocity never exceeds αc(1 − βᵏ)/(1 − β), and on a steep slope it is that, but for the 1e-6
    /// that PyTorch adds to the norm.
    #[test]
    fn the_velocity_is_bounded(
        alpha in 1e-3_f64..0.5, beta in 0.0_f64..0.99, bound in 1e-2_f64..10.0, angle in 0.0_f64..6.3,
    ) {
        let slope = Linear::new(vector![100.0 * angle.cos(), 100.0 * angle.sin()])?;
        let terminal = |k: usize| alpha * bound * (1.0 - beta.powi(k as i32)) / (1.0 - beta);
        for (convention, epsilon) in [
            (Convention::Sutskever { nesterov: false }, 0.0),
            (Convention::PyTorch { dampening: 0.0, nesterov: false }, 1e-8),
        ] {
            let line = Sgd::new(convention, alpha, beta)?.with_clipping(Clipping::norm(bound)?);
            for (k, state) in line.run(&slope, vector![0.0, 0.0]).take(60).enumerate() {
                let speed = line.iterate(&slope, &state)?.velocity.norm();
                prop_assert!((speed - terminal(k) / (1.0 + epsilon)).abs() < 1e-12 * terminal(60));
            }
            for (k, state) in line.run(&DoubleWell, vector![3.0, -2.0]).take(60).enumerate() {
                let speed = line.iterate(&DoubleWell, &state)?.velocity.norm();
                prop_assert!(speed <= terminal(k) * (1.0 + 1e-12));
            }
        }
    }
}

trait IsZeroDecay {
    fn is_zero_decay(&self) -> bool;
}

impl IsZeroDecay for BigRational {
    fn is_zero_decay(&self) -> bool {
        *self == Self::one() - Self::one()
    }
}

/// By hand: the gradient (3, 4) of norm 5, clipped to 2.
#[test]
fn the_three_formulas_of_a_norm() -> Result<(), Error> {
    let bowl = Quadratic::diagonal(vector![1.0, 1.0])?;
    for convention in conventions::<f64>(false) {
        let line = Sgd::new(convention, 0.5, 0.5)?.with_clipping(Clipping::norm(2.0)?);
        let moved = line
            .run(&bowl, vector![3.0, 4.0])
            .nth(1)
            .map(|state| vector![3.0, 4.0] - state.parameter);
        let epsilon = match convention {
            Convention::PyTorch { .. } | Convention::Mlx { .. } => 1e-6,
            _ => 0.0,
        };
        let alpha = *line.sutskever()?.alpha();
        let expected = vector![3.0, 4.0] * (alpha * 2.0 / (5.0 + epsilon));
        assert!(
            moved.is_some_and(|moved| (moved - expected).norm() < 1e-15),
            "{line}"
        );
        // A gradient shorter than the bound is left alone, bit for bit.
        let short = line.run(&bowl, vector![0.3, 0.4]).nth(3);
        assert_eq!(
            short,
            Sgd::new(convention, 0.5, 0.5)?
                .run(&bowl, vector![0.3, 0.4])
                .nth(3)
        );
    }
    Ok(())
}

/// A gradient whose square overflows, or underflows, is clipped like any other; NaN ends the run.
#[test]
fn gradients_of_any_size() -> Result<(), Error> {
    let line = Sgd::new(Convention::Optax { nesterov: false }, 1.0, 0.5)?;
    for size in [1e200, 1e-200, f64::MAX / 4.0] {
        let slope = Linear::new(vector![3.0 * (size / 4.0), size])?;
        let bound = size.min(1e-3) * 1e-3;
        let clipped = line.with_clipping(Clipping::norm(bound)?);
        let state = clipped.run(&slope, vector![0.0, 0.0]).nth(1);
        let expected = vector![-0.6, -0.8] * bound;
        assert!(
            state.is_some_and(|state| (state.parameter - expected).norm() < 1e-15 * bound),
            "{size:e}"
        );
    }
    let broken = from_fn(|_: &nalgebra::Vector1<f64>| 0.0, |_| vector![f64::NAN]);
    for clipping in [Clipping::norm(1.0)?, Clipping::value(1.0)?] {
        let mut run = line.with_clipping(clipping).run(&broken, vector![1.0]);
        assert_eq!(run.by_ref().take(5).count(), 1);
        assert!(run.failure().is_some());
    }
    Ok(())
}

/// The derivative of the end with respect to the bound of a norm, by dual numbers and by central differences.
#[test]
fn the_bound_can_be_differentiated() -> Result<(), Error> {
    let end = |bound: f64| -> Result<f64, Error> {
        let line = Sgd::new(Convention::Keras { nesterov: true }, 0.05, 0.8)?
            .with_clipping(Clipping::norm(bound)?);
        Ok(line
            .run(&DoubleWell, vector![-1.8, -1.5])
            .nth(20)
            .map_or(f64::NAN, |state| state.parameter.x))
    };
    let constant = Dual64::from;
    let line = Sgd::of(
        Convention::Keras { nesterov: true },
        constant(0.05),
        constant(0.8),
    )?
    .with_clipping(Clipping::norm(Dual64::new(1.3, 1.0))?);
    let run = line
        .run(&DoubleWell, vector![constant(-1.8), constant(-1.5)])
        .nth(20);
    let slope = run.map_or(f64::NAN, |state| state.parameter.x.eps);
    let difference = (end(1.3 + 1e-6)? - end(1.3 - 1e-6)?) / 2e-6;
    assert!(
        (slope - difference).abs() < 1e-7 && slope.abs() > 1e-3,
        "{slope} {difference}"
    );
    Ok(())
}

/// Nonsense is refused by name.
#[test]
fn bounds_that_are_refused() {
    for bound in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        for (clipping, kind) in [
            (Clipping::norm(bound), "the bound of clipping by norm"),
            (Clipping::value(bound), "the bound of clipping by value"),
        ] {
            let named = matches!(clipping, Err(Error::Parameter(ParameterError::NotPositive { name, .. })) if name == kind);
            assert!(named, "{clipping:?}");
        }
    }
    for convention in conventions::<f64>(false) {
        let line = Sgd::new(convention, 0.1, 0.5).and_then(|line| line.with_maximize(true));
        let climbs = matches!(
            convention,
            Convention::PyTorch { .. }
                | Convention::Optax { .. }
                | Convention::TwoStep { .. }
                | Convention::Sutskever { .. }
        );
        assert_eq!(line.is_ok(), climbs);
        let refused = matches!(line, Err(Error::Framework(FrameworkError::NoMaximize { framework })) if framework == convention.name());
        assert!(climbs || refused);
    }
}

/// The line of code of each framework with all its options.
#[test]
fn lines_of_code() -> Result<(), Error> {
    let line = |convention, clipping, climbs| -> Result<String, Error> {
        let line = Sgd::new(convention, 0.1, 0.9)?
            .with_maximize(climbs)?
            .with_clipping(clipping);
        Ok(match convention {
            Convention::Keras { .. } => line,
            _ => line.with_weight_decay(WeightDecay::Coupled(0.01))?,
        }
        .to_string())
    };
    let (norm, value) = (Clipping::norm(2.0)?, Clipping::value(2.0)?);
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    let mlx = Convention::Mlx {
        dampening: 0.0,
        nesterov: false,
    };
    let burn = Convention::Burn {
        dampening: 0.0,
        nesterov: false,
    };
    let cases = [
        (
            torch,
            value,
            true,
            "torch.nn.utils.clip_grad_value_(params, 2), torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.01, maximize=True)",
        ),
        (
            Convention::Optax { nesterov: false },
            norm,
            true,
            "optax.chain(optax.clip_by_global_norm(2), optax.scale(-1.0), optax.add_decayed_weights(0.01), optax.sgd(0.1, momentum=0.9))",
        ),
        (
            Convention::Keras { nesterov: false },
            norm,
            false,
            "keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, global_clipnorm=2)",
        ),
        (
            Convention::FluxMomentum,
            value,
            false,
            "OptimiserChain(ClipGrad(2), WeightDecay(0.01), Optimisers.Momentum(0.1, 0.9))",
        ),
        (
            mlx,
            norm,
            false,
            "mlx.optimizers.clip_grad_norm(gradients, 2), mlx.optimizers.SGD(learning_rate=0.1, momentum=0.9, weight_decay=0.01)",
        ),
        (
            burn,
            value,
            false,
            "MomentumConfig { momentum: 0.9, dampening: 0.0, nesterov: false }, WeightDecayConfig::new(0.01), GradientClippingConfig::Value(2), optim.step(0.1, ..)",
        ),
        (
            Convention::ExponentialAverage,
            norm,
            false,
            "sgd(lambda x, i: grad(x, i) * min(1, 2 / norm(grad(x, i))) + 0.01 * x, x, step_size=0.1, mass=0.9)",
        ),
        (
            Convention::Sutskever { nesterov: false },
            value,
            true,
            "v₊ = 0.9v − 0.1(−clip(∇f(x), −2, 2) + 0.01x), x₊ = x + v₊",
        ),
    ];
    for (convention, clipping, climbs, expected) in cases {
        assert_eq!(line(convention, clipping, climbs)?, expected);
    }
    Ok(())
}
