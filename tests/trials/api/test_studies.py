"""/studies: make, list, read, rename, delete, pause, resume, stop; importance."""

from collections.abc import Callable
from typing import Any

import pytest

from optimizers import Result
from trials.engine import lessons
from trials.models import Insight, Study

from .conftest import EXTERNAL, Program, refusal

STUDY = {
    "name": "Try-out",
    "objective": {"kind": "function", "name": "noop"},
    "optimizer": {"name": "random"},
    "budget": {"trials": 5},
    "seed": 2**63 - 1,
}


def test_a_study_is_made_with_every_default_filled_in(program: Program) -> None:
    answer = program.post("/studies", STUDY)
    assert answer.status_code == 201
    made = answer.json()
    study = Study.objects.get()
    assert made["id"] == study.pk
    assert (made["name"], made["state"], made["seed"]) == ("Try-out", "running", 2**63 - 1)
    assert made["directions"] == ["minimize"]
    assert made["space"] == study.space.definition
    assert set(made["counts"]) == {"queued", "running", "complete", "pruned", "failed", "cancelled"}
    assert str(study.owner) == "robot"


def test_a_study_sent_back_makes_the_same_study(program: Program) -> None:
    made = program.post("/studies", STUDY).json()
    body = (
        "name",
        "objective",
        "space",
        "optimizer",
        "metrics",
        "directions",
        "budget",
        "parallelism",
        "seed",
    )
    again = program.post("/studies", {key: made[key] for key in body}).json()
    assert {key: again[key] for key in body} == {key: made[key] for key in body}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"objective": {"kind": "function", "name": "nonsense"}}, "objective.name"),
        ({"budget": {"trials": 0}}, "budget.trials"),
        ({"optimizer": {"name": "nonsense"}}, "optimizer.name"),
        ({"trails": 5}, "trails"),
        ({"parallelism": "two"}, "parallelism"),
        ({"name": 5}, "name"),
    ],
)
def test_a_wrong_field_is_422_with_its_name(program: Program, change: dict[str, Any], field: str) -> None:
    answer = program.post("/studies", STUDY | change)
    assert answer.status_code == 422
    error = refusal(answer)
    assert error["code"] == "invalid"
    assert field in error["fields"]
    assert error["message"].startswith(field)
    assert Study.objects.count() == 0


def test_an_external_study_needs_a_space(program: Program) -> None:
    answer = program.post("/studies", {"objective": {"kind": "external"}, "optimizer": {"name": "random"}})
    assert "space" in refusal(answer)["fields"]


def test_studies_are_listed_newest_first_page_by_page(
    program: Program, make_study: Callable[..., Study]
) -> None:
    keys = [make_study(name=f"Study {i}").pk for i in range(5)]
    first = program.get("/studies?limit=2").json()
    second = program.get(f"/studies?limit=2&cursor={first['next_cursor']}").json()
    third = program.get(f"/studies?limit=2&cursor={second['next_cursor']}").json()
    assert [item["id"] for page in (first, second, third) for item in page["items"]] == keys[::-1]
    assert third["next_cursor"] is None


def test_listing_studies_takes_the_same_queries_for_many(
    program: Program, make_study: Callable[..., Study], django_assert_num_queries: Callable[..., Any]
) -> None:
    program.get("/studies")  # notes the token's use
    make_study()
    with django_assert_num_queries(3) as few:
        program.get("/studies")
    for _ in range(5):
        make_study()
    with django_assert_num_queries(len(few)):
        program.get("/studies")


def test_studies_are_filtered_by_state(program: Program, make_study: Callable[..., Study]) -> None:
    running, paused = make_study(), make_study()
    program.post(f"/studies/{paused.pk}/pause")
    listed = program.get("/studies?state=paused").json()["items"]
    assert [item["id"] for item in listed] == [paused.pk]
    assert refusal(program.get("/studies?state=nonsense"))["fields"].keys() == {"state"}
    assert running.state == "running"


