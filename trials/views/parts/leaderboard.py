"""The best trials of a study, with the parameters that are active among them; for the study's overview."""

from dataclasses import dataclass

from trials import wording
from trials.models import Study

from .folds import standard_error

SHOWN = 8


@dataclass(frozen=True)
class LeaderboardRow:
    rank: int
    number: int | None
    value: str
    error: str
    gain: wording.Gain | None
    settings: tuple[tuple[str, bool], ...]  # (text, whether all rows agree), one per column
    words: str
    seconds: str


@dataclass(frozen=True)
class Leaderboard:
    columns: tuple[tuple[str, bool], ...]  # (parameter, whether all rows agree)
    rows: tuple[LeaderboardRow, ...]
    total: int
    folds: bool


def leaderboard_of(study: Study) -> Leaderboard:
    """Return the best trials; one query by the index of values."""
    trials = list(
        study.trials.ranked(study).only("study", "number", "value", "params", "folds", "seconds")[:SHOWN]
    )
    names = [name for name in study.space.space.names if any(name in trial.params for trial in trials)]
    columns = [wording.settings_column([trial.params.get(name) for trial in trials]) for name in names]
    same = [len(trials) > 1 and len(set(texts)) == 1 for texts in columns]
    shown = wording.Shown(study.metric, study.maximize)
    values = wording.column([shown.value(trial.value) for trial in trials])
    errors = [standard_error(trial.folds) for trial in trials]
    rows = tuple(
        LeaderboardRow(
            rank=i + 1,
            number=trial.number,
            value=values[i],
            error=wording.plus_minus(errors[i]),
            gain=shown.gain(trial.value, study.baseline_value, errors[i]),
            settings=tuple((texts[i], agrees) for texts, agrees in zip(columns, same, strict=True)),
            words=" · ".join(
                f"{name} {texts[i]}" for name, texts in zip(names, columns, strict=True) if texts[i]
            ),
            seconds=wording.duration(trial.seconds),
        )
        for i, trial in enumerate(trials)
    )
    columns_with_sameness = tuple(zip(names, same, strict=True))
    return Leaderboard(columns_with_sameness, rows, study.n_complete, any(row.error for row in rows))
