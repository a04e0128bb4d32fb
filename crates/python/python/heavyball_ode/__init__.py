"""The heavy-ball ODE m ẍ = −∇f(x) − γ ẋ, and the optimiser it becomes, v₊ = βv − α∇f(x), x₊ = x + v₊.

>>> import heavyball_ode as hb
>>> path = hb.Momentum(0.1, 0.5).iterates(hb.DoubleWell(), [-1.5, -1.5], 100)
>>> path.shape
(101, 2)
>>> ball, dt = hb.Momentum(0.1, 0.5).to_heavy_ball(hb.Discretization.ExplicitDrag, mass=1.0)
>>> motion = hb.solve(ball, hb.DoubleWell(), [-1.5, -1.5], 100 * dt)
>>> bool(abs(motion(100 * dt) - path[-1]).max() < 1e-3)
True

Potentials: Quartic, DoubleWell, TiltedDoubleWell, Himmelblau, Rosenbrock, LessardRechtPackard, Linear, Quadratic; Function
for any Python callables, from_jax for a function of JAX, LogisticRegression for a table of features. Rules: Momentum,
Nesterov, GradientDescent, Accelerated with its Tuning, OptimizedGradient, PreconditionedMomentum, Fire, and
Restarted; with schedules ScheduledMomentum and ScheduledNesterov, of StepDrop, MultiStep,
ExponentialDecay, Polynomial, Cosine, CosineRestarts, OneCycle, PerEpoch, WarmUp, SutskeverSchedule, NesterovSchedule. Adaptive rules: Adam, AdamW, NAdam,
AMSGrad, RMSprop, Adagrad, Lion. Frameworks: Sgd runs as PyTorch and others do, translate writes one's line in another.
Noise: NoisyGradient,
and Minibatches of a LogisticRegression or FiniteSum, are potentials with noise in their gradient; Stationary; Langevin is a ball in
a bath. Balls: HeavyBall, solve, Motion, DampedOscillator; events TurningPoint, CoordinateLevel, EnergyLevel, Settled. Mapping:
Discretization, rescaled, start_velocity. Studies: followed tells which equations an optimiser follows,
heavyball_ode.limits measures limits, heavyball_ode.equations solves the equations, Barrier and escape_speed decide
escapes. Many members: ensemble, Sweep, and heavyball_ode.distributed. Figures: heavyball_ode.plot. Errors:
heavyball_ode.errors.

Arrays are float64. A position has the shape (d,); a number counts as d = 1. Integers and shorter floats are converted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version as _version
from typing import TYPE_CHECKING, Any

from . import errors
from ._native import (
    Accelerated,
    AdaptiveRule,
    Barrier,
    BuiltInEvent,
    DampedOscillator,
    Discretization,
    FiniteSum,
    Fire,
    GradientDescent,
    HeavyBall,
    Langevin,
    LogisticRegression,
    Minibatches,
    Momentum,
    Motion,
    Nesterov,
    NoisyGradient,
    OptimizedGradient,
    Potential,
    PreconditionedMomentum,
    Restarted,
    Schedule,
    ScheduledMomentum,
    ScheduledNesterov,
    Sgd,
    Stationary,
    Tuning,
    escape_speed,
    rescaled,
    start_velocity,
)
from ._native import solve as _native_solve
from . import equations, limits
from .adaptive_rules import AMSGrad, Adagrad, Adam, AdamW, Lion, NAdam, RMSprop
from .convergence import Convergence, Order
from .energy_balance import EnergyBalance
from .ensemble import Ends, Sweep, ensemble
from .errors import HeavyballError
from .escape import Critical, Fate
from .followed import Equation, Followed, followed
from .schedule import (
    Cosine,
    CosineRestarts,
    ExponentialDecay,
    MultiStep,
    NesterovSchedule,
    OneCycle,
    PerEpoch,
    Polynomial,
    StepDrop,
    SutskeverSchedule,
    WarmUp,
)
from .stability import Stability
from .translation import Translation, translate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from .types import AnyEvent, AnyPotential, Array

try:
    __version__ = _version("heavyball-ode")
except PackageNotFoundError:  # imported from a source tree
    __version__ = "0"

__all__ = [
    "AMSGrad",
    "Accelerated",
    "Adagrad",
    "Adam",
    "AdamW",
    "AdaptiveRule",
    "Barrier",
    "BuiltInEvent",
    "Convergence",
    "CoordinateLevel",
    "Cosine",
    "CosineRestarts",
    "Critical",
    "DampedOscillator",
    "Discretization",
    "DoubleWell",
    "Ends",
    "EnergyBalance",
    "EnergyLevel",
    "Equation",
    "ExponentialDecay",
    "Fate",
    "FiniteSum",
    "Fire",
    "Followed",
    "Function",
    "GradientDescent",
    "HeavyBall",
    "HeavyballError",
    "Himmelblau",
    "Langevin",
    "LessardRechtPackard",
    "Linear",
    "Lion",
    "LogisticRegression",
    "Minibatches",
    "Momentum",
    "Motion",
    "MultiStep",
    "NAdam",
    "Nesterov",
    "NesterovSchedule",
    "NoisyGradient",
    "OneCycle",
    "OptimizedGradient",
    "Order",
    "PerEpoch",
    "Polynomial",
    "Potential",
    "PreconditionedMomentum",
    "Quadratic",
    "Quartic",
    "RMSprop",
    "Restarted",
    "Rosenbrock",
    "Schedule",
    "ScheduledMomentum",
    "ScheduledNesterov",
    "Settled",
    "Sgd",
    "Stability",
    "Stationary",
    "StepDrop",
    "SutskeverSchedule",
    "Sweep",
    "TiltedDoubleWell",
    "Translation",
    "Tuning",
    "TurningPoint",
    "WarmUp",
    "ensemble",
    "equations",
    "errors",
    "escape_speed",
    "followed",
    "from_jax",
    "limits",
    "rescaled",
    "solve",
    "start_velocity",
    "translate",
]


def Quartic() -> Potential:
    """x⁴ − 3x³ + 2, in one dimension: a plateau at 0, the minimum at 9/4."""
    return Potential("Quartic")


def DoubleWell() -> Potential:
    """x₀⁴ − 2x₀² + x₁²: minima at (±1, 0), a saddle at 0."""
    return Potential("DoubleWell")


def TiltedDoubleWell(tilt: float) -> Potential:
    """x⁴/4 − x²/2 + tilt·x, in one dimension: a deep and a shallow well for a small tilt."""
    return Potential("TiltedDoubleWell", tilt)


def Himmelblau() -> Potential:
    """(x₀² + x₁ − 11)² + (x₀ + x₁² − 7)²: four minima."""
    return Potential("Himmelblau")


def Rosenbrock() -> Potential:
    """Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², in two or more dimensions: the minimum at (1, ..., 1)."""
    return Potential("Rosenbrock")


def LessardRechtPackard() -> Potential:
    """The function of Lessard, Recht and Packard (2016) on which Polyak's momentum cycles for ever."""
    return Potential("LessardRechtPackard")


