"""The power goes: every process is killed at once; then the machine starts again."""

import signal

from tests.chaos.storm import Storm

from .base import SILENCE, Fault, hold


class PowerCut(Fault):
    name = "power cut, started again"

    def strike(self, storm: Storm) -> bool:
        hit = hold(storm.app.pids(), signal.SIGKILL)
        assert storm.app.supervisor is not None
        storm.app.supervisor.wait(60)
        left = storm.app.wait_for_silence(SILENCE)
        assert not left, f"survived a power cut: {left}"
        storm.expect("The computer or the server stopped")
        storm.app.start()
        return bool(hit)
