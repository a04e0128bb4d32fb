//! The adaptive rules that `--optimizer` names: the same line in PyTorch, Optax and Keras, and the ball that it is.

use crate::arguments::Arguments;
use crate::choices::{Choice, System};
use crate::support::Failure;
use heavyball::adaptive_rules::{Adagrad, Adam, AmsGrad, Epsilon, Lion, NAdam, RmsProp};
use heavyball::frameworks::WeightDecay;
use heavyball::mapping::AdaptiveMapping;
use heavyball::particle::{AdaptiveBall, History, Inertia};
use heavyball::prelude::*;

/// A rule that is not SGD.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rule {
    Sgd,
    Adam,
    AdamW,
    AmsGrad,
    NAdam,
    RmsProp,
    Adagrad,
    Lion,
}

/// Every rule.
pub(crate) const RULES: [Choice<'_, Rule>; 8] = [
    (Rule::Sgd, &["sgd"], "momentum, the default"),
    (Rule::Adam, &["adam"], ""),
    (Rule::AdamW, &["adamw"], "Adam with decoupled weight decay"),
    (Rule::AmsGrad, &["amsgrad"], ""),
    (Rule::NAdam, &["nadam"], ""),
    (Rule::RmsProp, &["rmsprop"], "also with --momentum"),
    (Rule::Adagrad, &["adagrad"], ""),
    (Rule::Lion, &["lion"], "of optax and keras"),
];

/// One line of a framework, with its numbers as that framework means them.
struct Line {
    rule: Rule,
    from: System,
    lr: f64,
    betas: (f64, f64),
    eps: f64,
    decay: f64,
    momentum: f64,
    weight_decay: f64,
    decoupled: bool,
}

/// The line of the arguments.
fn line(arguments: &Arguments, rule: Rule) -> Result<Line, Failure> {
    let from = arguments.from.unwrap_or(System::Pytorch);
    if !matches!(from, System::Pytorch | System::Optax | System::Keras) {
        return Err(Failure::new(
            "--optimizer needs --from pytorch, optax or keras",
        ));
    }
    if rule == Rule::Lion && from == System::Pytorch {
        return Err(Failure::new(
            "PyTorch has no Lion; take --from optax or keras",
        ));
    }
    let of_sgd = [
        (
            arguments.nesterov,
            "--nesterov is of SGD; Nesterov's Adam is --optimizer nadam",
        ),
        (arguments.dampening.is_some(), "--dampening is of SGD"),
        (
            arguments.momentum.is_some() && rule != Rule::RmsProp,
            "--momentum is of SGD and RMSprop; here it is --beta1",
        ),
        (
            arguments.mass.is_some() || arguments.drag.is_some(),
            "an adaptive rule has no --mass and --drag of its own: its gradients set them; --dt is the time of an iteration",
        ),
        (
            arguments.rho.is_some() && rule != Rule::RmsProp,
            "--decay is of RMSprop; here it is --beta2",
        ),
        (
            (arguments.beta1.is_some() || arguments.beta2.is_some())
                && matches!(rule, Rule::RmsProp | Rule::Adagrad),
            "RMSprop and Adagrad have no betas",
        ),
        (
            arguments.eps.is_some() && rule == Rule::Lion,
            "Lion has no --eps",
        ),
        (
            arguments.clip_norm.is_some()
                || arguments.clip_value.is_some()
                || arguments.schedule.is_some(),
            "--clip-norm, --clip-value and --schedule are the same for every optimizer; ask for them without --optimizer",
        ),
    ];
    if let Some((_, reason)) = of_sgd.into_iter().find(|(given, _)| *given) {
        return Err(Failure::new(reason));
    }
    let eps = match (from, rule) {
        (System::Pytorch, Rule::Adagrad) => 1e-10,
        (System::Keras, _) | (_, Rule::Adagrad) => 1e-7,
        _ => 1e-8,
    };
    let forgets = if rule == Rule::Lion { 0.99 } else { 0.999 };
    let torch = from == System::Pytorch;
    Ok(Line {
        rule,
        from,
        lr: arguments.lr.unwrap_or(1e-3),
        betas: (
            arguments.beta1.unwrap_or(0.9),
            arguments.beta2.unwrap_or(forgets),
        ),
        eps: arguments.eps.unwrap_or(eps),
        decay: arguments.rho.unwrap_or(if torch { 0.99 } else { 0.9 }),
        momentum: arguments.momentum.unwrap_or(0.0),
        weight_decay: arguments.weight_decay.unwrap_or(0.0),
        decoupled: rule == Rule::AdamW || from == System::Keras || rule == Rule::Lion,
    })
}

