"""Runs optimizers on the problems and stores each search; what is stored already is skipped.

python -m benchmarks.optimizers.run [--methods auto,tpe,gp,forest,random] [--half tuning|reported|all]
    [--seeds 5] [--trials 100] [--batch 4] [--problems name,…] [--core] [--peers] [--label name]
    [--results folder] [--processes 1] [--confirm 4]

A method is one of ours, with options if wanted ("tpe:candidates=64"), or one of the peers (see contestants),
whose environments `python -m benchmarks.optimizers.peers.install` makes; --peers adds all those there are.
A stored run of ours counts until the source it depends on changes, a peer's until it is deleted.
--label stores under another name, to compare variants: keep those out of the repository by --results.
--confirm runs so many of the stored searches of older source again, spread over problems and seeds: when each
step is the same, the change did not touch how the method searches, and all get the present version.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import datetime
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from benchmarks.optimizers import report, stored
from benchmarks.optimizers.contestants import PEER_SCRIPTS, PEERS_HOME, Value, contestant, suits
from benchmarks.optimizers.digest import version_of
from benchmarks.optimizers.problems import CORE, EvaluationFailed, Problem, all_problems, half_of
from benchmarks.optimizers.scores import best_known
from benchmarks.optimizers.stored import Run
from optimizers import OptimizerError
from optimizers.pareto import hypervolume

OURS = "auto,tpe,gp,forest,random"


@dataclass(frozen=True)
class Task:
    """One search to be run; `label` is the name it is stored under."""

    problem: str
    method: str
    label: str
    seed: int
    batch: int
    trials: int


class Progress:
    """The best so far, trial by trial, in the problem's own terms."""

    def __init__(self, problem: Problem) -> None:
        self._problem = problem
        self._values: list[tuple[float, ...]] = []
        self._least = np.inf
        self.done = self.failed = 0
        self.steps: list[tuple[int, float]] = []

    def add(self, params: dict[str, object], value: Value) -> None:
        self.done += 1
        if value is None:
            self.failed += 1
        elif isinstance(value, tuple):
            self._values.append(value)
            self._step(-hypervolume(np.array(self._values), np.array(self._problem.reference)))
        elif value < self._least:
            self._least = value
            self._step(value if self._problem.truth is None else self._problem.truth(params))

    def _step(self, value: float) -> None:
        if not self.steps or value != self.steps[-1][1]:
            self.steps.append((self.done, float(f"{value:.9g}")))


def evaluated(problem: Problem, params: dict[str, object], draw: int) -> Value:
    try:
        return problem.evaluate(params, draw)
    except EvaluationFailed:
        return None


def search(task: Task) -> Run:
    """One whole search: ask, evaluate, tell, in batches."""
    problem = all_problems()[task.problem]
    searcher = contestant(task.method, problem, task.seed, task.trials, task.batch)
    progress, seconds = Progress(problem), []
    try:
        while progress.done < task.trials:
            asked, asking = searcher.ask(min(task.batch, task.trials - progress.done))
            if not asked:
                break
            draws = range(task.seed * 100_000 + progress.done, task.seed * 100_000 + task.trials)
            values = [evaluated(problem, params, draw) for params, draw in zip(asked, draws, strict=False)]
            for params, value in zip(asked, values, strict=True):
                progress.add(params, value)
            telling = searcher.tell(values)
            seconds += [(asking + telling) / len(asked)] * len(asked)
    finally:
        searcher.close()
    spent = 1000.0 * np.array(seconds)
    return Run(
        problem=problem.name,
        problem_version=problem.version,
        method=task.label,
        version=searcher.version,
        seed=task.seed,
        batch=task.batch,
        trials=task.trials,
        failed=progress.failed,
        steps=tuple(progress.steps),
        ask=(
            round(float(np.median(spent)), 2),
            round(float(np.percentile(spent, 95)), 2),
            round(float(spent.sum()) / 1000.0, 2),
        ),
        date=datetime.date.today().isoformat(),
    )


def is_stored(task: Task, known: Run | None) -> bool:
    """Whether a stored run answers this task."""
    if known is None or known.trials < task.trials:
        return False
    if known.problem_version != all_problems()[task.problem].version:
        return False
    return task.method in PEER_SCRIPTS or known.version == version_of(task.method)


def tasks(given: argparse.Namespace) -> Iterator[Task]:
    """Seed by seed, so that what is there after a while covers every problem."""
    names = (
        given.problems.split(",")
        if given.problems
        else list(CORE)
        if given.core
        else [name for name in all_problems() if given.half in ("all", half_of(name))]
    )
    methods = _methods(given.methods)
    if given.peers:
        methods += [peer for peer, (home, *_) in PEER_SCRIPTS.items() if (PEERS_HOME / home).exists()]
    for seed in range(given.seeds):
        for name in names:
            for method in (method for method in methods if suits(method, all_problems()[name])):
                yield Task(name, method, given.label or method, seed, given.batch, given.trials)


