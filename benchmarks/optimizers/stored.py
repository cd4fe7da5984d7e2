"""Runs as JSON lines under results/, appended as they finish. For the runner and the report."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.optimizers import run_lines

RESULTS = Path(__file__).parent / "results"
BEST_KNOWN = RESULTS / "best_known.json"
"""The least value of each problem over everything that ever ran, variants that were not kept included."""
Key = tuple[str, str, int, int]


@dataclass(frozen=True)
class Run:
    """One search.

    version: of what searched (a library's name and version; a digest of its source for ours).
    steps: (trials done, best so far) at each change, trials from 1; the best of several objectives is
    minus the hypervolume.
    ask: processor milliseconds of one ask and tell: median, 95th percentile, and all in seconds.
    """

    problem: str
    problem_version: int
    method: str
    version: str
    seed: int
    batch: int
    trials: int
    failed: int
    steps: tuple[tuple[int, float], ...]
    ask: tuple[float, float, float]
    date: str

    @property
    def key(self) -> Key:
        return self.problem, self.method, self.seed, self.batch

    def best(self, count: int) -> float | None:
        """The best after `count` trials; None when nothing had succeeded by then."""
        known = [value for trial, value in self.steps if trial <= count]
        return known[-1] if known else None


def load(folder: Path = RESULTS) -> dict[Key, Run]:
    """All runs; of those with the same key the newest counts."""
    return run_lines.load(folder, _run)


def store(run: Run, folder: Path = RESULTS) -> None:
    run_lines.store(run, folder)


def tidy(method: str, folder: Path = RESULTS) -> None:
    run_lines.tidy(method, folder, _run)


def load_best() -> dict[str, float]:
    return dict(json.loads(BEST_KNOWN.read_text())) if BEST_KNOWN.exists() else {}


def store_best(known: dict[str, float]) -> None:
    if known != load_best():
        BEST_KNOWN.write_text(json.dumps(known, indent=1) + "\n")


def _run(told: dict[str, Any]) -> Run:
    steps = tuple((trial, value) for trial, value in told["steps"])
    return Run(**told | {"steps": steps, "ask": tuple(told["ask"])})
