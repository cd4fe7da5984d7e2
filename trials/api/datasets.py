"""/datasets: upload a table, list, read, download, delete."""

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Field, File, Form, Router, Schema, Status
from ninja.files import UploadedFile

from trials.engine import datasets, uploads
from trials.engine.border import unstorable
from trials.engine.data import info_of
from trials.engine.findings import StudyError
from trials.models import Dataset
from trials.objectives.datasets import DatasetInfo, available_datasets, get_dataset, is_shipped
from trials.objectives.datasets.choosing import chosen_by
from trials.views.datasets import path_of

from .conditional import unchanged
from .errors import FAILURES, Problem, invalid, not_found

router = Router(tags=["data sets"])


class DatasetSummary(Schema):
    """A data set in a list: its newest version."""

    name: str
    title: str
    summary: str
    shipped: bool = Field(description="comes with the program")
    version: int | None = Field(description="counts the uploads under the name; null for what ships")
    task: Literal["classification", "regression"]
    rows: int = Field(description="rows that have a target")
    columns: int = Field(description="columns that models learn from")
    classes: dict[str, int] = Field(description="the rows of each class; {} for regression")
    studies: int


class DatasetList(Schema):
    items: list[DatasetSummary]


class DatasetColumn(Schema):
    """A column of an uploaded table."""

    name: str
    type: Literal["number", "integer", "category", "text", "yesno", "date"]
    used: bool = Field(description="false where it is left out")
    missing: int
    distinct: int | None = Field(description="null for too many to count")


class DatasetOut(DatasetSummary):
    """All of a data set."""

    target: str | None
    table: list[DatasetColumn] = Field(description="the columns of the file, in its order; [] for what ships")
    reading: dict[str, Any] | None = Field(description="{delimiter, encoding, header, decimal, missing}")
    checksum: str | None = Field(description="SHA-256 of the file and of how it is read")
    size: int | None = Field(description="bytes of the file")
    created: datetime | None
    versions: list[int]
    known: bool = Field(False, description="exactly these data were here already; nothing was stored")


class UploadForm(Schema):
    """What is said besides the file; everything left out is detected."""

    name: str | None = Field(None, description="what studies call it; made from the file's name")
    title: str | None = None
    target: str | None = Field(None, description="the column to be predicted")
    task: str | None = Field(None, description="classification or regression")
    positive: str | None = Field(None, description="of two classes the one that F1 and the like are about")
    types: str | None = Field(None, description='JSON: {"column": "number | integer | category | text | …"}')
    leave_out: str | None = Field(None, description='JSON: ["column", …] that models do not see')
    use: str | None = Field(None, description='JSON: ["column", …] to use although it seemed of no use')
    delimiter: str | None = None
    encoding: str | None = None
    decimal: str | None = None
    header: bool | None = Field(None, description="whether the first line names the columns")
    missing: str | None = Field(None, description='JSON: ["word", …] that mean missing, too')


@router.post(
    "/datasets",
    response={200: DatasetOut, 201: DatasetOut, **FAILURES},
    summary="Upload a CSV as a data set, or as a new version of one; 200 when it was there already",
)
def create(request: HttpRequest, body: Form[UploadForm], file: File[UploadedFile]) -> Status[dict[str, Any]]:
    if not isinstance(file, TemporaryUploadedFile):
        raise invalid({"file": ["send the table as a file in a multipart form"]})
    said = body.model_dump(exclude_none=True)
    if fields := unstorable(said):
        raise invalid(fields)
    types, missing = _parsed(said, "types", dict), _parsed(said, "missing", list)
    used = dict.fromkeys(_parsed(said, "leave_out", list), False)
    used |= dict.fromkeys(_parsed(said, "use", list), True)
    owner = request.auth  # type: ignore[attr-defined]
    file.flush()
    given = {key: said.get(key) for key in ("delimiter", "encoding", "decimal", "header")}
    upload = uploads.stage(path_of(file), file.name or "", owner.pk, {**given, "missing": missing})
    try:
        target, task, positive = (said.get(key, "") for key in ("target", "task", "positive"))
        chosen, wrong = chosen_by(upload.facts, target, task, types, used, positive)
        if wrong:
            raise StudyError(wrong)
        saved = datasets.save(upload, _named(said, upload.filename), chosen, owner)
    finally:
        uploads.discard(upload)
    return Status(200 if saved.known else 201, _whole(saved.dataset) | {"known": saved.known})


