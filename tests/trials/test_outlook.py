"""What is left to gain, as a sentence."""

import pytest

from trials.models import Insight, Study
from trials.outlook import left_to_gain

STUDY = Study(best_value=0.5, metrics=["score"], directions=["maximize"])


def said(left, study=STUDY):
    return left_to_gain(study, Insight(data={"remaining": left}))


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (None, ""),
        (
            {"gain": 0.001, "low": 0.0, "high": 0.004, "n": 40},
            "Further trials can hardly gain more than 0.0040 (0.8\N{NO-BREAK SPACE}%); "
            "0.0010 (0.2\N{NO-BREAK SPACE}%) is to be expected.",
        ),
        (
            {"gain": 0.1, "low": 0.0, "high": 0.9, "n": 12},
            "Further trials may gain up to 0.90; with 12 results that is a guess.",
        ),
        (
            {"gain": 0.0, "low": 0.0, "high": 1e-5, "n": 25},
            "Further trials can hardly gain more than 0.000010 (under 0.1\N{NO-BREAK SPACE}%); "
            "0 (under 0.1\N{NO-BREAK SPACE}%) is to be expected.",
        ),
    ],
)
def test_the_bound_and_what_is_expected_are_said_in_the_metrics_unit_and_in_per_cent(left, words):
    assert said(left) == words


def test_nothing_is_said_before_there_is_a_result_or_an_estimate():
    left = {"gain": 0.1, "low": 0.0, "high": 0.9, "n": 40}
    assert said(left, Study(best_value=None)) == left_to_gain(STUDY, None) == ""
