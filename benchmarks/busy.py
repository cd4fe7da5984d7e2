"""How busy four workers are while a study trains in parts: `python -m benchmarks.busy`.

The trainings only wait, so that the cores do not count: `learning_curve` with a pause for each epoch, of
which a trial gets 1 to 27. Busy is training seconds ÷ slot seconds between the first and the last moment at
which all slots train, as the workers see it (a trial's `seconds` end when it is `completed_at`).
"""

import argparse
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.throughput import Ours

WORKERS = 4
STUDY: dict[str, Any] = {
    "objective": {"kind": "function", "name": "learning_curve", "fidelity": {"min": 1, "max": 27}},
    "parallelism": WORKERS,
    "seed": 1,
}


def busy(spans: list[tuple[float, float]]) -> float:
    """The share of slot seconds that are training seconds, between the first and the last full moment."""
    moments = sorted([(begin, 1) for begin, _ in spans] + [(end, -1) for _, end in spans])
    running, full = 0, []
    for at, change in moments:
        if running == WORKERS:
            full.append(at)
        running += change
        if running == WORKERS:
            full.append(at)
    first, last = min(full), max(full)
    trained = sum(max(0.0, min(end, last) - max(begin, first)) for begin, end in spans)
    return trained / (WORKERS * (last - first))


def spans_of(ours: Ours, study: int) -> list[tuple[float, float]]:
    """When each trial trained, in seconds."""
    spans, cursor = [], ""
    while cursor is not None:
        page = ours.call(f"/studies/{study}/trials?limit=200{cursor and f'&cursor={cursor}'}")
        for trial in page["items"]:
            end = datetime.fromisoformat(trial["completed_at"]).timestamp()
            spans.append((end - trial["seconds"], end))
        cursor = page["next_cursor"]
    return spans


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--methods", nargs="+", default=["asha", "bohb"])
    parser.add_argument("--seconds", type=float, default=0.5, help="pause for each epoch")
    parser.add_argument("--trainings", type=float, default=10, help="budget in full trainings")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpo-busy-") as folder:
        ours = Ours(Path(folder), WORKERS)
        try:
            for method in options.methods:
                objective = STUDY["objective"] | {"seconds": options.seconds}
                budget = {"full_trainings": options.trainings}
                study = STUDY | {"objective": objective, "optimizer": {"name": method}, "budget": budget}
                number = ours.finish(study)
                spans = spans_of(ours, number)
                lengths = sorted(end - begin for begin, end in spans)
                print(
                    f"{method:10} {len(spans)} trials of {lengths[0]:.1f} to {lengths[-1]:.1f} s: "
                    f"{100 * busy(spans):.1f} % busy"
                )
        finally:
            ours.stop()


if __name__ == "__main__":
    main()
