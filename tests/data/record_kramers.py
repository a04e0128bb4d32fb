"""Computes rates of escape from a well of f = x^4 - 2x^2 at mass 1 from the equation of Klein and Kramers, for
kramers_rates.json: half of its smallest eigenvalue above 0, which is the rate from one well to the other.

The density is expanded in Hermite functions of p, on a staggered grid in x on which the density of Gibbs is exactly stationary.
Also the depopulation factor of Mel'nikov and Meshkov by adaptive quadrature over its own variable.

    pip install numpy scipy
    python record_kramers.py > kramers_rates.json
"""

import json

import numpy as np
import scipy.sparse as sp
from scipy.integrate import quad
from scipy.sparse.linalg import eigs

FARTHEST = 1.9


def f(x):
    return x**4 - 2 * x**2


def rate(drag, temperature, points, hermite):
    nodes = np.linspace(-FARTHEST, FARTHEST, points)
    middles = (nodes[1:] + nodes[:-1]) / 2
    h = nodes[1] - nodes[0]
    weight = lambda x: np.exp(f(x) / 2 / temperature)
    root = np.sqrt(temperature) / h
    to_middles = sp.diags([-root, root], [0, 1], shape=(points - 1, points))
    to_nodes = sp.diags([root, -root], [0, -1], shape=(points, points - 1))
    up = [
        sp.diags(1 / weight(middles)) @ to_middles @ sp.diags(weight(nodes)),
        sp.diags(1 / weight(nodes)) @ to_nodes @ sp.diags(weight(middles)),
    ]
    blocks = [[None] * hermite for _ in range(hermite)]
    for n in range(hermite):
        blocks[n][n] = -n * drag * sp.eye(points - n % 2)
        if n > 0:
            blocks[n][n - 1] = -np.sqrt(n) * up[(n - 1) % 2]
        if n < hermite - 1:
            blocks[n][n + 1] = np.sqrt(n + 1) * up[n % 2].T
    generator = sp.bmat(blocks, format="csc")
    slowest = eigs(generator, k=2, sigma=1e-7 + 0j, which="LM", return_eigenvectors=False)
    return float(np.sort(-slowest.real)[-1] / 2)


def depopulation(loss):
    part = lambda y: np.log(-np.expm1(-loss * (y * y + 0.25))) / (y * y + 0.25)
    integral = sum(quad(part, a, b, limit=1000, epsabs=1e-13)[0] for a, b in [(0, 1), (1, 20), (20, np.inf)])
    return float(np.exp(integral / np.pi))


rates = []
for inverse in [5.0, 6.5, 8.0]:
    for drag in [0.5, 1.0, 2.0, 4.0, 8.0]:
        # The error of the grid is of the second order: extrapolated from two of them.
        coarse, fine = (rate(drag, 1 / inverse, points, 60) for points in [401, 801])
        found = fine + (fine - coarse) / 3
        rates.append({"drag": drag, "temperature": 1 / inverse, "rate": found})
factors = [{"loss": loss, "factor": depopulation(loss)} for loss in [0.01, 0.1, 0.5, 1.0, 3.0, 10.0]]
print(json.dumps({"rates": rates, "factors": factors}, indent=1))
