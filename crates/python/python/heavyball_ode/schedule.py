"""Schedules: learning rates and decays that depend on the iteration."""

from __future__ import annotations

from ._native import Schedule


def StepDrop(initial: float, factor: float, every: int) -> Schedule:
    """initial · factor^⌊k/every⌋.

    >>> [StepDrop(0.5, 0.5, 30)(k) for k in (29, 30, 60)]
    [0.5, 0.25, 0.125]
    """
    return Schedule("StepDrop", initial, factor, every)


def Cosine(first: float, last: float, steps: int) -> Schedule:
    """last + (first − last)(1 + cos(πk/steps))/2 for k < steps, then last.

    >>> [round(Cosine(0.5, 0.0, 100)(k), 12) for k in (0, 50, 100)]
    [0.5, 0.25, 0.0]
    """
    return Schedule("Cosine", first, last, steps)


def WarmUp(steps: int, then: Schedule | float) -> Schedule:
    """A linear rise over the first ``steps`` iterations to the first value of ``then``, and then that schedule.

    >>> [WarmUp(3, 1.0)(k) for k in range(4)]
    [0.25, 0.5, 0.75, 1.0]
    """
    return Schedule("WarmUp", steps, then)


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
