//! What a framework refuses is refused, naming it; and wrong input has its error: Derivation (46).

use heavyball::error::{FrameworkError, ParameterError, RuleError, RunError, VectorError};
use heavyball::frameworks::{Convention, RateChange, Sgd, SgdState};
use heavyball::potentials::from_fn;
use heavyball::prelude::*;
use nalgebra::{DVector, Vector1, dvector, vector};

const TORCH: Convention = Convention::PyTorch {
    dampening: 0.0,
    nesterov: false,
};

/// The message of a refusal.
fn message<T>(result: Result<T, Error>) -> String {
    result
        .err()
        .map_or_else(String::new, |error| error.to_string())
}

/// Derivation (46), the refusals: PyTorch and MLX have no Nesterov without momentum or with dampening, PyTorch and Keras no negative
/// momentum, MLX ignores one, and a negative dampening; the average takes no momentum 1. The message names the framework.
#[test]
fn what_a_framework_refuses_is_refused() {
    let torch = |dampening, nesterov| Convention::PyTorch {
        dampening,
        nesterov,
    };
    let mlx = |dampening, nesterov| Convention::Mlx {
        dampening,
        nesterov,
    };
    let cases = [
        (torch(0.1, true), 0.9, "PyTorch", "dampening of 0"),
        (torch(0.0, true), 0.0, "PyTorch", "momentum above 0"),
        (torch(0.0, false), -0.1, "PyTorch", "negative"),
        (mlx(0.1, true), 0.9, "MLX", "dampening of 0"),
        (mlx(0.0, true), 0.0, "MLX", "momentum above 0"),
        (mlx(0.0, false), -0.1, "MLX", "use 0"),
        (mlx(-0.1, false), 0.9, "MLX", "use 0"),
        (
            Convention::Keras { nesterov: false },
            -0.1,
            "Keras",
            "negative",
        ),
        (
            Convention::ExponentialAverage,
            1.0,
            "exponential average",
            "ignores every gradient",
        ),
    ];
    for (convention, momentum, framework, reason) in cases {
        let error = Sgd::new(convention, 0.1, momentum).unwrap_err();
        let Error::Framework(FrameworkError::Refused {
            framework: found,
            momentum: refused,
            reason: said,
            ..
        }) = error
        else {
            panic!("{error:?}");
        };
        assert_eq!((found, refused), (framework, momentum));
        assert!(said.contains(reason), "{said}");
        let message = error.to_string();
        assert!(message.starts_with(&format!("{framework} refuses momentum {momentum}")));
    }
    // And nothing more than that.
    let allowed = [
        (torch(0.1, false), 0.9),
        (torch(-1.0, false), 0.9),
        (torch(0.5, false), 0.0),
        (torch(0.0, true), 1.0),
        (Convention::Optax { nesterov: true }, 0.0),
        (Convention::Optax { nesterov: false }, -0.5),
        (Convention::Keras { nesterov: true }, 0.0),
        (
            Convention::Burn {
                dampening: 0.1,
                nesterov: true,
            },
            0.9,
        ),
        (Convention::Sutskever { nesterov: true }, -0.9),
        (Convention::FluxNesterov, 1.0),
    ];
    for (convention, momentum) in allowed {
        let line = Sgd::new(convention, 0.1, momentum);
        assert!(line.is_ok(), "{convention:?} {momentum}: {line:?}");
    }
}

#[test]
fn numbers_out_of_range_are_refused() {
    // A rate of 0 is where a warm-up starts.
    for rate in [-0.1, f64::NAN, f64::INFINITY] {
        assert!(matches!(
            Sgd::new(TORCH, rate, 0.9),
            Err(Error::Parameter(ParameterError::Negative { .. }))
        ));
    }
    for momentum in [f64::NAN, 1.1, -1.0, f64::INFINITY] {
        assert!(matches!(
            Sgd::new(TORCH, 0.1, momentum),
            Err(Error::Rule(RuleError::BetaOutOfRange { .. }))
        ));
    }
    for dampening in [1.0, 2.0, f64::NAN, f64::NEG_INFINITY] {
        let convention = Convention::PyTorch {
            dampening,
            nesterov: false,
        };
        assert!(matches!(
            Sgd::new(convention, 0.1, 0.9),
            Err(Error::Framework(FrameworkError::DampeningOutOfRange { .. }))
        ));
    }
    // The rate that a translation needs may leave the range of f64.
    let tiny = Sgd::new(TORCH, f64::MAX, 0.9).unwrap();
    assert!(matches!(
        tiny.translated(Convention::ExponentialAverage),
        Err(Error::Parameter(ParameterError::NotPositive { .. }))
    ));
}

