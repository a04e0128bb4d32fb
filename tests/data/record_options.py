"""Records runs of PyTorch, Optax and Keras with clipping, maximisation and schedules in float64, for option_iterates.json.

    pip install torch optax keras jax
    KERAS_BACKEND=jax python record_options.py > option_iterates.json
"""

import itertools
import json
import sys
import warnings

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import keras
import numpy as np
import optax
import torch

keras.backend.set_floatx("float64")
warnings.filterwarnings("ignore")
STEPS = 30
PROBLEMS = {
    "double_well": ([-1.5, -1.5], lambda x: [4 * x[0] ** 3 - 4 * x[0], 2 * x[1]]),
    "quadratic_1_10_40": ([1.0, -1.0, 0.5], lambda x: [x[0], 10 * x[1], 40 * x[2]]),
    # A hill in every direction, for maximisation.
    "hill_1_10_40": ([1.0, -1.0, 0.5], lambda x: [-x[0], -10 * x[1], -40 * x[2]]),
}
PLAIN = {
    "lr": 0.02, "momentum": 0.9, "dampening": 0.0, "nesterov": False, "maximize": False,
    "weight_decay": 0.0, "decoupled": False, "clip_norm": None, "clip_value": None,
}


def torch_scheduler(optimizer, name, a):
    of = torch.optim.lr_scheduler
    if name == "exponential":
        return of.ExponentialLR(optimizer, a["factor"])
    if name == "multi_step":
        return of.MultiStepLR(optimizer, a["milestones"], a["factor"])
    if name == "step_drop":
        return of.StepLR(optimizer, a["every"], a["factor"])
    if name == "polynomial":
        return of.PolynomialLR(optimizer, a["steps"], a["power"])
    if name == "cosine":
        return of.CosineAnnealingLR(optimizer, a["steps"], a["to"])
    if name == "cosine_restarts":
        return of.CosineAnnealingWarmRestarts(optimizer, a["steps"], a["growth"], a["to"])
    if name == "one_cycle":
        more = {"anneal_strategy": "linear" if a["linear"] else "cos", "three_phase": a["three_phase"]}
        return of.OneCycleLR(
            optimizer, a["peak"], total_steps=a["steps"], pct_start=a["peak_at"],
            base_momentum=a["low"], max_momentum=a["high"], **more,
        )
    if name == "warm_up_cosine":
        # LinearLR refuses to start at 0; LambdaLR is what is used instead.
        n, steps = a["warm_up"], a["steps"]
        def factor(k):
            return k / n if k < n else (1 + np.cos(np.pi * min(k - n, steps) / steps)) / 2
        return of.LambdaLR(optimizer, factor)
    if name == "warm_up_constant":
        return of.LinearLR(optimizer, a["start"] / a["lr"], total_iters=a["warm_up"])
    raise ValueError(name)


def optax_schedule(name, a):
    if name == "exponential":
        return optax.exponential_decay(a["lr"], a["over"], a["factor"])
    if name == "step_drop":
        return optax.exponential_decay(a["lr"], a["every"], a["factor"], staircase=True)
    if name == "multi_step":
        return optax.piecewise_constant_schedule(a["lr"], {k: a["factor"] for k in a["milestones"]})
    if name == "polynomial":
        return optax.polynomial_schedule(a["lr"], a["to"], a["power"], a["steps"])
    if name == "cosine":
        return optax.cosine_decay_schedule(a["lr"], a["steps"], a["to"] / a["lr"])
    if name == "cosine_restarts":
        cycle = dict(init_value=0.0, peak_value=a["lr"], warmup_steps=0, decay_steps=a["steps"], end_value=a["to"])
        return optax.sgdr_schedule([cycle] * 5)
    if name == "one_cycle":
        return optax.cosine_onecycle_schedule(a["steps"], a["peak"], a["peak_at"])
    if name == "one_cycle_linear":
        return optax.linear_onecycle_schedule(a["steps"], a["peak"], a["peak_at"])
    if name == "warm_up_cosine":
        return optax.warmup_cosine_decay_schedule(a["start"], a["lr"], a["warm_up"], a["warm_up"] + a["steps"])
    if name == "warm_up_constant":
        return optax.warmup_constant_schedule(a["start"], a["lr"], a["warm_up"])
    raise ValueError(name)


