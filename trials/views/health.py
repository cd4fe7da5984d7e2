"""/healthz: whether web, database, broker and workers are up, for supervisors, containers and monitors."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache

from hpo_dashboard.database import pending_migrations
from trials.models import Worker

#: What does not answer within this many seconds counts as down.
PATIENCE = 1.0


class Check:
    """One part's check, in a thread of its own; one that hangs is not started a second time."""

    def __init__(self, part: str, problem: Callable[[], str]) -> None:
        """`problem` returns what is wrong in words, empty when nothing is; it may raise or hang."""
        self.part = part
        self._problem = problem
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"health-{part}")
        self._latest: Future[str] | None = None

    def start(self) -> "Future[str]":
        if self._latest is None or self._latest.done():
            self._latest = self._thread.submit(self._problem)
        return self._latest

    def down(self, answer: "Future[str]") -> str | None:
        """Put a started check's result into words, or return None when the part is up."""
        if not answer.done():
            return f"{self.part}: no answer within {PATIENCE:g} s"
        if error := answer.exception():
            return f"{self.part}: {type(error).__name__}: {(str(error).splitlines() or ['no details'])[0]}"
        return f"{self.part}: {answer.result()}" if answer.result() else None


class Schema:
    """Remembers that the tables are up to date: they cannot become older while this code runs."""

    current = False


def database_problem() -> str:
    """Workers are part of the database's answer: they report for duty in a table."""
    try:
        if not Schema.current:
            if pending := pending_migrations():
                return f"{len(pending)} migrations are not applied; run `hpo-dashboard migrate`"
            Schema.current = True
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        connection.close()
    return ""


def broker_problem() -> str:
    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=0.8, socket_connect_timeout=0.8) as client:
        client.ping()
    return ""


def workers_problem() -> str:
    try:
        served = {
            queue
            for queues in Worker.objects.alive().values_list("queues", flat=True)
            for queue in queues.split(",")
        }
    finally:
        connection.close()
    missing = sorted({"optimizers", "training"} - served)
    return f"nobody serves the queue {' or '.join(missing)}" if missing else ""


CHECKS = (
    Check("database", database_problem),
    Check("broker", broker_problem),
    Check("workers", workers_problem),
)


@never_cache
@login_not_required
def healthz(request: HttpRequest) -> JsonResponse:
    """200 {"status": "ok"}, or 503 {"status": "down", "down": [words, …]} within about a second."""
    answers = [(check, check.start()) for check in CHECKS]
    wait([answer for _, answer in answers], timeout=PATIENCE)
    down = [words for check, answer in answers if (words := check.down(answer))]
    if down:
        return JsonResponse({"status": "down", "down": down}, status=503)
    return JsonResponse({"status": "ok"})
