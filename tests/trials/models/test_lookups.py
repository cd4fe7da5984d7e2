"""Lookups in a JSON list of words, the same on SQLite and PostgreSQL."""

from collections.abc import Callable

from trials.models import Study


def test_holds_finds_whole_words_and_mention_parts_of_them(make_study: Callable[..., Study]):
    study = make_study(tags=["nightly", "50%_done", "Ärger"])
    make_study()
    for word, found in {"nightly": True, "night": False, "50%_done": True, "Ärger": True}.items():
        assert list(Study.objects.filter(tags__holds=word)) == ([study] if found else [])
    for part, found in {"NIGHT": True, "0%_d": True, "%n": False, "n_g": False, "rger": True}.items():
        assert list(Study.objects.filter(tags__mention=part)) == ([study] if found else [])


def test_what_is_no_list_holds_nothing(make_study: Callable[..., Study]):
    make_study()
    assert not Study.objects.filter(objective__models__mention="noop").exists()
    assert not Study.objects.filter(objective__name__mention="noop").exists()
