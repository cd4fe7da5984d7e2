"""Notes of a study and of a trial: a form that opens as a dialog; and the star of a study."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from trials.engine import notes
from trials.engine.findings import StudyError
from trials.forms.note import NoteForm
from trials.models import Note, Study

from .changing import in_dialog
from .control import who


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, pk: int, number: int | None = None) -> HttpResponse:
    """Write the note of a study, or the note and tags of a trial."""
    study = get_object_or_404(Study.objects.visible(), pk=pk)
    if number is not None and not study.trials.filter(number=number).exists():
        raise Http404(f"Study {pk} has no trial {number}.")
    note = Note.objects.filter(study=study, trial__number=number).first()
    back = reverse("study", args=[pk]) if number is None else reverse("trial", args=[pk, number])
    form = NoteForm(request.POST if request.method == "POST" else None, note, tagged=number is not None)
    if request.method == "POST" and form.is_valid():
        try:
            if notes.write(pk, number, form.changes(), who(request)) is None:
                raise Http404(f"There is no study {pk}.")
        except StudyError as error:
            form.refuse(error)
        else:
            return HttpResponse(status=204) if in_dialog(request) else redirect(back)
    context = {"study": study, "number": number, "form": form, "back": back}
    context["fragment"] = "study/dialogs/note.html"
    template = context["fragment"] if in_dialog(request) else "study/dialog_page.html"
    return render(request, str(template), context, status=422 if request.method == "POST" else 200)


@require_POST
def star(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a study as a favourite, or no more (`on` empty), and go back to the page that asked."""
    if not notes.star(pk, request.user.pk, bool(request.POST.get("on"))):  # type: ignore[arg-type]
        raise Http404(f"There is no study {pk}.")
    back = request.headers.get("Referer", "")
    ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure())
    return redirect(back if ours else reverse("studies"))
