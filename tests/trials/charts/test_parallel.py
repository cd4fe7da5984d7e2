"""Parallel coordinates: what is drawn of which trials, and what the sentence says of the best."""

from collections.abc import Callable
from typing import Any

import pytest

from optimizers import Space
from trials.charts.base import StudyFacts
from trials.charts.parallel import CHART, LINES, Rows, data, figure, words
from trials.engine.advance import store_parameters
from trials.forms.trial_filters import trial_query
from trials.listing import fields_of
from trials.models import Study, Trial

SPACE = {
    "parameters": [
        {"name": "kernel", "type": "categorical", "choices": ["linear", "rbf"]},
        {"name": "C", "type": "float", "low": 0.01, "high": 100, "log": True},
        {"name": "gamma", "type": "float", "low": 0.0, "high": 1.0, "when": {"kernel": ["rbf"]}},
        {"name": "depth", "type": "integer", "low": 1, "high": 5},
    ]
}
FACTS = StudyFacts("accuracy", True, True, 10, 10, 10, 0, 0, None)


def line(number: int, value: float, **params: Any) -> tuple[int, float, dict[str, Any]]:
    return number, value, {"kernel": "linear", "C": 1.0, "depth": 3, **params}


def drawn(front: list[Any], rest: list[Any], **extra: Any) -> dict[str, Any]:
    rows = Rows(Space.from_dict(SPACE), front, rest, len(front) + len(rest), **extra)
    found = figure(data(FACTS, rows))
    assert found is not None
    return found


def test_places_follow_the_scale_of_each_parameter_and_an_inactive_one_has_none():
    shown = drawn([line(3, 0.9, C=10.0), line(1, 0.8, kernel="rbf", gamma=0.25, C=0.01, depth=5)], [])
    assert [axis["name"] for axis in shown["axes"]] == ["kernel", "C", "gamma", "depth", "accuracy"]
    assert shown["lines"][0][:3] == [3, "0.90000", 1]
    assert shown["lines"][0][3][:4] == [250, 750, None, 500]
    assert shown["lines"][1][3][:4] == [750, 0, 250, 900]
    assert shown["lines"][0][3][4] > shown["lines"][1][3][4]
    assert shown["front"] == 2


def test_an_axis_turns_places_back_into_values():
    shown = drawn([line(0, 0.5), line(1, 0.6)], [])
    kernel, regularisation, *_ = shown["axes"]
    assert kernel["choices"] == ["linear", "rbf"]
    assert (regularisation["low"], regularisation["high"]) == ("0.01", "100")
    assert regularisation["table"][0] == pytest.approx(0.01)
    assert regularisation["table"][16] == pytest.approx(1.0)
    assert regularisation["filter"] == "param:C"
    assert shown["axes"][-1]["filter"] == "value"


def test_values_of_an_earlier_space_are_left_out_not_bent():
    shown = drawn([line(0, 0.5, kernel="poly", C="many"), line(1, 0.6)], [])
    assert shown["lines"][0][3][:2] == [None, None]
    assert shown["lines"][0][2] == 0


def test_an_axis_reaches_numbers_that_an_earlier_space_allowed_and_the_sentence_counts_them():
    """Otherwise they would be drawn at an end that they never had."""
    lines = [line(0, 0.5, C=0.001, depth=9), line(1, 0.6, C=1.0, depth=1), line(2, 0.7)]
    shown = drawn(lines, [])
    _, regularisation, _, depth, _ = shown["axes"]
    assert (regularisation["low"], regularisation["high"]) == ("0.001", "100")
    assert (depth["low"], depth["high"]) == ("1", "9")
    assert [places[1] for *_, places in shown["lines"]] == [0, 600, 600]
    said = str(words(data(FACTS, Rows(Space.from_dict(SPACE), lines, [], 3))))
    assert "1 trial of an earlier space lies outside of the present one." in said
    inside = str(words(data(FACTS, Rows(Space.from_dict(SPACE), lines[1:], [], 2))))
    assert "outside" not in inside


def test_the_axis_of_values_ends_at_values_that_trials_had():
    shown = drawn([line(0, 0.66312), line(1, 0.49831)], [])["axes"][-1]
    assert (shown["low"], shown["high"]) == ("0.49831", "0.66312")
    near = [line(n, 0.9 + n / 1000) for n in range(20)]
    cut = drawn(near, [line(20, 0.1)])["axes"][-1]
    assert cut["low"].startswith("≤ 0.8")
    assert cut["high"] == "0.91900"


def test_a_large_space_shows_its_most_important_parameters_and_says_so():
    many = {"parameters": [{"name": f"p{i}", "type": "float", "low": 0, "high": 1} for i in range(20)]}
    lines = [(n, n / 10, {f"p{i}": 0.5 for i in range(20)}) for n in range(3)]
    chosen = data(FACTS, Rows(Space.from_dict(many), lines, [], 3, important=["p19", "p7"]))
    names = [axis.name for axis in chosen.axes]
    assert len(names) == 12
    assert {"p19", "p7", "p0"} <= set(names)
    assert "8 parameters had no room: shown are the most important ones." in str(words(chosen))


def test_the_sentence_says_where_the_best_agree():
    front = [line(n, 0.9 + n / 100, C=1.0 + n / 10, depth=n + 1) for n in range(5)]
    rest = [line(n, 0.5, C=0.02) for n in range(5, 30)]
    said = str(words(data(FACTS, Rows(Space.from_dict(SPACE), front, rest, 30))))
    assert "All 30 complete trials, the 5 best in front." in said
    assert "agree on kernel linear and C 1 to 1.4;" in said
    assert "depth" not in said


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    study = make_study(objective={"kind": "external"}, space=SPACE, metrics=["loss"], directions=["minimize"])
    study.trials.all().delete()
    trials = [
        Trial(study=study, space=study.space, number=n, state="failed" if n % 10 == 3 else "complete",
              value=None if n % 10 == 3 else 1 / (1 + n),
              params={"kernel": "linear", "C": 0.1 + n % 7, "depth": 1 + n % 5})
        for n in range(1000)
    ]  # fmt: skip
    store_parameters(Trial.objects.bulk_create(trials))
    Study.objects.filter(pk=study.pk).update(n_complete=900, n_failed=100, next_number=1000)
    return Study.objects.select_related("space", "best").get(pk=study.pk)


def test_many_trials_are_a_sample_that_always_holds_the_best(study: Study):
    drawing = CHART.draw(study)
    assert drawing.figure is not None
    numbers = [line[0] for line in drawing.figure["lines"]]
    assert numbers[:5] == [999, 998, 997, 996, 995]
    assert LINES / 2 <= len(numbers) == len(set(numbers)) <= LINES
    assert f"A sample of {len(numbers)} of 900 complete trials" in str(drawing.words)


def test_it_follows_the_filters_of_the_table(study: Study, django_assert_max_num_queries: Any):
    from django.http import QueryDict

    filters = trial_query(QueryDict("param:depth.min=5&param:C.min=6"), fields_of(study)).filters
    with django_assert_max_num_queries(8):
        drawing = CHART.draw(study, filters)
    assert drawing.figure is not None
    numbers = {line[0] for line in drawing.figure["lines"]}
    assert numbers == {n for n in range(1000) if n % 5 == 4 and n % 7 == 6 and n % 10 != 3}
    assert "selected complete trials" in drawing.words.lead
    failed = trial_query(QueryDict("state=failed"), fields_of(study)).filters
    assert CHART.draw(study, failed).figure is None
