//! A run that is saved, restored in another optimiser and continued has the bits of one without.

use crate::support::{Outcome, Well, lines};
use candle_core::{DType, Device, Tensor, Var};
use candle_nn::{Optimizer, VarMap};
use heavyball::frameworks::{Convention, Sgd};
use heavyball::{Cosine, WarmUp};
use heavyball_candle::{Error, Line, MomentumSgd};

fn file(name: &str) -> std::path::PathBuf {
    let name = format!("heavyball-candle-{}-{name}.safetensors", std::process::id());
    std::env::temp_dir().join(name)
}

fn check<L: Line + Clone>(line: L, name: &str) -> Outcome {
    let steps = |well: &Well, sgd: &mut MomentumSgd<L>, count: usize| -> Outcome {
        for _ in 0..count {
            sgd.backward_step(&well.loss()?)?;
        }
        Ok(())
    };
    let whole = Well::new()?;
    steps(
        &whole,
        &mut MomentumSgd::named(whole.named(), line.clone())?,
        100,
    )?;

    let half = Well::new()?;
    let mut sgd = MomentumSgd::named(half.named(), line.clone())?;
    steps(&half, &mut sgd, 37)?;
    let file = file(name);
    sgd.save(&file)?;
    let saved = half.at()?;
    // The file is a copy: what is done afterwards does not change it.
    steps(&half, &mut sgd, 5)?;

    let other = Well::new()?;
    other.x.set(&Tensor::new(&[saved.x], &Device::Cpu)?)?;
    other.y.set(&Tensor::new(&[saved.y], &Device::Cpu)?)?;
    // In another order: the buffers are found by their names.
    let [x, y] = other.named();
    let mut sgd = MomentumSgd::named([y, x], line)?;
    sgd.load(&file)?;
    std::fs::remove_file(&file)?;
    assert_eq!(sgd.iteration(), 37);
    steps(&other, &mut sgd, 63)?;
    assert_eq!(other.at()?, whole.at()?);
    Ok(())
}

#[test]
fn continued_runs_have_the_same_bits() -> Outcome {
    for (place, line) in lines()?.into_iter().enumerate() {
        check(line, &place.to_string())?;
    }
    let rate = WarmUp::new(5, Cosine::new(0.05, 0.0, 95)?)?;
    let keras = Sgd::new(Convention::Keras { nesterov: true }, 0.05, 0.9)?;
    check(keras.scheduled(rate, 0.9), "scheduled")
}

/// The order of `VarMap::all_vars` differs from run to run; the names do not.
#[test]
fn a_var_map_is_restored_by_its_names() -> Outcome {
    let variables = VarMap::new();
    for (name, size) in [("b.weight", 3), ("a.weight", 5), ("a.bias", 7)] {
        variables.get(
            size,
            name,
            candle_nn::Init::Const(1.0),
            DType::F32,
            &Device::Cpu,
        )?;
    }
    let line = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let mut sgd = MomentumSgd::from_var_map(&variables, line)?;
    let mut loss = Tensor::zeros((), DType::F32, &Device::Cpu)?;
    for var in variables.all_vars() {
        loss = (loss + var.sqr()?.sum_all()?)?;
    }
    sgd.backward_step(&loss)?;
    let state = sgd.state()?;
    let mut names: Vec<_> = state.keys().map(String::as_str).collect();
    names.sort_unstable();
    let buffers = ["buffer.a.bias", "buffer.a.weight", "buffer.b.weight"];
    assert_eq!(names[..3], buffers);
    assert_eq!(state["buffer.a.bias"].to_vec1::<f32>()?, [2.0; 7]);
    Ok(())
}

#[test]
fn states_that_do_not_fit_are_refused() -> Outcome {
    let optax = Sgd::new(Convention::Optax { nesterov: false }, 0.1, 0.9)?;
    let one = |name: &str, size: usize, line: Sgd| -> Result<_, Box<dyn std::error::Error>> {
        let var = Var::ones(size, DType::F32, &Device::Cpu)?;
        let mut sgd = MomentumSgd::named([(name.to_owned(), var.clone())], line)?;
        sgd.backward_step(&var.sqr()?.sum_all()?)?;
        Ok(sgd)
    };
    let state = one("x", 3, optax)?.state()?;
    let refused = one("y", 3, optax)?.restore(&state);
    assert!(matches!(refused, Err(Error::Unknown { .. })));
    let refused = one("x", 4, optax)?.restore(&state);
    assert!(matches!(refused, Err(Error::Shape { .. })));
    let keras = Sgd::new(Convention::Keras { nesterov: false }, 0.1, 0.9)?;
    let refused = one("x", 3, keras)?.restore(&state);
    let message = refused
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default();
    assert!(
        message.contains("Optax") && message.contains("Keras"),
        "{message}"
    );
    let refused = one("x", 3, optax)?.restore(&Default::default());
    assert!(matches!(refused, Err(Error::Convention { .. })));
    Ok(())
}
