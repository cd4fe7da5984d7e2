"""The table of all trials: sorted and filtered by the database, page by page; for the study's Trials tab."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode

from django.db.models import F, QuerySet
from django.db.models.expressions import OrderBy
from django.http import QueryDict

from trials import wording
from trials.models import ParameterValue, Study, Trial

from .folds import standard_error

PER_PAGE = 50
#: Columns of the rows themselves; parameters are sorted as "param:<name>".
FIELDS = {"number": "number", "value": "value", "seconds": "seconds", "state": "state"}
PARAMETER = "param:"
SHOWN_COLUMNS = (
    "number", "state", "value", "params", "folds", "seconds", "completed_at", "started_at", "queued_at",
    "study_id",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """What the address asks for; anything it cannot mean falls back to the newest trials first."""

    sort: str = "number"
    down: bool = True
    state: str = ""
    page: int = 1

    @classmethod
    def of(cls, query: QueryDict, names: tuple[str, ...]) -> "Request":
        asked = query.get("sort", "-number")
        sort, down = asked.removeprefix("-"), asked.startswith("-")
        known = sort in FIELDS or (sort.removeprefix(PARAMETER) in names and sort.startswith(PARAMETER))
        state = query.get("state", "")
        page = query.get("page", "1")
        return cls(
            sort=sort if known else "number",
            down=down if known else True,
            state=state if state in Trial.State.values else "",
            page=int(page) if page.isdecimal() and len(page) < 8 and int(page) > 0 else 1,
        )

    def address(self, **changes: object) -> str:
        """The query string of this request with some of it changed; defaults are left out."""
        wanted = {"sort": self.sort, "down": self.down, "state": self.state, "page": self.page} | changes
        sort = f"{'-' if wanted['down'] else ''}{wanted['sort']}"
        pairs = {"sort": sort, "state": wanted["state"], "page": wanted["page"]}
        defaults = {"sort": "-number", "state": "", "page": 1}
        return "?" + urlencode({key: value for key, value in pairs.items() if value != defaults[key]})


@dataclass(frozen=True)
class Column:
    title: str
    address: str
    order: str  # "ascending", "descending" or ""
    mono: bool = False
    right: bool = True


@dataclass(frozen=True)
class TableRow:
    number: int | None
    state: str
    value: str
    gain: wording.Gain | None
    settings: tuple[str, ...]
    words: str
    seconds: str
    when: datetime
    best: bool


@dataclass(frozen=True)
class Chip:
    word: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True)
class TrialTable:
    columns: tuple[Column, ...]
    parameters: tuple[Column, ...]
    rows: tuple[TableRow, ...]
    chips: tuple[Chip, ...]
    first: int
    last: int
    total: int
    previous: str | None
    next: str | None
    address: str


def trial_table(study: Study, query: QueryDict) -> TrialTable:
    """Return one page of the study's trials as the address asks; counts come from the study's row."""
    names = study.space.space.names
    request = Request.of(query, names)
    counts = {state: getattr(study, f"n_{state}") for state in Trial.State.values}
    total = counts[request.state] if request.state else study.next_number
    pages = max(1, -(-total // PER_PAGE))
    request = Request(request.sort, request.down, request.state, min(request.page, pages))
    start = (request.page - 1) * PER_PAGE
    trials = _page(study, request, start, start + PER_PAGE)
    return TrialTable(
        columns=_columns(study, request),
        parameters=tuple(_column(request, PARAMETER + name, name, mono=True) for name in names),
        rows=_rows(study, names, trials),
        chips=_chips(request, counts, study.next_number),
        first=start + 1 if trials else 0,
        last=start + len(trials),
        total=total,
        previous=request.address(page=request.page - 1) if request.page > 1 else None,
        next=request.address(page=request.page + 1) if request.page < pages else None,
        address=request.address(),
    )


def _page(study: Study, request: Request, start: int, stop: int) -> list[Trial]:
    """Find the page's keys first, by index where there is one, and then load its rows alone."""
    trials = study.trials.numbered()
    if request.state:
        trials = trials.filter(state=request.state)
    if request.sort.startswith(PARAMETER):
        keys = _by_parameter(study, trials, request, start, stop)
    else:
        keys = list(trials.order_by(*_order(request)).values_list("pk", flat=True)[start:stop])
    found = Trial.objects.only(*SHOWN_COLUMNS).in_bulk(keys)
    return [found[key] for key in keys if key in found]


