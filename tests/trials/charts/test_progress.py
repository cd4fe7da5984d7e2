"""Convergence along trials, time or compute, the distribution of values, duration and cost."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from trials.charts import distribution, durations, progress
from trials.models import Study, Trial

from .made import chosen, dot, facts


def drawn(values, places=None, by="trial", broken=(), **known):
    dots = [dot(number, value, feasible=number not in broken) for number, value in enumerate(values)]
    at = places or {number: float(number) for number in range(len(values))}
    return progress.data(facts(**known), progress.Rows(by, chosen(dots), at))


def test_the_best_so_far_steps_where_it_improved_in_both_directions() -> None:
    assert [each.number for _, each in drawn([5, 6, 3, 4, 1]).steps] == [0, 2, 4]
    assert [each.number for _, each in drawn([5, 6, 3, 4, 7], maximize=True).steps] == [0, 1, 4]


def test_what_breaks_a_limit_is_drawn_and_is_never_the_best() -> None:
    data = drawn([5.0, 1.0, 4.0], broken=[1])
    assert [each.number for _, each in data.steps] == [0, 2]
    assert len(data.shown) == 3
    assert "keeps the limits" in str(progress.words(drawn([5.0, 1.0], broken=[0, 1])))


def test_a_first_trial_that_stays_the_best_is_said_so() -> None:
    assert str(progress.words(drawn([1.0, 5.0]))) == "Trial 0 is the best: 1.0000. None after it was better."
    assert "best in" in str(progress.words(drawn([1.0, 5.0], several=True)))


def test_by_time_the_order_of_ending_counts() -> None:
    data = drawn([1.0, 5.0, 3.0], {0: 90.0, 1: 10.0, 2: 20.0}, by="time")
    assert [each.number for _, each in data.steps] == [1, 2, 0]
    assert str(progress.words(data)).startswith("The best, 1.0000, came after 2\N{NO-BREAK SPACE}min.")


def test_the_axis_is_in_a_unit_that_fits() -> None:
    assert drawn([3.0, 2.0], {0: 10.0, 1: 7300.0}, by="compute").title == "Training time spent, h"
    assert progress.figure(drawn([3.0])) is None


def test_times_come_from_the_rows(make_study: Callable[..., Study]) -> None:
    study = make_study()
    study.trials.all().delete()
    for number, (after, seconds) in enumerate(((30, 4.0), (10, 2.0))):
        ended = study.created + timedelta(seconds=after)
        Trial.objects.create(
            study=study, space=study.space, number=number, state="complete", value=1.0, params={},
            seconds=seconds, completed_at=ended,
        )  # fmt: skip
    assert progress.asked(study, {"by": "time"}).places == {0: 30.0, 1: 10.0}
    assert progress.asked(study, {"by": "compute"}).places == {1: 2.0, 0: 6.0}
    study.constraints = [{"metric": "model_kb", "max": 1}]
    study.trials.filter(number=1).update(feasible=False)
    assert [dot.number for dot in progress.rows(study).chosen.broken] == [1]


def spread(values, **known):
    return distribution.data(facts(**known), chosen([dot(n, value) for n, value in enumerate(values)]))


def test_the_distribution_tells_a_search_that_learns_from_one_that_does_not() -> None:
    learns = spread([10.0 + n % 5 for n in range(20)] + [1.0 + n % 5 for n in range(20)])
    assert "The second half is better: its middle is 3.0000" in str(distribution.words(learns))
    assert "no better than the first" in str(distribution.words(spread([float(n % 5) for n in range(40)])))
    assert "Too few yet" in str(distribution.words(spread([1.0, 2.0])))


def test_half_and_a_tenth_count_from_the_good_side() -> None:
    values = [float(n) for n in range(1, 101)]
    assert str(distribution.words(spread(values))).startswith(
        "Half of the trials reach 50.000, one in ten 10.0"
    )
    up = str(distribution.words(spread(values, maximize=True)))
    assert up.startswith("Half of the trials reach 51.000, one in ten 91.0")


def test_a_curve_rises_to_one_and_stays_small() -> None:
    curve = distribution.figure(spread([float(n * 7919 % 5000) for n in range(1500)]))["data"][-1]
    assert curve["y"][-1] == pytest.approx(1.0)
    assert curve["y"] == sorted(curve["y"])
    assert len(curve["x"]) <= distribution.STEPS


def test_the_cheapest_way_holds_what_no_quicker_trial_beats() -> None:
    dots = [dot(0, 5.0, seconds=1), dot(1, 3.0, seconds=9), dot(2, 4.0, seconds=2), dot(3, 4.5, seconds=3)]
    rows = durations.Rows(chosen(dots), wasted=5.0, spent=20.0)
    data = durations.data(facts(), rows)
    assert [each.number for each in data.front] == [0, 2, 1]
    said = str(durations.words(data))
    assert "25\N{NO-BREAK SPACE}% of it in trials that failed or were pruned" in said
    assert "100\N{NO-BREAK SPACE}% of the others were quicker" in said
    assert [each.number for each in durations.data(facts(maximize=True), rows).front] == [0]
