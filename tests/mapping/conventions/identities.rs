//! Exact identities of the conventions, with `==` on rationals: Derivation (46), (47).

use crate::support::exact::{Polynomial, polynomials, ratio, vectors};
use heavyball::frameworks::{Convention, RateChange, Sgd, SgdState, SutskeverForm};
use heavyball::prelude::*;
use nalgebra::{Const, SVector};
use num_rational::BigRational;
use num_traits::{One, Zero};
use proptest::prelude::*;

const STEPS: usize = 4;

type Vector = SVector<BigRational, 2>;
type State = SgdState<BigRational, Const<2>>;

/// Every convention that has the variant, dampened where that is allowed.
fn conventions(nesterov: bool, dampening: &BigRational) -> Vec<Convention<BigRational>> {
    let mut all = vec![
        Convention::PyTorch {
            dampening: BigRational::zero(),
            nesterov,
        },
        Convention::Optax { nesterov },
        Convention::Keras { nesterov },
        Convention::Mlx {
            dampening: BigRational::zero(),
            nesterov,
        },
        Convention::Burn {
            dampening: BigRational::zero(),
            nesterov,
        },
        Convention::TwoStep { nesterov },
        Convention::Sutskever { nesterov },
    ];
    if nesterov {
        all.push(Convention::FluxNesterov);
        return all;
    }
    let (dampening, nesterov) = (dampening.clone(), false);
    all.extend([
        Convention::FluxMomentum,
        Convention::ExponentialAverage,
        Convention::PyTorch {
            dampening: dampening.clone(),
            nesterov,
        },
        Convention::Mlx {
            dampening: dampening.clone(),
            nesterov,
        },
        Convention::Burn {
            dampening,
            nesterov,
        },
    ]);
    all
}

/// The framework's own lines as its manual has them, from its state to the next; `first` before any buffer.
fn manual(
    sgd: &Sgd<BigRational>,
    f: &Polynomial<2>,
    State {
        parameter: y,
        buffer,
    }: &State,
) -> State {
    let (eta, mu) = (sgd.learning_rate(), sgd.momentum());
    let tau = sgd.convention().dampening();
    let g = |x: &Vector| crate::support::exact::gradient(f, x);
    let one = BigRational::one();
    let old = buffer.clone().unwrap_or_else(Vector::zeros);
    let state = |parameter: Vector, buffer: Vector| State {
        parameter,
        buffer: Some(buffer),
    };
    match sgd.convention() {
        Convention::PyTorch { nesterov, .. } | Convention::Burn { nesterov, .. } => {
            let b = match buffer {
                None => g(y),
                Some(old) => old * mu.clone() + g(y) * (one - tau),
            };
            let d = if *nesterov {
                g(y) + &b * mu.clone()
            } else {
                b.clone()
            };
            state(y - d * eta.clone(), b)
        }
        Convention::Mlx { nesterov, .. } => {
            let b = old * mu.clone() + g(y) * (one - tau);
            let d = if *nesterov {
                g(y) + &b * mu.clone()
            } else {
                b.clone()
            };
            state(y - d * eta.clone(), b)
        }
        Convention::Optax { nesterov } => {
            let t = g(y) + old * mu.clone();
            let d = if *nesterov {
                g(y) + &t * mu.clone()
            } else {
                t.clone()
            };
            state(y - d * eta.clone(), t)
        }
        Convention::Keras { nesterov } => {
            let w = old * mu.clone() - g(y) * eta.clone();
            let d = if *nesterov {
                &w * mu.clone() - g(y) * eta.clone()
            } else {
                w.clone()
            };
            state(y + d, w)
        }
        Convention::FluxMomentum => {
            let w = old * mu.clone() + g(y) * eta.clone();
            state(y - &w, w)
        }
        Convention::FluxNesterov => {
            let d = g(y) * ((one + mu) * eta) - &old * (mu * mu);
            state(y - d, old * mu.clone() - g(y) * eta.clone())
        }
        Convention::ExponentialAverage => {
            let w = old * mu.clone() - g(y) * (one - mu);
            state(y + &w * eta.clone(), w)
        }
        Convention::TwoStep { nesterov } => {
            let before = buffer.clone().unwrap_or_else(|| y.clone());
            let ahead = y + (y - before) * mu.clone();
            let at = if *nesterov { &ahead } else { y };
            state(&ahead - g(at) * eta.clone(), y.clone())
        }
        Convention::Sutskever { nesterov } => {
            let at = if *nesterov {
                y + &old * mu.clone()
            } else {
                y.clone()
            };
            let v = old * mu.clone() - g(&at) * eta.clone();
            state(y + &v, v)
        }
        // A convention added later: no state of its own, so that every comparison fails.
        _ => state(Vector::zeros(), Vector::zeros()),
    }
}

