"""The form in which a note of a study or a trial is written; for views/notes.py."""

from collections.abc import Mapping
from typing import Any

from django import forms

from trials.engine.findings import StudyError
from trials.engine.notes import LONGEST_NOTE
from trials.models import Note


class NoteForm(forms.Form):
    """The text in Markdown; a trial's tags, separated by commas."""

    text = forms.CharField(
        required=False,
        label="Note",
        help_text="Markdown: **bold**, *italic*, `code`, - lists, [links](https://…), # headings.",
        widget=forms.Textarea(attrs={"rows": 10, "spellcheck": "true"}),
    )
    tags = forms.CharField(required=False, max_length=2000, label="Tags", help_text="Separated by commas.")

    def __init__(self, data: Mapping[str, Any] | None, note: Note | None, *, tagged: bool) -> None:
        initial = {"text": note.text, "tags": ", ".join(note.tags)} if note else {}
        super().__init__(data, initial=initial)
        if not tagged:
            del self.fields["tags"]
        for name, field in self.fields.items():
            described = {"aria-describedby": f"{self[name].auto_id}-error"}
            field.widget.attrs |= {"class": "input", "autocomplete": "off"} | described
        self.fields["text"].widget.attrs["maxlength"] = 2 * LONGEST_NOTE

    def changes(self) -> dict[str, Any]:
        """What `engine.notes.write` takes."""
        given = {"text": self.cleaned_data["text"]}
        return given | ({"tags": self.cleaned_data["tags"].split(",")} if "tags" in self.fields else {})

    def refuse(self, error: StudyError) -> None:
        """Put what the engine refused beside the fields."""
        for place, messages in error.fields.items():
            text = messages[0]
            self.add_error(place if place in self.fields else None, text[:1].upper() + text[1:])
