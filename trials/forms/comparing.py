"""What a person wants to compare: read from the comparison's address and written back into it."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from .numbers import NotANumber, number, typed

#: Along what the best so far is drawn: its key in the address, and words.
AXES = {"trial": "Trials", "time": "Wall time", "compute": "Training time"}
#: More studies than anybody looks at; an address stays short enough for every proxy.
MOST = 100
LONGEST = 200
MOST_DIGITS = 18


@dataclass(frozen=True)
class Compared:
    """Studies by number, a group whose studies are meant, and how they are looked at.

    odd: what was asked for and is no number of a study.
    reach: the value whose trials are counted; None leaves it to the page.
    """

    studies: tuple[int, ...] = ()
    odd: tuple[str, ...] = ()
    group: int | None = None
    by: str = "trial"
    differences: bool = False
    reach: float | None = None
    q: str = ""
    members: tuple[int, ...] = ()
    """The studies of the group, once it is known: they are compared first."""

    @property
    def all(self) -> tuple[int, ...]:
        """All studies that are meant, each once."""
        return tuple(dict.fromkeys(self.members + self.studies))[:MOST]

    @classmethod
    def read(cls, query: QueryDict) -> "Compared":
        """Read an address's query: studies=1,2 as well as studies=1&studies=2; the rest is left out."""
        texts = [part.strip() for each in query.getlist("studies") for part in each.split(",")]
        asked = [text for text in dict.fromkeys(texts) if text]
        known = [text for text in asked if _is_id(text)]
        group, by = query.get("group", ""), query.get("by", "")
        return cls(
            studies=tuple(dict.fromkeys(int(text) for text in known[:MOST])),
            odd=tuple(text[:40] for text in asked if not _is_id(text))[:5],
            group=int(group) if _is_id(group) else None,
            by=by if by in AXES else "trial",
            differences=query.get("differences") == "1",
            reach=_value(query.get("reach", "")),
            q=query.get("q", "").replace("\x00", "").strip()[:LONGEST],
        )

    def query(self, **changes: object) -> str:
        """Write the query of an address with these changes, "?" and all; what is as usual is left out."""
        wanted = replace(self, **changes)  # type: ignore[arg-type]
        pairs = {
            "group": wanted.group,
            "studies": ",".join(map(str, wanted.studies)),
            "by": wanted.by if wanted.by != "trial" else "",
            "differences": "1" if wanted.differences else "",
            "reach": "" if wanted.reach is None else typed(wanted.reach),
        }
        return "?" + urlencode({name: each for name, each in pairs.items() if each}, safe=",")

    def without(self, study: int) -> str:
        """The address of the same without one of the studies; of a group the others are named one by one."""
        if study in self.members:
            return self.query(group=None, studies=tuple(each for each in self.all if each != study))
        return self.query(studies=tuple(each for each in self.studies if each != study))


def _is_id(text: str) -> bool:
    return text.isdecimal() and text.isascii() and len(text) <= MOST_DIGITS


def _value(text: str) -> float | None:
    try:
        return number(text)
    except NotANumber:
        return None
