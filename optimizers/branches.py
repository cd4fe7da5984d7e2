"""Branches: the choices of a space that decide which further parameters there are. Called by `auto`.

A branch is one value of every parent of a condition, as far as it is active. Models leave a branch for good
after a few bad results; a visit now and then finds the good ones that began badly.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimizers.model_based import ModelBased, Proposal, Situation
from optimizers.space import Space

Floats = NDArray[np.float64]

_DRAWN = 128
# With fewer results than this inside a branch its emptiest place is tried, then a model of the branch alone.
_ENOUGH = 4
_ATTEMPTS = 4


class Branches:
    """The branches of a space."""

    def __init__(self, space: Space) -> None:
        self._space = space
        parents = {parent for parameter in space.parameters.values() for parent in parameter.when}
        self._columns = [place for place, name in enumerate(space.names) if name in parents]
        # Sums of large random numbers, so that no two branches are the same in practice.
        self._keys = np.random.default_rng(0).integers(2**48, size=len(space))

    def __bool__(self) -> bool:
        return bool(self._columns)

    def of(self, rows: Floats) -> NDArray[np.int64]:
        """(n,) a number for the branch of each of (n, D) rows."""
        codes = np.isnan(rows).astype(np.int64)
        for column in self._columns:
            dimension = self._space.dimensions[column]
            if dimension.kind == "categorical":
                units = np.nan_to_num(rows[:, column])
                codes[:, column] -= np.floor(units * int(dimension.cardinality or 1)).astype(np.int64)
        return np.asarray(codes @ self._keys)

    def visit(self, situation: Situation, model: ModelBased) -> Proposal:
        """A row in a branch drawn by how seldom it was tried: of its model, or far from what was tried."""
        told, rng = situation.told, situation.rng
        rows = self._space.sample_many(rng, _DRAWN)
        fresh = ~situation.seen.mask(rows)
        rows = rows[fresh] if fresh.any() else rows
        there, tried = self.of(rows), self.of(np.vstack([told.rows, situation.pending]))
        branches, visits = np.unique(np.append(tried, there), return_counts=True)
        drawn, offered = np.unique(there, return_counts=True)
        weights = 1.0 / (1.0 + visits[np.searchsorted(branches, drawn)] - offered)
        branch = rng.choice(drawn, p=weights / weights.sum())
        mine = tried[: len(told)] == branch
        if np.count_nonzero(mine & told.ok) >= _ENOUGH:
            inside = replace(situation, told=told.take(np.flatnonzero(mine)))
            for _ in range(_ATTEMPTS):
                proposal = model.propose(inside)
                if self.of(proposal.row[None])[0] == branch:
                    return proposal
        return Proposal(_farthest(rows[there == branch], told.rows[mine]), {"mode": "explore"})


def _farthest(rows: Floats, others: Floats) -> Floats:
    """Of (m, D) rows the one farthest from all (n, D) others of its branch."""
    if not len(others):
        return np.asarray(rows[0])
    apart = np.abs(np.nan_to_num(rows)[:, None] - np.nan_to_num(others)[None]).sum(axis=2)
    return np.asarray(rows[int(np.argmax(apart.min(axis=1)))])
