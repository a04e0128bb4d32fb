"""What the functions take and give, for annotations."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._native import BuiltInEvent, Potential, Schedule

#: An array of float64.
Array: TypeAlias = NDArray[np.float64]
#: A function f: a potential, or a pair (value, gradient) of callables.
AnyPotential: TypeAlias = Potential | tuple[Callable[[Array], ArrayLike], Callable[[Array], ArrayLike]]
#: An event: one of the package, or a callable g(t, x, p).
AnyEvent: TypeAlias = BuiltInEvent | Callable[[float, Array, Array], float]
#: A learning rate or a decay: a number, one for each iteration, a schedule, or a callable of k.
Coefficient: TypeAlias = ArrayLike | Schedule | Callable[[int], float]
#: None, True for a bar of tqdm, or a callable of (finished, all).
Progress: TypeAlias = bool | Callable[[int, int], object] | None
