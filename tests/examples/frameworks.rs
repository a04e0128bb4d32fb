//! What the examples about frameworks write.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up should fail"
)]

use crate::finished::{Fallible, Finished, run};
use std::collections::BTreeMap;

/// Rows of numbers by the first columns, in their order.
fn groups(name: &str, table: &str, keys: usize) -> Fallible<BTreeMap<String, Vec<Vec<f64>>>> {
    let mut groups: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
    for row in Finished::of(name)?.csv(table)?.1 {
        let (key, numbers) = row.split_at(keys);
        let numbers: Result<Vec<f64>, _> = numbers.iter().map(|field| field.parse()).collect();
        groups.entry(key.join(",")).or_default().push(numbers?);
    }
    Ok(groups)
}

/// The largest difference of two runs in the columns from `first` on.
fn apart(a: &[Vec<f64>], b: &[Vec<f64>], first: usize) -> f64 {
    assert_eq!(a.len(), b.len());
    let pairs = a
        .iter()
        .zip(b)
        .flat_map(|(a, b)| a[first..].iter().zip(&b[first..]));
    pairs.map(|(a, b)| (a - b).abs()).fold(0.0, f64::max)
}

/// Derivation (46): in every convention's own terms it is the same run of Nesterov's method; what is stored differs as the table
/// says: v = −lr·b in PyTorch, v = b in Keras, y = x + βv in both, x in the two-step form with the point before.
#[test]
fn one_run_in_every_convention() {
    let runs = groups("conventions", "conventions.csv", 1).unwrap();
    assert_eq!(runs.len(), 8);
    let reference = &runs["Sutskever"];
    let mut v = [0.0_f64; 2];
    let mut x = [-1.5_f64; 2];
    for row in reference {
        let [_, y1, y2, b1, b2, x1, x2, v1, v2] = row[..] else {
            panic!("a short row")
        };
        assert!(
            (x1 - x[0]).abs() < 1e-13 && (x2 - x[1]).abs() < 1e-13,
            "{row:?} {x:?}"
        );
        assert_eq!(([y1, y2], [b1, b2]), ([x1, x2], [v1, v2]));
        // Nesterov's lines on x₁⁴ − 2x₁² + x₂², by hand.
        let ahead = [x[0] + 0.9 * v[0], x[1] + 0.9 * v[1]];
        let gradient = [4.0 * ahead[0].powi(3) - 4.0 * ahead[0], 2.0 * ahead[1]];
        v = [
            0.9 * v[0] - 0.02 * gradient[0],
            0.9 * v[1] - 0.02 * gradient[1],
        ];
        x = [x[0] + v[0], x[1] + v[1]];
    }
    for (name, rows) in &runs {
        assert_eq!(rows.len(), 41);
        assert!(apart(rows, reference, 5) < 1e-13, "{name}");
        for row in rows {
            let [_, y, _, b, _, x, _, v, _] = row[..] else {
                panic!("a short row")
            };
            let (stored, buffer) = match name.as_str() {
                "two-step form" => (x, x - v),
                "Sutskever" => (x, v),
                "PyTorch" | "Optax" | "MLX" | "burn" => (x + 0.9 * v, -v / 0.02),
                _ => (x + 0.9 * v, v),
            };
            assert!(
                (y - stored).abs() < 1e-14 && (b - buffer).abs() < 1e-12,
                "{name} {row:?}"
            );
        }
    }
}

