"""The playground's pages: they ask and look, workers compute; what is wrong is said beside the field."""

import time
from html import unescape

import pytest
import redis
from django.test import Client

from hpo_dashboard.celery import app
from trials.engine import demonstrations
from trials.models import Demonstration, Worker
from trials.playground.registry import compute, pictures


@pytest.fixture
def worker(db: None) -> Worker:
    return Worker.objects.create(name="o", host="anvil", pid=2, queues="optimizers", slots=4)


def ask(browser: Client, slug: str, **values: str):
    return browser.post(f"/playground/{slug}/ask/", values)


@pytest.mark.parametrize("name", pictures())
def test_every_page_says_what_to_see_and_names_its_methods(browser: Client, worker: Worker, name: str):
    picture = pictures()[name]
    answer = browser.get(f"/playground/{name.replace('_', '-')}/")
    text = unescape(answer.content.decode())
    assert picture.see in text
    assert picture.learn in text
    for method in picture.methods:
        assert f"<code>{method}</code>" in text
    for field in picture.fields:
        assert f'name="{field.key}"' in text
    assert not Demonstration.objects.exists(), "a GET never writes"


def test_a_picture_is_asked_for_looked_for_and_shared(
    browser: Client, worker: Worker, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch
):
    answer = ask(browser, "grid-or-random", side="2")
    assert answer.status_code == 202
    look = answer.json()["look"]
    assert browser.get(look).status_code == 202
    demonstrations.work(compute)
    found = browser.get(look)
    assert found.status_code == 200
    assert set(found.json()["figures"]) == {"grid", "random", "repeats"}
    assert found.json()["lead"].startswith("4 trials each: the grid spends them on 2 different values")
    again = ask(browser, "grid-or-random", side="2")
    assert (again.status_code, again.json()) == (200, found.json())
    assert Demonstration.objects.count() == 1


def test_the_message_goes_to_the_queue_of_the_suggestions(
    browser: Client, worker: Worker, broker: redis.Redis
):
    ask(browser, "halving", n="7")
    deadline = (
        time.monotonic() + 30
    )  # the postman is a thread of its own, and may bring another test's letters first
    while not any(b"trials.tasks.demonstrate" in message for message in broker.lrange("optimizers", 0, -1)):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert app.conf.task_routes["trials.tasks.demonstrate"] == {"queue": "optimizers"}


def test_bad_values_are_said_beside_their_fields_and_nothing_is_asked(browser: Client, worker: Worker):
    answer = ask(browser, "halving", n="1000", eta="x", seed="1")
    assert answer.status_code == 422
    assert set(answer.json()["fields"]) == {"n", "eta"}
    text = unescape(browser.get("/playground/halving/?n=1000").content.decode())
    assert 'value="1000"' in text
    assert "Configurations, n has to be a whole number from 6 to 81, not “1000”." in text
    assert not Demonstration.objects.exists()


def test_without_a_worker_the_page_says_so_in_words_and_keeps_nothing_waiting(browser: Client):
    text = unescape(browser.get("/playground/").content.decode())
    assert "Nothing can be drawn now" in text
    assert "No worker serves the optimizers, and pages compute nothing themselves." in text
    answer = ask(browser, "grid-or-random")
    assert answer.status_code == 503
    assert "worker" in answer.json()["command"] or "make run" in answer.json()["command"]
    assert not Demonstration.objects.exists()


def test_a_share_that_is_used_up_and_a_failure_are_said(
    browser: Client, worker: Worker, broker: redis.Redis, monkeypatch: pytest.MonkeyPatch
):
    look = ask(browser, "grid-or-random", side="5").json()["look"]
    Demonstration.objects.update(values={"side": 5})
    demonstrations.work(compute)
    answer = browser.get(look)
    assert answer.status_code == 502
    assert "KeyError: 'width'" in answer.json()["message"]
    monkeypatch.setattr(demonstrations, "MOST_NEW", 1)
    refused = ask(browser, "grid-or-random", side="4")
    assert refused.status_code == 429
    assert "its share of the workers" in refused.json()["message"]


def test_unknown_pictures_and_strangers_find_nothing(browser: Client, worker: Worker):
    assert browser.get("/playground/roulette/").status_code == 404
    assert browser.get("/playground/grid_or_random/").status_code == 404
    assert browser.get("/playground/halving/0123.json").status_code == 404
    assert browser.get("/playground/halving/ask/").status_code == 405
    assert Client().get("/playground/").status_code == 302
