"""The preview of an uploaded table as people fill it in: what they chose and what is wrong with it; made by
the data set pages.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.http import QueryDict

from trials.engine.datasets import Named, name_faults, suggested_name
from trials.engine.findings import StudyError
from trials.engine.uploads import Upload, scan_again
from trials.models import Dataset
from trials.objectives.datasets.choosing import Chosen, Target, check, suggested
from trials.objectives.datasets.table import DELIMITERS, ENCODINGS, TYPES, Column

READING = ("delimiter", "encoding", "decimal", "header")
TYPE_CHOICES = {
    "number": "number",
    "integer": "whole number",
    "category": "category",
    "text": "text",
    "yesno": "yes or no",
    "date": "date",
}
DELIMITER_CHOICES = {
    sign: f"{word} ( {sign} )" if sign != "\t" else word for sign, word in DELIMITERS.items()
}
ENCODING_CHOICES = {
    name: title for name, title in ENCODINGS.items() if name not in ("utf-16-le", "utf-16-be")
}


@dataclass(frozen=True)
class Preview:
    """An upload with what was chosen for it, what comes of that, and what is `wrong` by field."""

    upload: Upload
    named: Named
    chosen: Chosen
    found: Target
    wrong: Mapping[str, list[str]]

    @classmethod
    def of(
        cls, upload: Upload, named: Named, chosen: Chosen, also: Mapping[str, list[str]] | None = None
    ) -> "Preview":
        """Checked; `also` are messages that come on top."""
        found, wrong = check(upload.facts, chosen)
        return cls(upload, named, chosen, found, {**name_faults(named), **wrong, **(also or {})})

    @property
    def facts(self) -> Mapping[str, Any]:
        return self.upload.facts

    @property
    def version(self) -> int:
        """The version it would get."""
        newest = Dataset.objects.filter(name=self.named.name).aggregate(newest=Max("version"))["newest"]
        return (newest or 0) + 1


def opened(upload: Upload) -> Preview:
    """The preview to begin with: everything as it was detected."""
    return Preview.of(upload, suggested_name(upload.filename), suggested(upload.facts))


def posted(upload: Upload, data: QueryDict) -> Preview:
    """The preview after a person's changes; a change of how the file is read has it read again."""
    named = Named(data.get("name", "").strip(), data.get("title", "").strip())
    chosen = _chosen(upload.facts, data)
    given = _given(upload, data)
    if given != upload.given:
        try:
            again = scan_again(upload, given)
        except StudyError as error:
            return Preview.of(upload, named, chosen, error.fields)
        return Preview.of(again, named, _carried(chosen, again.facts))
    if data.get("shown_target") not in (None, chosen.target):
        chosen = Chosen(chosen.target, suggested(upload.facts, chosen.target).task, chosen.columns)
    return Preview.of(upload, named, chosen)


def read_anew(upload: Upload, data: QueryDict) -> bool:
    """Whether the file is to be read in another way than the preview that was sent showed."""
    return _given(upload, data) != upload.given


def _given(upload: Upload, data: QueryDict) -> dict[str, Any]:
    """The corrections of how the file is read: what differs from what was found, or was corrected before."""
    reading = upload.facts["reading"]
    given: dict[str, Any] = {}
    for name in READING:
        value: Any = data.get(name)
        if name == "header":
            value = None if value is None else value == "yes"
        if value is not None and (value != reading[name] or name in upload.given):
            given[name] = value
    missing = [word.strip() for word in data.get("missing", "").split(",") if word.strip()]
    return given | ({"missing": missing} if missing else {})


def _chosen(facts: Mapping[str, Any], data: QueryDict) -> Chosen:
    columns = tuple(
        Column(column["name"], _type(data.get(f"type-{place}"), column["type"]), f"use-{place}" in data)
        for place, column in enumerate(facts["columns"])
    )
    target, task = data.get("target", ""), data.get("task", "")
    return Chosen(target, task, columns, _positive(data, target, task))


def _positive(data: QueryDict, target: str, task: str) -> str:
    """The class that counts as positive; one of another target is forgotten."""
    kept = task == "classification" and data.get("shown_target") in (None, target)
    return data.get("positive", "") if kept else ""


def _type(value: str | None, detected: Any) -> Any:
    return value if value in TYPES else detected


def _carried(chosen: Chosen, facts: Mapping[str, Any]) -> Chosen:
    """The choice for a file that was read anew: it stays where a column still has its name."""
    target = chosen.target if any(column["name"] == chosen.target for column in facts["columns"]) else ""
    fresh = suggested(facts, target)
    used = {column.name: column.used for column in chosen.columns}
    columns = tuple(
        Column(column.name, column.type, used.get(column.name, column.used)) for column in fresh.columns
    )
    return Chosen(fresh.target, fresh.task, columns, chosen.positive if fresh.target == chosen.target else "")
