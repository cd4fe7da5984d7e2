"""The worker that asks the optimizers is killed, perhaps while it holds a study's suggest lease."""

from tests.chaos.storm import Storm

from .base import Fault, kill_one


class KillSuggester(Fault):
    name = "optimizer worker killed"
    weight = 3

    def strike(self, storm: Storm) -> bool:
        return kill_one(storm, "optimizers")