/// Prints the answer.
pub(crate) fn answer(arguments: &Arguments, rule: Rule) -> Result<(), Failure> {
    let line = line(arguments, rule)?;
    let dt = arguments.dt.unwrap_or(1.0);
    let (ball, edge) = line.ball(dt)?;
    println!("{}", line.call(line.from).map_err(Failure::new)?);
    let all = arguments.to() == System::All;
    for target in [
        System::Pytorch,
        System::Optax,
        System::Keras,
        System::Physical,
    ] {
        if !all && target != arguments.to() {
            continue;
        }
        let found = match target {
            System::Physical => Ok(ball.clone()),
            _ => line.call(target),
        };
        match found {
            Ok(found) => println!("  is {found}"),
            Err(reason) if all => println!("  {reason}"),
            Err(reason) => return Err(Failure::new(reason)),
        }
    }
    if !all
        && !matches!(
            arguments.to(),
            System::Pytorch | System::Optax | System::Keras | System::Physical
        )
    {
        return Err(Failure::new(
            "--optimizer needs --to pytorch, optax, keras, physical or all",
        ));
    }
    let Some((mu, l)) = arguments.curvatures() else {
        return Ok(());
    };
    match edge {
        None => println!(
            "on any curvature: its steps do not shrink with the gradient, it ends in a cycle of the size α"
        ),
        Some(edge) => println!(
            "on curvatures from {mu} to {l}: stable while √v̂ + ε is above {}, the curvature over {edge}; with a small ε it goes to \
             that edge by itself",
            l / edge,
            edge = shown(edge)
        ),
    }
    Ok(())
}

impl Line {
    fn kept(&self) -> WeightDecay {
        if self.decoupled {
            WeightDecay::Decoupled(self.weight_decay)
        } else {
            WeightDecay::Coupled(self.weight_decay)
        }
    }

    /// ε, where this framework has it.
    fn epsilon(&self) -> Epsilon {
        match (self.rule, self.from) {
            (Rule::RmsProp | Rule::Adagrad, System::Optax | System::Keras) => {
                Epsilon::Inside(self.eps)
            }
            (Rule::Adam | Rule::AdamW | Rule::AmsGrad, System::Keras) => {
                Epsilon::BeforeCorrection(self.eps)
            }
            _ => Epsilon::Outside(self.eps),
        }
    }

