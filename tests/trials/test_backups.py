"""Backup and restore: everything comes back, also what an older version kept, on either database."""

import gzip
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import connection

from tests.postgres import Postgres
from trials import backups
from trials.engine.advance import advance
from trials.models import Study

ROOT = Path(__file__).resolve().parents[2]
#: Made by the version whose last migration was 0007: a tree on iris, a function, an external study at work.
KEPT = ROOT / "tests" / "fixtures" / "schema_0007.backup.gz"

FACTS = """
import json
from trials.models import AccessToken, Event, FinalModel, Report, Study, Trial
print(json.dumps({
    "studies": list(map(list, Study.objects.order_by("pk").values_list(
        "name", "state", "best_value", "n_complete", "tags", "seed"
    ))),
    "trials": Trial.objects.count(),
    "events": Event.objects.count(),
    "report": list(Report.objects.values_list("step", "value")),
    "held": list(Trial.objects.filter(state="running").values_list("params", flat=True)),
    "final": len(bytes(FinalModel.objects.get().model)) > 1000,
    "token": AccessToken.user_of("hpo_RKCYLDMMBCUlGTnL5ZXsz0YPA9iVsV5r4RDFsHEjP6Q").username,
    "next": Study.objects.create(name="new", objective={}, space_id=1, optimizer={}, seed=1).pk,
}))
"""


@pytest.fixture(params=["sqlite", "postgres"])
def manage(request, tmp_path):
    """Run a management command on an empty installation of its own."""
    environment = dict(os.environ) | {"HPO_HOME": str(tmp_path / "home")}
    environment.pop("DATABASE_URL", None)
    server = Postgres() if request.param == "postgres" else None
    if server is not None:
        environment["DATABASE_URL"] = server.url

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)

    yield run
    if server is not None:
        server.stop()


def test_what_an_older_version_kept_comes_back_whole(manage, tmp_path):
    told = manage("restore", str(KEPT))
    assert told.returncode == 0, told.stderr
    assert "3 studies, 8 trials are back" in told.stdout
    asked = manage("shell", "-v0", "-c", FACTS)
    assert asked.returncode == 0, asked.stderr
    facts = json.loads(asked.stdout.strip().splitlines()[-1])
    assert facts["studies"] == [
        ["Tree, kept", "completed", 0.9416666666666667, 4, ["kept"], 3],
        ["Branin, kept", "completed", 15.848732802256587, 3, [], 5],
        ["Left running", "running", None, 0, [], 6],
    ]
    assert (facts["trials"], facts["events"]) == (8, 12)
    assert facts["report"] == [[1, 0.5]]
    assert len(facts["held"]) == 1
    assert facts["final"]
    assert facts["token"] == "owner"
    assert facts["next"] == 4, "new rows go on after the old ones"

    again = manage("restore", str(KEPT))
    assert again.returncode != 0
    assert "holds 4 studies already" in again.stderr

    copy = tmp_path / "copy.gz"
    assert manage("backup", str(copy)).returncode == 0
    with gzip.open(copy, "rt") as file:
        assert sum(line.startswith("[") for line in file) > 50
    refused = manage("backup", str(copy))
    assert "exists" in refused.stderr


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_of_one_moment_and_holds_nobody_up(make_study, tmp_path):
    make_study()

    def meanwhile() -> None:
        advance(make_study().pk)
        connection.close()

    with backups._one_moment():
        assert Study.objects.count() == 1
        writer = threading.Thread(target=meanwhile)
        writer.start()
        writer.join(timeout=60)
        assert not writer.is_alive(), "a writer had to wait for the backup"
        assert Study.objects.count() == 1
    assert Study.objects.count() == 2
    assert backups.write(tmp_path / "b.gz", "test")["trials.study"] == 2
    assert [path.name for path in tmp_path.iterdir()] == ["b.gz"], "no draft is left"


def rewritten(path: Path, change) -> Path:
    with gzip.open(KEPT, "rt") as file:
        lines = file.read().splitlines()
    with gzip.open(path, "wt") as file:
        file.write("\n".join(change(lines)))
    return path


def newer(lines: list[str]) -> list[str]:
    manifest = json.loads(lines[0])
    manifest["migrations"]["trials"] = "9999_from_the_future"
    return [json.dumps(manifest), *lines[1:]]


def without_bytes(path: Path) -> Path:
    path.write_bytes(KEPT.read_bytes()[:-700])
    return path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path, "There is no file"),
        (lambda path: path.write_text("number,value\n1,2\n") and path, "is no backup"),
        (lambda path: rewritten(path, lambda lines: ['{"a": 1}']), "is no backup"),
        (lambda path: rewritten(path, newer), "newer version"),
        (lambda path: rewritten(path, lambda lines: lines[:-1]), "cut off"),
        (lambda path: rewritten(path, lambda lines: [*lines[:40], *lines[41:]]), "cut off"),
        (without_bytes, "cut off"),
    ],
)
def test_a_file_that_is_no_whole_backup_is_refused_before_anything_is_touched(
    make, words, tmp_path, make_study
):
    study = make_study()
    with pytest.raises(backups.BackupError, match=words):
        backups.read(make(tmp_path / "file.gz"))
    assert Study.objects.filter(pk=study.pk).exists()
