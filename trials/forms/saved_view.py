"""The form that names a view of a study: a new one, or one to be renamed; for views/saved_views.py."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms

from trials.models import SavedView, Study

LONGEST_ADDRESS = 4000
MOST = 50
TABS = ("", "trials", "analysis", "mind", "result", "failures", "space")
_OF_STUDY = re.compile(r"/studies/(\d+)/(?:([a-z]+)/)?")


def place_of(study: Study, address: str) -> tuple[str, str] | None:
    """(tab, query) of an address of the study's pages; None for any other."""
    if len(address) > LONGEST_ADDRESS or "\x00" in address:
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    found = _OF_STUDY.fullmatch(parts.path)
    if found is None or found[1] != str(study.pk) or (found[2] or "") not in TABS:
        return None
    return found[2] or "", parts.query


class ViewForm(forms.Form):
    """A name, unique among one's views of the study, and the address it stands for."""

    name = forms.CharField(max_length=100, label="Name of this view")
    address = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Mapping[str, Any] | None, study: Study, user: int, view: SavedView | None
    ) -> None:
        initial = {"name": view.name if view else ""}
        super().__init__(data, initial=initial, auto_id=f"id_{view.pk}_%s" if view else "id_%s")
        self.study, self.user, self.view = study, user, view
        described = {"aria-describedby": f"{self['name'].auto_id}-error"}
        self.fields["name"].widget.attrs |= {"class": "input", "autocomplete": "off"} | described

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        others = SavedView.objects.filter(user=self.user, study=self.study)
        if self.view is None and others.count() >= MOST:
            raise forms.ValidationError(f"There are {MOST} views already: delete one that is not needed.")
        if others.filter(name=name).exclude(pk=self.view.pk if self.view else 0).exists():
            raise forms.ValidationError(f"There is a view “{name}” already: give another name.")
        return name

    def clean(self) -> None:
        if self.view is None and place_of(self.study, self.cleaned_data.get("address", "")) is None:
            self.add_error(None, "Open the page of the study that is to be saved, and save it from there.")

    def save(self) -> SavedView:
        """Keep the view; only for a form that is valid."""
        view = self.view
        if view is None:
            place = place_of(self.study, self.cleaned_data["address"])
            assert place is not None
            view = SavedView(study=self.study, user_id=self.user, tab=place[0], query=place[1])
        view.name = self.cleaned_data["name"]
        view.save()
        return view
