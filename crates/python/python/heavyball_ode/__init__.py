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
for any Python callables, from_jax for a function of JAX. Rules: Momentum, Nesterov, GradientDescent. Balls: HeavyBall,
solve, Motion, DampedOscillator; events TurningPoint, CoordinateLevel, EnergyLevel, Settled. Mapping: Discretization,
rescaled, start_velocity; translate between frameworks. Many members: ensemble, Sweep, and heavyball_ode.distributed.
Figures: heavyball_ode.plot. Errors: heavyball_ode.errors.

Arrays are float64. A position has the shape (d,); a number counts as d = 1. Integers and shorter floats are converted.
"""

from importlib.metadata import PackageNotFoundError, version as _version

from . import errors
from ._native import (
    BuiltInEvent,
    DampedOscillator,
    Discretization,
    GradientDescent,
    HeavyBall,
    Momentum,
    Motion,
    Nesterov,
    Potential,
    rescaled,
    start_velocity,
    translate,
)
from ._native import solve as _native_solve
from .ensemble import Ends, Sweep, ensemble
from .errors import HeavyballError

try:
    __version__ = _version("heavyball-ode")
except PackageNotFoundError:  # imported from a source tree
    __version__ = "0"

__all__ = [
    "BuiltInEvent",
    "CoordinateLevel",
    "DampedOscillator",
    "Discretization",
    "DoubleWell",
    "Ends",
    "EnergyLevel",
    "Function",
    "GradientDescent",
    "HeavyBall",
    "HeavyballError",
    "Himmelblau",
    "LessardRechtPackard",
    "Linear",
    "Momentum",
    "Motion",
    "Nesterov",
    "Potential",
    "Quadratic",
    "Quartic",
    "Rosenbrock",
    "Settled",
    "Sweep",
    "TiltedDoubleWell",
    "TurningPoint",
    "ensemble",
    "errors",
    "from_jax",
    "rescaled",
    "solve",
    "start_velocity",
    "translate",
]


def Quartic():
    """x⁴ − 3x³ + 2, in one dimension: a plateau at 0, the minimum at 9/4."""
    return Potential("Quartic")


def DoubleWell():
    """x₀⁴ − 2x₀² + x₁²: minima at (±1, 0), a saddle at 0."""
    return Potential("DoubleWell")


def TiltedDoubleWell(tilt):
    """x⁴ − 2x² + tilt·x, in one dimension."""
    return Potential("TiltedDoubleWell", tilt)


def Himmelblau():
    """(x₀² + x₁ − 11)² + (x₀ + x₁² − 7)²: four minima."""
    return Potential("Himmelblau")


def Rosenbrock():
    """Σ 100(xᵢ₊₁ − xᵢ²)² + (1 − xᵢ)², in two or more dimensions: the minimum at (1, ..., 1)."""
    return Potential("Rosenbrock")


def LessardRechtPackard():
    """The function of Lessard, Recht and Packard (2016) on which Polyak's momentum cycles for ever."""
    return Potential("LessardRechtPackard")


def Linear(slope):
    """slope · x, slope of shape (d,)."""
    return Potential("Linear", slope)


def Quadratic(curvature):
    """½ Σ λᵢxᵢ² for curvatures of shape (d,), or ½ xᵀAx for a symmetric matrix of shape (d, d)."""
    return Potential("Quadratic", curvature)


def Function(gradient, value=None):
    """A potential of Python callables: ``gradient(x)`` of shape (d,) and, if it is known, ``value(x)``, a number.

    ``x`` is a fresh float64 array of shape (d,). What they return is read by numpy, so arrays of JAX and PyTorch do. An
    exception in a callable ends the run and is raised.
    """
    return Potential("Function", gradient) if value is None else Potential("Function", gradient, value)


def from_jax(f):
    """The potential of a function of JAX, with jit(grad(f)); enable 64 bits in JAX for more than seven digits."""
    import jax

    return Function(jax.jit(jax.grad(f)), jax.jit(f))


def TurningPoint(coordinate=0, terminal=False):
    """Where the velocity of a coordinate changes sign."""
    return BuiltInEvent("TurningPoint", [coordinate], 0.0, terminal)


def CoordinateLevel(coordinate, value, direction=0, terminal=False):
    """Where a coordinate crosses a value: rising for a positive direction, falling for a negative one, either for 0."""
    return BuiltInEvent("CoordinateLevel", [coordinate, value], direction, terminal)


def EnergyLevel(value, terminal=False):
    """Where the energy |p|²/2m + f(x) has fallen to a value."""
    return BuiltInEvent("EnergyLevel", [value], 0.0, terminal)


def Settled(gradient, momentum, terminal=True):
    """Where both |∇f| and |p| have fallen to these values."""
    return BuiltInEvent("Settled", [gradient, momentum], 0.0, terminal)


def solve(
    ball,
    f,
    x0,
    t,
    v0=None,
    *,
    method="Adaptive",
    rtol=1e-9,
    atol=1e-9,
    dt=None,
    events=None,
    max_step=None,
    first_step=None,
    max_travel=None,
    stop_times=None,
):
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
    settings = {
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


def _solve_again(arguments, settings):
    return solve(*arguments, **settings)
