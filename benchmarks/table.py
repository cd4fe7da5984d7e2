"""What one page of the table costs in the database: `python -m benchmarks.table [--database postgres]`.

Every sort is crossed with every set of filters, from none to four at once, which keep all to none of the
trials. A cell is the median of the rounds of finding the keys of one page and how many trials match, without
the rows and HTML: processor time of the database, its driver and Django together, which other work on the
machine does not change much. The slowest cells are printed, with --all each one.
"""

import argparse
import statistics
import tempfile
import time
from itertools import product
from typing import Any

import psutil

from benchmarks.pages import prepare

SORTS = (
    "number",
    "-number",
    "value",
    "-value",
    "seconds",
    "-started",
    "worker",
    "param:C",
    "-param:alpha",
    "param:gamma",
    "param:criterion",
    "metric:roc_auc",
    "-metric:roc_auc",
)
#: By what they keep of the trials.
FILTERS = {
    "no filter": "",
    "a state, 92 %": "state=complete",
    "a rare state, 3 %": "state=pruned",
    "a range, 67 %": "param:C.min=0.01&param:C.max=100",
    "a range, 10 %": "param:alpha.min=0.25",
    "a range, 0.1 %": "param:alpha.min=0.986",
    "a value range, half": "value.max=0.32",
    "a value range, 0.1 %": "value.max=0.09",
    "value and parameter": "value.max=0.32&param:model=svc",
    "two ranges, 10 %": "param:C.min=0.03&param:C.max=1&param:max_depth.max=16",
    "three, 4 %": (
        "param:C.min=0.01&param:C.max=100&param:gamma.min=0.01&param:gamma.max=1&param:criterion=gini"
    ),
    "three, 0.1 %": "param:C.min=1&param:C.max=3&param:max_depth.max=4&param:max_features.max=0.2",
    "four, 10 %": (
        "param:C.min=0.01&param:C.max=100&param:n_estimators.min=100&param:max_depth.max=30"
        "&param:max_features.max=0.3"
    ),
    "four, 0.1 %": (
        "param:C.min=1&param:C.max=10&param:n_estimators.max=100&param:max_depth.max=8&param:max_features.max=0.2"
    ),
    "four, nothing": (
        "param:C.min=1&param:C.max=1.01&param:n_estimators.max=20&param:max_depth=3&param:max_features.max=0.11"
    ),
    "state, value and two ranges": (
        "state=complete&value.max=0.3&param:C.min=0.01&param:C.max=100&param:max_depth.max=20"
    ),
    "top 10 %": "top=10",
    "top 1 % and a range": "top=1&param:C.min=0.3",
    "top 10 %, three ranges": "top=10&param:C.min=0.1&param:max_depth.max=30&param:n_estimators.min=50",
    "text, a choice": "q=gini",
    "text, a number": "q=0.013",
    "text, a reason": "q=memory",
    "text, a worker": "q=worker 3",
    "text, nothing": "q=zzz",
    "text and two ranges": "q=gini&param:C.min=0.01&param:C.max=100&param:max_depth.max=16",
    "a metric, half": "metric:roc_auc.min=0.9",
    "a metric and a range": "metric:roc_auc.min=0.9&param:C.min=0.1",
    "seconds and state": "seconds.max=1&state=complete",
}
Cell = tuple[float, str, str, str]


def measure(study: Any, rounds: int) -> list[Cell]:
    """Return (median milliseconds, filters, sort, how many match) of every cell."""
    return [
        cell(study, name, filters, sort, rounds) for (name, filters), sort in product(FILTERS.items(), SORTS)
    ]


def cell(study: Any, name: str, filters: str, sort: str, rounds: int) -> Cell:
    from django.http import QueryDict

    from trials.forms.trial_filters import trial_query
    from trials.listing import fields_of, page_of

    query = trial_query(QueryDict(f"{filters}&sort={sort}"), fields_of(study))
    times = []
    for _ in range(rounds):
        begun = spent()
        page = page_of(study, query.filters, query.order, query.place, 50)
        times.append(spent() - begun)
    return 1000 * statistics.median(times), name, sort, f"{page.matched.count:,}"


def spent() -> float:
    """Processor seconds so far of this process and of the PostgreSQL process that serves it."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return time.process_time()
    served = psutil.Process(connection.connection.info.backend_pid).cpu_times()
    return time.process_time() + served.user + served.system


def show(cells: list[Cell], whole: bool) -> None:
    for taken, name, sort, count in sorted(cells, reverse=True)[: None if whole else 15]:
        print(f"  {taken:7.1f} ms  {name:28} by {sort:18} {count} match")
    times = [taken for taken, *_ in cells]
    over = sum(taken >= 50 for taken in times)
    median, slowest = statistics.median(times), max(times)
    print(f"  {len(cells)} pages: median {median:.1f} ms, slowest {slowest:.1f} ms; {over} of 50 ms or more")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgres"], default="sqlite")
    parser.add_argument("--trials", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--all", action="store_true", help="print every cell")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="hpo-bench-") as home:
        _, server = prepare(home, options.database)
        from django.db import connection

        from benchmarks.page_studies import build

        try:
            for trials in options.trials:
                study = build(trials)
                connection.cursor().execute("VACUUM ANALYZE" if server is not None else "ANALYZE")
                print(f"{trials:,} trials, {options.database}")
                show(measure(study, options.rounds), options.all)
        finally:
            if server is not None:
                server.stop()


if __name__ == "__main__":
    main()
