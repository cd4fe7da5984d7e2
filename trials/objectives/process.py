"""Trains in a process of its own, forked from the fork server; called by the engine from any thread.

    job = {"objective": {...}, "params": {...}, "study_seed": 0, "number": 7, "fidelity": None}
    training = start(job, Limits(memory_mb=2048, wall_seconds=600))
    while (outcome := training.wait(timeout=3.0)) is None:
        ...                                # renew the lease, look at training.progress(), perhaps
        training.kill()

Each training is watched by one thread, the one that waits for it. What it prints and reports is read
while somebody waits; in between it stays in the pipe. Nothing survives the calling process, even when
that is killed.
"""

from __future__ import annotations

import contextlib
import json
import re
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Literal

from trials.objectives import launcher
from trials.objectives.base import FoldScore, Ground, kinds
from trials.objectives.forkserver import KILL, kill_group
from trials.objectives.inbox import LOG_BYTES, Inbox
from trials.objectives.launcher import Launcher, ServerGone
from trials.objectives.outcome import (
    Failure,
    Limits,
    Outcome,
    Report,
    clean,
    crash,
    out_of_memory,
    out_of_time,
)
from trials.objectives.runner import memory_mb

__all__ = ["Failure", "Limits", "Outcome", "Report", "StartError", "Training", "close", "start", "warm_up"]

#: Asked about a fold or a report: whether the training shall go on.
Heed = Callable[[FoldScore | Report], bool]
START_SECONDS = 120.0
WATCH_SECONDS = 0.2
SERVER_KILL_SECONDS = 0.5
KILL_SECONDS = 10.0
NEARLY_ALL = 0.9
FROM_OUTSIDE = {-signal.SIGKILL, -signal.SIGTERM, -signal.SIGINT, -signal.SIGHUP}
SERVER_LOST = Failure(
    "crash", "The process that starts trainings was ended from outside, and the training with it."
)

close = launcher.close


class StartError(RuntimeError):
    """No training could be started here: the machine's fault, never the trial's."""


def warm_up() -> None:
    """Start the fork server without waiting for it, so that the first training need not wait for its
    imports.
    """
    launcher.current("scikit-learn")


def start(job: Mapping[str, Any], limits: Limits | None = None, heed: Heed | None = None) -> Training:
    """Start a training and return once its process exists.

    Args:
        job: plain JSON: objective, params, study_seed, number (None for a baseline), fidelity (None for
        all of it); or an errand: task (one of `runner.ERRANDS`) and what that needs. limits: what it may
        use; None is no limit. heed: asked after each fold and report, in the thread that waits, whether to go
        on; until it has answered the training does nothing, and False ends it.

    Raises:
        StartError: when the system gives no process. A fork server that was killed is replaced, once.
    """
    ground = _ground(job)
    reason: Exception | None = None
    fresh_tries = 0
    while fresh_tries < 2:
        server = launcher.current(ground)
        ahead = False
        try:
            inbox, ahead = server.berth()
            training = Training(server, inbox, job, limits or Limits(), heed)
            with contextlib.suppress(ServerGone):
                server.fork_ahead()
            return training
        except (ServerGone, StartError) as error:
            if ahead:  # somebody killed the process that waited; the server may be well
                continue
            if isinstance(error, StartError):
                raise
            reason, fresh_tries = error, fresh_tries + 1
            launcher.discard(server)
    raise StartError(
        f"the process that starts trainings ended twice in a row ({reason}); see the worker's own log"
    )


def _ground(job: Mapping[str, Any]) -> Ground:
    """What the job's process needs imported; whatever is unknown gets all of it, and says itself what is
    wrong.
    """
    kind = None if "task" in job else kinds().get(job["objective"]["kind"])
    return kind.ground if kind else "scikit-learn"


