"""Brings the database's tables up to date, at start and before commands that need them."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def pending_migrations() -> list[str]:
    """Name the migrations that the database has not seen yet; a database error passes through."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [str(migration) for migration, _ in plan]


def migrate_when_needed() -> int:
    """Apply what is pending and return how many migrations that were; processes on one home take turns."""
    if not pending_migrations():
        return 0
    with _taking_turns():
        pending = pending_migrations()
        if pending:
            call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
        return len(pending)


@contextmanager
def _taking_turns() -> Iterator[None]:
    with (settings.HOME / "migrate.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
