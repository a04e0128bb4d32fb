"""Many members at once: ensemble(), and Sweep, whose parts can be computed anywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ._native import ensemble as _native_ensemble
from ._native import float64
from .table import html_table

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from ._native import Potential
    from .types import Array, Progress

#: Members of a block of the native loop. Parts of a sweep hold whole blocks, so that none is computed half empty.
BLOCK = 64


@dataclass(frozen=True, repr=False)
class Ends:
    """How the members of an ensemble ended."""

    #: Final positions, shape (members, d); not finite where a member diverged.
    positions: NDArray[np.float64]
    #: Final velocities, displacements per iteration, shape (members, d).
    velocities: NDArray[np.float64]
    #: Which members are finite, shape (members,).
    finite: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.finite)

    @property
    def diverged(self) -> int:
        """The number of members that diverged."""
        return int(len(self.finite) - self.finite.sum())

    def __repr__(self) -> str:
        members, dimension = self.positions.shape
        return f"Ends(members={members}, d={dimension}, diverged={self.diverged})"

    def _repr_html_(self) -> str:
        members, dimension = self.positions.shape
        return html_table("Ends", [("members", members), ("diverged", self.diverged), ("dimension", dimension)])


def _bar(progress: Progress) -> tuple[Callable[[int, int], object] | None, Callable[[], object]]:
    """A callable of (done, total) for ``progress``: None, True for a bar of tqdm, or a callable."""
    if progress is None or progress is False:
        return None, lambda: None
    if callable(progress):
        return progress, lambda: None
    from tqdm.auto import tqdm  # type: ignore[import-untyped,unused-ignore]

    bar = tqdm(unit="block")

    def show(done: int, total: int) -> None:
        bar.total = total
        bar.n = max(bar.n, done)
        bar.refresh()

    return show, bar.close


def ensemble(
    alpha: ArrayLike,
    beta: ArrayLike,
    f: Potential,
    x0: ArrayLike,
    n: int,
    v0: ArrayLike | None = None,
    *,
    nesterov: bool = False,
    progress: Progress = None,
) -> Ends:
    """Run n iterations of many members at once, each to the bits of running it alone.

    Parameters
    ----------
    alpha, beta : numbers, or arrays of shape (members,)
    f : a potential of the catalogue, in up to four dimensions
    x0, v0 : array_like of shape (members, d); one of shape (members,) has d = 1
    n : iterations
    nesterov : Nesterov's rule instead of momentum
    progress : True for a bar of tqdm, or a callable of (finished blocks, blocks), called from several threads

    Returns
    -------
    Ends

    Raises TypeError for a function that is not of the catalogue, ValueError for shapes that do not fit, EnsembleError
    with the member for a start that is not finite. The interpreter is free meanwhile, and Ctrl-C ends the run.

    >>> import heavyball_ode as hb
    >>> ends = hb.ensemble([0.1, 2.0], 0.5, hb.DoubleWell(), [[0.5, 1.0], [0.5, 1.0]], 100)
    >>> ends.finite.tolist()
    [True, False]
    """
    show, close = _bar(progress)
    try:
        return Ends(*_native_ensemble(nesterov, alpha, beta, f, x0, n, v0, show))
    finally:
        close()


class Sweep:
    """An ensemble whose parts can be computed one by one, on any machine, and joined to the same bits.

    ``alpha``, ``beta``, ``x0`` and ``v0`` are broadcast against each other; a position has the shape (members, d).
    """

    def __init__(
        self,
        alpha: ArrayLike,
        beta: ArrayLike,
        f: Potential,
        x0: ArrayLike,
        n: int,
        v0: ArrayLike | None = None,
        *,
        nesterov: bool = False,
    ) -> None:
        starts = float64("x0", x0)
        if starts.ndim < 2:
            starts = starts.reshape(1, -1)
        if starts.ndim > 2:
            raise ValueError(f"x0 must have the shape (members, d), but it has {starts.shape}")
        alphas, betas = (float64(name, each).reshape(-1) for name, each in (("alpha", alpha), ("beta", beta)))
        members = max(len(alphas), len(betas), len(starts))
        for name, each in (("alpha", alphas), ("beta", betas), ("x0", starts)):
            if len(each) not in (1, members):
                raise ValueError(f"{name} must have one entry or {members}, but it has {len(each)}")
        self.f, self.n, self.nesterov = f, n, nesterov
        self.alpha, self.beta = (np.broadcast_to(each, members) for each in (alphas, betas))
        self.x0 = np.broadcast_to(starts, (members, starts.shape[1]))
        self.v0: Array | None = None if v0 is None else np.broadcast_to(float64("v0", v0), self.x0.shape)

    def __len__(self) -> int:
        return len(self.x0)

    def __repr__(self) -> str:
        rule = "Nesterov" if self.nesterov else "Momentum"
        return f"Sweep({rule}, f={self.f!r}, members={len(self)}, n={self.n})"

    def _repr_html_(self) -> str:
        rows = [("f", repr(self.f)), ("members", len(self)), ("dimension", self.x0.shape[1]), ("iterations", self.n)]
        return html_table("Sweep of Nesterov's rule" if self.nesterov else "Sweep of momentum", rows)

    def part(self, start: int, stop: int) -> Sweep:
        """The sweep of the members from ``start`` to ``stop`` alone, with arrays of its own."""
        cut = slice(start, stop)
        own = [np.array(each[cut]) for each in (self.alpha, self.beta, self.x0)]
        v0 = None if self.v0 is None else np.array(self.v0[cut])
        return type(self)(own[0], own[1], self.f, own[2], self.n, v0, nesterov=self.nesterov)

    def borders(self, parts: int) -> list[tuple[int, int]]:
        """Where ``parts`` parts of whole blocks begin and end, as equal as they can be; none is empty."""
        if parts < 1:
            raise ValueError(f"parts must be at least 1, but it is {parts}")
        blocks = -(-len(self) // BLOCK)
        parts = min(parts, blocks)
        ends = [min(len(self), BLOCK * (blocks * i // parts)) for i in range(parts + 1)]
        return list(zip(ends[:-1], ends[1:]))

    def shard(self, index: int, count: int) -> Sweep:
        """Part ``index`` of ``count``, counted from 0; it may be empty if there are more parts than blocks."""
        if not 0 <= index < count:
            raise ValueError(f"there is no shard {index} of {count}; shards are counted from 0")
        blocks = -(-len(self) // BLOCK)
        first, last = (min(len(self), BLOCK * (blocks * i // count)) for i in (index, index + 1))
        return self.part(first, last)

    def run(self, progress: Progress = None) -> Ends:
        """All members: Ends."""
        if len(self) == 0:
            empty = np.empty(self.x0.shape)
            return Ends(empty, empty.copy(), np.empty(0, dtype=bool))
        return ensemble(
            self.alpha, self.beta, self.f, self.x0, self.n, self.v0, nesterov=self.nesterov, progress=progress
        )


def merge(ends: Iterable[Ends]) -> Ends:
    """The ends of consecutive parts as one."""
    parts = list(ends)
    joined: list[Any] = [
        np.concatenate([getattr(each, name) for each in parts]) for name in ("positions", "velocities", "finite")
    ]
    return Ends(*joined)
