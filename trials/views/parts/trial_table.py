"""The table of all trials: sorted and filtered by the database, page by page; for the study's Trials tab."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict

from trials import wording
from trials.forms.trial_filters import Pairs, TrialQuery, address_of, trial_query
from trials.listing import Field, Page, Place, fields_of, page_of
from trials.models import Study, Trial

from .trial_columns import GAIN, Cell, Column, cells, chosen_columns, head, optional_columns
from .trial_filters import FilterForm, filter_form

PER_PAGE = 50
#: What a person can do with a trial in one click.
ACTIONS = {
    Trial.State.QUEUED: "cancel",
    Trial.State.RUNNING: "cancel",
    Trial.State.FAILED: "retry",
    Trial.State.PRUNED: "retry",
    Trial.State.CANCELLED: "retry",
}
#: What the table needs of a trial; the rest of a row is large.
READ = (
    "number", "state", "value", "params", "folds", "metrics", "seconds", "started_at", "worker", "inside",
    "study_id", "feasible", "joined_front", "left_front",
)  # fmt: skip


@dataclass(frozen=True)
class TableRow:
    number: int | None
    look: wording.Look
    best: bool
    ticked: bool
    outside: bool
    broken: bool
    """Whether it breaks a limit."""
    cells: tuple[Cell, ...]
    words: str
    """The active parameters in one line, for narrow screens."""
    action: str
    """What can be done with it: "cancel", "retry" or ""."""


@dataclass(frozen=True)
class ColumnChoice:
    key: str
    title: str
    mono: bool
    family: str
    shown: bool


@dataclass(frozen=True)
class Ticks:
    """The ticked rows: their numbers, those that are not on this page, and what can be done with them."""

    numbers: tuple[int, ...]
    elsewhere: tuple[int, ...]
    text: str
    only: str


@dataclass(frozen=True)
class TrialTable:
    columns: tuple[Column, ...]
    choices: tuple[ColumnChoice, ...]
    columns_address: str
    rows: tuple[TableRow, ...]
    filters: FilterForm
    first: int
    last: int
    total: int
    previous: str | None
    next: str | None
    ticks: Ticks
    selection: str
    """The query string of what is selected, for the chart."""
    download: str
    """The same with the order, for files."""
    all: str
    """The address without any filter."""
    untick: str
    kept: Pairs
    """What the address says beside the columns."""
    inactive: bool
    """Whether a parameter is inactive in some row."""


def read_query(study: Study, query: QueryDict) -> TrialQuery:
    """Understand the address of a study's table; the study comes with its space and its best trial."""
    return trial_query(query, fields_of(study))


def canonical(study: Study, query: QueryDict) -> str:
    """The address that says what a submitted form asks for, and nothing twice."""
    asked = read_query(study, query)
    changes: dict[str, str | list[str]] = {}
    if "columns" in query:
        wanted = set(query.getlist("column"))
        optional = optional_columns(study, asked.fields)
        changes["show"] = [key for key, shown in optional.items() if key in wanted and not shown]
        changes["hide"] = [key for key, shown in optional.items() if key not in wanted and shown]
    return address_of(asked.with_changes(changes))


