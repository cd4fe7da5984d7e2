"""The supervisor is killed: nothing that it started may outlive it; then somebody starts it again."""

from tests.chaos.storm import Storm

from .base import SILENCE, Fault


class KillSupervisor(Fault):
    name = "supervisor killed, started again"
    short = False  # tests/hpo_dashboard/test_up.py does it in every run

    def strike(self, storm: Storm) -> bool:
        hit = storm.app.kill("supervisor")
        left = storm.app.wait_for_silence(SILENCE)
        assert not left, f"outlived their supervisor: {left}"
        storm.expect("The computer or the server stopped")
        storm.app.start()
        return bool(hit)
