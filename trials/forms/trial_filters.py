"""Which trials an address asks for, in which order and columns: read, said back, and what is wrong with it.

The table of trials, its chart and the exports take the same addresses: `state=failed`, `value.min=0.1`,
`param:C.max=10`, `param:kernel=rbf`, `q=memory`, `top=10`, `inside=yes`, `front=yes`, `limits=kept`,
`trial=3,8`, `sort=-value`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote, urlencode

from django.http import QueryDict

from trials.listing import Choice, Field, Filters, Order, Place, Range
from trials.models import Trial
from trials.wording import listed, short

from .numbers import NotANumber, number

Pairs = tuple[tuple[str, str], ...]

DEFAULT_SORT = "-number"
LONGEST_TEXT = 200
MOST_NUMBERS = 1000
LAST_NUMBER = 2**31 - 1
_NUMBERS = re.compile(r"[\s,]+")
INSIDE = {"yes": True, "no": False}
LIMITS = {"kept": True, "broken": False}
#: Where a page begins: changing anything else leads back to the first one.
PAGE_KEYS = ("page", "after", "before")


@dataclass(frozen=True)
class TrialQuery:
    """An address, understood.

    pairs: what it says, without blanks and unknown keys; also what could not be understood.
    problems: what is wrong, by the key it stands under; such a part filters nothing.
    ticked: the numbers of the rows that are ticked.
    """

    fields: Mapping[str, Field]
    pairs: Pairs
    filters: Filters
    order: Order
    place: Place = field(default_factory=Place)
    page: int = 1
    ticked: tuple[int, ...] = ()
    shown: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()
    problems: Mapping[str, str] = field(default_factory=dict)

    def text(self, key: str) -> str:
        """What the address says under a key, as it was typed."""
        return next((value for name, value in self.pairs if name == key), "")

    def texts(self, key: str) -> tuple[str, ...]:
        return tuple(value for name, value in self.pairs if name == key)

    @property
    def sorted(self) -> bool:
        """Whether the address names an order."""
        return bool(self.text("sort"))

    def address(self, **changes: str | Sequence[str]) -> str:
        """The query string with some keys changed ("" leaves one out), on the first page."""
        return address_of(self.with_changes(changes))

    def with_changes(self, changes: Mapping[str, str | Sequence[str]]) -> Pairs:
        kept = [pair for pair in self.pairs if pair[0] not in changes and pair[0] not in PAGE_KEYS]
        for key, value in changes.items():
            kept += [(key, each) for each in ([value] if isinstance(value, str) else value) if each]
        return tuple(pair for pair in kept if pair != ("sort", DEFAULT_SORT))

    def only_filters(self) -> Pairs:
        """What says which trials are meant, and nothing of how they are shown."""
        aside = ("sort", "ticked", "show", "hide", *PAGE_KEYS)
        return tuple(pair for pair in self.pairs if pair[0] not in aside)


def address_of(pairs: Sequence[tuple[str, str]]) -> str:
    """Return a query string that a person can read."""
    return "?" + urlencode(pairs, quote_via=quote, safe=":,")


def trial_query(query: QueryDict, fields: Mapping[str, Field]) -> TrialQuery:
    """Read an address; whatever it cannot mean is a problem or, where it is no filter, left aside."""
    return _Reader(query, fields).read()


class _Reader:
    def __init__(self, query: QueryDict, fields: Mapping[str, Field]) -> None:
        self.query, self.fields = query, fields
        self.pairs: list[tuple[str, str]] = []
        self.problems: dict[str, str] = {}

    def read(self) -> TrialQuery:
        filters = Filters(
            states=self._states(),
            text=self._text("q"),
            ranges=tuple(self._ranges()),
            choices=tuple(self._choices()),
            top=self._top(),
            inside=self._one_of("inside", INSIDE),
            front=bool(self._one_of("front", {"yes": True})),
            feasible=self._one_of("limits", LIMITS),
            numbers=self._numbers("trial") or None,
        )
        order = self._order()
        ticked = self._numbers("ticked")
        shown, hidden = self._columns("show"), self._columns("hide")
        place, page = self._place()
        return TrialQuery(
            self.fields, tuple(self.pairs), filters, order, place, page, ticked, shown, hidden, self.problems
        )

    def _said(self, key: str) -> list[str]:
        """All that stands under a key, each once; NUL would break a database."""
        texts = (text.strip()[:500] for text in self.query.getlist(key))
        return [text for text in dict.fromkeys(texts) if text and text.isprintable()]

    def _states(self) -> tuple[str, ...]:
        asked = [state for text in self._said("state") for state in text.split(",")]
        states = tuple(state for state in Trial.State.values if state in asked)
        self.pairs += [("state", state) for state in states]
        return states

    def _text(self, key: str) -> str:
        text = " ".join(self._said(key)[:1])[:LONGEST_TEXT]
        self.pairs += [(key, text)] if text else []
        return text

    # --- ranges and choices ---------------------------------------------------------------------------
    def _ranges(self) -> Iterator[Range]:
        for one in self.fields.values():
            if one.kind != "number" or one.key == "number":
                continue
            low, high = self._end(f"{one.key}.min"), self._end(f"{one.key}.max")
            if low is not None and high is not None and low > high:
                self.problems[f"{one.key}.max"] = f"{short(high)} is below the lower end, {short(low)}."
            elif low is not None or high is not None:
                yield Range(one, low, high)

    def _end(self, key: str) -> float | None:
        text = self._text(key)
        if not text:
            return None
        try:
            return float(number(text))
        except (NotANumber, OverflowError) as problem:
            self.problems[key] = f"{problem}."
            return None

    def _choices(self) -> Iterator[Choice]:
        for one in self.fields.values():
            if one.key == "state" or one.kind not in ("choice", "text"):
                continue
            said = self._said(one.key)
            self.pairs += [(one.key, text) for text in said]
            known = {str(choice)[:500] for choice in one.choices}
            strange = [text for text in said if text not in known] if one.kind == "choice" else []
            if strange:
                self.problems[one.key] = f"{one.title} is never {listed(strange)}."
            if values := tuple(text for text in said if text not in strange):
                yield Choice(one, values)

    def _top(self) -> float | None:
        percent = self._end("top")
        if percent is None or 0 < percent <= 100:
            return percent
        self.problems["top"] = f"{short(percent)} per cent is not above 0 and at most 100."
        return None

    def _one_of(self, key: str, meanings: Mapping[str, bool]) -> bool | None:
        said = self.query.get(key, "")
        self.pairs += [(key, said)] if said in meanings else []
        return meanings.get(said)

    def _numbers(self, key: str) -> tuple[int, ...]:
        texts = [part for text in self.query.getlist(key) for part in _NUMBERS.split(text[:20_000])]
        whole = (int(text) for text in texts if text.isascii() and text.isdecimal() and len(text) < 11)
        numbers = sorted({one for one in whole if one <= LAST_NUMBER})[:MOST_NUMBERS]
        self.pairs += [(key, ",".join(map(str, numbers)))] if numbers else []
        return tuple(numbers)

    # --- how it is shown ------------------------------------------------------------------------------
    def _order(self) -> Order:
        asked = self.query.get("sort", "")
        down, key = asked.startswith("-"), asked.removeprefix("-")
        if key not in self.fields:
            return Order(self.fields["number"], down=True)
        self.pairs += [("sort", asked)] if asked != DEFAULT_SORT else []
        return Order(self.fields[key], down)

    def _columns(self, key: str) -> tuple[str, ...]:
        columns = tuple(self._said(key))
        self.pairs += [(key, column) for column in columns]
        return columns

    def _place(self) -> tuple[Place, int]:
        text = self.query.get("page", "1")
        page = max(1, int(text)) if text.isascii() and text.isdecimal() and len(text) < 8 else 1
        if page == 1:
            return Place(), 1
        for key in ("after", "before"):
            place = self.query.get(key, "")
            if place.isascii() and place.isdecimal() and len(place) < 11 and int(place) <= LAST_NUMBER:
                self.pairs += [("page", str(page)), (key, str(int(place)))]
                return Place(**{key: int(place)}), page
        self.pairs += [("page", str(page))]
        return Place(), page
