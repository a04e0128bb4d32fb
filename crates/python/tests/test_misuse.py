"""The usual mistakes, and random calls: a Python exception that names the argument, never a dead interpreter."""

import gc
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import heavyball_ode as hb

RULE, BALL, WELL = hb.Momentum(0.1, 0.5), hb.HeavyBall(1.0, 0.2), hb.DoubleWell()


@pytest.mark.parametrize(
    "dtype", [np.float32, np.int64, np.uint8, np.float16, ">f8"]
)
def test_other_real_dtypes_are_converted(dtype):
    x0 = np.array([1, 2], dtype=dtype)
    np.testing.assert_array_equal(RULE.iterates(WELL, x0, 10), RULE.iterates(WELL, [1.0, 2.0], 10))


def test_arrays_in_any_layout():
    table = np.arange(12, dtype=float).reshape(4, 3) / 10
    for view in (table[:2, 1], table[1, ::-2], table.T[0, 1:3]):
        assert view.shape == (2,)
        np.testing.assert_array_equal(RULE.iterates(WELL, view, 5), RULE.iterates(WELL, view.tolist(), 5))
    starts = np.asfortranarray(np.random.default_rng(0).uniform(-1, 1, (100, 2)))
    np.testing.assert_array_equal(
        hb.ensemble(0.1, 0.5, WELL, starts, 20).positions,
        hb.ensemble(0.1, 0.5, WELL, np.ascontiguousarray(starts), 20).positions,
    )


def raised_in_gradient(x):
    raise KeyError("mine")


@pytest.mark.parametrize(
    "call, kind, told",
    [
        (lambda: RULE.iterates(WELL, [1.0], 3), hb.errors.VectorError, "start position"),
        (lambda: RULE.iterates(WELL, [[1.0, 2.0]], 3), ValueError, "x0"),
        (lambda: RULE.iterates(WELL, [1.0, 2.0], 3, [1.0]), ValueError, "v0"),
        (lambda: RULE.iterates(WELL, [1j, 2], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [True, False], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [None, 2.0], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, "start", 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [[1.0], [1.0, 2.0]], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [math.nan, 1.0], 3), hb.errors.VectorError, "start position"),
        (lambda: RULE.iterates(WELL, [], 3), hb.errors.VectorError, "start position"),
        (lambda: RULE.iterates(WELL, [1.0, 2.0], -1), OverflowError, "negative"),
        (lambda: RULE.iterates(WELL, [1.0, 2.0], 10**17), MemoryError, "bytes"),
        (lambda: RULE.iterates(np.sum, [1.0, 2.0], 3), TypeError, "Function"),
        (lambda: RULE.iterates(None, [1.0, 2.0], 3), TypeError, "f must be"),
        (lambda: RULE.iterates(hb.Function(raised_in_gradient), [1.0], 3), KeyError, "mine"),
        (lambda: RULE.iterates(hb.Function(lambda x: x[:1]), [1.0, 2.0], 3), ValueError, "gradient"),
        (lambda: RULE.iterates(hb.Function(lambda x: 1j * x), [1.0, 2.0], 3), TypeError, "gradient"),
        (lambda: RULE.iterates(hb.Function(lambda x: None), [1.0, 2.0], 3), TypeError, "gradient"),
        (lambda: RULE.iterates(hb.Function(lambda x: math.nan * x), [1.0], 3), hb.errors.RunError, "gradient"),
        (lambda: hb.Function(3), TypeError, "gradient"),
        (lambda: hb.Momentum(-0.1, 0.5), hb.errors.ParameterError, "alpha"),
        (lambda: hb.Momentum(0.1, 1.5), hb.errors.RuleError, "beta"),
        (lambda: hb.HeavyBall(0.0, 1.0), hb.errors.ParameterError, "mass"),
        (lambda: hb.Quadratic([[1.0, 2.0], [3.0, 4.0]]), hb.errors.VectorError, "symmetric"),
        (lambda: hb.Quadratic([[1.0, 2.0, 3.0]]), ValueError, "curvature"),
        (lambda: RULE.to_heavy_ball(hb.Discretization.ExplicitDrag), TypeError, "mass"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, method="Euler"), ValueError, "method"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, method="Leapfrog"), TypeError, "dt"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, dt=0.1), TypeError, "max_step"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], "soon"), TypeError, "t must be"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], math.inf), hb.errors.ParameterError, "finite"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, rtol=-1.0), hb.errors.ParameterError, "tolerance"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, events=[3]), TypeError, "events"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, events=lambda t, x, p: "a"), TypeError, "event"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, events=lambda t, x, p: 1 / 0), ZeroDivisionError, ""),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0)(7.0), hb.errors.SpanError, "7"),
        (lambda: hb.solve(BALL, hb.Function(raised_in_gradient), [1.0], 5.0), KeyError, "mine"),
        (lambda: hb.ensemble(0.1, 0.5, hb.Function(abs), [[1.0]], 5), TypeError, "catalogue"),
        (lambda: hb.ensemble([0.1, 0.2], 0.5, WELL, np.ones((3, 2)), 5), ValueError, "alpha"),
        (lambda: hb.ensemble(0.1, 0.5, WELL, np.ones((3, 2)), 5, np.ones((2, 2))), ValueError, "v0"),
        (lambda: hb.ensemble(0.1, 0.5, WELL, np.full((3, 2), np.inf), 5), hb.errors.EnsembleError, "member"),
        (lambda: hb.Sweep([0.1, 0.2], 0.5, WELL, np.ones((3, 2)), 5), ValueError, "alpha"),
        (lambda: hb.Sweep(0.1, 0.5, WELL, [[1j, 2]], 5), TypeError, "x0"),
        (lambda: hb.translate("torch", "keras", 0.1, 0.9), ValueError, "pytorch"),
    ],
)
def test_a_mistake_is_told_by_name(call, kind, told):
    with pytest.raises(kind) as error:
        call()
    assert told in str(error.value)


