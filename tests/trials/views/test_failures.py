"""Failed trials in groups: what they have in common, what to do, and trying them again."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from trials.engine.advance import advance
from trials.engine.finish import Verdict, record
from trials.models import Study
from trials.views.parts.failures import failures_of
from trials.views.parts.regions import region_of
from trials.views.parts.remedies import remedy_of

Make = Callable[..., Study]
SPACE = {
    "parameters": [
        {"name": "solver", "type": "categorical", "choices": ["lbfgs", "saga"]},
        {"name": "penalty", "type": "categorical", "choices": ["l1", "l2"]},
        {"name": "C", "type": "float", "low": 0, "high": 10},
    ]
}


def failure(message: str, exception: str = "ValueError", kind: str = "exception") -> Verdict:
    error = {"kind": kind, "message": message, "exception": exception, "traceback": "Traceback: deep"}
    return Verdict("failed", error=error)


@pytest.fixture
def clashing(make_study: Make, claim) -> Study:
    """Twenty trials: lbfgs with l1 fails with a number in its message, one other runs out of memory."""
    study = make_study(space=SPACE, budget={"trials": 20}, seed=4)
    forgotten = False
    for number in range(20):
        advance(study.pk)
        trial, token = claim(study, token=str(number))
        clash = trial.params["solver"] == "lbfgs" and trial.params["penalty"] == "l1"
        if clash:
            verdict = failure(f"Solver lbfgs supports only l2, got C={trial.params['C']}")
        elif not forgotten:
            verdict, forgotten = failure("Out of memory: it needed more than 100 MB.", "", "memory"), True
        else:
            verdict = Verdict("complete", (1.0,))
        record(trial, token, verdict)
    study.refresh_from_db()
    return study


def test_failures_are_grouped_by_what_went_wrong_numbers_aside(clashing: Study):
    found = failures_of(clashing)
    assert (found.read, found.total) == (clashing.n_failed, clashing.n_failed)
    main, memory = found.groups
    assert main.title == "Solver lbfgs supports only l…, got C=…"
    assert main.count == clashing.n_failed - 1 >= 3
    assert main.region is not None
    assert set(main.region.conditions) == {"solver = lbfgs", "penalty = l1"}
    assert main.address == "?state=failed&q=Solver+lbfgs+supports+only+l"
    assert "exclude each other" in main.remedy.words
    assert "HPO_TRIAL_MEMORY_MB" in memory.remedy.words


def test_the_page_shows_the_groups_and_retries_one_of_them_once(browser: Client, clashing: Study):
    html = browser.get(f"/studies/{clashing.pk}/failures/").content.decode()
    assert "Solver lbfgs supports only l…" in html
    assert "penalty = l1" in html
    assert html.count("Traceback: deep</pre>") == 2
    group = re.findall(r'name="group" value="(\w+)"', html)[0]
    for _ in range(2):
        answer = browser.post(f"/studies/{clashing.pk}/failures/retry/", {"group": group})
        assert answer["Location"] == f"/studies/{clashing.pk}/failures/"
    retried = clashing.trials.filter(retry_of__isnull=False)
    assert retried.count() == failures_of(clashing).groups[0].count
    html = browser.get(f"/studies/{clashing.pk}/failures/").content.decode()
    assert "will be tried again" in html
    assert "All of them were retried before" in html
    assert f'value="{group}"' not in html


def test_a_group_says_how_many_were_retried_and_leads_to_its_trials(browser: Client, clashing: Study):
    main = failures_of(clashing).groups[0]
    retry = f"/studies/{clashing.pk}/trials/{main.example}/retry/"
    assert browser.post(retry).status_code == 302
    html = browser.get(f"/studies/{clashing.pk}/failures/").content.decode()
    assert "1 retried already" in html
    assert f"Retry the other {main.count - 1}" in html
    table = browser.get(f"/studies/{clashing.pk}/trials/{main.address}").content.decode()
    assert f"1 to {main.count} of {main.count}" in table


def test_a_page_of_many_failures_costs_a_fixed_number_of_queries(
    browser: Client, clashing: Study, django_assert_max_num_queries
):
    with django_assert_max_num_queries(10):
        browser.get(f"/studies/{clashing.pk}/failures/")


def test_a_study_without_failures_says_so(browser: Client, make_study: Make):
    study = make_study()
    assert "Nothing has failed" in browser.get(f"/studies/{study.pk}/failures/").content.decode()
    live = browser.get(f"/studies/{study.pk}/live/?tab=failures").content.decode()
    assert 'id="study-failures"' in live


def test_many_failures_are_told_on_the_study_and_lead_to_the_groups(browser: Client, make_study: Make, claim):
    study = make_study(budget={"trials": 50, "failures": 6})
    for number in range(11):
        advance(study.pk)
        verdict = Verdict("complete", (1.0,)) if number < 5 else failure("It broke.")
        record(*claim(study, token=str(number)), verdict)
        if number == 9:
            html = browser.get(f"/studies/{study.pk}/").content.decode()
            assert "5 of 10 trials failed (50\N{NO-BREAK SPACE}%), 5 in a row now; after 6 in a row" in html
    html = browser.get(f"/studies/{study.pk}/").content.decode()
    assert "This study failed" in html
    assert "6 trials failed in a row: It broke." in html
    assert f"/studies/{study.pk}/failures/" in html


def test_regions_are_told_only_where_they_are_obvious():
    worked = [{"a": "x", "n": n / 10} for n in range(20)]
    assert region_of([{"a": "x", "n": 5.0}] * 2, worked) is None, "two may be chance"
    beyond = region_of([{"a": "x", "n": 3.0 + n} for n in range(3)], worked)
    assert beyond is not None
    assert beyond.conditions == ("n ≥ 3.00",)
    assert region_of([{"a": "x", "n": n / 10} for n in (1, 9, 18)], worked) is None, "all over the place"
    assert region_of([{"a": "x", "n": 3.0}] * 5, []) is None, "nothing to compare with"
    inactive = region_of([{"a": "y"}] * 3, worked)
    assert inactive is not None
    assert inactive.sentence == "True of all 3, and of none of the 20 trials that worked."


def test_every_kind_of_failure_has_a_remedy():
    for kind in ("exception", "memory", "timeout", "crash", "non_finite", "objective", "lost", "new"):
        remedy = remedy_of(kind, "ValueError", "something")
        assert remedy.words.endswith(".")
        assert remedy.fault.endswith(".")


def test_what_no_configuration_can_help_sends_nobody_to_a_traceback_that_is_not_there():
    gone = remedy_of("objective", "", "The data set customers, version 1, was deleted.")
    assert "Upload the same file" in gone.words
    assert "traceback" not in remedy_of("objective", "", "model: it is not installed").words
    for remedy in (gone, remedy_of("objective", "", "model: it is not installed")):
        assert "own fault" not in remedy.fault
    assert "own fault" in remedy_of("objective", "", "params.C: give a number").fault
