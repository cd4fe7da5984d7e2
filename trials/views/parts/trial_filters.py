"""The filters of the table of trials on its page: fields to fill in, chips to take back, states."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from trials import wording
from trials.forms.trial_filters import TrialQuery
from trials.listing import Choice, Field, Filters, Range
from trials.models import Study, Trial


@dataclass(frozen=True)
class FilterField:
    """A range (low and high as typed, with the ends of the space as a hint) or choices to tick."""

    key: str
    title: str
    mono: bool
    family: str = ""
    low: str = ""
    high: str = ""
    low_hint: str = ""
    high_hint: str = ""
    choices: tuple[tuple[str, bool], ...] = ()  # (value, whether it is chosen)
    error: str = ""


@dataclass(frozen=True)
class Chip:
    """A state to switch on or off, or an active filter to take back."""

    word: str
    address: str
    count: int | None = None
    current: bool = False


@dataclass(frozen=True)
class FilterForm:
    fields: tuple[FilterField, ...]
    text: str
    top: str
    top_error: str
    inside: str
    front: str
    limits: str
    numbers: str
    active: tuple[Chip, ...]
    states: tuple[Chip, ...]
    kept: tuple[tuple[str, str], ...]
    """What the address says beside the form's own fields."""
    edited: bool
    """Whether some trials were asked from another space than the present one."""
    faulty: bool


def filter_form(study: Study, query: TrialQuery, shown: Mapping[str, bool]) -> FilterForm:
    """Return the form for an address; nothing is read."""
    fields = tuple(_field(study, query, one) for one in query.fields.values() if _offered(one))
    own = {"q", "top", "inside", "front", "limits", *(key for one in fields for key in _keys(one.key))}
    return FilterForm(
        fields=fields,
        text=query.text("q"),
        top=query.text("top"),
        top_error=query.problems.get("top", ""),
        inside=query.text("inside"),
        front=query.text("front"),
        limits=query.text("limits"),
        numbers=query.text("trial"),
        active=tuple(_active(study, query)),
        states=tuple(_states(study, query)),
        kept=tuple((key, value) for key, value in query.with_changes({}) if key not in own | {"ticked"}),
        edited=study.space.version > 1,
        faulty=bool(query.problems),
    )


def _offered(field: Field) -> bool:
    return field.key not in ("number", "state", "started", "worker") and not field.twin


def _keys(key: str) -> tuple[str, str, str]:
    return key, f"{key}.min", f"{key}.max"


def _field(study: Study, query: TrialQuery, field: Field) -> FilterField:
    key, low, high = _keys(field.key)
    error = " ".join(filter(None, (query.problems.get(each) for each in (key, low, high))))
    title = "Time, s" if field.key == "seconds" else field.title
    if field.kind == "choice":
        chosen = query.texts(key)
        texts = [str(choice)[:500] for choice in field.choices]
        return FilterField(
            key,
            title,
            True,
            field.family,
            choices=tuple((text, text in chosen) for text in texts),
            error=error,
        )
    ends = _ends(study, field)
    mono = field.source == "parameter"
    return FilterField(key, title, mono, field.family, query.text(low), query.text(high), *ends, error=error)


def _ends(study: Study, field: Field) -> tuple[str, str]:
    parameter = study.space.space.parameters.get(field.name) if field.source == "parameter" else None
    bounds = getattr(parameter, "bounds", None)
    return (wording.setting(bounds[0]), wording.setting(bounds[1])) if bounds else ("", "")


# --- chips --------------------------------------------------------------------------------------------
def _states(study: Study, query: TrialQuery) -> Iterator[Chip]:
    """All, and each state there is: a click adds it or takes it back.

    Counts are the whole study's, which its row knows; under another filter they would be wrong.
    """
    chosen = query.filters.states
    whole = query.filters.only_states
    yield Chip("All", query.address(state=""), study.next_number if whole else None, not chosen)
    for state in Trial.State.values:
        count = getattr(study, f"n_{state}")
        if count or state in chosen:
            rest = [one for one in Trial.State.values if (one in chosen) != (one == state)]
            word = wording.state_look(state).word
            yield Chip(word, query.address(state=rest), count if whole else None, state in chosen)


def _active(study: Study, query: TrialQuery) -> Iterator[Chip]:
    filters: Filters = query.filters
    for part in (*filters.ranges, *filters.choices):
        keys = dict.fromkeys(_keys(part.field.key), "")
        words = _range_words(part) if isinstance(part, Range) else _choice_words(part)
        family = f"{part.field.family}, " if part.field.family else ""
        yield Chip(f"{family}{part.field.title} {words}", query.address(**keys))
    if filters.text:
        yield Chip(f"“{filters.text}”", query.address(q=""))
    if filters.top is not None:
        yield Chip(f"best {wording.short(filters.top)}{wording.THIN}%", query.address(top=""))
    if filters.inside is not None:
        side = "inside" if filters.inside else "outside"
        yield Chip(f"{side} the present space", query.address(inside=""))
    if filters.front:
        yield Chip("on the front", query.address(front=""))
    if filters.feasible is not None:
        yield Chip("within the limits" if filters.feasible else "breaking a limit", query.address(limits=""))
    if filters.numbers is not None:
        numbers = wording.listed([f"{number:,}" for number in filters.numbers[:6]])
        more = len(filters.numbers) - 6
        words = f"trials {numbers}" if more <= 0 else f"{len(filters.numbers):,} chosen trials"
        yield Chip(words, query.address(trial=""))


def _range_words(part: Range) -> str:
    low, high = wording.short(part.low), wording.short(part.high)
    if part.low is None:
        return f"up to {high}"
    return f"from {low}" if part.high is None else f"{low} to {high}"


def _choice_words(part: Choice) -> str:
    return " or ".join(part.values)
