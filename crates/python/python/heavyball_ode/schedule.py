"""Schedules: learning rates and decays that depend on the iteration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from ._native import Schedule


def StepDrop(initial: float, factor: float, every: int) -> Schedule:
    """initial · factor^⌊k/every⌋.

    >>> [StepDrop(0.5, 0.5, 30)(k) for k in (29, 30, 60)]
    [0.5, 0.25, 0.125]
    """
    return Schedule("StepDrop", initial, factor, every)


def MultiStep(initial: float, factor: float, milestones: Sequence[int]) -> Schedule:
    """initial, multiplied by factor at each of the milestones: PyTorch's MultiStepLR, Optax's piecewise_constant_schedule.

    >>> [MultiStep(0.5, 0.5, [10, 30])(k) for k in (9, 10, 30)]
    [0.5, 0.25, 0.125]
    """
    return Schedule("MultiStep", initial, factor, tuple(milestones))


def ExponentialDecay(initial: float, factor: float, over: int = 1) -> Schedule:
    """initial · factor^(k/over): PyTorch's ExponentialLR, Optax's and Keras's exponential decay.

    >>> [ExponentialDecay(0.5, 0.25, 2)(k) for k in (0, 1, 2)]
    [0.5, 0.25, 0.125]
    """
    return Schedule("ExponentialDecay", initial, factor, over)


def Polynomial(first: float, last: float, power: float, steps: int) -> Schedule:
    """last + (first − last)(1 − k/steps)^power for k < steps, then last; a line for power 1.

    >>> [Polynomial(1.0, 0.0, 2.0, 4)(k) for k in (0, 2, 5)]
    [1.0, 0.25, 0.0]
    """
    return Schedule("Polynomial", first, last, power, steps)


def Cosine(first: float, last: float, steps: int, *, periodic: bool = False) -> Schedule:
    """last + (first − last)(1 + cos(πk/steps))/2 for k < steps, then last; periodic, it rises again as PyTorch's does.

    >>> [round(Cosine(0.5, 0.0, 100)(k), 12) for k in (0, 50, 100)]
    [0.5, 0.25, 0.0]
    """
    return Schedule("Cosine", first, last, steps, periodic)


def CosineRestarts(first: float, last: float, steps: int, growth: float = 1.0, decay: float = 1.0) -> Schedule:
    """Cosines one after another, each growth times as long as the one before, from a peak decay times as high.

    >>> [CosineRestarts(1.0, 0.0, 10, growth=2)(k) for k in (0, 10, 30)]
    [1.0, 1.0, 1.0]
    """
    return Schedule("CosineRestarts", first, last, steps, growth, decay)


def OneCycle(
    peak: float,
    steps: int,
    peak_at: float = 0.3,
    *,
    form: Literal["pytorch", "optax"] = "pytorch",
    linear: bool = False,
    three_phases: bool = False,
    ends: tuple[float, float] | None = None,
    momentum: tuple[float, float] | None = None,
) -> Schedule:
    """Up to the peak and down again, as OneCycleLR of PyTorch or the one-cycle schedules of Optax count it.

    ends are the first and the last value, peak/25 and a ten-thousandth of that unless given; momentum, a pair (low, high),
    makes it the momentum over the same phases, high where the rate is low.

    >>> rate, momentum = OneCycle(0.1, 100), OneCycle(0.1, 100, momentum=(0.85, 0.95))
    >>> [rate(k) for k in (0, 29)], [momentum(k) for k in (0, 29, 99)]
    ([0.004, 0.1], [0.95, 0.85, 0.95])
    """
    return Schedule("OneCycle", peak, steps, peak_at, form, linear, three_phases, ends, momentum)


def PerEpoch(iterations: int, each: Schedule | float) -> Schedule:
    """A schedule of epochs of so many iterations: the value of ``each`` at ⌊k/iterations⌋.

    >>> [PerEpoch(100, StepDrop(0.5, 0.5, 1))(k) for k in (99, 100, 200)]
    [0.5, 0.25, 0.125]
    """
    return Schedule("PerEpoch", iterations, each)


def WarmUp(steps: int, then: Schedule | float, *, start: float | None = None) -> Schedule:
    """A linear rise over the first ``steps`` iterations to the first value of ``then``, and then that schedule.

    It rises from ``start`` at k = 0 if that is given.

    >>> [WarmUp(3, 1.0)(k) for k in range(4)], [WarmUp(2, 1.0, start=0.0)(k) for k in range(3)]
    ([0.25, 0.5, 0.75, 1.0], [0.0, 0.5, 1.0])
    """
    return Schedule("WarmUp", steps, then, start)


def SutskeverSchedule(maximum: float) -> Schedule:
    """The decay min(1 − 1/(2(⌊k/250⌋ + 1)), maximum) of Sutskever et al. (2013).

    >>> [SutskeverSchedule(0.9)(k) for k in (0, 250, 10**6)]
    [0.5, 0.75, 0.9]
    """
    return Schedule("SutskeverSchedule", maximum)


def NesterovSchedule(friction: float = 3.0) -> Schedule:
    """The decay (k − 1)/(k + r − 1), 0 at k = 0: Nesterov's for friction r = 3.

    >>> [NesterovSchedule()(k) for k in (0, 1, 2, 4)]
    [0.0, 0.0, 0.25, 0.5]
    """
    return Schedule("NesterovSchedule", friction)
