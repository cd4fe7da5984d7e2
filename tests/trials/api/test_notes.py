"""Notes, tags of trials and stars over HTTP."""

from trials.models import Star

from .conftest import refusal


def test_notes_are_written_and_read(program, external, handed):
    handed(external)
    path = f"/studies/{external.pk}"
    assert program.put(f"{path}/note", {"text": "One"}).json() == {"text": "One", "tags": []}
    assert program.get(path).json()["note"] == "One"
    written = program.put(f"{path}/trials/0/note", {"text": "Odd", "tags": ["keep"]})
    assert written.json() == {"text": "Odd", "tags": ["keep"]}
    trial = program.get(f"{path}/trials/0").json()
    assert (trial["note"], trial["tags"]) == ("Odd", ["keep"])
    assert "text" in refusal(program.put(f"{path}/note", {"text": 3}))["fields"]
    assert program.put(f"{path}/trials/99/note", {"text": "Odd"}).status_code == 404


def test_a_star_belongs_to_the_token(program, external):
    assert program.put(f"/studies/{external.pk}/star").json() == {"starred": True}
    assert Star.objects.get().user.username == "robot"
    assert program.delete(f"/studies/{external.pk}/star").json() == {"starred": False}
    assert not Star.objects.exists()
