"""Tables of the searches on learning curves: scores at equal cost, and cost to reach a peer's final value.

python -m benchmarks.fidelity.report [--half reported] [--publish]
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from benchmarks.fidelity import stored
from benchmarks.fidelity.problems import FULL, PROBLEMS, half_of
from benchmarks.fidelity.stored import Key, Run
from benchmarks.optimizers.publish import replaced

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"
#: Costs at which scores are shown, in full trainings.
AT = (10, 20, 40)
#: Whose final values are the targets.
TARGETS = ("optuna-tpe-hyperband", "optuna-tpe-asha")
OWN = "auto"


class Scores:
    """Losses as scores: 0 is the best there is, 1 the median of random full trainings at that cost."""

    def __init__(self, runs: dict[Key, Run], problems: Sequence[str]) -> None:
        self.runs = runs
        self.problems = problems
        kinds = {(run.method, run.problem) for run in runs.values()}
        self.methods = [
            method
            for method in sorted({run.method for run in runs.values()})
            if all((method, problem) in kinds for problem in problems)
        ]
        """Those that ran on all problems."""

    def of(self, problem: str, value: float | None, full: int) -> float:
        """The score of a loss after a cost, at most 2; without a full training it is 2."""
        losses = PROBLEMS[problem].curves[..., -1].ravel()
        best, usual = float(losses.min()), _random(losses, full)
        return 2.0 if value is None else min(2.0, (value - best) / (usual - best))

    def mean(self, method: str, problem: str, full: int) -> float:
        """The mean over seeds; NaN without runs."""
        found = [self.of(problem, run.best(full * FULL), full) for run in self.of_method(method, problem)]
        return float(np.mean(found)) if found else float("nan")

    def of_method(self, method: str, problem: str) -> list[Run]:
        return [run for run in self.runs.values() if (run.method, run.problem) == (method, problem)]

    def overall(self, method: str, full: int) -> float:
        found = [self.mean(method, problem, full) for problem in self.problems]
        return float(np.mean([each for each in found if not np.isnan(each)])) if found else float("nan")

    def final(self, method: str, problem: str) -> float | None:
        """The mean over seeds of the loss at the end."""
        finals = [run.steps[-1][1] for run in self.of_method(method, problem) if run.steps]
        return float(np.mean(finals)) if finals else None

    def excess(self, method: str, target: str, problem: str) -> float:
        """By which share of the target's mean loss at the end the method's is above it, at equal cost."""
        own, other = self.final(method, problem), self.final(target, problem)
        return float("nan") if own is None or other is None else (own - other) / max(abs(other), 1e-12)

    def cost_ratio(self, method: str, target: str, problem: str) -> float:
        """When the mean over seeds is as good as the target's at its end, as a share of its whole cost.

        Endless when it never is.
        """
        goal = self.final(target, problem)
        runs = self.of_method(method, problem)
        if goal is None or not runs:
            return float("nan")
        whole = max(run.budget for run in self.of_method(target, problem))
        for cost in range(FULL, whole + 1, FULL // 9):
            values = [run.best(cost) for run in runs]
            known = [value for value in values if value is not None]
            if len(known) == len(values) and np.mean(known) <= goal + 1e-9:
                return cost / whole
        return float("inf")


def _random(losses: np.ndarray, full: int) -> float:
    """The median of the least of `full` draws, exactly."""
    ordered = np.sort(losses)
    share = 1.0 - 0.5 ** (1.0 / full)
    return float(max(ordered[min(int(share * len(ordered)), len(ordered) - 1)], ordered[0] + 1e-12))


def text(half: str, folder: Path = stored.RESULTS) -> str:
    """The tables of one half."""
    scores = Scores(
        stored.load(folder),
        [name for name in PROBLEMS if half_of(name) == half and PROBLEMS[name].file.exists()],
    )
    return "\n\n".join([_by_method(scores), _by_problem(scores)])


def _by_method(scores: Scores) -> str:
    heads = ["method", "seeds", *(f"at {full}" for full in AT)]
    heads += [f"cost of {target}'s value" for target in TARGETS] + ["method's own time, s"]
    rows = []
    for method in sorted(scores.methods, key=lambda each: scores.overall(each, AT[-1])):
        runs = [
            run for run in scores.runs.values() if run.method == method and run.problem in scores.problems
        ]
        ratios = []
        for target in TARGETS:
            found = [scores.cost_ratio(method, target, problem) for problem in scores.problems]
            ratios.append(
                _number(float(np.median([each for each in found if not np.isnan(each)] or [np.nan])))
            )
        rows.append(
            [
                method,
                str(len({run.seed for run in runs})),
                *(_number(scores.overall(method, full)) for full in AT),
                *ratios,
                f"{np.median([run.seconds for run in runs]):.1f}",
            ]
        )
    return _table(heads, rows)


def _by_problem(scores: Scores) -> str:
    heads = ["problem", *scores.methods]
    heads += [f"{OWN}'s {what} {target}" for target in TARGETS for what in ("cost of", "loss above")]
    rows = [
        [
            problem,
            *(_number(scores.mean(method, problem, AT[-1])) for method in scores.methods),
            *(cell for target in TARGETS for cell in _against(scores, target, problem)),
        ]
        for problem in scores.problems
    ]
    return _table(heads, rows)


def _against(scores: Scores, target: str, problem: str) -> tuple[str, str]:
    excess = scores.excess(OWN, target, problem)
    percent = "–" if np.isnan(excess) else f"{100 * excess:+.1f} %"
    return _number(scores.cost_ratio(OWN, target, problem)), percent


def _number(value: float) -> str:
    return "–" if np.isnan(value) else "never" if np.isinf(value) else f"{max(value, 0.0):.2f}"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] + ["---:"] * (len(heads) - 1), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def publish() -> None:
    """Write the reported half's tables between the page's marks."""
    PAGE.write_text(replaced(PAGE.read_text(), "partial training", text("reported")))


def main() -> None:
    parser = argparse.ArgumentParser(description="Print or publish the tables.")
    parser.add_argument("--half", choices=["tuning", "reported"], default="reported")
    parser.add_argument(
        "--publish", action="store_true", help="write the reported half to docs/benchmarks.md"
    )
    given = parser.parse_args()
    if given.publish:
        publish()
    print(text(given.half))


if __name__ == "__main__":
    main()
