"""Somebody presses Ctrl-C in the middle and starts it again later."""

from tests.chaos.storm import Storm

from .base import SILENCE, Fault


class StopInOrder(Fault):
    name = "Ctrl-C, started again"
    short = False  # tests/hpo_dashboard/test_up.py does it in every run

    def strike(self, storm: Storm) -> bool:
        code, _ = storm.app.stop()
        assert code == 0, storm.app.logs()
        left = storm.app.wait_for_silence(SILENCE)
        assert not left, f"outlived an orderly stop: {left}"
        storm.expect("was stopped")
        storm.app.start()
        return True
