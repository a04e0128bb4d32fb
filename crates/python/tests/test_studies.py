"""Studies, equations and escapes against closed forms, SciPy, and the numbers that the literature and docs/ publish."""

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq
from scipy.special import j1

import heavyball_ode as hb
from heavyball_ode import equations, limits

WELL = hb.DoubleWell()


def gradient(x):
    return np.array([4 * x[0] ** 3 - 4 * x[0], 2 * x[1]])


def hessian(x):
    return np.diag([12 * x[0] ** 2 - 4, 2.0])


#: The double well in Python, with everything that a study asks for.
OWN_WELL = hb.Function(gradient, lambda x: x[0] ** 4 - 2 * x[0] ** 2 + x[1] ** 2, lambda x, d: hessian(x) @ d)


def by_scipy(acceleration, x0, u0, times, start=0.0):
    """x and ẋ of ẍ = acceleration(t, x, ẋ) at the times, by SciPy's DOP853."""
    d = len(x0)

    def flow(t, y):
        return np.concatenate([y[d:], acceleration(t, y[:d], y[d:])])

    y0 = np.concatenate([x0, u0])
    y = solve_ivp(flow, (start, times[-1]), y0, "DOP853", times, rtol=1e-12, atol=1e-12).y
    return y[:d].T, y[d:].T


@pytest.mark.parametrize("f", [WELL, OWN_WELL], ids=["catalogue", "callables"])
def test_what_momentum_and_nesterov_follow(f):
    """(0.01, 0.9): m_eff = (1 + β)/2 = 0.95 and γ = (1 − β)/√α = 1 at Δt = √α; Nesterov adds β Δt = 0.09."""
    found = hb.followed(hb.Momentum(0.01, 0.9), f, [0.5, 1.0], 20)
    assert found.dt == pytest.approx(0.1)
    assert [each.equation for each in found.equations] == [
        "1 ẍ + 1 ẋ + ∇f = 0",
        "1 ẍ + 1 ẋ + ∇f = 0",
        "0.95 ẍ + 1 ẋ + ∇f = 0",
        "1 ẋ + ∇f = 0",
    ]
    assert [each.read_at for each in found.equations] == ["kΔt", "(k + ½)Δt", "(k + ½)Δt", "kΔt"]
    assert [each.parameter for each in found.equations] == ["dt", "dt", "dt", "alpha"]
    for each, order in zip(found.equations, (1, 1, 2, 1)):
        assert abs(each.order.order - order) < 0.05, each
    assert found.closest is found.equations[2]
    nesterov = hb.followed(hb.Nesterov(0.01, 0.9), f, [0.5, 1.0], 20)
    assert nesterov.closest.equation == "0.95 ẍ + (1 + 0.09∇²f)ẋ + ∇f = 0"
    assert abs(nesterov.closest.order.order - 2) < 0.05
    assert [len(each.table) for each in found.equations] == [8, 8, 8, 13]


def test_the_residual_is_the_distance_from_the_effective_particle():
    """Iterate k against SciPy's motion of 0.95 ẍ + ẋ + ∇f = 0 at (k + ½)Δt."""
    n, dt = 50, 0.1
    times = dt * (np.arange(n) + 0.5)
    x, _ = by_scipy(lambda t, x, u: -(gradient(x) + u) / 0.95, [0.5, 1.0], [0.0, 0.0], times)
    path = hb.Momentum(0.01, 0.9).iterates(WELL, [0.5, 1.0], n)[:n]
    expected = np.linalg.norm(path - x, axis=1).max()
    assert hb.followed(hb.Momentum(0.01, 0.9), WELL, [0.5, 1.0], n).closest.residual == pytest.approx(expected, rel=1e-6)


def test_without_drag_there_is_no_gradient_flow():
    found = hb.followed(hb.Momentum(0.001, 1.0), hb.Quadratic([1.0]), 1.0, 10)
    assert len(found.equations) == 3 and "no gradient flow" in str(found)


BALL = hb.HeavyBall(1.0, 0.4)


