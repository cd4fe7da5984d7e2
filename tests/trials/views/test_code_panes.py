"""The code beside the forms: run as a person would run it, it makes the same study or space."""

import re
import subprocess
import sys
from html import unescape
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from optimizers import Space
from trials.engine.creation import check_study
from trials.forms.as_code import space_code
from trials.forms.draft import Draft
from trials.models import AccessToken, Study

STUDY: dict[str, Any] = {
    "name": "It's “quoted” \\ and $HOME `x`",
    "objective": {
        "kind": "model",
        "models": ["svc", "hist_gradient_boosting_classifier"],
        "dataset": "wine",
        "measures": ["balanced_accuracy"],
        "test_share": 0,
    },
    "optimizer": {"name": "random"},
    "budget": {"trials": 3, "failures": 2},
    "tags": ["first try"],
    "seed": 3,
}
SPACE = {
    "parameters": [
        {"name": "odd name", "type": "categorical", "choices": ["a", "1", 1, None, True], "default": None},
        {"name": "C", "type": "float", "low": 0.00001, "high": 1000, "log": True, "default": 1.0},
        {"name": "on", "type": "boolean", "default": False, "when": {"C": {"min": 1}}},
        {
            "name": "n",
            "type": "integer",
            "distribution": {"name": "expon", "args": {"scale": 100}},
            "prior": {"name": "norm", "args": {"loc": 5, "scale": 2}},
            "low": 1,
            "high": 500,
            "when": {"odd name": ["a", 1]},
        },
    ],
    "constraints": ["n <= 400"],
    "forbidden": [{"odd name": "a", "on": True}],
}


def pane(html: str, name: str) -> str:
    found = re.search(rf'id="plan-{name}"[^>]*>(.*?)</pre>', html, re.DOTALL)
    assert found is not None
    return unescape(re.sub("<[^>]+>", "", found[1]))


@pytest.mark.parametrize(("name", "command"), [("python", [sys.executable, "-"]), ("curl", ["sh"])])
def test_the_code_beside_the_form_makes_the_study(
    live_server: Any, transactional_db: None, client: Client, name: str, command: list[str]
):
    user = get_user_model().objects.create_user("robot")
    client.force_login(user)
    host = live_server.url.removeprefix("http://")
    answer = client.post("/studies/new/preview/", dict(Draft.of_study(STUDY).data), headers={"host": host})
    code = pane(answer.content.decode(), name)
    assert live_server.url in code
    environment = {"HPO_TOKEN": AccessToken.make(user, "mine"), "PATH": "/usr/bin:/bin:/usr/local/bin"}
    done = subprocess.run(command, input=code, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    made, wanted = Study.objects.get(), check_study(STUDY)
    assert (made.name, made.objective, made.tags) == (
        STUDY["name"],
        wanted.objective.to_dict(),
        ["first try"],
    )
    assert (made.space.definition, made.budget, made.seed) == (wanted.space.to_dict(), wanted.budget, 3)


def test_the_python_of_a_space_makes_the_space():
    names: dict[str, Any] = {}
    exec(space_code(SPACE), names)
    assert names["space"] == Space.from_dict(SPACE)


def test_the_python_of_half_a_space_is_shown_without_an_error():
    half = {"parameters": [{"name": "", "type": "float"}, {"name": "x", "type": "letters", "high": 3}]}
    assert "Float(high=3)" in space_code(half)
