"""Uploaded tables: staged, saved as versions, found by studies, fetched by trainings, deleted."""

import os
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone

from tests.trials.tables import customers, table
from trials.engine import data, datasets, uploads
from trials.engine.creation import create_study
from trials.engine.datasets import Named
from trials.engine.findings import StudyError
from trials.models import Dataset, DatasetChunk, Study
from trials.objectives.base import ObjectiveError
from trials.objectives.datasets import available_datasets, get_dataset, load
from trials.objectives.datasets.choosing import suggested
from trials.objectives.process import start

pytestmark = pytest.mark.django_db
Save = Callable[..., Dataset]


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Any) -> None:
    """A home of this test's own."""
    settings.HOME = tmp_path
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "uploads"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()


@pytest.fixture
def stage(tmp_path: Path) -> Callable[..., uploads.Upload]:
    def staged(content: bytes = customers(), owner: int | None = None, **given: Any) -> uploads.Upload:
        file = tmp_path / "arrived.csv"
        file.write_bytes(content)
        return uploads.stage(file, "Shop customers.csv", owner, given)

    return staged


@pytest.fixture
def save(stage: Callable[..., uploads.Upload]) -> Save:
    def saved(content: bytes = customers(), name: str = "shop") -> Dataset:
        upload = stage(content)
        return datasets.save(upload, Named(name, "Shop"), suggested(upload.facts), None).dataset

    return saved


def study_on(name: str, **objective: Any) -> Study:
    body = {
        "kind": "model",
        "model": "logistic_regression",
        "dataset": name,
        "validation": {"kind": "holdout"},
    }
    return create_study({"objective": body | objective, "budget": {"trials": 2}}, None)[0]


def test_an_upload_belongs_to_who_sent_it_and_lasts_a_day(stage, settings):
    ada, ben = (get_user_model().objects.create_user(name) for name in ("ada", "ben"))
    upload = stage(owner=ada.pk)
    assert uploads.staged(upload.id, ada.pk) == upload
    assert uploads.staged(upload.id, ben.pk) is None
    assert uploads.staged("../../etc/passwd", ada.pk) is None
    long_ago = time.time() - 2 * uploads.KEPT_SECONDS
    for file in settings.FILE_UPLOAD_TEMP_DIR.iterdir():
        os.utime(file, (long_ago, long_ago))
    uploads.sweep()
    assert uploads.staged(upload.id, ada.pk) is None
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_a_refused_file_leaves_nothing_behind(stage, settings):
    with pytest.raises(StudyError, match="empty"):
        stage(b"")
    settings.HPO_UPLOAD_MB = 0.001
    with pytest.raises(StudyError, match=r"0\.001 MB are taken"):
        stage()
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_a_correction_of_how_a_file_is_read_is_remembered(stage):
    upload = stage(table("a,b", "unknown,1", "2,0", times=10))
    again = uploads.scan_again(upload, {"missing": ["unknown"], "header": True})
    assert again.facts["columns"][0]["missing"] == 10
    assert uploads.staged(upload.id, None) == again
    with pytest.raises(StudyError, match="delimiter cannot be"):
        uploads.scan_again(again, {"delimiter": "#"})
    assert uploads.staged(upload.id, None) == again


def test_saving_makes_a_version_and_the_same_data_are_recognised(save, settings, monkeypatch):
    monkeypatch.setattr(datasets, "PIECE", 1_000)
    first = save()
    assert (first.version, first.rows, first.target, first.deleted) == (1, 59, "segment", None)
    assert first.class_sizes == [["a", 20], ["b", 19], ["c", 20]]
    assert b"".join(first.pieces()) == customers()
    assert first.chunks.count() > 3
    assert save() == first
    assert save(name="other") == first
    second = save(customers(90))
    assert (second.version, Dataset.objects.count()) == (2, 2)
    assert [info.version for info in available_datasets() if info.name == "shop"] == [2]
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("", "needs a name"),
        ("iris", "ships with the program"),
        ("upload", "address of these pages"),
        ("Größe 1", "such as groe-1"),
        ("a/../b", "holds “/”"),
        ("-x", "begins with a sign"),
        ("x" * 101, "too long"),
        ("nul\x00", "holds “\N{REPLACEMENT CHARACTER}”"),
    ],
)
def test_a_name_that_cannot_be_is_refused_and_nothing_is_stored(name, words, stage):
    upload = stage()
    with pytest.raises(StudyError) as refused:
        datasets.save(upload, Named(name, "Shop"), suggested(upload.facts), None)
    assert words in refused.value.fields["name"][0]
    assert not Dataset.objects.exists()
    assert uploads.staged(upload.id, None) == upload  # to try again


