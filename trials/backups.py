"""A whole installation as one file, and back: what the commands `backup` and `restore` do.

The file is gzipped lines of JSON: a manifest, then for each table a head and its rows, then how many there
were. It is read and written by the state of the tables that the manifest names, not by today's models: an old
backup finds the tables it was made from and is migrated afterwards, and one of SQLite goes into PostgreSQL.
"""

import gzip
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models.sql import InsertQuery
from django.utils import timezone

FORMAT = 1
APPS = ("contenttypes", "auth", "sessions", "trials")
#: Who is alive now, what opens a door once, and what is computed again when asked for, are nothing to keep.
LEFT_OUT = {"trials.worker", "trials.signinlink", "trials.demonstration"}
CHUNK = 1000


class BackupError(ValueError):
    """A backup that cannot be made or used, in words for the person at the terminal."""


def write(path: Path, version: str) -> dict[str, int]:
    """Write everything into a new file while the application runs; return the rows of each table.

    The rows are those of one moment. The file appears under its name once it is complete.

    Raises:
        BackupError: there is a file of that name.
    """
    if path.exists():
        raise BackupError(f"{path} exists; name another file, or remove that one.")
    draft = path.with_name(f"{path.name}.part")
    try:
        with _one_moment(), gzip.open(draft, "wt", encoding="utf-8", compresslevel=5) as file:
            counts = dict(_dump(file, version))
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    return counts


def read(path: Path) -> dict[str, int]:
    """Bring a backup into a database that holds nothing yet, then up to date; return the rows of each table.

    Raises:
        BackupError: the file is no backup, is cut off or newer than this version, or the database is in use.
    """
    lines = _lines(path)
    manifest = next(lines, {})
    if not isinstance(manifest, dict) or manifest.get("backup") != FORMAT:
        raise BackupError(f"{path} is no backup of HPO Dashboard.")
    _check_known(manifest["migrations"])
    _check_complete(path)
    _refuse_a_database_in_use()
    _make_tables(manifest["migrations"])
    with transaction.atomic():
        counts = _load(lines)
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    return counts


