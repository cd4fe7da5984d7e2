"""Changing a study and its trials over the API: enqueue, retry, cancel, PATCH, restore."""

from typing import Any

import pytest

from trials.models import Study, Trial

from .conftest import Program


def test_own_configurations_are_enqueued_once_and_refused_beside_their_parameter(
    program: Program, external: Study
) -> None:
    address = f"/studies/{external.pk}/trials"
    name = external.space.space.names[0]
    first = external.space.definition["parameters"][0]["low"]
    answers = [program.post(address, {"params": params}) for params in ({name: first}, [{name: first}])]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [answer.json() for answer in answers] == [
        {"numbers": [0], "new": 1}, {"numbers": [0], "new": 0},
    ]  # fmt: skip
    listed = program.get(address).json()["items"][0]
    assert (listed["enqueued"], listed["inside"], listed["state"]) == (True, True, "queued")
    refused = program.post(address, {"params": [{name: first}, {"nonsense": 1}]})
    assert refused.status_code == 422
    assert "params.1.nonsense" in refused.json()["error"]["fields"]
    for body in ({"params": []}, {"params": "x"}, {}, {"params": {name: "text"}}, {"params": 5, "more": 1}):
        assert program.post(address, body).status_code == 422
    assert program.post("/studies/77/trials", {"params": {}}).status_code == 404


def test_trials_are_cancelled_and_retried_once(program: Program, external: Study, handed: Any) -> None:
    (trial,) = handed(external)
    address = f"/studies/{external.pk}/trials/{trial['number']}"
    assert program.post(f"{address}/retry").json()["error"]["code"] == "not_retriable"
    for _ in range(2):
        answer = program.post(f"{address}/cancel")
        assert (answer.status_code, answer.json()["state"]) == (200, "cancelled")
    heartbeat = program.post(f"{address}/heartbeat", {"token": trial["token"]})
    assert heartbeat.json()["should_stop"]
    made = [program.post(f"{address}/retry").json() for _ in range(2)]
    assert [answer["new"] for answer in made] == [1, 0]
    repeated = made[0]["numbers"][str(trial["number"])]
    assert made[1]["numbers"] == made[0]["numbers"]
    row = program.get(f"/studies/{external.pk}/trials/{repeated}").json()
    assert (row["retry_of"], row["params"]) == (trial["number"], trial["params"])
    assert program.post(f"/studies/{external.pk}/retry").json() == {"numbers": {}, "new": 0}
    for action in ("cancel", "retry"):
        assert program.post(f"/studies/{external.pk}/trials/77/{action}").status_code == 404
    assert "over the API" in external.events.get(kind="cancelled").text


def test_all_that_failed_is_retried_when_no_trial_is_named(
    program: Program, external: Study, handed: Any
) -> None:
    for trial in handed(external, count=2):
        tell = {"token": trial["token"], "state": "failed"}
        program.post(f"/studies/{external.pk}/trials/{trial['number']}/tell", tell)
    assert program.post(f"/studies/{external.pk}/retry").json()["new"] == 2


def test_a_study_is_changed_as_a_whole_or_not_at_all(program: Program, external: Study) -> None:
    address = f"/studies/{external.pk}"
    space = external.space.definition
    wider = {**space, "parameters": [{**space["parameters"][0], "high": 99}, *space["parameters"][1:]]}
    body = {
        "name": "Other", "tags": ["a"], "parallelism": 3, "budget": {"trials": 77}, "space": wider,
    }  # fmt: skip
    for _ in range(2):
        answer = program.patch(address, body)
        assert answer.status_code == 200
        changed = answer.json()
        assert {key: changed[key] for key in ("name", "tags", "parallelism")} == {
            key: body[key] for key in ("name", "tags", "parallelism")
        }
        assert (changed["budget"]["trials"], changed["space_version"]) == (77, 2)
    refused = program.patch(address, {"name": "Third", "parallelism": 0, "nonsense": 1})
    assert {"parallelism", "nonsense"} <= set(refused.json()["error"]["fields"])
    assert program.get(address).json()["name"] == "Other"


def test_a_deletion_is_undone(program: Program, external: Study, handed: Any) -> None:
    handed(external, count=1)
    address = f"/studies/{external.pk}"
    program.delete(address)
    for _ in range(2):
        assert program.post(f"{address}/restore").json()["state"] == "running"
    assert program.get(f"{address}/trials").json()["items"][0]["state"] == "queued"


@pytest.mark.parametrize("after", [False, True])
def test_stop_waits_for_what_runs_when_asked_to(
    program: Program, external: Study, handed: Any, after: bool
) -> None:
    handed(external, count=1)
    answer = program.post(f"/studies/{external.pk}/stop", {"after_running": after})
    assert answer.json()["state"] == ("running" if after else "stopped")
    running = Trial.objects.filter(study=external, state=Trial.State.RUNNING).count()
    assert running == int(after)