def _named(said: dict[str, Any], filename: str) -> datasets.Named:
    """The name and the title that were given, or those that the file's name suggests."""
    suggestion = datasets.suggested_name(filename)
    name = said.get("name", suggestion.name).strip()
    title = said.get("title", "").strip()
    return datasets.Named(name, title or (suggestion.title if name == suggestion.name else name))


def _parsed(said: dict[str, Any], name: str, kind: type) -> Any:
    """The JSON in a field of the form."""
    what = "an object of texts" if kind is dict else "a list of texts"
    try:
        value = json.loads(said[name]) if name in said else kind()
    except ValueError:
        raise invalid({name: [f"{name} is JSON, {what}, not {said[name][:60]!r}"]}) from None
    texts = value.values() if isinstance(value, dict) else value
    if not isinstance(value, kind) or not all(isinstance(text, str) for text in texts):
        raise invalid({name: [f"{name} is {what}, not {said[name][:60]!r}"]})
    return value


@router.get("/datasets", response={200: DatasetList, **FAILURES}, summary="List all data sets")
def index(request: HttpRequest, response: HttpResponse) -> Any:
    used = datasets.counts()
    items = [_summary(info, used.get(info.name, 0)) for info in available_datasets()]
    state = hashlib.sha256(json.dumps(items).encode()).hexdigest()[:16]
    return unchanged(request, response, "datasets", state) or {"items": items}


@router.get(
    "/datasets/{name}",
    response={200: DatasetOut, **FAILURES},
    summary="Read a data set, its newest version or another",
)
def read(request: HttpRequest, response: HttpResponse, name: str, version: int | None = None) -> Any:
    found = _shipped(get_dataset(name)) if is_shipped(name) else _whole(_find(name, version))
    state = (name, found["version"], found["checksum"], found["studies"], len(found["versions"]))
    return unchanged(request, response, "dataset", *state) or found


@router.get(
    "/datasets/{name}/file", response={200: str, **FAILURES}, summary="Download the CSV as it was uploaded"
)
def download(request: HttpRequest, name: str, version: int | None = None) -> Any:
    row = _find(name, version)
    return StreamingHttpResponse(
        row.pieces(),
        content_type="text/csv",
        headers={"Content-Length": str(row.size), "ETag": f'"{row.checksum}"'},
    )


@router.delete(
    "/datasets/{name}",
    response={204: None, **FAILURES},
    summary="Delete one version, or all; 409 while a study that goes on needs it",
)
def delete(request: HttpRequest, name: str, version: int | None = None) -> Status[None]:
    if is_shipped(name):
        raise Problem(409, "shipped", f"{name} comes with the program and cannot be deleted.")
    rows = [_find(name, version)] if version is not None else list(Dataset.objects.kept().filter(name=name))
    if not rows:
        raise not_found(f"data set {name[:100]}")
    try:
        datasets.delete(rows)
    except StudyError as error:
        raise Problem(409, "needed", " ".join(error.fields[""])) from None
    return Status(204, None)


def _find(name: str, version: int | None) -> Dataset:
    row = None
    if version is None or 0 < version < 2**31:
        row = Dataset.objects.kept().named(name, version).select_related("owner").first()
    if row is None:
        raise not_found(f"data set {name[:100]}" + (f", version {version}" if version is not None else ""))
    return row


def _summary(info: DatasetInfo, studies: int) -> dict[str, Any]:
    return {
        **{
            field: getattr(info, field)
            for field in ("name", "title", "summary", "version", "task", "rows", "columns")
        },
        "shipped": is_shipped(info.name),
        "classes": dict(
            zip(info.class_names or map(str, range(info.classes)), info.class_sizes, strict=True)
        ),
        "studies": studies,
    }


def _shipped(info: DatasetInfo) -> dict[str, Any]:
    nothing = dict.fromkeys(("target", "reading", "checksum", "size", "created"))
    return {**_summary(info, datasets.users(info.name).count()), **nothing, "table": [], "versions": []}


def _whole(row: Dataset) -> dict[str, Any]:
    versions = Dataset.objects.kept().filter(name=row.name).order_by("version")
    return {
        **_summary(info_of(row), datasets.users(row.name).count()),
        **{field: getattr(row, field) for field in ("target", "reading", "checksum", "size", "created")},
        "table": [{field: column[field] for field in DatasetColumn.model_fields} for column in row.columns],
        "versions": list(versions.values_list("version", flat=True)),
    }
