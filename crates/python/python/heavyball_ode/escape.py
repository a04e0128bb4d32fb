"""Whether a ball or an iteration passes a barrier: what Barrier answers."""

from __future__ import annotations

from dataclasses import dataclass

from .table import html_table


@dataclass(frozen=True)
class Fate:
    """How a ball or an iteration ended at a barrier."""

    #: Whether it passes the top.
    free: bool
    #: The time, or the iteration, from which that is certain.
    time: float

    def _repr_html_(self) -> str:
        return html_table("Fate", [("passes", self.free), ("from time", self.time)])


@dataclass(frozen=True)
class Critical:
    """A critical drag or β, with the two values that bracket it."""

    #: The middle of the two.
    value: float
    #: The last value that passed.
    free: float
    #: The last value that was trapped.
    trapped: float

    def __float__(self) -> float:
        return self.value

    def _repr_html_(self) -> str:
        return html_table("Critical", [("value", self.value), ("passes at", self.free), ("trapped at", self.trapped)])
