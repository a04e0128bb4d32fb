//! The arguments of translate.

use crate::adaptive::Rule;
use crate::choices::{SYSTEMS, System};
use crate::courses::Course;
use crate::options::{USAGE, help, read};
use crate::support::FORMATS;
use heavyball::frameworks::{Clipping, Convention, WeightDecay};
use heavyball::prelude::*;
use lexopt::Parser;
use std::path::PathBuf;
use std::process::exit;

/// What was given.
#[derive(Debug, Default)]
pub(crate) struct Arguments {
    pub(crate) from: Option<System>,
    pub(crate) to: Option<System>,
    pub(crate) optimizer: Option<Rule>,
    pub(crate) lr: Option<f64>,
    pub(crate) beta1: Option<f64>,
    pub(crate) beta2: Option<f64>,
    pub(crate) eps: Option<f64>,
    pub(crate) rho: Option<f64>,
    pub(crate) momentum: Option<f64>,
    pub(crate) dampening: Option<f64>,
    pub(crate) to_dampening: Option<f64>,
    pub(crate) weight_decay: Option<f64>,
    pub(crate) clip_norm: Option<f64>,
    pub(crate) clip_value: Option<f64>,
    pub(crate) maximize: bool,
    pub(crate) schedule: Option<Course>,
    pub(crate) nesterov: bool,
    pub(crate) mass: Option<f64>,
    pub(crate) drag: Option<f64>,
    pub(crate) dt: Option<f64>,
    pub(crate) discretization: Option<Discretization>,
    pub(crate) curvature: Option<f64>,
    pub(crate) other_curvature: Option<f64>,
    pub(crate) out: Option<PathBuf>,
    pub(crate) format: Option<&'static str>,
}

impl Arguments {
    /// Those of the program; it ends here if they ask for help or are wrong.
    #[allow(clippy::print_stderr, reason = "wrong arguments are an error")]
    pub(crate) fn parse() -> Self {
        let found = read(&mut Parser::from_env()).and_then(|found| {
            found.as_ref().map_or(Ok(()), Self::check)?;
            Ok(found)
        });
        match found {
            Ok(Some(arguments)) => arguments,
            Ok(None) => {
                println!("{}", help());
                exit(0)
            }
            Err(reason) => {
                eprintln!("error: {reason}\n\n{USAGE}\n\nFor more information, try '--help'.");
                exit(2)
            }
        }
    }

    /// Checks the arguments in combination.
    fn check(&self) -> Result<(), &'static str> {
        let is_sgd = self.optimizer.is_none_or(|rule| rule == Rule::Sgd);
        let of_others = [self.beta1, self.beta2, self.eps, self.rho];
        if is_sgd && of_others.iter().any(Option::is_some) {
            return Err("--beta1, --beta2, --eps and --decay need an --optimizer that has them");
        }
        if !is_sgd {
            return Ok(());
        }
        let given = [self.mass, self.drag, self.dt].iter().flatten().count();
        let (from, to) = (self.from(), self.to());
        let physical = from == System::Physical;
        let to_particle = matches!(to, System::Physical | System::All);
        let damped = |system| matches!(system, System::Pytorch | System::Mlx | System::Burn);
        if from == System::All {
            return Err("--from needs one system; all is for --to");
        }
        if physical && given < 3 {
            return Err("--from physical needs all of --mass, --drag and --dt");
        }
        if physical && (self.lr.is_some() || self.momentum.is_some()) {
            return Err("--from physical has no --lr and no --momentum: they are what is found");
        }
        if !physical && given > 0 && !to_particle {
            return Err("--mass, --drag and --dt need --from physical or --to physical");
        }
        if !physical && given > 1 {
            return Err(
                "to a particle only one of --mass, --drag and --dt can be chosen: learning rate and momentum are two numbers, \
                 mass, drag and step three",
            );
        }
        if physical && self.weight_decay.is_some() {
            return Err("--from physical has no --weight-decay: a spring is part of the potential");
        }
        if self.clip_norm.is_some() && self.clip_value.is_some() {
            return Err("--clip-norm and --clip-value are one or the other, as in Keras");
        }
        let forced = self.clip_norm.is_some() || self.clip_value.is_some() || self.maximize;
        if physical && (forced || self.schedule.is_some()) {
            return Err(
                "--from physical has no --clip-norm, --clip-value, --maximize and --schedule: they are of a framework's line",
            );
        }
        if self.dampening.is_some() && !damped(from) {
            return Err("only pytorch, mlx and burn have a dampening");
        }
        if self.to_dampening.is_some() && !damped(to) {
            return Err("--to-dampening needs --to pytorch, mlx or burn");
        }
        Ok(())
    }

    fn from(&self) -> System {
        self.from.unwrap_or(System::Pytorch)
    }

    pub(crate) fn to(&self) -> System {
        self.to.unwrap_or(System::All)
    }

    pub(crate) fn format(&self) -> &'static str {
        let [png, _] = FORMATS;
        self.format.unwrap_or(png)
    }

    /// The systems to print.
    pub(crate) fn targets(&self) -> Vec<System> {
        match self.to() {
            System::All => SYSTEMS
                .iter()
                .map(|(system, ..)| *system)
                .filter(|system| *system != System::All)
                .collect(),
            one => vec![one],
        }
    }

    /// Learning rate and momentum of `--from`.
    pub(crate) fn line(&self) -> (f64, f64) {
        (self.lr.unwrap_or(0.1), self.momentum.unwrap_or(0.9))
    }

    /// The weight decay of `--from`, as that system writes it.
    pub(crate) fn source_weight_decay(&self) -> WeightDecay {
        let decay = self.weight_decay.unwrap_or(0.0);
        match self.from() {
            System::Keras => WeightDecay::Decoupled(decay),
            _ => WeightDecay::Coupled(decay),
        }
    }

    /// The bound on the gradient of `--from`.
    pub(crate) fn source_clipping(&self) -> Result<Option<Clipping>, Error> {
        Ok(match (self.clip_norm, self.clip_value) {
            (Some(bound), _) => Some(Clipping::norm(bound)?),
            (None, Some(bound)) => Some(Clipping::value(bound)?),
            (None, None) => None,
        })
    }

    pub(crate) fn source_convention(&self) -> Option<Convention> {
        self.convention(self.from(), self.dampening)
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
        match (self.from(), self.mass, self.drag, self.dt) {
            (System::Physical, Some(mass), ..) | (_, Some(mass), None, None) => Gauge::Mass(mass),
            (_, None, Some(drag), None) => Gauge::Drag(drag),
            (_, None, None, Some(dt)) => Gauge::Step(dt),
            _ => Gauge::Mass(1.0),
        }
    }

    pub(crate) fn discretization(&self) -> Discretization {
        self.discretization.unwrap_or(Discretization::ExplicitDrag)
    }

    /// The curvatures to check, the smaller first.
    pub(crate) fn curvatures(&self) -> Option<(f64, f64)> {
        let one = self.curvature?;
        Some(match self.other_curvature {
            None => (one, one),
            // Not with min and max, which ignore NaN.
            Some(other) if one > other => (other, one),
            Some(other) => (one, other),
        })
    }
}
