"""The embedded broker: where its socket lies, and what it refuses to do."""

import os
from pathlib import Path

import pytest
import redis

from hpo_dashboard import broker
from hpo_dashboard.broker import BrokerError


@pytest.fixture(autouse=True)
def runtime_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("depth", [1, 40])
def test_the_socket_path_is_short_however_deep_the_home_lies(depth: int):
    home = Path("/", *["a folder of some length"] * depth)
    assert len(os.fsencode(broker.socket_path(home))) < 100


def test_each_home_has_a_socket_of_its_own_and_keeps_it():
    assert broker.socket_path(Path("/one")) == broker.socket_path(Path("/one"))
    assert broker.socket_path(Path("/one")) != broker.socket_path(Path("/two"))


def test_a_long_runtime_folder_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    long = tmp_path / ("x" * 90)
    long.mkdir()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(long))
    assert not broker.socket_path(Path("/home")).is_relative_to(long)


def test_the_sockets_folder_is_private_even_when_it_existed(tmp_path: Path):
    folder = tmp_path / "socket"
    folder.mkdir(mode=0o755)
    broker.make_private(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_in_the_place_of_the_sockets_folder_is_refused(tmp_path: Path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "socket").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(BrokerError, match="Remove it"):
        broker.make_private(tmp_path / "socket")


def test_without_any_server_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(broker, "bundled_server", lambda: None)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(BrokerError, match="valkey-server nor redis-server"):
        broker.find_server()


def test_it_persists_nothing_evicts_nothing_and_listens_on_no_port(broker: redis.Redis):
    settings = broker.config_get("save", "appendonly", "maxmemory-policy", "port")
    assert settings == {"save": "", "appendonly": "no", "maxmemory-policy": "noeviction", "port": "0"}
