"""The home page's rows as HTML, kept as long as their study does not change; views/studies.py calls it.

While one study of fifty runs, every second one row is made anew instead of fifty.
"""

from collections.abc import Sequence, Set
from datetime import datetime

from django.http import HttpRequest
from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from trials.models import Study
from trials.models.study import StudyQuerySet

from .study_rows import StudyRow, rows_of

Key = tuple[int, int, datetime, int, bool]

#: Rows of this process by (study, revision, its creation, slots, whether its reader starred it): a database
#: put back from a backup may give a number to another study.
_kept: dict[Key, SafeString] = {}
MOST_KEPT = 2000


def row_html(studies: StudyQuerySet, slots: int, request: HttpRequest, starred: Set[int]) -> list[SafeString]:
    """Return one <tr> for each study, in their order; `starred` are the reader's favourites."""
    rows = list(studies.values_list("pk", "revision", "created"))
    keys = [(*row, slots, row[0] in starred) for row in rows]
    found = {key[0]: _kept[key] for key in keys if key in _kept}
    found |= _made([key[0] for key in keys if key[0] not in found], slots, request, starred)
    return [found[key[0]] for key in keys if key[0] in found]


def _made(keys: Sequence[int], slots: int, request: HttpRequest, starred: Set[int]) -> dict[int, SafeString]:
    if not keys:
        return {}
    studies = Study.objects.filter(pk__in=keys).select_related("best", "owner")
    studies = list(studies.defer("best__params", "best__log", "best__info", "best__error"))
    template = get_template("studies/row.html")
    made = {}
    for study, row in zip(studies, rows_of(studies, slots), strict=True):
        shown = {"row": row, "starred": study.pk in starred}
        made[study.pk] = mark_safe(template.render(shown, request))  # the template has escaped it
        if _lasts(study, row):
            _keep((study.pk, study.revision, study.created, slots, study.pk in starred), made[study.pk])
    return made


def _lasts(study: Study, row: StudyRow) -> bool:
    """Whether a row stays true while its study does not change: times pass, and forms carry secrets."""
    return row.deleted is None and (row.over or "seconds" not in study.budget)


def _keep(key: Key, html: SafeString) -> None:
    if len(_kept) >= MOST_KEPT:
        _kept.clear()
    _kept[key] = html
