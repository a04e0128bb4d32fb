"""Balls in a bath, gradients with noise, and their temperature, by closed forms and by NumPy."""

import numpy as np
import pytest

import heavyball_ode as hb

BALL = hb.HeavyBall(1.0, 1.0)
ROWS = [[0.5], [1.0], [1.75], [2.0], [3.0], [3.5], [4.0], [5.0]]
LOSS = hb.LogisticRegression(ROWS, [0, 0, 1, 0, 0, 1, 1, 1], ridge=0.1, intercept=True)


@pytest.mark.parametrize(
    "method, of_x, of_p",
    [
        ("BAOAB", lambda c: 1.0, lambda c: 1 - c),
        ("OBABO", lambda c: 1 / (1 - c), lambda c: 1.0),
        ("ABOBA", lambda c: 1.0, lambda c: 1 / (1 - c)),
    ],
)
def test_variances_in_a_quadratic_well(method, of_x, of_p):
    """Derivation (85), (86): Var x and Var p at a long step, within 4 standard errors of 50 parts of a run."""
    curvature, temperature, dt = 2.0, 0.5, 0.9
    x, p = hb.Langevin(BALL, temperature).run(hb.Quadratic([curvature]), [0.0], 250_000, dt, method, seed=5)
    quarter = dt**2 * curvature / 4
    for found, expected in ((x, of_x(quarter) * temperature / curvature), (p, of_p(quarter) * temperature)):
        parts = (found[1:, 0] ** 2).reshape(50, -1).mean(axis=1)
        assert abs(parts.mean() - expected) < 4 * parts.std(ddof=1) / np.sqrt(50)


def test_the_numbers_of_a_run_are_those_of_its_place():
    """(seed, member, step) decide: a run continued, and a member alone, have the same bits; another seed has not."""
    bath, f = hb.Langevin(BALL, 0.4), hb.DoubleWell()
    starts = np.tile([-1.0, 0.0], (200, 1))
    x, p = bath.ensemble(f, starts, 60, 0.05, seed=7)
    alone = bath.run(f, starts[150], 60, 0.05, seed=7, member=150)
    np.testing.assert_array_equal(x[150], alone[0][-1])
    np.testing.assert_array_equal(p[150], alone[1][-1])
    half = bath.ensemble(f, starts, 25, 0.05, seed=7)
    rest = bath.ensemble(f, half[0], 35, 0.05, p0=half[1], seed=7, first_step=25)
    np.testing.assert_array_equal(rest[0], x)
    assert not (bath.ensemble(f, starts, 60, 0.05, seed=8)[0] == x).any()


def test_a_cold_bath_is_the_fixed_step():
    """T = 0: the library's own step, bit for bit."""
    for method, same in (("ABOBA", "Leapfrog"), ("SymplecticEuler", "SymplecticEuler")):
        f = hb.DoubleWell()
        x, _ = hb.Langevin(BALL, 0.0).run(f, [1.5, 1.0], 50, 0.1, method)
        motion = hb.solve(BALL, f, [1.5, 1.0], 5.0, method=same, dt=0.1)
        np.testing.assert_array_equal(x, motion.x)


def test_moments_without_a_trajectory():
    """The covariance of Gibbs, T A⁻¹, from sums over the steps of 2000 balls."""
    a = np.array([[2.0, 0.5], [0.5, 1.0]])
    bath = hb.Langevin(BALL, 0.3)
    mean, covariance, error = bath.moments(hb.Quadratic(a), np.zeros((2000, 2)), 600, 0.2, forget=100, seed=2)
    np.testing.assert_allclose(covariance, 0.3 * np.linalg.inv(a), atol=0.01)
    assert (abs(mean) < 5 * error).all() and (error < 0.01).all()


def test_the_stationary_covariance_by_scipy():
    """Derivation (92): Stationary solves the discrete Lyapunov equation, which SciPy solves too."""
    linalg = pytest.importorskip("scipy.linalg")
    a, noise = np.array([[2.0, 0.5], [0.5, 1.0]]), np.array([[1.0, -0.3], [-0.3, 2.0]])
    alpha, beta, eta = 0.3, 0.7, 0.4
    one = np.eye(2)
    # v₊ = βv − αA(x + ηv) − αξ, x₊ = x + v₊.
    of_v = np.hstack([-alpha * a, beta * one - alpha * eta * a])
    step = np.vstack([np.hstack([one, np.zeros((2, 2))]) + of_v, of_v])
    kick = np.vstack([one, one])
    expected = linalg.solve_discrete_lyapunov(step, alpha**2 * kick @ noise @ kick.T)
    found = hb.Stationary(hb.Accelerated(alpha, beta, eta), a, noise)
    np.testing.assert_allclose(found.position, expected[:2, :2], rtol=1e-12)
    np.testing.assert_allclose(found.cross, expected[:2, 2:], rtol=1e-12)
    np.testing.assert_allclose(found.velocity, expected[2:, 2:], rtol=1e-12)
    assert found.excess_loss == pytest.approx(0.5 * np.trace(a @ expected[:2, :2]), rel=1e-12)


def test_the_temperature():
    """Derivation (89): T = ασ²/2(1 − β) for every rule; without drag there is none."""
    for rule, beta in ((hb.GradientDescent(0.25), 0.0), (hb.Momentum(0.25, 0.5), 0.5), (hb.Nesterov(0.25, 0.5), 0.5)):
        assert rule.temperature(2.0) == 0.25 * 2.0 / (2 * (1 - beta))
    assert hb.Accelerated(0.25, 0.5, 3.0).temperature(2.0) == 0.5
    with pytest.raises(hb.errors.StudyError) as error:
        hb.Momentum(0.1, 1.0).temperature(1.0)
    assert error.value.kind == "NoTemperature" and error.value.beta == 1.0


