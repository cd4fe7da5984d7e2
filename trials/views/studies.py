"""The home page: how all studies are going, live; examples while there are none."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trials.examples import examples
from trials.forms.home import SORTS, Asked

from . import live as living
from .frame import crew
from .parts import study_list, study_rows
from .parts.notices import Notice
from .parts.trouble import troubles


def page(request: HttpRequest) -> HttpResponse:
    """Show one page of the studies that the address asks for."""
    now = _Now.at(request)
    return render(request, "studies/page.html", now.context() | {"every": now.every, "etag": now.etag})


def live(request: HttpRequest) -> HttpResponse:
    """Send the rows and totals again when one of them changed."""
    now = _Now.at(request)
    return living.answer(request, now.etag, now.every, "studies/live.html", now.context)


@dataclass(frozen=True)
class _Now:
    """What the page shows beyond single rows; read for every answer, 304 or not."""

    asked: Asked
    slots: int
    problems: tuple[Notice, ...]
    pulse: study_list.Pulse

    @classmethod
    def at(cls, request: HttpRequest) -> "_Now":
        here = crew(request)
        return cls(Asked.read(request.GET), here.slots, troubles(here), study_list.pulse())

    @property
    def every(self) -> int:
        return living.WHILE_RUNNING if self.pulse.busy else living.WHILE_WAITING

    @property
    def etag(self) -> str:
        """Changes whenever the page would, and for another selection."""
        return living.tag(self)

    def context(self) -> dict[str, Any]:
        return _context(self.asked, self.slots, self.problems)


def _context(asked: Asked, slots: int, problems: Sequence[Notice]) -> dict[str, Any]:
    chips, deleted = study_list.chips_of(asked)
    total = deleted if asked.state == study_list.DELETED else _number_behind(chips, asked.state)
    start = (asked.page - 1) * study_list.PER_PAGE
    studies = study_list.ordered(study_list.listed(asked), asked.sort, slots)
    studies = studies.select_related("best", "owner").defer(
        "best__params", "best__log", "best__info", "best__error"
    )
    rows = study_rows.rows_of(studies[start : start + study_list.PER_PAGE], slots, asked)
    tags, owners = study_list.tags_and_owners()
    return {
        "asked": asked,
        "rows": rows,
        "totals": study_rows.totals_of(slots),
        "chips": chips,
        "deleted": deleted,
        "deleted_query": asked.query(state=study_list.DELETED),
        "tags": tags,
        "owners": owners,
        "sorts": SORTS.items(),
        "total": total,
        "first": start + 1,
        "last": start + len(rows),
        "newer": asked.query(page=asked.page - 1) if asked.page > 1 else "",
        "older": asked.query(page=asked.page + 1) if start + len(rows) < total else "",
        "any": asked.narrowed or chips[0].number > 0 or deleted > 0,
        "examples": examples(),
        "workers": slots,
        "troubles": problems,
    }


def _number_behind(chips: list[study_list.Chip], state: str) -> int:
    return next((chip.number for chip in chips if chip.key == state), chips[0].number)
