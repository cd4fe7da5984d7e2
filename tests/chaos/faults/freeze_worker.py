"""The training worker is frozen past its lease while its trainings go on; then it wakes up and tells."""

import signal

from tests.chaos.storm import Storm

from .base import Fault, hold, sleep_past


class FreezeWorker(Fault):
    name = "training worker frozen past its lease"
    weight = 2

    def strike(self, storm: Storm) -> bool:
        frozen = hold(storm.app.pids("training"), signal.SIGSTOP)
        sleep_past(storm.lease + 1.0)
        return bool(hold(frozen, signal.SIGCONT))
