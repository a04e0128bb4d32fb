"""Prints the polynomials of src/elementary and their errors: least squares over Chebyshev nodes, close to minimax.

    pip install mpmath==1.4.1 && python fit_elementary.py
"""

from mpmath import atanh, cos, exp, log, lu_solve, matrix, mp, mpf, pi, sin, sqrt

mp.dps = 100


def fit(name, f, low, high, degree, fixed=()):
    """Coefficients of f on [low, high], each rounded to f64 and the later ones fitted again after it."""
    given = [mpf(c) for c in fixed]
    while len(given) <= degree:
        n = degree + 1 - len(given)
        nodes = [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * i + 1) / 240) for i in range(120)]
        rows = matrix([[x ** (len(given) + j) for j in range(n)] for x in nodes])
        rest = matrix([f(x) - sum(c * x**j for j, c in enumerate(given)) for x in nodes])
        given.append(mpf(float(lu_solve(rows.T * rows, rows.T * rest)[0])))
    points = [low + (high - low) * (i + mpf(1) / 3) / 500 for i in range(500)]
    worst = max(abs(f(x) - sum(c * x**j for j, c in enumerate(given))) for x in points)
    print(f"{name}: error 2^{float(log(worst, 2)):.1f}")
    for c in given:
        print(f"    {float(c)!r},")


tiny, margin = mpf(10) ** -20, mpf("1.0002")
half = log(2) / 2 * margin
# The first, 1/2, is written as a term of its own in the source.
fit("(e^r - 1 - r)/r^2", lambda r: (exp(r) - 1 - r) / r**2, -half, half, 10, [0.5])
top = ((sqrt(2) - 1) / (sqrt(2) + 1)) ** 2 * margin
fit("(ln((1+s)/(1-s)) - 2s)/s^3 in s^2", lambda z: 2 * (atanh(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3, tiny, top, 6)
fit("(ln((1+s)/(1-s)) - 2s - 2s^3/3)/s^5 in s^2", lambda z: 2 * (atanh(sqrt(z)) - sqrt(z) - z * sqrt(z) / 3) / sqrt(z) ** 5, tiny, top, 8)
top = (pi / 4) ** 2 * margin
fit("(sin r - r)/r^3 in r^2", lambda z: (sin(sqrt(z)) - sqrt(z)) / sqrt(z) ** 3, tiny, top, 5)
fit("(cos r - 1 + r^2/2)/r^4 in r^2", lambda z: (cos(sqrt(z)) - 1 + z / 2) / z**2, tiny, top, 5)