@pytest.mark.parametrize(
    "settings, orders",
    [
        ({"method": "SymplecticEuler"}, (1, 1)),
        ({"method": "ExplicitEuler"}, (1, 1)),
        ({"method": "DriftKickEuler"}, (1, 1)),
        ({"method": "ConformalEuler"}, (1, 1)),
        ({"method": "Leapfrog"}, (2, 2)),
        ({"method": "CentralLeapfrog"}, (2, 2)),
        ({"method": hb.Discretization.CentralDrag}, (2, 2)),
        ({"method": hb.Discretization.CentralDrag, "reading": "one_sided"}, (2, 1)),
        ({"method": hb.Discretization.CentralDrag, "start": "naive"}, (1, 1)),
        ({"method": hb.Discretization.Obabo, "start": "rest"}, (1, 1)),
        ({"method": hb.Discretization.Obabo, "start": "rest_half_step_early"}, (2, 2)),
        ({"method": hb.Discretization.ExplicitDrag}, (1, 1)),
        ({"method": hb.Discretization.ExplicitDrag, "reference": "effective_particle"}, (2, 2)),
        ({"method": hb.Discretization.ImplicitDrag, "rule": "Nesterov"}, (1, 1)),
        ({"method": hb.Discretization.ImplicitDrag, "rule": "Nesterov", "reference": "modified_equation"}, (2, 2)),
    ],
)
def test_the_orders_of_small_steps(settings, orders):
    """The table of docs/limits.md."""
    table = limits.small_step(BALL, WELL, [0.5, 1.0], 2.0, values=0.02 / 2.0 ** np.arange(5), **settings)
    assert (table.parameter, len(table)) == ("dt", 5)
    assert abs(table.order.order - orders[0]) < 0.06, str(table)
    assert abs(table.velocity_order.order - orders[1]) < 0.06, str(table)


def test_an_error_of_the_table_is_that_of_the_run():
    """Leapfrog on the oscillator against its closed form, at the end of the span."""
    steps = np.array([0.1, 0.05, 0.025])
    table = limits.small_step(BALL, hb.Quadratic([4.0]), 1.0, 2.0, method="Leapfrog", values=steps, at_end=True)
    exact = hb.DampedOscillator(1.0, 0.4, 4.0).at([2.0], 1.0)[0][0]
    for dt, error in zip(table.values, table.errors):
        run = hb.solve(BALL, hb.Quadratic([4.0]), 1.0, 2.0, method="Leapfrog", dt=dt)
        assert error == pytest.approx(abs(run.x[-1, 0] - exact), rel=1e-8)


def test_the_orders_of_the_other_limits():
    """docs/limits.md: 1 against the plain limit, 2 against the corrected flow and the high-resolution equation."""
    small = 0.02 / 2.0 ** np.arange(5)
    for f in (WELL, OWN_WELL):
        for corrected, order in ((False, 1), (True, 2)):
            table = limits.overdamped(1.0, f, [0.5, 1.0], 2.0, [0.3, 0.0], corrected=corrected, values=small)
            assert table.parameter == "mass" and abs(table.order.order - order) < 0.05, str(table)
    for rule in ("Momentum", "Nesterov"):
        for corrected, order in ((False, 1), (True, 2)):
            table = limits.small_rate(rule, 0.5, WELL, [0.5, 1.0], corrected=corrected)
            assert table.parameter == "alpha" and abs(table.order.order - order) < 0.05, str(table)
        for resolution, order in (("low", 1), ("high_from_paper", 1), ("high_from_central", 2)):
            bowl = hb.Quadratic([0.5, 4.0])
            table = limits.accelerated(bowl, [1.0, 1.0], rule=rule, mu=0.5, resolution=resolution)
            assert abs(table.order.order - order) < 0.05, str(table)
    for resolution, order in (("low", 1), ("high_from_central", 2)):
        table = limits.accelerated(hb.Quadratic([0.5, 4.0]), [1.0, 1.0], friction=3.0, resolution=resolution)
        assert abs(table.order.order - order) < 0.05, str(table)


TIMES = np.linspace(0.2, 3.0, 15)
START = np.array([0.6, 1.0])
TIGHT = {"rtol": 1e-12, "atol": 1e-12}


