"""A training process is killed, as the system does when memory runs short; or the server that forks them."""

from tests.chaos.storm import Storm

from .base import Fault, kill_one


class KillTraining(Fault):
    name = "training process killed"
    weight = 8

    def strike(self, storm: Storm) -> bool:
        return kill_one(storm, "children")
