"""What a person wants to see of the studies: read from the home page's address and written back into it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from urllib.parse import urlencode

#: Order of the rows: its key in the address and its words.
SORTS = {
    "newest": "newest",
    "name": "name",
    "gain": "best gain",
    "remaining": "remaining time",
    "failures": "most failures",
}
LONGEST = 200


@dataclass(frozen=True)
class Asked:
    """Search words, filters, order and page; each default stands for "everything, newest first"."""

    q: str = ""
    state: str = ""
    tag: str = ""
    owner: str = ""
    group: str = ""
    starred: str = ""
    sort: str = "newest"
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> "Asked":
        """Read an address's query; what means nothing is left out, so that every address shows a page."""
        texts = {
            name: _clean(query.get(name, "")) for name in ("q", "state", "tag", "owner", "group", "starred")
        }
        sort, page = query.get("sort", ""), query.get("page", "")
        number = int(page) if page.isdecimal() and page.isascii() and len(page) < 8 else 1
        return cls(**texts, sort=sort if sort in SORTS else "newest", page=max(1, number))

    @property
    def narrowed(self) -> bool:
        """Whether fewer than all studies are asked for."""
        return bool(self.q or self.state or self.tag or self.owner or self.group or self.starred)

    @property
    def folded(self) -> bool:
        """Whether the studies of groups stand behind their group: nothing is looked for among all studies."""
        return not (self.q or self.tag or self.owner or self.group or self.starred)

    @property
    def words(self) -> list[str]:
        """The search words, each of which must be found."""
        return self.q.split()[:8]

    def query(self, **changes: object) -> str:
        """Write the query of an address with these changes, "?" and all; another filter begins at page 1."""
        wanted = replace(self, **({"page": 1} | changes))  # type: ignore[arg-type]
        defaults = {field.name: field.default for field in fields(self)}
        pairs = {name: value for name, value in asdict(wanted).items() if value != defaults[name]}
        return "?" + urlencode(pairs)


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()[:LONGEST]
