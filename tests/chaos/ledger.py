"""What must hold of a study's rows after every step, whatever they were; the state machine test calls it.

The ledger remembers the rows it saw last and holds the new ones against them, so it needs to know nothing of
what was done in between.
"""

from typing import Any

from trials.models import Study, Trial

State = Trial.State

#: Which states a trial may be in after one step, by where it was before.
NEXT = {
    State.QUEUED: {State.QUEUED, State.RUNNING, State.CANCELLED, State.COMPLETE, State.FAILED, State.PRUNED},
    State.RUNNING: set(State.values),
    State.COMPLETE: {State.COMPLETE},
    State.FAILED: {State.FAILED},
    State.PRUNED: {State.PRUNED},
    State.CANCELLED: {State.CANCELLED},
}
#: What may still change of a terminal row: whether it lies inside a space that was edited since.
MARKS = {"inside"}


class Ledger:
    """A study's rows as they were last seen."""

    def __init__(self, study: int) -> None:
        self.study = study
        self.rows: dict[int, dict[str, Any]] = {}
        self.revision = -1

    def check(self) -> None:
        """Compare the rows with those seen last; AssertionError names the first thing that is wrong."""
        study = Study.objects.get(pk=self.study)
        rows = {row["id"]: row for row in study.trials.numbered().values()}
        self._check_rows(rows)
        _check_study(study, list(rows.values()))
        assert study.revision >= self.revision, "a revision never goes back"
        if _states(rows) != _states(self.rows):
            assert study.revision > self.revision, "pages would answer 304 to a change"
        self.rows, self.revision = rows, study.revision

    def _check_rows(self, rows: dict[int, dict[str, Any]]) -> None:
        assert set(self.rows) <= set(rows), "no trial disappears"
        for key, row in rows.items():
            before = self.rows.get(key)
            if before is None:
                assert row["state"] in {State.QUEUED, State.CANCELLED}, row
                continue
            assert row["state"] in NEXT[State(before["state"])], (before, row)
            if before["state"] in Trial.TERMINAL:
                changed = {name for name in row if row[name] != before[name]}
                assert changed <= MARKS, f"a terminal row has changed: {changed}"


def _states(rows: dict[int, dict[str, Any]]) -> dict[int, str]:
    return {key: row["state"] for key, row in rows.items()}


def _check_study(study: Study, rows: list[dict[str, Any]]) -> None:
    counted = {state: sum(row["state"] == state for row in rows) for state in State.values}
    assert {state: getattr(study, f"n_{state}") for state in State.values} == counted, "counters are the rows"
    numbers = sorted(row["number"] for row in rows)
    assert numbers == list(range(study.next_number)), "numbers have no gap and no double"
    for row in rows:
        assert (row["lease_expires"] is not None) == (row["state"] == State.RUNNING), row
        assert row["state"] != State.RUNNING or row["token"], "whoever trains holds a token"
        assert (row["value"] is not None) >= (row["state"] == State.COMPLETE), "complete means a value"
    finished = [row["finished_revision"] for row in rows if row["state"] in Trial.TERMINAL]
    assert None not in finished, "an optimizer learns of every ending"
    if study.is_over:
        assert not counted[State.QUEUED] + counted[State.RUNNING], "nothing is left behind"
    if "trials" in study.budget:
        assert study.next_number - study.n_cancelled <= study.budget["trials"], "never more than the budget"
    if study.ending.startswith("All "):
        assert study.n_terminal >= study.budget["trials"]
    complete = [row for row in rows if row["state"] == State.COMPLETE]
    values = [study.sign * row["value"] for row in complete]
    assert (study.best_value is None) == (not values)
    if values:
        assert study.sign * study.best_value == min(values), "the best is the best"
        assert {row["id"]: row["value"] for row in complete}[study.best_id] == study.best_value
    assert not study.suggest_token, "who asked has given the lease back"
