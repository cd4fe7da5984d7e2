"""The playground's computations: shared, done once, bounded, and never more than one at a time."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from trials.engine import demonstrations
from trials.engine.purge import purge
from trials.models import Demonstration
from trials.models import demonstration as rows

pytestmark = pytest.mark.django_db


def compute(picture: str, values: Any) -> dict[str, Any]:
    return {"doubled": 2 * values["n"]}


def test_equal_questions_are_computed_once_and_shared():
    first, nudges = demonstrations.ask("key", "picture", {"n": 4})
    assert nudges.demonstrations
    assert demonstrations.ask("key", "picture", {"n": 4})[0].pk == first.pk
    calls: list[str] = []
    demonstrations.work(lambda name, values: calls.append(name) or compute(name, values))  # type: ignore[func-returns-value]
    demonstrations.work(compute)
    found, nudges = demonstrations.ask("key", "picture", {"n": 4})
    assert (found.data, found.error, calls) == ({"doubled": 8}, "", ["picture"])
    assert not nudges


def test_what_fails_says_why_and_holds_up_nothing():
    demonstrations.ask("bad", "picture", {"m": 1})
    demonstrations.ask("good", "picture", {"n": 1})
    demonstrations.work(compute)
    assert Demonstration.objects.get(key="bad").error == "KeyError: 'n'"
    assert Demonstration.objects.get(key="good").data == {"doubled": 2}


def test_one_at_a_time_whoever_comes_second_leaves_it_to_the_first():
    demonstrations.ask("key", "picture", {"n": 1})
    assert demonstrations._at_work.acquire(blocking=False)
    try:
        demonstrations.work(compute)
        assert Demonstration.objects.get().computed is None
    finally:
        demonstrations._at_work.release()
    demonstrations.work(compute)
    assert Demonstration.objects.get().computed


def test_one_that_another_process_has_taken_is_left_alone_until_it_is_lost():
    row, _ = demonstrations.ask("key", "picture", {"n": 1})
    assert row.take()
    assert not row.take()
    demonstrations.work(compute)
    assert Demonstration.objects.get().computed is None
    Demonstration.objects.update(taken=Now() - 2 * rows.LOST)
    demonstrations.work(compute)
    assert Demonstration.objects.get().data == {"doubled": 2}


def test_what_comes_while_one_is_computed_is_computed_too():
    demonstrations.ask("first", "picture", {"n": 1})

    def slow(picture: str, values: Any) -> dict[str, Any]:
        if values["n"] == 1:
            demonstrations.ask("second", "picture", {"n": 2})
            thread = threading.Thread(target=lambda: None)
            thread.start()
            thread.join()
        return compute(picture, values)

    demonstrations.work(slow)
    assert not Demonstration.objects.waiting().exists()


def test_nobody_can_take_more_than_the_playgrounds_share(monkeypatch: pytest.MonkeyPatch):
    for number in range(demonstrations.MOST_WAITING):
        demonstrations.ask(f"key {number}", "picture", {"n": number})
    with pytest.raises(demonstrations.TooMuch, match="wait for a worker already"):
        demonstrations.ask("one more", "picture", {"n": 0})
    demonstrations.ask("key 0", "picture", {"n": 0})  # what is there is always given
    demonstrations.work(compute)
    Demonstration.objects.filter(key="key 0").update(seconds=demonstrations.MOST_SECONDS + 1)
    with pytest.raises(demonstrations.TooMuch, match="in a minute"):
        demonstrations.ask("one more", "picture", {"n": 0})
    Demonstration.objects.update(created=Now() - timedelta(minutes=2))
    demonstrations.ask("one more", "picture", {"n": 0})


def test_old_ones_and_those_beyond_the_limit_are_forgotten(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "MOST_KEPT", 2)
    for number in range(4):
        demonstrations.ask(str(number), "picture", {"n": number})
    purge()
    assert sorted(Demonstration.objects.values_list("key", flat=True)) == ["2", "3"]
    Demonstration.objects.filter(key="2").update(created=Now() - 2 * rows.KEPT)
    purge()
    assert Demonstration.objects.get().key == "3"
