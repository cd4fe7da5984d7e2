"""The broker is killed; all its messages are gone."""

from tests.chaos.storm import Storm

from .base import Fault


class KillBroker(Fault):
    name = "broker killed"
    weight = 3

    def strike(self, storm: Storm) -> bool:
        return storm.ground.kill_broker(storm.app)