# --- writing ----------------------------------------------------------------------------------------------
@contextmanager
def _one_moment() -> Iterator[None]:
    """See the database as it is now, however long the reading takes, and hold up nobody who writes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")  # not IMMEDIATE: that would keep writers out
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _dump(file: Any, version: str) -> Iterator[tuple[str, int]]:
    migrations = _applied()
    head = {
        "backup": FORMAT,
        "version": version,
        "made": timezone.now().isoformat(),
        "migrations": migrations,
    }
    print(json.dumps(head), file=file)
    total = 0
    for model in _models(migrations):
        fields = model._meta.concrete_fields
        names = [field.attname for field in fields]
        print(json.dumps({"table": model._meta.label_lower, "fields": names}), file=file)
        count = 0
        for row in model._base_manager.order_by("pk").iterator(chunk_size=CHUNK):
            print(json.dumps([_plain(field, row) for field in fields], ensure_ascii=False), file=file)
            count += 1
        total += count
        yield model._meta.label_lower, count
    print(json.dumps({"rows": total}), file=file)


def _plain(field: Any, row: models.Model) -> Any:
    value = getattr(row, field.attname)
    if value is None or isinstance(value, bool | int | float | str | dict | list):
        return value
    return field.value_to_string(row)


# --- the tables' state -------------------------------------------------------------------------------------
def _applied() -> dict[str, str]:
    """{app: its latest migration in this database}"""
    loader = MigrationExecutor(connection).loader
    latest: dict[str, str] = {}
    for app, name in loader.applied_migrations:
        if app in APPS:
            latest[app] = max(name, latest.get(app, ""))
    return latest


def _models(migrations: dict[str, str]) -> list[Any]:
    """The models as these migrations left them."""
    loader = MigrationExecutor(connection).loader
    state = loader.project_state([(app, name) for app, name in sorted(migrations.items())]).apps
    ours = [model for model in state.get_models() if model._meta.app_label == "trials"]
    kept = [model for model in ours if model._meta.label_lower not in LEFT_OUT]
    return [state.get_model("auth", "User"), *sorted(kept, key=lambda model: model._meta.label_lower)]


# --- reading ----------------------------------------------------------------------------------------------
def _lines(path: Path) -> Iterator[Any]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            for line in file:
                yield json.loads(line)
    except FileNotFoundError:
        raise BackupError(f"There is no file {path}.") from None
    except (OSError, EOFError, ValueError) as error:
        raise BackupError(
            f"{path} cannot be read to its end ({error}): it is no backup, or was cut off."
        ) from None


def _check_known(migrations: dict[str, str]) -> None:
    graph = MigrationExecutor(connection).loader.graph
    unknown = [f"{app} {name}" for app, name in migrations.items() if (app, name) not in graph.nodes]
    if unknown:
        raise BackupError(
            f"The backup was made by a newer version (it knows {', '.join(unknown)}). "
            "Upgrade HPO Dashboard first: pip install --upgrade hpo-dashboard."
        )


def _check_complete(path: Path) -> None:
    """Read to the end before anything is written: what was cut off says so now."""
    rows, last = 0, None
    for last in _lines(path):
        rows += isinstance(last, list)
    if not isinstance(last, dict) or last.get("rows") != rows:
        raise BackupError(f"{path} was cut off: its last line is missing. Take another backup.")


def _refuse_a_database_in_use() -> None:
    tables = set(connection.introspection.table_names())
    for table, words in (("trials_study", "studies"), ("trials_dataset", "data sets")):
        if table not in tables:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            count = cursor.fetchone()[0]
        if count:
            raise BackupError(
                f"The database holds {count} {words} already. Restore into an empty one: "
                "another HPO_HOME, or another DATABASE_URL."
            )


def _make_tables(migrations: dict[str, str]) -> None:
    """Empty tables as the backup's were; whatever empty ones there are give way."""
    with connection.cursor() as cursor:
        cascade = " CASCADE" if connection.vendor == "postgresql" else ""
        with connection.constraint_checks_disabled():
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}{cascade}")
    for app, name in sorted(migrations.items(), key=lambda item: APPS.index(item[0])):
        call_command("migrate", app, name, verbosity=0, interactive=False, skip_checks=True)


def _load(lines: Iterator[Any]) -> dict[str, int]:
    known = {model._meta.label_lower: model for model in _models(_applied())}
    counts: dict[str, int] = {}
    head: Any = next(lines)
    while "table" in head:
        model, names = known[head["table"]], head["fields"]
        rows: list[Any] = []
        count, following = 0, None
        for following in lines:
            if isinstance(following, dict):
                break
            rows.append(following)
            if len(rows) == CHUNK:
                count += _insert(model, names, rows)
                rows = []
        counts[head["table"]] = count + _insert(model, names, rows)
        head = following
    for statement in connection.ops.sequence_reset_sql(no_style(), list(known.values())):
        with connection.cursor() as cursor:
            cursor.execute(statement)
    return counts


def _insert(model: Any, names: list[str], rows: list[list[Any]]) -> int:
    """Insert rows exactly as they were: no default and no clock of today touches them."""
    if not rows:
        return 0
    fields = {field.attname: field for field in model._meta.concrete_fields}
    chosen = [fields[name] for name in names]
    most = connection.ops.bulk_batch_size([field.name for field in chosen], rows) or len(rows)
    remaining: Iterable[list[Any]] = iter(rows)
    while batch := list(islice(remaining, most)):
        query = InsertQuery(model)
        query.insert_values(chosen, [_row(model, chosen, values) for values in batch], raw=True)
        query.get_compiler(connection=connection).execute_sql()
    return len(rows)


def _row(model: Any, fields: list[Any], values: list[Any]) -> models.Model:
    return model(
        **{
            field.attname: value if isinstance(field, models.JSONField) else field.to_python(value)
            for field, value in zip(fields, values, strict=True)
        }
    )