@pytest.mark.parametrize("path", ["", "/trials", "/best", "/importance"])
def test_an_unchanged_study_is_304_and_a_changed_one_is_not(
    program: Program, make_study: Callable[..., Study], path: str
) -> None:
    study = make_study()
    address = f"/studies/{study.pk}{path}"
    etag = program.get(address).headers["ETag"]
    again = program.get(address, **{"If-None-Match": etag})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    study.change(name="renamed")
    assert program.get(address, **{"If-None-Match": etag}).status_code == 200


def test_the_list_of_studies_is_304_until_one_changes(
    program: Program, make_study: Callable[..., Study]
) -> None:
    study, other = make_study(), make_study()
    etags = []
    for change in (lambda: None, lambda: study.change(name="x"), lambda: other.delete(), make_study):
        change()
        answer = program.get("/studies")
        etags.append(answer.headers["ETag"])
        assert program.get("/studies", **{"If-None-Match": etags[-1]}).status_code == 304
    assert len(set(etags)) == 4


def test_a_study_is_renamed_and_nothing_else_of_it_changes(
    program: Program, make_study: Callable[..., Study]
) -> None:
    study = make_study()
    assert program.patch(f"/studies/{study.pk}", {"name": " New name "}).json()["name"] == "New name"
    both = {"name": "New name", "seed": 2}
    assert refusal(program.patch(f"/studies/{study.pk}", both))["fields"].keys() == {"seed"}
    assert refusal(program.patch(f"/studies/{study.pk}", {"name": " \n"}))["fields"].keys() == {"name"}
    study.refresh_from_db()
    assert (study.name, study.seed) == ("New name", 1)


def test_pause_resume_and_stop_are_idempotent(program: Program, make_study: Callable[..., Study]) -> None:
    study = make_study()
    states = []
    for action in ("pause", "pause", "resume", "resume", "stop", "stop", "resume"):
        answer = program.post(f"/studies/{study.pk}/{action}")
        assert answer.status_code == 200
        states.append(answer.json()["state"])
    assert states == ["paused", "paused", "running", "running", "stopped", "stopped", "stopped"]


def test_a_deleted_study_is_nowhere_to_be_seen(program: Program, external: Study, handed: Any) -> None:
    handed(external, count=2)
    address = f"/studies/{external.pk}"
    assert [program.delete(address).status_code for _ in range(2)] == [204, 204]
    assert program.get(address).status_code == 404
    assert program.get("/studies").json()["items"] == []
    assert program.post(f"{address}/ask").status_code == 404


@pytest.mark.parametrize("action", ["pause", "resume", "stop"])
def test_nothing_can_be_done_with_a_study_that_is_not_there(program: Program, action: str) -> None:
    assert program.post(f"/studies/77/{action}").status_code == 404


def test_importance_is_what_a_worker_found_out_with_how_far_to_trust_it(
    program: Program, make_study: Callable[..., Study]
) -> None:
    study = make_study()
    before = program.get(f"/studies/{study.pk}/importance").json()
    assert (before["names"], before["n"], before["trusted"]) == ([], 0, False)
    found = {
        "names": ["x", "y"],
        "share": [0.9, 0.1],
        "low": [0.8, 0.0],
        "high": [1.0, 0.2],
        "r2": 0.9,
        "n": 20,
    }
    Insight.objects.create(study=study, results=20, seconds=0.1, data={"importance": found})
    study.change(n_complete=20)
    after = program.get(f"/studies/{study.pk}/importance").json()
    assert {key: after[key] for key in found} == found
    assert after["trusted"] is True
    assert after["sentence"].startswith("x matters.")


def test_an_external_study_goes_through_the_api_from_beginning_to_end(program: Program, handed: Any) -> None:
    study = Study.objects.get(pk=program.post("/studies", EXTERNAL).json()["id"])
    for _ in range(4):
        (trial,) = handed(study)
        told = {"token": trial["token"], "value": trial["params"]["x"] ** 2}
        assert program.post(f"/studies/{study.pk}/trials/{trial['number']}/tell", told).status_code == 200
    read = program.get(f"/studies/{study.pk}").json()
    assert (read["state"], read["counts"]["complete"]) == ("completed", 4)
    (best,) = program.get(f"/studies/{study.pk}/best").json()
    values = [item["value"] for item in program.get(f"/studies/{study.pk}/trials").json()["items"]]
    assert best["values"] == [min(values)] == [read["best_value"]]
    assert best["number"] == values.index(min(values)) == read["best_number"]
    assert best["params"]["x"] ** 2 == min(values)


