"""Ask, heartbeat, report and tell: training elsewhere."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models.functions import Now

from trials.models import Report, Study, Trial

from .conftest import Program, refusal

Hand = Callable[..., list[dict[str, Any]]]


@pytest.fixture
def trial(external: Study, handed: Hand) -> dict[str, Any]:
    """A trial that the program has been handed."""
    return handed(external)[0]


@pytest.fixture
def act(program: Program, external: Study) -> Callable[..., Any]:
    """act("tell", trial, value=1.0): POST to the trial, with its token."""

    def send(action: str, trial: dict[str, Any], **body: Any) -> Any:
        body = {"token": trial["token"]} | body
        return program.post(f"/studies/{external.pk}/trials/{trial['number']}/{action}", body)

    return send


def row(study: Study, number: int = 0) -> Trial:
    return study.trials.get(number=number)


def test_the_first_ask_puts_a_trial_on_demand_and_the_next_one_gets_it(
    program: Program, external: Study, handed: Hand
) -> None:
    empty = program.post(f"/studies/{external.pk}/ask").json()
    assert empty["trials"] == []
    assert 0 < empty["retry_after"] <= 1
    (trial,) = handed(external, worker="gpu-1", lease_seconds=60)
    assert set(trial) == {"number", "params", "fidelity", "parent", "start_from", "token"}
    assert -5 <= trial["params"]["x"] <= 5
    assert (row(external).state, row(external).worker, row(external).lease_seconds) == (
        "running",
        "gpu-1",
        60,
    )


def test_several_trials_at_once_have_a_token_each(external: Study, handed: Hand) -> None:
    trials = handed(external, count=3)
    assert [trial["number"] for trial in trials] == [0, 1, 2]
    assert len({trial["token"] for trial in trials}) == 3


def test_an_asker_without_a_name_is_called_by_its_account(external: Study, handed: Hand) -> None:
    handed(external)
    assert row(external).worker == "robot"


def test_when_all_is_handed_out_ask_says_how_long_to_wait(
    program: Program, external: Study, handed: Hand
) -> None:
    handed(external, count=4)
    answer = program.post(f"/studies/{external.pk}/ask", {"count": 1})
    assert answer.status_code == 200
    assert answer.json()["trials"] == []
    assert answer.json()["retry_after"] > 0


def test_a_paused_study_hands_out_nothing_for_a_while(program: Program, external: Study) -> None:
    program.post(f"/studies/{external.pk}/pause")
    assert program.post(f"/studies/{external.pk}/ask").json() == {"trials": [], "retry_after": 5.0}


def test_a_study_that_is_over_is_409(program: Program, external: Study) -> None:
    program.post(f"/studies/{external.pk}/stop")
    answer = program.post(f"/studies/{external.pk}/ask")
    assert (answer.status_code, refusal(answer)["code"]) == (409, "study_over")


def test_a_study_that_trains_by_itself_hands_nothing_out(program: Program, make_study: Any) -> None:
    answer = program.post(f"/studies/{make_study().pk}/ask")
    assert (answer.status_code, refusal(answer)["code"]) == (409, "not_external")


@pytest.mark.parametrize("body", [{"count": 0}, {"lease_seconds": 0}, {"lease_seconds": 1e9}, {"cuont": 1}])
def test_a_wrong_ask_is_422(program: Program, external: Study, body: dict[str, Any]) -> None:
    answer = program.post(f"/studies/{external.pk}/ask", body)
    assert refusal(answer)["fields"].keys() == body.keys()


def test_a_heartbeat_prolongs_the_lease(external: Study, trial: dict[str, Any], act: Any) -> None:
    soon = Now() + timedelta(seconds=1)
    Trial.objects.filter(pk=row(external).pk).update(lease_expires=soon)
    before = row(external).lease_expires
    answer = act("heartbeat", trial).json()
    assert answer["should_stop"] is False
    assert row(external).lease_expires > before
    assert answer["lease_expires"].startswith(row(external).lease_expires.isoformat()[:19])


def test_a_heartbeat_tells_of_cancellation(
    program: Program, external: Study, trial: dict[str, Any], act: Any
) -> None:
    program.post(f"/studies/{external.pk}/stop")
    assert act("heartbeat", trial).json() == {"lease_expires": None, "should_stop": True}


@pytest.mark.parametrize("action", ["heartbeat", "reports", "tell"])
def test_a_trial_that_is_not_there_is_404(act: Any, external: Study, action: str) -> None:
    body = {"reports": {"step": 1, "value": 1}, "tell": {"value": 1}}.get(action, {})
    assert act(action, {"number": 50, "token": "x"}, **body).status_code == 404


def test_reports_are_kept_and_the_same_step_is_replaced(
    external: Study, trial: dict[str, Any], act: Any
) -> None:
    for value in (0.5, 0.25):
        assert act("reports", trial, step=1, value=value).json() == {"should_stop": False}
    assert list(Report.objects.values_list("step", "value")) == [(1, 0.25)]


@pytest.mark.parametrize(
    "body", [{"step": -1, "value": 1}, {"step": 2**63, "value": 1}, {"step": 1, "value": "NaN"}]
)
def test_a_wrong_report_is_422(trial: dict[str, Any], act: Any, body: dict[str, Any]) -> None:
    assert act("reports", trial, **body).status_code == 422


def test_a_tell_is_recorded(external: Study, trial: dict[str, Any], act: Any) -> None:
    answer = act("tell", trial, value=0.25, user_attrs={"epochs": 3}, constraints=[-1.0], seconds=2.5)
    assert answer.json() == {"number": 0, "state": "complete", "repeated": False}
    told = row(external)
    assert (told.state, told.value, told.values) == ("complete", 0.25, [0.25])
    assert (told.user_attrs, told.constraints, told.seconds) == ({"epochs": 3}, [-1.0], 2.5)
    external.refresh_from_db()
    assert (external.best_value, external.n_complete) == (0.25, 1)


def test_the_same_tell_twice_is_fine_and_a_different_one_is_409(
    external: Study, trial: dict[str, Any], act: Any
) -> None:
    assert act("tell", trial, value=0.25).json()["repeated"] is False
    assert act("tell", trial, values=[0.25]).json()["repeated"] is True
    for other in ({"value": 0.5}, {"state": "failed"}, {"state": "pruned", "value": 0.25}):
        answer = act("tell", trial, **other)
        assert (answer.status_code, refusal(answer)["code"]) == (409, "already_told")
    external.refresh_from_db()
    assert external.n_complete == 1


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", "1e999", '"nan"'])
def test_a_value_that_is_no_finite_number_is_a_failed_trial(
    program: Program, external: Study, trial: dict[str, Any], value: str
) -> None:
    address = f"/studies/{external.pk}/trials/0/tell"
    body = f'{{"token": "{trial["token"]}", "value": {value}}}'
    answers = [program.post(address, body) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert [answer.json()["state"] for answer in answers] == ["failed", "failed"]
    told = row(external)
    assert (told.state, told.value, told.error["kind"]) == ("failed", None, "non_finite")


def test_a_failed_trial_keeps_its_reason(external: Study, handed: Hand, act: Any) -> None:
    first, second, third = handed(external, count=3)
    act("tell", first, state="failed", error="CUDA out of memory", value=1.0)
    assert row(external, 0).error["message"] == "CUDA out of memory"
    assert row(external, 0).value is None
    failure = {"kind": "exception", "exception": "ValueError", "message": "bad", "traceback": "Traceback …"}
    act("tell", second, state="failed", error=failure)
    assert row(external, 1).error == failure
    act("tell", third, state="failed")
    assert row(external, 2).error["message"]


def test_a_pruned_trial_keeps_its_last_report_as_value_and_that_step_as_fidelity(
    external: Study, handed: Hand, act: Any
) -> None:
    first, second = handed(external, count=2)
    act("reports", first, step=3, value=0.75)
    act("reports", first, step=7, value=0.5)
    assert act("tell", first, state="pruned").status_code == 200
    assert (row(external, 0).state, row(external, 0).value, row(external, 0).fidelity) == ("pruned", 0.5, 7.0)
    assert refusal(act("tell", second, state="pruned"))["fields"].keys() == {"value"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "value"),
        ({"values": []}, "value"),
        ({"values": [1.0, 2.0]}, "values"),
        ({"value": 1.0, "values": [2.0]}, "values"),
        ({"state": "running", "value": 1.0}, "state"),
        ({"value": 1.0, "token": ""}, "token"),
        ({"value": 1.0, "vaule": 1.0}, "vaule"),
        ({"value": 1.0, "user_attrs": {"a": 10**30}}, "user_attrs.a"),
        ({"value": 1.0, "seconds": -1}, "seconds"),
    ],
)
def test_a_wrong_tell_is_422_and_leaves_the_trial_running(
    external: Study, trial: dict[str, Any], act: Any, body: dict[str, Any], field: str
) -> None:
    assert refusal(act("tell", trial, **body))["fields"].keys() == {field}
    assert row(external).state == "running"


def test_not_a_number_in_an_attribute_is_refused(
    program: Program, external: Study, trial: dict[str, Any]
) -> None:
    body = json.dumps({"token": trial["token"], "value": 1.0, "user_attrs": {"auc": float("nan")}})
    assert "user_attrs.auc" in refusal(program.post(f"/studies/{external.pk}/trials/0/tell", body))["fields"]


def test_a_wrong_token_has_lost_the_lease(external: Study, trial: dict[str, Any], act: Any) -> None:
    stranger = trial | {"token": "f" * 32}
    answer = act("tell", stranger, value=1.0)
    assert (answer.status_code, refusal(answer)["code"]) == (409, "lease_lost")
    assert act("heartbeat", stranger).json() == {"lease_expires": None, "should_stop": True}
    assert act("reports", stranger, step=1, value=1.0).json() == {"should_stop": True}
    assert row(external).state == "running"


def test_a_lapsed_trial_is_handed_out_again_and_the_first_holder_has_lost_it(
    program: Program, external: Study, trial: dict[str, Any], handed: Hand, act: Any
) -> None:
    with Study.locked(external.pk) as locked:
        assert locked is not None
        row(external).give_back(locked, lost=True)
    (again,) = handed(external)
    assert (again["number"], again["params"]) == (trial["number"], trial["params"])
    assert refusal(act("tell", trial, value=1.0))["code"] == "lease_lost"
    assert act("tell", again, value=2.0).status_code == 200


def test_a_slow_worker_still_lands_its_result_while_nobody_else_has_claimed(
    external: Study, trial: dict[str, Any], act: Any
) -> None:
    with Study.locked(external.pk) as locked:
        assert locked is not None
        row(external).give_back(locked, lost=True)
    assert act("tell", trial, value=1.0).status_code == 200
    assert row(external).state == "complete"
