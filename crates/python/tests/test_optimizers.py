"""Schedules, the frameworks' own runs, and logistic regression, against recorded runs, NumPy and SciPy."""

import pathlib
import pickle

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

import heavyball_ode as hb

POTENTIALS = {"double_well": hb.DoubleWell(), "quadratic_1_10_40": hb.Quadratic([1.0, 10.0, 40.0])}


def test_every_recorded_run_of_pytorch_optax_and_keras(recorded):
    """Also those with dampening, and those whose rate drops, to 1e-12."""
    seen = 0
    for run in recorded:
        line = hb.Sgd(run["framework"], run["lr"], run["momentum"], run["nesterov"], run["dampening"])
        expected = np.array(run["iterates"])
        n, rates = len(expected) - 1, None
        if run["lr_drop"] is not None:
            rates = np.full(n, run["lr"])
            rates[run["lr_drop"]["at_step"] :] = run["lr_drop"]["lr"]
        found = line.iterates(POTENTIALS[run["potential"]], run["start"], n, learning_rates=rates)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
        seen += 1
    assert seen == 64


def test_every_recorded_run_with_weight_decay(recorded_with_weight_decay):
    """Coupled and decoupled, of PyTorch, Optax and Keras, to 1e-12."""
    seen = 0
    for run in recorded_with_weight_decay:
        line = hb.Sgd(
            run["framework"],
            run["lr"],
            run["momentum"],
            run["nesterov"],
            run["dampening"],
            weight_decay=run["weight_decay"],
            decoupled=run["kind"] == "decoupled",
        )
        expected = np.array(run["iterates"])
        found = line.iterates(POTENTIALS[run["potential"]], run["start"], len(expected) - 1)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12)
        seen += 1
    assert seen == 52


def rate_of(run):
    """The schedule of a recorded run; the table of docs/frameworks.md."""
    a, name, framework = run.get("arguments", {}), run.get("schedule"), run["framework"]
    if name is None:
        return None
    lr, to = a.get("lr"), a.get("to", 0.0)
    make = {
        "exponential": lambda: hb.PerEpoch(run["per_epoch"], hb.ExponentialDecay(lr, a["factor"], a["over"])),
        "step_drop": lambda: hb.StepDrop(lr, a["factor"], a["every"]),
        # Keras changes after its boundary.
        "multi_step": lambda: hb.MultiStep(lr, a["factor"], [k + (framework == "keras") for k in a["milestones"]]),
        "polynomial": lambda: hb.Polynomial(lr, to, a["power"], a["steps"]),
        "cosine": lambda: hb.Cosine(lr, to, a["steps"], periodic=framework == "pytorch"),
        "cosine_restarts": lambda: hb.CosineRestarts(lr, to, a["steps"], a["growth"], a["decay"]),
        "warm_up_cosine": lambda: hb.WarmUp(a["warm_up"], hb.Cosine(lr, 0.0, a["steps"]), start=a["start"]),
        "warm_up_constant": lambda: hb.WarmUp(a["warm_up"], lr, start=a["start"]),
        "one_cycle": lambda: one_cycle(run),
        "one_cycle_linear": lambda: one_cycle(run),
    }
    return make[name]()


def one_cycle(run, momentum=None):
    a = run["arguments"]
    return hb.OneCycle(
        a["peak"],
        a["steps"],
        a["peak_at"],
        form=run["framework"],
        linear=run["schedule"] == "one_cycle_linear" or a.get("linear", False),
        three_phases=a.get("three_phase", False),
        momentum=momentum,
    )


