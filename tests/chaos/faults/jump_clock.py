"""The clock of the machine is put forward or back, by up to an hour."""

from tests.chaos.storm import Storm

from .base import Fault


class JumpClock(Fault):
    name = "clock put forward or back"
    weight = 2
    short = False

    def missing(self, storm: Storm) -> str:
        return "" if storm.clock else "it takes Linux and a C compiler"

    def strike(self, storm: Storm) -> bool:
        assert storm.clock is not None
        storm.clock.jump(storm.chance.choice([-3600, -60, -5, 5, 60, 3600]))
        return True
