"""Runs as JSON lines under results/, appended as they finish. For the runner and the report."""

from __future__ import annotations

import fcntl
import json
from dataclasses import asdict, dataclass
from pathlib import Path

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
    runs: dict[Key, Run] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for run in map(_run, file.read_text().splitlines()):
            runs[run.key] = run
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


def load_best() -> dict[str, float]:
    return dict(json.loads(BEST_KNOWN.read_text())) if BEST_KNOWN.exists() else {}


def store_best(known: dict[str, float]) -> None:
    if known != load_best():
        BEST_KNOWN.write_text(json.dumps(known, indent=1) + "\n")


def _line(run: Run) -> str:
    return json.dumps(asdict(run), separators=(",", ":")) + "\n"


def _run(line: str) -> Run:
    told = json.loads(line)
    steps = tuple((trial, value) for trial, value in told["steps"])
    return Run(**told | {"steps": steps, "ask": tuple(told["ask"])})
