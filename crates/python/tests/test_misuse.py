"""The usual mistakes, and random calls: a Python exception that names the argument, never a dead interpreter."""

import gc
import math
import os
import pickle
import random
import signal
import subprocess
import sys
import time
from xml.etree import ElementTree

import numpy as np
import pytest

import heavyball_ode as hb
from heavyball_ode import equations, limits

RULE, BALL, WELL = hb.Momentum(0.1, 0.5), hb.HeavyBall(1.0, 0.2), hb.DoubleWell()
LOSS = hb.LogisticRegression([[0.5], [1.0], [-1.0]], [1, 0, 0], 0.1)


def STEP(**settings):
    return limits.small_step(BALL, WELL, [1.0, 1.0], 2.0, **settings)


@pytest.mark.parametrize(
    "dtype", [np.float32, np.int64, np.uint8, np.float16, ">f8"]
)
def test_other_real_dtypes_are_converted(dtype):
    x0 = np.array([1, 2], dtype=dtype)
    np.testing.assert_array_equal(RULE.iterates(WELL, x0, 10), RULE.iterates(WELL, [1.0, 2.0], 10))


def test_arrays_in_any_layout():
    table = np.arange(12, dtype=float).reshape(4, 3) / 10
    for view in (table[:2, 1], table[1, ::-2], table.T[0, 1:3]):
        assert view.shape == (2,)
        np.testing.assert_array_equal(RULE.iterates(WELL, view, 5), RULE.iterates(WELL, view.tolist(), 5))
    starts = np.asfortranarray(np.random.default_rng(0).uniform(-1, 1, (100, 2)))
    np.testing.assert_array_equal(
        hb.ensemble(0.1, 0.5, WELL, starts, 20).positions,
        hb.ensemble(0.1, 0.5, WELL, np.ascontiguousarray(starts), 20).positions,
    )


def raised_in_gradient(x):
    raise KeyError("mine")