@pytest.mark.parametrize("f", [WELL, OWN_WELL], ids=["catalogue", "callables"])
def test_the_equations_by_scipy(f):
    def same(found, expected):
        for ours, theirs in zip(found, expected):
            assert ours.shape == (15, 2)
            np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)

    rest = np.zeros(2)
    s, mu = 0.01, 0.5
    root, start = np.sqrt(s), -1.5 * np.sqrt(s) * gradient(START)
    force = 1 + np.sqrt(mu * s)
    for rule, damped in (("Momentum", 0.0), ("Nesterov", root)):
        found = equations.high_resolution(f, START, TIMES, s, rule=rule, mu=mu, **TIGHT)
        equation = lambda t, x, u: -2 * np.sqrt(mu) * u - damped * hessian(x) @ u - force * gradient(x)  # noqa: B023, E731
        same(found, by_scipy(equation, START, start, TIMES))
    paper = -2 * root / force * gradient(START)
    found = equations.high_resolution(f, START, TIMES, s, rule="Nesterov", mu=mu, start="paper", **TIGHT)
    same(found, by_scipy(equation, START, paper, TIMES))

    found = equations.high_resolution(f, START, TIMES, s, **TIGHT)
    equation = lambda t, x, u: -3 / t * u - root * hessian(x) @ u - (1 + 1.5 * root / t) * gradient(x)  # noqa: E731
    same(found, by_scipy(equation, START, -root * gradient(START), TIMES, 1.5 * root))

    # Nesterov's at steps dt: m = dt²(1 + β)/2α, γ = dt(1 − β)/α, and β dt ∇²f; ẋ(0) = ((1 + β)v₀ − α∇f(x₀ + βv₀))/2dt.
    alpha, beta, dt, v0 = 0.01, 0.9, 0.1, np.array([0.02, -0.01])
    mass, drag = dt * dt * (1 + beta) / (2 * alpha), dt * (1 - beta) / alpha
    for rule, theta in ((hb.Momentum(alpha, beta), 0.0), (hb.Nesterov(alpha, beta), beta)):
        found = equations.hessian_damped(rule, dt, f, START, TIMES, v0, **TIGHT)
        equation = lambda t, x, u: -(gradient(x) + drag * u + theta * dt * hessian(x) @ u) / mass  # noqa: B023, E731
        first = ((1 + beta) * v0 - alpha * gradient(START + theta * v0)) / (2 * dt)
        same(found, by_scipy(equation, START, first, TIMES))

    def flow(x, c, gamma):
        return -(gradient(x) + c * hessian(x) @ gradient(x)) / gamma

    for of, c, gamma, shift in (
        (hb.HeavyBall(0.02, 2.0), 0.02 / 4, 2.0, 0.02 / 2 * (rest + gradient(START) / 2)),
        (hb.Momentum(0.01, 0.5), 0.01 * 1.5 / (2 * 0.25), 1.0, 0.01 * 0.5 * 4 * gradient(START)),
        (hb.Nesterov(0.01, 0.5), 0.01 * 2 * (2 - 0.5 - 0.5), 1.0, 0.01 * 0.5 * 4 * gradient(START)),
    ):
        x = solve_ivp(lambda t, x: flow(x, c, gamma), (0, 3), START + shift, "DOP853", TIMES, rtol=1e-12, atol=1e-12).y.T
        same(equations.corrected_flow(of, f, START, TIMES, **TIGHT), (x, [flow(each, c, gamma) for each in x]))
    x = solve_ivp(lambda t, x: -gradient(x) / 2, (0, 3), START, "DOP853", TIMES, rtol=1e-12, atol=1e-12).y.T
    same(equations.gradient_flow(f, START, TIMES, 2.0, **TIGHT), (x, [-gradient(each) / 2 for each in x]))

    def symplectic(t, y):
        x, u = y[:2], y[2:]
        a = -(gradient(x) + 0.4 * u) / 1.3
        return np.concatenate([u + 0.05 * a, a + 0.05 * (hessian(x) @ u + 0.4 * a) / 1.3])

    y = solve_ivp(symplectic, (0, 3), [*START, 0.3, 0.0], "DOP853", TIMES, rtol=1e-12, atol=1e-12).y
    found = equations.symplectic_euler_flow(hb.HeavyBall(1.3, 0.4), 0.1, f, START, TIMES, [0.3, 0.0], **TIGHT)
    same(found, (y[:2].T, y[2:].T))


