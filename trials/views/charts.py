"""A study's chart as JSON: `static/js/charts.js` fetches it and draws."""

import json
from zlib import crc32

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from hpo_dashboard import __version__
from trials.charts import registry
from trials.charts.base import Chart
from trials.forms.trial_filters import trial_query
from trials.listing import fields_of
from trials.models import Study

from .parts.answers import Answers

#: Answers of this process, by the study's revision and what was asked.
answers = Answers()


@require_GET
@gzip_page
def data(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer {figure, lead, sentence, revision, trial_url}, or 304 while the study's revision is unchanged.

    A chart that follows the table of trials takes the query string of the table's filters; one with controls
    takes a value for each. What one viewer was answered the next ones get from memory.
    `figure` is null where there is too little to show; `lead` begins the sentence. In `trial_url` the
    trial's number goes where "{number}" stands.
    """
    chart = registry.get(name)
    if chart is None:
        raise Http404(f"No chart {name!r}; there are {', '.join(registry.available())}.")
    study = get_object_or_404(Study.objects.visible(), pk=pk)
    asked = request.GET.urlencode() if chart.selected or chart.controls else ""
    etag = quote_etag(f"{__version__}-{name}-{study.pk}-{study.revision}-{crc32(asked.encode()):x}")
    response = get_conditional_response(request, etag=etag)
    if response is None:
        key = (*_identity(study), name, asked)
        body = answers.get(key) or answers.keep(key, _drawn(chart, study, request.GET if asked else None))
        response = HttpResponse(body, content_type="application/json")
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response


def _identity(study: Study) -> tuple[object, ...]:
    """What tells one state of one study from all others, also when tests begin with number 1 again."""
    return settings.DATABASES["default"]["NAME"], study.pk, study.created, study.revision


def _drawn(chart: Chart, study: Study, asked: QueryDict | None) -> bytes:
    filters = None if asked is None else trial_query(asked, fields_of(study)).filters
    drawing = chart.draw(study, filters, asked.dict() if asked is not None else None)  # type: ignore[arg-type]
    answer = {
        "figure": drawing.figure,
        "lead": drawing.words.lead,
        "sentence": str(drawing.words),
        "revision": study.revision,
        "trial_url": reverse("trial", args=[study.pk, 0]).replace("/0/", "/{number}/"),
    }
    return json.dumps(answer, separators=(",", ":"), allow_nan=False).encode()