class Training:
    """A running training. `wait` belongs to one thread; everything else may be called from any."""

    def __init__(
        self,
        server: Launcher,
        inbox: Inbox,
        job: Mapping[str, Any],
        limits: Limits,
        heed: Heed | None = None,
    ) -> None:
        self.limits = limits
        self._heed, self._heeded = heed, 0
        self._server = server
        self._lock = threading.Lock()
        self._outcome: Outcome | None = None
        self._exceeded: Failure | None = None
        self._kill_wanted = False
        self._kill_sent: float | None = None
        self._peak_mb = 0.0
        self._oom_kills = _oom_kills()
        self._inbox = inbox
        self._started = self._watched = time.monotonic()
        hello = self._hand_over({"job": dict(job), "limits": asdict(limits), "heeded": heed is not None})
        self.pid: int = hello["started"]
        self._base_mb: float
        self._base_private_mb: float
        self._base_mb, self._base_private_mb = hello["memory_mb"]

    def _hand_over(self, request: dict[str, Any]) -> dict[str, Any]:
        """Send the request; returns the first message of the process, which proves that it exists."""
        try:
            self._inbox.channel.settimeout(START_SECONDS)
            self._inbox.channel.sendall(json.dumps(request).encode() + b"\n")
            hello = self._inbox.first_message(START_SECONDS)
        except OSError as error:
            raise ServerGone(str(error)) from error
        if hello is None:
            self._inbox.read_exit()
            reason = (self._inbox.exit or {}).get("error")
            raise StartError(reason) if reason else ServerGone("it ended before the training began")
        return hello

    @property
    def memory_mb(self) -> float:
        """What the training holds in memory now, beyond the shared libraries, in MB; 0 once it is over."""
        if self._outcome is not None:
            return 0.0
        return max(0.0, memory_mb(self.pid)[1] - self._base_private_mb)

    def progress(self) -> list[FoldScore | Report]:
        """The folds and reports that came in so far (10,000 at most), in order."""
        return list(self._inbox.progress)

    def wait(self, timeout: float) -> Outcome | None:
        """Watch over the training for at most `timeout` seconds: its outcome, or None while it goes on."""
        deadline = time.monotonic() + timeout
        if not self._lock.acquire(timeout=max(0.0, timeout)):
            return None
        try:
            while self._outcome is None:
                now = time.monotonic()
                self._enforce(now)
                self._let_heed()
                self._inbox.read(min(deadline, self._next_check(now)) - now)
                if self._inbox.exit is not None:
                    self._outcome = self._finish()
                elif now >= deadline:
                    return None
            return self._outcome
        finally:
            self._lock.release()

    def _let_heed(self) -> None:
        """Ask about the news, and answer the training that waits for it."""
        if self._heed is None or not self._inbox.unanswered or self._kill_sent is not None:
            return
        for item in self._inbox.progress[self._heeded :]:
            self._heeded += 1
            if not self._heed(item):
                self._kill_wanted = True
                self._end()
                return
        self._inbox.answer()

    def kill(self) -> Outcome | None:
        """End the training and all processes it started; returns its outcome (complete if it was just
        done).
        """
        if self._outcome is None:
            self._kill_wanted = True
            self._end()
        return self.wait(KILL_SECONDS)

    def _end(self) -> None:
        self._kill_sent = time.monotonic()
        with contextlib.suppress(ServerGone):
            self._server.request(KILL, self.pid)

    def _enforce(self, now: float) -> None:
        """End the training if it is over a limit, and end it from here if the server did not."""
        wall, memory = self.limits.wall_seconds, self.limits.memory_mb
        if self._kill_sent is not None:
            if now - self._kill_sent > SERVER_KILL_SECONDS:
                kill_group(self.pid)
        elif wall is not None and now - self._started >= wall:
            self._exceeded = out_of_time(wall, "wall")
            self._end()
        elif memory is not None and now - self._watched >= WATCH_SECONDS:
            self._watched = now
            self._peak_mb = max(self._peak_mb, self.memory_mb)
            if self._peak_mb > memory:
                self._exceeded = out_of_memory(memory)
                self._end()

    def _next_check(self, now: float) -> float:
        wall = self.limits.wall_seconds
        if wall is None or self._kill_sent is not None:
            return now + WATCH_SECONDS
        return min(now + WATCH_SECONDS, self._started + wall)

    def _finish(self) -> Outcome:
        seconds = time.monotonic() - self._started
        exit_report = self._inbox.exit or {}
        if not exit_report:
            # The server is gone: nobody else would end what the training itself has started.
            kill_group(self.pid)
        self._inbox.finish(patience=0.0 if exit_report else SERVER_KILL_SECONDS)
        state, failure = self._ending(exit_report)
        result = self._inbox.result.get("complete", {})
        return Outcome(
            state=state,
            values=tuple(result.get("values", ())),
            metrics=result.get("metrics", {}),
            folds=tuple(item for item in self._inbox.progress if isinstance(item, FoldScore)),
            answer=result.get("answer"),
            resumed_from=result.get("resumed_from", 0.0),
            checkpoint=result.get("checkpoint"),
            error=failure,
            log=self._log(),
            seconds=seconds,
            cpu_seconds=exit_report.get("cpu_seconds", 0.0),
            peak_memory_mb=self._peak(exit_report),
        )

    def _log(self) -> str:
        """What was printed last; of a crash's report, without the list of all modules that were imported."""
        text = self._inbox.printed.decode("utf-8", "replace")
        return clean(re.sub(r"\n*Extension modules: .*\n", "\n", text), LOG_BYTES)

    def _peak(self, exit_report: dict[str, Any]) -> float:
        return max(0.0, self._peak_mb, float(exit_report.get("peak_mb", 0.0)) - self._base_mb)

    def _ending(
        self, exit_report: dict[str, Any]
    ) -> tuple[Literal["complete", "failed", "killed"], Failure | None]:
        """The state and the failure of a training whose process is gone."""
        if "complete" in self._inbox.result:
            return "complete", None
        if "failed" in self._inbox.result:
            return "failed", Failure(**self._inbox.result["failed"])
        if self._kill_wanted:
            return "killed", None
        if self._exceeded:
            return "failed", self._exceeded
        if not exit_report:
            return "killed", SERVER_LOST
        failure = self._limit_reached(exit_report)
        if failure:
            return "failed", failure
        returncode = exit_report["returncode"]
        return "killed" if returncode in FROM_OUTSIDE else "failed", crash(returncode)

    def _limit_reached(self, exit_report: dict[str, Any]) -> Failure | None:
        """The limit that the system itself enforced by ending the process, if it was one."""
        returncode, memory, cpu = exit_report["returncode"], self.limits.memory_mb, self.limits.cpu_seconds
        if returncode == -signal.SIGXCPU or (
            returncode == -signal.SIGKILL and cpu is not None and exit_report["cpu_seconds"] >= cpu
        ):
            return out_of_time(cpu or exit_report["cpu_seconds"], "cpu")
        if returncode == -signal.SIGKILL:
            return out_of_memory(None) if _oom_kills() > self._oom_kills else None
        starved = memory is not None and self._peak(exit_report) >= NEARLY_ALL * memory
        if starved or b"std::bad_alloc" in self._inbox.printed:
            return out_of_memory(memory)
        return None


def _oom_kills() -> int:
    """How many processes this machine has killed for want of memory; 0 where it does not say."""
    try:
        with open("/proc/vmstat") as counters:
            return next((int(line.split()[1]) for line in counters if line.startswith("oom_kill ")), 0)
    except OSError:
        return 0
