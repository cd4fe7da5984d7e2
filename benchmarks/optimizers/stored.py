"""Runs as JSON lines under results/, appended as they finish. For the runner and the report."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
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
        for line in file.read_text().splitlines():
            told = json.loads(line)
            told["steps"] = tuple((trial, value) for trial, value in told["steps"])
            run = Run(**told | {"ask": tuple(told["ask"])})
            runs[run.key] = run
    return runs


def store(run: Run, folder: Path = RESULTS) -> None:
    """Append one line; one write, so that several processes may share a file."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{run.method}.jsonl").open("a") as file:
        file.write(json.dumps(asdict(run), separators=(",", ":")) + "\n")


def tidy(method: str, folder: Path = RESULTS) -> None:
    """Rewrite a method's file without lines that newer ones replace, sorted."""
    runs: Iterable[Run] = (run for run in load(folder).values() if run.method == method)
    lines = [json.dumps(asdict(run), separators=(",", ":")) for run in sorted(runs, key=lambda run: run.key)]
    (folder / f"{method}.jsonl").write_text("".join(f"{line}\n" for line in lines))
