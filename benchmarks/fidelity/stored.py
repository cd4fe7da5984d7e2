"""Searches as JSON lines under results/, appended as they finish. For run and report."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.optimizers import run_lines

RESULTS = Path(__file__).parent / "results"
Key = tuple[str, str, int]


@dataclass(frozen=True)
class Run:
    """One search; steps are (cost in units, least loss of a full training so far) at each change."""

    problem: str
    method: str
    version: str
    seed: int
    budget: int
    evaluations: int
    full: int
    steps: tuple[tuple[int, float], ...]
    seconds: float
    date: str

    @property
    def key(self) -> Key:
        return self.problem, self.method, self.seed

    def best(self, cost: int) -> float | None:
        """The least loss after so many units; None before the first full training."""
        known = [value for spent, value in self.steps if spent <= cost]
        return known[-1] if known else None

    def cost_of(self, target: float) -> int | None:
        """After how many units a loss was reached."""
        return next((spent for spent, value in self.steps if value <= target), None)


def load(folder: Path = RESULTS) -> dict[Key, Run]:
    """All runs; of those with the same key the newest counts."""
    return run_lines.load(folder, _run)


def store(run: Run, folder: Path = RESULTS) -> None:
    run_lines.store(run, folder)


def tidy(method: str, folder: Path = RESULTS) -> None:
    run_lines.tidy(method, folder, _run)


def _run(told: dict[str, Any]) -> Run:
    return Run(**told | {"steps": tuple((spent, value) for spent, value in told["steps"])})
