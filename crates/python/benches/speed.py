"""The speed of the package, each figure the least of several times on a quiet machine.

Run from the root of the repository: ``python crates/python/benches/speed.py``. The first two rows are ratios to the same
work in Rust, ``cargo run --release -p heavyball-benches --bin baseline``, run in turns with it.
"""

import subprocess
import sys
import time

import numpy as np

import heavyball_ode as hb


def least(runs, call):
    best = float("inf")
    for _ in range(runs):
        begun = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - begun)
    return best


def in_rust():
    command = ["cargo", "run", "--quiet", "--release", "-p", "heavyball-benches", "--bin", "baseline"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return dict(zip(lines[::2], map(float, lines[1::2])))


def gradient(x):
    return np.array([4 * x[0] ** 3 - 4 * x[0], 2 * x[1]])


def main():
    members = 100_000
    side = -2 + 4 * np.arange(members) / members
    starts = np.stack([side, -side], axis=1)
    calls = {
        "iterates": lambda: hb.Momentum(0.1, 0.5).iterates(hb.DoubleWell(), [-1.5, -1.5], 1_000_000),
        "ensemble": lambda: hb.ensemble(0.01, 0.9, hb.DoubleWell(), starts, 1000),
    }
    in_rust()
    ours, theirs = ({name: float("inf") for name in calls} for _ in range(2))
    for _ in range(5):
        for name, seconds in in_rust().items():
            theirs[name] = min(theirs[name], seconds)
        for name, call in calls.items():
            ours[name] = min(ours[name], least(10, call))
    for name in calls:
        print(f"{name}: {1e3 * ours[name]:.1f} ms, {ours[name] / theirs[name]:.3f} of the same in Rust")

    n = 20_000
    bare = least(5, lambda: [gradient(np.array([0.3, 0.2])) for _ in range(n)]) / n
    called = least(5, lambda: hb.Momentum(0.1, 0.5).iterates(hb.Function(gradient), [-1.5, -1.5], n)) / n
    print(f"a Python callable: {1e6 * called:.2f} us an iteration, of which {1e6 * bare:.2f} us are the callable's own")

    def loop():
        x, v = np.array([-1.5, -1.5]), np.zeros(2)
        path = [x]
        for _ in range(n):
            v = 0.5 * v - 0.1 * gradient(x)
            x = x + v
            path.append(x)
        return np.array(path)

    print(f"the lecture's loop in NumPy: {1e6 * least(5, loop) / n:.2f} us an iteration")
    from scipy.integrate import solve_ivp

    def flow(_, y):
        g = gradient(y[:2])
        return np.array([y[2], y[3], -g[0] - 0.2 * y[2], -g[1] - 0.2 * y[3]])

    scipy = solve_ivp(flow, (0, 200), [-1.5, -1.5, 0, 0], "DOP853", rtol=1e-9, atol=1e-9)
    seconds = least(3, lambda: solve_ivp(flow, (0, 200), [-1.5, -1.5, 0, 0], "DOP853", rtol=1e-9, atol=1e-9))
    print(f"SciPy's solve_ivp, DOP853: {1e6 * seconds / scipy.nfev:.2f} us a call, {scipy.nfev} calls")
    ball = hb.HeavyBall(1.0, 0.2)
    for method in ("DOP853", "Adaptive"):
        run = lambda: hb.solve(ball, hb.Function(gradient), [-1.5, -1.5], 200, method=method)  # noqa: E731
        seconds = least(3, run)
        print(f"solve, {method}, a Python callable: {1e6 * seconds / run().nfev:.2f} us a call, {run().nfev} calls")
    try:
        import jax
    except ImportError:
        print("JAX is not installed", file=sys.stderr)
        return
    jax.config.update("jax_enable_x64", True)
    jitted = jax.jit(jax.grad(lambda x: x[0] ** 4 - 2 * x[0] ** 2 + x[1] ** 2))

    def lecture(count):
        x, v = jax.numpy.array([-1.5, -1.5]), jax.numpy.zeros(2)
        path = [x]
        for _ in range(count):
            v = 0.5 * v - 0.1 * jitted(x)
            x = x + v
            path.append(x)

    count = 1000
    lecture(10)
    print(f"the lecture's loop in JAX: {1e6 * least(3, lambda: lecture(count)) / count:.1f} us an iteration")
    f = hb.Function(jitted)
    seconds = least(3, lambda: hb.Momentum(0.1, 0.5).iterates(f, [-1.5, -1.5], count)) / count
    print(f"iterates with JAX's gradient: {1e6 * seconds:.1f} us an iteration")


if __name__ == "__main__":
    main()
