"""What every page's frame shows: where one is, and how many workers there are (a context processor)."""

from django.db.models import Sum
from django.http import HttpRequest

from trials.models import Worker


def training_slots() -> int:
    """How many trials the living workers can train at once."""
    return Worker.objects.alive().training().aggregate(slots=Sum("slots"))["slots"] or 0


def frame(request: HttpRequest) -> dict[str, object]:
    """Context of base.html; nothing about workers is told to people who are not signed in."""
    match = request.resolver_match
    section = "new" if match and match.url_name == "study-new" else "studies"
    user = getattr(request, "user", None)
    signed_in = user is not None and user.is_authenticated
    return {"section": section, "workers": training_slots() if signed_in else None}
