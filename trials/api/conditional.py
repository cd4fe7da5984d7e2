"""ETags from revisions: a client that knows the newest state gets 304 and no body. Called by every GET."""

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag

from hpo_dashboard import __version__


def unchanged(request: HttpRequest, response: HttpResponse, *state: object) -> HttpResponse | None:
    """Mark the response with the ETag of a state; return a 304 instead when the client has it already."""
    etag = quote_etag("-".join(map(str, (__version__, *state))))
    known = get_conditional_response(request, etag=etag)
    for answer in filter(None, (response, known)):
        answer.headers["ETag"] = etag
        patch_cache_control(answer, private=True, no_cache=True)
    return known
