"""What a state looks like, everywhere; the package offers it to whoever draws one."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Look:
    """A state's icon, word and tint: always together, never colour alone."""

    icon: str
    word: str
    tint: str
    mark: str
    motion: str = ""


LOOKS = {
    "queued": Look("circle-dashed", "Queued", "is-idle", "idle-mark"),
    "running": Look("loader-2", "Running", "is-accent", "accent-mark", motion="spin"),
    "complete": Look("check", "Complete", "is-good", "good-mark"),
    "pruned": Look("scissors", "Pruned", "is-warn", "warn-mark"),
    "failed": Look("x", "Failed", "is-bad", "bad-mark"),
    "cancelled": Look("ban", "Cancelled", "is-idle", "idle-mark"),
    "paused": Look("player-pause", "Paused", "is-warn", "warn-mark"),
    "completed": Look("check", "Completed", "is-good", "good-mark"),
    "stopped": Look("player-stop", "Stopped", "is-idle", "idle-mark"),
}


def state_look(state: str) -> Look:
    """Return how a trial's or a study's state looks."""
    return LOOKS[state]
