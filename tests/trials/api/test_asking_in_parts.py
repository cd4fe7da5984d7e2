"""Trainings elsewhere that get a part each: clients are told up to where, and whose training goes on."""

from collections.abc import Callable
from typing import Any

import pytest

from trials.models import Study

from .conftest import EXTERNAL, Program, refusal

PARTS = EXTERNAL | {
    "objective": {"kind": "external", "fidelity": {"name": "epochs", "min": 1, "max": 9}},
    "optimizer": {"name": "asha"},
    "budget": {"full_trainings": 2},
}


def test_a_promoted_trial_names_its_parent_and_costs_the_rest(
    program: Program, make_study: Callable[..., Study], handed: Callable[..., list[dict[str, Any]]]
) -> None:
    study = make_study(**PARTS)
    seen = {}
    while trials := handed(study):
        (trial,) = trials
        seen[trial["number"]] = trial
        value = abs(trial["params"]["x"]) + 1 / trial["fidelity"]
        body = {"token": trial["token"], "state": "complete", "value": value}
        assert program.post(f"/studies/{study.pk}/trials/{trial['number']}/tell", body).status_code == 200
        study.refresh_from_db()
        if study.is_over:
            break
    promoted = [trial for trial in seen.values() if trial["parent"] is not None]
    assert {trial["fidelity"] for trial in promoted} == {3, 9}
    assert all(seen[trial["parent"]]["params"] == trial["params"] for trial in promoted)
    rest = {3: 2 / 9, 9: 6 / 9}
    costs = [1 / 9 if trial["parent"] is None else rest[trial["fidelity"]] for trial in seen.values()]
    assert study.compute == pytest.approx(sum(costs))
    assert (study.state, study.compute >= 2) == ("completed", True)


@pytest.mark.parametrize(
    ("fidelity", "field", "words"),
    [
        ({"max": 9}, "name", "such as 'epochs', not None"),
        ({"name": "epochs"}, "max", "what a full training is"),
        ({"name": "epochs", "max": 1}, "max", "nothing to save"),
        ({"name": "epochs", "max": float("1e300")}, "max", "must be a number"),
        ({"name": " ", "max": 9}, "name", "not ' '"),
    ],
)
def test_a_wrong_fidelity_is_refused_beside_its_field(
    program: Program, fidelity: dict[str, Any], field: str, words: str
) -> None:
    answer = program.post("/studies", PARTS | {"objective": {"kind": "external", "fidelity": fidelity}})
    assert answer.status_code == 422
    assert words in refusal(answer)["fields"][f"objective.fidelity.{field}"][0]


def test_a_method_that_needs_a_fidelity_says_so_beside_the_method(program: Program) -> None:
    answer = program.post("/studies", EXTERNAL | {"optimizer": {"name": "hyperband"}})
    assert answer.status_code == 422
    assert "needs an objective with a fidelity" in refusal(answer)["fields"]["optimizer"][0]
