"""The studies of a storm: ones that train well, ones that train in parts, and ones whose trainings go
wrong in each way that a training can; every one with what it must come to all the same.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from trials.objectives import Context, parse

#: A training that was given up because its machine failed it too often says so; that is no lost trial.
LOST = "lost"
SEED = 7
FIDELITY = 9


@dataclass(frozen=True)
class Search:
    """A study to be made: `state` is how its trials must end; `errors` are the reasons they may give."""

    title: str
    objective: dict[str, Any]
    state: str = "complete"
    errors: frozenset[str] = frozenset()
    optimizer: str = "random"
    parallelism: int = 2

    def study(self, trials: int) -> dict[str, Any]:
        """The body of POST /studies."""
        return {
            "name": self.title,
            "objective": {"kind": "function", **self.objective},
            "optimizer": {"name": self.optimizer},
            "budget": {"trials": trials},
            "parallelism": self.parallelism,
            "seed": SEED,
        }

    def check(self, trials: list[dict[str, Any]]) -> None:
        """What must hold of the finished trials, beside what holds of every study's."""
        for trial in trials:
            kind = trial["error"]["kind"] if trial["error"] else None
            if kind == LOST:
                continue
            allowed = {"complete", "failed"} if self.state == "either" else {self.state}
            assert trial["state"] in allowed, (self.title, trial)
            assert kind is None or kind in self.errors, (self.title, trial)
        if self.objective["name"] == "learning_curve":
            check_promotions(trials)
            check_values(parse({"kind": "function", **self.objective, "seconds": 0.0}), trials)
        elif self.state == "complete":
            check_values(parse({"kind": "function", "name": "noop"}), trials)


def check_promotions(trials: list[dict[str, Any]]) -> None:
    """Each trial goes on once at most, with its own parameters, one rung up."""
    promoted = [trial for trial in trials if trial["parent"] is not None]
    assert set(Counter(trial["parent"] for trial in promoted).values()) <= {1}
    for trial in promoted:
        before = trials[trial["parent"]]
        assert trial["params"] == before["params"]
        assert trial["fidelity"] == 3 * before["fidelity"]
        whole = trial["fidelity"] / FIDELITY
        # Taken up from the checkpoint, or from the start where that had gone down with its machine.
        assert any(abs(trial["compute"] - cost) < 1e-9 for cost in (2 / 3 * whole, whole)), trial


def check_values(objective: Any, trials: list[dict[str, Any]]) -> None:
    """Every value is what one undisturbed training comes to."""
    for trial in trials:
        if trial["state"] == "complete":
            alone = objective.evaluate(trial["params"], Context(SEED, fidelity=trial["fidelity"]))
            assert trial["value"] == alone.values[0], trial


SLEEP = Search("sleeps", {"name": "sleep", "seconds": 0.1})
PARTS = Search(
    "trains in parts",
    {"name": "learning_curve", "seconds": 0.02, "fidelity": {"max": FIDELITY}},
    optimizer="asha",
)
LEARNS = Search("learns", {"name": "sleep", "seconds": 0.2}, optimizer="tpe")

CRASH = frozenset({"crash"})
MEMORY = frozenset({"memory"})
TIME = frozenset({"timeout"})
WRONG = (
    Search("crashes", {"name": "crashes"}, "failed", CRASH, parallelism=1),
    Search("exits", {"name": "crashes", "how": "exit"}, "failed", CRASH, parallelism=1),
    Search("leaks", {"name": "leaks"}, "failed", MEMORY, parallelism=1),
    Search("leaks shared memory", {"name": "leaks", "how": "shared"}, "failed", MEMORY, parallelism=1),
    Search("hangs", {"name": "hangs"}, "failed", TIME, parallelism=1),
    Search("hangs and computes", {"name": "hangs", "how": "computing"}, "failed", TIME, parallelism=1),
    Search("hangs with a child", {"name": "hangs", "how": "with a child"}, "failed", TIME, parallelism=1),
    Search("prints megabytes", {"name": "prints", "megabytes": 5}, parallelism=1),
    Search("returns NaN", {"name": "nan"}, "failed", frozenset({"non_finite"}), parallelism=1),
    Search(
        "raises now and then",
        {"name": "flaky"},
        "either",
        frozenset({"exception"}),
        parallelism=1,
    ),
)
