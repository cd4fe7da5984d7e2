"""What stored runs are worth: scores, intervals, ranks and wins. Called by the report; pure.

The score of a run after n trials is (best − best known) ÷ (median of random search after n − best known):
0 is the best anybody ever found, 1 is random search. It is clipped to [0, 2], and 2 also where nothing
succeeded. A problem on which random search itself has found the best known says nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.optimizers.problems import all_problems
from benchmarks.optimizers.stored import Key, Run

Floats = NDArray[np.float64]
Pairs = dict[str, dict[int, float]]
"""Problem → seed → score."""

WORST = 2.0
RANDOM = "random"


def best_known(runs: Iterable[Run], before: Mapping[str, float]) -> dict[str, float]:
    """The least value of each problem: known, stored before, or found by any run."""
    least = {name: value for name, value in before.items() if name in all_problems()}
    for name, problem in all_problems().items():
        if problem.optimum is not None:
            least[name] = problem.optimum
    for run in runs:
        found = min((value for _, value in run.steps), default=np.inf)
        least[run.problem] = min(least.get(run.problem, np.inf), found)
    return dict(sorted(least.items()))


@dataclass(frozen=True)
class Scale:
    """Turns values into scores."""

    known: dict[str, float]
    chance: dict[tuple[str, int], float]

    @classmethod
    def of(cls, runs: dict[Key, Run], known: dict[str, float], counts: Iterable[int]) -> Scale:
        """From the stored runs of random search; counts are the numbers of trials wanted."""
        of_random: dict[str, list[Run]] = {}
        for run in runs.values():
            if run.method == RANDOM and run.batch == 1:
                of_random.setdefault(run.problem, []).append(run)
        return cls(
            known,
            {
                (problem, count): float(np.median([_value(run, count) for run in found]))
                for problem, found in of_random.items()
                for count in counts
            },
        )

    def score(self, run: Run, count: int) -> float | None:
        """None where random search is no measure: it never ran, or found nothing, or found the best known."""
        least, chance = self.known[run.problem], self.chance.get((run.problem, count), np.nan)
        width = chance - least
        if not np.isfinite(width) or width <= 1e-9 * max(1.0, abs(least)):
            return None
        return float(np.clip((_value(run, count) - least) / width, 0.0, WORST))


def trials_to_target(run: Run, target: float) -> float:
    """After how many trials the best is at least as good as the target; infinite when it never is."""
    return next((float(trial) for trial, value in run.steps if value <= target), np.inf)


def _value(run: Run, count: int) -> float:
    best = run.best(count)
    return np.inf if best is None else best


def scores_of(runs: Iterable[Run], scale: Scale, count: int) -> Pairs:
    found: Pairs = {}
    for run in runs:
        score = scale.score(run, count)
        if score is not None:
            found.setdefault(run.problem, {})[run.seed] = score
    return found


def mean(pairs: Pairs) -> float:
    """Of the problems' means over seeds."""
    return float(np.mean([np.mean(list(seeds.values())) for seeds in pairs.values()])) if pairs else np.nan


def interval(pairs: Pairs, draws: int = 2000) -> tuple[float, float]:
    """95 % bootstrap interval of the mean: problems are drawn anew, and of each its seeds."""
    if not pairs:
        return np.nan, np.nan
    rng = np.random.default_rng(0)
    means = np.empty((draws, len(pairs)))
    for column, seeds in enumerate(pairs.values()):
        values = np.array(list(seeds.values()))
        means[:, column] = values[rng.integers(len(values), size=(draws, len(values)))].mean(axis=1)
    problems = rng.integers(len(pairs), size=(draws, len(pairs)))
    low, high = np.percentile(np.take_along_axis(means, problems, axis=1).mean(axis=1), [2.5, 97.5])
    return float(low), float(high)


def paired(pairs: Pairs, against: Pairs, combine: Callable[[float, float], float]) -> Pairs:
    """Of what both have, something of each pair of scores."""
    found = {
        problem: {
            seed: combine(score, against[problem][seed])
            for seed, score in seeds.items()
            if seed in against[problem]
        }
        for problem, seeds in pairs.items()
        if problem in against
    }
    return {problem: seeds for problem, seeds in found.items() if seeds}


def difference(score: float, other: float) -> float:
    return score - other


def win(score: float, other: float) -> float:
    """1 for better, ½ for the same."""
    return 1.0 if score < other else 0.5 if score == other else 0.0


def ranks(of_methods: dict[str, Pairs]) -> dict[str, float]:
    """Mean rank over the problems all have, 1 is best; ties share."""
    shared: Sequence[str] = sorted(set.intersection(*(set(pairs) for pairs in of_methods.values())))
    if not shared:
        return dict.fromkeys(of_methods, np.nan)
    table = np.array(
        [[np.mean(list(pairs[name].values())) for name in shared] for pairs in of_methods.values()]
    )
    better = (table[:, None, :] > table[None, :, :]).sum(axis=1)
    same = (table[:, None, :] == table[None, :, :]).sum(axis=1) - 1
    means = (1.0 + better + same / 2.0).mean(axis=1)
    return dict(zip(of_methods, (float(value) for value in means), strict=True))
