"""/healthz: 200 when every part is up, else 503 in words; never an error page."""

import time

import pytest
import redis
from django.db import connections
from django.test import Client

from trials.models import Worker
from trials.views.health import Check

# The checks have connections of their own, which see only what is committed.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def workers() -> None:
    for queue in ("optimizers", "training"):
        Worker.objects.create(name=queue, host="here", pid=1, queues=queue, slots=1)


def test_it_is_ok_without_signing_in_when_every_part_is_up(
    client: Client, broker: redis.Redis, workers: None
):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert "no-store" in answer.headers["Cache-Control"]


def test_it_names_the_queue_that_nobody_serves(client: Client, broker: redis.Redis, workers: None):
    Worker.objects.filter(name="training").delete()
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "down": ["workers: nobody serves the queue training"]}


def test_a_broker_that_is_gone_is_named(client: Client, workers: None):
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert [words.split(":")[0] for words in answer.json()["down"]] == ["broker"]


def test_a_database_that_is_gone_is_named(
    client: Client, broker: redis.Redis, workers: None, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(connections.databases["default"], "NAME", "/no/such/database")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert [words.split(":")[:2] for words in answer.json()["down"]] == [
        ["database", " OperationalError"],
        ["workers", " OperationalError"],
    ]


def test_a_part_that_hangs_is_down_and_asked_only_once():
    begun: list[float] = []

    def hang() -> str:
        begun.append(time.monotonic())
        time.sleep(0.5)
        return ""

    check = Check("part", hang)
    first, second = check.start(), check.start()
    assert check.down(first) == "part: no answer within 1 s"
    assert second is first
    assert first.result() == ""
    assert check.down(first) is None
    assert len(begun) == 1