def test_a_study_begins_from_an_earlier_one_or_is_refused_beside_the_field(
    program: Program, handed: Any
) -> None:
    study = Study.objects.get(pk=program.post("/studies", EXTERNAL).json()["id"])
    refused = program.post("/studies", EXTERNAL | {"warm_start": [study.pk]})
    assert refused.status_code == 422
    assert "no results yet" in refused.json()["error"]["fields"]["warm_start"][0]
    (trial,) = handed(study)
    program.post(
        f"/studies/{study.pk}/trials/{trial['number']}/tell", {"token": trial["token"], "value": 0.5}
    )
    made = program.post("/studies", EXTERNAL | {"warm_start": [study.pk]})
    assert made.status_code == 201
    assert made.json()["warm_start"] == [study.pk]


def test_importance_by_other_methods_pairs_and_what_is_left(program: Program) -> None:
    study = Study.objects.get(pk=program.post("/studies", EXTERNAL).json()["id"])
    found = {"names": ["x"], "share": [1.0], "low": [0.9], "high": [1.0], "r2": 0.9, "n": 30}
    pair = {"names": ["x", "y"], "share": 0.2, "low": 0.1, "high": 0.3}
    left = {"gain": 0.01, "low": 0.0, "high": 0.05, "n": 30}
    data = {"importance": found, "methods": {"mdi": found}, "interactions": [pair], "remaining": left}
    Insight.objects.create(study=study, results=30, seconds=0.1, data=data)
    study.change(n_complete=30, best_value=1.0)
    read = program.get(f"/studies/{study.pk}/importance?method=mdi").json()
    assert (read["method"], read["share"], read["interactions"]) == ("mdi", [1.0], [pair])
    missing = program.get(f"/studies/{study.pk}/importance?method=permutation").json()
    assert (missing["method"], missing["n"], missing["trusted"]) == ("permutation", 0, False)
    refused = program.get(f"/studies/{study.pk}/importance?method=guess")
    assert refused.status_code == 422
    remaining = program.get(f"/studies/{study.pk}/remaining").json()
    assert {key: remaining[key] for key in left} == left
    assert "hardly gain more than 0.050" in remaining["sentence"]
    other = Study.objects.get(pk=program.post("/studies", EXTERNAL).json()["id"])
    assert program.get(f"/studies/{other.pk}/remaining").json()["gain"] is None


def test_the_smaller_space_that_the_results_speak_for(program: Program) -> None:
    study = Study.objects.get(pk=program.post("/studies", EXTERNAL).json()["id"])
    empty = program.get(f"/studies/{study.pk}/narrowing").json()
    assert (empty["changes"], empty["space"], empty["n"], empty["sentence"]) == ([], None, 0, "")
    results = [Result(n, {"x": n / 6 - 5}, (n / 6 - 6) ** 2) for n in range(60)]
    found = lessons.narrowing(study, results)
    assert found is not None
    Insight.objects.create(study=study, results=60, seconds=0.1, data={"narrowing": found})
    study.change(n_complete=60)
    read = program.get(f"/studies/{study.pk}/narrowing").json()
    (change,) = read["changes"]
    assert (change["name"], change["kind"], change["choices"]) == ("x", "shrink", None)
    assert -5 < change["low"] < 1 < change["high"] < 5
    assert read["space"]["parameters"][0]["low"] == change["low"]
    assert (read["ranges"], read["held"], read["n"]) == (read["space"], [], 60)
    assert "1 parameter would change" in read["sentence"]
    # The suggestion belongs to the space it was made for.
    edited = program.patch(f"/studies/{study.pk}", {"space": read["ranges"]})
    assert edited.status_code == 200
    assert program.get(f"/studies/{study.pk}/narrowing").json()["space"] is None
