"""What `up` and its parts tell the person at the terminal."""

from contextlib import suppress


def say(text: str) -> None:
    """Print at once; a terminal that is gone is no reason to stop."""
    with suppress(OSError):
        print(text, flush=True)
