"""How a sweep scales over worker processes of Dask, and what a part costs beside its work.

Run from the root of the repository on a quiet machine: ``python crates/python/benches/scaling.py``.
"""

import time

import numpy as np
from distributed import Client, LocalCluster

import heavyball_ode as hb
from heavyball_ode import distributed


def sweep_of(members, steps):
    return hb.Sweep(np.linspace(1e-3, 0.3, members), 0.9, hb.DoubleWell(), [0.5, 1.0], steps)


def least(runs, call):
    best = float("inf")
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best


def main():
    work = sweep_of(32 * 1024, 100_000)
    seconds = {}
    for workers in (1, 2):
        with LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None) as cluster:
            with Client(cluster) as client:
                # Rayon's threads: one for each worker.
                client.run(lambda: __import__("os").environ.__setitem__("RAYON_NUM_THREADS", "1"))
                distributed.sweep(client, sweep_of(64, 10), parts=2)
                seconds[workers] = least(3, lambda: distributed.sweep(client, work, parts=16))
                print(f"{workers} workers: {seconds[workers]:.2f} s")
                if workers == 1:
                    rate = len(work) * work.n / seconds[1]
                    print(f"  {rate:.3g} member-steps a second")
                    nothing = sweep_of(32 * 200, 1)
                    cost = least(3, lambda: distributed.sweep(client, nothing, parts=200)) / 200
                    print(f"  a part costs {1e3 * cost:.2f} ms beside its work: below 1 % from {100 * cost:.2f} s a part on,")
                    print(f"  that is {100 * cost * rate:.2g} member-steps")
    print(f"speed-up {seconds[1] / seconds[2]:.2f} over 2 workers")


if __name__ == "__main__":
    main()