def test_every_recorded_run_with_options(recorded_with_options):
    """Clipping, maximisation, and schedules of rate and momentum, of PyTorch, Optax and Keras, to 1e-12."""
    hill = hb.Function(lambda x: np.array([-1.0, -10.0, -40.0]) * x)
    seen = 0
    for run in recorded_with_options:
        line = hb.Sgd(
            run["framework"],
            run.get("lr", 0.02),
            run.get("momentum", 0.9),
            run.get("nesterov", False),
            run.get("dampening", 0.0),
            weight_decay=run.get("weight_decay", 0.0),
            decoupled=run.get("decoupled", False),
            clip_norm=run.get("clip_norm"),
            clip_value=run.get("clip_value"),
            maximize=run.get("maximize", False),
        )
        expected = np.array(run["iterates"])
        n, rates, momenta = len(expected) - 1, rate_of(run), None
        low, high = (run.get("arguments", {}).get(name) for name in ("low", "high"))
        if low is not None:
            linear = hb.Polynomial(high, low, 1.0, 20)
            momenta = one_cycle(run, (low, high)) if run["framework"] == "pytorch" else linear
        # Keras computes a cosine in float32, whatever the float type: the run has the rates that were recorded.
        if run["framework"] == "keras" and "cosine" in run.get("schedule", ""):
            np.testing.assert_allclose(rates.values(n), run["rates"], rtol=0, atol=1e-8)
            rates = run["rates"]
        f = hill if run["potential"] == "hill_1_10_40" else POTENTIALS[run["potential"]]
        found = line.iterates(f, expected[0], n, learning_rates=rates, momenta=momenta)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max())
        seen += 1
    assert seen == 90


def test_options_of_a_line():
    line = hb.Sgd("pytorch", 0.1, 0.9, clip_norm=1.0, maximize=True)
    assert (line.clip_norm, line.clip_value, line.maximize) == (1.0, None, True)
    assert repr(pickle.loads(pickle.dumps(line))) == repr(line)
    assert "clip_norm=1.0, maximize=True" in repr(line)
    with pytest.raises(ValueError, match="leave one out"):
        hb.Sgd("pytorch", 0.1, 0.9, clip_norm=1.0, clip_value=1.0)
    with pytest.raises(hb.errors.ParameterError):
        hb.Sgd("pytorch", 0.1, 0.9, clip_value=-1.0)
    with pytest.raises(hb.errors.FrameworkError):
        hb.Sgd("keras", 0.1, 0.9, maximize=True)
    with pytest.raises(ValueError, match="keep"):
        line = hb.Sgd("keras", 0.1, 0.9)
        line.iterates(hb.DoubleWell(), [0.5, 1.0], 5, momenta=0.5, keep="velocity")


def test_weight_decay_is_a_spring():
    """Derivation (61): β = (1 − ηλ)μ and k = (1 − μ)λ if decoupled; in Keras PyTorch's line has another number."""
    pytorch = hb.Sgd("pytorch", 0.1, 0.9, weight_decay=5e-4)
    keras = pytorch.translated("keras")
    assert not pytorch.decoupled and keras.decoupled and pytorch.spring == 5e-4
    assert keras.spring == pytest.approx((1 - keras.momentum) * keras.weight_decay)
    assert keras.spring == pytest.approx(5e-4)
    assert keras.momentum * (1 - 0.1 * keras.weight_decay) == pytest.approx(0.9)
    # On a quadratic a spring of stiffness k is a curvature of k more.
    x0 = np.array([1.0, -1.0])
    sprung = pytorch.rule().iterates(hb.Quadratic([1.0005, 9.0005]), x0, 50)
    np.testing.assert_allclose(pytorch.iterates(hb.Quadratic([1.0, 9.0]), x0, 50), sprung, rtol=0, atol=1e-13)


def test_a_line_is_a_rule():
    """burn's 0.1 with dampening 0.1 is α = 0.09, with v₀ = −(lr τ/μ)∇f(x₀) for its undampened first step."""
    line, f, x0 = hb.Sgd("burn", 0.1, 0.5), hb.Quadratic([1.0, 3.0]), np.array([1.0, -0.5])
    rule = line.rule()
    assert isinstance(rule, hb.Momentum) and (rule.alpha, rule.beta) == pytest.approx((0.09, 0.5))
    expected = rule.iterates(f, x0, 30, -(0.1 * 0.1 / 0.5) * f.gradient(x0))
    np.testing.assert_allclose(line.iterates(f, x0, 30), expected, rtol=0, atol=1e-14)
    assert isinstance(hb.Sgd("keras", 0.1, 0.5, nesterov=True).rule(), hb.Nesterov)
    ball, dt = line.to_heavy_ball(hb.Discretization.ExplicitDrag, mass=1.0)
    assert (ball.drag, dt) == pytest.approx((0.5 / np.sqrt(0.09), np.sqrt(0.09)))