@pytest.mark.parametrize(
    "call, kind, told",
    [
        (lambda: RULE.iterates(WELL, [1.0], 3), hb.errors.VectorError, "start position"),
        (lambda: RULE.iterates(WELL, [[1.0, 2.0]], 3), ValueError, "x0"),
        (lambda: RULE.iterates(WELL, [1.0, 2.0], 3, [1.0]), ValueError, "v0"),
        (lambda: RULE.iterates(WELL, [1j, 2], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [True, False], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [None, 2.0], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, "start", 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [[1.0], [1.0, 2.0]], 3), TypeError, "x0"),
        (lambda: RULE.iterates(WELL, [math.nan, 1.0], 3), hb.errors.VectorError, "start position"),
        (lambda: RULE.iterates(WELL, [], 3), hb.errors.VectorError, "start position"),
        (lambda: RULE.iterates(WELL, [1.0, 2.0], -1), OverflowError, "negative"),
        (lambda: RULE.iterates(WELL, [1.0, 2.0], 10**17), MemoryError, "bytes"),
        (lambda: RULE.iterates(np.sum, [1.0, 2.0], 3), TypeError, "Function"),
        (lambda: RULE.iterates(None, [1.0, 2.0], 3), TypeError, "f must be"),
        (lambda: RULE.iterates(hb.Function(raised_in_gradient), [1.0], 3), KeyError, "mine"),
        (lambda: RULE.iterates(hb.Function(lambda x: x[:1]), [1.0, 2.0], 3), ValueError, "gradient"),
        (lambda: RULE.iterates(hb.Function(lambda x: 1j * x), [1.0, 2.0], 3), TypeError, "gradient"),
        (lambda: RULE.iterates(hb.Function(lambda x: None), [1.0, 2.0], 3), TypeError, "gradient"),
        (lambda: RULE.iterates(hb.Function(lambda x: math.nan * x), [1.0], 3), hb.errors.RunError, "gradient"),
        (lambda: hb.Function(3), TypeError, "gradient"),
        (lambda: hb.Momentum(-0.1, 0.5), hb.errors.ParameterError, "alpha"),
        (lambda: hb.Momentum(0.1, 1.5), hb.errors.RuleError, "beta"),
        (lambda: hb.HeavyBall(0.0, 1.0), hb.errors.ParameterError, "mass"),
        (lambda: hb.Quadratic([[1.0, 2.0], [3.0, 4.0]]), hb.errors.VectorError, "symmetric"),
        (lambda: hb.Quadratic([[1.0, 2.0, 3.0]]), ValueError, "curvature"),
        (lambda: RULE.to_heavy_ball(hb.Discretization.ExplicitDrag), TypeError, "mass"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, method="Euler"), ValueError, "method"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, method="Leapfrog"), TypeError, "dt"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, dt=0.1), TypeError, "max_step"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], "soon"), TypeError, "t must be"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], math.inf), hb.errors.ParameterError, "finite"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, rtol=-1.0), hb.errors.ParameterError, "tolerance"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, events=[3]), TypeError, "events"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, events=lambda t, x, p: "a"), TypeError, "event"),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0, events=lambda t, x, p: 1 / 0), ZeroDivisionError, ""),
        (lambda: hb.solve(BALL, WELL, [1.0, 1.0], 5.0)(7.0), hb.errors.SpanError, "7"),
        (lambda: hb.solve(BALL, hb.Function(raised_in_gradient), [1.0], 5.0), KeyError, "mine"),
        (lambda: hb.ensemble(0.1, 0.5, hb.Function(abs), [[1.0]], 5), TypeError, "catalogue"),
        (lambda: hb.ensemble([0.1, 0.2], 0.5, WELL, np.ones((3, 2)), 5), ValueError, "alpha"),
        (lambda: hb.ensemble(0.1, 0.5, WELL, np.ones((3, 2)), 5, np.ones((2, 2))), ValueError, "v0"),
        (lambda: hb.ensemble(0.1, 0.5, WELL, np.full((3, 2), np.inf), 5), hb.errors.EnsembleError, "member"),
        (lambda: hb.Sweep([0.1, 0.2], 0.5, WELL, np.ones((3, 2)), 5), ValueError, "alpha"),
        (lambda: hb.Sweep(0.1, 0.5, WELL, [[1j, 2]], 5), TypeError, "x0"),
        (lambda: hb.translate("torch", "keras", 0.1, 0.9), ValueError, "pytorch"),
        (lambda: hb.followed(0.1, WELL, [1.0, 1.0]), TypeError, "rule"),
        (lambda: hb.followed(RULE, WELL, [1.0, 1.0], 0), hb.errors.StudyError, "dt"),
        (lambda: hb.followed(RULE, WELL, [1.0], 5), hb.errors.VectorError, "start position"),
        (lambda: hb.followed(RULE, WELL, [1j, 1], 5), TypeError, "x0"),
        (lambda: hb.followed(RULE, WELL, [math.nan, 1], 5), hb.errors.VectorError, "start position"),
        (lambda: hb.followed(hb.Nesterov(0.1, 0.5), hb.Function(np.sin), 1.0), TypeError, "hessian_product"),
        (lambda: hb.followed(RULE, hb.Function(raised_in_gradient), 1.0, 5), KeyError, "mine"),
        (lambda: STEP(method="Euler"), ValueError, "method"),
        (lambda: STEP(method=3), TypeError, "method"),
        (lambda: STEP(method="Leapfrog", start="rest"), TypeError, "start"),
        (lambda: STEP(method=hb.Discretization.Obabo, start="soon"), ValueError, "start"),
        (lambda: STEP(method=hb.Discretization.Obabo, rule="Adam"), ValueError, "rule"),
        (lambda: STEP(method=hb.Discretization.Obabo, reading="twice"), ValueError, "reading"),
        (lambda: STEP(method="Leapfrog", reference="effective_particle"), TypeError, "reference"),
        (lambda: STEP(method="Leapfrog", reference="else"), ValueError, "reference"),
        (lambda: STEP(method="Leapfrog", values=[0.1, 0.05]), hb.errors.StudyError, "dt"),
        (lambda: STEP(method="Leapfrog", values=[0.1, 0.05, -1.0]), hb.errors.ParameterError, "dt"),
        (lambda: STEP(method="Leapfrog", values=[[0.1], [0.05]]), ValueError, "values"),
        (lambda: STEP(method="Leapfrog", since=1.0, at_end=True), TypeError, "since"),
        (lambda: STEP(method="Leapfrog", v0=[1.0]), ValueError, "v0"),
        (lambda: limits.overdamped(0.0, WELL, [1.0, 1.0], 2.0), hb.errors.ParameterError, "drag"),
        (lambda: limits.small_rate("Adam", 0.5, WELL, [1.0, 1.0]), ValueError, "rule"),
        (lambda: limits.small_rate("Momentum", 1.0, WELL, [1.0, 1.0]), hb.errors.ParameterError, "beta"),
        (lambda: limits.accelerated(WELL, [1.0, 1.0]), TypeError, "mu"),
        (lambda: limits.accelerated(WELL, [1.0, 1.0], rule="Momentum", friction=3), TypeError, "friction"),
        (lambda: limits.accelerated(WELL, [1.0, 1.0], mu=0.5, resolution="finest"), ValueError, "resolution"),
        (lambda: equations.gradient_flow(WELL, [1.0, 1.0], [1.0], -1.0), hb.errors.ParameterError, "drag"),
        (lambda: equations.gradient_flow(WELL, [1.0, 1.0], []), ValueError, "t has no times"),
        (lambda: equations.gradient_flow(WELL, [1.0, 1.0], [-1.0]), hb.errors.SpanError, "-1"),
        (lambda: equations.gradient_flow(WELL, [1.0, 1.0], [math.nan]), hb.HeavyballError, "NaN"),
        (lambda: equations.gradient_flow(WELL, [1.0, 1.0], [math.inf]), hb.errors.ParameterError, "finite"),
        (lambda: equations.gradient_flow(WELL, [1.0, 1.0], [1.0], rtol=-1), hb.errors.ParameterError, "tolerance"),
        (lambda: equations.corrected_flow(3, WELL, [1.0, 1.0], [1.0]), TypeError, "of must be"),
        (lambda: equations.corrected_flow(RULE, hb.Function(np.sin), 1.0, [1.0]), TypeError, "hessian_product"),
        (lambda: equations.nesterov_flow(WELL, [1.0, 1.0], [1.0], 0.0), hb.errors.ParameterError, "friction"),
        (lambda: equations.nesterov_flow_exact(3, -1.0, [1.0]), hb.errors.ParameterError, "curvature"),
        (lambda: equations.high_resolution(WELL, [1.0, 1.0], [1.0], 0.0), hb.errors.ParameterError, "s "),
        (lambda: equations.high_resolution(WELL, [1.0, 1.0], [1.0], 0.1, rule="Momentum"), TypeError, "mu"),
        (lambda: equations.high_resolution(WELL, [1.0, 1.0], [1.0], 0.1, start="rest"), ValueError, "start"),
        (lambda: equations.hessian_damped(RULE, 0.0, WELL, [1.0, 1.0], [1.0]), hb.errors.ParameterError, "dt"),
        (lambda: equations.symplectic_euler_flow(BALL, 0.1, WELL, [1.0, 1.0], [1.0], [1.0]), ValueError, "u0"),
        (lambda: hb.Barrier(hb.Quartic(), 1.0, 0.0), hb.errors.EscapeError, "start"),
        (lambda: hb.Barrier(hb.Quartic(), -0.5, 0.3), hb.errors.EscapeError, "saddle"),
        (lambda: hb.Barrier(WELL, -0.5, 0.0), hb.errors.VectorError, "start position"),
        (lambda: hb.Barrier(hb.Function(np.sin), -0.5, 0.0), TypeError, "value"),
        (lambda: hb.Barrier(hb.Quartic(), math.nan, 0.0), hb.errors.ParameterError, "start"),
        (lambda: hb.Barrier(hb.Quartic(), -0.5, 0.0).critical_drag(-1.0), hb.errors.ParameterError, "mass"),
        (lambda: hb.Barrier(hb.Quartic(), -0.5, 0.0).critical_beta(0.0), hb.errors.ParameterError, "alpha"),
        (lambda: hb.escape_speed(BALL, -1.0, 1.0), hb.errors.ParameterError, "curvature"),
        (lambda: hb.solve(BALL, hb.Function(np.sin), 1.0, 1.0).energy_balance(), TypeError, "value"),
        (lambda: RULE.lyapunov(WELL, [1.0, 1.0], [1.0]), ValueError, "v must"),
        (lambda: RULE.effective_particle(0.0), hb.errors.ParameterError, "dt"),
        (lambda: hb.Nesterov.standard(2.0, 1.0), hb.errors.RuleError, "mu"),
        (lambda: RULE.stability(-1.0), hb.errors.ParameterError, "mu"),
        (lambda: hb.StepDrop(0.1, 0.5, 0), hb.errors.ParameterError, "iterations"),
        (lambda: hb.Cosine(0.1, math.nan, 5), hb.errors.ParameterError, "last value"),
        (lambda: hb.WarmUp(3, "x"), TypeError, "then"),
        (lambda: hb.SutskeverSchedule(2.0), hb.errors.RuleError, "beta"),
        (lambda: hb.NesterovSchedule(0.0), hb.errors.ParameterError, "friction"),
        (lambda: hb.Schedule("Linear", 1.0), ValueError, "Linear"),
        (lambda: hb.Momentum.scheduled("a", 0.5), TypeError, "alpha"),
        (lambda: hb.Momentum.scheduled([0.1, 0.2], 0.5).iterates(WELL, [1.0, 1.0], 3), ValueError, "alpha"),
        (lambda: hb.Momentum.scheduled(lambda k: "a", 0.5).iterates(WELL, [1.0, 1.0], 3), TypeError, "alpha"),
        (lambda: hb.Momentum.scheduled(lambda k: 1 / 0, 0.5).iterates(WELL, [1.0, 1.0], 3), ZeroDivisionError, ""),
        (lambda: hb.Momentum.scheduled(0.1, lambda k: 2.0).iterates(WELL, [1.0, 1.0], 3), hb.errors.RuleError, "beta"),
        (lambda: hb.Sgd("torch", 0.1, 0.9), ValueError, "pytorch"),
        (lambda: hb.Sgd("pytorch", 0.1, 0.9, True, 0.5), hb.errors.FrameworkError, "dampening"),
        (lambda: hb.Sgd("pytorch", -0.1, 0.9), hb.errors.ParameterError, "learning rate"),
        (lambda: hb.Sgd("pytorch", 0.1, 0.9, weight_decay=-1.0), hb.errors.ParameterError, "weight decay"),
        (lambda: hb.Sgd("pytorch", 0.1, 0.9, weight_decay=0.1, decoupled=True), hb.errors.FrameworkError, "coupled"),
        (lambda: hb.Sgd("pytorch", 0.1, 0.9, weight_decay=1.0).translated("keras"), hb.errors.FrameworkError, "spring"),
        (lambda: hb.Sgd("keras", 0.1, 0.9).iterates(WELL, [1.0, 1.0], 3, [1.0]), ValueError, "buffer"),
        (lambda: hb.Sgd("keras", 0.1, 0.9).iterates(WELL, [1.0, 1.0], 3, keep="all"), ValueError, "keep"),
        (lambda: hb.Sgd("keras", 0.1, 0.9).iterates(WELL, [1.0, 1.0], 3, learning_rates=[0.1]*2), ValueError, "learning_rates"),
        (lambda: hb.Sgd("keras", 9.0, 0.9).iterates(hb.Quartic(), 3.0, 99), hb.errors.RunError, "diverged"),
        (lambda: hb.LogisticRegression([1.0, 2.0], [0, 1]), ValueError, "features"),
        (lambda: hb.LogisticRegression([[1.0], [math.nan]], [0, 1]), hb.errors.DataError, "row 1"),
        (lambda: hb.LogisticRegression([[1.0], [2.0]], [0, 1, 1]), hb.errors.VectorError, "classes"),
        (lambda: hb.LogisticRegression([[1.0], [2.0]], [0, 2]), ValueError, "classes"),
        (lambda: hb.LogisticRegression([[1.0], [2.0], [3.0]], [0, 1, -1]), ValueError, "classes"),
        (lambda: hb.LogisticRegression([[1.0], [2.0]], ["a", "b"]), TypeError, "classes"),
        (lambda: hb.LogisticRegression([[1.0], [2.0]], [0, 1], -1.0), hb.errors.ParameterError, "ridge"),
        (lambda: hb.LogisticRegression(np.empty((0, 2)), []), hb.errors.VectorError, "features"),
        (lambda: LOSS.value([1.0, 2.0]), hb.errors.VectorError, "weights"),
        (lambda: LOSS.hessian([math.nan]), hb.errors.VectorError, "weights"),
        (lambda: LOSS.probabilities([1.0], [[1.0, 2.0]]), hb.errors.VectorError, "row"),
        (lambda: hb.ensemble(0.1, 0.5, LOSS, [[1.0]], 5), TypeError, "catalogue"),
        (lambda: hb.Function(np.sin, None, 3), TypeError, "hessian_product"),
        (lambda: hb.Function(np.sin).hessian_product([1.0], [1.0]), TypeError, "hessian_product"),
        (lambda: WELL.hessian_product([1.0, 1.0], [1.0]), ValueError, "direction"),
        (lambda: RULE.iterates(hb.Function(np.sin), [], 3), hb.errors.VectorError, "start position"),
    ],
)
def test_a_mistake_is_told_by_name(call, kind, told):
    with pytest.raises(kind) as error:
        call()
    assert told in str(error.value)


