"""`token` and `sign_in_link`: ways in, from the command line."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from hpo_dashboard.instance import HomeLock, Instance
from trials.models import AccessToken

pytestmark = pytest.mark.django_db


def output_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    capsys.readouterr()
    call_command(*command)
    return capsys.readouterr().out.strip()


def test_a_token_is_printed_once_and_speaks_for_the_owner(capsys: pytest.CaptureFixture[str]):
    secret = json.loads(output_of(capsys, "token", "create", "--name", "gpu-box", "--json"))["token"]
    assert AccessToken.user_of(secret).username == "owner"
    assert secret not in output_of(capsys, "token", "list", "--json")


def test_the_list_names_tokens_and_their_last_use(capsys: pytest.CaptureFixture[str]):
    secret = output_of(capsys, "token", "create", "--name", "gpu-box")
    assert "gpu-box" in output_of(capsys, "token", "list")
    assert "last used never" in output_of(capsys, "token", "list")
    AccessToken.user_of(secret)
    assert json.loads(output_of(capsys, "token", "list", "--json"))[0]["used"]


def test_a_revoked_token_is_worth_nothing(capsys: pytest.CaptureFixture[str]):
    secret = output_of(capsys, "token", "create", "--name", "gpu-box")
    call_command("token", "revoke", "--name", "gpu-box")
    assert AccessToken.user_of(secret) is None


def test_revoking_a_name_nobody_has_is_an_error():
    with pytest.raises(CommandError, match="No token is named 'nobody'"):
        call_command("token", "revoke", "--name", "nobody")


def test_a_new_sign_in_link_leads_to_where_up_listens_and_works(
    capsys: pytest.CaptureFixture[str], client: Client, settings, tmp_path
):
    settings.HOME = tmp_path
    HomeLock(tmp_path).write(Instance(1, "http://127.0.0.1:8123"))
    link = output_of(capsys, "sign_in_link")
    assert link.startswith("http://127.0.0.1:8123/sign-in/")
    assert client.get(link.removeprefix("http://127.0.0.1:8123")).url == "/"
    assert output_of(capsys, "sign_in_link", "--url", "https://hpo.example/").startswith(
        "https://hpo.example/sign-in/"
    )
