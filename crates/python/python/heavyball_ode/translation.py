"""The line of one framework in the words of another: what ``translate`` answers."""

from __future__ import annotations

from typing import NamedTuple

from ._native import Sgd
from .table import html_table


class Translation(NamedTuple):
    """A learning rate, a momentum, and the line of code with both."""

    learning_rate: float
    momentum: float
    line: str

    def __str__(self) -> str:
        return self.line

    def _repr_html_(self) -> str:
        rows = [("learning rate", self.learning_rate), ("momentum", self.momentum), ("line", self.line)]
        return html_table("Translation", rows)


def translate(
    source: str,
    target: str,
    learning_rate: float,
    momentum: float,
    nesterov: bool = False,
    dampening: float | None = None,
    weight_decay: float = 0.0,
) -> Translation:
    """The line of the framework ``target`` that computes the same iterates as that of ``source``.

    The frameworks are those of ``Sgd``: "pytorch", "optax", "keras", "flux", "mlx", "burn", "exponential_average",
    "two_step" and "sutskever". Without ``dampening`` the source has its framework's default; the answer has none.
    ``weight_decay`` is that of the source, decoupled in Keras and coupled elsewhere, and the line has the target's own.

    Raises FrameworkError for what a framework refuses, ParameterError and RuleError for the numbers, ValueError for a
    name that is not known.

    >>> translate("burn", "pytorch", 0.5, 0.9, dampening=0.5).line
    'torch.optim.SGD(params, lr=0.25, momentum=0.9)'
    >>> translate("pytorch", "keras", 0.1, 0.9, weight_decay=5e-4).line
    'keras.optimizers.SGD(learning_rate=0.1, momentum=0.9004522716321101, weight_decay=0.0050227163210816135)'
    """
    line = Sgd(source, learning_rate, momentum, nesterov, dampening, weight_decay).translated(target)
    return Translation(line.learning_rate, line.momentum, str(line))