def keras_schedule(name, a):
    of = keras.optimizers.schedules
    if name == "exponential":
        return of.ExponentialDecay(a["lr"], a["over"], a["factor"])
    if name == "step_drop":
        return of.ExponentialDecay(a["lr"], a["every"], a["factor"], staircase=True)
    if name == "multi_step":
        values = [a["lr"] * a["factor"] ** i for i in range(len(a["milestones"]) + 1)]
        return of.PiecewiseConstantDecay(a["milestones"], values)
    if name == "polynomial":
        return of.PolynomialDecay(a["lr"], a["steps"], a["to"], a["power"])
    if name == "cosine":
        return of.CosineDecay(a["lr"], a["steps"], a["to"] / a["lr"])
    if name == "cosine_restarts":
        return of.CosineDecayRestarts(a["lr"], a["steps"], a["growth"], a["decay"], a["to"] / a["lr"])
    if name == "warm_up_cosine":
        return of.CosineDecay(a["start"], a["steps"], 0.0, warmup_target=a["lr"], warmup_steps=a["warm_up"])
    raise ValueError(name)


def by_torch(gradient, start, s, schedule, arguments, per_epoch):
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD(
        [x], lr=s["lr"], momentum=s["momentum"], dampening=s["dampening"], nesterov=s["nesterov"],
        weight_decay=s["weight_decay"], maximize=s["maximize"],
    )
    scheduler = schedule and torch_scheduler(optimizer, schedule, arguments)
    yield x.detach().numpy().copy(), None
    for k in range(STEPS):
        x.grad = torch.tensor(gradient(x.detach().numpy()), dtype=torch.float64)
        if s["clip_norm"]:
            torch.nn.utils.clip_grad_norm_([x], s["clip_norm"])
        if s["clip_value"]:
            torch.nn.utils.clip_grad_value_([x], s["clip_value"])
        group = optimizer.param_groups[0]
        used = group["lr"], group["momentum"]
        optimizer.step()
        if scheduler and (k + 1) % per_epoch == 0:
            scheduler.step()
        yield x.detach().numpy().copy(), used


