"""Names given to studies that nobody named: readable, and none twice."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from tests.trials.views.filled_form import FOREST, URL, form_of
from trials.engine.creation import create_study
from trials.engine.naming import what_is_searched
from trials.examples import examples
from trials.models import Study
from trials.models.access import owner

NETWORK = {"objective": {"kind": "model", "model": "mlp_classifier", "dataset": "digits"}}


@pytest.mark.parametrize(
    ("objective", "words"),
    [
        (NETWORK["objective"], "Neural network on digits"),
        ({"kind": "model", "models": ["svc", "ridge_classifier"], "dataset": "breast_cancer"},
         "Two models on breast cancer"),
        ({"kind": "function", "name": "styblinski_tang"}, "Styblinski tang"),
        ({"kind": "external"}, "External study"),
        ({"kind": "model", "model": "gone_model", "dataset": "iris"}, "Gone model on iris"),
    ],
)  # fmt: skip
def test_a_name_says_what_is_searched(objective: dict[str, str], words: str):
    assert what_is_searched(objective) == words


def test_alike_studies_are_numbered(db: None):
    names = [create_study(NETWORK, owner=None)[0].name for _ in range(3)]
    assert names == ["Neural network on digits", "Neural network on digits 2", "Neural network on digits 3"]


def test_a_number_of_ones_own_is_not_counted_on(make_study: Callable[..., Study]):
    for name in ("Covertype 7", "Wine", "Wine 2"):
        make_study(name=name)
    assert Study.objects.free_name("Covertype 7") == "Covertype 7 2"
    assert Study.objects.free_name("Wine 2") == "Wine 3"
    assert Study.objects.free_name("Wine 5") == "Wine 5"


def test_a_form_sent_twice_names_its_studies_apart_but_keeps_a_name_that_was_typed(client: Client, db: None):
    client.force_login(owner())
    for typed in ("A forest", "A forest", "Mine", "Mine"):
        assert client.post(URL, form_of(FOREST) | {"auto_name": "A forest", "name": typed}).status_code == 302
    assert [study.name for study in Study.objects.order_by("pk")] == [
        "A forest",
        "A forest 2",
        "Mine",
        "Mine",
    ]


def test_an_example_and_a_copy_are_numbered_too(client: Client, db: None):
    client.force_login(owner())
    for _ in range(2):
        client.post(reverse("example-start", args=[examples()[0].slug]))
    first, second = Study.objects.order_by("pk")
    assert second.name == f"{first.name} 2"
    page = client.get(f"{URL}?from={first.pk}").content.decode()
    assert f"{first.name} 3</textarea>" in page
