"""Sweeps over many processes and machines, by an engine that is already there.

Dask, or any executor with the interface of concurrent.futures, schedules the parts, runs them again when a worker dies,
and moves the arrays. Each part runs the same native loop, so the result has the bits of one machine.
"""

from .ensemble import merge

#: Parts for each worker if their number is not given: the loss of a worker costs at most one part of it, and the last
#: parts to end differ little.
PARTS_PER_WORKER = 8


def _run(part):
    return part.run()


def sweep(client, sweep, parts=None, *, retries=3):
    """Run a Sweep on the workers of a ``dask.distributed.Client``.

    Parameters
    ----------
    client : dask.distributed.Client, or an executor with ``map``, such as ``concurrent.futures.ProcessPoolExecutor``
    sweep : Sweep
    parts : in how many parts to cut it; eight for each worker if not given
    retries : how often Dask computes a part again whose worker died or raised

    Returns
    -------
    Ends
        The bits of ``sweep.run()``.
    """
    if hasattr(client, "scheduler_info"):
        workers = max(1, len(client.scheduler_info()["workers"]))
        cut = [sweep.part(*ends) for ends in sweep.borders(parts or PARTS_PER_WORKER * workers)]
        futures = client.map(_run, cut, retries=retries, pure=False)
        return merge(client.gather(futures))
    if not hasattr(client, "map"):
        raise TypeError(f"client must be a dask.distributed.Client or an executor, but it is {type(client).__name__}")
    workers = getattr(client, "_max_workers", None) or 1
    cut = [sweep.part(*ends) for ends in sweep.borders(parts or PARTS_PER_WORKER * workers)]
    return merge(client.map(_run, cut))
