"""Pytest plugin, loaded before Django's settings are read: a home and a database of the tests' own.

SQLite in a temporary folder by default. `--database postgres` (or HPO_TEST_DATABASE=postgres) starts a
real PostgreSQL and runs only the tests that touch the database: the others cannot tell the difference.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from hpo_dashboard.__main__ import ONE_THREAD
from tests.postgres import Postgres

#: Set by whoever started the server, read by the xdist workers it starts.
SERVER_URL = "HPO_TEST_POSTGRES_URL"
USES_DATABASE = {"db", "transactional_db", "django_db_reset_sequences", "live_server"}

_started: list[Postgres] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        default=os.environ.get("HPO_TEST_DATABASE", "sqlite"),
        help="what tests run on; postgres runs only those that touch the database",
    )


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Set the environment that the settings are read from. A wrapper runs before pytest-django's own hook."""
    home = Path(tempfile.mkdtemp(prefix="hpo-tests-"))
    os.environ["HPO_HOME"] = str(home)
    # Nothing of the developer's own installation may be reached by accident.
    os.environ["REDIS_URL"] = f"unix://{home}/no-broker.sock"
    for name in ("DATABASE_URL", "HOST", "PORT", "WORKERS", "SECRET_KEY", "ALLOWED_HOSTS", "HPO_WORKER"):
        os.environ.pop(name, None)
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    early_config.add_cleanup(lambda: shutil.rmtree(home, ignore_errors=True))
    if early_config.known_args_namespace.database == "postgres":
        if SERVER_URL not in os.environ:
            server = Postgres()
            early_config.add_cleanup(server.stop)
            os.environ[SERVER_URL] = server.url
        os.environ["DATABASE_URL"] = os.environ[SERVER_URL]
    return (yield)


def pytest_unconfigure() -> None:
    """Threads that still publish when the tests are over may fail to log: pytest's streams are closed."""
    logging.raiseExceptions = False


def pytest_report_header(config: pytest.Config) -> str:
    return f"database: {config.getoption('database')}"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("database") != "postgres":
        return
    chosen = [item for item in items if touches_database(item)]
    config.hook.pytest_deselected(items=[item for item in items if item not in chosen])
    items[:] = chosen


def touches_database(item: pytest.Item) -> bool:
    """Whether a test uses the database in its own process."""
    return bool(
        item.get_closest_marker("django_db") or USES_DATABASE & set(getattr(item, "fixturenames", ()))
    )
