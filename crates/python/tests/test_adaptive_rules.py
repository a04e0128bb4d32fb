"""Adam and its relatives, against recorded runs of PyTorch, Optax and Keras, and by NumPy."""

import pickle

import numpy as np
import pytest

import heavyball_ode as hb

POTENTIALS = {
    "double_well": hb.DoubleWell(),
    "rosenbrock": hb.Rosenbrock(),
    "quadratic_1_10_40": hb.Quadratic([1.0, 10.0, 40.0]),
    "hill_1_10_40": hb.Function(lambda x: np.array([-1.0, -10.0, -40.0]) * x),
}


def rule_of(run):
    """The rule of a recorded run."""
    o, framework = run["options"], run["framework"]
    lr = run.get("lr", 0.05)
    common = {"weight_decay": run.get("weight_decay"), "maximize": run.get("maximize", False)}
    decoupled = {"decoupled": run.get("decoupled", False)}
    correction = o.get("bias_correction")
    match run["rule"]:
        case "adam":
            return hb.Adam(
                lr, o["betas"], o["eps"], framework=framework, epsilon_root=o.get("eps_root"), **common, **decoupled
            )
        case "amsgrad":
            return hb.AMSGrad(
                lr,
                o["betas"],
                o["eps"],
                framework=framework,
                epsilon_root=o.get("eps_root"),
                bias_correction=correction,
                **common,
                **decoupled,
            )
        case "nadam":
            return hb.NAdam(
                lr,
                o["betas"],
                o["eps"],
                framework=framework,
                epsilon_root=o.get("eps_root"),
                momentum_decay=o.get("momentum_decay"),
                **common,
                **decoupled,
            )
        case "lion":
            return hb.Lion(lr, o["betas"], **common, **decoupled)
        case "rmsprop":
            inside = framework != "pytorch" and o.get("eps_in_sqrt") is not False
            return hb.RMSprop(
                lr,
                o["decay"],
                o["eps"],
                framework=framework,
                epsilon_in_root=inside,
                momentum=o.get("momentum"),
                centered=o.get("centered", False),
                nesterov=o.get("nesterov", False),
                initial=o.get("initial", 0.0),
                bias_correction=correction is True,
                **common,
                **decoupled,
            )
        case "adagrad":
            initial, decay = o.get("initial", 0.0), o.get("lr_decay")
            return hb.Adagrad(
                lr, o["eps"], framework=framework, initial=initial, rate_decay=decay, **common, **decoupled
            )


def test_every_recorded_run_of_an_adaptive_rule(recorded_adaptive):
    seen = 0
    for run in recorded_adaptive:
        expected = np.array(run["iterates"])
        n, rates = len(expected) - 1, None
        if run.get("rates") is not None:
            rates = hb.WarmUp(5, hb.Cosine(0.1, 0.0, 30), start=0.0)
        found = rule_of(run).iterates(POTENTIALS[run["potential"]], expected[0], n, learning_rates=rates)
        np.testing.assert_allclose(found, expected, rtol=0, atol=1e-12 * np.abs(expected).max(), err_msg=str(rule_of(run)))
        seen += 1
    assert seen == 115


def test_adam_by_hand():
    f, x = hb.Quadratic([1.0, 1e4]), np.array([1.0, -2.0])
    found, first, second = hb.Adam(0.01, (0.8, 0.99), 1e-6).iterates_with_moments(f, x, 50)
    m, v = np.zeros(2), np.zeros(2)
    for k in range(50):
        g = np.array([1.0, 1e4]) * x
        m, v = 0.8 * m + 0.2 * g, 0.99 * v + 0.01 * g * g
        x = x - 0.01 * m / (1 - 0.8 ** (k + 1)) / (np.sqrt(v / (1 - 0.99 ** (k + 1))) + 1e-6)
        np.testing.assert_allclose(found[k + 1], x, rtol=0, atol=1e-12)
        np.testing.assert_allclose(first[k + 1], m, rtol=1e-10)
        np.testing.assert_allclose(second[k + 1], v, rtol=1e-10)


def test_the_edge_of_stability():
    """Derivation (83): 2(1 + β₁)/((1 − β₁)α) for Adam, 2/α for RMSprop; Lion never settles."""
    assert hb.Adam(0.01).largest_stable_curvature() == pytest.approx(2 * 1.9 / 0.1 / 0.01)
    assert hb.RMSprop(0.01).largest_stable_curvature() == pytest.approx(200.0)
    assert hb.Lion(0.01).largest_stable_curvature() is None


def test_refusals():
    with pytest.raises(hb.errors.RuleError, match="beta2"):
        hb.Adam(0.1, (0.9, 1.0))
    with pytest.raises(hb.errors.ParameterError, match="epsilon"):
        hb.Adam(0.1, epsilon=-1.0)
    with pytest.raises(ValueError, match="pytorch, optax and keras"):
        hb.Adam(0.1, framework="flux")
    with pytest.raises(TypeError, match="momentum"):
        hb.AdaptiveRule("Adam", "pytorch", 0.1, momentum=0.9)
    with pytest.raises(TypeError, match="betas"):
        hb.Adam(0.1, 0.9)
    with pytest.raises(hb.errors.RunError):
        hb.Adam(0.1).iterates(hb.Function(lambda x: x * np.nan), [1.0], 5)


def test_they_are_pickled_and_shown():
    for rule in (hb.Adam(0.1), hb.AdamW(0.1, weight_decay=0.5), hb.RMSprop(0.1, momentum=0.9, framework="optax"), hb.Lion(0.1)):
        copy = pickle.loads(pickle.dumps(rule))
        assert repr(copy) == repr(rule)
        x = [rule.iterates(hb.DoubleWell(), [0.5, 1.0], 20) for rule in (rule, copy)]
        np.testing.assert_array_equal(*x)
    assert repr(hb.AdamW(0.1)) == "Adam(0.1, weight_decay=0.01, decoupled=True)"
