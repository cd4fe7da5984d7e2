"""The columns of the table of trials: which are shown, their heads, and what a trial has in each of them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from trials import wording
from trials.forms.trial_filters import TrialQuery
from trials.listing import Field, asked_metrics
from trials.models import Study, Trial

from .folds import standard_error

#: The gain over the default is a column, but nothing to sort by of its own.
GAIN = Field("gain", "vs default", "number")
#: With more parameters than this, only those that are active in the rows of the page are shown unasked.
ROOM = 12


@dataclass(frozen=True)
class Column:
    """A head: `address` sorts by it, `order` says how it is sorted now ("" when it is not)."""

    key: str
    title: str
    address: str
    order: str  # "ascending", "descending" or ""
    mono: bool = False
    right: bool = True
    family: str = ""


@dataclass(frozen=True)
class Cell:
    """What a trial has in a column: five digits, and exactly; `text` is empty where it has nothing.

    css: its classes; a cell without any is a parameter's or a metric's.
    """

    key: str
    text: str
    exact: str = ""
    css: str = ""
    when: datetime | None = None


def optional_columns(study: Study, fields: Mapping[str, Field]) -> dict[str, bool]:
    """Every column that can be hidden or shown, in order, and whether it is shown unasked."""
    fields = {key: one for key, one in fields.items() if not one.twin}
    columns = {"value": True}
    if study.default_value is not None:
        columns["gain"] = True
    asked = {f"metric:{name}" for name in asked_metrics(study)}
    columns |= {key: True for key in fields if key in asked}
    columns |= {key: one.present for key, one in fields.items() if one.source == "parameter"}
    columns |= {key: False for key, one in fields.items() if one.source == "metric" and key not in columns}
    return columns | {"seconds": True, "started": True, "worker": False}


def chosen_columns(query: TrialQuery, optional: Mapping[str, bool], rows: Sequence[Trial]) -> list[str]:
    """The keys of the columns to show, trial and state first."""
    asked = query.shown or query.hidden
    crowded = sum(key.startswith("param:") for key, shown in optional.items() if shown) > ROOM and not asked
    active = {f"param:{name}" for trial in rows for name in trial.params}
    keys = []
    for key, unasked in optional.items():
        if key in query.hidden or not (unasked or key in query.shown):
            continue
        if crowded and key.startswith("param:") and key not in active:
            continue
        keys.append(key)
    return ["number", "state", *keys]


def head(study: Study, query: TrialQuery, key: str) -> Column:
    """The head of one column; a click sorts by it, best or newest first, a second one turns that round."""
    if key == "gain":
        return Column(key, GAIN.title, "", "")
    field = query.fields[key]
    current = query.order.field.key == key
    first_down = _best_is_largest(study, field)
    down = not query.order.down if current else first_down
    order = ("descending" if query.order.down else "ascending") if current else ""
    column = Column(
        key,
        field.title,
        query.address(sort=f"{'-' if down else ''}{key}"),
        order,
        mono=field.source == "parameter",
        right=key not in ("number", "state", "worker"),
        family=field.family,
    )
    return replace(column, order=_TURNED[order]) if field.negated else column


def _best_is_largest(study: Study, field: Field) -> bool:
    """Whether the first click on a head sorts downwards: the best or the newest first."""
    if field.key == "value":
        return study.maximize
    if field.source == "metric" and field.name in study.metrics:
        return study.directions[study.metrics.index(field.name)] == "maximize"
    return field.kind in ("number", "time") and field.source != "parameter"


#: What is stored with its sign turned ascends where what is shown descends.
_TURNED = {"ascending": "descending", "descending": "ascending", "": ""}


def cells(study: Study, field: Field, trials: Sequence[Trial]) -> list[Cell]:
    """One column's cells: numbers with the same decimals where that serves comparing them."""
    match field:
        case Field(key="gain"):
            return [_gain(study, trial) for trial in trials]
        case Field(key="seconds"):
            return [_seconds(trial) for trial in trials]
        case Field(key="started"):
            return [Cell("started", "", css="muted no-phone", when=trial.started_at) for trial in trials]
        case Field(key="worker"):
            return [Cell("worker", trial.worker, css="left muted no-phone") for trial in trials]
        case Field(source="parameter"):
            return _settings(field, [trial.params.get(field.name) for trial in trials])
        case Field(source="metric"):
            return _numbers(field, [trial.metrics.get(field.name) for trial in trials])
    values = _numbers(field, [trial.value for trial in trials])
    return [replace(cell, text=cell.text or wording.DASH, css="main") for cell in values]


def _numbers(field: Field, stored: Sequence[float | None]) -> list[Cell]:
    values = [-value if value is not None and field.negated else value for value in stored]
    texts = wording.column(values)
    return [
        Cell(field.key, "" if value is None else text, _exact(value, text))
        for value, text in zip(values, texts, strict=True)
    ]


def _settings(field: Field, values: Sequence[Any]) -> list[Cell]:
    texts = wording.settings_column(values)
    return [
        Cell(field.key, text, _exact(value, text) if isinstance(value, float) else "")
        for value, text in zip(values, texts, strict=True)
    ]


def _exact(value: float | None, text: str) -> str:
    """The number in full, where what is shown leaves something out."""
    if value is None:
        return ""
    exact = json.dumps(value)
    plain = text.replace(wording.MINUS, "-").replace(",", "")
    return "" if plain == exact or plain.rstrip("0") == exact else exact


def _gain(study: Study, trial: Trial) -> Cell:
    shown = wording.Shown(study.metric, study.maximize)
    gain = shown.gain(trial.value, study.default_value, standard_error(trial.folds))
    if gain is None:
        return Cell("gain", wording.DASH, css="second muted")
    return Cell("gain", gain.text, css=f"second {gain.tone}")


def _seconds(trial: Trial) -> Cell:
    if trial.seconds is None:
        return Cell("seconds", "", css="muted no-phone")
    return Cell("seconds", wording.duration(trial.seconds), f"{trial.seconds:.6f} s", css="muted no-phone")
