"""Many members at once: ensemble(), and Sweep, whose parts can be computed anywhere."""

from dataclasses import dataclass

import numpy as np

from ._native import ensemble as _native_ensemble
from ._native import float64

#: Members of a block of the native loop. Parts of a sweep hold whole blocks, so that none is computed half empty.
BLOCK = 64


@dataclass(frozen=True, repr=False)
class Ends:
    """How the members of an ensemble ended."""

    #: Final positions, shape (members, d); not finite where a member diverged.
    positions: np.ndarray
    #: Final velocities, displacements per iteration, shape (members, d).
    velocities: np.ndarray
    #: Which members are finite, shape (members,).
    finite: np.ndarray

    def __len__(self):
        return len(self.finite)

    @property
    def diverged(self):
        """The number of members that diverged."""
        return int(len(self.finite) - self.finite.sum())

    def __repr__(self):
        members, dimension = self.positions.shape
        return f"Ends(members={members}, d={dimension}, diverged={self.diverged})"

    def _repr_html_(self):
        members, dimension = self.positions.shape
        return (
            "<table><caption>Ends</caption>"
            f"<tr><th>members</th><td>{members}</td></tr>"
            f"<tr><th>diverged</th><td>{self.diverged}</td></tr>"
            f"<tr><th>dimension</th><td>{dimension}</td></tr></table>"
        )


def _bar(progress):
    """A callable of (done, total) for ``progress``: None, True for a bar of tqdm, or a callable."""
    if progress is None or progress is False:
        return None, lambda: None
    if callable(progress):
        return progress, lambda: None
    from tqdm.auto import tqdm

    bar = tqdm(unit="block")

    def show(done, total):
        bar.total = total
        bar.n = max(bar.n, done)
        bar.refresh()

    return show, bar.close


def ensemble(alpha, beta, f, x0, n, v0=None, *, nesterov=False, progress=None):
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

    The interpreter is free meanwhile, and Ctrl-C ends the run.
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

    def __init__(self, alpha, beta, f, x0, n, v0=None, *, nesterov=False):
        x0 = float64("x0", x0)
        if x0.ndim < 2:
            x0 = x0.reshape(1, -1)
        alpha, beta = (float64(name, each).reshape(-1) for name, each in (("alpha", alpha), ("beta", beta)))
        members = max(len(alpha), len(beta), len(x0))
        for name, each in (("alpha", alpha), ("beta", beta), ("x0", x0)):
            if len(each) not in (1, members):
                raise ValueError(f"{name} must have one entry or {members}, but it has {len(each)}")
        self.f, self.n, self.nesterov = f, n, nesterov
        self.alpha, self.beta = (np.broadcast_to(each, members) for each in (alpha, beta))
        self.x0 = np.broadcast_to(x0, (members, x0.shape[1]))
        self.v0 = None if v0 is None else np.broadcast_to(float64("v0", v0), self.x0.shape)

    def __len__(self):
        return len(self.x0)

    def __repr__(self):
        rule = "Nesterov" if self.nesterov else "Momentum"
        return f"Sweep({rule}, f={self.f!r}, members={len(self)}, n={self.n})"

    def part(self, start, stop):
        """The sweep of the members from ``start`` to ``stop`` alone, with arrays of its own."""
        cut = slice(start, stop)
        own = [np.array(each[cut]) for each in (self.alpha, self.beta, self.x0)]
        v0 = None if self.v0 is None else np.array(self.v0[cut])
        return type(self)(own[0], own[1], self.f, own[2], self.n, v0, nesterov=self.nesterov)

    def borders(self, parts):
        """Where ``parts`` parts of whole blocks begin and end, as equal as they can be; none is empty."""
        if parts < 1:
            raise ValueError(f"parts must be at least 1, but it is {parts}")
        blocks = -(-len(self) // BLOCK)
        parts = min(parts, blocks)
        ends = [min(len(self), BLOCK * (blocks * i // parts)) for i in range(parts + 1)]
        return list(zip(ends[:-1], ends[1:]))

    def shard(self, index, count):
        """Part ``index`` of ``count``, counted from 0; it may be empty if there are more parts than blocks."""
        if not 0 <= index < count:
            raise ValueError(f"there is no shard {index} of {count}; shards are counted from 0")
        blocks = -(-len(self) // BLOCK)
        first, last = (min(len(self), BLOCK * (blocks * i // count)) for i in (index, index + 1))
        return self.part(first, last)

    def run(self, progress=None):
        """All members: Ends."""
        if len(self) == 0:
            empty = np.empty(self.x0.shape)
            return Ends(empty, empty.copy(), np.empty(0, dtype=bool))
        return ensemble(
            self.alpha, self.beta, self.f, self.x0, self.n, self.v0, nesterov=self.nesterov, progress=progress
        )


def merge(ends):
    """The ends of consecutive parts as one."""
    ends = list(ends)
    return Ends(*(np.concatenate([getattr(each, name) for each in ends]) for name in ("positions", "velocities", "finite")))
