"""Registry: discovery of files, unknown names, options."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from optimizers import OptimizerError, OptionError, UnknownOptimizer, algorithms, available, create
from optimizers.registry import get
from tests.optimizers.spaces import SVM

MIDDLE = """
from dataclasses import dataclass, field
from typing import Literal

from optimizers import Optimizer, Suggestion


class Middle(Optimizer):
    name = "middle"
    title = "Middle"
    summary = "Always the middle."

    @dataclass(frozen=True)
    class Options:
        share: float = field(default=0.5, metadata={"help": "Where the middle is.", "min": 0, "max": 1})
        turns: int | None = field(default=None, metadata={"help": "How often."})
        side: Literal["left", "right"] = field(default="left", metadata={"help": "Which side."})
        loud: bool = field(default=False, metadata={"help": "Whether to shout."})

        def __post_init__(self):
            if self.loud and self.side == "right":
                raise ValueError("loud is for the left side; take side=left")

    def _suggest(self, number, pending, rng):
        return Suggestion(number, self.space.decode([self.options.share] * len(self.space)))
"""


@pytest.fixture
def dropped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of algorithms beside the library's own."""
    monkeypatch.setattr(algorithms, "__path__", [*algorithms.__path__, str(tmp_path)])
    (tmp_path / "middle.py").write_text(MIDDLE)
    (tmp_path / "empty.py").write_text("")
    (tmp_path / "_notes.py").write_text("")
    importlib.invalidate_caches()
    yield tmp_path
    for name in ("middle", "empty"):
        sys.modules.pop(f"optimizers.algorithms.{name}", None)
        vars(algorithms).pop(name, None)


def test_the_library_comes_with_its_optimizers() -> None:
    assert {"random", "grid"} <= set(available())
    assert list(available()) == sorted(available())


def test_a_new_file_is_a_new_optimizer(dropped: Path) -> None:
    assert "middle" in available()
    assert "_notes" not in available()
    suggestion = create("middle", SVM, seed=0, share=1).ask(1)
    assert suggestion is not None
    assert suggestion.params["degree"] == 5


def test_a_file_without_an_optimizer_says_so(dropped: Path) -> None:
    with pytest.raises(OptimizerError, match='no Optimizer with name = "empty"'):
        get("empty")


@pytest.mark.parametrize("name", ["radnom", "", None, 3])
def test_an_unknown_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownOptimizer, match=r"there is no optimizer .*random"):
        get(name)


@pytest.mark.parametrize(
    ("options", "option", "words"),
    [
        ({"shar": 0.5}, "shar", 'middle has no option "shar"; did you mean "share"?'),
        ({"share": "0.5"}, "share", "give a number"),
        ({"share": True}, "share", "give a number"),
        ({"share": float("nan")}, "share", "give a number"),
        ({"share": 1.5}, "share", "it goes from 0 to 1"),
        ({"turns": 1.5}, "turns", "give a whole number or nothing"),
        ({"side": "up"}, "side", "one of 'left', 'right'"),
        ({"loud": 1}, "loud", "give true or false"),
        ({"loud": True, "side": "right"}, None, "middle: loud is for the left side"),
    ],
)
def test_bad_options_are_refused_by_name(
    dropped: Path, options: dict, option: str | None, words: str
) -> None:
    with pytest.raises(OptionError) as refused:
        create("middle", SVM, seed=0, **options)
    assert refused.value.option == option
    assert words in str(refused.value)


def test_an_optimizer_without_options_takes_none() -> None:
    with pytest.raises(OptionError, match='random has no option "share"; there are none'):
        create("random", SVM, seed=0, share=0.5)