def _methods(text: str) -> list[str]:
    """Split at the commas that separate methods, not options: an option has an equals sign."""
    methods: list[str] = []
    for part in filter(None, text.split(",")):
        if methods and "=" in part and ":" not in part:
            methods[-1] += f",{part}"
        else:
            methods.append(part)
    return methods


def confirm(method: str, count: int, folder: Path) -> None:
    """Repeat some searches of each older source of a method; if nothing differs they get the new version."""
    version = version_of(method)
    old = [run for run in stored.load(folder).values() if run.method == method and run.version != version]
    old = [run for run in old if run.problem_version == all_problems()[run.problem].version]
    for source in sorted({run.version for run in old}):
        runs = [run for run in old if run.version == source]
        if all(map(_repeats, (runs[place] for place in _spread(len(runs), count)))):
            for run in runs:
                stored.store(replace(run, version=version), folder)
            print(f"{method}: {len(runs)} searches of {source} count as of {version}", flush=True)
    stored.tidy(method, folder)


def _spread(length: int, count: int) -> list[int]:
    return sorted({round(place) for place in np.linspace(0, length - 1, min(count, length))})


def _repeats(run: Run) -> bool:
    """Whether a search takes the same steps again."""
    same = (
        search(Task(run.problem, run.method, run.method, run.seed, run.batch, run.trials)).steps == run.steps
    )
    words = "the same" if same else "differs: run it again"
    print(f"{run.method} on {run.problem}, seed {run.seed}: {words}", flush=True)
    return same


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Run optimizers on the problems; resumes where it stopped.")
    parser.add_argument("--methods", default=OURS)
    parser.add_argument("--half", choices=["tuning", "reported", "all"], default="all")
    parser.add_argument("--problems", default="", help="names, with commas, instead of a half")
    parser.add_argument("--core", action="store_true", help="the core for slow peers instead of a half")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--batch", type=int, default=1, help="asked together, told together")
    parser.add_argument("--peers", action="store_true", help="all peers that are installed too")
    parser.add_argument("--label", default="", help="store under this name, for one method with options")
    parser.add_argument("--results", type=Path, default=stored.RESULTS)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--confirm", type=int, default=0, help="searches of each method to repeat")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    if given.confirm:
        for method in _methods(given.methods):
            confirm(method, given.confirm, given.results)
        return
    known = stored.load(given.results)
    wanted = list(tasks(given))
    unknown = {task.problem for task in wanted} - set(all_problems())
    if unknown:
        raise SystemExit(f"there is no problem {sorted(unknown)}; choose of {sorted(all_problems())}")
    left = [
        task
        for task in wanted
        if not is_stored(task, known.get((task.problem, task.label, task.seed, task.batch)))
    ]
    print(f"{len(wanted)} searches, {len(wanted) - len(left)} stored already", flush=True)
    os.nice(max(0, 19 - os.nice(0)))
    for count, found in enumerate(attempts(left, given.processes), 1):
        if isinstance(found, Run):
            stored.store(found, given.results)
        print(f"{count}/{len(left)} {shown(found)}", flush=True)
    for method in {task.label for task in wanted}:
        stored.tidy(method, given.results)
    stored.store_best(best_known(report.gathered(given.results).values(), stored.load_best()))
    halves = ["tuning", "reported"] if given.half == "all" else [given.half]
    for half in halves:
        print(f"\n{half} half, batches of {given.batch}")
        more = ["--more", str(given.results)] if given.results != stored.RESULTS else []
        report.main(["--half", half, "--batch", str(given.batch), "--trials", str(given.trials), *more])


def attempts(left: list[Task], processes: int) -> Iterator[Run | str]:
    """Each search as it ends, in this process or in several."""
    if processes == 1:
        yield from map(attempt, left)
        return
    with ProcessPoolExecutor(processes) as pool:
        for future in as_completed([pool.submit(attempt, task) for task in left]):
            yield future.result()


def attempt(task: Task) -> Run | str:
    """The run, or in words why there is none: one contestant's trouble does not stop the others."""
    try:
        return search(task)
    except (RuntimeError, FileNotFoundError, OptimizerError) as error:
        return f"{task.label} on {task.problem}, seed {task.seed}: {error}"


def shown(found: Run | str) -> str:
    if isinstance(found, str):
        return found
    last = found.steps[-1][1] if found.steps else float("nan")
    return f"{found.method:<24}{found.problem:<30}seed {found.seed}  {last:.6g}  {found.ask[2]:.1f} s asking"


if __name__ == "__main__":
    main()