def test_buffers_and_resuming():
    """PyTorch's b = μb + g by hand; a run goes on from its buffer to the same bits."""
    line, f = hb.Sgd("pytorch", 0.1, 0.9), hb.Quadratic([1.0, 10.0])
    x, buffers = line.iterates_with_buffers(f, [1.0, 1.0], 10)
    assert np.isnan(buffers[0]).all() and line.buffer_name == "momentum_buffer"
    b = np.zeros(2)
    for k in range(10):
        b = 0.9 * b + np.array([1.0, 10.0]) * x[k]
        np.testing.assert_allclose(buffers[k + 1], b, rtol=1e-13)
    np.testing.assert_array_equal(line.iterates(f, x[4], 6, buffers[4]), x[4:])


def test_what_is_kept_when_the_rate_changes():
    """After a drop PyTorch and Keras part; with the velocity rescaled by α₊/α Keras does as PyTorch does."""
    f, x0 = hb.Quadratic([1.0, 10.0]), [1.0, 1.0]
    rates = hb.StepDrop(0.05, 0.1, 20)
    pytorch = hb.Sgd("pytorch", 0.05, 0.9).iterates(f, x0, 60, learning_rates=rates)
    keras = hb.Sgd("keras", 0.05, 0.9)
    assert np.abs(keras.iterates(f, x0, 60, learning_rates=rates) - pytorch).max() > 0.1
    kept = keras.iterates(f, x0, 60, learning_rates=rates, keep="rescaled_velocity")
    np.testing.assert_allclose(kept, pytorch, rtol=0, atol=1e-13)


