"""/studies/{id}/trials and /best."""

from collections.abc import Callable
from typing import Any

import pytest

from trials.models import ParameterValue, Report, Study, Trial

from .conftest import Program, refusal

VALUES = [0.5, None, 0.1, 0.5, 0.3, None, 0.5]


@pytest.fixture
def study(make_study: Callable[..., Study]) -> Study:
    """Seven trials, with ties and without values, and a baseline."""
    study = make_study()
    common = {"study": study, "space": study.space, "params": {"x": 1.5}}
    study.trials.all().delete()
    Trial.objects.create(**common, number=None, state="complete", value=0.0)
    for number, value in enumerate(VALUES):
        state = "failed" if value is None else "complete"
        error = {"kind": "exception", "message": "It broke.", "exception": "E", "traceback": "t"}
        Trial.objects.create(
            **common,
            number=number,
            state=state,
            value=value,
            values=None if value is None else [value],
            error=error if value is None else None,
        )
    return study


def numbers(program: Program, study: Study, query: str) -> list[int]:
    """Numbers of all trials, read in pages."""
    found, cursor = [], ""
    while cursor is not None:
        page = program.get(f"/studies/{study.pk}/trials?limit=2&cursor={cursor}&{query}").json()
        assert len(page["items"]) <= 2
        found += [item["number"] for item in page["items"]]
        cursor = page["next_cursor"]
    return found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [0, 1, 2, 3, 4, 5, 6]),
        ("order=-number", [6, 5, 4, 3, 2, 1, 0]),
        ("order=value", [2, 4, 0, 3, 6, 1, 5]),
        ("order=-value", [0, 3, 6, 4, 2, 1, 5]),
        ("order=-value&state=complete", [0, 3, 6, 4, 2]),
        ("state=failed", [1, 5]),
        ("state=pruned", []),
        ("q=broke&order=-number", [5, 1]),
        ("trial=0,3,9&order=-value", [0, 3]),
        ("order=state", [0, 2, 3, 4, 6, 1, 5]),
    ],
)
def test_trials_are_paged_in_any_order(
    program: Program, study: Study, query: str, expected: list[int]
) -> None:
    assert numbers(program, study, query) == expected


def test_trials_are_ordered_by_a_parameter_and_those_without_it_come_last(
    program: Program, study: Study
) -> None:
    for number, x in ((4, -2.0), (1, 3.0), (6, 0.5), (2, 3.0)):
        trial = study.trials.get(number=number)
        ParameterValue.objects.create(study=study, trial=trial, name="x", number=x)
    assert numbers(program, study, "order=param:x") == [4, 6, 1, 2, 0, 3, 5]
    assert numbers(program, study, "order=-param:x") == [2, 1, 6, 4, 0, 3, 5]
    assert numbers(program, study, "order=-param:x&state=complete") == [2, 6, 4, 0, 3]


def test_a_page_is_not_disturbed_by_trials_that_come_meanwhile(program: Program, study: Study) -> None:
    first = program.get(f"/studies/{study.pk}/trials?order=value&limit=2").json()
    Trial.objects.create(
        study=study, space=study.space, number=7, params={}, state="complete", value=0.01, values=[0.01]
    )
    rest = program.get(f"/studies/{study.pk}/trials?order=value&cursor={first['next_cursor']}").json()
    assert [item["number"] for item in rest["items"]] == [0, 3, 6, 1, 5]


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=1001",
        "order=odd",
        "order=--x",
        "state=odd",
        "cursor=!",
        "cursor=W10",
        "value.min=x",
        "top=0",
    ],
)
def test_a_wrong_query_is_422(program: Program, study: Study, query: str) -> None:
    answer = program.get(f"/studies/{study.pk}/trials?{query}")
    assert answer.status_code == 422
    assert refusal(answer)["fields"].keys() == {query.partition("=")[0]}


def test_a_cursor_of_another_order_is_refused(program: Program, study: Study) -> None:
    cursor = program.get(f"/studies/{study.pk}/trials?limit=2").json()["next_cursor"]
    for order in ("value", "state"):
        answer = program.get(f"/studies/{study.pk}/trials?limit=2&order={order}&cursor={cursor}")
        assert refusal(answer)["fields"].keys() == {"cursor"}


def test_a_listed_trial_says_why_it_failed(program: Program, study: Study) -> None:
    item = program.get(f"/studies/{study.pk}/trials?state=failed").json()["items"][0]
    assert item["error"] == "It broke."
    assert (item["value"], item["params"]) == (None, {"x": 1.5})


def test_one_trial_is_read_with_everything_that_is_known_of_it(program: Program, study: Study) -> None:
    trial = study.trials.get(number=1)
    Report.objects.create(trial=trial, step=2, value=0.25)
    read = program.get(f"/studies/{study.pk}/trials/1").json()
    assert read["failure"]["traceback"] == "t"
    assert read["reports"] == [[2, 0.25]]
    assert program.get(f"/studies/{study.pk}/trials/99").status_code == 404


def test_there_is_no_best_before_the_first_complete_trial(program: Program, make_study: Any) -> None:
    assert program.get(f"/studies/{make_study().pk}/best").json() == []


def test_listing_trials_takes_three_queries(
    program: Program, study: Study, django_assert_num_queries: Callable[..., Any]
) -> None:
    program.get("/studies")  # notes the token's use
    with django_assert_num_queries(3):  # token, study, trials
        program.get(f"/studies/{study.pk}/trials")
