"""PostgreSQL ends every connection, in the middle of whatever it does."""

from tests.chaos.rows import PostgresRows
from tests.chaos.storm import Storm

from .base import Fault

CUT = (
    "SELECT pg_terminate_backend(pid) AS cut FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


class CutDatabase(Fault):
    name = "database connections cut"
    weight = 5

    def missing(self, storm: Storm) -> str:
        return "" if isinstance(storm.rows, PostgresRows) else "SQLite has no connections"

    def strike(self, storm: Storm) -> bool:
        return any(row["cut"] for row in storm.rows.read(CUT))
