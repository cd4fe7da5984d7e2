"""Own data on their way in: the file is received, previewed, corrected, and saved as a data set."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST

from trials.engine import uploads
from trials.engine.datasets import save
from trials.engine.findings import StudyError
from trials.engine.uploads import Upload
from trials.forms.dataset import (
    DELIMITER_CHOICES,
    ENCODING_CHOICES,
    TYPE_CHOICES,
    Preview,
    opened,
    posted,
    read_anew,
)

from . import datasets
from .examples import person
from .parts.columns import column_rows, frequent
from .receiving import ENVELOPE


@require_POST
@csrf_exempt  # the check would read the whole body; `_received` makes it once the length is fine
def receive(request: HttpRequest) -> HttpResponse:
    """Take a file and show its preview, or say beside the field what is wrong; then nothing is kept."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > uploads.most_bytes() + ENVELOPE:
        response = _refused(request, uploads.too_large(int(length)))
        response["Connection"] = "close"
        return response
    return _received(request)


@csrf_protect
def _received(request: HttpRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, TemporaryUploadedFile):
        return _refused(request, "choose a CSV file first")
    file.flush()
    try:
        upload = uploads.stage(datasets.path_of(file), file.name or "", request.user.pk)
    except StudyError as error:
        return _refused(
            request, " ".join(text for texts in error.fields.values() for text in texts), file.name
        )
    return redirect("dataset-upload", identifier=upload.id)


def _refused(request: HttpRequest, message: str, filename: str | None = "") -> HttpResponse:
    shown = message[:1].upper() + message[1:]
    return datasets.listing(request, {"upload_error": shown, "refused_file": filename}, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, identifier: str) -> HttpResponse:
    """What was found in an uploaded table; a POST corrects it, saves it, or gives it up."""
    upload = uploads.staged(identifier, request.user.pk)
    if upload is None:
        messages.warning(
            request, "That upload is no longer here: it was saved, given up, or waited for a day."
        )
        return redirect("datasets")
    if request.method != "POST":
        return render(request, "datasets/preview.html", context(opened(upload)))
    if "discard" in request.POST:
        uploads.discard(upload)
        return redirect("datasets")
    return _answer(request, upload)


def _answer(request: HttpRequest, upload: Upload) -> HttpResponse:
    anew = read_anew(upload, request.POST)
    shown = posted(upload, request.POST)
    template = "datasets/preview_form.html" if request.htmx else "datasets/preview.html"  # type: ignore[attr-defined]
    if "save" not in request.POST:
        return render(request, template, context(shown))
    if anew or shown.wrong or request.POST.get("shown_target") != shown.chosen.target:
        extra = {"refused": bool(shown.wrong), "changed": not shown.wrong}
        return render(request, template, context(shown) | extra, status=422 if shown.wrong else 200)
    saved = save(upload, shown.named, shown.chosen, person(request))
    messages.success(request, _told(saved.known, str(saved.dataset)))
    return redirect("dataset", name=saved.dataset.name)


def _told(known: bool, dataset: str) -> str:
    if known:
        return f"These data are already here as {dataset}, read in just this way. Nothing was stored again."
    return f"Saved as {dataset}."


def context(shown: Preview) -> dict[str, Any]:
    """What the templates show of a preview."""
    facts, chosen = shown.facts, shown.chosen
    rows = column_rows(facts["columns"], chosen.columns, chosen.target, facts["rows"], shown.wrong)
    target = next((row for row in rows if row.target), None)
    return {
        "preview": shown,
        "upload": shown.upload,
        "facts": facts,
        "reading": facts["reading"],
        "wrong": shown.wrong,
        "problems": sum(len(texts) for texts in shown.wrong.values()),
        "rows": rows,
        "used": sum(1 for row in rows if row.used and not row.target),
        "left_out": sum(1 for row in rows if not row.used),
        "gaps": sum(1 for row in rows if row.used and row.missing and not row.target),
        "target": target,
        "without_target": facts["rows"] - shown.found.rows if target else 0,
        "classes": frequent(shown.found.classes[:12], shown.found.rows),
        "more_classes": max(0, len(shown.found.classes) - 12),
        "head_names": [row.name for row in rows][: len(facts["head"][0])],
        "delimiters": DELIMITER_CHOICES,
        "encodings": ENCODING_CHOICES,
        "types": TYPE_CHOICES,
        "missing_words": ", ".join(facts["reading"]["missing"]),
    }
