"""PostgreSQL is restarted in its immediate mode: no goodbye, recovery from its log."""

from tests.chaos.grounds import Team
from tests.chaos.storm import Storm

from .base import Fault


class RestartDatabase(Fault):
    name = "database restarted at once"
    weight = 3

    def missing(self, storm: Storm) -> str:
        return "" if isinstance(storm.ground, Team) else "SQLite is no server"

    def strike(self, storm: Storm) -> bool:
        assert isinstance(storm.ground, Team)
        storm.ground.postgres.restart_at_once()
        return True
