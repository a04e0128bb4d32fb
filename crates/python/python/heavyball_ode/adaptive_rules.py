"""Adam and its relatives, as PyTorch, Optax and Keras write them, each a ball whose mass its gradients set.

What is left out has the default of the framework.
"""

from __future__ import annotations

from typing import Any, Literal

from ._native import AdaptiveRule

def _made(name: str, framework: str, learning_rate: float, **options: Any) -> AdaptiveRule:
    given = {key: value for key, value in options.items() if value is not None and value is not False}
    for pair in ("betas", "bias_correction"):
        if isinstance(given.get(pair), list):
            given[pair] = tuple(given[pair])
    return AdaptiveRule(name, framework, learning_rate, **given)


def Adam(
    learning_rate: float,
    betas: tuple[float, float] | None = None,
    epsilon: float | None = None,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "pytorch",
    epsilon_root: float | None = None,
    bias_correction: tuple[bool, bool] | None = None,
    weight_decay: float | None = None,
    decoupled: bool = False,
    maximize: bool = False,
) -> AdaptiveRule:
    """x₊ = x − αm̂/(√v̂ + ε), with m₊ = β₁m + (1 − β₁)g, v₊ = β₂v + (1 − β₂)g², and both corrected for their start at 0.

    >>> x = Adam(0.01).iterates(DoubleWell(), [-1.5, -1.5], 1000)
    >>> bool(abs(x[-1] - [-1, 0]).max() < 1e-6)
    True
    >>> round(Adam(0.01).largest_stable_curvature())
    3800
    """
    return _made(
        "Adam",
        framework,
        learning_rate,
        betas=betas,
        epsilon=epsilon,
        epsilon_root=epsilon_root,
        bias_correction=bias_correction,
        weight_decay=weight_decay,
        decoupled=decoupled,
        maximize=maximize,
    )


def AdamW(
    learning_rate: float,
    betas: tuple[float, float] | None = None,
    epsilon: float | None = None,
    weight_decay: float = 0.01,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "pytorch",
    maximize: bool = False,
) -> AdaptiveRule:
    """Adam with decoupled weight decay, x₊ = (1 − αλ)x − αm̂/(√v̂ + ε)."""
    return Adam(
        learning_rate,
        betas,
        epsilon,
        framework=framework,
        weight_decay=weight_decay,
        decoupled=True,
        maximize=maximize,
    )


def NAdam(
    learning_rate: float,
    betas: tuple[float, float] | None = None,
    epsilon: float | None = None,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "pytorch",
    epsilon_root: float | None = None,
    momentum_decay: float | None = None,
    weight_decay: float | None = None,
    decoupled: bool = False,
    maximize: bool = False,
) -> AdaptiveRule:
    """Adam with Nesterov's look-ahead; PyTorch and Keras let β₁ grow to its value, with the rate momentum_decay."""
    return _made(
        "NAdam",
        framework,
        learning_rate,
        betas=betas,
        epsilon=epsilon,
        epsilon_root=epsilon_root,
        momentum_decay=momentum_decay,
        weight_decay=weight_decay,
        decoupled=decoupled,
        maximize=maximize,
    )


def AMSGrad(
    learning_rate: float,
    betas: tuple[float, float] | None = None,
    epsilon: float | None = None,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "pytorch",
    epsilon_root: float | None = None,
    bias_correction: tuple[bool, bool] | None = None,
    weight_decay: float | None = None,
    decoupled: bool = False,
    maximize: bool = False,
) -> AdaptiveRule:
    """Adam with the largest v so far: Adam(amsgrad=True) of PyTorch and Keras, optax.amsgrad."""
    return _made(
        "AMSGrad",
        framework,
        learning_rate,
        betas=betas,
        epsilon=epsilon,
        epsilon_root=epsilon_root,
        bias_correction=bias_correction,
        weight_decay=weight_decay,
        decoupled=decoupled,
        maximize=maximize,
    )


def RMSprop(
    learning_rate: float,
    decay: float | None = None,
    epsilon: float | None = None,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "pytorch",
    epsilon_in_root: bool | None = None,
    momentum: float | None = None,
    centered: bool = False,
    nesterov: bool = False,
    initial: float | None = None,
    bias_correction: bool = False,
    weight_decay: float | None = None,
    decoupled: bool = False,
    maximize: bool = False,
) -> AdaptiveRule:
    """x₊ = x − αg/(√v + ε), v₊ = ρv + (1 − ρ)g², with momentum if it is given."""
    return _made(
        "RMSprop",
        framework,
        learning_rate,
        decay=decay,
        epsilon=epsilon,
        momentum=momentum,
        centered=centered,
        nesterov=nesterov,
        initial=initial,
        bias_correction=bias_correction,
        weight_decay=weight_decay,
        decoupled=decoupled,
        maximize=maximize,
        epsilon_place=None if epsilon_in_root is None else "inside" if epsilon_in_root else "outside",
    )


def Adagrad(
    learning_rate: float,
    epsilon: float | None = None,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "pytorch",
    initial: float | None = None,
    rate_decay: float | None = None,
    weight_decay: float | None = None,
    decoupled: bool = False,
    maximize: bool = False,
) -> AdaptiveRule:
    """x₊ = x − αg/(√s + ε), where s is the sum of all g² so far."""
    return _made(
        "Adagrad",
        framework,
        learning_rate,
        epsilon=epsilon,
        initial=initial,
        rate_decay=rate_decay,
        weight_decay=weight_decay,
        decoupled=decoupled,
        maximize=maximize,
    )


def Lion(
    learning_rate: float,
    betas: tuple[float, float] | None = None,
    *,
    framework: Literal["pytorch", "optax", "keras"] = "optax",
    weight_decay: float | None = None,
    decoupled: bool = True,
    maximize: bool = False,
) -> AdaptiveRule:
    """x₊ = x − α sign(β₁m + (1 − β₁)g), m₊ = β₂m + (1 − β₂)g; never at rest."""
    return _made(
        "Lion",
        framework,
        learning_rate,
        betas=betas,
        weight_decay=weight_decay,
        decoupled=decoupled,
        maximize=maximize,
    )
