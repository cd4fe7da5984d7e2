"""Beliefs, distributions and rules as texts, and back."""

import pytest

from optimizers import Space
from trials.forms.beliefs import NotABelief, prior_of, texts_of
from trials.forms.choices import NotChoices
from trials.forms.distributions import as_call, called, families
from trials.forms.draws import LARGE, picture
from trials.forms.row_changes import completed
from trials.forms.row_reader import read_ranges, read_rows
from trials.forms.rules import texts_of as rule_texts
from trials.forms.space_rows import Ranges, Row, ranges_of

PRIORS = [
    {"name": "norm", "args": {"loc": 0.1, "scale": 0.05}},
    {"name": "lognorm", "args": {"s": 2.302585092994046, "scale": 0.01}},
    {"name": "lognorm", "args": {"s": 0.5, "scale": 1}},
    {"name": "lognorm", "args": {"s": 0.123456789012345, "loc": 3, "scale": 1}},
    {"name": "beta", "args": {"a": 2, "b": 3}},
    {"name": "cauchy", "args": {}},
]
#: Families without arguments that could be guessed from a range.
UNGUESSED = {"nchypergeom_fisher", "nchypergeom_wallenius", "poisson_binom"}
SLOW = {"studentized_range"}


@pytest.mark.parametrize("prior", PRIORS, ids=[f"{prior['name']}" for prior in PRIORS])
def test_a_belief_reads_back_exactly(prior: dict):
    texts = {"prior": "", "center": "", "spread": "", "belief": ""} | texts_of(prior)
    assert prior_of(texts["prior"], texts["center"], texts["spread"], texts["belief"]) == prior


def test_a_belief_is_told_by_center_and_spread():
    assert texts_of(PRIORS[1]) == {"prior": "lognorm", "center": "0.01", "spread": "10"}
    assert prior_of("norm", "5", "2", "") == {"name": "norm", "args": {"loc": 5, "scale": 2}}
    assert prior_of("", "5", "2", "") is None


@pytest.mark.parametrize(
    ("fields", "field", "words"),
    [
        (("norm", "", "1", ""), "center", "around which value"),
        (("norm", "x", "1", ""), "center", "not a number"),
        (("norm", "1", "", ""), "spread", "how far"),
        (("norm", "1", "0", ""), "spread", "above 0"),
        (("lognorm", "-1", "3", ""), "center", "above 0"),
        (("lognorm", "1", "0.5", ""), "spread", "above 1"),
        (("other", "", "", ""), "belief", "name a distribution"),
        (("other", "", "", "beta(2, 3)"), "belief", "has no name"),
        (("guess", "", "", ""), "prior", "no kind of belief"),
    ],
)
def test_what_is_no_belief_is_refused_at_its_field(fields: tuple[str, str, str, str], field: str, words: str):
    with pytest.raises(NotABelief, match=words) as refused:
        prior_of(*fields)
    assert refused.value.field == field


def test_distributions_are_written_as_calls():
    given = {"name": "rv", "args": {"a": 2, "p": [0.2, 0.8]}}
    assert as_call(given) == "rv(a = 2, p = [0.2, 0.8])"
    assert called("rv(a = 2, p = [0.2, 0.8])") == given
    assert called(" norm ") == {"name": "norm", "args": {}}
    assert as_call({"name": "norm", "args": [1, 2]}) == "norm(loc = 1, scale = 2)"
    with pytest.raises(NotChoices, match="names no distribution"):
        called("2 + 2")


@pytest.mark.filterwarnings("ignore:divide by zero")
def test_naming_a_distribution_of_scipy_is_enough_to_begin_with():
    for name in families().keys() - UNGUESSED - SLOW:
        reading = read_rows([completed(Row("x", low="1", high="100", scale="other", args=name))])
        assert reading.problems == (), name
        drawn = picture(reading.parameters[0], LARGE)
        assert drawn is not None, name
        assert "nan" not in drawn.path, name


def test_a_chosen_belief_comes_with_numbers_that_suit_the_range():
    bell = completed(Row("x", low="0.001", high="10", scale="log", default="0.1", prior="lognorm"))
    assert (bell.center, bell.spread) == ("0.1", "3")
    even = completed(Row("x", low="0", high="60", prior="norm"))
    assert (even.center, even.spread) == ("30", "10")
    assert completed(bell) == bell


def test_the_picture_shows_belief_and_default():
    row = Row(
        "x", low="0.001", high="10", scale="log", default="0.1", prior="lognorm", center="1", spread="3"
    )
    drawn = picture(read_rows([row]).parameters[0], LARGE)
    assert drawn is not None
    assert drawn.default == LARGE[0] / 2
    assert drawn.prior.startswith("M0.0")
    assert [label.text for label in drawn.labels] == ["0.001", "0.01", "0.1", "1", "10"]


# --- rules ------------------------------------------------------------------------------------------------
ROWS = (
    Row("solver", "categorical", choices="lbfgs, saga"),
    Row("leaf", "integer", low="1", high="9"),
    Row("split", "integer", low="2", high="20"),
)


def test_rules_read_back_the_same():
    ranges = Ranges(
        ROWS, "2 * leaf <= split\nleaf != 5", "solver = lbfgs; leaf = 3\nsolver = saga; split = 2"
    )
    reading = read_ranges(ranges)
    assert reading.problems == ()
    assert reading.json["constraints"] == ["2 * leaf <= split", "leaf != 5"]
    assert reading.json["forbidden"][0] == {"solver": "lbfgs", "leaf": 3}
    assert reading.space == Space.from_dict(reading.json)
    assert ranges_of(reading.json) == ranges
    assert rule_texts({"parameters": []}) == {}


@pytest.mark.parametrize(
    ("rules", "field", "words"),
    [
        ({"constraints": "leaf <= "}, "constraints", "leaf"),
        ({"constraints": "leaf <= depth"}, "constraints", "depth"),
        ({"constraints": "__import__('os')"}, "constraints", ""),
        ({"constraints": "solver < 3"}, "constraints", "solver"),
        ({"constraints": "leaf > 100"}, "constraints", ""),
        ({"forbidden": "solver = lbfgs, saga"}, "forbidden", "more than one value"),
        ({"forbidden": "leaf ≥ 2"}, "forbidden", "more than one value"),
        ({"forbidden": "solver"}, "forbidden", "line 1"),
        ({"forbidden": "solver = adam; leaf = 1"}, "forbidden", "adam"),
        ({"forbidden": "depth = 1"}, "forbidden", "depth"),
    ],
)
def test_what_is_no_rule_is_refused_at_its_field(rules: dict, field: str, words: str):
    reading = read_ranges(Ranges(ROWS, **rules))
    assert reading.space is None
    assert [(problem.row, problem.field) for problem in reading.problems] == [(None, field)]
    assert words in reading.problems[0].message
