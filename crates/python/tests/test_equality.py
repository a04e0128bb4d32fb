"""What other systems compute: recorded optimisers, SciPy's DOP853, the lecture's own loop, and closed forms."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

import heavyball_ode as hb

CATALOGUE = {
    "quartic": (hb.Quartic(), lambda x: 4 * x**3 - 9 * x**2),
    "double_well": (hb.DoubleWell(), lambda x: np.array([4 * x[0] ** 3 - 4 * x[0], 2 * x[1]])),
    "quadratic_1_10_40": (hb.Quadratic([1.0, 10.0, 40.0]), lambda x: np.array([1.0, 10.0, 40.0]) * x),
}


def test_the_recorded_runs_of_pytorch_optax_and_keras(recorded):
    """v₊ = βv − α∇f: every run at a constant rate without dampening; Nesterov's variants store x + βv."""
    seen = 0
    for run in recorded:
        if run["lr_drop"] is not None or run["dampening"]:
            continue
        f = CATALOGUE[run["potential"]][0]
        rule = (hb.Nesterov if run["nesterov"] else hb.Momentum)(run["lr"], run["momentum"])
        expected = np.array(run["iterates"]).reshape(len(run["iterates"]), -1)
        x, v = rule.iterates_with_velocities(f, run["start"], len(expected) - 1)
        shown = x + rule.beta * v if run["nesterov"] else x
        np.testing.assert_allclose(shown, expected, rtol=0, atol=1e-12)
        seen += 1
    assert seen == 24


def lecture_momentum(gradient, x0, v0, alpha, beta, n):
    """The lecture's loop, in float64."""
    x, v = x0, v0
    path = [x]
    for _ in range(n):
        v = beta * v - alpha * gradient(x)
        x = x + v
        path.append(x)
    return np.array(path)


def lecture_nesterov(gradient, x0, v0, alpha, beta, n):
    x, v = x0, v0
    path = [x]
    for _ in range(n):
        v = beta * v + alpha * gradient(x - beta * v)
        x = x - v
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize("rule, loop", [(hb.Momentum, lecture_momentum), (hb.Nesterov, lecture_nesterov)])
@pytest.mark.parametrize("x0", [[-1.5, -1.5], [0.0, 1.0], [0.01, 1.0], [1.5, 1.5]])
def test_the_lectures_loops_in_two_dimensions(rule, loop, x0):
    f, gradient = CATALOGUE["double_well"]
    expected = loop(gradient, np.array(x0), np.zeros(2), 0.1, 0.5, 100)
    np.testing.assert_allclose(rule(0.1, 0.5).iterates(f, x0, 100), expected, rtol=0, atol=1e-12)
    own = rule(0.1, 0.5).iterates(hb.Function(gradient), x0, 100)
    np.testing.assert_allclose(own, expected, rtol=0, atol=1e-12)


def test_the_lectures_run_in_one_dimension():
    f, gradient = CATALOGUE["quartic"]
    expected = lecture_momentum(gradient, np.array([-0.5]), np.zeros(1), 0.1, 0.5, 100)
    path = hb.Momentum(0.1, 0.5).iterates(f, -0.5, 100)
    assert path.shape == (101, 1)
    np.testing.assert_allclose(path, expected, rtol=0, atol=1e-12)
    assert abs(path[-1, 0] - 2.25) < 1e-12


@pytest.mark.parametrize("method", ["Adaptive", "Nystrom8", "Nystrom12", "DOP853", "RK45"])
@pytest.mark.parametrize("callable_f", [False, True])
def test_scipys_dop853(method, callable_f):
    """The damped double well, m = 1.3 and γ = 0.4, at 50 times."""
    mass, drag = 1.3, 0.4
    f, gradient = CATALOGUE["double_well"]

    def flow(_, y):
        return np.concatenate([y[2:] / mass, -gradient(y[:2]) - drag / mass * y[2:]])

    times = np.linspace(0, 20, 50)
    expected = solve_ivp(flow, (0, 20), [-1.5, -1.5, 0.3 * mass, 0], "DOP853", times, rtol=1e-12, atol=1e-12).y
    ours = hb.solve(
        hb.HeavyBall(mass, drag),
        (f.value, gradient) if callable_f else f,
        [-1.5, -1.5],
        20,
        [0.3, 0],
        method=method,
        rtol=1e-12,
        atol=1e-12,
    )
    np.testing.assert_allclose(ours.sol(times), expected, rtol=0, atol=1e-8 if method == "DOP853" else 1e-9)
    x, p = ours.at(times)
    np.testing.assert_array_equal(ours(times), x)
    np.testing.assert_array_equal(ours.sol(times), np.concatenate([x, p], axis=1).T)
    np.testing.assert_array_equal(ours.y, np.concatenate([ours.x, ours.p], axis=1).T)


