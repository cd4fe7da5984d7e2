"""What a training may use and how it ended, in words; shared by `process` (which watches) and `runner`
(which trains).
"""

from __future__ import annotations

import signal
from dataclasses import dataclass, field
from typing import Any, Literal

from trials.objectives.base import FoldScore

FailureKind = Literal["exception", "memory", "timeout", "crash", "non_finite", "objective"]
MESSAGE_CHARACTERS = 2_000
TRACEBACK_CHARACTERS = 16_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What one training may use; None is no limit.

    `memory_mb` counts what the training adds to the libraries that all trainings share. `cpu_seconds` is
    rounded up to whole seconds. `wall_seconds` is kept by whoever calls `Training.wait`.
    """

    memory_mb: int | None = None
    cpu_seconds: float | None = None
    wall_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a training gave no value: `message` is for a person, `exception` the class name or ""."""

    kind: FailureKind
    message: str
    exception: str = ""
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """An intermediate value: `value` at `step`."""

    step: float
    value: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a training ended.

    complete: it gave finite `values`. failed: its own fault, see `error`. killed: somebody ended it:
    `kill()` when `error` is None, else the machine or a person outside, so that the trial is lost rather
    than failed. `answer` is what an errand gave (a job with a "task"), None for a trial. `seconds` is
    wall-clock time from the fork on, `log` the last of what it printed (at most 64 KB). `resumed_from` is the
    fidelity at which it took up an earlier training, `checkpoint` what it left for a later one: path, size
    and checksum of a file.
    """

    state: Literal["complete", "failed", "killed"]
    values: tuple[float, ...] = ()
    metrics: dict[str, float] = field(default_factory=dict)
    folds: tuple[FoldScore, ...] = ()
    answer: dict[str, Any] | None = None
    error: Failure | None = None
    log: str = ""
    seconds: float = 0.0
    cpu_seconds: float = 0.0
    peak_memory_mb: float = 0.0
    resumed_from: float = 0.0
    checkpoint: dict[str, Any] | None = None


def clean(text: str, limit: int = MESSAGE_CHARACTERS) -> str:
    """`text` as every database takes it: no NUL, no lone surrogates, the last `limit` characters."""
    text = text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "\N{REPLACEMENT CHARACTER}")
    return text if len(text) <= limit else "…" + text[1 - limit :]


def out_of_memory(limit_mb: int | None, **details: str) -> Failure:
    """The failure of a training that wanted more memory than it may have, or than there is."""
    needed = "the machine had left" if limit_mb is None else f"{limit_mb} MB"
    return Failure("memory", f"Out of memory: it needed more than {needed}.", **details)


def out_of_time(seconds: float, kind: Literal["wall", "cpu"]) -> Failure:
    """The failure of a training that went on past its limit of wall-clock or processor time."""
    what = "" if kind == "wall" else " of processor time"
    return Failure("timeout", f"Out of time: it took longer than {seconds:g} s{what}.")


def crash(returncode: int) -> Failure:
    """The failure of a training that ended without a word; `returncode` as in subprocess, −n for signal n."""
    if returncode >= 0:
        return Failure(
            "crash", f"The training ended itself with exit code {returncode} before it gave a value."
        )
    try:
        name = signal.Signals(-returncode).name
    except ValueError:
        name = "unknown"
    what = signal.strsignal(-returncode) or "unknown signal"
    return Failure("crash", f"The training process crashed: {what.lower()} (signal {-returncode}, {name}).")


def to_json(failure: Failure) -> dict[str, Any]:
    """`failure` as JSON with texts that every database takes."""
    return {
        "kind": failure.kind,
        "message": clean(failure.message[:MESSAGE_CHARACTERS]),
        "exception": clean(failure.exception, 200),
        "traceback": clean(failure.traceback, TRACEBACK_CHARACTERS),
    }