/// Derivation (46): burn's Nesterov with dampening runs, as its source has it, and is nothing that a single rate describes; the
/// average has no Nesterov variant at all.
#[test]
fn what_has_no_form_says_so() -> Result<(), Error> {
    let burn = Convention::Burn {
        dampening: 0.1,
        nesterov: true,
    };
    let line = Sgd::new(burn, 0.1, 0.9)?;
    assert!(message(line.sutskever()).contains("set the dampening to 0"));
    let state = SgdState {
        parameter: vector![1.0],
        buffer: Some(vector![0.5]),
    };
    assert!(message(line.iterate(&Quartic, &state)).contains("set the dampening to 0"));
    assert!(
        message(line.to_heavy_ball(Discretization::ExplicitDrag, Gauge::Mass(1.0)))
            .contains("burn")
    );
    // On f = x²/2: b₁ = g, x₁ = x₀ − η(g + μb₁); then b = μb + (1 − τ)g.
    let bowl = Quadratic::diagonal(vector![1.0])?;
    let shown: Vec<f64> = line
        .run(&bowl, vector![1.0])
        .map(|state| state.parameter.x)
        .take(3)
        .collect();
    let first = 1.0 - 0.1 * (1.0 + 0.9);
    let second = first - 0.1 * (first + 0.9 * (0.9 + 0.9 * first));
    assert!(
        (shown[1] - first).abs() < 1e-15 && (shown[2] - second).abs() < 1e-15,
        "{shown:?}"
    );

    let nesterov = Sgd::new(Convention::Keras { nesterov: true }, 0.1, 0.9)?;
    assert!(matches!(
        nesterov.translated(Convention::ExponentialAverage),
        Err(Error::Framework(FrameworkError::NoNesterovVariant { .. }))
    ));
    // burn without momentum, but with dampening: its first step is larger, and no v₀ makes up for it.
    let burn = Convention::Burn {
        dampening: 0.1,
        nesterov: false,
    };
    let line = Sgd::new(burn, 0.1, 0.0)?;
    assert!(message(line.iterate(&bowl, &line.fresh(vector![1.0]))).contains("take one step"));
    Ok(())
}

/// Derivation (46): without momentum PyTorch, MLX and Keras keep no buffer, and PyTorch and MLX no dampening either: plain gradient descent.
#[test]
fn without_momentum_dampening_is_not_looked_at() -> Result<(), Error> {
    let descent = GradientDescent::new(0.1)?.iterates(&Quartic, vector![-0.5]);
    let descent: Vec<Vector1<f64>> = descent.map(|at| at.position).take(20).collect();
    for convention in [
        Convention::PyTorch {
            dampening: 0.5,
            nesterov: false,
        },
        Convention::Mlx {
            dampening: 0.5,
            nesterov: false,
        },
        Convention::Keras { nesterov: false },
    ] {
        let line = Sgd::new(convention, 0.1, 0.0)?;
        assert_eq!(*line.sutskever()?.alpha(), 0.1);
        let run: Vec<_> = line.run(&Quartic, vector![-0.5]).take(20).collect();
        assert!(run.iter().all(|state| state.buffer.is_none()), "{line}");
        assert!(
            run.iter()
                .zip(&descent)
                .all(|(a, b)| (a.parameter - b).norm() < 1e-15)
        );
        let start = line.iterate(&Quartic, &line.fresh(vector![-0.5]))?;
        assert_eq!(start.velocity, vector![0.0]);
        // Nor does a state that comes from elsewhere get one.
        let moving = Iterate {
            position: vector![1.0],
            velocity: vector![2.0],
        };
        assert_eq!(line.state(&moving), line.fresh(vector![1.0]));
    }
    Ok(())
}

/// A state that does not fit, is empty or not finite is told; so is a run that diverges, and it stays where it was.
#[test]
fn states_and_runs_have_their_errors() -> Result<(), Error> {
    let line = Sgd::new(TORCH, 0.1, 0.9)?;
    let bowl = Rosenbrock;
    let state = |parameter: DVector<f64>, buffer| SgdState { parameter, buffer };
    let wrong = [
        state(dvector![], None),
        state(dvector![1.0, f64::NAN], None),
        state(dvector![1.0, 1.0], Some(dvector![1.0])),
        state(dvector![1.0, 1.0], Some(dvector![f64::INFINITY, 0.0])),
        state(dvector![1.0], None),
    ];
    for state in wrong {
        assert!(line.iterate(&bowl, &state).is_err(), "{state:?}");
        let mut run = line.resume(&bowl, state);
        assert!(run.next().is_none() && run.failure().is_some());
    }
    let mut run = Sgd::new(TORCH, 10.0, 0.9)?.run(&Quartic, vector![-0.5]);
    let finite = run.by_ref().count();
    assert!(
        matches!(run.failure(), Some(Error::Run(RunError::Diverged { step, .. })) if *step == finite)
    );

    let mut run = line.run(&Quartic, vector![-0.5]);
    run.nth(3);
    let before = run.state();
    assert!(
        run.change_learning_rate(f64::NAN, RateChange::KeepVelocity)
            .is_err()
    );
    assert_eq!((run.state(), run.sgd()), (before, &line));
    Ok(())
}

