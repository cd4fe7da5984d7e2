"""What workers report about their machine, and which of them count as alive, lost or forgotten."""

import subprocess
import sys
from datetime import timedelta

import pytest
from django.db.models.functions import Now

from trials.engine.vitals import vitals
from trials.models import Worker
from trials.tasks import Attendant, worker_name


def test_memory_includes_what_the_process_started():
    before = vitals()
    assert before.cores >= 1
    hungry = "import sys; block = b'x' * 60_000_000; print(1, flush=True); sys.stdin.read()"
    child = subprocess.Popen(
        [sys.executable, "-c", hungry], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout.readline() == "1\n"
        assert vitals().memory_mb > before.memory_mb + 50
    finally:
        child.communicate("")


@pytest.mark.django_db
def test_a_worker_reports_its_vitals_and_sweeps_rows_nobody_shows():
    Worker.objects.create(name="old", host="a", pid=1, queues="training", slots=1, seen=days(2))
    Attendant(["training"], 3).report()
    worker = Worker.objects.get()
    assert (worker.name, worker.slots, worker.busy) == (worker_name(), 3, 0)
    assert worker.cores >= 1
    assert worker.memory_mb > 1


@pytest.mark.django_db
def test_a_silent_worker_is_lost_for_an_hour():
    for name, age in {"here": 0.0, "lost": 0.01, "gone": 0.1}.items():
        Worker.objects.create(name=name, host="a", pid=1, queues="training", slots=1, seen=days(age))
    assert [worker.name for worker in Worker.objects.alive()] == ["here"]
    assert [worker.name for worker in Worker.objects.lost()] == ["lost"]


def days(age: float) -> object:
    return Now() - timedelta(days=age)
