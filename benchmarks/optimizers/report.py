"""Prints what the stored runs say; `scores` tells how they are scored.

python -m benchmarks.optimizers.report [--half tuning|reported|all] [--batch 4] [--methods auto,tpe]
    [--core] [--family noisy] [--each] [--trials 100] [--against optuna-tpe] [--more folder]
    [--picture file.svg] [--publish]

--more adds the runs of another folder (variants kept out of the repository). --each lists the problems.
Methods that ran on too few of the problems are named below the table. * = not of the present source.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.optimizers import stored
from benchmarks.optimizers.contestants import PEER_SCRIPTS
from benchmarks.optimizers.digest import version_of
from benchmarks.optimizers.picture import draw
from benchmarks.optimizers.problems import CORE, FAMILIES, MAIN_FAMILIES, all_problems, half_of
from benchmarks.optimizers.publish import publish
from benchmarks.optimizers.scores import (
    Pairs,
    Scale,
    best_known,
    difference,
    interval,
    mean,
    paired,
    ranks,
    scores_of,
    trials_to_target,
    win,
)
from benchmarks.optimizers.stored import Key, Run
from optimizers import available

COUNTS = (25, 50, 100)
#: As many as the slow peers have, for every method.
CORE_SEEDS = 3


@dataclass(frozen=True)
class Chosen:
    """The runs of one comparison: by method, on the same problems, and how to score them."""

    runs: dict[str, list[Run]]
    scale: Scale
    problems: tuple[str, ...]
    trials: int
    families: tuple[str, ...] = MAIN_FAMILIES
    """What the overall mean is over."""

    def pairs(self, method: str, count: int, families: Sequence[str] = ()) -> Pairs:
        counted = families or self.families
        wanted = [run for run in self.runs[method] if all_problems()[run.problem].family in counted]
        return scores_of(wanted, self.scale, count)


def chosen(runs: dict[Key, Run], scale: Scale, given: argparse.Namespace) -> Chosen:
    families = (given.family,) if given.family else MAIN_FAMILIES
    problems = tuple(
        name
        for name in (CORE if given.core else all_problems())
        if (given.core or given.half in ("all", half_of(name)))
        and given.family in (None, all_problems()[name].family)
    )
    of_methods: dict[str, list[Run]] = {}
    for run in runs.values():
        enough = run.trials >= given.trials and not (given.core and run.seed >= CORE_SEEDS)
        if enough and run.problem in problems and run.batch == given.batch:
            of_methods.setdefault(run.method, []).append(run)
    if given.methods:
        of_methods = {name: found for name, found in of_methods.items() if name in given.methods.split(",")}
    return Chosen(of_methods, scale, problems, given.trials, families)


def whole(data: Chosen) -> list[str]:
    """The methods that ran on every problem of the families that count, best first."""
    wanted = {name for name in data.problems if all_problems()[name].family in data.families}
    complete = [name for name, runs in data.runs.items() if wanted <= {run.problem for run in runs}]
    return sorted(complete, key=lambda name: mean(data.pairs(name, data.trials)))


def marked(method: str, runs: Sequence[Run]) -> str:
    """The name, with a star when a run is of another source than the present one."""
    name = method.partition(":")[0]
    old = name in available() and any(run.version != version_of(method) for run in runs)
    return f"{method}*" if old else method


def lines(data: Chosen, against: str) -> list[str]:
    """The table, one row for each method."""
    methods = whole(data)
    counts = [count for count in COUNTS if count <= data.trials]
    families = [
        family for family in FAMILIES if any(all_problems()[name].family == family for name in data.problems)
    ]
    head = ["method", "seeds", *(f"at {count}" for count in counts), f"95 % at {data.trials}", "rank"]
    head += [f"wins {against}", f"minus {against} [95 %]", "ask ms", *families]
    rows = [head]
    of_methods = {method: data.pairs(method, data.trials) for method in methods}
    ranked = ranks(of_methods) if methods else {}
    for method in methods:
        pairs, runs = of_methods[method], data.runs[method]
        low, high = interval(pairs)
        rows.append(
            [marked(method, runs), str(len({run.seed for run in runs}))]
            + [f"{mean(data.pairs(method, count)):.2f}" for count in counts]
            + [f"{low:.2f}–{high:.2f}", f"{ranked[method]:.1f}", *_against(pairs, of_methods.get(against))]
            + [f"{np.median([run.ask[0] for run in runs]):.1f}"]
            + [_cell(data.pairs(method, data.trials, [family])) for family in families]
        )
    return _aligned(rows)


def _against(pairs: Pairs, other: Pairs | None) -> list[str]:
    if other is None:
        return ["", ""]
    differences = paired(pairs, other, difference)
    low, high = interval(differences)
    wins = mean(paired(pairs, other, win))
    return [f"{wins:.0%}", f"{mean(differences):+.2f} [{low:+.2f}, {high:+.2f}]"]


def _cell(pairs: Pairs) -> str:
    return f"{mean(pairs):.2f}" if pairs else "–"


def each(data: Chosen) -> list[str]:
    """One row for each problem, mean scores of every method; – where random search is no measure."""
    methods = whole(data)
    rows = [["problem", "best known", *methods]]
    for name in data.problems:
        family = all_problems()[name].family
        cells = [data.pairs(method, data.trials, [family]).get(name) for method in methods]
        shown = [f"{np.mean(list(cell.values())):.2f}" if cell else "–" for cell in cells]
        rows.append([name, f"{data.scale.known.get(name, np.nan):.6g}", *shown])
    return _aligned(rows)


def efficiency(data: Chosen) -> list[str]:
    """How many trials each method needs for what random search reaches with all of them."""
    rows = [
        ["method", f"trials to what random search reaches in {data.trials}", "half of searches", "reached"]
    ]
    for method in whole(data):
        counted = [run for run in data.runs[method] if all_problems()[run.problem].family in data.families]
        needed = [trials_to_target(run, data.scale.chance[run.problem, data.trials]) for run in counted]
        low, middle, high = np.percentile(needed, [25, 50, 75], method="nearest")
        rows.append(
            [
                method,
                _trials(middle),
                f"{_trials(low)}–{_trials(high)}",
                f"{np.mean(np.isfinite(needed)):.0%}",
            ]
        )
    return _aligned(rows)


def _trials(count: float) -> str:
    return f"{count:.0f}" if np.isfinite(count) else "more"


def _aligned(rows: list[list[str]]) -> list[str]:
    """As a Markdown table."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    rows.insert(1, ["-" * width for width in widths])
    return [
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |"
        for row in rows
    ]


