"""The workers page: who trains what, who fell silent, who takes part from elsewhere, and what starts one."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
import redis
from django.db.models.functions import Now
from django.test import Client

from trials.engine import advance
from trials.models import Study, Trial, Worker

Make = Callable[..., Study]


@pytest.fixture
def worker(db: None) -> Worker:
    return Worker.objects.create(
        name="training-1",
        host="anvil",
        pid=77,
        queues="training",
        slots=4,
        load=9.5,
        cores=2,
        memory_mb=1536.0,
    )


@pytest.fixture
def trial(make_study: Make, claim: Callable[..., tuple[Trial, str]]) -> Trial:
    study = make_study(name="Nightly <i>")
    advance.advance(study.pk)
    found, _ = claim(study)
    Trial.objects.filter(pk=found.pk).update(worker="training-1")
    return found


def page(browser: Client) -> str:
    return unescape(browser.get("/workers/").content.decode()).replace("\xa0", " ")


def test_a_worker_tells_its_machine_slots_trials_load_and_memory(
    browser: Client, worker: Worker, trial: Trial
):
    text = page(browser)
    for words in ("anvil", "process 77", "trains", "<b>1</b> of 4", "9.5 on 2 cores", "1.5 GB"):
        assert words in text
    assert f'href="/studies/{trial.study_id}/trials/0/">Nightly <i>, trial 0</a>' in text
    assert "Elsewhere" not in text


def test_a_silent_worker_is_told_of_for_an_hour(browser: Client, worker: Worker, trial: Trial):
    Worker.objects.update(seen=Now() - timedelta(minutes=5))
    text = page(browser)
    assert "Lost" in text
    assert "fell silent without saying goodbye. 1 trial it held goes back into the queue" in text
    assert "5 min ago" in text
    Worker.objects.update(seen=Now() - timedelta(hours=2))
    assert "process 77" not in page(browser)


def test_whoever_else_holds_a_trial_is_listed_with_its_last_contact(browser: Client, trial: Trial):
    Trial.objects.update(worker="gpu-box", lease_expires=Now() + timedelta(seconds=5), lease_seconds=65)
    text = page(browser)
    assert "gpu-box" in text
    assert "1 min ago" in text


def test_without_workers_it_says_how_to_start_one(browser: Client, trial: Trial, settings):
    text = page(browser)
    assert "No worker is listening" in text
    assert "1 trial is queued and safe" in text
    assert "REDIS_URL=… .venv/bin/python manage.py worker" in text
    Worker.objects.create(name="t", host="a", pid=1, queues="training", slots=1)
    text = page(browser)
    assert "No worker suggests" in text
    assert "manage.py worker --queue optimizers" in text


def test_nothing_is_sent_again_until_somebody_reports(browser: Client, worker: Worker, broker: redis.Redis):
    Worker.objects.create(name="o", host="anvil", pid=2, queues="optimizers", slots=4)
    etag = browser.get("/workers/live/")["ETag"]
    answer = browser.get("/workers/live/", headers={"If-None-Match": etag})
    assert (answer.status_code, answer.content) == (304, b"")
    Worker.objects.filter(pk=worker.pk).update(load=1.0)
    answer = browser.get("/workers/live/", headers={"If-None-Match": etag})
    assert "1.0 on 2 cores" in answer.content.decode()


def test_more_workers_cost_no_more_queries(browser: Client, trial: Trial, django_assert_max_num_queries):
    for number in range(20):
        Worker.objects.create(name=f"w{number}", host="a", pid=number, queues="training", slots=1)
    with django_assert_max_num_queries(9):
        browser.get("/workers/")
