"""The comparison: any studies side by side, live; and its charts as JSON."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import get_conditional_response, patch_cache_control
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from hpo_dashboard import __version__
from trials import wording
from trials.charts.comparing import compare, overlay
from trials.forms.comparing import AXES, Compared
from trials.forms.home import Asked
from trials.models import Study, StudyGroup

from . import live as living
from .charts import answers
from .frame import training_slots
from .parts import study_list
from .parts.comparison import apart, compared_studies, in_asked_order, panels_shown
from .parts.differences import configurations_of, settings_of, spaces_of
from .parts.group_rows import groups_of

#: Milliseconds between two questions: several studies change all the time.
EVERY = 2000
#: Studies that are offered to add.
OFFERED = 12
#: Groups that are listed while no study is chosen.
GROUPS = 20


@require_GET
@gzip_page
def page(request: HttpRequest) -> HttpResponse:
    """Show the studies of the address side by side, and which could be added."""
    now = _Now.at(request)
    shown = _context(request, now) | _offers(now.asked) | {"every": now.every, "etag": now.etag}
    shown["groups"] = groups_of(GROUPS) if not shown["studies"] else ()
    return render(request, "compare/page.html", shown)


@require_GET
@gzip_page
def live(request: HttpRequest) -> HttpResponse:
    """Send what changed; one small query while nothing did."""
    now = _Now.at(request)
    context = lambda: _context(request, now)  # noqa: E731
    return living.answer(request, now.etag, now.every, "compare/live.html", context)


@require_GET
@gzip_page
def chart(request: HttpRequest, place: int) -> HttpResponse:
    """Answer {figure, lead, sentence, revision} of one panel, or 304 while no study of it has changed."""
    now = _Now.at(request)
    etag = living.tag(__version__, "chart", place, now.asked.by, now.marks)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        key = (settings.DATABASES["default"]["NAME"], "compare", place, now.asked.by, now.marks)
        body = answers.get(key) or answers.keep(key, _drawn(now, place))
        response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _drawn(now: "_Now", place: int) -> bytes:
    verdicts = compare(now.studies())
    if place >= len(verdicts):
        raise Http404("There is no such panel in this comparison.")
    data = overlay.data(verdicts[place], now.asked.by)
    words = overlay.words(data)
    answer = {
        "figure": overlay.figure(data),
        "lead": words.lead,
        "sentence": str(words),
        "revision": now.revision,
        "trial_url": "",
    }
    return json.dumps(answer, separators=(",", ":"), allow_nan=False).encode()


@dataclass(frozen=True)
class _Now:
    """What decides whether the comparison has changed; one query, 304 or not."""

    asked: Compared
    marks: tuple[Any, ...]
    """What tells one state of the studies from others: rows of their key, state, revision and so on."""
    slots: int
    group: StudyGroup | None

    @classmethod
    def at(cls, request: HttpRequest) -> "_Now":
        asked = Compared.read(request.GET)
        group = None
        if asked.group is not None:
            group = StudyGroup.objects.filter(pk=asked.group).first()
            members = Study.objects.visible().filter(group=asked.group).order_by("pk")
            asked = replace(asked, members=tuple(members.values_list("pk", flat=True)))
        read = ("pk", "created", "revision", "state", "name", "deleted")
        marks = Study.objects.filter(pk__in=asked.all).order_by("pk")
        return cls(asked, tuple(marks.values_list(*read, named=True)), training_slots(), group)

    @property
    def every(self) -> int:
        states = {mark.state for mark in self.marks if mark.deleted is None}
        if Study.State.RUNNING in states:
            return EVERY
        return 2 * EVERY if Study.State.PAUSED in states else 0

    @property
    def etag(self) -> str:
        return living.tag(self.asked, self.marks, self.slots, self.group and self.group.name)

    @property
    def revision(self) -> int:
        """Rises with every change of any of the studies."""
        return sum(mark.revision for mark in self.marks)

    def studies(self) -> list[Study]:
        return in_asked_order(compared_studies(self.asked), self.asked)


def _context(request: HttpRequest, now: _Now) -> dict[str, Any]:
    asked = now.asked
    studies = now.studies()
    panels = panels_shown(studies, asked, now.slots)
    return {
        "asked": asked,
        "group": now.group,
        "states": {study.state for study in studies},
        "studies": studies,
        "panels": panels,
        "apart": apart(panels),
        "missing": _missing(now),
        "deleted": [mark for mark in now.marks if mark.deleted is not None],
        "settings": settings_of(studies, asked.differences),
        "spaces": spaces_of(studies, asked.differences),
        "configurations": configurations_of(studies, asked.differences),
        "along": [(asked.query(by=key), words, key == asked.by) for key, words in AXES.items()],
        "all_rows": asked.query(differences=False),
        "only_differences": asked.query(differences=True),
        "revision": now.revision,
        "workers": now.slots,
        "say": _say(studies),
    }


def _missing(now: _Now) -> str:
    """What was asked for and is not there, as a sentence; "" when all is."""
    there = {mark.pk for mark in now.marks}
    gone = [str(pk) for pk in now.asked.studies if pk not in there]
    told = []
    if now.asked.group is not None and (now.group is None or not now.asked.members):
        told.append(f"Group {now.asked.group} is not there, or all of its studies are deleted.")
    if gone:
        are = "is" if len(gone) == 1 else "are"
        noun = "Study" if len(gone) == 1 else "Studies"
        told.append(f"{noun} {wording.listed(gone)} {are} not there, or not any more.")
    if now.asked.odd:
        odd = wording.listed([f"“{text}”" for text in now.asked.odd])
        told.append(f"{odd} {'is' if len(now.asked.odd) == 1 else 'are'} no number of a study.")
    return " ".join(told)


def _say(studies: Sequence[Study]) -> str:
    running = sum(study.state == Study.State.RUNNING for study in studies)
    return f"{wording.count(len(studies), 'study', 'studies')} compared, {running} running"


def _offers(asked: Compared) -> dict[str, Any]:
    """Studies to add, the newest first; those that the search words find."""
    found = study_list.matching(Asked(q=asked.q)).visible().exclude(pk__in=asked.all)
    offered = found.order_by("-pk").only("name", "objective", "optimizer", "state", "metrics", "directions")
    listed = list(offered[: OFFERED + 1])
    return {"offers": listed[:OFFERED], "more_offers": len(listed) > OFFERED}