def _order(request: Request) -> list[str | OrderBy]:
    field = F(FIELDS[request.sort])
    if request.sort == "number":
        return [field.desc() if request.down else field.asc()]
    main = field.desc(nulls_last=True) if request.down else field.asc(nulls_last=True)
    return [main, "number"]


def _by_parameter(
    study: Study, trials: QuerySet[Trial], request: Request, start: int, stop: int
) -> list[int]:
    """Trials by a parameter's value; those without it (inactive) come last, by number."""
    name = request.sort.removeprefix(PARAMETER)
    parameter = study.space.space.parameters[name]
    column = "text" if parameter.kind == "categorical" else "number"
    values = ParameterValue.objects.filter(study=study, name=name, trial__number__isnull=False)
    if request.state:
        values = values.filter(trial__state=request.state)
    sign = "-" if request.down else ""
    ordered = values.order_by(f"{sign}{column}", f"{sign}pk").values_list("trial_id", flat=True)
    keys = list(ordered[start:stop])
    if len(keys) == stop - start:
        return keys
    having = start + len(keys) if keys else values.count()
    without = trials.exclude(pk__in=values.values("trial_id")).order_by("number").values_list("pk", flat=True)
    return keys + list(without[max(0, start - having) : stop - having])


def _columns(study: Study, request: Request) -> tuple[Column, ...]:
    shown = wording.Shown(study.metric, study.maximize)
    return (
        _column(request, "number", "Trial", right=False, down_first=True),
        _column(request, "state", "State", right=False),
        _value_column(request, shown),
        _column(request, "seconds", "Time", down_first=True),
    )


def _value_column(request: Request, shown: wording.Shown) -> Column:
    """Sorted by what is stored, best first; the order told is that of what is shown."""
    title = shown.title[:1].upper() + shown.title[1:]
    column = _column(request, "value", title, down_first=shown.stored_maximize)
    if not shown.negated:
        return column
    turned = {"ascending": "descending", "descending": "ascending", "": ""}
    return replace(column, order=turned[column.order])


def _column(
    request: Request,
    sort: str,
    title: str,
    *,
    mono: bool = False,
    right: bool = True,
    down_first: bool = False,
) -> Column:
    current = request.sort == sort
    down = not request.down if current else down_first
    order = ("descending" if request.down else "ascending") if current else ""
    return Column(title, request.address(sort=sort, down=down, page=1), order, mono, right)


def _rows(study: Study, names: tuple[str, ...], trials: list[Trial]) -> tuple[TableRow, ...]:
    shown = wording.Shown(study.metric, study.maximize)
    values = wording.column([shown.value(trial.value) for trial in trials])
    columns = [wording.settings_column([trial.params.get(name) for trial in trials]) for name in names]
    return tuple(
        TableRow(
            number=trial.number,
            state=trial.state,
            value=values[i],
            gain=shown.gain(trial.value, study.baseline_value, standard_error(trial.folds)),
            settings=tuple(texts[i] for texts in columns),
            words=_words(names, columns, i),
            seconds=wording.duration(trial.seconds),
            when=trial.completed_at or trial.started_at or trial.queued_at,
            best=trial.pk == study.best_id,
        )
        for i, trial in enumerate(trials)
    )


def _words(names: tuple[str, ...], columns: list[list[str]], i: int) -> str:
    return " · ".join(f"{name} {texts[i]}" for name, texts in zip(names, columns, strict=True) if texts[i])


def _chips(request: Request, counts: Mapping[str, int], total: int) -> tuple[Chip, ...]:
    chips = [Chip("All", total, request.address(state="", page=1), not request.state)]
    return (
        *chips,
        *(
            Chip(
                wording.state_look(state).word,
                count,
                request.address(state=state, page=1),
                request.state == state,
            )
            for state, count in counts.items()
            if count or request.state == state
        ),
    )
