"""The best trials of a study, with the parameters that are active among them; for the study's overview."""

from dataclasses import dataclass

from trials import wording
from trials.models import Study, Trial

from .extents import part_of
from .folds import standard_error
from .front import arrow, limited_metrics

SHOWN = 8


@dataclass(frozen=True)
class LeaderboardRow:
    rank: int
    number: int | None
    value: str
    further: tuple[str, ...]  # other objectives and what is limited
    best: bool
    error: str
    gain: wording.Gain | None
    settings: tuple[tuple[str, bool], ...]  # (text, whether all rows agree), one per column
    words: str
    seconds: str
    part: str  # of the training, "" for all of it


@dataclass(frozen=True)
class Leaderboard:
    columns: tuple[tuple[str, bool], ...]  # (parameter, whether all rows agree)
    further: tuple[tuple[str, str], ...]  # (title, icon of the better side) of other objectives, limits
    rows: tuple[LeaderboardRow, ...]
    total: int
    folds: bool


def leaderboard_of(study: Study) -> Leaderboard:
    """Return the best trials, or the first of a front; one query by the index of values."""
    read = ("study", "number", "value", "values", "params", "metrics", "folds", "seconds", "fidelity")
    trials = list(study.trials.ranked(study).only(*read)[:SHOWN])
    names = [name for name in study.space.space.names if any(name in trial.params for trial in trials)]
    columns = [wording.settings_column([trial.params.get(name) for trial in trials]) for name in names]
    same = [len(trials) > 1 and len(set(texts)) == 1 for texts in columns]
    shown = wording.Shown(study.metric, study.maximize)
    values = wording.column([shown.value(trial.value) for trial in trials])
    heads, further = _further(study, trials)
    titles = [title for title, _ in heads]
    errors = [None if study.several else standard_error(trial.folds) for trial in trials]
    rows = tuple(
        LeaderboardRow(
            rank=i + 1,
            number=trial.number,
            value=values[i],
            further=tuple(texts[i] for texts in further),
            best=trial.pk == study.best_id,
            error=wording.plus_minus(errors[i]),
            gain=shown.gain(trial.value, study.default_value, errors[i]),
            settings=tuple((texts[i], agrees) for texts, agrees in zip(columns, same, strict=True)),
            words=" · ".join(
                f"{name} {texts[i]}"
                for name, texts in zip([*titles, *names], [*further, *columns], strict=True)
                if texts[i]
            ),
            seconds=wording.duration(trial.seconds),
            part=part_of(study, trial.fidelity),
        )
        for i, trial in enumerate(trials)
    )
    columns_with_sameness = tuple(zip(names, same, strict=True))
    # A trial may have ended since the study's row was read.
    total = max(len(rows), study.front_size if study.several else study.n_complete)
    return Leaderboard(columns_with_sameness, heads, rows, total, any(row.error for row in rows))


def _further(study: Study, trials: list[Trial]) -> tuple[tuple[tuple[str, str], ...], list[list[str]]]:
    """Heads and columns of the other objectives and of what is limited."""
    shown = wording.each_shown(study.metrics, study.directions)[1:]
    heads = [(one.title, arrow(one)) for one in shown]
    columns = [
        wording.column([one.value((trial.values or [])[place]) for trial in trials])
        for place, one in enumerate(shown, start=1)
    ]
    for name in limited_metrics(study):
        one = wording.Shown(name, True)
        heads.append((one.title, ""))
        columns.append(wording.column([one.value(trial.metrics.get(name)) for trial in trials]))
    return tuple(heads), columns
