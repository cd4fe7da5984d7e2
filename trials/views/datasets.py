"""The data sets: a list with a place to upload one, a page for each, its file, its deletion."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from trials.engine import datasets as engine
from trials.engine.data import info_of
from trials.engine.findings import StudyError
from trials.engine.uploads import most_bytes, waiting
from trials.models import Dataset
from trials.objectives.datasets import DatasetInfo, available_datasets, get_dataset, is_shipped
from trials.objectives.datasets.table import DELIMITERS, ENCODINGS, KINDS, Column

from .parts.columns import Value, column_rows, frequent

SHOWN_CLASSES = 12
SHOWN_STUDIES = 50


def page(request: HttpRequest) -> HttpResponse:
    """All data sets, own ones first."""
    return listing(request, {})


def listing(request: HttpRequest, extra: dict[str, Any], status: int = 200) -> HttpResponse:
    """The list, with what an upload came to and what still waits to be saved."""
    used = engine.counts()
    infos = {info.name: info for info in available_datasets()}
    own = Dataset.objects.newest().filter(name__in=infos).defer("columns").select_related("owner")
    context = {
        "waiting": waiting(request.user.pk),
        "own": [
            {"row": row, "columns": infos[row.name].columns, "studies": used.get(row.name, 0)} for row in own
        ],
        "shipped": [
            {"info": info, "studies": used.get(name, 0)} for name, info in infos.items() if is_shipped(name)
        ],
        "most_mb": settings.HPO_UPLOAD_MB,
        "most_bytes": most_bytes(),
        "most_rows": settings.HPO_UPLOAD_ROWS,
        "most_columns": settings.HPO_UPLOAD_COLUMNS,
    }
    return render(request, "datasets/page.html", context | extra, status=status)


@require_GET
def detail(request: HttpRequest, name: str) -> HttpResponse:
    """One data set: its newest version, or ?version=."""
    row = None if is_shipped(name) else find(name, request.GET.get("version", ""))
    info = get_dataset(name) if row is None else info_of(row)
    classes = _classes(info)
    users = engine.users(name)
    total = users.count()
    context = {
        "info": info,
        "row": row,
        "classes": classes[:SHOWN_CLASSES],
        "more_classes": max(0, len(classes) - SHOWN_CLASSES),
        "studies": users[:SHOWN_STUDIES],
        "n_studies": total,
        "more_studies": max(0, total - SHOWN_STUDIES),
    }
    return render(request, "datasets/detail.html", context | (_own(row) if row else {}))


def _own(row: Dataset) -> dict[str, Any]:
    """What only the page of an uploaded data set shows."""
    columns = [Column(column["name"], column["type"], column["used"]) for column in row.columns]
    without_target = next(column["missing"] for column in row.columns if column["name"] == row.target)
    rows = column_rows(row.columns, columns, row.target, row.rows + without_target, {})
    inputs = [column for column in rows if column.used and not column.target]
    versions = Dataset.objects.kept().filter(name=row.name).order_by("-version")
    return {
        "rows": rows,
        "target_row": next((column for column in rows if column.target and column.bars), None),
        "without_target": without_target,
        "gaps": sum(1 for column in inputs if column.missing),
        "words": sum(1 for column in inputs if column.type in KINDS),
        "versions": versions.defer("columns").select_related("owner"),
        "delimiter": DELIMITERS.get(row.reading["delimiter"], row.reading["delimiter"]),
        "encoding": ENCODINGS.get(row.reading["encoding"], row.reading["encoding"]),
    }


def find(name: str, version: str = "") -> Dataset:
    """A version of an uploaded data set, the newest one for ""; Http404 when there is none."""
    if version and not (version.isdecimal() and len(version) < 9):
        raise Http404(f"there is no version {version[:20]}")
    row = Dataset.objects.kept().named(name, int(version) if version else None).first()
    if row is None:
        raise Http404(f"there is no data set {name[:80]}")
    return row


@require_GET
def file(request: HttpRequest, name: str, version: int) -> HttpResponseBase:
    """The file as it was uploaded."""
    row = find(name, str(version))
    return StreamingHttpResponse(
        row.pieces(),
        content_type="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{row.name}-v{row.version}.csv"',
            "Content-Length": str(row.size),
            "Cache-Control": "private, no-store",
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, name: str) -> HttpResponse:
    """Ask, naming what stops working, then delete one version or all of them."""
    version = request.POST.get("version", request.GET.get("version", ""))
    rows = (
        [find(name, version)]
        if version
        else list(Dataset.objects.kept().filter(name=name).order_by("version"))
    )
    if not rows:
        raise Http404(f"there is no data set {name[:80]}")
    error = ""
    if request.method == "POST":
        try:
            engine.delete(rows)
        except StudyError as refused:
            error = " ".join(text for texts in refused.fields.values() for text in texts)
        else:
            what = str(rows[0]) if version else name
            messages.success(request, f"Deleted {what}.")
            return redirect("datasets")
    studies = engine.users(name, rows[0].version if version else None)
    context = {
        "row": rows[-1],
        "version": version,
        "versions": len(rows),
        "error": error[:1].upper() + error[1:],
        "studies": list(studies[:SHOWN_STUDIES]),
        "n_studies": studies.count(),
        "going_on": studies.filter(state__in=engine.GOING_ON).count(),
    }
    return render(request, "datasets/delete.html", context, status=409 if error else 200)


def path_of(file: TemporaryUploadedFile) -> Path:
    """Where an upload was written while it arrived."""
    return Path(file.temporary_file_path())


def _classes(info: DatasetInfo) -> tuple[Value, ...]:
    """The classes with their rows, the largest first."""
    names = info.class_names or tuple(map(str, range(info.classes)))
    sizes = zip(names, info.class_sizes, strict=True)
    return frequent(sorted(sizes, key=lambda size: -size[1]), info.rows)