def test_the_numbers_are_attributes():
    with pytest.raises(hb.errors.RunError) as error:
        hb.Momentum(10.0, 0.9).iterates(hb.Quartic(), 3.0, 100)
    found = error.value
    assert (found.kind, found.step, found.time) == ("Diverged", 6, 6.0)
    assert isinstance(found, ArithmeticError) and isinstance(found, hb.HeavyballError)
    again = pickle.loads(pickle.dumps(found))
    assert (str(again), again.position) == (str(found), found.position)


@pytest.mark.parametrize(
    "thing",
    [
        RULE,
        hb.Nesterov(0.1, 0.5),
        hb.GradientDescent(0.1),
        BALL,
        hb.DampedOscillator(1, 0.4, 4),
        hb.Discretization.Obabo,
        WELL,
        hb.TiltedDoubleWell(0.3),
        hb.Quadratic([1.0, 25.0]),
        hb.Function(np.sin, np.sum),
        hb.TurningPoint(1, terminal=True),
        hb.Function(np.sin, None, np.multiply),
        LOSS,
        hb.LogisticRegression([[0.5], [1.0]], [True, False], 0.1, intercept=True),
        hb.Barrier(hb.Quartic(), -0.5, 0.0),
        hb.Sgd("burn", 0.1, 0.9, nesterov=True),
        hb.Sgd("optax", 0.1, 0.9, weight_decay=0.1, decoupled=True),
        hb.WarmUp(3, hb.Cosine(0.1, 0.0, 10)),
        hb.ScheduledMomentum(hb.StepDrop(0.1, 0.5, 10), 0.9),
        hb.ScheduledNesterov(0.1, hb.NesterovSchedule()),
        hb.translate("pytorch", "keras", 0.1, 0.9),
        RULE.stability(1.0, 4.0),
        hb.Barrier(hb.Quartic(), -0.5, 0.0).critical_beta(0.1),
        hb.Barrier(hb.Quartic(), -0.5, 0.0).fate(BALL),
        hb.followed(RULE, WELL, [0.5, 1.0], 3),
        hb.followed(RULE, WELL, [0.5, 1.0], 3).closest,
        hb.followed(RULE, WELL, [0.5, 1.0], 3).closest.order,
        hb.followed(RULE, WELL, [0.5, 1.0], 3).closest.table,
        hb.solve(BALL, WELL, [1.5, 1.0], 3.0).energy_balance(),
        hb.ensemble(0.1, 0.5, WELL, [[1.0, 1.0]], 3),
        hb.Sweep(0.1, 0.5, WELL, [[1.0, 1.0]], 3),
        hb.solve(BALL, WELL, [1.5, 1.0], 3.0),
        hb.Langevin(BALL, 0.5),
        hb.NoisyGradient(WELL, 0.5, seed=3),
        hb.NoisyGradient(WELL, [[1.0, 0.5], [0.5, 1.0]]),
        hb.Minibatches(LOSS, 2, "with_replacement", seed=3),
        hb.FiniteSum(3, np.multiply),
        hb.Stationary(RULE, [[2.0, 0.5], [0.5, 1.0]], np.eye(2)),
    ],
    ids=lambda thing: type(thing).__name__,
)
def test_printed_and_pickled(thing):
    """A repr that names the class, the same after pickling, and a well-formed table for notebooks."""
    again = pickle.loads(pickle.dumps(thing))
    assert (type(again), repr(again), str(again)) == (type(thing), repr(thing), str(thing))
    names = type(thing).__name__ in repr(thing)
    assert names or isinstance(thing, (hb.Potential, hb.BuiltInEvent, hb.Schedule, hb.Discretization))
    table = ElementTree.fromstring(thing._repr_html_())
    assert table.tag == "table" and table.find("caption").text
    assert len(table.findall("tr")) >= 1 or repr(thing) == "DoubleWell()"


