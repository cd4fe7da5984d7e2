"""The tab Result in each of its states, the banner, the downloads, and the same by the API."""

import html
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from tests.trials.tables import customers
from trials.engine import datasets, finals, uploads
from trials.engine.claims import Slot
from trials.engine.datasets import Named
from trials.models import FinalModel, Study
from trials.models.access import owner
from trials.objectives.datasets.choosing import suggested
from trials.views.parts.result import Measured

Make = Callable[..., Study]
RIDGE = {
    "objective": {
        "kind": "model",
        "model": "ridge",
        "dataset": "diabetes",
        "validation": {"kind": "kfold", "folds": 2},
    },
    "name": "Ridge & more",
}


@pytest.fixture
def study(make_study: Make) -> Study:
    """A study that ended with one complete trial, its final model queued."""
    return ended(make_study(**RIDGE), {"alpha": 0.1})


def ended(study: Study, params: dict[str, Any]) -> Study:
    with Study.locked(study.pk) as locked:
        trial = locked.trials.create(
            number=0, space=locked.space, params=params, state="complete", value=-55.0
        )
        locked.change(best=trial, best_value=-55.0, n_complete=1, baseline_value=-56.0)
        locked.end(Study.State.COMPLETED, "Done")
    study.refresh_from_db()
    return study


@pytest.fixture
def finished(study: Study) -> Study:
    finals.finalise(FinalModel.objects.get(study=study).pk, Slot("tester"))
    study.refresh_from_db()
    return study


def page(browser: Client, study: Study, tab: str = "result/") -> str:
    response = browser.get(f"/studies/{study.pk}/{tab}")
    assert response.status_code == 200
    return response.content.decode()


def mark(study: Study, **fields: Any) -> None:
    FinalModel.objects.filter(study=study).update(**fields)


def test_the_best_of_a_row_of_measures_is_marked_whoever_it_is_of():
    assert [best for _, best in Measured.of("RMSE", [56.0, 55.0, 70.0], False).values] == [False, True, False]
    assert [best for _, best in Measured.of("R²", [0.4, 0.4, None], True).values] == [True, True, False]


def test_each_state_says_what_is_and_what_comes(browser: Client, make_study: Make, study: Study):
    assert "Scored when the study ends" in page(browser, make_study(**RIDGE))
    assert "No model to refit" in page(browser, make_study())
    assert "Waiting for a free worker" in page(browser, study)
    assert "No worker is listening" in page(browser, study)
    mark(study, state="running")
    assert "Scoring the best configuration" in page(browser, study)
    FinalModel.objects.all().delete()
    assert "Score it now" in page(browser, study)
    Study.objects.filter(pk=study.pk).update(best=None)
    assert "nothing to refit" in page(browser, study)


def test_a_failure_is_told_and_can_be_tried_again(browser: Client, study: Study, broker: object):
    error = {"kind": "exception", "message": "It <broke>.", "exception": "ValueError", "traceback": "line 1"}
    mark(study, state="failed", error=error)
    text = page(browser, study)
    assert "It &lt;broke&gt;." in text
    assert "line 1" in text
    assert browser.get(f"/studies/{study.pk}/result/retry/").status_code == 405
    answer = browser.post(f"/studies/{study.pk}/result/retry/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/studies/{study.pk}/result/")
    assert FinalModel.objects.get(study=study).state == "queued"
    assert browser.post("/studies/999999/result/retry/").status_code == 404


def test_a_page_goes_on_asking_until_the_model_is_made(browser: Client, study: Study):
    Study.objects.filter(pk=study.pk).update(ended="2020-01-01T00:00Z")
    address = f"/studies/{study.pk}/live/?tab=result"
    assert browser.get(address).headers["X-Live-Every"] == "3000"
    mark(study, state="done", data={"test_rows": 0, "search_rows": 3} | _facts())
    assert browser.get(address).headers["X-Live-Every"] == "0"


def _facts() -> dict[str, Any]:
    dataset = {"title": "T", "rows": 3, "columns": 2, "version": None, "classes": [], "targets": ["y"]}
    model = {"stored": False, "most_bytes": 1000}
    return {"scoring": "r2", "dataset": dataset, "model": model, "versions": {}, "fit_seconds": 1.0}


@pytest.mark.django_db(transaction=True)
def test_a_finished_study_is_shown_downloaded_and_read_by_programs(
    browser: Client, finished: Study, tmp_path
):
    text = page(browser, finished)
    assert "On 89 rows that the search never saw: RMSE" in text
    assert "95\N{NO-BREAK SPACE}% interval" in text
    assert "The test part was looked at once" in text
    final = FinalModel.objects.get(study=finished)
    assert final.checksum in text
    assert "scikit-learn" in text
    assert "On 89 rows that the search never saw" in page(browser, finished, ""), "the overview's banner"
    check_downloads(browser, finished, final, tmp_path)
    (tmp_path / f"ridge-more-{finished.pk}-model.joblib").write_bytes(b"".join(final.pieces()))
    assert "predict returns a number for each row: its target." in text
    assert len(run(snippet_on(text), tmp_path).split()) >= 5
    check_api(browser, finished, final)


