"""The remaining time of a study, in each phase."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from trials.models import Study
from trials.views.parts.remaining import Pace, recent_pace, remaining, remaining_seconds

Make = Callable[..., Study]
NBSP = "\N{NO-BREAK SPACE}"


def test_remaining_time_follows_the_waves_that_are_left(make_study: Make):
    study = make_study(budget={"trials": 10}, parallelism=2)
    study.n_complete, study.train_seconds = 4, 40.0
    assert remaining_seconds(study, slots=4) == pytest.approx(30.0)
    assert remaining_seconds(study, slots=1) == pytest.approx(60.0)
    study.n_complete = 0
    study.train_seconds = 0.0
    assert remaining_seconds(study, slots=4) is None


def test_remaining_time_is_not_told_from_too_few_trials(make_study: Make):
    study = make_study(budget={"trials": 10}, parallelism=1)
    study.n_complete, study.train_seconds = 4, 40.0
    assert remaining(study, slots=1) == "estimating"
    study.n_complete, study.train_seconds = 5, 50.0
    assert remaining(study, slots=1) == "about 50\N{NO-BREAK SPACE}s left"
    study.parallelism = 4  # two for each slot
    assert remaining(study, slots=4) == "estimating"
    assert remaining(study, slots=2) == "about 25\N{NO-BREAK SPACE}s left"


def test_remaining_time_follows_the_latest_trials_without_the_oddest(make_study: Make, train):
    study = make_study(budget={"trials": 30})
    train(study, *range(20))
    for number, seconds in enumerate([9.0, *[2.0] * 18, 500.0]):
        end = timezone.now()
        study.trials.filter(number=number).update(
            started_at=end - timedelta(seconds=seconds), completed_at=end
        )
    pace = recent_pace(study)
    assert pace is not None
    assert pace.trial == pytest.approx(2.0, abs=0.5)
    assert remaining_seconds(study, 1, pace) == pytest.approx(20.0, abs=5.0)


def test_a_study_trained_outside_waits_for_somebody_to_ask(make_study: Make):
    space = {"parameters": [{"name": "x", "type": "float", "low": 0.0, "high": 1.0}]}
    study = make_study(objective={"kind": "external"}, space=space, metrics=["loss"], directions=["minimize"])
    assert remaining(study, slots=4) == "waits for somebody to ask"


def test_a_budget_of_seconds_bounds_the_remaining_time(make_study: Make):
    study = make_study(budget={"trials": 1000, "seconds": 60})
    study.n_complete, study.train_seconds = 1, 10.0
    study.active_since = timezone.now() - timedelta(seconds=20)
    assert remaining_seconds(study, slots=4) == pytest.approx(40.0, abs=1.0)


def test_what_running_trials_have_behind_them_counts(make_study: Make):
    study = make_study(budget={"trials": 12}, parallelism=2)
    study.n_complete, study.n_running, study.train_seconds = 8, 2, 80.0
    assert remaining_seconds(study, 2, Pace(10.0, (4.0, 6.0))) == pytest.approx(15.0)
    assert remaining_seconds(study, 2, Pace(10.0, (99.0, 99.0))) == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("pace", "words"),
    [
        (Pace(600.0, (30.0, 590.0)), f"2 trials left to finish, about 10{NBSP}min"),
        (Pace(600.0, (570.0, 590.0)), f"2 trials left to finish, about 30{NBSP}s"),
        (Pace(600.0, (700.0, 900.0)), "2 trials left to finish, any moment"),
        (None, "2 trials left to finish"),
    ],
)
def test_once_only_the_last_trials_run_the_time_is_what_the_latest_of_them_needs(
    make_study: Make, pace: Pace | None, words: str
):
    study = make_study(budget={"trials": 10}, parallelism=2)
    study.n_complete, study.n_running, study.train_seconds = 8, 2, 4800.0
    assert remaining(study, 2, pace) == words


def test_a_study_that_winds_down_waits_for_no_budget(make_study: Make):
    study = make_study(budget={"trials": 500}, parallelism=2)
    study.n_complete, study.n_running, study.n_queued, study.train_seconds = 60, 2, 0, 600.0
    study.ending = "The target is reached"
    assert remaining(study, 2, Pace(10.0, (5.0, 6.0))) == f"2 trials left to finish, about 5{NBSP}s"
    assert remaining_seconds(study, 2, Pace(10.0, (5.0, 6.0))) == pytest.approx(5.0)
    study.n_queued = 1
    assert remaining(study, 2, Pace(10.0, (5.0, 6.0))) == "3 trials left to finish"


def test_what_only_results_can_end_has_an_open_end(make_study: Make):
    study = make_study(budget={"patience": 20})
    study.n_complete, study.n_running, study.train_seconds = 60, 1, 600.0
    assert remaining(study, 1, Pace(10.0, (5.0,))) == "open end"


def test_a_paused_study_tells_what_still_runs(make_study: Make):
    study = make_study(budget={"trials": 10})
    study.state, study.n_running = Study.State.PAUSED, 2
    assert remaining(study, 1) == "paused, 2 still running"