    /// The ball in words, and the edge of stability.
    fn ball(&self, dt: f64) -> Result<(String, Option<f64>), Error> {
        let (beta1, beta2) = self.betas;
        let (kept, epsilon) = (self.kept(), self.epsilon());
        match self.rule {
            Rule::Sgd | Rule::Adam | Rule::AdamW => {
                let rule = Adam::new(self.lr)?
                    .with_betas(beta1, beta2)?
                    .with_epsilon(epsilon)?;
                let rule = rule.with_weight_decay(kept)?;
                described(&rule, dt, rule.largest_stable_curvature())
            }
            Rule::AmsGrad => {
                let rule = if self.from == System::Optax {
                    AmsGrad::optax(self.lr)?
                } else {
                    AmsGrad::new(self.lr)?
                };
                let rule = rule.with_betas(beta1, beta2)?.with_epsilon(epsilon)?;
                let rule = rule.with_weight_decay(kept)?;
                described(&rule, dt, rule.largest_stable_curvature())
            }
            Rule::NAdam => {
                let rule = match self.from {
                    System::Optax => NAdam::optax(self.lr)?,
                    System::Keras => NAdam::keras(self.lr)?,
                    _ => NAdam::new(self.lr)?,
                };
                let rule = rule.with_betas(beta1, beta2)?.with_epsilon(epsilon)?;
                let rule = rule.with_weight_decay(kept)?;
                described(&rule, dt, rule.largest_stable_curvature())
            }
            Rule::RmsProp => {
                let rule = RmsProp::new(self.lr)?
                    .with_decay(self.decay)?
                    .with_epsilon(epsilon)?;
                let rule = rule.with_momentum(self.momentum)?;
                let rule = rule.with_weight_decay(kept)?;
                described(&rule, dt, rule.largest_stable_curvature())
            }
            Rule::Adagrad => {
                let rule = if self.from == System::Pytorch {
                    Adagrad::new(self.lr)?
                } else {
                    Adagrad::optax(self.lr)?
                };
                let rule = rule.with_epsilon(epsilon)?;
                let rule = rule.with_weight_decay(kept)?;
                described(&rule, dt, rule.largest_stable_curvature())
            }
            Rule::Lion => {
                let rule = Lion::new(self.lr)?.with_betas(beta1, beta2)?;
                rule.with_weight_decay(kept)?;
                let (eta, b) = (shown(self.lr / dt), shown((1.0 - beta2) / dt));
                let text = format!(
                    "ẋ = −η sign({beta1}m + {}∇f), ṁ = b(∇f − m), with η = {eta}, b = {b}: a speed without a mass",
                    shown(1.0 - beta1)
                );
                Ok((text, None))
            }
        }
    }

