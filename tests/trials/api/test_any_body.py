"""No JSON body, however odd, is a defect: the API takes it or says what is wrong with it."""

import copy
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trials.models import Study

from .conftest import EXTERNAL, Program, refusal

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.sampled_from([2**31, 2**63, -(2**63), 10**30, 0, -1])
    | st.floats()
    | st.text(st.characters(codec=None), max_size=8)
    | st.sampled_from(["", "float", "random", "grid", "tpe", "minimize", "x", "\x00", "9" * 400])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
STUDIES = [
    EXTERNAL,
    {"objective": {"kind": "function", "name": "branin"}, "optimizer": {"name": "grid"}},
    {
        "objective": {
            "kind": "model",
            "model": "random_forest_classifier",
            "dataset": "iris",
            "validation": {"kind": "kfold", "folds": 3},
        },
        "optimizer": {"name": "tpe"},
    },
]
TELL = {
    "state": "complete",
    "value": 1.0,
    "values": [1.0],
    "constraints": [0.0],
    "error": "x",
    "user_attrs": {},
}


def places(body: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a body."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [path, *(place for key, item in inner for place in places(item, (*path, key)))]


@st.composite
def mutated(draw: st.DrawFn, bodies: list[Any]) -> Any:
    """A good body with something else at one place."""
    body = copy.deepcopy(draw(st.sampled_from(bodies)))
    place = draw(st.sampled_from(places(body)))
    new = draw(JSON)
    if not place:
        return new
    target = body
    for key in place[:-1]:
        target = target[key]
    target[place[-1]] = new
    return body


def send(program: Program, path: str, body: Any) -> Any:
    answer = program.post(path, json.dumps(body).encode("utf-8", "surrogatepass"))
    assert answer.status_code in {200, 201, 400, 409, 422}, (answer.status_code, answer.content[:2000])
    if answer.status_code >= 400:
        refusal(answer)
    return answer


ANY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@ANY
@given(body=mutated(STUDIES))
def test_any_study_is_made_or_refused(program: Program, body: Any) -> None:
    answer = send(program, "/studies", body)
    if answer.status_code == 201:
        made = answer.json()["id"]
        assert program.get(f"/studies/{made}").status_code == 200
        assert program.delete(f"/studies/{made}").status_code == 204


@ANY
@given(body=mutated([TELL]))
def test_any_tell_is_taken_or_refused(program: Program, handed: Any, external: Study, body: Any) -> None:
    if not external.trials.exists():
        handed(external)
    external.trials.update(state="running", token="t")
    external.change(n_running=1, n_complete=0, n_failed=0, n_pruned=0, state="running", ending="")
    if isinstance(body, dict):
        body["token"] = "t"
    answer = send(program, f"/studies/{external.pk}/trials/0/tell", body)
    if answer.status_code == 200:
        assert external.trials.get().state == answer.json()["state"]
        assert program.get(f"/studies/{external.pk}/trials/0").status_code == 200


@ANY
@given(body=mutated([{"count": 1, "worker": "w", "lease_seconds": 5.0}]))
def test_any_ask_is_answered_or_refused(program: Program, external: Study, body: Any) -> None:
    send(program, f"/studies/{external.pk}/ask", body)
