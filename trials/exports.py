"""A study's trials as CSV or JSON, streamed; for the export view, `export_trials` and `run_study --csv`.

The CSV's columns and words are those of Optuna's `trials_dataframe`, so that notebooks keep working, then our
own; the JSON is that of the API's list of trials.
"""

import csv
import json
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from .listing import OLDEST_FIRST, Filters, Order, in_order, without_twins
from .models import Space, Study, Trial

#: Optuna's words for our states; it has none for a cancelled trial.
OPTUNA_STATES = {
    Trial.State.COMPLETE: "COMPLETE",
    Trial.State.PRUNED: "PRUNED",
    Trial.State.FAILED: "FAIL",
    Trial.State.CANCELLED: "FAIL",
    Trial.State.RUNNING: "RUNNING",
    Trial.State.QUEUED: "WAITING",
}
CHUNK = 1000

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
#: What a spreadsheet takes for the beginning of a formula, blanks and invisible characters aside.
_FORMULA = re.compile(r"[\s\ufeff\u200b\u2060]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[^\S\t\r]*[\t\r]")

Row = dict[str, Any]
Columns = tuple[list[str], Callable[[Row], list[Any]]]


def trials_csv(study: Study, filters: Filters | None = None, order: Order = OLDEST_FIRST) -> Iterator[str]:
    """Yield the CSV in pieces: a header, then one line per trial, the baseline left out.

    Numbers have full precision, times are UTC, cells of inactive parameters are empty. Memory does not
    grow with the study.
    """
    groups = _groups(study)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([defused(name) for names, _ in groups for name in names])
    for number, row in enumerate(_rows(study, _FIELDS, filters or Filters(), order)):
        writer.writerow([cell(value) for _, read in groups for value in read(row)])
        if number % CHUNK == 0:
            yield text.getvalue()
            text.seek(0)
            text.truncate()
    if text.tell():
        yield text.getvalue()


def trials_json(study: Study, filters: Filters | None = None, order: Order = OLDEST_FIRST) -> Iterator[str]:
    """Yield a JSON list of trials in pieces, one trial a line; `error` is why it failed, in words."""
    write = DjangoJSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    before = "[\n"
    for row in _rows(study, _JSON_FIELDS, filters or Filters(), order):
        yield before + write(row | {"error": (row["error"] or {}).get("message")})
        before = ",\n"
    yield "\n]\n" if before == ",\n" else "[]\n"


def _rows(study: Study, fields: tuple[str, ...], filters: Filters, order: Order) -> Iterator[Row]:
    if not filters and order == OLDEST_FIRST:
        rows = study.trials.numbered().order_by("number").values(*fields)
        yield from rows.iterator(chunk_size=CHUNK)
        return
    for keys in in_order(study, filters, order, CHUNK):
        chunk = {row["pk"]: row for row in Trial.objects.filter(pk__in=keys).values("pk", *fields)}
        for key in keys:
            yield {name: chunk[key][name] for name in fields}


def cell(value: Any) -> Any:
    """Return what the csv writer gets: numbers as they are, text defused, lists and objects as JSON."""
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, str):
        return defused(value)
    return defused(json.dumps(value, ensure_ascii=False))


def defused(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run; a number stays a number."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


_OURS = (
    "fidelity", "parent", "start_from", "compute", "retry_of", "lost", "seconds", "peak_memory_mb", "worker",
)  # fmt: skip
_FIELDS = (
    "number", "state", "value", "values", "started_at", "completed_at", "params", "user_attrs", "metrics",
    "constraints", "feasible", "joined_front", "left_front", "error", "stopped", *_OURS,
)  # fmt: skip

_JSON_FIELDS = (
    "number", "state", "params", "value", "values", "fidelity", "parent", "start_from", "compute",
    "retry_of", "enqueued", "inside", "metrics", "constraints", "feasible", "user_attrs", "error", "stopped",
    "seconds", "worker", "queued_at", "started_at", "completed_at",
)  # fmt: skip


#: Why a rule stopped a trial, for studies that have one.
_STOPPED: Columns = (["stopped"], lambda row: [(row["stopped"] or {}).get("reason")])


def _groups(study: Study) -> list[Columns]:
    """Optuna's columns in its order, then ours."""
    return [
        (["number"], lambda row: [row["number"]]),
        _values(study),
        (["datetime_start", "datetime_complete", "duration"], _times),
        _nested("params", _parameter_names(study)),
        _nested("user_attrs", _keys(study, "user_attrs")),
        (["state", "status"], lambda row: [OPTUNA_STATES[row["state"]], row["state"]]),
        _nested("metrics", _measured(study)),
        *_goals(study),
        (list(_OURS), lambda row: [row[name] for name in _OURS]),
        (["error"], lambda row: [(row["error"] or {}).get("message")]),
        *([_STOPPED] if study.stopping else []),
    ]


def _nested(field: str, keys: list[str]) -> Columns:
    return [f"{field}_{key}" for key in keys], lambda row: [*map(row[field].get, keys)]


def _measured(study: Study) -> list[str]:
    """What was measured beside the objectives."""
    return without_twins(study, [key for key in _keys(study, "metrics") if key not in study.metrics[1:]])


def _values(study: Study) -> Columns:
    if len(study.metrics) == 1:
        return ["value"], lambda row: [row["value"]]
    missing = [None] * len(study.metrics)
    return [f"values_{metric}" for metric in study.metrics], lambda row: row["values"] or missing


def _goals(study: Study) -> Iterator[Columns]:
    """Where there are limits, whether they are kept; of several objectives, what no other trial beats."""
    if study.constraints or study.trials.filter(feasible=False).exists():
        yield ["constraints", "feasible"], lambda row: [row["constraints"], _ended(row, row["feasible"])]
    if study.several:
        on_front = lambda row: row["joined_front"] is not None and row["left_front"] is None  # noqa: E731
        yield ["front"], lambda row: [_ended(row, on_front(row))]


def _ended(row: Row, fact: bool) -> bool | None:
    """What is known once a trial has a value."""
    return fact if row["value"] is not None else None


def _parameter_names(study: Study) -> list[str]:
    """Names of all spaces that the study's trials were asked from, sorted as Optuna sorts them."""
    used = Space.objects.filter(pk__in=study.trials.order_by().values("space_id").distinct())
    spaces = [study.space, *used]
    return sorted({parameter["name"] for space in spaces for parameter in space.definition["parameters"]})


def _keys(study: Study, field: str) -> list[str]:
    """Sorted keys of a JSON column over all trials."""
    filled = study.trials.numbered().exclude(**{field: {}}).values_list(field, flat=True)
    return sorted({key for row in filled.iterator(chunk_size=CHUNK) for key in row})


def _times(row: Row) -> list[str | None]:
    """Start, end and duration; a trial whose lease lapsed waits again and has no start."""
    start, end = row["started_at"], row["completed_at"]
    if row["state"] == Trial.State.QUEUED:
        start = None
    return [_timestamp(start), _timestamp(end), _duration(end - start) if start and end else None]


def _timestamp(time: datetime | None) -> str | None:
    """pandas' form of a UTC time, always with microseconds, so that a column parses in one go."""
    return time.isoformat(" ", "microseconds")[:26] if time else None


def _duration(length: timedelta) -> str:
    """pandas' form of a timedelta: "0 days 00:01:02.500000"."""
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{length.days} days {hours:02}:{minutes:02}:{seconds:02}.{length.microseconds:06}"