/// η and μ > 0, τ < 1.
fn settings() -> impl Strategy<Value = (BigRational, BigRational, BigRational)> {
    let rates = (1_i64..=9, 1_i64..=40).prop_map(|(n, d)| ratio(n, d));
    let momenta = (1_i64..=19).prop_map(|n| ratio(n, 20));
    let dampenings = prop_oneof![Just(ratio(1, 10)), (0_i64..=19).prop_map(|n| ratio(n, 20)),];
    (rates, momenta, dampenings)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    /// Derivation (46): the table's c and σ are the frameworks' own lines, from the first step on.
    #[test]
    fn a_run_is_the_manuals_lines(
        (eta, mu, tau) in settings(), nesterov in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        for convention in conventions(nesterov, &tau) {
            let sgd = Sgd::of(convention, eta.clone(), mu.clone())?;
            let mut state = sgd.fresh(start.clone());
            let mut run = sgd.run(&f, start.clone());
            prop_assert_eq!(run.next(), Some(state.clone()));
            for _ in 0..STEPS {
                state = manual(&sgd, &f, &state);
                let ours = run.next();
                prop_assert_eq!(ours.as_ref(), Some(&state), "{}", &sgd);
            }
        }
    }

    /// Derivation (46): seen through v = σb and x = y − βv, it is `Momentum` or `Nesterov` at α = −σc, β = μ, started
    /// at rest, or where dampening spares the first step, at v₀ = −(ητ/μ)∇f(x₀).
    #[test]
    fn it_is_sutskevers(
        (eta, mu, tau) in settings(), nesterov in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        for convention in conventions(nesterov, &tau) {
            let sgd = Sgd::of(convention.clone(), eta.clone(), mu.clone())?;
            let first = sgd.iterate(&f, &sgd.fresh(start.clone()))?;
            let spared = matches!(convention, Convention::PyTorch { .. } | Convention::Burn { .. });
            if spared && !convention.dampening().is_zero() {
                let push = crate::support::exact::gradient(&f, &start) * (&eta * &tau / &mu);
                prop_assert_eq!(&first.velocity, &-push);
            } else {
                prop_assert_eq!(&first.velocity, &Vector::zeros());
            }
            let form = sgd.sutskever()?;
            prop_assert_eq!(form.is_nesterov(), nesterov);
            let iterates = form
                .iterates(&f, first.position.clone())
                .with_velocity(first.velocity.clone());
            let run = sgd.run(&f, start.clone());
            for (iterate, state) in iterates.zip(run).take(STEPS + 1) {
                let seen = sgd.iterate(&f, &state)?;
                prop_assert_eq!(&seen, &iterate, "{}", &sgd);
                let back = sgd.state(&iterate);
                prop_assert_eq!(&back.parameter, &state.parameter);
                if let Some(buffer) = state.buffer {
                    prop_assert_eq!(back.buffer, Some(buffer));
                }
            }
        }
    }

    /// Derivation (46): from any convention to any other and back is the same line.
    #[test]
    fn translations_are_exact((eta, mu, tau) in settings(), nesterov in any::<bool>()) {
        for from in conventions(nesterov, &tau) {
            let line = Sgd::of(from.clone(), eta.clone(), mu.clone())?;
            for to in conventions(nesterov, &tau) {
                let other = line.translated(to)?;
                prop_assert_eq!(other.sutskever()?, line.sutskever()?);
                prop_assert_eq!(&other.translated(from.clone())?, &line);
            }
        }
    }

    /// Derivation (47): after a change of rate from η to η₊, all conventions agree if all keep v, and if all rescale it by
    /// α₊/α; left to themselves, PyTorch, Optax, MLX, burn and the average do the second, the others the first.
    #[test]
    fn a_change_of_rate_parts_two_groups_and_can_be_mended(
        (eta, mu, tau) in settings(), later in (1_i64..=9).prop_map(|n| ratio(n, 50)),
        nesterov in any::<bool>(), f in polynomials::<2>(), start in vectors::<2>()
    ) {
        let form = SutskeverForm::of(eta.clone(), mu.clone(), nesterov)?;
        let changed = SutskeverForm::of(later.clone(), mu.clone(), nesterov)?;
        let ends = |convention: &Convention<BigRational>, kept| -> Result<_, Error> {
            let sgd = Sgd::from_sutskever(convention.clone(), &form)?;
            let begin = Iterate { position: start.clone(), velocity: Vector::zeros() };
            let mut run = sgd.resume(&f, sgd.state(&begin));
            run.nth(2);
            let rate = Sgd::from_sutskever(convention.clone(), &changed)?;
            run.change_learning_rate(rate.learning_rate().clone(), kept)?;
            run.nth(1);
            run.sgd().iterate(&f, &run.state())
        };
        let reference = Convention::Sutskever { nesterov };
        let parted = |a: &Iterate<BigRational, Const<2>>, b: &Iterate<BigRational, Const<2>>| a != b;
        let (kept, rescaled) = (
            ends(&reference, RateChange::KeepVelocity)?,
            ends(&reference, RateChange::RescaleVelocity)?,
        );
        // By hand: (x, v) after two steps, then two more.
        let mut by_hand = Vec::new();
        for factor in [BigRational::one(), &later / &eta] {
            let two = form.iterates(&f, start.clone()).after(2)?;
            let v = &two.velocity * factor.clone();
            let lost = &two.velocity - &v;
            // A stored look-ahead point stays where it is.
            let x = if nesterov { &two.position + lost * mu.clone() } else { two.position.clone() };
            by_hand.push(changed.iterates(&f, x).with_velocity(v).after(2)?);
        }
        prop_assert_eq!(&kept, &by_hand[0]);
        prop_assert_eq!(&rescaled, &by_hand[1]);
        for convention in conventions(nesterov, &tau) {
            prop_assert_eq!(&ends(&convention, RateChange::KeepVelocity)?, &kept, "{:?}", &convention);
            prop_assert_eq!(&ends(&convention, RateChange::RescaleVelocity)?, &rescaled, "{:?}", &convention);
            let alone = ends(&convention, RateChange::KeepBuffer)?;
            let keeps_velocity = matches!(
                convention,
                Convention::Keras { .. } | Convention::FluxMomentum | Convention::FluxNesterov
                    | Convention::TwoStep { .. } | Convention::Sutskever { .. }
            );
            prop_assert_eq!(&alone, if keeps_velocity { &kept } else { &rescaled }, "{:?}", &convention);
        }
        // They do part, unless nothing moves.
        let moves = form.iterates(&f, start.clone()).after(2)?.velocity != Vector::zeros();
        prop_assert_eq!(parted(&kept, &rescaled), moves && later != eta);
    }
}
