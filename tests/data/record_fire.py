"""Records runs of ASE's FIRE and FIRE2 in float64 on functions of 3 and 6 variables, for fire_iterates.json: the positions
of one or two atoms, whose energy is the function.

    pip install ase
    python record_fire.py > fire_iterates.json
"""

import json
import sys

import ase
import numpy as np
from ase.calculators.calculator import Calculator, all_changes
from ase.optimize.fire import FIRE
from ase.optimize.fire2 import FIRE2

STEPS = 200


def bowl(x):
    return np.array([1.0, 10.0, 40.0]) * x


def rosenbrock(x):
    gradient = np.zeros_like(x)
    for i in range(len(x) - 1):
        t = x[i + 1] - x[i] ** 2
        gradient[i] += -400 * x[i] * t - 2 * (1 - x[i])
        gradient[i + 1] += 200 * t
    return gradient


def wells(x):
    """Σ (xᵢ² − 1)²/4 + Σ (xᵢ₊₁ − xᵢ)²/4, whose terms couple neighbours."""
    gradient = x**3 - x
    differences = np.diff(x)
    gradient[:-1] -= 0.5 * differences
    gradient[1:] += 0.5 * differences
    return gradient


PROBLEMS = {
    "bowl": (bowl, [1.0, -1.0, 0.5]),
    "rosenbrock": (rosenbrock, [-1.2, 1.0, 0.8]),
    "wells": (wells, [0.9, -1.4, 0.3, -0.2, 1.7, 0.6]),
}
ORIGINAL = {
    "bowl": [{}, {"maxstep": 0.03}, {"dt": 0.05, "dtmax": 0.2, "Nmin": 2, "finc": 1.3, "fdec": 0.4}],
    "rosenbrock": [{"dt": 0.01, "dtmax": 0.05}, {"dt": 0.02, "dtmax": 0.04, "astart": 0.2, "a": 0.2, "fa": 0.9}],
    "wells": [{}, {"maxstep": 1.0, "dtmax": 0.5}, {"Nmin": 0, "fa": 0.95, "maxstep": 0.1}],
}
SECOND = {
    "bowl": [{}, {"maxstep": 0.03}, {"dt": 0.05, "dtmax": 0.2, "dtmin": 0.04, "Nmin": 2, "finc": 1.3, "fdec": 0.4}],
    "rosenbrock": [{"dt": 0.005, "dtmax": 0.02}, {"dt": 0.02, "dtmax": 0.04, "dtmin": 0.01, "astart": 0.2, "fa": 0.9}],
    "wells": [{}, {"maxstep": 1.0, "dtmax": 0.5}, {"Nmin": 3, "fa": 0.95, "maxstep": 0.1}],
}


class Function(Calculator):
    implemented_properties = ["energy", "forces"]

    def __init__(self, gradient):
        super().__init__()
        self.slope = gradient

    def calculate(self, atoms=None, properties=("energy",), system_changes=all_changes):
        super().calculate(atoms, properties, system_changes)
        x = atoms.get_positions().ravel()
        self.results = {"energy": 0.0, "forces": -self.slope(x).reshape(-1, 3)}


def run(kind, problem, options):
    gradient, start = PROBLEMS[problem]
    atoms = ase.Atoms("H" * (len(start) // 3), positions=np.reshape(start, (-1, 3)))
    atoms.calc = Function(gradient)
    optimizer = kind(atoms, logfile=None, **options)
    read = lambda: list(map(float, atoms.get_positions().ravel()))
    positions, steps = [read()], [optimizer.dt]
    for _ in range(STEPS):
        optimizer.step()
        positions.append(read())
        steps.append(float(optimizer.dt))
    # Every fifth position, and all steps.
    return {
        "optimizer": kind.__name__,
        "potential": problem,
        "start": start,
        "options": options,
        "dt": steps,
        "positions": positions[::5],
    }


print(f"recorded with ase {ase.__version__}, numpy {np.__version__}", file=sys.stderr)
print("[")
print(
    ",\n".join(
        json.dumps(run(kind, name, options))
        for kind, table in [(FIRE, ORIGINAL), (FIRE2, SECOND)]
        for name in PROBLEMS
        for options in table[name]
    )
)
print("]")
