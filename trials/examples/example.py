"""What an example is: the body of a study with a title, a sentence and an icon for its card."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Example:
    """`body` is the JSON of POST /studies; `icon` names a symbol of static/icons.svg."""

    slug: str
    title: str
    words: str
    icon: str
    body: dict[str, Any]

    @property
    def trials(self) -> int:
        """How many trials it takes."""
        return int(self.body["budget"]["trials"])