def Linear(slope: ArrayLike) -> Potential:
    """slope · x, slope of shape (d,)."""
    return Potential("Linear", slope)


def Quadratic(curvature: ArrayLike) -> Potential:
    """½ Σ λᵢxᵢ² for curvatures of shape (d,), or ½ xᵀAx for a symmetric matrix of shape (d, d)."""
    return Potential("Quadratic", curvature)


def Function(
    gradient: Callable[[Array], ArrayLike],
    value: Callable[[Array], ArrayLike] | None = None,
    hessian_product: Callable[[Array, Array], ArrayLike] | None = None,
) -> Potential:
    """A potential of Python callables: ``gradient(x)`` of shape (d,) and, if they are known, ``value(x)``, a number, and
    ``hessian_product(x, direction)``, ∇²f(x)·direction of shape (d,), which the equations with ∇²f need.

    ``x`` is a fresh float64 array of shape (d,). What they return is read by numpy, so arrays of JAX and PyTorch do. An
    exception in a callable ends the run and is raised.

    >>> import numpy as np
    >>> f = Function(np.sin, lambda x: -np.cos(x).sum(), lambda x, direction: np.cos(x) * direction)
    >>> f.value([0.0]), f.hessian_product([0.0], [2.0])
    (-1.0, array([2.]))
    """
    given: list[Any] = [gradient, value, hessian_product]
    while given[-1] is None and len(given) > 1:
        given.pop()
    return Potential("Function", *given)


