"""What people wrote about a study and its trials; for its overview and its report."""

from dataclasses import dataclass

from django.urls import reverse

from trials.models import Note, Study

#: Trials of which a note is shown, the latest written first; the others are a link.
SHOWN = 8
#: Trials that one address may name.
MOST_LINKED = 1000


@dataclass(frozen=True)
class Tagged:
    """A tag of trials, and the address of the table that shows those."""

    tag: str
    trials: int
    address: str


@dataclass(frozen=True)
class Noted:
    note: Note | None
    trials: tuple[Note, ...]
    total: int
    address: str
    tags: tuple[Tagged, ...]


def noted_of(study: Study) -> Noted | None:
    """Return the note of the study and those of its trials; None without any. One query."""
    notes = list(study.notes.select_related("trial").only("text", "tags", "edited", "study", "trial__number"))
    if not notes:
        return None
    own = next((note for note in notes if note.trial is None), None)
    trials = sorted((note for note in notes if note.trial), key=lambda note: note.edited, reverse=True)
    tags: dict[str, list[Note]] = {}
    for note in trials:
        for tag in note.tags:
            tags.setdefault(tag, []).append(note)
    tagged = [Tagged(tag, len(those), _table(study, those)) for tag, those in tags.items()]
    return Noted(
        own,
        tuple(trials[:SHOWN]),
        len(trials),
        _table(study, trials),
        tuple(sorted(tagged, key=lambda each: (-each.trials, each.tag))),
    )


def _table(study: Study, notes: list[Note]) -> str:
    """The table of the trials that these notes are about."""
    numbers = sorted({note.trial.number for note in notes if note.trial and note.trial.number is not None})
    named = ",".join(map(str, numbers[:MOST_LINKED]))
    return f"{reverse('study-trials', args=[study.pk])}?trial={named}"
