"""Searches as JSON lines under results/, appended as they finish. For run and report."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path

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
    runs: dict[Key, Run] = {}
    for path in sorted(folder.glob("*.jsonl")):
        with path.open() as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            runs |= {run.key: run for run in map(_run, file.read().splitlines())}
    return runs


def store(run: Run, folder: Path = RESULTS) -> None:
    """Append one line; several processes may share a file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{run.method}.jsonl").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(_line(run))


def tidy(method: str, folder: Path = RESULTS) -> None:
    """Rewrite a method's file, sorted, without lines that newer ones replace."""
    path = folder / f"{method}.jsonl"
    if not path.exists():
        return
    with path.open("r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        runs = {run.key: run for run in map(_run, file.read().splitlines())}
        file.seek(0)
        file.truncate()
        file.write("".join(_line(runs[key]) for key in sorted(runs)))


def _line(run: Run) -> str:
    return json.dumps(asdict(run), separators=(",", ":")) + "\n"


def _run(line: str) -> Run:
    told = json.loads(line)
    return Run(**told | {"steps": tuple((spent, value) for spent, value in told["steps"])})
