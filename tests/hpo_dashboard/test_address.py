"""HOST and PORT: what they mean, and what is said when they cannot be used."""

import socket

import pytest

from hpo_dashboard.address import Address, AddressError, listen, parse


@pytest.mark.parametrize(
    ("host", "port", "url"),
    [
        (None, None, "http://127.0.0.1:8000"),
        ("", "", "http://127.0.0.1:8000"),
        ("0.0.0.0", "9000", "http://127.0.0.1:9000"),
        ("::", "9000", "http://[::1]:9000"),
        ("box.example", "80", "http://box.example:80"),
    ],
)
def test_the_url_is_what_a_person_on_this_machine_types(host: str | None, port: str | None, url: str):
    assert parse(host, port).url == url


@pytest.mark.parametrize("port", ["http", "-1", "65536", "80.5"])
def test_a_port_that_is_none_is_refused_by_name(port: str):
    with pytest.raises(AddressError, match=port):
        parse(None, port)


def test_port_zero_takes_a_free_one():
    opened, address = listen(parse(None, "0"))
    with opened:
        assert address.port == opened.getsockname()[1] > 0


def test_a_taken_port_is_said_to_be_taken():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressError, match=f"Port {port} on 127.0.0.1 is taken"):
            listen(Address("127.0.0.1", port), patience=0)


def test_a_host_that_is_not_this_machine_is_refused():
    with pytest.raises(AddressError, match="Cannot listen on"):
        listen(Address("192.0.2.1", 8000))
