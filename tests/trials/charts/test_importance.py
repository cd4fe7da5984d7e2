"""The importance chart's steps."""

from typing import Any

import pytest

from trials.charts import interactions
from trials.charts.base import StudyFacts
from trials.charts.importance import Importance, data, figure, stored, words

FACTS = StudyFacts("accuracy", True, False, 50, 40, 40, 0, 0, None)
FOUND = {
    "names": ["alpha", "C", "gamma", "idle"],
    "share": [0.04, 0.24, 0.70, 0.02],
    "low": [0.0, 0.10, 0.50, 0.0],
    "high": [0.1, 0.45, 0.80, 0.05],
    "r2": 0.68,
    "n": 43,
}


def shown(complete: int = 40, **changes: Any) -> Importance:
    facts = StudyFacts("accuracy", True, False, 50, 40, complete, 0, 0, None)
    return data(facts, FOUND | changes)


def test_the_largest_share_comes_first_with_its_interval() -> None:
    assert [bar.name for bar in shown().bars] == ["gamma", "C", "alpha", "idle"]
    drawn = figure(shown())
    assert drawn is not None
    bars = drawn["data"][1]
    assert bars["x"] == [0.70, 0.24, 0.04, 0.02]
    assert bars["error_x"]["array"] == pytest.approx([0.1, 0.21, 0.06, 0.03])
    assert bars["error_x"]["arrayminus"] == pytest.approx([0.2, 0.14, 0.04, 0.02])


def test_each_bar_is_named_on_the_left_and_tells_its_share_on_the_right() -> None:
    drawn = figure(shown())
    assert drawn is not None
    texts = [note["text"] for note in drawn["layout"]["annotations"]]
    assert texts[:4] == ["gamma", "70\N{NO-BREAK SPACE}%", "C", "24\N{NO-BREAK SPACE}%"]


def test_the_words_name_what_matters_and_how_well_the_surrogate_fits() -> None:
    text = str(words(shown()))
    assert text.startswith("gamma and C matter.")
    assert "The others may not matter at all." in text
    assert text.endswith("Held-out R² 0.68, 43 trials.")


def test_the_last_of_few_parameters_is_called_by_its_name() -> None:
    two = shown(names=["x", "y"], share=[0.99, 0.01], low=[0.9, 0.0], high=[1.0, 0.1], r2=0.9)
    assert str(words(two)).startswith("x matters. y may not matter at all. Held-out R² 0.90")


def test_overlapping_whiskers_make_the_order_uncertain() -> None:
    assert "the whiskers overlap" in str(words(shown(low=[0.0, 0.1, 0.4, 0.0])))
    assert "the whiskers overlap" not in str(words(shown()))


def test_neighbours_further_down_make_the_order_uncertain_too() -> None:
    assert "may still change" in str(words(shown(low=[0.05, 0.06, 0.5, 0.0])))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"r2": 0.29}, "No ranking can be trusted yet."),
        ({"r2": -0.5}, "Held-out R² −0.50"),
        ({"n": 9}, "Not computed yet."),
        ({"complete": 9, "n": 9}, "9 of the 10 results"),
        ({"share": [0.0] * 4, "low": [0.0] * 4, "high": [0.0] * 4}, "No parameter stands out."),
        ({"r2": None}, "Not computed yet."),
    ],
)
def test_importances_that_cannot_be_trusted_are_words_alone(changes: dict[str, Any], said: str) -> None:
    untrusted = shown(**changes)
    assert figure(untrusted) is None
    assert said in str(words(untrusted))


def test_before_the_first_fit_there_are_words_alone() -> None:
    nothing = data(FACTS, None)
    assert figure(nothing) is None
    assert str(words(nothing)).startswith("Not computed yet.")


def test_of_many_parameters_the_largest_eight_are_drawn_and_the_rest_told() -> None:
    share = [0.5, *[0.025] * 20]
    names = [f"p{i}" for i in range(21)]
    many = shown(names=names, share=share, low=[0.0] * 21, high=[0.6] * 21)
    assert len(many.bars) == 8
    assert "Not drawn: 13 more parameters with 32\N{NO-BREAK SPACE}% together." in str(words(many))


def test_the_method_is_named_by_what_its_shares_are_of() -> None:
    assert "best tenth" in str(words(shown(method="ped_anova")))
    assert "trees" in str(words(shown(method="mdi")))


def test_another_method_is_read_where_it_is_computed() -> None:
    both = {"importance": FOUND, "methods": {"mdi": FOUND | {"n": 7}}}
    assert stored(both, "fanova") == FOUND | {"method": "fanova"}
    assert stored(both, "mdi") == FOUND | {"n": 7, "method": "mdi"}
    assert stored(both, "permutation") is None
    assert stored(None, "fanova") is None


PAIRS = [
    {"names": ["C", "gamma"], "share": 0.3, "low": 0.2, "high": 0.4},
    {"names": ["C", "tol"], "share": 0.05, "low": 0.0, "high": 0.1},
    {"names": ["a", "b"], "share": 0.01, "low": 0.005, "high": 0.02},
]


def test_pairs_that_may_be_chance_are_not_told() -> None:
    found = interactions.data(FACTS, {"importance": FOUND, "interactions": PAIRS})
    assert [pair.name for pair in found.pairs] == ["C × gamma"]
    assert str(interactions.words(found)).startswith("C × gamma work together. Only both explain 30")
    assert interactions.figure(found)["data"][0]["x"] == [0.3]


@pytest.mark.parametrize(
    ("stored_data", "lead"),
    [
        ({}, "Not computed yet."),
        ({"importance": FOUND | {"r2": 0.1}, "interactions": PAIRS}, "No pair can be told yet."),
        ({"importance": FOUND, "interactions": PAIRS[1:]}, "No pair stands out."),
    ],
)
def test_without_a_pair_the_reason_is_said(stored_data: Any, lead: str) -> None:
    found = interactions.data(FACTS, stored_data)
    assert interactions.words(found).lead == lead
    assert interactions.figure(found) is None