def partial(data: Chosen) -> list[str]:
    left = [name for name in data.runs if name not in whole(data)]
    return [
        f"{name}: only {len({run.problem for run in data.runs[name]})} of {len(data.problems)} problems"
        for name in sorted(left)
    ]


def arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="What the stored runs of optimizers say.")
    parser.add_argument("--half", choices=["tuning", "reported", "all"], default="reported")
    parser.add_argument("--core", action="store_true", help="only the core problems of the slow peers")
    parser.add_argument("--family", choices=FAMILIES, help="only problems of this one")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--methods", default="")
    parser.add_argument("--against", default="optuna-tpe")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--more", type=Path)
    parser.add_argument("--picture", type=Path)
    parser.add_argument("--publish", action="store_true", help="put tables and picture into the documents")
    return parser.parse_args(words)


def gathered(more: Path | None) -> dict[Key, Run]:
    """All runs of the problems as they are now."""
    runs = stored.load() | (stored.load(more) if more else {})
    return {
        key: run
        for key, run in runs.items()
        if run.problem in all_problems() and run.problem_version == all_problems()[run.problem].version
    }


def main(words: Sequence[str] | None = None) -> None:
    given = arguments(words)
    runs = gathered(given.more)
    known = best_known(runs.values(), stored.load_best())
    scale = Scale.of(runs, known, range(1, given.trials + 1))
    data = chosen(runs, scale, given)
    print("\n".join(lines(data, given.against)))
    if given.each:
        print("\n" + "\n".join(each(data)) + "\n\n" + "\n".join(efficiency(data)))
    print("\n".join(partial(data)))
    peers = sorted({run.version for name in data.runs if name in PEER_SCRIPTS for run in data.runs[name]})
    if peers:
        print("Peers:", ", ".join(peers))
    if given.picture:
        given.picture.write_text(picture(data))
    if given.publish:
        published(runs, scale)


def picture(data: Chosen) -> str:
    """Mean scores over the trials, by family."""
    curves: dict[str, dict[str, list[float]]] = {
        family: {
            method: [mean(data.pairs(method, count, [family])) for count in range(1, data.trials + 1)]
            for method in whole(data)
        }
        for family in MAIN_FAMILIES
    }
    return draw(curves)


def published(runs: dict[Key, Run], scale: Scale) -> None:
    """The tables of the reported half, of the core and of batches, and the picture, into the documents."""
    asked = {"reported half": [], "core": ["--core"], "batches": ["--batch", "4"]}
    asked |= {"batches on the core": ["--core", "--batch", "4"]}
    of_names = {name: chosen(runs, scale, arguments(words)) for name, words in asked.items()}
    two = chosen(runs, scale, arguments(["--half", "all", "--family", "two objectives"]))
    of_names["two objectives"] = two
    tables = {name: lines(data, "optuna-tpe") for name, data in of_names.items()}
    tables["trials to target"] = efficiency(of_names["reported half"])
    tables["each problem"] = each(of_names["reported half"])
    publish(tables, picture(of_names["reported half"]))


if __name__ == "__main__":
    main()
