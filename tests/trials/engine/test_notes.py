"""Notes and stars: what is written stays, is said in the history, found, and goes with its study."""

import pytest
from django.contrib.auth import get_user_model

from trials.engine import notes
from trials.engine.advance import advance
from trials.engine.findings import StudyError
from trials.forms.home import Asked
from trials.models import Note, Star, Study
from trials.views.parts import study_list

pytestmark = pytest.mark.django_db


def found(word: str) -> list[int]:
    return [study.pk for study in study_list.listed(Asked(q=word))]


def test_a_note_is_written_changed_and_removed_and_the_history_says_so(make_study):
    study = make_study()
    for text in ("First.", "First.", "Second.", ""):
        notes.write(study.pk, None, {"text": text}, "ann")
    told = list(study.events.filter(kind="changed").order_by("pk").values_list("text", flat=True))
    assert told == ["Note written by ann", "Note changed by ann", "Note removed by ann"]
    assert not Note.objects.exists()
    study.refresh_from_db()
    assert study.revision >= 3  # pages and API know that something changed


def test_a_trial_has_a_note_and_tags_of_its_own(make_study):
    study = make_study(budget={"trials": 2}, parallelism=2)
    advance(study.pk)
    notes.write(study.pk, 0, {"text": "Odd.", "tags": ["keep", "keep", " odd "]})
    notes.write(study.pk, 0, {"tags": ["keep"]})
    note = Note.objects.get(trial__number=0)
    assert (note.text, note.tags) == ("Odd.", ["keep"])
    assert study.events.filter(number=0, text="Tags: keep").exists()
    assert notes.write(study.pk, 77, {"text": "Nobody."}) is None


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ({"text": 3}, "text"),
        ({"text": "x" * 20_001}, "text"),
        ({"text": "a\x00b"}, "text"),
        ({"tags": ["a"]}, "tags"),  # a study's own are changed elsewhere
        ({"txet": "a"}, "txet"),
    ],
)
def test_what_is_wrong_is_refused_beside_its_field(make_study, data, place):
    with pytest.raises(StudyError) as refused:
        notes.write(make_study().pk, None, data)
    assert list(refused.value.fields) == [place]
    assert not Note.objects.exists()


def test_studies_are_found_by_the_words_of_notes_and_the_tags_of_trials(make_study):
    study, other = make_study(budget={"trials": 2}, parallelism=2), make_study()
    advance(study.pk)
    notes.write(study.pk, None, {"text": "A **plateau** after 20 trials"})
    notes.write(study.pk, 1, {"tags": ["zebra"]})
    assert found("plateau") == [study.pk] == found("zebr")
    assert other.pk not in found("plateau")


def test_a_star_is_one_persons_and_goes_with_the_study(make_study):
    study, other = make_study(), make_study()
    people = get_user_model().objects
    ann, bob = people.create_user("ann"), people.create_user("bob")
    assert notes.star(study.pk, ann.pk, True)
    assert notes.star(study.pk, ann.pk, True)  # twice is once
    starred = Asked(starred="yes")
    assert [each.pk for each in study_list.listed(starred, ann.pk)] == [study.pk]
    assert not study_list.listed(starred, bob.pk)
    assert notes.star(study.pk, ann.pk, False)
    assert not Star.objects.exists()
    assert not notes.star(other.pk + 1, ann.pk, True)
    notes.star(study.pk, ann.pk, True)
    notes.write(study.pk, None, {"text": "Gone with it."})
    Study.objects.get(pk=study.pk).delete()
    assert not Star.objects.exists()
    assert not Note.objects.exists()
