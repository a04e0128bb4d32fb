"""Records runs of the adaptive rules of PyTorch, Optax and Keras in float64, for adaptive_iterates.json.

    pip install torch optax keras jax
    KERAS_BACKEND=jax python record_adaptive.py > adaptive_iterates.json
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
# Otherwise NAdam keeps its mu_product in float32.
torch.set_default_dtype(torch.float64)
warnings.filterwarnings("ignore")
STEPS = 40
PROBLEMS = {
    "double_well": ([-1.5, -1.5], lambda x: [4 * x[0] ** 3 - 4 * x[0], 2 * x[1]]),
    "quadratic_1_10_40": ([1.0, -1.0, 0.5], lambda x: [x[0], 10 * x[1], 40 * x[2]]),
    "rosenbrock": (
        [-1.2, 1.0],
        lambda x: [-2 * (1 - x[0]) - 400 * x[0] * (x[1] - x[0] ** 2), 200 * (x[1] - x[0] ** 2)],
    ),
    # A hill in every direction, for maximisation.
    "hill_1_10_40": ([1.0, -1.0, 0.5], lambda x: [-x[0], -10 * x[1], -40 * x[2]]),
}
# What every rule has; a field that is left out of a run has these values.
PLAIN = {"lr": 0.05, "weight_decay": 0.0, "decoupled": False, "maximize": False, "rates": None}


def warm_up_cosine(lr, k):
    """From 0 up over 5 steps, then half a cosine down over 30."""
    return lr * k / 5 if k < 5 else lr * (1 + np.cos(np.pi * min(k - 5, 30) / 30)) / 2


def torch_rule(x, rule, s, o):
    of = torch.optim
    more = {"lr": s["lr"], "weight_decay": s["weight_decay"], "maximize": s["maximize"]}
    if rule in ("adam", "amsgrad"):
        make = of.AdamW if s["decoupled"] else of.Adam
        return make([x], betas=o["betas"], eps=o["eps"], amsgrad=rule == "amsgrad", **more)
    if rule == "nadam":
        return of.NAdam(
            [x], betas=o["betas"], eps=o["eps"], momentum_decay=o["momentum_decay"],
            decoupled_weight_decay=s["decoupled"], **more,
        )
    if rule == "rmsprop":
        return of.RMSprop(
            [x], alpha=o["decay"], eps=o["eps"], momentum=o.get("momentum", 0.0), centered=o.get("centered", False), **more
        )
    if rule == "adagrad":
        return of.Adagrad(
            [x], lr_decay=o.get("lr_decay", 0.0), eps=o["eps"], initial_accumulator_value=o.get("initial", 0.0), **more
        )
    raise ValueError(rule)


def by_torch(gradient, start, rule, s, o):
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch_rule(x, rule, s, o)
    yield x.detach().numpy().copy()
    for k in range(STEPS):
        if s["rates"]:
            optimizer.param_groups[0]["lr"] = s["rates"][k]
        x.grad = torch.tensor(gradient(x.detach().numpy()), dtype=torch.float64)
        optimizer.step()
        yield x.detach().numpy().copy()


def optax_rule(rule, rate, o):
    """The rule, or its direction and the last link of its chain, between which decoupled decay goes."""
    if rule == "adam":
        b1, b2 = o["betas"]
        direction = optax.scale_by_adam(b1, b2, o["eps"], o.get("eps_root", 0.0))
    elif rule == "nadam":
        b1, b2 = o["betas"]
        direction = optax.scale_by_adam(b1, b2, o["eps"], o.get("eps_root", 0.0), nesterov=True)
    elif rule == "amsgrad":
        b1, b2 = o["betas"]
        corrected = o.get("bias_correction", [True, True])
        direction = optax.scale_by_amsgrad(
            b1, b2, o["eps"], o.get("eps_root", 0.0),
            bias_correction_mu=corrected[0], bias_correction_nu=corrected[1],
        )
    elif rule == "lion":
        direction = optax.scale_by_lion(*o["betas"])
    elif rule == "adagrad":
        return [optax.adagrad(rate, o["initial"], o["eps"])]
    elif rule == "rmsprop":
        return [optax.rmsprop(
            rate, decay=o["decay"], eps=o["eps"], initial_scale=o.get("initial", 0.0),
            eps_in_sqrt=o.get("eps_in_sqrt", True), centered=o.get("centered", False), momentum=o.get("momentum"),
            nesterov=o.get("nesterov", False), bias_correction=o.get("bias_correction", False),
        )]
    else:
        raise ValueError(rule)
    return [direction, optax.scale_by_learning_rate(rate)]


def in_float64(state):
    """Optax counts in int32, of which jax makes float32: the bias corrections would have seven digits."""
    return jax.tree.map(lambda leaf: leaf.astype(jnp.float64), state)


def by_optax(gradient, start, rule, s, o):
    rate = s["lr"]
    if s["rates"]:
        table = jnp.array(s["rates"])
        rate = lambda k: table[jnp.asarray(k, jnp.int32)]
    links = optax_rule(rule, rate, o)
    if s["weight_decay"]:
        decay = optax.add_decayed_weights(s["weight_decay"])
        links.insert(len(links) - 1 if s["decoupled"] else 0, decay)
    if s["maximize"]:
        links.insert(0, optax.scale(-1.0))
    chain = optax.chain(*links)
    x = jnp.array(start)
    state = in_float64(chain.init(x))
    yield np.array(x)
    for _ in range(STEPS):
        updates, state = chain.update(jnp.array(gradient(np.array(x))), state, x)
        x = optax.apply_updates(x, updates)
        yield np.array(x)


def keras_rule(rule, s, o):
    of = keras.optimizers
    more = {"learning_rate": s["lr"], "weight_decay": s["weight_decay"] or None}
    if rule in ("adam", "amsgrad"):
        b1, b2 = o["betas"]
        return of.Adam(beta_1=b1, beta_2=b2, epsilon=o["eps"], amsgrad=rule == "amsgrad", **more)
    if rule == "nadam":
        b1, b2 = o["betas"]
        return of.Nadam(beta_1=b1, beta_2=b2, epsilon=o["eps"], **more)
    if rule == "lion":
        b1, b2 = o["betas"]
        return of.Lion(beta_1=b1, beta_2=b2, **more)
    if rule == "rmsprop":
        return of.RMSprop(
            rho=o["decay"], momentum=o.get("momentum", 0.0), epsilon=o["eps"], centered=o.get("centered", False), **more
        )
    if rule == "adagrad":
        return of.Adagrad(initial_accumulator_value=o["initial"], epsilon=o["eps"], **more)
    raise ValueError(rule)


def by_keras(gradient, start, rule, s, o):
    x = keras.Variable(np.array(start), dtype="float64")
    optimizer = keras_rule(rule, s, o)
    optimizer.build([x])
    yield np.array(x.value)
    for k in range(STEPS):
        if s["rates"]:
            optimizer.learning_rate = s["rates"][k]
        optimizer.apply([jnp.array(gradient(np.array(x.value)))], [x])
        yield np.array(x.value)


RECORD = {"pytorch": by_torch, "optax": by_optax, "keras": by_keras}
BETAS = {"betas": [0.9, 0.999], "eps": 1e-8}


def rules(framework):
    """Rule and options of a framework."""
    torch, optax, keras = (framework == name for name in RECORD)
    for betas, eps in itertools.product([[0.9, 0.999], [0.8, 0.95], [0.0, 0.9]], [1e-8, 1e-2]):
        yield "adam", {"betas": betas, "eps": eps}
    yield "amsgrad", BETAS
    yield "amsgrad", {"betas": [0.8, 0.9], "eps": 1e-3}
    if torch:
        for decay in [0.004, 0.0, 0.5]:
            yield "nadam", {"betas": [0.9, 0.99], "eps": 1e-8, "momentum_decay": decay}
    else:
        yield "nadam", {"betas": [0.9, 0.99], "eps": 1e-8}
        yield "nadam", {"betas": [0.7, 0.9], "eps": 1e-3}
        yield "lion", {"betas": [0.9, 0.99]}
        yield "lion", {"betas": [0.5, 0.8]}
    for momentum, centered in itertools.product([0.0, 0.8], [False, True]):
        yield "rmsprop", {"decay": 0.9, "eps": 1e-6, "momentum": momentum, "centered": centered}
    if torch:
        yield "adagrad", {"eps": 1e-10}
        yield "adagrad", {"eps": 1e-3, "initial": 0.1, "lr_decay": 0.02}
    else:
        yield "adagrad", {"eps": 1e-7, "initial": 0.1}
        yield "adagrad", {"eps": 1e-2, "initial": 0.0}
    if optax:
        yield "adam", {"betas": [0.9, 0.99], "eps": 1e-8, "eps_root": 1e-3}
        yield "nadam", {"betas": [0.9, 0.99], "eps": 1e-8, "eps_root": 1e-3}
        for corrected in [[False, True], [True, False], [False, False]]:
            yield "amsgrad", {"betas": [0.8, 0.9], "eps": 1e-3, "bias_correction": corrected}
        plain = {"decay": 0.9, "eps": 1e-4}
        yield "rmsprop", plain | {"eps_in_sqrt": False}
        yield "rmsprop", plain | {"initial": 1.0}
        yield "rmsprop", plain | {"bias_correction": True}
        yield "rmsprop", {"decay": 0.9, "eps": 1.0, "bias_correction": True, "centered": True}
        yield "rmsprop", plain | {"momentum": 0.7, "nesterov": True, "eps_in_sqrt": False}


def settings():
    """Framework, rule, potential, settings and options."""
    for framework in RECORD:
        named = {}
        for (rule, o), potential in zip(rules(framework), itertools.cycle(list(PROBLEMS)[:3])):
            # The first variance is 0 by cancellation, which needs a gradient of moderate size.
            if o.get("bias_correction") is True and o.get("centered"):
                potential = "double_well"
            # At 0.05, rules without momentum swing across Rosenbrock's valley and multiply rounding errors by 10⁶.
            rate = {"lr": 0.01} if potential == "rosenbrock" else {}
            yield framework, rule, potential, PLAIN | rate, o
            named.setdefault(rule, o)
        # Weight decay and maximisation, for one set of options of each rule, and a schedule from 0 to 0.
        for rule, o in named.items():
            coupled = framework != "keras"
            decoupled = framework == "keras" or framework == "optax" and rule in ("adam", "nadam", "amsgrad", "lion")
            decoupled = decoupled or framework == "pytorch" and rule in ("adam", "nadam", "amsgrad")
            if coupled:
                yield framework, rule, "double_well", PLAIN | {"weight_decay": 0.3}, o
                s = {"maximize": True, "weight_decay": 0.1}
                yield framework, rule, "hill_1_10_40", PLAIN | s, o
            if decoupled:
                s = {"weight_decay": 0.3, "decoupled": True}
                yield framework, rule, "double_well", PLAIN | s, o
            rates = [warm_up_cosine(0.1, k) for k in range(STEPS)]
            s = {"lr": 0.1, "rates": rates}
            if decoupled:
                s |= {"weight_decay": 0.1, "decoupled": True}
            yield framework, rule, "rosenbrock", PLAIN | s, o


def runs():
    for framework, rule, potential, s, o in settings():
        start, gradient = PROBLEMS[potential]
        iterates = list(RECORD[framework](gradient, start, rule, s, o))
        changed = {key: value for key, value in s.items() if value != PLAIN[key]}
        if "rates" in changed:
            changed["rates"] = "warm_up_cosine"
        run = {"framework": framework, "rule": rule, "potential": potential, **changed, "options": o}
        yield run | {"iterates": [list(map(float, x)) for x in iterates]}


versions = {m.__name__: m.__version__ for m in (torch, optax, keras, jax)}
print(f"recorded with {versions}", file=sys.stderr)
print("[")
print(",\n".join(json.dumps(run, separators=(",", ":")) for run in runs()))
print("]")