def by_optax(gradient, start, s, schedule, arguments, per_epoch):
    rate = s["lr"]
    if schedule:
        of_count = optax_schedule(schedule, arguments)
        # Optax counts in int32, of which jax makes float32: the rates would have seven digits.
        rate = lambda k: of_count(jnp.asarray(k, jnp.float64) // per_epoch)
    chain = []
    if s["clip_norm"]:
        chain.append(optax.clip_by_global_norm(s["clip_norm"]))
    if s["clip_value"]:
        chain.append(optax.clip(s["clip_value"]))
    if s["maximize"]:
        chain.append(optax.scale(-1.0))
    if s["decoupled"]:
        chain += [optax.trace(s["momentum"], nesterov=s["nesterov"]), optax.add_decayed_weights(s["weight_decay"])]
        chain.append(optax.scale_by_learning_rate(rate))
    else:
        if s["weight_decay"]:
            chain.append(optax.add_decayed_weights(s["weight_decay"]))
        chain.append(optax.sgd(rate, momentum=s["momentum"], nesterov=s["nesterov"]))
    rule = optax.chain(*chain)
    x = jnp.array(start)
    state = rule.init(x)
    yield np.array(x), None
    for k in range(STEPS):
        if "high" in (arguments or {}):
            # inject_hyperparams would keep the momentum in float32; a rule for each step, with the state, does not.
            momentum = arguments["high"] + (arguments["low"] - arguments["high"]) * min(k, 20) / 20
            rule = optax.chain(optax.sgd(rate, momentum=momentum))
        updates, state = rule.update(jnp.array(gradient(np.array(x))), state, x)
        x = optax.apply_updates(x, updates)
        yield np.array(x), (float(rate(jnp.array(k))) if schedule else s["lr"], s["momentum"])


def by_keras(gradient, start, s, schedule, arguments, per_epoch):
    x = keras.Variable(np.array(start), dtype="float64")
    rate = keras_schedule(schedule, arguments) if schedule else s["lr"]
    optimizer = keras.optimizers.SGD(
        learning_rate=rate, momentum=s["momentum"], nesterov=s["nesterov"],
        weight_decay=s["weight_decay"] or None, global_clipnorm=s["clip_norm"], clipvalue=s["clip_value"],
    )
    optimizer.build([x])
    yield np.array(x.value), None
    for _ in range(STEPS):
        used = float(optimizer.learning_rate)
        optimizer.apply([jnp.array(gradient(np.array(x.value)))], [x])
        yield np.array(x.value), (used, s["momentum"])


RECORD = {"pytorch": by_torch, "optax": by_optax, "keras": by_keras}


def settings():
    """Framework, potential, settings, schedule, its arguments and the iterations of an epoch."""
    for framework in RECORD:
        decoupled = framework == "keras"
        # Clipping: by norm and by value, with Nesterov, and with weight decay, which is added behind it.
        for (norm, value), nesterov, decay in itertools.product(
            [(1.0, None), (None, 0.7)], [False, True], [0.0, 0.05]
        ):
            s = {"clip_norm": norm, "clip_value": value, "nesterov": nesterov}
            s |= {"weight_decay": decay, "decoupled": decoupled and decay > 0}
            potential = "quadratic_1_10_40" if nesterov else "double_well"
            yield framework, potential, PLAIN | s, None, None, 1
        # Schedules.
        rate = {"lr": 0.03}
        schedules = [
            ("exponential", rate | {"factor": 0.9, "over": 1}),
            ("step_drop", rate | {"factor": 0.5, "every": 7}),
            ("multi_step", rate | {"factor": 0.3, "milestones": [5, 12, 20]}),
            ("polynomial", rate | {"power": 2.0, "to": 0.0, "steps": 20}),
            ("cosine", rate | {"to": 0.001, "steps": 18}),
            ("cosine_restarts", rate | {"to": 0.001, "steps": 6, "growth": 1 if framework == "optax" else 2,
                                        "decay": 0.7 if framework == "keras" else 1.0}),
            ("warm_up_cosine", rate | {"start": 0.0, "warm_up": 5, "steps": 20}),
        ]
        for name, a in schedules:
            for nesterov in [False, True]:
                yield framework, "double_well", PLAIN | {"lr": a["lr"], "nesterov": nesterov}, name, a, 1
        if framework != "keras":
            a = rate | {"start": 0.006, "warm_up": 8}
            yield framework, "quadratic_1_10_40", PLAIN | {"lr": a["lr"]}, "warm_up_constant", a, 1
            # Counted in epochs of 4 iterations.
            yield framework, "double_well", PLAIN | rate, "exponential", rate | {"factor": 0.8, "over": 1}, 4
            # The whole line of a training script.
            s = {"lr": 0.03, "nesterov": True, "weight_decay": 5e-4, "clip_norm": 1.0}
            yield framework, "double_well", PLAIN | s, "warm_up_cosine", schedules[-1][1], 1
            # Uphill, with a spring that pulls to the origin and a bound.
            for decay, norm in itertools.product([0.0, 0.3], [None, 2.0]):
                s = {"maximize": True, "weight_decay": decay, "clip_norm": norm}
                yield framework, "hill_1_10_40", PLAIN | s, None, None, 1
    for linear, three_phase in itertools.product([False, True], [False, True]):
        a = {"peak": 0.05, "steps": 30, "peak_at": 0.3, "low": 0.8, "high": 0.95}
        a |= {"linear": linear, "three_phase": three_phase}
        yield "pytorch", "double_well", PLAIN, "one_cycle", a, 1
    a = {"peak": 0.05, "steps": 25, "peak_at": 0.3}
    yield "optax", "double_well", PLAIN, "one_cycle", a, 1
    yield "optax", "double_well", PLAIN, "one_cycle_linear", a, 1
    # A momentum that changes at a constant rate, and dampening with a rate from 0.
    a = {"lr": 0.03, "factor": 1.0, "over": 1, "high": 0.5, "low": 0.95}
    yield "optax", "double_well", PLAIN | {"lr": 0.03}, "exponential", a, 1
    a = {"lr": 0.03, "start": 0.0, "warm_up": 5, "steps": 20}
    yield "pytorch", "double_well", PLAIN | {"lr": 0.03, "dampening": 0.4}, "warm_up_cosine", a, 1
    # Optax's decoupled decay follows the scheduled rate.
    s = PLAIN | {"lr": 0.03, "weight_decay": 0.05, "decoupled": True}
    yield "optax", "double_well", s, "warm_up_cosine", a, 1
    yield "keras", "double_well", s, "warm_up_cosine", a, 1


def runs():
    for framework, potential, s, schedule, arguments, per_epoch in settings():
        start, gradient = PROBLEMS[potential]
        states = list(RECORD[framework](gradient, start, s, schedule, arguments, per_epoch))
        changed = {key: value for key, value in s.items() if value != PLAIN[key]}
        run = {"framework": framework, "potential": potential, **changed}
        if schedule:
            run |= {"schedule": schedule, **{"arguments": arguments, "per_epoch": per_epoch}}
            run |= {"rates": [used[0] for _, used in states[1:]]}
            if framework == "pytorch" and schedule == "one_cycle":
                run |= {"momenta": [used[1] for _, used in states[1:]]}
        yield run | {"iterates": [list(map(float, x)) for x, _ in states]}


versions = {m.__name__: m.__version__ for m in (torch, optax, keras, jax)}
print(f"recorded with {versions}", file=sys.stderr)
print("[")
print(",\n".join(json.dumps(run, separators=(",", ":")) for run in runs()))
print("]")
