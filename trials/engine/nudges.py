"""What is to be done next: returned by the engine, carried on by tasks or by the foreground runner."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Nudges:
    """Primary keys of trials to run, studies to advance, studies whose insights are stale, final models;
    and whether pictures of the playground wait.
    """

    trials: tuple[int, ...] = ()
    studies: tuple[int, ...] = ()
    insights: tuple[int, ...] = ()
    finals: tuple[int, ...] = ()
    demonstrations: bool = False

    def __or__(self, other: "Nudges") -> "Nudges":
        return Nudges(
            tuple(dict.fromkeys(self.trials + other.trials)),
            tuple(dict.fromkeys(self.studies + other.studies)),
            tuple(dict.fromkeys(self.insights + other.insights)),
            tuple(dict.fromkeys(self.finals + other.finals)),
            self.demonstrations or other.demonstrations,
        )

    def __bool__(self) -> bool:
        return bool(self.trials or self.studies or self.insights or self.finals or self.demonstrations)