def test_a_motion_is_solved_again_to_the_same_bits():
    run = hb.solve(BALL, WELL, [1.5, 1.0], (2.0, 9.0), events=hb.TurningPoint())
    again = pickle.loads(pickle.dumps(run))
    np.testing.assert_array_equal(again.y, run.y)
    np.testing.assert_array_equal(again.t_events[0], run.t_events[0])
    assert "<table>" in run._repr_html_() and "Motion(" in repr(run)


ANYTHING = [
    None, True, 0, 1, -1, 2, 10, 1.5, -0.5, 0.1, 1e-300, 1e308, math.nan, math.inf, "Adaptive", "Leapfrog", "", b"x",
    [], [1.0], [1.0, 2.0], [[1.0, 2.0]], [0.3, -0.2, 0.7], (0.0, 2.0), {}, object(), np.array(1.0), np.array([1.0, 2.0]),
    np.ones((3, 2)), np.ones((2, 3, 4)), np.array([1j]), np.array(["a"]), np.array([], dtype=np.float32), np.array([1, 2]),
    RULE, BALL, WELL, hb.Quartic(), hb.Rosenbrock(), hb.Quadratic([1.0, 3.0]), hb.Linear([1.0]), hb.Function(np.sin),
    hb.Function(raised_in_gradient), hb.Discretization.Boaob, hb.TurningPoint(), hb.EnergyLevel(0.5, terminal=True),
    np.sin, abs, lambda *a: 1.0, lambda x: x, lambda t, x, p: x[0],
]  # fmt: skip