def test_a_study_pins_the_newest_version_and_keeps_it(save):
    save()
    study = study_on("shop")
    assert study.objective["dataset_version"] == 1
    save(customers(90))
    assert study_on("shop").objective["dataset_version"] == 2
    assert study_on("shop", dataset_version=1).objective["dataset_version"] == 1
    assert get_dataset("shop", 1).rows == 59
    with pytest.raises(StudyError, match="has no version 7: its newest is 2"):
        study_on("shop", dataset_version=7)
    with pytest.raises(StudyError, match="59 folds are more than"):
        study_on("shop", dataset_version=1, validation={"kind": "kfold", "folds": 59})


def test_a_training_gets_the_file_on_a_machine_that_has_nothing(save, settings):
    dataset = save()
    study = study_on("shop")
    job = {"objective": study.objective, "params": {}, "study_seed": 1, "number": 0, "fidelity": None}
    equipped = data.equipped(job)
    outcome = start(equipped).wait(60)
    assert outcome is not None
    assert outcome.state == "complete", outcome.error
    kept = sorted(file.name for file in (settings.HOME / "datasets").iterdir())
    assert kept == [f"{dataset.checksum}.1.npz", f"{dataset.checksum}.csv"]
    assert data.equipped({"objective": {"kind": "model", "dataset": "iris"}}) == {
        "objective": {"kind": "model", "dataset": "iris"}
    }


def test_a_file_that_is_not_all_there_is_no_ones_fault_but_the_machines(save):
    dataset = save()
    DatasetChunk.objects.filter(dataset=dataset).delete()
    with pytest.raises(data.StartError, match="bytes are in the database"):
        data.equipped({"objective": study_on("shop").objective})


def test_data_that_are_needed_are_not_deleted(save):
    dataset = save()
    study = study_on("shop")
    with pytest.raises(StudyError, match="still needed by “Logistic regression on shop"):
        datasets.delete([dataset])
    Study.objects.filter(pk=study.pk).update(state="completed")
    load("shop")
    datasets.delete([dataset])
    assert not DatasetChunk.objects.exists()
    assert [info.name for info in available_datasets() if info.version] == []
    assert not any((data.cache()).iterdir())
    with pytest.raises(ObjectiveError, match="version 1, was deleted"):
        get_dataset("shop")
    outcome = start(data.equipped({"objective": study.objective, "params": {}, "study_seed": 1})).wait(60)
    assert outcome is not None
    assert "was deleted" in outcome.error.message


def test_a_version_number_is_never_given_twice_and_the_same_data_come_back_as_what_they_were(save):
    first = save()
    datasets.delete([first])
    assert save(customers(90)).version == 2
    again = save()
    assert (again.pk, again.version, again.deleted) == (first.pk, 1, None)
    assert b"".join(again.pieces()) == customers()
    assert get_dataset("shop").version == 2


def test_pieces_of_a_save_that_was_cut_off_are_removed_by_the_next_one(save):
    first = save()
    Dataset.objects.filter(pk=first.pk).update(deleted=timezone.now() - timedelta(hours=2))
    second = save(customers(90))
    assert set(DatasetChunk.objects.values_list("dataset", flat=True)) == {second.pk}


def test_who_uses_a_data_set_is_counted_by_name(save):
    save()
    studies = [study_on("shop"), study_on("shop")]
    study_on("iris")
    assert datasets.counts() == {"shop": 2, "iris": 1}
    assert list(datasets.users("shop")) == studies[::-1]
    assert list(datasets.users("shop", 2)) == []
