"""/metrics: what Prometheus reads is what the rows say."""

import pytest
from django.db.models.functions import Now
from prometheus_client.parser import text_string_to_metric_families

from trials.engine import enqueueing
from trials.engine.advance import advance
from trials.engine.claims import Slot, claim
from trials.engine.finish import Verdict, record
from trials.engine.meters import BOUNDS, Meter
from trials.models import Study, Trial, Worker

FAILED = Verdict("failed", (), {"kind": "exception", "message": "no", "exception": "", "traceback": ""})


@pytest.fixture
def scrape(client, django_user_model):
    client.force_login(django_user_model.objects.create_user("owner"))

    def read() -> dict[tuple[str, ...], float]:
        """{(name, label values in the order of their names…): value}"""
        answer = client.get("/metrics")
        assert answer.status_code == 200
        families = text_string_to_metric_families(answer.content.decode())
        return {
            (sample.name, *(value for _, value in sorted(sample.labels.items()))): sample.value
            for family in families
            for sample in family.samples
        }

    return read


def test_a_stranger_is_told_which_token_it_takes(client, db):
    answer = client.get("/metrics")
    assert answer.status_code == 401
    assert b"token create" in answer.content


def test_an_installation_without_anything_has_figures_all_the_same(scrape):
    figures = scrape()
    assert figures["hpo_trials", "complete"] == 0
    assert figures["hpo_slots",] == 0


def test_it_counts_trials_and_what_waits(scrape, make_study):
    study = make_study(parallelism=2, budget={"trials": 6})
    while study.trials.count() < 6:  # a slow machine asks in several goes
        advance(study.pk)
    first = claim(study.trials.waiting().first().pk, Slot("worker"))
    figures = scrape()
    assert figures["hpo_studies", "running"] == 1
    assert figures["hpo_trials", "running"] == 1
    assert figures["hpo_trials", "queued"] == 5
    assert figures["hpo_trials_startable",] == 1, "of five in the queue one may start"
    assert figures["hpo_queue_oldest_seconds",] >= 0
    record(first.trial, first.token, FAILED)
    enqueueing.retry(study.pk, [first.trial.number])
    second = claim(study.trials.waiting().first().pk, Slot("worker"))
    with Study.locked(study.pk) as locked:
        second.trial.give_back(locked, lost=True)
    figures = scrape()
    assert figures["hpo_trials", "failed"] == 1
    assert figures["hpo_trials_retried_total",] == 1
    assert figures["hpo_trials_lost_total",] == 1


def test_a_deleted_study_is_left_out(scrape, make_study):
    study = make_study()
    Study.objects.filter(pk=study.pk).update(deleted=Now(), n_queued=3)
    assert scrape()["hpo_trials", "queued"] == 0


def test_it_shows_what_the_workers_measured(scrape):
    meter = Meter()
    for seconds in (0.001, 0.02, 7000.0):
        meter.observe(seconds)
    Worker.objects.create(
        name="one",
        host="here",
        pid=1,
        queues="training",
        slots=4,
        busy=3,
        memory_mb=2.0,
        meters={"ask_seconds": meter.snapshot()},
        reconciled=Now(),
    )
    figures = scrape()
    assert (figures["hpo_slots",], figures["hpo_slots_busy",]) == (4, 3)
    assert figures["hpo_worker_memory_bytes", "one"] == 2 * 1024 * 1024
    assert figures["hpo_worker_reconcile_age_seconds", "one"] < 60
    assert figures["hpo_ask_seconds_bucket", "0.005", "one"] == 1
    assert figures["hpo_ask_seconds_bucket", "0.025", "one"] == 2
    assert figures["hpo_ask_seconds_bucket", str(BOUNDS[-1]), "one"] == 2
    assert figures["hpo_ask_seconds_count", "one"] == 3
    assert figures["hpo_ask_seconds_sum", "one"] == pytest.approx(7000.021)


def test_the_engine_measures_asks_and_waits(make_study):
    from trials.engine.meters import snapshot

    before = snapshot()
    study = make_study()
    advance(study.pk)
    assert claim(Trial.objects.get(study=study, number=0).pk, Slot("worker"))
    after = snapshot()
    for name in before:
        assert sum(after[name]["counts"]) == sum(before[name]["counts"]) + 1