def trial_table(study: Study, query: TrialQuery) -> TrialTable:
    """Return the page of the study's trials that the address asks for."""
    page = _page(study, query)
    found = Trial.objects.only(*READ).in_bulk(page.keys)
    trials = [found[key] for key in page.keys if key in found]
    optional = optional_columns(study, query.fields)
    keys = chosen_columns(query, optional, trials)
    rows = _rows(study, query, keys, trials)
    number = _number(query, page.matched.count)
    first = (number - 1) * PER_PAGE + 1
    total = max(page.matched.count, first + len(rows) - 1) if rows else page.matched.count
    return TrialTable(
        columns=tuple(head(study, query, key) for key in keys),
        choices=tuple(_choice(query, key, key in keys) for key in optional),
        columns_address=address_of(query.with_changes({"show": "", "hide": ""})),
        rows=rows,
        filters=filter_form(study, query, optional),
        first=first if rows else 0,
        last=first + len(rows) - 1 if rows else 0,
        total=total,
        previous=_turn(query, number - 1, "before", trials[:1]) if number > 1 else None,
        next=_turn(query, number + 1, "after", trials[-1:]) if _more(page, first, len(rows)) else None,
        ticks=_ticks(query, trials),
        selection=address_of(query.only_filters()),
        download=address_of(_with(query, "sort")),
        all=address_of([pair for pair in query.with_changes({}) if pair not in query.only_filters()]),
        untick=query.address(ticked=""),
        kept=tuple(pair for pair in query.with_changes({}) if pair[0] not in ("show", "hide")),
        inactive=any(not cell.text for row in rows for cell in row.cells if cell.key.startswith("param:")),
    )


def _with(query: TrialQuery, key: str) -> Pairs:
    return (*query.only_filters(), *(pair for pair in query.pairs if pair[0] == key))


def _page(study: Study, query: TrialQuery) -> Page:
    place = query.place
    if query.page > 1 and place == Place():
        place = Place(skip=(query.page - 1) * PER_PAGE)
    page = page_of(study, query.filters, query.order, place, PER_PAGE)
    if page.keys or not place.skip:
        return page
    last = max(0, page.matched.count - 1) // PER_PAGE * PER_PAGE
    return page_of(study, query.filters, query.order, Place(skip=last), PER_PAGE)


def _number(query: TrialQuery, count: int) -> int:
    """The page's number; one beyond the end, in an address made by hand, is the last."""
    if query.place != Place():
        return query.page
    return min(query.page, max(1, -(-count // PER_PAGE)))


def _more(page: Page, first: int, shown: int) -> bool:
    return shown == PER_PAGE and first + shown - 1 < page.matched.count


def _turn(query: TrialQuery, number: int, side: str, edge: Sequence[Trial]) -> str | None:
    """The next page begins after this one's last trial, the one before it ends before its first."""
    if number == 1:
        return address_of(query.with_changes({}))
    if not edge:
        return None
    place: Pairs = (("page", str(number)), (side, str(edge[0].number)))
    return address_of((*query.with_changes({}), *place))


def _rows(
    study: Study, query: TrialQuery, keys: Sequence[str], trials: Sequence[Trial]
) -> tuple[TableRow, ...]:
    named: list[Field] = [GAIN if key == "gain" else query.fields[key] for key in keys[2:]]
    columns = [cells(study, one, trials) for one in named]
    parameters = [
        (one, column) for one, column in zip(named, columns, strict=True) if one.source == "parameter"
    ]
    return tuple(
        TableRow(
            number=trial.number,
            look=wording.state_look(trial.state),
            best=trial.is_on_front if study.several else trial.pk == study.best_id,
            ticked=trial.number in query.ticked,
            outside=not trial.inside,
            broken=not trial.feasible,
            cells=tuple(column[i] for column in columns),
            action=ACTIONS.get(trial.state, ""),
            words=" · ".join(f"{one.title} {column[i].text}" for one, column in parameters if column[i].text),
        )
        for i, trial in enumerate(trials)
    )


def _choice(query: TrialQuery, key: str, shown: bool) -> ColumnChoice:
    one = GAIN if key == "gain" else query.fields[key]
    return ColumnChoice(key, one.title, one.source == "parameter", one.family, shown)


def _ticks(query: TrialQuery, trials: Sequence[Trial]) -> Ticks:
    here = {trial.number for trial in trials}
    numbers = query.ticked
    return Ticks(
        numbers=numbers,
        elsewhere=tuple(number for number in numbers if number not in here),
        text=",".join(map(str, numbers)),
        only=address_of([("trial", ",".join(map(str, numbers)))]),
    )
