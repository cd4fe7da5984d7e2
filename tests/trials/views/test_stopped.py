"""Pages of studies with a stopping rule: reason and savings of a trial, its curve, what the study saved."""

from collections.abc import Callable

import pytest
from django.test import Client

from trials.engine.advance import advance
from trials.engine.finish import Verdict, record
from trials.models import Report, Study, Trial

Make = Callable[..., Study]
CURVE = {"kind": "function", "name": "learning_curve"}
FOLDS = {
    "kind": "model",
    "model": "ridge",
    "dataset": "diabetes",
    "validation": {"kind": "kfold", "folds": 10},
}


def pruned(value: float, step: int, total: int, **values: float) -> Verdict:
    stopped = {
        "rule": "median",
        "words": "Worse at {level} than the others at {bound}",
        "values": {"level": value, **values},
        "step": step,
        "total": total,
        "trainings_saved": 1 - step / total,
        "seconds_saved": 100.0,
    }
    folds = [{"fold": n, "score": value, "fit_seconds": 1.0} for n in range(step)] if total == 10 else []
    return Verdict("pruned", (value,), None, {"stopped": stopped, "fidelity": step, "folds": folds})


def page(browser: Client, study: Study, rest: str = "") -> str:
    response = browser.get(f"/studies/{study.pk}/{rest}")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def tell(claim: Callable[..., tuple[Trial, str]]) -> Callable[..., Trial]:
    def told(study: Study, verdict: Verdict, reports: tuple[float, ...] = ()) -> Trial:
        if not study.trials.waiting().numbered().exists():
            advance(study.pk)
        trial, token = claim(study, study.trials.waiting().numbered().first())
        Report.objects.bulk_create(
            Report(trial=trial, step=step, value=value) for step, value in enumerate(reports, start=1)
        )
        record(trial, token, verdict)
        return trial

    return told


def test_a_stopped_trial_says_why_and_what_it_saved(browser: Client, make_study: Make, tell):
    study = make_study(objective=CURVE, stopping={"name": "median"})
    tell(study, Verdict("complete", (0.1,)), (0.5, 0.3, 0.1))
    tell(study, pruned(0.9, 2, 27, bound=0.3), (0.9, 0.95))
    html = page(browser, study, "trials/1/")
    assert "Stopped early after step 2 of 27" in html
    assert "Worse at 0.9 than the others at 0.3." in html
    assert "That saved 93" in html
    assert "about 2\N{NO-BREAK SPACE}min" in html
    assert "curve-own" in html
    assert "Trial 0, the best, had 0.3 then." in html
    assert "Stopped early" not in page(browser, study, "trials/0/")


def test_folds_of_a_stopped_trial_stand_beside_the_best(browser: Client, make_study: Make, tell):
    study = make_study(objective=FOLDS, stopping={"name": "wilcoxon"})
    good = [{"fold": n, "score": -50.0 - n, "fit_seconds": 1.0} for n in range(10)]
    tell(study, Verdict("complete", (-54.5,), None, {"folds": good}))
    tell(study, pruned(-70.0, 4, 10, bound=-54.5))
    html = page(browser, study, "trials/1/")
    assert "Stopped early after 4 of 10 folds" in html
    assert "Worse at 70 than the others at 54.5." in html, "an error as people read it"
    assert "Better than the best on 0 of 4 folds" in html


def test_the_study_says_what_stopping_saved_and_that_stopped_trials_are_not_ranked(
    browser: Client, make_study: Make, tell
):
    study = make_study(objective=FOLDS, stopping={"name": "wilcoxon"})
    assert "stopping saved" not in page(browser, study)
    good = [{"fold": n, "score": -50.0, "fit_seconds": 1.0} for n in range(10)]
    tell(study, Verdict("complete", (-50.0,), None, {"folds": good}))
    tell(study, pruned(-70.0, 4, 10, bound=-50.0))
    html = page(browser, study)
    assert "stopping saved 30" in html
    assert "of the folds, about 2\N{NO-BREAK SPACE}min" in html
    assert "1 trial stopped early" in html


def test_one_that_its_own_code_stopped_says_so(browser: Client, make_study: Make, tell):
    study = make_study(objective=CURVE)
    tell(study, Verdict("pruned", (0.5,), None, {"fidelity": 3.0}))
    html = page(browser, study, "trials/0/")
    assert "Stopped early after step 3" in html
    assert "code that trained it decided" in html


def test_a_running_trial_shows_its_folds_as_they_come(browser: Client, make_study: Make, claim):
    study = make_study(objective=FOLDS)
    advance(study.pk)
    trial, _ = claim(study, study.trials.waiting().numbered().first())
    Report.objects.create(trial=trial, step=1, value=-60.0)
    html = page(browser, study, f"trials/{trial.number}/")
    assert "Fold 1" in html
    live = browser.get(f"/studies/{study.pk}/trials/{trial.number}/live/")
    assert live.status_code == 200
    again = browser.get(
        f"/studies/{study.pk}/trials/{trial.number}/live/", headers={"If-None-Match": live["ETag"]}
    )
    assert again.status_code == 304
    Report.objects.create(trial=trial, step=2, value=-61.0)
    more = browser.get(
        f"/studies/{study.pk}/trials/{trial.number}/live/", headers={"If-None-Match": live["ETag"]}
    )
    assert "Fold 2" in more.content.decode()


def test_a_curve_of_thousands_of_points_is_drawn_small(browser: Client, make_study: Make, tell):
    study = make_study(objective=CURVE)
    for _ in range(4):
        tell(study, Verdict("complete", (0.1,)), tuple(1 / (1 + n) for n in range(1000)))
    html = page(browser, study, "trials/3/")
    assert "curve-median" in html
    assert len(html) < 60_000