def from_jax(f: Callable[[Any], Any]) -> Potential:
    """The potential of a function of JAX, with gradient and Hessian-vector product by JAX.

    Enable 64 bits in JAX for more than seven digits.
    """
    import jax

    gradient = jax.grad(f)
    product = jax.jit(lambda x, direction: jax.jvp(gradient, (x,), (direction,))[1])
    return Function(jax.jit(gradient), jax.jit(f), product)


def TurningPoint(coordinate: int = 0, terminal: bool = False) -> BuiltInEvent:
    """Where the velocity of a coordinate changes sign."""
    return BuiltInEvent("TurningPoint", [coordinate], 0.0, terminal)


def CoordinateLevel(coordinate: int, value: float, direction: float = 0, terminal: bool = False) -> BuiltInEvent:
    """Where a coordinate crosses a value: rising for a positive direction, falling for a negative one, either for 0."""
    return BuiltInEvent("CoordinateLevel", [coordinate, value], direction, terminal)


def EnergyLevel(value: float, terminal: bool = False) -> BuiltInEvent:
    """Where the energy |p|²/2m + f(x) has fallen to a value."""
    return BuiltInEvent("EnergyLevel", [value], 0.0, terminal)


def Settled(gradient: float, momentum: float, terminal: bool = True) -> BuiltInEvent:
    """Where both |∇f| and |p| have fallen to these values."""
    return BuiltInEvent("Settled", [gradient, momentum], 0.0, terminal)


def solve(
    ball: HeavyBall,
    f: AnyPotential,
    x0: ArrayLike,
    t: float | tuple[float, float],
    v0: ArrayLike | None = None,
    *,
    method: str = "Adaptive",
    rtol: float = 1e-9,
    atol: float = 1e-9,
    dt: float | None = None,
    events: AnyEvent | Sequence[AnyEvent] | None = None,
    max_step: float | None = None,
    first_step: float | None = None,
    max_travel: float | None = None,
    stop_times: ArrayLike | None = None,
) -> Motion:
    """Solve m ẍ = −∇f(x) − γ ẋ from x0 with velocity v0, at rest unless given, over the span t.

    Parameters
    ----------
    ball : HeavyBall
    f : Potential, or a pair (value, gradient) of callables
    x0, v0 : array_like of shape (d,), or a number
    t : the end of a span that starts at 0, or a pair (start, end); a backward span is solved backward
    method : "Adaptive", "Nystrom8", "Nystrom12", "DOP853" or "RK45" with rtol and atol; "SymplecticEuler",
        "ExplicitEuler", "DriftKickEuler", "ConformalEuler", "Leapfrog" or "CentralLeapfrog" with dt
    events : an event or a list of them: TurningPoint, CoordinateLevel, EnergyLevel, Settled, or a callable g(t, x, p)
        whose sign changes, with the attributes ``terminal`` and ``direction`` as in SciPy's solve_ivp
    max_step, first_step, max_travel : limits of an adaptive step, in time, in time, and in length
    stop_times : times at which f jumps; no adaptive step passes one

    Returns
    -------
    Motion
        ``t`` of shape (n,), ``x`` and ``p`` of shape (n, d); called with times it gives positions.

    Raises
    ------
    RunError, SolverError, SpanError, StepError, ParameterError, VectorError
        all of them ``HeavyballError``; and what a callable raises.
    """
    settings: dict[str, Any] = {
        "v0": v0,
        "method": method,
        "rtol": rtol,
        "atol": atol,
        "dt": dt,
        "events": events,
        "max_step": max_step,
        "first_step": first_step,
        "max_travel": max_travel,
        "stop_times": stop_times,
    }
    return _native_solve(((ball, f, x0, t), settings), ball, f, x0, t, **settings)


def _solve_again(arguments: tuple[Any, ...], settings: dict[str, Any]) -> Motion:
    return solve(*arguments, **settings)
