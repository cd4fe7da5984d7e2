"""One supervisor for each home."""

from pathlib import Path

import pytest

from hpo_dashboard.instance import AlreadyRunning, HomeLock, Instance, read


def test_the_second_to_come_is_told_who_was_first(home: Path):
    lock = HomeLock(home)
    lock.write(Instance(4711, "http://127.0.0.1:8000", ("training-1",)))
    with pytest.raises(AlreadyRunning, match=r"process 4711, http://127.0.0.1:8000"):
        HomeLock(home)


def test_a_released_home_is_free_and_remembers_the_last_workers(home: Path):
    lock = HomeLock(home)
    lock.write(Instance(4711, "http://127.0.0.1:8000", ("training-1",)))
    lock.release()
    assert HomeLock(home).previous == Instance(4711, "http://127.0.0.1:8000", ("training-1",))


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}'])
def test_a_note_that_nobody_understands_is_no_note(home: Path, text: str):
    (home / "up.json").write_text(text)
    assert read(home) is None
