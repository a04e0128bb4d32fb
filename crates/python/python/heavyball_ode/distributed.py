"""Sweeps over many processes and machines, by an engine that is already there.

Dask, or any executor with the interface of concurrent.futures, schedules the parts, runs them again when a worker dies,
and moves the arrays. Each part runs the same native loop, so the result has the bits of one machine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from .ensemble import Ends, Sweep, _bar, merge

if TYPE_CHECKING:
    from .types import Progress

#: Parts for each worker thread if their number is not given.
PARTS_PER_WORKER = 8


def _run(part: Sweep) -> Ends:
    return part.run()


def sweep(
    client: Any, sweep: Sweep, parts: int | None = None, *, retries: int = 3, progress: Progress = None
) -> Ends:
    """Run a Sweep on the workers of a Dask client or of an executor.

    Parameters
    ----------
    client : dask.distributed.Client; or an executor with ``submit``, such as those of concurrent.futures, mpi4py.futures
        and loky
    sweep : Sweep
    parts : in how many parts to cut it; eight for each worker thread if not given
    retries : how often Dask computes a part again that raised; how often a part may see its worker die is Dask's setting
        ``distributed.scheduler.allowed-failures``
    progress : True for a bar of tqdm, or a callable of (finished parts, parts)

    Returns
    -------
    Ends
        The bits of ``sweep.run()``.

    On Dask as many parts are out at a time as the workers alive have threads, each is fetched as soon as it is there, and
    the next is sent then. So the death of a worker loses one part for each of its threads, and another only if that was
    computed in the milliseconds before. A part should take a second or more, as a round trip takes some milliseconds.
    Raises TypeError for what is neither client nor executor, and what a part raises.
    """
    if hasattr(client, "scheduler_info"):
        cut = _cut(sweep, parts, _threads(client))
        ends = _on_dask(client, cut, retries)
    elif hasattr(client, "submit"):
        cut = _cut(sweep, parts, getattr(client, "_max_workers", None) or 1)
        ends = _on_executor(client, cut)
    else:
        raise TypeError(f"client must be a dask.distributed.Client or an executor, but it is {type(client).__name__}")
    show, close = _bar(progress)
    found = {}
    try:
        for index, part in ends:
            found[index] = part
            if show is not None:
                show(len(found), len(cut))
    finally:
        close()
    return merge(found[index] for index in sorted(found))


def _cut(sweep: Sweep, parts: int | None, workers: int) -> list[Sweep]:
    return [sweep.part(*ends) for ends in sweep.borders(parts or PARTS_PER_WORKER * workers)]


def _threads(client: Any) -> int:
    """The threads of the workers that are alive, at least one; the scheduler is asked, since a client's own list is old."""
    return sum(client.nthreads().values()) or 1


def _on_dask(client: Any, cut: list[Sweep], retries: int) -> Iterator[tuple[int, Ends]]:
    """Index and ends of each part as it is fetched; no more are out at a time than threads are alive."""
    import distributed

    left = iter(enumerate(cut))
    place: dict[Any, int] = {}
    # With results: each is fetched as soon as it is there, also while another has to be computed again.
    running: Any = getattr(distributed, "as_completed")(loop=client.loop, with_results=True)

    def fill() -> None:
        # The parts are not tied to a worker: Dask does not run one whose worker, and every other, died before it began.
        for _, (index, part) in zip(range(_threads(client) - len(place)), left):
            future = client.submit(_run, part, retries=retries, pure=False)
            place[future] = index
            running.add(future)

    try:
        fill()
        while place:
            future, ends = next(running)
            if isinstance(ends, BaseException):
                raise ends
            yield place.pop(future), ends
            fill()
    finally:
        for future in place:
            future.cancel()


def _on_executor(executor: Any, cut: list[Sweep]) -> Iterator[tuple[int, Ends]]:
    """Index and ends of each part as it is ready."""
    from concurrent.futures import as_completed

    place = {executor.submit(_run, part): index for index, part in enumerate(cut)}
    try:
        for future in as_completed(list(place)):
            yield place.pop(future), future.result()
    finally:
        for future in place:
            future.cancel()
