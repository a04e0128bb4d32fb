//! Weight decay, coupled and decoupled, is a spring: Derivation (61).

use crate::support::exact::{Polynomial, gradient, polynomials, ratio, vectors};
use heavyball::error::{FrameworkError, ParameterError};
use heavyball::frameworks::{Convention, Sgd, SgdState, WeightDecay};
use heavyball::potentials::with_spring;
use heavyball::prelude::*;
use nalgebra::{Const, SVector, vector};
use num_rational::BigRational;
use num_traits::One;
use proptest::prelude::*;

const STEPS: usize = 4;

type Vector = SVector<BigRational, 2>;
type State = SgdState<BigRational, Const<2>>;

/// Every convention that has the variant.
fn conventions<T: heavyball::Number>(nesterov: bool) -> Vec<Convention<T>> {
    let mut all = vec![
        Convention::PyTorch {
            dampening: T::zero(),
            nesterov,
        },
        Convention::Optax { nesterov },
        Convention::Keras { nesterov },
        Convention::Mlx {
            dampening: T::zero(),
            nesterov,
        },
        Convention::Burn {
            dampening: T::zero(),
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

/// Every line with either kind of weight decay that its framework has.
fn decayed(
    nesterov: bool,
    eta: &BigRational,
    mu: &BigRational,
    decay: &BigRational,
) -> Vec<Sgd<BigRational>> {
    let lines = conventions(nesterov)
        .into_iter()
        .filter_map(|convention| Sgd::of(convention, eta.clone(), mu.clone()).ok());
    let kinds = [WeightDecay::Coupled, WeightDecay::Decoupled];
    let both = lines
        .flat_map(|line| kinds.map(|kind| line.clone().with_weight_decay(kind(decay.clone()))));
    both.flatten().collect()
}

/// The lines of PyTorch, MLX, Optax and Keras as their sources have them; `None` for another framework.
fn manual(
    sgd: &Sgd<BigRational>,
    f: &Polynomial<2>,
    State {
        parameter: y,
        buffer,
    }: &State,
) -> Option<State> {
    let (eta, mu) = (sgd.learning_rate(), sgd.momentum());
    let decay = sgd.weight_decay()?.coefficient().clone();
    let decoupled = sgd.weight_decay()?.is_decoupled();
    let old = buffer.clone().unwrap_or_else(Vector::zeros);
    let g = gradient(f, y);
    let state = |parameter: Vector, buffer: Vector| State {
        parameter,
        buffer: Some(buffer),
    };
    Some(match sgd.convention() {
        // grad = grad.add(param, alpha=weight_decay); buf = momentum * buf + grad; grad = grad + momentum * buf or buf.
        Convention::PyTorch { nesterov, .. } | Convention::Mlx { nesterov, .. } => {
            let g = g + y * decay;
            let b = old * mu.clone() + &g;
            let d = if *nesterov {
                g + &b * mu.clone()
            } else {
                b.clone()
            };
            state(y - d * eta.clone(), b)
        }
        // add_decayed_weights adds decay * params to what it is given: the gradient, or what the trace returns.
        Convention::Optax { nesterov } => {
            let g = if decoupled { g } else { g + y * decay.clone() };
            let t = &g + old * mu.clone();
            let d = if *nesterov {
                g + &t * mu.clone()
            } else {
                t.clone()
            };
            let d = if decoupled { d + y * decay } else { d };
            state(y - d * eta.clone(), t)
        }
        // variable -= variable * weight_decay * lr, then m = momentum * m - lr * grad, variable += m.
        Convention::Keras { nesterov } => {
            let kept = y - y * (decay * eta);
            let w = old * mu.clone() - &g * eta.clone();
            let d = if *nesterov {
                &w * mu.clone() - g * eta.clone()
            } else {
                w.clone()
            };
            state(kept + d, w)
        }
        _ => return None,
    })
}

/// η, μ and λ with ηλ < 1.
fn settings() -> impl Strategy<Value = (BigRational, BigRational, BigRational)> {
    let rates = (1_i64..=9, 10_i64..=40).prop_map(|(n, d)| ratio(n, d));
    let momenta = (1_i64..=19).prop_map(|n| ratio(n, 20));
    let decays = (1_i64..=20).prop_map(|n| ratio(n, 20));
    (rates, momenta, decays)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Derivation (61): the runs are the frameworks' own lines, bit for bit of the rationals.
    #[test]
    fn a_run_is_the_sources_lines(
        (eta, mu, decay) in settings(), nesterov in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        let mut compared = 0;
        for sgd in decayed(nesterov, &eta, &mu, &decay) {
            let mut state = sgd.fresh(start.clone());
            let mut run = sgd.run(&f, start.clone());
            run.next();
            for _ in 0..STEPS {
                let Some(next) = manual(&sgd, &f, &state) else { break };
                state = next;
                let ours = run.next();
                prop_assert_eq!(ours.as_ref(), Some(&state), "{}", &sgd);
                compared += 1;
            }
        }
        prop_assert_eq!(compared, 5 * STEPS);
    }

    /// Derivation (61): coupled decay λ is the Sutskever form on f + ½λ|x|², in every convention; decoupled decay is
    /// momentum with β = (1 − ηλ)μ on f + ½(1 − μ)λ|x|².
    #[test]
    fn weight_decay_is_a_spring(
        (eta, mu, decay) in settings(), nesterov in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        let (one, mut compared) = (BigRational::one(), 0);
        for sgd in decayed(nesterov, &eta, &mu, &decay) {
            let decoupled = sgd.weight_decay().is_some_and(WeightDecay::is_decoupled);
            if decoupled && nesterov {
                let refused = matches!(
                    sgd.sutskever(),
                    Err(Error::Framework(FrameworkError::NoSutskeverForm { .. }))
                );
                prop_assert!(refused);
                continue;
            }
            let (spring, beta) = if decoupled {
                (&decay * (&one - &mu), &mu * (&one - &eta * &decay))
            } else {
                (decay.clone(), mu.clone())
            };
            prop_assert_eq!(&sgd.spring(), &spring);
            let form = sgd.sutskever()?;
            prop_assert_eq!(form.beta(), &beta);
            let sprung = with_spring(&f, spring)?;
            let first = sgd.iterate(&f, &sgd.fresh(start.clone()))?;
            let iterates = form.iterates(&sprung, first.position.clone()).with_velocity(first.velocity);
            for (iterate, state) in iterates.zip(sgd.run(&f, start.clone())).take(STEPS + 1) {
                prop_assert_eq!(&sgd.iterate(&f, &state)?, &iterate, "{}", &sgd);
                let back = sgd.state(&iterate);
                prop_assert_eq!(&back.parameter, &state.parameter);
                if let Some(buffer) = state.buffer {
                    prop_assert_eq!(back.buffer, Some(buffer));
                }
            }
            compared += 1;
        }
        prop_assert_eq!(compared, if nesterov { 7 } else { 11 });
    }

    /// Derivation (61): a translated line has the same form and spring; decoupled decay keeps its numbers where it can.
    #[test]
    fn translations_keep_the_spring((eta, mu, decay) in settings()) {
        for line in decayed(false, &eta, &mu, &decay) {
            let decoupled = line.weight_decay().is_some_and(WeightDecay::is_decoupled);
            for to in conventions(false) {
                let is_keras = matches!(to, Convention::Keras { .. });
                let other = line.translated(to);
                if is_keras && !decoupled {
                    let refused = matches!(
                        other,
                        Err(Error::Framework(FrameworkError::WeightDecayRefused { framework: "Keras", .. }))
                    );
                    prop_assert!(refused);
                    continue;
                }
                let other = other?;
                prop_assert_eq!(other.sutskever()?, line.sutskever()?);
                prop_assert_eq!(other.spring(), line.spring());
            }
        }
    }

    /// Derivation (61): Keras's decoupled decay has the iterates of PyTorch's coupled one where (1 − √β)² ≥ αk, and nowhere
    /// else.
    #[test]
    fn coupled_becomes_decoupled_where_the_spring_does_not_oscillate(
        alpha in 1e-4_f64..0.1, beta in 0.0_f64..0.99, part in 0.0_f64..2.0,
    ) {
        let limit = (1.0 - beta.sqrt()).powi(2);
        prop_assume!((part - 1.0).abs() > 1e-6 && part * limit < (1.0 + beta.sqrt()).powi(2));
        let torch = Sgd::new(Convention::PyTorch { dampening: 0.0, nesterov: false }, alpha, beta)?
            .with_weight_decay(WeightDecay::Coupled(part * limit / alpha))?;
        let keras = torch.decoupled(Convention::Keras { nesterov: false });
        if part > 1.0 {
            let refused = matches!(keras, Err(Error::Framework(FrameworkError::NoDecoupledForm { .. })));
            prop_assert!(refused);
            return Ok(());
        }
        let keras = keras?;
        let start = vector![0.3, -0.8];
        let first = torch.iterate(&DoubleWell, &torch.fresh(start))?;
        let ours = keras.resume(&DoubleWell, keras.state(&first));
        for (theirs, ours) in torch.run(&DoubleWell, start).zip(ours).take(200) {
            prop_assert!((theirs.parameter - ours.parameter).norm() < 1e-11);
        }
    }
}

/// Derivation (61): the usual line, whose number in Keras would be a spring of a tenth of the stiffness.
#[test]
fn the_usual_line_in_keras() -> Result<(), Error> {
    let torch = Convention::PyTorch {
        dampening: 0.0,
        nesterov: false,
    };
    let torch = Sgd::new(torch, 0.1, 0.9)?.with_weight_decay(WeightDecay::Coupled(5e-4))?;
    let keras = torch.decoupled(Convention::Keras { nesterov: false })?;
    // r² − (1.9 − 5e-5)r + 0.9 = 0: r = (1.89995 ± √(1.89995² − 3.6))/2, by hand to 12 digits.
    let root = (1.89995_f64 * 1.89995 - 3.6).sqrt();
    assert!((keras.momentum() - 0.5 * (1.89995 - root)).abs() < 1e-14);
    let decay = keras.weight_decay().map(|decay| *decay.coefficient());
    let expected = (1.0 - 0.5 * (1.89995 + root)) / 0.1;
    assert!(decay.is_some_and(|decay| (decay - expected).abs() < 1e-13));
    Ok(())
}

/// Nonsense is refused by name; λ = 0 is no weight decay.
#[test]
fn weight_decays_that_are_refused() -> Result<(), Error> {
    for convention in conventions(false) {
        let line = Sgd::new(convention, 0.1, 0.5)?;
        for decay in [-1e-3, f64::NAN, f64::INFINITY] {
            for kind in [WeightDecay::Coupled, WeightDecay::Decoupled] {
                let error = line.with_weight_decay(kind(decay));
                assert!(
                    matches!(
                        error,
                        Err(Error::Parameter(ParameterError::Negative {
                            name: "the weight decay",
                            ..
                        }))
                    ),
                    "{line} {decay}"
                );
            }
        }
        for kind in [WeightDecay::Coupled, WeightDecay::Decoupled] {
            let none = line.with_weight_decay(kind(0.0))?;
            assert_eq!(none, line);
            assert_eq!(none.weight_decay(), None);
        }
        let decoupled = line.with_weight_decay(WeightDecay::Decoupled(0.1)).is_ok();
        let expected = matches!(
            convention,
            Convention::Keras { .. } | Convention::Optax { .. } | Convention::Sutskever { .. }
        );
        assert_eq!(decoupled, expected, "{line}");
    }
    // The whole parameter is removed in each step: no previous point, hence no velocity.
    let keras = Sgd::new(Convention::Keras { nesterov: false }, 0.5, 0.5)?
        .with_weight_decay(WeightDecay::Decoupled(2.0))?;
    let lost = keras.iterate(&DoubleWell, &keras.fresh(vector![1.0, 1.0]));
    assert!(matches!(
        lost,
        Err(Error::Framework(FrameworkError::NoSutskeverForm { .. }))
    ));
    Ok(())
}

/// A decay of the size of rounding changes nothing but rounding, and the largest leaves a typed error, not a panic.
#[test]
fn extreme_weight_decays() -> Result<(), Error> {
    for convention in conventions::<f64>(false) {
        for kind in [WeightDecay::Coupled, WeightDecay::Decoupled] {
            for decay in [f64::MIN_POSITIVE, 1e-300, 1e300, f64::MAX] {
                let Ok(line) = Sgd::new(convention, 0.1, 0.5)?.with_weight_decay(kind(decay))
                else {
                    continue;
                };
                let plain = Sgd::new(convention, 0.1, 0.5)?;
                let mut run = line.run(&DoubleWell, vector![0.5, 0.5]);
                let end = run.nth(20);
                if decay < 1.0 {
                    let other = plain.run(&DoubleWell, vector![0.5, 0.5]).nth(20);
                    assert_eq!(end, other, "{line}");
                } else {
                    assert!(end.is_none() && run.failure().is_some(), "{line}");
                }
                let _ = (
                    line.sutskever(),
                    line.decoupled(Convention::Keras { nesterov: false }),
                );
            }
        }
    }
    Ok(())
}

/// A field that a recorded run does not have, or of another kind.
type Missing = Box<dyn std::error::Error>;

/// The recorded line of a framework.
fn recorded(run: &serde_json::Value) -> Result<Sgd, Missing> {
    let number = |key: &str| run[key].as_f64().ok_or(key.to_owned());
    let (dampening, nesterov) = (
        number("dampening")?,
        run["nesterov"].as_bool().ok_or("nesterov")?,
    );
    let convention = match run["framework"].as_str() {
        Some("pytorch") => Convention::PyTorch {
            dampening,
            nesterov,
        },
        Some("optax") => Convention::Optax { nesterov },
        Some("keras") => Convention::Keras { nesterov },
        other => return Err(format!("{other:?}").into()),
    };
    let decay = number("weight_decay")?;
    let decay = match run["kind"].as_str() {
        Some("coupled") => WeightDecay::Coupled(decay),
        Some("decoupled") => WeightDecay::Decoupled(decay),
        other => return Err(format!("{other:?}").into()),
    };
    Ok(Sgd::new(convention, number("lr")?, number("momentum")?)?.with_weight_decay(decay)?)
}

/// The largest difference of the run of `sgd` from the recorded one, over its largest component.
fn deviation<P, const D: usize>(sgd: &Sgd, f: &P, run: &serde_json::Value) -> Result<f64, Missing>
where
    P: Potential<f64, Const<D>>,
{
    let rows = run["iterates"]
        .as_array()
        .ok_or("iterates")?
        .iter()
        .map(|row| {
            let row = row.as_array()?.iter().map(serde_json::Value::as_f64);
            let row: Vec<f64> = row.collect::<Option<_>>()?;
            (row.len() == D).then(|| SVector::<f64, D>::from_column_slice(&row))
        });
    let theirs: Vec<_> = rows.collect::<Option<_>>().ok_or("a row of iterates")?;
    let largest = theirs.iter().map(|x| x.amax()).fold(0.0, f64::max);
    let ours: Vec<_> = sgd
        .run(f, theirs[0])
        .take(theirs.len())
        .map(|state| state.parameter)
        .collect();
    assert_eq!(ours.len(), theirs.len(), "{sgd}");
    let apart = ours
        .iter()
        .zip(&theirs)
        .map(|(ours, theirs)| (ours - theirs).amax());
    Ok(apart.fold(0.0, f64::max) / largest)
}

/// Derivation (61): 52 recorded runs of PyTorch, Optax and Keras with weight decay, to 1e-12 of their largest component.
#[test]
fn the_recorded_runs_with_weight_decay() -> Result<(), Missing> {
    let text = include_str!("../../data/weight_decay_iterates.json");
    let runs: Vec<serde_json::Value> = serde_json::from_str(text)?;
    assert_eq!(runs.len(), 52);
    for run in &runs {
        let sgd = recorded(run)?;
        let apart = match run["potential"].as_str() {
            Some("double_well") => deviation(&sgd, &DoubleWell, run)?,
            Some("quadratic_1_10_40") => {
                deviation(&sgd, &Quadratic::diagonal(vector![1.0, 10.0, 40.0])?, run)?
            }
            other => return Err(format!("{other:?}").into()),
        };
        assert!(apart < 1e-12, "{sgd}: {apart:e}");
    }
    Ok(())
}
