"""Which equations an optimiser follows, to what order, and how near."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ._native import Momentum, Nesterov
from ._native import followed as _native_followed
from .convergence import Convergence, Order
from .table import html_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .types import AnyPotential


@dataclass(frozen=True, eq=False)
class Equation:
    """One equation, and how the iterates compare with it."""

    #: The equation with its coefficients, such as "0.95 ẍ + 1 ẋ + ∇f = 0".
    equation: str
    #: The time of iterate k: "kΔt" or "(k + ½)Δt".
    read_at: str
    #: What tends to zero where the iterates tend to the equation: "dt" or "alpha".
    parameter: str
    #: The order in x, over the five finest runs.
    order: Order
    #: The order in ẋ, over the five finest runs.
    velocity_order: Order
    #: The largest distance in x of the optimiser's own iterates from the equation.
    residual: float
    #: The errors behind it; the first row is the optimiser itself.
    table: Convergence = field(repr=False)

    def _repr_html_(self) -> str:
        rows = [("order in x", self.order), ("order in ẋ", self.velocity_order), ("residual", f"{self.residual:.2e}")]
        return html_table(f"{self.equation}, x_k at {self.read_at}", rows)


@dataclass(frozen=True, eq=False)
class Followed:
    """The equations that an optimiser follows from v₀ = 0. ``print`` gives the table as text."""

    #: The rule.
    rule: Momentum | Nesterov
    #: Iterations that were compared.
    n: int
    #: The step Δt = √α, in units of time in which m = 1.
    dt: float
    #: The ball read at kΔt, the ball and the modified equation read at (k + ½)Δt, and gradient flow if β < 1.
    equations: tuple[Equation, ...] = field(repr=False)
    _text: str = field(repr=False)

    @property
    def closest(self) -> Equation:
        """The equation with the smallest residual."""
        return min(self.equations, key=lambda each: each.residual)

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    def _repr_html_(self) -> str:
        rows = [
            (each.equation, each.read_at, f"{each.parameter} → 0", each.order, each.velocity_order, f"{each.residual:.2e}")
            for each in self.equations
        ]
        head = ("equation", "x_k at", "limit", "order in x", "order in ẋ", "residual in x")
        return html_table(f"{self.rule!r}, {self.n} iterations, Δt = {self.dt:.6g}", rows, head)


def followed(rule: Momentum | Nesterov, f: AnyPotential, x0: ArrayLike, n: int = 50) -> Followed:
    """Which equations the iterates of a rule follow from v₀ = 0, over n iterations.

    Parameters
    ----------
    rule : Momentum or Nesterov
    f : a potential; for Nesterov's rule with a Hessian-vector product
    x0 : array_like of shape (d,), or a number
    n : iterations; the cost is about 9000 n gradients

    Returns
    -------
    Followed
        Each equation with its order as Δt or α tends to zero, and the distance of the iterates from it.

    Raises
    ------
    RuleError, ParameterError, StudyError, RunError, VectorError; and what a callable raises.

    >>> import heavyball_ode as hb
    >>> found = hb.followed(hb.Momentum(0.01, 0.9), hb.DoubleWell(), [0.5, 1.0])
    >>> found.closest.equation, found.closest.read_at
    ('0.95 ẍ + 1 ẋ + ∇f = 0', '(k + ½)Δt')
    >>> round(found.closest.order.order, 1)
    2.0
    """
    dt, equations, text = _native_followed(rule, f, x0, n)
    return Followed(rule, n, dt, tuple(equations), text)