def test_the_numbers_are_attributes():
    with pytest.raises(hb.errors.RunError) as error:
        hb.Momentum(10.0, 0.9).iterates(hb.Quartic(), 3.0, 100)
    found = error.value
    assert (found.kind, found.step, found.time) == ("Diverged", 6, 6.0)
    assert isinstance(found, ArithmeticError) and isinstance(found, hb.HeavyballError)
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), again.position) == (str(found), found.position)


@pytest.mark.parametrize(
    "thing",
    [
        RULE,
        hb.Nesterov(0.1, 0.5),
        hb.GradientDescent(0.1),
        BALL,
        hb.DampedOscillator(1, 0.4, 4),
        hb.Discretization.Obabo,
        WELL,
        hb.TiltedDoubleWell(0.3),
        hb.Quadratic([1.0, 25.0]),
        hb.Function(np.sin, np.sum),
        hb.TurningPoint(1, terminal=True),
    ],
)
def test_printed_and_pickled(thing):
    assert repr(pickle.loads(pickle.dumps(thing))) == repr(thing)
    assert type(thing).__name__ in repr(thing) or isinstance(thing, (hb.Potential, hb.BuiltInEvent))


def test_a_motion_is_solved_again_to_the_same_bits():
    run = hb.solve(BALL, WELL, [1.5, 1.0], (2.0, 9.0), events=hb.TurningPoint())
    again = pickle.loads(pickle.dumps(run))
    np.testing.assert_array_equal(again.y, run.y)
    np.testing.assert_array_equal(again.t_events[0], run.t_events[0])
    assert "<table>" in run._repr_html_() and "Motion(" in repr(run)


ANYTHING = [
    None, True, 0, 1, -1, 2, 10, 1.5, -0.5, 0.1, 1e-300, 1e308, math.nan, math.inf, "Adaptive", "Leapfrog", "", b"x",
    [], [1.0], [1.0, 2.0], [[1.0, 2.0]], [0.3, -0.2, 0.7], (0.0, 2.0), {}, object(), np.array(1.0), np.array([1.0, 2.0]),
    np.ones((3, 2)), np.ones((2, 3, 4)), np.array([1j]), np.array(["a"]), np.array([], dtype=np.float32), np.array([1, 2]),
    RULE, BALL, WELL, hb.Quartic(), hb.Rosenbrock(), hb.Quadratic([1.0, 3.0]), hb.Linear([1.0]), hb.Function(np.sin),
    hb.Function(raised_in_gradient), hb.Discretization.Boaob, hb.TurningPoint(), hb.EnergyLevel(0.5, terminal=True),
    np.sin, abs, lambda *a: 1.0, lambda x: x, lambda t, x, p: x[0],
]  # fmt: skip

CALLS = [
    hb.Momentum, hb.Nesterov, hb.GradientDescent, hb.HeavyBall, hb.DampedOscillator, hb.TiltedDoubleWell, hb.Linear,
    hb.Quadratic, hb.Function, hb.Potential, hb.TurningPoint, hb.CoordinateLevel, hb.EnergyLevel, hb.Settled,
    hb.Momentum.optimal, hb.Momentum.from_heavy_ball, RULE.iterates, RULE.iterates_with_velocities, RULE.stability,
    hb.Nesterov(0.1, 0.5).iterates, hb.GradientDescent(0.1).iterates, RULE.to_heavy_ball, BALL.energy, WELL.value,
    WELL.gradient, hb.Discretization.CentralDrag.coefficients, hb.Discretization.Obabo.effective_particle, hb.rescaled,
    hb.start_velocity, hb.translate, hb.DampedOscillator(1, 1, 1).at, hb.ensemble, hb.Sweep, hb.solve,
]  # fmt: skip