/// Derivation (47), (48): after the drop PyTorch and Keras part, and each can be made the other; along the cosine each follows its
/// own ball; and only the rescaled rule goes on with the ball.
#[test]
fn a_changed_rate() {
    let runs = groups("conventions", "rate_change.csv", 2).unwrap();
    let run = |change: &str, name: &str| &runs[&format!("{change},{name}")];
    let (keras, torch) = (run("drop", "Keras"), run("drop", "PyTorch"));
    assert_eq!(
        apart(&keras[..13], &torch[..13], 2).partial_cmp(&1e-14),
        Some(std::cmp::Ordering::Less)
    );
    assert!(apart(keras, torch, 2) > 1.0);
    assert!(apart(run("drop", "PyTorch; velocity kept"), keras, 2) < 1e-12);
    assert!(apart(run("drop", "Keras; velocity rescaled"), torch, 2) < 1e-12);

    let (keras, torch) = (run("cosine", "Keras"), run("cosine", "PyTorch"));
    let velocity = run("cosine", "the ball; velocity kept");
    let momentum = run("cosine", "the ball; momentum kept");
    assert!(apart(keras, velocity, 2) < 0.5 * apart(keras, momentum, 2));
    assert!(apart(torch, momentum, 2) < 0.5 * apart(torch, velocity, 2));

    let printed = &Finished::of("conventions").unwrap().printed;
    let distance = |name: &str| -> f64 {
        let line = printed
            .lines()
            .find(|line| line.trim().starts_with(name))
            .unwrap();
        let number = line.split_whitespace().rev().nth(5).unwrap();
        number.parse().unwrap()
    };
    let same = distance("the rate, β and v for the same ball");
    assert!(4.0 * same < distance("the rate alone, v kept"));
    assert!(4.0 * same < distance("the rate alone, v × 10"));
}

/// What translate prints for the arguments, and its messages.
fn translate(arguments: &str) -> (Option<i32>, String, String) {
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    let output = run("translate", &arguments).unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (
        output.status.code(),
        text(output.stdout),
        text(output.stderr),
    )
}

/// Derivation (46), (24): a line is translated to any system and back; the numbers are those of the table.
#[test]
fn translate_goes_from_every_system_to_every_other() {
    let (code, text, _) =
        translate("--from pytorch --lr 0.25 --momentum 0.5 --to physical --mass 1");
    assert_eq!(code, Some(0));
    assert!(
        text.contains("mass 1, drag 1, step 0.5, by ExplicitDrag"),
        "{text}"
    );
    assert!(text.contains("mass 0.75, drag 1 to second order"), "{text}");

    let systems = [
        ("pytorch", "torch.optim.SGD(params, lr=0.25, momentum=0.5)"),
        ("optax", "optax.sgd(0.25, momentum=0.5)"),
        (
            "keras",
            "keras.optimizers.SGD(learning_rate=0.25, momentum=0.5)",
        ),
        ("flux", "Optimisers.Momentum(0.25, 0.5)"),
        (
            "mlx",
            "mlx.optimizers.SGD(learning_rate=0.25, momentum=0.5)",
        ),
        ("average", "sgd(grad, x, step_size=0.5, mass=0.5)"),
        ("two-step", "x₊ = x + 0.5(x − x₋) − 0.25∇f(x)"),
        ("sutskever", "v₊ = 0.5v − 0.25∇f(x), x₊ = x + v₊"),
        ("physical", "a ball of mass 1, drag 1, step 0.5"),
    ];
    for (from, _) in systems {
        let given = match from {
            "physical" => "--mass 1 --drag 1 --dt 0.5",
            "average" => "--lr 0.5 --momentum 0.5",
            _ => "--lr 0.25 --momentum 0.5",
        };
        let (code, text, errors) = translate(&format!("--from {from} {given}"));
        assert_eq!(code, Some(0), "{errors}");
        for (to, expected) in systems {
            assert!(text.contains(expected), "{from} to {to}: {text}");
        }
        assert!(
            text.contains("dampening: 0.1") && text.contains("optim.step(0.2777"),
            "{text}"
        );
    }
    let (_, text, _) =
        translate("--from burn --lr 1 --momentum 0.5 --dampening 0.5 --to mlx --to-dampening 0.75");
    assert!(
        text.contains("learning_rate=2, momentum=0.5, dampening=0.75"),
        "{text}"
    );
    let (_, text, _) = translate("--nesterov --lr 0.1 --momentum 0.9 --curvature 1 25");
    assert!(
        text.contains("not stable") && text.contains("alpha below 0.054286"),
        "{text}"
    );
}

