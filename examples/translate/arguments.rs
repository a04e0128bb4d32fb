//! The arguments of translate.

use crate::support::FORMATS;
use clap::error::ErrorKind;
use clap::{CommandFactory as _, Parser, ValueEnum};
use heavyball::frameworks::Convention;
use heavyball::prelude::*;
use std::path::PathBuf;

/// A system to translate from or to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum System {
    #[value(alias = "torch")]
    Pytorch,
    Optax,
    Keras,
    /// Optimisers.Momentum, or with --nesterov Optimisers.Nesterov
    Flux,
    Mlx,
    Burn,
    /// b₊ = μb − (1 − μ)g, as HIPS autograd
    Average,
    /// Polyak's x₊ = x + β(x − x₋) − α∇f
    #[value(alias = "polyak")]
    TwoStep,
    /// v₊ = βv − α∇f, x₊ = x + v₊
    Sutskever,
    /// mass, drag and step
    #[value(alias = "particle")]
    Physical,
    /// every one of them; only for --to
    All,
}

/// How the motion of the ball is discretised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Row {
    /// Semi-implicit Euler, exactly Sutskever's update
    ExplicitDrag,
    ImplicitDrag,
    DampKickDrift,
    KickDampDrift,
    ExponentialDrag,
    /// Verlet with drag, second order
    CentralDrag,
    Obabo,
    Boaob,
}

/// What is this learning rate and momentum elsewhere, and as a particle?
#[derive(Debug, Parser)]
#[command(name = "translate", after_help = EXAMPLES)]
pub(crate) struct Arguments {
    /// The system to translate from
    #[arg(long, value_enum, value_name = "SYSTEM", default_value = "pytorch")]
    from: System,
    /// The system to translate to
    #[arg(long, value_enum, value_name = "SYSTEM", default_value = "all")]
    pub(crate) to: System,
    /// Learning rate of --from [default: 0.1]
    #[arg(long, value_name = "RATE", visible_aliases = ["learning-rate", "alpha", "eta", "step-size"], allow_negative_numbers = true)]
    lr: Option<f64>,
    /// Momentum of --from [default: 0.9]
    #[arg(long, value_name = "MU", visible_aliases = ["beta", "mu", "rho"], allow_negative_numbers = true)]
    momentum: Option<f64>,
    /// Dampening of --from; for pytorch, mlx and burn [default: 0, burn 0.1]
    #[arg(long, value_name = "TAU", allow_negative_numbers = true)]
    dampening: Option<f64>,
    /// Dampening of --to; for pytorch, mlx and burn [default: 0, burn 0.1]
    #[arg(long, value_name = "TAU", allow_negative_numbers = true)]
    pub(crate) to_dampening: Option<f64>,
    /// Nesterov's variant
    #[arg(long)]
    pub(crate) nesterov: bool,
    /// Mass of the particle
    #[arg(long, value_name = "M", allow_negative_numbers = true)]
    mass: Option<f64>,
    /// Drag of the particle
    #[arg(long, value_name = "GAMMA", allow_negative_numbers = true)]
    drag: Option<f64>,
    /// Step of the particle
    #[arg(
        long,
        value_name = "DT",
        visible_alias = "step",
        allow_negative_numbers = true
    )]
    dt: Option<f64>,
    /// How the motion of the ball is discretised
    #[arg(long, value_enum, value_name = "ROW", default_value = "explicit-drag")]
    discretization: Row,
    /// Tell whether it is stable on this curvature, or on two and all between
    #[arg(long, num_args = 1..=2, value_name = "LAMBDA", allow_negative_numbers = true)]
    curvature: Vec<f64>,
    /// Also write translate.csv and the figure translate there
    #[arg(long, value_name = "DIR")]
    pub(crate) out: Option<PathBuf>,
    /// The format of the figure
    #[arg(long, value_name = "FORMAT", value_parser = FORMATS, default_value = FORMATS[0])]
    pub(crate) format: String,
}

const EXAMPLES: &str = "\
Examples:
  translate --from pytorch --lr 0.1 --momentum 0.9 --to physical --mass 1
  translate --from physical --mass 1 --drag 0.5 --dt 0.1 --to keras
  translate --from burn --lr 0.1 --momentum 0.9 --to optax
  translate --from average --step-size 1 --momentum 0.9 --curvature 1 25";

/// Ends the program as clap does for a wrong argument.
fn refuse(kind: ErrorKind, message: &str) -> ! {
    Arguments::command().error(kind, message).exit()
}

