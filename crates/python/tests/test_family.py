"""The accelerated family, restarts, and the optimised gradient method, by NumPy and by closed forms."""

import pickle

import numpy as np
import pytest

import heavyball_ode as hb


def by_hand(gradient, x, alpha, beta, eta, n):
    v, path = np.zeros_like(x), [x]
    for _ in range(n):
        v = beta * v - alpha * gradient(x + eta * v)
        x = x + v
        path.append(x)
    return np.array(path)


def test_the_family_by_hand():
    """Derivation (63): v₊ = βv − α∇f(x + ηv), and quasi-hyperbolic momentum in its own two lines (65)."""
    curvature, x0 = np.array([1.0, 25.0]), np.array([1.0, -0.5])
    f = hb.Quadratic(list(curvature))
    rule = hb.Accelerated(0.03, 0.7, 0.4)
    expected = by_hand(lambda x: curvature * x, x0, 0.03, 0.7, 0.4, 60)
    np.testing.assert_allclose(rule.iterates(f, x0, 60), expected, rtol=0, atol=1e-14)
    epsilon, beta, nu = 0.06, 0.9, 0.7
    rule = hb.Accelerated.quasi_hyperbolic(epsilon, beta, nu)
    assert rule.to_quasi_hyperbolic() == pytest.approx((epsilon, beta, nu))
    x, v = rule.iterates_with_velocities(f, x0, 60)
    theta, b = x0, np.zeros(2)
    for k in range(61):
        np.testing.assert_allclose(x[k] + rule.eta * v[k], theta, rtol=0, atol=1e-12)
        g = curvature * theta
        b = beta * b + (1 - beta) * g
        theta = theta - epsilon * ((1 - nu) * g + nu * b)


def test_the_named_points():
    """Derivation (64), (66): triple momentum has the rate 1 − 1/√κ, Polyak's (√κ − 1)/(√κ + 1), and nothing is faster."""
    for kappa in (4.0, 25.0, 1e4):
        root = np.sqrt(kappa)
        triple = hb.Tuning.TripleMomentum
        assert triple.rate_on_quadratics(1.0, kappa) == pytest.approx(1 - 1 / root, rel=1e-12)
        assert triple.rule(1.0, kappa).rate_on(1.0, kappa) == pytest.approx(1 - 1 / root, rel=1e-6)
        assert hb.Tuning.Polyak.rate_on_quadratics(1.0, kappa) == pytest.approx((root - 1) / (root + 1))
        assert hb.Tuning.Polyak.proved_rate(1.0, kappa) is None
    assert hb.Tuning.Nesterov.rule(1.0, 25.0).is_stable_on(1.0, 25.0)
    # Where Polyak's tuning circles on a convex function, triple momentum converges.
    f = hb.LessardRechtPackard()
    ends = [tuning.rule(1.0, 25.0).iterates(f, [3.3], 300)[-1, 0] for tuning in (hb.Tuning.Polyak, hb.Tuning.TripleMomentum)]
    assert abs(ends[0]) > 0.6 and abs(ends[1]) < 1e-12


def test_the_worst_case_of_the_optimised_gradient_method():
    """Derivation (70): on the parabola x_N = (−1)ᴺx₀/θ_N."""
    for n in (1, 2, 9, 30):
        theta = 1.0
        for k in range(n):
            theta = (1 + np.sqrt(1 + (8 if k == n - 1 else 4) * theta**2)) / 2
        rule = hb.OptimizedGradient(3.0, n)
        end = rule.iterates(hb.Quadratic([3.0]), [2.0])
        assert end.shape == (n + 1, 1) and rule.iterations == n
        assert end[-1, 0] == pytest.approx((-1) ** n * 2.0 / theta, rel=1e-12)
        assert rule.bound(2.0) == pytest.approx(3.0 * 4.0 / (2 * theta**2), rel=1e-13)


@pytest.mark.parametrize("when", ["gradient", "function", "speed"])
def test_restarts_by_hand(when):
    """Derivation (68): the ball is stopped behind an iteration at which the condition holds."""
    curvature, x0, n = np.array([1.0, 30.0]), np.array([1.0, 1.0]), 400
    f = hb.Quadratic(list(curvature))
    value = lambda x: curvature @ x**2 / 2  # noqa: E731
    rule = hb.Momentum(0.01, 0.99)
    x, restarts = hb.Restarted(rule, when).iterates_with_restarts(f, x0, n)
    at, v, stops = x0, np.zeros(2), []
    for k in range(1, n + 1):
        g = curvature * at
        moved = 0.99 * v - 0.01 * g
        holds = {
            "gradient": g @ moved > 0,
            "function": value(at + moved) > value(at),
            "speed": moved @ moved < v @ v,
        }[when]
        at, v = at + moved, moved
        np.testing.assert_allclose(x[k], at, rtol=0, atol=1e-11)
        if holds:
            stops.append(k)
            v = np.zeros(2)
    assert list(restarts) == stops and len(stops) > 2


