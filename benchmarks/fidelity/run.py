"""Runs searches on the learning-curve problems and stores each; what is stored already is skipped.

python -m benchmarks.fidelity.run [--methods auto,auto-full,asha] [--peers] [--half tuning|reported|all]
    [--seeds 5] [--full 40] [--problems name,…] [--results folder]

A method is one of ours, with options if wanted ("asha:eta=4"), or a peer of `searches.PEERS`. A stored run of
ours counts until its source changes, a peer's until it is deleted. --full: the budget in full trainings.
"""

from __future__ import annotations

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import argparse
import datetime
import warnings
from pathlib import Path

from benchmarks.fidelity import report, stored
from benchmarks.fidelity.problems import FULL, PROBLEMS, half_of
from benchmarks.fidelity.searches import PEERS, Ledger, search_of
from benchmarks.fidelity.stored import Run
from benchmarks.optimizers.digest import version_of

OURS = "auto,auto-full,hyperband,asha,bohb,dehb,gp,forest"


def searched(problem: str, method: str, seed: int, full: int) -> Run:
    ledger = Ledger(PROBLEMS[problem], full * FULL)
    version = search_of(method)(ledger, seed)
    return Run(
        problem=problem,
        method=method,
        version=version,
        seed=seed,
        budget=ledger.budget,
        evaluations=ledger.evaluations,
        full=ledger.full,
        steps=tuple(ledger.steps),
        seconds=round(ledger.seconds, 2),
        date=datetime.date.today().isoformat(),
    )


def is_stored(known: Run | None, method: str, full: int) -> bool:
    if known is None or known.budget < full * FULL:
        return False
    return method in PEERS or known.version == version_of(method.partition(":")[0].removesuffix("-full"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Run searches on learning curves; resumes where it stopped.")
    parser.add_argument("--methods", default=OURS)
    parser.add_argument("--peers", action="store_true", help="all peers too")
    parser.add_argument("--half", choices=["tuning", "reported", "all"], default="all")
    parser.add_argument("--problems", default="", help="names, with commas, instead of a half")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--full", type=int, default=40, help="budget in full trainings")
    parser.add_argument("--results", type=Path, default=stored.RESULTS)
    given = parser.parse_args()
    warnings.simplefilter("ignore")
    names = given.problems.split(",") if given.problems else list(PROBLEMS)
    names = [name for name in names if given.problems or given.half in ("all", half_of(name))]
    names = [name for name in names if PROBLEMS[name].file.exists()]
    methods = [each for each in given.methods.split(",") if each] + (list(PEERS) if given.peers else [])
    known = stored.load(given.results)
    for seed in range(given.seeds):
        for name in names:
            for method in methods:
                if is_stored(known.get((name, method, seed)), method, given.full):
                    continue
                run = searched(name, method, seed, given.full)
                stored.store(run, given.results)
                best = run.steps[-1][1] if run.steps else float("nan")
                print(f"{method:<24}{name:<34}seed {seed}  {best:.5g}  {run.seconds:.1f} s", flush=True)
    for method in methods:
        stored.tidy(method, given.results)
    for half in ["tuning", "reported"] if given.half == "all" else [given.half]:
        print(f"\n{report.text(half, given.results)}")


if __name__ == "__main__":
    main()
