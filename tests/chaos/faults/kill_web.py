"""A process of the web server is killed."""

from tests.chaos.storm import Storm

from .base import Fault, kill_one


class KillWeb(Fault):
    name = "web server killed"
    weight = 2

    def strike(self, storm: Storm) -> bool:
        return kill_one(storm, "web")