CALLS = [
    hb.Momentum, hb.Nesterov, hb.GradientDescent, hb.HeavyBall, hb.DampedOscillator, hb.TiltedDoubleWell, hb.Linear,
    hb.Quadratic, hb.Function, hb.Potential, hb.TurningPoint, hb.CoordinateLevel, hb.EnergyLevel, hb.Settled,
    hb.Momentum.optimal, hb.Momentum.from_heavy_ball, RULE.iterates, RULE.iterates_with_velocities, RULE.stability,
    hb.Nesterov(0.1, 0.5).iterates, hb.GradientDescent(0.1).iterates, RULE.to_heavy_ball, BALL.energy, WELL.value,
    WELL.gradient, hb.Discretization.CentralDrag.coefficients, hb.Discretization.Obabo.effective_particle, hb.rescaled,
    hb.start_velocity, hb.translate, hb.DampedOscillator(1, 1, 1).at, hb.ensemble, hb.Sweep, hb.solve, hb.Barrier,
    hb.escape_speed, hb.Sgd, hb.LogisticRegression, hb.StepDrop, hb.Cosine, hb.WarmUp, hb.SutskeverSchedule,
    hb.NesterovSchedule, hb.Schedule, hb.ScheduledMomentum, hb.Sgd("burn", 0.1, 0.5).iterates, RULE.lyapunov,
    hb.Momentum.scheduled(0.1, abs).iterates, RULE.lyapunov_descent, RULE.effective_particle, hb.Nesterov.standard,
    LOSS.value, LOSS.hessian, LOSS.curvatures, LOSS.accuracy, LOSS.probabilities, WELL.hessian_product,
    hb.Barrier(hb.Quartic(), -0.5, 0.0).fate, hb.Barrier(hb.Quartic(), -0.5, 0.0).fate_of_iterates,
    equations.nesterov_flow_exact, hb.Cosine(0.1, 0.0, 9), hb.Langevin, hb.NoisyGradient, hb.Minibatches, hb.FiniteSum,
    hb.Stationary, RULE.temperature, LOSS.gradient_covariance,
]  # fmt: skip

