"""A study's chart as JSON: `static/js/charts.js` fetches it and draws."""

from zlib import crc32

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_GET

from hpo_dashboard import __version__
from trials.charts import registry
from trials.forms.trial_filters import trial_query
from trials.listing import fields_of
from trials.models import Study


@require_GET
@gzip_page
def data(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """Answer {figure, lead, sentence, revision, trial_url}, or 304 while the study's revision is unchanged.

    A chart that follows the table of trials takes the query string of the table's filters.
    `figure` is null where there is too little to show; `lead` begins the sentence. In `trial_url` the
    trial's number goes where "{number}" stands.
    """
    chart = registry.get(name)
    if chart is None:
        raise Http404(f"No chart {name!r}; there are {', '.join(registry.available())}.")
    study = get_object_or_404(Study.objects.visible(), pk=pk)
    asked = request.GET.urlencode() if chart.selected else ""
    etag = quote_etag(f"{__version__}-{name}-{study.pk}-{study.revision}-{crc32(asked.encode()):x}")
    response = get_conditional_response(request, etag=etag)
    if response is None:
        filters = trial_query(request.GET, fields_of(study)).filters if asked else None
        drawing = chart.draw(study, filters)
        response = JsonResponse(
            {
                "figure": drawing.figure,
                "lead": drawing.words.lead,
                "sentence": str(drawing.words),
                "revision": study.revision,
                "trial_url": reverse("trial", args=[study.pk, 0]).replace("/0/", "/{number}/"),
            },
            json_dumps_params={"separators": (",", ":")},
        )
    response.headers["ETag"] = etag
    patch_cache_control(response, private=True, no_cache=True)
    return response
