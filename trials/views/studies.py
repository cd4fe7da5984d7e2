"""The home page: how all studies are going, live; examples while there are none."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trials.examples import examples
from trials.forms.home import SORTS, Asked
from trials.models import Star, Study, StudyGroup

from . import live as living
from .frame import crew
from .parts import study_list, study_rows
from .parts.group_rows import groups_of
from .parts.notices import Notice
from .parts.row_html import row_html
from .parts.trouble import troubles

#: Groups of repeats above the studies; the comparison's page lists more.
GROUPS = 5


def page(request: HttpRequest) -> HttpResponse:
    """Show one page of the studies that the address asks for."""
    now = _Now.at(request)
    context = _context(request, now) | {"every": now.every, "etag": now.etag}
    return render(request, "studies/page.html", context)


def live(request: HttpRequest) -> HttpResponse:
    """Send the rows and totals again when one of them changed."""
    now = _Now.at(request)
    context = lambda: _context(request, now)  # noqa: E731
    return living.answer(request, now.etag, now.every, "studies/live.html", context)


@dataclass(frozen=True)
class _Now:
    """What decides whether the page has changed; read for every answer, 304 or not."""

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
        return living.tag(self)


def _context(request: HttpRequest, now: _Now) -> dict[str, Any]:
    asked, slots = now.asked, now.slots
    chips, deleted = study_list.chips_of(asked, request.user.pk)
    starred = set(Star.objects.filter(user=request.user.pk).values_list("study", flat=True))
    total = deleted if asked.state == study_list.DELETED else _number_behind(chips, asked.state)
    start = (asked.page - 1) * study_list.PER_PAGE
    studies = study_list.ordered(study_list.listed(asked, request.user.pk), asked.sort, slots)
    rows = row_html(studies[start : start + study_list.PER_PAGE], slots, request, starred)
    tags, owners = study_list.tags_and_owners()
    return {
        "asked": asked,
        "rows": rows,
        "totals": study_rows.totals_of(slots),
        "chips": chips,
        "deleted": deleted,
        "deleted_query": asked.query(state=study_list.DELETED),
        "groups": groups_of(limit=GROUPS) if asked.folded and not asked.state else (),
        "in_group": StudyGroup.objects.filter(pk=asked.group).first() if asked.group.isdecimal() else None,
        "tags": tags,
        "any_starred": bool(asked.starred or starred),
        "starred_query": asked.query(starred="" if asked.starred else "yes"),
        "owners": owners,
        "sorts": SORTS.items(),
        "total": total,
        "first": start + 1,
        "last": start + len(rows),
        "newer": asked.query(page=asked.page - 1) if asked.page > 1 else "",
        "older": asked.query(page=asked.page + 1) if start + len(rows) < total else "",
        "any": asked.narrowed or chips[0].number > 0 or deleted > 0 or Study.objects.exists(),
        "examples": examples(),
        "workers": slots,
        "troubles": now.problems,
    }


def _number_behind(chips: list[study_list.Chip], state: str) -> int:
    return next((chip.number for chip in chips if chip.key == state), chips[0].number)