    /// The call in `target`, with what differs there; or why there is none.
    fn call(&self, target: System) -> Result<String, String> {
        let Self { lr, eps, .. } = self;
        let (beta1, beta2) = self.betas;
        let decays = self.weight_decay != 0.0;
        let coupled_only = |framework: &str| {
            if decays && self.decoupled {
                return Err(format!("{framework} has no decoupled weight decay for it"));
            }
            Ok(())
        };
        let weight_decay = |name: &str| {
            if decays {
                format!(", {name}={}", self.weight_decay)
            } else {
                String::new()
            }
        };
        match target {
            System::Pytorch => {
                let moments = format!("lr={lr}, betas=({beta1}, {beta2}), eps={eps:e}");
                let decay = weight_decay("weight_decay");
                let note = self.note(matches!(self.from, System::Keras));
                match self.rule {
                    Rule::Lion => Err("PyTorch has no Lion".to_owned()),
                    Rule::NAdam => {
                        let psi = match self.from {
                            System::Optax => return Err("PyTorch's NAdam changes its μ, by momentum_decay; Optax's does not".to_owned()),
                            System::Keras => "1",
                            _ => "0.004",
                        };
                        let kind = if decays && self.decoupled {
                            ", decoupled_weight_decay=True"
                        } else {
                            ""
                        };
                        Ok(format!(
                            "torch.optim.NAdam(params, {moments}{decay}, momentum_decay={psi}{kind})"
                        ))
                    }
                    Rule::RmsProp => {
                        coupled_only("PyTorch")?;
                        let momentum = with("momentum", self.momentum);
                        let alpha = self.decay;
                        let inside = self.note_on_root(matches!(self.from, System::Pytorch));
                        Ok(format!(
                            "torch.optim.RMSprop(params, lr={lr}, alpha={alpha}, eps={eps:e}{momentum}{decay}){inside}"
                        ))
                    }
                    Rule::Adagrad => {
                        coupled_only("PyTorch")?;
                        let initial = if self.from == System::Pytorch {
                            ""
                        } else {
                            ", initial_accumulator_value=0.1"
                        };
                        let inside = self.note_on_root(matches!(self.from, System::Pytorch));
                        Ok(format!(
                            "torch.optim.Adagrad(params, lr={lr}{initial}, eps={eps:e}{decay}){inside}"
                        ))
                    }
                    _ => {
                        let kind = if decays && self.decoupled {
                            "AdamW"
                        } else {
                            "Adam"
                        };
                        let largest = if self.rule == Rule::AmsGrad {
                            ", amsgrad=True"
                        } else {
                            ""
                        };
                        Ok(format!(
                            "torch.optim.{kind}(params, {moments}{decay}{largest}){note}{}",
                            self.note_on_largest(target)
                        ))
                    }
                }
            }
            System::Optax => {
                let moments = format!("b1={beta1}, b2={beta2}");
                let note = self.note(matches!(self.from, System::Keras));
                let inside = self.note_on_root(true);
                let (call, scale) = match self.rule {
                    Rule::Lion => (
                        format!("lion({lr}, {moments}, weight_decay={})", self.weight_decay),
                        None,
                    ),
                    Rule::NAdam if self.from != System::Optax => {
                        return Err(
                            "Optax's nadam has a constant μ; that of PyTorch and Keras changes"
                                .to_owned(),
                        );
                    }
                    Rule::NAdam if decays && self.decoupled => (
                        format!(
                            "nadamw({lr}, {moments}, eps={eps:e}{})",
                            weight_decay("weight_decay")
                        ),
                        None,
                    ),
                    Rule::NAdam => (format!("nadam({lr}, {moments}, eps={eps:e})"), Some(())),
                    Rule::RmsProp => {
                        let momentum = with("momentum", self.momentum);
                        let place = if self.from == System::Pytorch {
                            ", eps_in_sqrt=False"
                        } else {
                            ""
                        };
                        (
                            format!(
                                "rmsprop({lr}, decay={}, eps={eps:e}{place}{momentum})",
                                self.decay
                            ),
                            Some(()),
                        )
                    }
                    Rule::Adagrad => {
                        let initial = if self.from == System::Pytorch {
                            "0.0"
                        } else {
                            "0.1"
                        };
                        let other = self.note_on_root(self.from != System::Pytorch);
                        (
                            format!("adagrad({lr}, {initial}, eps={eps:e}){other}"),
                            Some(()),
                        )
                    }
                    Rule::AmsGrad => (
                        format!(
                            "amsgrad({lr}, {moments}, eps={eps:e}){}",
                            self.note_on_largest(target)
                        ),
                        Some(()),
                    ),
                    _ if decays && self.decoupled => (
                        format!(
                            "adamw({lr}, {moments}, eps={eps:e}{})",
                            weight_decay("weight_decay")
                        ),
                        None,
                    ),
                    _ => (format!("adam({lr}, {moments}, eps={eps:e})"), Some(())),
                };
                if decays && scale.is_some() {
                    if self.decoupled {
                        return Err("Optax's alias for it has no decoupled weight decay; chain its scale_by, add_decayed_weights and \
                                    scale_by_learning_rate".to_owned());
                    }
                    return Ok(format!(
                        "optax.chain(optax.add_decayed_weights({}), optax.{call}){note}{inside}",
                        self.weight_decay
                    ));
                }
                Ok(format!("optax.{call}{note}{inside}"))
            }
            _ => {
                if decays && !self.decoupled {
                    return Err("Keras's weight_decay is decoupled; give its layers the regulariser L2 with half the coefficient".to_owned());
                }
                let decay = weight_decay("weight_decay");
                let moments = format!("learning_rate={lr}, beta_1={beta1}, beta_2={beta2}");
                let other = self.note_on_root(self.from != System::Pytorch);
                match self.rule {
                    Rule::Lion => Ok(format!("keras.optimizers.Lion({moments}{decay})")),
                    Rule::NAdam if self.from != System::Keras => Err(
                        "Keras's Nadam changes its μ at ψ = 1, another rate than this".to_owned(),
                    ),
                    Rule::NAdam => Ok(format!(
                        "keras.optimizers.Nadam({moments}, epsilon={eps:e}{decay})"
                    )),
                    Rule::RmsProp => {
                        let momentum = with("momentum", self.momentum);
                        Ok(format!(
                            "keras.optimizers.RMSprop(learning_rate={lr}, rho={}{momentum}, epsilon={eps:e}{decay}){other}",
                            self.decay
                        ))
                    }
                    Rule::Adagrad => {
                        let initial = if self.from == System::Pytorch {
                            "0"
                        } else {
                            "0.1"
                        };
                        Ok(format!(
                            "keras.optimizers.Adagrad(learning_rate={lr}, initial_accumulator_value={initial}, epsilon={eps:e}{decay}){other}"
                        ))
                    }
                    _ => {
                        let largest = if self.rule == Rule::AmsGrad {
                            ", amsgrad=True"
                        } else {
                            ""
                        };
                        Ok(format!(
                            "keras.optimizers.Adam({moments}, epsilon={eps:e}{largest}{decay}){}{}",
                            self.note(self.from != System::Keras),
                            self.note_on_largest(target)
                        ))
                    }
                }
            }
        }
    }