def test_nesterovs_equation_is_bessels():
    """Su, Boyd, Candès (2016): x = 2 x₀ J₁(t√λ)/(t√λ) for r = 3."""
    phase = TIMES * np.sqrt(2.0)
    x, u = equations.nesterov_flow_exact(3, 2.0, TIMES, 1.5)
    np.testing.assert_allclose(x, 1.5 * 2 * j1(phase) / phase, rtol=0, atol=1e-14)
    solved = equations.nesterov_flow(hb.Quadratic([2.0]), 1.5, TIMES, **TIGHT)
    np.testing.assert_allclose(solved[0][:, 0], x, rtol=0, atol=1e-11)
    np.testing.assert_allclose(solved[1][:, 0], u, rtol=0, atol=1e-11)
    assert equations.nesterov_flow_exact(3, 2.0, 1.7)[0][0] == pytest.approx(0.43199269748824822, abs=1e-15)


def test_the_escape_of_the_lecture():
    """x⁴ − 3x³ + 2 from −½ over the inflection at 0: the numbers of the derivation, and SciPy's passage of the top."""
    barrier = hb.Barrier(hb.Quartic(), -0.5, 0.0)
    critical = barrier.critical_drag()
    assert critical.value == pytest.approx(2.44048378670468, rel=1e-10)
    assert critical.free < critical.value < critical.trapped
    assert barrier.critical_drag(4.0).value == pytest.approx(2 * critical.value, rel=1e-9)
    assert barrier.fate(hb.HeavyBall(1.0, 2.4)).free and not barrier.fate(hb.HeavyBall(1.0, 2.5)).free
    assert barrier.critical_beta(0.1).value == pytest.approx(0.3353330369, abs=1e-9)
    assert barrier.fate_of_iterates(hb.Momentum(0.1, 0.34)).free
    assert not barrier.fate_of_iterates(hb.Momentum(0.1, 0.33)).free
    height = 0.5**4 + 3 * 0.5**3 + 2
    integral = quad(lambda x: np.sqrt(2 * max(height - (x**4 - 3 * x**3 + 2), 0)), -0.5, 0)[0]
    assert barrier.lower_bound() == pytest.approx((height - 2) / integral, rel=1e-7)
    # The time of a fate: SciPy's passage of the top.
    top = lambda t, y: y[0]  # noqa: E731
    top.terminal = True
    flow = lambda t, y: [y[1], -(4 * y[0] ** 3 - 9 * y[0] ** 2) - 2.0 * y[1]]  # noqa: E731
    run = solve_ivp(flow, (0, 50), [-0.5, 0], "DOP853", events=top, rtol=1e-12, atol=1e-12)
    assert barrier.fate(hb.HeavyBall(1.0, 2.0)).time == pytest.approx(run.t_events[0][0], rel=1e-8)
    own = hb.Function(lambda x: 4 * x**3 - 9 * x**2, lambda x: x[0] ** 4 - 3 * x[0] ** 3 + 2)
    again = hb.Barrier(own, -0.5, 0.0).fate(hb.HeavyBall(1.0, 2.0))
    assert again.time == pytest.approx(run.t_events[0][0], rel=1e-8)


@pytest.mark.parametrize("x0, expected", [(1.4, 0.196109891946602), (1.5, 0.379245550127689)])
def test_the_escape_from_the_shallow_well(x0, expected):
    """x⁴/4 − x²/2 + 0.1x over its maximum at 0.101."""
    top = brentq(lambda x: x**3 - x + 0.1, 0, 0.5, xtol=1e-16)
    barrier = hb.Barrier(hb.TiltedDoubleWell(0.1), x0, top)
    assert barrier.critical_drag().value == pytest.approx(expected, rel=1e-9)


def test_the_escape_speed_is_that_of_the_closed_form():
    """distance (γ/2m + √((γ/2m)² + k/m)): with a little more the oscillator of stiffness −k passes."""
    ball = hb.HeavyBall(2.0, 3.0)
    speed = hb.escape_speed(ball, 4.0, 0.5)
    assert speed == pytest.approx(0.5 * (0.75 + np.sqrt(0.75**2 + 2)))
    saddle = hb.DampedOscillator(2.0, 3.0, -4.0)
    assert saddle.at(9.0, -0.5, 1.001 * speed)[0][0] > 0 > saddle.at(9.0, -0.5, 0.999 * speed)[0][0]


