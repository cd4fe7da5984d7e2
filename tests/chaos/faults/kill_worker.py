"""The worker that trains is killed, with everything it holds."""

from tests.chaos.storm import Storm

from .base import Fault, kill_one


class KillWorker(Fault):
    name = "training worker killed"
    weight = 3

    def strike(self, storm: Storm) -> bool:
        return kill_one(storm, "training")
