"""One training, inside its own forked process: limits, the evaluation, and its result as JSON; called by
`forkserver`.
"""

from __future__ import annotations

import contextlib
import importlib
import itertools
import json
import math
import os
import resource
import socket
import sys
import traceback
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from trials.objectives.base import (
    Evaluation,
    NonFiniteScore,
    ObjectiveError,
    context_of,
    parse,
)
from trials.objectives.checkpoint import FileCheckpoint
from trials.objectives.datasets.uploaded import bring
from trials.objectives.outcome import Failure, out_of_memory, to_json
from trials.objectives.reporting import Reporter

OWN_FOLDER = str(Path(__file__).parent)
SHOWN_FRAMES = 20
OOM_SCORE = 500
FAREWELL_BYTES = 64 * 1024 * 1024
#: What a process may do other than a trial: functions that take the job and return plain JSON.
ERRANDS = {"final": "trials.objectives.final.make"}


def run(channel: socket.socket) -> None:
    """Read the job from `channel`, evaluate it, send JSON lines: started, folds, reports, then the end."""

    def send(message: dict[str, Any]) -> None:
        channel.sendall(json.dumps(message, allow_nan=False).encode() + b"\n")

    request = receive(channel)
    send({"started": os.getpid(), "memory_mb": memory_mb(os.getpid())})
    # By lines, so that what was printed before a crash is not lost.
    sys.stdout = os.fdopen(1, "w", buffering=1, errors="backslashreplace", closefd=False)
    limits = request["limits"]
    set_limits(limits["memory_mb"], limits["cpu_seconds"])
    job = request["job"]
    try:
        bring(job)
        reporter = Reporter(channel, send, heeded=request.get("heeded", False))
        ending = errand(job) if "task" in job else evaluate(job, reporter)
    except BaseException as error:
        lift_memory_limit()
        ending = {"failed": to_json(failure_of(error, limits["memory_mb"]))}
    with contextlib.suppress(Exception):
        sys.stdout.flush()
    send(ending)


def receive(channel: socket.socket) -> dict[str, Any]:
    """The one line of JSON that the other side sends first."""
    received = bytearray()
    while not received.endswith(b"\n"):
        chunk = channel.recv(65536)
        if not chunk:
            os._exit(1)
        received += chunk
    request: dict[str, Any] = json.loads(received)
    return request


def evaluate(job: dict[str, Any], reporter: Reporter) -> dict[str, Any]:
    """Evaluate the job's params and return the last message; folds and reports go out as they come."""

    def log(line: str) -> None:
        print(line, flush=True)

    objective = parse(job["objective"])
    checkpoint = FileCheckpoint(job.get("checkpoint", {}), log)
    context = context_of(
        job, checkpoint=checkpoint, report=reporter.report, log=log, fold_done=reporter.fold_done
    )
    found = objective.evaluate(job["params"], context)
    reporter.finish()
    metrics = job.get("metrics", objective.metrics)
    return ended(chosen(found, objective.metrics, metrics), job, checkpoint.saved)


def chosen(found: Evaluation, own: Sequence[str], asked: Sequence[str]) -> Evaluation:
    """The evaluation with the values that the study optimizes; all but the first are metrics as well."""
    measured = dict(zip(own, found.values, strict=True)) | found.metrics
    values = tuple(measured.get(name, math.nan) for name in asked)
    beside = {name: value for name, value in measured.items() if name in found.metrics or name != asked[0]}
    return replace(found, values=values, metrics=beside)


def errand(job: dict[str, Any]) -> dict[str, Any]:
    """Do what the job's `task` names among ERRANDS; the message carries the answer."""
    module, _, name = ERRANDS[job["task"]].rpartition(".")
    return {"complete": {"answer": getattr(importlib.import_module(module), name)(job)}}


