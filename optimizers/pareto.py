"""Several objectives: which results are best, how much they cover, and where more could be gained.

Called by nsga2, parego, ehvi, and by whoever shows a front. All objectives are minimised.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.stats import qmc

from optimizers.columns import Columns

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_STRONG = 32
_SAMPLE_BITS = 13


def front(values: Floats) -> Mask:
    """(n,): which of (n, M) points no other one beats or equals in all objectives and beats in one.

    Equal points are all on the front. A NaN is never on it.
    """
    values = np.asarray(values, dtype=np.float64)
    if values.shape[1] == 2:
        return _front_of_two(values)
    known: Mask = np.asarray(~np.isnan(values).any(axis=1))
    # By the sum, so that whatever dominates a point comes before it.
    order = np.argsort(np.where(known, np.nansum(values, axis=1), np.inf), kind="stable")
    order = order[known[order]]
    # Most points of a large set are beaten by one of a few good ones: that is quick to see for all at once.
    for point in values[order[:_STRONG]]:
        there = values[order]
        order = order[~((point <= there).all(axis=1) & (point < there).any(axis=1))]
    kept = np.zeros(len(values), dtype=bool)
    best = np.empty((0, values.shape[1]))
    for place in order:
        point = values[place]
        if not ((best <= point).all(axis=1) & (best < point).any(axis=1)).any():
            kept[place] = True
            best = np.vstack([best, point])
    return kept


def _front_of_two(values: Floats) -> Mask:
    """The front for two objectives: from left to right, whatever is lower than all before it."""
    order = np.lexsort((values[:, 1], values[:, 0]))
    first, second = values[order].T
    lowest = np.minimum.accumulate(np.where(np.isnan(second), np.inf, second))
    before = np.concatenate([[np.inf], lowest[:-1]])
    # A point equal to the one that set the record is on the front too.
    record = np.maximum.accumulate(np.where(second < before, np.arange(len(order)), 0))
    kept = np.zeros(len(values), dtype=bool)
    kept[order] = (second < before) | ((second == second[record]) & (first == first[record]))
    return np.asarray(kept & ~np.isnan(values).any(axis=1))


def fronts(values: Floats, enough: int | None = None) -> NDArray[np.intp]:
    """(n,) numbers of the fronts of (n, M) points: 0 for the front, 1 for that of the rest, and so on.

    Points with a NaN come last. Once `enough` points have a number, all others get the next one.
    """
    rank = np.full(len(values), -1, dtype=np.intp)
    left = np.flatnonzero(~np.isnan(values).any(axis=1))
    level = 0
    while len(left) and (enough is None or np.count_nonzero(rank >= 0) < enough):
        here = front(values[left])
        rank[left[here]] = level
        left = left[~here]
        level += 1
    rank[rank < 0] = level
    return rank


def crowding(values: Floats) -> Floats:
    """(n,) how lonely each of (n, M) points of one front is, infinite at the ends (Deb 2002)."""
    count, objectives = values.shape
    distance = np.zeros(count)
    for column in range(objectives):
        order = np.argsort(values[:, column], kind="stable")
        ordered = values[order, column]
        spread = ordered[-1] - ordered[0]
        distance[order[[0, -1]]] = np.inf
        if spread > 0.0 and count > 2:
            distance[order[1:-1]] += (ordered[2:] - ordered[:-2]) / spread
    return distance


def knee(values: Floats) -> int:
    """The position of the point of (n, M) points of one front that is nearest to the best of everything.

    Objectives count by their range on the front; of equals the first.
    """
    values = np.asarray(values, dtype=np.float64)
    low, spread = values.min(axis=0), np.ptp(values, axis=0)
    scaled = (values - low) / np.where(spread > 0.0, spread, 1.0)
    return int(np.argmin((scaled**2).sum(axis=1)))


def hypervolume(values: Floats, reference: Floats) -> float:
    """The volume that (n, M) points dominate up to a (M,) reference point, exact; for 1 to 4 objectives.

    Points that do not lie below the reference everywhere add nothing. By slices along the last objective
    (While 2006): n log n for two, quadratic for three, cubic for four objectives.
    """
    reference = np.asarray(reference, dtype=np.float64)
    values = np.asarray(values, dtype=np.float64).reshape(-1, len(reference))
    inside = values[(values < reference).all(axis=1)]
    return _volume(inside[front(inside)], reference) if len(inside) else 0.0


def growth(values: Floats, low: Floats, high: Floats, counts: Sequence[int]) -> Floats:
    """(k,) shares of the box from `low` to `high` that the first `counts[i]` of (n, M) points dominate.

    `counts` ascend. Exact for two objectives; for more it is counted over 8,192 quasi-random points, right to
    about half a per cent and linear in n.
    """
    low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
    if len(low) == 2:
        box = float(np.prod(high - low))
        return np.array([hypervolume(values[:count], high) / box for count in counts])
    free = low + (high - low) * qmc.Sobol(len(low), seed=0).random_base2(_SAMPLE_BITS)
    shares, done = [], 0
    for count in counts:
        for point in values[done:count]:
            free = free[~(point <= free).all(axis=1)]
        shares.append(1.0 - len(free) / 2**_SAMPLE_BITS)
        done = count
    return np.array(shares)


def _volume(points: Floats, reference: Floats) -> float:
    if len(reference) == 1:
        return float(reference[0] - points.min())
    order = np.argsort(points[:, -1], kind="stable")
    points = points[order]
    if len(reference) == 2:
        lowest = np.minimum.accumulate(points[:, 0])
        heights = np.diff(np.append(points[:, 1], reference[1]))
        return float(((reference[0] - lowest) * heights).sum())
    heights = np.diff(np.append(points[:, -1], reference[-1]))
    total = 0.0
    slice_front = np.empty((0, len(reference) - 1))
    for place, height in enumerate(heights.tolist()):
        point = points[place, :-1]
        if not (slice_front <= point).all(axis=1).any():
            slice_front = np.vstack([slice_front[~(point <= slice_front).all(axis=1)], point])
        if height > 0.0:
            total += height * _volume(slice_front, reference[:-1])
    return total


def open_boxes(points: Floats, reference: Floats) -> tuple[Floats, Floats]:
    """Disjoint boxes that cover what (n, M) points do not dominate, up to a reference: (k, M) corners each.

    Lower corners may be −∞. Slices as in `hypervolume`; meant for fronts of a few dozen points.
    """
    reference = np.asarray(reference, dtype=np.float64)
    points = np.asarray(points, dtype=np.float64).reshape(-1, len(reference))
    points = points[(points < reference).all(axis=1)]
    points = points[front(points)] if len(points) else points
    return _boxes(points, reference)


def _boxes(points: Floats, reference: Floats) -> tuple[Floats, Floats]:
    if len(reference) == 1:
        top = min([float(reference[0]), *points[:, 0].tolist()])
        return np.array([[-np.inf]]), np.array([[top]])
    points = points[np.argsort(points[:, -1], kind="stable")]
    edges = np.concatenate([[-np.inf], points[:, -1], [reference[-1]]])
    lows, highs = [], []
    for place, (low, high) in enumerate(itertools.pairwise(edges)):
        if high <= low:
            continue
        lower, upper = _boxes(points[:place, :-1], reference[:-1])
        lows.append(np.column_stack([lower, np.full(len(lower), low)]))
        highs.append(np.column_stack([upper, np.full(len(upper), high)]))
    return np.vstack(lows), np.vstack(highs)


def reference_point(values: Floats) -> Floats:
    """(M,): a little worse than the worst of (n, M) points of the front in each objective, without NaN."""
    best = values[front(values)]
    low, high = best.min(axis=0), best.max(axis=0)
    everything = values[~np.isnan(values).any(axis=1)]
    spread = np.where(high > low, high - low, np.ptp(everything, axis=0))
    return np.asarray(high + 0.1 * np.where(spread > 0.0, spread, np.maximum(np.abs(high), 1.0)))


def ranked_by_fronts(told: Columns, enough: int | None = None) -> NDArray[np.intp]:
    """Positions of results, best first, for any number of objectives; exact for the first `enough`.

    Those that keep their constraints by front and then loneliness; then the others by violation; then pruned
    and failed ones.
    """
    count = len(told)
    level = np.full(count, np.iinfo(np.intp).max, dtype=np.intp)
    lonely = np.zeros(count)
    clean = np.flatnonzero(told.feasible & ~told.pruned)
    if len(clean):
        level[clean] = fronts(told.values[clean], enough)
        for own in np.unique(level[clean]):
            members = clean[level[clean] == own]
            lonely[members] = crowding(told.values[members])
    stage = np.where(~told.ok, 3, np.where(told.pruned, 2, np.where(told.violation > 0.0, 1, 0)))
    broken = np.where(stage == 1, told.violation, 0.0)
    return np.lexsort((told.numbers, -lonely, level, broken, stage))
