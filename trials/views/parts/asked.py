"""Numbers that a browser sends as text, whatever it sends; called by the form's and the spaces' pages."""

from django.http import Http404

from trials.forms.space_draft import SpaceDraft

#: More digits than any id has; Python refuses to read very long ones at all.
MOST_DIGITS = 18


def asked_id(text: str) -> int | None:
    """The id that a text says, None for a text that says none."""
    return int(text) if text.isdecimal() and len(text) <= MOST_DIGITS else None


def asked_row(draft: SpaceDraft, text: str) -> int:
    """The position of a row of the draft; 404 for one that is not there."""
    position = asked_id(text)
    if position is None or position >= len(draft.rows.forms):
        raise Http404(f"there is no row {text[:20]}")
    return position