SETTINGS = {
    "v0": ANYTHING, "method": ["Adaptive", "RK45", "DOP853", "Nystrom12", "Leapfrog", "ExplicitEuler", 3], "rtol": ANYTHING,
    "atol": ANYTHING, "dt": [None, 0.1, -1.0, math.nan], "events": ANYTHING, "max_step": ANYTHING, "first_step": ANYTHING,
    "max_travel": ANYTHING, "stop_times": ANYTHING,
}  # fmt: skip


def test_the_interpreter_survives_random_calls():
    """10⁵ calls of every function with arguments of any kind: only Python exceptions, only finite arrays."""
    rng = random.Random(14)
    plausible = [0.1, 0.5, 1.0, [1.0, 2.0], np.array([0.3, -0.2]), WELL, BALL]

    def anything():
        return rng.choice(plausible if rng.random() < 0.6 else ANYTHING)

    outcomes = {"ok": 0, "refused": 0}
    for _ in range(100_000):
        call = rng.choice(CALLS)
        if call is hb.solve and rng.random() < 0.7:
            arguments = [BALL, rng.choice(ANYTHING[36:44]), anything(), rng.choice([0.0, 1.0, (0.0, 2.0), -1.0])]
            settings = {name: rng.choice(SETTINGS[name]) for name in rng.sample(sorted(SETTINGS), rng.randint(0, 3))}
        elif call in (hb.ensemble, hb.Sweep) or "iterates" in getattr(call, "__name__", ""):
            arguments = [anything() for _ in range(rng.randint(2, 5))]
            # A count of its own: 10³⁰⁸ iterations would run for ever.
            place = 4 if call in (hb.ensemble, hb.Sweep) else 2
            if len(arguments) > place:
                arguments[place] = rng.choice([0, 1, 30, -1, None, 1.5])
            settings = {}
        else:
            arguments, settings = [anything() for _ in range(rng.randint(0, 4))], {}
        try:
            found = call(*arguments, **settings)
        except Exception as error:
            assert str(error) is not None
            outcomes["refused"] += 1
        else:
            outcomes["ok"] += 1
            if isinstance(found, np.ndarray):
                assert np.isfinite(found).all(), (call, arguments)
    assert outcomes["ok"] > 3_000, outcomes