def test_the_energy_balance_of_the_oscillator():
    """∫γẋ² dt of the closed form, by SciPy; the defect of a method of order p falls as Δtᵖ."""
    ball, bowl = hb.HeavyBall(1.3, 0.4), hb.Quadratic([4.0])
    run = hb.solve(ball, bowl, 1.0, 3.0, rtol=1e-12, atol=1e-12)
    balance = run.energy_balance()
    np.testing.assert_array_equal(balance.t, run.t)
    exact = hb.DampedOscillator(1.3, 0.4, 4.0)
    x, u = exact.at(run.t, 1.0)
    np.testing.assert_allclose(balance.energy, 0.65 * u**2 + 2 * x**2, rtol=0, atol=1e-10)
    lost = quad(lambda t: 0.4 * exact.at(t, 1.0)[1][0] ** 2, 0, 3, epsabs=1e-12)[0]
    assert balance.dissipated[-1] == pytest.approx(lost, abs=1e-9)
    assert balance.largest_defect < 1e-9
    np.testing.assert_allclose(balance.defect, balance.energy - balance.energy[0] + balance.dissipated, atol=1e-15)
    for method, order in (("SymplecticEuler", 1), ("Leapfrog", 2)):
        defects = [
            hb.solve(ball, bowl, 1.0, 3.0, method=method, dt=dt).energy_balance().largest_defect for dt in (0.01, 0.005)
        ]
        assert abs(np.log2(defects[0] / defects[1]) - order) < 0.1
    own = hb.solve(ball, hb.Function(lambda x: 4 * x, lambda x: 2 * x @ x), 1.0, 3.0)
    assert own.energy_balance().largest_defect < 1e-6


def test_the_lyapunov_function_falls():
    """Φ = f + β|v|²/2α falls by ((1 − β)/α − L/2)|v₊|² or more, L = 23 where the run goes."""
    rule = hb.Momentum(0.04, 0.5)
    x, v = rule.iterates_with_velocities(WELL, [-1.5, -1.5], 100)
    phi = np.array([rule.lyapunov(WELL, a, b) for a, b in zip(x, v)])
    expected = x[:, 0] ** 4 - 2 * x[:, 0] ** 2 + x[:, 1] ** 2 + 0.5 / 0.08 * (v**2).sum(axis=1)
    np.testing.assert_allclose(phi, expected, rtol=1e-14, atol=1e-15)
    least = rule.lyapunov_descent(23.0)
    assert least == pytest.approx(0.5 / 0.04 - 11.5)
    assert (np.diff(phi) <= -least * (v[1:] ** 2).sum(axis=1) + 1e-14).all()


def test_the_effective_particle():
    ball = hb.Momentum(0.1, 0.9).effective_particle(0.2)
    assert (ball.mass, ball.drag) == pytest.approx((0.04 * 1.9 / 0.2, 0.2 * 0.1 / 0.1))
    assert hb.Momentum(0.1, 0.9).drag_over_root_mass() == pytest.approx(ball.drag / np.sqrt(ball.mass))


def test_the_tunings_and_their_rates():
    """κ = 25: 2/3, 1 − 2/√76, 0.8 and 12/13; and the rate is the slope of a run on the two modes."""
    rules = [hb.Momentum.optimal(1, 25), hb.Nesterov.optimal(1, 25), hb.Nesterov.standard(1, 25), hb.GradientDescent.optimal(1, 25)]
    for rule, rate in zip(rules, (2 / 3, 1 - 2 / np.sqrt(76), 0.8, 12 / 13)):
        report = rule.stability(1, 25)
        assert report.is_stable and report.rate == pytest.approx(rate, rel=1e-7)
        assert report.iterations_per_digit == pytest.approx(np.log(10) / -np.log(rate), rel=1e-6)
    unstable = hb.Momentum(0.2, 0.5).stability(20.25)
    assert not unstable.is_stable and unstable.largest_alpha == pytest.approx(3 / 20.25)
