"""The types: those of the native half are the ones it has, and a program of a user is checked with them."""

import os
import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("mypy")


def check(*arguments, cwd):
    command = [sys.executable, "-m", *arguments]
    # The package may lie in the directory of its sources, which mypy would take for another.
    environment = {name: value for name, value in os.environ.items() if name != "MYPYPATH"}
    run = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=600)
    return run.returncode, run.stdout + run.stderr


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """One directory for all, since mypy keeps there what it knows of numpy."""
    return tmp_path_factory.mktemp("types")


def test_the_stubs_are_those_of_the_native_half(place):
    code, told = check("mypy.stubtest", "heavyball_ode", "--concise", cwd=place)
    assert code == 0, told


def test_the_package_is_typed(place):
    code, told = check("mypy", "--strict", "-p", "heavyball_ode", cwd=place)
    assert code == 0, told


GOOD = """
import heavyball_ode as hb
import numpy as np
from heavyball_ode import equations, limits

path = hb.Momentum(0.1, 0.5).iterates(hb.DoubleWell(), [-1.5, -1.5], 100)
last: float = float(path[-1, 0])
well = hb.Function(lambda x: 4 * x**3 - 4 * x, lambda x: float((x**4 - 2 * x**2).sum()))
run = hb.solve(hb.HeavyBall(1.0, 0.2), well, 0.5, (0.0, 5.0), events=[hb.TurningPoint(), lambda t, x, p: float(x[0])])
defect: float = run.energy_balance().largest_defect
order: float | None = hb.followed(hb.Nesterov(0.1, 0.5), hb.DoubleWell(), np.ones(2)).closest.order.order
table: hb.Convergence = limits.overdamped(1.0, hb.DoubleWell(), [0.5, 1.0], 2.0)
x, u = equations.nesterov_flow(hb.DoubleWell(), [0.5, 1.0], np.linspace(0, 1, 5))
rule = hb.Momentum.scheduled(hb.Cosine(0.1, 0.0, 100), lambda k: 0.9)
line: str = hb.translate("pytorch", "keras", 0.1, 0.9).line
drag: float = hb.Barrier(hb.Quartic(), -0.5, 0.0).critical_drag().value
"""

BAD = """
import heavyball_ode as hb
from heavyball_ode import limits

hb.Momentum("0.1", 0.5)
hb.Momentum(0.1, 0.5).iterates(hb.DoubleWell(), [1.0, 1.0], 2.5)
hb.solve(1.0, hb.DoubleWell(), [1.0, 1.0], 5.0)
hb.Momentum(0.1, 0.5).gamma
text: str = hb.HeavyBall(1.0, 0.2).mass
limits.small_step(hb.HeavyBall(1.0, 0.2), hb.DoubleWell(), [1.0, 1.0], 5.0, method="Leapfrog", start="later")
"""


def test_a_program_of_a_user_is_checked(place):
    (place / "good.py").write_text(textwrap.dedent(GOOD))
    code, told = check("mypy", "--strict", "good.py", cwd=place)
    assert code == 0, told
    (place / "bad.py").write_text(textwrap.dedent(BAD))
    code, told = check("mypy", "--strict", "bad.py", cwd=place)
    lines = {int(line.split(":")[1]) for line in told.splitlines() if ": error:" in line}
    assert lines == {5, 6, 7, 8, 9, 10}, told