SETTINGS = {
    "v0": ANYTHING, "method": ["Adaptive", "RK45", "DOP853", "Nystrom12", "Leapfrog", "ExplicitEuler", 3], "rtol": ANYTHING,
    "atol": ANYTHING, "dt": [None, 0.1, -1.0, math.nan], "events": ANYTHING, "max_step": ANYTHING, "first_step": ANYTHING,
    "max_travel": ANYTHING, "stop_times": ANYTHING,
}  # fmt: skip


def test_the_interpreter_survives_random_calls():
    """10⁵ calls of every function with arguments of any kind: only Python exceptions, only finite arrays."""
    rng = random.Random(14)
    plausible = [0.1, 0.5, 1.0, [1.0, 2.0], np.array([0.3, -0.2]), WELL, BALL]

    def anything():
        return rng.choice(plausible if rng.random() < 0.6 else ANYTHING)

    outcomes = {"ok": 0, "refused": 0}
    for _ in range(100_000):
        call = rng.choice(CALLS)
        if call is hb.solve and rng.random() < 0.7:
            arguments = [BALL, rng.choice(ANYTHING[36:44]), anything(), rng.choice([0.0, 1.0, (0.0, 2.0), -1.0])]
            settings = {name: rng.choice(SETTINGS[name]) for name in rng.sample(sorted(SETTINGS), rng.randint(0, 3))}
        elif call in (hb.ensemble, hb.Sweep) or "iterates" in getattr(call, "__name__", ""):
            arguments = [anything() for _ in range(rng.randint(2, 5))]
            # A count of its own: 10³⁰⁸ iterations would run for ever.
            place = 4 if call in (hb.ensemble, hb.Sweep) else 2
            if len(arguments) > place:
                arguments[place] = rng.choice([0, 1, 30, -1, None, 1.5])
            settings = {}
        else:
            arguments, settings = [anything() for _ in range(rng.randint(0, 4))], {}
        try:
            found = call(*arguments, **settings)
        except Exception as error:
            assert str(error) is not None
            outcomes["refused"] += 1
        else:
            outcomes["ok"] += 1
            if isinstance(found, np.ndarray):
                assert np.isfinite(found).all(), (call, arguments)
    assert outcomes["ok"] > 3_000, outcomes


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads the memory of the process from Linux")
def test_memory_is_flat():
    """10⁴ runs of each kind, errors and callables among them, after 10³ to warm up: less than 8 MB more."""

    def once():
        RULE.iterates(WELL, [1.0, 2.0], 1000)
        run = hb.solve(BALL, WELL, [1.0, 2.0], 5.0, events=hb.TurningPoint())
        run.y, run(3.0), run.t_events
        hb.ensemble(0.1, 0.5, WELL, np.ones((40, 2)), 10)
        RULE.iterates(hb.Function(np.sin), [1.0, 2.0], 10)
        for bad in ([1.0], [math.nan, 1.0]):
            try:
                RULE.iterates(WELL, bad, 5)
            except hb.HeavyballError:
                pass

    for _ in range(1000):
        once()
    gc.collect()
    before = memory()
    for _ in range(10_000):
        once()
    gc.collect()
    assert memory() - before < 8e6


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize(
    "line",
    [
        "hb.ensemble(0.01, 0.9, hb.DoubleWell(), [[0.5, 1.0]] * 64, 10**10)",
        "hb.Momentum(1e-9, 0.9).iterates(hb.Quartic(), -0.5, 3 * 10**8)",
        "hb.solve(hb.HeavyBall(1, 0), hb.DoubleWell(), [1.5, 1.0], 1e7, rtol=1e-13, atol=1e-13)",
        "hb.solve(hb.HeavyBall(1, 0), hb.Function(lambda x: x), [1.5, 1.0], 1e9)",
    ],
)
def test_ctrl_c_ends_a_run_within_a_second(line):
    # A shell ignores SIGINT for what runs in the background, and a child inherits that.
    handler = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"import signal; {handler}; import heavyball_ode as hb; print('begun', flush=True); {line}"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "begun\n"
    time.sleep(0.5)
    assert child.poll() is None, child.stderr.read()
    begun = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=20)
    assert time.monotonic() - begun < 1.0
    assert "KeyboardInterrupt" in errors
