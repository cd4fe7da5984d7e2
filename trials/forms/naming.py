"""The form that renames a study and tags it; for the control views."""

from collections.abc import Mapping
from typing import Any

from django import forms

from trials.engine.findings import StudyError
from trials.models import Study


class NameForm(forms.Form):
    """Name, and tags separated by commas."""

    name = forms.CharField(required=False, max_length=400, label="Name")
    tags = forms.CharField(
        required=False, max_length=2000, label="Tags", help_text="Separated by commas; words to find it by."
    )

    def __init__(self, data: Mapping[str, Any] | None, study: Study) -> None:
        super().__init__(data, initial={"name": study.name, "tags": ", ".join(study.tags)})
        for name, field in self.fields.items():
            described = {"aria-describedby": f"{self[name].auto_id}-error"}
            field.widget.attrs |= {"class": "input", "autocomplete": "off"} | described

    def changes(self) -> dict[str, Any]:
        return {"name": self.cleaned_data["name"], "tags": self.cleaned_data["tags"].split(",")}

    def refuse(self, error: StudyError) -> None:
        """Put what the engine refused beside the fields."""
        for place, messages in error.fields.items():
            text = messages[0]
            self.add_error(place if place in self.fields else None, text[:1].upper() + text[1:])