/// Derivation (46): a first step that is not dampened is told, with its v₀ = −(lr·τ/μ)∇f(x₀), of the line that is given and of
/// the line that is found; without dampening or momentum, and for MLX, there is nothing to tell.
#[test]
fn translate_tells_of_the_first_step() {
    let (_, text, _) = translate("--lr 0.5 --momentum 0.25 --dampening 0.5 --to optax");
    assert!(text.contains("v₀ = -1∇f(x₀)"), "{text}");
    let (_, text, _) = translate("--lr 0.5 --momentum 0.5 --to burn --to-dampening 0.5");
    assert!(
        text.contains("optim.step(1, ..)\n     begun afresh") && text.contains("v₀ = -1∇f(x₀)"),
        "{text}"
    );
    for arguments in [
        "--to keras",
        "--momentum 0 --dampening 0.5 --to optax",
        "--from mlx --dampening 0.5 --to optax",
    ] {
        let (code, text, _) = translate(arguments);
        assert!(code == Some(0) && !text.contains("first step"), "{text}");
    }
}

/// Derivation (61): weight decay is carried over, to Keras with other numbers, and every system gets an answer.
#[test]
fn translate_carries_weight_decay() {
    let given = "--lr 0.1 --momentum 0.9 --weight-decay 5e-4";
    let (code, text, _) = translate(&format!("--from pytorch {given}"));
    assert_eq!(code, Some(0), "{text}");
    for expected in [
        "torch.optim.SGD(params, lr=0.1, momentum=0.9, weight_decay=0.0005)",
        "optax.chain(optax.add_decayed_weights(0.0005), optax.sgd(0.1, momentum=0.9))",
        "keras.optimizers.SGD(learning_rate=0.1, momentum=0.90045",
        "OptimiserChain(WeightDecay(0.0005), Optimisers.Momentum(0.1, 0.9))",
        "mlx.optimizers.SGD(learning_rate=0.1, momentum=0.9, weight_decay=0.0005)",
        "WeightDecayConfig::new(0.0005)",
        "v₊ = 0.9v − 0.1(∇f(x) + 0.0005x), x₊ = x + v₊",
        "with a spring of stiffness 0.0005",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    let (code, text, _) = translate(&format!("--from pytorch {given} --nesterov"));
    assert_eq!(code, Some(0), "{text}");
    assert!(
        text.contains("no decoupled weight decay in Keras"),
        "{text}"
    );
    // Keras's own number is a tenth of the spring.
    let (_, text, _) = translate(&format!("--from keras {given} --to pytorch"));
    assert!(
        text.contains("weight_decay=4.99999") || text.contains("weight_decay=5e-5"),
        "{text}"
    );
    let (code, _, errors) = translate("--from physical --mass 1 --drag 1 --dt 1 --weight-decay 1");
    assert!(
        code == Some(2) && errors.contains("part of the potential"),
        "{errors}"
    );
    let (code, _, errors) = translate("--weight-decay -1");
    assert!(
        code == Some(1) && errors.contains("weight decay"),
        "{errors}"
    );
}

/// Derivation (61): the runs end at 4x³ − 4x + kx = 0, x = −√(1 − k/4), with k = λ coupled and λ/2 decoupled at β = ½.
#[test]
fn weight_decay_moves_the_minimum() -> Fallible<()> {
    let table = groups("weight_decay", "weight_decay.csv", 1)?;
    for (kind, part) in [("coupled", 1.0), ("decoupled", 0.5)] {
        let rows = &table[kind];
        assert_eq!(rows.len(), 14);
        for row in rows {
            let [decay, spring, momentum, end, minimum] = row[..] else {
                panic!("{row:?}")
            };
            assert_eq!((spring, momentum), (part * decay, 0.5));
            let expected = -(1.0 - 0.25 * part * decay).sqrt();
            assert!((minimum - expected).abs() < 1e-15, "{row:?}");
            assert!((end - expected).abs() < 1e-12, "{row:?}");
        }
    }
    Ok(())
}

/// Derivation (78), (79): from the table alone, Adam's iterates are p₊ = β₁p − Δt∇f, x₊ = x + Δt p₊/M₊ with its masses; the ball
/// stays near them; the steep direction is about as many times heavier as it is steeper, and nearly as far at all times; and
/// momentum is far behind.
#[test]
fn adam_is_the_ball_of_its_masses() -> Fallible<()> {
    let table = groups("adaptive_mass", "adaptive_mass.csv", 1)?;
    let (adam, ball) = (&table["Adam"], &table["ball"]);
    assert_eq!((adam.len(), ball.len()), (201, 2001));
    let (dt, curvatures) = (0.02, [1.0, 1e4]);
    let (mut x, mut p) = ([1.0, 0.6], [0.0; 2]);
    for (k, row) in adam.iter().enumerate().skip(1) {
        let [time, x1, x2, mass1, mass2] = row[..] else {
            panic!("{row:?}")
        };
        assert!((time - k as f64 * dt).abs() < 1e-12);
        for (i, mass) in [mass1, mass2].into_iter().enumerate() {
            p[i] = 0.9 * p[i] - dt * curvatures[i] * x[i];
            x[i] += dt * p[i] / mass;
        }
        assert!(
            (x[0] - x1).abs() + (x[1] - x2).abs() < 1e-12,
            "{row:?} {x:?}"
        );
        let on_ball = &ball[10 * k];
        let apart = (x1 - on_ball[1]).hypot(x2 - on_ball[2]);
        assert!(apart < 0.02, "{k}: {apart}");
    }
    let early = &adam[10];
    assert!(
        (early[4] / early[3] / (1e4 * 0.56) - 1.0).abs() < 0.02,
        "{early:?}"
    );
    let lowest = |rows: &[Vec<f64>]| rows.iter().map(|row| row[1]).fold(1.0, f64::min);
    assert!(lowest(adam) < 0.0 && lowest(&table["momentum"]) > 0.6);
    Ok(())
}

/// What one system cannot say is no reason to leave out the rest: stability and figure, a ball without drag among them.
#[test]
fn translate_goes_on_where_one_system_cannot() {
    let place = std::env::temp_dir().join(format!("heavyball-translate-{}", std::process::id()));
    let out = place.to_str().unwrap();
    let obabo = "--from optax --momentum -0.5 --discretization obabo --curvature 1";
    for (arguments, said) in [
        (obabo, "no particle under Obabo"),
        (
            "--from physical --mass 1 --drag 0 --dt 0.1 --curvature 1",
            "average refuses momentum 1",
        ),
        (
            "--momentum 1 --drag 1 --curvature 1",
            "beta = 1 has no drag",
        ),
    ] {
        let (code, text, errors) = translate(&format!("{arguments} --out {out}"));
        assert_eq!(code, Some(0), "{arguments}: {errors}");
        assert!(
            text.contains(said) && text.contains("on curvature 1: "),
            "{text}"
        );
        assert!(place.join("translate.png").is_file());
        std::fs::remove_dir_all(&place).unwrap();
    }
}

#[test]
fn translate_explains_wrong_input() {
    for (arguments, code, reason) in [
        ("--from torsh", 2, "a similar value exists: 'pytorch'"),
        ("--colour", 2, "unexpected argument '--colour'"),
        ("--lr fast", 2, "invalid value 'fast'"),
        ("--from all", 2, "--from needs one system"),
        (
            "--from physical --mass 1",
            2,
            "all of --mass, --drag and --dt",
        ),
        (
            "--from physical --mass 1 --drag 1 --dt 1 --lr 0.1",
            2,
            "no --lr and no --momentum",
        ),
        ("--to physical --mass 1 --drag 1", 2, "only one of"),
        (
            "--to keras --mass 1",
            2,
            "need --from physical or --to physical",
        ),
        ("--from keras --dampening 0.1", 2, "have a dampening"),
        ("--to optax --to-dampening 0.1", 2, "--to-dampening needs"),
        (
            "--lr -1",
            1,
            "the learning rate = -1 must be zero or positive",
        ),
        ("--momentum 1.5", 1, "beta = 1.5"),
        ("--nesterov --dampening 0.1", 1, "PyTorch refuses"),
        ("--from burn --nesterov", 1, "set the dampening to 0"),
        ("--nesterov --to average", 1, "no Nesterov variant"),
        ("--from keras --momentum -0.5", 1, "Keras refuses"),
        ("--from physical --mass 1 --drag 3 --dt 1", 1, "outside"),
        ("--to physical --drag -1", 1, "must be positive"),
        ("--mass -1", 1, "the gauge's mass = -1 must be positive"),
        ("--curvature 0", 1, "must be positive"),
        ("--curvature NaN 25", 1, "mu = NaN must be positive"),
        ("--curvature 25 NaN", 1, "l = NaN must be positive"),
        ("--from average --nesterov", 1, "no Nesterov variant"),
    ] {
        let (found, text, errors) = translate(arguments);
        assert_eq!(found, Some(code), "{arguments}: {text} {errors}");
        assert!(
            errors.contains(reason) && !errors.contains("panicked"),
            "{arguments}: {errors}"
        );
    }
    let (code, text, _) = translate("--help");
    assert!(
        code == Some(0) && text.contains("Usage:") && text.contains("--out <DIR>"),
        "{text}"
    );
}

/// Derivation (78), (83): adaptive rules are told in every framework that has them, with what differs, as a ball, and with their edge.
#[test]
fn translate_knows_adaptive_rules() {
    let given = "--optimizer adamw --lr 0.001 --weight-decay 0.01 --curvature 1 25";
    let (code, text, errors) = translate(given);
    assert_eq!(code, Some(0), "{errors}");
    for said in [
        "torch.optim.AdamW(params, lr=0.001, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01)",
        "optax.adamw(0.001, b1=0.9, b2=0.999, eps=1e-8, weight_decay=0.01)",
        "keras.optimizers.Adam(learning_rate=0.001, beta_1=0.9, beta_2=0.999, epsilon=1e-8, weight_decay=0.01)",
        "Keras's ε stands before the correction",
        "d(Mẋ)/dt = −∇f − aMẋ of the mass M = c₁P/aη",
    ] {
        assert!(text.contains(said), "{said}: {text}");
    }
    // 25·α(1 − β₁)/((2 − αλ)(1 + β₁)).
    let edge = text
        .split("is above ")
        .nth(1)
        .and_then(|rest| rest.split(',').next());
    let edge: f64 = edge.unwrap().parse().unwrap();
    let expected = 25.0 * 0.1 * 0.001 / (1.9 * (2.0 - 1e-5));
    assert!((edge / expected - 1.0).abs() < 1e-12, "{edge}");
    for (arguments, said) in [
        (
            "--optimizer adam --weight-decay 0.1",
            "Keras's weight_decay is decoupled",
        ),
        ("--optimizer nadam", "Optax's nadam has a constant μ"),
        (
            "--optimizer nadam --from optax",
            "PyTorch's NAdam changes its μ",
        ),
        (
            "--optimizer rmsprop --momentum 0.5",
            "eps_in_sqrt=False, momentum=0.5",
        ),
        ("--optimizer rmsprop", "without a mass"),
        (
            "--optimizer amsgrad",
            "Optax takes the largest of the corrected v̂",
        ),
        (
            "--optimizer adagrad --from keras",
            "initial_accumulator_value=0.1",
        ),
        ("--optimizer lion --from optax", "sign(0.9m"),
    ] {
        let (code, text, errors) = translate(arguments);
        assert!(
            code == Some(0) && text.contains(said),
            "{arguments}: {text}{errors}"
        );
    }
    for (arguments, code, reason) in [
        ("--optimizer lion", 1, "PyTorch has no Lion"),
        ("--optimizer adan", 2, "a similar value exists: 'adam'"),
        ("--optimizer adam --nesterov", 1, "--optimizer nadam"),
        ("--optimizer adam --momentum 0.9", 1, "it is --beta1"),
        ("--optimizer adam --beta2 1", 1, "beta2 = 1 must satisfy"),
        ("--optimizer adam --eps -1", 1, "epsilon = -1"),
        ("--optimizer adam --mass 1", 1, "its gradients set them"),
        ("--optimizer nadam --to optax", 1, "constant μ"),
        (
            "--optimizer adam --from flux",
            1,
            "--from pytorch, optax or keras",
        ),
        (
            "--optimizer adam --to flux",
            1,
            "--to pytorch, optax, keras",
        ),
        ("--beta1 0.9", 2, "need an --optimizer"),
    ] {
        let (found, text, errors) = translate(arguments);
        assert_eq!(found, Some(code), "{arguments}: {text}{errors}");
        assert!(
            errors.contains(reason) && !errors.contains("panicked"),
            "{arguments}: {errors}"
        );
    }
}

/// Derivation (62): clipping and maximisation are carried over where they can be, and the reason is told where not.
#[test]
fn translate_carries_clipping_and_maximisation() {
    let given = "--lr 0.1 --momentum 0.9 --clip-norm 2 --maximize";
    let (code, text, _) = translate(&format!("--from pytorch {given}"));
    assert_eq!(code, Some(0));
    for line in [
        "torch.nn.utils.clip_grad_norm_(params, 2), torch.optim.SGD(params, lr=0.1, momentum=0.9, maximize=True)",
        "optax.chain(optax.clip_by_global_norm(2), optax.scale(-1.0), optax.sgd(0.1, momentum=0.9))",
        "it does not add 1e-6 to the norm",
        "Keras has no switch to maximise; negate the loss instead",
        "on −f, a force at most 2 and hence the speed at most 6.32",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    let (_, text, _) = translate("--from keras --clip-value 0.5 --weight-decay 0.01 --to pytorch");
    assert!(
        text.contains("torch.nn.utils.clip_grad_value_(params, 0.5)"),
        "{text}"
    );
    for (arguments, reason) in [
        ("--clip-norm 0", "the bound of clipping by norm"),
        ("--clip-norm 1 --clip-value 1", "one or the other"),
        ("--from keras --maximize", "negate the loss"),
        (
            "--from physical --mass 1 --drag 1 --dt 1 --clip-norm 1",
            "of a framework's line",
        ),
    ] {
        let (code, _, errors) = translate(arguments);
        assert!(
            code != Some(0) && errors.contains(reason),
            "{arguments}: {errors}"
        );
    }
}

/// What a schedule is called, and where it cannot be carried over.
#[test]
fn translate_names_schedules() {
    let schedules =
        "warm-up-cosine cosine cosine-restarts one-cycle exponential step multi-step polynomial";
    for schedule in schedules.split(' ') {
        let (code, text, _) = translate(&format!("--schedule {schedule}"));
        assert_eq!(code, Some(0));
        // Nine frameworks and conventions, of which four have schedules.
        assert_eq!(text.matches("its schedule: ").count(), 9, "{text}");
        assert_eq!(text.matches("by hand").count(), 5, "{text}");
    }
    let (_, text, _) = translate("--schedule one-cycle --to keras");
    assert!(text.contains("cannot be carried over"), "{text}");
    let (code, _, errors) = translate("--schedule cosines");
    assert!(code == Some(2) && errors.contains("cosine"), "{errors}");
}
