"""Records runs of PyTorch, Optax and Keras with weight decay in float64, for weight_decay_iterates.json.

    pip install torch optax keras jax
    KERAS_BACKEND=jax python record_weight_decay.py > weight_decay_iterates.json
"""

import itertools
import json
import sys

import jax

jax.config.update("jax_enable_x64", True)

import jax.numpy as jnp
import keras
import numpy as np
import optax
import torch

keras.backend.set_floatx("float64")
STEPS = 40
PROBLEMS = {
    "double_well": ([-1.5, -1.5], lambda x: [4 * x[0] ** 3 - 4 * x[0], 2 * x[1]]),
    "quadratic_1_10_40": ([1.0, -1.0, 0.5], lambda x: [x[0], 10 * x[1], 40 * x[2]]),
}


def by_torch(gradient, start, lr, momentum, dampening, nesterov, decay, kind):
    x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.SGD(
        [x], lr=lr, momentum=momentum, dampening=dampening, nesterov=nesterov, weight_decay=decay
    )
    yield x.detach().numpy().copy()
    for _ in range(STEPS):
        x.grad = torch.tensor(gradient(x.detach().numpy()), dtype=torch.float64)
        optimizer.step()
        yield x.detach().numpy().copy()


def by_optax(gradient, start, lr, momentum, dampening, nesterov, decay, kind):
    if kind == "coupled":
        rule = optax.chain(
            optax.add_decayed_weights(decay), optax.sgd(lr, momentum=momentum, nesterov=nesterov)
        )
    else:
        rule = optax.chain(
            optax.trace(momentum, nesterov=nesterov),
            optax.add_decayed_weights(decay),
            optax.scale_by_learning_rate(lr),
        )
    x = jnp.array(start)
    state = rule.init(x)
    yield np.array(x)
    for _ in range(STEPS):
        updates, state = rule.update(jnp.array(gradient(np.array(x))), state, x)
        x = optax.apply_updates(x, updates)
        yield np.array(x)


def by_keras(gradient, start, lr, momentum, dampening, nesterov, decay, kind):
    x = keras.Variable(np.array(start), dtype="float64")
    optimizer = keras.optimizers.SGD(
        learning_rate=lr, momentum=momentum, nesterov=nesterov, weight_decay=decay
    )
    # Keras keeps its learning rate in the default float type; it must be float64.
    optimizer.build([x])
    yield np.array(x.value)
    for _ in range(STEPS):
        optimizer.apply([jnp.array(gradient(np.array(x.value)))], [x])
        yield np.array(x.value)


def runs():
    kinds = {"pytorch": ["coupled"], "optax": ["coupled", "decoupled"], "keras": ["decoupled"]}
    record = {"pytorch": by_torch, "optax": by_optax, "keras": by_keras}
    for (name, (start, gradient)), (framework, allowed) in itertools.product(
        PROBLEMS.items(), kinds.items()
    ):
        settings = itertools.product(
            allowed, [0.0, 0.9], [0.0, 0.3], [False, True], [5e-4, 0.2]
        )
        for kind, momentum, dampening, nesterov, decay in settings:
            if dampening and (framework != "pytorch" or nesterov or not momentum):
                continue
            if nesterov and not momentum:
                continue
            setting = dict(
                lr=0.02, momentum=momentum, dampening=dampening, nesterov=nesterov
            )
            iterates = record[framework](gradient, start, decay=decay, kind=kind, **setting)
            yield {
                "framework": framework,
                "potential": name,
                "start": start,
                "kind": kind,
                "weight_decay": decay,
                **setting,
                "iterates": [list(map(float, x)) for x in iterates],
            }


versions = {m.__name__: m.__version__ for m in (torch, optax, keras, jax)}
print(f"recorded with {versions}", file=sys.stderr)
print("[")
print(",\n".join(json.dumps(run) for run in runs()))
print("]")
