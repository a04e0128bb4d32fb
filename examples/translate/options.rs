//! The options of translate, read from the command line.

use crate::adaptive::RULES;
use crate::arguments::Arguments;
use crate::choices::{ROWS, SYSTEMS, chosen, listed};
use crate::courses::COURSES;
use crate::support::FORMATS;
use lexopt::Parser;
use lexopt::prelude::{Long, Short, Value};
use std::ffi::OsStr;
use std::slice::from_ref;

/// What the command line says, or what is wrong with it; `None` if it asks for help.
pub(crate) fn read(parser: &mut Parser) -> Result<Option<Arguments>, String> {
    let mut found = Arguments::default();
    let system = |text: &OsStr| chosen(&text.to_string_lossy(), &SYSTEMS);
    while let Some(option) = parser.next().map_err(|error| error.to_string())? {
        match option {
            Long("from") => set(&mut found.from, "--from <SYSTEM>", parser, system)?,
            Long("to") => set(&mut found.to, "--to <SYSTEM>", parser, system)?,
            Long("optimizer") => {
                let (place, option) = (&mut found.optimizer, "--optimizer <RULE>");
                let rule = |text: &OsStr| chosen(&text.to_string_lossy(), &RULES);
                set(place, option, parser, rule)?;
            }
            Long("beta1") => set(&mut found.beta1, "--beta1 <BETA1>", parser, number)?,
            Long("beta2") => set(&mut found.beta2, "--beta2 <BETA2>", parser, number)?,
            Long("eps" | "epsilon") => set(&mut found.eps, "--eps <EPSILON>", parser, number)?,
            Long("decay") => set(&mut found.rho, "--decay <RHO>", parser, number)?,
            Long("lr" | "learning-rate" | "alpha" | "eta" | "step-size") => {
                set(&mut found.lr, "--lr <RATE>", parser, number)?;
            }
            Long("momentum" | "beta" | "mu" | "rho") => {
                set(&mut found.momentum, "--momentum <MU>", parser, number)?;
            }
            Long("dampening") => set(&mut found.dampening, "--dampening <TAU>", parser, number)?,
            Long("to-dampening") => {
                let option = "--to-dampening <TAU>";
                set(&mut found.to_dampening, option, parser, number)?;
            }
            Long("weight-decay") => {
                let option = "--weight-decay <LAMBDA>";
                set(&mut found.weight_decay, option, parser, number)?;
            }
            Long("clip-norm") => set(&mut found.clip_norm, "--clip-norm <C>", parser, number)?,
            Long("clip-value") => set(&mut found.clip_value, "--clip-value <C>", parser, number)?,
            Long("maximize") => found.maximize = true,
            Long("schedule") => {
                let (place, option) = (&mut found.schedule, "--schedule <SCHEDULE>");
                let course = |text: &OsStr| chosen(&text.to_string_lossy(), &COURSES);
                set(place, option, parser, course)?;
            }
            Long("nesterov") => found.nesterov = true,
            Long("mass") => set(&mut found.mass, "--mass <M>", parser, number)?,
            Long("drag") => set(&mut found.drag, "--drag <GAMMA>", parser, number)?,
            Long("dt" | "step") => set(&mut found.dt, "--dt <DT>", parser, number)?,
            Long("discretization") => {
                let (place, option) = (&mut found.discretization, "--discretization <ROW>");
                let row = |text: &OsStr| chosen(&text.to_string_lossy(), &ROWS);
                set(place, option, parser, row)?;
            }
            Long("curvature") => {
                let (place, option) = (&mut found.curvature, "--curvature <LAMBDA>...");
                set(place, option, parser, number)?;
                found.other_curvature = second(parser);
            }
            Long("out") => {
                let path = |text: &OsStr| Ok(text.into());
                set(&mut found.out, "--out <DIR>", parser, path)?;
            }
            Long("format") => {
                let formats = FORMATS.each_ref().map(|name| (*name, from_ref(name), ""));
                let format = |text: &OsStr| chosen(&text.to_string_lossy(), &formats);
                set(&mut found.format, "--format <FORMAT>", parser, format)?;
            }
            Long("help") | Short('h') => return Ok(None),
            Long(name) => return Err(format!("unexpected argument '--{name}' found")),
            Short(letter) => return Err(format!("unexpected argument '-{letter}' found")),
            Value(text) => return Err(format!("unexpected argument '{}' found", text.display())),
        }
    }
    Ok(Some(found))
}

