"""Which studies the home page lists, in which order, and the filters above them with their counts."""

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.db.models import Case, Count, F, FloatField, Q, Value, When
from django.db.models.functions import Abs, Lower, Now, NullIf

from trials.forms.home import Asked
from trials.models import Note, Star, Study
from trials.models.study import StudyQuerySet
from trials.objectives.models import available_models

from .remaining import remaining_seconds

PER_PAGE = 50
#: Running studies whose remaining time is worth comparing.
MOST_ESTIMATES = 200
#: How long a failed study needs somebody.
NEWS = timedelta(days=7)

State = Study.State
FRUITLESS = Q(n_failed__gt=0, n_complete=0, n_pruned=0)
GOES_ON = Q(state__in=(State.RUNNING, State.PAUSED))
ENDED_LATELY = Q(state__in=(State.FAILED, State.COMPLETED), ended__gt=Now() - NEWS)
#: Needs a person: it failed lately, or nothing but failures comes of it.
NEEDS_YOU = ENDED_LATELY & Q(state=State.FAILED) | FRUITLESS & (GOES_ON | ENDED_LATELY)
#: Filter chips: words and what is behind them.
FILTERS = {
    "running": ("Running", Q(state=State.RUNNING)),
    "paused": ("Paused", Q(state=State.PAUSED)),
    "ended": ("Ended", Q(state__in=(State.COMPLETED, State.STOPPED))),
    "failed": ("Failed", Q(state=State.FAILED)),
    "attention": ("Needs you", NEEDS_YOU),
}
DELETED = "deleted"
#: What `.only` needs to estimate a remaining time.
ESTIMATED = (
    "budget", "n_complete", "n_pruned", "n_failed", "n_running", "parallelism", "train_seconds", "objective",
    "state", "active_since", "active_seconds",
)  # fmt: skip


@dataclass(frozen=True)
class Pulse:
    """`revision` changes whenever any study does: revisions only rise, rows come and go."""

    revision: str
    busy: bool  # something runs, so more is to be expected


@dataclass(frozen=True)
class Chip:
    """A filter by state; `query` is its address."""

    key: str
    word: str
    number: int
    query: str


@dataclass(frozen=True)
class Choice:
    """A tag or an owner to filter by, with the number of studies behind it."""

    value: str
    number: int


def listed(asked: Asked, reader: int | None = None) -> StudyQuerySet:
    """Return the studies that pass all filters, in no order."""
    found = matching(asked, reader)
    if asked.state == DELETED:
        return found.filter(deleted__isnull=False)
    condition = FILTERS[asked.state][1] if asked.state in FILTERS else Q()
    return found.visible().filter(condition & _unfolded(asked, asked.state))


def _unfolded(asked: Asked, state: str) -> Q:
    """Leave out what is folded into groups; what needs somebody is shown wherever it is."""
    return Q(group=None) if asked.folded and state != "attention" else Q()


def matching(asked: Asked, reader: int | None = None) -> StudyQuerySet:
    """Return the studies that pass the filters beside the state, deleted ones too; stars are the reader's."""
    found = Study.objects.all()
    if asked.starred:
        found = found.filter(pk__in=Star.objects.filter(user=reader).values("study"))
    if asked.tag:
        found = found.filter(tags__holds=asked.tag)
    if asked.group:
        known = asked.group.isdecimal() and len(asked.group) < 18
        found = found.filter(group=int(asked.group) if known else 0)
    if asked.owner:
        found = found.filter(owner__username=asked.owner)
    for word in asked.words:
        found = found.filter(_mentioned(word))
    return found


def _mentioned(word: str) -> Q:
    """The name, a tag, a note, the data set, a model or a function contains the word."""
    known = [spec.name for spec in available_models() if word.lower() in f"{spec.title} {spec.name}".lower()]
    return (
        Q(name__icontains=word)
        | Q(tags__mention=word)
        | Q(pk__in=Note.objects.filter(Q(text__icontains=word) | Q(tags__mention=word)).values("study"))
        | Q(objective__dataset__icontains=word)
        | Q(objective__model__in=known)
        | Q(objective__models__mention=word)
        | Q(objective__name__icontains=word)
        | Q(objective__kind__iexact=word)
    )


