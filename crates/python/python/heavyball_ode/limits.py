"""Studies of limits: runs over a family of parameters, compared with what they tend to, and the observed orders.

>>> import heavyball_ode as hb
>>> from heavyball_ode import limits
>>> ball = hb.HeavyBall(1.0, 0.4)
>>> table = limits.small_step(ball, hb.DoubleWell(), [0.5, 1.0], 2.0, method=hb.Discretization.CentralDrag)
>>> round(table.order.order, 1)
2.0

In every study ``values`` are the values of the parameter, in any order, at least three and better six, each half of the
one before. Errors are the largest over the run, or over its second half, as the study says; with ``since`` from that
time on, with ``at_end`` at the end only. All raise StudyError for what cannot be measured, and the errors of the runs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from . import _native
from .convergence import Convergence, Order

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._native import Discretization, HeavyBall
    from .types import AnyPotential

__all__ = ["Convergence", "Order", "accelerated", "overdamped", "small_rate", "small_step"]


def small_step(
    ball: HeavyBall,
    f: AnyPotential,
    x0: ArrayLike,
    t: float,
    v0: ArrayLike | None = None,
    *,
    method: Discretization | str,
    rule: Literal["Momentum", "Nesterov"] | None = None,
    start: Literal["naive", "matched", "rest", "rest_half_step_early"] | None = None,
    reading: Literal["central", "one_sided"] | None = None,
    reference: Literal["ball", "effective_particle", "modified_equation"] = "ball",
    values: ArrayLike | None = None,
    since: float | None = None,
    at_end: bool = False,
) -> Convergence:
    """Δt → 0: a method of a fixed step, or a rule, against the motion of the ball until time t.

    Parameters
    ----------
    x0, v0 : array_like of shape (d,); v0 is ẋ(0), at rest unless given
    method : a Discretization, for a rule with its (α, β); or "SymplecticEuler", "ExplicitEuler", "DriftKickEuler",
        "ConformalEuler", "Leapfrog", "CentralLeapfrog"
    rule : with a Discretization, Momentum unless given
    start : with a Discretization: "matched", the v₀ that keeps the order, unless given; "naive", v₀ = Δt ẋ(0); "rest",
        v₀ = 0; "rest_half_step_early", v₀ = 0 and iterate k at (k + ½)Δt
    reading : with a Discretization, ẋ as (v_k + v_{k+1})/2Δt, "central" unless given, or as v_k/Δt, "one_sided"
    reference : "ball"; with a Discretization also "effective_particle" or "modified_equation", which needs a
        Hessian-vector product
    values : the steps Δt; t/20 and five halvings unless given
    """
    return _native.small_step(ball, f, x0, t, v0, method, rule, start, reading, reference, values, since, at_end)


def overdamped(
    drag: float,
    f: AnyPotential,
    x0: ArrayLike,
    t: float,
    v0: ArrayLike | None = None,
    *,
    corrected: bool = False,
    values: ArrayLike | None = None,
    since: float | None = None,
    at_end: bool = False,
) -> Convergence:
    """m → 0 at a fixed drag: the ball against gradient flow, order 1, or against the corrected flow, order 2.

    ``values`` are the masses, drag/40 and five halvings unless given. Errors count over the second half of the span, after
    the initial layer of the velocity. ``corrected`` needs a Hessian-vector product.

    >>> import heavyball_ode as hb
    >>> table = overdamped(1.0, hb.DoubleWell(), [0.5, 1.0], 2.0, values=[0.02, 0.01, 0.005, 0.0025])
    >>> round(table.order.order, 1)
    1.0
    """
    return _native.overdamped(drag, f, x0, t, v0, corrected, values, since, at_end)


def small_rate(
    rule: Literal["Momentum", "Nesterov"],
    beta: float,
    f: AnyPotential,
    x0: ArrayLike,
    t: float = 1.0,
    *,
    corrected: bool = False,
    values: ArrayLike | None = None,
    since: float | None = None,
    at_end: bool = False,
) -> Convergence:
    """α → 0 at a fixed β: a rule from v₀ = 0 against gradient flow at τ = kα/(1 − β), or against the corrected flow.

    ``values`` are the learning rates, (1 − β)/100 and five halvings unless given. Errors count over the second half.
    """
    return _native.small_rate(rule, beta, f, x0, t, corrected, values, since, at_end)


def accelerated(
    f: AnyPotential,
    x0: ArrayLike,
    t: float = 2.0,
    *,
    rule: Literal["Momentum", "Nesterov"] = "Nesterov",
    mu: float | None = None,
    friction: float | None = None,
    resolution: Literal["low", "high_from_paper", "high_from_central"] = "low",
    values: ArrayLike | None = None,
    since: float | None = None,
    at_end: bool = False,
) -> Convergence:
    """√s → 0 for a rate α = s: accelerated methods, iterate k at k√s, against their equations.

    Parameters
    ----------
    rule : Nesterov's rule, or momentum with ``mu``
    mu : the strong convexity μ, for a fixed β = (1 − √(μs))/(1 + √(μs))
    friction : r instead, for the schedule β_k = (k − 1)/(k + r − 1)
    resolution : "low", the limit s → 0; "high_from_paper" and "high_from_central", the high-resolution equations of Shi,
        Du, Jordan and Su from the paper's start and from the central one, for mu or friction 3
    values : √s; 0.02 and five halvings unless given
    """
    return _native.accelerated(f, x0, t, rule, mu, friction, resolution, values, since, at_end)