def memory():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="reads the memory of the process from Linux")
def test_memory_is_flat():
    """10⁴ runs of each kind, errors and callables among them, after 10³ to warm up: less than 8 MB more."""

    def once():
        RULE.iterates(WELL, [1.0, 2.0], 1000)
        run = hb.solve(BALL, WELL, [1.0, 2.0], 5.0, events=hb.TurningPoint())
        run.y, run(3.0), run.t_events
        hb.ensemble(0.1, 0.5, WELL, np.ones((40, 2)), 10)
        RULE.iterates(hb.Function(np.sin), [1.0, 2.0], 10)
        run.energy_balance()
        hb.Sgd("burn", 0.1, 0.5).iterates_with_buffers(WELL, [1.0, 2.0], 10, learning_rates=hb.StepDrop(0.1, 0.5, 3))
        equations.hessian_damped(RULE, 0.3, WELL, [1.0, 2.0], [0.5])
        for bad in ([1.0], [math.nan, 1.0]):
            try:
                RULE.iterates(WELL, bad, 5)
            except hb.HeavyballError:
                pass

    for _ in range(1000):
        once()
    gc.collect()
    before = memory()
    for _ in range(10_000):
        once()
    gc.collect()
    assert memory() - before < 8e6


@pytest.mark.skipif(sys.platform == "win32", reason="sends SIGINT")
@pytest.mark.parametrize(
    "line",
    [
        "hb.ensemble(0.01, 0.9, hb.DoubleWell(), [[0.5, 1.0]] * 64, 10**10)",
        "hb.Momentum(1e-9, 0.9).iterates(hb.Quartic(), -0.5, 3 * 10**8)",
        "hb.solve(hb.HeavyBall(1, 0), hb.DoubleWell(), [1.5, 1.0], 1e7, rtol=1e-13, atol=1e-13)",
        "hb.solve(hb.HeavyBall(1, 0), hb.Function(lambda x: x), [1.5, 1.0], 1e9)",
    ],
)
def test_ctrl_c_ends_a_run_within_a_second(line):
    # A shell ignores SIGINT for what runs in the background, and a child inherits that.
    handler = "signal.signal(signal.SIGINT, signal.default_int_handler)"
    code = f"import signal; {handler}; import heavyball_ode as hb; print('begun', flush=True); {line}"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout.readline() == "begun\n"
    time.sleep(0.5)
    assert child.poll() is None, child.stderr.read()
    begun = time.monotonic()
    child.send_signal(signal.SIGINT)
    _, errors = child.communicate(timeout=20)
    assert time.monotonic() - begun < 1.0
    assert "KeyboardInterrupt" in errors
