"""Several objectives and limits over the API: told, listed, best as a front, picked."""

import json
import math
from collections.abc import Callable
from typing import Any

import pytest

from trials.models import Study

from .conftest import EXTERNAL, Program, refusal

BODY = {
    **EXTERNAL,
    "metrics": ["score", "cost"],
    "directions": ["maximize", "minimize"],
    "constraints": [{"metric": "latency_ms", "max": 5}],
    "parallelism": 4,
}
OUTCOMES = [((0.0, 0.0), 1), ((0.9, 2.0), 2), ((1.0, 10.0), 5), ((2.0, 0.0), 9)]


@pytest.fixture
def study(make_study: Callable[..., Study], program: Program, handed: Any) -> Study:
    """Four trials told; the last would be the best and breaks the limit."""
    study = make_study(**BODY)
    for trial, (values, latency) in zip(handed(study, count=4), OUTCOMES, strict=True):
        body = {"token": trial["token"], "values": values, "metrics": {"latency_ms": latency}}
        answer = program.post(f"/studies/{study.pk}/trials/{trial['number']}/tell", body)
        assert answer.status_code == 200
    return study


def test_a_study_tells_its_goals_and_makes_itself_again(program: Program, study: Study) -> None:
    body = program.get(f"/studies/{study.pk}").json()
    assert (body["metrics"], body["constraints"]) == (BODY["metrics"], BODY["constraints"])
    assert (body["front_size"], body["best_value"], body["gain"]) == (3, None, None)
    again = program.post("/studies", {key: body[key] for key in BODY})
    assert again.status_code == 201, again.content


def test_best_is_the_front_and_one_of_it_stands_for_the_study(program: Program, study: Study) -> None:
    best = program.get(f"/studies/{study.pk}/best").json()
    assert [(each["number"], each["values"], each["pick"]) for each in best] == [
        (0, [0.0, 0.0], False),
        (1, [0.9, 2.0], True),
        (2, [1.0, 10.0], False),
    ]
    assert best[2]["constraints"] == [0.0]
    picked = program.post(f"/studies/{study.pk}/pick", {"number": 2}).json()
    assert (picked["best_number"], picked["picked"]) == (2, True)
    refused = program.post(f"/studies/{study.pk}/pick", {"number": 3})
    assert (refused.status_code, set(refusal(refused)["fields"])) == (422, {"number"})
    assert program.post(f"/studies/{study.pk}/pick", {"number": None}).json()["best_number"] == 1
    assert program.post("/studies/999/pick", {"number": 1}).status_code == 404


def test_trials_say_which_limit_they_break_and_are_sorted_by_any_objective(
    program: Program, study: Study
) -> None:
    trials = program.get(f"/studies/{study.pk}/trials").json()["items"]
    assert [(trial["constraints"], trial["feasible"]) for trial in trials] == [
        ([-4.0], True),
        ([-3.0], True),
        ([0.0], True),
        ([4.0], False),
    ]
    assert trials[1]["metrics"] == {"cost": 2.0, "latency_ms": 2.0}
    cheap = program.get(f"/studies/{study.pk}/trials?metric:cost.max=5").json()["items"]
    assert [trial["number"] for trial in cheap] == [0, 1, 3]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"value": 1.0, "metrics": {"latency_ms": 1}}, "values"),
        ({"values": [1.0], "metrics": {"latency_ms": 1}}, "values"),
        ({"values": [1.0, 2.0, 3.0], "metrics": {"latency_ms": 1}}, "values"),
        ({"values": [1.0, 2.0]}, "metrics"),
        ({"state": "pruned"}, "value"),
    ],
)
def test_a_tell_that_leaves_something_open_is_refused(
    program: Program, make_study: Callable[..., Study], handed: Any, body: Any, field: str
) -> None:
    study = make_study(**BODY)
    (trial,) = handed(study)
    address = f"/studies/{study.pk}/trials/{trial['number']}/tell"
    answer = program.post(address, {"token": trial["token"]} | body)
    assert (answer.status_code, set(refusal(answer)["fields"])) == (422, {field})


def test_one_value_that_is_not_finite_is_a_failed_trial(
    program: Program, make_study: Callable[..., Study], handed: Any
) -> None:
    study = make_study(**BODY)
    (trial,) = handed(study)
    body = {"token": trial["token"], "values": [1.0, math.inf], "metrics": {"latency_ms": 1}}
    answer = program.post(f"/studies/{study.pk}/trials/0/tell", json.dumps(body))
    assert answer.json()["state"] == "failed"
    assert program.get(f"/studies/{study.pk}/best").json() == []


def test_limits_that_a_program_computed_itself_count_too(
    program: Program, external: Study, handed: Any
) -> None:
    trials = handed(external, count=1)
    address = f"/studies/{external.pk}/trials/{trials[0]['number']}/tell"
    program.post(address, {"token": trials[0]["token"], "value": 1.0, "constraints": [0.5]})
    assert program.get(f"/studies/{external.pk}/best").json() == []
    assert program.get(f"/studies/{external.pk}/trials").json()["items"][0]["feasible"] is False
