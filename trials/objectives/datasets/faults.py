"""TableError: what is wrong with a person's table, in words for the place where it is shown; raised by `scan`
and `uploaded`, and where a table's columns are chosen.
"""

from __future__ import annotations

SHOWN_CHARACTERS = 60


class TableError(ValueError):
    """A table that cannot be used as it is.

    `field` is where people can mend it: "file", "delimiter", "encoding", "header", "decimal", "missing",
    "name", "title", "target", "task", "columns" or "columns.<name>".
    """

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field, self.message = field, message


def quoted(text: str) -> str:
    """`text` as it is shown in a message: in quotes, on one line, not too long, nothing invisible in it."""
    plain = "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)
    return f"“{plain if len(plain) <= SHOWN_CHARACTERS else plain[: SHOWN_CHARACTERS - 1] + '…'}”"
