"""Sweeps over many processes and machines, by an engine that is already there.

Dask, or any executor with the interface of concurrent.futures, schedules the parts, runs them again when a worker dies,
and moves the arrays. Each part runs the same native loop, so the result has the bits of one machine.
"""

from .ensemble import _bar, merge

#: Parts for each worker if their number is not given.
PARTS_PER_WORKER = 8


def _run(part):
    return part.run()


def sweep(client, sweep, parts=None, *, retries=3, progress=None):
    """Run a Sweep on the workers of a Dask client or of an executor.

    Parameters
    ----------
    client : dask.distributed.Client; or an executor with ``submit``, such as those of concurrent.futures, mpi4py.futures
        and loky
    sweep : Sweep
    parts : in how many parts to cut it; eight for each worker if not given
    retries : how often Dask computes a part again that raised; how often a part may see its worker die is Dask's setting
        ``distributed.scheduler.allowed-failures``
    progress : True for a bar of tqdm, or a callable of (finished parts, parts)

    Returns
    -------
    Ends
        The bits of ``sweep.run()``.

    On Dask as many parts are out at a time as the workers have threads, and the next is sent when one has been fetched. So
    the death of a worker loses one part for each of its threads, and more only if it had just taken over another's. A part
    should take a second or more, as a round trip takes some milliseconds.
    """
    if hasattr(client, "scheduler_info"):
        workers = client.scheduler_info(n_workers=-1)["workers"].values()
        threads = sum(worker["nthreads"] for worker in workers) or 1
        cut = _cut(sweep, parts, threads)
        ends = _on_dask(client, cut, threads, retries)
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


def _cut(sweep, parts, workers):
    return [sweep.part(*ends) for ends in sweep.borders(parts or PARTS_PER_WORKER * workers)]


def _on_dask(client, cut, threads, retries):
    """Index and ends of each part as it is fetched; at most ``threads`` are out at a time."""
    from distributed import as_completed

    left = iter(enumerate(cut))
    place = {}

    def submit():
        for index, part in left:
            future = client.submit(_run, part, retries=retries, pure=False)
            place[future] = index
            return [future]
        return []

    first = [future for _ in range(threads) for future in submit()]
    running = as_completed(first)
    try:
        for future in running:
            ends = future.result()
            yield place.pop(future), ends
            running.update(submit())
    finally:
        for future in place:
            future.cancel()


def _on_executor(executor, cut):
    """Index and ends of each part as it is ready."""
    from concurrent.futures import as_completed

    place = {executor.submit(_run, part): index for index, part in enumerate(cut)}
    try:
        for future in as_completed(list(place)):
            yield place.pop(future), future.result()
    finally:
        for future in place:
            future.cancel()
