"""/healthz: whether web, database, broker and workers are up, for supervisors, containers and monitors."""

import math
import time
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
#: How old, in seconds, what a page says about the broker may be.
GLANCE_SECONDS = 3.0


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


class Glance:
    """What a check said last, for pages that must not wait for its answer."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._asked = -math.inf
        self._said = ""

    def __call__(self) -> str:
        """What is wrong in words, empty when nothing is; an answer that is old is asked for anew."""
        now = time.monotonic()
        if now - self._asked > GLANCE_SECONDS:
            self._answer = self._check.start()
            self._asked = now
        if self._answer.done():
            self._said = self._check.down(self._answer) or ""
        return self._said


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


BROKER = Check("broker", broker_problem)
CHECKS = (Check("database", database_problem), BROKER, Check("workers", workers_problem))
broker_trouble = Glance(BROKER)


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