def test_a_restart_starts_the_schedule_anew():
    f, n = hb.Quadratic([1.0, 200.0]), 600
    rule = hb.Nesterov.scheduled(1 / 200.0, hb.NesterovSchedule())
    plain = rule.iterates(f, [1.0, 1.0], n)
    x, restarts = hb.Restarted(rule, "speed", least=10).iterates_with_restarts(f, [1.0, 1.0], n)
    assert len(restarts) >= 3 and np.diff(restarts).min() >= 10
    assert f.value(x[-1]) < 1e-6 * f.value(plain[-1])
    # From a restart on it is the rule from there.
    k = int(restarts[0])
    np.testing.assert_allclose(x[k : k + 9], rule.iterates(f, x[k], 8), rtol=0, atol=1e-15)


def test_refusals():
    with pytest.raises(hb.errors.RuleError, match="beta"):
        hb.Accelerated(0.1, 1.5, 0.0)
    with pytest.raises(hb.errors.ParameterError):
        hb.OptimizedGradient(-1.0, 5)
    with pytest.raises(hb.errors.RuleError, match="swap"):
        hb.Tuning.Polyak.rule(2.0, 1.0)
    with pytest.raises(ValueError, match="gradient, function, speed"):
        hb.Restarted(hb.Momentum(0.1, 0.9), "never")
    with pytest.raises(TypeError, match="GradientDescent"):
        hb.Restarted(hb.GradientDescent(0.1), "speed").iterates(hb.DoubleWell(), [0.5, 1.0], 5)


def test_they_are_pickled_and_shown():
    restarted = hb.Restarted(hb.Accelerated(0.1, 0.5, 0.25), "speed", 10)
    for rule in (hb.Accelerated(0.1, 0.5, 0.25), hb.OptimizedGradient(2.0, 7), hb.Tuning.Polyak, restarted):
        assert repr(pickle.loads(pickle.dumps(rule))) == repr(rule)
    assert repr(restarted) == 'Restarted(Accelerated(alpha=0.1, beta=0.5, eta=0.25), "speed", least=10)'


def test_a_learning_rate_for_each_parameter(recorded_groups):
    """Derivation (73): six runs of PyTorch's parameter groups, and the ball with a mass for each direction."""
    coupled = hb.Function(lambda x: np.array([2 * x[0] + x[1], x[0] + 10 * x[1] + 3 * x[2], 3 * x[1] + 40 * x[2] + x[2] ** 3]))
    potentials = {"double_well": hb.DoubleWell(), "quadratic_1_10_40": hb.Quadratic([1.0, 10.0, 40.0]), "coupled": coupled}
    seen = 0
    for run in recorded_groups:
        expected = np.array(run["iterates"])
        rule = hb.PreconditionedMomentum(run["lr"], run["momentum"])
        found = rule.iterates(potentials[run["potential"]], run["start"], len(expected) - 1)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
        mass, drag = rule.to_ball(0.1)
        np.testing.assert_allclose(mass, 0.01 / np.array(run["lr"]))
        np.testing.assert_allclose(drag, (1 - np.array(run["momentum"])) * mass / 0.1)
        seen += 1
    assert seen == 6


def test_fire_is_that_of_ase(recorded_fire):
    bowl = hb.Quadratic([1.0, 10.0, 40.0])
    seen = 0
    for run in recorded_fire:
        if run["potential"] != "bowl" or run["options"]:
            continue
        version = 1 if run["optimizer"] == "FIRE" else 2
        rule = hb.Fire(0.1, version, longest_move=0.2)
        x, dt, stops = rule.iterates_with_steps(bowl, run["start"], 200)
        np.testing.assert_allclose(x[::5], np.array(run["positions"]).reshape(-1, 3), rtol=0, atol=1e-12)
        np.testing.assert_allclose(dt, run["dt"], rtol=1e-12)
        assert stops > 0
        seen += 1
    assert seen >= 2
    with pytest.raises(ValueError, match="1 or 2"):
        hb.Fire(0.1, 3)
    assert repr(pickle.loads(pickle.dumps(rule))) == repr(rule)
