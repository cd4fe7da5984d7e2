"""What stopping rules save on cross-validated searches, and what they cost: replayed on tabulated folds.

python -m benchmarks.early_stopping [--half reported] [--trials 60] [--seeds 5] [--write docs/benchmarks.md]

Every configuration of sixteen searches was scored on every fold once (`benchmarks.fold_tables`): eight on
which rules were tuned, and eight that were trained after that, which are reported. A replay
asks an optimizer, takes the folds of what it asks one by one, and asks the rule after each, as a study does;
stopped trials are told to the optimizer as pruned. The same search without a rule is its pair.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import json
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from benchmarks.fold_tables import SPLITS, TABLES, FoldTable
from optimizers import Result, create
from optimizers.early_stopping import Curve, Horizon, Rule
from optimizers.early_stopping import create as create_rule

RESULTS = Path(__file__).parent / "fold_tables" / "results.jsonl"
#: Of the tuning half, which nobody publishes.
TUNING = Path(tempfile.gettempdir()) / "early-stopping-tuning.jsonl"
OPTIMIZERS = ("random", "tpe", "ga")
#: What is asked of which kind of folds; None is the search without a rule.
RULES = {
    "10-fold": (None, "wilcoxon", "race", "median"),
    "5 × 3-fold": (None, "wilcoxon", "race", "median"),
    "5-fold": (None, "race"),
}
START, END = "<!-- early stopping -->", "<!-- /early stopping -->"


@dataclass(frozen=True)
class Replay:
    """One search: the regret after all trials and the folds they took, and the regret once as many folds were
    trained as without a rule.
    """

    table: str
    kind: str
    optimizer: str
    seed: int
    rule: str | None
    regret: float
    folds: int
    whole: int
    regret_at_whole: float

    @property
    def pair(self) -> tuple[str, str, str, int]:
        """What it has in common with the search without a rule."""
        return self.table, self.kind, self.optimizer, self.seed


def replay(table: FoldTable, kind: str, name: str, seed: int, rule_name: str | None, trials: int) -> Replay:
    """Search the table as a study with one worker does, and go on until the folds saved are used."""
    count = SPLITS[kind][0] * SPLITS[kind][1]
    size = int(np.prod(table.shape))
    trials = min(trials, size // 2)
    optimizer = create(name, table.space, seed=seed, budget=trials)
    rule = None if rule_name is None else create_rule(rule_name, Horizon("folds", count))
    curves: list[Curve] = []
    best, trained, after_trials = np.inf, 0, (np.inf, 0)
    for number in range(size):
        if number == trials:
            after_trials = best, trained
        if trained >= trials * count:
            break
        suggestion = optimizer.ask(number)
        assert suggestion is not None
        losses = table.of_folds(suggestion.params, kind)
        done = stopped_at(rule, number, losses, curves)
        value, complete = float(losses[:done].mean()), done == count
        curves.append(_curve(number, losses[:done], complete=complete))
        fidelity = None if complete else float(done)
        optimizer.tell([Result(number, suggestion.params, value, fidelity=fidelity, pruned=not complete)])
        best, trained = min(best, value) if complete else best, trained + done
    found = regret(table, kind, after_trials[0]), after_trials[1], trials * count
    return Replay(table.name, kind, name, seed, rule_name, *found, regret(table, kind, best))


def stopped_at(rule: Rule | None, number: int, losses: np.ndarray, others: list[Curve]) -> int:
    """After how many folds the trial ends."""
    for done in range(1, len(losses)):
        if rule is not None and rule.decide(_curve(number, losses[:done]), others).stop:
            return done
    return len(losses)


def regret(table: FoldTable, kind: str, best: float) -> float:
    """How far a value is above the least there is: 0 is the best configuration, 1 the median one."""
    means = table.losses[kind].mean(axis=-1)
    return float((best - means.min()) / (np.median(means) - means.min()))


def _curve(number: int, losses: np.ndarray, *, complete: bool = False) -> Curve:
    return Curve(number, np.arange(1, len(losses) + 1), losses, complete=complete)


def replays(table: FoldTable, kind: str, trials: int, seeds: int) -> list[Replay]:
    """All searches of one table with one kind of folds."""
    return [
        replay(table, kind, name, seed, rule, trials)
        for name in OPTIMIZERS
        for seed in range(seeds)
        for rule in RULES[kind]
    ]


def every_replay(tables: list[FoldTable], trials: int, seeds: int, workers: int) -> Iterator[Replay]:
    with ProcessPoolExecutor(workers) as pool:
        jobs = [pool.submit(replays, table, kind, trials, seeds) for kind in RULES for table in tables]
        for job in as_completed(jobs):
            yield from job.result()


@dataclass(frozen=True)
class Row:
    """One line of the table: means over searches, and 95 % intervals of the differences to no rule."""

    kind: str
    rule: str
    searches: int
    saved: float
    saved_least: float
    difference: str
    difference_at_whole: str
    worse: float


def summarised(found: list[Replay]) -> list[Row]:
    plain = {each.pair: each for each in found if each.rule is None}
    rows = []
    for kind, rules in RULES.items():
        for rule in filter(None, rules):
            own = [each for each in found if each.kind == kind and each.rule == rule]
            tables = {each.table for each in own}
            saved = [
                float(np.mean([saving(each) for each in own if each.table == table])) for table in tables
            ]
            ended = np.array([each.regret - plain[each.pair].regret for each in own])
            at_whole = np.array([each.regret_at_whole - plain[each.pair].regret for each in own])
            rows.append(
                Row(kind, rule, len(own), float(np.mean(saved)), min(saved), with_interval(ended),
                    with_interval(at_whole), float(np.mean(ended > 1e-9)))
            )  # fmt: skip
    return rows


def saving(found: Replay) -> float:
    """The share of the folds that were not trained."""
    return 1 - found.folds / found.whole


def with_interval(differences: np.ndarray) -> str:
    low, high = interval(differences)
    return f"{differences.mean():+.4f} ({low:+.4f} to {high:+.4f})"


def interval(differences: np.ndarray) -> tuple[float, float]:
    """A bootstrapped 95 % interval of the mean."""
    rng = np.random.default_rng(0)
    means = rng.choice(differences, (4000, len(differences))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return float(low), float(high)


def table_of(rows: list[Row]) -> str:
    heads = ("folds", "rule", "saved", "least of the eight", "regret, after as many trials",
             "ended worse", "regret, after as many folds")  # fmt: skip
    cells = [
        (row.kind, f"`{row.rule}`", f"{row.saved:.0%}", f"{row.saved_least:.0%}", row.difference,
         f"{row.worse:.0%} of {row.searches}", row.difference_at_whole)
        for row in rows
    ]  # fmt: skip
    return "\n".join(f"| {' | '.join(line)} |" for line in (heads, ["---"] * len(heads), *cells))


def main() -> None:
    parser = argparse.ArgumentParser(description="What stopping rules save, and what they cost.")
    parser.add_argument("--half", choices=["tuning", "reported"], default="reported")
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--write", type=Path, help="put the table into this document, between its marks")
    given = parser.parse_args()
    found = []
    tables = [table for table in TABLES if table.half == given.half and table.file.exists()]
    with (RESULTS if given.half == "reported" else TUNING).open("w") as stored:
        for each in every_replay(tables, given.trials, given.seeds, given.workers):
            found.append(each)
            stored.write(json.dumps(asdict(each)) + "\n")
            stored.flush()
    table = table_of(summarised(found))
    print(table)
    if given.write:
        text = given.write.read_text()
        before, _, rest = text.partition(START)
        _, _, after = rest.partition(END)
        given.write.write_text(f"{before}{START}\n{table}\n{END}{after}")


if __name__ == "__main__":
    main()
