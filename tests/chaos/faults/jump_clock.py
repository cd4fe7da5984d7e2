"""The clock of the machine is put forward or back, by up to an hour."""

from tests.chaos.storm import Storm

from .base import Fault


class JumpClock(Fault):
    name = "clock put forward or back"
    weight = 2
    short = False

    def missing(self, storm: Storm) -> str:
        return "" if storm.clock else "it takes libfaketime (apt install libfaketime)"

    def strike(self, storm: Storm) -> bool:
        storm.jump(storm.chance.choice([-3600, -60, -5, 5, 60, 3600]))
        return True
