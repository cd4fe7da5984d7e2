"""Timeline, learning curves, failures by reason and by region, correlations."""

from collections.abc import Callable

import pytest

from trials.charts import correlation, failure_reasons, failure_regions, learning_curves, timeline
from trials.models import Report, Study, Trial

from .made import SPACE, chosen, dot, facts


def span(number, worker, begun, ended, **more):
    known = {"state": "complete", "queued": begun - 1, "lost": 0, "retry_of": None}
    return timeline.Span(number=number, worker=worker, begun=begun, ended=ended, **(known | more))


def test_each_slot_of_a_worker_has_its_lane() -> None:
    spans = [span(0, "a", 0, 10), span(1, "a", 5, 15), span(2, "a", 10, 20), span(3, "b", 0, 20)]
    data = timeline.data(facts(), timeline.Rows(spans, 4))
    assert data.lanes == ("a", "a · 2", "b")
    assert data.at == {0: 0, 1: 1, 2: 0, 3: 2}
    assert str(timeline.words(data)).startswith("3 slots were busy 83")


def test_lost_and_retried_trials_are_marked_and_said() -> None:
    spans = [span(0, "a", 0, 10, lost=2), span(1, "a", 10, 20, retry_of=0, state="failed")]
    data = timeline.data(facts(), timeline.Rows(spans, 9))
    said = str(timeline.words(data))
    assert "2 times a worker was lost (▾) and 1 trial is a retry (◆)." in said
    assert "The latest 2 of 9 trials are drawn." in said
    figure = timeline.figure(data)
    signs = {
        trace["marker"]["symbol"]: trace["customdata"]
        for trace in figure["data"]
        if "symbol" in trace.get("marker", {})
    }
    assert signs == {"triangle-down": [0], "diamond": [1]}


def curves(many: int, crossing: bool):
    dots = [dot(n, float(n), "complete" if n else "pruned") for n in range(many)]
    found = {
        n: [(1, float(-n if crossing else n)), (2, float(-n if crossing else n)), (3, float(n))]
        for n in range(many)
    }
    return learning_curves.data(facts(), learning_curves.Rows(dots, found, many))


def test_learning_curves_say_whether_an_early_lead_lasts() -> None:
    assert "5 of 5 were in the better half" in str(learning_curves.words(curves(11, crossing=False)))
    assert "0 of 5 were in the better half" in str(learning_curves.words(curves(11, crossing=True)))
    assert "1 of them ends early" in str(learning_curves.words(curves(11, crossing=False)))
    assert learning_curves.figure(learning_curves.data(facts(), learning_curves.Rows())) is None


def test_long_curves_are_thinned_and_keep_their_ends(make_study: Callable[..., Study]) -> None:
    study = make_study()
    study.trials.all().delete()
    trial = Trial.objects.create(
        study=study, space=study.space, number=0, state="complete", value=1.0, params={}
    )
    Report.objects.bulk_create(Report(trial=trial, step=step, value=step / 7) for step in range(500))
    Study.objects.filter(pk=study.pk).update(n_complete=1, next_number=1)
    study.refresh_from_db()
    curve = learning_curves.rows(study).curves[0]
    assert len(curve) <= learning_curves.POINTS + 1
    assert (curve[0][0], curve[-1][0]) == (0, 499)


def test_reasons_that_differ_in_numbers_only_share_a_lane() -> None:
    rows = [
        (9, "MemoryError", "Out of memory: 512 MB"),
        (4, "MemoryError", "Out of memory: 498 MB"),
        (2, "", ""),
    ]
    data = failure_reasons.data(facts(failed=3), rows)
    assert data.lanes == (("MemoryError: Out of memory: … MB", (4, 9)), ("No reason was given", (2,)))
    assert str(failure_reasons.words(data)).startswith("3 trials failed, 2 with “MemoryError")


def test_rare_reasons_share_the_last_lane() -> None:
    rows = [(n, f"E{'abcdefghij'[n % 10]}", "x") for n in range(20)]
    lanes = failure_reasons.data(facts(failed=20), rows).lanes
    assert len(lanes) == failure_reasons.LANES
    assert lanes[-1][0] == failure_reasons.OTHER
    assert sum(len(numbers) for _, numbers in lanes) == 20


def test_a_planted_region_of_failures_is_found() -> None:
    dots = []
    for number in range(120):
        c = 10.0 ** ((number * 37 % 60) / 10 - 3)
        dots.append(
            dot(number, None if c > 100 else 1.0, "failed" if c > 100 else "complete", kernel="linear", C=c)
        )
    data = failure_regions.data(facts(failed=20), failure_regions.Rows(SPACE, SPACE.names, chosen(dots)))
    assert data.lines[0][0] == "C"
    assert str(failure_regions.words(data)).startswith("Failures gather at C 178 to 1,000: ")
    gamma = next(line for line in data.lines if line[0] == "gamma")
    assert gamma[2].total == 120, "inactive trials are counted apart, in no part of the range"


def test_failures_by_chance_gather_nowhere() -> None:
    dots = [
        dot(
            n,
            None,
            "failed" if n % 10 == 3 else "complete",
            kernel="linear",
            C=10.0 ** ((n * 37 % 60) / 10 - 3),
        )
        for n in range(120)
    ]
    data = failure_regions.data(facts(failed=12), failure_regions.Rows(SPACE, SPACE.names, chosen(dots)))
    assert str(failure_regions.words(data)).startswith("Failures gather nowhere in particular.")


def related(count: int, turned: bool = False):
    trials = [
        (
            (-1 if turned else 1) * float(n),
            2.0,
            {"f1": float(-n)},
            {"kernel": "rbf", "C": 1.0 + n, "gamma": (n * 37 % 11) / 11},
        )
        for n in range(count)
    ]
    return correlation.data(facts(), correlation.Rows(SPACE, SPACE.names, "loss", trials))


def test_correlations_have_their_sign_and_leave_out_what_has_no_order() -> None:
    data = related(40)
    assert data.titles == ("loss", "F1", "C", "gamma")
    assert data.found[0, 1] == pytest.approx(-1.0)
    assert data.found[0, 2] == pytest.approx(1.0)
    assert data.left_out == 1
    assert "The loss" in str(correlation.words(data))
    assert related(40, turned=True).found[0, 2] == pytest.approx(-1.0)
    assert correlation.figure(related(9)) is None
