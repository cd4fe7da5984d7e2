"""Holds the books against each other when a storm is over: rows, what the triggers wrote down, pages and CSV.

Every check is an assertion that names what is wrong.
"""

import csv
import io
import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from . import audit
from .faults import Fault
from .faults.jump_clock import JumpClock
from .rows import SQLiteRows, plain
from .storm import DONE, Storm

NEXT = {"queued": {"running", *DONE}, "running": {"queued", *DONE}}
JSON = ("params", "error", "values")
#: Seconds by which two readings of one clock may differ.
ROUNDING = 0.05


@dataclass(frozen=True)
class Figures:
    """What a storm came to."""

    trials: int
    faults: int
    retrained: int
    given_up: int


def after(storm: Storm, faults: Iterable[Fault], more: Callable[[], None] = lambda: None) -> Figures:
    """Let the faults strike, wait until all studies are over, and hold the books against each other."""
    storm.rage(faults, more)
    return check(storm)


def check(storm: Storm) -> Figures:
    """Every study got exactly what it was given: nothing lost, nothing twice, and everybody says so."""
    rows = storm.rows
    studies = {row["id"]: row for row in rows.read("SELECT * FROM trials_study")}
    assert set(studies) == set(storm.searches), "no study appears or disappears"
    check_history(storm)
    trials: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows.read("SELECT * FROM trials_trial WHERE number IS NOT NULL ORDER BY number"):
        trials[row["study_id"]].append(row | {name: plain(row[name]) for name in JSON})
    for pk, (search, count) in storm.searches.items():
        check_study(studies[pk], trials[pk], count)
        check_pages(storm, studies[pk], trials[pk])
        search.check(trials[pk])
    check_parameters(storm, trials)
    if not storm.faults[JumpClock.name]:
        check_claims(storm)
    check_lines(storm)
    assert rows.locks() == 0, "a lock is left"
    if isinstance(rows, SQLiteRows):
        assert "database is locked" not in logs(storm), "writers ran into each other"
    every = [trial for found in trials.values() for trial in found]
    return Figures(
        trials=len(every),
        faults=storm.faults.total(),
        retrained=sum(trial["lost"] for trial in every),
        given_up=sum((trial["error"] or {}).get("kind") == "lost" for trial in every),
    )


def check_study(study: dict[str, Any], trials: list[dict[str, Any]], count: int) -> None:
    """The budget, the numbers, the counters; nothing is held any more."""
    assert study["state"] == "completed", study
    assert [trial["number"] for trial in trials] == list(range(count)), "a gap or a double"
    assert {trial["state"] for trial in trials} <= {"complete", "failed"}, trials
    for state in ("queued", "running", *DONE):
        counted = sum(trial["state"] == state for trial in trials)
        assert study[f"n_{state}"] == counted, (study, state, counted)
    revisions = [trial["finished_revision"] for trial in trials]
    assert len(set(revisions)) == count, "a result was recorded twice"
    assert all(trial["lease_expires"] is None for trial in trials), "a lease is left"
    assert (study["suggest_token"], study["suggest_expires"]) == ("", None), "a suggest lease is left"
    spent = sum(trial["compute"] or 0.0 for trial in trials)
    assert abs(study["compute"] - spent) < 1e-6, (study["compute"], spent)
    values = [trial["value"] for trial in trials if trial["state"] == "complete"]
    if study["best_fidelity"] is None:
        assert study["best_value"] == min(values, default=None)


def check_history(storm: Storm) -> None:
    """What the triggers saw: legal steps only, one ending each, no claim twice, never too many at once."""
    state: dict[int, str] = {row["trial"]: row["went_to"] for row in audit.written(storm.rows, "new")}
    tokens: dict[int, set[str]] = defaultdict(set)
    for row in audit.written(storm.rows, "changed"):
        trial = row["trial"]
        assert state[trial] == row["came_from"], ("a step was missed", row)
        assert row["came_from"] not in DONE, ("a result was recorded over another", row)
        assert row["went_to"] in NEXT[row["came_from"]], ("no such step", row)
        if row["went_to"] == "running":
            assert row["token"] not in {"", *tokens[trial]}, ("a claim without a token of its own", row)
            tokens[trial].add(row["token"])
        else:
            assert row["token"] == row["token_before"], ("another than its claimer ended it", row)
        state[trial] = row["went_to"]
    assert set(state.values()) <= set(DONE)
    for what in ("gone", "crowded", "robbed"):
        assert not (found := audit.written(storm.rows, what)), (what, found[:5])


def check_claims(storm: Storm) -> None:
    """A result belongs to the claim under which it was recorded: no training took longer than that lasted."""
    postgres = "EXTRACT(EPOCH FROM completed_at - started_at)"
    sqlite = "(julianday(completed_at) - julianday(started_at)) * 86400"
    lasted = sqlite if isinstance(storm.rows, SQLiteRows) else postgres
    sql = f"SELECT study_id, number, seconds, {lasted} AS lasted FROM trials_trial WHERE seconds IS NOT NULL"
    for row in storm.rows.read(sql):
        assert row["seconds"] <= float(row["lasted"]) + ROUNDING, ("told by another than its claimer", row)


def check_parameters(storm: Storm, trials: dict[int, list[dict[str, Any]]]) -> None:
    """Each parameter of each trial is there once where the table sorts and filters."""
    found = storm.rows.read("SELECT study_id, count(*) AS n FROM trials_parametervalue GROUP BY study_id")
    counted = {row["study_id"]: row["n"] for row in found}
    for pk, rows in trials.items():
        assert counted.get(pk, 0) == sum(len(trial["params"]) for trial in rows)


def check_pages(storm: Storm, study: dict[str, Any], trials: list[dict[str, Any]]) -> None:
    """API, page and CSV say what the rows say."""
    client, pk = storm.client(), study["id"]
    told = client.get(f"/api/v1/studies/{pk}").json()
    assert told["state"] == study["state"]
    assert {state: told["counts"][state] for state in DONE} == {state: study[f"n_{state}"] for state in DONE}
    page = " ".join(re.sub(r"<[^>]*>", "", storm.reader().get(f"/studies/{pk}/").text).split())
    assert f"{len(trials)} of {len(trials)} trials" in page, page
    lines = list(csv.DictReader(io.StringIO(client.get(f"/studies/{pk}/trials.csv").text)))
    exported = [(int(line["number"]), line["status"], line["value"]) for line in lines]
    rows = [(trial["number"], trial["state"], _cell(trial["value"])) for trial in trials]
    assert exported == rows, "the CSV says something else than the rows"


def _cell(value: float | None) -> str:
    return "" if value is None else repr(value)


def check_lines(storm: Storm) -> None:
    """Each time a machine was away its running studies got a line that says so."""
    for (study, words), count in storm.lines.items():
        sql = "SELECT text FROM trials_event WHERE study_id = ? AND number IS NULL AND text LIKE ?"
        found = storm.rows.read(sql, study, f"%{words}%")
        assert len(found) >= count, (study, words, count, found)
    slept = storm.rows.read("SELECT id FROM trials_event WHERE text LIKE ?", "The computer slept%")
    assert len(slept) >= storm.slept, "nobody noticed that the machine slept"


def logs(storm: Storm) -> str:
    """Everything that the application's processes wrote."""
    return "\n".join(path.read_text(errors="replace") for path in (storm.app.home / "logs").glob("*.log*"))
