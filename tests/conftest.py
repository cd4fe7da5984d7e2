"""Fixtures for every test: homes, a real broker, real databases, the whole application as processes."""

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from django.conf import settings as django_settings

from tests.app import App
from tests.postgres import Postgres
from tests.valkey import Valkey


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Make SQLite's test database a file: an in-memory one is locked as a whole between threads."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        database["TEST"]["NAME"] = str(django_settings.HOME / "test.sqlite3")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """An empty HPO_HOME."""
    path = tmp_path / "home"
    path.mkdir(mode=0o700)
    return path


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """The address of a real broker that lives as long as the tests."""
    server = Valkey()
    yield server.url
    server.stop()


@pytest.fixture
def broker(valkey: str, settings: Any) -> Iterator[redis.Redis]:
    """The broker, empty, with settings and Celery pointing at it; yields a connection to it."""
    from hpo_dashboard.celery import app

    before = app.conf.broker_url
    settings.REDIS_URL = valkey
    app.conf.broker_url = valkey.replace("unix://", "redis+socket://", 1)
    app._after_fork()
    with redis.Redis.from_url(valkey) as client:
        client.flushall()
        yield client
    app.conf.broker_url = before
    app._after_fork()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A real PostgreSQL server for tests that start processes: `postgres.create_database()` gives a URL."""
    server = Postgres()
    yield server
    server.stop()


@pytest.fixture
def make_app(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Callable[..., App]]:
    """Make applications that run as real processes: make_app(database="postgres", WORKERS="2").

    Each is started unless start=False is given, has a home of its own unless `home` is given, and is
    stopped after the test, which fails when a process is left.
    """
    made: list[App] = []

    def make(
        database: str = "sqlite", start: bool = True, home: Path | None = None, **environment: str
    ) -> App:
        url = request.getfixturevalue("postgres").create_database() if database == "postgres" else None
        app = App(home or tmp_path / f"home{len(made)}", url, **environment)
        made.append(app)
        if start:
            app.start()
        return app

    yield make
    close_all(made)


def close_all(apps: list[App]) -> None:
    """Close every app, then raise the first failure: one that does not stop must not keep the others up."""
    failures = []
    for app in apps:
        try:
            app.close()
        except (AssertionError, subprocess.TimeoutExpired) as failure:
            failures.append(failure)
    if failures:
        raise failures[0]
