"""Stability and rate of a rule on quadratics: what ``stability`` answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from .table import html_table


@dataclass(frozen=True)
class Stability:
    """Whether a rule is stable on f = ½λx² for every λ in [μ, L], and how fast. ``print`` gives a short report."""

    #: "gradient descent", "Momentum" or "Nesterov".
    rule: str
    #: The learning rate α.
    alpha: float
    #: The decay β; 0 for gradient descent.
    beta: float
    #: The smallest curvature μ.
    mu: float
    #: The largest curvature L.
    l: float  # noqa: E741
    #: ρ: the error falls, or grows, like ρᵏ.
    rate: float
    #: Whether every mode decays.
    is_stable: bool
    #: The curvature with this rate, μ or L.
    slowest: float
    #: How that mode moves: "underdamped", "overdamped" and so on.
    damping: str
    #: Stable exactly for smaller α; None if for no α.
    largest_alpha: float | None
    #: Iterations for one digit; None if not stable.
    iterations_per_digit: float | None
    _text: str = field(repr=False)

    def __str__(self) -> str:
        return self._text

    def _repr_html_(self) -> str:
        digit = "" if self.iterations_per_digit is None else f"{self.iterations_per_digit:.2f}"
        end = "none" if self.largest_alpha is None else f"{self.largest_alpha:.6g}"
        rows = [
            ("stable", "yes" if self.is_stable else "no"),
            ("rate", f"{self.rate:.6g}"),
            ("iterations a digit", digit),
            ("slowest curvature", f"{self.slowest:.6g}, {self.damping}"),
            ("stable for α below", end),
        ]
        beta = "" if self.rule == "gradient descent" else f", β = {self.beta:.6g}"
        return html_table(f"{self.rule}, α = {self.alpha:.6g}{beta}, curvatures {self.mu:.6g} to {self.l:.6g}", rows)
