"""Sweeps on Dask's workers and on executors: the bits of one machine, also when workers are killed."""

import contextlib
import os
import pathlib
import queue
import random
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest

import heavyball_ode as hb
from heavyball_ode import distributed as ours

dask = pytest.importorskip("dask")
distributed = pytest.importorskip("distributed")


def sweep_of(members, steps):
    return hb.Sweep(np.linspace(1e-3, 0.3, members), 0.9, hb.DoubleWell(), [0.5, 1.0], steps)


def same_bits(a, b):
    return all(getattr(a, name).tobytes() == getattr(b, name).tobytes() for name in ("positions", "velocities", "finite"))


def within(seconds, call):
    """What ``call`` returns, or a TimeoutError: a sweep that hangs must not hang the tests."""
    outcome = queue.Queue()

    def attempt():
        try:
            outcome.put((call(), None))
        except BaseException as error:
            outcome.put((None, error))

    threading.Thread(target=attempt, daemon=True).start()
    try:
        found, error = outcome.get(timeout=seconds)
    except queue.Empty:
        raise TimeoutError(f"not done after {seconds} s") from None
    if error is not None:
        raise error
    return found


@contextlib.contextmanager
def two_workers():
    """A client of two worker processes with one thread each."""
    # How often a part may see its worker die.
    with dask.config.set({"distributed.scheduler.allowed-failures": 20}):
        settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
        with distributed.LocalCluster(**settings) as cluster, distributed.Client(cluster) as client:
            yield client


@pytest.fixture(scope="module")
def cluster():
    with two_workers() as client:
        yield client


def test_dask_gives_the_bits_of_one_machine(cluster):
    sweep = sweep_of(5001, 500)
    seen = []
    ends = within(60, lambda: ours.sweep(cluster, sweep, progress=lambda done, total: seen.append((done, total))))
    assert same_bits(ends, sweep.run())
    assert seen[-1] == (16, 16)
    assert same_bits(within(60, lambda: ours.sweep(cluster, sweep, parts=3)), sweep.run())


@pytest.mark.parametrize(
    "executor", [lambda: ProcessPoolExecutor(2, mp_context=get_context("spawn")), lambda: ThreadPoolExecutor(2)]
)
def test_executors_give_the_bits_of_one_machine(executor):
    sweep = sweep_of(1001, 100)
    with executor() as pool:
        assert same_bits(ours.sweep(pool, sweep), sweep.run())


class Counted(hb.Sweep):
    """A sweep whose parts leave a file each time they begin to run."""

    place = None

    def part(self, start, stop):
        part = super().part(start, stop)
        part.place = self.place
        return part

    def run(self, progress=None):
        if self.place is not None:
            name = f"{self.alpha[0]:.17g}-{os.getpid()}-{time.monotonic_ns()}"
            pathlib.Path(self.place, name).touch()
        return super().run(progress)


def test_killed_workers_change_nothing(tmp_path):
    """SIGKILL of a worker at 20 random moments of running sweeps: Dask starts it anew, and computes again only what was out."""
    arguments = np.linspace(1e-3, 0.3, 4001), 0.9, hb.DoubleWell(), [0.5, 1.0], 60_000
    whole = Counted(*arguments).run()
    rng = random.Random(14)
    kills = repeated = 0
    for number in range(40):
        sweep = Counted(*arguments)
        sweep.place = tmp_path / str(number)
        sweep.place.mkdir()
        ended = threading.Event()
        killed = []

        def killer(client):
            while not ended.wait(rng.uniform(0.05, 0.6)) and len(killed) < 2:
                worker = rng.choice(list(client.cluster.workers.values()))
                # A worker that is only starting is not one that dies in mid-run.
                running = client.scheduler_info(n_workers=-1)["workers"]
                if worker.worker_address in running and worker.pid not in killed:
                    os.kill(worker.pid, signal.SIGKILL)
                    killed.append(worker.pid)

        # Anew each time: Dask's nannies give up on a worker that dies too often.
        with two_workers() as client:
            thread = threading.Thread(target=killer, args=(client,))
            thread.start()
            try:
                ends = within(60, lambda: ours.sweep(client, sweep, parts=40))  # noqa: B023
            finally:
                ended.set()
                thread.join()
        assert same_bits(ends, whole)
        kills, repeated = kills + len(killed), repeated + len(os.listdir(sweep.place)) - 40
        if kills >= 20:
            break
    assert kills >= 20
    # One part for each kill, and now and then one that was computed and not yet fetched. With a limit on the parts that does
    # not follow the workers alive, or with fetching one by one, it is two; with all 40 submitted at once ten and more.
    assert 0 < repeated <= 1.5 * kills, (repeated, kills)
    print(f"{kills} kills, {repeated} parts computed again")


def fails(part):
    raise ArithmeticError("mine")


def test_what_a_part_raises_is_raised(cluster, monkeypatch):
    monkeypatch.setattr(ours, "_run", fails)
    with pytest.raises(ArithmeticError, match="mine"):
        within(60, lambda: ours.sweep(cluster, sweep_of(200, 10), parts=3, retries=0))
    monkeypatch.undo()
    assert same_bits(within(60, lambda: ours.sweep(cluster, sweep_of(200, 10))), sweep_of(200, 10).run())


def test_neither_client_nor_executor_is_told():
    with pytest.raises(TypeError, match="client"):
        ours.sweep(3, sweep_of(10, 10))
