"""Tree-structured Parzen estimator: asks where good results are dense and other results are not."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimizers.columns import Columns
from optimizers.model_based import ModelBased, Proposal, Situation, ranked
from optimizers.space import Space
from optimizers.surrogates.parzen import ParzenEstimator

Floats = NDArray[np.float64]

# Scott's rule in units of a range, and the prior's weight for each category: both found by measuring.
_WIDTH = 0.1
_CATEGORY_PRIOR = 0.5
# How often candidates that break a constraint are drawn again before they are repaired.
_REDRAWS = 8
# How many good results of earlier studies count, and after how many new ones they count half.
_MOST_BEFORE, _WORTH_BEFORE = 10, 10.0


class TPE(ModelBased):
    """Multivariate TPE (Bergstra 2011; Watanabe, arXiv 2304.11127) that follows conditions to the children.

    Failed and pending trials count as bad, so that neither is repeated. The cost of an ask stays flat,
    because at most `max_bad` of the bad results are looked at.

    create("tpe", space, seed=0, candidates=64)
    """

    name = "tpe"
    title = "Tree-structured Parzen estimator"
    summary = "Learns where good results lie; fast, and at home in spaces with categories and conditions."

    @dataclass(frozen=True)
    class Options:
        startup: int | None = field(
            default=None,
            metadata={
                "help": "Trials spread evenly before the model is used; empty: by the space and the budget.",
                "min": 1,
            },
        )
        explore: float = field(
            default=0.05,
            metadata={"help": "Share of trials drawn at random all along.", "min": 0.0, "max": 1.0},
        )
        good_share: float = field(
            default=0.15,
            metadata={"help": "Share of the results that count as good.", "min": 0.01, "max": 0.5},
        )
        max_good: int = field(
            default=25, metadata={"help": "Most results that count as good.", "min": 1, "max": 500}
        )
        max_bad: int = field(
            default=1000, metadata={"help": "Most other results that are looked at.", "min": 10, "max": 20000}
        )
        candidates: int = field(
            default=32,
            metadata={"help": "Configurations that are compared for each trial.", "min": 1, "max": 4096},
        )

    def propose(self, situation: Situation) -> Proposal:
        good_rows, bad_rows = self._split(situation)
        before, weight = self._before(len(situation.told))
        weights = np.append(rank_weights(len(good_rows)), np.full(len(before), weight))
        good = self._estimator(np.vstack([good_rows, before]), weights)
        bad = self._estimator(bad_rows, np.ones(len(bad_rows)))
        rows = np.vstack(
            [self._candidates(good, situation.rng), self.from_belief(situation.told, situation.rng)]
        )
        fresh = ~situation.seen.mask(rows)
        rows = rows[fresh] if fresh.any() else rows
        ratios = good.log_density(rows) - bad.log_density(rows)
        ratios += np.sum([term.score(rows) for term in self.believed(situation.told)], axis=0)
        best = int(np.argmax(ratios))
        info = {
            "mode": "exploit" if ratios[best] > 0.0 else "explore",
            "acquisition": round(float(ratios[best]), 6),
            "acquisition_name": "log density ratio",
            "good": len(good_rows),
        }
        return Proposal(rows[best], info)

    def _before(self, count: int) -> tuple[Floats, float]:
        """The good rows of earlier studies, and the weight of each, which falls as results come in."""
        told = self.earlier
        usable = int(np.count_nonzero(told.ok))
        most = min(int(np.ceil(self.options.good_share * usable)), _MOST_BEFORE)
        return told.rows[ranked(told)[:most]], _WORTH_BEFORE / (_WORTH_BEFORE + count)

    def _candidates(self, good: ParzenEstimator, rng: np.random.Generator) -> Floats:
        """(candidates, D) rows drawn from the density of the good ones."""
        snap = partial(self.space.snap_many, repair=False)
        rows = good.sample(rng, self.options.candidates, snap)
        for _ in range(_REDRAWS):
            broken = np.flatnonzero(~self.space.feasible_many(rows))
            if not len(broken):
                return rows
            rows[broken] = good.sample(rng, len(broken), snap)
        return self.space.snap_many(rows)

    def _split(self, situation: Situation) -> tuple[Floats, Floats]:
        """The rows that count as good, best first, and the others, with what is pending."""
        told = situation.told
        order = ranked(told)
        usable = int(np.count_nonzero(told.ok))
        count = min(max(1, int(np.ceil(self.options.good_share * usable))), self.options.max_good)
        others = _thinned(order[count:], told, self.options.max_bad)
        return told.rows[order[:count]], np.vstack([told.rows[others], situation.pending])

    def _estimator(self, rows: Floats, weights: Floats) -> ParzenEstimator:
        widths = kernel_widths(self.space, rows)
        return ParzenEstimator.build(self.space.dimensions, self._groups, rows, weights, widths)

    @cached_property
    def _groups(self) -> tuple[NDArray[np.intp], ...]:
        return condition_groups(self.space)


def condition_groups(space: Space) -> tuple[NDArray[np.intp], ...]:
    """Indices of dimensions that share a condition, parents before children."""
    depth: dict[str, int] = {}
    groups: dict[Any, list[int]] = {}
    for name in space.order:
        when = space.parameters[name].when
        depth[name] = 1 + max((depth[parent] for parent in when), default=-1)
        groups.setdefault((depth[name], repr(when)), []).append(space.names.index(name))
    # Sorted by depth; the order of groups of one depth is that of the space.
    return tuple(np.array(groups[key], dtype=np.intp) for key in sorted(groups, key=lambda key: key[0]))


def _thinned(order: NDArray[np.intp], told: Columns, most: int) -> NDArray[np.intp]:
    """At most `most` positions: the newest half, and an even spread over the ranks of the rest."""
    if len(order) <= most:
        return order
    newest = np.argsort(-told.numbers[order], kind="stable")[: most // 2]
    rest = np.delete(order, newest)
    spread = rest[np.linspace(0, len(rest) - 1, most - len(newest)).astype(np.intp)]
    return np.concatenate([order[newest], spread])


def kernel_widths(space: Space, rows: Floats) -> Floats:
    """(n, D) widths of the kernels at (n, D) rows, narrower with more rows; see `ParzenEstimator`."""
    widths = np.ones(rows.shape)
    for index, dimension in enumerate(space.dimensions):
        count = max(1, int(np.count_nonzero(~np.isnan(rows[:, index]))))
        if dimension.kind == "categorical":
            spread = _CATEGORY_PRIOR * int(dimension.cardinality or 1)
            widths[:, index] = spread / (count + spread)
        else:
            half_a_cell = 0.5 / dimension.cardinality if dimension.cardinality else 0.0
            widths[:, index] = max(_WIDTH * count ** (-1.0 / (len(space) + 4)), half_a_cell)
    return widths


def rank_weights(count: int) -> Floats:
    """(count,) weights of the good results from best to worst, 1 on average: the best counts most."""
    weights = np.log(count + 0.5) - np.log(np.arange(1, count + 1))
    weights = np.maximum(weights, 0.05 * weights[0])
    return np.asarray(weights * count / weights.sum())
