"""A person's saved views of a study, in a dialog: save this one; open, rename and delete the others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from trials.forms.saved_view import ViewForm, place_of
from trials.models import SavedView, Study

from .changing import in_dialog


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """List the views, and save the page one comes from: the browser says which, with all of its query."""
    study, user = _study(pk), request.user.pk or 0
    if request.method == "POST":
        form = ViewForm(request.POST, study, user, None)
        if form.is_valid():
            view = form.save()
            return HttpResponse(status=204) if in_dialog(request) else redirect(address_of(view))
        return _shown(request, study, form, form["address"].value() or "", 422)
    address = request.headers.get("Referer", "")
    return _shown(request, study, ViewForm(None, study, user, None), address, 200)


@require_POST
def rename(request: HttpRequest, pk: int, view: int) -> HttpResponse:
    study = _study(pk)
    found = get_object_or_404(SavedView, pk=view, study=study, user=request.user.pk)
    form = ViewForm(request.POST, study, request.user.pk or 0, found)
    if form.is_valid():
        form.save()
        return HttpResponse(status=204) if in_dialog(request) else redirect("study-views", pk=pk)
    return _shown(request, study, ViewForm(None, study, request.user.pk or 0, None), "", 422, form)


@require_POST
def delete(request: HttpRequest, pk: int, view: int) -> HttpResponse:
    get_object_or_404(SavedView, pk=view, study=_study(pk), user=request.user.pk).delete()
    return HttpResponse(status=204) if in_dialog(request) else redirect("study-views", pk=pk)


def address_of(view: SavedView) -> str:
    """Where a view leads."""
    path = reverse("study", args=[view.study_id]) + (f"{view.tab}/" if view.tab else "")
    return f"{path}?{view.query}" if view.query else path


def _study(pk: int) -> Study:
    return get_object_or_404(Study.objects.visible(), pk=pk)


def _shown(
    request: HttpRequest,
    study: Study,
    form: ViewForm,
    address: str,
    status: int,
    wrong: ViewForm | None = None,
) -> HttpResponse:
    saved = SavedView.objects.filter(user=request.user.pk, study=study).order_by("name")
    forms = [wrong if wrong and wrong.view == each else _renaming(study, each) for each in saved]
    context = {
        "study": study,
        "form": form,
        "address": address if place_of(study, address) else "",
        "views": [(each, address_of(each), one) for each, one in zip(saved, forms, strict=True)],
        "fragment": "study/dialogs/views.html",
    }
    template = context["fragment"] if in_dialog(request) else "study/dialog_page.html"
    return render(request, str(template), context, status=status)


def _renaming(study: Study, view: SavedView) -> ViewForm:
    return ViewForm(None, study, view.user_id, view)