@pytest.mark.parametrize("covariance", [0.3, [0.3, 0.1], [[0.3, 0.1], [0.1, 0.2]]], ids=["number", "vector", "matrix"])
def test_noise_in_a_gradient_of_python_is_that_of_the_catalogue(covariance):
    """The same noise whoever gives the gradient; its covariance over 20000 steps of gradient descent on f = 0."""
    own = hb.Function(lambda x: np.array([4 * x[0] * (x[0] ** 2 - 1), 2 * x[1]]))
    rule = hb.Momentum(0.01, 0.9)
    paths = [rule.iterates(hb.NoisyGradient(f, covariance, seed=3), [1.0, 0.5], 300) for f in (hb.DoubleWell(), own)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=0, atol=1e-12)
    flat = hb.NoisyGradient(hb.Linear([0.0, 0.0]), covariance, seed=1)
    kicks = np.diff(hb.GradientDescent(1.0).iterates(flat, [0.0, 0.0], 20_000), axis=0)
    full = np.asarray(covariance) * np.eye(2) if np.ndim(covariance) < 2 else np.asarray(covariance)
    np.testing.assert_allclose(np.cov(kicks.T), full, atol=4 * 0.3 * np.sqrt(2 / 20_000))


def test_minibatches_of_a_sum():
    """All terms in a batch are the sum; a sum of Python callables draws the same terms as the library's own."""
    rows, signs = np.array([[*row, 1.0] for row in ROWS]), np.array([-1, -1, 1, -1, -1, 1, 1, 1.0])

    def gradient(batch, w):
        margins = signs[batch] * (rows[batch] @ w)
        return -(signs[batch] / (1 + np.exp(margins))) @ rows[batch] / len(batch) + 0.1 * w

    own = hb.FiniteSum(8, gradient)
    rule = hb.Momentum(0.05, 0.5)
    for sampling in ("with_replacement", "without_replacement", "reshuffled"):
        paths = [rule.iterates(hb.Minibatches(f, 3, sampling, seed=4), [0.0, 0.0], 40) for f in (LOSS, own)]
        np.testing.assert_allclose(paths[0], paths[1], rtol=0, atol=1e-12)
        assert abs(paths[0][-1] - rule.iterates(LOSS, [0.0, 0.0], 40)[-1]).max() > 1e-3
    whole = hb.Minibatches(LOSS, 8)
    np.testing.assert_array_equal(rule.iterates(whole, [0.0, 0.0], 40), rule.iterates(LOSS, [0.0, 0.0], 40))
    # The covariance of the gradient of one row, by NumPy.
    w = np.array([0.3, -0.2])
    each = np.array([gradient(np.array([i]), w) for i in range(8)])
    np.testing.assert_allclose(LOSS.gradient_covariance(w), np.cov(each.T, ddof=0), rtol=1e-12)


def test_what_is_refused():
    for call, error, words in (
        (lambda: hb.Langevin(BALL, -0.1), hb.errors.ParameterError, "temperature"),
        (lambda: hb.Langevin(BALL, float("nan")), hb.errors.ParameterError, "temperature"),
        (lambda: hb.NoisyGradient(hb.DoubleWell(), -1.0), hb.errors.ParameterError, "variance"),
        (lambda: hb.NoisyGradient(hb.DoubleWell(), [[1.0, 2.0], [2.0, 1.0]]), hb.errors.VectorError, "eigenvalue -1"),
        (lambda: hb.NoisyGradient(hb.NoisyGradient(hb.DoubleWell(), 1.0), 1.0), TypeError, "add the covariances"),
        (lambda: hb.Minibatches(LOSS, 0), hb.errors.DataError, "0"),
        (lambda: hb.Minibatches(LOSS, 9), hb.errors.DataError, "8"),
        (lambda: hb.Minibatches(hb.DoubleWell(), 2), TypeError, "LogisticRegression or a FiniteSum"),
        (lambda: hb.Minibatches(LOSS, 2, "random"), ValueError, "with_replacement"),
        (lambda: hb.FiniteSum(0, np.multiply), hb.errors.VectorError, "sum of terms"),
        (lambda: hb.Stationary(hb.Momentum(4.0, 0.5), [[1.0]], [[1.0]]), hb.errors.StudyError, "4"),
        (lambda: hb.Stationary(3, [[1.0]], [[1.0]]), TypeError, "GradientDescent, Momentum"),
        (lambda: hb.Langevin(BALL, 1.0).run(hb.DoubleWell(), [0.0, 0.0], 3, 0.1, "Euler"), ValueError, "BAOAB"),
        (lambda: hb.Langevin(BALL, 1.0).ensemble(hb.Function(np.sin), [[0.0]], 3, 0.1), TypeError, "catalogue"),
        (lambda: hb.Momentum(0.1, 0.9).iterates(hb.NoisyGradient(hb.DoubleWell(), [1.0]), [0.0, 0.0], 3),
         hb.errors.VectorError, "1"),
    ):  # fmt: skip
        with pytest.raises(error, match=words):
            call()


def test_an_exception_in_a_term_ends_the_run():
    def gradient(batch, w):
        if 5 in batch:
            raise RuntimeError("term five")
        return w

    with pytest.raises(RuntimeError, match="term five"):
        hb.Momentum(0.1, 0.9).iterates(hb.Minibatches(hb.FiniteSum(8, gradient), 2), [1.0], 100)
