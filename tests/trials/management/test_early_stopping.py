"""Early stopping in the foreground, with real processes: run_study says what it saved, the CSV why."""

import csv
import io
import json

import pytest
from django.core.management import call_command

from trials.exports import trials_csv, trials_json
from trials.models import Study

STUDY = {
    "name": "Curves",
    "objective": {"kind": "function", "name": "learning_curve"},
    "optimizer": {"name": "random"},
    "budget": {"trials": 14},
    "parallelism": 2,
    "seed": 4,
    "stopping": {"name": "median", "warmup_trials": 2},
}


@pytest.mark.django_db(transaction=True)
def test_a_study_in_the_foreground_stops_trials_and_says_what_that_saved(tmp_path, capsys):
    file = tmp_path / "study.json"
    file.write_text(json.dumps(STUDY))
    call_command("run_study", str(file), "--workers", "2")
    study = Study.objects.get()
    assert (study.state, study.n_complete + study.n_pruned) == ("completed", 14)
    assert study.n_pruned >= 2
    assert 0 < study.share_saved < 1
    said = capsys.readouterr().err
    assert (
        f"{study.n_pruned} trials stopped early: that saved {study.share_saved:.0%} of the training." in said
    )
    rows = list(csv.DictReader(io.StringIO("".join(trials_csv(study)))))
    reasons = [row["stopped"] for row in rows if row["state"] == "PRUNED"]
    assert len(reasons) == study.n_pruned
    assert all("worse than the median" in reason for reason in reasons)
    assert {row["stopped"] for row in rows if row["state"] == "COMPLETE"} == {""}
    told = json.loads("".join(trials_json(study)))
    assert sum(bool(row["stopped"]) for row in told) == study.n_pruned
