"""PUT /studies/{id}/note, …/trials/{n}/note and …/star: what people write down, and their favourites."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from trials.engine import notes

from . import schemas
from .errors import FAILURES, not_found
from .studies import who

router = Router(tags=["notes"])


@router.put(
    "/studies/{int:study_id}/note",
    response={200: schemas.NoteOut, **FAILURES},
    summary="Write the note of a study; its tags are changed with PATCH /studies/{id}",
)
def of_study(request: HttpRequest, study_id: int, body: schemas.NoteIn) -> Any:
    return _write(request, study_id, None, body)


@router.put(
    "/studies/{int:study_id}/trials/{int:number}/note",
    response={200: schemas.NoteOut, **FAILURES},
    summary="Write the note and the tags of a trial",
)
def of_trial(request: HttpRequest, study_id: int, number: int, body: schemas.NoteIn) -> Any:
    return _write(request, study_id, number, body)


def _write(request: HttpRequest, study_id: int, number: int | None, body: schemas.NoteIn) -> Any:
    note = notes.write(study_id, number, body.model_dump(exclude_unset=True), who(request))
    if note is None:
        about = f"study {study_id}" if number is None else f"trial {number} in study {study_id}"
        raise not_found(about)
    return {"text": note.text, "tags": note.tags}


@router.put(
    "/studies/{int:study_id}/star",
    response={200: schemas.StarOut, **FAILURES},
    summary="Make a study one of your favourites",
)
def star(request: HttpRequest, study_id: int) -> dict[str, bool]:
    return _star(request, study_id, True)


@router.delete(
    "/studies/{int:study_id}/star",
    response={200: schemas.StarOut, **FAILURES},
    summary="Take a study out of your favourites",
)
def unstar(request: HttpRequest, study_id: int) -> dict[str, bool]:
    return _star(request, study_id, False)


def _star(request: HttpRequest, study_id: int, on: bool) -> dict[str, bool]:
    if not notes.star(study_id, request.auth.pk, on):  # type: ignore[attr-defined]
        raise not_found(f"study {study_id}")
    return {"starred": on}