@pytest.mark.parametrize("method, order", [("SymplecticEuler", 1), ("Leapfrog", 2), ("CentralLeapfrog", 2)])
def test_orders_of_fixed_steps(method, order):
    """x(2) of the damped oscillator, m = 1, γ = 0.4, k = 4, over four halvings."""
    exact = hb.DampedOscillator(1, 0.4, 4).at([2.0], 1.0)[0][0]
    ball, bowl = hb.HeavyBall(1, 0.4), hb.Quadratic([4.0])

    def error(steps):
        return abs(hb.solve(ball, bowl, 1.0, 2.0, method=method, dt=2.0 / steps).x[-1, 0] - exact)

    for steps in (400, 800, 1600, 3200):
        assert abs(np.log2(error(steps) / error(2 * steps)) - order) < 0.05


def test_the_mapping_is_exact():
    """Symplectic Euler of the ball is the rule: α = Δt²/m, β = 1 − γΔt/m, and back."""
    ball, dt = hb.HeavyBall(2.0, 0.5), 0.25
    rule = hb.Momentum.from_heavy_ball(ball, dt, hb.Discretization.ExplicitDrag)
    assert (rule.alpha, rule.beta) == (0.03125, 0.9375)
    again, step = rule.to_heavy_ball(hb.Discretization.ExplicitDrag, mass=2.0)
    assert (again.mass, again.drag, step) == pytest.approx((2.0, 0.5, 0.25), rel=1e-15)
    path = rule.iterates(hb.DoubleWell(), [-1.5, -1.5], 40)
    steps = hb.solve(ball, hb.DoubleWell(), [-1.5, -1.5], 40 * dt, method="SymplecticEuler", dt=dt)
    np.testing.assert_allclose(path, steps.x, rtol=0, atol=1e-13)


def test_events_of_a_swing():
    """x = cos t turns at π, 2π, 3π and crosses zero at π/2 + kπ; a falling zero ends the run where it is asked to."""
    swing = (hb.HeavyBall(1, 0), hb.Quadratic([1.0]), 1.0, 10.0)

    def zero(t, x, p):
        return x[0]

    run = hb.solve(*swing, events=[hb.TurningPoint(), zero, hb.CoordinateLevel(0, 0.5, direction=1)], rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(run.t_events[0], np.pi * np.arange(1, 4), atol=1e-9)
    np.testing.assert_allclose(run.t_events[1], np.pi * (np.arange(3) + 0.5), atol=1e-9)
    np.testing.assert_allclose(run.t_events[2], [np.pi * 5 / 3], atol=1e-9)
    np.testing.assert_allclose(run.p_events[1][:, 0], [-1, 1, -1], atol=1e-9)
    assert (run.status, run.t[-1]) == (0, 10.0)

    zero.terminal, zero.direction = True, 1
    run = hb.solve(*swing, events=zero)
    assert run.status == 1 and abs(run.t[-1] - 1.5 * np.pi) < 1e-7 and abs(run.x[-1, 0]) < 1e-9
    assert hb.solve(*swing, events=hb.Settled(10, 10)).t[-1] == 0


def test_an_ensemble_has_the_bits_of_each_member():
    """Also for v0, Nesterov's rule and members that diverge."""
    random = np.random.default_rng(7)
    x0, v0 = random.uniform(-2, 2, (333, 2)), random.normal(0, 0.1, (333, 2))
    alpha = random.uniform(0.01, 0.5, 333)
    for nesterov, rule in ((False, hb.Momentum), (True, hb.Nesterov)):
        ends = hb.ensemble(alpha, 0.9, hb.DoubleWell(), x0, 50, v0, nesterov=nesterov)
        assert 0 < ends.diverged < 333
        for i in range(0, 333, 7):
            member = rule(alpha[i], 0.9)
            if not ends.finite[i]:
                with pytest.raises(hb.errors.RunError):
                    member.iterates(hb.DoubleWell(), x0[i], 50, v0[i])
                continue
            x, v = member.iterates_with_velocities(hb.DoubleWell(), x0[i], 50, v0[i])
            np.testing.assert_array_equal(ends.positions[i], x[-1])
            np.testing.assert_array_equal(ends.velocities[i], v[-1])


@pytest.mark.parametrize("count", [1, 2, 7, 64])
def test_shards_merge_to_the_same_bits(count):
    from heavyball_ode.ensemble import merge

    sweep = hb.Sweep(np.linspace(1e-3, 0.3, 1001), 0.9, hb.DoubleWell(), [0.5, 1.0], 200)
    whole = sweep.run()
    merged = merge(sweep.shard(i, count).run() for i in range(count))
    for name in ("positions", "velocities", "finite"):
        assert getattr(merged, name).tobytes() == getattr(whole, name).tobytes()
    assert sum(stop - start for start, stop in sweep.borders(count)) == 1001


def test_pytorchs_line_is_translated():
    """burn's default dampening of 0.1 is a learning rate of 0.9 in PyTorch; Keras has PyTorch's numbers."""
    rate, momentum, line = hb.translate("burn", "pytorch", 0.1, 0.9)
    assert (rate, momentum) == pytest.approx((0.09, 0.9))
    assert line.startswith("torch.optim.SGD(params, lr=0.09")
    assert hb.translate("pytorch", "keras", 0.1, 0.9)[:2] == (0.1, 0.9)
