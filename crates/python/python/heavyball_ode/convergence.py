"""The errors of a family of runs as a parameter tends to zero, and the power law that they follow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .table import html_table


@dataclass(frozen=True, eq=False)
class Order:
    """The exponent p of e ≈ C hᵖ, fitted by least squares over the points before rounding dominates."""

    #: The exponent; None if there are fewer than three points above rounding.
    order: float | None
    #: Its standard error.
    standard_error: float | None
    #: How many points were used.
    points: int
    #: log(eᵢ/eᵢ₊₁)/log(hᵢ/hᵢ₊₁) for neighbours, coarse to fine, shape (n − 1,); NaN where an error is 0.
    pairwise: NDArray[np.float64] = field(repr=False)
    #: The largest parameter at which rounding dominates; None if it never does.
    rounding: float | None

    def __str__(self) -> str:
        if self.order is None:
            return "none: rounding from the start"
        return f"{self.order:.3f} ± {self.standard_error:.3f}"

    def __float__(self) -> float:
        return float("nan") if self.order is None else self.order

    def _repr_html_(self) -> str:
        return html_table("Order", [("order", self), ("points", self.points), ("rounding from", self.rounding)])


@dataclass(frozen=True, eq=False)
class Convergence:
    """A table of errors, coarse to fine, with their orders. ``print`` gives it as text."""

    #: The parameter that tends to zero: "dt", "mass" or "alpha".
    parameter: str
    #: What the runs were compared with.
    reference: str
    #: The method that was run.
    method: str
    #: How it was started and read.
    start: str
    #: The values of the parameter, shape (n,).
    values: NDArray[np.float64] = field(repr=False)
    #: The largest errors in x, shape (n,).
    errors: NDArray[np.float64] = field(repr=False)
    #: The largest errors in ẋ, shape (n,).
    velocity_errors: NDArray[np.float64] = field(repr=False)
    #: The order in x.
    order: Order
    #: The order in ẋ.
    velocity_order: Order
    #: The error of the reference itself in x and in ẋ; zero for a closed form.
    reference_error: tuple[float, float] = field(repr=False)
    _text: str = field(repr=False)

    def __len__(self) -> int:
        return len(self.values)

    def __str__(self) -> str:
        return self._text.rstrip("\n")

    def _repr_html_(self) -> str:
        def orders(order: Order) -> list[str]:
            return [""] + ["" if np.isnan(each) else f"{each:.3f}" for each in order.pairwise]

        columns = zip(self.values, self.errors, orders(self.order), self.velocity_errors, orders(self.velocity_order))
        rows: list[tuple[object, ...]] = [(f"{h:.4e}", f"{x:.4e}", p, f"{u:.4e}", q) for h, x, p, u, q in columns]
        rows.append(("fit", "", self.order, "", self.velocity_order))
        caption = f"{self.method} · {self.start} against {self.reference}"
        return html_table(caption, rows, (self.parameter, "error in x", "order", "error in ẋ", "order"))