def by_hand(gradient, x, alpha, beta, nesterov):
    v, path = np.zeros_like(x), [x]
    for a, b in zip(alpha, beta):
        v = b * v - a * gradient(x + b * v if nesterov else x)
        x = x + v
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("form", ["schedules", "callables", "arrays"])
def test_a_scheduled_rule_by_hand(nesterov, form):
    n = 300
    k = np.arange(n)
    alpha = np.where(k < 10, 0.05 * (k + 1) / 11, 0.05 * (1 + np.cos(np.pi * np.clip(k - 10, 0, 200) / 200)) / 2)
    beta = np.minimum(1 - 0.5 / (k // 250 + 1), 0.9)
    given = {
        "schedules": (hb.WarmUp(10, hb.Cosine(0.05, 0.0, 200)), hb.SutskeverSchedule(0.9)),
        "callables": (lambda i: alpha[i], lambda i: beta[i]),
        "arrays": (alpha, beta),
    }[form]
    rule = (hb.Nesterov if nesterov else hb.Momentum).scheduled(*given)
    well = lambda x: np.array([4 * x[0] ** 3 - 4 * x[0], 2 * x[1]])  # noqa: E731
    expected = by_hand(well, np.array([0.5, 1.0]), alpha, beta, nesterov)
    np.testing.assert_allclose(rule.iterates(hb.DoubleWell(), [0.5, 1.0], n), expected, rtol=0, atol=1e-12)
    x, v = rule.iterates_with_velocities(hb.Function(well), [0.5, 1.0], n)
    np.testing.assert_allclose(x, expected, rtol=0, atol=1e-12)
    np.testing.assert_allclose(v[1:], np.diff(expected, axis=0), rtol=0, atol=1e-12)


def test_the_schedules_by_their_formulas():
    k = np.arange(1000)
    np.testing.assert_allclose(hb.StepDrop(0.5, 0.9, 30).values(1000), 0.5 * 0.9 ** (k // 30), rtol=1e-13)
    np.testing.assert_allclose(hb.NesterovSchedule(4.0).values(1000)[1:], (k[1:] - 1) / (k[1:] + 3), rtol=1e-15)
    assert hb.NesterovSchedule()(0) == 0 and hb.Cosine(1.0, 0.2, 10)(10) == 0.2
    constant = hb.ScheduledMomentum(0.1, 0.5).iterates(hb.DoubleWell(), [0.5, 1.0], 50)
    np.testing.assert_array_equal(constant, hb.Momentum(0.1, 0.5).iterates(hb.DoubleWell(), [0.5, 1.0], 50))


@pytest.fixture(scope="module")
def cancer():
    """Standardised features and classes of the Wisconsin breast cancer data."""
    path = pathlib.Path(__file__).resolve().parents[3] / "examples" / "data" / "breast_cancer.csv"
    table = np.loadtxt(path, delimiter=",", skiprows=1)
    features = table[:, :-1]
    return (features - features.mean(axis=0)) / features.std(axis=0), table[:, -1].astype(int)


def test_logistic_regression_on_real_data(cancer):
    """Value, gradient, Hessian and bounds by NumPy, the minimum by SciPy."""
    features, classes = cancer
    n, ridge = len(classes), 1 / len(classes)
    loss = hb.LogisticRegression(features, classes, ridge, intercept=True)
    a, y = np.hstack([features, np.ones((n, 1))]), np.where(classes == 1, 1.0, -1.0)
    assert loss.shape == a.shape == (569, 31) and loss.ridge == ridge

    def value(w):
        return np.logaddexp(0, -y * (a @ w)).mean() + ridge * w @ w / 2

    def gradient(w):
        return -(expit(-y * (a @ w)) * y) @ a / n + ridge * w

    w = np.random.default_rng(3).normal(size=31)
    assert loss.value(w) == pytest.approx(value(w), rel=1e-13)
    np.testing.assert_allclose(loss.gradient(w), gradient(w), rtol=0, atol=1e-14)
    weights = expit(a @ w) * expit(-(a @ w))
    hessian = (a.T * weights) @ a / n + ridge * np.eye(31)
    np.testing.assert_allclose(loss.hessian(w), hessian, rtol=0, atol=1e-13)
    np.testing.assert_allclose(loss.hessian_product(w, y[:31]), hessian @ y[:31], rtol=0, atol=1e-13)
    spectrum = np.linalg.eigvalsh(hessian)
    assert loss.curvatures(w) == pytest.approx((spectrum[0], spectrum[-1]), rel=1e-10)
    assert loss.bounds() == pytest.approx((ridge, np.linalg.eigvalsh(a.T @ a)[-1] / 4 / n + ridge), rel=1e-12)
    assert loss.accuracy(w) == pytest.approx(((a @ w) * y > 0).mean())
    np.testing.assert_allclose(loss.probabilities(w, features[:5]), expit(a[:5] @ w), rtol=1e-12)

    fit = hb.Nesterov.standard(*loss.bounds()).iterates(loss, np.zeros(31), 3000)[-1]
    best = minimize(value, np.zeros(31), jac=gradient, method="BFGS", options={"gtol": 1e-9, "maxiter": 5000})
    np.testing.assert_allclose(fit, best.x, rtol=0, atol=1e-5)
    assert np.abs(gradient(fit)).max() < 1e-10 and loss.accuracy(fit) > 0.98


def test_the_three_ways_to_write_two_classes(cancer):
    features, classes = cancer
    expected = hb.LogisticRegression(features, classes, 0.1).value(np.ones(30))
    for other in (classes == 1, 2.0 * classes - 1, [bool(each) for each in classes]):
        assert hb.LogisticRegression(features, other, 0.1).value(np.ones(30)) == expected


def test_a_potential_of_data_goes_where_a_potential_goes(cancer):
    """A motion, a study and a rule of a framework run on it."""
    features, classes = cancer
    loss = hb.LogisticRegression(features[:, :2], classes, 0.1)
    end = hb.solve(hb.HeavyBall(1.0, 2.0), loss, [0.0, 0.0], 200.0).x[-1]
    np.testing.assert_allclose(loss.gradient(end), 0, atol=1e-8)
    assert hb.followed(hb.Nesterov(0.1, 0.5), loss, [1.0, 1.0], 5).closest.order.order == pytest.approx(2, abs=0.1)
    np.testing.assert_allclose(hb.Sgd("optax", 0.5, 0.5).iterates(loss, [0.0, 0.0], 300)[-1], end, atol=1e-7)