def ordered(studies: StudyQuerySet, sort: str, slots: int) -> StudyQuerySet:
    """Put studies into one of `SORTS`; of equals the newer comes first."""
    match sort:
        case "name":
            return studies.order_by(Lower("name"), "-pk")
        case "gain":
            return studies.annotate(gained=_gain()).order_by(F("gained").desc(nulls_last=True), "-pk")
        case "failures":
            return studies.order_by("-n_failed", "-pk")
        case "remaining":
            return _soonest_first(studies, slots)
    return studies.order_by("-pk")


def _gain() -> Case:
    best, default = F("best_value"), F("baseline_value")
    size = NullIf(Abs("baseline_value"), Value(0.0))
    upwards = When(directions__0="maximize", then=(best - default) / size)
    return Case(upwards, default=(default - best) / size, output_field=FloatField())


def _soonest_first(studies: StudyQuerySet, slots: int) -> StudyQuerySet:
    """Running studies by their estimate, then those without one, then the rest."""
    running = studies.active().only(*ESTIMATED).order_by("-pk")[:MOST_ESTIMATES]
    estimates = {study.pk: remaining_seconds(study, slots) for study in running}
    known = [When(pk=pk, then=Value(seconds)) for pk, seconds in estimates.items() if seconds is not None]
    seconds = Case(*known, default=None, output_field=FloatField())
    first = Case(When(state=State.RUNNING, then=0), When(state=State.PAUSED, then=1), default=2)
    placed = studies.annotate(left=seconds, first=first)
    return placed.order_by("first", F("left").asc(nulls_last=True), "-pk")


def chips_of(asked: Asked, reader: int | None = None) -> tuple[list[Chip], int]:
    """Return the chips with their counts, and how many deleted studies match; one query."""
    here = Q(deleted=None)
    shown = {"all": _unfolded(asked, "")}
    shown |= {f"of_{key}": condition & _unfolded(asked, key) for key, (_, condition) in FILTERS.items()}
    counts = {key: Count("pk", filter=here & condition) for key, condition in shown.items()}
    found = matching(asked, reader).aggregate(gone=Count("pk", filter=~here), **counts)
    chips = [Chip("", "All", found["all"], asked.query(state=""))]
    chips += [
        Chip(key, word, found[f"of_{key}"], asked.query(state=key)) for key, (word, _) in FILTERS.items()
    ]
    return chips, found["gone"]


def tags_and_owners() -> tuple[list[Choice], list[Choice]]:
    """Return what there is to filter by, most used first; two queries that read little."""
    tags: Counter[str] = Counter()
    for words in Study.objects.visible().exclude(tags=[]).values_list("tags", flat=True):
        tags.update(dict.fromkeys(words, 1))
    owners = Study.objects.visible().exclude(owner=None).values_list("owner__username").annotate(Count("pk"))
    by_use = sorted(tags.items(), key=lambda item: (-item[1], item[0]))
    return [Choice(*item) for item in by_use], [Choice(*item) for item in owners.order_by("owner__username")]


def pulse() -> Pulse:
    """Feel the pulse of all studies together; one query, written out because it is asked every second."""
    with connection.cursor() as cursor:
        cursor.execute(_PULSE)
        *marks, busy = cursor.fetchone()
    return Pulse("-".join(str(number or 0) for number in marks), bool(busy))


_PULSE = f"""
    SELECT SUM(revision), MAX(id), COUNT(*), COUNT(deleted),
           SUM(CASE WHEN deleted IS NULL AND (n_running > 0 OR state = '{State.RUNNING}') THEN 1 ELSE 0 END)
    FROM {Study._meta.db_table}"""
