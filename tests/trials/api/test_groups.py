"""/groups and /compare: repeats of a study, started, read and steered by a program."""

from collections.abc import Callable

import pytest

from trials.engine import groups
from trials.models import Study, StudyGroup

from .conftest import Program

Make = Callable[..., Study]


@pytest.fixture
def group(make_study: Make) -> StudyGroup:
    made, _ = groups.create_group(
        {"study": make_study(name="Base").pk, "optimizers": ["random", "sobol"], "seeds": 3}, None
    )
    for study in made.studies.all():
        best = study.seed + (study.optimizer["name"] == "sobol")
        _end(study, best)
    return made


def _end(study: Study, value: float) -> None:
    """A single trial, done: what the comparison reads of a study."""
    trial = study.trials.create(
        study=study, number=0, space=study.space, state="complete", params={}, value=value,
        completed_at=study.created, finished_revision=1, seconds=1.0,
    )  # fmt: skip
    study.change(state="completed", n_complete=1, best=trial, best_value=value)


def test_a_group_is_made_listed_and_read(program: Program, make_study: Make):
    source = make_study(name="Base")
    answer = program.post("/groups", {"study": source.pk, "optimizers": ["random", "gp"], "seeds": [3, 5]})
    assert answer.status_code == 201
    made = answer.json()
    assert (made["name"], made["source"]) == ("Base, repeated", source.pk)
    assert {(each["optimizer"]["name"], each["seed"]) for each in made["studies"]} == {
        ("random", 3), ("random", 5), ("gp", 3), ("gp", 5),
    }  # fmt: skip
    assert program.get("/groups").json()["items"] == [made]
    response = program.get(f"/groups/{made['id']}")
    assert response.json() == made
    known = {"If-None-Match": response.headers["ETag"]}
    assert program.get(f"/groups/{made['id']}", **known).status_code == 304


def test_what_is_wrong_is_named(program: Program):
    answer = program.post("/groups", {"study": 77, "optimizers": [], "seeds": 0})
    assert answer.status_code == 422
    assert set(answer.json()["error"]["fields"]) == {"study", "optimizers", "seeds"}
    assert program.get("/groups/77").status_code == 404
    assert program.post("/groups/77/pause").status_code == 404
    assert program.get("/compare?studies=1,x").status_code == 422
    assert program.get("/compare?studies=77").status_code == 404


def test_a_groups_comparison_tells_arms_and_pairs(program: Program, group: StudyGroup):
    address = f"/groups/{group.pk}/comparison"
    response = program.get(address)
    (panel,) = response.json()["panels"]
    assert panel["direction"] == "minimize"
    assert panel["comparable"]
    assert [(arm["label"], arm["values"]) for arm in panel["arms"]] == [
        ("random", [1.0, 2.0, 3.0]), ("sobol", [2.0, 3.0, 4.0]),
    ]  # fmt: skip
    assert panel["arms"][0]["low"] <= panel["arms"][0]["mean"] == 2.0 <= panel["arms"][0]["high"]
    (pair,) = panel["pairs"]
    assert (pair["first"], pair["wins"], pair["seeds"], pair["difference"], pair["p"]) == (
        "random",
        3,
        3,
        -1,
        0.25,
    )
    assert pair["sentence"].startswith("random reached a lower value than sobol in 3 of 3 seeds")
    assert program.get(address, **{"If-None-Match": response.headers["ETag"]}).status_code == 304


def test_any_studies_are_compared(program: Program, group: StudyGroup):
    first, second = list(group.studies.order_by("pk").values_list("pk", flat=True))[:2]
    (panel,) = program.get(f"/compare?studies={second},{first}").json()["panels"]
    assert {key for arm in panel["arms"] for key in arm["studies"]} == {first, second}


def test_a_group_is_steered_as_one(program: Program, make_study: Make):
    made, _ = groups.create_group({"study": make_study().pk, "optimizers": ["random"], "seeds": 2}, None)
    address = f"/groups/{made.pk}"
    for action, state in (("pause", "paused"), ("resume", "running"), ("stop", "stopped")):
        studies = program.post(f"{address}/{action}").json()["studies"]
        assert [study["state"] for study in studies] == [state] * 2
    assert program.delete(address).status_code == 204
    assert program.get(address).status_code == 404
    assert len(program.post(f"{address}/restore").json()["studies"]) == 2