    /// Told where ε changes its place about the correction.
    fn note(&self, changes: bool) -> &'static str {
        let is_adam = matches!(self.rule, Rule::Adam | Rule::AdamW | Rule::AmsGrad);
        if changes && is_adam && self.eps != 0.0 {
            "\n     Keras's ε stands before the correction: it is ε/√(1 − β₂ᵏ) elsewhere, which is larger at the start"
        } else {
            ""
        }
    }

    /// Told where ε comes in or out of the root.
    fn note_on_root(&self, agrees: bool) -> &'static str {
        let has_root = matches!(self.rule, Rule::RmsProp | Rule::Adagrad);
        if !agrees && has_root && self.eps != 0.0 {
            "\n     ε is inside the root in one of the two and outside in the other: they differ where gradients are small"
        } else {
            ""
        }
    }

    /// Told where the largest is taken of something else.
    fn note_on_largest(&self, target: System) -> &'static str {
        let optax = [self.from, target].map(|system| system == System::Optax);
        if self.rule == Rule::AmsGrad && optax[0] != optax[1] {
            "\n     Optax takes the largest of the corrected v̂, the others of v: the same rule only in the long run"
        } else {
            ""
        }
    }
}

/// A number to six digits.
fn shown(number: f64) -> f64 {
    format!("{number:.5e}").parse().unwrap_or(number)
}

fn with(name: &str, value: f64) -> String {
    if value == 0.0 {
        return String::new();
    }
    format!(", {name}={value}")
}

/// The ball of `rule` in words.
fn described<R: AdaptiveMapping>(
    rule: &R,
    dt: f64,
    edge: f64,
) -> Result<(String, Option<f64>), Error> {
    let ball: AdaptiveBall = rule.to_adaptive_ball(dt)?;
    let eta = shown(ball.speed());
    let history = match ball.history() {
        History::Average { forgetting, .. } => format!("v̇ = b(g² − v), b = {}", shown(forgetting)),
        History::Largest { forgetting, .. } | History::LargestCorrected { forgetting } => {
            format!(
                "v̇ = b(g² − v), of which P has the largest, b = {}",
                shown(forgetting)
            )
        }
        History::Sum { .. } => "v̇ = g²".to_owned(),
    };
    let motion = match ball.inertia() {
        Inertia::Massless => format!("a ball without a mass, Pẋ = −η∇f, η = {eta}"),
        Inertia::MomentumKept { drag, .. } => {
            format!(
                "a ball d(Mẋ)/dt = −∇f − aMẋ of the mass M = c₁P/aη, a = {}, η = {eta}",
                shown(drag)
            )
        }
        Inertia::VelocityKept { drag } => {
            format!(
                "a ball Mẍ = −∇f − aMẋ of the mass M = P/aη, a = {}, η = {eta}",
                shown(drag)
            )
        }
        Inertia::Divided { drag, rate } => format!(
            "a ball of which the part μ = 1 − ½e^(−κt) has the mass M = P/aημ and the rest none, a = {}, κ = {}, η = {eta}",
            shown(drag),
            shown(rate)
        ),
    };
    Ok((
        format!("{motion},\n     P = √v̂ + ε, {history}, if an iteration takes the time {dt}"),
        Some(edge),
    ))
}
