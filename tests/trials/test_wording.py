"""Numbers, gains, times and words as the pages write them."""

import math
from datetime import UTC, datetime, timedelta

import pytest

from trials import wording


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.064263, "0.064263"),
        (0.97218, "0.97218"),
        (1284.0, "1,284.0"),
        (0.999999, "1.0000"),
        (-0.13444, "−0.13444"),
        (0.0, "0"),
        (-0.0, "0"),
        (2.5e-9, "2.5000 × 10⁻⁹"),
        (3.1e12, "3.1000 × 10¹²"),
        (None, "–"),
        (math.nan, "–"),
        (math.inf, "–"),
    ],
)
def test_five_significant_digits(value: float | None, text: str):
    assert wording.five(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e-05, "0.00001"),
        (100.0, "100"),
        (0.1, "0.1"),
        (12, "12"),
        (100_000, "100,000"),
        (-3, "−3"),
        (True, "True"),
        ("rbf", "rbf"),
        (None, "None"),
        (1e-12, "1 × 10⁻¹²"),
    ],
)
def test_settings_are_as_short_as_they_can_be(value: object, text: str):
    assert wording.setting(value) == text


def test_a_column_has_the_same_decimals_everywhere():
    assert wording.column([0.064263, 0.13444, None]) == ["0.06426", "0.13444", "–"]


def test_a_column_over_many_magnitudes_keeps_five_digits_each():
    assert wording.column([0.001, 100.0]) == ["0.0010000", "100.00"]


def test_a_column_of_settings_drops_zeros_that_all_share_and_leaves_inactive_ones_empty():
    assert wording.settings_column([0.5, None, 1.25]) == ["0.50", "", "1.25"]
    assert wording.settings_column([1.0, 2.0]) == ["1", "2"]
    assert wording.settings_column([3, None]) == ["3", ""]
    assert wording.settings_column([None]) == [""]


@pytest.mark.parametrize(
    ("value", "default", "maximize", "text", "words", "better"),
    [
        (0.064263, 0.13444, False, "−52.2 %", "52.2 % below default", True),
        (0.97218, 0.95829, True, "+1.45 %", "1.45 % above default", True),
        (0.9, 1.0, True, "−10.0 %", "10.0 % below default", False),
        (-0.05, -0.1, True, "+50.0 %", "50.0 % above default", True),
        (30.0, 1.0, True, "+2,900 %", "2,900 % above default", True),
    ],
)
def test_a_gain_says_direction_and_size(value, default, maximize, text, words, better):
    gain = wording.gain(value, default, maximize)
    assert (gain.text, gain.words) == (text.replace(" %", "\xa0%"), words.replace(" %", "\xa0%"))
    assert (gain.better, gain.worse) == (better, not better)


def test_a_gain_needs_both_values_and_a_default_that_is_not_zero():
    assert wording.gain(None, 1.0, True) is None
    assert wording.gain(1.0, None, True) is None
    assert wording.gain(1.0, 0.0, True) is None


def test_a_gain_of_nothing_is_neither_better_nor_worse():
    gain = wording.gain(0.5, 0.5, True)
    assert gain.words == "same as default"
    assert not gain.better
    assert not gain.worse


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.001, "under 0.01 s"),
        (0.42, "0.42 s"),
        (2.34, "2.3 s"),
        (9.97, "10 s"),
        (89.0, "89 s"),
        (360.0, "6 min"),
        (3599.0, "1 h"),
        (19_200.0, "5 h 20 min"),
        (273_600.0, "3 d 4 h"),
        (None, "–"),
    ],
)
def test_lengths_of_time(seconds: float | None, text: str):
    assert wording.duration(seconds).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "about a second left"),
        (3.2, "about 4 s left"),
        (42.0, "about 40 s left"),
        (400.0, "about 7 min left"),
    ],
)
def test_estimates_are_no_finer_than_they_deserve(seconds: float, text: str):
    assert wording.about(seconds).replace("\xa0", " ") == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "just now"),
        (12, "12 s ago"),
        (130, "2 min ago"),
        (7300, "2 h ago"),
        (90_000, "yesterday"),
        (3e5, "3 days ago"),
    ],
)
def test_how_long_ago(seconds: float, text: str):
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert wording.ago(now - timedelta(seconds=seconds), now).replace("\xa0", " ") == text


def test_words_are_joined_and_counted_as_in_a_sentence():
    assert wording.listed(["gamma", "C", "kernel"]) == "gamma, C and kernel"
    assert wording.listed(["gamma"]) == "gamma"
    assert wording.count(1, "trial") == "1 trial"
    assert wording.count(1284, "study", "studies") == "1,284 studies"
    assert [wording.ordinal(n) for n in (1, 2, 3, 4, 11, 22)] == ["1st", "2nd", "3rd", "4th", "11th", "22nd"]


def test_metrics_and_models_have_titles():
    assert wording.metric_title("roc_auc") == "ROC AUC"
    assert wording.metric_title("neg_log_loss") == "log loss"
    assert wording.metric_title("neg_root_mean_squared_error") == "RMSE"
    assert wording.model_title("random_forest_classifier") == "random forest"
    assert wording.model_title("svc") == "SVM"


def test_every_state_has_icon_word_and_tint():
    from trials.models import Study, Trial

    for state in (*Study.State.values, *Trial.State.values):
        look = wording.state_look(state)
        assert look.icon
        assert look.word.lower() == state
        assert look.tint.startswith("is-")


def test_a_negated_error_is_shown_as_the_error_where_less_is_better() -> None:
    shown = wording.Shown("neg_root_mean_squared_error", True)
    assert (shown.title, shown.maximize, shown.five(-59.425)) == ("RMSE", False, "59.425")
    gain = shown.gain(-59.425, -60.8)
    assert gain is not None
    assert (gain.words, gain.better) == ("2.26\N{NO-BREAK SPACE}% below default", True)
    plain = wording.Shown("accuracy", True)
    assert (plain.maximize, plain.value(0.9)) == (True, 0.9)


@pytest.mark.parametrize(("error", "tint"), [(None, "is-good"), (0.01, "is-good"), (0.2, "is-idle")])
def test_a_gain_within_the_standard_error_is_not_praised(error: float | None, tint: str) -> None:
    gain = wording.gain(0.9, 0.8, True, error)
    assert gain is not None
    assert gain.tint == tint


def test_of_several_models_the_default_is_the_first_ones():
    assert wording.default_title(["random_forest_classifier", "svc"]) == "the default random forest"
    assert wording.default_title(()) == "the default configuration"
