"""The energy of a motion, what the drag took, and the defect of their sum."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .table import html_table


@dataclass(frozen=True, eq=False, repr=False)
class EnergyBalance:
    """The energy balance of a Motion, at its steps. Along exact motions the defect is zero."""

    #: The times of the steps, shape (n,).
    t: NDArray[np.float64]
    #: |p|²/2m + f(x), shape (n,).
    energy: NDArray[np.float64]
    #: ∫γ|ẋ|² dt since the start, shape (n,).
    dissipated: NDArray[np.float64]
    #: E − E(0) + ∫γ|ẋ|² dt, shape (n,): what the method has gained or lost.
    defect: NDArray[np.float64]

    @property
    def largest_defect(self) -> float:
        """The largest defect in absolute value."""
        return float(np.abs(self.defect).max())

    def __repr__(self) -> str:
        return f"EnergyBalance(steps={len(self.t) - 1}, largest_defect={self.largest_defect:.3e})"

    def _repr_html_(self) -> str:
        rows = [
            ("energy at the start", f"{self.energy[0]:.6g}"),
            ("energy at the end", f"{self.energy[-1]:.6g}"),
            ("dissipated", f"{self.dissipated[-1]:.6g}"),
            ("largest defect", f"{self.largest_defect:.3e}"),
        ]
        return html_table("EnergyBalance", rows)