/// Sets what an option gives, which it may do once.
fn set<T>(
    place: &mut Option<T>,
    option: &str,
    parser: &mut Parser,
    read: impl FnOnce(&OsStr) -> Result<T, String>,
) -> Result<(), String> {
    let text = parser
        .value()
        .ok()
        .filter(|text| !text.as_encoded_bytes().starts_with(b"--"));
    let text =
        text.ok_or_else(|| format!("a value is required for '{option}' but none was supplied"))?;
    let value = read(&text)
        .map_err(|reason| format!("invalid value '{}' for '{option}'{reason}", text.display()))?;
    match place.replace(value) {
        Some(_) => Err(format!(
            "the argument '{option}' cannot be used multiple times"
        )),
        None => Ok(()),
    }
}

fn number(text: &OsStr) -> Result<f64, String> {
    text.to_string_lossy()
        .parse()
        .map_err(|error| format!(": {error}"))
}

/// The number that follows the first of an option, if there is one.
fn second(parser: &mut Parser) -> Option<f64> {
    let mut rest = parser.try_raw_args()?;
    let following = rest.next_if(|text| number(text).is_ok())?;
    number(&following).ok()
}

/// The answer to `--help`.
pub(crate) fn help() -> String {
    let (systems, rows, courses) = (listed(&SYSTEMS), listed(&ROWS), listed(&COURSES));
    let rules = listed(&RULES);
    let ([format, _], formats) = (FORMATS, FORMATS.join(", "));
    format!(
        "\
What is this learning rate and momentum elsewhere, and as a particle?

{USAGE}

Options:
      --from <SYSTEM>
          The system to translate from

          Possible values:
{systems}
          [default: pytorch]

      --to <SYSTEM>
          The system to translate to, of the same

          [default: all]

      --optimizer <RULE>
          The rule, if it is not SGD; then for pytorch, optax, keras and physical, where --dt is the time of an iteration

          Possible values:
{rules}
      --beta1 <BETA1>, --beta2 <BETA2>, --eps <EPSILON>, --decay <RHO>
          Numbers of that rule; the last is RMSprop's, PyTorch's alpha [default: those of --from]

      --lr <RATE>
          Learning rate of --from [default: 0.1, of adaptive rules 0.001]

          [aliases: --learning-rate, --alpha, --eta, --step-size]

      --momentum <MU>
          Momentum of --from [default: 0.9]

          [aliases: --beta, --mu, --rho]

      --dampening <TAU>
          Dampening of --from; for pytorch, mlx and burn [default: 0, burn 0.1]

      --to-dampening <TAU>
          Dampening of --to; for pytorch, mlx and burn [default: 0, burn 0.1]

      --weight-decay <LAMBDA>
          Weight decay of --from: decoupled in keras, added to the gradient elsewhere [default: 0]

      --clip-norm <C>
          Bound on the norm of the gradient of --from, before weight decay is added

      --clip-value <C>
          Bound on each component of the gradient of --from

      --maximize
          Climb instead, as PyTorch's maximize=True

      --schedule <SCHEDULE>
          Also tell what this schedule of the learning rate is called in each framework

          Possible values:
{courses}
      --nesterov
          Nesterov's variant

      --mass <M>
          Mass of the particle

      --drag <GAMMA>
          Drag of the particle

      --dt <DT>
          Step of the particle

          [alias: --step]

      --discretization <ROW>
          How the motion of the ball is discretised

          Possible values:
{rows}
          [default: explicit-drag]

      --curvature <LAMBDA>...
          Tell whether it is stable on this curvature, or on two and all between

      --out <DIR>
          Also write translate.csv and the figure translate there

      --format <FORMAT>
          The format of the figure

          [default: {format}]
          [possible values: {formats}]

  -h, --help
          Print help

Examples:
  translate --from pytorch --lr 0.1 --momentum 0.9 --to physical --mass 1
  translate --from physical --mass 1 --drag 0.5 --dt 0.1 --to keras
  translate --optimizer adamw --lr 0.001 --weight-decay 0.01 --curvature 1 25
  translate --from burn --lr 0.1 --momentum 0.9 --to optax
  translate --from average --step-size 1 --momentum 0.9 --curvature 1 25"
    )
}

pub(crate) const USAGE: &str = "Usage: translate [OPTIONS]";
