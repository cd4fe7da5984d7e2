"""Objectives know no database: their tests find the data sets that ship, and no uploads."""

import pytest

from trials.objectives.datasets import sources


@pytest.fixture(autouse=True)
def no_uploads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_source", sources.Nothing())
