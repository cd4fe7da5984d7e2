"""When a lease is over, by the database's clock; the sets of trials, studies and final models use it."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

#: No lease ends so many ahead, also not for a statement that waited for a lock and whose Now() is old.
LEASES_AHEAD = 10


def over(field: str) -> Q:
    """Run out, or so far ahead that the clock was put back since it was taken: it would hold for hours."""
    ahead = Now() + timedelta(seconds=LEASES_AHEAD * settings.HPO_LEASE_SECONDS)
    return Q(**{f"{field}__lt": Now()}) | Q(**{f"{field}__gt": ahead})
