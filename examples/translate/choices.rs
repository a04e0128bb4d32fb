//! The words that options of translate can be: systems and rows.

use heavyball::prelude::*;

/// A system to translate from or to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum System {
    Pytorch,
    Optax,
    Keras,
    Flux,
    Mlx,
    Burn,
    Average,
    TwoStep,
    Sutskever,
    Physical,
    All,
}

/// What an option can be: its value, its name and perhaps another, and what it means.
pub(crate) type Choice<'a, T> = (T, &'a [&'a str], &'a str);

/// Every system; the last is all of them.
pub(crate) const SYSTEMS: [Choice<'_, System>; 11] = [
    (System::Pytorch, &["pytorch", "torch"], ""),
    (System::Optax, &["optax"], ""),
    (System::Keras, &["keras"], ""),
    (
        System::Flux,
        &["flux"],
        "Optimisers.Momentum, or with --nesterov Optimisers.Nesterov",
    ),
    (System::Mlx, &["mlx"], ""),
    (System::Burn, &["burn"], ""),
    (
        System::Average,
        &["average"],
        "b₊ = μb − (1 − μ)g, as HIPS autograd",
    ),
    (
        System::TwoStep,
        &["two-step", "polyak"],
        "Polyak's x₊ = x + β(x − x₋) − α∇f",
    ),
    (
        System::Sutskever,
        &["sutskever"],
        "v₊ = βv − α∇f, x₊ = x + v₊",
    ),
    (
        System::Physical,
        &["physical", "particle"],
        "mass, drag and step",
    ),
    (System::All, &["all"], "every one of them; only for --to"),
];

/// How the motion of the ball is discretised.
pub(crate) const ROWS: [Choice<'_, Discretization>; 8] = [
    (
        Discretization::ExplicitDrag,
        &["explicit-drag"],
        "Semi-implicit Euler, exactly Sutskever's update",
    ),
    (Discretization::ImplicitDrag, &["implicit-drag"], ""),
    (Discretization::DampKickDrift, &["damp-kick-drift"], ""),
    (Discretization::KickDampDrift, &["kick-damp-drift"], ""),
    (Discretization::ExponentialDrag, &["exponential-drag"], ""),
    (
        Discretization::CentralDrag,
        &["central-drag"],
        "Verlet with drag, second order",
    ),
    (Discretization::Obabo, &["obabo"], ""),
    (Discretization::Boaob, &["boaob"], ""),
];

/// The value of a word, or which words there are and which of them is like it.
pub(crate) fn chosen<T: Copy>(word: &str, choices: &[Choice<'_, T>]) -> Result<T, String> {
    let named = choices.iter().find(|(_, names, _)| names.contains(&word));
    named.map(|(value, ..)| *value).ok_or_else(|| {
        let (all, edited): (Vec<&str>, Vec<usize>) = choices
            .iter()
            .filter_map(|(_, names, _)| {
                let edited = names.iter().map(|name| edits(word, name)).min()?;
                Some((*names.first()?, edited))
            })
            .unzip();
        let near = all.iter().zip(edited).filter(|(_, edits)| *edits < 3);
        let like = near.min_by_key(|(_, edits)| *edits);
        let tip = like.map(|(name, _)| format!("\n\n  tip: a similar value exists: '{name}'"));
        format!(
            "\n  [possible values: {}]{}",
            all.join(", "),
            tip.unwrap_or_default()
        )
    })
}

/// How many letters are put in, left out or changed from one word to the other, in any case.
fn edits(one: &str, other: &str) -> usize {
    let other = other.to_lowercase();
    let mut before: Vec<usize> = (0..=other.chars().count()).collect();
    for letter in one.to_lowercase().chars() {
        let mut row = vec![before.first().map_or(0, |first| first + 1)];
        for (pair, same) in before.windows(2).zip(other.chars().map(|x| x == letter)) {
            let &[changed, put_in] = pair else { continue };
            let left_out = row.last().map_or(0, |last| last + 1);
            row.push((changed + usize::from(!same)).min(put_in + 1).min(left_out));
        }
        before = row;
    }
    before.last().copied().unwrap_or_default()
}

/// The choices with what they mean, a line each.
pub(crate) fn listed<T>(choices: &[Choice<'_, T>]) -> String {
    let names = choices
        .iter()
        .map(|(_, names, meaning)| (names.first().copied().unwrap_or_default(), *meaning));
    let width = names.clone().map(|(name, _)| name.len()).max().unwrap_or(0);
    names.fold(String::new(), |lines, (name, meaning)| {
        let colon = if meaning.is_empty() { "" } else { ":" };
        let line = format!("          - {:<1$}", format!("{name}{colon}"), width + 2);
        format!("{lines}{}\n", format!("{line}{meaning}").trim_end())
    })
}
