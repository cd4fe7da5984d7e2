"""Which trials are meant, as plain data; `trials.forms.trial_filters` reads it from an address."""

from dataclasses import dataclass

from .fields import Field


@dataclass(frozen=True)
class Range:
    """Numbers from `low` to `high`, both included and as people see them; None leaves an end open."""

    field: Field
    low: float | None
    high: float | None

    @property
    def stored(self) -> tuple[float | None, float | None]:
        """The ends as the database holds them."""
        if not self.field.negated:
            return self.low, self.high
        return (None if self.high is None else -self.high), (None if self.low is None else -self.low)


@dataclass(frozen=True)
class Choice:
    """Any of these values, written as text."""

    field: Field
    values: tuple[str, ...]


@dataclass(frozen=True)
class Filters:
    """Every part must hold; an empty part leaves all trials in."""

    states: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()
    choices: tuple[Choice, ...] = ()
    text: str = ""
    top: float | None = None
    """Only this many per cent of the complete trials: the best ones of the whole study."""
    inside: bool | None = None
    """Only trials inside (or outside) the study's present space."""
    front: bool = False
    """Only trials that no other one beats, of several objectives."""
    feasible: bool | None = None
    """Only trials that keep (or break) the study's limits."""
    numbers: tuple[int, ...] | None = None
    """Only these trials."""

    def __bool__(self) -> bool:
        return self != Filters()

    @property
    def parts(self) -> tuple[Range | Choice, ...]:
        """What is asked of columns, parameters and metrics."""
        return (*self.ranges, *self.choices)

    @property
    def only_states(self) -> bool:
        """Whether the counters of the study's row tell how many trials match."""
        return self == Filters(states=self.states)