def ended(evaluation: Evaluation, job: Mapping[str, Any], saved: dict[str, Any] | None) -> dict[str, Any]:
    """The message of an evaluation that came to its end, and of the checkpoint it left; NonFiniteScore when
    it holds no real value.
    """
    values = [float(value) for value in evaluation.values]
    if not all(math.isfinite(value) for value in values):
        raise NonFiniteScore(f"The value is {', '.join(map(str, values))}, which is not a finite number.")
    metrics = {name: float(value) for name, value in evaluation.metrics.items() if math.isfinite(value)}
    for name in job.get("limited", ()):
        if name not in metrics and name not in job["metrics"]:
            raise NonFiniteScore(f"{name} could not be measured, and the study limits it.")
    further = {"resumed_from": float(evaluation.resumed_from), "checkpoint": saved}
    return {"complete": {"values": values, "metrics": metrics, **further}}


def set_limits(memory: int | None, cpu_seconds: float | None) -> None:
    """Bound this process; memory counts from what is in use now."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if cpu_seconds is not None:
        whole = max(1, math.ceil(cpu_seconds))
        resource.setrlimit(resource.RLIMIT_CPU, (whole, whole + 1))
    if sys.platform != "linux":
        return
    # If the machine itself runs out, the kernel should take a training, not a worker or a database.
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as score:
        score.write(str(OOM_SCORE))
    if memory is not None:
        allowed = data_bytes() + memory * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, allowed + FAREWELL_BYTES))


def lift_memory_limit() -> None:
    """Leave enough memory to say what happened."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    resource.setrlimit(resource.RLIMIT_DATA, (hard, hard))


def data_bytes() -> int:
    """The private writable memory of this process, as RLIMIT_DATA counts it."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) * 1024 for line in status if line.startswith("VmData"))


def memory_mb(pid: int) -> tuple[float, float]:
    """What a process has in memory in MB, all of it and what is not mapped from files; zeros when unknown."""
    kilobytes = {"VmRSS": 0, "RssAnon": 0, "RssShmem": 0}
    with contextlib.suppress(OSError), open(f"/proc/{pid}/status") as status:
        for line in status:
            name = line.partition(":")[0]
            if name in kilobytes:
                kilobytes[name] = int(line.split()[1])
    return kilobytes["VmRSS"] / 1024, (kilobytes["RssAnon"] + kilobytes["RssShmem"]) / 1024


def failure_of(error: BaseException, limit_mb: int | None) -> Failure:
    """What `error` means, in words."""
    details = {"exception": type(error).__name__, "traceback": relevant_traceback(error)}
    if isinstance(error, MemoryError):
        return out_of_memory(limit_mb, **details)
    if isinstance(error, NonFiniteScore):
        return Failure("non_finite", str(error))
    if isinstance(error, ObjectiveError):
        return Failure("objective", _about(error))
    if isinstance(error, SystemExit):
        return Failure(
            "exception",
            f"The training asked to exit (with {error.code!r}) before it gave a value.",
            **details,
        )
    return Failure(
        "exception", str(error).strip() or f"{type(error).__name__}, without a message.", **details
    )


def _about(error: ObjectiveError) -> str:
    """What is wrong with an objective; a whole sentence needs no field before it."""
    sentence = error.message[:1].isupper() and error.message.endswith(".")
    return error.message if sentence or not error.field else f"{error.field}: {error.message}"


def relevant_traceback(error: BaseException) -> str:
    """The traceback from the first frame outside this package on (else its last one), with paths as
    imported.
    """
    frames = list(traceback.extract_tb(error.__traceback__))
    outside = list(itertools.dropwhile(lambda frame: frame.filename.startswith(OWN_FOLDER), frames))
    shown = (outside or frames[-1:])[-SHOWN_FRAMES:]
    text = "".join(traceback.format_list(shown) + traceback.format_exception_only(error))
    for folder in sorted(filter(None, sys.path), key=len, reverse=True):
        text = text.replace(f'"{folder}/', '"')
    return text
