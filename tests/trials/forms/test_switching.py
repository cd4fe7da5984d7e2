"""Ranges that follow the model, and edits that are not lost."""

from dataclasses import replace

from trials.forms.space_rows import Ranges, Row
from trials.forms.switching import Change, Relation, recall, remember, switch

FOREST = (Row("trees", low="10", high="500"), Row("depth", low="1", high="50"))
SUPPORT = (Row("C", low="0.1", high="10"),)
DEFAULTS = {
    "forest": Ranges(FOREST),
    "support": Ranges(SUPPORT),
    "forest, other data": Ranges((FOREST[0], replace(FOREST[1], default="7"))),
}
MINE = Row("mine", low="0", high="1")


def change(before: str, after: str, relation: Relation = "other") -> Change:
    return Change(before, after, before, after, relation)


def test_a_new_model_brings_its_own_ranges_without_a_word():
    switched = switch(change("forest", "support"), Ranges(FOREST), "", DEFAULTS.get)
    assert (switched.ranges, switched.kept, switched.notice) == (Ranges(SUPPORT), "", "")


def test_edited_ranges_come_back_with_their_model():
    edited = Ranges((replace(FOREST[0], high="333"), MINE), "2 * trees <= depth")
    away = switch(change("forest", "support"), edited, "", DEFAULTS.get)
    assert away.ranges == Ranges(SUPPORT)
    assert "come back" in away.notice
    back = switch(change("support", "forest"), away.ranges, away.kept, DEFAULTS.get)
    assert back.ranges == edited
    assert recall(back.kept, "forest") == (None, "")


def test_edits_go_along_within_a_family_where_names_are_the_same():
    edited = (replace(FOREST[0], high="333"), FOREST[1], MINE)
    switched = switch(change("forest", "forest, other data", "family"), Ranges(edited), "", DEFAULTS.get)
    assert switched.ranges.rows == (replace(FOREST[0], high="333"), DEFAULTS["forest, other data"].rows[1])


def test_the_same_model_keeps_its_rows_and_renews_what_nobody_touched():
    edited = (replace(FOREST[0], high="333"), FOREST[1], MINE)
    switched = switch(
        change("forest", "forest, other data", "same"), Ranges(edited, "trees <= 9"), "", DEFAULTS.get
    )
    assert switched.ranges.rows == (edited[0], DEFAULTS["forest, other data"].rows[1], edited[2])
    assert switched.ranges.constraints == "trees <= 9"


def test_a_removed_row_stays_removed_while_the_model_stays():
    switched = switch(change("forest", "forest, other data", "same"), Ranges(FOREST[:1]), "", DEFAULTS.get)
    assert [row.name for row in switched.ranges.rows] == ["trees"]


def test_what_a_browser_invents_counts_for_nothing():
    for kept in (
        "{",
        "[]",
        '{"forest": {"rows": [{"evil": 1}]}}',
        '{"forest": {"rows": [{"low": 5}]}}',
        "null",
    ):
        assert recall(kept, "forest") == (None, "")


def test_only_the_newest_are_remembered():
    kept = ""
    for number in range(20):
        kept = remember(kept, f"model {number}", Ranges(FOREST))
    assert recall(kept, "model 3")[0] is None
    assert recall(kept, "model 19")[0] == Ranges(FOREST)
