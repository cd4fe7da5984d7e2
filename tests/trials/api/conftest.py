"""A program with a token that talks to the API, and studies it takes part in."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from django.test import Client

from hpo_dashboard.celery import app
from trials.engine.advance import advance
from trials.models import AccessToken, Study

EXTERNAL = {
    "objective": {"kind": "external"},
    "space": {"parameters": [{"name": "x", "type": "float", "low": -5, "high": 5}]},
    "optimizer": {"name": "random"},
    "metrics": ["loss"],
    "directions": ["minimize"],
    "budget": {"trials": 4},
    "seed": 7,
}


class Program:
    """Sends JSON and a bearer token; bodies may also be raw text."""

    def __init__(self, token: str) -> None:
        self.client = Client(headers={"Authorization": f"Bearer {token}"}, raise_request_exception=False)

    def __getattr__(self, method: str) -> Callable[..., HttpResponse]:
        def send(path: str, body: Any = None, **headers: str) -> HttpResponse:
            data = body if isinstance(body, str | bytes) else "" if body is None else json.dumps(body)
            return self.client.generic(
                method.upper(), f"/api/v1{path}", data, content_type="application/json", headers=headers
            )

        return send


@pytest.fixture(autouse=True)
def nudges(valkey: str) -> Iterator[None]:
    """A real broker takes the messages; the tests do the workers' part."""
    before = app.conf.broker_url
    app.conf.broker_url = valkey.replace("unix://", "redis+socket://", 1)
    app._after_fork()  # forget the connections to another broker
    yield
    app.conf.broker_url = before
    app._after_fork()


@pytest.fixture
def program(db: None) -> Program:
    return Program(AccessToken.make(get_user_model().objects.create_user("robot"), "tests"))


@pytest.fixture
def external(make_study: Callable[..., Study]) -> Study:
    """A study of four trials that are trained elsewhere."""
    return make_study(**EXTERNAL)


@pytest.fixture
def handed(program: Program) -> Callable[..., list[dict[str, Any]]]:
    """Ask for trials as a client does, with a worker's advance in between when none is ready."""

    def hand(study: Study, count: int = 1, **body: Any) -> list[dict[str, Any]]:
        address = f"/studies/{study.pk}/ask"
        trials: list[dict[str, Any]] = program.post(address, {"count": count} | body).json()["trials"]
        if len(trials) < count:
            advance(study.pk)
            trials += program.post(address, {"count": count - len(trials)} | body).json()["trials"]
        return trials

    return hand


def refusal(response: HttpResponse) -> dict[str, Any]:
    """The body of an error, its shape checked."""
    body = response.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"code", "message", "fields"}
    assert isinstance(body["error"]["code"], str)
    assert body["error"]["message"]
    assert all(isinstance(text, str) for texts in body["error"]["fields"].values() for text in texts)
    return body["error"]