def check_downloads(browser: Client, study: Study, final: FinalModel, folder: Any) -> None:
    def fetch(path: str, kind: str) -> bytes:
        answer = browser.get(f"/studies/{study.pk}/{path}")
        assert answer.status_code == 200
        assert answer.headers["Content-Type"].startswith(kind)
        assert answer.headers["Content-Disposition"].startswith('attachment; filename="ridge-more-')
        return answer.getvalue()

    assert len(fetch("result/model.joblib", "application/octet-stream")) == final.size
    assert json.loads(fetch("result/params.json", "application/json"))["params"] == {"alpha": 0.1}
    assert json.loads(fetch("result/study.json", "application/json"))["objective"]["model"] == "ridge"
    script = folder / "script.py"
    script.write_bytes(fetch("result/reproduce.py", "text/x-python"))
    done = subprocess.run([sys.executable, "-I", str(script)], cwd=folder, capture_output=True, text=True)
    best = final.data["scores"]["best"]["neg_root_mean_squared_error"]["value"]
    assert done.stdout.splitlines()[-1] == f"test part: {best}", done.stderr
    assert b"make_model" in fetch("trials/0/reproduce.py", "text/x-python")
    assert browser.get(f"/studies/{study.pk}/result/other.txt").status_code == 404


def snippet_on(text: str) -> str:
    """The Python source that the page shows below "Use the pipeline"."""
    shown = re.search(r'<pre[^>]*id="usage"[^>]*>(.*?)</pre>', text, re.DOTALL)
    assert shown is not None
    return html.unescape(re.sub(r"<[^>]*>", "", shown[1]))


def run(source: str, folder: Path) -> str:
    done = subprocess.run([sys.executable, "-I", "-c", source], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.django_db(transaction=True)
def test_the_snippet_predicts_from_a_csv_as_it_was_uploaded(
    browser: Client, make_study: Make, tmp_path: Path, settings: Any
):
    settings.HOME, settings.FILE_UPLOAD_TEMP_DIR = tmp_path, tmp_path
    (tmp_path / "arrived.csv").write_bytes(customers())
    upload = uploads.stage(tmp_path / "arrived.csv", "Shop.csv", None)
    datasets.save(upload, Named("shop", "Shop"), suggested(upload.facts), None)
    objective = RIDGE["objective"] | {"model": "logistic_regression", "dataset": "shop"}
    study = ended(make_study(name="Shop", objective=objective), {"C": 1.0})
    final = FinalModel.objects.get(study=study)
    finals.finalise(final.pk, Slot("tester"))
    text = page(browser, study)
    assert "the place of its class: 0 for a, 1 for b, 2 for c." in text
    final.refresh_from_db()
    (tmp_path / "shop-v1.csv").write_bytes(customers())
    (tmp_path / f"shop-{study.pk}-model.joblib").write_bytes(b"".join(final.pieces()))
    source = snippet_on(text)
    assert run(source, tmp_path) == "['a', 'b', 'c', 'a', 'b']"
    assert run(f"{source}\nprint(len(predicted))", tmp_path).endswith("60"), (
        "one without a target is predicted"
    )


def check_api(browser: Client, study: Study, final: FinalModel) -> None:
    found = browser.get(f"/api/v1/studies/{study.pk}/result").json()
    assert (found["state"], found["number"], found["trial"]) == ("done", 1, 0)
    assert found["test_rows"] == 89
    assert set(found["scores"]) == {"best", "default", "dummy"}
    assert found["model"]["checksum"] == final.checksum
    model = browser.get(f"/api/v1/studies/{study.pk}/result/model")
    assert len(b"".join(model.streaming_content)) == final.size
    for path in ("result/script", "trials/0/script"):
        assert b"make_model" in browser.get(f"/api/v1/studies/{study.pk}/{path}").getvalue()
    assert browser.get(f"/api/v1/studies/{study.pk}/trials/5/script").status_code == 404


def test_what_is_not_there_is_said_in_words(browser: Client, make_study: Make, study: Study):
    answer = browser.get(f"/studies/{study.pk}/result/model.joblib")
    assert (answer.status_code, "no final model yet" in answer.content.decode()) == (404, True)
    found = browser.get(f"/api/v1/studies/{study.pk}/result/script")
    assert (found.status_code, found.json()["error"]["code"]) == (404, "not_found")
    mark(study, state="done", data=_facts() | {"test_rows": 0, "search_rows": 3})
    assert "was not kept" in browser.get(f"/studies/{study.pk}/result/model.joblib").content.decode()
    function = make_study()
    function.trials.create(number=0, space=function.space, params={}, state="complete", value=1.0)
    script = browser.get(f"/studies/{function.pk}/trials/0/reproduce.py")
    assert "Only trials of the catalogue's models" in script.content.decode()
    assert browser.get(f"/api/v1/studies/{function.pk}/result").json()["state"] is None


def test_strangers_get_nothing(study: Study, client: Client):
    assert owner()
    assert client.get(f"/studies/{study.pk}/result/model.joblib").status_code == 302
    assert client.get(f"/api/v1/studies/{study.pk}/result/model").status_code == 401