impl Arguments {
    /// Checks the arguments in combination.
    pub(crate) fn check(&self) {
        let given = [self.mass, self.drag, self.dt].iter().flatten().count();
        let physical = self.from == System::Physical;
        if self.from == System::All {
            refuse(
                ErrorKind::InvalidValue,
                "--from needs one system; all is for --to",
            );
        }
        if physical && given < 3 {
            let message = "--from physical needs all of --mass, --drag and --dt";
            refuse(ErrorKind::MissingRequiredArgument, message);
        }
        if physical && (self.lr.is_some() || self.momentum.is_some()) {
            let message = "--from physical has no --lr and no --momentum: they are what is found";
            refuse(ErrorKind::ArgumentConflict, message);
        }
        let to_particle = matches!(self.to, System::Physical | System::All);
        if !physical && given > 0 && !to_particle {
            let message = "--mass, --drag and --dt need --from physical or --to physical";
            refuse(ErrorKind::ArgumentConflict, message);
        }
        if !physical && given > 1 {
            let message = "to a particle only one of --mass, --drag and --dt can be chosen: learning rate and momentum are two numbers, \
                           mass, drag and step three";
            refuse(ErrorKind::ArgumentConflict, message);
        }
        let damped = |system| matches!(system, System::Pytorch | System::Mlx | System::Burn);
        if self.dampening.is_some() && !damped(self.from) {
            let message = "only pytorch, mlx and burn have a dampening";
            refuse(ErrorKind::ArgumentConflict, message);
        }
        if self.to_dampening.is_some() && !damped(self.to) {
            let message = "--to-dampening needs --to pytorch, mlx or burn";
            refuse(ErrorKind::ArgumentConflict, message);
        }
    }

    /// The systems to print.
    pub(crate) fn targets(&self) -> Vec<System> {
        match self.to {
            System::All => System::value_variants()
                .iter()
                .copied()
                .filter(|system| *system != System::All)
                .collect(),
            one => vec![one],
        }
    }

    /// Learning rate and momentum of `--from`.
    pub(crate) fn line(&self) -> (f64, f64) {
        (self.lr.unwrap_or(0.1), self.momentum.unwrap_or(0.9))
    }

    pub(crate) fn source_convention(&self) -> Option<Convention> {
        self.convention(self.from, self.dampening)
    }

    /// The convention of a system; `None` for a particle.
    pub(crate) fn convention(&self, system: System, dampening: Option<f64>) -> Option<Convention> {
        let nesterov = self.nesterov;
        let tau = dampening.unwrap_or(0.0);
        Some(match system {
            System::Pytorch => Convention::PyTorch {
                dampening: tau,
                nesterov,
            },
            System::Optax => Convention::Optax { nesterov },
            System::Keras => Convention::Keras { nesterov },
            System::Flux if nesterov => Convention::FluxNesterov,
            System::Flux => Convention::FluxMomentum,
            System::Mlx => Convention::Mlx {
                dampening: tau,
                nesterov,
            },
            System::Burn => Convention::Burn {
                dampening: dampening.unwrap_or(0.1),
                nesterov,
            },
            System::Average => Convention::ExponentialAverage,
            System::TwoStep => Convention::TwoStep { nesterov },
            System::Sutskever => Convention::Sutskever { nesterov },
            System::Physical | System::All => return None,
        })
    }

    /// The ball and step of `--from physical`.
    pub(crate) fn ball(&self) -> Result<(HeavyBall, f64), Error> {
        // `check` has made sure that all three are given.
        let number = |value: Option<f64>| value.unwrap_or(f64::NAN);
        let ball = HeavyBall::new(number(self.mass), number(self.drag))?;
        Ok((ball, number(self.dt)))
    }

    pub(crate) fn gauge(&self) -> Gauge {
        match (self.from, self.mass, self.drag, self.dt) {
            (System::Physical, Some(mass), ..) | (_, Some(mass), None, None) => Gauge::Mass(mass),
            (_, None, Some(drag), None) => Gauge::Drag(drag),
            (_, None, None, Some(dt)) => Gauge::Step(dt),
            _ => Gauge::Mass(1.0),
        }
    }

    pub(crate) fn discretization(&self) -> Discretization {
        match self.discretization {
            Row::ExplicitDrag => Discretization::ExplicitDrag,
            Row::ImplicitDrag => Discretization::ImplicitDrag,
            Row::DampKickDrift => Discretization::DampKickDrift,
            Row::KickDampDrift => Discretization::KickDampDrift,
            Row::ExponentialDrag => Discretization::ExponentialDrag,
            Row::CentralDrag => Discretization::CentralDrag,
            Row::Obabo => Discretization::Obabo,
            Row::Boaob => Discretization::Boaob,
        }
    }

    /// The curvatures to check, the smaller first.
    pub(crate) fn curvatures(&self) -> Option<(f64, f64)> {
        match *self.curvature {
            [one] => Some((one, one)),
            // Not with min and max, which ignore NaN.
            [mu, l] if mu > l => Some((l, mu)),
            [mu, l] => Some((mu, l)),
            _ => None,
        }
    }
}
