"""Finds the rows of a space that score highest under an acquisition function; called by algorithms.

Random rows find the region, mutations of the best rows walk through categories, integers and
conditions, and a gradient method finishes the continuous dimensions.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from optimizers.space import Space

Array = NDArray[np.float64]
Score = Callable[[Array], Array]
"""(m, D) rows to (m,) scores, higher is better."""
Slopes = Callable[[Array], tuple[float, Array]]
"""One (D,) row to its score and gradient, zero where a dimension cannot be moved."""


@dataclass(frozen=True)
class Effort:
    """How hard to look."""

    random: int = 768
    mutants: int = 512
    rounds: int = 3
    round_size: int = 192
    polished: int = 3
    polish_steps: int = 25


def best_rows(
    space: Space,
    score: Score,
    slopes: Slopes | None,
    incumbents: Array,
    rng: np.random.Generator,
    effort: Effort = Effort(),
    further: Array | None = None,
) -> tuple[Array, Array]:
    """Candidate (m, D) rows with their (m,) scores, best first; `incumbents` (k, D) are the best so far.

    `further` (j, D) rows are looked at too.
    """
    rows = np.vstack(
        [
            *([] if further is None else [further]),
            space.sample_many(rng, effort.random),
            mutate(space, incumbents[rng.integers(len(incumbents), size=effort.mutants)], rng),
        ]
    )
    rows, scores = _ranked(rows, score(rows))
    for _ in range(effort.rounds):
        parents = rows[rng.integers(min(8, len(rows)), size=effort.round_size)]
        children = mutate(space, parents, rng)
        rows, scores = _ranked(np.vstack([rows, children]), np.append(scores, score(children)))
    if slopes is None or not any(dim.kind == "continuous" for dim in space.dimensions):
        return rows, scores
    polished = np.vstack(
        [_polish(space, row, slopes, effort.polish_steps) for row in rows[: effort.polished]]
    )
    return _ranked(np.vstack([polished, rows]), np.append(score(polished), scores))


def mutate(space: Space, parents: Array, rng: np.random.Generator) -> Array:
    """Changed copies (m, D) of (m, D) rows: a few dimensions each, by steps of many sizes.

    Dimensions that a change brings to life get random values.
    """
    count, size = parents.shape
    fresh = rng.random((count, size))
    filled = np.where(np.isnan(parents), fresh, parents)
    # One to all of the active dimensions, few more often than many.
    share = rng.random((count, 1)) ** 2
    chosen = rng.random((count, size)) < np.maximum(share, 1.0 / size)
    chosen[np.arange(count), _one_active(parents, rng)] = True
    scale = 10.0 ** rng.uniform(-2.5, -0.3, size=(count, 1))
    moved = _reflected(filled + scale * rng.standard_normal((count, size)))
    jump = np.array([dim.kind == "categorical" for dim in space.dimensions])
    # A small integer would rarely leave its cell by a small step.
    steps = np.array([_smallest_step(dim.cardinality) for dim in space.dimensions])
    stepped = _reflected(filled + steps * rng.choice([-1.0, 1.0], size=(count, size)))
    discrete = (steps > 0.0) & (rng.random((count, size)) < 0.5)
    changed = np.where(jump, fresh, np.where(discrete, stepped, moved))
    return space.snap_many(np.where(chosen, changed, filled))


def _smallest_step(cardinality: int | None) -> float:
    return 1.0 / cardinality if cardinality else 0.0


def _one_active(rows: Array, rng: np.random.Generator) -> NDArray[np.intp]:
    return np.asarray(np.argmax(np.where(np.isnan(rows), -1.0, rng.random(rows.shape)), axis=1))


def _reflected(rows: Array) -> Array:
    folded = np.abs(rows) % 2.0
    return np.where(folded > 1.0, 2.0 - folded, folded)


def _ranked(rows: Array, scores: Array) -> tuple[Array, Array]:
    order = np.argsort(-scores, kind="stable")
    return rows[order], scores[order]


def _polish(space: Space, row: Array, slopes: Slopes, steps: int) -> Array:
    """The row with its continuous dimensions moved uphill."""
    free = np.array([dim.kind == "continuous" for dim in space.dimensions]) & ~np.isnan(row)
    if not free.any():
        return row[None]

    def downhill(position: Array) -> tuple[float, Array]:
        trial = row.copy()
        trial[free] = position
        height, gradient = slopes(trial)
        return -height, -gradient[free]

    found = minimize(
        downhill,
        row[free],
        jac=True,
        method="L-BFGS-B",
        bounds=[(0.0, 1.0)] * int(free.sum()),
        options={"maxiter": steps},
    )
    moved = row.copy()
    moved[free] = np.clip(found.x, 0.0, 1.0)
    return space.snap_many(moved[None])
