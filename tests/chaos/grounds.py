"""What a storm rages over: SQLite with the embedded broker, or PostgreSQL with a broker of its own."""

from pathlib import Path
from typing import Protocol

from hpo_dashboard import broker
from tests.app import App
from tests.postgres import Postgres
from tests.valkey import Valkey

from .rows import PostgresRows, Rows, SQLiteRows


class Ground(Protocol):
    """The database and the broker beneath the application."""

    name: str

    def environment(self) -> dict[str, str]:
        """The variables that tell the application where they are."""
        ...

    def rows(self, home: Path) -> Rows: ...

    def broker_url(self, home: Path) -> str: ...

    def kill_broker(self, app: App) -> bool:
        """SIGKILL the broker, which forgets everything; it comes back by itself or is started again."""
        ...

    def close(self) -> None: ...


class Embedded:
    """SQLite in the home folder, and the broker that `up` starts."""

    name = "sqlite"

    def environment(self) -> dict[str, str]:
        return {}

    def rows(self, home: Path) -> Rows:
        return SQLiteRows(home / "hpo.sqlite3")

    def broker_url(self, home: Path) -> str:
        return broker.url(broker.socket_path(home))

    def kill_broker(self, app: App) -> bool:
        return bool(app.kill("broker"))

    def close(self) -> None:
        pass


class Team:
    """PostgreSQL and a broker that are not the application's to start."""

    name = "postgres"

    def __init__(self) -> None:
        self.postgres = Postgres(durable=True)
        self.valkey = Valkey()
        self._url = self.postgres.create_database()

    def environment(self) -> dict[str, str]:
        return {"DATABASE_URL": self._url, "REDIS_URL": self.valkey.url}

    def rows(self, home: Path) -> Rows:
        return PostgresRows(self._url)

    def broker_url(self, home: Path) -> str:
        return self.valkey.url

    def kill_broker(self, app: App) -> bool:
        self.valkey.end()
        self.valkey.start()
        return True

    def close(self) -> None:
        self.valkey.stop()
        self.postgres.stop()


GROUNDS: dict[str, type[Embedded] | type[Team]] = {"sqlite": Embedded, "postgres": Team}
