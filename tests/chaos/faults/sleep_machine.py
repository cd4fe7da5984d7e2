"""A laptop is closed and opened again: every process stands still for longer than a lease."""

import signal

import psutil

from tests.chaos.storm import Storm

from .base import Fault, hold, sleep_past


class SleepMachine(Fault):
    name = "everything frozen past the lease"

    def strike(self, storm: Storm) -> bool:
        frozen = hold(storm.app.pids(), signal.SIGSTOP)
        storm.slept += _training(storm)
        sleep_past(storm.lease + 1.0)
        return bool(hold(frozen, signal.SIGCONT))


def _training(storm: Storm) -> bool:
    """Whether a worker that lives has a trial: its study's history must tell of it."""
    found = storm.rows.read("SELECT DISTINCT worker FROM trials_trial WHERE state = 'running'")
    lines = [" ".join(psutil.Process(pid).cmdline()) for pid in storm.app.pids("training")]
    return any(row["worker"] in line for row in found for line in lines)
