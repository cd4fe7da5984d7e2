"""Save a staged table as a data set, say who uses one, delete it; called by pages and API."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.db import IntegrityError, transaction
from django.db.models import Count, Max, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Now
from django.utils.text import slugify

from trials.models import Dataset, Study
from trials.objectives.datasets import is_shipped
from trials.objectives.datasets.choosing import Chosen, Target, check, checksum, kept_facts
from trials.objectives.datasets.faults import quoted

from . import uploads
from .data import forget_deleted
from .findings import StudyError

PIECE = 1 << 20
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,99}")
#: Names that are addresses of the pages.
RESERVED = ("upload",)


@dataclass(frozen=True)
class Named:
    """What a data set is called: `name` by studies, `title` by people."""

    name: str
    title: str


@dataclass(frozen=True)
class Saved:
    """What came of saving; `known`: exactly these data were there already, and nothing was stored."""

    dataset: Dataset
    known: bool


def suggested_name(filename: str) -> Named:
    """A name and a title made from the file's own."""
    stem = Path(filename).stem.strip()
    name = slugify(stem)[:100].strip("-_") or "data"
    words = re.sub(r"[_\-.\s]+", " ", stem).strip()[:200]
    if is_shipped(name) or name in RESERVED:
        name = f"{name}-2"
    return Named(name, (words[:1].upper() + words[1:]) or "Data")


def name_faults(named: Named) -> dict[str, list[str]]:
    """What is wrong with a name or title, by field."""
    wrong: dict[str, list[str]] = {}
    if not named.name:
        wrong["name"] = ["a data set needs a name: studies call it by that"]
    elif is_shipped(named.name):
        wrong["name"] = [
            f"{quoted(named.name)} is a data set that ships with the program: choose another name"
        ]
    elif named.name in RESERVED:
        wrong["name"] = [f"{quoted(named.name)} is an address of these pages: choose another name"]
    elif not NAME.fullmatch(named.name):
        odd = [sign for sign in named.name if not re.fullmatch(r"[a-z0-9_-]", sign)]
        why = (
            f"holds {quoted(odd[0])}"
            if odd
            else "begins with a sign"
            if len(named.name) <= 100
            else "is too long"
        )
        proposal = slugify(named.name)[:100].strip("-_")
        remedy = f", such as {proposal}" if proposal else ""
        wrong["name"] = [
            f"the name {quoted(named.name)} {why}: "
            f"use up to 100 small letters a to z, digits, - and _{remedy}"
        ]
    if len(named.title) > 200 or not named.title.isprintable():
        wrong["title"] = ["a title is a text of 1 to 200 characters that can be shown"]
    return wrong


def save(upload: uploads.Upload, named: Named, chosen: Chosen, owner: AbstractBaseUser | None) -> Saved:
    """Store a staged table; the same name again makes a new version, the same data are recognised.

    Raises:
        StudyError: with a message for every field that is wrong; nothing is stored.
    """
    target, wrong = check(upload.facts, chosen)
    wrong = {**name_faults(named), **wrong}
    if wrong:
        raise StudyError(wrong)
    identity = checksum(upload.facts, chosen)
    known = Dataset.objects.kept().filter(checksum=identity).order_by("-pk").first()
    if known is not None:
        uploads.discard(upload)
        return Saved(known, known=True)
    for abandoned in Dataset.objects.abandoned():
        abandoned.chunks.all().delete()
    row = _row(upload, named, chosen, target, identity, owner)
    row.store(_pieces(upload.path))
    uploads.discard(upload)
    return Saved(row, known=False)


def _row(
    upload: uploads.Upload,
    named: Named,
    chosen: Chosen,
    target: Target,
    identity: str,
    owner: AbstractBaseUser | None,
) -> Dataset:
    """A row that counts as deleted until its file is there: of the same data once more, or a new version."""
    again = Dataset.objects.filter(name=named.name, checksum=identity).first()
    if again is not None:
        return again
    values: dict[str, Any] = {
        "title": named.title or named.name,
        "summary": f"Uploaded from {upload.filename}."[:500] if upload.filename else "",
        "checksum": identity,
        "task": chosen.task,
        "target": chosen.target,
        "columns": kept_facts(upload.facts, chosen),
        "reading": upload.facts["reading"],
        "rows": target.rows,
        "class_sizes": [list(size) for size in target.classes],
        "size": upload.facts["size"],
        "owner": owner,
        "deleted": Now(),
    }
    while True:
        newest = Dataset.objects.filter(name=named.name).aggregate(newest=Max("version"))["newest"] or 0
        try:
            with transaction.atomic():
                return Dataset.objects.create(name=named.name, version=newest + 1, **values)
        except IntegrityError:
            if not Dataset.objects.filter(name=named.name, version=newest + 1).exists():
                raise  # not because somebody else was faster


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def users(name: str, version: int | None = None) -> QuerySet[Study]:
    """The studies on a data set, newest first; on all of its versions, or on one."""
    studies = Study.objects.visible().filter(objective__kind="model", objective__dataset=name)
    if version is not None:
        studies = studies.filter(objective__dataset_version=version)
    return studies.order_by("-pk")


def counts() -> dict[str, int]:
    """How many studies are on each data set, by its name."""
    by_name = Study.objects.visible().filter(objective__kind="model").annotate(on=KT("objective__dataset"))
    return {row["on"]: row["n"] for row in by_name.values("on").annotate(n=Count("pk")).order_by()}


#: States in which a study still needs its data.
GOING_ON = (Study.State.RUNNING, Study.State.PAUSED)


def delete(rows: Sequence[Dataset]) -> None:
    """Delete versions of a data set, their rows for good; their numbers are not given again.

    Raises:
        StudyError: when a study that goes on needs one of them; nothing is deleted.
    """
    going_on = [study for row in rows for study in users(row.name, row.version).filter(state__in=GOING_ON)]
    if going_on:
        named = ", ".join(f"{quoted(study.name)} ({study.state})" for study in going_on[:5])
        more = f" and {len(going_on) - 5} more" if len(going_on) > 5 else ""
        raise StudyError(
            {"": [f"{rows[0].name} is still needed by {named}{more}: stop them or let them end first"]}
        )
    for row in rows:
        row.discard()
    forget_deleted()
