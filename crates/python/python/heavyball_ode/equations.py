"""The equations behind the optimisers, solved: positions and velocities at the times t, two arrays of shape (n, d).

>>> import heavyball_ode as hb
>>> from heavyball_ode import equations
>>> x, u = equations.nesterov_flow(hb.Quadratic([2.0]), 1.0, [0.0, 1.7])
>>> x.shape, round(float(x[1, 0]), 9)
((2, 1), 0.431992697)

``t`` is array_like of shape (n,) or a number, from the start of the equation on. ``rtol`` and ``atol`` are the tolerances
of DOP853. f is a potential; where an equation has ∇²f, one with a Hessian-vector product. All raise TypeError where that
is missing, ParameterError, VectorError, SpanError for a time before the start, SolverError, and what a callable raises.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from . import _native

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._native import HeavyBall, Momentum, Nesterov
    from .types import AnyPotential, Array

__all__ = [
    "corrected_flow",
    "gradient_flow",
    "hessian_damped",
    "high_resolution",
    "nesterov_flow",
    "nesterov_flow_exact",
    "symplectic_euler_flow",
]


def gradient_flow(
    f: AnyPotential, x0: ArrayLike, t: ArrayLike, drag: float = 1.0, *, rtol: float = 1e-10, atol: float = 1e-10
) -> tuple[Array, Array]:
    """γẋ = −∇f(x) from x0.

    >>> import heavyball_ode as hb
    >>> x, u = gradient_flow(hb.Quadratic([1.0]), 1.0, 2.0)
    >>> bool(abs(x[0, 0] - np.exp(-2.0)) < 1e-9)
    True
    """
    return _native.gradient_flow(f, x0, t, drag, rtol, atol)


def corrected_flow(
    of: HeavyBall | Momentum | Nesterov,
    f: AnyPotential,
    x0: ArrayLike,
    t: ArrayLike,
    v0: ArrayLike | None = None,
    *,
    rtol: float = 1e-10,
    atol: float = 1e-10,
) -> tuple[Array, Array]:
    """γẋ = −∇(f + ½c|∇f|²), which a light ball, or a rule at a small rate, follows to second order.

    For a HeavyBall, c = m/γ² and v0 is ẋ(0); for a rule, γ = 1, the time is τ = kα/(1 − β), and v0 is the displacement
    v₀. The flow begins at a shifted point, which belongs to it.
    """
    return _native.corrected_flow(of, f, x0, t, v0, rtol, atol)


def nesterov_flow(
    f: AnyPotential, x0: ArrayLike, t: ArrayLike, friction: float = 3.0, *, rtol: float = 1e-10, atol: float = 1e-10
) -> tuple[Array, Array]:
    """ẍ + (r/t)ẋ + ∇f(x) = 0 from rest at x0, r = friction: the limit of Nesterov's method (Su, Boyd, Candès, 2016)."""
    return _native.nesterov_flow(f, x0, t, friction, rtol, atol)


def nesterov_flow_exact(
    friction: int, curvature: float, t: ArrayLike, x0: float = 1.0
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """nesterov_flow on f = ½λx², λ = curvature, in closed form for a whole friction: x and ẋ of shape (n,).

    >>> x, u = nesterov_flow_exact(3, 2.0, 1.7)
    >>> float(x[0])
    0.4319926974882482
    """
    return _native.nesterov_flow_exact(friction, curvature, t, x0)


def high_resolution(
    f: AnyPotential,
    x0: ArrayLike,
    t: ArrayLike,
    s: float,
    *,
    rule: Literal["Momentum", "Nesterov"] = "Nesterov",
    mu: float | None = None,
    start: Literal["central", "paper"] = "central",
    rtol: float = 1e-10,
    atol: float = 1e-10,
) -> tuple[Array, Array]:
    """The high-resolution equations of Shi, Du, Jordan and Su (2018) for a rate α = s, iterate k at k√s.

    With ``mu``: Ẍ + 2√μẊ + b∇²f Ẋ + (1 + √(μs))∇f = 0, b = √s for Nesterov's rule and 0 for momentum. Without: NAG-C,
    Ẍ + (3/t)Ẋ + √s∇²f Ẋ + (1 + 3√s/2t)∇f = 0, which begins at t = 3√s/2.

    ``start`` is the initial velocity: "central", −(3/2)√s∇f(x0), which the iterates follow to order 2, or the "paper"'s,
    to order 1.
    """
    return _native.high_resolution(f, x0, t, s, rule, mu, start, rtol, atol)


def hessian_damped(
    rule: Momentum | Nesterov,
    dt: float,
    f: AnyPotential,
    x0: ArrayLike,
    t: ArrayLike,
    v0: ArrayLike | None = None,
    *,
    rtol: float = 1e-10,
    atol: float = 1e-10,
) -> tuple[Array, Array]:
    """m ẍ + (γ + θΔt∇²f)ẋ + ∇f = 0, which a rule follows to second order at steps dt: θ = β for Nesterov's, 0 for momentum.

    m = dt²(1 + β)/2α, γ = dt(1 − β)/α. v0 is the displacement v₀ of the rule, 0 unless given; ẋ(0) follows from it.
    """
    return _native.hessian_damped(rule, dt, f, x0, t, v0, rtol, atol)


def symplectic_euler_flow(
    ball: HeavyBall,
    dt: float,
    f: AnyPotential,
    x0: ArrayLike,
    t: ArrayLike,
    u0: ArrayLike | None = None,
    *,
    rtol: float = 1e-10,
    atol: float = 1e-10,
) -> tuple[Array, Array]:
    """ẋ = u + ½Δt a, u̇ = a + ½Δt(∇²f u + γa)/m, a = −(∇f + γu)/m: what symplectic Euler follows to second order.

    The second array is u, the velocity p/m of the method, not ẋ. u0 is that at the start, 0 unless given.
    """
    return _native.symplectic_euler_flow(ball, dt, f, x0, t, u0, rtol, atol)
