"""Reads and writes an application's database from outside, while it runs; the storm and its ledger use it."""

import json
import sqlite3
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol


class Rows(Protocol):
    """SQL with `?` for arguments; each row is a dict."""

    def read(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        """What a SELECT finds; raises `Away` while the database does not answer."""
        ...

    def run(self, *statements: str) -> None:
        """Carry out statements."""
        ...

    def locks(self) -> int:
        """How many locks are held or transactions stand open by others than us."""
        ...


class Away(ConnectionError):
    """The database does not answer just now."""


class SQLiteRows:
    """A connection of its own for each question: none of it can be in the application's way."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def _connect(self, timeout: float = 20.0) -> sqlite3.Connection:
        connection = sqlite3.connect(self._path, timeout=timeout, isolation_level=None)
        connection.row_factory = sqlite3.Row
        return connection

    def read(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        connection = self._connect()
        try:
            return [dict(row) for row in connection.execute(sql, arguments)]
        except sqlite3.OperationalError as error:
            raise Away(str(error)) from error
        finally:
            connection.close()

    def run(self, *statements: str) -> None:
        connection = self._connect()
        for statement in statements:
            connection.execute(statement)
        connection.close()

    def locks(self) -> int:
        connection = self._connect(timeout=2.0)
        try:
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("ROLLBACK")
            return 0
        except sqlite3.OperationalError:
            return 1
        finally:
            connection.close()


class PostgresRows:
    """One connection, made again when it was cut."""

    NAME = "hpo-chaos"

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: Any = None

    def _cursor(self) -> Any:
        import psycopg
        from psycopg.rows import dict_row

        if self._connection is None or self._connection.closed:
            try:
                self._connection = psycopg.connect(
                    self._url, autocommit=True, row_factory=dict_row, application_name=self.NAME
                )
            except psycopg.OperationalError as error:
                raise Away(str(error)) from error
        return self._connection.cursor()

    def read(self, sql: str, *arguments: Any) -> list[dict[str, Any]]:
        import psycopg

        cursor = self._cursor()
        try:
            cursor.execute(sql.replace("?", "%s"), arguments)
            return list(cursor.fetchall())
        except psycopg.OperationalError as error:
            with suppress(psycopg.Error):
                self._connection.close()
            raise Away(str(error)) from error

    def run(self, *statements: str) -> None:
        for statement in statements:
            self._cursor().execute(statement)

    def locks(self) -> int:
        sql = (
            "SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name <> ? AND left(state, 19) = 'idle in transaction'"
            " AND state_change < now() - interval '2 seconds'"
        )
        return int(self.read(sql, self.NAME)[0]["n"])


def plain(value: Any) -> Any:
    """A JSON column's value: PostgreSQL's driver has parsed it, SQLite gives its text."""
    return json.loads(value) if isinstance(value, str) else value


def marks(values: Iterable[object]) -> str:
    return ", ".join("?" for _ in values)
