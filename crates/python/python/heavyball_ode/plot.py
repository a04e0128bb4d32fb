"""Figures by matplotlib, each into an ``ax`` of the caller."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

    from ._native import Motion, Potential


def _axes(ax: Axes | None) -> Axes:
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    return plt.gca()


def landscape(f: Potential, x: ArrayLike, ax: Axes | None = None, **style: Any) -> Axes:
    """f over the numbers ``x``, in one dimension."""
    ax = _axes(ax)
    x = np.asarray(x, dtype=float)
    ax.plot(x, [f.value(at) for at in x], **{"color": "0.4", "linewidth": 1.2, **style})
    ax.set(xlabel="$x$", ylabel="$f(x)$")
    return ax


def contours(
    f: Potential, x: ArrayLike, y: ArrayLike, ax: Axes | None = None, levels: Any = 30, **style: Any
) -> Axes:
    """Contours of f over the grid of ``x`` and ``y``, in two dimensions."""
    ax = _axes(ax)
    x, y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    values = np.array([[f.value([a, b]) for a in x] for b in y])
    ax.contour(x, y, values, levels, **{"linewidths": 0.7, "cmap": "Greys_r", **style})
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    return ax


def iterates(path: ArrayLike, ax: Axes | None = None, f: Potential | None = None, **style: Any) -> Axes:
    """A path of shape (n + 1, d): in two dimensions in the plane; in one over k, or on the graph of ``f``."""
    ax = _axes(ax)
    path = np.asarray(path)
    style = {"marker": "o", "markersize": 2.5, "linewidth": 1.0, **style}
    if path.shape[1] == 2:
        ax.plot(path[:, 0], path[:, 1], **style)
        ax.set(xlabel="$x_1$", ylabel="$x_2$")
    elif path.shape[1] == 1 and f is not None:
        ax.plot(path[:, 0], [f.value(at) for at in path[:, 0]], **style)
        ax.set(xlabel="$x$", ylabel="$f(x)$")
    else:
        ax.plot(path, **style)
        ax.set(xlabel="iteration", ylabel="$x$")
    return ax


def motion(run: Motion, ax: Axes | None = None, count: int = 500, **style: Any) -> Axes:
    """The curve of a Motion: in the plane in two dimensions, otherwise its coordinates over time."""
    ax = _axes(ax)
    times = np.linspace(run.t[0], run.t[-1], count)
    positions = run(times)
    style = {"linewidth": 1.2, **style}
    if positions.shape[1] == 2:
        ax.plot(positions[:, 0], positions[:, 1], **style)
        ax.set(xlabel="$x_1$", ylabel="$x_2$")
    else:
        ax.plot(times, positions, **style)
        ax.set(xlabel="$t$", ylabel="$x$")
    return ax
