"""Every refusal of the API has one shape and the right status."""

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from trials.models import AccessToken, Study

from .conftest import Program, refusal

STUDY = {"objective": {"kind": "function", "name": "noop"}, "optimizer": {"name": "random"}}


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer hpo_wrong"}, {"Authorization": "Basic eDp5"}]
)
@pytest.mark.parametrize(
    ("method", "path"), [("get", "studies"), ("post", "studies"), ("delete", "studies/1")]
)
def test_a_stranger_gets_401_and_no_redirect(
    db: None, method: str, path: str, headers: dict[str, str]
) -> None:
    answer = getattr(Client(), method)(f"/api/v1/{path}", headers=headers)
    assert answer.status_code == 401
    assert refusal(answer)["code"] == "unauthorized"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_an_inactive_users_token_is_refused(db: None) -> None:
    user = get_user_model().objects.create_user("gone")
    program = Program(AccessToken.make(user, "old"))
    assert program.get("/studies").status_code == 200
    user.is_active = False
    user.save()
    assert program.get("/studies").status_code == 401


def test_a_browsers_session_reads_but_changes_nothing_without_the_csrf_header(db: None) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(get_user_model().objects.create_user("member"))
    assert browser.get("/api/v1/studies").status_code == 200
    refused = browser.post("/api/v1/studies", STUDY, content_type="application/json")
    assert (refused.status_code, refusal(refused)["code"]) == (403, "csrf")
    assert Study.objects.count() == 0
    secret = "a" * 32
    browser.cookies["hpo_csrf"] = secret
    made = browser.post(
        "/api/v1/studies", STUDY, content_type="application/json", headers={"X-CSRFToken": secret}
    )
    assert made.status_code == 201
    assert Study.objects.get().owner == get_user_model().objects.get()


@pytest.mark.parametrize(
    "path", ["/nothing", "/studies/abc", "/studies/999", f"/studies/{2**70}", "/studies/1/nothing", "/"]
)
def test_what_does_not_exist_is_404(program: Program, path: str) -> None:
    answer = program.get(path)
    assert (answer.status_code, refusal(answer)["code"]) == (404, "not_found")


def test_a_wrong_method_is_405_and_names_the_right_ones(program: Program) -> None:
    answer = program.put("/studies", {})
    assert (answer.status_code, refusal(answer)["code"]) == (405, "method_not_allowed")
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "POST"}


@pytest.mark.parametrize("body", ["{", "", "\xff", '{"a": NotJSON}', "[" * 100_000, b"\xff\xfe"])
def test_a_malformed_body_is_400_or_422(program: Program, body: str | bytes) -> None:
    answer = program.post("/studies", body)
    assert answer.status_code == (422 if body == "" else 400)
    assert refusal(answer)["code"] == ("invalid" if body == "" else "malformed_json")


@pytest.mark.parametrize("body", ["[]", '"study"', "5", "null"])
def test_a_body_that_is_no_object_is_422(program: Program, body: str) -> None:
    assert refusal(program.post("/studies", body))["code"] == "invalid"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "a\x00b"}, "name"),
        ({"name": "\ud800"}, "name"),
        ({"seed": 2**63}, "seed"),
        ({"seed": -(10**400)}, "seed"),
        ({"budget": {"target": float("nan")}}, "budget.target"),
        ({"optimizer": {"name": "tpe", "gamma": float("inf")}}, "optimizer.gamma"),
        ({"space": {"parameters": [{"name": "x\x00"}]}}, "space.parameters.0.name"),
        ({"space": {"a\x00": 1}}, "space"),
    ],
)
def test_what_the_databases_differ_on_is_refused_with_its_place(
    program: Program, change: dict[str, Any], field: str
) -> None:
    answer = program.post("/studies", STUDY | change)
    assert answer.status_code == 422
    assert field in refusal(answer)["fields"]
    assert Study.objects.count() == 0


def test_a_body_nested_too_deeply_is_refused(program: Program) -> None:
    body = '{"objective": ' + "[" * 60 + "]" * 60 + "}"
    assert "levels deep" in refusal(program.post("/studies", body))["message"]


def test_a_body_beyond_the_limit_is_413(program: Program) -> None:
    answer = program.post("/studies", " " * 3_000_000)
    assert (answer.status_code, refusal(answer)["code"]) == (413, "too_large")


def test_a_defect_is_500_without_its_details(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*args: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("trials.api.studies.summary", fail)
    answer = program.post("/studies", STUDY)
    assert (answer.status_code, refusal(answer)["code"]) == (500, "internal")
    assert "secret detail" not in answer.content.decode()


def test_the_openapi_document_needs_no_login_and_names_every_address(db: None) -> None:
    document = Client().get("/api/v1/openapi.json").json()
    study = "/api/v1/studies/{study_id}"
    trial = f"{study}/trials/{{number}}"
    assert set(document["paths"]) >= {
        *(
            "/api/v1/studies",
            study,
            f"{study}/pause",
            f"{study}/resume",
            f"{study}/stop",
            f"{study}/restore",
            f"{study}/retry",
            f"{study}/importance",
        ),
        *(f"{study}/trials", f"{study}/best", f"{study}/ask", trial),
        *(f"{trial}/{what}" for what in ("heartbeat", "reports", "tell", "cancel", "retry")),
    }
    answers = document["paths"]["/api/v1/studies"]["post"]["responses"]
    assert "Error" in answers["422"]["content"]["application/json"]["schema"]["$ref"]