/// A run that has ended refuses another rate with its failure; an iterate whose vectors differ in length is told by the run.
#[test]
fn what_has_failed_stays_failed() -> Result<(), Error> {
    let all = [
        TORCH,
        Convention::Keras { nesterov: true },
        Convention::TwoStep { nesterov: false },
        Convention::TwoStep { nesterov: true },
        Convention::Sutskever { nesterov: true },
    ];
    for convention in all {
        let line = Sgd::new(convention, 0.1, 0.9)?;
        for (x, v) in [(2, 1), (2, 3), (1, 2)] {
            let state = line.state(&Iterate {
                position: DVector::from_element(x, 1.0),
                velocity: DVector::from_element(v, 1.0),
            });
            let mut run = line.resume(&Rosenbrock, state);
            assert!(run.next().is_none(), "{line} {x} {v}");
            for kept in [
                RateChange::KeepBuffer,
                RateChange::KeepVelocity,
                RateChange::RescaleVelocity,
            ] {
                let refused = run.change_learning_rate(0.2, kept);
                assert!(
                    matches!(
                        refused,
                        Err(Error::Vector(VectorError::DimensionMismatch { .. }))
                    ),
                    "{line}"
                );
            }
            assert_eq!(run.sgd(), &line);
        }
    }
    Ok(())
}

/// A rate that changes before the first step leaves it the first: PyTorch and burn do not dampen it. A saved state is no longer
/// before it, and is shown as it was saved.
#[test]
fn the_first_step_is_the_first_step() -> Result<(), Error> {
    for convention in [
        Convention::PyTorch {
            dampening: 0.5,
            nesterov: false,
        },
        Convention::Burn {
            dampening: 0.1,
            nesterov: false,
        },
    ] {
        let (line, later) = (
            Sgd::new(convention, 0.1, 0.9)?,
            Sgd::new(convention, 0.05, 0.9)?,
        );
        let expected: Vec<_> = later.run(&Quartic, vector![-0.5]).take(4).collect();
        for kept in [
            RateChange::KeepBuffer,
            RateChange::KeepVelocity,
            RateChange::RescaleVelocity,
        ] {
            let mut run = line.run(&Quartic, vector![-0.5]);
            run.change_learning_rate(0.05, kept)?;
            assert_eq!(run.state(), line.fresh(vector![-0.5]));
            assert_eq!(run.by_ref().take(4).collect::<Vec<_>>(), expected);
        }
        // f′(−½) = −2.75, whole in the first step.
        assert_eq!(expected[1].buffer, Some(vector![-2.75]));

        let saved = expected[1].clone();
        let mut run = later.resume(&Quartic, saved.clone());
        assert_eq!(run.state(), saved);
        run.next();
        assert_eq!(run.next().as_ref(), expected.get(2));
    }
    Ok(())
}

/// (x, v) that is not finite is an error, be it by the gradient of the spared first step or by a huge buffer.
#[test]
fn an_iterate_is_finite() -> Result<(), Error> {
    let broken = from_fn(|_: &Vector1<f64>| 0.0, |_: &Vector1<f64>| vector![f64::NAN]);
    let dampened = Convention::PyTorch {
        dampening: 0.5,
        nesterov: false,
    };
    let line = Sgd::new(dampened, 0.1, 0.9)?;
    assert!(matches!(
        line.iterate(&broken, &line.fresh(vector![3.0])),
        Err(Error::Run(RunError::NonFiniteGradient { step: 0, position, .. })) if position == 3.0
    ));
    let state = |parameter, buffer| SgdState {
        parameter: vector![parameter],
        buffer: Some(vector![buffer]),
    };
    let overflows = Sgd::new(TORCH, 1e300, 0.9)?.iterate(&Quartic, &state(1.0, 1e300));
    assert!(
        matches!(
            overflows,
            Err(Error::Vector(VectorError::NonFiniteComponent {
                name: "velocity",
                ..
            }))
        ),
        "{overflows:?}"
    );
    let keras = Sgd::new(Convention::Keras { nesterov: true }, 0.1, 1.0)?;
    let overflows = keras.iterate(&Quartic, &state(f64::MAX, -f64::MAX));
    assert!(
        matches!(
            overflows,
            Err(Error::Vector(VectorError::NonFiniteComponent {
                name: "position",
                ..
            }))
        ),
        "{overflows:?}"
    );
    Ok(())
}

/// A kept buffer is kept to the bit, however far apart the rates.
#[test]
fn a_kept_buffer_is_not_touched() -> Result<(), Error> {
    for convention in [
        TORCH,
        Convention::ExponentialAverage,
        Convention::TwoStep { nesterov: true },
    ] {
        let mut run = Sgd::new(convention, 1e-300, 0.9)?.run(&Quartic, vector![-0.5]);
        run.nth(3);
        let before = run.state();
        run.change_learning_rate(1e10, RateChange::KeepBuffer)?;
        assert_eq!((run.state(), *run.sgd().learning_rate()), (before, 1e10));
    }
    Ok(())
}

/// Names as the systems have them, and each system with its Nesterov variant on and off.
#[test]
fn conventions_have_their_names_and_variants() -> Result<(), Error> {
    let names: Vec<_> = Convention::ALL.map(|c| (c.name(), c.buffer_name())).into();
    assert_eq!(
        names,
        [
            ("PyTorch", "momentum_buffer"),
            ("Optax", "trace"),
            ("Keras", "momentums"),
            ("Flux Momentum", "mvel"),
            ("MLX", "v"),
            ("burn", "velocity"),
            ("exponential average", "velocity"),
            ("two-step form", "previous point"),
            ("Sutskever", "velocity"),
        ]
    );
    let nesterov = Convention::<f64>::FluxNesterov;
    assert_eq!(
        (nesterov.name(), nesterov.buffer_name()),
        ("Flux Nesterov", "vel")
    );
    for convention in Convention::ALL {
        assert!(!convention.is_nesterov());
        assert_eq!(convention.with_nesterov(false)?, convention);
        if convention != Convention::ExponentialAverage {
            let on = convention.with_nesterov(true)?;
            assert!(on.is_nesterov() && on.with_nesterov(true)? == on);
            assert_eq!(on.with_nesterov(false)?, convention);
        }
    }
    Ok(())
}

/// A line is written as the framework's users write it.
#[test]
fn lines_read_as_their_frameworks_have_them() -> Result<(), Error> {
    let shown = |convention| Ok::<_, Error>(Sgd::new(convention, 0.1, 0.9)?.to_string());
    assert_eq!(
        shown(Convention::PyTorch {
            dampening: 0.1,
            nesterov: false
        })?,
        "torch.optim.SGD(params, lr=0.1, momentum=0.9, dampening=0.1)"
    );
    assert_eq!(
        shown(Convention::Optax { nesterov: true })?,
        "optax.sgd(0.1, momentum=0.9, nesterov=True)"
    );
    assert_eq!(
        shown(Convention::Keras { nesterov: true })?,
        "keras.optimizers.SGD(learning_rate=0.1, momentum=0.9, nesterov=True)"
    );
    assert_eq!(
        shown(Convention::FluxNesterov)?,
        "Optimisers.Nesterov(0.1, 0.9)"
    );
    assert_eq!(
        shown(Convention::Mlx {
            dampening: 0.0,
            nesterov: false
        })?,
        "mlx.optimizers.SGD(learning_rate=0.1, momentum=0.9)"
    );
    assert_eq!(
        shown(Convention::Mlx {
            dampening: 0.5,
            nesterov: false
        })?,
        "mlx.optimizers.SGD(learning_rate=0.1, momentum=0.9, dampening=0.5)"
    );
    assert_eq!(
        shown(Convention::Burn {
            dampening: 0.1,
            nesterov: true
        })?,
        "MomentumConfig { momentum: 0.9, dampening: 0.1, nesterov: true }, optim.step(0.1, ..)"
    );
    assert_eq!(
        shown(Convention::ExponentialAverage)?,
        "sgd(grad, x, step_size=0.1, mass=0.9)"
    );
    assert_eq!(
        shown(Convention::TwoStep { nesterov: false })?,
        "x₊ = x + 0.9(x − x₋) − 0.1∇f(x)"
    );
    assert_eq!(
        shown(Convention::TwoStep { nesterov: true })?,
        "y = x + 0.9(x − x₋), x₊ = y − 0.1∇f(y)"
    );
    assert_eq!(
        shown(Convention::Sutskever { nesterov: false })?,
        "v₊ = 0.9v − 0.1∇f(x), x₊ = x + v₊"
    );
    assert_eq!(
        shown(Convention::Sutskever { nesterov: true })?,
        "v₊ = 0.9v − 0.1∇f(x + 0.9v), x₊ = x + v₊"
    );
    Ok(())
}
